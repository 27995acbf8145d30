"""Every write to guidance, scoreboards, cards, marks and rankings."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Province, Unit
from blocs.queries import Standing, members_of, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from config.kit.text import number
from scoring import policies, queries
from scoring.enums import (
    CriterionKind,
    GuidanceStatus,
    MarkState,
    RankingStatus,
    ScoreboardStatus,
    ScorecardState,
    Stage,
)
from scoring.models import (
    Criterion,
    Guidance,
    Mark,
    RankingRow,
    RankingRun,
    Scoreboard,
    Scorecard,
)
from scoring.queries import Board, CardView
from scoring.rules import (
    Entry,
    Finding,
    FormatError,
    Frame,
    FrameRow,
    Inputs,
    Ranking,
    Scored,
    TieDecision,
    bounds_of,
    findings_of,
    grades_from_json,
    grades_of,
    inputs_to_json,
    points_of,
    rank_units,
    rule_from_json,
    tie_chain_from_json,
)

FRAME_FIELDS = (
    "code", "title", "nature", "kind", "max_points", "rule", "wording", "evidence_hint", "scored_by",
    "needs_evidence", "not_arisen", "position",
)  # fmt: skip


# Guidance


@transaction.atomic
def create_guidance(*, province: Province, by: User, at: datetime, **fields: Any) -> Guidance:
    """Begin a guidance as a draft."""
    refuse(policies.create_guidance(standing_in_province(province, by, at)))
    with audited("scoring.guidance.created", by=by):
        return Guidance.objects.create(province=province, **fields)


@transaction.atomic
def edit_guidance(*, guidance: Guidance, changes: Mapping[str, Any], by: User, at: datetime) -> Guidance:
    """Change the law of a draft guidance."""
    guidance, who = _draft_guidance(guidance, by, at)
    refuse(policies.edit_guidance(who, guidance))
    for name, value in changes.items():
        setattr(guidance, name, value)
    with audited("scoring.guidance.edited", by=by):
        guidance.save(update_fields=list(changes))
    return guidance


def _draft_guidance(guidance: Guidance, by: User, at: datetime) -> tuple[Guidance, Standing]:
    province = lock_province(guidance.province_id)
    return Guidance.objects.get(pk=guidance.pk), standing_in_province(province, by, at)


@transaction.atomic
def write_frame(*, guidance: Guidance, rows: Sequence[Mapping[str, Any]], by: User, at: datetime) -> Board:
    """Replace the whole frame of a draft guidance.

    Each row is a mapping of criterion fields with `parent` as the code of a row before it; `rule` as JSON.
    """
    guidance, who = _draft_guidance(guidance, by, at)
    refuse(policies.edit_guidance(who, guidance))
    with audited("scoring.frame.written", by=by):
        Criterion.objects.filter(guidance=guidance).delete()
        _write_rows(rows, guidance=guidance)
    return queries.board_of_guidance(guidance)


def _write_rows(rows: Sequence[Mapping[str, Any]], **owner: Guidance | Scoreboard) -> None:
    """Write rows level by level, so that a frame of any depth costs one insert a level."""
    written: dict[str, Criterion] = {}
    waiting = list(enumerate(rows, start=1))
    while waiting:
        ready = [(place, row) for place, row in waiting if not row.get("parent") or row["parent"] in written]
        if not ready:
            lost = ", ".join(sorted({str(row["parent"]) for _, row in waiting}))
            raise Refused([f"Không tìm thấy nhóm cha: {lost}. Hãy kiểm tra ký hiệu."])
        batch = [
            Criterion(
                **owner,
                **{"position": place, **{name: value for name, value in row.items() if name != "parent"}},
                parent=written.get(row.get("parent", "")),
            )
            for place, row in ready
        ]
        for criterion in Criterion.objects.bulk_create(batch):
            written[criterion.code] = criterion
        taken = {place for place, _ in ready}
        waiting = [(place, row) for place, row in waiting if place not in taken]


@transaction.atomic
def publish_guidance(*, guidance: Guidance, by: User, at: datetime) -> Guidance:
    """Publish a guidance: from here on it is frozen and may be used by the blocs."""
    guidance, who = _draft_guidance(guidance, by, at)
    board = queries.board_of_guidance(guidance)
    refuse(policies.publish_guidance(who, guidance, frame_faults(board)))
    guidance.status, guidance.published_at, guidance.published_by = GuidanceStatus.PUBLISHED, at, by
    guidance.content_hash = content_hash(board)
    with audited("scoring.guidance.published", by=by):
        guidance.save(update_fields=["status", "published_at", "published_by", "content_hash"])
    return guidance


def checker_findings(board: Board) -> list[Finding]:
    """What the checker says of a frame."""
    guidance = board.guidance
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    rows = tuple(
        FrameRow(
            code=criterion.code,
            parent=codes.get(criterion.parent_id, ""),
            title=criterion.title,
            max_points=criterion.max_points,
            nature=criterion.nature,
            kind=CriterionKind(criterion.kind) if criterion.kind else None,
            rule=board.rules.get(criterion.pk),
            wording=criterion.wording,
        )
        for criterion in board.criteria
    )
    return findings_of(
        Frame(
            rows=rows,
            scale=guidance.scale,
            bonus_cap=guidance.bonus_cap,
            deduction_cap=guidance.deduction_cap,
            grades=grades_from_json(guidance.grades),
            tie_chain=tie_chain_from_json(guidance.tie_chain),
            rounding=board.roundings,
        )
    )


def frame_faults(board: Board) -> list[str]:
    """Why a frame cannot be published or adopted, as sentences."""
    if not board.leaves:
        return ["Thang bảng điểm chưa có tiêu chí nào."]
    try:
        return [finding.sentence for finding in checker_findings(board)]
    except FormatError as wrong:
        return wrong.reasons


def content_hash(board: Board) -> str:
    """A sha256 of everything that decides points: the frame and the law of the guidance."""
    guidance = board.guidance
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    content = {
        "scale": number(guidance.scale),
        "bonus_cap": number(guidance.bonus_cap),
        "deduction_cap": number(guidance.deduction_cap),
        "law": [
            guidance.na_policy,
            guidance.not_arisen,
            guidance.roundings,
            guidance.grades,
            guidance.tie_chain,
            guidance.lateness,
        ],
        "criteria": [
            [
                codes.get(c.parent_id, ""),
                *(
                    number(c.max_points) if name == "max_points" else getattr(c, name)
                    for name in FRAME_FIELDS
                ),
            ]
            for c in board.criteria
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# Scoreboard


@transaction.atomic
def draft_scoreboard(*, cycle: Cycle, guidance: Guidance, by: User, at: datetime) -> Scoreboard:
    """Copy the guidance's frame as the bloc's own draft."""
    cycle = lock_cycle(cycle.pk)
    existing = queries.scoreboard_of(cycle)
    refuse(policies.draft_scoreboard(standing_in(cycle, by, at), cycle, existing))
    if not queries.guidances_of_year(cycle.bloc.province, cycle.year).filter(pk=guidance.pk).exists():
        raise Refused([f"Hướng dẫn này không áp dụng cho năm {cycle.year}. Hãy chọn hướng dẫn khác."])
    source = queries.board_of_guidance(guidance)
    codes = {criterion.pk: criterion.code for criterion in source.criteria}
    with audited("scoring.scoreboard.drafted", by=by):
        board = Scoreboard.objects.create(
            cycle=cycle, guidance=guidance, version=existing.version + 1 if existing else 1
        )
        rows = [
            {
                **{name: getattr(criterion, name) for name in FRAME_FIELDS},
                "source": criterion,
                "parent": codes.get(criterion.parent_id, ""),
            }
            for criterion in source.criteria
        ]
        _write_rows(rows, scoreboard=board)
    return board


@transaction.atomic
def edit_scoreboard(*, criterion: Criterion, changes: Mapping[str, Any], by: User, at: datetime) -> Criterion:
    """Reword or re-rule one criterion of the bloc's draft."""
    cycle = lock_cycle(criterion.scoreboard.cycle_id)
    criterion = Criterion.objects.select_related("scoreboard__cycle").get(pk=criterion.pk)
    refuse(policies.edit_scoreboard(standing_in(cycle, by, at), criterion.scoreboard))
    if "rule" in changes:
        try:
            rule_from_json(changes["rule"], changes.get("kind", criterion.kind))
        except FormatError as wrong:
            raise Refused(wrong.reasons) from wrong
    for name, value in changes.items():
        setattr(criterion, name, value)
    with audited("scoring.criterion.edited", by=by):
        criterion.save(update_fields=list(changes))
    return criterion


