"""Forms as rows of names, and fields that read what Vietnamese officials type."""

from datetime import date, datetime
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from config.kit import text, typed


def _read(reader, value, **more):
    """What a reader of the kit makes of a value; its sentence is the field's."""
    try:
        return reader(str(value), **more)
    except ValueError as wrong:
        raise ValidationError(str(wrong), code="invalid") from wrong


class NumberField(forms.DecimalField):
    """A number typed the Vietnamese way: “7,5” and “7.5” are both seven and a half.

    `is_percent`: it is measured in %, so “92 %” is 92. `beside`: figures that the page prints at this field.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def __init__(self, *, is_percent=False, **kwargs):
        super().__init__(**kwargs)
        self.is_percent, self.beside = is_percent, ()

    def to_python(self, value: object) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        return _read(typed.figure, value, percent=self.is_percent, beside=self.beside)

    def prepare_value(self, value: object) -> object:
        return text.number(value).replace(".", "") if isinstance(value, Decimal | int) else value


class WholeField(forms.IntegerField):
    """A whole number: “1.000” is a thousand, and “²” is none."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: object) -> int | None:
        if value in self.empty_values:
            return None
        return value if isinstance(value, int) else _read(typed.whole, value)


class DayField(forms.DateField):
    """A day typed day first: 02/05/2020 is the second of May."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy"})

    def to_python(self, value: object) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        return _read(typed.day, value)


class MomentField(forms.DateTimeField):
    """A day and an hour: “02/05/2020 08:00” or “02/05/2020 8h30”."""

    widget = forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"placeholder": "dd/mm/yyyy giờ:phút"})

    def to_python(self, value: object) -> datetime | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        return _read(typed.moment, value)

    def prepare_value(self, value: object) -> object:
        return (
            value.astimezone(text.VIETNAM).strftime("%d/%m/%Y %H:%M")
            if isinstance(value, datetime)
            else value
        )


class TypedForm(forms.BaseForm):
    """A form whose text is clean and in no old encoding, and whose figures may be typed as the page prints them."""

    def _clean_fields(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, NumberField) and isinstance(
                known := self.get_initial_for_field(field, name), Decimal | int
            ):
                field.beside = (*field.beside, Decimal(known))
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                try:
                    self.cleaned_data[name] = typed.readable(value)
                except ValueError as wrong:
                    self.add_error(name, str(wrong))


class PageForm(TypedForm):
    """A form laid out by `rows`, one tuple a row; drawn by `{% form form %}`."""

    rows: tuple[tuple[str, ...], ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        if self.rows:
            self.helper.layout = Layout(*(self._row(names) for names in self.rows))

    def _row(self, names: tuple[str, ...]) -> Row:
        return Row(*(Column(name) for name in names))
