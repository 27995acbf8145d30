from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, edits, get_cycle
from config.kit.refusals import Refused
from scoring import forms, policies, queries, services
from scoring.enums import CriterionKind, CrossMethod, ScoreboardStatus, Stage
from scoring.reports.crosschecks import cross_conflict, cross_lines, cross_saved, is_keeper, scorer_lines
from scoring.reports.sheet import USUAL_REASONS, parts_of, values_of
from scoring.rules import inputs_from_json
from scoring.views.cards import serve_file

# The bloc: what is agreed about the cross-check, and how far it is


def boards_of(cycle):
    """The board in force and, beside it, a draft."""
    found = (queries.scoreboard_of(cycle), queries.draft_board_of(cycle))
    return {board.pk: board for board in found if board}


@require_safe
def cross_checks(request, province, bloc, year):
    return draw_list(request, get_cycle(request, province, bloc, year))


def draw_list(request, cycle, status=200, *, error=(), bound=None):
    who = standing_in(cycle, request.user, timezone.now())
    board = queries.scoreboard_of(cycle)
    views = queries.cross_views(list(queries.cross_cards_for(who, cycle)))
    waiting = [unit for view in views for unit in view.waiting if view.card.state in queries.CROSSED_CARD]
    context = {
        "board": board,
        "method": CrossMethod(board.cross_method).label if board and board.cross_method else "",
        "rows": [_card_row(view, who) for view in views],
        "plans": [_plan(who, one, (bound or {}).get(one.pk)) for one in boards_of(cycle).values()],
        "is_chair": who.is_chair,
        "close_refusals": policies.close_cross_check(who, board, "có") if board else (),
        "waiting": len(waiting),
        "error": error,
    }
    return cycle_page(request, cycle, "scoring/crosschecks.html", context, status)


def _card_row(view, who):
    mine = [view.sheets[key] for key in queries.scoring_units(who, view.card) if key in view.sheets]
    members = [sheet for sheet in view.sheets.values() if sheet.is_member and sheet.set_aside is None]
    return {
        "card": view.card,
        "mine": [(sheet, len(view.asked) - len(sheet.missing)) for sheet in mine],
        "of": len(view.asked),
        "sent": sum(sheet.is_sent for sheet in members),
        "members": len(members),
    }


def _plan(who, board, form=None):
    form = form or plan_form(board)
    refusals = policies.plan_cross_check(who, board, board.cross_method, board.cross_due_on)
    return {"board": board, "form": form, "refusals": refusals}


def plan_form(board, data=None):
    start = {"method": board.cross_method, "due_on": board.cross_due_on}
    return forms.CrossPlanForm(data, initial=start, prefix=f"b{board.pk}")


