"""Writes to marks: the cells of a card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.figures import points_text
from config.kit.refusals import Conflict, Refused, refuse
from scoring import policies, queries
from scoring.enums import CriterionKind, MarkState, Stage
from scoring.models import Criterion, Mark, Scorecard
from scoring.queries import CardView, Feed, LeaderSheet
from scoring.rules import (
    Given,
    Inputs,
    Scored,
    ValueInputs,
    bounds_of,
    given_points,
    inputs_from_json,
    inputs_to_json,
    points_of,
    source_in,
    stated_figures,
    with_source,
)
from scoring.services.leader import rescore_bloc

MARK_FIELDS = [
    "state", "na_reason", "inputs", "points", "floor", "ceiling", "explanation", "reason", "evidence_version",
    "author", "marked_at", "version",
]  # fmt: skip


FED = "số liệu lấy từ kết quả giao ước. Hãy sửa ở trang kết quả rồi bấm “Lấy kết quả giao ước”."


@dataclass(frozen=True)
class MarkEntry:
    """What somebody enters for one criterion: inputs, or (beyond self-scoring) the points themselves.

    `version` is the version the person saw; None when nothing was there. Both empty means cleared.
    """

    criterion_id: int
    inputs: Inputs | None = None
    points: Decimal | None = None
    reason: str = ""
    version: int | None = None


class RefusedMarks(Refused):
    """Cells that cannot be saved: `at` holds the sentences of each criterion by its key."""

    def __init__(self, at: Mapping[int, list[str]]) -> None:
        self.at = dict(at)
        super().__init__([sentence for sentences in at.values() for sentence in sentences])


class LostMarks(Conflict):
    """Cells that somebody else changed meanwhile: `at` holds the marks as they now stand (None: cleared)."""

    def __init__(self, at: Mapping[int, Mark | None], reasons: Sequence[str], mine: str) -> None:
        self.at = dict(at)
        theirs = "; ".join(shown(mark) for mark in at.values())
        super().__init__(reasons, mine=mine, theirs=theirs)


def shown(mark: Mark | None) -> str:
    """A mark as it is read in a cell: its points, or in words why it has none."""
    if mark is None:
        return MarkState.MISSING.label
    if mark.points is not None:
        return points_text(mark.points)
    return mark.get_na_reason_display() or MarkState.MISSING.label


def lock_card(card: Scorecard) -> tuple[Scorecard, Cycle]:
    """Lock the card's cycle and read the card anew."""
    cycle = lock_cycle(card.scoreboard.cycle_id)
    card = queries.locked_card(card.pk)
    card.scoreboard.cycle = cycle
    return card, cycle


@transaction.atomic
def save_marks(
    *,
    card: Scorecard,
    stage: str,
    entries: Sequence[MarkEntry],
    by: User,
    at: datetime,
    check_versions: bool = False,
) -> CardView:
    """Save marks of one card at one stage, all or nothing; gives the card as it then stands.

    Raises RefusedMarks for figures that cannot stand, and LostMarks when `check_versions` is set and a
    mark is no longer what the person saw.
    """
    card, cycle = lock_card(card)
    refuse(policies.save_marks(standing_in(cycle, by, at), card, stage))
    view, sheet = queries.card_in_bloc(card, {entry.criterion_id for entry in entries})
    if check_versions:
        _refuse_lost(view, stage, entries)
    marks = checked_marks(view, stage, entries, sheet)
    current = view.at(stage)
    with audited(f"scoring.marks.{stage}_saved", by=by):
        saved = write_marks(signed(mark, current.get(mark.criterion_id), by, at) for mark in marks)
    # A card that is still with its unit is nobody's leader yet.
    if stage != Stage.SELF and sheet is not None:
        _rescore(view, stage, saved, by, sheet.after(saved))
    return view.after(stage, saved)


def _rescore(
    view: CardView, stage: str, saved: Iterable[Mark], by: User, sheet: LeaderSheet | None = None
) -> None:
    """Score the bloc again from a stage on, where one of these marks is compared with the bloc's leader."""
    led = {leaf.pk for leaf in queries.led(view.board)} & {mark.criterion_id for mark in saved}
    if led:
        stages = (Stage.MEETING,) if stage == Stage.MEETING else (Stage.BLOC, Stage.MEETING)
        rescore_bloc(view.card, view.board, by, stages=stages, criteria=led, sheet=sheet)