@transaction.atomic
def adopt_scoreboard(*, scoreboard: Scoreboard, how: str, by: User, at: datetime) -> Scoreboard:
    """Freeze the scoreboard with its hash and lay out a card for every member."""
    cycle = lock_cycle(scoreboard.cycle_id)
    scoreboard = Scoreboard.objects.select_related("guidance", "cycle").get(pk=scoreboard.pk)
    board = queries.board_of(scoreboard)
    earlier = list(queries.cards_of(cycle))
    sent = [str(card.unit) for card in earlier if card.state not in policies.EDITABLE_CARD]
    refuse(policies.adopt_scoreboard(standing_in(cycle, by, at), scoreboard, frame_faults(board), sent))
    with audited("scoring.scoreboard.adopted", by=by, reason=how):
        Scoreboard.objects.filter(cycle=cycle, status=ScoreboardStatus.ADOPTED).update(
            status=ScoreboardStatus.REPLACED
        )
        scoreboard.status, scoreboard.content_hash = ScoreboardStatus.ADOPTED, content_hash(board)
        scoreboard.adopted_at, scoreboard.adopted_by, scoreboard.adopted_how = at, by, how
        scoreboard.save(update_fields=["status", "content_hash", "adopted_at", "adopted_by", "adopted_how"])
        Scorecard.objects.bulk_create(
            Scorecard(scoreboard=scoreboard, unit_id=member.unit_id) for member in members_of(cycle)
        )
    return scoreboard


