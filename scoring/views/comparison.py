from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.security import exports
from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit import pdf
from config.kit.answers import file
from config.kit.lane import heavy
from config.kit.refusals import refuse
from scoring import policies, queries, services
from scoring.enums import Stage
from scoring.reports.comparison import (
    comparison_html,
    comparison_lines,
    comparison_xlsx,
    warnings_in,
)

STAGES = (Stage.SELF, Stage.BLOC, Stage.CROSS, Stage.MEETING, Stage.PROVINCE)


def _shown(request, cycle):
    """The comparison as this person may see it now, at the stage asked for."""
    who = standing_in(cycle, request.user, timezone.now())
    cards = queries.cards_in(cycle)
    if not cards:
        raise Http404
    refuse(policies.read_comparison(who, cards[0].scoreboard, is_ranked=cards[0].scoreboard.is_ranked))
    asked = request.GET.get("vong", "")
    stage = asked if asked in STAGES else _furthest(cards)
    return who, queries.comparison_of(who, cards, stage)


def _furthest(cards):
    """Where most of the bloc has come to."""
    if all(card.state in queries.SETTLED_CARD for card in cards):
        return Stage.MEETING
    return Stage.BLOC if any(card.state in queries.CHECKED_CARD for card in cards) else Stage.SELF


@require_safe
def comparison(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who, shown = _shown(request, cycle)
    board = shown.cards[0].scoreboard
    keeps = policies.keeps_comparison(who)
    context = {
        "shown": shown,
        "stage": Stage(shown.stage),
        "stages": [one for one in STAGES if one != Stage.CROSS or board.cross_closed_at],
        "lines": comparison_lines(shown),
        "cards": shown.cards,
        "waiting": shown.waiting,
        "warnings": warnings_in(cycle, shown) if keeps else (),
        "keeps": keeps,
        "board": board,
        "is_chair": who.is_chair,
        "open_refusals": policies.open_comparison(who, cycle, board),
        "close_refusals": policies.close_comparison(who, cycle, board),
    }
    return cycle_page(request, cycle, "scoring/comparison.html", context)


@require_safe
@heavy("GET")
def comparison_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    _, shown = _shown(request, cycle)
    return file(pdf.from_html(comparison_html(cycle, shown)), f"so sanh diem {bloc} {year}", "pdf")


@require_safe
@exports
def comparison_sheet(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    _, shown = _shown(request, cycle)
    return file(comparison_xlsx(cycle, shown), f"so sanh diem {bloc} {year}", "xlsx")


@require_POST
def comparison_open(request, province, bloc, year):
    services.open_comparison(cycle=get_cycle(request, province, bloc, year), **by(request))
    messages.success(request, "Các đơn vị trong khối đã xem được bảng so sánh.")
    return redirect("comparison", province, bloc, year)


@require_POST
def comparison_close(request, province, bloc, year):
    services.close_comparison(cycle=get_cycle(request, province, bloc, year), **by(request))
    messages.success(request, "Bảng so sánh chỉ còn mở cho khối trưởng, khối phó và cơ quan thường trực.")
    return redirect("comparison", province, bloc, year)
