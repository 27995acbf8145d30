from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from blocs.views.shared import by
from config.kit.refusals import Refused
from scoring import services
from scoring.views.cards import draw_card, editing_stage, get_card


@require_POST
def lateness_waive(request, **address):
    """Let a late card lose nothing, with a reason."""
    return _act(request, address, services.waive_lateness, "Đã ghi việc miễn trừ điểm gửi chậm.")


@require_POST
def lateness_charge(request, **address):
    """Take a waiver back, with a reason."""
    return _act(request, address, services.charge_lateness, "Đã bỏ miễn trừ; điểm gửi chậm lại bị trừ.")


def _act(request, address, service, done):
    card, who = get_card(request, **address)
    try:
        service(card=card, reason=request.POST.get("reason", ""), **by(request))
    except Refused as refused:
        return draw_card(request, card, who, editing_stage(who, card), 422, error=refused.reasons)
    messages.success(request, done)
    return redirect("scorecard", **address)
