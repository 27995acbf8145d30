"""Who may score, check and rank now; an empty list means yes."""

from collections.abc import Sequence

from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from blocs.rules import outside_window
from documents.models import Upload
from scoring.enums import GuidanceStatus, RankingStatus, ScoreboardStatus, ScorecardState, Stage
from scoring.models import Criterion, Guidance, RankingRun, Scoreboard, Scorecard
from scoring.queries import EDITABLE_CARD, judges_of
from scoring.rules.windows import OPEN_IN

OWN_CARD = "Không ai rà soát bảng điểm của chính đơn vị mình."
FROZEN_GUIDANCE = "Hướng dẫn đã công bố thì không sửa được. Hãy lập bản mới."
OPEN_BOARD = (ScoreboardStatus.DRAFT, ScoreboardStatus.CHECKED)
FROZEN_BOARD = "Bảng điểm đã thông qua và được khóa. Hãy lập bản mới."


# Guidance


def create_guidance(who: Standing) -> list[str]:
    return [] if who.is_province_head or who.is_province_officer else [ONLY_PROVINCE]


def edit_guidance(who: Standing, guidance: Guidance) -> list[str]:
    return create_guidance(who) or ([] if guidance.status == GuidanceStatus.DRAFT else [FROZEN_GUIDANCE])


def write_frame(who: Standing, guidance: Guidance) -> list[str]:
    return edit_guidance(who, guidance)


def _waive(finding: str, reason: str, findings: Sequence[str]) -> list[str]:
    if finding not in findings:
        return ["Không còn điều này trong kết quả kiểm tra. Hãy tải lại trang."]
    return [] if reason.strip() else ["Chấp nhận một điều bộ kiểm tra nêu ra cần ghi lý do."]


def waive_finding(
    who: Standing, guidance: Guidance, finding: str, reason: str, findings: Sequence[str]
) -> list[str]:
    return edit_guidance(who, guidance) or _waive(finding, reason, findings)


def publish_guidance(who: Standing, guidance: Guidance, faults: Sequence[str] = ()) -> list[str]:
    """`faults` = findings of the checker that are neither mended nor waived."""
    if not who.is_province_head:
        return ["Chỉ lãnh đạo cơ quan thường trực công bố hướng dẫn."]
    if guidance.status != GuidanceStatus.DRAFT:
        return ["Hướng dẫn này đã công bố."]
    return list(faults)


def renew_guidance(who: Standing, guidance: Guidance, *, is_being_renewed: bool = False) -> list[str]:
    if guidance.status != GuidanceStatus.PUBLISHED:
        return ["Chỉ lập bản mới từ hướng dẫn đang được công bố."]
    if is_being_renewed:
        return ["Đã có bản mới của hướng dẫn này. Hãy mở bản đó."]
    return create_guidance(who)


# Scoreboard


def _chair_in(who: Standing, cycle: Cycle, action: str) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    return outside_window(action, cycle.phase, OPEN_IN)


def draft_scoreboard(who: Standing, cycle: Cycle, existing: Sequence[Scoreboard] = ()) -> list[str]:
    if any(board.status in OPEN_BOARD for board in existing):
        return ["Khối đang có một dự thảo bảng điểm. Hãy sửa dự thảo đó."]
    return _chair_in(who, cycle, "draft_scoreboard")


def edit_scoreboard(who: Standing, scoreboard: Scoreboard) -> list[str]:
    if scoreboard.status not in OPEN_BOARD:
        return [FROZEN_BOARD]
    return _chair_in(who, scoreboard.cycle, "draft_scoreboard")


def discard_scoreboard(who: Standing, scoreboard: Scoreboard) -> list[str]:
    return edit_scoreboard(who, scoreboard)


def waive_board_finding(
    who: Standing, scoreboard: Scoreboard, finding: str, reason: str, findings: Sequence[str]
) -> list[str]:
    return edit_scoreboard(who, scoreboard) or _waive(finding, reason, findings)


