"""Quotas and grades (xếp loại): bounds on the total, sanctions, then the quota of a grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.kit.figures import percent_text, points_text
from scoring.enums import QuotaKind, SanctionKind
from scoring.rules.kinds import Sanction
from scoring.rules.ranking import Entry, Ranking, Unit


@dataclass(frozen=True)
class Quota:
    """How many at most. A share is two integers, never a rounded percentage; the result is rounded down."""

    kind: QuotaKind
    count: int = 0
    numerator: int = 0
    denominator: int = 100
    at_least: int = 0


@dataclass(frozen=True)
class QuotaResult:
    """The number allowed, with the calculation as a sentence."""

    count: int
    sentence: str


def quota_of(quota: Quota, members: int, not_ranked: int = 0, already: int = 0) -> QuotaResult:
    """The number a quota allows: units that are not ranked are outside its base.

    `already` units have a higher award and leave the base of a share of the remaining.
    Raises ValueError for counts that cannot be.
    """
    ranked = members - not_ranked
    remaining = ranked - already
    if not_ranked < 0 or already < 0 or remaining < 0:
        raise ValueError("Số đơn vị không hợp lệ: phần trừ ra lớn hơn số đơn vị.")
    if quota.kind == QuotaKind.FIXED:
        count = min(max(quota.count, quota.at_least), remaining)
        return QuotaResult(count, f"Số lượng tối đa: {count}.")
    of_remaining = quota.kind == QuotaKind.OF_REMAINING
    base = remaining if of_remaining else ranked
    share = base * quota.numerator // quota.denominator
    count = min(max(share, quota.at_least), remaining)
    words = f"{members} − {not_ranked}" if not_ranked else f"{members}"
    if of_remaining and already:
        words += f" − {already}"
    words = f"({words})" if "−" in words else words
    minimum = f", ít nhất {quota.at_least}" if share < quota.at_least else ""
    part = (
        percent_text(quota.numerator)
        if quota.denominator == 100
        else f"{quota.numerator}/{quota.denominator}"
    )
    return QuotaResult(count, f"Số lượng tối đa: {words} × {part}, làm tròn xuống{minimum}: {count}.")


@dataclass(frozen=True)
class Grade:
    """A grade, from this total on (None: the lowest). `quota` limits how many units get it."""

    code: str
    name: str
    at_least: Decimal | None = None
    quota: Quota | None = None


@dataclass(frozen=True)
class Graded:
    """A unit's grade with the steps that led to it; `waits` when a tie at the quota needs a decision."""

    grade: Grade | None
    reasons: tuple[str, ...] = ()
    waits: bool = False


def grades_of(entries: Sequence[Entry], ranking: Ranking, grades: Sequence[Grade]) -> dict[Unit, Graded]:
    """Grade every ranked unit: by its total, then down by sanctions, then down by quotas, best grade first.

    `grades` are in order, best first, the last without bound. A unit that is not ranked has no grade. Raises
    ValueError for an empty list of grades.
    """
    if not grades:
        raise ValueError("Phải có ít nhất một mức xếp loại.")
    ranked = [entry for entry in entries if ranking.places[entry.unit].rank is not None]
    state = {entry.unit: _by_total_and_sanctions(entry, grades) for entry in ranked}
    for index, grade in enumerate(grades[:-1]):
        if grade.quota:
            allowed = quota_of(grade.quota, len(entries), len(entries) - len(ranked))
            _apply_quota(state, ranking, grades, index, allowed)
    graded = {
        unit: Graded(grades[index], tuple(reasons), waits) for unit, (index, reasons, waits) in state.items()
    }
    return {entry.unit: graded.get(entry.unit, Graded(None)) for entry in entries}


def grade_index(total: Decimal, grades: Sequence[Grade]) -> int:
    """The first grade whose bound the total reaches; the last one otherwise."""
    reached = (i for i, grade in enumerate(grades) if grade.at_least is None or total >= grade.at_least)
    return next(reached, len(grades) - 1)


def _by_total_and_sanctions(entry: Entry, grades: Sequence[Grade]) -> tuple[int, list[str], bool]:
    index = grade_index(entry.total, grades)
    reasons = [f"Tổng điểm {points_text(entry.total)}: {grades[index].name}."]
    # Steps down come before limits, so that the order of sanctions cannot matter.
    downs = [one for one in entry.sanctions if one.kind == SanctionKind.GRADE_DOWN]
    limits = [one for one in entry.sanctions if one.kind != SanctionKind.GRADE_DOWN]
    for sanction in (*downs, *limits):
        lowered = _lowered(sanction, index, grades)
        if lowered != index:
            index = lowered
            reasons.append(f"{sanction.kind.label}: {grades[index].name}.")
    return index, reasons, False


def _lowered(sanction: Sanction, index: int, grades: Sequence[Grade]) -> int:
    last = len(grades) - 1
    if sanction.kind == SanctionKind.GRADE_DOWN:
        return min(index + 1, last)
    if sanction.kind == SanctionKind.NO_TOP_GRADE:
        return max(index, min(1, last))
    if sanction.kind == SanctionKind.LOWEST_GRADE:
        return last
    if sanction.kind == SanctionKind.GRADE_AT_MOST:
        codes = [grade.code for grade in grades]
        # An unknown grade is a finding of the template checker; here the strictest reading holds.
        return max(index, codes.index(sanction.grade) if sanction.grade in codes else last)
    return index


def _apply_quota(
    state: dict[Unit, tuple[int, list[str], bool]],
    ranking: Ranking,
    grades: Sequence[Grade],
    index: int,
    allowed: QuotaResult,
) -> None:
    """Keep the first units of a grade by rank; those beyond the quota go one grade down.

    Units tied across the limit all go down and wait for a decision: none is preferred by chance.
    """
    holders = [unit for unit, (own, _, _) in state.items() if own == index]
    if len(holders) <= allowed.count:
        return
    lower = grades[index + 1].name
    for unit in holders:
        place = ranking.places[unit]
        before = sum(ranking.places[other].ahead < place.ahead for other in holders)
        level = sum(ranking.places[other].ahead == place.ahead for other in holders)
        if before + level <= allowed.count:
            continue
        waits = before < allowed.count
        words = "đồng hạng ở giới hạn, chờ hội nghị quyết định" if waits else f"vượt số lượng, xếp {lower}"
        own, reasons, waited = state[unit]
        sentence = f"{allowed.sentence} Mức {grades[index].name}: {words}."
        state[unit] = (own + 1, [*reasons, sentence], waited or waits)
