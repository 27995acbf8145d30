from datetime import datetime

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from awards.enums import DecisionForm, PollStatus
from awards.queries import award_types
from blocs.queries import members_of, standing_in
from blocs.rules import year_line
from blocs.views.shared import edits
from config.kit.edits import refuse_lost
from config.kit.once import creates
from config.kit.refusals import Refused
from config.kit.text import VIETNAM
from documents.enums import DocumentStatus, SigningState
from documents.queries import signings_of
from documents.reports import default_symbol
from documents.rules import EDITABLE
from meetings import forms, policies, queries, reports, services
from meetings.enums import AttendanceRole, AttendanceState, MeetingStatus
from meetings.rules import BALLOTS, BEFORE, quorum_in_words
from meetings.views.shared import by_now, get_cycle, get_item, get_meeting

STATUS_TONES = {
    MeetingStatus.PLANNED: "plain",
    MeetingStatus.INVITED: "info",
    MeetingStatus.OPEN: "warn",
    MeetingStatus.ENDED: "good",
    MeetingStatus.CANCELLED: "bad",
}


@require_safe
def meetings(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    now = timezone.now()
    who = standing_in(cycle, request.user, now)
    found = queries.meetings_for(request.user, now).filter(cycle=cycle)
    readable = queries.readable_minutes(request.user, cycle, now)
    rows = [
        {
            "meeting": m,
            "tone": STATUS_TONES[m.status],
            "minutes": queries.readable_of(m, readable, request.user),
        }
        for m in found
    ]
    context = {
        "cycle": cycle,
        "year_line": year_line(cycle.phase),
        "rows": rows,
        "plan_refusals": policies.plan_meeting(who, cycle),
        "report": queries.report_for(request.user, cycle, "annual_report", now),
        "report_refusals": policies.draft_annual_report(who, cycle),
    }
    return render(request, "meetings/meetings.html", context)


def _meeting_form(request, cycle, data=None, initial=None):
    now = timezone.now()
    return forms.MeetingForm(
        data, initial=initial, units=queries.units_of(cycle), people=queries.secretaries_of(cycle, now)
    )


def _chairs(data):
    """The chairs as typed; none typed means the usual one."""
    typed = [
        services.Chair(data[f"{one}_name"], data[f"{one}_title"], data[f"{one}_unit"])
        for one in ("chair", "second")
        if data[f"{one}_name"]
    ]
    return typed or None


def _facts(data):
    names = ("kind", "starts_at", "title", "place", "secretary", "secretary_name", "odd_date_reason")
    facts = {name: data[name] for name in names}
    if facts["secretary"]:
        facts["secretary_name"] = facts["secretary"].full_name
    return facts


@require_http_methods(["GET", "POST"])
@creates
def meeting_plan(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = _meeting_form(request, cycle, request.POST or None)
    if form.is_valid():
        try:
            planned = services.plan_meeting(
                cycle=cycle, **_facts(form.cleaned_data), chairs=_chairs(form.cleaned_data), **by_now(request)
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã lập hội nghị với chương trình thường dùng.")
            return redirect(planned)
    who = standing_in(cycle, request.user, timezone.now())
    context = {"cycle": cycle, "year_line": year_line(cycle.phase), "form": form}
    context["refusals"] = policies.plan_meeting(who, cycle)
    return render(request, "meetings/meeting_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@edits
def meeting_edit(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    form = _meeting_form(request, meeting.cycle, request.POST or None, _initial(meeting))
    if form.is_valid():
        facts = _facts(form.cleaned_data)
        facts["title"] = facts["title"] or meeting.title
        chairs = _keep_accounts(meeting, _chairs(form.cleaned_data))
        try:
            services.edit_meeting(meeting=meeting, changes=facts, chairs=chairs, **by_now(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã lưu.")
            return redirect(meeting)
    who = standing_in(meeting.cycle, request.user, timezone.now())
    context = {
        "cycle": meeting.cycle,
        "year_line": year_line(meeting.cycle.phase),
        "form": form,
        "meeting": meeting,
    }
    context["refusals"] = policies.edit_meeting(who, meeting)
    return render(request, "meetings/meeting_form.html", context, status=422 if form.is_bound else 200)


def _initial(meeting):
    initial = {name: getattr(meeting, name) for name in services.MEETING_FIELDS}
    for word, chair in zip(("chair", "second"), meeting.chairs.all(), strict=False):
        initial |= {f"{word}_name": chair.name, f"{word}_title": chair.title, f"{word}_unit": chair.unit}
    return initial


def _keep_accounts(meeting, chairs):
    """A chair whose name did not change keeps the account."""
    accounts = {chair.name: chair.user for chair in meeting.chairs.all()}
    if chairs is None:
        return None
    return [services.Chair(c.name, c.title, c.unit, accounts.get(c.name)) for c in chairs]


def draw_meeting(request, meeting, status=200, **bound):
    """The working screen of a meeting; `bound` are forms that came back with errors."""
    now = timezone.now()
    cycle = meeting.cycle
    who = standing_in(cycle, request.user, now)
    members = list(members_of(cycle))
    present, least = queries.quorum_of(meeting, len(members))
    minutes = queries.minutes_for(request.user, meeting, now)
    newest = queries.newest_minutes(meeting)
    items = _item_rows(who, meeting, bound)
    context = {
        "meeting": meeting,
        "cycle": cycle,
        "year_line": year_line(cycle.phase),
        "tone": STATUS_TONES[meeting.status],
        "is_before": meeting.status in BEFORE,
        "is_running": meeting.status == MeetingStatus.OPEN,
        "keeps": queries.is_keeper(who, meeting),
        "items": items,
        "secrecy": queries.secrecy_warnings_of(meeting, now)
        if any(row["asks_ballot"] for row in items)
        else [],
        "attendances": [{"row": a, "votes": queries.carries_vote(a)} for a in meeting.attendances.all()],
        "quorum": quorum_in_words(len(members), present, least) if meeting.attendances.all() else "",
        "present": present,
        "member_count": len(members),
        "can_read_invitation": bool(meeting.invitation),
        "minutes": minutes,
        "minutes_parts": _minutes_parts(who, meeting, minutes or newest, newest, now, bound),
        "refusals": _refusals(who, meeting, newest),
        "forms": {**_forms(who, meeting), **bound},
    }
    return render(request, "meetings/meeting.html", context, status=status)


def _item_rows(who, meeting, bound):
    rows = []
    last = len(meeting.items.all())
    candidates = queries.candidates_in(meeting.cycle) if meeting.status == MeetingStatus.OPEN else {}
    for item in meeting.items.all():
        item.meeting = meeting
        key = f"record-{item.pk}"
        decides = bool(item.poll_kind and item.form)
        units = candidates.get(item.poll_kind) if decides and not item.poll_id else None
        rows.append(
            {
                "item": item,
                "is_first": item.position == 1,
                "is_last": item.position == last,
                "decision": reports.winners_in_words(meeting.cycle, item.poll)
                if _is_settled(item.poll)
                else "",
                "is_settled": _is_settled(item.poll),
                "asks_ballot": item.form in BALLOTS and decides and not item.poll_id,
                "asks_consensus": item.form == DecisionForm.CONSENSUS and decides and not item.poll_id,
                "poll_refusals": policies.open_poll_from_item(who, item),
                "consensus_refusals": policies.record_consensus_from_item(who, item),
                "record_refusals": policies.record_item(who, item),
                "edit_refusals": policies.edit_item(who, item),
                "move_refusals": policies.move_item(who, item),
                "record_form": bound.get(key) or record_form(item),
                "poll_form": bound.get(f"poll-{item.pk}") or poll_form(item, units),
                "consensus_form": bound.get(f"consensus-{item.pk}") or consensus_form(item, units),
            }
        )
    return rows


def _is_settled(poll):
    return poll is not None and poll.status in (PollStatus.COUNTED, PollStatus.CONFIRMED)


def record_form(item, data=None):
    start = {"course": item.course, "outcome": item.outcome}
    return forms.RecordForm(data, initial=start, prefix=f"r{item.pk}")


def poll_form(item, units, data=None):
    return forms.PollForm(data, units=units, prefix=f"p{item.pk}") if units is not None else None


def consensus_form(item, units, data=None):
    return forms.ConsensusForm(data, units=units, prefix=f"c{item.pk}") if units is not None else None


def _refusals(who, meeting, newest):
    unsettled, undecided = queries.unsettled_polls(meeting), queries.undecided_items(meeting)
    return {
        "edit": policies.edit_meeting(who, meeting),
        "invite": policies.invite(who, meeting),
        "cancel": policies.cancel_meeting(who, meeting),
        "open": policies.open_meeting(who, meeting),
        "attendance": policies.record_attendance(who, meeting),
        "end": policies.end_meeting(who, meeting, unsettled, undecided),
        "draft": policies.draft_minutes(who, meeting, newest),
    }


def _minutes_parts(who, meeting, minutes, newest, now, bound):
    """The state of the minutes, with what this person may do to them."""
    if newest is None:
        return None
    newest.meeting = meeting
    signings = list(signings_of(newest.document))
    mine = next((s for s in signings if s.signer_id == who.user.pk and s.state == SigningState.PENDING), None)
    return {
        "newest": newest,
        "is_draft": newest.document.status in EDITABLE,
        "is_final": newest.document.status == DocumentStatus.FINAL,
        "signings": signings,
        "edit": policies.edit_minutes(who, newest),
        "consult": policies.send_minutes_for_comments(who, newest),
        "settle": policies.settle_minutes(who, newest),
        "sign": policies.sign_minutes(who, newest, mine),
        "can_sign": mine is not None,
        "correct": policies.correct_minutes(who, newest),
        "form": bound.get("additions") or forms.AdditionsForm(initial=newest.additions, prefix="a"),
        "round_form": bound.get("round") or forms.RoundForm(prefix="y"),
    }


def _forms(who, meeting):
    chair = next(iter(meeting.chairs.all()), None)
    invite = {
        "issued_on": who.on,
        "symbol": default_symbol(meeting.invitation)
        if meeting.invitation
        else f"GM-{meeting.cycle.bloc.code}",
        "signatory_title": meeting.cycle.bloc.province.chair_word.upper(),
        "signatory_name": chair.name if chair else "",
        "signatory_office": chair.title if chair else "",
    }
    return {
        "invite": forms.InviteForm(initial=invite, prefix="i"),
        "end": forms.EndForm(
            initial={"ended_at": who.at, "odd_date_reason": meeting.odd_date_reason}, prefix="e"
        ),
    }


@require_safe
def meeting(request, province, bloc, year, pk):
    return draw_meeting(request, get_meeting(request, province, bloc, year, pk))


@require_http_methods(["GET", "POST"])
@edits
def meeting_attendance(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    now = timezone.now()
    units = {one["unit"].pk: one["unit"] for one in queries.proposed_attendance(meeting, now)}
    proposed = [{**one, "unit": one["unit"].pk} for one in queries.proposed_attendance(meeting, now)]
    guests = [
        {"representative": a.representative, "title": a.title, "name": a.name, "role": a.role}
        for a in meeting.attendances.all()
        if a.role != AttendanceRole.MEMBER
    ]
    members = forms.MemberRows(request.POST or None, initial=proposed, prefix="m")
    others = forms.GuestRows(request.POST or None, initial=guests, prefix="g")
    reasons = ()
    if request.method == "POST" and members.is_valid() and others.is_valid():
        rows = _rows(meeting, members, others, units)
        try:
            stored = reports.attendance_lines(meeting.attendances.all())
            refuse_lost(request.POST, stored, reports.attendance_lines(rows))
            services.record_attendance(meeting=meeting, rows=rows, **by_now(request))
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, "Đã ghi danh sách đại biểu.")
            return redirect(meeting)
    return _draw_attendance(request, meeting, members, others, units, reasons)


def _rows(meeting, members, others, units):
    def on_the_day(clock):
        return clock and datetime.combine(timezone.localdate(meeting.starts_at), clock, VIETNAM)

    rows = [
        services.AttendanceRow(
            **{
                **form.cleaned_data,
                "unit": units.get(form.cleaned_data["unit"]),
                "arrived_at": on_the_day(form.cleaned_data["arrived_at"]),
                "left_at": on_the_day(form.cleaned_data["left_at"]),
            }
        )
        for form in members
    ]
    return rows + [
        services.AttendanceRow(
            representative=data["representative"],
            title=data["title"],
            name=data["name"],
            role=data["role"] or AttendanceRole.GUEST,
            state=AttendanceState.PRESENT,
        )
        for form in others
        if (data := form.cleaned_data) and (data["representative"] or data["name"])
    ]


def _draw_attendance(request, meeting, members, others, units, reasons):
    for form in members:
        form.member = units.get(int(form["unit"].value() or 0))
    who = standing_in(meeting.cycle, request.user, timezone.now())
    context = {
        "meeting": meeting,
        "cycle": meeting.cycle,
        "year_line": year_line(meeting.cycle.phase),
        "members": members,
        "others": others,
        "reasons": reasons,
        "stored": reports.attendance_lines(meeting.attendances.all()),
        "refusals": policies.record_attendance(who, meeting),
    }
    return render(
        request, "meetings/attendance.html", context, status=422 if request.method == "POST" else 200
    )


def _item_form(request, meeting, data=None, initial=None):
    papers = queries.paper_choices_for(request.user, meeting.cycle, timezone.now())
    return forms.ItemForm(data, initial=initial, papers=papers, awards=award_types())


@require_http_methods(["GET", "POST"])
@creates
def item_add(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    form = _item_form(request, meeting, request.POST or None)
    if form.is_valid():
        try:
            services.add_item(meeting=meeting, **form.cleaned_data, **by_now(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã thêm nội dung vào chương trình.")
            return redirect(meeting)
    who = standing_in(meeting.cycle, request.user, timezone.now())
    return _draw_item(request, meeting, form, None, policies.add_item(who, meeting))


@require_http_methods(["GET", "POST"])
@edits
def item_edit(request, province, bloc, year, pk, item):
    item = get_item(request, province, bloc, year, pk, item)
    names = ("title", "kind", "document", "form", "poll_kind", "award_type", "seats", "is_presented_only")
    form = _item_form(
        request, item.meeting, request.POST or None, {name: getattr(item, name) for name in names}
    )
    if form.is_valid():
        try:
            services.edit_item(item=item, changes=form.cleaned_data, **by_now(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã lưu nội dung.")
            return redirect(item.meeting)
    who = standing_in(item.meeting.cycle, request.user, timezone.now())
    return _draw_item(request, item.meeting, form, item, policies.edit_item(who, item))


def _draw_item(request, meeting, form, item, refusals):
    context = {
        "meeting": meeting,
        "cycle": meeting.cycle,
        "year_line": year_line(meeting.cycle.phase),
        "form": form,
        "item": item,
        "refusals": refusals,
    }
    return render(request, "meetings/item_form.html", context, status=422 if form.is_bound else 200)
