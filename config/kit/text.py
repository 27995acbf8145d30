"""Vietnamese text: normal form, search and sort keys, and numbers and days as officials write them."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Digits of the largest key that a database column holds, less one.
LONGEST_KEY = 18

# One row a vowel: without tone, then huyền, hỏi, ngã, sắc, nặng, in dictionary order.
TONES = (
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị",
    "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
)  # fmt: skip
# A letter that follows its base in the alphabet (a < ă < â, d < đ); "~" sorts after every letter.
AFTER_BASE = {
    "ă": "a~",
    "â": "a~~",
    "đ": "d~",
    "ê": "e~",
    "ô": "o~",
    "ơ": "o~~",
    "ư": "u~",
}

LOWER = "abcdefghijklmnopqrstuvwxyz" + "".join(TONES[0:]).translate({ord(c): None for c in "aeiouy"}) + "đ"
_TO_LOWER = str.maketrans(LOWER.upper(), LOWER)
_TO_TONELESS = {ord(toned): row[0] for row in TONES for toned in row[1:]}
_TO_BASE = {
    **{ord(c): row[0] for row in TONES for c in row},
    **{ord(c): b[0] for c, b in AFTER_BASE.items()},
}
_TO_BASE.update({ord(c): AFTER_BASE[row[0]][0] for row in TONES if row[0] in AFTER_BASE for c in row})
# Every run of digits counts as a number: it is given zeros in front, then cut to twelve digits.
_ZEROS, _DIGITS, _PADDED = "0" * 11, re.compile("([0-9]+)"), re.compile("0*([0-9]{12,})")
# As in `vn_numerals`: words of these three capitals, between spaces and signs.
_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_NUMERALS = {"X" * tens + _UNITS[ones]: str(10 * tens + ones) for tens in range(4) for ones in range(10)}
_BETWEEN = "\t\n -/:-@\\[-`{-~\u00a0\u2013\u2014\u201c\u201d"
_ROMAN = re.compile(f"(?<![^{_BETWEEN}])[IVX]+(?![^{_BETWEEN}])")
_TO_TONE = {ord(toned): str(tone) for row in TONES for tone, toned in enumerate(row) if tone}


def _folded(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_TO_LOWER)
    return re.sub("[ \\t\\n\\r\\f\\v\u00a0]+", " ", composed).strip(" ")


def plain_words(text: str) -> str:
    """The words of a text without marks, case or punctuation, one space between them."""
    return re.sub(r"[^a-z0-9]+", " ", _folded(text).translate(_TO_BASE)).strip()


def search_key(text: str) -> str:
    """Letters and digits of a text alone: “so xay dung” finds “Sở Xây dựng”, “so gddt” finds “Sở GD&ĐT”.

    The SQL function `vn_search_key` gives the same; a test holds them equal.
    """
    return re.sub(r"[^a-z0-9]+", "", _folded(text).translate(_TO_BASE))


def _numbered(text: str) -> str:
    """Roman numerals to XXXIX in digits. In a name all in capitals they stay: there VI and XI may be syllables."""
    if not re.search("[a-z]", text) and re.search("[A-HJ-UWYZ]", text):
        return text
    return _ROMAN.sub(lambda found: _NUMERALS.get(found[0], found[0]), text)


def sort_key(text: str) -> str:
    """A key whose byte order is Vietnamese dictionary order: letters first, tones second; “số 2” before “số 10”.

    “Khối V” stands before “Khối IX”. The SQL function `vn_sort_key` gives the same; a test holds them equal.
    """
    folded = _folded(_numbered(unicodedata.normalize("NFC", text)))
    letters = folded.translate(_TO_TONELESS)
    for letter, key in AFTER_BASE.items():
        letters = letters.replace(letter, key)
    letters = _PADDED.sub(r"\1", _DIGITS.sub(_ZEROS + r"\1", letters))
    tones = "".join(_TO_TONE.get(ord(c), "0") for c in folded)
    return f"{letters}\t{tones}"


@lru_cache(maxsize=20_000)
def number(value: Decimal | int | None) -> str:
    """“1.234,5”: dot for thousands, decimal comma, every digit that matters and no other."""
    if value is None:
        return ""
    # Equal figures read alike: there is no “-0”.
    value = Decimal(value) if value else Decimal(0)
    plain = f"{value:,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain.replace(",", " ").replace(".", ",").replace(" ", ".")


def day(value: date | None) -> str:
    """“02/05/2019”."""
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime | None) -> str:
    """“14:32 ngày 02/05/2019”, on the clock of Vietnam."""
    return value.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y") if value else ""


def long_day(value: date) -> str:
    """“ngày 02 tháng 5 năm 2019”: a leading zero for days below 10 and months 1 and 2 (NĐ 30/2020)."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def key_of(typed: str) -> int | None:
    """The key or version that a form sent; None for what no form of ours sends, such as “²”."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_KEY else None
