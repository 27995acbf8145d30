"""Who comes late or leaves early is on the roll of the votes that were held while they were in the room."""

from datetime import timedelta

import pytest
from django.urls import reverse

from awards.enums import DecisionForm, PollKind
from config.kit.refusals import Refused
from meetings import queries, reports, services
from meetings.rules import hour_faults, is_there
from tests.factories.meetings import MORNING, NOON

HOUR = timedelta(hours=1)
LATER = MORNING + HOUR


@pytest.mark.parametrize(
    ("arrived", "left", "is_in"),
    [
        (None, None, True),
        (LATER, None, True),
        (LATER + HOUR, None, False),
        (None, LATER, False),
        (None, LATER + HOUR, True),
        (MORNING, LATER + HOUR, True),
    ],
)
def test_somebody_is_there_from_arrival_until_leaving(arrived, left, is_in):
    assert is_there(arrived, left, LATER) is is_in


def test_hours_that_cannot_be_are_named():
    assert hour_faults("Sở A", "present", MORNING, NOON) == []
    assert hour_faults("Sở A", "present", NOON, MORNING) == ["Sở A: giờ về phải sau giờ đến. Hãy sửa lại."]
    assert "đơn vị vắng mặt không có giờ đến" in hour_faults("Sở A", "absent", None, NOON)[0]


LATE = {"so_yte": {"arrived_at": LATER + HOUR}}
EARLY = {"so_khcn": {"left_at": MORNING + timedelta(minutes=30)}}
TYPED_HOURS = {"so_gddt": {"arrived_at": MORNING, "left_at": NOON}}


def unnamed(kg):
    """Somebody who may not vote for the unit, with no paper."""
    return {"so_dulich": {"representative": kg.officers["so-dulich"].full_name}}


def begun(kg, **rows):
    return kg.begin(kg.plan(), **TYPED_HOURS, **rows)


def opened(kg, meeting):
    item = services.edit_item(
        item=kg.item(meeting, PollKind.AWARD, kg.flag),
        changes={"form": DecisionForm.HANDS},
        by=kg.chair,
        at=MORNING,
    )
    return services.open_poll_from_item(item=item, by=kg.chair, at=LATER)


def test_the_roll_of_a_vote_holds_who_is_in_the_room_at_its_moment(kg):
    meeting = begun(kg, **LATE, **EARLY)
    poll = opened(kg, meeting)

    out = {entry.unit.slug for entry in poll.roll.all() if not entry.is_present}
    assert out == {"so-yte", "so-khcn"}
    assert queries.secrecy_warnings_of(meeting, LATER) == []


def test_who_may_not_vote_for_the_unit_is_not_on_the_roll_as_present(kg):
    poll = opened(kg, begun(kg, **unnamed(kg)))

    assert {entry.unit.slug for entry in poll.roll.all() if not entry.is_present} == {"so-dulich"}


def test_no_vote_opens_at_a_moment_when_too_few_are_in_the_room(kg):
    meeting = begun(kg, **LATE, **EARLY, **unnamed(kg))
    with pytest.raises(Refused) as refused:
        opened(kg, meeting)

    assert refused.value.reasons == ["Không đủ thành phần: có mặt 4/7 đơn vị thành viên, phải có ít nhất 5."]
    assert queries.secrecy_warnings_of(meeting, LATER) != []


def printed(kg, **rows):
    meeting = begun(kg, **rows)
    services.record_consensus_from_item(
        item=kg.item(meeting, PollKind.AWARD, kg.flag), chosen=[kg.units["so-gddt"]], by=kg.chair, at=LATER
    )
    meeting = queries.meeting_by_key(meeting.pk)
    meeting.ended_at = NOON
    return reports.minutes_snapshot(meeting)


def roll_in(snapshot):
    (roll,) = [item["roll"] for item in snapshot["items"] if item["roll"]]
    return roll


def test_the_minutes_print_the_moment_and_why_the_roll_is_not_the_number_who_came(kg):
    snapshot = printed(kg, **LATE, **EARLY)
    roll = roll_in(snapshot)

    assert snapshot["quorum"].startswith("Có mặt 7/7")
    assert roll[0].startswith("Biểu quyết lúc 09 giờ 00 phút: có mặt biểu quyết 5/7")
    assert "Sở Y tế đến lúc 10 giờ 00 phút" in roll[1]
    assert "Sở Khoa học và Công nghệ về lúc 08 giờ 30 phút" in roll[1]
    notes = {one["unit"]: one["note"] for one in snapshot["present"]}
    assert notes["Sở Y tế"] == "đến lúc 10 giờ 00 phút"


def test_the_minutes_say_that_somebody_had_no_paper(kg):
    assert "cử người dự không có văn bản ủy quyền" in roll_in(printed(kg, **unnamed(kg)))[1]


def test_impossible_hours_are_refused_with_the_whole_list(kg):
    with pytest.raises(Refused) as refused:
        kg.begin(kg.plan(), so_yte={"arrived_at": NOON, "left_at": MORNING})

    assert refused.value.reasons == ["Sở Y tế: giờ về phải sau giờ đến. Hãy sửa lại."]


def test_hours_are_typed_on_the_list_and_read_back(kg, client):
    meeting = begun(kg, **LATE, **EARLY)
    client.force_login(kg.chair)
    page = client.get(reverse("meeting_attendance", args=meeting.slugs)).content.decode()

    assert 'value="10:00"' in page
    assert 'value="08:30"' in page
