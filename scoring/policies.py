"""Who may score, check and rank now; an empty list means yes."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day, moment, number
from documents.models import Upload
from scoring.enums import (
    AppealKind,
    AppealOutcome,
    GuidanceStatus,
    RankingStatus,
    ScoreboardStatus,
    ScorecardState,
    Stage,
)
from scoring.models import Appeal, Criterion, Guidance, MarkEvidence, RankingRun, Scoreboard, Scorecard
from scoring.queries import CHANGED_AT, CROSSED_CARD, EDITABLE_CARD, judges_of, scoring_units
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


def edit_frame(who: Standing, owner: Guidance | Scoreboard) -> list[str]:
    """Whoever writes a guidance or a bloc's board also writes its frame, as long as it is a draft."""
    return edit_guidance(who, owner) if isinstance(owner, Guidance) else edit_scoreboard(who, owner)


def add_criterion(
    who: Standing,
    owner: Guidance | Scoreboard,
    code: str = "",
    taken: Collection[str] = (),
    parent: Criterion | None = None,
) -> list[str]:
    """`taken` = codes that the frame has already."""
    if parent is not None and not parent.is_group:
        return [f"{parent.code} là tiêu chí, không có dòng con. Hãy tách tiêu chí này trước."]
    return edit_frame(who, owner) or _code_is_free(code, taken)


def _code_is_free(code: str, taken: Collection[str]) -> list[str]:
    return [f"Ký hiệu {code} đã dùng cho dòng khác. Hãy đổi ký hiệu."] if code in taken else []


def edit_criterion(
    who: Standing,
    owner: Guidance | Scoreboard,
    code: str = "",
    taken: Collection[str] = (),
    *,
    becomes_leaf: bool = False,
) -> list[str]:
    """`becomes_leaf` = a group that has rows would get a way of scoring of its own."""
    if reasons := edit_frame(who, owner) or _code_is_free(code, taken):
        return reasons
    return [f"{code} có tiêu chí con nên là nhóm, không tự có cách tính điểm."] if becomes_leaf else []


def move_criterion(
    who: Standing,
    owner: Guidance | Scoreboard,
    criterion: Criterion,
    group: Criterion | None = None,
    inside: Collection[int] = (),
) -> list[str]:
    """`inside` = keys of the row and of everything under it: a row does not move into itself."""
    if reasons := edit_frame(who, owner):
        return reasons
    if group is not None and not group.is_group:
        return [f"{group.code} là tiêu chí, không phải nhóm. Hãy chọn một nhóm."]
    if group is not None and group.pk in inside:
        return [f"Không chuyển {criterion.code} vào chính nó hoặc vào dòng con của nó. Hãy chọn nhóm khác."]
    return []


def split_criterion(
    who: Standing, owner: Guidance | Scoreboard, criterion: Criterion, points: Sequence[Decimal]
) -> list[str]:
    """The parts must add up to what the criterion has: its points do not change by being split."""
    if reasons := edit_frame(who, owner):
        return reasons
    if criterion.is_group:
        return [f"{criterion.code} là nhóm. Chỉ tách một tiêu chí; với nhóm, hãy thêm dòng con."]
    if len(points) < 2:
        return ["Hãy ghi ít nhất hai phần, mỗi dòng một phần: nội dung = điểm."]
    total = sum(points, Decimal(0))
    if total != criterion.max_points:
        return [
            f"Các phần cộng được {number(total)}, {criterion.code} có {number(criterion.max_points)} điểm. "
            "Hãy chia lại cho đủ."
        ]
    return []


def remove_criterion(who: Standing, owner: Guidance | Scoreboard) -> list[str]:
    return edit_frame(who, owner)


def renumber_frame(who: Standing, owner: Guidance | Scoreboard) -> list[str]:
    return edit_frame(who, owner)


def copy_frame(who: Standing, owner: Guidance | Scoreboard, *, is_readable: bool = True) -> list[str]:
    """`is_readable` = the person may see the frame that is copied, and it is settled."""
    if reasons := edit_frame(who, owner):
        return reasons
    return [] if is_readable else ["Không có thang bảng điểm này để sao chép. Hãy chọn trong danh sách."]


def renew_guidance(who: Standing, guidance: Guidance, *, is_being_renewed: bool = False) -> list[str]:
    if guidance.status != GuidanceStatus.PUBLISHED:
        return ["Chỉ lập bản mới từ hướng dẫn đang được công bố."]
    if is_being_renewed:
        return ["Đã có bản mới của hướng dẫn này. Hãy mở bản đó."]
    return create_guidance(who)


