"""Who plans, fills in and closes the cross-check of the members."""

from collections.abc import Sequence
from datetime import date

from blocs.policies import ONLY_CHAIR
from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day
from scoring.enums import ScoreboardStatus, Stage
from scoring.models import Scoreboard, Scorecard
from scoring.policies.boards import OPEN_BOARD, chair_in
from scoring.policies.cards import unfinished, without_reason
from scoring.policies.marks import OWN_CARD, cycle_of, is_verifier, save_marks
from scoring.queries import CROSSED_CARD, EDITABLE_CARD, scoring_units
from scoring.rules.windows import OPEN_IN


def plan_cross_check(
    who: Standing, scoreboard: Scoreboard, method: str = "", due_on: date | None = None
) -> list[str]:
    """How the bloc cross-checks is adopted with its board; the day may still be moved."""
    if reasons := chair_in(who, scoreboard.cycle, "plan_cross_check"):
        return reasons
    if scoreboard.cross_closed_at:
        return ["Chấm chéo đã đóng."]
    if scoreboard.status not in OPEN_BOARD:
        if scoreboard.status != ScoreboardStatus.ADOPTED or not scoreboard.cross_method:
            return ["Bảng điểm đã thông qua không có chấm chéo. Hãy lập bản mới của bảng điểm."]
        if method != scoreboard.cross_method:
            return ["Cách lấy điểm chấm chéo đã thông qua cùng bảng điểm; chỉ còn đổi được hạn."]
    if due_on and not method:
        return ["Hãy chọn cách lấy điểm chấm chéo, hoặc bỏ hạn."]
    if due_on and due_on != scoreboard.cross_due_on and due_on < who.on:
        return ["Hạn chấm chéo phải từ hôm nay trở đi."]
    return []


def save_cross_checks(
    who: Standing,
    card: Scorecard,
    scorer: int,
    *,
    is_member: bool = True,
    is_sent: bool = False,
    set_aside: str = "",
) -> list[str]:
    """Every other member scores a sent card until its day ends; what it has sent stands."""
    board = card.scoreboard
    if card.unit_id in who.belongs_to or card.unit_id == scorer:
        return ["Không ai chấm chéo bảng điểm của chính đơn vị mình."]
    if scorer not in scoring_units(who, card) or not is_member:
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị thành viên chấm chéo."]
    if not board.cross_method:
        return ["Khối không chấm chéo năm này."]
    if board.cross_closed_at:
        return ["Chấm chéo đã đóng."]
    if card.state not in CROSSED_CARD:
        return [_why_not_crossed(card)]
    if board.cross_due_on and who.on > board.cross_due_on:
        return [f"Đã hết hạn chấm chéo (ngày {day(board.cross_due_on)}). Phần đã nhập được giữ nguyên."]
    if set_aside:
        return [f"Điểm chấm chéo của đơn vị không được tính: {set_aside}."]
    if is_sent:
        return ["Đơn vị đã gửi điểm chấm chéo của bảng này. Điểm đã gửi không sửa được."]
    return outside_window("cross_check", cycle_of(card).phase, OPEN_IN)


def _why_not_crossed(card: Scorecard) -> str:
    if card.state in EDITABLE_CARD:
        return "Đơn vị chưa gửi bảng tự chấm điểm."
    return "Hội nghị đã thống nhất bảng điểm này."


def send_cross_check(
    who: Standing,
    card: Scorecard,
    scorer: int,
    missing: Sequence[str] = (),
    unexplained: Sequence[str] = (),
    **told: bool | str,
) -> list[str]:
    return save_cross_checks(who, card, scorer, **told) or unfinished(missing) or without_reason(unexplained)


def _keeps_cross_check(who: Standing, card: Scorecard) -> list[str]:
    """The chair keeps the cross-check; for the chair's own card whoever checks it does."""
    if card.unit_id in who.belongs_to:
        return [OWN_CARD]
    if not (who.is_chair or (card.unit_id in who.chair_units and is_verifier(who, card))):
        return [ONLY_CHAIR]
    if card.scoreboard.cross_closed_at:
        return ["Chấm chéo đã đóng."]
    if card.state not in CROSSED_CARD:
        return [_why_not_crossed(card)]
    return outside_window("close_cross_check", cycle_of(card).phase, OPEN_IN)


def set_scorer_aside(who: Standing, card: Scorecard, reason: str, *, has_scored: bool = True) -> list[str]:
    if reasons := _keeps_cross_check(who, card):
        return reasons
    if not has_scored:
        return ["Đơn vị này chưa chấm chéo, hoặc điểm đã được đánh dấu không tính."]
    return [] if reason.strip() else ["Không tính điểm của một đơn vị cần ghi lý do."]


def count_scorer_again(who: Standing, card: Scorecard, reason: str, *, is_aside: bool = True) -> list[str]:
    if reasons := _keeps_cross_check(who, card):
        return reasons
    if not is_aside:
        return ["Điểm của đơn vị này đang được tính."]
    return [] if reason.strip() else ["Tính lại điểm của một đơn vị cần ghi lý do."]


def close_cross_check(
    who: Standing, scoreboard: Scoreboard, reason: str = "", waiting: Sequence[str] = ()
) -> list[str]:
    """`waiting` = “scorer: card” for what has not been sent; before the day ends that needs a reason."""
    if scoreboard.status != ScoreboardStatus.ADOPTED or not scoreboard.cross_method:
        return ["Khối không chấm chéo năm này."]
    if scoreboard.cross_closed_at:
        return ["Chấm chéo đã đóng."]
    if reasons := chair_in(who, scoreboard.cycle, "close_cross_check"):
        return reasons
    is_over = scoreboard.cross_due_on is not None and who.on > scoreboard.cross_due_on
    if waiting and not is_over and not reason.strip():
        return [f"Còn {len(waiting)} bảng chưa chấm chéo xong. Đóng trước hạn cần ghi lý do."]
    return []


def accept_cross(who: Standing, card: Scorecard, results: int = 1) -> list[str]:
    """`results` = how many criteria have a figure that the meeting may take over."""
    if not card.scoreboard.cross_closed_at:
        return ["Chấm chéo chưa đóng nên chưa có kết quả."]
    if reasons := save_marks(who, card, Stage.MEETING):
        return reasons
    return [] if results else ["Không còn tiêu chí nào có kết quả chấm chéo để lấy."]
