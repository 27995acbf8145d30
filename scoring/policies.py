"""Who may score, check and rank now; an empty list means yes."""

from collections.abc import Sequence

from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.enums import GuidanceStatus, RankingStatus, ScoreboardStatus, ScorecardState, Stage
from scoring.models import Guidance, RankingRun, Scoreboard, Scorecard
from scoring.queries import EDITABLE_CARD
from scoring.rules.windows import OPEN_IN

OWN_CARD = "Không ai rà soát bảng điểm của chính đơn vị mình."
FROZEN_GUIDANCE = "Hướng dẫn đã công bố thì không sửa được. Hãy lập bản mới."
FROZEN_BOARD = "Bảng điểm đã thông qua và được khóa. Hãy lập bản mới."


# Guidance


def create_guidance(who: Standing) -> list[str]:
    return [] if who.is_province_head or who.is_province_officer else [ONLY_PROVINCE]


def edit_guidance(who: Standing, guidance: Guidance) -> list[str]:
    return create_guidance(who) or ([] if guidance.status == GuidanceStatus.DRAFT else [FROZEN_GUIDANCE])


def publish_guidance(who: Standing, guidance: Guidance, faults: Sequence[str] = ()) -> list[str]:
    """`faults` = findings of the checker that are neither mended nor waived."""
    if not who.is_province_head:
        return ["Chỉ lãnh đạo cơ quan thường trực công bố hướng dẫn."]
    if guidance.status != GuidanceStatus.DRAFT:
        return ["Hướng dẫn này đã công bố."]
    return list(faults)


# Scoreboard


def _chair_in(who: Standing, cycle: Cycle, action: str) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    return outside_window(action, cycle.phase, OPEN_IN)


def draft_scoreboard(who: Standing, cycle: Cycle, existing: Scoreboard | None) -> list[str]:
    if existing and existing.status != ScoreboardStatus.ADOPTED:
        return ["Khối đang có một dự thảo bảng điểm. Hãy sửa dự thảo đó."]
    return _chair_in(who, cycle, "draft_scoreboard")


def edit_scoreboard(who: Standing, scoreboard: Scoreboard) -> list[str]:
    if scoreboard.status in (ScoreboardStatus.ADOPTED, ScoreboardStatus.REPLACED):
        return [FROZEN_BOARD]
    return _chair_in(who, scoreboard.cycle, "draft_scoreboard")


def adopt_scoreboard(
    who: Standing, scoreboard: Scoreboard, faults: Sequence[str] = (), sent: Sequence[str] = ()
) -> list[str]:
    """`sent` = units whose cards of an earlier version have been sent already."""
    if scoreboard.status in (ScoreboardStatus.ADOPTED, ScoreboardStatus.REPLACED):
        return ["Bảng điểm này đã được thông qua."]
    if sent:
        return [f"Đã có đơn vị gửi bảng tự chấm điểm ({', '.join(sent)}). Hãy trả lại các bảng đó trước."]
    return _chair_in(who, scoreboard.cycle, "adopt_scoreboard") or list(faults)


# Cards and marks


def save_marks(who: Standing, card: Scorecard, stage: str) -> list[str]:
    """Who may give marks at a stage, in which state of the card and phase of the year."""
    return {
        Stage.SELF: _score_self,
        Stage.BLOC: _verify,
        Stage.MEETING: _agree,
        Stage.PROVINCE: _appraise,
    }[stage](who, card)


