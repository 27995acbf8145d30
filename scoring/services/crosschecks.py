"""Writes to the cross-check: the members score each other, the chair closes, the meeting may take the result."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import refuse
from scoring import policies, queries
from scoring.enums import MarkState, Stage
from scoring.models import CrossCheck, Mark, Scoreboard, Scorecard
from scoring.queries import CardView, CrossView
from scoring.services.marks import (
    LostMarks,
    MarkEntry,
    RefusedMarks,
    checked_marks,
    evidence_now,
    lock_card,
    save_marks,
    shown,
)

CHECK_FIELDS = [
    "inputs", "points", "floor", "ceiling", "explanation", "reason", "evidence_version", "author",
    "marked_at", "version",
]  # fmt: skip


def _locked(scoreboard: Scoreboard) -> tuple[Scoreboard, Cycle]:
    cycle = lock_cycle(scoreboard.cycle_id)
    scoreboard = Scoreboard.objects.select_related("guidance").get(pk=scoreboard.pk)
    scoreboard.cycle = cycle
    return scoreboard, cycle


@transaction.atomic
def plan_cross_check(
    *, scoreboard: Scoreboard, method: str, due_on: date | None = None, by: User, at: datetime
) -> Scoreboard:
    """Choose how the members' marks become one, and the day by which they are given."""
    scoreboard, cycle = _locked(scoreboard)
    refuse(policies.plan_cross_check(standing_in(cycle, by, at), scoreboard, method, due_on))
    scoreboard.cross_method, scoreboard.cross_due_on = method, due_on
    with audited("scoring.cross_check.planned", by=by):
        scoreboard.save(update_fields=["cross_method", "cross_due_on"])
    return scoreboard


@transaction.atomic
def save_cross_checks(
    *,
    card: Scorecard,
    scorer: Unit,
    entries: Sequence[MarkEntry],
    by: User,
    at: datetime,
    check_versions: bool = False,
) -> list[CrossCheck]:
    """Keep what a member has entered so far on another's card; it stays its own until it is sent."""
    card, cycle = lock_card(card)
    view, told = _view(card, scorer)
    refuse(policies.save_cross_checks(standing_in(cycle, by, at), card, scorer.pk, **told))
    checks = _entered(view, scorer, entries, check_versions=check_versions)
    _refuse_whole(view, scorer, checks, at)
    with audited("scoring.cross_check.saved", by=by):
        return _write(_signed(checks, by, at))


@transaction.atomic
def send_cross_check(
    *,
    card: Scorecard,
    scorer: Unit,
    entries: Sequence[MarkEntry] = (),
    by: User,
    at: datetime,
    check_versions: bool = False,
) -> list[CrossCheck]:
    """Send a member's marks of another's card: whole, with reasons, never changed again."""
    card, cycle = lock_card(card)
    view, told = _view(card, scorer)
    who = standing_in(cycle, by, at)
    refuse(policies.save_cross_checks(who, card, scorer.pk, **told))
    entered = _entered(view, scorer, entries, check_versions=check_versions)
    had = view.sheets[scorer.pk].checks
    sheet = {**had, **{check.criterion_id: check for check in entered}}
    missing = [leaf.code for leaf in view.asked if leaf.pk not in sheet]
    refuse(policies.send_cross_check(who, card, scorer.pk, missing, _unexplained(view, sheet), **told))
    # What was given before the unit sent its card again is confirmed as it stands.
    stale = [] if card.sent_at is None else [one for one in had.values() if one.marked_at < card.sent_at]
    keys = {check.criterion_id for check in entered}
    confirmed = [check for check in stale if check.criterion_id not in keys]
    for check in confirmed:
        check.version += 1
        check.evidence_version = evidence_now(card, check.criterion_id)
    with audited("scoring.cross_check.sent", by=by):
        _write(_signed([*entered, *confirmed], by, at))
    return list(sheet.values())


def _view(card: Scorecard, scorer: Unit) -> tuple[CrossView, Mapping[str, bool | str]]:
    """The card read across, and what its policy has to know of this scorer."""
    view = queries.cross_view(card)
    sheet = view.sheets.get(scorer.pk)
    aside = sheet.set_aside if sheet else None
    return view, {
        "is_member": scorer.pk in view.members,
        "is_sent": bool(sheet and sheet.is_sent),
        "set_aside": aside.set_aside_reason if aside else "",
    }


def _entered(
    view: CrossView, scorer: Unit, entries: Sequence[MarkEntry], *, check_versions: bool
) -> list[CrossCheck]:
    """The rows that entries make; every cell that cannot stand is refused at once."""
    had = view.sheets[scorer.pk].checks
    if check_versions:
        _refuse_lost(view, had, entries)
    marks = checked_marks(view.as_card(), Stage.CROSS, entries)
    codes = {leaf.pk: leaf.code for leaf in view.board.leaves}
    empty = {
        mark.criterion_id: [
            f"Tiêu chí {codes[mark.criterion_id]}: chấm chéo ghi bằng điểm; "
            "để trống tiêu chí chưa chấm, điểm đã lưu thì sửa thành điểm khác."
        ]
        for mark in marks
        if mark.state != MarkState.SCORED
    }
    if empty:
        raise RefusedMarks(empty)
    return [_row(mark, scorer, had.get(mark.criterion_id)) for mark in marks]


