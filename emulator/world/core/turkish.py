"""Turkish letters: which are one when capitals do not matter, and in which order they stand."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SMALL = str.maketrans({"I": "ı", "İ": "i"})
_ONE_I = str.maketrans({"ı": "i"})
_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
# Behind digits and signs, before letters of no Turkish word.
_PLACES = str.maketrans({letter: chr(ord("a") + place) for place, letter in enumerate(_ALPHABET)})


def fold_case(text: str) -> str:
    """The text in small letters as Turkish has them: İ becomes i, I becomes ı."""
    return unicodedata.normalize("NFC", text).translate(_SMALL).lower()


def fold_code(text: str) -> str:
    """A code in small letters; whoever types one means no dot, so the four letters I are one."""
    return fold_case(text).translate(_ONE_I)


@lru_cache(maxsize=1024)
def sort_key(text: str) -> str:
    """A text to sort by: in the order of its bytes the Turkish alphabet keeps its own."""
    return fold_case(text).translate(_PLACES)
