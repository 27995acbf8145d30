"""Who asks for an explanation or appeals, who answers and who decides."""

from datetime import date
from decimal import Decimal

from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day, moment
from scoring.enums import AppealKind, AppealOutcome, ScorecardState
from scoring.models import Appeal, Scorecard
from scoring.policies.marks import cycle_of, is_verifier, save_marks, verify
from scoring.queries import CHANGED_AT
from scoring.rules.windows import OPEN_IN


def ask_explanation(
    who: Standing,
    card: Scorecard,
    question: str,
    due_on: date,
    *,
    is_open: bool = False,
    has_mark: bool = True,
) -> list[str]:
    """The verifier asks about one criterion while it checks the card."""
    return (
        verify(who, card)
        or _disputable(question, is_open=is_open, has_mark=has_mark)
        or ([] if due_on >= who.on else ["Hạn giải trình phải từ hôm nay trở đi."])
    )


def _disputable(question: str, *, is_open: bool, has_mark: bool) -> list[str]:
    if not has_mark:
        return ["Tiêu chí này chưa có điểm."]
    if is_open:
        return ["Tiêu chí này đang chờ giải trình hoặc kết luận."]
    return [] if question.strip() else ["Hãy ghi nội dung cần giải trình hoặc kiến nghị."]


def open_appeal(
    who: Standing,
    card: Scorecard,
    question: str,
    *,
    is_open: bool = False,
    has_mark: bool = True,
    is_heard: bool = False,
) -> list[str]:
    """The unit contests the bloc's mark of one criterion, once."""
    if card.unit_id not in (who.officer_of | who.head_of):
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị đề nghị xem xét lại điểm của đơn vị mình."]
    if card.state != ScorecardState.VERIFIED:
        return [
            "Đề nghị xem xét lại điểm được gửi sau khi khối rà soát xong và trước khi hội nghị thống nhất."
        ]
    if is_heard:
        return ["Kiến nghị của đơn vị về tiêu chí này đã được kết luận."]
    return _disputable(question, is_open=is_open, has_mark=has_mark) or outside_window(
        "open_appeal", cycle_of(card).phase, OPEN_IN
    )


def answer_appeal(who: Standing, appeal: Appeal, answer: str) -> list[str]:
    """The unit explains until the end of the day, by the clock of Vietnam."""
    if appeal.card.unit_id not in (who.officer_of | who.head_of):
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị được yêu cầu giải trình."]
    if appeal.kind != AppealKind.EXPLANATION:
        return ["Kiến nghị do đơn vị gửi, đang chờ bên rà soát kết luận."]
    if appeal.decided_at:
        return [f"Yêu cầu giải trình này đã kết luận lúc {moment(appeal.decided_at)}."]
    if appeal.answered_at:
        return [f"Đơn vị đã giải trình lúc {moment(appeal.answered_at)}."]
    if who.on > appeal.due_on:
        return [f"Đã hết hạn giải trình (ngày {day(appeal.due_on)})."]
    if reasons := outside_window("answer_appeal", cycle_of(appeal.card).phase, OPEN_IN):
        return reasons
    return [] if answer.strip() else ["Hãy ghi nội dung giải trình."]


def decide_appeal(
    who: Standing,
    appeal: Appeal,
    outcome: str,
    reason: str,
    points: Decimal | None = None,
    now: Decimal | None = None,
) -> list[str]:
    """Whoever checks the card decides, once, with a reason; `now` = the points that stand."""
    card = appeal.card
    if card.unit_id in who.belongs_to:
        return ["Không ai kết luận giải trình, kiến nghị của chính đơn vị mình."]
    if not is_verifier(who, card):
        return ["Chỉ đơn vị rà soát bảng điểm này kết luận giải trình, kiến nghị."]
    if appeal.decided_at:
        return [f"Đã kết luận lúc {moment(appeal.decided_at)}: {appeal.get_outcome_display().lower()}."]
    if card.state not in (ScorecardState.SENT, ScorecardState.VERIFIED):
        return ["Chỉ kết luận khi bảng điểm đang ở khối và hội nghị chưa thống nhất."]
    waits = appeal.kind == AppealKind.EXPLANATION and not appeal.answered_at
    if waits and who.on <= appeal.due_on:
        return [f"Đơn vị còn hạn giải trình đến hết ngày {day(appeal.due_on)}."]
    if reasons := outside_window("decide_appeal", cycle_of(card).phase, OPEN_IN):
        return reasons
    return _conclusion(outcome, reason, points, now) or (
        save_marks(who, card, CHANGED_AT[card.state]) if outcome == AppealOutcome.CHANGED else []
    )


def _conclusion(outcome: str, reason: str, points: Decimal | None, now: Decimal | None) -> list[str]:
    if outcome not in AppealOutcome.values:
        return ["Hãy chọn giữ nguyên hoặc điều chỉnh điểm."]
    if not reason.strip():
        return ["Kết luận cần ghi lý do."]
    if outcome == AppealOutcome.CHANGED and points is None:
        return ["Hãy ghi điểm sau điều chỉnh."]
    if outcome == AppealOutcome.CHANGED and points == now:
        return ["Điểm này bằng điểm hiện tại. Hãy chọn giữ nguyên điểm."]
    return []