def _row(mark: Mark, scorer: Unit, old: CrossCheck | None) -> CrossCheck:
    row = CrossCheck(
        pk=old.pk if old else None,
        card=mark.card,
        criterion=mark.criterion,
        scorer=scorer,
        inputs=mark.inputs,
        points=mark.points,
        floor=mark.floor,
        ceiling=mark.ceiling,
        explanation=mark.explanation,
        reason=mark.reason,
        evidence_version=mark.evidence_version,
        version=old.version + 1 if old else 1,
    )
    row.note = mark.note
    return row


def _refuse_lost(view: CrossView, had: Mapping[int, CrossCheck], entries: Sequence[MarkEntry]) -> None:
    lost = {
        entry.criterion_id: had.get(entry.criterion_id)
        for entry in entries
        if getattr(had.get(entry.criterion_id), "version", None) != entry.version
    }
    if not lost:
        return
    reasons = [
        f"Tiêu chí {view.board.by_key[key].code} vừa được {check.author if check else 'người khác'} sửa thành "
        f"“{shown(check)}”. Hãy chọn giá trị đúng rồi lưu lại."
        for key, check in lost.items()
    ]
    raise LostMarks(lost, reasons, "")


def _unexplained(view: CrossView, sheet: Mapping[int, CrossCheck]) -> list[str]:
    """Codes where the scorer says something else than the unit, without a reason."""
    return [
        leaf.code
        for leaf in view.open
        if leaf.pk in sheet
        and not sheet[leaf.pk].reason.strip()
        and leaf.pk in view.own
        and view.own[leaf.pk].points != sheet[leaf.pk].points
    ]


def _refuse_whole(view: CrossView, scorer: Unit, checks: Iterable[CrossCheck], at: datetime) -> None:
    """A draft that became whole would be sent by itself: it is sent on purpose, or not."""
    sheet = {**view.sheets[scorer.pk].checks, **{check.criterion_id: check for check in checks}}
    for check in checks:
        check.marked_at = at
    if view.sheet(scorer, sheet).is_sent:
        refuse(["Đã chấm đủ mọi tiêu chí. Hãy bấm “Gửi điểm chấm chéo”; sau khi gửi không sửa được nữa."])


def _signed(checks: Iterable[CrossCheck], by: User, at: datetime) -> list[CrossCheck]:
    signed = list(checks)
    for check in signed:
        check.author, check.marked_at = by, at
    return signed


def _write(checks: Iterable[CrossCheck]) -> list[CrossCheck]:
    checks = list(checks)
    CrossCheck.objects.bulk_create([check for check in checks if check.pk is None])
    CrossCheck.objects.bulk_update([check for check in checks if check.version > 1], CHECK_FIELDS)
    return checks


@transaction.atomic
def set_scorer_aside(*, card: Scorecard, scorer: Unit, reason: str, by: User, at: datetime) -> int:
    """Leave a scorer out of sum and count of one card; what it gave is kept."""
    card, cycle = lock_card(card)
    rows = CrossCheck.objects.filter(card=card, scorer=scorer, set_aside_at=None)
    who = standing_in(cycle, by, at)
    refuse(policies.set_scorer_aside(who, card, reason, has_scored=rows.exists()))
    with audited("scoring.cross_check.set_aside", by=by, reason=reason):
        return rows.update(set_aside_at=at, set_aside_by=by, set_aside_reason=reason.strip())


@transaction.atomic
def count_scorer_again(*, card: Scorecard, scorer: Unit, reason: str, by: User, at: datetime) -> int:
    """Take back that a scorer does not count; the journal keeps both."""
    card, cycle = lock_card(card)
    rows = CrossCheck.objects.filter(card=card, scorer=scorer, set_aside_at__isnull=False)
    who = standing_in(cycle, by, at)
    refuse(policies.count_scorer_again(who, card, reason, is_aside=rows.exists()))
    with audited("scoring.cross_check.counted_again", by=by, reason=reason):
        return rows.update(set_aside_at=None, set_aside_by=None, set_aside_reason="")


@transaction.atomic
def close_cross_check(*, scoreboard: Scoreboard, reason: str = "", by: User, at: datetime) -> Scoreboard:
    """Close the cross-check of the whole bloc: from here on everybody reads the result."""
    scoreboard, cycle = _locked(scoreboard)
    waiting = queries.cross_waiting(cycle)
    refuse(policies.close_cross_check(standing_in(cycle, by, at), scoreboard, reason, waiting))
    scoreboard.cross_closed_at, scoreboard.cross_closed_by = at, by
    with audited("scoring.cross_check.closed", by=by, reason=reason):
        scoreboard.save(update_fields=["cross_closed_at", "cross_closed_by"])
    return scoreboard


@transaction.atomic
def accept_cross(
    *, card: Scorecard, by: User, at: datetime, criteria: Iterable[int] | None = None
) -> CardView:
    """Take the closed result over as the meeting's marks, for the chosen criteria (None: all without one)."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    results = queries.cross_results(card, view.board)
    wanted = set(results) - set(view.at(Stage.MEETING)) if criteria is None else set(criteria)
    entries = [
        MarkEntry(key, points=result.points, reason=f"Theo kết quả chấm chéo. {result.sentence}")
        for key, result in results.items()
        if key in wanted and result.points is not None
    ]
    refuse(policies.accept_cross(standing_in(cycle, by, at), card, len(entries)))
    return save_marks(card=card, stage=Stage.MEETING, entries=entries, by=by, at=at)
