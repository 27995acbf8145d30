"""What the rest of the site asks of scores: work to do, search, and what must hold."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from blocs.enums import MilestoneKind, Office, Phase
from blocs.models import Appointment, Cycle, Deadline, Membership, Milestone, Province, Term
from blocs.queries import HEAD_ROLES, today
from blocs.rules import Hit, Step, Todo
from config.kit.fields import key_holds
from config.kit.text import search_key
from scoring.enums import GuidanceStatus, RankingStatus, ScoreboardStatus, ScorecardState
from scoring.models import Guidance, RankingRun, Scorecard
from scoring.queries.boards import guidances_for
from scoring.queries.cards import EDITABLE_CARD, judges_of

IN_SCORING = (Phase.SELF_SCORING, Phase.VERIFYING)


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Cards to fill, to approve and to check; scores to agree; a ranking to adopt. Six queries whatever the rows."""
    mine = list(
        Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False).values_list("unit_id", "role")
    )
    units = frozenset(unit for unit, _ in mine)
    if not units:
        return []
    heads = frozenset(unit for unit, role in mine if role in HEAD_ROLES)
    places = Membership.objects.filter(cycle=OuterRef("scoreboard__cycle"), unit__in=units, left_on=None)
    cards = list(
        Scorecard.objects.filter(
            Exists(places),
            scoreboard__status=ScoreboardStatus.ADOPTED,
            scoreboard__cycle__phase__in=(*IN_SCORING, Phase.REVIEWING),
        )
        .select_related("unit", "scoreboard__cycle__bloc__province")
        .order_by("scoreboard__cycle", "unit__sort_key")
    )
    cycles = {card.scoreboard.cycle_id: card.scoreboard.cycle for card in cards}
    offices = _offices(list(cycles))
    due = _due_days(list(cycles.values()))
    found = [todo for card in cards if card.unit_id in units and (todo := _own(card, heads, due))]
    for pk, cycle in cycles.items():
        chairs, vices = (
            offices.get((pk, Office.CHAIR), frozenset()),
            offices.get((pk, Office.VICE), frozenset()),
        )
        rows = [card for card in cards if card.scoreboard.cycle_id == pk]
        waiting = [
            card
            for card in rows
            if card.state == ScorecardState.SENT
            and card.unit_id not in units
            and units & judges_of(card, chairs, vices)
        ]
        found += _to_check(cycle, waiting, due)
        if units & chairs and all(card.state == ScorecardState.VERIFIED for card in rows):
            url = reverse("ranking", args=cycle.slugs)
            found.append(Todo("Ghi nhận điểm hội nghị đã thống nhất", url, str(cycle)))
    return found + _rankings(units)


def _offices(cycles: list[int]) -> dict[tuple[int, str], frozenset[int]]:
    found: dict[tuple[int, str], set[int]] = {}
    terms = Term.objects.filter(cycle__in=cycles, to_on=None).values_list("cycle_id", "office", "unit_id")
    for cycle, office, unit in terms:
        found.setdefault((cycle, office), set()).add(unit)
    return {key: frozenset(units) for key, units in found.items()}


def _due_days(cycles: list[Cycle]) -> dict[tuple[int, str], date]:
    """The bloc's own days, else the province's."""
    own = {
        (one.cycle_id, one.kind): one.due_on
        for one in Milestone.objects.filter(cycle__in=[cycle.pk for cycle in cycles])
    }
    wanted = (MilestoneKind.SELF_SCORING, MilestoneKind.VERIFYING)
    provincial = {
        (one.province_id, one.year, one.kind): one.due_on
        for one in Deadline.objects.filter(
            province__in={cycle.bloc.province_id for cycle in cycles}, kind__in=wanted
        )
    }
    for cycle in cycles:
        for kind in wanted:
            day = provincial.get((cycle.bloc.province_id, cycle.year, kind))
            if day:
                own.setdefault((cycle.pk, kind), day)
    return own


def _own(card: Scorecard, heads: frozenset[int], due: Mapping[tuple[int, str], date]) -> Todo | None:
    """What the unit itself has to do with its card; nothing for an officer while the head has it."""
    cycle = card.scoreboard.cycle
    if card.state not in EDITABLE_CARD or cycle.phase not in IN_SCORING:
        return None
    if card.state == ScorecardState.PROPOSED and card.unit_id not in heads:
        return None
    words = {
        ScorecardState.DRAFT: "Tự chấm điểm",
        ScorecardState.PROPOSED: "Duyệt và gửi bảng tự chấm điểm",
        ScorecardState.RETURNED: "Hoàn thiện bảng tự chấm điểm mà khối trả lại",
    }[ScorecardState(card.state)]
    url = reverse("scorecard", args=[*cycle.slugs, card.unit.slug])
    return Todo(words, url, str(cycle), due.get((cycle.pk, MilestoneKind.SELF_SCORING)))


def _to_check(cycle: Cycle, waiting: list[Scorecard], due: Mapping[tuple[int, str], date]) -> list[Todo]:
    """One line for all the cards of a year that wait for this person."""
    if not waiting:
        return []
    if len(waiting) == 1:
        url = reverse("scorecard", args=[*cycle.slugs, waiting[0].unit.slug])
        words = f"Rà soát bảng điểm của {waiting[0].unit}"
    else:
        url = reverse("scores", args=cycle.slugs)
        words = f"Rà soát bảng điểm của {len(waiting)} đơn vị"
    return [Todo(words, url, str(cycle), due.get((cycle.pk, MilestoneKind.VERIFYING)))]


def _rankings(units: frozenset[int]) -> list[Todo]:
    """Rankings that the chair has made and not adopted."""
    chairs = Term.objects.filter(cycle=OuterRef("cycle"), office=Office.CHAIR, to_on=None, unit__in=units)
    runs = RankingRun.objects.filter(
        Exists(chairs), status=RankingStatus.DRAFT, cycle__phase=Phase.REVIEWING
    ).select_related("cycle__bloc__province")
    return [
        Todo("Chốt xếp hạng của khối", reverse("ranking", args=run.cycle.slugs), str(run.cycle))
        for run in runs
    ]


def first_steps(province: Province, at: datetime) -> list[Step]:
    """Guidance that a new province has published."""
    return [
        Step(
            "Ban hành hướng dẫn chấm điểm",
            "Nhập thang điểm từ tệp Excel hoặc soạn trên trang; cơ quan thường trực ban hành, các khối lấy về dùng.",
            reverse("guidances"),
            is_done=Guidance.objects.filter(province=province, status=GuidanceStatus.PUBLISHED).exists(),
        )
    ]


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Guidance by number or title, marks or not."""
    key = search_key(words)
    if not key:
        return []
    found = guidances_for(user, at).filter(Q(key_holds("number", key)) | Q(search_key__contains=key))
    return [
        Hit(f"{g.number} {g.title}", g.get_absolute_url(), "Hướng dẫn", str(g.province)) for g in found[:20]
    ]
