from dataclasses import dataclass, field
from decimal import Decimal

from crispy_forms.layout import Layout
from django import forms

from config.kit.forms import DayField, NumberField, PageForm
from config.kit.text import nfc, number, parse_number
from documents.rules import UPLOAD_LIMIT
from scoring.enums import (
    AppealOutcome,
    CriterionKind,
    CrossMethod,
    GroupNature,
    MarkState,
    NaPolicy,
    NaReason,
    NotArisen,
    RankNumbering,
    RoundingMode,
    ScoredBy,
    TieStepKind,
)
from scoring.reports.sheet import field_name, parts_of
from scoring.rules import (
    CountInputs,
    EventInputs,
    FormatError,
    LevelInputs,
    NotApplicable,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
    inputs_from_json,
    rule_to_json,
)
from scoring.rules.inputs import Event
from scoring.rules.written import rule_from_text, rule_to_text
from scoring.services import MarkEntry

# Typed instead of a number, so that a whole column can be filled without leaving the keys.
SHORT_WORDS = {"kg": NaReason.NOT_ASSIGNED, "kps": NaReason.NOT_ARISEN}
BIGGEST = Decimal(10) ** 12


@dataclass
class Cells:
    """What was sent for a card: entries that can be read, faults of those that cannot, all as typed."""

    entries: list[MarkEntry] = field(default_factory=list)
    errors: dict[int, list[str]] = field(default_factory=dict)
    typed: dict[int, dict[str, str]] = field(default_factory=dict)


def read_cells(view, stage, data):
    """Every cell that was sent, faults of all at once; cells that were not sent stay as they are."""
    cells = Cells()
    for leaf in view.board.leaves:
        if field_name(leaf.pk, "version") in data:
            _read_cell(cells, view, leaf, stage, data)
    return cells


def _read_cell(cells, view, leaf, stage, data):
    rule = view.board.rules[leaf.pk]
    typed = {
        "na": data.get(field_name(leaf.pk, "na"), ""),
        "reason": nfc(data.get(field_name(leaf.pk, "reason"), "")),
    }
    for part in parts_of(leaf, rule, stage):
        name = field_name(leaf.pk, part["part"])
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        typed[part["part"]] = nfc("\n".join(values).replace("\r\n", "\n"))
    cells.typed[leaf.pk] = typed
    try:
        entry = _entry(leaf, rule, typed, data.get(field_name(leaf.pk, "version"), ""))
    except ValueError as wrong:
        cells.errors[leaf.pk] = getattr(wrong, "reasons", [str(wrong)])
    else:
        cells.entries.append(entry)


def _entry(leaf, rule, typed, version):
    kept = {
        "criterion_id": leaf.pk,
        "reason": typed["reason"],
        "version": int(version) if version.isdigit() else None,
    }
    words = {value.casefold() for name, value in typed.items() if name not in ("na", "reason")}
    na = typed["na"] or next((SHORT_WORDS[word] for word in words if word in SHORT_WORDS), "")
    if na:
        if na not in NaReason.values:
            raise ValueError("Hãy chọn “Không giao” hoặc “Không phát sinh”.")
        return MarkEntry(inputs=NotApplicable(NaReason(na)), **kept)
    if not any(value for name, value in typed.items() if name not in ("na", "reason")):
        return MarkEntry(**kept)
    if "points" in typed:
        return MarkEntry(points=a_number(typed["points"]), **kept)
    return MarkEntry(inputs=READERS[leaf.kind](rule, typed), **kept)


def a_number(text):
    """A typed number; ValueError with a sentence; None for nothing."""
    if not text:
        return None
    value = parse_number(text)
    if abs(value) >= BIGGEST:
        raise ValueError("Số này quá lớn. Hãy kiểm tra lại.")
    return value


def _value(rule, typed):
    return ValueInputs(a_number(typed["value"]))


def _passed(rule, typed):
    if typed["passed"] not in ("0", "1"):
        raise ValueError("Hãy chọn “Đạt” hoặc “Không đạt”.")
    return PassInputs(passed=typed["passed"] == "1")


