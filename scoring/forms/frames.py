"""The tree of criteria of a guidance or a scoreboard, row by row or as one text."""

from crispy_forms.layout import Layout
from django import forms

from config.kit.forms import NumberField, PageForm
from config.kit.text import number
from config.kit.typed import figure
from scoring.enums import CriterionKind, GroupNature, NotArisen, ScoredBy
from scoring.forms.guidance import lines
from scoring.forms.rule_fields import RuleBlock, RuleForm
from scoring.rules import FormatError, rule_from_json, rule_to_json
from scoring.rules.wording import wording_of


class BoardForm(PageForm, forms.Form):
    guidance = forms.ModelChoiceField(None, label="Theo hướng dẫn", empty_label=None)

    def __init__(self, *args, guidances, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["guidance"].queryset = guidances


class CriterionForm(PageForm, forms.Form):
    """One row of a frame: a new one, a group, or a criterion."""

    # The rule is drawn between them.
    above = (("code", "max_points"), ("title",), ("kind", "nature"))
    below = (
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
    # What the row said when the form was opened.
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, criterion=None, has_rows=False, targets=None, named=None, **kwargs):
        """`named` = what a rule may name: its `grades` (code → name) and the `codes` of the frame (code → title)."""
        self.criterion = criterion
        super().__init__(data, **kwargs)
        stored = rule_from_json(criterion.rule, criterion.kind) if criterion and criterion.kind else None
        self.rule_form = None if has_rows else RuleForm(data, rule=stored, **(named or {}))
        gone = (
            {"kind", "evidence_hint", "needs_evidence", "scored_by", "not_arisen", "target"}
            if has_rows
            else set()
        )
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
        self.helper.layout = Layout(*self._kept(self.above), RuleBlock(), *self._kept(self.below))
        self.helper.render_hidden_fields = True

    def _kept(self, rows):
        kept = (tuple(name for name in row if name in self.fields) for row in rows)
        return [self._row(names) for names in kept if names]

    @staticmethod
    def start(criterion):
        kept = {name: getattr(criterion, name) for name in ROW_FIELDS}
        return {**kept, "target": str(criterion.target_id or "")}

    def clean_target(self):
        return self.cleaned_data["target"] or None

    def clean(self):
        cleaned = super().clean()
        # What was not sent stays as it is.
        for name in ("code", "nature", "scored_by"):
            if not cleaned.get(name, "x"):
                del cleaned[name]
        if "kind" in cleaned:
            cleaned["rule"] = self._rule(cleaned["kind"])
        return cleaned

    def _rule(self, kind):
        if not kind:
            return {}
        try:
            rule = self.rule_form.read(kind)
        except FormatError as wrong:
            self.add_error("kind", wrong.reasons)
            return {}
        if rule is None:
            self.add_error(None, "Quy tắc có chỗ chưa đúng. Hãy sửa ở ô có dòng chữ đỏ.")
            return {}
        # A rule that says the same stays written as it is.
        is_same = rule == self.rule_form.rule
        return self.criterion.rule if is_same else rule_to_json(rule)

    def values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "opened"}

    def changes(self):
        """Only what differs from the criterion as it stands."""
        return {
            name: value for name, value in self.values().items() if value != getattr(self.criterion, name)
        }

    def fields_of_row(self):
        """Everything of a new row; its code is the one proposed when none was typed."""
        return {"code": self.initial["code"], **self.values()}

    def clashes(self):
        """Where what was typed differs from the row as it now stands: name, typed, stored; in words."""
        mine, stored = self.values(), self.criterion
        found = [
            (self.fields[name].label, self._said(name, value), self._said(name, getattr(stored, name)))
            for name, value in self.changes().items()
            if name != "rule"
        ]
        rules = [_rule_words(mine, mine.get("rule")), _rule_words(vars(stored), stored.rule)]
        return [*found, ("Quy tắc", *rules)] if "rule" in self.changes() else found

    def _said(self, name, value):
        if isinstance(value, bool):
            return "có" if value else "không"
        choices = dict(getattr(self.fields[name], "choices", ()))
        words = number(value) if name == "max_points" else str(choices.get(value, value or ""))
        return words or "để trống"


def _rule_words(row, rule):
    kind = row.get("kind")
    return wording_of(rule_from_json(rule, kind), row["max_points"]) if kind else "là nhóm"


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
                value = figure(points.strip())
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
