"""A card sent late: when it was due, what it loses, that it keeps losing it, and who may let it off."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from blocs.enums import MilestoneKind, Phase
from blocs.models import BlocAssignment, Deadline, Milestone
from blocs.queries import standing_in
from config.kit.refusals import Refused
from scoring import policies, queries, services
from scoring.enums import AppealOutcome, GroupNature, MarkState, Stage
from scoring.models import Guidance, RankingRow, Scorecard
from scoring.reports.lateness import late_note
from scoring.rules import (
    Lateness,
    LatenessRule,
    Node,
    Rounding,
    Scale,
    Scored,
    criteria_on_lateness,
    deadline_in,
    lateness_of,
    punished_twice,
    total_of,
)
from tests.factories.documents import at
from tests.factories.scoring import LAW, NOON, SMALL, SMALL_TOTAL, ScoringYear, leaf

D = Decimal
DUE = date(2019, 11, 30)
RULE = {"per_day": "0.5", "cap": "2"}


def late_year(*, rule=RULE, due=DUE, **more):
    year = ScoringYear(law={**LAW, "lateness": rule, **more.pop("law", {})}, **more)
    if due:
        Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.SELF_SCORING, due_on=due)
    return year


@pytest.fixture
def year(db):
    return late_year()


def total(year, index=2, stage=Stage.SELF):
    return year.view(index).total(stage)


def assigned(year):
    BlocAssignment.objects.create(officer=year.province_officer, bloc=year.bloc, from_on=date(2019, 1, 1))
    return year.province_officer


# When


def test_the_blocs_date_wins_over_the_provinces_and_that_over_the_guidances(db):
    year = late_year(due=None, law={"deadlines": {"self_scoring": [12, 10]}})
    assert queries.due_of(year.cycle) == date(2019, 12, 10)

    Deadline.objects.create(province=year.province, year=2019, kind="self_scoring", due_on=date(2019, 12, 5))
    assert queries.due_of(year.cycle) == date(2019, 12, 5)

    Milestone.objects.create(cycle=year.cycle, kind="self_scoring", due_on=DUE)
    assert queries.due_of(year.cycle) == DUE


def test_without_any_date_nothing_is_late(db):
    year = late_year(due=None)
    year.send(2, when=at(2020, 3, 1))

    assert queries.due_of(year.cycle) is None
    assert (year.view(2).late, total(year).total) == (None, SMALL_TOTAL)
    assert queries.due_of(ScoringYear(slug="quang-nam", board=False).cycle) is None


@pytest.mark.parametrize(
    ("kind", "month_day", "day"),
    [
        ("self_scoring", (12, 10), date(2019, 12, 10)),
        ("self_scoring", (7, 1), date(2019, 7, 1)),
        ("self_scoring", (1, 15), date(2020, 1, 15)),
        ("verifying", (6, 30), date(2020, 6, 30)),
        ("submission", (2, 28), date(2020, 2, 28)),
        ("covenant", (2, 15), date(2019, 2, 15)),
        ("midyear", (6, 15), date(2019, 6, 15)),
    ],
)
def test_scores_due_before_july_are_those_of_the_year_before(kind, month_day, day):
    assert deadline_in(2019, kind, month_day) == day


# How much


@pytest.mark.parametrize(
    ("when", "lost"),
    [
        (at(2019, 11, 30, 23, 59), "0"),
        (at(2019, 12, 1, 0, 0), "0.5"),
        (at(2019, 12, 3, 8), "1.5"),
        (at(2019, 12, 24, 8), "2"),
    ],
)
def test_the_due_day_counts_to_its_end_and_every_day_after_it_costs(year, when, lost):
    year.send(2, when=when)

    found = total(year)
    assert found.total == SMALL_TOTAL - D(lost)
    assert found.late == -D(lost)
    assert found.total == found.normal + found.bonus + found.deduction
    assert found.sentence.endswith(
        f"Tổng: {str(found.total).rstrip('0').rstrip('.').replace('.', ',')} điểm."
    )


def test_it_is_a_line_of_its_own_in_words(year):
    year.send(2, when=at(2019, 12, 3, 8))

    found = total(year)
    assert found.late_sentence == "Gửi chậm 3 ngày: 0,5 × 3 = 1,5, trừ 1,5 điểm."
    assert "gửi chậm trừ 1,5" in found.sentence


def test_a_draft_has_lost_nothing_yet_and_is_told_what_it_would(year):
    year.fill(2)
    view = year.view(2)
    assert (view.late, view.total(Stage.SELF).late_sentence) == (None, "")
    late = queries.late_if_sent(view.card, view.board, at(2019, 12, 2))
    assert (late.days, late.points) == (2, -1)
    assert queries.late_if_sent(view.card, view.board, at(2019, 11, 30, 23)) is None

    year.send(2, when=at(2019, 12, 2))
    assert queries.late_if_sent(year.card(2), view.board, at(2019, 12, 9)) is None


def test_what_would_be_lost_without_a_date_or_a_rule_is_nothing(db):
    year = late_year(due=None)
    card, board = year.card(2), year.view(2).board
    assert queries.late_if_sent(card, board, at(2020, 1, 1)) is None
    year = late_year(rule={}, slug="quang-nam")
    card, board = year.card(2), year.view(2).board
    assert queries.late_if_sent(card, board, at(2020, 1, 1)) is None
    year.send(2, when=at(2019, 12, 20))
    assert year.view(2).late is None


def test_a_per_cent_is_of_the_whole_scale(db):
    year = late_year(rule={"per_day": "1", "is_percent": True})
    year.send(2, when=at(2019, 12, 3))

    assert total(year).late == -3


def test_it_stands_beyond_the_caps_of_the_frame():
    nodes = (Node("I", D(10)), Node("M", D(9), GroupNature.DEDUCTION))
    marks = {"I": _scored(8), "M": _scored(-9)}
    found = total_of(nodes, marks, Scale(D(10), deduction_cap=D(3)), late=Lateness(1, D(-2), "x"))

    assert (found.deduction, found.late, found.total) == (-5, -2, 3)


def _scored(points):
    return Scored(MarkState.SCORED, D(points))


@given(
    st.decimals(0, 5, places=2),
    st.integers(0, 400),
    st.integers(0, 400),
    st.none() | st.decimals(0, 20, places=2),
    st.booleans(),
)
def test_more_days_never_cost_less_and_never_more_than_the_cap(per_day, one, other, cap, is_percent):
    rule = LatenessRule(per_day, cap=cap, is_percent=is_percent)
    few, many = (lateness_of(rule, days, D(100), Rounding()) for days in sorted((one, other)))

    assert many.points <= few.points <= 0
    assert cap is None or -many.points <= cap


# It stays


def test_it_counts_at_every_stage_and_in_the_ranking(db):
    year = late_year()
    year.send(0)
    year.send(1)
    year.send(2, when=at(2019, 12, 2))
    for index in range(3):
        year.check(index)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=at(2019, 12, 5))
    services.make_ranking(cycle=year.cycle, by=year.chair, at=at(2019, 12, 5))

    assert [total(year, 2, stage).total for stage in (Stage.SELF, Stage.BLOC, Stage.MEETING)] == [
        D("94.5")
    ] * 3
    row = RankingRow.objects.get(unit=year.units[2])
    assert (row.total, row.deduction, row.rank) == (D("94.5"), -1, 3)
    assert row.total == row.normal + row.bonus + row.deduction


def test_a_return_and_an_appeal_that_is_won_leave_it(year):
    year.send(2, when=at(2019, 12, 2))
    services.return_card(card=year.card(2), reason="Bổ sung", by=year.chair, at=at(2019, 12, 3))
    assert total(year).late == -1
    services.send_card(card=year.card(2), by=year.heads[2], at=at(2019, 12, 9))
    assert total(year).late == -1

    year.check(2, {"I.2": (D(10), "Chưa đủ")})
    act = {"by": year.officers[2], "at": at(2019, 12, 10)}
    appeal = services.open_appeal(card=year.card(2), criterion=year.criterion("I.2"), question="Đã đủ", **act)
    year.go(Phase.REVIEWING)
    services.decide_appeal(
        appeal=appeal,
        outcome=AppealOutcome.CHANGED,
        reason="Đúng",
        points=D(18),
        by=year.chair,
        at=at(2019, 12, 11),
    )
    assert total(year, 2, Stage.MEETING).total == SMALL_TOTAL - 1


def test_what_the_unit_takes_back_itself_was_not_sent(year):
    year.send(2, when=at(2019, 11, 30))
    services.recall_card(card=year.card(2), by=year.heads[2], at=at(2019, 11, 30))
    services.send_card(card=year.card(2), by=year.heads[2], at=at(2019, 12, 1))

    assert total(year).late == D("-0.5")


def test_saving_late_marks_gives_the_total_that_is_stored(year):
    year.send(2, when=at(2019, 12, 2))
    card = year.card(2)
    after = services.save_marks(
        card=card,
        stage=Stage.BLOC,
        entries=services.entries_of(card, {"I.2": D(17)}),
        by=year.chair,
        at=at(2019, 12, 3),
    )
    assert after.total(Stage.BLOC).late == total(year, 2, Stage.BLOC).late == -1


# Let off


def test_a_waiver_is_given_with_a_reason_logged_and_read(year):
    year.send(2, when=at(2019, 12, 2))
    officer = assigned(year)
    card = services.waive_lateness(
        card=year.card(2), reason="Mất điện cả huyện. ", by=officer, at=at(2019, 12, 3)
    )

    found = total(year)
    assert (found.total, found.late) == (SMALL_TOTAL, 0)
    assert found.late_sentence == "Gửi chậm 2 ngày, được miễn trừ điểm: Mất điện cả huyện."
    assert (card.late_waived_by, card.late_waived_at) == (officer, at(2019, 12, 3))
    event = card.events.order_by("pgh_id").last()
    assert (event.pgh_context["verb"], event.pgh_context["reason"]) == (
        "scoring.lateness.waived",
        "Mất điện cả huyện. ",
    )


def test_a_waiver_is_taken_back_with_a_reason_until_the_ranking_is_adopted(year):
    year.send(2, when=at(2019, 12, 2))
    act = {"by": year.chair, "at": at(2019, 12, 3)}
    with pytest.raises(Refused, match="không được miễn trừ"):
        services.charge_lateness(card=year.card(2), reason="Nhầm", **act)
    services.waive_lateness(card=year.card(2), reason="Bão", **act)
    with pytest.raises(Refused, match="cần ghi lý do"):
        services.charge_lateness(card=year.card(2), reason=" ", **act)
    card = services.charge_lateness(card=year.card(2), reason="Đơn vị khác mới bị bão", **act)

    found = total(year)
    assert (found.total, found.late) == (SMALL_TOTAL - 1, -1)
    assert (card.late_waived_at, card.late_waived_by, card.late_waived_reason) == (None, None, "")
    waived, charged = card.events.order_by("pgh_id")[card.events.count() - 2 :]
    assert (waived.late_waived_reason, charged.pgh_context["verb"]) == ("Bão", "scoring.lateness.charged")
    assert charged.pgh_context["reason"] == "Đơn vị khác mới bị bão"


def test_a_waiver_lets_off_the_sending_it_followed_and_none_after_it(year):
    year.send(2, when=at(2019, 12, 1))
    services.waive_lateness(card=year.card(2), reason="Bão", by=year.chair, at=at(2019, 12, 1, 15))
    assert total(year).late == 0
    services.recall_card(card=year.card(2), by=year.heads[2], at=at(2019, 12, 1, 16))
    services.send_card(card=year.card(2), by=year.heads[2], at=at(2019, 12, 20))

    assert total(year).late == -2


@pytest.mark.parametrize("person", ["officers", "heads"])
def test_nobody_lets_off_the_own_unit_not_even_behind_the_forms(year, person):
    year.send(2, when=at(2019, 12, 2))
    card = Scorecard.objects.filter(pk=year.card(2).pk)
    waiver = {"late_waived_at": at(2019, 12, 3), "late_waived_reason": "x"}
    with pytest.raises((IntegrityError, InternalError), match="own unit"), transaction.atomic():
        card.update(late_waived_by=getattr(year, person)[2], **waiver)
    assert card.update(late_waived_by=year.chair, **waiver) == 1


def who_of(year, user):
    return standing_in(year.cycle, user, at(2019, 12, 3))


def test_only_the_province_and_the_chair_let_off_and_nobody_the_own_unit(year):
    card = year.card(2)
    assigned(year)
    allowed = (year.province_officer, year.head, year.chair)
    refused = (year.officers[2], year.heads[2], year.officers[1])

    assert [policies.waive_lateness(who_of(year, one), card, "lý do") for one in allowed] == [[], [], []]
    assert all(policies.waive_lateness(who_of(year, one), card, "lý do") for one in refused)
    assert policies.waive_lateness(who_of(year, year.chair), year.card(0), "lý do") == [
        "Không ai miễn trừ điểm gửi chậm cho chính đơn vị mình."
    ]


@pytest.mark.parametrize(
    ("reason", "told", "phase", "says"),
    [
        ("", {}, Phase.VERIFYING, "cần ghi lý do"),
        ("x", {"is_losing": False}, Phase.VERIFYING, "không bị trừ"),
        ("x", {"is_ranked": True}, Phase.REVIEWING, "đã chốt"),
        ("x", {}, Phase.SUBMITTED, "giai đoạn"),
    ],
)
def test_a_waiver_is_refused_with_what_to_do(year, reason, told, phase, says):
    year.go(phase)
    (sentence,) = policies.waive_lateness(who_of(year, year.head), year.card(2), reason, **told)
    assert says in sentence.lower()


def test_taking_a_waiver_back_is_for_the_same_people_and_not_after_the_ranking(year):
    told = {"card": year.card(2), "reason": "x"}
    assert policies.charge_lateness(who_of(year, year.chair), **told) == []
    assert "đã chốt" in policies.charge_lateness(who_of(year, year.chair), **told, is_ranked=True)[0]
    assert "chính đơn vị mình" in policies.charge_lateness(who_of(year, year.officers[2]), **told)[0]
    told["is_waived"] = False
    assert "Khối trưởng" in policies.charge_lateness(who_of(year, year.officers[1]), **told)[0]


def test_a_card_is_let_off_once_and_only_when_it_loses(year):
    year.send(2, when=at(2019, 12, 2))
    year.send(1)
    act = {"reason": "Bão", "by": year.chair, "at": at(2019, 12, 3)}
    services.waive_lateness(card=year.card(2), **act)
    for index in (1, 2):
        with pytest.raises(Refused, match="không bị trừ"):
            services.waive_lateness(card=year.card(index), **act)


# Never twice

TWICE = (*SMALL[:2], leaf("I.2", "Gửi bảng tự chấm điểm đúng hạn", 20), *SMALL[3:])


def test_a_frame_that_counts_the_late_card_itself_is_a_finding():
    rows = [("VII.1", "Số lần báo cáo chậm"), ("VII.2", "Gửi bảng tự chấm điểm đúng hạn"), ("I", "Chấm điểm")]
    assert criteria_on_lateness(rows) == ["VII.2"]
    assert "VII.2" in punished_twice(["VII.2"])


def test_the_checker_names_the_double_punishment_and_nothing_is_lost_twice(db):
    year = ScoringYear(rows=TWICE, law={**LAW, "lateness": RULE}, board=False)
    draft = year.guidance(publish=False)
    finding = punished_twice(["I.2"])
    assert queries.findings_in(queries.board_of_guidance(draft)) == [finding]
    with pytest.raises(Refused):
        services.publish_guidance(guidance=draft, by=year.head, at=NOON)


@pytest.mark.parametrize(("says_so", "lost"), [(True, "-1"), (False, "0")])
def test_only_a_guidance_that_says_so_takes_both(db, says_so, lost):
    year = ScoringYear(rows=TWICE, law={**LAW, "lateness": RULE}, board=False)
    draft = year.guidance(publish=False)
    finding = punished_twice(["I.2"])
    services.waive_finding(
        guidance=draft, finding=finding, reason="Hướng dẫn quy định cả hai", by=year.head, at=NOON
    )
    services.publish_guidance(guidance=draft, by=year.head, at=NOON)
    board = year.draft_board()
    year.adopt(board)
    year.go(Phase.SELF_SCORING)
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.SELF_SCORING, due_on=DUE)
    year.send(2, when=at(2019, 12, 2))
    view = year.view(2)
    if not says_so:
        view.board.guidance.waivers = {}
        view = queries.card_view(view.card, queries.Board(view.board.guidance, view.board.criteria))

    assert view.late.points == D(lost)
    assert ("đã tính ở tiêu chí I.2" in view.late.sentence) is not says_so


# The page


def test_the_note_says_the_loss_the_waiver_and_the_day_that_is_over(year):
    assert late_note(who_of(year, year.officers[2]), year.view(2)).sentence == (
        "Đã hết hạn gửi (ngày 30/11/2019). Phần đã nhập được giữ nguyên và vẫn gửi được. "
        "Gửi chậm 3 ngày: 0,5 × 3 = 1,5, trừ 1,5 điểm."
    )
    year.send(2, when=at(2019, 12, 2))
    own = late_note(who_of(year, year.officers[2]), year.view(2))
    chair = late_note(who_of(year, year.chair), year.view(2))
    assert (own.is_losing, own.url, own.refusals) == (True, "", None)
    assert (chair.refusals, chair.url.endswith("/mien-tru-gui-cham/")) == ([], True)
    services.waive_lateness(card=year.card(2), reason="Bão", by=year.chair, at=at(2019, 12, 3))
    after = late_note(who_of(year, year.chair), year.view(2))
    assert (after.is_losing, after.act, after.refusals) == (False, "Bỏ miễn trừ", [])
    assert late_note(who_of(year, year.officers[2]), year.view(2)).url == ""
    assert after.sentence == "Gửi chậm 2 ngày, được miễn trừ điểm: Bão. Chuyên viên 1, 09:00 ngày 03/12/2019."
    year.send(1, when=at(2019, 11, 29))
    assert late_note(who_of(year, year.chair), year.view(1)) is None


def test_after_the_day_without_a_rule_the_page_says_so_without_a_figure(db):
    year = late_year(rule={})
    note = late_note(who_of(year, year.officers[2]), year.view(2))
    assert (note.is_losing, note.sentence.endswith("vẫn gửi được.")) == (False, True)


def test_the_waiver_is_given_in_the_browser(year, client):
    year.send(2, when=at(2019, 12, 2))
    client.force_login(year.chair, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("lateness_waive", args=[*year.cycle.slugs, "so-3"])

    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Bão"}).status_code == 302
    assert year.card(2).late_waived_reason == "Bão"
    page = client.get(reverse("scorecard", args=[*year.cycle.slugs, "so-3"])).content.decode()
    back = reverse("lateness_charge", args=[*year.cycle.slugs, "so-3"])
    assert back in page
    assert url not in page
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "Nhầm đơn vị"}).status_code == 302
    assert year.card(2).late_waived_at is None


def test_a_change_of_the_guidance_says_what_lateness_would_become(db):
    year = late_year()
    year.send(2, when=at(2019, 12, 2))
    guidance = Guidance.objects.get()
    new = services.renew_guidance(guidance=guidance, by=year.head, at=NOON)
    new = services.edit_guidance(
        guidance=new, changes={"lateness": {"per_day": "2"}}, by=year.head, at=NOON + timedelta(days=1)
    )
    (effect,) = queries.effects_of(new, year.head, NOON)
    assert (effect.before, effect.after) == (SMALL_TOTAL - 1, SMALL_TOTAL - 4)
