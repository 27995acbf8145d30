"""What meetings ask before a year moves on."""

from django.urls import reverse

from blocs.models import Cycle
from blocs.rules import Check
from documents.enums import DocumentStatus
from meetings.queries import settling_meetings_of

TURN = "Đơn vị Khối trưởng"


def review_or_summary_held(cycle: Cycle) -> Check:
    """A review meeting or a conference has ended and its minutes are written."""
    meetings = settling_meetings_of(cycle)
    missing = ()
    if not meetings:
        missing = (
            "Chưa họp bình xét hoặc hội nghị tổng kết. Hãy tổ chức họp và kết thúc cuộc họp trên hệ thống.",
        )
    elif not any(meeting.minutes.all() for meeting in meetings):
        missing = (f"Chưa lập biên bản: {meetings[-1]}.",)
    return Check(
        claim="Đã họp bình xét hoặc tổng kết, có biên bản",
        missing=missing,
        turn=TURN,
        url=reverse("meetings", args=cycle.slugs),
    )


def minutes_issued(cycle: Cycle) -> Check:
    """The minutes of the meeting that settled the year are signed and issued."""
    meetings = settling_meetings_of(cycle)
    issued = any(
        one.document.status == DocumentStatus.ISSUED for meeting in meetings for one in meeting.minutes.all()
    )
    return Check(
        claim="Đã ban hành biên bản bình xét, tổng kết",
        missing=() if issued else ("Biên bản bình xét hoặc tổng kết chưa được ký, ban hành.",),
        turn="Thư ký, chủ tọa hội nghị",
        is_hard=False,
        url=reverse("meetings", args=cycle.slugs),
    )
