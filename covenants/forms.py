from django import forms
from django.core.exceptions import ValidationError

from config.kit.forms import DayField, NumberField, PageForm, WholeField
from config.kit.text import number
from covenants.enums import AdoptionForm, Direction, InitiativeLevel, MovementLevel
from covenants.rules import TargetDraft, parse_figure, read_actual, read_targets
from covenants.services import NOT_ASSIGNED, ResultEntry

FILE_HELP = "PDF hoặc ảnh, không quá 20 MB."


class FigureField(NumberField):
    """A figure of a target: at most 14 digits before the comma and 4 after it; `measure` is its unit."""

    measure = ""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return parse_figure(str(value), self.measure, self.beside)
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from wrong


class OpeningForm(PageForm, forms.Form):
    opening = forms.CharField(
        label="Lời mở đầu",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi đoạn một dòng. Để trống thì in lời mở đầu thường dùng.",
    )


class ContentForm(PageForm, forms.Form):
    title = forms.CharField(label="Nội dung", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    note = forms.CharField(
        label="Diễn giải",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In dưới tên nội dung; mỗi đoạn một dòng.",
    )


class TargetsForm(PageForm, forms.Form):
    lines = forms.CharField(
        label="Chỉ tiêu, mỗi dòng một chỉ tiêu",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Gõ hoặc dán từ Excel: chỉ tiêu | đơn vị tính | mức giao. Ví dụ: Tỷ lệ hồ sơ đúng hạn | % | ≥ 95. "
        "Bỏ trống mức giao nếu chỉ tiêu là có hoặc không.",
    )

    def clean_lines(self):
        drafts, errors = read_targets(self.cleaned_data["lines"])
        if errors:
            raise ValidationError(errors)
        if not drafts:
            raise ValidationError("Hãy ghi ít nhất một chỉ tiêu.")
        return drafts


class TargetForm(PageForm, forms.Form):
    rows = (("text",), ("measure", "direction", "value"))
    text = forms.CharField(label="Chỉ tiêu", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.CharField(label="Đơn vị tính", max_length=60, required=False)
    direction = forms.ChoiceField(label="Chiều", choices=Direction.choices)
    value = FigureField(label="Mức giao", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].measure = self["measure"].value() or ""

    def clean(self):
        cleaned = super().clean()
        if "value" not in cleaned:
            return cleaned
        is_yes_no = cleaned.get("direction") == Direction.YES_NO
        if is_yes_no and cleaned["value"] is not None:
            self.add_error("value", "Chỉ tiêu có hoặc không thì bỏ trống mức giao.")
        if not is_yes_no and cleaned["value"] is None:
            self.add_error("value", "Hãy ghi mức giao.")
        return cleaned

    def draft(self):
        return TargetDraft(**self.cleaned_data)


class AssignmentsForm(PageForm, forms.Form):
    """One row a member: the covenant's own value (empty), another value, or not assigned."""

    def __init__(self, *args, target, members, given, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.members = target, members
        self.is_yes_no = target.direction == Direction.YES_NO
        for member in members:
            own = given.get(member.unit_id)
            is_own = own is not None and own.is_assigned and own.value != target.value
            self.fields[f"value-{member.unit_id}"] = FigureField(
                label=f"Mức giao cho {member.unit.short_name}",
                required=False,
                initial=own.value if is_own else None,
                disabled=self.is_yes_no,
            )
            self.fields[f"off-{member.unit_id}"] = forms.BooleanField(
                label=f"Không giao cho {member.unit.short_name}",
                required=False,
                initial=own is not None and not own.is_assigned,
            )
            self.fields[f"value-{member.unit_id}"].measure = target.measure
            self.fields[f"value-{member.unit_id}"].beside = (target.value,)
            self.fields[f"value-{member.unit_id}"].widget.attrs["aria-label"] = (
                f"Mức giao cho {member.unit.short_name}"
            )
            self.fields[f"off-{member.unit_id}"].widget.attrs |= {
                "aria-label": f"Không giao cho {member.unit.short_name}",
                "class": "form-check-input",
            }
            self.fields[f"value-{member.unit_id}"].widget.attrs["class"] = "form-control num"

    def lines(self):
        return [
            {"unit": m.unit, "value": self[f"value-{m.unit_id}"], "off": self[f"off-{m.unit_id}"]}
            for m in self.members
        ]

    def values(self):
        return {m.unit_id: self._value(m.unit_id) for m in self.members}

    def _value(self, unit_id):
        if self.cleaned_data[f"off-{unit_id}"]:
            return NOT_ASSIGNED
        return self.cleaned_data[f"value-{unit_id}"]


class AdoptForm(PageForm, forms.Form):
    form = forms.ChoiceField(label="Hình thức thống nhất", choices=AdoptionForm.choices)
    on = DayField(label="Ngày thống nhất")
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)


class SignForm(PageForm, forms.Form):
    capacity = forms.CharField(
        label="Ký với chức vụ", max_length=150, required=False, help_text="Ví dụ: GIÁM ĐỐC; KT. GIÁM ĐỐC."
    )
    mandate = forms.CharField(
        label="Giấy ủy quyền",
        max_length=300,
        required=False,
        help_text="Chỉ ghi khi người ký không phải lãnh đạo đơn vị: số, ngày của giấy.",
    )


class ScanForm(PageForm, forms.Form):
    signed_on = DayField(label="Ngày ký tại hội nghị")
    scan = forms.FileField(label="Bản quét có chữ ký", required=False, help_text=FILE_HELP)


class ResultsForm(PageForm, forms.Form):
    """One row a target; what cannot be read is refused at its own field."""

    def __init__(self, *args, figures, **kwargs):
        super().__init__(*args, **kwargs)
        self.figures = [figure for figure in figures if figure.is_assigned]
        self.actuals = {}
        for figure in self.figures:
            self._add(figure)

    def _add(self, figure):
        target, result = figure.target, figure.result
        label = f"Chỉ tiêu {target.number}"
        name = f"t{target.pk}"
        is_fixed = bool(result and result.version > 1)
        choices, kind = {}, forms.CharField
        if target.direction == Direction.YES_NO:
            choices, kind = {"choices": (("", "…"), ("co", "Có"), ("khong", "Không"))}, forms.ChoiceField
            widget = forms.Select(attrs={"class": "form-select"})
            initial = "" if figure.actual is None else ("co" if figure.actual == 1 else "khong")
        else:
            widget = forms.TextInput(
                attrs={"class": "form-control num", "inputmode": "decimal", "autocomplete": "off"}
            )
            initial = number(figure.actual)
        widget.attrs |= {"aria-label": f"{label}: kết quả", "data-paste-part": ""}
        self.fields[name] = kind(
            label=label, required=False, widget=widget, initial=initial, disabled=is_fixed, **choices
        )
        self.fields[f"{name}-uoc"] = forms.BooleanField(
            label=f"{label}: số ước",
            required=False,
            initial=figure.is_estimated,
            disabled=is_fixed,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input", "aria-label": f"{label}: số ước"}),
        )
        self.fields[f"{name}-note"] = forms.CharField(
            label=f"{label}: diễn giải",
            required=False,
            max_length=500,
            initial=result.note if result else "",
            disabled=is_fixed,
            widget=forms.TextInput(
                attrs={"class": "form-control", "aria-label": f"{label}: diễn giải", "data-paste-part": ""}
            ),
        )
        self.fields[f"{name}-file"] = forms.FileField(
            label=f"{label}: minh chứng",
            required=False,
            widget=forms.FileInput(
                attrs={"class": "form-control form-control-sm", "aria-label": f"{label}: minh chứng"}
            ),
        )

    def clean(self):
        cleaned = super().clean()
        for figure in self.figures:
            name, target = f"t{figure.target.pk}", figure.target
            typed, beside = cleaned.get(name, "").strip(), (figure.value, figure.actual)
            try:
                read = read_actual(target.direction, typed, target.measure, beside) if typed else None
            except ValueError as wrong:
                self.add_error(name, str(wrong))
                continue
            self.actuals[target.pk] = read
            if target.direction != Direction.YES_NO:
                cleaned[name] = read
        return cleaned

    def attachments(self):
        return {
            figure.target.pk: self.cleaned_data[f"t{figure.target.pk}-file"]
            for figure in self.figures
            if self.cleaned_data.get(f"t{figure.target.pk}-file")
        }

    def entries(self, evidence):
        """`evidence` maps a target to the file that was kept for it."""
        return {
            figure.target.pk: ResultEntry(
                actual=self.actuals[figure.target.pk],
                is_estimated=self.cleaned_data[f"t{figure.target.pk}-uoc"],
                note=self.cleaned_data[f"t{figure.target.pk}-note"],
                evidence=evidence.get(figure.target.pk),
            )
            for figure in self.figures
        }

    def row(self, figure):
        name = f"t{figure.target.pk}"
        return {
            "actual": self[name],
            "estimated": self[f"{name}-uoc"],
            "note": self[f"{name}-note"],
            "file": self[f"{name}-file"],
        }


class NoteForm(PageForm, forms.Form):
    note = forms.CharField(
        label="Nhận xét, khó khăn, kiến nghị", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendForm(PageForm, forms.Form):
    extended_to = DayField(label="Gia hạn đến hết ngày")
    reason = forms.CharField(label="Lý do gia hạn", max_length=300)


class OfficialForm(PageForm, forms.Form):
    actual = forms.CharField(
        label="Số chính thức", widget=forms.TextInput(attrs={"class": "num", "autocomplete": "off"})
    )
    note = forms.CharField(label="Căn cứ, diễn giải", max_length=500, required=False)

    def __init__(self, *args, target, beside, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.beside = target, beside

    def clean_actual(self):
        try:
            typed = self.cleaned_data["actual"]
            return read_actual(self.target.direction, typed, self.target.measure, self.beside)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class RegistrationForm(PageForm, forms.Form):
    award_text = forms.CharField(
        label="Danh hiệu, hình thức khen thưởng",
        max_length=200,
        widget=forms.TextInput(attrs={"list": "award-words", "autocomplete": "off"}),
    )
    note = forms.CharField(label="Ghi chú", max_length=300, required=False)


class MovementForm(PageForm, forms.Form):
    rows = (("name",), ("level", "launched_by", "launched_on"))
    name = forms.CharField(label="Tên phong trào", max_length=300)
    level = forms.ChoiceField(
        label="Cấp phát động", choices=MovementLevel.choices, initial=MovementLevel.BLOC
    )
    launched_by = forms.CharField(label="Nơi phát động", max_length=200)
    launched_on = DayField(label="Ngày phát động", required=False)


class OutcomeForm(PageForm, forms.Form):
    outcome = forms.CharField(
        label="Kết quả hưởng ứng", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class InitiativesForm(PageForm, forms.Form):
    rows = (("grassroots", "province"),)
    grassroots = WholeField(
        label=InitiativeLevel.GRASSROOTS.label, min_value=0, max_value=100_000, required=False
    )
    province = WholeField(
        label=InitiativeLevel.PROVINCE.label, min_value=0, max_value=100_000, required=False
    )
