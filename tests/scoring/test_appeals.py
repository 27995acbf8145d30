"""A criterion explained or contested: asked with a day, answered in time, decided once, the original kept."""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.urls import reverse
from django.utils import timezone

from blocs.enums import Phase, Role
from blocs.models import Appointment
from blocs.queries import standing_in
from config.kit.refusals import Refused
from config.kit.text import day
from scoring import policies, queries, services
from scoring.enums import AppealKind, ScorecardState, Stage
from scoring.models import Appeal, MarkEvidence, Scorecard
from scoring.reports.appeals import lines_on_card, waiting_lines
from scoring.rules import days_late
from scoring.services import RefusedMarks
from tests.factories.documents import TINY_PDF, at, make_person
from tests.factories.scoring import NOON, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal
CHAIR, VICE, MEMBER, OTHER = 0, 1, 2, 3
DUE = date(2019, 11, 25)


@pytest.fixture
def year(db):
    """A year of four units in which the third has sent its card."""
    year = ScoringYear(units=4)
    year.send(MEMBER)
    return year


@pytest.fixture
def at_door(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@contextmanager
def refused(words):
    with pytest.raises((IntegrityError, InternalError)) as wrong, transaction.atomic():
        yield
    assert words in str(wrong.value)


@contextmanager
def told(words):
    with pytest.raises(Refused) as wrong:
        yield
    assert words in " ".join(wrong.value.reasons)


def address(year, name, *more):
    return reverse(name, args=[*year.cycle.slugs, *more])


def words(response):
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def ask(year, code="I.2", index=MEMBER, *, by=None, due_on=DUE, when=NOON, question="Vì sao được 18 điểm?"):
    return services.ask_explanation(
        card=year.card(index),
        criterion=year.criterion(code),
        question=question,
        due_on=due_on,
        by=by or year.judge(index),
        at=when,
    )


def answer(year, appeal, *, by=None, when=NOON, text="Có 12 văn bản.", files=()):
    return services.answer_appeal(
        appeal=appeal, answer=text, files=files, by=by or year.officers[MEMBER], at=when
    )


def decide(year, appeal, outcome="kept", points=None, *, by=None, when=NOON, reason="đã xem"):
    return services.decide_appeal(
        appeal=appeal,
        outcome=outcome,
        points=None if points is None else D(points),
        reason=reason,
        by=by or year.chair,
        at=when,
    )


def contest(year, code="I.2", index=MEMBER, *, by=None, when=NOON, files=(), question="Thiếu 2 điểm."):
    return services.open_appeal(
        card=year.card(index),
        criterion=year.criterion(code),
        question=question,
        files=files,
        by=by or year.officers[index],
        at=when,
    )


def mark(year, stage, code="I.2", index=MEMBER):
    return year.view(index).at(stage).get(year.criterion(code).pk)


# Asking and answering


def test_the_verifier_asks_the_unit_answers_and_the_verifier_decides(year):
    appeal = ask(year)
    assert (appeal.kind, appeal.stage, appeal.original_points) == (AppealKind.EXPLANATION, Stage.SELF, D(18))
    answered = answer(year, appeal, files=[("bang-ke.pdf", TINY_PDF)])
    assert answered.answered_by == year.officers[MEMBER]
    (file,) = queries.evidence_with(appeal)
    assert (file.upload.name, file.criterion.code) == ("bang-ke.pdf", "I.2")
    assert year.criterion("I.2").pk in queries.evidence_of(year.card(MEMBER))

    decided = decide(year, appeal, "changed", "16")
    assert (decided.outcome, decided.decided_points) == ("changed", D(16))
    assert (mark(year, Stage.BLOC).points, mark(year, Stage.BLOC).reason) == (D(16), "đã xem")
    assert mark(year, Stage.SELF).points == D(18)
    assert [row.pgh_context["verb"] for row in appeal.events.order_by("pgh_id")] == [
        "scoring.appeal.asked",
        "scoring.appeal.answered",
        "scoring.appeal.decided",
    ]
    assert mark(year, Stage.BLOC).events.get().pgh_context["verb"] == "scoring.marks.bloc_saved"


def test_who_may_ask_about_whose_card_and_when(year):
    for person in (year.officers[OTHER], year.province_officer, year.head):
        with told("Chỉ Khối trưởng, Khối phó"):
            ask(year, by=person)
    with told(policies.OWN_CARD):
        ask(year, by=year.officers[MEMBER])
    with told("chưa gửi"):
        ask(year, index=OTHER, by=year.chair)
    with told("phải từ hôm nay trở đi"):
        ask(year, due_on=date(2019, 11, 19))
    with told("Hãy ghi nội dung"):
        ask(year, question="  ")
    ask(year, due_on=date(2019, 11, 20), by=year.officers[VICE])
    year.send(CHAIR)
    with told(policies.OWN_CARD):
        ask(year, index=CHAIR, by=year.chair)
    ask(year, index=CHAIR, by=year.officers[VICE])
    year.go(Phase.REVIEWING)
    with told("Việc này làm ở giai đoạn"):
        ask(year, "I.3")


def test_a_criterion_without_a_mark_cannot_be_asked_about(year):
    year.send(OTHER)
    stranger = year.criterion("I")
    with told("Tiêu chí này chưa có điểm."):
        services.ask_explanation(
            card=year.card(OTHER), criterion=stranger, question="x", due_on=DUE, by=year.chair, at=NOON
        )


def test_the_last_day_counts_to_its_end_in_vietnam(year):
    appeal = ask(year)
    late = at(2019, 11, 26, 0, 0)
    with told("Đã hết hạn giải trình (ngày 25/11/2019)."):
        answer(year, appeal, when=late)
    with told("còn hạn giải trình đến hết ngày 25/11/2019"):
        decide(year, appeal, when=late - timedelta(minutes=1))
    answer(year, appeal, when=late - timedelta(minutes=1))


def test_silence_is_decided_only_after_the_day_and_never_by_itself(year):
    appeal = ask(year)
    late = at(2019, 11, 26, 8)
    assert Appeal.objects.get(pk=appeal.pk).outcome == ""
    assert decide(year, appeal, when=late).decided_points == D(18)
    with told("đã kết luận"):
        answer(year, appeal, when=NOON)


def test_an_answer_is_words_in_the_phases_of_scoring(year):
    appeal = ask(year)
    with told("Hãy ghi nội dung giải trình."):
        answer(year, appeal, text=" ")
    year.go(Phase.SUBMITTED)
    with told("Việc này làm ở giai đoạn"):
        answer(year, appeal)
    late = at(2019, 11, 26, 8)
    with told("Việc này làm ở giai đoạn"):
        decide(year, appeal, when=late)


# Deciding


def test_nobody_decides_on_the_own_unit_or_without_checking_the_card(year):
    appeal = answer(year, ask(year))
    with told("của chính đơn vị mình"):
        decide(year, appeal, by=year.heads[MEMBER])
    for person in (year.officers[OTHER], year.head, year.province_officer):
        with told("Chỉ đơn vị rà soát"):
            decide(year, appeal, by=person)
    Appointment.objects.create(
        user=year.officers[VICE], role=Role.UNIT_CLERK, unit=year.units[MEMBER], from_on=date(2019, 1, 1)
    )
    with told("của chính đơn vị mình"):
        decide(year, appeal, by=year.officers[VICE])


def test_a_decision_says_what_and_why(year):
    appeal = answer(year, ask(year))
    for outcome, points, reason, told_words in (
        ("", None, "x", "Hãy chọn giữ nguyên hoặc điều chỉnh"),
        ("kept", None, " ", "Kết luận cần ghi lý do."),
        ("changed", None, "x", "Hãy ghi điểm sau điều chỉnh."),
        ("changed", "18", "x", "bằng điểm hiện tại"),
    ):
        with told(told_words):
            decide(year, appeal, outcome, points, reason=reason)
    with pytest.raises(RefusedMarks):
        decide(year, appeal, "changed", "20.5")
    # Nothing of a refused change is left behind.
    assert Appeal.objects.get(pk=appeal.pk).decided_at is None
    assert mark(year, Stage.BLOC) is None


def test_a_card_with_its_unit_is_not_decided(year):
    appeal = answer(year, ask(year))
    services.return_card(card=year.card(MEMBER), reason="thiếu", by=year.chair, at=NOON)
    with told("Chỉ kết luận khi bảng điểm đang ở khối"):
        decide(year, appeal)


def test_a_card_is_not_taken_back_or_agreed_while_something_waits(year):
    appeal = ask(year)
    with told("đã bắt đầu rà soát"):
        services.recall_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=NOON)
    for index in (CHAIR, VICE, OTHER):
        year.walk(index)
    year.check(MEMBER)
    year.go(Phase.REVIEWING)
    with told("chưa kết luận: Sở số 3: I.2"):
        services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    decide(year, answer(year, appeal))
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)


