"""Who reads the bloc side by side, and who opens it to the members."""

from blocs.models import Cycle
from blocs.policies import ONLY_CHAIR
from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.enums import RankingStatus, ScoreboardStatus
from scoring.models import RankingRun, Scoreboard
from scoring.rules.windows import OPEN_IN


def read_summary(who: Standing, run: RankingRun | None) -> list[str]:
    """Everybody's figures side by side: for whoever keeps the bloc; for all once the ranking is adopted."""
    if who.is_secretariat or who.is_vice or who.reads_all:
        return []
    if run and run.status == RankingStatus.ADOPTED:
        return []
    return ["Tổng hợp điểm của các đơn vị được xem sau khi chốt xếp hạng."]


def keeps_comparison(who: Standing) -> bool:
    """Whoever checks the cards sees the comparison at any time, with what it warns of."""
    return who.is_secretariat or who.is_vice or who.reads_all


def read_comparison(who: Standing, board: Scoreboard, *, is_ranked: bool) -> list[str]:
    if keeps_comparison(who) or (who.member_of and (board.comparison_opened_at or is_ranked)):
        return []
    return ["Bảng so sánh chưa mở cho các đơn vị. Khối trưởng mở khi khối thẩm định xong."]


def open_comparison(who: Standing, cycle: Cycle, board: Scoreboard | None) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    if board is None or board.status != ScoreboardStatus.ADOPTED:
        return ["Bảng điểm của khối chưa được thông qua nên chưa có gì để so sánh."]
    if board.comparison_opened_at:
        return ["Bảng so sánh đang mở cho các đơn vị."]
    return outside_window("open_comparison", cycle.phase, OPEN_IN)


def close_comparison(who: Standing, cycle: Cycle, board: Scoreboard | None) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    if board is None or not board.comparison_opened_at:
        return ["Bảng so sánh đang đóng với các đơn vị."]
    return outside_window("open_comparison", cycle.phase, OPEN_IN)


def open_score_report(who: Standing) -> list[str]:
    return [] if who.is_secretariat else [ONLY_CHAIR]