def adopt_scoreboard(
    who: Standing,
    scoreboard: Scoreboard,
    how: str,
    faults: Sequence[str] = (),
    sent: Sequence[str] = (),
) -> list[str]:
    """`sent` = units whose cards of an earlier version have been sent already."""
    if scoreboard.status not in OPEN_BOARD:
        return ["Bảng điểm này đã được thông qua."]
    if reasons := _chair_in(who, scoreboard.cycle, "adopt_scoreboard"):
        return reasons
    if sent:
        return [f"Đã có đơn vị gửi bảng tự chấm điểm ({', '.join(sent)}). Hãy trả lại các bảng đó trước."]
    if not how.strip():
        return ["Hãy ghi hình thức thông qua, ví dụ: thống nhất tại hội nghị ngày 02/05/2019."]
    return list(faults)


def add_missing_cards(
    who: Standing, cycle: Cycle, scoreboard: Scoreboard | None, late: Sequence[Unit]
) -> list[str]:
    """`late` = members that have no card yet."""
    if scoreboard is None or scoreboard.status != ScoreboardStatus.ADOPTED:
        return ["Bảng điểm của khối chưa được thông qua."]
    if not late:
        return ["Mọi đơn vị thành viên đã có bảng tự chấm điểm."]
    return _chair_in(who, cycle, "score_self")


# Cards and marks


def save_marks(who: Standing, card: Scorecard, stage: str) -> list[str]:
    """Who may give marks at a stage, in which state of the card and phase of the year."""
    laws = {
        Stage.SELF: _score_self,
        Stage.BLOC: _verify,
        Stage.MEETING: _agree,
        Stage.PROVINCE: _appraise,
    }
    if stage not in laws:
        return ["Vòng chấm này không nhập điểm tại đây."]
    return laws[stage](who, card)


def accept_marks(who: Standing, card: Scorecard) -> list[str]:
    return _verify(who, card)


def give_reason(who: Standing, card: Scorecard, stage: str, reason: str) -> list[str]:
    return save_marks(who, card, stage) or ([] if reason.strip() else ["Hãy ghi lý do."])


def _score_self(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id not in (who.officer_of | who.head_of):
        return ["Chỉ chuyên viên và thủ trưởng của đơn vị tự chấm điểm."]
    if card.state not in EDITABLE_CARD:
        return ["Bảng tự chấm điểm đã gửi. Hãy rút lại khi khối chưa rà soát, hoặc đề nghị khối trả lại."]
    return outside_window("score_self", _cycle(card).phase, OPEN_IN)


def is_verifier(who: Standing, card: Scorecard) -> bool:
    """The chair checks the others, the vice-chair checks the chair; or the unit that the meeting appointed."""
    if card.unit_id in who.belongs_to:
        return False
    return bool((who.officer_of | who.head_of) & judges_of(card, who.chair_units, who.vice_units))


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
    """The chair records what the meeting agreed; for the chair's own card whoever checked it does."""
    if card.unit_id in who.belongs_to:
        return ["Điểm thống nhất của chính đơn vị mình do đơn vị đã rà soát ghi."]
    if not (who.is_chair or (card.unit_id in who.chair_units and is_verifier(who, card))):
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
    who: Standing, card: Scorecard, missing: Sequence[str] = (), unexplained: Sequence[str] = ()
) -> list[str]:
    """Every criterion checked, and a reason wherever the bloc's mark differs from the unit's."""
    return _verify(who, card) or _unfinished(missing) or _without_reason(unexplained)


def _without_reason(codes: Sequence[str]) -> list[str]:
    if not codes:
        return []
    return [f"Điểm khác với vòng trước cần ghi lý do: {', '.join(codes)}."]


def reopen_verification(who: Standing, card: Scorecard, reason: str) -> list[str]:
    if not is_verifier(who, card):
        return ["Đơn vị đã rà soát mở lại việc rà soát."]
    if card.state != ScorecardState.VERIFIED:
        return ["Chỉ mở lại được bảng điểm đã rà soát xong và hội nghị chưa chốt."]
    if not reason.strip():
        return ["Mở lại việc rà soát cần ghi lý do."]
    return outside_window("verify", _cycle(card).phase, OPEN_IN)


def appoint_verifier(who: Standing, card: Scorecard, unit: Unit, reason: str) -> list[str]:
    if unit.pk == card.unit_id:
        return [OWN_CARD]
    if card.state not in (*EDITABLE_CARD, ScorecardState.SENT):
        return ["Bảng điểm này đã rà soát xong."]
    if not reason.strip():
        return ["Giao đơn vị khác rà soát cần ghi lý do."]
    return _chair_in(who, _cycle(card), "verify")


