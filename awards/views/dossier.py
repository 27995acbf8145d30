from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.security import exports
from awards import forms, policies, queries, reports, services
from awards.enums import AppraisalVerdict
from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, get_cycle, saved
from config.kit.once import creates
from config.kit.refusals import Refused, refuse
from documents.enums import DocumentKind
from documents.queries import document_of, documents_for
from documents.reports import pdf_of


@require_safe
def proposal(request, province, bloc, year):
    return draw_proposal(request, get_cycle(request, province, bloc, year))


def draw_proposal(request, cycle, status=200, **typed):
    who = standing_in(cycle, request.user, timezone.now())
    found = queries.proposal_for(who, cycle)
    nominations = list(queries.nominations_for(who, cycle))
    awards, units = queries.award_types(), queries.member_units(cycle)
    is_office = who.is_province_head or who.is_assigned_officer
    waiting = queries.not_appraised(nominations, found.submitted_at) if found else []
    context = {
        "who": who,
        "proposal": found,
        "letter": queries.letter_for(request.user, found, who.at) if found else None,
        "rows": [
            {
                "nomination": one,
                "votes": reports.votes_in_words(one),
                "appraisals": one.appraisals.all(),
                "refusals": policies.appraise_nomination(who, one, found),
                "lift_refusals": policies.lift_hold(who, one, ()) if one.told_hold else [],
                "form": typed["appraisal_form"]
                if typed.get("appraised") == one.pk
                else forms.AppraisalForm(awards=awards, prefix=f"n{one.pk}"),
            }
            for one in nominations
        ],
        "is_office": is_office,
        "draft_refusals": policies.draft_proposal(who, cycle, nominations, found),
        "submit_refusals": policies.submit_proposal(who, found, queries.submission_gaps(cycle))
        if found
        else [],
        "recall_refusals": policies.withdraw_proposal(who, found) if found else [],
        "return_refusals": policies.return_proposal(who, found, "có") if found else [],
        "finish_refusals": policies.finish_appraisal(who, found, waiting) if found else [],
        "decision_refusals": policies.record_decision(who, cycle, found),
        "decision_form": typed.get("decision_form")
        or forms.DecisionForm(nominations=queries.nominations_of(cycle), initial=_all_accepted(nominations)),
        "decision_echo": typed.get("decision_echo"),
        "entries": [
            {
                "entry": one,
                "given": str(one),
                "correct_refusals": policies.correct_entry(who, one, reason="có"),
                "correction_form": typed["correction_form"]
                if typed.get("corrected") == one.pk
                else _correction_form(one, units, awards),
                "presentation_form": forms.PresentationForm(),
                "present_refusals": policies.record_presentation(who, one),
                "withdrawal_form": forms.WithdrawalForm(),
                "withdraw_refusals": policies.withdraw_award(who, one, "có"),
            }
            for one in queries.entries_for(who, cycle)
        ],
        "holds": queries.holds_on_members(cycle) if is_office else (),
        "vetting_form": typed.get("vetting_form") or forms.VettingForm(units=units),
        "end_form": forms.EndVettingForm(),
    }
    return cycle_page(request, cycle, "awards/proposal.html", context, status)


def _all_accepted(nominations):
    accepted = [
        one.pk
        for one in nominations
        if (last := queries.last_word(one)) and last.verdict != AppraisalVerdict.RETURN
    ]
    return {"nominations": accepted}


def _correction_form(entry, units, awards, data=None):
    given = {
        "unit": entry.unit_id,
        "award_type": entry.award_type_id,
        "number": entry.decision.number,
        "signed_on": entry.decision.signed_on,
    }
    return forms.CorrectionForm(
        data,
        units=units,
        awards=awards,
        initial=given,
        prefix=f"c{entry.pk}",
    )


def _back(request, cycle, done):
    messages.success(request, done)
    return redirect("proposal", *cycle.slugs)


@require_POST
@creates
def proposal_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    made = services.draft_proposal(cycle=cycle, **by(request))
    messages.success(request, "Đã lập tờ trình từ kết quả bình xét. Hãy kiểm tra, chốt và ban hành.")
    return redirect(made.document)


def get_proposal(request, cycle):
    who = standing_in(cycle, request.user, timezone.now())
    found = queries.proposal_for(who, cycle)
    if found is None:
        raise Http404
    return found