def _levels(rule, typed):
    if "code" in typed:
        return LevelInputs((typed["code"],))
    if "codes" in typed:
        return LevelInputs(tuple(typed["codes"].split("\n")))
    counts = [(level.code, _whole(typed[f"n-{level.code}"])) for level in rule.levels]
    return LevelInputs(tuple(code for code, count in counts for _ in range(count)))


def _whole(text):
    value = a_number(text) or Decimal(0)
    if value != value.to_integral_value() or not 0 <= value <= 1000:
        raise ValueError("Số lượng phải là số nguyên, không âm. Hãy nhập lại.")
    return int(value)


def _ratio(rule, typed):
    not_due = a_number(typed["not_yet_due"]) or Decimal(0)
    return RatioInputs(a_number(typed["numerator"]), a_number(typed["denominator"]), not_due)


def _target(rule, typed):
    if "passed" in typed:
        return _passed(rule, typed)
    return TargetInputs(a_number(typed["actual"]), a_number(typed["target"]))


def _count(rule, typed):
    return CountInputs(
        a_number(typed["count"]),
        counted_elsewhere=a_number(typed.get("counted_elsewhere", "")) or Decimal(0),
        is_repeat=bool(typed.get("is_repeat")),
        linked=tuple(code.strip() for code in typed.get("linked", "").split(",") if code.strip()),
    )


def _bonus(rule, typed):
    return _levels(rule, typed) if rule.levels else _count(rule, typed)


def _events(rule, typed):
    events = []
    for line in filter(None, (line.strip() for line in typed["events"].split("\n"))):
        name, colon, points = line.rpartition(":")
        if not colon or not name.strip():
            raise ValueError(f"“{line}”: hãy ghi tên, dấu hai chấm, rồi điểm.")
        events.append(Event(name.strip(), a_number(points.strip()) or Decimal(0)))
    return EventInputs(tuple(events))


READERS = {
    CriterionKind.DIRECT: _value,
    CriterionKind.BANDS: _value,
    CriterionKind.PASS_FAIL: _passed,
    CriterionKind.CHOICE: _levels,
    CriterionKind.RATIO: _ratio,
    CriterionKind.TARGET: _target,
    CriterionKind.TARGET_LEADER: _target,
    CriterionKind.PER_ITEM: _count,
    CriterionKind.MINUS: _count,
    CriterionKind.BONUS: _bonus,
    CriterionKind.DEDUCTION: _count,
    CriterionKind.EVENTS: _events,
}


def changed(view, stage, entries):
    """The entries that say something else than what is stored."""
    return [entry for entry in entries if not _is_stored(view, stage, entry)]


def _is_stored(view, stage, entry):
    mark = view.at(stage).get(entry.criterion_id)
    is_empty = entry.inputs is None and entry.points is None
    if mark is None:
        return is_empty and not entry.reason
    if mark.reason != entry.reason:
        return False
    if is_empty:
        return mark.state == MarkState.MISSING
    if entry.points is not None:
        return mark.points == entry.points
    kind = CriterionKind(view.board.by_key[entry.criterion_id].kind)
    return mark.state != MarkState.MISSING and inputs_from_json(kind, mark.inputs) == entry.inputs


# One act each