# The unit contests


def test_the_unit_contests_the_checked_mark_and_a_change_goes_to_the_meeting(year):
    with told("sau khi khối rà soát xong"):
        contest(year)
    year.check(MEMBER, {"I.2": (D(15), "thiếu minh chứng")})
    appeal = contest(year, files=[("bang-ke.pdf", TINY_PDF)])

    assert (appeal.kind, appeal.stage, appeal.original_points) == (AppealKind.APPEAL, Stage.BLOC, D(15))
    assert appeal.due_on == date(2019, 11, 25)
    assert len(queries.evidence_with(appeal)) == 1
    with told("đang chờ bên rà soát kết luận"):
        answer(year, appeal)
    year.go(Phase.VERIFYING)
    # Only the chair records what the meeting says; the vice-chair may keep the mark.
    with told("Khối trưởng"):
        decide(year, appeal, "changed", "17", by=year.officers[VICE])
    decide(year, appeal, "changed", "17")
    assert (mark(year, Stage.BLOC).points, mark(year, Stage.MEETING).points) == (D(15), D(17))
    assert (appeal.original_points, Appeal.objects.get(pk=appeal.pk).original_points) == (D(15), D(15))
    with told("đã được kết luận"):
        contest(year)


def test_the_vice_chair_decides_for_the_chairs_own_card(year):
    year.walk(CHAIR, {"I.2": (D(15), "thiếu")})
    year.go(Phase.VERIFYING)
    appeal = contest(year, index=CHAIR)
    with told("của chính đơn vị mình"):
        decide(year, appeal)
    decide(year, appeal, "changed", "18", by=year.officers[VICE])
    assert mark(year, Stage.MEETING, index=CHAIR).points == D(18)