@require_POST
def proposal_submit(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.submit_proposal(proposal=get_proposal(request, cycle), **by(request))
    return _back(request, cycle, "Đã trình hồ sơ về tỉnh.")


@require_POST
def proposal_recall(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.withdraw_proposal(proposal=get_proposal(request, cycle), **by(request))
    return _back(request, cycle, "Đã rút lại hồ sơ.")


@require_POST
def proposal_return(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    found = get_proposal(request, cycle)
    services.return_proposal(proposal=found, reason=request.POST.get("reason", ""), **by(request))
    return _back(request, cycle, "Đã trả lại hồ sơ cho khối.")


@require_POST
def proposal_finish(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.finish_appraisal(proposal=get_proposal(request, cycle), **by(request))
    return _back(request, cycle, "Đã hoàn thành thẩm định.")


@require_POST
@creates
def nomination_appraise(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    nomination = get_object_or_404(queries.nominations_for(who, cycle), pk=pk)
    form = forms.AppraisalForm(request.POST, awards=queries.award_types(), prefix=f"n{pk}")
    if form.is_valid():
        try:
            services.appraise_nomination(nomination=nomination, **form.cleaned_data, **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return _back(request, cycle, f"Đã ghi ý kiến thẩm định về {nomination.unit}.")
    return draw_proposal(request, cycle, 422, appraisal_form=form, appraised=pk)


@require_POST
def hold_lift(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    services.lift_hold(
        nomination=get_object_or_404(queries.nominations_for(who, cycle), pk=pk), **by(request)
    )
    return _back(request, cycle, "Đã bỏ tạm dừng.")


@require_POST
@creates
def vetting_record(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.VettingForm(request.POST, units=queries.member_units(cycle))
    if form.is_valid():
        try:
            services.record_vetting(**form.cleaned_data, **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return _back(request, cycle, "Đã ghi ý kiến hiệp y.")
    return draw_proposal(request, cycle, 422, vetting_form=form)


@require_POST
def vetting_end(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    finding = get_object_or_404(queries.holds_on_members(cycle), pk=pk)
    form = forms.EndVettingForm(request.POST)
    if form.is_valid():
        services.end_vetting(finding=finding, to_on=form.cleaned_data["to_on"], **by(request))
        return _back(request, cycle, "Đã ghi ngày kết thúc.")
    messages.error(request, "Chưa lưu: hãy gõ ngày theo dạng ngày/tháng/năm.")
    return redirect("proposal", *cycle.slugs)


@require_POST
@creates
def decision_record(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.DecisionForm(request.POST, nominations=queries.nominations_of(cycle))
    if form.is_valid():
        data = form.cleaned_data
        awards = services.awards_of(data["nominations"])
        echo = reports.decision_echo(cycle, **data)
        try:
            # What would be refused is not echoed first.
            faults = queries.decision_faults(cycle, awards)
            who = standing_in(cycle, request.user, timezone.now())
            proposal = queries.proposal_of(cycle)
            refuse(policies.record_decision(who, cycle, proposal, data["signed_on"], faults))
            if not echo.is_confirmed(request):
                return draw_proposal(request, cycle, 422, decision_form=form, decision_echo=echo)
            services.record_decision(
                cycle=cycle,
                number=data["number"],
                signed_on=data["signed_on"],
                signatory=data["signatory"],
                awards=awards,
                **by(request),
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return _back(request, cycle, "Đã ghi quyết định khen thưởng.")
    return draw_proposal(request, cycle, 422, decision_form=form)


@require_POST
def entry_correct(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    entry = get_object_or_404(queries.entries_for(who, cycle), pk=pk)
    form = _correction_form(entry, queries.member_units(cycle), queries.award_types(), request.POST)

    def act(**data):
        services.correct_entry(entry=entry, **data, **by(request))

    if saved(request, form, act, "Đã ghi đính chính; mục cũ vẫn giữ để đối chiếu."):
        return redirect("proposal", *cycle.slugs)
    return draw_proposal(request, cycle, 422, correction_form=form, corrected=pk)


@require_POST
def presentation_record(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    entry = get_object_or_404(queries.entries_for(who, cycle), pk=pk)
    form = forms.PresentationForm(request.POST)
    if form.is_valid():
        services.record_presentation(entry=entry, **form.cleaned_data, **by(request))
        return _back(request, cycle, "Đã ghi việc trao tặng.")
    messages.error(
        request, "Chưa lưu: " + " ".join(error for errors in form.errors.values() for error in errors)
    )
    return redirect("proposal", *cycle.slugs)


@require_POST
def award_withdraw(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    entry = get_object_or_404(queries.entries_for(who, cycle), pk=pk)
    form = forms.WithdrawalForm(request.POST)
    if form.is_valid():
        services.withdraw_award(entry=entry, **form.cleaned_data, **by(request))
        return _back(request, cycle, "Đã ghi việc thu hồi.")
    messages.error(
        request, "Chưa lưu: " + " ".join(error for errors in form.errors.values() for error in errors)
    )
    return redirect("proposal", *cycle.slugs)


def _paper(request, cycle, kind, name):
    document = document_of(cycle, kind)
    if document is None or document not in documents_for(request.user, timezone.now()).filter(pk=document.pk):
        raise Http404
    response = HttpResponse(pdf_of(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
def submission_pdf(request, province, bloc, year):
    return _paper(request, get_cycle(request, province, bloc, year), DocumentKind.SUBMISSION, "to-trinh")


@require_safe
def count_pdf(request, province, bloc, year):
    return _paper(request, get_cycle(request, province, bloc, year), DocumentKind.MINUTES_COUNT, "kiem-phieu")


@require_POST
@creates
def count_minutes_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    document = services.draft_count_minutes(cycle=cycle, **by(request))
    messages.success(request, "Đã lập biên bản kiểm phiếu từ số liệu.")
    return redirect(document)


@require_safe
@exports
def nominations_xlsx(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    if not (who.member_of or who.reads_all):
        raise Http404
    response = HttpResponse(
        reports.nominations_xlsx(cycle),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = 'attachment; filename="de-nghi-khen-thuong.xlsx"'
    return response
