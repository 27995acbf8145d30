"""Who draws up, adopts and discards the scoreboard of a cycle."""

from collections.abc import Sequence

from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR
from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.enums import ScoreboardStatus
from scoring.models import Scoreboard
from scoring.policies.guidance import waives
from scoring.rules.windows import OPEN_IN

OPEN_BOARD = (ScoreboardStatus.DRAFT, ScoreboardStatus.CHECKED)
FROZEN_BOARD = "Bảng điểm đã thông qua và được khóa. Hãy lập bản mới."


def chair_in(who: Standing, cycle: Cycle, action: str) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    return outside_window(action, cycle.phase, OPEN_IN)


def draft_scoreboard(who: Standing, cycle: Cycle, existing: Sequence[Scoreboard] = ()) -> list[str]:
    if any(board.status in OPEN_BOARD for board in existing):
        return ["Khối đang có một dự thảo bảng điểm. Hãy sửa dự thảo đó."]
    return chair_in(who, cycle, "draft_scoreboard")


def edit_scoreboard(who: Standing, scoreboard: Scoreboard) -> list[str]:
    if scoreboard.status not in OPEN_BOARD:
        return [FROZEN_BOARD]
    return chair_in(who, scoreboard.cycle, "draft_scoreboard")


def discard_scoreboard(who: Standing, scoreboard: Scoreboard) -> list[str]:
    return edit_scoreboard(who, scoreboard)


def waive_board_finding(
    who: Standing, scoreboard: Scoreboard, finding: str, reason: str, findings: Sequence[str]
) -> list[str]:
    return edit_scoreboard(who, scoreboard) or waives(finding, reason, findings)


def adopt_scoreboard(
    who: Standing,
    scoreboard: Scoreboard,
    how: str,
    faults: Sequence[str] = (),
    sent: Sequence[str] = (),
    unbound: Sequence[str] = (),
) -> list[str]:
    """`sent` = units whose cards of an earlier version have been sent already.

    `unbound` = contents whose points are not those of the guidance: never waived, unlike `faults`.
    """
    if scoreboard.status not in OPEN_BOARD:
        return ["Bảng điểm này đã được thông qua."]
    if reasons := chair_in(who, scoreboard.cycle, "adopt_scoreboard"):
        return reasons
    if sent:
        return [f"Đã có đơn vị gửi bảng tự chấm điểm ({', '.join(sent)}). Hãy trả lại các bảng đó trước."]
    if not how.strip():
        return ["Hãy ghi hình thức thông qua, ví dụ: thống nhất tại hội nghị ngày 02/05/2019."]
    return [*unbound, *faults]


def add_missing_cards(
    who: Standing, cycle: Cycle, scoreboard: Scoreboard | None, late: Sequence[Unit]
) -> list[str]:
    """`late` = members that have no card yet."""
    if scoreboard is None or scoreboard.status != ScoreboardStatus.ADOPTED:
        return ["Bảng điểm của khối chưa được thông qua."]
    if not late:
        return ["Mọi đơn vị thành viên đã có bảng tự chấm điểm."]
    return chair_in(who, cycle, "score_self")