def test_who_contests_and_what(year):
    year.check(MEMBER)
    with told("Chỉ chuyên viên và thủ trưởng"):
        contest(year, by=year.officers[OTHER])
    with told("Hãy ghi nội dung"):
        contest(year, question="")
    with told("chưa có điểm"):
        contest(year, "I")
    year.go(Phase.SUBMITTED)
    with told("Việc này làm ở giai đoạn"):
        contest(year)


def test_an_appeal_with_the_meeting_ahead_compares_with_what_stands(year):
    year.check(MEMBER, {"I.2": (D(15), "thiếu")})
    appeal = contest(year)
    entries = services.entries_of(year.card(MEMBER), {"I.2": (D(16), "hội nghị")})
    year.go(Phase.REVIEWING)
    services.save_marks(card=year.card(MEMBER), stage=Stage.MEETING, entries=entries, by=year.chair, at=NOON)
    with told("bằng điểm hiện tại"):
        decide(year, appeal, "changed", "16")
    decide(year, appeal, "changed", "15")
    assert mark(year, Stage.MEETING).points == D(15)


# The five bugs of MarkUs


def test_bug_1_the_original_mark_is_never_overwritten(year):
    entries = services.entries_of(year.card(MEMBER), {"I.2": (D(14), "thiếu")})
    services.save_marks(card=year.card(MEMBER), stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)
    appeal = decide(year, answer(year, ask(year)), "changed", "17")

    kept = Appeal.objects.get(pk=appeal.pk)
    assert (kept.stage, kept.original_points, kept.decided_points) == (Stage.BLOC, D(14), D(17))
    assert mark(year, Stage.SELF).points == D(18)
    # The journal holds the mark that was changed, too.
    history = mark(year, Stage.BLOC).events.order_by("pgh_id")
    assert [row.points for row in history] == [D(14), D(17)]
    with refused("what was asked and answered stands"):
        Appeal.objects.filter(pk=ask(year, "I.3").pk).update(original_points=D(1))


