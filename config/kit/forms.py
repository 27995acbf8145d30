"""Forms as rows of names, and fields that read what Vietnamese officials type."""

from datetime import datetime
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from config.kit import text

DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d"]
MOMENT_FORMATS = [f"{day} {clock}" for day in DAY_FORMATS for clock in ("%H:%M", "%Hh%M", "%Hh")]


class NumberField(forms.DecimalField):
    """A number typed the Vietnamese way: “7,5” and “7.5” are both seven and a half."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})

    def to_python(self, value: object) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return text.parse_number(str(value))
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from wrong

    def prepare_value(self, value: object) -> object:
        # Without dots for thousands: “1.000” is asked about when it is typed.
        return text.number(value).replace(".", "") if isinstance(value, Decimal | int) else value


class DayField(forms.DateField):
    """A day typed day first: 02/05/2020 is the second of May."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy"})
    default_error_messages = {"invalid": "Hãy gõ ngày theo dạng ngày/tháng/năm, ví dụ 02/05/2020."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=DAY_FORMATS, **kwargs)


class MomentField(forms.DateTimeField):
    """A day and an hour: “02/05/2020 08:00” or “02/05/2020 8h30”."""

    widget = forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"placeholder": "dd/mm/yyyy giờ:phút"})
    default_error_messages = {"invalid": "Hãy gõ ngày và giờ, ví dụ 02/05/2020 08:00."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=MOMENT_FORMATS, **kwargs)

    def prepare_value(self, value: object) -> object:
        return (
            value.astimezone(text.VIETNAM).strftime("%d/%m/%Y %H:%M")
            if isinstance(value, datetime)
            else value
        )


class PageForm(forms.BaseForm):
    """A form laid out by `rows`, one tuple a row; all text is NFC; drawn by `{% form form %}`."""

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

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = text.nfc(value)
