"""What the database itself refuses, behind the forms."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from blocs.enums import Phase, Role
from blocs.models import Appointment
from scoring import services
from scoring.enums import NaReason, Stage
from scoring.models import (
    Criterion,
    Guidance,
    Mark,
    MarkEvidence,
    RankingRow,
    RankingRun,
    Scoreboard,
    Scorecard,
)
from scoring.rules import ValueInputs
from tests.factories.documents import TINY_PDF
from tests.factories.scoring import LAW, NOON, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal


@contextmanager
def refused(words):
    with pytest.raises((IntegrityError, InternalError)) as wrong, transaction.atomic():
        yield
    assert words in str(wrong.value)


# Guidance and boards


def test_guidance_figures_and_years_are_possible(year):
    kept = {**LAW, "province": year.province}
    with refused("guidance_scale_positive"):
        Guidance.objects.create(**{**kept, "number": "a", "scale": D(0)})
    with refused("guidance_years_in_order"):
        Guidance.objects.create(**{**kept, "number": "b", "to_year": 2018})
    with refused("guidance_version_unique"):
        Guidance.objects.create(**kept)
    with refused("guidance_published_who_and_when"):
        Guidance.objects.create(**{**kept, "number": "c", "status": "published"})


def test_published_guidance_and_its_frame_are_frozen(year):
    guidance = year.scoreboard.guidance
    with refused("frozen"):
        Guidance.objects.filter(pk=guidance.pk).update(scale=D(1000))
    with refused("frozen"):
        Guidance.objects.filter(pk=guidance.pk)._raw_delete("default")
    with refused("frozen"):
        Criterion.objects.filter(guidance=guidance, code="I.2").update(max_points=D(1))
    with refused("frozen"):
        Criterion.objects.filter(guidance=guidance, code="I.2")._raw_delete("default")
    with refused("frozen"):
        Criterion.objects.create(guidance=guidance, code="X", title="x", position=99, max_points=1)


def test_an_adopted_board_and_its_criteria_are_frozen(year):
    with refused("frozen"):
        Scoreboard.objects.filter(pk=year.scoreboard.pk).update(adopted_how="khác")
    with refused("frozen"):
        Criterion.objects.filter(scoreboard=year.scoreboard, code="I.2").update(title="khác")


def test_one_adopted_board_a_year_with_who_when_and_hash(year):
    draft = year.draft_board()
    with refused("scoreboard_adopted_who_and_when"):
        Scoreboard.objects.filter(pk=draft.pk).update(status="adopted")
    with refused("scoreboard_one_adopted"):
        Scoreboard.objects.filter(pk=draft.pk).update(
            status="adopted", adopted_at=NOON, adopted_by=year.chair, content_hash="x"
        )
    with refused("scoreboard_version_unique"):
        Scoreboard.objects.create(cycle=year.cycle, guidance=draft.guidance, version=1)


def test_a_criterion_has_one_owner_one_code_and_no_negative_maximum(year):
    draft = year.draft_board()
    kept = {"title": "x", "position": 1, "max_points": D(1)}
    with refused("criterion_has_one_owner"):
        Criterion.objects.create(code="X", **kept)
    with refused("criterion_code_unique"):
        Criterion.objects.create(scoreboard=draft, code="I.2", **kept)
    with refused("criterion_max_not_negative"):
        Criterion.objects.create(scoreboard=draft, code="X", **{**kept, "max_points": D(-1)})


# Cards


def test_a_card_is_one_a_unit_with_who_and_when(year):
    card = year.card(2)
    with refused("scorecard_one_a_unit"):
        Scorecard.objects.create(scoreboard=year.scoreboard, unit=year.units[2])
    with refused("scorecard_beyond_draft_was_sent"):
        Scorecard.objects.filter(pk=card.pk).update(state="sent")
    with refused("scorecard_sent_at_with_sent_by"):
        Scorecard.objects.filter(pk=card.pk).update(sent_at=NOON, first_sent_at=NOON)
    with refused("scorecard_verified_at_with_verified_by"):
        Scorecard.objects.filter(pk=card.pk).update(verified_at=NOON)
    with refused("scorecard_not_verified_by_itself"):
        Scorecard.objects.filter(pk=card.pk).update(verifier=year.units[2])


# Marks


def put(year, code="I.2", index=2, stage=Stage.SELF, by=None, **fields):
    kept = {"state": "scored", "points": D(1), "floor": D(0), "ceiling": D(20), **fields}
    author = by or year.officers[index]
    return Mark.objects.create(
        card=year.card(index),
        criterion=year.criterion(code),
        stage=stage,
        author=author,
        marked_at=NOON,
        **kept,
    )


def test_a_mark_is_in_range_and_scored_na_or_missing(year):
    with refused("mark_points_in_range"):
        put(year, points=D(21))
    with refused("mark_scored_na_or_missing"):
        put(year, points=None)
    with refused("mark_scored_na_or_missing"):
        put(year, state="na", points=None)
    with refused("mark_scored_na_or_missing"):
        put(year, state="missing", points=D(0))
    put(year, state="na", points=None, na_reason=NaReason.NOT_ASSIGNED)
    with refused("mark_one_a_stage"):
        put(year)


def test_a_mark_belongs_to_a_leaf_of_its_cards_board(year):
    draft = year.draft_board()
    with refused("not of the card's scoreboard"):
        put(year, code="I")
    strange = Criterion.objects.get(scoreboard=draft, code="I.2")
    with refused("not of the card's scoreboard"):
        Mark.objects.create(
            card=year.card(2), criterion=strange, stage="self", state="missing", floor=0, ceiling=1,
            author=year.officers[2], marked_at=NOON,
        )  # fmt: skip


def test_a_stage_is_open_only_in_its_state(year):
    with refused("stage bloc of this card is closed (draft)"):
        put(year, stage=Stage.BLOC, by=year.chair)
    year.send(2)
    with refused("stage self of this card is closed (sent)"):
        Mark.objects.filter(card=year.card(2)).update(points=D(0))
    with refused("stage self of this card is closed (sent)"):
        Mark.objects.filter(card=year.card(2)).delete()
    year.check(2)
    with refused("stage bloc of this card is closed (verified)"):
        Mark.objects.filter(card=year.card(2), stage="bloc").update(points=D(0))
    with refused("stage province of this card is closed (verified)"):
        put(year, stage=Stage.PROVINCE, by=year.head)


@pytest.mark.parametrize("index", [0, 2])
def test_nobody_judges_the_own_unit_not_even_behind_the_forms(year, index):
    year.send(index)
    for person in (year.officers[index], year.heads[index]):
        with refused("nobody judges the own unit"):
            put(year, index=index, stage=Stage.BLOC, by=person)
    put(year, index=index, stage=Stage.BLOC, by=year.judge(index))
    with refused("nobody judges the own unit"):
        Mark.objects.filter(stage=Stage.BLOC).update(author=year.officers[index])


def test_the_chair_may_record_the_checked_mark_of_its_own_unit_as_agreed_and_no_other(year):
    year.walk(0)
    year.go(Phase.REVIEWING)
    with refused("nobody judges the own unit"):
        put(year, index=0, stage=Stage.MEETING, by=year.chair, points=D(19))
    assert put(year, index=0, stage=Stage.MEETING, by=year.chair, points=D(18))


def test_somebody_who_left_the_unit_before_may_judge_it(year):
    year.send(2)
    Appointment.objects.create(
        user=year.chair, unit=year.units[2], role=Role.UNIT_OFFICER, from_on="2018-01-01", to_on="2019-11-19"
    )

    assert put(year, index=2, stage=Stage.BLOC, by=year.chair)


# Evidence and rankings


def test_evidence_is_named_once_and_never_deleted(year):
    kept = services.add_evidence(
        card=year.card(2),
        criterion=year.criterion("I.2"),
        name="a.pdf",
        content=TINY_PDF,
        by=year.officers[2],
        at=NOON,
    )
    with refused("markevidence_file_once"):
        MarkEvidence.objects.create(
            card=kept.card, criterion=kept.criterion, upload=kept.upload, added_at=NOON, added_by=year.chair
        )
    with refused("Cannot delete rows"):
        kept.delete()


def test_an_adopted_ranking_and_its_rows_are_frozen(year):
    run = year.adopted()
    row = run.rows.first()
    with refused("frozen"):
        RankingRun.objects.filter(pk=run.pk).update(adopted_how="khác")
    with refused("an adopted ranking does not change"):
        RankingRow.objects.filter(pk=row.pk).update(rank=3)
    with refused("an adopted ranking does not change"):
        row.delete()
    with refused("an adopted ranking does not change"):
        RankingRow.objects.create(run=run, unit=year.units[0], unranked_reason="x")


def test_a_ranking_row_has_a_rank_or_a_reason_and_a_run_its_who_and_how(year):
    run = year.ranked()
    row = run.rows.first()
    with refused("rankingrow_ranked_or_reason"):
        RankingRow.objects.filter(pk=row.pk).update(rank=None)
    with refused("rankingrow_unit_once"):
        RankingRow.objects.create(run=run, unit=row.unit, unranked_reason="x")
    with refused("rankingrun_adopted_who_when_how"):
        RankingRun.objects.filter(pk=run.pk).update(status="adopted")
    with refused("rankingrun_one_adopted"):
        kept = {"stage": "meeting", "made_at": NOON, "made_by": year.chair, "status": "adopted"}
        for _ in range(2):
            RankingRun.objects.create(
                cycle=year.cycle, adopted_at=NOON, adopted_by=year.chair, adopted_how="x", **kept
            )


def test_a_closed_year_keeps_its_scores_as_they_are(db):
    year = ScoringYear()
    year.fill(2, {"I.2": ValueInputs(D(18))})
    card, key = year.card(2), year.criterion("I.3")
    year.go(Phase.CLOSED)

    for act in (
        lambda: Mark.objects.filter(card=card).update(points=D(0)),
        lambda: Mark.objects.create(
            card=card, criterion=key, stage="self", state="missing", floor=0, ceiling=1, author=year.chair,
            marked_at=NOON,
        ),
        lambda: Scorecard.objects.filter(pk=card.pk).update(returned_reason="x"),
        lambda: Scoreboard.objects.create(cycle=year.cycle, guidance=card.scoreboard.guidance, version=9),
        lambda: RankingRun.objects.create(
            cycle=year.cycle, stage="meeting", made_at=NOON, made_by=year.chair
        ),
    ):  # fmt: skip
        with refused("closed"):
            act()
