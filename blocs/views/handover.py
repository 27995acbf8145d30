from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from blocs import forms, policies, queries, services
from blocs.views.shared import by, cycle_page, get_cycle, saved, standing


@require_http_methods(["GET", "POST"])
def handover(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    existing = queries.handover_of(cycle)
    form = forms.HandoverForm(request.POST or None, initial={"items": existing.items if existing else ""})

    def act(items):
        services.prepare_handover(cycle=cycle, items=items, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu nội dung bàn giao."):
        return redirect("handover", *cycle.slugs)
    who = standing(request, cycle)
    following = queries.next_cycle_of(cycle)
    context = {
        "handover": existing,
        "form": form,
        "giver": queries.chair_of(cycle),
        "next_cycle": following,
        "taker": queries.chair_of(following) if following else None,
        "prepare_refusals": policies.prepare_handover(who, cycle, existing),
        "give_refusals": policies.give_handover(who, existing) if existing else [],
        "receive_refusals": policies.receive_handover(who, existing) if existing else [],
    }
    return cycle_page(request, cycle, "blocs/handover.html", context, 422 if form.errors else 200)


@require_POST
def handover_give(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.give_handover(handover=get_object_or_404(queries.handovers_of(cycle)), **by(request))
    messages.success(request, "Đã xác nhận bàn giao. Chờ bên nhận xác nhận.")
    return redirect("handover", *cycle.slugs)


@require_POST
def handover_receive(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.receive_handover(handover=get_object_or_404(queries.handovers_of(cycle)), **by(request))
    messages.success(request, "Đã xác nhận nhận bàn giao.")
    return redirect("handover", *cycle.slugs)
