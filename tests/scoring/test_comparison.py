from decimal import Decimal as D
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from blocs.enums import Phase
from blocs.models import Cycle
from blocs.policies import ONLY_CHAIR
from blocs.queries import standing_in
from config.kit.refusals import Refused
from scoring import policies, queries, services
from scoring.enums import NaReason, Stage
from scoring.models import RankingRow
from scoring.rules import NotApplicable, UnitScores, ValueInputs, warnings_of
from tests.factories.crosschecks import CrossYear
from tests.factories.scoring import NOON, SMALL_FIGURES, ScoringYear


def text_of(content):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


MOST = {"I.1": D(60), "I.2": D(40)}


def scores(name, *points, **totals):
    return UnitScores(name, dict(zip(MOST, map(D, points), strict=False)), **totals)


# Warnings


def test_all_at_the_maximum_is_worth_a_question():
    full, one, less = scores("Sở A", 60, 40), scores("Sở B", 60), scores("Sở C", 60, 39)

    assert warnings_of([full, one, less], MOST, D(100)) == [
        "Sở A: đạt tối đa ở cả 2 tiêu chí đã chấm.",
        "Mọi đơn vị đạt tối đa ở 1/2 tiêu chí: I.1.",
    ]


@pytest.mark.parametrize(
    ("own", "checked", "asks"), [("95", "90", False), ("95.001", "90", True), ("80", "90", False)]
)
def test_more_than_a_twentieth_above_the_check_is_worth_a_question(own, checked, asks):
    found = warnings_of([scores("Sở A", 1, 1, own=D(own), checked=D(checked))], MOST, D(100))

    assert bool(found) is asks
    if asks:
        assert "tự chấm 95,001, khối thẩm định 90, cao hơn 5,001 điểm (trên 5% thang điểm)." in found[0]


def test_bounds_follow_the_scale():
    unit = scores("Sở A", 1, 1, own=D(950), checked=D(900))

    assert warnings_of([unit], MOST, D(1000)) == []
    assert warnings_of([unit], MOST, D(100)) != []


@pytest.mark.parametrize(
    ("before", "words"), [("80", "tăng 12"), ("104", "giảm 12"), ("82", None), (None, None)]
)
def test_a_sudden_change_against_last_year_is_worth_a_question(before, words):
    unit = scores("Sở A", 1, 1, own=D(92), last_year=None if before is None else D(before))
    found = warnings_of([unit], MOST, D(100))

    assert [words in one for one in found] == ([True] if words else [])


def test_the_checked_total_is_the_one_compared_with_last_year():
    unit = scores("Sở A", 1, 1, own=D(92), checked=D(90), last_year=D(79))

    assert warnings_of([unit], MOST, D(100)) == [
        "Sở A: tăng 11 điểm so với năm trước (79 → 90; trên 10% thang điểm)."
    ]


def test_equal_totals_of_a_whole_bloc_tell_nothing_apart():
    three = [scores(name, n, 10 - n, own=D(10)) for n, name in enumerate("ABC", start=1)]

    assert warnings_of(three, MOST, D(100)) == [
        "Cả 3 đơn vị cùng 10 điểm: điểm số chưa phân biệt được các đơn vị."
    ]
    assert warnings_of(three[:2], MOST, D(100)) == []
    assert warnings_of([*three, scores("D", 1, 1)], MOST, D(100)) == []


def test_a_warning_says_how_many_are_still_awaited():
    full = scores("Sở A", 60, 40)

    assert warnings_of([full], MOST, D(100), awaited=2)[-1] == (
        "Còn 2 đơn vị chưa gửi, nên các nhận xét trên chưa đủ."
    )
    assert warnings_of([], MOST, D(100), awaited=2) == []


@given(
    st.permutations(
        [scores("A", 60, 40, own=D(100)), scores("B", 60, 2, own=D(62)), scores("C", 60, 0, own=D(60))]
    )
)
def test_the_order_of_units_changes_no_warning(units):
    ordered = warnings_of(sorted(units, key=lambda unit: unit.name), MOST, D(100))

    assert sorted(warnings_of(units, MOST, D(100))) == sorted(ordered)


# What each person sees


def shown_to(year, user, stage=Stage.SELF):
    who = standing_in(year.cycle, user, NOON)
    return queries.comparison_of(who, list(queries.cards_of(year.cycle)), stage)


def units_in(year, comparison):
    return sorted(year.units.index(view.card.unit) for view in comparison.views.values())


