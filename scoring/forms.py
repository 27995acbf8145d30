from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from crispy_forms.layout import Fieldset, Layout
from django import forms

from blocs.enums import MilestoneKind
from config.kit.forms import DayField, NumberField, PageForm
from config.kit.text import key_of, nfc, number, parse_number
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
from scoring.rules.law import (
    AWARDS,
    COMPARISONS,
    MOST_PARTS,
    QUOTA_HINT,
    VOTE_BASES,
    award_quota_from_text,
    award_quota_to_text,
    grade_quota_from_text,
    grade_quota_to_text,
    late_step_from_text,
    late_step_to_text,
    month_day,
    month_day_text,
    vote_rule_from_json,
)
from scoring.rules.written import rule_to_text
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
        "version": key_of(version),
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


class FilesWidget(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each within the limit."""

    widget = FilesWidget

    def clean(self, data, initial=None):
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        cleaned = [super(FilesField, self).clean(one, initial) for one in files or [None]]
        if big := [one.name for one in files if one.size > UPLOAD_LIMIT]:
            raise forms.ValidationError(f"Tệp lớn hơn 20 MB: {', '.join(big)}. Hãy tách hoặc nén tệp.")
        return cleaned if files else []


class EvidenceForm(PageForm, forms.Form):
    rows = (("file",), ("page", "quotation"))
    file = FilesField(
        label="Tệp", help_text="Một hay nhiều tệp PDF, ảnh, Word, Excel, PowerPoint; mỗi tệp tối đa 20 MB."
    )
    page = forms.CharField(label="Trang", max_length=40, required=False)
    quotation = forms.CharField(label="Trích dẫn", max_length=1000, required=False)


class NewerForm(PageForm, forms.Form):
    file = FilesField(label="Bản mới của tệp")


class CitationForm(PageForm, forms.Form):
    page = forms.CharField(label="Trang", max_length=40, required=False)
    quotation = forms.CharField(label="Trích dẫn", max_length=1000, required=False)


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
        ("conditions",),
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
    conditions = forms.CharField(
        label="Điều kiện, chế tài",
        required=False,
        help_text="chỉ tính một lần · không tính lại ở VIII · không xếp mức cao nhất · không xếp trên mức Khá · "
        "hạ một mức · mất điểm tiêu chí I.2 · không xếp hạng; cách nhau bằng dấu chấm phẩy.",
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

    def __init__(self, *args, read_rule, criterion=None, has_rows=False, targets=None, **kwargs):
        """`read_rule(kind, words, conditions)` gives the rule, or raises with sentences."""
        self.criterion, self.read_rule = criterion, read_rule
        super().__init__(*args, **kwargs)
        gone = set()
        if has_rows:
            gone = {
                "kind",
                "rule",
                "conditions",
                "evidence_hint",
                "needs_evidence",
                "scored_by",
                "not_arisen",
                "target",
            }
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
    def start(criterion, words="", conditions=""):
        kept = {name: getattr(criterion, name) for name in ROW_FIELDS}
        target = str(criterion.target_id or "")
        return {**kept, "rule": words, "conditions": conditions, "target": target}

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
        words, conditions = cleaned.pop("rule"), cleaned.pop("conditions")
        kind = cleaned.get("kind", "")
        if not kind:
            cleaned["rule"] = {}
        elif not self._says_the_same(kind, words, conditions):
            try:
                cleaned["rule"] = rule_to_json(self.read_rule(kind, words, conditions))
            except ValueError as wrong:
                self.add_error("rule", getattr(wrong, "reasons", [str(wrong)]))
        return cleaned

    def _says_the_same(self, kind, words, conditions):
        """What words cannot say stays as it is, as long as the words do."""
        known = self.initial.get("parsed_rule")
        if not known or known.kind != kind:
            return False
        is_sent = self.add_prefix("conditions") in self.data
        same_conditions = not is_sent or conditions == self.initial["conditions"]
        return same_conditions and words in (self.initial["rule"], rule_to_text(known))

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
    """The whole law of a guidance, in sections; what a section does not show is kept."""

    sections = (
        ("Văn bản", (("number", "issued_on"), ("title",), ("issuer",), ("from_year", "to_year"))),
        (
            "Thang điểm",
            (
                ("scale", "bonus_cap", "deduction_cap"),
                ("na_policy", "not_arisen"),
                ("evidence_required",),
                ("step", "mode"),
            ),
        ),
        ("Xếp hạng, xếp loại", (("grades", "tie_chain"), ("rank_numbering",))),
        ("Số lượng được đề nghị", tuple((f"quota_{code}",) for code in AWARDS)),
        (
            "Biểu quyết",
            (
                ("vote_base", "vote_comparison"),
                ("vote_numerator", "vote_denominator"),
                ("vote_quorum_numerator", "vote_quorum_denominator"),
                ("vote_is_secret", "vote_proxy_allowed", "vote_own_unit_votes"),
            ),
        ),
        (
            "Các hạn trong năm",
            (
                ("due_covenant", "due_midyear", "due_self_scoring"),
                ("due_verifying", "due_submission"),
            ),
        ),
        ("Gửi chậm", (("late_per_day", "late_cap", "late_is_percent"), ("late_steps",))),
        ("Ghi chú", (("note",),)),
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
        help_text="Mỗi dòng một mức, cao trước: Xuất sắc = 90; tối đa 25 %. Mức cuối không ghi điểm.",
    )
    tie_chain = forms.CharField(
        label="Khi bằng điểm, xét lần lượt",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi dòng một bước: điểm thưởng; điểm trừ; nhóm V; tỷ lệ nữ 70.",
    )
    vote_base = forms.ChoiceField(
        label="Cơ sở tính", required=False, choices=(("", "Không quy định"), *VOTE_BASES.items())
    )
    vote_comparison = forms.ChoiceField(
        label="So với ngưỡng", required=False, choices=tuple(COMPARISONS.items())
    )
    vote_numerator = forms.IntegerField(
        label="Ngưỡng, tử số", required=False, min_value=0, max_value=MOST_PARTS, help_text="2/3: ghi 2 và 3."
    )
    vote_denominator = forms.IntegerField(
        label="Ngưỡng, mẫu số", required=False, min_value=1, max_value=MOST_PARTS
    )
    vote_quorum_numerator = forms.IntegerField(
        label="Có mặt tối thiểu, tử số",
        required=False,
        min_value=0,
        max_value=MOST_PARTS,
        help_text="Ghi 0 khi không quy định.",
    )
    vote_quorum_denominator = forms.IntegerField(
        label="Có mặt tối thiểu, mẫu số", required=False, min_value=1, max_value=MOST_PARTS
    )
    vote_is_secret = forms.BooleanField(label="Bỏ phiếu kín", required=False)
    vote_proxy_allowed = forms.BooleanField(label="Cho ủy quyền bằng văn bản", required=False)
    vote_own_unit_votes = forms.BooleanField(label="Đơn vị được bỏ phiếu cho chính mình", required=False)
    late_per_day = NumberField(
        label="Trừ mỗi ngày chậm", required=False, min_value=0, max_digits=9, decimal_places=3
    )
    late_cap = NumberField(label="Trừ tối đa", required=False, min_value=0, max_digits=9, decimal_places=3)
    late_is_percent = forms.BooleanField(label="Các số này là % của thang điểm", required=False)
    late_steps = forms.CharField(
        label="Hoặc trừ theo mức",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mỗi dòng một mức: từ ngày 1 = 0,5. Có mức thì không tính theo ngày.",
    )
    note = forms.CharField(
        label="Ghi chú",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nơi nêu các ngưỡng mà thang điểm nhắc đến: ngưỡng “A”: từ 85 %.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for place, (code, label) in enumerate(AWARDS.items()):
            hint = "" if place else QUOTA_HINT
            self.fields[f"quota_{code}"] = forms.CharField(label=label, required=False, help_text=hint)
        for kind in MilestoneKind:
            self.fields[f"due_{kind}"] = forms.CharField(
                label=kind.label, required=False, help_text="Ngày/tháng, ví dụ 15/12"
            )
        for name, label in ROUNDED.items():
            self.fields[f"step_{name}"] = NumberField(
                label=f"Bước, {label.lower()}",
                required=False,
                min_value=Decimal("0.001"),
                max_digits=9,
                decimal_places=3,
            )
            modes = (("", "Như chung"), *RoundingMode.choices)
            self.fields[f"mode_{name}"] = forms.ChoiceField(
                label=f"Cách làm tròn, {label.lower()}", required=False, choices=modes
            )
        self.helper.layout = Layout(
            *(Fieldset(label, *(self._row(names) for names in rows)) for label, rows in self.sections)
        )

    def rounding_rows(self):
        """One row a kind of figure: its name, its step and its mode, to be drawn as a table."""
        return [(label, self[f"step_{name}"], self[f"mode_{name}"]) for name, label in ROUNDED.items()]

    def own_roundings(self):
        """Tell whether a kind of figure is rounded in its own way."""
        return any(step.value() or mode.value() for _, step, mode in self.rounding_rows())

    def _typed(self, name, read):
        """Read one field with a rule of the law; its sentence goes to the field."""
        text = self.cleaned_data.get(name)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as wrong:
            self.add_error(name, str(wrong))
            return None

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
            **_law_start(guidance),
        }

    def clean_grades(self):
        return [_read_grade(line, place) for place, line in enumerate(_lines(self.cleaned_data["grades"]), 1)]

    def clean_tie_chain(self):
        return [_read_tie(line) for line in _lines(self.cleaned_data["tie_chain"])]

    def clean_late_steps(self):
        try:
            return [late_step_from_text(line) for line in _lines(self.cleaned_data["late_steps"])]
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_year"), cleaned.get("to_year")
        if first and last and last < first:
            self.add_error("to_year", "Năm cuối áp dụng không được trước năm đầu.")
        quotas = {code: self._typed(f"quota_{code}", award_quota_from_text) for code in AWARDS}
        cleaned["quota_rules"] = {code: one for code, one in quotas.items() if one}
        days = {kind.value: self._typed(f"due_{kind}", month_day) for kind in MilestoneKind}
        cleaned["deadlines"] = {kind: day for kind, day in days.items() if day}
        cleaned["vote_rule"] = self._vote_rule(cleaned)
        return cleaned

    def _vote_rule(self, cleaned):
        if not cleaned.get("vote_base"):
            return {}
        rule = {
            "base": cleaned["vote_base"],
            "comparison": cleaned.get("vote_comparison") or "at_least",
            **{name: cleaned.get(f"vote_{name}") for name in VOTE_INTEGERS},
            **{name: cleaned[f"vote_{name}"] for name in VOTE_FLAGS},
        }
        rule = {name: value for name, value in rule.items() if value is not None}
        try:
            vote_rule_from_json(rule)
        except FormatError as wrong:
            self.add_error("vote_numerator", wrong.reasons)
        return rule

    def law(self, guidance=None):
        """The fields of the model; parts of the law that this form does not show are kept."""
        cleaned = self.cleaned_data
        kept = guidance.vote_rule if guidance and cleaned["vote_rule"] else {}
        grades = _with_codes(cleaned["grades"], guidance.grades if guidance else [])
        return {
            **{name: cleaned[name] for name in GUIDANCE_FIELDS},
            **{name: cleaned[name] for name in ("tie_chain", "quota_rules", "deadlines")},
            "vote_rule": {**kept, **cleaned["vote_rule"]},
            "roundings": self._roundings(),
            "lateness": self._lateness(),
            "grades": grades,
        }

    def _roundings(self):
        cleaned = self.cleaned_data
        common = {"step": f"{cleaned['step']:f}", "mode": cleaned["mode"]}
        found = {"default": common}
        for name in ROUNDED:
            step, mode = cleaned[f"step_{name}"], cleaned[f"mode_{name}"]
            if step is not None or mode:
                found[name] = {
                    "step": f"{step:f}" if step is not None else common["step"],
                    "mode": mode or common["mode"],
                }
        return found

    def _lateness(self):
        cleaned = self.cleaned_data
        rule = {
            "per_day": f"{cleaned['late_per_day']:f}" if cleaned["late_per_day"] else None,
            "cap": f"{cleaned['late_cap']:f}" if cleaned["late_cap"] is not None else None,
            "steps": cleaned["late_steps"],
        }
        found = {name: value for name, value in rule.items() if value}
        return {**found, "is_percent": True} if found and cleaned["late_is_percent"] else found


# Kinds of figures that are computed and so may need a rounding of their own; the rescaled total is one of them.
ROUNDED = {
    "total": "Tổng điểm sau quy đổi",
    **{
        kind.value: kind.label
        for kind in CriterionKind
        if kind not in (CriterionKind.PASS_FAIL, CriterionKind.CHOICE, CriterionKind.BANDS)
    },
}
VOTE_INTEGERS = ("numerator", "denominator", "quorum_numerator", "quorum_denominator")
VOTE_FLAGS = ("is_secret", "proxy_allowed", "own_unit_votes")


def _law_start(guidance):
    """What the parts of the law that are kept as JSON look like when they are typed."""
    roundings = {name: one for name, one in guidance.roundings.items() if name in ROUNDED}
    late, vote = guidance.lateness, guidance.vote_rule
    # A rule that says nothing of these is secret, by mandate, and lets a unit vote on itself.
    flags = {f"vote_{name}": vote.get(name, True) for name in VOTE_FLAGS}
    return {
        **{f"step_{name}": Decimal(one["step"]) for name, one in roundings.items() if "step" in one},
        **{f"mode_{name}": one.get("mode", "") for name, one in roundings.items()},
        **{f"quota_{code}": award_quota_to_text(one) for code, one in guidance.quota_rules.items()},
        **{f"due_{kind}": month_day_text(one) for kind, one in guidance.deadlines.items()},
        **{f"vote_{name}": vote[name] for name in ("base", "comparison", *VOTE_INTEGERS) if name in vote},
        **flags,
        **{f"late_{name}": Decimal(late[name]) for name in ("per_day", "cap") if name in late},
        "late_is_percent": late.get("is_percent", False),
        "late_steps": "\n".join(late_step_to_text(one) for one in late.get("steps", ())),
    }


GUIDANCE_FIELDS = (
    "number", "issued_on", "title", "issuer", "from_year", "to_year", "scale", "bonus_cap", "deduction_cap",
    "na_policy", "not_arisen", "rank_numbering", "evidence_required", "note",
)  # fmt: skip


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _grade_line(grade):
    bound = grade.get("at_least")
    line = f"{grade['name']} = {number(Decimal(bound))}" if bound is not None else grade["name"]
    return f"{line}; tối đa {grade_quota_to_text(grade['quota'])}" if grade.get("quota") else line


def _read_grade(line, place):
    words, limited, limit = line.partition("; tối đa ")
    name, equals, bound = words.partition("=")
    grade = {"code": f"muc-{place}", "name": name.strip()}
    try:
        if equals:
            grade["at_least"] = f"{parse_number(bound.strip()):f}"
        if limited:
            grade["quota"] = grade_quota_from_text(limit)
    except ValueError as wrong:
        raise forms.ValidationError(f"“{line}”: {wrong}") from wrong
    return grade


def _with_codes(grades, known):
    """Grades keep the code that they had under the same name; another one never takes it."""
    had = {grade["name"]: grade["code"] for grade in known}
    kept = {had[grade["name"]] for grade in grades if grade["name"] in had}
    free = (f"muc-{place}" for place in count(1) if f"muc-{place}" not in kept)
    return [{**grade, "code": had.get(grade["name"]) or next(free)} for grade in grades]


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
