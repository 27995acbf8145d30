from datetime import date

import pytest

from blocs.enums import MilestoneKind, Phase
from blocs.models import Membership, Milestone, Unit
from blocs.queries import checks_for
from scoring import gates, services
from tests.factories.scoring import NOON, ScoringYear

pytestmark = pytest.mark.django_db


def test_the_board_is_adopted_before_anybody_scores():
    year = ScoringYear(board=False, phase=Phase.EXECUTING)
    check = gates.scoreboard_adopted(year.cycle)

    assert (check.holds, check.is_hard, check.turn) == (False, True, "Khối trưởng")
    year.draft_board()
    assert not gates.scoreboard_adopted(year.cycle).holds
    year.adopt(year.cycle.scoreboards.get())
    assert gates.scoreboard_adopted(year.cycle).holds


def test_every_card_is_sent_or_the_chair_says_why_not(year):
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.SELF_SCORING, due_on=date(2019, 11, 25))
    late = Unit.objects.create(
        province=year.province, name="Ban Dân tộc", short_name="BDT", slug="ban-dantoc"
    )
    Membership.objects.create(cycle=year.cycle, unit=late, position=9)
    Membership.objects.filter(cycle=year.cycle, unit=year.units[1]).update(unranked_reason="mới thành lập")
    year.send(2)
    check = gates.every_card_sent(year.cycle)

    assert check.missing == ("Chưa gửi bảng tự chấm điểm: Sở số 1, Ban Dân tộc.",)
    assert (check.is_hard, check.due_on) == (False, date(2019, 11, 25))
    year.send(0)
    Membership.objects.filter(unit=late).delete()
    assert gates.every_card_sent(year.cycle).holds


def test_every_card_is_checked_before_the_review(year):
    year.walk(0)
    year.walk(1)
    check = gates.every_card_verified(year.cycle)

    assert (check.missing, check.is_hard) == (("Chưa rà soát xong: Sở số 3.",), True)
    Membership.objects.filter(cycle=year.cycle, unit=year.units[2]).update(unranked_reason="kỷ luật")
    assert gates.every_card_verified(year.cycle).holds


def test_the_ranking_is_adopted_before_the_dossier_goes_up(year):
    assert not gates.ranking_adopted(year.cycle).holds
    run = year.ranked()
    check = gates.ranking_adopted(year.cycle)
    assert (check.holds, check.is_hard) == (False, True)
    services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)
    assert gates.ranking_adopted(year.cycle).holds


@pytest.mark.parametrize(
    ("phase", "claim"),
    [
        (Phase.SELF_SCORING, "Bảng điểm của khối đã được thông qua"),
        (Phase.VERIFYING, "Mọi đơn vị đã gửi bảng tự chấm điểm"),
        (Phase.REVIEWING, "Khối đã rà soát mọi bảng tự chấm điểm"),
        (Phase.SUBMITTED, "Xếp hạng của khối đã chốt"),
    ],
)
def test_the_gates_stand_before_their_phases(year, phase, claim):
    assert claim in [check.claim for check in checks_for(year.cycle, phase)]
