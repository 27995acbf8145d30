"""Every stage × role × phase × state of a card against one table; nobody judges the own unit, by any way."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from blocs.enums import Phase, Role
from blocs.models import Appointment, BlocAssignment
from blocs.queries import standing_in
from scoring import policies, queries, services
from scoring.enums import MarkState, ScorecardState, Stage
from scoring.models import Mark, Scorecard
from tests.factories.documents import Year, make_person
from tests.factories.scoring import NOON, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal
CHAIR, VICE, MEMBER, OTHER = 0, 1, 2, 3

# One line a cell of the law: act, whose card, who may, in which states of the card, in which phases of the year.
# Whoever, whichever state and whichever phase is not named is refused. “any” is every state or phase.
TABLE = """
# what the unit does
save_self     member  unit.cv unit.tt                       draft,proposed,returned  self_scoring,verifying
save_self     chair   chair.cv chair.tt                     draft,proposed,returned  self_scoring,verifying
save_self     vice    vice.cv vice.tt                       draft,proposed,returned  self_scoring,verifying
pull          member  unit.cv unit.tt                       draft,proposed,returned  self_scoring,verifying
pull          chair   chair.cv chair.tt                     draft,proposed,returned  self_scoring,verifying
pull          vice    vice.cv vice.tt                       draft,proposed,returned  self_scoring,verifying
prove         member  unit.cv unit.tt                       draft,proposed,returned  self_scoring,verifying
prove         chair   chair.cv chair.tt                     draft,proposed,returned  self_scoring,verifying
prove         vice    vice.cv vice.tt                       draft,proposed,returned  self_scoring,verifying
propose       member  unit.cv unit.tt                       draft,returned           self_scoring,verifying
propose       chair   chair.cv chair.tt                     draft,returned           self_scoring,verifying
propose       vice    vice.cv vice.tt                       draft,returned           self_scoring,verifying
send          member  unit.tt                               draft,proposed,returned  self_scoring,verifying
send          chair   chair.tt                              draft,proposed,returned  self_scoring,verifying
send          vice    vice.tt                               draft,proposed,returned  self_scoring,verifying
recall        member  unit.tt                               sent                     any
recall        chair   chair.tt                              sent                     any
recall        vice    vice.tt                               sent                     any
# what whoever checks it does: the chair and the vice-chair, never of the own unit
save_bloc     member  chair.cv chair.tt vice.cv vice.tt     sent                     self_scoring,verifying
save_bloc     chair   vice.cv vice.tt                       sent                     self_scoring,verifying
save_bloc     vice    chair.cv chair.tt                     sent                     self_scoring,verifying
accept        member  chair.cv chair.tt vice.cv vice.tt     sent                     self_scoring,verifying
accept        chair   vice.cv vice.tt                       sent                     self_scoring,verifying
accept        vice    chair.cv chair.tt                     sent                     self_scoring,verifying
return        member  chair.cv chair.tt vice.cv vice.tt     sent                     self_scoring,verifying
return        chair   vice.cv vice.tt                       sent                     self_scoring,verifying
return        vice    chair.cv chair.tt                     sent                     self_scoring,verifying
verify        member  chair.cv chair.tt vice.cv vice.tt     sent                     self_scoring,verifying
verify        chair   vice.cv vice.tt                       sent                     self_scoring,verifying
verify        vice    chair.cv chair.tt                     sent                     self_scoring,verifying
reverify      member  chair.cv chair.tt vice.cv vice.tt     verified                 self_scoring,verifying
reverify      chair   vice.cv vice.tt                       verified                 self_scoring,verifying
reverify      vice    chair.cv chair.tt                     verified                 self_scoring,verifying
# what the meeting agreed: recorded by the chair, for its own card by whoever checked it
save_meeting  member  chair.cv chair.tt                     verified                 verifying,reviewing
save_meeting  chair   vice.cv vice.tt                       verified                 verifying,reviewing
save_meeting  vice    chair.cv chair.tt                     verified                 verifying,reviewing
agree         member  chair.cv chair.tt                     any                      verifying,reviewing
agree         chair   chair.cv chair.tt                     any                      verifying,reviewing
agree         vice    chair.cv chair.tt                     any                      verifying,reviewing
unagree       member  chair.cv chair.tt                     agreed                   verifying,reviewing
unagree       chair   chair.cv chair.tt                     agreed                   verifying,reviewing
unagree       vice    chair.cv chair.tt                     agreed                   verifying,reviewing
# what the province does
save_province member  tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
save_province chair   tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
save_province vice    tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
appraise      member  tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
appraise      chair   tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
appraise      vice    tinh.duoc-giao tinh.lanh-dao          agreed                   submitted,appraising
waive         member  chair.cv chair.tt tinh.duoc-giao tinh.lanh-dao  any  self_scoring,verifying,reviewing
waive         chair   tinh.duoc-giao tinh.lanh-dao          any                      self_scoring,verifying,reviewing
waive         vice    chair.cv chair.tt tinh.duoc-giao tinh.lanh-dao  any  self_scoring,verifying,reviewing
"""
STATES, PHASES = [state.value for state in ScorecardState], [phase.value for phase in Phase]
ROLES = (
    "unit.cv", "unit.tt", "unit.vt", "chair.cv", "chair.tt", "chair.vt", "vice.cv", "vice.tt", "other.cv", "other.tt",
    "tinh.cv", "tinh.duoc-giao", "tinh.lanh-dao", "hoi-dong", "chi-xem", "quan-tri", "khoi-khac.tt",
)  # fmt: skip
WHOSE = {"member": MEMBER, "chair": CHAIR, "vice": VICE}
WHY = "có lý do"
ACTS = {
    "save_self": lambda who, card: policies.save_marks(who, card, Stage.SELF),
    "save_bloc": lambda who, card: policies.save_marks(who, card, Stage.BLOC),
    "save_meeting": lambda who, card: policies.save_marks(who, card, Stage.MEETING),
    "save_province": lambda who, card: policies.save_marks(who, card, Stage.PROVINCE),
    "pull": policies.pull_results,
    "prove": policies.add_evidence,
    "propose": policies.propose_card,
    "send": policies.send_card,
    "recall": lambda who, card: policies.recall_card(who, card, is_being_checked=False),
    "accept": policies.accept_marks,
    "return": lambda who, card: policies.return_card(who, card, WHY),
    "verify": policies.finish_verification,
    "reverify": lambda who, card: policies.reopen_verification(who, card, WHY),
    "agree": lambda who, card: policies.agree_cards(who, card.scoreboard.cycle),
    "unagree": lambda who, card: policies.reopen_agreement(who, card, WHY),
    "appraise": policies.finish_appraisal,
    "waive": lambda who, card: policies.waive_lateness(who, card, WHY),
}


def law():
    """(act, whose) → every (role, state, phase) that is allowed."""
    found = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        act, whose, *who, states, phases = line.split()
        in_states = STATES if states == "any" else states.split(",")
        in_phases = PHASES if phases == "any" else phases.split(",")
        found[act, whose] = {
            (role, state, phase) for role in who for state in in_states for phase in in_phases
        }
    return found


LAW = law()


class Everybody:
    """One person of each sort around a year of four units, and the cards as they stand in the database."""

    def __init__(self):
        self.year = year = ScoringYear(units=4)
        province = year.province
        beside = Year(slug="quang-nam")
        clerks = {
            name: make_person(f"{name}@kg", "Văn thư", role=Role.UNIT_CLERK, unit=year.units[index])
            for name, index in (("unit.vt", MEMBER), ("chair.vt", CHAIR))
        }
        assigned = make_person("cq@kg", "Chuyên quản", role=Role.PROVINCE_OFFICER, province=province)
        BlocAssignment.objects.create(officer=assigned, bloc=year.bloc, from_on=date(2018, 1, 1))
        self.people = {
            "unit.cv": year.officers[MEMBER],
            "unit.tt": year.heads[MEMBER],
            "chair.cv": year.officers[CHAIR],
            "chair.tt": year.heads[CHAIR],
            "vice.cv": year.officers[VICE],
            "vice.tt": year.heads[VICE],
            "other.cv": year.officers[OTHER],
            "other.tt": year.heads[OTHER],
            **clerks,
            "tinh.cv": year.province_officer,
            "tinh.duoc-giao": assigned,
            "tinh.lanh-dao": year.head,
            "hoi-dong": make_person("hd@kg", "Hội đồng", role=Role.COUNCIL, province=province),
            "chi-xem": make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=province),
            "quan-tri": make_person("qt@kg", "Quản trị", role=Role.ADMIN, province=province),
            "khoi-khac.tt": beside.heads[0],
        }
        self.standings = {name: standing_in(year.cycle, user, NOON) for name, user in self.people.items()}
        self.cards = {whose: year.card(index) for whose, index in WHOSE.items()}


@pytest.fixture
def everybody(db):
    return Everybody()


def test_the_table_names_every_act_for_every_card_and_only_known_words():
    assert set(LAW) == {(act, whose) for act in ACTS for whose in WHOSE}
    cells = set().union(*LAW.values())
    assert {role for role, _, _ in cells} <= set(ROLES)
    assert {state for _, state, _ in cells} <= set(STATES)
    assert {phase for _, _, phase in cells} <= set(PHASES)


def test_every_cell_of_the_table(everybody):
    assert set(everybody.people) == set(ROLES)
    wrong, seen = [], 0
    for whose, card in everybody.cards.items():
        for state in STATES:
            card.state = state
            for phase in PHASES:
                card.scoreboard.cycle.phase = phase
                for act, asks in ACTS.items():
                    allowed = LAW[act, whose]
                    for role, who in everybody.standings.items():
                        seen += 1
                        is_allowed = not asks(who, card)
                        if is_allowed != ((role, state, phase) in allowed):
                            wrong.append((act, whose, role, state, phase, is_allowed))

    assert wrong == []
    assert seen == len(ACTS) * len(WHOSE) * len(ROLES) * len(STATES) * len(PHASES)


def test_every_refusal_is_a_sentence(everybody):
    card = everybody.cards["member"]
    told = set()
    for state in STATES:
        card.state = state
        for act in ACTS.values():
            for who in everybody.standings.values():
                told.update(act(who, card))

    assert len(told) > 10
    assert [sentence for sentence in told if not sentence.endswith(".")] == []


# Nobody judges the own unit: in what is listed, in what is allowed, in what the database takes


def test_the_units_that_check_a_card_never_hold_its_own():
    units = range(4)
    for own in units:
        for verifier in (None, *units):
            for chairs in (frozenset(), frozenset({0}), frozenset({0, 1})):
                for vices in (frozenset(), frozenset({1}), frozenset({2, 3})):
                    card = Scorecard(unit_id=own, verifier_id=verifier)
                    assert own not in queries.judges_of(card, chairs, vices)


@pytest.mark.parametrize("place", [CHAIR, VICE, MEMBER])
def test_an_official_of_the_unit_sees_of_its_card_what_the_unit_sees(everybody, place):
    """Even who reads all, or keeps the bloc, reads the judges' figures of the own card no earlier than the unit."""
    year = everybody.year
    both = everybody.people["tinh.lanh-dao"]
    Appointment.objects.create(
        user=both, role=Role.UNIT_OFFICER, unit=year.units[place], from_on=date(2018, 1, 1)
    )
    who = standing_in(year.cycle, both, NOON)
    for state in ScorecardState:
        card = year.card(place)
        card.state = state
        own = standing_in(year.cycle, year.officers[place], NOON)
        assert queries.visible_stages(who, card) == queries.visible_stages(own, card)