def _refuse_lost(view: CardView, stage: str, entries: Sequence[MarkEntry]) -> None:
    current = view.at(stage)
    lost = {
        entry.criterion_id: current.get(entry.criterion_id)
        for entry in entries
        if getattr(current.get(entry.criterion_id), "version", None) != entry.version
    }
    if not lost:
        return
    by_key = {entry.criterion_id: entry for entry in entries}
    reasons = []
    for key, mark in lost.items():
        who = f" {mark.author}" if mark else ""
        code = view.board.by_key[key].code
        reasons.append(
            f"Tiêu chí {code} vừa được{who} sửa thành “{shown(mark)}”. Hãy chọn giá trị đúng rồi lưu lại."
        )
    mine = "; ".join(_typed(by_key[key]) for key in lost)
    raise LostMarks(lost, reasons, mine)


def _typed(entry: MarkEntry) -> str:
    if entry.points is not None:
        return points_text(entry.points)
    parts = inputs_to_json(entry.inputs).values()
    return ", ".join(str(part).replace(".", ",") for part in parts) or MarkState.MISSING.label


def checked_marks(
    view: CardView, stage: str, entries: Sequence[MarkEntry], sheet: LeaderSheet | None = None
) -> list[Mark]:
    """The marks that the entries make; every cell that cannot stand is refused at once."""
    marks: list[Mark] = []
    faults: dict[int, list[str]] = {}
    awaited = view.board.awaited(stage)
    told = _told(view, stage, entries, sheet)
    for entry in entries:
        leaf = view.board.by_key.get(entry.criterion_id)
        if leaf is None or leaf.is_group or leaf.code in awaited:
            faults[entry.criterion_id] = ["Tiêu chí này không chấm ở vòng này. Hãy tải lại trang."]
            continue
        try:
            marks.append(_mark(view, leaf, stage, entry, told))
        except Refused as refused:
            faults[leaf.pk] = _at(leaf, refused)
    if faults:
        raise RefusedMarks(faults)
    return marks


def _at(leaf: Criterion, refused: Refused) -> list[str]:
    return [f"Tiêu chí {leaf.code}: {reason}" for reason in refused.reasons]


@dataclass(frozen=True)
class _Told:
    """What others say of the criteria that are being entered: the bloc, and the covenant."""

    bloc: LeaderSheet | None = None
    feeds: Mapping[int, Feed] = field(default_factory=dict)


def _told(
    view: CardView, stage: str, entries: Sequence[MarkEntry], sheet: LeaderSheet | None = None
) -> _Told:
    """Nothing is asked unless a criterion needs it."""
    by_key = view.board.by_key
    leaves = [by_key[entry.criterion_id] for entry in entries if entry.criterion_id in by_key]
    led = [leaf for leaf in leaves if leaf.kind == CriterionKind.TARGET_LEADER]
    if sheet is None and led:
        sheet = queries.leader_sheet(view.card.scoreboard_id, led)
    return _Told(
        sheet,
        queries.feeds_of(view.card, leaves) if stage == Stage.SELF else {},
    )


def _mark(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry, told: _Told) -> Mark:
    board = view.board
    feed = told.feeds.get(leaf.pk)
    if feed is not None and feed.inputs != entry.inputs:
        raise Refused([FED])
    low, high = bounds_of(CriterionKind(leaf.kind), board.natures[leaf.pk], leaf.max_points)
    entry, note = _on_step(view, leaf, entry, (low, high))
    inputs = inputs_to_json(entry.inputs)
    if entry.points is not None:
        scored = _judged(view, leaf, stage, entry)
        inputs = _figures_along(view, leaf, stage, entry)
    else:
        scored = _computed(view, leaf, stage, entry, told)
    mark = Mark(
        card=view.card,
        criterion=leaf,
        stage=stage,
        state=scored.state,
        na_reason=scored.na_reason or "",
        inputs=inputs,
        points=scored.points,
        floor=low,
        ceiling=high,
        explanation=with_source(
            f"{scored.sentence} {note}".strip(), feed.source if feed and entry.inputs else ""
        ),
        reason=entry.reason.strip(),
        evidence_version="" if stage == Stage.SELF else evidence_now(view.card, leaf.pk),
    )
    mark.note = note
    return mark


