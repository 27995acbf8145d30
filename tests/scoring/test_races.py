"""Many people at once: one row, nothing lost, nobody overwritten unseen."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from config.kit.refusals import Refused
from config.kit.text import number
from scoring import services
from scoring.enums import ScorecardState, Stage
from scoring.models import Mark, Scorecard
from scoring.rules import ValueInputs
from scoring.services import LostMarks, MarkEntry
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
