from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from blocs import queries


@require_safe
def search(request):
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    hits = queries.hits_for(request.user, words, timezone.now()) if words else []
    groups = [(kind, list(found)) for kind, found in groupby(hits, key=lambda hit: hit.kind)]
    return render(request, "blocs/search.html", {"search_words": words, "groups": groups, "count": len(hits)})


@login_not_required
@require_safe
def healthz(request):
    faults = queries.health_faults(timezone.now())
    return JsonResponse({"ok": not faults, "faults": faults}, status=503 if faults else 200)
