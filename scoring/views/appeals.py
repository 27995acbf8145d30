from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs.queries import standing_in
from blocs.views.shared import by, cycle_page, get_cycle, saved
from config.kit.once import creates
from scoring import forms, policies, queries, services
from scoring.enums import AppealKind, CriterionKind, ScorecardState, Stage
from scoring.reports.appeals import appeal_line, lines_on_card
from scoring.rules import bounds_of
from scoring.views.cards import get_card


@require_safe
def appeals(request, province, bloc, year, unit):
    """Everything that was asked and contested on one card."""
    card, who = get_appeal_card(request, province, bloc, year, unit)
    context = {"card": card, "appeals": lines_on_card(who, card)}
    return cycle_page(request, card.scoreboard.cycle, "scoring/appeals.html", context)


def get_appeal_card(request, province, bloc, year, unit):
    """A card whose appeals a person may read: the own unit's, or one that it checks."""
    card, who = get_card(request, province, bloc, year, unit)
    if not queries.reads_appeals(who, card):
        raise Http404
    return card, who


def leaf_of(card, key):
    """A criterion of the card's own board, and the range of its points."""
    board = queries.board_of(card.scoreboard)
    leaf = board.by_key.get(key)
    if leaf is None or leaf.is_group:
        raise Http404
    return leaf, bounds_of(CriterionKind(leaf.kind), board.natures[leaf.pk], leaf.max_points)


@require_http_methods(["GET", "POST"])
@creates
def appeal_ask(request, province, bloc, year, unit, criterion):
    """Whoever checks the card asks the unit to explain a criterion."""
    card, who = get_appeal_card(request, province, bloc, year, unit)
    leaf, _ = leaf_of(card, criterion)
    waiting = queries.open_appeals(card)
    mark = queries.mark_of(card, leaf.pk, queries.DISPUTED)
    refusals = policies.ask_explanation(
        who, card, "có", who.on, is_open=leaf.pk in waiting, has_mark=mark is not None
    )
    form = forms.ExplanationForm(request.POST or None)

    def ask(**cleaned):
        services.ask_explanation(card=card, criterion=leaf, **cleaned, **by(request))

    if saved(request, form, ask, f"Đã yêu cầu giải trình tiêu chí {leaf.code}."):
        return redirect("appeals", province, bloc, year, unit)
    heading = "Yêu cầu giải trình"
    return draw_form(request, card, leaf, form, refusals, heading, waiting.get(leaf.pk))


@require_http_methods(["GET", "POST"])
@creates
def appeal_open(request, province, bloc, year, unit, criterion):
    """The unit contests the mark of a criterion."""
    card, who = get_appeal_card(request, province, bloc, year, unit)
    leaf, _ = leaf_of(card, criterion)
    waiting = queries.open_appeals(card)
    refusals = policies.open_appeal(
        who,
        card,
        "có",
        is_open=leaf.pk in waiting,
        is_heard=queries.has_been_contested(card, leaf.pk),
    )
    form = forms.AppealForm(request.POST or None, request.FILES or None)

    def contest(question, files):
        services.open_appeal(
            card=card, criterion=leaf, question=question, files=contents(files), **by(request)
        )

    if saved(request, form, contest, f"Đã gửi đề nghị xem xét lại điểm tiêu chí {leaf.code}."):
        return redirect("appeals", province, bloc, year, unit)
    heading = "Đề nghị xem xét lại điểm"
    return draw_form(request, card, leaf, form, refusals, heading, waiting.get(leaf.pk))


def contents(files):
    return [(file.name, file.read()) for file in files]


def draw_form(request, card, leaf, form, refusals, heading, waiting):
    context = {
        "card": card,
        "leaf": leaf,
        "form": form,
        "refusals": refusals,
        "words": heading,
        "waiting": waiting,
        "evidence": queries.evidence_of(card).get(leaf.pk, ()),
        "is_multipart": form.is_multipart(),
    }
    status = 422 if form.errors else 200
    return cycle_page(request, card.scoreboard.cycle, "scoring/appeal_form.html", context, status)


# One appeal


def get_appeal(request, province, bloc, year, unit, pk):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    return get_object_or_404(queries.appeals_for(who, cycle), card__unit__slug=unit, pk=pk), who


@require_safe
def appeal(request, **address):
    found, who = get_appeal(request, **address)
    return draw_appeal(request, found, who)


@require_POST
@creates
def appeal_answer(request, **address):
    found, who = get_appeal(request, **address)
    form = forms.AnswerForm(request.POST, request.FILES)

    def answer(answer, files):
        services.answer_appeal(appeal=found, answer=answer, files=contents(files), **by(request))

    if saved(request, form, answer, "Đã gửi giải trình."):
        return redirect(request.path.removesuffix("tra-loi/"))
    return draw_appeal(request, get_appeal(request, **address)[0], who, 422, answer_form=form)


@require_POST
def appeal_decide(request, **address):
    found, who = get_appeal(request, **address)
    form = forms.DecisionForm(request.POST)

    def decide(**cleaned):
        decided = services.decide_appeal(appeal=found, **cleaned, **by(request))
        if decided.note:
            messages.info(request, decided.note)

    if saved(request, form, decide, "Đã ghi kết luận."):
        return redirect(request.path.removesuffix("ket-luan/"))
    return draw_appeal(request, get_appeal(request, **address)[0], who, 422, decision_form=form)


def draw_appeal(request, found, who, status=200, *, answer_form=None, decision_form=None):
    card = found.card
    cycle = card.scoreboard.cycle
    stages = queries.visible_stages(who, card)
    leaf, bounds = leaf_of(card, found.criterion_id)
    marks = queries.read_view(card).marks
    is_own = card.unit_id in who.belongs_to
    is_judge = policies.is_verifier(who, card)
    context = {
        "card": card,
        "leaf": leaf,
        "line": appeal_line(found, who, stages, cycle),
        "files": queries.evidence_with(found),
        "marks": [
            (Stage(stage).label, marks[stage][leaf.pk]) for stage in stages if leaf.pk in marks.get(stage, {})
        ],
        "opens_card": card.state not in queries.EDITABLE_CARD or is_own or who.reads_all,
        "asks_answer": is_own and found.kind == AppealKind.EXPLANATION and not found.answered_at,
        "answer_refusals": policies.answer_appeal(who, found, "có"),
        "answer_form": answer_form or forms.AnswerForm(),
        "asks_decision": is_judge and not found.decided_at,
        "decide_refusals": policies.decide_appeal(who, found, "kept", "có"),
        "decision_form": decision_form or forms.DecisionForm(bounds=bounds),
        "goes_to": Stage(queries.CHANGED_AT[card.state]).label if card.state in queries.CHANGED_AT else "",
        "state_label": ScorecardState(card.state).label,
        "is_own": is_own,
    }
    return cycle_page(request, cycle, "scoring/appeal.html", context, status)
