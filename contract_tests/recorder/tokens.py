"""Tokens in the place of personal values: one for each value, and no way back without the key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.recorder.faults import NoKey
from contract_tests.records.masking import MASK

KEY_BYTES = 32
TOKEN_CHARS = 12
NATIONAL_DIGITS = 10
UNKNOWN = "unknown"
# Kinds that keep their shape: digit for digit and letter for letter.
SHAPED_KINDS = frozenset({"number", "phone", "identity"})
LETTERS = "ABCDEFGHJKLMNPRSTUVYZ"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes tokens with one key; recordings of one key can be joined."""

    key: bytes = field(repr=False)

    def token(self, kind: str, value: str) -> str:
        """Give the token of a text; a text of blanks stays."""
        if not value.strip():
            return value
        if kind == "secret":
            return MASK
        if kind in SHAPED_KINDS:
            return self._same_shape(value)
        digest = self.digest(value)
        match kind:
            case "email":
                return f"{digest}@redacted.example"
            case "link":
                return f"https://redacted.example/{digest}"
            case "ip":
                return _address(bytes.fromhex(digest), value)
        return f"{kind}-{digest}"

    def number(self, value: int | float) -> int | float:
        """Give the token of a number, with as many digits."""
        text = self._same_shape(str(value))
        return float(text) if isinstance(value, float) else int(text)

    def digest(self, value: str) -> str:
        """Give the keyed hash of a text, whatever its capitals and blanks."""
        return self._hash(" ".join(value.casefold().split())).hex()[:TOKEN_CHARS]

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self.key, text.encode("utf-8", "replace"), hashlib.sha256)

    def _same_shape(self, value: str) -> str:
        """Replace letters and digits from the right, so that a number with and without its country is one."""
        characters = [one for one in value if one.isalnum()]
        plain = "".join(characters).casefold()
        source = self._hash(plain[-NATIONAL_DIGITS:] if plain.isdigit() else plain)
        size = len(source)
        places = [at for at, one in enumerate(value) if one.isalnum()]
        characters_anew = list(value)
        for number, at in enumerate(reversed(places)):
            byte = source[number % size] + number // size
            is_leading = at == places[0] and value[at] != "0"
            characters_anew[at] = _other(value[at], byte, is_leading=is_leading and len(places) > 1)
        return "".join(characters_anew)


def _other(character: str, byte: int, *, is_leading: bool) -> str:
    if not character.isdigit():
        letter = LETTERS[byte % len(LETTERS)]
        return letter.lower() if character.islower() else letter
    return str(1 + byte % 9) if is_leading else str(byte % 10)


def _address(digest: bytes, value: str) -> str:
    if ":" in value:
        return f"fd00::{digest[0]:x}{digest[1]:02x}:{digest[2]:x}{digest[3]:02x}"
    return f"10.{digest[0]}.{digest[1]}.{digest[2]}"


def tokens_of(key_file: Path | None) -> Tokens:
    """Make tokens with the key of a file, which is made where it is missing; else with a key of chance.

    Errors: NoKey.
    """
    if key_file is None:
        return Tokens(secrets.token_bytes(KEY_BYTES))
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    try:
        key = bytes.fromhex(key_file.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NoKey(f"{key_file} holds no key: give the file of an earlier recording, or a name that is free")
    return Tokens(key)
