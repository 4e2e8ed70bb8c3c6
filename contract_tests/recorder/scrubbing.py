"""Takes out of texts what a recording knows to be secret or personal, and what has the form of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from contract_tests.recorder.tokens import Tokens
from contract_tests.records.masking import MASK, mask_secrets

EMAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
IBAN = re.compile(r"\bTR\d{2}(?: ?\d{4}){5} ?\d{2}\b", re.I)
PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9](?:[ ()./-]?\d){8,13}\b"
    r"|(?<!\w)0? ?\(?5\d\d\)?[ .-]\d{3}[ .-]?\d{2}[ .-]?\d{2}\b|\b05\d{9}\b"
)
CITIZEN = re.compile(r"(?<!\d)[1-9]\d{10}(?!\d)")
WORD = re.compile(r"\w+")
SHORTEST_SECRET, SHORTEST_NUMBER, SHORTEST_NAME = 6, 7, 3
MOST_WORDS, MOST_VALUES = 8, 200_000
# Kinds of which one word is enough to be known again within a longer text.
SINGLE_WORD_KINDS = frozenset({"name", "email", "phone", "identity", "number"})


@dataclass(slots=True)
class Memory:
    """What one recording has seen: secrets, and personal values with their kinds by their key texts."""

    tokens: Tokens
    secrets: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def keep_out(self, secrets: Iterable[str]) -> None:
        """Take note of secrets, in each form in which they may come back."""
        for secret in secrets:
            if len(secret) >= SHORTEST_SECRET:
                coded_text = base64.b64encode(secret.encode()).decode()
                forms = (
                    secret,
                    quote(secret, safe=""),
                    coded_text,
                    coded_text.rstrip("="),
                    unquote(secret),
                )
                self.secrets |= dict.fromkeys(form for form in forms if len(form) >= SHORTEST_SECRET)

    def remember(self, kind: str, value: str) -> None:
        """Take note of a personal value, which may stand in a text, too."""
        key = fold(value)
        shortest = SHORTEST_NUMBER if key.isdigit() else SHORTEST_NAME
        if len(key) >= shortest and len(self.kinds) < MOST_VALUES:
            self.kinds.setdefault(key, kind)

    def kind_of(self, value: str) -> str:
        """Name the kind of a value that was seen as personal; empty for any other."""
        return self.kinds.get(fold(value), "") if self.kinds else ""

    def scrub(self, text: str) -> str:
        """Give a text without secrets and without what is known to be personal or has its form."""
        if not text:
            return text
        kind = self.kind_of(text)
        if kind:
            return self.tokens.token(kind, text)
        return self._without_forms(self._without_values(self.without_secrets(text)))

    def without_secrets(self, text: str) -> str:
        """Give a text without the secrets that were seen, and without values of secret names."""
        for secret in self.secrets:
            if secret in text:
                text = text.replace(secret, MASK)
        return mask_secrets(text)

    def _without_forms(self, text: str) -> str:
        if "@" in text or "%40" in text:
            text = EMAIL.sub(lambda match: self.tokens.token("email", match[0].replace("%40", "@")), text)
        if sum(map(str.isdigit, text)) < SHORTEST_NUMBER:
            return text
        text = IBAN.sub(lambda match: self.tokens.token("identity", match[0]), text)
        text = CITIZEN.sub(lambda match: self._citizen(match[0]), text)
        return PHONE.sub(lambda match: self.tokens.token("phone", match[0]), text)

    def _citizen(self, digits: str) -> str:
        return self.tokens.token("identity", digits) if is_citizen_number(digits) else digits

    def _without_values(self, text: str) -> str:
        """Replace runs of words that are personal values, the longest first."""
        if not self.kinds:
            return text
        pieces, end = [], 0
        for start, stop, kind in self._runs(text):
            pieces += [text[end:start], self.tokens.token(kind, text[start:stop])]
            end = stop
        return "".join([*pieces, text[end:]])

    def _runs(self, text: str) -> Iterator[tuple[int, int, str]]:
        words = list(WORD.finditer(text))
        at = 0
        while at < len(words):
            for count in range(min(MOST_WORDS, len(words) - at), 0, -1):
                start, stop = words[at].start(), words[at + count - 1].end()
                kind = self.kind_of(text[start:stop])
                if kind and (count > 1 or kind in SINGLE_WORD_KINDS):
                    yield start, stop, kind
                    at += count - 1
                    break
            at += 1


def fold(text: str) -> str:
    """Give a text without its capitals and the number of its blanks."""
    return " ".join(text.casefold().split())


def is_citizen_number(digits: str) -> bool:
    """Tell whether eleven digits are an identity number of Türkiye, by their two check digits."""
    numbers = [int(one) for one in digits]
    tenth = (7 * sum(numbers[0:9:2]) - sum(numbers[1:8:2])) % 10
    return numbers[9] == tenth and numbers[10] == sum(numbers[:10]) % 10