def test_only_sent_cards_are_compared(year):
    year.send(0)
    year.fill(1)
    found = shown_to(year, year.chair)

    assert units_in(year, found) == [0]
    assert [card.unit for card in found.waiting] == [year.units[1], year.units[2]]


def test_the_blocs_marks_of_the_own_unit_wait_for_the_end_of_the_check(year):
    for index in range(3):
        year.send(index)
    for index in (0, 2):
        services.accept_marks(card=year.card(index), by=year.judge(index), at=NOON)

    assert units_in(year, shown_to(year, year.officers[0], Stage.BLOC)) == [2]
    assert units_in(year, shown_to(year, year.officers[1], Stage.BLOC)) == [0, 2]
    assert units_in(year, shown_to(year, year.officers[2], Stage.BLOC)) == []
    services.finish_verification(card=year.card(0), by=year.judge(0), at=NOON)
    assert units_in(year, shown_to(year, year.officers[0], Stage.BLOC)) == [0, 2]
    assert units_in(year, shown_to(year, year.officers[2], Stage.BLOC)) == [0]


def test_points_not_given_stand_in_no_spread(year):
    year.send(0)
    year.send(1)
    leaf = year.criterion("I.2")
    found = shown_to(year, year.chair)

    assert len(found.points_of(leaf)) == 2
    assert shown_to(year, year.chair, Stage.MEETING).points_of(leaf) == []


def test_last_years_totals_come_from_the_adopted_ranking(db):
    before = ScoringYear()
    before.adopted()
    after = Cycle.objects.create(bloc=before.bloc, year=before.cycle.year + 1)

    assert queries.last_years_totals(after) == dict(RankingRow.objects.values_list("unit", "total"))
    assert queries.last_years_totals(before.cycle) == {}


# Opening


def test_members_look_when_the_chair_has_opened(year):
    member = standing_in(year.cycle, year.officers[2], NOON)
    board = year.scoreboard
    assert policies.read_comparison(member, board, is_ranked=False) == [
        "Bảng so sánh chưa mở cho các đơn vị. Khối trưởng mở khi khối thẩm định xong."
    ]
    assert policies.read_comparison(member, board, is_ranked=True) == []
    opened = services.open_comparison(cycle=year.cycle, by=year.chair, at=NOON)

    assert policies.read_comparison(member, opened, is_ranked=False) == []
    closed = services.close_comparison(cycle=year.cycle, by=year.chair, at=NOON)
    assert policies.read_comparison(member, closed, is_ranked=False) != []


@pytest.mark.parametrize("act", [services.open_comparison, services.close_comparison])
def test_only_the_chair_opens_and_closes(year, act):
    with pytest.raises(Refused) as refused:
        act(cycle=year.cycle, by=year.officers[2], at=NOON)
    assert refused.value.reasons == [ONLY_CHAIR]


def test_what_is_open_is_not_opened_twice_and_what_is_closed_not_closed(year):
    with pytest.raises(Refused) as refused:
        services.close_comparison(cycle=year.cycle, by=year.chair, at=NOON)
    assert refused.value.reasons == ["Bảng so sánh đang đóng với các đơn vị."]
    services.open_comparison(cycle=year.cycle, by=year.chair, at=NOON)
    with pytest.raises(Refused) as refused:
        services.open_comparison(cycle=year.cycle, by=year.chair, at=NOON)
    assert refused.value.reasons == ["Bảng so sánh đang mở cho các đơn vị."]


def test_nothing_is_opened_without_a_board_or_after_the_review(db):
    bare = ScoringYear(board=False)
    with pytest.raises(Refused) as refused:
        services.open_comparison(cycle=bare.cycle, by=bare.chair, at=NOON)
    assert refused.value.reasons == ["Bảng điểm của khối chưa được thông qua nên chưa có gì để so sánh."]
    late = ScoringYear(slug="an-giang")
    late.go(Phase.SUBMITTED)
    with pytest.raises(Refused):
        services.open_comparison(cycle=late.cycle, by=late.chair, at=NOON)


# Pages


def address(year, name="comparison"):
    return reverse(name, args=year.cycle.slugs)


def test_the_page_shows_figures_spread_and_what_the_unit_had_put(client, year):
    for index in range(3):
        year.send(index)
    year.check(2, {"I.2": (ValueInputs(D(5)), "Thiếu báo cáo.")})
    client.force_login(year.chair)
    page = client.get(address(year), {"vong": "bloc"}).content.decode()

    assert 'title="Đơn vị tự chấm' in page
    assert "changed" in page
    own = client.get(address(year), {"vong": "self"}).content.decode()
    assert "như nhau" in own
    assert "heat-" in own
    assert client.get(address(year), {"vong": "la"}).status_code == 200


