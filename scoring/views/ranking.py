from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs.queries import standing_in, units_of
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit.refusals import Refused
from scoring import forms, policies, queries, services
from scoring.enums import RankingStatus
from scoring.reports.papers import bars_of, rank_in_words, ranking_table, tie_notes


@require_safe
def ranking(request, province, bloc, year):
    return draw_ranking(request, get_cycle(request, province, bloc, year))


def draw_ranking(request, cycle, status=200, error=(), how_form=None):
    who = standing_in(cycle, request.user, timezone.now())
    run = run_for(who, cycle)
    cards = queries.cards_in(cycle)
    unranked = queries.unranked_of(cycle)
    unchecked = queries.waiting_for(cards, queries.CHECKED_CARD, unranked)
    unsettled = queries.waiting_for(cards, queries.SETTLED_CARD, unranked)
    ready = sum(card.state == "verified" for card in cards)
    adopted = run if run and run.status == RankingStatus.ADOPTED else None
    rows = queries.in_rank_order(run.rows.all()) if run else []
    context = {
        "run": run,
        "is_adopted": bool(adopted),
        "table": ranking_table(run),
        "bars": bars_of(run),
        "notes": tie_notes(rows),
        "ties": _ties(rows) if run and not adopted and who.is_chair else [],
        "unsettled": unsettled,
        "agreed_count": sum(card.state in queries.SETTLED_CARD for card in cards),
        "card_count": len(cards),
        "is_chair": who.is_chair,
        "agree_refusals": policies.agree_cards(who, cycle, unchecked, (), ready),
        "make_refusals": policies.make_ranking(who, cycle, unsettled, adopted, len(cards)),
        "adopt_refusals": _why_not_adopt(who, run, cards, rows),
        "reopen_refusals": policies.reopen_ranking(who, run, "có") if adopted else [],
        "how_form": how_form or forms.HowForm(),
        "error": error,
    }
    return cycle_page(request, cycle, "scoring/ranking.html", context, status)


def _why_not_adopt(who, run, cards, rows):
    if run is None:
        return ["Chưa lập xếp hạng."]
    ungraded = queries.ungraded_of(rows, cards[0].scoreboard.guidance) if cards else []
    return policies.adopt_ranking(who, run, "có", ungraded=ungraded)


def run_for(who, cycle):
    """A draft ranking is read by whoever keeps the bloc and by the province; the adopted one by everybody."""
    run = queries.ranking_of(cycle)
    if run and run.status == RankingStatus.DRAFT and not (who.is_secretariat or who.is_vice or who.reads_all):
        return None
    return run


def _ties(rows):
    by_unit = {row.unit_id: row for row in rows}
    groups = [
        sorted((by_unit[key] for key in units), key=lambda r: r.unit.sort_key)
        for units in queries.ties_of(rows)
    ]
    return [
        {
            "rows": group,
            "word": rank_in_words(group[0]),
            "total": group[0].total,
            "places": range(1, len(group) + 1),
        }
        for group in sorted(groups, key=lambda group: group[0].rank)
    ]


def _act(request, address, act, done):
    cycle = get_cycle(request, **address)
    try:
        act(cycle)
    except Refused as refused:
        return draw_ranking(request, cycle, 422, refused.reasons)
    messages.success(request, done)
    return redirect("ranking", **address)


def _run(cycle):
    run = queries.ranking_of(cycle)
    if run is None:
        raise Http404
    return run


@require_POST
def cards_agree(request, **address):
    done = "Đã ghi nhận điểm hội nghị thống nhất."
    return _act(request, address, lambda cycle: services.agree_cards(cycle=cycle, **by(request)), done)


@require_POST
def ranking_make(request, **address):
    done = "Đã lập xếp hạng theo điểm thống nhất."
    return _act(request, address, lambda cycle: services.make_ranking(cycle=cycle, **by(request)), done)


@require_POST
def ranking_adopt(request, **address):
    how = request.POST.get("how", "")
    return _act(
        request,
        address,
        lambda cycle: services.adopt_ranking(run=_run(cycle), how=how, **by(request)),
        "Đã chốt xếp hạng.",
    )


@require_POST
def ranking_reopen(request, **address):
    reason = request.POST.get("reason", "")
    return _act(
        request,
        address,
        lambda cycle: services.reopen_ranking(run=_run(cycle), reason=reason, **by(request)),
        "Đã mở lại xếp hạng; bản cũ vẫn lưu.",
    )


@require_POST
def tie_decide(request, **address):
    """Each tied unit carries the place that the meeting gave it."""

    def decide(cycle):
        units = {str(unit.pk): unit for unit in units_of(cycle)}
        places = {key: request.POST.get(f"place-{key}", "") for key in request.POST.getlist("unit")}
        if (
            sorted(places.values()) != [str(place) for place in range(1, len(places) + 1)]
            or not places.keys() <= units.keys()
        ):
            raise Refused(["Mỗi đơn vị đồng hạng phải có một thứ tự khác nhau, bắt đầu từ 1."])
        order = [units[key] for key in sorted(places, key=lambda key: int(places[key]))]
        reason = request.POST.get("reason", "")
        services.decide_tie(run=_run(cycle), order=order, reason=reason, **by(request))

    return _act(request, address, decide, "Đã ghi quyết định của hội nghị và xếp hạng lại.")
