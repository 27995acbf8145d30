from datetime import date

import pytest

from accounts.models import User
from awards import services as award_services
from awards.models import Poll
from blocs.enums import Phase, Role
from blocs.models import Appointment, Cycle
from documents import services as document_services
from documents.enums import DocumentKind
from documents.models import Document
from meetings import gates, queries, services
from meetings.enums import MeetingKind
from meetings.models import AgendaItem, MinutesVersion
from tests.factories.documents import at, make_person
from tests.factories.meetings import MORNING, NOON, KienGiang
from tests.factories.planted import around_triggers

pytestmark = pytest.mark.django_db


def issue(kg, minutes, number="12"):
    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)
    for person in (kg.chair, kg.chair_head):
        services.sign_minutes(minutes=minutes, by=person, at=NOON)
    document_services.issue_document(
        document=minutes.document, number=number, issued_on=date(2020, 2, 5), by=kg.chair, at=NOON
    )


def ended(kg, kind):
    return kg.end(kg.begin(kg.plan(kind, with_agenda=False)))


# Who sees what


def test_members_see_the_meetings_of_their_year_and_others_none(kg):
    meeting = kg.plan()
    other = KienGiang(slug="an-giang")
    stranger = other.chair

    assert list(queries.meetings_for(kg.officers["so-yte"], MORNING)) == [meeting]
    assert list(queries.meetings_for(stranger, MORNING)) == []
    assert list(queries.meetings_of(kg.cycle)) == [meeting]


def test_draft_minutes_are_for_the_keepers_and_the_secretary(kg):
    minutes = kg.minutes(secretary=kg.officers["so-yte"])
    meeting = queries.meeting_by_key(minutes.meeting_id)

    assert queries.minutes_for(kg.chair, meeting, NOON) == minutes
    assert queries.minutes_for(kg.officers["so-yte"], meeting, NOON) == minutes
    assert queries.minutes_for(kg.officers["so-khcn"], meeting, NOON) is None


def test_review_minutes_come_before_those_of_the_conference(kg):
    assert queries.review_minutes_for(kg.chair, kg.cycle, NOON) is None
    summary = services.draft_minutes(meeting=ended(kg, MeetingKind.SUMMARY), by=kg.chair, at=NOON)
    assert queries.review_minutes_for(kg.chair, kg.cycle, NOON) == summary
    review = services.draft_minutes(meeting=ended(kg, MeetingKind.REVIEW), by=kg.chair, at=NOON)
    assert queries.review_minutes_for(kg.chair, kg.cycle, NOON) == review
    assert queries.has_review(kg.cycle)


def test_the_issued_version_counts_until_the_next_is_issued(kg):
    first = kg.minutes()
    issue(kg, first)
    second = services.correct_minutes(
        minutes=queries.minutes_by_key(first.pk), reason="Sai", by=kg.chair, at=NOON
    )
    meeting = queries.meeting_by_key(first.meeting_id)

    assert queries.latest_minutes(meeting) == first
    assert queries.newest_minutes(meeting) == second
    issue(kg, second, "13")
    assert queries.latest_minutes(queries.meeting_by_key(meeting.pk)) == second
    assert queries.latest_minutes(queries.meeting_by_key(kg.plan().pk)) is None


def test_the_head_wins_over_an_officer_of_the_same_name(kg):
    unit = kg.units["so-yte"]
    twin = kg.heads["so-yte"].full_name
    officer = make_person("twin@kg", twin, role=Role.UNIT_OFFICER, unit=unit)
    people = queries.people_of([unit.pk], MORNING)

    assert people[(unit.pk, twin)].user == kg.heads["so-yte"]
    assert officer != kg.heads["so-yte"]