def test_the_page_opens_at_the_stage_to_which_the_bloc_has_come(client, year):
    client.force_login(year.chair)
    assert "Vòng này chưa có điểm nào xem được" in client.get(address(year)).content.decode()
    year.send(0)
    assert client.get(address(year)).context["stage"] == Stage.SELF
    year.check(0)
    assert client.get(address(year)).context["stage"] == Stage.BLOC
    year.walk(1)
    year.walk(2)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    assert client.get(address(year)).context["stage"] == Stage.MEETING


def test_a_member_is_told_when_it_may_look(client, year):
    year.send(0)
    client.force_login(year.officers[2])
    for name in ("comparison", "comparison_pdf", "comparison_xlsx"):
        assert client.get(address(year, name)).status_code == 403
    client.force_login(year.chair)
    assert client.post(address(year, "comparison_open")).status_code == 302
    client.force_login(year.officers[2])
    page = client.get(address(year)).content.decode()
    assert "Cần xem lại" not in page
    assert client.post(address(year, "comparison_close")).status_code == 403
    client.force_login(year.chair)
    assert client.post(address(year, "comparison_close")).status_code == 302


def test_a_year_without_cards_has_nothing_to_compare(client, db):
    bare = ScoringYear(board=False)
    client.force_login(bare.chair)

    assert client.get(address(bare)).status_code == 404


def test_the_page_costs_the_same_for_one_and_for_three_cards(client, year, django_assert_num_queries):
    year.send(0)
    client.force_login(year.chair)
    client.get(address(year))
    with django_assert_num_queries(9):
        client.get(address(year))
    year.send(1)
    year.send(2)
    with django_assert_num_queries(9):
        client.get(address(year))


def test_what_was_not_assigned_is_said_in_a_word_on_page_and_workbook(client, year):
    year.send(0, {**SMALL_FIGURES, "I.4": NotApplicable(NaReason.NOT_ASSIGNED)})
    year.send(1)
    client.force_login(year.chair)

    assert "Không giao" in client.get(address(year), {"vong": "self"}).content.decode()
    book = load_workbook(
        BytesIO(client.get(address(year, "comparison_xlsx"), {"vong": "self"}).content), data_only=True
    )
    assert "Không giao" in [cell.value for row in book.active.iter_rows() for cell in row]


def test_paper_and_workbook_carry_the_pages_figures(client, year):
    for index in range(3):
        year.send(index)
    client.force_login(year.chair)
    text = text_of(client.get(address(year, "comparison_pdf"), {"vong": "self"}).content)
    assert "Bảng so sánh điểm".lower() in text.lower()
    assert year.units[1].short_name in text

    book = load_workbook(
        BytesIO(client.get(address(year, "comparison_xlsx"), {"vong": "self"}).content), data_only=True
    )
    values = [cell.value for row in book.active.iter_rows() for cell in row]
    assert "Tổng cộng" in values
    assert float(year.view(0).total(Stage.SELF).so_far) in [
        float(v) for v in values if isinstance(v, int | float)
    ]


def test_a_closed_cross_check_stands_beside_the_stages_without_a_total(client, db):
    year = CrossYear(due_on=None)
    client.force_login(year.chair)
    assert "Chấm chéo</a>" not in client.get(address(year)).content.decode()
    for scorer in (0, 1, 3):
        year.give(2, scorer, {"I.2": "3"} if scorer == 0 else None)
    year.close("đủ phiếu")
    page = client.get(address(year), {"vong": "cross"})
    found = shown_to(year, year.chair, Stage.CROSS)

    assert "Chấm chéo</a>" in page.content.decode()
    assert units_in(year, found) == [2]
    assert found.total_of(year.card(2).pk) is None
    assert found.points_of(year.criterion("I.2")) == [year.result(2, "I.2").points]


def test_a_card_that_nobody_scored_is_left_out_of_the_cross_check(db):
    year = CrossYear(due_on=None, sent=(2, 3))
    for scorer in (0, 1, 3):
        year.give(2, scorer)
    year.close("đơn vị 3 không ai chấm")

    assert units_in(year, shown_to(year, year.chair, Stage.CROSS)) == [2]