JUDGED = {
    Stage.BLOC: (ScorecardState.SENT, Phase.VERIFYING),
    Stage.MEETING: (ScorecardState.VERIFIED, Phase.REVIEWING),
    Stage.PROVINCE: (ScorecardState.AGREED, Phase.APPRAISING),
}


def mark_of(year, place, stage, author):
    leaf = year.criterion("I.2")
    return Mark(
        card=year.card(place),
        criterion=leaf,
        stage=stage,
        state=MarkState.SCORED,
        points=D(1),
        floor=0,
        ceiling=leaf.max_points,
        author=author,
        marked_at=NOON,
    )


@pytest.mark.parametrize("stage", JUDGED)
@pytest.mark.parametrize("place", [CHAIR, VICE, MEMBER])
def test_the_database_takes_no_judgement_from_the_own_unit(everybody, stage, place):
    year = everybody.year
    state, phase = JUDGED[stage]
    year.send(place)
    if state in (ScorecardState.VERIFIED, ScorecardState.AGREED):
        year.check(place)
    if state == ScorecardState.AGREED:
        Scorecard.objects.filter(pk=year.card(place).pk).update(state=state, agreed_at=NOON)
    year.go(phase)
    assert year.card(place).state == state

    for person in (year.officers[place], year.heads[place]):
        with pytest.raises(DatabaseError, match="nobody judges the own unit"), transaction.atomic():
            mark_of(year, place, stage, person).save()
    stranger = mark_of(year, place, stage, year.officers[OTHER])
    stranger.save()
    with pytest.raises(DatabaseError, match="nobody judges the own unit"), transaction.atomic():
        Mark.objects.filter(pk=stranger.pk).update(author=year.officers[place], points=2)