def test_a_deputy_is_proposed_with_the_capacity_to_sign(kg):
    unit = kg.units["so-yte"]
    Appointment.objects.filter(user=kg.heads["so-yte"]).update(to_on=date(2019, 12, 31))
    make_person("pgd@kg", "Lê Phó", role=Role.UNIT_DEPUTY, unit=unit, title="Phó Giám đốc phụ trách")
    Appointment.objects.filter(user=kg.heads["so-vhtt"]).update(to_on=date(2019, 12, 31))
    proposed = {one["unit"].slug: one for one in queries.proposed_attendance(kg.plan(), MORNING)}

    assert (proposed["so-yte"]["representative"], proposed["so-yte"]["capacity"]) == (
        "Lê Phó",
        "KT. GIÁM ĐỐC",
    )
    assert proposed["so-vhtt"]["representative"] == ""
    assert proposed["so-khcn"]["capacity"] == ""


def test_what_was_recorded_is_proposed_again(kg):
    meeting = kg.begin(kg.plan(), so_yte=kg.absent())
    proposed = {one["unit"].slug: one for one in queries.proposed_attendance(meeting, MORNING)}

    assert proposed["so-yte"]["absent_reason"] == "Bận công tác"


def test_the_secretary_is_chosen_among_people_of_the_members(kg):
    people = set(queries.secretaries_of(kg.cycle, MORNING))

    assert kg.officers["so-yte"] in people
    assert kg.boss not in people
    assert next(unit.slug for unit in queries.units_of(kg.cycle)) == "so-ldtbxh"


def test_the_issued_paper_of_a_kind_is_the_one_on_the_table(kg):
    def draft(subject):
        return document_services.draft_document(
            cycle=kg.cycle, kind=DocumentKind.ANNUAL_REPORT, title="Báo cáo", subject=subject, body="I. Mở",
            by=kg.chair, at=NOON,
        )  # fmt: skip

    first = document_services.finalize_document(document=draft("Một"), by=kg.chair, at=NOON)
    document_services.issue_document(
        document=first, number="5", issued_on=date(2020, 2, 5), by=kg.chair, at=NOON
    )
    draft("Hai")
    draft("Ba")

    assert queries.readable_papers(kg.chair, kg.cycle, NOON)[DocumentKind.ANNUAL_REPORT].subject == "Một"
    assert queries.papers_of(kg.cycle)[DocumentKind.ANNUAL_REPORT].subject == "Một"
    report = queries.report_for(kg.chair, kg.cycle, DocumentKind.ANNUAL_REPORT, NOON)
    assert report.subject == "Một"
    assert queries.report_for(kg.chair, kg.cycle, DocumentKind.MIDYEAR_REPORT, NOON) is None
    choices = queries.paper_choices_for(kg.officers["so-yte"], kg.cycle, NOON)
    assert [paper.subject for paper in choices] == ["Một"]


# Todos, search, invariants


def words(user, when=MORNING):
    return [todo.text for todo in queries.todos_for(user, when)]


def test_what_the_secretariat_has_to_do_follows_the_meeting(kg):
    meeting = kg.plan(MeetingKind.OTHER, with_agenda=False, title="Họp")
    assert words(kg.chair) == ["Chuẩn bị và mời họp: Họp"]
    kg.begin(meeting)
    assert words(kg.chair) == ["Ghi diễn biến và kết thúc: Họp"]
    meeting = kg.end(meeting)
    assert words(kg.chair) == ["Lập biên bản: Họp"]
    services.draft_minutes(meeting=meeting, by=kg.chair, at=NOON)
    assert words(kg.chair) == []


def test_members_are_reminded_of_a_meeting_soon(kg):
    member = kg.officers["so-yte"]
    meeting = kg.plan(MeetingKind.OTHER, title="Họp")
    assert words(member) == []
    services.invite(meeting=meeting, number="1", issued_on=date(2020, 1, 20), by=kg.chair, at=at(2020, 1, 20))

    assert words(member, at(2020, 1, 1)) == []
    assert words(member, at(2020, 2, 1)) == ["Dự họp lúc 08:00 ngày 05/02/2020: Họp"]
    assert words(kg.chair, at(2020, 2, 1)) == ["Dự họp lúc 08:00 ngày 05/02/2020: Họp"]
    kg.begin(meeting)
    assert words(member, NOON) == ["Dự họp lúc 08:00 ngày 05/02/2020: Họp"]