def _on_step(
    view: CardView, leaf: Criterion, entry: MarkEntry, bounds: tuple[Decimal, Decimal]
) -> tuple[MarkEntry, str]:
    """The one door of points that people give: what then stands, and a sentence where it is not what was typed.

    A unit gives its own points where the criterion is scored directly, without sign; everybody else gives points.
    """
    is_own = leaf.kind == CriterionKind.DIRECT and isinstance(entry.inputs, ValueInputs)
    typed = entry.inputs.value if is_own else entry.points
    low, high = (Decimal(0), leaf.max_points) if is_own else bounds
    if typed is None or (is_own and not low <= typed <= high):
        return entry, ""
    settled = _settled(view, leaf, typed, (low, high))
    if is_own:
        return replace(entry, inputs=ValueInputs(settled.points)), settled.note
    return replace(entry, points=settled.points), settled.note


def _settled(view: CardView, leaf: Criterion, typed: Decimal, bounds: tuple[Decimal, Decimal]) -> Given:
    """Typed points as the guidance takes them; Refused where it takes none off its step."""
    table = view.board.roundings
    standing = (marks.get(leaf.pk) for marks in view.marks.values())
    known = {abs(mark.points) for mark in standing if mark and mark.points is not None}
    known |= stated_figures(view.board.rules[leaf.pk])
    rounding = table.of(CriterionKind(leaf.kind))
    try:
        return given_points(typed, bounds, rounding, table.given, {*known, *(-one for one in known)})
    except ValueError as wrong:
        raise Refused([str(wrong)]) from wrong


def points_to_stand(card: Scorecard, criterion: int, typed: Decimal) -> Given:
    """What points that somebody decides on will be once they are saved."""
    view = queries.card_view(card)
    leaf = view.board.by_key[criterion]
    bounds = bounds_of(CriterionKind(leaf.kind), view.board.natures[leaf.pk], leaf.max_points)
    try:
        return _settled(view, leaf, typed, bounds)
    except Refused as refused:
        raise RefusedMarks({leaf.pk: _at(leaf, refused)}) from refused


def evidence_now(card: Scorecard, criterion: int) -> str:
    """The version of the evidence that a mark given now has judged."""
    named = (proof.split(":") for proof in getattr(card, "proofs", ()))
    return queries.judged_version(card, criterion, [sha256 for key, sha256 in named if int(key) == criterion])


def _before(view: CardView, leaf: Criterion, stage: str) -> Mark | None:
    """The mark that a stage looks at."""
    return view.standing_at(Stage.SELF if stage == Stage.BLOC else Stage.BLOC).get(leaf.pk)


def _figures_along(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry) -> dict[str, Any]:
    """The unit's figures go along with points given as such: what a level does to others depends on them.

    Against the bloc's leader figures would be scored again; only points taken over as they were keep them.
    """
    own = view.at(Stage.SELF).get(leaf.pk)
    if leaf.kind == CriterionKind.TARGET_LEADER:
        own = _before(view, leaf, stage)
        return own.inputs if own and own.points == entry.points else {}
    return own.inputs if own and own.state == MarkState.SCORED else {}


def _judged(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry) -> Scored:
    """Points that somebody beyond the unit gives directly."""
    if stage == Stage.SELF:
        raise Refused(["hãy nhập số liệu của đơn vị, hệ thống tính điểm."])
    before = _before(view, leaf, stage)
    if before and before.state == MarkState.SCORED and before.points == entry.points:
        return Scored(MarkState.SCORED, entry.points, before.explanation)
    words = f"{Stage(stage).label} {points_text(entry.points)} trên tối đa {points_text(leaf.max_points)}."
    return Scored(MarkState.SCORED, entry.points, words)


def _computed(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry, told: _Told) -> Scored:
    """Points that follow from the figures by the criterion's rule, or why none do."""
    scored = _by_rule(view, leaf, stage, entry, told)
    if scored.state == MarkState.MISSING and scored.findings:
        raise Refused(scored.findings)
    return scored


def _by_rule(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry, told: _Told) -> Scored:
    board, bloc = view.board, None
    if told.bloc is not None and leaf.kind == CriterionKind.TARGET_LEADER:
        bloc = told.bloc.entering(view.card.pk, stage, leaf.pk, entry.inputs)
    context = board.context(leaf, has_evidence=leaf.pk in view.card.proven, bloc=bloc)
    return points_of(board.rules[leaf.pk], leaf.max_points, entry.inputs, board.roundings, context)


def signed(mark: Mark, old: Mark | None, by: User, at: datetime) -> Mark:
    mark.author, mark.marked_at = by, at
    if old:
        mark.pk, mark.version = old.pk, old.version + 1
    return mark


