"""Who ranks the bloc, decides a tie and adopts the ranking."""

from collections.abc import Sequence

from blocs.models import Cycle
from blocs.queries import Standing
from scoring.enums import RankingStatus
from scoring.models import RankingRun
from scoring.policies.boards import chair_in


def make_ranking(
    who: Standing,
    cycle: Cycle,
    waiting: Sequence[str] = (),
    adopted: RankingRun | None = None,
    cards: int = 1,
) -> list[str]:
    """`waiting` = ranked units whose scores the meeting has not agreed."""
    if adopted:
        return ["Xếp hạng của năm đã được chốt."]
    if reasons := chair_in(who, cycle, "rank"):
        return reasons
    if not cards:
        return ["Bảng điểm của khối chưa được thông qua nên chưa có gì để xếp hạng."]
    return [f"Hội nghị chưa thống nhất điểm của: {', '.join(waiting)}."] if waiting else []


def decide_tie(who: Standing, run: RankingRun, reason: str) -> list[str]:
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if not reason.strip():
        return ["Quyết định khi bằng điểm cần ghi lý do."]
    return chair_in(who, run.cycle, "rank")


def adopt_ranking(
    who: Standing, run: RankingRun, how: str, *, is_stale: bool = False, ungraded: Sequence[str] = ()
) -> list[str]:
    """`is_stale`: the scores have moved since the ranking was made; `ungraded` = units equal at a quota."""
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if reasons := chair_in(who, run.cycle, "rank"):
        return reasons
    if not how.strip():
        return ["Hãy ghi hình thức hội nghị thống nhất xếp hạng."]
    if is_stale:
        return ["Điểm đã thay đổi sau khi lập xếp hạng. Hãy lập lại xếp hạng."]
    if ungraded:
        return [
            f"Bằng điểm ở giới hạn số lượng của mức xếp loại: {', '.join(ungraded)}. "
            "Hãy ghi quyết định của hội nghị về thứ tự trước khi chốt."
        ]
    return []


def reopen_ranking(who: Standing, run: RankingRun, reason: str) -> list[str]:
    if run.status != RankingStatus.ADOPTED:
        return ["Xếp hạng này chưa chốt."]
    if not reason.strip():
        return ["Mở lại xếp hạng đã chốt cần ghi lý do."]
    return chair_in(who, run.cycle, "rank")