# Marks


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


@transaction.atomic
def save_marks(
    *,
    card: Scorecard,
    stage: str,
    entries: Sequence[MarkEntry],
    by: User,
    at: datetime,
    check_versions: bool = False,
) -> list[Mark]:
    """Save marks of one card at one stage, all or nothing.

    Raises Conflict when `check_versions` is set and a mark is no longer what the person saw.
    """
    card, cycle = _locked_card(card)
    refuse(policies.save_marks(standing_in(cycle, by, at), card, stage))
    view = queries.card_view(card)
    evidence = queries.evidence_of(card) if card.scoreboard.guidance.evidence_required else {}
    current, now = view.at(stage), []
    faults: list[str] = []
    for entry in entries:
        leaf = view.board.by_key.get(entry.criterion_id)
        if leaf is None or leaf.is_group or leaf.code in view.board.awaited(stage):
            faults.append("Có tiêu chí không chấm ở vòng này. Hãy tải lại trang.")
            continue
        old = current.get(leaf.pk)
        if check_versions and (old.version if old else None) != entry.version:
            raise _lost_race(leaf, old, entry)
        mark = _mark(view, leaf, stage, entry, has_evidence=bool(evidence.get(leaf.pk)))
        if isinstance(mark, str):
            faults.append(mark)
        else:
            now.append(_signed(mark, old, by, at))
    refuse(faults)
    with audited(f"scoring.marks.{stage}_saved", by=by):
        _write_marks(now)
    return now


def _locked_card(card: Scorecard) -> tuple[Scorecard, Cycle]:
    cycle = lock_cycle(card.scoreboard.cycle_id)
    card = Scorecard.objects.select_related("unit", "verifier", "scoreboard__guidance").get(pk=card.pk)
    card.scoreboard.cycle = cycle
    return card, cycle


def _lost_race(leaf: Criterion, old: Mark | None, entry: MarkEntry) -> Conflict:
    theirs = number(old.points) if old and old.points is not None else "chưa chấm"
    who = f" {old.author}" if old else ""
    return Conflict(
        [f"Tiêu chí {leaf.code} vừa được người khác{who} sửa. Hãy chọn giá trị đúng rồi lưu lại."],
        mine=number(entry.points) if entry.points is not None else "",
        theirs=theirs,
    )


