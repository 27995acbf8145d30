"""What one frame says otherwise than another: a new version beside the old, a bloc's board beside the guidance."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from config.kit.figures import points_text
from scoring.enums import GroupNature


class ChangeKind(StrEnum):
    """What happened to a row; the value is what a person reads."""

    ADDED = "Thêm"
    REMOVED = "Bỏ"
    SPLIT = "Tách"
    RECODED = "Đổi ký hiệu"
    MOVED = "Chuyển nhóm"
    REWORDED = "Đổi lời"
    POINTS = "Đổi điểm"
    RULE = "Đổi cách tính"
    EVIDENCE = "Đổi minh chứng"
    SCORER = "Đổi người chấm"


@dataclass(frozen=True)
class Line:
    """One row of a frame as it is compared; `origin` is the key of the row that it was taken from."""

    key: Hashable
    parent: Hashable | None
    code: str
    title: str
    max_points: Decimal
    nature: GroupNature = GroupNature.NORMAL
    rule: str = ""
    wording: str = ""
    evidence: str = ""
    scorer: str = ""
    origin: Hashable | None = None


@dataclass(frozen=True)
class Change:
    """One difference, with both texts; one of them is empty where there is nothing to compare with."""

    kind: ChangeKind
    code: str
    title: str
    before: str
    after: str


def images_of(old: Sequence[Line], new: Sequence[Line]) -> dict[Hashable, Line]:
    """Key of an old row → the new row that stands for it: the first that was taken from it."""
    known = {line.key for line in old}
    found: dict[Hashable, Line] = {}
    for line in new:
        if line.origin in known:
            found.setdefault(line.origin, line)
    return found


def differences(old: Sequence[Line], new: Sequence[Line]) -> list[Change]:
    """Every difference: what is gone in the order of the old frame, then the rest in the order of the new one."""
    images = images_of(old, new)
    origins = {line.key: line for line in old}
    places = {line.key: line for line in new}
    gone = [
        Change(ChangeKind.REMOVED, line.code, line.title, _whole(line), "")
        for line in old
        if line.key not in images
    ]
    here: list[Change] = []
    for line in new:
        if line.origin in images and images[line.origin].key == line.key:
            parts = [one for one in new if one.parent == line.key and one.origin == line.origin]
            was = origins[line.origin]
            here += [*_changes(was, line, parts), *_moves(was, line, images, origins, places)]
        elif line.origin not in images or line.parent != images[line.origin].key:
            here.append(Change(ChangeKind.ADDED, line.code, line.title, "", _whole(line)))
    return [*gone, *here]


def _whole(line: Line) -> str:
    return f"{line.title} ({points_text(line.max_points)} điểm{f'; {line.rule}' if line.rule else ''})"


def _changes(old: Line, new: Line, parts: Sequence[Line]) -> list[Change]:
    pairs = [
        (ChangeKind.RECODED, old.code, new.code),
        (ChangeKind.REWORDED, _words(old), _words(new)),
        (ChangeKind.POINTS, points_text(old.max_points), points_text(new.max_points)),
    ]
    if parts:
        pairs.append((ChangeKind.SPLIT, _whole(old), "; ".join(f"{one.code} {_whole(one)}" for one in parts)))
    else:
        pairs += [
            (ChangeKind.RULE, _rule(old), _rule(new)),
            (ChangeKind.EVIDENCE, old.evidence, new.evidence),
            (ChangeKind.SCORER, old.scorer, new.scorer),
        ]
    return [Change(kind, new.code, new.title, was, now) for kind, was, now in pairs if was != now]


def _moves(
    old: Line,
    new: Line,
    images: Mapping[Hashable, Line],
    olds: Mapping[Hashable, Line],
    news: Mapping[Hashable, Line],
) -> list[Change]:
    """A row under another group than the one that stands for its old one."""
    above = images[old.parent].key if old.parent in images else None
    if new.parent == above:
        return []
    before, after = olds.get(old.parent), news.get(new.parent)
    return [Change(ChangeKind.MOVED, new.code, new.title, _group(before), _group(after))]


def _group(line: Line | None) -> str:
    return f"{line.code} {line.title}" if line else "Nội dung lớn"


def _words(line: Line) -> str:
    return f"{line.title}. {line.wording}" if line.wording else line.title


def _rule(line: Line) -> str:
    return (
        line.rule if line.nature == GroupNature.NORMAL else f"{line.nature.label}: {line.rule}".rstrip(": ")
    )


def unbound_groups(guidance: Sequence[Line], board: Sequence[Line]) -> list[str]:
    """Contents of the first level that are not those of the guidance, each once: a bloc does not move them.

    The database says the same of a board that is adopted.
    """
    wanted = {line.key: line for line in guidance if line.parent is None}
    found: dict[Hashable, Line] = {}
    strange = []
    for line in board:
        if line.parent is None and line.origin in wanted and line.origin not in found:
            found[line.origin] = line
        elif line.parent is None:
            strange.append(
                f"Nội dung {line.code} “{line.title}” không có trong hướng dẫn. "
                "Hãy đưa vào một nội dung của hướng dẫn."
            )
    reasons = [_unbound(line, found.get(key)) for key, line in wanted.items()]
    return [*filter(None, reasons), *strange]


def _unbound(line: Line, own: Line | None) -> str:
    """What is wrong with the board's own row of a content; empty where nothing is."""
    if own is None:
        return f"Thiếu nội dung {line.code} “{line.title}” của hướng dẫn. Hãy lập lại nội dung này."
    if own.nature != line.nature:
        return (
            f"Nội dung {own.code} ghi là {own.nature.label.lower()}, hướng dẫn ghi là "
            f"{line.nature.label.lower()}. Hãy giữ đúng tính chất của hướng dẫn."
        )
    if own.max_points != line.max_points:
        return (
            f"Nội dung {own.code} ghi {points_text(own.max_points)} điểm, hướng dẫn ghi "
            f"{points_text(line.max_points)}. Hãy giữ đúng điểm của hướng dẫn."
        )
    return ""
