from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blocs import queries
from config.kit.typed import clean


@require_safe
def search(request):
    words = clean(request.GET.get("q", "").replace("\x00", ""))[:100]
    hits = queries.hits_for(request.user, words, timezone.now()) if words else []
    kinds = list(dict.fromkeys(hit.kind for hit in hits))
    hits.sort(key=lambda hit: kinds.index(hit.kind))
    groups = [(kind, list(found)) for kind, found in groupby(hits, key=lambda hit: hit.kind)]
    return render(request, "blocs/search.html", {"search_words": words, "groups": groups, "count": len(hits)})


@login_not_required
@never_cache
@require_safe
def healthz(request):
    state = queries.health(timezone.now())
    return JsonResponse(state, status=200 if state["ok"] else 503)