def test_a_provincial_officer_of_the_unit_appraises_every_card_but_its_own(everybody):
    year = everybody.year
    both = everybody.people["tinh.duoc-giao"]
    Appointment.objects.create(
        user=both, role=Role.UNIT_OFFICER, unit=year.units[MEMBER], from_on=date(2018, 1, 1)
    )
    who = standing_in(year.cycle, both, NOON)
    for place in (CHAIR, VICE, MEMBER, OTHER):
        card = year.card(place)
        card.state, card.scoreboard.cycle.phase = ScorecardState.AGREED, Phase.APPRAISING
        is_refused = bool(
            policies.finish_appraisal(who, card) and policies.save_marks(who, card, Stage.PROVINCE)
        )
        assert is_refused == (place == MEMBER)
        card.scoreboard.cycle.phase = Phase.REVIEWING
        assert bool(policies.waive_lateness(who, card, WHY)) == (place == MEMBER)


# A stored card says the same again


def test_a_stored_card_recomputes_to_the_same_figure_at_every_stage(db):
    year = ScoringYear().agreed({"I.2": (D(17), "Chưa đủ")}, {"III.1": (D(15), "Chưa đủ")})
    for index in range(3):
        first, again = year.view(index), queries.card_view(Scorecard.objects.get(pk=year.card(index).pk))
        light = queries.light_views([year.card(index)], first.board)[0]
        for stage in (Stage.SELF, Stage.BLOC, Stage.MEETING):
            total = first.total(stage)
            assert total == again.total(stage) == light.total(stage)
            leaves = [one for one in first.board.leaves if one.pk in first.standing_at(stage)]
            assert total.total == sum(first.standing_at(stage)[one.pk].points for one in leaves)


def test_the_printed_sentence_of_every_mark_names_its_points(db):
    year = ScoringYear()
    services.propose_card(card=year.fill(2).card, by=year.officers[2], at=NOON)
    for mark in year.view(2).at(Stage.SELF).values():
        words = f"{abs(mark.points):f}".rstrip("0").rstrip(".").replace(".", ",") if mark.points else ""
        assert f"{words} điểm" in mark.explanation
