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


def begun(kg):
    return kg.begin(
        kg.plan(),
        so_yte={"arrived_at": LATER + HOUR},
        so_khcn={"left_at": MORNING + timedelta(minutes=30)},
        so_gddt={"arrived_at": MORNING, "left_at": NOON},
        so_dulich={"representative": kg.officers["so-dulich"].full_name},
    )


def test_the_roll_of_a_vote_holds_who_is_in_the_room_at_its_moment(kg):
    meeting = begun(kg)
    item = services.edit_item(
        item=kg.item(meeting, PollKind.AWARD, kg.flag),
        changes={"form": DecisionForm.HANDS},
        by=kg.chair,
        at=MORNING,
    )
    poll = services.open_poll_from_item(item=item, by=kg.chair, at=LATER)

    out = {entry.unit.slug for entry in poll.roll.all() if not entry.is_present}
    assert out == {"so-yte", "so-khcn", "so-dulich"}
    assert queries.secrecy_warnings_of(meeting, LATER) != []


def test_the_minutes_print_the_moment_and_why_the_roll_is_not_the_number_who_came(kg):
    meeting = begun(kg)
    services.record_consensus_from_item(
        item=kg.item(meeting, PollKind.AWARD, kg.flag), chosen=[kg.units["so-gddt"]], by=kg.chair, at=LATER
    )
    meeting = queries.meeting_by_key(meeting.pk)
    meeting.ended_at = NOON
    snapshot = reports.minutes_snapshot(meeting)

    (roll,) = [item["roll"] for item in snapshot["items"] if item["roll"]]
    assert snapshot["quorum"].startswith("Có mặt 7/7")
    assert roll[0].startswith("Biểu quyết lúc 09 giờ 00 phút: có mặt biểu quyết 4/7")
    assert "Sở Y tế đến lúc 10 giờ 00 phút" in roll[1]
    assert "Sở Khoa học và Công nghệ về lúc 08 giờ 30 phút" in roll[1]
    assert "cử người dự không có văn bản ủy quyền" in roll[1]
    notes = {one["unit"]: one["note"] for one in snapshot["present"]}
    assert notes["Sở Y tế"] == "đến lúc 10 giờ 00 phút"


def test_impossible_hours_are_refused_with_the_whole_list(kg):
    with pytest.raises(Refused) as refused:
        kg.begin(kg.plan(), so_yte={"arrived_at": NOON, "left_at": MORNING})

    assert refused.value.reasons == ["Sở Y tế: giờ về phải sau giờ đến. Hãy sửa lại."]


def test_hours_are_typed_on_the_list_and_read_back(kg, client):
    meeting = begun(kg)
    client.force_login(kg.chair)
    page = client.get(reverse("meeting_attendance", args=meeting.slugs)).content.decode()

    assert 'value="10:00"' in page
    assert 'value="08:30"' in page
