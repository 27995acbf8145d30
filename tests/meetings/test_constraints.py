"""The database has the last word: every law of meetings, tried from behind the forms."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from blocs.enums import Phase
from blocs.models import Cycle
from meetings import services
from meetings.enums import AttendanceRole, AttendanceState, MeetingKind, MeetingStatus
from meetings.models import AgendaItem, Attendance, Meeting, MeetingChair, MinutesVersion
from tests.factories.meetings import MORNING, NOON, KienGiang

pytestmark = pytest.mark.django_db


def refuses(act):
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


@pytest.fixture
def meeting(kg):
    return kg.plan()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("meeting_kind_known", {"kind": "party"}),
        ("meeting_ends_after_it_starts", {"status": MeetingStatus.ENDED, "ended_at": MORNING}),
        ("meeting_ended_with_its_time", {"ended_at": NOON}),
        ("meeting_cancelled_with_reason", {"status": MeetingStatus.CANCELLED}),
    ],
)
def test_a_meeting_cannot_be_impossible(kg, constraint, fields):
    given = {"kind": MeetingKind.OTHER, "title": "Họp", "place": "Hội trường", "starts_at": MORNING, **fields}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Meeting.objects.create(cycle=kg.cycle, **given)


def test_an_unknown_status_is_refused(kg):
    fields = {"kind": MeetingKind.OTHER, "title": "Họp", "place": "-", "starts_at": MORNING}

    with pytest.raises(IntegrityError, match="meeting_status_known"), transaction.atomic():
        Meeting.objects.create(cycle=kg.cycle, status="maybe", **fields)


def test_status_moves_along_the_table(meeting):
    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(status="ended", ended_at=NOON))

    assert Meeting.objects.filter(pk=meeting.pk).update(status="open") == 1


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("agendaitem_kind_known", {"kind": "dance"}),
        ("agendaitem_presented_is_not_decided", {"is_presented_only": True, "form": "consensus"}),
        ("agendaitem_form_known", {"form": "shouting"}),
        ("agendaitem_award_names_its_award", {"poll_kind": "award"}),
        ("agendaitem_seats_positive", {"seats": 0}),
    ],
)
def test_an_item_cannot_be_impossible(meeting, constraint, fields):
    given = {"kind": "other", "title": "Việc", "position": 90, **fields}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AgendaItem.objects.create(meeting=meeting, **given)


def test_a_position_is_taken_once(meeting):
    def act():
        AgendaItem.objects.create(meeting=meeting, kind="other", title="Việc", position=1)
        transaction.get_connection().check_constraints()

    refuses(act)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("attendance_member_is_a_unit", {"unit": None}),
        ("attendance_words_known", {"state": "asleep"}),
        ("attendance_absent_with_reason", {"state": AttendanceState.ABSENT}),
        ("attendance_present_by_name", {"representative": ""}),
        ("attendance_leaves_after_it_came", {"arrived_at": NOON, "left_at": MORNING}),
        (
            "attendance_absent_has_no_hours",
            {"state": AttendanceState.ABSENT, "absent_reason": "Bận", "representative": "", "left_at": NOON},
        ),
    ],
)
def test_attendance_cannot_be_impossible(kg, meeting, constraint, fields):
    given = {
        "role": AttendanceRole.MEMBER,
        "unit": kg.units["so-yte"],
        "representative": "Hà Văn Phúc",
        "state": AttendanceState.PRESENT,
        "position": 1,
        **fields,
    }

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Attendance.objects.create(meeting=meeting, **given)


def test_a_member_unit_is_on_the_list_once(kg):
    meeting = kg.begin(kg.plan())
    row = meeting.attendances.first()

    with pytest.raises(IntegrityError, match="attendance_member_once"), transaction.atomic():
        Attendance.objects.create(
            meeting=meeting, role="member", unit=row.unit, representative="A", state="present", position=9
        )


def test_what_is_over_does_not_change(kg):
    meeting = kg.begin(kg.plan(MeetingKind.OTHER))
    kg.end(meeting)
    item, row, chair = meeting.items.first(), meeting.attendances.first(), meeting.chairs.first()

    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Nơi khác"))
    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(status="open", ended_at=None))
    refuses(lambda: AgendaItem.objects.filter(pk=item.pk).update(outcome="khác"))
    refuses(lambda: AgendaItem.objects.filter(pk=item.pk).delete())
    refuses(lambda: AgendaItem.objects.create(meeting=meeting, kind="other", title="x", position=50))
    refuses(lambda: Attendance.objects.filter(pk=row.pk).update(representative="Người khác"))
    refuses(lambda: Attendance.objects.filter(pk=row.pk).delete())
    refuses(lambda: MeetingChair.objects.filter(pk=chair.pk).update(name="Người khác"))
    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).delete())


def test_a_called_off_meeting_does_not_change(kg, meeting):
    services.cancel_meeting(meeting=meeting, reason="Gộp cuộc họp", by=kg.chair, at=MORNING)

    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(status="planned", cancel_reason=""))


def test_a_decided_item_is_not_deleted(kg):
    meeting = kg.begin(kg.plan())
    poll = kg.agree(meeting, "award", "so-khcn", kg.flag)

    refuses(lambda: AgendaItem.objects.filter(poll=poll).delete())


def test_settled_minutes_do_not_change(kg):
    minutes = kg.minutes()
    assert MinutesVersion.objects.filter(pk=minutes.pk).update(additions={"course": "Có ý kiến."}) == 1

    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)

    refuses(lambda: MinutesVersion.objects.filter(pk=minutes.pk).update(snapshot={}))
    refuses(lambda: MinutesVersion.objects.filter(pk=minutes.pk).delete())


def test_a_draft_of_minutes_may_go(kg):
    minutes = kg.minutes()

    assert MinutesVersion.objects.filter(pk=minutes.pk).delete()[0] == 1


def test_a_later_version_says_why(kg):
    minutes = kg.minutes()
    fields = {
        "meeting": minutes.meeting,
        "document": minutes.document,
        "drafted_at": NOON,
        "drafted_by": kg.chair,
    }
    MinutesVersion.objects.filter(pk=minutes.pk).delete()

    with pytest.raises(IntegrityError, match="minutesversion_corrects_with_reason"), transaction.atomic():
        MinutesVersion.objects.create(version=2, **fields)
    with pytest.raises(IntegrityError, match="minutesversion_corrects_with_reason"), transaction.atomic():
        MinutesVersion.objects.create(version=1, correction_reason="sai", **fields)


def test_nothing_changes_in_a_closed_year(db):
    year = KienGiang(Phase.DECIDED)
    meeting = year.plan()
    Cycle.objects.filter(pk=year.cycle.pk).update(phase=Phase.CLOSED)

    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Nơi khác"))
    refuses(lambda: AgendaItem.objects.filter(meeting=meeting).update(outcome="x"))
    refuses(lambda: MeetingChair.objects.filter(meeting=meeting).update(name="x"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.create(cycle=year.cycle, kind="other", title="x", place="x", starts_at=MORNING)


def test_every_change_leaves_a_trace(meeting):
    tracked = {model.__name__ for model in (Meeting, MeetingChair, AgendaItem, Attendance, MinutesVersion)}

    assert {model.__name__ for model in Meeting._meta.apps.get_app_config("meetings").get_models()} >= {
        f"{name}Event" for name in tracked
    }
    assert meeting.events.filter(pgh_label="insert").exists()
