"""Text as it is kept: composed, without signs that nobody sees; old Vietnamese encodings named."""

import re
import unicodedata

# Word's line break, form feed, and the line ends of other systems.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Spaces that only look like one: no-break, figure, thin and narrow ones.
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# What has no form: control signs, zero-width and direction marks, tags, halves of characters, unassigned ends.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Word takes bullets from symbol fonts; on other machines their places are empty boxes.
_BULLET = re.compile("(?m)^([ \t]*)(?:[\uf020-\uf0ff]|[•‣⁃∙●○◦▪▫■□◆◇❖➢➤✓✔·](?=[ \t]))[ \t]*")
_SYMBOLS = str.maketrans(
    {"\uf0b3": "≥", "\uf0a3": "≤", "\uf0b1": "±", "\uf0b4": "×", "\uf0ae": "→", "\uf0e0": "→"}
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def tidy(text: str) -> str:
    """Text without signs that nobody sees, composed, one sort of line end and of space; ends stay as they are."""
    if text.isascii() and text.isprintable():
        return text
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    text = _BULLET.sub(r"\1- ", _UNSEEN.sub("", text).translate(_SYMBOLS))
    return unicodedata.normalize("NFC", _PRIVATE.sub("", text))


def composed(text: str) -> str:
    """The same signs, each letter with its marks in one: what two keyboards write alike is alike."""
    return unicodedata.normalize("NFC", text)


def printable(text: str) -> str:
    """Text for a paper or a workbook that was kept before it was cleaned: without signs that no file holds."""
    return composed(_UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text)))


def clean(text: str) -> str:
    """The one form in which text is stored: tidy, without stray spaces at the ends."""
    return tidy(text).strip()


def readable(text: str) -> str:
    """Clean text; ValueError when it is written in an encoding of before Unicode."""
    found = clean(text)
    if name := old_encoding(found):
        raise ValueError(
            f"Văn bản dùng mã {name}, không phải Unicode nên chữ hiện sai. Hãy chuyển mã sang Unicode "
            "(UniKey: Ctrl+Shift+F6) rồi dán lại."
        )
    return found


# Letters of TCVN3 and VNI as a Unicode page shows them, in places where Vietnamese written in Unicode has none.
_TCVN3 = (
    (2, re.compile(r"(?<=[a-zß-ÿ])[¡¢£¤¥¦§¨©ª«¬®µ¸¶¹»¼½¾ÄÅÆÇËÎÏÑÖØÛÜÞ](?=[a-zß-ÿ])")),
    (2, re.compile(r"(?<=[a-zß-ÿ])[ÄÅÆÇËÎÏÑÖØÛÜÞ]")),
    (2, re.compile(r"(?<![^\W_])[§®](?=[a-zß-ÿÀ-Þµ¸¶·¹¨©ª«¬])")),
    (1, re.compile(r"(?<=[a-zß-ÿ])(?:[µ¸¶·¹¨©ª«¬ß](?!\w)|[·\u00ad](?=[a-zß-ÿ]))")),
    (1, re.compile(r"(?<=[a-z])[ÈÉÊÌÍÒÓÔÕÙÚÝ]")),
)
_CODA = r"(?=[ncmptouiy]|\b)"
_VNI = (
    (2, re.compile(rf"(?:[aeou][äåø]|[aeouyöô]ù|[aeu]õ|[aeo]û){_CODA}", re.I)),
    (1, re.compile(rf"(?:[aeouöô][ïûüëåÿ]|[aeo][âê]|a[áàéèú]|e[áàã]){_CODA}|(?<![^\W_])ñ", re.I)),
)
_NEWER = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
ENOUGH = 2


def old_encoding(text: str) -> str:
    """“TCVN3 (ABC)” or “VNI” when a text was written so, else nothing; words with newer letters do not count."""
    if text.isascii():
        return ""
    words = " ".join(word for word in text.split() if not _NEWER.search(word))
    if words.isascii():
        return ""
    for name, signs in (("TCVN3 (ABC)", _TCVN3), ("VNI", _VNI)):
        if sum(weight * len(sign.findall(words)) for weight, sign in signs) >= ENOUGH:
            return name
    return ""
