"""The score entry page as rows that a template only has to print: every figure formatted once."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from config.kit.figures import measure_text, points_text
from config.kit.text import moment, number
from scoring.enums import CriterionKind, Direction, MarkState, NaReason, SanctionKind, Stage
from scoring.models import Criterion, CrossCheck, Mark, MarkEvidence
from scoring.queries import BEFORE, CardView, differing, evidence_note, versions_note
from scoring.rules import (
    BonusRule,
    ChoiceRule,
    CrossResult,
    DeductionRule,
    PerItemRule,
    Rule,
    Subtotal,
    TargetRule,
)
from scoring.rules.wording import wording_of

# Beyond self-scoring people type points; where a rule has only fixed points or effects, its own figures.
FIGURES_AT_EVERY_STAGE = frozenset(
    {CriterionKind.PASS_FAIL, CriterionKind.CHOICE, CriterionKind.DEDUCTION, CriterionKind.BANDS}
)
YES_NO = (("", "—"), ("1", "Đạt"), ("0", "Không đạt"))
NA_WORDS = dict(NaReason.choices)
# What stands in a cell that does not apply: one types it there, so that a cell holds one thing.
NA_TYPED = {NaReason.NOT_ASSIGNED: "kg", NaReason.NOT_ARISEN: "kps"}
NA_OPTIONS = tuple((word, reason.label) for reason, word in NA_TYPED.items())
FILTERS = (
    ("", "Tất cả"),
    ("chua-cham", "Chưa chấm"),
    ("khac-nhau", "Khác nhau"),
    ("thieu-minh-chung", "Thiếu minh chứng"),
    ("can-giai-trinh", "Cần giải trình"),
)
USUAL_REASONS = (
    "Chưa có minh chứng",
    "Minh chứng chưa đúng nội dung tiêu chí",
    "Số liệu khác số liệu của cơ quan chuyên môn",
    "Tính chưa đúng công thức của hướng dẫn",
    "Đã tính điểm ở tiêu chí khác",
    "Chưa trừ điểm gửi báo cáo chậm",
)


@dataclass(frozen=True)
class Field:
    """One thing to type or choose in a cell: its name in the form, how it looks, what stands in it."""

    part: str
    name: str
    label: str
    kind: str = "number"
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    suffix: str = ""
    hint: str = ""


@dataclass
class Cell:
    """One stage of one criterion."""

    stage: str
    label: str
    text: str = ""
    is_edited: bool = False
    differs: bool = False
    reason: str = ""
    asks_reason: bool = False
    note: str = ""


@dataclass(frozen=True)
class Waiting:
    """An explanation or appeal on a criterion that is not decided: what it is, where it is read."""

    words: str
    tone: str
    url: str


@dataclass
class Line:
    """A row of the page: a group with its sums, or a criterion with its cells."""

    key: int
    code: str
    title: str
    depth: int
    is_group: bool
    most: str
    cells: list[Cell]
    rule: str = ""
    last_year: str = ""
    result: str = ""
    fields: list[Field] = field(default_factory=list)
    has_figures: bool = False
    na_word: str = ""
    version: str = ""
    saved: str = ""
    is_missing: bool = False
    notes: list[dict[str, str]] = field(default_factory=list)
    evidence: int = 0
    evidence_hint: str = ""
    lacks_evidence: bool = False
    appeal: Waiting | None = None
    crossed: str = ""
    is_fed: bool = False
    waits_for: str = ""
    errors: list[str] = field(default_factory=list)
    conflict: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """The whole page of one card."""

    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    sentence: str
    late: tuple[Cell, ...]
    late_sentence: str
    done: int
    of: int
    filters: tuple[dict[str, Any], ...]
    shown: int


def field_name(key: int, part: str) -> str:
    """The name of a part of a cell in the form: “c12-value”."""
    return f"c{key}-{part}"


def needs_figures(leaf: Criterion, rule: Rule, stage: str) -> bool:
    """Whether a cell is entered as figures (and computed), not as points."""
    if stage == Stage.SELF or leaf.kind in FIGURES_AT_EVERY_STAGE:
        return True
    is_yes_no = isinstance(rule, TargetRule) and rule.direction == Direction.YES_NO
    return is_yes_no or (isinstance(rule, BonusRule) and bool(rule.levels))


Parts = list[dict[str, Any]]


def _level_parts(rule: ChoiceRule | BonusRule) -> Parts:
    """Levels as a list to choose from, as ticks, or (where one may be reached twice) as counts."""
    if isinstance(rule, ChoiceRule) and not rule.highest_only:
        options = [("", "—"), *((one.code, f"{one.label}: {points_text(one.points)}") for one in rule.levels)]
        return [{"part": "code", "label": "Mức", "kind": "select", "options": options}]
    if rule.highest_only or rule.once_only:
        options = [(one.code, f"{one.label}: {points_text(one.points)}") for one in rule.levels]
        return [{"part": "codes", "label": "Mức đạt được", "kind": "checks", "options": options}]
    return [
        {"part": f"n-{one.code}", "label": one.label, "suffix": f"{one.label}: {points_text(one.points)}"}
        for one in rule.levels
    ]


def _count_parts(rule: Any) -> Parts:
    parts: Parts = [{"part": "count", "label": "Số lượng", "suffix": rule.item or "lần"}]
    if isinstance(rule, PerItemRule | BonusRule) and rule.not_again_in:
        where = ", ".join(rule.not_again_in)
        parts.append(
            {"part": "counted_elsewhere", "label": f"Đã tính ở {where}", "suffix": f"đã tính ở {where}"}
        )
    if isinstance(rule, DeductionRule) and any(one.on_repeat for one in rule.sanctions):
        parts.append(
            {"part": "is_repeat", "label": "Tái phạm", "kind": "checks", "options": [("1", "Tái phạm")]}
        )
    open_link = isinstance(rule, DeductionRule) and any(
        one.kind == SanctionKind.ZERO_CRITERION and not one.criterion for one in rule.sanctions
    )
    if open_link:
        parts.append(
            {"part": "linked", "label": "Tiêu chí liên quan", "kind": "text", "hint": "Ví dụ I.2, II.1"}
        )
    return parts


def _target_parts(rule: Any) -> Parts:
    if isinstance(rule, TargetRule) and rule.direction == Direction.YES_NO:
        return [{"part": "passed", "label": "Kết quả", "kind": "select", "options": YES_NO}]
    return [
        {"part": "actual", "label": "Thực hiện", "suffix": rule.unit},
        {"part": "target", "label": "Chỉ tiêu giao", "suffix": "giao"},
    ]


def _ratio_parts(rule: Any) -> Parts:
    return [
        {"part": "numerator", "label": "Số đạt", "suffix": f"{rule.item or 'việc'} đạt"},
        {"part": "denominator", "label": "Tổng số", "suffix": "tổng số"},
        {"part": "not_yet_due", "label": "Chưa đến hạn", "suffix": "chưa đến hạn"},
    ]


def _bonus_parts(rule: Any) -> Parts:
    return _level_parts(rule) if rule.levels else _count_parts(rule)


def _event_parts(rule: Any) -> Parts:
    hint = "Mỗi dòng: tên, dấu hai chấm, điểm"
    return [{"part": "events", "label": rule.item or "Sự kiện", "kind": "lines", "hint": hint}]


PARTS: Mapping[str, Callable[[Any], Parts]] = {
    CriterionKind.DIRECT: lambda rule: [{"part": "value", "label": "Điểm"}],
    CriterionKind.PASS_FAIL: lambda rule: [
        {"part": "passed", "label": "Kết quả", "kind": "select", "options": YES_NO}
    ],
    CriterionKind.CHOICE: _level_parts,
    CriterionKind.BANDS: lambda rule: [{"part": "value", "label": "Kết quả", "suffix": rule.unit}],
    CriterionKind.RATIO: _ratio_parts,
    CriterionKind.TARGET: _target_parts,
    CriterionKind.TARGET_LEADER: _target_parts,
    CriterionKind.PER_ITEM: _count_parts,
    CriterionKind.MINUS: _count_parts,
    CriterionKind.BONUS: _bonus_parts,
    CriterionKind.DEDUCTION: _count_parts,
    CriterionKind.EVENTS: _event_parts,
}


def parts_of(leaf: Criterion, rule: Rule, stage: str) -> Parts:
    """What one enters for a criterion at a stage."""
    if needs_figures(leaf, rule, stage):
        return PARTS[leaf.kind](rule)
    return [{"part": "points", "label": Stage(stage).label}]


def typed_number(value: Decimal) -> str:
    """A number as one types it: decimal comma, no dots for thousands ("1.000" would be asked about)."""
    return number(value).replace(".", "")


def values_of(leaf: Criterion, mark: Mark | None) -> dict[str, str]:
    """What stands in the parts of a cell, as it would be typed."""
    if mark is None:
        return {}
    values = {"points": typed_number(mark.points)} if mark.points is not None else {}
    for name, value in mark.inputs.items():
        if name == "codes":
            values |= {"code": value[0] if value else "", "codes": "\n".join(value)}
            values |= {f"n-{code}": str(value.count(code)) for code in value}
        elif name == "events":
            values["events"] = "\n".join(
                f"{one['name']}: {typed_number(Decimal(one['points']))}" for one in value
            )
        elif name == "linked":
            values["linked"] = ", ".join(value)
        elif isinstance(value, bool):
            values[name] = str(int(value))
        elif name != "na":
            values[name] = typed_number(Decimal(value))
    return values


def na_of(mark: Mark | CrossCheck | None) -> str:
    """Why a criterion does not apply to the unit, as its mark says."""
    return (getattr(mark, "na_reason", "") or mark.inputs.get("na", "")) if mark else ""


def stands_in(leaf: Criterion, rule: Rule, stage: str, mark: Mark | CrossCheck | None) -> dict[str, str]:
    """What each part of a cell shows: figures as one types them, or the one word that it does not apply."""
    parts = [part["part"] for part in parts_of(leaf, rule, stage)]
    if na := na_of(mark):
        return {**dict.fromkeys(parts, ""), parts[0]: NA_TYPED[NaReason(na)]}
    values = values_of(leaf, mark)
    return {part: values.get(part, "") for part in parts}


def fields_of(leaf: Criterion, rule: Rule, stage: str, values: Mapping[str, str]) -> list[Field]:
    parts = parts_of(leaf, rule, stage)
    if "options" in parts[0] and stage != Stage.CROSS:
        parts[0] = {**parts[0], "options": (*parts[0]["options"], *NA_OPTIONS)}
    return [
        Field(
            name=field_name(leaf.pk, part["part"]),
            value=values.get(part["part"], ""),
            **{**part, "label": f"{leaf.code} {part['label']}"},
        )
        for part in parts
    ]


def result_text(leaf: Criterion, rule: Rule, mark: Mark | None) -> str:
    """What the unit reports, short: “105 / 100 %”, “4 sáng kiến”, “Đạt”."""
    if mark is None or mark.state == MarkState.MISSING:
        return ""
    return given_text(leaf, rule, mark.inputs)


def given_text(leaf: Criterion, rule: Rule, given: Mapping[str, Any]) -> str:
    """Figures as one says them; nothing where they are the points themselves."""
    if "na" in given:
        return NaReason(given["na"]).label
    if "passed" in given:
        return "Đạt" if given["passed"] else "Không đạt"
    if "codes" in given:
        labels = {level.code: level.label for level in getattr(rule, "levels", ())}
        return "; ".join(labels.get(code, code) for code in given["codes"]) or "Không có"
    if "actual" in given:
        told = [number(Decimal(given["actual"]))] if "target" in given else []
        told.append(measure_text(Decimal(given.get("target", given["actual"])), getattr(rule, "unit", "")))
        return " / ".join(told)
    if "numerator" in given:
        due = Decimal(given["denominator"]) - Decimal(given.get("not_yet_due", "0"))
        return f"{number(Decimal(given['numerator']))}/{number(due)}"
    if "count" in given:
        return measure_text(Decimal(given["count"]), rule.item)
    if "events" in given:
        return f"{len(given['events'])} {rule.item or 'sự kiện'}"
    if "value" in given and leaf.kind == CriterionKind.BANDS:
        return measure_text(Decimal(given["value"]), rule.unit)
    return ""


def told(leaf: Criterion, rule: Rule, stage: str, mark: Mark | None) -> str:
    """A cell as somebody left it, to compare with what another typed: “5 sáng kiến: 15,00”."""
    points = mark_text(mark) or MarkState.MISSING.label
    words = result_text(leaf, rule, mark) if needs_figures(leaf, rule, stage) else ""
    return f"{words}: {points}" if words and words != points else points


def mark_text(mark: Mark | None) -> str:
    """Points, or in a word why there are none."""
    if mark is None or mark.state == MarkState.MISSING:
        return ""
    return points_text(mark.points) if mark.state == MarkState.SCORED else NA_WORDS.get(mark.na_reason, "")


def sheet_of(
    view: CardView,
    stages: Sequence[str],
    *,
    editing: str = "",
    evidence: Mapping[int, list[MarkEvidence]] | None = None,
    last_year: Mapping[int, Decimal] | None = None,
    only: str = "",
    typed: Mapping[int, Mapping[str, str]] | None = None,
    errors: Mapping[int, list[str]] | None = None,
    conflicts: Mapping[int, Mark | None] | None = None,
    waiting: Mapping[int, Waiting] | None = None,
    crossed: Mapping[int, CrossResult] | None = None,
    fed: Collection[int] = (),
) -> Sheet:
    """Everything the page of a card prints.

    `stages` are those the reader may see; `editing` the one that is entered. `typed` holds what was sent and
    not saved, so that nothing is lost; `errors` and `conflicts` say why, by criterion. `waiting` = what is to be
    explained or decided, `crossed` = the closed cross-check, both by criterion; `fed` = criteria that take their
    figures from the covenant.
    """
    maker = _Maker(
        view,
        tuple(stages),
        editing,
        evidence or {},
        last_year or {},
        typed or {},
        waiting or {},
        crossed or {},
        fed,
    )
    lines = [maker.line(criterion) for criterion in view.board.criteria]
    for line in lines:
        line.errors = list((errors or {}).get(line.key, ()))
        if conflicts and line.key in conflicts:
            theirs = conflicts[line.key]
            leaf = view.board.by_key[line.key]
            line.conflict = told(leaf, view.board.rules[leaf.pk], editing, theirs)
            line.version = str(theirs.version) if theirs else ""
    passed = {line.key: _passed(line) for line in lines if not line.is_group}
    counts = Counter(name for names in passed.values() for name in names)
    is_filter = any(only == name for name, _ in FILTERS)
    kept = {
        line.key
        for line in lines
        if line.key in passed and (not is_filter or only in passed[line.key] or line.errors or line.conflict)
    }
    at = editing or view.last_of(stages)
    total = view.total(at)
    return Sheet(
        lines=tuple(_with_groups(view, lines, kept)),
        totals=tuple(Cell(s, Stage(s).label, _total_text(view, s), s == editing) for s in maker.columns),
        sentence=total.sentence,
        late=tuple(
            Cell(s, Stage(s).label, _late_text(view, s), s == editing)
            for s in (maker.columns if total.late_sentence else ())
        ),
        late_sentence=total.late_sentence,
        done=total.scored,
        of=total.of,
        filters=tuple(
            {"name": name, "label": label, "count": counts[name], "is_here": name == only}
            for name, label in FILTERS
        ),
        shown=len(kept),
    )


def _total_text(view: CardView, stage: str) -> str:
    if stage == Stage.CROSS or not view.standing_at(stage):
        return ""
    total = view.total(stage)
    return points_text(total.so_far)


def _late_text(view: CardView, stage: str) -> str:
    is_empty = stage == Stage.CROSS or not view.standing_at(stage)
    return "" if is_empty else points_text(view.total(stage).late)


def _passed(line: Line) -> set[str]:
    """The filters that keep this criterion."""
    kept = {
        "": True,
        "chua-cham": line.is_missing,
        "khac-nhau": any(cell.differs for cell in line.cells),
        "thieu-minh-chung": line.lacks_evidence,
        "can-giai-trinh": line.appeal is not None,
    }
    return {name for name, is_kept in kept.items() if is_kept}


def _with_groups(view: CardView, lines: list[Line], kept: set[int]) -> list[Line]:
    """The kept criteria and the groups above them."""
    shown = set(kept)
    for key in kept:
        parent = view.board.by_key[key].parent_id
        while parent:
            shown.add(parent)
            parent = view.board.by_key[parent].parent_id
    return [line for line in lines if line.key in shown]


def cross_note(result: CrossResult, files: Sequence[MarkEvidence]) -> str:
    """“4 đơn vị, lệch 2,5; chấm theo bản 1”: how many gave it, how far apart, and what they had seen."""
    note = f"{result.scorers} đơn vị" + (f", lệch {points_text(result.spread)}" if result.spread else "")
    judged = versions_note(result.versions, files)
    return f"{note}; {judged}" if judged else note


@dataclass
class _Maker:
    view: CardView
    stages: tuple[str, ...]
    editing: str
    evidence: Mapping[int, list[MarkEvidence]]
    last_year: Mapping[int, Decimal]
    typed: Mapping[int, Mapping[str, str]]
    waiting: Mapping[int, Waiting]
    crossed: Mapping[int, CrossResult]
    fed: Collection[int]

    def __post_init__(self) -> None:
        shown = {
            stage
            for stage in self.stages
            if stage == Stage.SELF or stage == self.editing or self.view.at(stage)
        }
        if self.crossed:
            shown.add(Stage.CROSS)
        self.columns = tuple(stage for stage in Stage if stage in shown)
        self.awaited = self.view.board.awaited(self.editing) if self.editing else frozenset()
        self.labels = {stage.value: stage.label for stage in Stage}
        self.different = {stage: set(differing(self.view, stage)) for stage in self.columns}

    def line(self, criterion: Criterion) -> Line:
        return self.group(criterion) if criterion.is_group else self.leaf(criterion)

    def group(self, group: Criterion) -> Line:
        note = ""
        cells = []
        for stage in self.columns:
            subtotal = self.subtotal(group, stage)
            note = subtotal.note if subtotal and subtotal.note else note
            cells.append(
                Cell(
                    stage,
                    self.labels[stage],
                    points_text(subtotal.points) if subtotal else "",
                    stage == self.editing,
                )
            )
        return Line(
            key=group.pk,
            code=group.code,
            title=group.title,
            depth=self.view.board.depths[group.pk],
            is_group=True,
            most=points_text(group.max_points),
            cells=cells,
            note=note,
        )

    def subtotal(self, group: Criterion, stage: str) -> Subtotal | None:
        if stage == Stage.CROSS or not self.view.standing_at(stage):
            return None
        return self.view.total(stage).subtotals.get(group.code)

    def leaf(self, leaf: Criterion) -> Line:
        board, stage = self.view.board, self.editing
        rule = board.rules[leaf.pk]
        own = self.view.at(Stage.SELF).get(leaf.pk)
        mark = self.view.at(stage).get(leaf.pk) if stage else None
        is_open = bool(stage) and leaf.code not in self.awaited
        typed = self.typed.get(leaf.pk)
        values = typed if typed is not None else stands_in(leaf, rule, stage or Stage.SELF, mark)
        files = self.evidence.get(leaf.pk, ())
        na = na_of(mark)
        shown_stage = stage or self.view.last_of(self.stages)
        return Line(
            key=leaf.pk,
            code=leaf.code,
            title=leaf.title,
            depth=board.depths[leaf.pk],
            is_group=False,
            most=points_text(leaf.max_points),
            rule=leaf.wording or wording_of(rule, leaf.max_points),
            last_year=points_text(self.last_year[leaf.pk]) if leaf.pk in self.last_year else "",
            result=result_text(leaf, rule, own),
            fields=fields_of(leaf, rule, stage, values) if is_open else [],
            has_figures=is_open and needs_figures(leaf, rule, stage),
            na_word=NA_WORDS.get(na, ""),
            version=str(mark.version) if mark else "",
            saved=moment(mark.marked_at) if mark and mark.state != MarkState.MISSING else "",
            is_missing=self.is_missing(leaf, shown_stage),
            cells=[self.cell(leaf, column, typed) for column in self.columns],
            notes=self.notes(leaf),
            evidence=len(files),
            evidence_hint=leaf.evidence_hint,
            lacks_evidence=leaf.needs_evidence and not files,
            appeal=self.waiting.get(leaf.pk),
            is_fed=leaf.pk in self.fed,
            crossed=points_text(self.crossed[leaf.pk].points)
            if stage == Stage.MEETING and leaf.pk in self.crossed
            else "",
            waits_for=leaf.get_scored_by_display() if stage and not is_open else "",
        )

    def is_missing(self, leaf: Criterion, stage: str) -> bool:
        mark = self.view.standing_at(stage).get(leaf.pk)
        return leaf.code not in self.view.board.awaited(stage) and (
            mark is None or mark.state == MarkState.MISSING
        )

    def cell(self, leaf: Criterion, stage: str, typed: Mapping[str, str] | None) -> Cell:
        if stage == Stage.CROSS:
            return self.cross_cell(leaf)
        mark = self.view.at(stage).get(leaf.pk)
        is_edited = stage == self.editing and leaf.code not in self.awaited
        differs = leaf.pk in self.different[stage]
        reason = mark.reason if mark else ""
        if is_edited and typed is not None:
            reason = typed.get("reason", reason)
        return Cell(
            stage=stage,
            label=self.labels[stage],
            text=mark_text(mark),
            note=evidence_note(mark, self.evidence.get(leaf.pk, ())) if mark else "",
            is_edited=is_edited,
            differs=differs,
            reason=reason,
            asks_reason=is_edited
            and stage in BEFORE
            and (differs or bool(reason) or self.leaves_cross(leaf, mark)),
        )

    def cross_cell(self, leaf: Criterion) -> Cell:
        """What the other members gave, with how many they were and how far apart."""
        result = self.crossed.get(leaf.pk)
        cell = Cell(Stage.CROSS, Stage.CROSS.label)
        if result is not None and result.points is not None:
            cell.text = points_text(result.points)
            cell.note = cross_note(result, self.evidence.get(leaf.pk, ()))
        return cell

    def leaves_cross(self, leaf: Criterion, mark: Mark | None) -> bool:
        """Whether the meeting's mark is not the one that the members gave each other: it has to say why."""
        result = self.crossed.get(leaf.pk) if self.editing == Stage.MEETING else None
        points = mark.points if mark else None
        return result is not None and points is not None and result.points not in (None, points)

    def notes(self, leaf: Criterion) -> list[dict[str, str]]:
        """Who gave which mark when, with the sentence that lets anybody recompute it."""
        return [
            {
                "stage": stage,
                "label": self.labels[stage],
                "points": mark_text(mark),
                "sentence": mark.explanation,
                "reason": mark.reason,
                "by": f"{mark.author_name}, {moment(mark.marked_at)}",
            }
            for stage in self.stages
            if (mark := self.view.at(stage).get(leaf.pk)) and mark.state != MarkState.MISSING
        ]