def _score_self(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id not in (who.officer_of | who.head_of):
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị tự chấm điểm."]
    if card.state not in EDITABLE_CARD:
        return ["Bảng tự chấm điểm đã gửi. Hãy rút lại khi khối chưa rà soát, hoặc đề nghị khối trả lại."]
    return outside_window("score_self", _cycle(card).phase, OPEN_IN)


def is_verifier(who: Standing, card: Scorecard) -> bool:
    """The chair checks the others, the vice-chair checks the chair; or the unit that the meeting appointed."""
    mine = who.officer_of | who.head_of
    if card.unit_id in who.belongs_to:
        return False
    if card.verifier_id:
        return card.verifier_id in mine
    judges = who.vice_units if card.unit_id in who.chair_units else who.chair_units | who.vice_units
    return bool(mine & judges)


def _verify(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id in who.belongs_to:
        return [OWN_CARD]
    if not is_verifier(who, card):
        if card.unit_id in who.chair_units:
            return ["Bảng điểm của Khối trưởng do Khối phó, hoặc đơn vị được hội nghị giao, rà soát."]
        return ["Chỉ Khối trưởng, Khối phó, hoặc đơn vị được hội nghị giao, rà soát bảng điểm này."]
    if card.state != ScorecardState.SENT:
        return [_why_not_sent(card)]
    return outside_window("verify", _cycle(card).phase, OPEN_IN)


def _why_not_sent(card: Scorecard) -> str:
    if card.state in EDITABLE_CARD:
        return "Đơn vị chưa gửi bảng tự chấm điểm."
    return "Bảng điểm này đã rà soát xong."


def _agree(who: Standing, card: Scorecard) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    if card.state != ScorecardState.VERIFIED:
        return ["Chỉ ghi điểm thống nhất cho bảng điểm khối đã rà soát xong và hội nghị chưa chốt."]
    return outside_window("agree", _cycle(card).phase, OPEN_IN)


def _appraise(who: Standing, card: Scorecard) -> list[str]:
    if not (who.is_assigned_officer or who.is_province_head):
        return [ONLY_PROVINCE]
    if card.unit_id in who.belongs_to:
        return ["Bạn thuộc đơn vị này nên không thẩm định bảng điểm của đơn vị."]
    if card.state != ScorecardState.AGREED:
        return ["Khối chưa thống nhất bảng điểm này."]
    return outside_window("appraise", _cycle(card).phase, OPEN_IN)


def _cycle(card: Scorecard) -> Cycle:
    return card.scoreboard.cycle


def propose_card(who: Standing, card: Scorecard, missing: Sequence[str] = ()) -> list[str]:
    """The officer puts the finished card before the head; `missing` = codes not scored yet."""
    if card.state == ScorecardState.PROPOSED:
        return ["Bảng tự chấm điểm đang chờ thủ trưởng duyệt."]
    return _score_self(who, card) or _unfinished(missing)


def send_card(who: Standing, card: Scorecard, missing: Sequence[str] = ()) -> list[str]:
    """The head approves and sends."""
    if card.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị duyệt và gửi bảng tự chấm điểm. Hãy trình thủ trưởng."]
    return _score_self(who, card) or _unfinished(missing)


def _unfinished(missing: Sequence[str]) -> list[str]:
    if not missing:
        return []
    shown = ", ".join(missing[:8]) + (" …" if len(missing) > 8 else "")
    return [f"Còn {len(missing)} tiêu chí chưa chấm: {shown}. Chưa chấm khác với 0 điểm."]


def recall_card(who: Standing, card: Scorecard, *, is_being_checked: bool) -> list[str]:
    """Take a sent card back while nobody has begun to check it."""
    if card.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị rút lại bảng tự chấm điểm."]
    if card.state != ScorecardState.SENT:
        return ["Chỉ rút lại được bảng đã gửi và khối chưa rà soát xong."]
    if is_being_checked:
        return ["Khối đã bắt đầu rà soát bảng điểm này. Hãy đề nghị khối trả lại."]
    return []


def return_card(who: Standing, card: Scorecard, reason: str) -> list[str]:
    return _verify(who, card) or ([] if reason.strip() else ["Trả lại bảng điểm cần ghi lý do."])


def finish_verification(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), without_reason: Sequence[str] = ()
) -> list[str]:
    """Every criterion checked, and a reason wherever the bloc's mark differs from the unit's."""
    reasons = _verify(who, card) or _unfinished(missing)
    if not reasons and without_reason:
        reasons = [f"Điểm khác với đơn vị tự chấm cần ghi lý do: {', '.join(without_reason)}."]
    return reasons


def reopen_verification(who: Standing, card: Scorecard, reason: str) -> list[str]:
    if not is_verifier(who, card):
        return ["Đơn vị đã rà soát mở lại việc rà soát."]
    if card.state != ScorecardState.VERIFIED:
        return ["Chỉ mở lại được bảng điểm đã rà soát xong và hội nghị chưa chốt."]
    return [] if reason.strip() else ["Mở lại việc rà soát cần ghi lý do."]


def appoint_verifier(who: Standing, card: Scorecard, unit: Unit, reason: str) -> list[str]:
    if unit.pk == card.unit_id:
        return [OWN_CARD]
    if card.unit_id in who.chair_units and unit.pk in who.chair_units:
        return ["Khối trưởng không rà soát bảng điểm của Khối trưởng."]
    if not reason.strip():
        return ["Giao đơn vị khác rà soát cần ghi lý do."]
    return _chair_in(who, _cycle(card), "verify")


def agree_cards(who: Standing, cycle: Cycle, waiting: Sequence[str] = ()) -> list[str]:
    """`waiting` = ranked units whose cards are not checked yet."""
    if waiting:
        return [f"Chưa rà soát xong: {', '.join(waiting)}."]
    return _chair_in(who, cycle, "agree")


# Ranking


def make_ranking(
    who: Standing, cycle: Cycle, waiting: Sequence[str] = (), adopted: RankingRun | None = None
) -> list[str]:
    """`waiting` = ranked units whose scores the meeting has not agreed."""
    if adopted and adopted.status == RankingStatus.ADOPTED:
        return ["Xếp hạng của năm đã được chốt."]
    if waiting:
        return [f"Hội nghị chưa thống nhất điểm của: {', '.join(waiting)}."]
    return _chair_in(who, cycle, "rank")


def decide_tie(who: Standing, run: RankingRun, reason: str) -> list[str]:
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if not reason.strip():
        return ["Quyết định khi bằng điểm cần ghi lý do."]
    return _chair_in(who, run.cycle, "rank")


def adopt_ranking(who: Standing, run: RankingRun, how: str) -> list[str]:
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if not how.strip():
        return ["Hãy ghi hình thức hội nghị thống nhất xếp hạng."]
    return _chair_in(who, run.cycle, "rank")
