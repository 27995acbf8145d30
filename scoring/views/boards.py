from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit.once import creates
from config.kit.refusals import Refused
from scoring import forms, policies, queries, services
from scoring.enums import ScoreboardStatus
from scoring.reports.appeals import waiting_lines
from scoring.reports.panels import TOTALS, card_lines
from scoring.views.guidance import findings_context, tree_of


@require_safe
def scores(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    cards = queries.cards_in(cycle)
    board = cards[0].scoreboard if cards else queries.scoreboard_of(cycle)
    due = queries.due_of(cycle, board.guidance if board else None)
    lines = card_lines(who, cycle, cards, due)
    late = queries.members_without_card(cycle) if cards else []
    context = {
        "scoreboard": board,
        "is_adopted": bool(board and board.status == ScoreboardStatus.ADOPTED),
        "lines": lines,
        "heads": [label for _, label in TOTALS],
        "due": due,
        "sent_count": sum(card.state not in queries.EDITABLE_CARD for card in cards),
        "checked_count": sum(card.state in queries.CHECKED_CARD for card in cards),
        "own": next((line for line in lines if line.is_own), None),
        "opens_a_card": any(line.url for line in lines),
        "late_units": late,
        "add_refusals": policies.add_missing_cards(who, cycle, board, late),
        "reads_comparison": bool(cards)
        and not policies.read_comparison(who, board, is_ranked=board.is_ranked),
        "waiting_appeals": waiting_lines(who, cycle),
        "reads_summary": who.is_secretariat or who.is_vice or who.reads_all,
    }
    return cycle_page(request, cycle, "scoring/scores.html", context)


@require_POST
@creates
def cards_add(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    added = services.add_missing_cards(cycle=cycle, **by(request))
    messages.success(request, f"Đã lập bảng tự chấm điểm cho {len(added)} đơn vị.")
    return redirect("scores", *cycle.slugs)


@require_safe
def scoreboard(request, province, bloc, year):
    return draw_board(request, get_cycle(request, province, bloc, year))


def draw_board(request, cycle, status=200, error=(), adopt_form=None):
    who = standing_in(cycle, request.user, timezone.now())
    found = queries.draft_board_of(cycle) or queries.scoreboard_of(cycle)
    guidances = queries.guidances_of_year(cycle.bloc.province, cycle.year)
    context = {"scoreboard": found, "error": error, "guidances": guidances}
    if found:
        board = queries.board_of(found)
        faults = queries.frame_faults(board)
        unbound = queries.unbound_in(board) if found.status == ScoreboardStatus.DRAFT else []
        context |= {
            "tree": tree_of(board),
            "leaf_count": len(board.leaves),
            **findings_context(board),
            "edit_refusals": policies.edit_scoreboard(who, found),
            "adopt_refusals": policies.adopt_scoreboard(who, found, "có", faults, unbound=unbound),
            "unbound": unbound,
            "changes": queries.board_differences(board),
            "adopt_form": adopt_form or forms.HowForm(),
            "is_adopted": found.status == ScoreboardStatus.ADOPTED,
        }
    context["draft_form"] = forms.BoardForm(guidances=guidances)
    context["draft_refusals"] = policies.draft_scoreboard(who, cycle, [found] if found else [])
    return cycle_page(request, cycle, "scoring/scoreboard.html", context, status)


@require_POST
@creates
def scoreboard_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    guidances = queries.guidances_of_year(cycle.bloc.province, cycle.year)
    form = forms.BoardForm(request.POST, guidances=guidances)
    if not form.is_valid():
        return draw_board(request, cycle, 422, ["Hãy chọn hướng dẫn chấm điểm của tỉnh."])
    try:
        services.draft_scoreboard(cycle=cycle, guidance=form.cleaned_data["guidance"], **by(request))
    except Refused as refused:
        return draw_board(request, cycle, 422, refused.reasons)
    messages.success(request, "Đã lập dự thảo bảng điểm của khối từ hướng dẫn.")
    return redirect("scoreboard", *cycle.slugs)


@require_POST
def scoreboard_adopt(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    draft = get_object_or_404(queries.drafts_of(cycle))
    form = forms.HowForm(request.POST)
    if form.is_valid():
        try:
            services.adopt_scoreboard(scoreboard=draft, how=form.cleaned_data["how"], **by(request))
        except Refused as refused:
            return draw_board(request, cycle, 422, refused.reasons, form)
        messages.success(request, "Đã thông qua và khóa bảng điểm; mỗi đơn vị có một bảng tự chấm điểm.")
        return redirect("scores", *cycle.slugs)
    return draw_board(request, cycle, 422, ["Hãy ghi hình thức thông qua bảng điểm."], form)


@require_POST
def scoreboard_discard(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.discard_scoreboard(scoreboard=get_object_or_404(queries.drafts_of(cycle)), **by(request))
    messages.success(request, "Đã bỏ dự thảo bảng điểm.")
    return redirect("scoreboard", *cycle.slugs)


@require_POST
def scoreboard_waive(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    draft = get_object_or_404(queries.drafts_of(cycle))
    finding, reason = request.POST.get("finding", ""), request.POST.get("reason", "")
    try:
        services.waive_board_finding(scoreboard=draft, finding=finding, reason=reason, **by(request))
    except Refused as refused:
        return draw_board(request, cycle, 422, refused.reasons)
    messages.success(request, "Đã ghi lý do chấp nhận.")
    return redirect("scoreboard", *cycle.slugs)
