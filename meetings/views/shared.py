"""What every view of a meeting begins with: find it as this person may see it, or 404."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from blocs.views.shared import get_cycle
from meetings import queries


def get_meeting(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    return get_object_or_404(queries.meetings_for(request.user, timezone.now()), pk=pk, cycle=cycle)


def get_item(request, province, bloc, year, pk, item):
    meeting = get_meeting(request, province, bloc, year, pk)
    found = get_object_or_404(meeting.items.all(), pk=item)
    found.meeting = meeting
    return found


def by_now(request):
    return {"by": request.user, "at": timezone.now()}


def file_response(content, name, content_type="application/pdf"):
    response = HttpResponse(content, content_type=content_type)
    place = "inline" if content_type == "application/pdf" else "attachment"
    response["Content-Disposition"] = f'{place}; filename="{name}"'
    return response
