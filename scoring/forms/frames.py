"""The tree of criteria of a guidance or a scoreboard, row by row or as one text."""

from crispy_forms.layout import Layout
from django import forms

from config.kit.forms import NumberField, PageForm
from config.kit.text import parse_number
from scoring.enums import CriterionKind, GroupNature, NotArisen, ScoredBy
from scoring.forms.guidance import lines
from scoring.rules import rule_to_json
from scoring.rules.written import rule_to_text


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
        for line in lines(self.cleaned_data["parts"]):
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