def write_marks(marks: Iterable[Mark]) -> list[Mark]:
    """Insert new marks and update known ones, one statement each."""
    marks = list(marks)
    Mark.objects.bulk_create([mark for mark in marks if mark.pk is None])
    known = [mark for mark in marks if mark.version > 1]
    if len(known) == 1:
        # The cell that a person leaves, many times a minute.
        known[0].save(update_fields=MARK_FIELDS)
    else:
        Mark.objects.bulk_update(known, MARK_FIELDS)
    return marks


@transaction.atomic
def accept_marks(
    *, card: Scorecard, by: User, at: datetime, criteria: Iterable[int] | None = None
) -> list[Mark]:
    """Take the unit's own marks over as the bloc's, for the chosen criteria (None: all not checked yet)."""
    card, cycle = lock_card(card)
    refuse(policies.accept_marks(standing_in(cycle, by, at), card))
    view = queries.card_view(card)
    checked = view.at(Stage.BLOC)
    wanted = None if criteria is None else set(criteria)
    taken = [
        copied(mark, Stage.BLOC, by, at)
        for key, mark in view.at(Stage.SELF).items()
        if mark.state != MarkState.MISSING and (key not in checked if wanted is None else key in wanted)
    ]
    with audited("scoring.marks.accepted", by=by):
        for mark in taken:
            mark.evidence_version = evidence_now(card, mark.criterion_id)
        saved = write_marks(signed(mark, checked.get(mark.criterion_id), by, at) for mark in taken)
    _rescore(view, Stage.BLOC, saved, by)
    return saved


def copied(mark: Mark, stage: str, by: User, at: datetime) -> Mark:
    """The same mark at another stage, signed by whoever takes it over."""
    return Mark(
        card_id=mark.card_id,
        criterion_id=mark.criterion_id,
        stage=stage,
        state=mark.state,
        na_reason=mark.na_reason,
        inputs=mark.inputs,
        points=mark.points,
        floor=mark.floor,
        ceiling=mark.ceiling,
        explanation=mark.explanation,
        evidence_version=mark.evidence_version,
        author=by,
        marked_at=at,
    )


@transaction.atomic
def give_reason(
    *, card: Scorecard, stage: str, criteria: Iterable[int], reason: str, by: User, at: datetime
) -> list[Mark]:
    """Give one reason for several marks that differ from those before them."""
    card, cycle = lock_card(card)
    refuse(policies.give_reason(standing_in(cycle, by, at), card, stage, reason))
    marks = list(Mark.objects.filter(card=card, stage=stage, criterion__in=list(criteria)))
    for mark in marks:
        mark.reason, mark.version = reason.strip(), mark.version + 1
        mark.author, mark.marked_at = by, at
    with audited("scoring.marks.reasoned", by=by, reason=reason):
        return write_marks(marks)


def score_by_evidence(card: Scorecard, criterion: Criterion, by: User) -> None:
    """No evidence, no points: a file that comes or goes moves the unit's own points, not what it entered."""
    if not (criterion.needs_evidence and card.scoreboard.guidance.evidence_required):
        return
    mark = Mark.objects.filter(card=card, criterion=criterion, stage=Stage.SELF).first()
    if mark is None or mark.state != MarkState.SCORED or not mark.inputs or "na" in mark.inputs:
        return
    view = queries.card_view(queries.locked_card(card.pk))
    entry = MarkEntry(criterion.pk, inputs=inputs_from_json(CriterionKind(criterion.kind), mark.inputs))
    leaf = view.board.by_key[criterion.pk]
    scored = _by_rule(view, leaf, Stage.SELF, entry, _told(view, Stage.BLOC, [entry]))
    if scored.state != MarkState.SCORED:
        return
    mark.points = scored.points
    mark.explanation = with_source(scored.sentence, source_in(mark.explanation))
    with audited("scoring.marks.rescored", by=by):
        mark.save(update_fields=["points", "explanation"])


def entries_of(
    card: Scorecard, values: Mapping[str, Inputs | Decimal | tuple[Inputs | Decimal, str]]
) -> list[MarkEntry]:
    """Entries by code of criterion: figures, or points, each alone or with its reason."""
    keys = dict(Criterion.objects.filter(scoreboard=card.scoreboard_id).values_list("code", "pk"))
    found = []
    for code, value in values.items():
        given, reason = value if isinstance(value, tuple) else (value, "")
        if isinstance(given, Decimal):
            found.append(MarkEntry(keys[code], points=given, reason=reason))
        else:
            found.append(MarkEntry(keys[code], inputs=given, reason=reason))
    return found
