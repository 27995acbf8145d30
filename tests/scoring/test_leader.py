"""Against the bloc's leader: one member's change scores the bloc again, nothing of a draft leaks, agreed marks stand."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from blocs.enums import Phase
from config.kit.refusals import Refused
from scoring import queries, services
from scoring.enums import MarkState, NaReason, ScorecardState, Stage
from scoring.models import Mark, Scorecard
from scoring.rules import Inputs, NotApplicable, TargetInputs, ValueInputs, inputs_from_json, points_of
from scoring.services import MarkEntry
from scoring.services.leader import rescore_bloc
from tests.factories.documents import TINY_PDF
from tests.factories.scoring import LAW, NOON, ScoringYear, group, leaf

D = Decimal
HUNDRED = D(100)
NOT_ASSIGNED = NotApplicable(NaReason.NOT_ASSIGNED)
ROWS = (
    group("I", "Số liệu", 20),
    leaf("I.1", "Thu ngân sách", 10, "target_leader"),
    leaf("I.2", "Chất lượng tham mưu", 10),
)
PLAIN = {**LAW, "scale": D(20), "bonus_cap": D(0), "deduction_cap": D(0), "tie_chain": [], "grades": []}


class LeaderYear(ScoringYear):
    """Three units, one criterion that is scored against the leader."""

    def __init__(self, rows=ROWS, **law):
        super().__init__(rows=rows, law={**PLAIN, **law})

    def enter(self, index, actual, target=HUNDRED):
        inputs = actual if isinstance(actual, Inputs) else TargetInputs(D(actual), target)
        return self.fill(index, {"I.1": inputs, "I.2": ValueInputs(D(8))})

    def give(self, index, actual, target=HUNDRED):
        self.enter(index, actual, target)
        return services.send_card(card=self.card(index), by=self.heads[index], at=NOON)

    def marks(self, stage):
        rows = Mark.objects.filter(stage=stage, criterion__code="I.1").select_related("card")
        by_unit = {mark.card.unit_id: mark for mark in rows}
        return [by_unit.get(unit.pk) for unit in self.units]

    def points(self, stage=Stage.SELF):
        return [mark and mark.points for mark in self.marks(stage)]

    def judge_at(self, index, stage, value, by=None):
        card = self.card(index)
        entries = services.entries_of(card, {"I.1": value})
        return services.save_marks(
            card=card, stage=stage, entries=entries, by=by or self.judge(index), at=NOON
        )


@pytest.fixture
def year(db):
    return LeaderYear()


# Self-scoring: only what has been sent counts beside the own


def test_what_a_unit_has_not_sent_moves_nobody_and_is_told_to_nobody(year):
    year.give(0, 110)
    before = year.marks(Stage.SELF)[0]
    year.enter(1, 150)

    after = year.marks(Stage.SELF)[0]
    assert (
        (after.points, after.explanation) == (before.points, before.explanation) == (10, before.explanation)
    )
    assert "150" not in after.explanation
    assert "mới có số liệu 1/3 đơn vị" in after.explanation
    # The draft itself is compared with what has been sent and with itself.
    assert year.points()[1] == 10
    year.enter(2, NOT_ASSIGNED)
    assert "1/3" in year.marks(Stage.SELF)[0].explanation


def test_a_card_that_is_sent_scores_the_bloc_again_drafts_included(year):
    year.give(0, 110)
    year.enter(2, 105)
    assert year.points() == [10, None, D("7.5")]

    year.give(1, 120)

    assert year.points() == [D("7.5"), 10, D("6.25")]
    assert "đơn vị dẫn đầu thực hiện 120, giao 100" in year.marks(Stage.SELF)[0].explanation


def test_rescoring_touches_points_and_explanation_only_under_its_own_verb(year):
    year.give(0, 110)
    before = year.marks(Stage.SELF)[0]
    year.give(1, 120)
    after = year.marks(Stage.SELF)[0]

    kept = [
        field.attname for field in Mark._meta.local_fields if field.attname not in ("points", "explanation")
    ]
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    event = after.events.order_by("pgh_id").last()
    assert (event.pgh_context["verb"], event.pgh_context["by"]) == (
        "scoring.marks.rescored",
        year.heads[1].pk,
    )


def test_who_typed_against_the_same_version_is_not_disturbed_by_rescoring(year):
    saved = year.enter(2, 105).at(Stage.SELF)[year.criterion("I.1").pk]
    year.give(1, 120)
    entry = MarkEntry(year.criterion("I.1").pk, inputs=TargetInputs(D(106), D(100)), version=saved.version)
    view = services.save_marks(
        card=year.card(2),
        stage=Stage.SELF,
        entries=[entry],
        by=year.officers[2],
        at=NOON,
        check_versions=True,
    )

    assert view.at(Stage.SELF)[entry.criterion_id].points == D("6.5")


def test_all_leaders_of_a_tie_have_the_maximum(year):
    year.give(0, 120)
    year.give(1, 60, D(50))
    year.give(2, 110)

    assert year.points() == [10, 10, D("7.5")]


def test_units_without_a_target_are_compared_among_themselves_and_never_lead(year):
    year.give(0, 500, None)
    year.give(1, 250, None)
    year.give(2, 101)

    assert year.points() == [10, 5, 10]


def test_a_unit_to_which_it_does_not_apply_stands_outside(year):
    year.give(0, 110)
    year.give(1, NOT_ASSIGNED)
    year.give(2, 120)

    assert year.points() == [D("7.5"), None, 10]
    assert year.marks(Stage.SELF)[1].state == MarkState.NA
    assert "tạm tính" not in year.marks(Stage.SELF)[0].explanation


@pytest.mark.parametrize("how", ["recalled", "returned"])
def test_a_card_that_goes_back_to_its_unit_leads_nobody_any_more(year, how):
    year.give(2, 110)
    year.give(1, 120)
    assert year.points()[2] == D("7.5")
    if how == "recalled":
        services.recall_card(card=year.card(1), by=year.heads[1], at=NOON)
    else:
        services.return_card(card=year.card(1), reason="Thiếu số liệu", by=year.chair, at=NOON)

    assert year.points() == [None, 10, 10]


def test_a_comparison_that_can_no_longer_be_made_leaves_the_mark_as_it_is(year):
    year.give(1, 5, None)
    year.give(2, 0, None)
    services.recall_card(card=year.card(1), by=year.heads[1], at=NOON)

    assert year.points()[2] == 0


def test_a_member_that_left_leads_nobody(year):
    year.give(1, 120)
    year.cycle.memberships.filter(unit=year.units[1]).update(left_on=NOON.date())
    year.give(2, 110)

    assert year.points()[2] == 10


# Beyond the units' own scoring


def sent(year, *actuals):
    for index, actual in enumerate(actuals):
        year.give(index, actual)
    return year


def test_figures_that_the_bloc_corrects_score_the_bloc_again_at_its_stage_only(year):
    sent(year, 110, 120, 105)
    for index in range(3):
        services.accept_marks(card=year.card(index), by=year.judge(index), at=NOON)
    assert year.points(Stage.BLOC) == year.points() == [D("7.5"), 10, D("6.25")]

    year.judge_at(1, Stage.BLOC, TargetInputs(D(110), D(100)))

    assert year.points(Stage.BLOC) == [10, 10, D("7.5")]
    assert year.points() == [D("7.5"), 10, D("6.25")]


def test_a_card_that_the_bloc_has_not_checked_counts_with_what_it_sent(year):
    sent(year, 110, 120, 105)
    services.accept_marks(card=year.card(0), by=year.judge(0), at=NOON)

    assert year.points(Stage.BLOC) == [D("7.5"), None, None]


def test_points_that_the_bloc_gives_itself_are_never_scored_again(year):
    sent(year, 110, 120, 105)
    year.judge_at(0, Stage.BLOC, D(4))
    year.judge_at(1, Stage.BLOC, TargetInputs(D(130), D(100)))

    judged = year.marks(Stage.BLOC)[0]
    assert (judged.points, judged.inputs, "4 trên tối đa 10" in judged.explanation) == (4, {}, True)
    # Its figures are still those that the unit sent.
    year.judge_at(2, Stage.BLOC, TargetInputs(D(105), D(100)))
    assert "giao 100" in year.marks(Stage.BLOC)[2].explanation


def test_points_typed_as_they_were_stay_with_their_figures(year):
    sent(year, 110, 120, 105)
    year.judge_at(0, Stage.BLOC, D("7.5"))
    year.judge_at(1, Stage.BLOC, TargetInputs(D(110), D(100)))

    assert year.points(Stage.BLOC)[:2] == [10, 10]


def test_what_the_others_moved_needs_no_reason_of_the_verifier(year):
    sent(year, 110, 120, 105)
    for index in (0, 1, 2):
        services.accept_marks(card=year.card(index), by=year.judge(index), at=NOON)
    year.judge_at(1, Stage.BLOC, (TargetInputs(D(110), D(100)), "Sai số liệu"))

    assert queries.unexplained(year.view(0), Stage.BLOC) == []
    year.judge_at(0, Stage.BLOC, D(3))
    assert queries.unexplained(year.view(0), Stage.BLOC) == ["I.1"]


def checked(year, *actuals):
    sent(year, *actuals)
    for index in range(len(actuals)):
        year.check(index)
    return year


def test_a_verified_card_moves_with_the_bloc_until_the_meeting_agrees(year):
    sent(year, 110, 120, 105)
    year.check(2)
    services.accept_marks(card=year.card(1), by=year.judge(1), at=NOON)
    assert year.points(Stage.BLOC)[2] == D("6.25")

    year.judge_at(1, Stage.BLOC, (TargetInputs(D(110), D(100)), "Sai số liệu"))

    assert year.points(Stage.BLOC)[2] == D("7.5")
    assert year.card(2).state == ScorecardState.VERIFIED


def test_what_the_meeting_says_of_one_moves_the_others_and_leaves_the_blocs_column(year):
    checked(year, 110, 120, 105).go(Phase.REVIEWING)
    year.judge_at(1, Stage.MEETING, (TargetInputs(D(110), D(100)), "Hội nghị thống nhất"), by=year.chair)

    assert year.points(Stage.MEETING) == [10, 10, D("7.5")]
    assert year.points(Stage.BLOC) == [D("7.5"), 10, D("6.25")]
    moved = year.marks(Stage.MEETING)[2]
    assert moved.reason == "Tính lại theo số liệu hội nghị thống nhất của đơn vị khác."

    # A second change moves what is there already.
    year.judge_at(1, Stage.MEETING, (TargetInputs(D(120), D(100)), "Hội nghị thống nhất lại"), by=year.chair)
    assert year.points(Stage.MEETING) == [D("7.5"), 10, D("6.25")]
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    assert year.points(Stage.MEETING) == [D("7.5"), 10, D("6.25")]


def test_agreed_marks_are_frozen_in_the_service_and_in_the_database(year):
    checked(year, 110, 120, 105).go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    before = {stage: year.points(stage) for stage in (Stage.SELF, Stage.BLOC, Stage.MEETING)}
    services.reopen_agreement(card=year.card(1), reason="Sai", by=year.chair, at=NOON)
    year.judge_at(1, Stage.MEETING, (TargetInputs(D(100), D(100)), "Sai"), by=year.chair)

    after = {stage: year.points(stage) for stage in before}
    assert after[Stage.MEETING] == [before[Stage.MEETING][0], 5, before[Stage.MEETING][2]]
    assert (after[Stage.SELF], after[Stage.BLOC]) == (before[Stage.SELF], before[Stage.BLOC])
    for stage in before:
        frozen = year.marks(stage)[2]
        with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
            Mark.objects.filter(pk=frozen.pk).update(points=1, explanation="x")


def test_an_adopted_ranking_freezes_even_the_cards_outside_it(db):
    year = LeaderYear()
    year.cycle.memberships.filter(unit=year.units[2]).update(unranked_reason="mới thành lập")
    for index, actual in ((0, 110), (1, 120)):
        year.give(index, actual)
        year.check(index)
    year.give(2, 105)
    services.accept_marks(card=year.card(2), by=year.judge(2), at=NOON)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)
    mark = year.marks(Stage.SELF)[2]
    assert mark.points == D("6.25")

    assert rescore_bloc(year.card(2), queries.board_of(year.scoreboard), year.chair) == 0
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Mark.objects.filter(pk=mark.pk).update(points=1)


@pytest.mark.parametrize("field", ["inputs", "version", "reason"])
def test_the_database_lets_rescoring_move_nothing_but_points_and_words(year, field):
    sent(year, 110)
    mark = year.marks(Stage.SELF)[0]
    value = {"inputs": {"actual": "1"}, "version": 9, "reason": "x"}[field]
    Mark.objects.filter(pk=mark.pk).update(points=1, explanation="x")
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Mark.objects.filter(pk=mark.pk).update(**{field: value})
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Mark.objects.filter(card=mark.card, criterion__code="I.2").update(points=1)


def test_a_board_without_such_a_criterion_asks_nothing_more(django_assert_num_queries, db):
    year = ScoringYear()
    card, board = year.card(2), queries.board_of(year.scoreboard)
    assert board.leaves
    with django_assert_num_queries(0):
        assert rescore_bloc(card, board, year.chair) == 0


def test_no_evidence_no_points_holds_when_the_others_move(db):
    rows = (ROWS[0], leaf("I.1", "Thu ngân sách", 10, "target_leader", needs_evidence=True), ROWS[2])
    year = LeaderYear(rows=rows, evidence_required=True)
    year.enter(0, 110)
    services.add_evidence(
        card=year.card(0),
        criterion=year.criterion("I.1"),
        name="a.pdf",
        content=TINY_PDF,
        by=year.officers[0],
        at=NOON,
    )
    services.send_card(card=year.card(0), by=year.heads[0], at=NOON)
    year.give(1, 120)

    assert year.points() == [D("7.5"), 0, None]


def test_a_save_costs_few_queries(year, django_assert_max_num_queries):
    sent(year, 110, 120, 105)
    card = year.card(0)
    entries = services.entries_of(card, {"I.1": TargetInputs(D(115), D(100))})
    # A savepoint and its release are among them.
    with django_assert_max_num_queries(9):
        services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.judge(0), at=NOON)


def test_the_stored_marks_are_what_the_engine_says_of_the_stored_figures(year):
    sent(year, 110, 120, 105)
    for index in range(3):
        services.accept_marks(card=year.card(index), by=year.judge(index), at=NOON)
    board = queries.board_of(year.scoreboard)
    sheet = queries.leader_sheet(year.scoreboard.pk, queries.led(board))
    for stage in (Stage.SELF, Stage.BLOC):
        for mark in year.marks(stage):
            criterion = board.by_key[mark.criterion_id]
            bloc = sheet.seen_by(mark.card_id, stage, criterion.pk)
            again = points_of(
                board.rules[criterion.pk],
                criterion.max_points,
                inputs_from_json("target_leader", mark.inputs),
                board.roundings,
                board.context(criterion, has_evidence=True, bloc=bloc),
            )
            assert (again.points, again.sentence) == (mark.points, mark.explanation)


def test_nobody_scores_the_own_unit_again_by_the_way(year):
    sent(year, 110, 120, 105)
    with pytest.raises(Refused):
        year.judge_at(0, Stage.BLOC, TargetInputs(D(1), D(100)), by=year.chair)
    assert Scorecard.objects.filter(state=ScorecardState.SENT).count() == 3


def prove(year, index):
    return services.add_evidence(
        card=year.card(index),
        criterion=year.criterion("I.1"),
        name="a.pdf",
        content=TINY_PDF,
        by=year.officers[index],
        at=NOON,
    )


def test_evidence_that_comes_before_a_figure_or_beside_one_that_cannot_be_compared_moves_nothing(db):
    rows = (ROWS[0], leaf("I.1", "Thu ngân sách", 10, "target_leader", needs_evidence=True), ROWS[2])
    year = LeaderYear(rows=rows, evidence_required=True)
    prove(year, 2)
    assert Mark.objects.count() == 0
    year.give(1, 5, None)
    year.enter(0, 0, None)
    services.recall_card(card=year.card(1), by=year.heads[1], at=NOON)
    before = year.marks(Stage.SELF)[0].explanation
    prove(year, 0)

    assert (year.points()[0], year.marks(Stage.SELF)[0].explanation) == (0, before)


def test_what_only_the_province_scores_is_not_carried_by_the_meeting(db):
    rows = (ROWS[0], leaf("I.1", "Thu ngân sách", 10, "target_leader", scored_by="province"), ROWS[2])
    year = LeaderYear(rows=rows)
    for index in range(3):
        year.walk(index, figures={"I.2": ValueInputs(D(8))})
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)

    assert year.marks(Stage.MEETING) == [None, None, None]