def agree_cards(
    who: Standing,
    cycle: Cycle,
    waiting: Sequence[str] = (),
    unexplained: Sequence[str] = (),
    ready: int = 1,
) -> list[str]:
    """`waiting` = ranked units whose cards are not checked yet; `ready` = cards to be agreed."""
    if reasons := _chair_in(who, cycle, "agree"):
        return reasons
    if waiting:
        return [f"Chưa rà soát xong: {', '.join(waiting)}."]
    if not ready:
        return ["Không còn bảng điểm nào chờ thống nhất."]
    return [f"Điểm thống nhất khác điểm khối thẩm định cần ghi lý do: {one}." for one in unexplained]


def reopen_agreement(who: Standing, card: Scorecard, reason: str, *, is_ranked: bool = False) -> list[str]:
    if reasons := _chair_in(who, _cycle(card), "agree"):
        return reasons
    if card.state != ScorecardState.AGREED:
        return ["Hội nghị chưa thống nhất bảng điểm này."]
    if is_ranked:
        return ["Xếp hạng của năm đã chốt. Hãy mở lại xếp hạng trước."]
    return [] if reason.strip() else ["Mở lại điểm đã thống nhất cần ghi lý do."]


def finish_appraisal(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), unexplained: Sequence[str] = ()
) -> list[str]:
    return _appraise(who, card) or _unfinished(missing) or _without_reason(unexplained)


# Evidence


def add_evidence(who: Standing, card: Scorecard) -> list[str]:
    return _score_self(who, card)


def attach_evidence(who: Standing, card: Scorecard, criterion: Criterion, upload: Upload) -> list[str]:
    if upload.unit_id != card.unit_id or criterion.scoreboard_id != card.scoreboard_id or criterion.is_group:
        return ["Tệp hoặc tiêu chí không thuộc bảng tự chấm điểm này. Hãy tải lại trang."]
    return _score_self(who, card)


def remove_evidence(who: Standing, card: Scorecard) -> list[str]:
    return _score_self(who, card)


# Ranking


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
    if reasons := _chair_in(who, cycle, "rank"):
        return reasons
    if not cards:
        return ["Bảng điểm của khối chưa được thông qua nên chưa có gì để xếp hạng."]
    return [f"Hội nghị chưa thống nhất điểm của: {', '.join(waiting)}."] if waiting else []


def decide_tie(who: Standing, run: RankingRun, reason: str) -> list[str]:
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if not reason.strip():
        return ["Quyết định khi bằng điểm cần ghi lý do."]
    return _chair_in(who, run.cycle, "rank")


def adopt_ranking(who: Standing, run: RankingRun, how: str, *, is_stale: bool = False) -> list[str]:
    """`is_stale`: the scores have moved since the ranking was made."""
    if run.status != RankingStatus.DRAFT:
        return ["Xếp hạng đã chốt."]
    if reasons := _chair_in(who, run.cycle, "rank"):
        return reasons
    if not how.strip():
        return ["Hãy ghi hình thức hội nghị thống nhất xếp hạng."]
    return ["Điểm đã thay đổi sau khi lập xếp hạng. Hãy lập lại xếp hạng."] if is_stale else []


def reopen_ranking(who: Standing, run: RankingRun, reason: str) -> list[str]:
    if run.status != RankingStatus.ADOPTED:
        return ["Xếp hạng này chưa chốt."]
    if not reason.strip():
        return ["Mở lại xếp hạng đã chốt cần ghi lý do."]
    return _chair_in(who, run.cycle, "rank")


# Papers


def read_summary(who: Standing, run: RankingRun | None) -> list[str]:
    """Everybody's figures side by side: for whoever keeps the bloc; for all once the ranking is adopted."""
    if who.is_secretariat or who.is_vice or who.reads_all:
        return []
    if run and run.status == RankingStatus.ADOPTED:
        return []
    return ["Tổng hợp điểm của các đơn vị được xem sau khi chốt xếp hạng."]


def open_score_report(who: Standing) -> list[str]:
    return [] if who.is_secretariat else [ONLY_CHAIR]
