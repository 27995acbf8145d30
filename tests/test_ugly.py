"""One list of ugly things, into every field and every import: a sentence, or what was meant, and never another value."""

import importlib
import io
import pkgutil
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from config.kit import books, typed
from config.kit.forms import DayField, MomentField, NumberField, TypedForm, WholeField

APPS = ("blocs", "documents", "covenants", "scoring", "awards", "meetings")
D = Decimal
# What is typed or pasted → the figure and the day that it is, if it is one.
UGLY = {
    "7,5": (D("7.5"), None), "7.5": (D("7.5"), None), "36 000": (D(36000), None), "36\u00a0000": (D(36000), None),
    "1\u202f234,5": (D("1234.5"), None), "1.234,5": (D("1234.5"), None), "1,234.5": (D("1234.5"), None),
    "11.920.000": (D(11920000), None), "−5": (D(-5), None), "–5": (D(-5), None), "9\u200b5": (D(95), None),
    "95\x0b": (D(95), None), "\ufeff95": (D(95), None), "95²": (None, None), "7,5¹": (None, None), "9 2": (None, None),
    "1,234": (None, None), "1.234": (None, None), "1.000.00": (None, None), "92%": (None, None), "92 %": (None, None),
    "１２": (None, None), "٣": (None, None), "½": (None, None), "1e5": (None, None), "1_000": (None, None),
    "NaN": (None, None), "Infinity": (None, None), "0x1f": (None, None), "- 5": (None, None), "\uf0b7 5": (None, None),
    "1/2/2026": (None, date(2026, 2, 1)), "01.02.2026": (None, date(2026, 2, 1)), "1-2-2026": (None, date(2026, 2, 1)),
    "ngày 01 tháng 02 năm 2026": (None, date(2026, 2, 1)), "1/2/26": (None, None), "31/02/2026": (None, None),
    "01/13/2026": (None, None), "dòng\x0bhai": (None, None), "a\x00b\x07\x1b": (None, None), "=1+1": (None, None),
    "@SUM(A1)": (None, None), "<b>&amp;</b>": (None, None), "Tie\u0302\u0301ng": (None, None), "🎉": (None, None),
    "\u202eabc": (None, None), "\ud800": (None, None), "\ufffe": (None, None), "a\tb": (None, None),
    "..\\..//x:*?": (None, None), "'[]": (None, None), "9" * 400: (None, None),
}  # fmt: skip
# Of four hundred nines nobody asks what text they are; half a character does not travel.
TEXTS = [one for one in UGLY if len(one) < 100 and one != "\ud800"]


def form_classes():
    for app in APPS:
        package = importlib.import_module(f"{app}.forms")
        inner = pkgutil.iter_modules(getattr(package, "__path__", []))
        for module in (package, *(importlib.import_module(f"{app}.forms.{one.name}") for one in inner)):
            yield from (
                one for one in vars(module).values()
                if isinstance(one, type) and issubclass(one, forms.BaseForm) and one.__module__.startswith(app)
            )  # fmt: skip


FORMS = sorted(set(form_classes()), key=lambda one: (one.__module__, one.__name__))
FIELDS = [(f"{form.__name__}.{name}", field) for form in FORMS for name, field in form.base_fields.items()]


def kept_by(field, text):
    """What a field makes of a text that came by a request; None when it is refused with a sentence."""
    try:
        return field.clean(typed.tidy(text))
    except ValidationError:
        return None


def test_every_form_reads_by_the_kit():
    assert len(UGLY) >= 40
    assert [form.__name__ for form in FORMS if form.base_fields and not issubclass(form, TypedForm)] == []
    plain = (forms.DecimalField, forms.IntegerField, forms.FloatField, forms.DateField, forms.DateTimeField)
    ours = (NumberField, WholeField, DayField, MomentField)
    assert [
        name for name, field in FIELDS
        if isinstance(field, plain) and not isinstance(field, ours) and not field.widget.is_hidden
    ] == []  # fmt: skip


@pytest.mark.parametrize("text", UGLY, ids=range(len(UGLY)))
def test_no_field_makes_another_figure_or_day_of_it(text):
    figure, on = UGLY[text]
    for name, field in FIELDS:
        if isinstance(field, NumberField):
            allowed = D(92) if "92" in text and field.is_percent else figure
            assert kept_by(field, text) in (None, allowed), name
        elif isinstance(field, WholeField):
            # It has no decimals, so what it prints as 1.234 can be meant in one way only.
            assert kept_by(field, text) in (None, D(1234) if text == "1.234" else figure), name
        elif isinstance(field, DayField):
            assert kept_by(field, text) == on, name
        elif isinstance(field, MomentField):
            assert kept_by(field, text) is None, name


def workbook_of(column):
    book = Workbook()
    for row, text in enumerate(column, start=1):
        cell = book.active.cell(row, 1)
        cell.value = typed.printable(text)
        cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_or_none(read, cell):
    try:
        return read(cell)
    except ValueError:
        return None


def test_no_cell_of_a_workbook_makes_another_figure_or_day_of_it():
    texts = [one for one in TEXTS if typed.printable(one).strip()]
    rows = books.open_pages(workbook_of(texts))["Sheet"].rows
    assert len(rows) == len(texts)

    for text, (cell,) in zip(texts, rows, strict=True):
        figure, on = UGLY[text]
        assert read_or_none(books.a_number, cell) == figure, text
        assert read_or_none(books.a_day, cell) == on, text
        assert read_or_none(books.a_text, cell) in (None, typed.clean(typed.printable(text))), text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "thing", "who"),
    [
        ("guidance_import", "province", "assigned"),
        ("marks_import", "2020", "officer"),
        ("directory_import", "province", "admin"),
    ],
)
def test_an_ugly_workbook_is_refused_with_sentences(name, thing, who, town):
    file = SimpleUploadedFile("a.xlsx", workbook_of(TEXTS))
    answer = town.client(who).post(reverse(name, args=town.things[thing]), {"file": file})

    assert (answer.status_code, bool(answer.context["faults"])) == (422, True)
