"""Who sends, checks, returns and agrees a card."""

from collections.abc import Sequence

from blocs.models import Cycle, Unit
from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.enums import ScorecardState
from scoring.models import Scorecard
from scoring.policies.boards import chair_in
from scoring.policies.marks import OWN_CARD, appraise, cycle_of, is_verifier, score_self, verify
from scoring.queries import EDITABLE_CARD
from scoring.rules.windows import OPEN_IN


def propose_card(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), stale: Sequence[str] = ()
) -> list[str]:
    """The officer puts the finished card before the head; `missing` = codes not scored yet.

    `stale` = codes whose marks are no longer what the covenant's results say.
    """
    if card.state == ScorecardState.PROPOSED:
        return ["Bảng tự chấm điểm đang chờ thủ trưởng duyệt."]
    return score_self(who, card) or _not_as_told(stale) or unfinished(missing)


def send_card(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), stale: Sequence[str] = ()
) -> list[str]:
    """The head approves and sends."""
    if card.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị duyệt và gửi bảng tự chấm điểm. Hãy trình thủ trưởng."]
    return score_self(who, card) or _not_as_told(stale) or unfinished(missing)


def _not_as_told(codes: Sequence[str]) -> list[str]:
    if not codes:
        return []
    return [f"Tiêu chí {', '.join(codes)} chưa theo kết quả giao ước. Hãy bấm “Lấy kết quả giao ước”."]


def pull_results(who: Standing, card: Scorecard, linked: int = 1) -> list[str]:
    """`linked` = how many criteria take their figures from the covenant."""
    return score_self(who, card) or (
        [] if linked else ["Không có tiêu chí nào lấy số liệu từ giao ước đã thống nhất."]
    )


def unfinished(missing: Sequence[str]) -> list[str]:
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
    return verify(who, card) or ([] if reason.strip() else ["Trả lại bảng điểm cần ghi lý do."])


def finish_verification(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), unexplained: Sequence[str] = ()
) -> list[str]:
    """Every criterion checked, and a reason wherever the bloc's mark differs from the unit's."""
    return verify(who, card) or unfinished(missing) or without_reason(unexplained)


def without_reason(codes: Sequence[str]) -> list[str]:
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
    return outside_window("verify", cycle_of(card).phase, OPEN_IN)


def appoint_verifier(who: Standing, card: Scorecard, unit: Unit, reason: str) -> list[str]:
    if unit.pk == card.unit_id:
        return [OWN_CARD]
    if card.state not in (*EDITABLE_CARD, ScorecardState.SENT):
        return ["Bảng điểm này đã rà soát xong."]
    if not reason.strip():
        return ["Giao đơn vị khác rà soát cần ghi lý do."]
    return chair_in(who, cycle_of(card), "verify")


def agree_cards(
    who: Standing,
    cycle: Cycle,
    waiting: Sequence[str] = (),
    unexplained: Sequence[str] = (),
    ready: int = 1,
    undecided: Sequence[str] = (),
) -> list[str]:
    """`waiting` = ranked units whose cards are not checked yet; `ready` = cards to be agreed; `undecided` = appeals."""
    if reasons := chair_in(who, cycle, "agree"):
        return reasons
    if waiting:
        return [f"Chưa rà soát xong: {', '.join(waiting)}."]
    if not ready:
        return ["Không còn bảng điểm nào chờ thống nhất."]
    if undecided:
        return [f"Còn giải trình, kiến nghị chưa kết luận: {'; '.join(undecided)}."]
    return [f"Điểm thống nhất khác điểm khối thẩm định cần ghi lý do: {one}." for one in unexplained]


def reopen_agreement(who: Standing, card: Scorecard, reason: str, *, is_ranked: bool = False) -> list[str]:
    if reasons := chair_in(who, cycle_of(card), "agree"):
        return reasons
    if card.state != ScorecardState.AGREED:
        return ["Hội nghị chưa thống nhất bảng điểm này."]
    if is_ranked:
        return ["Xếp hạng của năm đã chốt. Hãy mở lại xếp hạng trước."]
    return [] if reason.strip() else ["Mở lại điểm đã thống nhất cần ghi lý do."]


def finish_appraisal(
    who: Standing, card: Scorecard, missing: Sequence[str] = (), unexplained: Sequence[str] = ()
) -> list[str]:
    return appraise(who, card) or unfinished(missing) or without_reason(unexplained)
