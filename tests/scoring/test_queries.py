from datetime import date
from decimal import Decimal

import pytest

from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Cycle, Deadline, Membership, Milestone, Term, Unit
from blocs.queries import standing_in
from blocs.rules import Todo
from scoring import queries, services
from scoring.enums import ScorecardState, Stage
from scoring.models import Criterion, RankingRow
from scoring.rules import FormatError, ValueInputs
from tests.factories.documents import make_person, make_province
from tests.factories.planted import around_triggers
from tests.factories.scoring import LAW, NOON, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal
STAGES = (Stage.SELF, Stage.BLOC, Stage.MEETING, Stage.PROVINCE)


@pytest.fixture
def year(db):
    return ScoringYear(units=4)


def stand(year, user):
    return standing_in(year.cycle, user, NOON)


def test_cards_are_seen_by_those_whom_they_concern(year):
    auditor = make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province)
    stranger = make_person("la@kg", "Người lạ", role=Role.ADMIN, province=year.province)
    year.send(2)

    def seen(user):
        who = stand(year, user)
        found = {card.unit_id for card in queries.cards_for(who, year.cycle)}
        assert found == {
            card.unit_id for card in queries.cards_of(year.cycle) if queries.sees_card(who, card)
        }
        return {index for index, unit in enumerate(year.units) if unit.pk in found}

    assert seen(year.officers[2]) == {2}
    assert seen(year.officers[3]) == {3}
    assert seen(year.chair) == {0, 2}
    assert seen(year.officers[1]) == {1, 2}
    assert seen(auditor) == {0, 1, 2, 3}
    assert seen(stranger) == set()
    services.appoint_verifier(card=year.card(2), unit=year.units[3], reason="giao", by=year.chair, at=NOON)
    assert seen(year.officers[3]) == {2, 3}


def test_agreed_cards_are_open_to_every_member(year):
    year.agreed()
    who = stand(year, year.officers[3])

    assert queries.cards_for(who, year.cycle).count() == 4
    assert all(queries.sees_card(who, card) for card in queries.cards_of(year.cycle))


@pytest.mark.parametrize(
    ("state", "own", "judge", "office"),
    [
        ("draft", 1, 3, 4),
        ("sent", 1, 3, 4),
        ("returned", 1, 3, 4),
        ("verified", 2, 3, 4),
        ("agreed", 3, 3, 4),
        ("appraised", 4, 4, 4),
    ],
)
def test_a_unit_reads_the_blocs_figures_only_once_its_check_is_finished(year, state, own, judge, office):
    card = year.card(2)
    card.state = state

    assert queries.visible_stages(stand(year, year.officers[2]), card) == STAGES[:own]
    assert queries.visible_stages(stand(year, year.chair), card) == STAGES[:judge]
    assert queries.visible_stages(stand(year, year.head), card) == STAGES[:office]


def test_the_chair_does_not_read_the_check_of_its_own_card(year):
    card = year.card(0)
    card.state = ScorecardState.SENT

    assert queries.visible_stages(stand(year, year.chair), card) == (Stage.SELF,)
    assert queries.visible_stages(stand(year, year.officers[1]), card) == STAGES[:3]


def test_cards_follow_the_membership_and_its_order(year):
    Membership.objects.filter(cycle=year.cycle, unit=year.units[3]).update(position=0)
    Membership.objects.filter(cycle=year.cycle, unit=year.units[1]).update(left_on=date(2019, 6, 1))

    assert [card.unit for card in queries.cards_of(year.cycle)] == [
        year.units[3],
        year.units[0],
        year.units[2],
    ]


def test_a_cell_is_found_by_its_address(year):
    other = ScoringYear(slug="an-giang")
    key = str(year.criterion("I.2").pk)

    def find(unit="so-3", key=key):
        return queries.cell_at(year.cycle, unit, key)

    found = find()
    assert (found.card.pk, found.card.unit_id) == (year.card(2).pk, year.units[2].pk)
    assert [leaf.code for leaf in found.board.leaves] == ["I.2"]
    assert find(unit="so-9") is None
    assert find(key="x") is None
    assert find(key=str(year.criterion("I").pk)) is None
    assert find(key=str(other.criterion("I.2").pk)) is None


