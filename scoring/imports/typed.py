"""A frame typed or pasted as text: one content or criterion a line, columns by tab or bar."""

from decimal import Decimal

from config.kit.figures import points_text
from config.kit.refusals import Refused
from config.kit.text import plain_words
from config.kit.typed import MOST_LINES, body_of, cells_of, figure, one_line, readable, written
from scoring.enums import CriterionKind, GroupNature
from scoring.rules import FormatError, rule_to_json
from scoring.rules.written import rule_from_text, rule_to_text

COLUMNS = "Ký hiệu | Nội dung, tiêu chí | Điểm tối đa | Cách tính | Quy tắc | Nguyên văn"
GROUP_WORDS = {
    "nhom": GroupNature.NORMAL,
    "nhom thuong": GroupNature.BONUS,
    "nhom diem thuong": GroupNature.BONUS,
    "nhom tru": GroupNature.DEDUCTION,
    "nhom diem tru": GroupNature.DEDUCTION,
}
KIND_WORDS = {
    **{plain_words(kind.label): kind for kind in CriterionKind},
    **{plain_words(kind.value): kind for kind in CriterionKind},
    "truc tiep": CriterionKind.DIRECT,
    "dat": CriterionKind.PASS_FAIL,
    "dat khong dat": CriterionKind.PASS_FAIL,
    "chon muc": CriterionKind.CHOICE,
    "khoang": CriterionKind.BANDS,
    "ty le": CriterionKind.RATIO,
    "chi tieu": CriterionKind.TARGET,
    "moi viec": CriterionKind.PER_ITEM,
    "tru dan": CriterionKind.MINUS,
    "thuong": CriterionKind.BONUS,
    "tru": CriterionKind.DEDUCTION,
    "su kien": CriterionKind.EVENTS,
}


def read_frame(text, board=None):
    """Rows for `write_frame`; Refused names every faulty line. What a line cannot say is kept from `board`."""
    lines = body_of(cells_of(text, "|"), COLUMNS.split(" | "), keeps_ordinal=True)
    if len(lines) > MOST_LINES:
        raise Refused([f"Thang bảng điểm có {len(lines)} dòng, nhiều hơn {MOST_LINES}. Hãy chia bớt."])
    parts = [([one_line(cell) for cell in cells] + [""] * 6)[:6] for _, cells in lines]
    codes = [part[0] for part in parts]
    parents = {_parent(code, codes) for code in codes}
    known = {c.code: (c, board.rules.get(c.pk)) for c in board.criteria} if board else {}
    rows, faults = [], []
    for (place, _), part in zip(lines, parts, strict=True):
        try:
            for words in part:
                readable(words)
            rows.append(_row(part, codes, parents, known.get(part[0], (None, None))))
        except ValueError as wrong:
            faults += [f"Dòng {place}: {reason}" for reason in getattr(wrong, "reasons", [str(wrong)])]
    if faults:
        raise Refused(faults)
    return rows


def _parent(code, codes):
    above = code.rstrip(".").rpartition(".")[0]
    while above and above not in codes:
        above = above.rpartition(".")[0]
    return above


def _row(part, codes, parents, before):
    known, old_rule = before
    code, title, most, kind, rule, wording = part
    if not code or not title:
        raise ValueError(f"thiếu ký hiệu hoặc nội dung. Các cột: {COLUMNS}.")
    if not most:
        raise ValueError(f"{code}: thiếu điểm tối đa.")
    points = abs(figure(most))
    row = {
        "code": code,
        "title": title,
        "max_points": points,
        "parent": _parent(code, codes),
        "wording": wording,
    }
    if points != round(points, 3) or points >= Decimal(10) ** 6:
        raise ValueError(f"{code}: điểm tối đa {points_text(points)} quá lớn hoặc có hơn 3 chữ số thập phân.")
    if known:
        row |= {name: getattr(known, name) for name in ("evidence_hint", "needs_evidence", "scored_by")}
    word = plain_words(kind)
    if word in GROUP_WORDS or code in parents:
        if word and word not in GROUP_WORDS:
            raise ValueError(f"{code} có tiêu chí con nên là nhóm, không có cách tính “{kind}”.")
        return {**row, "nature": GROUP_WORDS.get(word, GroupNature.NORMAL)}
    if word and word not in KIND_WORDS:
        raise ValueError(f"{code}: không có cách tính “{kind}”. Hãy xem danh sách cách tính ở dưới.")
    chosen = KIND_WORDS[word] if word else CriterionKind.DIRECT
    return {**row, "kind": chosen.value, "rule": _rule(code, chosen, rule, known, old_rule)}


def _rule(code, kind, text, known, old_rule):
    try:
        rule = rule_from_text(kind, text)
    except FormatError as wrong:
        raise FormatError([f"{code}: {reason}" for reason in wrong.reasons]) from wrong
    written = rule_to_json(rule)
    if old_rule and old_rule.kind == kind and rule_to_text(old_rule) == rule_to_text(rule):
        return known.rule
    return {name: value for name, value in written.items() if name != "kind"}


def frame_changes(board, rows):
    """What writing these rows would do to a frame: code, text now, text then; only what changes."""
    now = {one["code"]: one for one in read_frame(frame_text(board), board)}
    then = {row["code"]: row for row in rows}
    return [
        (code, _short(now.get(code)), _short(then.get(code)))
        for code in dict.fromkeys([*now, *then])
        if now.get(code) != then.get(code)
    ]


def _short(row):
    return f"{row['title']} ({points_text(row['max_points'])})" if row else ""


def frame_text(board):
    """A board as the text that `read_frame` reads, for editing."""
    return "\n".join(_line(board, criterion) for criterion in board.criteria)


GROUP_LABELS = {
    GroupNature.NORMAL: "nhóm",
    GroupNature.BONUS: "nhóm thưởng",
    GroupNature.DEDUCTION: "nhóm trừ",
}


def _line(board, criterion):
    if criterion.is_group:
        kind, rule = GROUP_LABELS[GroupNature(criterion.nature)], ""
    else:
        kind, rule = criterion.get_kind_display(), rule_to_text(board.rules[criterion.pk])
    most = written(criterion.max_points)
    cells = (criterion.code, criterion.title, most, kind, rule)
    wording = " ".join(criterion.wording.split())
    return " | ".join((*cells, wording) if wording else cells).rstrip(" |")