class ReasonForm(PageForm, forms.Form):
    reason = forms.CharField(label="Lý do", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class HowForm(PageForm, forms.Form):
    how = forms.CharField(
        label="Hình thức",
        max_length=300,
        help_text="Ví dụ: thống nhất tại hội nghị ngày 16/12/2020; giơ tay biểu quyết 7/7.",
    )


class VerifierForm(PageForm, forms.Form):
    unit = forms.ModelChoiceField(None, label="Đơn vị rà soát", empty_label="Chọn đơn vị")
    reason = forms.CharField(label="Lý do hội nghị giao", max_length=300)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class EvidenceForm(PageForm, forms.Form):
    rows = (("file",), ("page", "quotation"))
    file = forms.FileField(label="Tệp", help_text="PDF, ảnh, Word, Excel, PowerPoint; tối đa 20 MB.")
    page = forms.CharField(label="Trang", max_length=40, required=False)
    quotation = forms.CharField(label="Trích dẫn", max_length=1000, required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError("Tệp lớn hơn 20 MB. Hãy tách hoặc nén tệp.")
        return file


class BoardForm(PageForm, forms.Form):
    guidance = forms.ModelChoiceField(None, label="Theo hướng dẫn", empty_label=None)

    def __init__(self, *args, guidances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["guidance"].queryset = guidances


class CriterionForm(PageForm, forms.Form):
    """One row of a frame: a new one, a group, or a criterion."""

    rows = (
        ("code", "max_points"),
        ("title",),
        ("kind", "nature"),
        ("rule",),
        ("wording",),
        ("not_arisen", "scored_by"),
        ("evidence_hint", "needs_evidence"),
        ("target",),
    )
    code = forms.CharField(label="Ký hiệu", max_length=30, required=False, help_text="Ví dụ I.2 hoặc I.2.a")
    title = forms.CharField(label="Nội dung, tiêu chí", max_length=600)
    max_points = NumberField(
        label="Điểm tối đa", min_value=0, max_digits=9, decimal_places=3, help_text="Điểm trừ ghi số dương."
    )
    kind = forms.ChoiceField(
        label="Cách tính",
        required=False,
        choices=(("", "Nhóm, có tiêu chí con"), *CriterionKind.choices),
    )
    nature = forms.ChoiceField(label="Tính chất", required=False, choices=GroupNature.choices)
    rule = forms.CharField(
        label="Quy tắc",
        required=False,
        help_text="2/sáng kiến · Tốt = 10; Khá = 7 · từ 98 = 10; từ 95 đến dưới 98 = 7; dưới 95 = 0 · ≥ %, ≤ vụ, có/không",
    )
    wording = forms.CharField(
        label="Cách tính điểm, nguyên văn", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    not_arisen = forms.ChoiceField(
        label="Khi không phát sinh",
        required=False,
        choices=(("", "Như hướng dẫn"), *NotArisen.choices),
    )
    scored_by = forms.ChoiceField(label="Ai chấm", required=False, choices=ScoredBy.choices)
    evidence_hint = forms.CharField(label="Tài liệu kiểm chứng", required=False)
    needs_evidence = forms.BooleanField(label="Cần minh chứng", required=False)
    target = forms.TypedChoiceField(
        label="Lấy kết quả từ chỉ tiêu giao ước",
        required=False,
        empty_value=None,
        help_text="Kết quả chỉ nhập một lần ở giao ước; bảng tự chấm điểm lấy sang.",
    )

    def __init__(self, *args, criterion=None, has_rows=False, targets=None, **kwargs):
        self.criterion = criterion
        super().__init__(*args, **kwargs)
        gone = set()
        if has_rows:
            gone = {"kind", "rule", "evidence_hint", "needs_evidence", "scored_by", "not_arisen", "target"}
        if targets:
            self.fields["target"].choices = [
                ("", "Không, đơn vị nhập số liệu ở bảng tự chấm"),
                *((str(one.pk), f"{one.number}. {one.text}") for one in targets),
            ]
            self.fields["target"].coerce = {str(one.pk): one for one in targets}.get
        else:
            gone.add("target")
        for name in gone:
            del self.fields[name]
        kept = [tuple(name for name in row if name in self.fields) for row in self.rows]
        self.helper.layout = Layout(*(self._row(names) for names in kept if names))

    @staticmethod
    def start(criterion, rule):
        kept = {name: getattr(criterion, name) for name in ROW_FIELDS}
        return {**kept, "rule": rule_to_text(rule) if rule else "", "target": str(criterion.target_id or "")}

    def clean_target(self):
        return self.cleaned_data["target"] or None

    def clean(self):
        cleaned = super().clean()
        # What was not sent stays as it is.
        for name in ("code", "nature", "scored_by"):
            if not cleaned.get(name, "x"):
                del cleaned[name]
        if "rule" not in cleaned:
            return cleaned
        text, kind = cleaned.pop("rule"), cleaned.get("kind", "")
        known = self.initial.get("parsed_rule")
        if not kind:
            cleaned["rule"] = {}
        elif not (known and known.kind == kind and rule_to_text(known) == text):
            # What cannot be written in a line stays as it is, as long as the line does.
            try:
                cleaned["rule"] = rule_to_json(rule_from_text(kind, text))
            except FormatError as wrong:
                self.add_error("rule", wrong.reasons)
        return cleaned

    def changes(self):
        """Only what differs from the criterion as it stands."""
        return {
            name: value for name, value in self.cleaned_data.items() if value != getattr(self.criterion, name)
        }

    def fields_of_row(self):
        """Everything of a new row; its code is the one proposed when none was typed."""
        return {"code": self.initial["code"], **self.cleaned_data}


ROW_FIELDS = (
    "code", "title", "max_points", "kind", "nature", "wording", "evidence_hint", "needs_evidence", "scored_by",
    "not_arisen",
)  # fmt: skip


class MoveForm(PageForm, forms.Form):
    group = forms.ChoiceField(label="Chuyển vào nhóm", required=False)

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [
            ("", "Cấp một, không thuộc nhóm nào"),
            *((one.pk, f"{one.code} {one.title}"[:90]) for one in groups),
        ]


class SplitForm(PageForm, forms.Form):
    parts = forms.CharField(
        label="Các phần",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Mỗi dòng một phần: nội dung = điểm. Cộng lại phải bằng điểm của tiêu chí.",
    )

    def clean_parts(self):
        parts = []
        for line in _lines(self.cleaned_data["parts"]):
            title, equals, points = line.rpartition("=")
            if not equals or not title.strip():
                raise forms.ValidationError(f"Không hiểu “{line}”. Hãy ghi: nội dung = điểm.")
            try:
                value = parse_number(points.strip())
            except ValueError as wrong:
                raise forms.ValidationError(f"“{line}”: {wrong}") from wrong
            if value < 0 or value != round(value, 3):
                raise forms.ValidationError(f"“{line}”: điểm không âm, tối đa 3 chữ số thập phân.")
            parts.append((title.strip(), value))
        return parts


class CopyForm(PageForm, forms.Form):
    origin = forms.ChoiceField(label="Sao chép thang bảng điểm từ")

    def __init__(self, *args, guidances, scoreboards, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {
            **{f"g{one.pk}": one for one in guidances},
            **{f"b{one.pk}": one for one in scoreboards},
        }
        groups = {"Hướng dẫn của tỉnh": [], "Bảng điểm đã thông qua": []}
        for key, one in self.known.items():
            is_guidance = key.startswith("g")
            words = f"{one}: {one.title}, từ năm {one.from_year}" if is_guidance else str(one.cycle)
            groups["Hướng dẫn của tỉnh" if is_guidance else "Bảng điểm đã thông qua"].append(
                (key, words[:110])
            )
        filled = [(label, choices) for label, choices in groups.items() if choices]
        self.fields["origin"].choices = [("", "Chọn"), *filled]

    def clean_origin(self):
        return self.known[self.cleaned_data["origin"]]


class FrameForm(PageForm, forms.Form):
    frame = forms.CharField(
        label="Thang bảng điểm",
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "frame-text", "spellcheck": "false", "wrap": "off"}
        ),
        help_text="Mỗi dòng một nội dung hoặc tiêu chí; các cột cách nhau bằng Tab (dán từ Excel) hoặc dấu |.",
    )


class GuidanceForm(PageForm, forms.Form):
    rows = (
        ("number", "issued_on"),
        ("title",),
        ("issuer",),
        ("from_year", "to_year"),
        ("scale", "bonus_cap", "deduction_cap"),
        ("na_policy", "not_arisen"),
        ("step", "mode"),
        ("rank_numbering", "evidence_required"),
        ("grades", "tie_chain"),
        ("note",),
    )
    number = forms.CharField(label="Số, ký hiệu", max_length=60, help_text="Ví dụ 16/HD-HĐTĐKT")
    issued_on = DayField(label="Ngày ban hành")
    title = forms.CharField(label="Trích yếu", max_length=300)
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    from_year = forms.IntegerField(label="Áp dụng từ năm", min_value=2000, max_value=2100)
    to_year = forms.IntegerField(
        label="Đến năm (bỏ trống nếu chưa hết)", min_value=2000, max_value=2100, required=False
    )
    scale = NumberField(label="Thang điểm", min_value=Decimal("0.001"), max_digits=9, decimal_places=3)
    bonus_cap = NumberField(label="Điểm thưởng tối đa", min_value=0, max_digits=9, decimal_places=3)
    deduction_cap = NumberField(label="Điểm trừ tối đa", min_value=0, max_digits=9, decimal_places=3)
    na_policy = forms.ChoiceField(label="Khi có tiêu chí không giao", choices=NaPolicy.choices)
    not_arisen = forms.ChoiceField(label="Khi không phát sinh", choices=NotArisen.choices)
    step = NumberField(label="Bước làm tròn điểm", min_value=Decimal("0.001"), decimal_places=3, max_digits=9)
    mode = forms.ChoiceField(label="Cách làm tròn", choices=RoundingMode.choices)
    rank_numbering = forms.ChoiceField(label="Hạng sau các đơn vị đồng hạng", choices=RankNumbering.choices)
    evidence_required = forms.BooleanField(label="Không có minh chứng thì không có điểm", required=False)
    grades = forms.CharField(
        label="Xếp loại",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi dòng một mức, cao trước: Xuất sắc = 90. Mức cuối không ghi điểm.",
    )
    tie_chain = forms.CharField(
        label="Khi bằng điểm, xét lần lượt",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi dòng một bước: điểm thưởng; điểm trừ; nhóm V; tỷ lệ nữ 70.",
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @staticmethod
    def start(guidance=None, *, province=None, year=None):
        if guidance is None:
            council = province.council_name if province else ""
            return {"from_year": year, "scale": 100, "bonus_cap": 0, "deduction_cap": 0, "issuer": council,
                    "step": Decimal("0.01"), "na_policy": NaPolicy.RESCALE}  # fmt: skip
        plain = {name: getattr(guidance, name) for name in GUIDANCE_FIELDS}
        rounding = guidance.roundings.get("default", {})
        return {
            **plain,
            "step": Decimal(rounding.get("step", "0.01")),
            "mode": rounding.get("mode", RoundingMode.HALF_UP),
            "grades": "\n".join(_grade_line(one) for one in guidance.grades),
            "tie_chain": "\n".join(_tie_line(one) for one in guidance.tie_chain),
        }

    def clean_grades(self):
        return [_read_grade(line, place) for place, line in enumerate(_lines(self.cleaned_data["grades"]), 1)]

    def clean_tie_chain(self):
        return [_read_tie(line) for line in _lines(self.cleaned_data["tie_chain"])]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_year"), cleaned.get("to_year")
        if first and last and last < first:
            self.add_error("to_year", "Năm cuối áp dụng không được trước năm đầu.")
        return cleaned

    def law(self, guidance=None):
        """The fields of the model; parts of the law that this form does not show are kept."""
        cleaned = dict(self.cleaned_data)
        step, mode = cleaned.pop("step"), cleaned.pop("mode")
        kept = guidance.roundings if guidance else {}
        roundings = {**kept, "default": {"step": f"{step:f}", "mode": mode}}
        grades = _with_codes(cleaned.pop("grades"), guidance.grades if guidance else [])
        return {**cleaned, "roundings": roundings, "grades": grades}


GUIDANCE_FIELDS = (
    "number", "issued_on", "title", "issuer", "from_year", "to_year", "scale", "bonus_cap", "deduction_cap",
    "na_policy", "not_arisen", "rank_numbering", "evidence_required", "note",
)  # fmt: skip


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _grade_line(grade):
    bound = grade.get("at_least")
    return f"{grade['name']} = {number(Decimal(bound))}" if bound is not None else grade["name"]


def _read_grade(line, place):
    name, equals, bound = line.partition("=")
    grade = {"code": f"muc-{place}", "name": name.strip()}
    if equals:
        try:
            grade["at_least"] = f"{parse_number(bound.strip()):f}"
        except ValueError as wrong:
            raise forms.ValidationError(f"“{line}”: {wrong}") from wrong
    return grade


def _with_codes(grades, known):
    """Grades keep the code and the quota that they had under the same name."""
    had = {grade["name"]: grade for grade in known}
    return [
        {**grade, **{name: one[name] for name in ("code", "quota") if name in one}}
        for grade in grades
        for one in (had.get(grade["name"], {}),)
    ]


TIE_WORDS = {"điểm thưởng": TieStepKind.BONUS, "điểm trừ": TieStepKind.DEDUCTION}


def _tie_line(step):
    if step["kind"] == TieStepKind.CRITERION:
        return f"nhóm {step['code']}"
    if step["kind"] == TieStepKind.WOMEN_SHARE:
        return f"tỷ lệ nữ {number(Decimal(step.get('at_least', '70')))}"
    return next(words for words, kind in TIE_WORDS.items() if kind == step["kind"])


def _read_tie(line):
    words = nfc(line).casefold()
    if words in TIE_WORDS:
        return {"kind": TIE_WORDS[words].value}
    if words.startswith(("nhóm ", "tiêu chí ")):
        return {
            "kind": TieStepKind.CRITERION.value,
            "code": line.split(None, 1 if words[0] == "n" else 2)[-1],
        }
    if words.startswith("tỷ lệ nữ"):
        share = words.removeprefix("tỷ lệ nữ").strip(" %") or "70"
        return {"kind": TieStepKind.WOMEN_SHARE.value, "at_least": f"{parse_number(share):f}"}
    raise forms.ValidationError(
        f"Không hiểu “{line}”. Hãy ghi: điểm thưởng, điểm trừ, nhóm V, hoặc tỷ lệ nữ 70."
    )


# Cross-check, explanation and appeal


class CrossPlanForm(PageForm, forms.Form):
    rows = (("method", "due_on"),)
    method = forms.ChoiceField(
        label="Cách lấy điểm chấm chéo",
        choices=(("", "Không chấm chéo"), *CrossMethod.choices),
        required=False,
    )
    due_on = DayField(label="Hạn chấm chéo", required=False)


class FilesWidget(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each within the limit."""

    widget = FilesWidget

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in files if one]
        if any(one.size > UPLOAD_LIMIT for one in cleaned):
            raise forms.ValidationError("Tệp lớn hơn 20 MB. Hãy tách hoặc nén tệp.")
        return cleaned


FILES_HINT = "PDF, ảnh, Word, Excel, PowerPoint; mỗi tệp tối đa 20 MB; chọn được nhiều tệp."
LONG_TEXT = {"rows": 5}


class ExplanationForm(PageForm, forms.Form):
    question = forms.CharField(
        label="Nội dung cần giải trình", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT)
    )
    due_on = DayField(label="Hạn giải trình", help_text="Đơn vị trả lời được đến hết ngày này.")


class AppealForm(PageForm, forms.Form):
    question = forms.CharField(
        label="Nội dung đề nghị xem xét lại", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT)
    )
    files = FilesField(label="Tệp kèm theo", required=False, help_text=FILES_HINT)


class AnswerForm(PageForm, forms.Form):
    answer = forms.CharField(label="Giải trình", max_length=8000, widget=forms.Textarea(attrs=LONG_TEXT))
    files = FilesField(label="Tệp kèm theo", required=False, help_text=FILES_HINT)


class DecisionForm(PageForm, forms.Form):
    outcome = forms.ChoiceField(label="Kết luận", choices=AppealOutcome.choices, widget=forms.RadioSelect)
    points = NumberField(label="Điểm sau điều chỉnh", required=False, max_digits=9, decimal_places=3)
    reason = forms.CharField(label="Lý do kết luận", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT))

    def __init__(self, *args, bounds=None, **kwargs):
        super().__init__(*args, **kwargs)
        if bounds:
            low, high = bounds
            self.fields["points"].help_text = f"Chỉ ghi khi điều chỉnh; từ {number(low)} đến {number(high)}."
