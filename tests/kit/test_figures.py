"""One way to write each kind of figure, the same on pages, on paper and in workbooks, and never rounded."""

from datetime import date
from decimal import Decimal as D
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from config.kit.figures import (
    EXCEL,
    WRITTEN,
    in_unit,
    measure_text,
    money_text,
    percent_text,
    points_text,
    share,
)
from config.kit.tables import Column, Row, Sheet, Table, shown, to_xlsx

FIGURES = (D(0), D("2.995"), D("89.995"), D("7.5"), D("40.000"), D("-0.25"), D("1234.5"), D("36000"))


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_printed_is_the_figure_itself(figure):
    for kind, written in WRITTEN.items():
        digits = written(figure).removesuffix("%").removesuffix(" đồng")
        assert D(digits.replace(".", "").replace(",", ".")) == figure, kind


def test_each_kind_has_one_way():
    assert [points_text(one) for one in (None, D("7.50"), D("2.995"), D(40), D("-0.0"))] == [
        "", "7,5", "2,995", "40", "0",
    ]  # fmt: skip
    assert (measure_text(36000, "m²"), measure_text(D("97.1"), "%"), measure_text(D(5))) == (
        "36.000 m²", "97,1%", "5",
    )  # fmt: skip
    assert (percent_text(D("57.1")), percent_text(None)) == ("57,1%", "")
    assert (money_text(11_920_000), money_text(None)) == ("11.920.000 đồng", "")
    assert (in_unit("dưới 90", "%"), in_unit("dưới 90", "hồ sơ")) == ("dưới 90%", "dưới 90 hồ sơ")


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(4, 7, D("57.1")), (6, 7, D("85.7")), (1, 8, D("12.5")), (7, 7, D(100))]
)
def test_a_share_is_worked_out_to_a_tenth(part, whole, told):
    assert share(part, whole) == told


def test_a_workbook_shows_what_the_page_shows():
    columns = tuple(Column(kind, kind) for kind in (*WRITTEN, "day"))
    cells = (D("2.995"), D("12345.6789"), D("33.33"), 1234, 11_920_000, date(2019, 5, 2))
    page = load_workbook(BytesIO(to_xlsx([Sheet("A", Table("A", columns, (Row(cells),)))]))).active
    *_, row = page.iter_rows()

    assert [cell.number_format for cell in row] == [EXCEL[column.kind] for column in columns]
    assert [D(str(cell.value)) for cell in row[:-1]] == list(cells[:-1])
    assert [shown(value, column) for value, column in zip(cells, columns, strict=True)] == [
        "2,995", "12.345,6789", "33,33%", "1.234", "11.920.000 đồng", "02/05/2019",
    ]  # fmt: skip


def test_no_template_rounds_a_figure_by_itself():
    rounding = ("floatformat", "|round", "stringformat", "intcomma", "toFixed", "toLocaleString")
    files = [
        *Path(settings.BASE_DIR, "templates").rglob("*.*"),
        *Path(settings.BASE_DIR, "static/js").rglob("*.js"),
    ]
    assert len(files) > 100
    assert [(path.name, word) for path in files for word in rounding if word in path.read_text()] == []
