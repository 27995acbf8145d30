"""What the scores show elsewhere: the bloc's list of cards, the cycle's panel, the archive, the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from blocs.models import Cycle
from blocs.queries import Standing, members_of
from blocs.rules import ArchiveItem, Panel
from config.kit import pdf
from config.kit.figures import points_text
from config.kit.text import day
from scoring import queries
from scoring.enums import RankingStatus, ScoreboardStatus, ScorecardState, Stage
from scoring.models import Scorecard
from scoring.queries import CardView
from scoring.queries.comparison import PUBLIC_FROM
from scoring.reports.papers import (
    card_pdf,
    card_xlsx,
    ranking_html,
    ranking_xlsx,
    summary_html,
    summary_table,
    summary_xlsx,
)
from scoring.rules import days_late

TONES: Mapping[str, str] = {
    ScorecardState.DRAFT: "warn",
    ScorecardState.PROPOSED: "info",
    ScorecardState.SENT: "info",
    ScorecardState.RETURNED: "warn",
    ScorecardState.VERIFIED: "good",
    ScorecardState.AGREED: "good",
    ScorecardState.APPRAISED: "good",
}


@dataclass(frozen=True)
class CardLine:
    """One unit in the bloc's list: how far its card has come, and whose turn it is."""

    place: int
    name: str
    office: str
    url: str
    state: str
    tone: str
    turn: str
    done: int | None
    of: int
    totals: tuple[str, ...]
    late: str
    is_own: bool
    unranked: str


TOTALS = ((Stage.SELF, "Tự chấm"), (Stage.BLOC, "Khối thẩm định"), (Stage.MEETING, "Thống nhất"))
# The page of a year has room for two.
PANEL_TOTALS = TOTALS[:2]


def card_lines(
    who: Standing,
    cycle: Cycle,
    cards: Sequence[Scorecard],
    due: date | None,
    stages: Sequence[str] = tuple(stage for stage, _ in TOTALS),
) -> list[CardLine]:
    """The list of cards as this person may see it: figures only of cards that may be opened."""
    if not cards:
        return []
    board = queries.board_of(cards[0].scoreboard)
    offices = queries.offices_words(cycle)
    unranked = {member.unit_id: member.unranked_reason for member in members_of(cycle)}
    # What stands at the last of the stages may stand on those before it.
    views = queries.light_views(cards, board, stages={Stage.SELF, *queries.STANDS_ON[stages[-1]]})
    return [
        _card_line(place, who, view, stages, offices, due, unranked.get(view.card.unit_id, ""))
        for place, view in enumerate(views, start=1)
    ]


def _card_line(
    place: int,
    who: Standing,
    view: CardView,
    shown: Sequence[str],
    offices: Mapping[int, str],
    due: date | None,
    unranked: str,
) -> CardLine:
    card, cycle = view.card, view.card.scoreboard.cycle
    may_open = queries.sees_card(who, card)
    stages = queries.visible_stages(who, card) if may_open else ()
    sees_progress = may_open or who.is_secretariat or who.is_vice or who.reads_all
    own = view.total(Stage.SELF)
    has_begun = bool(view.at(Stage.SELF))
    state = ScorecardState(card.state)
    is_new = state == ScorecardState.DRAFT and not has_begun
    return CardLine(
        place=place,
        name=card.unit.name,
        office=offices.get(card.unit_id, ""),
        url=reverse("scorecard", args=[*cycle.slugs, card.unit.slug]) if may_open else "",
        state="Chưa bắt đầu" if is_new and sees_progress else state.label,
        tone="bad" if is_new and sees_progress else TONES[state],
        turn=turn_of(card, offices),
        done=own.scored if sees_progress else None,
        of=own.of,
        totals=tuple(
            points_text(view.total(stage).total) if stage in stages and view.at(stage) else ""
            for stage in shown
        ),
        late=late_words(card, due),
        is_own=card.unit_id in who.belongs_to,
        unranked=unranked,
    )


def turn_of(card: Scorecard, offices: Mapping[int, str]) -> str:
    """Whose turn it is."""
    if card.state in (ScorecardState.DRAFT, ScorecardState.RETURNED):
        return "Đơn vị"
    if card.state == ScorecardState.PROPOSED:
        return "Thủ trưởng đơn vị"
    if card.state == ScorecardState.SENT:
        if card.verifier:
            return card.verifier.short_name
        province = card.scoreboard.cycle.bloc.province
        return province.vice_word if offices.get(card.unit_id) == "Khối trưởng" else province.chair_word
    return "Hội nghị" if card.state == ScorecardState.VERIFIED else "—"


def late_words(card: Scorecard, due: date | None) -> str:
    """“chậm 2 ngày”, by the clock of Vietnam; empty when in time or without a date."""
    if due is None or card.first_sent_at is None:
        return ""
    days = days_late(due, card.first_sent_at)
    return f"chậm {days} ngày" if days else ""


def cycle_panel(who: Standing, cycle: Cycle) -> Panel | None:
    """The scores on the page of the year: the list of cards, or where the board stands."""
    scoreboard = queries.scoreboard_of(cycle)
    url = reverse("scores", args=cycle.slugs)
    cards = queries.cards_in(cycle)
    due = queries.due_of(cycle)
    context = {
        "scoreboard": scoreboard,
        "is_adopted": bool(scoreboard and scoreboard.status == ScoreboardStatus.ADOPTED),
        "lines": card_lines(who, cycle, cards, due, [stage for stage, _ in PANEL_TOTALS]),
        "heads": [label for _, label in PANEL_TOTALS],
        "due": day(due),
        "url": url,
    }
    return Panel("Chấm điểm của các đơn vị", "scoring/_panel.html", context, url)


ALL_STAGES = (Stage.SELF, Stage.BLOC, Stage.MEETING, Stage.PROVINCE)


def _finished(card: Scorecard) -> list[str]:
    """The stages of a card that are over: an archive goes to several hands and holds nothing unfinished."""
    return [stage for stage in ALL_STAGES if card.state in PUBLIC_FROM.get(stage, (card.state,))]


def archive(cycle: Cycle) -> list[ArchiveItem]:
    """Every sent card, the ranking and the summary, as PDF and as workbook."""
    cards = [card for card in queries.cards_of(cycle) if card.state not in queries.EDITABLE_CARD]
    items: list[ArchiveItem] = []
    for place, card in enumerate(cards, start=1):
        name = f"cham-diem/{place:02d}-{card.unit.slug}"
        items.append(
            ArchiveItem(f"{name}.pdf", lambda card=card: card_pdf(queries.read_view(card), _finished(card)))
        )
        items.append(
            ArchiveItem(f"{name}.xlsx", lambda card=card: card_xlsx(queries.read_view(card), _finished(card)))
        )
    run = queries.ranking_of(cycle)
    if run and run.status == RankingStatus.ADOPTED:
        items += [
            ArchiveItem("xep-hang.pdf", lambda: pdf.from_html(ranking_html(cycle, run))),
            ArchiveItem("xep-hang.xlsx", lambda: ranking_xlsx(cycle, run)),
            ArchiveItem(
                "tong-hop-diem.pdf",
                lambda: pdf.from_html(summary_html(cycle, summary_table(cycle, cards, run), run)),
            ),
            ArchiveItem("tong-hop-diem.xlsx", lambda: summary_xlsx(cycle, summary_table(cycle, cards, run))),
        ]
    return items
