from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import forms, policies, queries, reports, services
from awards.enums import DecisionForm, PollStatus
from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit.once import creates
from config.kit.pdf import render_pdf
from config.kit.refusals import Refused

TONES = {
    PollStatus.DRAFT: "plain",
    PollStatus.OPEN: "warn",
    PollStatus.CLOSED: "warn",
    PollStatus.COUNTED: "info",
    PollStatus.CONFIRMED: "good",
    PollStatus.VOIDED: "bad",
}


@require_safe
def nominations(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    found = list(queries.nominations_for(who, cycle))
    context = {
        "polls": [
            {"poll": poll, "tone": TONES[poll.status], "lines": reports.poll_lines(poll)}
            for poll in queries.polls_for(who, cycle)
        ],
        "nominations": found,
        "entries": queries.entries_for(who, cycle),
        "minutes": queries.count_minutes_for(request.user, cycle, who.at),
        "minutes_refusals": policies.draft_count_minutes(
            who, cycle, has_counts=queries.counted_polls(cycle).exists()
        ),
        "withdraw_refusals": policies.withdraw_nomination(who, found[0], queries.proposal_of(cycle), "có")
        if found
        else [],
    }
    return cycle_page(request, cycle, "awards/nominations.html", context)


@require_POST
def nomination_withdraw(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    nomination = get_object_or_404(queries.nominations_for(who, cycle), pk=pk)
    services.withdraw_nomination(nomination=nomination, reason=request.POST.get("reason", ""), **by(request))
    messages.success(request, "Đã rút đề nghị.")
    return redirect("nominations", *cycle.slugs)


def get_poll(request, cycle, pk):
    who = standing_in(cycle, request.user, timezone.now())
    found = get_object_or_404(queries.polls_for(who, cycle), pk=pk)
    services.destroy_key_of_settled_poll(poll=found)
    return who, found


@require_safe
def poll(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who, found = get_poll(request, cycle, pk)
    return draw_poll(request, cycle, who, found)


def draw_poll(request, cycle, who, poll, status=200, **typed):
    entry = queries.roll_entry_for(who, poll)
    last = next(reversed(poll.counts.all()), None)
    tied = _tied_units(poll)
    findings = (
        queries.findings_for(cycle, poll, queries.elected_of(poll), who.on)
        if poll.status == PollStatus.COUNTED
        else []
    )
    context = {
        "poll": poll,
        "tone": TONES[poll.status],
        "lines": reports.poll_lines(poll),
        "rule_lines": reports.rule_lines(poll),
        "warnings": reports.secrecy_lines(poll),
        "entry": entry,
        "has_closed": policies.has_closed(poll, who.at),
        "turnout": reports.turnout(who, poll),
        "is_electronic": poll.form == DecisionForm.ELECTRONIC,
        "is_by_hand": poll.form in policies.COUNTED_BY_HAND,
        "vote_refusals": policies.cast_vote(who, poll, entry, has_key=not queries.has_lost_key(poll)),
        "ballot_form": typed.get("ballot_form") or forms.BallotForm(poll=poll, entry=entry),
        "close_refusals": policies.close_poll(who, poll),
        "count_refusals": policies.count_poll(who, poll),
        "enter_refusals": policies.enter_count(who, poll, last, shares_unit=queries.shares_unit(who, last)),
        "count_form": typed.get("count_form") or forms.CountForm(poll=poll),
        "differences": typed.get("differences", ()),
        "confirm_form": typed.get("confirm_form")
        or forms.ConfirmForm(
            tied=tied, asks_reason=bool(tied) or any(not one.is_blocking for one in findings)
        ),
        "findings": findings,
        "may_confirm": not policies.create_poll(who, cycle, poll.kind) and poll.status == PollStatus.COUNTED,
        "void_refusals": policies.void_poll(who, poll, "có"),
    }
    return cycle_page(request, cycle, "awards/poll.html", context, status)


def _tied_units(poll):
    tied = set(poll.result.get("tied", ()))
    return [option.unit for option in poll.options.all() if str(option.pk) in tied and option.unit]


@require_POST
def vote_cast(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who, found = get_poll(request, cycle, pk)
    form = forms.BallotForm(request.POST, poll=found, entry=queries.roll_entry_for(who, found))
    if not form.is_valid():
        return draw_poll(request, cycle, who, found, 422, ballot_form=form)
    try:
        services.cast_vote(poll=found, choices=form.choices, **by(request))
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return draw_poll(request, cycle, *get_poll(request, cycle, pk), 422, ballot_form=form)
    messages.success(request, "Đã bỏ phiếu. Phiếu kín không lưu người bỏ và không sửa được.")
    return redirect(found)


@require_POST
def poll_close(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    _, found = get_poll(request, cycle, pk)
    services.close_poll(poll=found, **by(request))
    messages.success(request, "Đã đóng bỏ phiếu.")
    return redirect(found)


@require_POST
def poll_count(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    _, found = get_poll(request, cycle, pk)
    counted = services.count_poll(poll=found, **by(request))
    if counted.status == PollStatus.VOIDED:
        messages.error(request, counted.void_reason)
    else:
        messages.success(request, "Đã niêm phong và kiểm phiếu.")
    return redirect(found)


@require_POST
@creates
def count_enter(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who, found = get_poll(request, cycle, pk)
    form = forms.CountForm(request.POST, poll=found)
    if not form.is_valid():
        return draw_poll(request, cycle, who, found, 422, count_form=form)
    try:
        differences = services.enter_count(poll=found, figures=form.figures, **by(request))
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return draw_poll(request, cycle, *get_poll(request, cycle, pk), 422, count_form=form)
    if differences:
        return draw_poll(request, cycle, *get_poll(request, cycle, pk), 409, differences=differences)
    messages.success(request, "Đã ghi kết quả kiểm phiếu.")
    return redirect(found)


@require_POST
def poll_confirm(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who, found = get_poll(request, cycle, pk)
    tied = _tied_units(found)
    form = forms.ConfirmForm(request.POST, tied=tied)
    if not form.is_valid():
        return draw_poll(request, cycle, who, found, 422, confirm_form=form)
    picked = [unit for unit in tied if str(unit.pk) in form.cleaned_data.get("chosen", ())]
    try:
        services.confirm_poll(poll=found, reason=form.cleaned_data["reason"], chosen=picked, **by(request))
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return draw_poll(request, cycle, who, found, 422, confirm_form=form)
    messages.success(request, "Đã xác nhận kết quả.")
    return redirect(found)


@require_POST
def poll_void(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    _, found = get_poll(request, cycle, pk)
    services.void_poll(poll=found, reason=request.POST.get("reason", ""), **by(request))
    messages.success(request, "Đã hủy cuộc bỏ phiếu.")
    return redirect(found)


@require_safe
def ballots_pdf(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who, found = get_poll(request, cycle, pk)
    if found.form != DecisionForm.PAPER or not who.is_chair:
        raise Http404
    content = render_pdf(
        "awards/pdf/ballots.html", {"poll": found, "cycle": cycle, "copies": found.roll.all()}
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="phieu-bau.pdf"'
    return response