def test_bug_2_the_deadline_never_vanishes(year, at_door):
    appeal = ask(year, due_on=date(2099, 1, 5))

    def shown():
        seen = []
        for person in (year.officers[MEMBER], year.chair):
            door = at_door(person)
            pages = (
                ("scores", ()),
                ("scorecard", ("so-3",)),
                ("appeals", ("so-3",)),
                ("appeal", ("so-3", appeal.pk)),
            )
            seen += ["05/01/2099" in words(door.get(address(year, name, *more))) for name, more in pages]
        return seen

    assert all(shown())
    assert [one.due_on for one in queries.appeal_todos_for(year.officers[MEMBER], NOON)] == [date(2099, 1, 5)]
    answer(year, appeal)
    assert all(shown())
    assert [one.due_on for one in queries.appeal_todos_for(year.chair, NOON)] == [date(2099, 1, 5)]
    decide(year, appeal)
    # Decided, it leaves the lists of what waits, and still stands on its own pages.
    assert shown()[2:4] == shown()[6:8] == [True, True]


def test_bug_3_a_deduction_for_lateness_survives_a_successful_appeal(year):
    late = at(2019, 12, 2, 9)
    year.send(OTHER, when=late)
    before = year.card(OTHER)
    year.check(OTHER, {"I.2": (D(15), "thiếu"), "V.1": (D(-5), "gửi chậm")})
    year.go(Phase.VERIFYING)
    decide(year, contest(year, index=OTHER), "changed", "18")

    after = year.card(OTHER)
    assert (after.first_sent_at, after.late_waived_at) == (before.first_sent_at, None)
    assert days_late(date(2019, 11, 30), after.first_sent_at) == 2
    view = year.view(OTHER)
    assert view.standing_at(Stage.MEETING)[year.criterion("V.1").pk].points == D(-5)
    assert view.total(Stage.MEETING).total == view.total(Stage.BLOC).total + 3


def test_bug_4_one_criterion_waits_once(year):
    ask(year)
    with told("đang chờ giải trình hoặc kết luận"):
        ask(year)
    ask(year, "I.3")
    year.check(MEMBER)
    with told("đang chờ giải trình hoặc kết luận"):
        contest(year)
    with refused("appeal_one_open_a_criterion"):
        put(year)


def test_bug_5_nobody_answers_for_others_or_what_is_closed(year):
    appeal = ask(year)
    for person in (year.officers[OTHER], year.chair, year.head):
        with told("của đơn vị được yêu cầu giải trình"):
            answer(year, appeal, by=person)
    clerk = make_person("vt@kg", "Văn thư", role=Role.UNIT_CLERK, unit=year.units[MEMBER])
    with told("Chỉ chuyên viên và thủ trưởng"):
        answer(year, appeal, by=clerk)
    answer(year, appeal, by=year.heads[MEMBER])
    with told("Đơn vị đã giải trình lúc"):
        answer(year, appeal)
    decide(year, appeal)
    with told("đã kết luận"):
        answer(year, appeal)
    with told("Đã kết luận lúc"):
        decide(year, appeal, "changed", "1")
    assert not MarkEvidence.objects.exists()


# Who reads


def test_appeals_are_read_by_the_unit_its_judges_and_the_offices(year, at_door):
    appeal = ask(year)
    auditor = make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province)
    for person in (year.officers[MEMBER], year.chair, year.officers[VICE], auditor, year.head):
        assert at_door(person).get(address(year, "appeal", "so-3", appeal.pk)).status_code == 200
    for person in (year.officers[OTHER], ScoringYear(slug="an-giang").chair):
        door = at_door(person)
        assert door.get(address(year, "appeal", "so-3", appeal.pk)).status_code == 404
        assert door.get(address(year, "appeals", "so-3")).status_code == 404
        assert door.get(address(year, "appeal_ask", "so-3", year.criterion("I.2").pk)).status_code == 404
        assert door.post(address(year, "appeal_answer", "so-3", appeal.pk)).status_code == 404
        assert door.post(address(year, "appeal_decide", "so-3", appeal.pk)).status_code == 404
    assert at_door(year.chair).get(address(year, "appeal", "so-2", appeal.pk)).status_code == 404
    hits = at_door(year.officers[OTHER]).get(reverse("search"), {"q": "Vì sao được 18"})
    assert "Vì sao được 18 điểm?" not in words(hits)
    other = words(at_door(year.officers[OTHER]).get(address(year, "scores")))
    assert "Giải trình" not in other


