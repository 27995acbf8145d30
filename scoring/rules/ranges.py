"""What the checker says of ranges of results (khoảng): gaps, overlaps, and ends that nothing covers."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from config.kit.text import number
from scoring.rules.explain import band_text
from scoring.rules.frames import Finding, FindingCode, Frame, FrameRow
from scoring.rules.kinds import Band, BandsRule, ChoiceRule


def range_findings(frame: Frame) -> Iterable[Finding]:
    """Ranges of one row that overlap, leave a gap, or do not reach every result."""
    for row in frame.rows:
        bands, unit = _bands_of(row)
        ordered = sorted(bands, key=_band_start)
        for lower, upper in pairwise(ordered):
            code = _between(lower, upper)
            if code:
                words = "chồng lên nhau" if code == FindingCode.BANDS_OVERLAP else "có chỗ hở ở giữa"
                names = f"“{band_text(lower, unit)}” và “{band_text(upper, unit)}”"
                yield Finding(code, row.code, f"{row.code}: hai khoảng {names} {words}.")
        if ordered:
            yield from _open_ends(row.code, ordered[0], ordered[-1], unit)


# “≥ 85 %”, “>=85%”, “70-<85%”, “<50%”: a level of a choice that says a range.
RANGE_LABEL = re.compile(
    r"(?:(?P<sign>>=|≥|>|<=|≤|<)\s*(?P<bound>\d+(?:[.,]\d+)?)"
    r"|(?P<low>\d+(?:[.,]\d+)?)\s*[-–]\s*(?P<under><?)\s*(?P<high>\d+(?:[.,]\d+)?))\s*%"
)


def _bands_of(row: FrameRow) -> tuple[tuple[Band, ...], str]:
    """The ranges of a row: those of its rule, or of levels that all read as ranges of a percentage."""
    if isinstance(row.rule, BandsRule):
        return row.rule.bands, row.rule.unit
    levels = row.rule.levels if isinstance(row.rule, ChoiceRule) else ()
    ranges = [_range(level.label, level.points) for level in levels]
    known = tuple(band for band in ranges if band is not None)
    return (known, "%") if len(known) == len(levels) else ((), "")


def _range(label: str, points: Decimal) -> Band | None:
    found = RANGE_LABEL.fullmatch(label.strip())
    if found is None:
        return Band(points, Decimal(100), Decimal(100), high_included=True) if label == "100%" else None
    if found["bound"]:
        bound = Decimal(found["bound"].replace(",", "."))
        if found["sign"] in (">=", "≥", ">"):
            return Band(points, low=bound, low_included=found["sign"] != ">")
        return Band(points, high=bound, high_included=found["sign"] != "<")
    low, high = (Decimal(found[name].replace(",", ".")) for name in ("low", "high"))
    return Band(points, low, high, high_included=not found["under"])


def _open_ends(code: str, lowest: Band, highest: Band, unit: str) -> Iterable[Finding]:
    """Results below the first range or above the last one; nothing is below 0 or above 100 %."""
    if lowest.low is not None and lowest.low > 0:
        sentence = f"{code}: kết quả dưới {number(lowest.low)} không thuộc khoảng nào."
        yield Finding(FindingCode.BANDS_GAP, code, sentence)
    is_whole = unit == "%" and highest.high is not None and highest.high >= 100
    if highest.high is not None and not is_whole:
        sentence = f"{code}: kết quả từ {number(highest.high)} trở lên không thuộc khoảng nào."
        yield Finding(FindingCode.BANDS_GAP, code, sentence)


def _band_start(band: Band) -> tuple[bool, Decimal, bool]:
    return (band.low is not None, band.low or Decimal(0), not band.low_included)


def _between(lower: Band, upper: Band) -> FindingCode | None:
    """What is wrong where one band ends and the next begins."""
    if lower.high is None or upper.low is None or upper.low < lower.high:
        return FindingCode.BANDS_OVERLAP
    if upper.low > lower.high:
        return FindingCode.BANDS_GAP
    if lower.high_included and upper.low_included:
        return FindingCode.BANDS_OVERLAP
    return None if lower.high_included or upper.low_included else FindingCode.BANDS_GAP
