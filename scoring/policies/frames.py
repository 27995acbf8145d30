"""Who changes the tree of criteria, of a guidance or of a scoreboard, and what a change must be."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from blocs.queries import Standing
from config.kit.figures import points_text
from scoring.models import Criterion, Guidance, Scoreboard
from scoring.policies.boards import edit_scoreboard
from scoring.policies.guidance import edit_guidance


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
            f"Các phần cộng được {points_text(total)}, {criterion.code} có {points_text(criterion.max_points)} điểm. "
            "Hãy chia lại cho đủ."
        ]
    return []


def remove_criterion(who: Standing, owner: Guidance | Scoreboard) -> list[str]:
    return edit_frame(who, owner)


def renumber_frame(who: Standing, owner: Guidance | Scoreboard) -> list[str]:
    return edit_frame(who, owner)


def undo_frame(who: Standing, owner: Guidance | Scoreboard, *, replaced: int) -> list[str]:
    """`replaced` = how many rows the last writing of the whole frame took away, when nothing came after it."""
    if reasons := edit_frame(who, owner):
        return reasons
    if not replaced:
        return ["Không có lần thay cả bảng nào để hoàn tác: bảng đã được sửa tiếp, hoặc chưa từng bị thay."]
    return []


def copy_frame(who: Standing, owner: Guidance | Scoreboard, *, is_readable: bool = True) -> list[str]:
    """`is_readable` = the person may see the frame that is copied, and it is settled."""
    if reasons := edit_frame(who, owner):
        return reasons
    return [] if is_readable else ["Không có thang bảng điểm này để sao chép. Hãy chọn trong danh sách."]