def test_an_agreed_card_is_open_to_all_and_its_appeals_are_not(year):
    standing = standing_in(year.cycle, year.officers[OTHER], NOON)
    decide(year, answer(year, ask(year)))
    card = year.card(MEMBER)
    assert lines_on_card(standing, card) == []
    assert waiting_lines(standing, year.cycle) == []
    assert queries.reads_appeals(standing_in(year.cycle, year.chair, NOON), card)


def test_an_appointed_verifier_reads_and_decides(year):
    services.appoint_verifier(
        card=year.card(MEMBER), unit=year.units[OTHER], reason="hội nghị giao", by=year.chair, at=NOON
    )
    appeal = ask(year, by=year.officers[OTHER])
    standing = standing_in(year.cycle, year.officers[OTHER], NOON)
    assert queries.appeals_for(standing, year.cycle).count() == 1
    assert queries.reads_appeals(standing, year.card(MEMBER))
    answer(year, appeal)
    todo = queries.appeal_todos_for(year.officers[OTHER], NOON)
    assert [one.text for one in todo] == ["Kết luận giải trình của Sở số 3, tiêu chí I.2"]
    assert queries.appeal_todos_for(year.chair, NOON) == []
    with told("Chỉ đơn vị rà soát"):
        decide(year, appeal)
    decide(year, appeal, by=year.officers[OTHER])


def test_the_unit_does_not_read_the_blocs_figure_before_the_check_is_finished(year, at_door):
    entries = services.entries_of(year.card(MEMBER), {"I.2": (D("13.25"), "thiếu")})
    services.save_marks(card=year.card(MEMBER), stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)
    appeal = ask(year, due_on=date(2099, 1, 5))
    page = address(year, "appeal", "so-3", appeal.pk)

    assert "13,25" in words(at_door(year.chair).get(page))
    own = at_door(year.officers[MEMBER])
    for seen in (
        page,
        address(year, "appeals", "so-3"),
        address(year, "scorecard", "so-3"),
        address(year, "scores"),
    ):
        assert "13,25" not in words(own.get(seen))
    decide(year, answer(year, appeal), "changed", "14.5")
    assert "14,5" in words(own.get(page))


# Work to do


def test_work_to_do_is_the_units_then_the_judges(year, django_assert_num_queries):
    def todo(person, when=NOON):
        return [(one.text, one.due_on) for one in queries.appeal_todos_for(person, when)]

    appeal = ask(year)
    assert todo(year.officers[MEMBER]) == [("Giải trình tiêu chí I.2", DUE)]
    assert todo(year.chair) == []
    late = at(2019, 11, 26, 8)
    assert todo(year.officers[MEMBER], late) == []
    assert todo(year.chair, late) == [("Kết luận giải trình của Sở số 3, tiêu chí I.2", DUE)]
    answer(year, appeal)
    assert todo(year.officers[MEMBER]) == []
    assert todo(year.officers[VICE]) == [("Kết luận giải trình của Sở số 3, tiêu chí I.2", DUE)]
    assert todo(year.officers[OTHER]) == []
    clerk = make_person("vt@kg", "Văn thư", role=Role.UNIT_CLERK, unit=year.units[MEMBER])
    assert todo(clerk) == []
    assert todo(year.head) == []
    services.return_card(card=year.card(MEMBER), reason="x", by=year.chair, at=NOON)
    assert todo(year.chair) == []
    services.send_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=NOON)
    decide(year, appeal)
    assert todo(year.chair) == []
    year.check(MEMBER)
    for code in ("I.2", "I.3", "I.4"):
        contest(year, code)
    with django_assert_num_queries(3):
        found = todo(year.chair)
    assert found[0] == ("Kết luận kiến nghị của Sở số 3, tiêu chí I.2", DUE)
    assert len(found) == 3


def test_work_on_the_chairs_card_is_the_vice_chairs(year):
    year.send(CHAIR)
    answer_by = year.officers[CHAIR]
    answer(year, ask(year, index=CHAIR), by=answer_by)
    assert queries.appeal_todos_for(year.chair, NOON) == []
    assert len(queries.appeal_todos_for(year.officers[VICE], NOON)) == 1


