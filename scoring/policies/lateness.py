"""Who lets a late card off, and who takes that back."""

from blocs.queries import Standing
from blocs.rules import outside_window
from scoring.models import Scorecard
from scoring.policies.marks import cycle_of
from scoring.rules.windows import OPEN_IN


def waive_lateness(
    who: Standing, card: Scorecard, reason: str, *, is_losing: bool = True, is_ranked: bool = False
) -> list[str]:
    """The province's officer of the bloc, its office's head, or the chair for others than itself."""
    if not is_losing:
        return _by_whom(who, card) or ["Bảng điểm này không bị trừ điểm gửi chậm."]
    return _settled(who, card, reason, "Miễn trừ điểm gửi chậm cần ghi lý do.", is_ranked=is_ranked)


def charge_lateness(
    who: Standing, card: Scorecard, reason: str, *, is_waived: bool = True, is_ranked: bool = False
) -> list[str]:
    """Whoever lets off takes it back, with a reason, until the ranking is adopted."""
    if not is_waived:
        return _by_whom(who, card) or ["Bảng điểm này không được miễn trừ điểm gửi chậm."]
    return _settled(who, card, reason, "Bỏ miễn trừ điểm gửi chậm cần ghi lý do.", is_ranked=is_ranked)


def _by_whom(who: Standing, card: Scorecard) -> list[str]:
    if card.unit_id in who.belongs_to:
        return ["Không ai miễn trừ điểm gửi chậm cho chính đơn vị mình."]
    if not (who.is_assigned_officer or who.is_province_head or who.is_chair):
        return ["Chỉ cơ quan thường trực hoặc Khối trưởng miễn trừ điểm gửi chậm."]
    return []


def _settled(who: Standing, card: Scorecard, reason: str, needs_reason: str, *, is_ranked: bool) -> list[str]:
    if reasons := _by_whom(who, card):
        return reasons
    if is_ranked:
        return ["Xếp hạng của năm đã chốt. Hãy mở lại xếp hạng trước."]
    if reasons := outside_window("waive_lateness", cycle_of(card).phase, OPEN_IN):
        return reasons
    return [] if reason.strip() else [needs_reason]
