from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from blocs.views.shared import edits
from config.kit.once import creates
from config.kit.refusals import Refused
from meetings import forms, queries, services
from meetings.views.pages import consensus_form, draw_meeting, poll_form, record_form
from meetings.views.shared import by_now, get_cycle, get_item, get_meeting


def _answer(request, meeting, form, act, done, place):
    """One service call; a refusal returns the page with what was typed and the reasons."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, done)
            return redirect(meeting)
    return draw_meeting(request, meeting, status=422, **{place: form})


@require_POST
def meeting_invite(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    return _answer(
        request,
        meeting,
        forms.InviteForm(request.POST, prefix="i"),
        lambda data: services.invite(meeting=meeting, **data, **by_now(request)),
        "Đã ban hành giấy mời.",
        "invite",
    )


@require_POST
def meeting_cancel(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    services.cancel_meeting(meeting=meeting, reason=request.POST.get("reason", ""), **by_now(request))
    messages.success(request, "Đã ghi không tổ chức hội nghị này.")
    return redirect(meeting)


@require_POST
def meeting_open(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    services.open_meeting(meeting=meeting, **by_now(request))
    messages.success(request, "Hội nghị bắt đầu. Hãy điểm danh đại biểu.")
    if meeting.attendances.all():
        return redirect(meeting)
    return redirect("meeting_attendance", *meeting.slugs)


@require_POST
def meeting_end(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    return _answer(
        request,
        meeting,
        forms.EndForm(request.POST, prefix="e"),
        lambda data: services.end_meeting(meeting=meeting, **data, **by_now(request)),
        "Hội nghị đã kết thúc. Hãy lập biên bản.",
        "end",
    )


@require_POST
def item_move(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    to = item.position + (1 if request.POST.get("to") == "down" else -1)
    services.move_item(item=item, to=to, **by_now(request))
    return redirect(item.meeting)


@require_POST
def item_remove(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    services.remove_item(item=item, **by_now(request))
    messages.success(request, "Đã bỏ nội dung khỏi chương trình.")
    return redirect(item.meeting)


@require_POST
@edits
def item_record(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    return _answer(
        request,
        item.meeting,
        record_form(item, request.POST),
        lambda data: services.record_item(item=item, **data, **by_now(request)),
        "Đã ghi diễn biến.",
        f"record-{item.pk}",
    )


@require_POST
@creates
def item_poll(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    units = queries.candidates_in(item.meeting.cycle).get(item.poll_kind, [])

    def act(data):
        services.open_poll_from_item(item=item, **data, **by_now(request))

    return _answer(
        request,
        item.meeting,
        poll_form(item, units, request.POST),
        act,
        "Đã mở biểu quyết.",
        f"poll-{item.pk}",
    )


@require_POST
def item_consensus(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    units = queries.candidates_in(item.meeting.cycle).get(item.poll_kind, [])

    def act(data):
        services.record_consensus_from_item(
            item=item, chosen=data.get("chosen", ()), statement=data["statement"], **by_now(request)
        )

    form = consensus_form(item, units, request.POST)
    return _answer(request, item.meeting, form, act, "Đã ghi kết quả thống nhất.", f"consensus-{item.pk}")


# Minutes


def _newest(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    minutes = queries.newest_minutes(meeting)
    if minutes is None:
        raise Http404
    minutes.meeting = meeting
    return meeting, minutes


@require_POST
@creates
def minutes_draft(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    services.draft_minutes(meeting=meeting, **by_now(request))
    messages.success(request, "Đã lập biên bản từ nội dung đã ghi.")
    return redirect(meeting)


@require_POST
@edits
def minutes_edit(request, province, bloc, year, pk):
    meeting, minutes = _newest(request, province, bloc, year, pk)
    return _answer(
        request,
        meeting,
        forms.AdditionsForm(request.POST, initial=minutes.additions, prefix="a"),
        lambda data: services.edit_minutes(minutes=minutes, additions=data, **by_now(request)),
        "Đã lưu phần bổ sung của biên bản.",
        "additions",
    )


@require_POST
def minutes_consult(request, province, bloc, year, pk):
    meeting, minutes = _newest(request, province, bloc, year, pk)
    return _answer(
        request,
        meeting,
        forms.RoundForm(request.POST, prefix="y"),
        lambda data: services.send_minutes_for_comments(minutes=minutes, **data, **by_now(request)),
        "Đã gửi dự thảo biên bản lấy ý kiến.",
        "round",
    )


@require_POST
def minutes_settle(request, province, bloc, year, pk):
    meeting, minutes = _newest(request, province, bloc, year, pk)
    services.settle_minutes(minutes=minutes, **by_now(request))
    messages.success(request, "Đã chốt biên bản, mời thư ký và chủ tọa ký.")
    return redirect(meeting)


@require_POST
def minutes_sign(request, province, bloc, year, pk):
    meeting, minutes = _newest(request, province, bloc, year, pk)
    services.sign_minutes(minutes=minutes, **by_now(request))
    messages.success(request, "Đã ghi nhận chữ ký.")
    return redirect(meeting)


@require_POST
@creates
def minutes_correct(request, province, bloc, year, pk):
    meeting, minutes = _newest(request, province, bloc, year, pk)
    services.correct_minutes(minutes=minutes, reason=request.POST.get("reason", ""), **by_now(request))
    messages.success(request, "Đã lập bản mới của biên bản. Bản cũ có hiệu lực đến khi ban hành bản mới.")
    return redirect(meeting)


@require_POST
@creates
def annual_report_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    report = services.draft_annual_report(cycle=cycle, by=request.user, at=timezone.now())
    return redirect(report)


@require_POST
@creates
def midyear_report_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    report = services.draft_midyear_report(cycle=cycle, by=request.user, at=timezone.now())
    return redirect(report)
