from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from blocs.views.shared import by
from config.kit.refusals import Refused
from scoring import services
from scoring.views.cards import draw_card, editing_stage, get_card, save_sent


@require_POST
def results_pull(request, **address):
    """Take the covenant's results of the year over into the unit's own marks."""
    card, who = get_card(request, **address)
    # Without a script the cells of the page come along: they are saved first, so that none is lost.
    answer, _ = save_sent(request, card, who)
    if answer:
        return answer
    try:
        marks = services.pull_results(card=card, **by(request))
    except Refused as refused:
        return draw_card(request, card, who, editing_stage(who, card), 422, error=refused.reasons)
    messages.success(
        request, f"Đã lấy kết quả giao ước vào {len(marks)} tiêu chí." if marks else "Không có gì thay đổi."
    )
    return redirect("scorecard", **address)