def test_open_appeals_cost_one_query(year, django_assert_num_queries):
    card = year.card(MEMBER)
    codes = ("I.1", "I.2", "I.3")
    for code in codes:
        ask(year, code)
    decide(year, answer(year, Appeal.objects.get(criterion__code="I.1", card=card)))
    with django_assert_num_queries(1):
        found = queries.open_appeals(card)
    assert sorted(appeal.criterion.code for appeal in found.values()) == ["I.2", "I.3"]
    with django_assert_num_queries(1):
        assert len(queries.appeals_of(card)) == 3


def test_where_an_appeal_stands_is_said_with_its_day(year):
    late = DUE + timedelta(days=1)
    appeal = ask(year)
    assert queries.state_words(appeal, DUE) == ("Chờ đơn vị giải trình, hạn 25/11/2019", "warn")
    assert queries.state_words(appeal, late) == ("Quá hạn giải trình, hạn 25/11/2019", "bad")
    assert queries.is_overdue(appeal, late)
    appeal = answer(year, appeal)
    assert queries.state_words(appeal, late) == ("Chờ kết luận, hạn 25/11/2019", "warn")
    assert not queries.is_overdue(appeal, late)
    appeal = decide(year, appeal)
    assert queries.state_words(appeal, late) == ("Giữ nguyên điểm (hạn 25/11/2019)", "good")
    changed = decide(year, answer(year, ask(year)), "changed", "16")
    assert queries.state_words(changed, late) == ("Điều chỉnh điểm (hạn 25/11/2019)", "info")
    year.check(MEMBER)
    contested = contest(year, "I.3")
    assert queries.state_words(contested, late) == ("Chờ kết luận, hạn 25/11/2019", "bad")


# The pages


def test_the_whole_story_on_the_pages(year, at_door):
    key = year.criterion("I.2").pk
    ask_page = address(year, "appeal_ask", "so-3", key)
    judge = at_door(year.chair)
    assert "Yêu cầu giải trình" in words(judge.get(address(year, "scorecard", "so-3")))
    assert judge.get(ask_page).status_code == 200
    empty = judge.post(ask_page, {"question": "", "due_on": "ngày mai"})
    assert empty.status_code == 422
    past = judge.post(ask_page, {"question": "Vì sao?", "due_on": "01/01/2019"})
    assert (past.status_code, "phải từ hôm nay trở đi" in words(past)) == (422, True)
    assert "Vì sao?" in past.content.decode()
    done = judge.post(ask_page, {"question": "Vì sao được 18 điểm?", "due_on": "30/12/2099"}, follow=True)
    assert "Đã yêu cầu giải trình tiêu chí I.2." in words(done)
    again = judge.get(ask_page)
    assert "Tiêu chí này đang chờ" in words(again)
    appeal = Appeal.objects.get()

    unit = at_door(year.officers[MEMBER])
    page = address(year, "appeal", "so-3", appeal.pk)
    assert "Gửi được đến hết ngày 30/12/2099" in words(unit.get(page))
    assert "Kết luận của" not in words(unit.get(page))
    files = [SimpleUploadedFile("a.pdf", TINY_PDF), SimpleUploadedFile("b.pdf", TINY_PDF + b"\n")]
    blank = unit.post(address(year, "appeal_answer", "so-3", appeal.pk), {"answer": " "})
    assert blank.status_code == 422
    sent = unit.post(
        address(year, "appeal_answer", "so-3", appeal.pk),
        {"answer": "Có 12 văn bản.", "files": files},
        follow=True,
    )
    assert "Đã gửi giải trình." in words(sent)
    assert [one.upload.name for one in queries.evidence_with(appeal)] == ["a.pdf", "b.pdf"]

    judge = at_door(year.chair)
    assert "Ghi kết luận" in words(judge.get(page))
    address_of = address(year, "appeal_decide", "so-3", appeal.pk)
    unclear = judge.post(address_of, {"outcome": "changed", "points": "", "reason": "đủ"})
    assert (unclear.status_code, "Hãy ghi điểm sau điều chỉnh." in words(unclear)) == (422, True)
    beyond = judge.post(address_of, {"outcome": "changed", "points": "25", "reason": "đủ"})
    assert (beyond.status_code, "điểm phải từ 0 đến 20" in words(beyond)) == (422, True)
    closed = judge.post(address_of, {"outcome": "changed", "points": "17,5", "reason": "đủ"}, follow=True)
    assert "Điều chỉnh điểm: 17,5" in words(closed)
    assert "18 (tự chấm)" in words(closed)
    assert judge.post(address_of, {"outcome": "kept", "reason": "lại"}).status_code == 422
    assert "Tiêu chí này" not in words(judge.get(page))