def _mark(view: CardView, leaf: Criterion, stage: str, entry: MarkEntry, *, has_evidence: bool) -> Mark | str:
    """The mark that an entry makes, or the sentence that refuses it."""
    board = view.board
    low, high = bounds_of(CriterionKind(leaf.kind), board.natures[leaf.pk], leaf.max_points)
    if entry.points is not None:
        if not low <= entry.points <= high:
            return f"Tiêu chí {leaf.code}: điểm phải từ {number(low)} đến {number(high)}."
        scored = Scored(MarkState.SCORED, entry.points)
    else:
        bloc = None
        if leaf.kind == CriterionKind.TARGET_LEADER:
            bloc = queries.bloc_figures_of(view.card.scoreboard, leaf, stage)
        context = board.context(leaf, has_evidence=has_evidence, bloc=bloc)
        scored = points_of(board.rules[leaf.pk], leaf.max_points, entry.inputs, board.roundings, context)
        if scored.findings and scored.state == MarkState.MISSING:
            return f"Tiêu chí {leaf.code}: {' '.join(scored.findings)}"
        if scored.points is not None and _exceeds(leaf, entry.inputs):
            return f"Tiêu chí {leaf.code}: điểm phải từ {number(low)} đến {number(high)}."
    if entry.inputs is not None or stage == Stage.SELF:
        inputs = inputs_to_json(entry.inputs)
    else:
        own = view.at(Stage.SELF).get(leaf.pk)
        inputs = own.inputs if own else {}
    return Mark(
        card=view.card,
        criterion=leaf,
        stage=stage,
        state=scored.state,
        na_reason=scored.na_reason or "",
        inputs=inputs,
        points=scored.points,
        floor=low,
        ceiling=high,
        explanation=scored.sentence,
        reason=entry.reason,
    )


def _exceeds(leaf: Criterion, inputs: Inputs | None) -> bool:
    """A score typed above its maximum is refused, not cut: the person meant something else."""
    value = getattr(inputs, "value", None)
    return leaf.kind == CriterionKind.DIRECT and value is not None and not 0 <= value <= leaf.max_points


def _signed(mark: Mark, old: Mark | None, by: User, at: datetime) -> Mark:
    mark.author, mark.marked_at = by, at
    if old:
        mark.pk, mark.version = old.pk, old.version + 1
    return mark


MARK_FIELDS = [
    "state", "na_reason", "inputs", "points", "floor", "ceiling", "explanation", "reason", "evidence_version",
    "author", "marked_at", "version",
]  # fmt: skip


def _write_marks(marks: Iterable[Mark]) -> None:
    marks = list(marks)
    Mark.objects.bulk_create([mark for mark in marks if mark.pk is None])
    Mark.objects.bulk_update([mark for mark in marks if mark.version > 1], MARK_FIELDS)


@transaction.atomic
def accept_marks(
    *, card: Scorecard, by: User, at: datetime, criteria: Iterable[int] | None = None
) -> list[Mark]:
    """Take the unit's own marks over as the bloc's, for the chosen criteria not checked yet (None: all)."""
    card, cycle = _locked_card(card)
    refuse(policies.save_marks(standing_in(cycle, by, at), card, Stage.BLOC))
    view = queries.card_view(card)
    wanted = set(criteria) if criteria is not None else set(view.at(Stage.SELF))
    open_marks = [
        mark for key, mark in view.at(Stage.SELF).items() if key in wanted and key not in view.at(Stage.BLOC)
    ]
    now = [_copied(mark, Stage.BLOC, by, at) for mark in open_marks if mark.state != MarkState.MISSING]
    with audited("scoring.marks.accepted", by=by):
        _write_marks(now)
    return now


def _copied(mark: Mark, stage: str, by: User, at: datetime) -> Mark:
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


# Cards


def _set_state(
    card: Scorecard, state: ScorecardState, verb: str, by: User, reason: str = "", **fields: Any
) -> Scorecard:
    card.state = state
    for name, value in fields.items():
        setattr(card, name, value)
    with audited(f"scoring.card.{verb}", by=by, reason=reason):
        card.save(update_fields=["state", *fields])
    return card


@transaction.atomic
def propose_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """The officer puts the finished card before the unit's head."""
    card, cycle = _locked_card(card)
    missing = queries.card_view(card).total(Stage.SELF).missing
    refuse(policies.propose_card(standing_in(cycle, by, at), card, missing))
    return _set_state(card, ScorecardState.PROPOSED, "proposed", by)


@transaction.atomic
def send_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """The head approves the card and sends it to the bloc; the unit's marks are frozen."""
    card, cycle = _locked_card(card)
    missing = queries.card_view(card).total(Stage.SELF).missing
    refuse(policies.send_card(standing_in(cycle, by, at), card, missing))
    return _set_state(card, ScorecardState.SENT, "sent", by, sent_at=at, sent_by=by)


