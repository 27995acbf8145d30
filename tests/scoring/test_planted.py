"""Stored figures that no longer follow from what they were made of are found, each by a sentence that names the row."""

from decimal import Decimal
from json import dumps

import pytest

from blocs.enums import Phase
from blocs.models import Membership
from scoring import services
from scoring.enums import MarkState, NaReason, Stage
from scoring.models import Guidance, Mark, RankingRow
from scoring.queries import violations
from scoring.rules import NotApplicable, TargetInputs, names_points
from tests.factories.planted import plant, plant_in
from tests.factories.scoring import LAW, NOON, RARE, RARE_FIGURES, RARE_LAW, SMALL_FIGURES, ScoringYear

pytestmark = pytest.mark.django_db

GIVEN = ({"I.2": (Decimal(15), "Chất lượng thấp.")}, {"I.2": (Decimal(16), "Chất lượng thấp.")})
WOMEN_FIRST = {**LAW, "tie_chain": [{"kind": "women_share", "at_least": "70"}]}


@pytest.fixture
def year():
    """A year whose first two units differ by a mark of the bloc, ranked and adopted."""
    year = ScoringYear()
    year.adopted(*GIVEN)
    return year


def mark(year, code, stage, index=0):
    return Mark.objects.get(card=year.card(index), criterion__code=code, stage=stage)


def row(year, index):
    return RankingRow.objects.get(run__cycle=year.cycle, unit=year.units[index])


def test_a_year_walked_to_its_ranking_is_sound(year):
    assert violations() == []


def test_points_of_a_unit_that_do_not_follow_from_its_figures_are_found(year):
    plant_in(mark(year, "I.1", Stage.SELF), points="18.000")
    place = f"Điểm tiêu chí I.1 (Tự chấm) của {year.units[0]}, {year.cycle}"

    assert [sentence for sentence in violations() if sentence.startswith("Điểm")] == [
        f"{place} ghi 18, tính lại theo số liệu là 20."
    ]


def test_figures_changed_under_their_points_are_found(year):
    counted = mark(year, "I.3", Stage.SELF)
    plant_in(counted, inputs=dumps(dict.fromkeys(counted.inputs, "1")))

    assert violations() == [
        f"Điểm tiêu chí I.3 (Tự chấm) của {year.units[0]}, {year.cycle} ghi 8, tính lại theo số liệu là 2."
    ]


@pytest.mark.parametrize("stage", [Stage.BLOC, Stage.MEETING])
def test_points_given_by_people_are_those_that_their_explanation_tells(year, stage):
    given = mark(year, "I.2", stage)
    assert given.points == 15
    plant_in(given, points="19.000")

    found = violations()
    assert found[0] == (
        f"Điểm tiêu chí I.2 ({Stage(stage).label}) của {year.units[0]}, {year.cycle} ghi 19, "
        "tính lại theo số liệu là 18."
    )
    assert any("cộng lại từ điểm đã thống nhất" in one for one in found) == (stage == Stage.MEETING)


def test_a_mark_whose_words_tell_other_points_is_found(year):
    first = mark(year, "II.1", Stage.BLOC)
    plant_in(first, inputs="{}", explanation="Đạt: 7 điểm.")

    assert any("II.1" in one and "khác với diễn giải “Đạt: 7 điểm.”" in one for one in violations())


def test_a_range_that_is_not_the_criterions_is_found(year):
    plant_in(mark(year, "II.1", Stage.BLOC), ceiling="12.000")

    assert any("II.1" in one and "khoảng điểm không phải của tiêu chí" in one for one in violations())


def test_a_total_that_is_not_the_sum_of_its_parts_is_found(year):
    plant_in(row(year, 0), total="99.000")

    found = violations()
    assert found[0].startswith(f"Bảng xếp hạng đã chốt, {year.cycle}: {year.units[0]} có tổng điểm 99, khác ")
    assert any(f"{year.units[0]} ghi hạng" in sentence for sentence in found)


@pytest.mark.parametrize(
    "change", [{"normal": "90.000", "total": "91.000"}, {"deduction": "-1.000", "total": "91.500"}]
)
def test_parts_that_are_not_those_of_the_agreed_marks_are_found(year, change):
    before = row(year, 0)
    total = before.normal + before.bonus + before.deduction
    changed = {name: Decimal(value) for name, value in change.items() if name != "total"}
    total += sum(value - getattr(before, name) for name, value in changed.items())
    plant_in(before, **changed, total=total)

    assert any("cộng lại từ điểm đã thống nhất" in sentence for sentence in violations())


def test_points_of_a_group_that_are_not_those_of_the_agreed_marks_are_found(year):
    plant(
        "UPDATE scoring_rankingrow SET by_group = jsonb_set(by_group, '{I}', '\"1\"') WHERE id = %s",
        row(year, 0).pk,
    )

    assert violations() == [
        f"Bảng xếp hạng đã chốt, {year.cycle}: {year.units[0]} có điểm từng nội dung khác với điểm đã thống nhất."
    ]