@require_POST
@edits
def cross_plan(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    board = get_object_or_404(queries.boards_in(cycle), pk=pk)
    form = plan_form(board, request.POST)
    if form.is_valid():
        try:
            services.plan_cross_check(scoreboard=board, **form.cleaned_data, **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã ghi cách chấm chéo và hạn.")
            return redirect("cross_checks", *cycle.slugs)
    return draw_list(request, cycle, 422, bound={pk: form})


@require_POST
def cross_close(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    adopted = queries.boards_in(cycle).filter(status=ScoreboardStatus.ADOPTED)
    board = get_object_or_404(adopted)
    try:
        services.close_cross_check(scoreboard=board, reason=request.POST.get("reason", ""), **by(request))
    except Refused as refused:
        return draw_list(request, cycle, 422, error=refused.reasons)
    messages.success(request, "Đã đóng chấm chéo. Kết quả được xem cạnh điểm các vòng khác.")
    return redirect("cross_checks", *cycle.slugs)


# One card, criterion by criterion


def get_cross(request, province, bloc, year, unit):
    """A card of another unit and who looks at it; the own unit's card does not exist here."""
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    return get_object_or_404(queries.cross_cards_for(who, cycle), unit__slug=unit), who


def scorer_of(request, view, who):
    """The member for which this person scores now; a person of two members chooses."""
    mine = [view.members[key] for key in queries.scoring_units(who, view.card) if key in view.members]
    mine.sort(key=lambda unit: unit.sort_key)
    asked = request.POST.get("don-vi") or request.GET.get("don-vi")
    return next((unit for unit in mine if unit.slug == asked), mine[0] if mine else None), mine


@require_http_methods(["GET", "POST"])
def cross_check(request, province, bloc, year, unit):
    card, who = get_cross(request, province, bloc, year, unit)
    view = queries.cross_view(card)
    scorer, _ = scorer_of(request, view, who)
    if request.method == "GET":
        return draw_cross(request, view, who)
    if scorer is None:
        raise Refused(policies.save_cross_checks(who, card, 0))
    cells = forms.read_cells(view.as_card(), Stage.CROSS, request.POST)
    if "fill" in request.POST:
        return draw_cross(request, view, who, typed=filled(view, scorer, cells.typed), errors=cells.errors)
    entries = [entry for entry in cells.entries if is_new(view, scorer, entry)]
    try:
        done = enter(request, card, scorer, entries, cells.errors)
    except services.RefusedMarks as refused:
        return draw_cross(request, view, who, 422, typed=cells.typed, errors=refused.at)
    except services.LostMarks as lost:
        typed = {entry.criterion_id: cells.typed[entry.criterion_id] for entry in entries}
        return draw_cross(request, queries.cross_view(card), who, 409, typed=typed, conflicts=lost.at)
    except Refused as refused:
        return draw_cross(request, view, who, 422, typed=cells.typed, error=refused.reasons)
    messages.success(request, done)
    return redirect("cross_check", province, bloc, year, unit)


def enter(request, card, scorer, entries, errors):
    """Keep or send what was typed; the sentence that says so."""
    if errors:
        raise services.RefusedMarks(errors)
    kept = {"card": card, "scorer": scorer, "entries": entries, "check_versions": True, **by(request)}
    if "send" in request.POST:
        services.send_cross_check(**kept)
        return f"Đã gửi điểm chấm chéo bảng của {card.unit}."
    if not entries:
        return "Không có gì thay đổi."
    services.save_cross_checks(**kept)
    return f"Đã lưu tạm {len(entries)} tiêu chí."


@require_POST
def cross_save(request, **address):
    """One cell, saved as it is left. Answers in JSON what the page has to show."""
    card, who = get_cross(request, **address)
    view = queries.cross_view(card)
    scorer, _ = scorer_of(request, view, who)
    cells = forms.read_cells(view.as_card(), Stage.CROSS, request.POST)
    if scorer is None or len(cells.typed) != 1:
        raise Http404
    (key,) = cells.typed
    try:
        if cells.errors:
            raise services.RefusedMarks(cells.errors)
        (saved,) = services.save_cross_checks(
            card=card, scorer=scorer, entries=cells.entries, check_versions=True, **by(request)
        )
    except services.LostMarks as lost:
        entry = cells.entries[0]
        mine = entry.inputs if entry.points is None else entry.points
        return JsonResponse(cross_conflict(view, key, mine, lost.at[key]), status=409)
    except Refused as refused:
        return JsonResponse({"errors": refused.reasons}, status=422)
    return JsonResponse(cross_saved(queries.cross_view(card, view.board), scorer, key, saved.note))


def is_new(view, scorer, entry):
    """Whether an entry says something else than what is stored."""
    check = view.sheets[scorer.pk].checks.get(entry.criterion_id)
    is_empty = entry.inputs is None and entry.points is None
    if check is None:
        return not is_empty or bool(entry.reason)
    if check.reason != entry.reason or is_empty:
        return True
    if entry.points is not None:
        return check.points != entry.points
    kind = CriterionKind(view.board.by_key[entry.criterion_id].kind)
    return inputs_from_json(kind, check.inputs) != entry.inputs


def filled(view, scorer, typed):
    """What was typed, and the unit's own figures where nothing was: to be looked at, not saved yet."""
    found = {key: dict(values) for key, values in typed.items()}
    for leaf in view.asked:
        parts = [part["part"] for part in parts_of(leaf, view.board.rules[leaf.pk], Stage.CROSS)]
        values = found.setdefault(leaf.pk, {"reason": ""})
        if leaf.pk in view.own and not any(values.get(part) for part in parts):
            own = values_of(leaf, view.own[leaf.pk])
            values.update({part: own.get(part, "") for part in parts})
    return found


def draw_cross(request, view, who, status=200, *, error=(), **more):
    card = view.card
    cycle = card.scoreboard.cycle
    scorer, mine = scorer_of(request, view, who)
    sheet = view.sheets.get(scorer.pk) if scorer else None
    refusals = _refusals(who, card, scorer, sheet)
    evidence = {}
    for one in queries.evidence_files(who, card):
        evidence.setdefault(one.criterion_id, []).append(one)
    context = {
        "card": card,
        "view": view,
        "lines": cross_lines(
            view,
            who,
            scorer,
            is_open=bool(scorer) and (not refusals or bool(more.get("typed"))),
            evidence=evidence,
            **more,
        ),
        "scorer": scorer,
        "mine": mine,
        "sheet": sheet,
        "done": len(view.asked) - len(sheet.missing) if sheet else 0,
        "refusals": refusals if scorer else (),
        "sees_others": view.seen_by(who),
        "scorers": scorer_lines(view, who),
        "keeps": is_keeper(who),
        "set_aside_refusals": policies.set_scorer_aside(who, card, "có")
        if who.is_chair or who.is_vice
        else None,
        "accept_refusals": _accept_refusals(who, card),
        "usual_reasons": USUAL_REASONS,
        "error": error,
        "is_asking_again": bool(sheet and sheet.is_whole and not sheet.is_sent and not sheet.set_aside),
    }
    return cycle_page(request, cycle, "scoring/crosscheck.html", context, status)


def _refusals(who, card, scorer, sheet):
    if scorer is None:
        return []
    aside = sheet.set_aside if sheet else None
    told = {"is_sent": bool(sheet and sheet.is_sent), "set_aside": aside.set_aside_reason if aside else ""}
    return policies.save_cross_checks(who, card, scorer.pk, **told)


def _accept_refusals(who, card):
    """None hides the button from those who never agree scores."""
    return policies.accept_cross(who, card) if who.is_chair or policies.is_verifier(who, card) else None


@require_safe
def cross_file(request, province, bloc, year, unit, pk):
    card, who = get_cross(request, province, bloc, year, unit)
    return serve_file(get_object_or_404(queries.evidence_files(who, card), pk=pk).upload)


def _scorer_act(request, address, act, done):
    card, who = get_cross(request, **address)
    cycle = card.scoreboard.cycle
    # A scorer that has left the bloc may still be set aside.
    found = {sheet.unit.slug: sheet.unit for sheet in queries.cross_view(card).sheets.values()}
    scorer = found.get(request.POST.get("scorer", ""))
    try:
        if scorer is None:
            raise Refused(["Hãy chọn đơn vị chấm chéo."])
        act(card=card, scorer=scorer, reason=request.POST.get("reason", ""), **by(request))
    except Refused as refused:
        return draw_cross(request, queries.cross_view(card), who, 422, error=refused.reasons)
    messages.success(request, done)
    return redirect("cross_check", *cycle.slugs, card.unit.slug)


@require_POST
def cross_set_aside(request, **address):
    return _scorer_act(
        request, address, services.set_scorer_aside, "Điểm của đơn vị này được giữ lại và không tính."
    )


@require_POST
def cross_count_again(request, **address):
    return _scorer_act(
        request, address, services.count_scorer_again, "Điểm của đơn vị này được tính trở lại."
    )


@require_POST
def cross_accept(request, **address):
    card, who = get_cross(request, **address)
    try:
        services.accept_cross(card=card, **by(request))
    except Refused as refused:
        return draw_cross(request, queries.cross_view(card), who, 422, error=refused.reasons)
    messages.success(request, "Đã lấy kết quả chấm chéo làm điểm thống nhất cho các tiêu chí chưa ghi.")
    return redirect("scorecard", *card.scoreboard.cycle.slugs, card.unit.slug)
