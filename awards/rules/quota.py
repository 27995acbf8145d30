"""How many awards a bloc may propose, and where the vote's order leaves the score's order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from awards.enums import QuotaKind
from awards.rules.votes import InvalidRule, share_in_words
from config.kit.figures import measure_text, points_text


@dataclass(frozen=True)
class QuotaRule:
    """The guidance's formula for one award (số lượng được đề nghị); raises InvalidRule when impossible."""

    kind: QuotaKind
    fixed: int = 0
    numerator: int = 0
    denominator: int = 100
    minimum: int = 0
    maximum: int | None = None

    def __post_init__(self) -> None:
        reasons = quota_findings(self)
        if reasons:
            raise InvalidRule(reasons)


@dataclass(frozen=True)
class Quota:
    """How many may be proposed, with the calculation as a sentence."""

    limit: int
    base: int
    sentence: str


def quota_findings(rule: QuotaRule) -> list[str]:
    """Say what is wrong in a quota formula."""
    reasons = []
    if rule.fixed < 0 or rule.minimum < 0:
        reasons.append("Số lượng khen thưởng không thể là số âm.")
    if rule.kind != QuotaKind.FIXED and not 0 < rule.numerator <= rule.denominator:
        reasons.append("Tỷ lệ khen thưởng phải lớn hơn 0 và không quá 100%.")
    if rule.maximum is not None and rule.maximum < rule.minimum:
        reasons.append("Số lượng tối đa không được nhỏ hơn số lượng tối thiểu.")
    return reasons


def _bounded(rule: QuotaRule, limit: int, base: int) -> tuple[int, str]:
    """Keep within minimum, maximum and the units there are; with the words for what was changed."""
    if limit < rule.minimum:
        limit, note = rule.minimum, f", lấy mức tối thiểu {rule.minimum}"
    elif rule.maximum is not None and limit > rule.maximum:
        limit, note = rule.maximum, f", lấy mức tối đa {rule.maximum}"
    else:
        note = ""
    if limit > base:
        limit, note = base, f"{note}, không quá {base} đơn vị được xét"
    return limit, note


def quota(rule: QuotaRule, members: int, not_ranked: int = 0, flags: int = 0) -> Quota:
    """How many units may be proposed; units not ranked are outside the base, fractions are dropped.

    `flags` = units proposed for the flag, taken away first for a share of the remaining.
    """
    ranked = members - not_ranked
    base = ranked - flags if rule.kind == QuotaKind.OF_REMAINING else ranked
    if base < 0 or min(members, not_ranked, flags) < 0:
        raise InvalidRule(["Số đơn vị không xếp hạng và được Cờ nhiều hơn số thành viên. Hãy kiểm tra lại."])
    if rule.kind == QuotaKind.FIXED:
        limit, note = _bounded(rule, rule.fixed, base)
        return Quota(limit, base, f"Số lượng cố định {rule.fixed}{note}: được đề nghị {limit}.")
    limit, note = _bounded(rule, base * rule.numerator // rule.denominator, base)
    exact = Decimal(base * rule.numerator) / rule.denominator
    whole = f"({ranked} − {flags})" if rule.kind == QuotaKind.OF_REMAINING else str(ranked)
    shown = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    sign = "=" if exact == shown else "≈"
    return Quota(
        limit,
        base,
        f"{whole} × {share_in_words(rule.numerator, rule.denominator)} {sign} {measure_text(shown)}{note}: "
        f"được đề nghị {limit}.",
    )


def quota_excess(award: str, proposed: int, allowed: Quota) -> list[str]:
    """Say by how many a list is over the quota."""
    if proposed <= allowed.limit:
        return []
    over = proposed - allowed.limit
    return [f"{award}: đề nghị {proposed}, quá số lượng {over} đơn vị. {allowed.sentence} Hãy bỏ bớt {over}."]


def order_differences(scores: Mapping[str, Decimal], votes: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs (higher score, more votes) where the vote turns the score's order round; sorted, never by chance.

    Units without a score or without votes are not compared; equal figures turn nothing round.
    """
    both = sorted(scores.keys() & votes.keys())
    return [(a, b) for a, b in permutations(both, 2) if scores[a] > scores[b] and votes[a] < votes[b]]


def passed_over(scores: Mapping[str, Decimal], chosen: Collection[str]) -> list[tuple[str, str]]:
    """Pairs (not chosen, chosen) where the one left out has the higher score."""
    left_out = sorted(scores.keys() - set(chosen))
    return [(a, b) for a in left_out for b in sorted(chosen) if b in scores and scores[a] > scores[b]]


def order_findings(
    scores: Mapping[str, Decimal], votes: Mapping[str, int], chosen: Collection[str], names: Mapping[str, str]
) -> list[str]:
    """Sentences for every difference between vote and score; any one of them asks for a recorded reason."""

    def scored(key: str) -> str:
        return f"{names.get(key, key)} ({points_text(scores[key])} điểm)"

    lines = [
        f"{scored(a)} có điểm cao hơn {scored(b)} nhưng ít phiếu hơn ({votes[a]} so với {votes[b]})."
        for a, b in order_differences(scores, votes)
    ]
    return lines + [
        f"{scored(a)} không được chọn trong khi {scored(b)} được chọn."
        for a, b in passed_over(scores, chosen)
    ]


def reason_refusals(findings: Collection[str], reason: str) -> list[str]:
    """Ask for the reason when the vote leaves the order of scores and none is given."""
    if findings and not reason.strip():
        return ["Thứ tự bình xét khác thứ tự điểm. Hãy ghi lý do để đưa vào biên bản."]
    return []