@transaction.atomic
def recall_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """Take a sent card back while the bloc has not acted."""
    card, cycle = _locked_card(card)
    is_being_checked = Mark.objects.filter(card=card, stage=Stage.BLOC).exists()
    refuse(policies.recall_card(standing_in(cycle, by, at), card, is_being_checked=is_being_checked))
    return _set_state(card, ScorecardState.DRAFT, "recalled", by, sent_at=None, sent_by=None)


@transaction.atomic
def return_card(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Send a card back to its unit with a reason."""
    card, cycle = _locked_card(card)
    refuse(policies.return_card(standing_in(cycle, by, at), card, reason))
    return _set_state(card, ScorecardState.RETURNED, "returned", by, reason)


@transaction.atomic
def finish_verification(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """Close the bloc's check of a card."""
    card, cycle = _locked_card(card)
    view = queries.card_view(card)
    missing = view.total(Stage.BLOC).missing
    refuse(policies.finish_verification(standing_in(cycle, by, at), card, missing, without_reason(view)))
    return _set_state(card, ScorecardState.VERIFIED, "verified", by, verified_at=at, verified_by=by)


def without_reason(view: CardView) -> list[str]:
    """Codes where the bloc's mark differs from the unit's and nobody said why."""
    own, bloc = view.at(Stage.SELF), view.at(Stage.BLOC)
    return [
        leaf.code
        for leaf in view.board.leaves
        if leaf.pk in own
        and leaf.pk in bloc
        and (own[leaf.pk].points, own[leaf.pk].state) != (bloc[leaf.pk].points, bloc[leaf.pk].state)
        and not bloc[leaf.pk].reason.strip()
    ]


@transaction.atomic
def reopen_verification(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Open a finished check again, before the meeting has agreed."""
    card, cycle = _locked_card(card)
    refuse(policies.reopen_verification(standing_in(cycle, by, at), card, reason))
    return _set_state(card, ScorecardState.SENT, "reopened", by, reason, verified_at=None, verified_by=None)


@transaction.atomic
def appoint_verifier(*, card: Scorecard, unit: Unit, reason: str, by: User, at: datetime) -> Scorecard:
    """Let another member check a card, as the meeting decided."""
    card, cycle = _locked_card(card)
    refuse(policies.appoint_verifier(standing_in(cycle, by, at), card, unit, reason))
    card.verifier, card.verifier_reason = unit, reason
    with audited("scoring.card.verifier_appointed", by=by, reason=reason):
        card.save(update_fields=["verifier", "verifier_reason"])
    return card


@transaction.atomic
def agree_cards(*, cycle: Cycle, by: User, at: datetime) -> int:
    """Record that the meeting agreed the scores: the bloc's marks stand where the meeting said nothing else."""
    cycle = lock_cycle(cycle.pk)
    unranked = queries.unranked_of(cycle)
    cards = list(queries.cards_of(cycle))
    open_states = (ScorecardState.VERIFIED, ScorecardState.AGREED, ScorecardState.APPRAISED)
    waiting = [str(c.unit) for c in cards if c.state not in open_states and c.unit_id not in unranked]
    refuse(policies.agree_cards(standing_in(cycle, by, at), cycle, waiting))
    verified = [card for card in cards if card.state == ScorecardState.VERIFIED]
    board = queries.board_of(cards[0].scoreboard) if cards else None
    with audited("scoring.cards.agreed", by=by):
        for view in queries.card_views(verified, board) if board else ():
            settled = view.at(Stage.MEETING)
            _write_marks(
                _copied(mark, Stage.MEETING, by, at)
                for key, mark in view.at(Stage.BLOC).items()
                if key not in settled
            )
        Scorecard.objects.filter(pk__in=[card.pk for card in verified]).update(
            state=ScorecardState.AGREED, agreed_at=at
        )
    return len(verified)


# Ranking


@transaction.atomic
def make_ranking(*, cycle: Cycle, by: User, at: datetime) -> RankingRun:
    """Rank the members by the agreed scores; a draft before it gives way."""
    cycle = lock_cycle(cycle.pk)
    unranked = queries.unranked_of(cycle)
    cards = list(queries.cards_of(cycle))
    agreed = (ScorecardState.AGREED, ScorecardState.APPRAISED)
    waiting = [str(c.unit) for c in cards if c.state not in agreed and c.unit_id not in unranked]
    adopted = RankingRun.objects.filter(cycle=cycle, status=RankingStatus.ADOPTED).first()
    refuse(policies.make_ranking(standing_in(cycle, by, at), cycle, waiting, adopted))
    with audited("scoring.ranking.made", by=by):
        RankingRun.objects.filter(cycle=cycle, status=RankingStatus.DRAFT).delete()
        run = RankingRun.objects.create(cycle=cycle, stage=Stage.MEETING, made_at=at, made_by=by)
        _write_rows_of(run, cards, unranked)
    return run


def _write_rows_of(run: RankingRun, cards: Sequence[Scorecard], unranked: Mapping[int, str]) -> None:
    board = queries.board_of(cards[0].scoreboard)
    views = {view.card.unit_id: view for view in queries.card_views(cards, board)}
    entries = [_entry(view, unranked.get(unit, "")) for unit, view in views.items()]
    decisions = [TieDecision(tuple(one["order"]), one["reason"]) for one in run.decisions]
    chain = tie_chain_from_json(board.guidance.tie_chain)
    ranking = rank_units(entries, chain, decisions=decisions)
    grades = grades_from_json(board.guidance.grades)
    graded = grades_of(entries, ranking, grades) if grades else {}
    decided = {unit: one.reason for one in decisions for unit in one.order}
    RankingRow.objects.bulk_create(
        _row(run, view, ranking, graded.get(unit), decided.get(unit, "")) for unit, view in views.items()
    )


def _entry(view: CardView, reason: str) -> Entry:
    total = view.total(Stage.MEETING)
    return Entry(
        unit=view.card.unit_id,
        name=view.card.unit.name,
        total=total.total,
        bonus=total.bonus,
        deduction=total.deduction,
        points={code: one.points for code, one in total.subtotals.items()},
        women_share=view.card.unit.women_share,
        not_ranked=reason,
        sanctions=total.sanctions,
    )


def _row(run: RankingRun, view: CardView, ranking: Ranking, graded: Any, decided: str) -> RankingRow:
    unit = view.card.unit_id
    total, place = view.total(Stage.MEETING), ranking.places[unit]
    roots = [node.code for node in view.board.nodes]
    return RankingRow(
        run=run,
        unit_id=unit,
        normal=total.normal if total.total is not None else None,
        bonus=total.bonus if total.total is not None else None,
        deduction=total.deduction if total.total is not None else None,
        total=total.total,
        by_group={code: str(total.subtotals[code].points) for code in roots if code in total.subtotals},
        rank=place.rank,
        is_tied=place.is_tied,
        steps=[step.sentence for step in ranking.steps if unit in step.units],
        decided_reason=decided,
        grade=graded.grade.name if graded and graded.grade else "",
        unranked_reason=place.reason,
    )


@transaction.atomic
def decide_tie(*, run: RankingRun, order: Sequence[Unit], reason: str, by: User, at: datetime) -> RankingRun:
    """Record the meeting's decision on equal units and rank again with it."""
    cycle = lock_cycle(run.cycle_id)
    run = RankingRun.objects.select_related("cycle").get(pk=run.pk)
    refuse(policies.decide_tie(standing_in(cycle, by, at), run, reason))
    tied = {row.unit_id for row in run.rows.all() if row.is_tied}
    if len(order) < 2 or not {unit.pk for unit in order} <= tied:
        raise Refused(["Hãy chọn đúng các đơn vị đang đồng hạng."])
    with audited("scoring.tie.decided", by=by, reason=reason):
        run.decisions = [*run.decisions, {"order": [unit.pk for unit in order], "reason": reason}]
        run.save(update_fields=["decisions"])
        run.rows.all().delete()
        _write_rows_of(run, list(queries.cards_of(cycle)), queries.unranked_of(cycle))
    return run


@transaction.atomic
def adopt_ranking(*, run: RankingRun, how: str, by: User, at: datetime) -> RankingRun:
    """Freeze a ranking as the meeting agreed it."""
    cycle = lock_cycle(run.cycle_id)
    run = RankingRun.objects.select_related("cycle").get(pk=run.pk)
    refuse(policies.adopt_ranking(standing_in(cycle, by, at), run, how))
    run.status, run.adopted_at, run.adopted_how = RankingStatus.ADOPTED, at, how
    with audited("scoring.ranking.adopted", by=by, reason=how):
        run.save(update_fields=["status", "adopted_at", "adopted_how"])
    return run
