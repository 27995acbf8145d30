"""Who may do what to a card, as tables: person × stage × state, person × act, phase × action."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from blocs.enums import Office, Phase, Role
from blocs.models import BlocAssignment, Term
from blocs.queries import standing_in, standing_in_province
from blocs.rules import phases_in_words
from scoring import policies
from scoring.enums import GuidanceStatus, RankingStatus, ScorecardState, Stage
from scoring.models import Guidance, RankingRun, Scorecard
from scoring.rules.windows import CARD_MOVES, OPEN_IN
from tests.factories.documents import make_person
from tests.factories.scoring import NOON, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal
CHAIR, VICE, MEMBER, OTHER = 0, 1, 2, 3
STATES = list(ScorecardState)
WITH_UNIT = {ScorecardState.DRAFT, ScorecardState.PROPOSED, ScorecardState.RETURNED}


class Undo(Exception):
    pass


@contextmanager
def transaction_undone():
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


class People:
    """One person of each sort, in a year of four units."""

    def __init__(self):
        year = ScoringYear(units=4)
        self.year = year
        province = year.province
        self.by_name = {
            "chair officer": year.officers[CHAIR],
            "chair head": year.heads[CHAIR],
            "vice officer": year.officers[VICE],
            "vice head": year.heads[VICE],
            "unit officer": year.officers[MEMBER],
            "unit head": year.heads[MEMBER],
            "other officer": year.officers[OTHER],
            "clerk": make_person("vt@kg", "Văn thư", role=Role.UNIT_CLERK, unit=year.units[MEMBER]),
            "province officer": year.province_officer,
            "assigned officer": make_person(
                "cv2@kg", "Chuyên quản", role=Role.PROVINCE_OFFICER, province=province
            ),
            "province head": year.head,
            "council": make_person("hd@kg", "Hội đồng", role=Role.COUNCIL, province=province),
            "auditor": make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=province),
            "admin": make_person("qt@kg", "Quản trị", role=Role.ADMIN, province=province),
        }
        BlocAssignment.objects.create(
            officer=self.by_name["assigned officer"], bloc=year.bloc, from_on=date(2018, 1, 1)
        )

    def standing(self, name, phase):
        self.year.go(phase)
        return standing_in(self.year.cycle, self.by_name[name], NOON)

    def card(self, index, state, phase):
        card = self.year.card(index)
        card.state = state
        card.scoreboard.cycle = self.year.go(phase)
        return card


@pytest.fixture
def people(db):
    return People()


# Who may give marks on whose card at which stage, and in which states; nobody else, nowhere else.
MAY = {
    (Stage.SELF, MEMBER): ({"unit officer", "unit head"}, WITH_UNIT, Phase.SELF_SCORING),
    (Stage.SELF, CHAIR): ({"chair officer", "chair head"}, WITH_UNIT, Phase.SELF_SCORING),
    (Stage.BLOC, MEMBER): (
        {"chair officer", "chair head", "vice officer", "vice head"},
        {ScorecardState.SENT},
        Phase.VERIFYING,
    ),
    (Stage.BLOC, CHAIR): ({"vice officer", "vice head"}, {ScorecardState.SENT}, Phase.VERIFYING),
    (Stage.BLOC, VICE): ({"chair officer", "chair head"}, {ScorecardState.SENT}, Phase.VERIFYING),
    (Stage.MEETING, MEMBER): ({"chair officer", "chair head"}, {ScorecardState.VERIFIED}, Phase.REVIEWING),
    (Stage.MEETING, CHAIR): ({"vice officer", "vice head"}, {ScorecardState.VERIFIED}, Phase.REVIEWING),
    (Stage.PROVINCE, MEMBER): (
        {"assigned officer", "province head"},
        {ScorecardState.AGREED},
        Phase.APPRAISING,
    ),
    (Stage.CROSS, MEMBER): (set(), set(), Phase.VERIFYING),
}


@pytest.mark.parametrize(("stage", "whose"), MAY)
def test_who_gives_marks_at_a_stage_in_a_state(people, stage, whose):
    may, states, phase = MAY[stage, whose]

    for name in people.by_name:
        who = people.standing(name, phase)
        allowed = {
            state for state in STATES if not policies.save_marks(who, people.card(whose, state, phase), stage)
        }
        assert allowed == (states if name in may else set()), name


@pytest.mark.parametrize(
    ("stage", "action", "name", "state"),
    [
        (Stage.SELF, "score_self", "unit officer", ScorecardState.DRAFT),
        (Stage.BLOC, "verify", "chair officer", ScorecardState.SENT),
        (Stage.MEETING, "agree", "chair officer", ScorecardState.VERIFIED),
        (Stage.PROVINCE, "appraise", "province head", ScorecardState.AGREED),
    ],
)
def test_marks_are_given_in_the_phases_of_the_table(people, stage, action, name, state):
    for phase in Phase:
        who = people.standing(name, phase)
        reasons = policies.save_marks(who, people.card(MEMBER, state, phase), stage)
        if phase in OPEN_IN[action]:
            assert reasons == [], phase
        elif phase == Phase.CLOSED:
            assert reasons == ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]
        else:
            assert reasons == [
                f"Việc này làm ở giai đoạn {phases_in_words(OPEN_IN[action])}; "
                f"năm thi đua đang ở giai đoạn “{phase.label}”."
            ]


def test_each_refusal_of_the_check_says_what_to_do(people):
    phase = Phase.VERIFYING

    def told(name, whose=MEMBER, state=ScorecardState.SENT):
        return policies.accept_marks(people.standing(name, phase), people.card(whose, state, phase))

    assert told("unit officer") == [policies.OWN_CARD]
    assert told("clerk") == [policies.OWN_CARD]
    assert told("chair officer", CHAIR) == [policies.OWN_CARD]
    assert told("other officer", CHAIR) == [
        "Bảng điểm của Khối trưởng do Khối phó, hoặc đơn vị được hội nghị giao, rà soát."
    ]
    assert told("other officer") == [
        "Chỉ Khối trưởng, Khối phó, hoặc đơn vị được hội nghị giao, rà soát bảng điểm này."
    ]
    assert told("chair officer", state=ScorecardState.DRAFT) == ["Đơn vị chưa gửi bảng tự chấm điểm."]
    assert told("chair officer", state=ScorecardState.VERIFIED) == ["Bảng điểm này đã rà soát xong."]


def test_an_appointed_unit_checks_and_the_offices_then_do_not(people):
    phase = Phase.VERIFYING
    card = people.card(CHAIR, ScorecardState.SENT, phase)
    card.verifier = people.year.units[OTHER]

    judges = {name for name in people.by_name if policies.is_verifier(people.standing(name, phase), card)}
    assert judges == {"other officer"}


def test_who_may_do_which_act_on_a_members_card(people):
    phase, why = Phase.VERIFYING, "có"
    unit, offices = (
        {"unit officer", "unit head"},
        {"chair officer", "chair head", "vice officer", "vice head"},
    )
    chair = {"chair officer", "chair head"}

    def allowed(act, state):
        return {
            name
            for name in people.by_name
            if not act(people.standing(name, phase), people.card(MEMBER, state, phase))
        }

    assert allowed(policies.propose_card, ScorecardState.RETURNED) == unit
    assert allowed(policies.send_card, ScorecardState.RETURNED) == {"unit head"}
    assert allowed(
        lambda who, card: policies.recall_card(who, card, is_being_checked=False), ScorecardState.SENT
    ) == {"unit head"}
    assert allowed(lambda who, card: policies.return_card(who, card, why), ScorecardState.SENT) == offices
    assert allowed(policies.finish_verification, ScorecardState.SENT) == offices
    assert (
        allowed(lambda who, card: policies.reopen_verification(who, card, why), ScorecardState.VERIFIED)
        == offices
    )
    other = people.year.units[OTHER]
    assert (
        allowed(lambda who, card: policies.appoint_verifier(who, card, other, why), ScorecardState.SENT)
        == chair
    )
    assert (
        allowed(lambda who, card: policies.reopen_agreement(who, card, why), ScorecardState.AGREED) == chair
    )
    assert allowed(policies.add_evidence, ScorecardState.RETURNED) == unit
    assert allowed(policies.remove_evidence, ScorecardState.RETURNED) == unit


def test_acts_want_their_reason_and_their_state(people):
    phase = Phase.VERIFYING
    chair = people.standing("chair officer", phase)
    head = people.standing("unit head", phase)
    sent = people.card(MEMBER, ScorecardState.SENT, phase)
    verified = people.card(MEMBER, ScorecardState.VERIFIED, phase)
    agreed = people.card(MEMBER, ScorecardState.AGREED, phase)
    other = people.year.units[OTHER]

    assert policies.return_card(chair, sent, " ") == ["Trả lại bảng điểm cần ghi lý do."]
    assert policies.reopen_verification(chair, verified, "") == ["Mở lại việc rà soát cần ghi lý do."]
    assert policies.reopen_verification(head, verified, "có") == ["Đơn vị đã rà soát mở lại việc rà soát."]
    assert policies.reopen_verification(chair, sent, "có") == [
        "Chỉ mở lại được bảng điểm đã rà soát xong và hội nghị chưa chốt."
    ]
    assert policies.appoint_verifier(chair, sent, people.year.units[MEMBER], "có") == [policies.OWN_CARD]
    assert policies.appoint_verifier(chair, verified, other, "có") == ["Bảng điểm này đã rà soát xong."]
    assert policies.appoint_verifier(chair, sent, other, "") == ["Giao đơn vị khác rà soát cần ghi lý do."]
    assert policies.reopen_agreement(chair, verified, "có") == ["Hội nghị chưa thống nhất bảng điểm này."]
    assert policies.reopen_agreement(chair, agreed, "") == ["Mở lại điểm đã thống nhất cần ghi lý do."]
    assert policies.recall_card(head, verified, is_being_checked=False) == [
        "Chỉ rút lại được bảng đã gửi và khối chưa rà soát xong."
    ]
    assert policies.send_card(people.standing("unit officer", phase), sent) == [
        "Thủ trưởng đơn vị duyệt và gửi bảng tự chấm điểm. Hãy trình thủ trưởng."
    ]
    assert policies.send_card(head, sent) == [
        "Bảng tự chấm điểm đã gửi. Hãy rút lại khi khối chưa rà soát, hoặc đề nghị khối trả lại."
    ]


def test_a_long_list_of_missing_criteria_is_cut(people):
    head = people.standing("unit head", Phase.SELF_SCORING)
    card = people.card(MEMBER, ScorecardState.DRAFT, Phase.SELF_SCORING)
    codes = [f"I.{index}" for index in range(1, 11)]

    assert policies.send_card(head, card, codes) == [
        "Còn 10 tiêu chí chưa chấm: I.1, I.2, I.3, I.4, I.5, I.6, I.7, I.8 …. Chưa chấm khác với 0 điểm."
    ]


def test_a_provincial_officer_of_the_unit_itself_does_not_appraise(people):
    year = people.year
    phase = Phase.APPRAISING
    year.go(phase)
    both = people.by_name["assigned officer"]
    make_person("x@kg", "x", role=Role.UNIT_OFFICER, unit=year.units[MEMBER])
    both.appointments.create(role=Role.UNIT_OFFICER, unit=year.units[MEMBER], from_on=date(2018, 1, 1))
    who = standing_in(year.cycle, both, NOON)

    assert policies.save_marks(who, people.card(MEMBER, ScorecardState.AGREED, phase), Stage.PROVINCE) == [
        "Bạn thuộc đơn vị này nên không thẩm định bảng điểm của đơn vị."
    ]
    assert policies.save_marks(who, people.card(OTHER, ScorecardState.AGREED, phase), Stage.PROVINCE) == []


def test_the_provinces_stage_waits_for_the_bloc(people):
    who = people.standing("province head", Phase.APPRAISING)

    assert policies.finish_appraisal(who, people.card(MEMBER, ScorecardState.VERIFIED, Phase.APPRAISING)) == [
        "Khối chưa thống nhất bảng điểm này."
    ]


def test_a_year_without_vice_leaves_the_chairs_card_to_an_appointed_member(people):
    Term.objects.filter(office=Office.VICE).delete()
    phase = Phase.VERIFYING
    card = people.card(CHAIR, ScorecardState.SENT, phase)

    assert {n for n in people.by_name if policies.is_verifier(people.standing(n, phase), card)} == set()


def test_guidance_belongs_to_the_standing_office(people):
    province = people.year.province

    def allowed(act):
        return {
            name
            for name, user in people.by_name.items()
            if not act(standing_in_province(province, user, NOON))
        }

    office = {"province officer", "assigned officer", "province head"}
    draft = Guidance(status=GuidanceStatus.DRAFT)
    published = Guidance(status=GuidanceStatus.PUBLISHED)
    assert allowed(policies.create_guidance) == office
    assert allowed(lambda who: policies.edit_guidance(who, draft)) == office
    assert allowed(lambda who: policies.write_frame(who, draft)) == office
    assert allowed(lambda who: policies.edit_guidance(who, published)) == set()
    assert allowed(lambda who: policies.publish_guidance(who, draft)) == {"province head"}
    assert allowed(lambda who: policies.renew_guidance(who, published)) == office


def test_boards_and_rankings_belong_to_the_chair(people):
    year, chair = people.year, {"chair officer", "chair head"}
    phase = Phase.REVIEWING
    draft = RankingRun(cycle=year.go(phase), status=RankingStatus.DRAFT)
    adopted = RankingRun(cycle=year.cycle, status=RankingStatus.ADOPTED)

    def allowed(act):
        return {name for name in people.by_name if not act(people.standing(name, phase))}

    assert allowed(lambda who: policies.agree_cards(who, year.cycle)) == chair
    assert allowed(lambda who: policies.make_ranking(who, year.cycle)) == chair
    assert allowed(lambda who: policies.decide_tie(who, draft, "có")) == chair
    assert allowed(lambda who: policies.adopt_ranking(who, draft, "có")) == chair
    assert allowed(lambda who: policies.reopen_ranking(who, adopted, "có")) == chair
    who = people.standing("chair head", phase)
    assert policies.adopt_ranking(who, draft, "") == ["Hãy ghi hình thức hội nghị thống nhất xếp hạng."]
    assert policies.reopen_ranking(who, adopted, "") == ["Mở lại xếp hạng đã chốt cần ghi lý do."]
    assert policies.reopen_ranking(who, draft, "có") == ["Xếp hạng này chưa chốt."]


def test_the_summary_is_the_keepers_until_the_ranking_is_adopted(people):
    keepers = {
        "chair officer",
        "chair head",
        "vice officer",
        "vice head",
        "province officer",
        "assigned officer",
        "province head",
        "council",
        "auditor",
    }

    def allowed(run):
        standings = {name: people.standing(name, Phase.REVIEWING) for name in people.by_name}
        return {name for name, who in standings.items() if not policies.read_summary(who, run)}

    assert allowed(None) == keepers
    assert allowed(RankingRun(status=RankingStatus.DRAFT)) == keepers
    assert allowed(RankingRun(status=RankingStatus.ADOPTED)) == set(people.by_name)


@pytest.mark.parametrize("old", STATES)
def test_a_card_moves_only_along_its_table(year, old):
    """The database has the last word on every pair of states."""
    pk = year.card(2).pk
    for new in STATES:
        allowed = new in CARD_MOVES[old]
        assert _moves(year, pk, old, new) == (allowed or new == old), (old, new)


def _moves(year, pk, old, new):
    with transaction_undone():
        for state in _path(old):
            Scorecard.objects.filter(pk=pk).update(
                state=state, sent_at=NOON, first_sent_at=NOON, sent_by=year.heads[2]
            )
        try:
            with transaction.atomic():
                Scorecard.objects.filter(pk=pk).update(
                    state=new, sent_at=NOON, first_sent_at=NOON, sent_by=year.heads[2]
                )
            is_allowed = True
        except IntegrityError:
            is_allowed = False
    return is_allowed


def _path(state):
    """From draft to a state along the table."""
    return {
        ScorecardState.DRAFT: (),
        ScorecardState.PROPOSED: ("proposed",),
        ScorecardState.SENT: ("sent",),
        ScorecardState.RETURNED: ("sent", "returned"),
        ScorecardState.VERIFIED: ("sent", "verified"),
        ScorecardState.AGREED: ("sent", "verified", "agreed"),
        ScorecardState.APPRAISED: ("sent", "verified", "agreed", "appraised"),
    }[state]
