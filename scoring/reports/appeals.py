"""Explanations and appeals as lines that a page only has to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from blocs.models import Cycle
from blocs.queries import Standing
from config.kit.figures import points_text
from config.kit.text import moment
from scoring import queries
from scoring.enums import AppealKind, AppealOutcome, MarkState, Stage
from scoring.models import Appeal, Scorecard
from scoring.reports.sheet import Waiting


@dataclass(frozen=True)
class AppealLine:
    """One explanation or appeal: what, by when, where it stands, the mark before and after."""

    appeal: Appeal
    url: str
    unit: str
    code: str
    title: str
    kind: str
    state: str
    tone: str
    due_on: date
    is_overdue: bool
    asked: str
    answered: str
    decided: str
    original: str
    outcome: str
    after: str


def appeal_line(appeal: Appeal, who: Standing, stages: Sequence[str], cycle: Cycle) -> AppealLine:
    """`stages` = those of the card that the reader may see."""
    state, tone = queries.state_words(appeal, who.on)
    is_changed = appeal.outcome == AppealOutcome.CHANGED
    return AppealLine(
        appeal=appeal,
        url=reverse("appeal", args=[*cycle.slugs, appeal.card.unit.slug, appeal.pk]),
        unit=appeal.card.unit.short_name,
        code=appeal.criterion.code,
        title=appeal.criterion.title,
        kind="Giải trình" if appeal.kind == AppealKind.EXPLANATION else "Đề nghị xem xét lại điểm",
        state=state,
        tone=tone,
        due_on=appeal.due_on,
        is_overdue=queries.is_overdue(appeal, who.on),
        asked=f"{appeal.asked_by}, {moment(appeal.asked_at)}",
        answered=f"{appeal.answered_by}, {moment(appeal.answered_at)}" if appeal.answered_at else "",
        decided=f"{appeal.decided_by}, {moment(appeal.decided_at)}" if appeal.decided_at else "",
        original=_original(appeal) if queries.shows_original(appeal, stages) else "",
        outcome=AppealOutcome(appeal.outcome).label if appeal.outcome else "",
        after=points_text(appeal.decided_points) if is_changed else "",
    )


def _original(appeal: Appeal) -> str:
    """“7,50 (tự chấm)”: the mark as it stood when the matter was opened."""
    points = points_text(appeal.original_points) or MarkState(appeal.original_state).label
    return f"{points} ({Stage(appeal.stage).label.lower()})"


def lines_on_card(who: Standing, card: Scorecard) -> list[AppealLine]:
    """What was asked and contested on a card; nothing to those whom it does not concern. One query."""
    if not queries.reads_appeals(who, card):
        return []
    stages = queries.visible_stages(who, card)
    return [appeal_line(one, who, stages, card.scoreboard.cycle) for one in queries.appeals_of(card)]


def waiting_lines(who: Standing, cycle: Cycle) -> list[AppealLine]:
    """All that waits in a year, as far as this person may read it, for the list of cards. One query."""
    return [appeal_line(one, who, (), cycle) for one in queries.open_appeals_of_bloc(who, cycle)]


def waiting_on(lines: Sequence[AppealLine]) -> dict[int, Waiting]:
    """Criterion → what waits on it for an answer or a decision."""
    return {
        line.appeal.criterion_id: Waiting(f"{line.kind}: {line.state.lower()}", line.tone, line.url)
        for line in lines
        if line.appeal.decided_at is None
    }