def test_stages_stand_on_one_another(year):
    year.send(2)
    card = year.card(2)
    entries = services.entries_of(card, {"I.2": (D(15), "Chậm")})
    services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)
    view = year.view(2)

    assert view.last_of(STAGES) == Stage.BLOC
    assert view.last_of((Stage.SELF,)) == Stage.SELF
    assert {mark.points for mark in view.standing_at(Stage.MEETING).values()} == {D(15)}
    assert view.total(Stage.MEETING).so_far == D(15)
    assert queries.differing(view, Stage.BLOC) == [year.criterion("I.2").pk]
    assert queries.differing(view, Stage.SELF) == []
    assert year.view(3).last_of(STAGES) == Stage.SELF


def test_a_cleared_mark_is_no_difference(year):
    year.send(2)
    card = year.card(2)
    for values in ({"I.2": (D(15), "")}, {"I.2": ValueInputs()}):
        if isinstance(values["I.2"], ValueInputs):
            entries = [services.MarkEntry(year.criterion("I.2").pk)]
        else:
            entries = services.entries_of(card, values)
        services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    assert queries.differing(year.view(2), Stage.BLOC) == []


def test_last_years_agreed_points_stand_beside_this_years(year):
    year.agreed()
    following = Cycle.objects.create(bloc=year.bloc, year=2020, phase=Phase.EXECUTING)
    for position, unit in enumerate(year.units, 1):
        Membership.objects.create(cycle=following, unit=unit, position=position)
    Term.objects.create(
        cycle=following, office=Office.CHAIR, unit=year.units[0], from_on=date(2019, 1, 1), basis="bầu"
    )
    year.cycle = Cycle.objects.select_related("bloc__province").get(pk=following.pk)
    year.adopt()
    card = year.card(2)
    board = queries.board_of(card.scoreboard)

    last = queries.last_year_marks(card, board)
    assert {board.by_key[key].code: points for key, points in last.items()}["I.2"] == D(18)


def test_guidance_is_read_by_the_province_and_drafts_by_its_writers(year):
    draft = year.guidance(publish=False, number="20/HD")
    published = queries.guidances_for(year.chair, NOON)
    other = make_province("an-giang", "An Giang")
    stranger = make_person("x@ag", "Lạ", role=Role.PROVINCE_HEAD, province=other)

    assert [g.number for g in published] == ["16/HD-HĐTĐKT"]
    assert {g.number for g in queries.guidances_for(year.head, NOON)} == {"16/HD-HĐTĐKT", draft.number}
    assert list(queries.guidances_for(stranger, NOON)) == []
    assert list(queries.provinces_to_write_in(year.head, NOON)) == [year.province]
    assert list(queries.provinces_to_write_in(year.chair, NOON)) == []


def test_the_boards_on_a_guidance_are_those_of_years_one_may_see(year):
    guidance = year.scoreboard.guidance
    stranger = make_person("y@kg", "Lạ", role=Role.UNIT_OFFICER, unit=Unit.objects.create(
        province=year.province, name="Sở ngoài", short_name="Ngoài", slug="ngoai"))  # fmt: skip

    assert list(queries.scoreboards_on(guidance, year.chair, NOON)) == [year.scoreboard]
    assert list(queries.scoreboards_on(guidance, stranger, NOON)) == []


def test_guidance_of_a_year_is_the_published_one_that_holds(year):
    year.guidance(number="1/HD", from_year=2015, to_year=2018)
    year.guidance(number="2/HD", from_year=2020)
    year.guidance(number="3/HD", publish=False)

    assert [g.number for g in queries.guidances_of_year(year.province, 2019)] == [LAW["number"]]


def test_the_board_in_force_comes_before_a_draft(year):
    assert queries.draft_board_of(year.cycle) is None
    draft = year.draft_board()

    assert queries.scoreboard_of(year.cycle) == year.scoreboard
    assert queries.draft_board_of(year.cycle) == draft
    assert queries.criteria_of(year.cycle).count() == 2 * year.scoreboard.criteria.count()


def test_the_rule_of_a_group_is_none(year):
    assert queries.rule_of(year.criterion("I")) is None
    assert queries.rule_of(year.criterion("I.3")).per == D(2)
    broken = Criterion(kind="per_item", rule={})
    with pytest.raises(FormatError):
        queries.rule_of(broken)


# Work to do


def todos(year, user):
    return [(todo.text, todo.due_on) for todo in queries.todos_for(user, NOON)]


