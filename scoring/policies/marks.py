"""Who may write marks at which stage of a card."""

from collections.abc import Sequence

from blocs.models import Cycle
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.enums import ScorecardState, Stage
from scoring.models import Scorecard
from scoring.queries import EDITABLE_CARD, judges_of
from scoring.rules.windows import OPEN_IN

BEYOND = "Đơn vị của bạn không thuộc khối năm này."
OWN_CARD = "Không ai rà soát bảng điểm của chính đơn vị mình."


def save_marks(who: Standing, card: Scorecard, stage: str) -> list[str]:
    """Who may give marks at a stage, in which state of the card and phase of the year."""
    laws = {
        Stage.SELF: score_self,
        Stage.BLOC: verify,
        Stage.MEETING: _agree,
        Stage.PROVINCE: appraise,
    }
    if stage not in laws:
        return ["Vòng chấm này không nhập điểm tại đây."]
    # Last year's chair keeps a year without one; where its unit has left the bloc, it scores nobody there.
    if not (who.member_of or who.reads_all):
        return [BEYOND]
    return laws[stage](who, card)


def import_marks(who: Standing, cycle: Cycle, cards: Sequence[tuple[Scorecard, str]]) -> list[str]:
    """Each card of a workbook is allowed on its own; `cards` = (card, stage)."""
    if not cards:
        return ["Tệp không có ô nào bạn được nhập lúc này, hoặc không có gì thay đổi."]
    reasons = []
    for card, stage in cards:
        if card.scoreboard.cycle_id != cycle.pk:
            reasons.append(f"{card.unit.short_name}: bảng điểm này không thuộc năm {cycle.year}.")
        else:
            reasons += [f"{card.unit.short_name}: {reason}" for reason in save_marks(who, card, stage)]
    return reasons


def accept_marks(who: Standing, card: Scorecard) -> list[str]:
    return verify(who, card)


def give_reason(who: Standing, card: Scorecard, stage: str, reason: str) -> list[str]:
    return save_marks(who, card, stage) or ([] if reason.strip() else ["Hãy ghi lý do."])


def score_self(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id not in (who.officer_of | who.head_of):
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị tự chấm điểm."]
    if card.state not in EDITABLE_CARD:
        return ["Bảng tự chấm điểm đã gửi. Hãy rút lại khi khối chưa rà soát, hoặc đề nghị khối trả lại."]
    return outside_window("score_self", cycle_of(card).phase, OPEN_IN)


def is_verifier(who: Standing, card: Scorecard) -> bool:
    """The chair checks the others, the vice-chair checks the chair; or the unit that the meeting appointed."""
    if card.unit_id in who.belongs_to:
        return False
    return bool((who.officer_of | who.head_of) & judges_of(card, who.chair_units, who.vice_units))


def verify(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id in who.belongs_to:
        return [OWN_CARD]
    if not is_verifier(who, card):
        if card.unit_id in who.chair_units:
            return ["Bảng điểm của Khối trưởng do Khối phó, hoặc đơn vị được hội nghị giao, rà soát."]
        return ["Chỉ Khối trưởng, Khối phó, hoặc đơn vị được hội nghị giao, rà soát bảng điểm này."]
    if card.state != ScorecardState.SENT:
        return [_why_not_sent(card)]
    return outside_window("verify", cycle_of(card).phase, OPEN_IN)


def _why_not_sent(card: Scorecard) -> str:
    if card.state in EDITABLE_CARD:
        return "Đơn vị chưa gửi bảng tự chấm điểm."
    return "Bảng điểm này đã rà soát xong."


def _agree(who: Standing, card: Scorecard) -> list[str]:
    """The chair records what the meeting agreed; for the chair's own card whoever checked it does."""
    if card.unit_id in who.belongs_to:
        return ["Điểm thống nhất của chính đơn vị mình do đơn vị đã rà soát ghi."]
    if not (who.is_chair or (card.unit_id in who.chair_units and is_verifier(who, card))):
        return [ONLY_CHAIR]
    if card.state != ScorecardState.VERIFIED:
        return ["Chỉ ghi điểm thống nhất cho bảng điểm khối đã rà soát xong và hội nghị chưa chốt."]
    return outside_window("agree", cycle_of(card).phase, OPEN_IN)


def appraise(who: Standing, card: Scorecard) -> list[str]:
    if not (who.is_assigned_officer or who.is_province_head):
        return [ONLY_PROVINCE]
    if card.unit_id in who.belongs_to:
        return ["Bạn thuộc đơn vị này nên không thẩm định bảng điểm của đơn vị."]
    if card.state != ScorecardState.AGREED:
        return ["Khối chưa thống nhất bảng điểm này."]
    return outside_window("appraise", cycle_of(card).phase, OPEN_IN)


def cycle_of(card: Scorecard) -> Cycle:
    return card.scoreboard.cycle
