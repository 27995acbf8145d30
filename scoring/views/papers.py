from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.security import exports
from blocs.queries import standing_in
from blocs.views.shared import by, get_cycle
from config.kit import pdf
from config.kit.answers import file
from config.kit.lane import heavy
from config.kit.once import creates
from documents.enums import DocumentKind
from documents.queries import document_of
from documents.reports import pdf_of
from scoring import policies, queries, services
from scoring.reports import papers
from scoring.views.cards import get_card
from scoring.views.ranking import run_for


@require_safe
def scorecard_pdf(request, province, bloc, year, unit):
    card, who = get_card(request, province, bloc, year, unit)
    view = queries.read_view(card)
    content = papers.card_pdf(view, queries.visible_stages(who, card))
    return file(content, f"bang tu cham diem {unit} {year}", "pdf")


@require_safe
def scorecard_xlsx(request, province, bloc, year, unit):
    card, who = get_card(request, province, bloc, year, unit)
    content = papers.card_xlsx(queries.read_view(card), queries.visible_stages(who, card))
    return file(content, f"bang tu cham diem {unit} {year}", "xlsx")


@require_safe
def scoreboard_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    board = queries.scoreboard_of(cycle)
    if board is None:
        raise Http404
    return file(pdf.from_html(papers.board_html(board)), f"thang bang diem {bloc} {year}", "pdf")


def _run(request, cycle):
    run = run_for(standing_in(cycle, request.user, timezone.now()), cycle)
    if run is None:
        raise Http404
    return run


@require_safe
def ranking_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    content = pdf.from_html(papers.ranking_html(cycle, _run(request, cycle)))
    return file(content, f"xep hang {bloc} {year}", "pdf")


@require_safe
@exports
def ranking_xlsx(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    content = papers.ranking_xlsx(cycle, _run(request, cycle))
    return file(content, f"xep hang {bloc} {year}", "xlsx")


def _summary(request, province, bloc, year):
    """Figures of all members: for whoever keeps the bloc, and for everybody once the ranking is adopted."""
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    cards = list(queries.cards_of(cycle))
    if not cards or policies.read_summary(who, queries.ranking_of(cycle)):
        raise Http404
    run = run_for(who, cycle)
    return cycle, papers.summary_table(cycle, cards, run), run


@require_safe
@heavy("GET")
def summary_pdf(request, province, bloc, year):
    cycle, table, run = _summary(request, province, bloc, year)
    return file(pdf.from_html(papers.summary_html(cycle, table, run)), f"tong hop diem {bloc} {year}", "pdf")


@require_safe
@exports
def summary_xlsx(request, province, bloc, year):
    cycle, table, _ = _summary(request, province, bloc, year)
    return file(papers.summary_xlsx(cycle, table), f"tong hop diem {bloc} {year}", "xlsx")


@require_safe
@heavy("GET")
def score_report_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    run = queries.ranking_of(cycle)
    if run is None or policies.read_summary(who, run):
        raise Http404
    paper = document_of(cycle, DocumentKind.SCORE_REPORT) or papers.draft_report(cycle)
    return file(pdf_of(paper), f"bao cao cham diem {bloc} {year}", "pdf")


@require_POST
@creates
def score_report_open(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    return redirect(services.open_score_report(cycle=cycle, **by(request)))
