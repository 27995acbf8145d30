"""Forms as rows of names, and fields that read what Vietnamese officials type."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import flatten_choices

from config.kit import edits, text, typed


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


class ClockField(forms.TimeField):
    """An hour of a day that is known: “8:30”, “8h30”, “8h”."""

    widget = forms.TimeInput(format="%H:%M", attrs={"placeholder": "giờ:phút"})
    default_error_messages = {"invalid": "Hãy gõ giờ, ví dụ 9:30 hoặc 9h30."}

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%H:%M", "%Hh%M", "%Hh"], **kwargs)

    def prepare_value(self, value: object) -> object:
        return value.astimezone(text.VIETNAM).strftime("%H:%M") if isinstance(value, datetime) else value


def canonical(value: object) -> str:
    """A stored or typed value in one form, so that equal ones compare equal."""
    if isinstance(value, Decimal):
        return text.number(value)
    if isinstance(value, datetime):
        return text.moment(value)
    if isinstance(value, date):
        return text.day(value)
    if isinstance(value, bool) or value is None:
        return "có" if value else ""
    if isinstance(value, str):
        return typed.clean(value)
    if isinstance(value, Iterable):
        return "\n".join(sorted(canonical(one) for one in value))
    return str(getattr(value, "pk", value))


class PageForm(TypedForm):
    """A form laid out by `rows`, one tuple a row; drawn by `{% form form %}`.

    Where its view `@edits`, what is stored now is compared with what it was read as; both texts come back.
    """

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

    def stored(self) -> dict[str, str]:
        """What the fields were drawn with: the stored values, each by the name of its field."""
        return {
            name: canonical(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if not isinstance(field, forms.FileField) and not isinstance(field.widget, forms.HiddenInput)
        }

    @property
    def as_read(self) -> tuple[str, str]:
        """Name and value of the hidden field that says what this form was read as."""
        return self.add_prefix(edits.FIELD), edits.stamp(self.stored())

    def _clean_form(self) -> None:
        super()._clean_form()
        for sentence in self._compare():
            self.add_error(None, sentence)

    def _compare(self) -> list[str]:
        """What this form would overwrite, both texts; nothing outside a view that `@edits`."""
        stored = self.stored()
        if not edits.is_older(self.data.get(self.add_prefix(edits.FIELD)), stored):
            return []
        return edits.lost([self._both(name, kept) for name, kept in stored.items()])

    def _both(self, name: str, stored: str) -> tuple[str, str, str]:
        """The label of a field, what is stored in it, and what was typed."""
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        read = self.cleaned_data.get(name, raw)
        # Lines that are read into a list stand in words in the field, and are compared so.
        given = canonical(raw if isinstance(read, list) and isinstance(raw, str) else read)
        words = {str(key): str(label) for key, label in flatten_choices(getattr(field, "choices", ()))}
        shown = [
            "; ".join(words.get(one, one) for one in told.split("\n")) if words else told
            for told in (stored, given)
        ]
        return str(self[name].label), *shown


class EntryForm(PageForm):
    """A form that writes one entry of a list, known by its `keys`: only that entry is compared.

    `entries` are the stored ones, each a mapping of field names to values.
    """

    keys: tuple[str, ...] = ()

    def __init__(self, *args, entries: Iterable[Mapping[str, object]] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self._entries = dict(self._entry(entry) for entry in entries)

    def _entry(self, values: Mapping[str, object]) -> tuple[str, str]:
        """The key of an entry, and what it says."""
        said = [canonical(values.get(name)) for name in self.fields if name not in self.keys]
        key = "|".join(canonical(values.get(name)) for name in self.keys)
        return key, "; ".join(part for part in said if part)

    @property
    def as_read(self) -> tuple[str, str]:
        stamps = {key: edits.stamp({key: said}) for key, said in self._entries.items()}
        return self.add_prefix(edits.FIELD), json.dumps(stamps)

    def _compare(self) -> list[str]:
        key, given = self._entry(self.cleaned_data)
        stored = self._entries.get(key, "")
        posted = edits.entries_in(self.data.get(self.add_prefix(edits.FIELD)))
        if posted is None or not edits.is_older(posted.get(key, edits.stamp({key: ""})), {key: stored}):
            return []
        labels = ", ".join(str(self[name].label) for name in self.fields if name not in self.keys)
        return edits.lost([(labels, stored, given)])
