"""Signs that scores of a bloc are inflated or say nothing: questions for people, never a verdict.

Bounds are shares of the guidance's scale, so that they mean the same on 100 and on 1,000 points; each warning
prints the bound it used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import percent_text, points_text

# A self-score this far above the verified one, and a change against last year, are worth a question.
FAR_ABOVE = Fraction(5, 100)
SUDDEN = Fraction(10, 100)
# Fewer cards than this say nothing about a bloc.
LEAST_UNITS = 3


@dataclass(frozen=True)
class UnitScores:
    """What one unit was given: points by code at the stage looked at, and its totals where they exist."""

    name: str
    points: Mapping[str, Decimal] = field(default_factory=dict)
    own: Decimal | None = None
    checked: Decimal | None = None
    last_year: Decimal | None = None

    @property
    def latest(self) -> Decimal | None:
        return self.own if self.checked is None else self.checked


def warnings_of(
    units: Sequence[UnitScores], most: Mapping[str, Decimal], scale: Decimal, awaited: int = 0
) -> list[str]:
    """What a reviewer should ask about. `most` holds the maximum of each criterion that gives points.

    `awaited` = how many of the bloc's cards have not been sent, so are not among `units`.
    """
    found = [*_at_the_maximum(units, most), *_far_above(units, scale), *_sudden(units, scale)]
    if len(units) >= LEAST_UNITS:
        found += [*_without_variance(units), *_saying_nothing(units, most)]
    if found and awaited:
        found.append(f"Còn {awaited} đơn vị chưa gửi, nên các nhận xét trên chưa đủ.")
    return found


def _at_the_maximum(units: Iterable[UnitScores], most: Mapping[str, Decimal]) -> Iterable[str]:
    for unit in units:
        scored = [code for code in most if code in unit.points]
        if len(scored) > 1 and all(unit.points[code] == most[code] for code in scored):
            yield f"{unit.name}: đạt tối đa ở cả {len(scored)} tiêu chí đã chấm."


def _far_above(units: Iterable[UnitScores], scale: Decimal) -> Iterable[str]:
    for unit in units:
        if unit.own is None or unit.checked is None:
            continue
        above = unit.own - unit.checked
        if Fraction(above) > Fraction(scale) * FAR_ABOVE:
            yield (
                f"{unit.name}: tự chấm {points_text(unit.own)}, khối thẩm định {points_text(unit.checked)}, "
                f"cao hơn {points_text(above)} điểm (trên {_percent(FAR_ABOVE)} thang điểm)."
            )


def _sudden(units: Iterable[UnitScores], scale: Decimal) -> Iterable[str]:
    for unit in units:
        if unit.latest is None or unit.last_year is None:
            continue
        change = unit.latest - unit.last_year
        if abs(Fraction(change)) > Fraction(scale) * SUDDEN:
            yield (
                f"{unit.name}: {'tăng' if change > 0 else 'giảm'} {points_text(abs(change))} điểm so với năm trước "
                f"({points_text(unit.last_year)} → {points_text(unit.latest)}; trên {_percent(SUDDEN)} thang điểm)."
            )


def _without_variance(units: Sequence[UnitScores]) -> Iterable[str]:
    totals = {unit.latest for unit in units if unit.latest is not None}
    if len(totals) == 1 and all(unit.latest is not None for unit in units):
        yield f"Cả {len(units)} đơn vị cùng {points_text(totals.pop())} điểm: điểm số chưa phân biệt được các đơn vị."


def _saying_nothing(units: Sequence[UnitScores], most: Mapping[str, Decimal]) -> Iterable[str]:
    codes = [code for code, top in most.items() if all(unit.points.get(code) == top for unit in units)]
    if codes:
        yield f"Mọi đơn vị đạt tối đa ở {len(codes)}/{len(most)} tiêu chí: {', '.join(codes)}."


def _percent(share: Fraction) -> str:
    return percent_text(share.numerator * 100 // share.denominator)
