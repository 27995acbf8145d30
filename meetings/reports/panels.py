"""What the cycle page and the archive show of meetings."""

from collections.abc import Sequence

from django.urls import reverse

from blocs.models import Cycle
from blocs.queries import Standing
from blocs.rules import ArchiveItem, Panel
from documents.reports import pdf_of
from meetings import policies, queries
from meetings.enums import MeetingStatus
from meetings.models import Meeting
from meetings.reports.working import agenda_pdf, delegates_pdf


def cycle_panel(who: Standing, cycle: Cycle) -> Panel:
    """The meetings of the year, the next one first to see."""
    return Panel(
        title="Hội nghị",
        template="meetings/panel.html",
        context={"meetings": queries.meetings_in(cycle), "plan_refusals": policies.plan_meeting(who, cycle)},
        url=reverse("meetings", args=cycle.slugs),
        is_wide=False,
    )


def archive(cycle: Cycle) -> list[ArchiveItem]:
    """Each meeting's agenda, delegates and minutes, and the annual report."""
    items: list[ArchiveItem] = []
    ended: Sequence[Meeting] = [m for m in queries.meetings_of(cycle) if m.status == MeetingStatus.ENDED]
    for index, meeting in enumerate(ended, start=1):
        folder = f"hoi-nghi/{index:02d}-{meeting.kind}"
        items.append(ArchiveItem(f"{folder}/chuong-trinh.pdf", lambda m=meeting: agenda_pdf(m)))
        items.append(ArchiveItem(f"{folder}/dai-bieu.pdf", lambda m=meeting: delegates_pdf(m, m.ended_at)))
        if minutes := queries.latest_minutes(meeting):
            items.append(ArchiveItem(f"{folder}/bien-ban.pdf", lambda d=minutes.document: pdf_of(d)))
    return items