def test_the_secretary_of_a_member_unit_has_the_work_too(kg):
    kg.plan(MeetingKind.OTHER, title="Họp", secretary=kg.officers["so-yte"])

    assert words(kg.officers["so-yte"]) == ["Chuẩn bị và mời họp: Họp"]


def test_todos_cost_the_same_whatever_the_meetings(kg, django_assert_num_queries):
    kg.plan()
    with django_assert_num_queries(1):
        queries.todos_for(kg.chair, MORNING)
    kg.plan()
    kg.plan()
    with django_assert_num_queries(1):
        assert len(queries.todos_for(kg.chair, MORNING)) == 3


def test_meetings_are_found_by_name_without_marks(kg):
    kg.plan()
    stranger = KienGiang(slug="an-giang").chair

    assert [hit.kind for hit in queries.search_for(kg.chair, "tong ket", MORNING)] == ["Hội nghị"]
    assert queries.search_for(kg.chair, "???", MORNING) == []
    assert queries.search_for(kg.chair, "khong co", MORNING) == []
    assert len(queries.search_for(stranger, "tong ket", MORNING)) == 0


def test_rows_of_another_year_are_a_violation(kg):
    meeting = kg.begin(kg.plan())
    poll = kg.agree(meeting, "award", "so-khcn", kg.flag)
    assert queries.violations() == []

    following = kg.open_next()
    paper = Document.objects.create(
        province=kg.province, bloc=kg.bloc, cycle=following, kind="minutes_meeting", title="Biên bản",
        created_at=NOON, created_by=kg.chair,
    )  # fmt: skip
    MinutesVersion.objects.create(
        meeting=meeting, version=1, document=paper, drafted_at=NOON, drafted_by=kg.chair
    )
    with around_triggers():
        Poll.objects.filter(pk=poll.pk).update(cycle=following)
    item = AgendaItem.objects.get(poll=poll)
    assert queries.violations() == [
        f"Nội dung “{item}” của “{meeting}”, {kg.cycle}: nối với cuộc bỏ phiếu của năm khác.",
        f"Biên bản “{meeting}”, {kg.cycle}: nối với văn bản của năm khác.",
    ]


def test_an_elected_chair_is_not_offered_as_vice(kg):
    kg.open_next()
    meeting = kg.begin(kg.plan())
    poll = kg.agree(meeting, "chair", "so-dulich")
    award_services.confirm_poll(poll=poll, by=kg.chair, at=MORNING)

    assert "so-dulich" not in [unit.slug for unit in queries.candidates_in(kg.cycle)["vice"]]


# Gates


def test_the_dossier_waits_for_a_meeting_with_minutes(kg):
    check = gates.review_or_summary_held(kg.cycle)
    assert check.is_hard
    assert check.missing == (
        "Chưa họp bình xét hoặc hội nghị tổng kết. Hãy tổ chức họp và kết thúc cuộc họp trên hệ thống.",
    )
    meeting = ended(kg, MeetingKind.REVIEW)
    assert gates.review_or_summary_held(kg.cycle).missing == (f"Chưa lập biên bản: {meeting}.",)
    minutes = services.draft_minutes(meeting=meeting, by=kg.chair, at=NOON)
    assert gates.review_or_summary_held(kg.cycle).holds

    assert not gates.minutes_issued(kg.cycle).is_hard
    assert gates.minutes_issued(kg.cycle).missing == (
        "Biên bản bình xét hoặc tổng kết chưa được ký, ban hành.",
    )
    issue(kg, minutes)
    assert gates.minutes_issued(kg.cycle).holds


def test_another_meeting_does_not_open_the_way(kg):
    kg.minutes()

    assert not gates.review_or_summary_held(kg.cycle).holds
    assert Cycle.objects.get(pk=kg.cycle.pk).phase == Phase.REVIEWING
    assert User.objects.filter(pk=kg.chair.pk).exists()