def test_the_unit_contests_on_its_page(year, at_door):
    year.check(MEMBER, {"I.2": (D(15), "thiếu")})
    key = year.criterion("I.2").pk
    page = address(year, "appeal_open", "so-3", key)
    unit = at_door(year.officers[MEMBER])
    assert "Đề nghị xem xét lại điểm" in words(unit.get(address(year, "scorecard", "so-3")))
    assert unit.get(page).status_code == 200
    done = unit.post(
        page,
        {"question": "Có thêm 3 văn bản.", "files": [SimpleUploadedFile("a.pdf", TINY_PDF)]},
        follow=True,
    )
    assert "Đã gửi đề nghị xem xét lại điểm tiêu chí I.2." in words(done)
    appeal = Appeal.objects.get()
    seen = words(unit.get(address(year, "appeal", "so-3", appeal.pk)))
    assert "Kết luận trước hết ngày" in seen
    assert "15 (khối thẩm định)" in seen
    assert day(timezone.localdate() + timedelta(days=5)) in seen
    assert "Tiêu chí này đang chờ" in words(unit.get(page))
    judge = at_door(year.chair)
    assert "khối thống nhất" in words(judge.get(address(year, "appeal", "so-3", appeal.pk)))


def test_files_too_big_or_of_the_wrong_sort_are_refused_in_place(year, at_door, monkeypatch):
    appeal = ask(year, due_on=date(2099, 1, 1))
    page = address(year, "appeal_answer", "so-3", appeal.pk)
    unit = at_door(year.officers[MEMBER])
    wrong = unit.post(page, {"answer": "đây", "files": [SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 99)]})
    assert (wrong.status_code, "đây" in words(wrong)) == (422, True)
    monkeypatch.setattr("scoring.forms.evidence.UPLOAD_LIMIT", 10)
    big = unit.post(page, {"answer": "đây", "files": [SimpleUploadedFile("a.pdf", TINY_PDF)]})
    assert (big.status_code, "Tệp lớn hơn 20 MB" in words(big)) == (422, True)
    assert Appeal.objects.get().answered_at is None


def test_after_the_day_the_page_says_so_and_keeps_what_was_typed(year, at_door):
    appeal = ask(year)  # by today's clock long past
    unit = at_door(year.officers[MEMBER])
    page = address(year, "appeal", "so-3", appeal.pk)
    assert "Đã hết hạn giải trình (ngày 25/11/2019)." in words(unit.get(page))
    late = unit.post(address(year, "appeal_answer", "so-3", appeal.pk), {"answer": "gửi muộn"})
    assert (late.status_code, "gửi muộn" in words(late)) == (422, True)
    assert "Đã hết hạn giải trình" in words(late)


def test_an_appeal_of_a_returned_card_is_read_without_the_card(year, at_door):
    appeal = ask(year, due_on=date(2099, 1, 1))
    services.return_card(card=year.card(MEMBER), reason="x", by=year.chair, at=NOON)
    page = address(year, "appeal", "so-3", appeal.pk)
    assert address(year, "scorecard", "so-3") + "#" not in at_door(year.chair).get(page).content.decode()
    assert (
        address(year, "scorecard", "so-3") + "#" in at_door(year.officers[MEMBER]).get(page).content.decode()
    )


def test_a_criterion_of_another_board_or_a_group_is_not_found(year, at_door):
    door = at_door(year.chair)
    for key in (year.criterion("I").pk, 10**6):
        assert door.get(address(year, "appeal_ask", "so-3", key)).status_code == 404


