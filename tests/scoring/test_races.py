"""Many people at once: one row, nothing lost, nobody overwritten unseen."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from config.kit.refusals import Refused
from config.kit.text import number
from scoring import queries, services
from scoring.enums import ScorecardState, Stage
from scoring.models import Appeal, CrossCheck, Mark, MarkEvidence, Scorecard
from scoring.rules import ValueInputs
from scoring.services import LostMarks, MarkEntry
from tests.factories.crosschecks import CrossYear
from tests.factories.documents import TINY_PDF
from tests.factories.scoring import NOON, ScoringYear

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def at_once(acts):
    """Run every act in a thread of its own, all let loose together; what each gave or raised."""
    gate = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(place, act):
        try:
            gate.wait()
            outcomes[place] = act()
        except Refused as refused:
            outcomes[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_hundred_saves_of_one_mark_are_one_row():
    year = ScoringYear()
    card, key = year.card(2), year.criterion("I.2").pk

    def save(points):
        return lambda: services.save_marks(
            card=card,
            stage=Stage.SELF,
            entries=[MarkEntry(key, inputs=ValueInputs(D(points % 20)))],
            by=year.officers[2],
            at=NOON,
        )

    outcomes = at_once([save(points) for points in range(100)])

    assert not [one for one in outcomes if isinstance(one, Exception)]
    mark = Mark.objects.get()
    assert (mark.version, mark.events.count()) == (100, 100)
    last = [one for one in outcomes if one.at(Stage.SELF)[key].version == 100]
    assert [view.at(Stage.SELF)[key].points for view in last] == [mark.points]


def test_of_many_who_saw_the_same_version_one_saves_and_the_others_are_shown_both_values():
    year = ScoringYear()
    card, key = year.card(2), year.criterion("I.2").pk

    def save(points):
        entries = [MarkEntry(key, inputs=ValueInputs(D(points)), version=None)]
        return lambda: services.save_marks(
            card=card, stage=Stage.SELF, entries=entries, by=year.officers[2], at=NOON, check_versions=True
        )

    outcomes = at_once([save(points) for points in range(1, 11)])

    lost = [one for one in outcomes if isinstance(one, LostMarks)]
    kept = number(Mark.objects.get().points)
    assert len(lost) == 9
    assert {one.theirs for one in lost} == {kept}
    assert kept not in {one.mine for one in lost}


def test_two_heads_send_once_and_a_recall_never_meets_a_check():
    year = ScoringYear()
    year.fill(2)
    card = year.card(2)

    sent = at_once([lambda: services.send_card(card=card, by=year.heads[2], at=NOON)] * 5)
    assert sum(isinstance(one, Scorecard) for one in sent) == 1

    recalled, accepted = at_once(
        [
            lambda: services.recall_card(card=card, by=year.heads[2], at=NOON),
            lambda: services.accept_marks(card=card, by=year.chair, at=NOON),
        ]
    )
    assert isinstance(recalled, Refused) != isinstance(accepted, Refused)
    state = Scorecard.objects.get(pk=card.pk).state
    has_marks = Mark.objects.filter(card=card, stage=Stage.BLOC).exists()
    assert (state, has_marks) in {(ScorecardState.DRAFT, False), (ScorecardState.SENT, True)}


def test_a_ranking_is_adopted_once():
    year = ScoringYear()
    run = year.ranked()

    outcomes = at_once(
        [lambda: services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)] * 5
    )

    assert sum(not isinstance(one, Exception) for one in outcomes) == 1


def test_a_member_sends_its_cross_check_once_and_never_after_the_closing():
    year = CrossYear()
    card, entries = year.card(2), year.entries(2)

    def send():
        return services.send_cross_check(
            card=card, scorer=year.units[3], entries=entries, by=year.officers[3], at=NOON
        )

    outcomes = at_once([send] * 5)
    assert sum(not isinstance(one, Exception) for one in outcomes) == 1
    assert CrossCheck.objects.count() == 9

    def give():
        return services.send_cross_check(
            card=card, scorer=year.units[1], entries=entries, by=year.officers[1], at=NOON
        )

    given, closed = at_once([give, lambda: year.close("đủ")])
    assert not isinstance(closed, Exception)
    scorers = queries.cross_results(year.card(2))[year.criterion("I.2").pk].scorers
    assert scorers == (1 if isinstance(given, Refused) else 2)


def test_of_two_decisions_on_an_appeal_one_stands():
    year = ScoringYear()
    year.send(2)
    leaf = year.criterion("I.2")
    appeal = services.ask_explanation(
        card=year.card(2), criterion=leaf, question="Vì sao?", due_on=NOON.date(), by=year.chair, at=NOON
    )
    services.answer_appeal(appeal=appeal, answer="Đủ.", by=year.officers[2], at=NOON)

    def decide(points):
        return lambda: services.decide_appeal(
            appeal=appeal, outcome="changed", points=D(points), reason="x", by=year.chair, at=NOON
        )

    outcomes = at_once([decide(points) for points in range(10, 15)])
    (decided,) = [one for one in outcomes if isinstance(one, Appeal)]
    mark = Mark.objects.get(card=year.card(2), criterion=leaf, stage=Stage.BLOC)
    assert (mark.points, mark.version) == (decided.decided_points, 1)


def test_of_two_questions_on_one_criterion_one_is_asked():
    year = ScoringYear()
    year.send(2)

    def ask():
        return services.ask_explanation(
            card=year.card(2),
            criterion=year.criterion("I.2"),
            question="Vì sao?",
            due_on=NOON.date(),
            by=year.chair,
            at=NOON,
        )

    outcomes = at_once([ask] * 4)
    assert sum(isinstance(one, Appeal) for one in outcomes) == 1


def test_the_same_file_sent_twice_at_once_is_attached_once():
    year = ScoringYear()

    def prove():
        return services.add_evidence(
            card=year.card(2),
            criterion=year.criterion("I.2"),
            name="a.pdf",
            content=TINY_PDF,
            by=year.officers[2],
            at=NOON,
        )

    outcomes = at_once([prove, prove])

    (refused,) = [one for one in outcomes if isinstance(one, Refused)]
    assert refused.reasons == ["Tiêu chí đã có tệp này (“a.pdf”), không cần gửi lại."]
    assert MarkEvidence.objects.count() == 1
