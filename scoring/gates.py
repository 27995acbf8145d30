"""What scores ask before a year moves on."""

from django.urls import reverse

from blocs.models import Cycle
from blocs.rules import Check
from scoring import queries
from scoring.enums import RankingStatus, ScoreboardStatus, ScorecardState


def _names(claim: str, names: list[str]) -> tuple[str, ...]:
    return (f"{claim}: {', '.join(names)}.",) if names else ()


def scoreboard_adopted(cycle: Cycle) -> Check:
    board = queries.scoreboard_of(cycle)
    holds = board is not None and board.status == ScoreboardStatus.ADOPTED
    words = "Bảng điểm của khối chưa được thông qua. Hãy lập từ hướng dẫn và thông qua tại hội nghị."
    return Check(
        claim="Bảng điểm của khối đã được thông qua",
        missing=() if holds else (words,),
        turn="Khối trưởng",
        url=reverse("scoreboard", args=cycle.slugs),
    )


def every_card_sent(cycle: Cycle) -> Check:
    """A unit that is not ranked need not send a card."""
    sent = (ScorecardState.SENT, *queries.CHECKED_CARD)
    waiting = queries.waiting_for(queries.cards_of(cycle), sent, queries.unranked_of(cycle))
    late = [unit.name for unit in queries.members_without_card(cycle)]
    return Check(
        claim="Mọi đơn vị đã gửi bảng tự chấm điểm",
        missing=_names("Chưa gửi bảng tự chấm điểm", waiting + late),
        turn="Các đơn vị",
        is_hard=False,
        url=reverse("scores", args=cycle.slugs),
        due_on=queries.due_of(cycle),
    )


def every_card_verified(cycle: Cycle) -> Check:
    cards = queries.cards_of(cycle)
    waiting = queries.waiting_for(cards, queries.CHECKED_CARD, queries.unranked_of(cycle))
    return Check(
        claim="Khối đã rà soát mọi bảng tự chấm điểm",
        missing=_names("Chưa rà soát xong", waiting),
        turn="Khối trưởng, Khối phó",
        url=reverse("scores", args=cycle.slugs),
    )


def ranking_adopted(cycle: Cycle) -> Check:
    run = queries.ranking_of(cycle)
    holds = run is not None and run.status == RankingStatus.ADOPTED
    return Check(
        claim="Xếp hạng của khối đã chốt",
        missing=() if holds else ("Xếp hạng chưa được hội nghị thống nhất. Hãy lập và chốt xếp hạng.",),
        turn="Khối trưởng",
        url=reverse("ranking", args=cycle.slugs),
    )