def test_pages_cost_the_same_queries_for_one_appeal_and_for_many(
    year, at_door, django_assert_max_num_queries
):
    appeal = ask(year)
    door = at_door(year.chair)
    pages = [address(year, "appeals", "so-3"), address(year, "appeal", "so-3", appeal.pk)]
    counts = [[], []]
    for code in ("I.1", "I.3", "I.4"):
        for place, page in enumerate(pages):
            door.get(page)
            with django_assert_max_num_queries(15) as seen:
                door.get(page)
            counts[place].append(len(seen))
        ask(year, code)
    assert [len(set(found)) for found in counts] == [1, 1]


# What the database refuses


def put(year, code="I.2", **fields):
    kept = {
        "kind": "explanation", "question": "x", "due_on": DUE, "asked_at": NOON, "asked_by": year.chair,
        "stage": "self", "original_state": "scored", "original_points": D(18), **fields,
    }  # fmt: skip
    return Appeal.objects.create(card=year.card(MEMBER), criterion=year.criterion(code), **kept)


def test_answers_and_decisions_say_who_when_and_why(year):
    rows = Appeal.objects.filter(pk=put(year).pk)
    with refused("appeal_answered_at_with_answered_by"):
        rows.update(answered_at=NOON, answer="x")
    with refused("appeal_answered_in_words"):
        rows.update(answered_at=NOON, answered_by=year.officers[MEMBER])
    with refused("appeal_decided_at_with_decided_by"):
        rows.update(decided_at=NOON, outcome="kept", decided_reason="x")
    for wrong in ({"outcome": "kept"}, {"decided_reason": "x"}):
        with refused("appeal_decided_with_reason"):
            rows.update(decided_at=NOON, decided_by=year.chair, **wrong)
    with refused("appeal_decided_with_reason"):
        rows.update(outcome="kept")


def test_what_was_asked_and_answered_stands(year):
    rows = Appeal.objects.filter(pk=put(year).pk)
    changes = (
        {"question": "khác"}, {"due_on": date(2020, 1, 1)}, {"kind": "appeal"}, {"stage": "bloc"},
        {"original_state": "na"}, {"original_points": None}, {"asked_by": year.heads[CHAIR]},
        {"asked_at": NOON + timedelta(hours=1)}, {"criterion": year.criterion("I.3")},
    )  # fmt: skip
    for change in changes:
        with refused("what was asked and answered stands"):
            rows.update(**change)
    rows.update(answer="x", answered_at=NOON, answered_by=year.officers[MEMBER])
    with refused("what was asked and answered stands"):
        rows.update(answer="khác")


def test_a_decision_is_frozen_and_nothing_is_deleted(year):
    appeal = put(year)
    with refused("Cannot delete"):
        Appeal.objects.filter(pk=appeal.pk)._raw_delete("default")
    rows = Appeal.objects.filter(pk=appeal.pk)
    rows.update(decided_at=NOON, decided_by=year.chair, outcome="kept", decided_reason="x")
    with refused("frozen"):
        rows.update(outcome="changed")


def test_nobody_decides_on_the_own_unit_behind_the_form(year):
    rows = Appeal.objects.filter(pk=put(year).pk)
    with refused("nobody judges the own unit"):
        rows.update(decided_at=NOON, decided_by=year.heads[MEMBER], outcome="kept", decided_reason="x")
    with refused("nobody judges the own unit"):
        put(
            year, "I.3", decided_at=NOON, decided_by=year.officers[MEMBER], outcome="kept", decided_reason="x"
        )


def test_an_appeal_is_of_a_criterion_of_its_card_in_an_open_year(year):
    with refused("not of the card's scoreboard"):
        put(year, "I")
    put(year)
    year.go(Phase.CLOSED)
    with refused("closed"):
        put(year, "I.3")


def test_states_of_a_card_in_which_a_change_is_written_are_those_the_policy_allows(year):
    appeal = answer(year, ask(year))
    standing = standing_in(year.cycle, year.chair, NOON)
    for state in ScorecardState:
        appeal.card = Scorecard.objects.select_related("scoreboard__cycle").get(pk=appeal.card_id)
        appeal.card.state = state
        reasons = policies.decide_appeal(standing, appeal, "kept", "x")
        assert (reasons == []) == (state in queries.CHANGED_AT)
