"""What may not be shown of a text: values of secret names, credentials, user names of URLs.

The emulator masks its journal and its log with it, the kit its reports.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "***"
_PLAIN_NAME = (
    r"(?:client|api|app|consumer|x)?[-_. ]?secret(?:[-_. ]?key)?"
    r"|(?:access|refresh|id|auth|control)[-_. ]?token|pass(?:word|wd|phrase)|pwd|x[-_]api[-_]key"
    r"|(?:proxy[-_])?authorization|(?:set[-_])?cookie"
)
_NAME = (
    rf"{_PLAIN_NAME}|(?:basic|token|auth|jwt|bearer)(?=(?:\[|%5B|=|%3D))"
    r"|apikey(?=\\*[\"'])"  # the member of a body: the key that a webhook is called with
)
# Where a list or a map of a form is meant: [], [0], [name], and the end of such a place.
_PLACE = r"(?:(?:\[|%5B)?\w{0,40}(?:\]|%5D))?"
# A member, a pair of a form or a query, or a line; what is quoted ends at its quote or with the text.
_PAIR = re.compile(
    rf"(?P<start>(?<![A-Za-z0-9])(?:{_NAME}){_PLACE}\\*[\"']?\s*(?:[:=]|%(?:25)?3[AD])\s*)"
    r"(?:(?P<quote>\\*[\"'])(?:\\?[^\"'\\]|\\[\"'\\])*"
    r"|(?P<several>\[[^\]]*\]?|\{[^{}]*\}?)|[^\s&\"',;<>}\]]+)",
    re.I,
)
# A field of a form in parts, and an element of XML.
_PART = re.compile(
    rf"(form-data;\s*name=\"?(?:{_PLAIN_NAME})[^\r\n]{{0,200}}(?:\r?\n[^\r\n]{{1,200}}){{0,4}}(?:\r?\n){{2}})"
    r".*?(?=\r?\n--|\Z)",
    re.I | re.S,
)
_ELEMENT = re.compile(rf"(<(?:[\w.-]+:)?(?:{_PLAIN_NAME})(?:\s[^<>]*)?>)[^<]+", re.I)
_SCHEME_PAIR = re.compile(
    r"\b(basic(?!\.)|bearer)(\s+|%20|\+|\.)(?=[^\s\"',]*[\d=._-])[A-Za-z0-9+/=._~%-]{4,}", re.I
)
_USER_INFO = re.compile(r"(//|:/)(?:[^/@\s\"']+@|[^/@\s\"'?&=]+%40)")
# A letter, a dash, a dot or a line below that was escaped, or an escape that was: names have nothing else.
_ESCAPED_NAME = re.compile(r"(?:%|\\u00)(?:2[5DdEe]|[4-7][0-9A-Fa-f])")
_ANY_PAIR = re.compile(r"([\"'?&]|^)([^\"'?&=:\s]{1,99})(\\?[\"']?\s*[:=]\s*\\?[\"']?)([^\"'&,}\]]*)")
_WORDS = (
    "secret", "passw", "passp", "pwd", "api-key", "api_key", "apikey",
    "auth", "cookie", "basic=", "basic%3", "jwt", "bearer",
)  # fmt: skip
SECRET_NAME = re.compile(_NAME, re.I)
"""A name whose value is a secret."""


def mask_secrets(text: str) -> str:
    """Give a text with the values of secret names, credentials and user names of URLs replaced by ``***``."""
    if text.isalnum():  # one word names nothing
        return text
    lower_text = text.lower()
    clean_text = _USER_INFO.sub(rf"\1{MASK}@", text) if "@" in text or "%40" in text else text
    if "basic" in lower_text or "bearer" in lower_text:
        clean_text = _SCHEME_PAIR.sub(rf"\1\2{MASK}", clean_text)
    if _may_name_secret(lower_text):
        clean_text = _PAIR.sub(_without_value, clean_text)
        clean_text = _ELEMENT.sub(rf"\1{MASK}", clean_text) if "<" in text else clean_text
        clean_text = _PART.sub(rf"\1{MASK}", clean_text) if "form-data" in lower_text else clean_text
    if ("%" in text or "\\u00" in text) and _ESCAPED_NAME.search(clean_text):
        clean_text = _ANY_PAIR.sub(_without_escaped, clean_text)
    return clean_text


def _may_name_secret(lower_text: str) -> bool:
    """Say cheaply whether a secret name may be there: most answers are long and have none."""
    for word in _WORDS:
        if word in lower_text:
            return True
    return lower_text.count("token") > lower_text.count("nextpagetoken")


def _without_value(pair: re.Match[str]) -> str:
    value = f'"{MASK}"' if pair["several"] else f"{pair['quote'] or ''}{MASK}"
    return f"{pair['start']}{value}"


def _without_escaped(pair: re.Match[str]) -> str:
    name = re.sub(r"\\u00([0-9A-Fa-f]{2})", r"%\1", pair[2])
    is_secret = SECRET_NAME.fullmatch(unquote(unquote(name)))
    return f"{pair[1]}{pair[2]}{pair[3]}{MASK}" if is_secret and pair[4] else pair[0]
