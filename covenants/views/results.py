from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.security import exports
from blocs.enums import Phase
from blocs.queries import members_of
from blocs.rules import reached
from blocs.views.shared import by, cycle_page, edits
from config.kit.refusals import Refused
from covenants import forms, policies, queries, reports, services
from covenants.enums import Period, ReportState
from covenants.rules import PERIOD_WORDS, actual_in_words, assigned_in_words, period_of, roman
from covenants.views.shared import get_own_unit, get_place, keep_file

STATE_TONES = {
    ReportState.ON_TIME: "good",
    ReportState.LATE: "warn",
    ReportState.WAITING: "plain",
    ReportState.OVERDUE: "bad",
}


def _period(request, cycle):
    """The period the address names; before the scoring begins the first six months, then the year."""
    usual = Period.YEAR if reached(Phase(cycle.phase), Phase.SELF_SCORING) else Period.MID
    return period_of(request.GET.get("ky"), usual)


def _periods(period):
    return [{"word": PERIOD_WORDS[p], "label": p.label, "is_here": p == period} for p in Period]


@require_safe
def results(request, province, bloc, year):
    cycle, who = get_place(request, province, bloc, year)
    return draw_results(request, cycle, who, _period(request, cycle))


def draw_results(request, cycle, who, period, status=200, errors=(), extend_form=None):
    members = list(members_of(cycle))
    rows = queries.report_rows(cycle, period, who.on, members)
    seen = queries.seen_units(who, cycle, rows)
    figures = queries.figures_of(cycle, period, units=[member.unit_id for member in members])
    context = {
        "who": who,
        "covenant": figures.covenant,
        "period": period,
        "period_word": PERIOD_WORDS[period],
        "periods": _periods(period),
        "members": members,
        "grid": reports.results_grid(figures, members, seen),
        "units": [_unit_row(who, cycle, figures, row, seen, period) for row in rows],
        "bloc_tally": figures.tally_of_bloc() if len(seen) == len(members) else None,
        "sent": sum(row.is_sent for row in rows),
        "keeps": who.is_secretariat or who.is_vice,
        "extend_form": extend_form or forms.ExtendForm(),
        "errors": errors,
        "has_results": any(cell.actual is not None for cell in figures.cells.values()),
    }
    return cycle_page(request, cycle, "covenants/results.html", context, status)


def _unit_row(who, cycle, figures, row, seen, period):
    report = row.report
    may_keep = who.is_secretariat or who.is_vice
    return {
        "row": row,
        "tally": figures.tally_of(row.unit.pk) if row.unit.pk in seen else None,
        "tone": STATE_TONES[row.state],
        "url": queries.unit_results_url(cycle, row.unit, period) if row.unit.pk in seen else "",
        "may_receive": may_keep and not policies.receive_report(who, report),
        "may_extend": may_keep and not policies.extend_report(who, cycle, report, row.due_on),
    }


@require_safe
@exports
def results_xlsx(request, province, bloc, year):
    cycle, who = get_place(request, province, bloc, year)
    members = list(members_of(cycle))
    seen = {p: queries.seen_units(who, cycle, queries.report_rows(cycle, p, who.on, members)) for p in Period}
    content = reports.results_workbook(cycle, seen)
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="ket-qua-{cycle.bloc.slug}-{cycle.year}.xlsx"'
    return response


@require_http_methods(["GET", "POST"])
@edits
def unit_results(request, province, bloc, year, unit):
    cycle, who = get_place(request, province, bloc, year)
    period = _period(request, cycle)
    found = get_object_or_404(queries.unit_in(cycle, unit))
    row = _report_row(who, cycle, found, period)
    if found.pk not in queries.seen_units(who, cycle, [row]):
        raise Http404
    if request.method == "POST":
        return _save(request, cycle, who, found, row, period)
    return draw_unit(request, cycle, who, found, row, period)


def _report_row(who, cycle, unit, period):
    return next(row for row in queries.report_rows(cycle, period, who.on) if row.unit == unit)


def _save(request, cycle, who, unit, row, period):
    figures = queries.figures_of(cycle, period, units=[unit.pk]).of_unit(unit.pk)
    form = forms.ResultsForm(request.POST, request.FILES, figures=figures)
    if not form.is_valid():
        return draw_unit(request, cycle, who, unit, row, period, 422, form=form)
    try:
        evidence = {pk: keep_file(request, file, cycle, unit=unit) for pk, file in form.attachments().items()}
        changed = services.record_results(
            cycle=cycle,
            unit=unit,
            period=period,
            entries=form.entries(evidence),
            **by(request),
        )
    except Refused as refused:
        return draw_unit(request, cycle, who, unit, row, period, 422, form=form, errors=refused.reasons)
    messages.success(request, f"Đã lưu {changed} kết quả." if changed else "Không có số nào thay đổi.")
    return redirect(queries.unit_results_url(cycle, unit, period))


