"""The floor: the same figures drawn by bare Django, as a site of its own without sessions, users or pages around.

One query, numbers formatted once to safe strings, one short template. Nothing that shows these figures can be
much quicker, so the pages are measured in multiples of it.
"""

from functools import cache

from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from config.kit.text import number
from scoring.models import Mark

TABLE = """<!doctype html><html lang="vi"><title>Bảng điểm</title><table>
<tr><th></th>{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr>
{% for code, cells in rows %}<tr><th>{{ code }}</th>{% for cell in cells %}<td class="num">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></html>"""


def own_addresses(get_response):
    """Send requests to the addresses below; alone, it is the only middleware of the floor."""

    def answer(request):
        request.urlconf = __name__
        return get_response(request)

    return answer


@cache
def _template():
    return engines["django"].from_string(TABLE)


def _draw(request, marks):
    marks = marks.order_by("criterion", "card", "stage").values_list(
        "criterion__code", "card__unit__short_name", "stage", "points"
    )
    rows, heads = {}, {}
    for code, unit, stage, points in marks:
        rows.setdefault(code, []).append(mark_safe(number(points)))
        heads[f"{unit} {stage}"] = None
    return HttpResponse(_template().render({"rows": rows.items(), "heads": list(heads)}, request))


@require_safe
def bloc(request, cycle):
    return _draw(request, Mark.objects.filter(card__scoreboard__cycle=cycle))


@require_safe
def card(request, card):
    return _draw(request, Mark.objects.filter(card=card))


@require_safe
def ok(request):
    return HttpResponse("ok")


urlpatterns = [path("bloc/<int:cycle>/", bloc), path("card/<int:card>/", card), path("ok/", ok)]