def test_swapped_ranks_and_another_grade_are_found(year):
    first, second = row(year, 0), row(year, 1)
    assert (first.rank, second.rank) == (len(year.units), len(year.units) - 1)
    plant_in(first, rank=second.rank)
    plant_in(second, rank=first.rank, grade="Khá")

    where = f"Bảng xếp hạng đã chốt, {year.cycle}: "
    assert violations() == [
        f"{where}{year.units[0]} ghi hạng {second.rank}, theo tổng điểm là hạng {first.rank}.",
        f"{where}{year.units[1]} ghi hạng {first.rank}, theo tổng điểm là hạng {second.rank}.",
        f"{where}{year.units[1]} ghi xếp loại “Khá”, theo tổng điểm là “{second.grade}”.",
    ]


def test_where_the_share_of_women_breaks_ties_ranks_still_follow_the_totals():
    year = ScoringYear(law=WOMEN_FIRST)
    year.adopted(*GIVEN)
    assert violations() == []
    first, second = row(year, 0), row(year, 1)
    plant_in(first, rank=second.rank)
    plant_in(second, rank=first.rank)

    assert violations() == [
        f"Bảng xếp hạng đã chốt, {year.cycle}: {year.units[0]} ghi hạng {second.rank}, "
        f"trên {year.units[1]} có tổng điểm cao hơn."
    ]


def test_a_unit_that_has_left_is_asked_only_for_the_sum_of_its_parts(year):
    plant("UPDATE blocs_membership SET left_on = '2019-12-01' WHERE unit_id = %s", year.units[0].pk)
    assert violations() == []

    plant_in(row(year, 0), total="99.000")
    assert len(violations()) == 1


def test_an_adopted_board_and_a_published_guidance_that_were_changed_are_found(year):
    plant(
        "UPDATE scoring_criterion SET max_points = 19 WHERE scoreboard_id = %s AND code = 'I.2'",
        year.scoreboard.pk,
    )
    plant_in(Guidance.objects.get(), scale="90.000")

    found = violations()
    assert found[:2] == [
        "Hướng dẫn 16/HD-HĐTĐKT đã công bố không còn đúng mã băm.",
        f"Bảng điểm đã thông qua của {year.cycle} không còn đúng mã băm.",
    ]


def test_a_mark_and_a_line_of_a_ranking_that_belong_elsewhere_are_found(year):
    other = ScoringYear(slug="an-giang")
    plant("UPDATE scoring_rankingrow SET unit_id = %s WHERE id = %s", other.units[0].pk, row(year, 0).pk)
    plant_in(mark(year, "I.2", Stage.SELF), criterion_id=other.criterion("I.2").pk)

    assert violations()[:2] == [
        f"Điểm của {year.units[0]}: tiêu chí I.2 thuộc một bảng điểm khác.",
        f"Bảng xếp hạng {year.cycle}: {other.units[0]} không thuộc khối.",
    ]


def test_what_is_compared_with_the_blocs_leader_follows_from_the_figures_of_all():
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    for index, actual in enumerate((110, 120, 130)):
        year.send(index, {**RARE_FIGURES, "I.4": TargetInputs(Decimal(actual), Decimal(100))})
    assert violations() == []

    plant_in(mark(year, "I.4", Stage.SELF, 2), inputs='{"actual": "105", "target": "100"}')
    assert any("I.4" in sentence for sentence in violations())


def test_explanations_tell_points_with_and_without_sign():
    assert names_points("Khối chấm 2,8 trên tối đa 5.", Decimal("2.800"))
    assert names_points("1 × 5: trừ 5 điểm.", Decimal(-5))
    assert names_points("0 × 5: không trừ điểm.", Decimal(0))
    assert not names_points("Khối chấm 2,8 trên tối đa 5.", Decimal(3))


@pytest.mark.parametrize("years", [1, 2])
def test_checking_asks_as_many_queries_whatever_the_years_hold(years, django_assert_num_queries):
    for number in range(years):
        ScoringYear(slug=f"tinh-{number}").adopted()

    with django_assert_num_queries(12):
        assert violations() == []


def test_what_does_not_apply_and_who_is_not_ranked_are_no_violation():
    year = ScoringYear()
    last = len(year.units) - 1
    Membership.objects.filter(cycle=year.cycle, unit=year.units[last]).update(unranked_reason="Mới thành lập")
    not_assigned = {**SMALL_FIGURES, "I.1": NotApplicable(NaReason.NOT_ASSIGNED)}
    for index in range(last):
        year.walk(index, figures=not_assigned if index == 0 else None)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)

    assert Mark.objects.filter(state=MarkState.NA).exists()
    assert row(year, last).total is None
    assert violations() == []