def import_guidance(who: Standing, newest: Guidance | None) -> list[str]:
    """`newest` = the last version that already has this number."""
    if newest is not None and newest.status != GuidanceStatus.DRAFT:
        return create_guidance(who) or [
            f"Hướng dẫn số {newest.number} đã công bố nên không nhập đè được. Hãy lập bản mới rồi nhập."
        ]
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
    unbound: Sequence[str] = (),
) -> list[str]:
    """`sent` = units whose cards of an earlier version have been sent already.

    `unbound` = contents whose points are not those of the guidance: never waived, unlike `faults`.
    """
    if scoreboard.status not in OPEN_BOARD:
        return ["Bảng điểm này đã được thông qua."]
    if reasons := _chair_in(who, scoreboard.cycle, "adopt_scoreboard"):
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


def propose_card(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), stale: Sequence[str] = ()
) -> list[str]:
    """The officer puts the finished card before the head; `missing` = codes not scored yet.

    `stale` = codes whose marks are no longer what the covenant's results say.
    """
    if card.state == ScorecardState.PROPOSED:
        return ["Bảng tự chấm điểm đang chờ thủ trưởng duyệt."]
    return _score_self(who, card) or _not_as_told(stale) or _unfinished(missing)


def send_card(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), stale: Sequence[str] = ()
) -> list[str]:
    """The head approves and sends."""
    if card.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị duyệt và gửi bảng tự chấm điểm. Hãy trình thủ trưởng."]
    return _score_self(who, card) or _not_as_told(stale) or _unfinished(missing)


def _not_as_told(codes: Sequence[str]) -> list[str]:
    if not codes:
        return []
    return [f"Tiêu chí {', '.join(codes)} chưa theo kết quả giao ước. Hãy bấm “Lấy kết quả giao ước”."]


def pull_results(who: Standing, card: Scorecard, linked: int = 1) -> list[str]:
    """`linked` = how many criteria take their figures from the covenant."""
    return _score_self(who, card) or (
        [] if linked else ["Không có tiêu chí nào lấy số liệu từ giao ước đã thống nhất."]
    )


def waive_lateness(
    who: Standing, card: Scorecard, reason: str, *, is_losing: bool = True, is_ranked: bool = False
) -> list[str]:
    """The province's officer of the bloc, its office's head, or the chair for others than itself."""
    if card.unit_id in who.belongs_to:
        return ["Không ai miễn trừ điểm gửi chậm cho chính đơn vị mình."]
    if not (who.is_assigned_officer or who.is_province_head or who.is_chair):
        return ["Chỉ cơ quan thường trực hoặc Khối trưởng miễn trừ điểm gửi chậm."]
    if not is_losing:
        return ["Bảng điểm này không bị trừ điểm gửi chậm."]
    if is_ranked:
        return ["Xếp hạng của năm đã chốt. Hãy mở lại xếp hạng trước."]
    if reasons := outside_window("waive_lateness", _cycle(card).phase, OPEN_IN):
        return reasons
    return [] if reason.strip() else ["Miễn trừ điểm gửi chậm cần ghi lý do."]


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
    undecided: Sequence[str] = (),
) -> list[str]:
    """`waiting` = ranked units whose cards are not checked yet; `ready` = cards to be agreed; `undecided` = appeals."""
    if reasons := _chair_in(who, cycle, "agree"):
        return reasons
    if waiting:
        return [f"Chưa rà soát xong: {', '.join(waiting)}."]
    if not ready:
        return ["Không còn bảng điểm nào chờ thống nhất."]
    if undecided:
        return [f"Còn giải trình, kiến nghị chưa kết luận: {'; '.join(undecided)}."]
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


def replace_evidence(who: Standing, evidence: MarkEvidence) -> list[str]:
    if evidence.removed_at:
        return ["Tệp này đã được gỡ hoặc thay. Hãy tải lại trang."]
    return _score_self(who, evidence.card)


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


# Cross-check


def plan_cross_check(
    who: Standing, scoreboard: Scoreboard, method: str = "", due_on: date | None = None
) -> list[str]:
    """How the bloc cross-checks is adopted with its board; the day may still be moved."""
    if reasons := _chair_in(who, scoreboard.cycle, "plan_cross_check"):
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
    return outside_window("cross_check", _cycle(card).phase, OPEN_IN)


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
    return (
        save_cross_checks(who, card, scorer, **told) or _unfinished(missing) or _without_reason(unexplained)
    )


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
    return outside_window("close_cross_check", _cycle(card).phase, OPEN_IN)


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
    if reasons := _chair_in(who, scoreboard.cycle, "close_cross_check"):
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


# Explanation and appeal


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
        _verify(who, card)
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
        "open_appeal", _cycle(card).phase, OPEN_IN
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
    if reasons := outside_window("answer_appeal", _cycle(appeal.card).phase, OPEN_IN):
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
    if reasons := outside_window("decide_appeal", _cycle(card).phase, OPEN_IN):
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


# Papers


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
