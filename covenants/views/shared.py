from django.shortcuts import get_object_or_404
from django.utils import timezone

from blocs.queries import standing_in
from blocs.views.shared import get_cycle
from covenants import queries
from documents.services import upload_file


def get_covenant(request, cycle, pk):
    return get_object_or_404(queries.covenants_for(request.user, timezone.now()).filter(cycle=cycle), pk=pk)


def get_place(request, province, bloc, year):
    """The year and who the visitor is in it."""
    cycle = get_cycle(request, province, bloc, year)
    return cycle, standing_in(cycle, request.user, timezone.now())


def get_own_unit(who, cycle, slug):
    return get_object_or_404(queries.unit_in(cycle, slug).filter(pk__in=who.member_of))


def keep_file(request, file, cycle, **where):
    if not file:
        return None
    return upload_file(
        name=file.name, content=file.read(), cycle=cycle, by=request.user, at=timezone.now(), **where
    )