def test_the_unit_is_asked_to_score_to_approve_and_to_mend(year):
    due = date(2019, 11, 25)
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.SELF_SCORING, due_on=due)
    assert todos(year, year.officers[2]) == [("Tự chấm điểm", due)]

    year.fill(2)
    services.propose_card(card=year.card(2), by=year.officers[2], at=NOON)
    assert todos(year, year.officers[2]) == []
    assert todos(year, year.heads[2]) == [("Duyệt và gửi bảng tự chấm điểm", due)]

    services.send_card(card=year.card(2), by=year.heads[2], at=NOON)
    assert todos(year, year.heads[2]) == []
    services.return_card(card=year.card(2), reason="Thiếu", by=year.chair, at=NOON)
    assert todos(year, year.officers[2]) == [("Hoàn thiện bảng tự chấm điểm mà khối trả lại", due)]


def test_whoever_checks_is_asked_in_one_line(year):
    Deadline.objects.create(
        province=year.province, year=2019, kind=MilestoneKind.VERIFYING, due_on=date(2019, 12, 1)
    )
    Deadline.objects.create(
        province=year.province, year=2018, kind=MilestoneKind.VERIFYING, due_on=date(2018, 12, 1)
    )
    for index in (0, 2):
        year.send(index)

    assert ("Rà soát bảng điểm của Sở số 3", date(2019, 12, 1)) in todos(year, year.chair)
    assert ("Rà soát bảng điểm của 2 đơn vị", date(2019, 12, 1)) in todos(year, year.officers[1])
    assert todos(year, year.officers[3]) == [("Tự chấm điểm", None)]


def test_the_chair_is_asked_to_agree_and_to_adopt(year):
    for index in range(4):
        year.walk(index)
    year.go(Phase.REVIEWING)
    assert todos(year, year.chair) == [("Ghi nhận điểm hội nghị đã thống nhất", None)]

    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    assert queries.todos_for(year.chair, NOON) == [
        Todo("Chốt xếp hạng của khối", f"{year.cycle.get_absolute_url()}xep-hang/", str(year.cycle))
    ]
    services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)
    assert todos(year, year.chair) == []


def test_people_without_a_unit_have_nothing_to_score(year, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queries.todos_for(year.head, NOON) == []


def test_work_to_do_costs_the_same_for_one_year_and_for_three(year, django_assert_num_queries):
    for index in range(3):
        year.send(index)
    with django_assert_num_queries(6):
        queries.todos_for(year.chair, NOON)
    for later in (2020, 2021):
        cycle = Cycle.objects.create(bloc=year.bloc, year=later, phase=Phase.EXECUTING)
        for position, unit in enumerate(year.units, 1):
            Membership.objects.create(cycle=cycle, unit=unit, position=position)
        Term.objects.create(
            cycle=cycle, office=Office.CHAIR, unit=year.units[0], from_on=date(2019, 1, 1), basis="bầu"
        )
        year.cycle = Cycle.objects.select_related("bloc__province").get(pk=cycle.pk)
        year.adopt()
        year.go(Phase.SELF_SCORING)
    with django_assert_num_queries(6):
        assert len(queries.todos_for(year.chair, NOON)) == 3


# Search and invariants


@pytest.mark.parametrize("words", ["huong dan cham", "16/HD", "Hướng dẫn"])
def test_guidance_is_found_by_number_or_title(year, words):
    hits = queries.search_for(year.chair, words, NOON)

    assert [(hit.title, hit.kind, hit.where) for hit in hits] == [
        ("16/HD-HĐTĐKT Hướng dẫn chấm điểm thi đua các khối", "Hướng dẫn", "Kiên Giang")
    ]


def test_search_finds_nothing_for_nothing_or_for_others(year):
    stranger = ScoringYear(slug="an-giang", board=False)

    assert queries.search_for(year.chair, " ", NOON) == []
    assert queries.search_for(stranger.chair, "huong dan", NOON) == []


def test_a_sound_database_has_no_violations_and_a_broken_one_has(year):
    year.agreed()
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    assert queries.violations() == []

    # Whatever the process keeps: it is the database that is looked at.
    with around_triggers() as cursor:
        changed = "UPDATE scoring_criterion SET max_points = max_points + %s WHERE scoreboard_id = %s"
        cursor.execute(changed, [5, year.scoreboard.pk])
        assert queries.violations()[:1] == [f"Bảng điểm đã thông qua của {year.cycle} không còn đúng mã băm."]
        cursor.execute(changed, [-5, year.scoreboard.pk])

    outside = Unit.objects.create(province=year.province, name="Sở ngoài", short_name="Ngoài", slug="ngoai")
    RankingRow.objects.create(run=run, unit=outside, unranked_reason="lạ")
    assert queries.violations() == [f"Bảng xếp hạng {year.cycle}: {outside} không thuộc khối."]