def draw_unit(request, cycle, who, unit, row, period, status=200, form=None, errors=(), **typed):
    figures = queries.figures_of(cycle, period, units=[unit.pk])
    own = figures.of_unit(unit.pk)
    covenant, report = figures.covenant, row.report
    refusals = policies.record_results(who, cycle, unit, covenant, report)
    missing = [f.target.number for f in own if f.is_assigned and f.result is None]
    form = form or forms.ResultsForm(figures=own)
    lost = form.non_field_errors() if form.is_bound else ()
    official = _official(who, cycle, unit, own, report, typed)
    context = {
        "who": who,
        "unit": unit,
        "is_own": unit.pk in who.member_of,
        "covenant": covenant,
        "period": period,
        "period_word": PERIOD_WORDS[period],
        "periods": _periods(period),
        "report": report,
        "row": row,
        "state_tone": STATE_TONES[row.state],
        "tally": figures.tally_of(unit.pk),
        "form": form,
        "contents": _contents(own, form, bool(lost), official),
        "has_official": bool(official),
        "history": queries.result_history(cycle, unit, period),
        "errors": [*lost, *errors],
        "record_refusals": refusals,
        "send_refusals": policies.send_report(who, cycle, unit, covenant, report, missing),
        "withdraw_refusals": policies.withdraw_report(who, report),
        "note_form": forms.NoteForm(initial={"note": report.note if report else ""}),
    }
    return cycle_page(request, cycle, "covenants/unit_results.html", context, status)


def _official(who, cycle, unit, figures, report, typed):
    """Target → the form that makes a reported estimate official, where this person may."""
    is_reported = bool(report and report.sent_at)
    return {
        figure.target.pk: typed.get("official", {}).get(figure.result.pk)
        or forms.OfficialForm(target=figure.target, beside=(), auto_id=f"official_{figure.result.pk}_%s")
        for figure in figures
        if figure.result
        and not policies.true_up_result(
            who, cycle, unit, figure.result, is_latest=True, is_reported=is_reported
        )
    }


def _contents(figures, form, is_conflict, official):
    groups = []
    for figure in figures:
        content = figure.target.content
        if not groups or groups[-1]["content"] != content:
            groups.append({"content": content, "roman": roman(content.position), "rows": []})
        stored = actual_in_words(figure.target.direction, figure.actual)
        groups[-1]["rows"].append(
            {
                "figure": figure,
                "given": assigned_in_words(
                    figure.target.direction, figure.value, is_assigned=figure.is_assigned
                ),
                "stored": stored,
                "shows_stored": is_conflict,
                "tone": reports.TONES[figure.achievement],
                "label": figure.achievement.label,
                "fields": form.row(figure) if figure.is_assigned else None,
                "official": official.get(figure.target.pk),
            }
        )
    return groups


def _own_report(request, province, bloc, year, unit):
    cycle, who = get_place(request, province, bloc, year)
    found = get_own_unit(who, cycle, unit)
    period = _period(request, cycle)
    return cycle, who, found, period


def _act(request, cycle, who, unit, period, act, said):
    """Run one service call about a unit's report; a refusal is shown on the unit's page."""
    try:
        act()
    except Refused as refused:
        row = _report_row(who, cycle, unit, period)
        return draw_unit(request, cycle, who, unit, row, period, 422, errors=refused.reasons)
    messages.success(request, said)
    return redirect(queries.unit_results_url(cycle, unit, period))


@require_POST
def report_send(request, province, bloc, year, unit):
    cycle, who, found, period = _own_report(request, province, bloc, year, unit)
    note = request.POST.get("note", "")

    def act():
        services.send_report(cycle=cycle, unit=found, period=period, note=note, **by(request))

    return _act(request, cycle, who, found, period, act, f"Đã gửi kết quả {period.label.lower()} cho khối.")


@require_POST
def report_withdraw(request, province, bloc, year, unit):
    cycle, who, found, period = _own_report(request, province, bloc, year, unit)
    report = queries.report_of(cycle, found, period)
    if report is None:
        raise Http404

    def act():
        services.withdraw_report(report=report, reason=request.POST.get("reason", ""), **by(request))

    return _act(request, cycle, who, found, period, act, "Đã rút lại báo cáo. Hãy sửa rồi gửi lại.")


@require_POST
def result_true_up(request, province, bloc, year, unit, result):
    cycle, who, found, period = _own_report(request, province, bloc, year, unit)
    one = get_object_or_404(queries.results_of_unit(cycle, found, period), pk=result)
    target = one.assignment.target
    beside = (one.actual, one.assignment.value)
    form = forms.OfficialForm(request.POST, target=target, beside=beside, auto_id=f"official_{one.pk}_%s")
    if not form.is_valid():
        row = _report_row(who, cycle, found, period)
        return draw_unit(request, cycle, who, found, row, period, 422, official={one.pk: form})

    def act():
        services.true_up_result(result=one, **form.cleaned_data, **by(request))

    return _act(
        request, cycle, who, found, period, act, f"Đã cập nhật số chính thức của chỉ tiêu số {target.number}."
    )


@require_POST
def report_receive(request, province, bloc, year, unit):
    cycle, _ = get_place(request, province, bloc, year)
    period = _period(request, cycle)
    found = get_object_or_404(queries.unit_in(cycle, unit))
    report = queries.report_of(cycle, found, period)
    if report is None:
        raise Http404
    services.receive_report(report=report, **by(request))
    messages.success(request, f"Đã tiếp nhận báo cáo của {found.short_name}.")
    return redirect(queries.results_url(cycle, period))


@require_POST
def report_extend(request, province, bloc, year, unit):
    cycle, who = get_place(request, province, bloc, year)
    period = _period(request, cycle)
    found = get_object_or_404(queries.unit_in(cycle, unit))
    form = forms.ExtendForm(request.POST)
    if not form.is_valid():
        errors = [error for errors in form.errors.values() for error in errors]
        return draw_results(request, cycle, who, period, 422, errors, form)
    try:
        services.extend_report(cycle=cycle, unit=found, period=period, **form.cleaned_data, **by(request))
    except Refused as refused:
        return draw_results(request, cycle, who, period, 422, refused.reasons, form)
    messages.success(request, f"Đã gia hạn cho {found.short_name}.")
    return redirect(queries.results_url(cycle, period))
