from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from config.kit.tables import Column, Row, Table


def draw(source, **context):
    return Template(source).render(Context(context))


def test_figures_and_days_are_written_the_vietnamese_way():
    drawn = draw(
        "{{ n|points }} {{ d|day }} {{ m|moment }} {{ d|long_day }}",
        n=Decimal("1234.5"),
        d=date(2019, 5, 2),
        m=datetime(2019, 5, 2, 7, 32, tzinfo=UTC),
    )

    assert drawn == "1.234,5 02/05/2019 14:32 ngày 02/05/2019 ngày 02 tháng 5 năm 2019"


def test_an_allowed_act_is_a_form_that_is_sent_by_post():
    drawn = draw(
        '{% action url="/gui/" label="Gửi" refusals=none fields=fields %}', none=[], fields={"v": "1"}
    )

    assert '<form method="post" action="/gui/"' in drawn
    assert '<input type="hidden" name="v" value="1">' in drawn
    assert "aria-disabled" not in drawn


def test_a_refused_act_is_grey_and_says_why_in_words_nearby():
    drawn = draw(
        '{% action url="/gui/" label="Gửi" refusals=refusals %}', refusals=["Còn 2 <tiêu chí>.", "Quá hạn."]
    )

    assert "<form" not in drawn
    assert 'aria-disabled="true" title="Còn 2 &lt;tiêu chí&gt;. Quá hạn."' in drawn
    assert "<div>Còn 2 &lt;tiêu chí&gt;." in drawn
    assert "<li>Quá hạn.</li>" in drawn


def test_an_irreversible_act_asks_for_its_word_without_script():
    drawn = draw('{% action url="/x/" label="Ban hành" word="BAN HÀNH" %}')

    assert "<details" in drawn
    assert 'name="confirm_word" required autocomplete="off" pattern="BAN HÀNH"' in drawn


def test_two_acts_of_one_name_on_a_page_share_no_id():
    drawn = draw('{% action url="/x/" label="Trả lại" reason="Lý do" %}' * 2)

    ids = [part.partition('"')[0] for part in drawn.split(' id="')[1:]]
    assert len(ids) == 2
    assert len(set(ids)) == 2


def test_a_table_is_cards_when_narrow_and_slides_when_wide():
    few = Table(
        "Ít",
        (Column("STT", "count"), Column("Đơn vị"), Column("Điểm", "points")),
        (Row((1, "A", Decimal(7)), url="/a/"),),
    )
    many = Table("Nhiều", tuple(Column(f"C{n}") for n in range(12)))

    narrow, wide = draw("{% data_table t %}", t=few), draw("{% data_table t %}", t=many)

    assert 'class="grid cards"' in narrow
    assert '<td role="cell" class="name" data-label="Đơn vị"><a href="/a/">A</a></td>' in narrow
    assert '<td role="cell" class="value num" data-label="Điểm">7</td>' in narrow
    assert 'class="table-scroll is-wide"' in wide
    assert "Chưa có dữ liệu" in wide


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("done", "now", "todo"), "<strong>Bước 2/3</strong> B"),
        (("done", "done", "done"), "<strong>Bước 3/3</strong> Đã khép lại"),
    ],
)
def test_the_year_says_its_step_in_words(states, words):
    groups = [
        {"label": "Cả năm", "steps": [{"label": a, "state": s} for a, s in zip("ABC", states, strict=True)]}
    ]

    drawn = draw("{% year_line groups %}", groups=groups)

    assert words in drawn
    assert drawn.count('aria-current="step"') == states.count("now")


def test_what_is_made_up_is_marked():
    class Thing:
        is_illustrative = True

    assert "số liệu minh họa" in draw("{% illustrative thing %}", thing=Thing())
    assert draw("{% illustrative thing %}", thing=object()) == ""
