"""Text of others as a terminal may show it: what would steer it is written out."""

from __future__ import annotations

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Write out control characters, those that turn the direction and halves; line ends and tabs stay."""
    return _STEERING.sub(_name, text.replace("\r\n", "\n"))


def _name(character: re.Match[str]) -> str:
    return character[0].encode("unicode_escape").decode()
