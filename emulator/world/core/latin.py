"""Names of every alphabet in the small Latin letters of a mail address."""

from __future__ import annotations

import unicodedata

# Letters that no accent explains: Turkish and Azerbaijani, German, Polish, South Slavic.
_LATIN = {"ı": "i", "ə": "e", "ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae"}
# Source: ELOT 743, simplified: digraphs letter by letter. D
_GREEK = dict(zip("αβγδεζηικλμνοπρσςτυφω", "avgdeziiklmnoprsstyfo", strict=True))
_GREEK |= {"θ": "th", "ξ": "x", "χ": "ch", "ψ": "ps"}
# Source: the Bulgarian Transliteration Act of 2009. D
_BULGARIAN = dict(zip("абвгдезийклмнопрстуфхъь", "abvgdeziyklmnoprstufhay", strict=True))
_BULGARIAN |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya"}
# Short vowels are not written in Arabic, so they are missing here too. I
_ARABIC = dict(zip("ابتجحدرزسصضطظعفقكلمنهويىةئؤ", "abtjhdrzssdtzafqklmnhwyaayw", strict=True))
_ARABIC |= {"ث": "th", "خ": "kh", "ذ": "dh", "ش": "sh", "غ": "gh"}
_TABLE = str.maketrans(_LATIN | _GREEK | _BULGARIAN | _ARABIC)


def plain_letters(name: str) -> str:
    """A name in the letters a to z and digits alone: accents, spaces and signs fall away."""
    letters = unicodedata.normalize("NFKD", name.lower()).translate(_TABLE)
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
