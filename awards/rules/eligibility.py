"""Whether a unit may be proposed, said as findings that either block or ask for a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from awards.enums import AwardCode
from config.kit.text import day


@dataclass(frozen=True)
class Hold:
    """An agency's report that discipline, investigation or a complaint is open (tạm dừng)."""

    agency: str
    matter: str
    from_on: date
    to_on: date | None = None  # the last day on which it still holds


@dataclass(frozen=True)
class Candidate:
    """A unit as the eligibility check sees it; `rank` is None for a unit not ranked."""

    name: str
    rank: int | None
    not_ranked_reason: str = ""
    dissolved_on: date | None = None
    holds: Sequence[Hold] = ()
    awarded_for_same: str = ""  # an award already given for the same achievement
    registered: bool = True


@dataclass(frozen=True)
class Finding:
    """One sentence on a candidate; a blocking one forbids the proposal, another asks for a recorded reason."""

    sentence: str
    is_blocking: bool


def is_open(hold: Hold, on: date) -> bool:
    """Tell whether a hold runs on a day, its first and last day included."""
    return hold.from_on <= on and (hold.to_on is None or on <= hold.to_on)


def _blocking(candidate: Candidate, on: date) -> list[str]:
    """What forbids a proposal: no longer there, under examination, not ranked, rewarded already."""
    name, lines = candidate.name, []
    if candidate.dissolved_on is not None and candidate.dissolved_on <= on:
        lines.append(f"{name} đã kết thúc hoạt động ngày {day(candidate.dissolved_on)}, không đề nghị được.")
    lines += [
        f"{name} đang tạm dừng xét từ ngày {day(hold.from_on)} ({hold.agency}: {hold.matter}). "
        "Chỉ đề nghị khi đã có kết luận."
        for hold in candidate.holds
        if is_open(hold, on)
    ]
    if candidate.rank is None:
        reason = f" ({candidate.not_ranked_reason})" if candidate.not_ranked_reason else ""
        lines.append(f"{name} không xếp hạng{reason}, không đề nghị được.")
    if candidate.awarded_for_same:
        lines.append(
            f"{name} đã được {candidate.awarded_for_same} cho cùng thành tích; "
            "một thành tích không khen thưởng nhiều lần."
        )
    return lines


def eligibility_findings(candidate: Candidate, award: AwardCode, on: date) -> list[Finding]:
    """Everything to know before a unit is proposed for an award on a day; blocking findings first."""
    findings = [Finding(line, True) for line in _blocking(candidate, on)]
    if award == AwardCode.FLAG and candidate.rank is not None and candidate.rank > 1:
        findings.append(
            Finding(
                f"{candidate.name} xếp hạng {candidate.rank}; Cờ thi đua dành cho đơn vị dẫn đầu khối. Hãy ghi lý do.",
                False,
            )
        )
    if not candidate.registered:
        findings.append(Finding(f"{candidate.name} chưa đăng ký thi đua đầu năm. Hãy ghi lý do.", False))
    return findings


def refusals(findings: Sequence[Finding], reason: str = "") -> list[str]:
    """The blocking sentences; and, without a reason, the others too."""
    return [one.sentence for one in findings if one.is_blocking or not reason.strip()]
