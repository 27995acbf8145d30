"""The page on which a member scores another's card: rows that a template only has to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from blocs.models import Unit
from blocs.queries import Standing
from config.kit.figures import points_text
from config.kit.text import moment
from scoring.enums import MarkState, Stage
from scoring.models import Criterion, CrossCheck, MarkEvidence
from scoring.queries import CrossSheet, CrossView, evidence_note
from scoring.reports.sheet import (
    Field,
    cross_note,
    fields_of,
    given_text,
    mark_text,
    needs_figures,
    result_text,
    stands_in,
)
from scoring.rules import Inputs, inputs_to_json
from scoring.rules.wording import wording_of


@dataclass
class CrossLine:
    """A group, or a criterion with what the unit says, what this scorer gives, and what came of it."""

    key: int
    code: str
    title: str
    depth: int
    is_group: bool
    most: str
    rule: str = ""
    result: str = ""
    own: str = ""
    explanation: str = ""
    evidence_hint: str = ""
    files: Sequence[MarkEvidence] = ()
    older: Sequence[MarkEvidence] = ()
    fields: list[Field] = field(default_factory=list)
    has_figures: bool = False
    mine: str = ""
    reason: str = ""
    judged: str = ""
    version: str = ""
    saved: str = ""
    is_missing: bool = False
    may_stay_open: bool = False
    waits_for: str = ""
    errors: list[str] = field(default_factory=list)
    conflict: str = ""
    agreed: str = ""
    sentence: str = ""
    agreed_note: str = ""
    others: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_split(self) -> bool:
        """Whether the members do not say the same, so that their marks are worth showing at once."""
        return len({one["points"] for one in self.others}) > 1 or any(one["aside"] for one in self.others)


@dataclass(frozen=True)
class ScorerLine:
    """One member that scores this card: how far it is, or why it does not count."""

    unit: Unit
    state: str
    tone: str
    aside: str = ""
    is_aside: bool = False
    has_scored: bool = False

    @property
    def fields(self) -> dict[str, str]:
        return {"scorer": self.unit.slug}


def is_keeper(who: Standing) -> bool:
    """Who sees marks that do not count: auditors and other offices that read all, and the secretariat."""
    return who.reads_all or who.is_secretariat


def cross_lines(
    view: CrossView,
    who: Standing,
    scorer: Unit | None,
    *,
    is_open: bool,
    evidence: Mapping[int, list[MarkEvidence]],
    typed: Mapping[int, Mapping[str, str]] | None = None,
    errors: Mapping[int, list[str]] | None = None,
    conflicts: Mapping[int, CrossCheck | None] | None = None,
) -> list[CrossLine]:
    """`typed`, `errors` and `conflicts` hold what was sent and not saved, so that nothing is lost."""
    sheet = view.sheets.get(scorer.pk) if scorer else None
    shown = _shown(view, who)
    lines = []
    for criterion in view.board.criteria:
        if criterion.is_group:
            lines.append(_group(view, criterion))
            continue
        line = _leaf(view, criterion, sheet, is_open=is_open, typed=(typed or {}).get(criterion.pk))
        found = evidence.get(criterion.pk, ())
        line.files = [one for one in found if not one.removed_at]
        line.older = [one for one in found if one.removed_at]
        line.errors = list((errors or {}).get(criterion.pk, ()))
        line.others = [_other(one, criterion, line.files) for one in shown if criterion.pk in one.checks]
        if sheet and criterion.pk in sheet.checks:
            line.judged = evidence_note(sheet.checks[criterion.pk], line.files)
        if view.is_closed and criterion.pk in view.results:
            result = view.results[criterion.pk]
            line.agreed, line.sentence = points_text(result.points), result.sentence
            line.agreed_note = cross_note(result, line.files)
        if conflicts and criterion.pk in conflicts:
            theirs = conflicts[criterion.pk]
            line.conflict = points_text(theirs.points) if theirs else MarkState.MISSING.label
            line.version = str(theirs.version) if theirs else ""
        lines.append(line)
    return lines


def _shown(view: CrossView, who: Standing) -> list[CrossSheet]:
    """Sheets of others that this person may read: sent ones; those that do not count only to the keepers."""
    if not view.seen_by(who):
        return []
    return [sheet for sheet in view.sheets.values() if sheet.counts or (sheet.checks and is_keeper(who))]


def _group(view: CrossView, group: Criterion) -> CrossLine:
    return CrossLine(
        key=group.pk,
        code=group.code,
        title=group.title,
        depth=view.board.depths[group.pk],
        is_group=True,
        most=points_text(group.max_points),
    )


def _leaf(
    view: CrossView,
    leaf: Criterion,
    sheet: CrossSheet | None,
    *,
    is_open: bool,
    typed: Mapping[str, str] | None,
) -> CrossLine:
    rule = view.board.rules[leaf.pk]
    own = view.own.get(leaf.pk)
    check = sheet.checks.get(leaf.pk) if sheet else None
    is_scored = leaf in view.open
    values = typed if typed is not None else stands_in(leaf, rule, Stage.CROSS, check)
    return CrossLine(
        key=leaf.pk,
        code=leaf.code,
        title=leaf.title,
        depth=view.board.depths[leaf.pk],
        is_group=False,
        most=points_text(leaf.max_points),
        rule=leaf.wording or wording_of(rule, leaf.max_points),
        result=result_text(leaf, rule, own),
        own=mark_text(own),
        explanation=own.explanation if own else "",
        evidence_hint=leaf.evidence_hint,
        fields=fields_of(leaf, rule, Stage.CROSS, values) if is_open and is_scored else [],
        has_figures=needs_figures(leaf, rule, Stage.CROSS),
        mine=points_text(check.points) if check else "",
        reason=(typed or {}).get("reason", check.reason if check else ""),
        version=str(check.version) if check else "",
        saved=moment(check.marked_at) if check else "",
        is_missing=bool(sheet) and leaf in sheet.missing,
        may_stay_open=is_scored and leaf not in view.asked,
        waits_for="" if is_scored else leaf.get_scored_by_display(),
    )


def _other(sheet: CrossSheet, leaf: Criterion, files: Sequence[MarkEvidence]) -> dict[str, str]:
    check = sheet.checks[leaf.pk]
    return {
        "unit": sheet.unit.short_name,
        "points": points_text(check.points),
        "reason": check.reason,
        "judged": evidence_note(check, files),
        "by": f"{check.author}, {moment(check.marked_at)}",
        "aside": "" if sheet.counts else why_not_counted(sheet),
    }


def why_not_counted(sheet: CrossSheet) -> str:
    if sheet.set_aside:
        return f"không tính: {sheet.set_aside.set_aside_reason}"
    return "không tính: chưa gửi đủ" if sheet.is_member else "không tính: đã rời khối"


def scorer_lines(view: CrossView, who: Standing) -> list[ScorerLine]:
    """The members that score this card; progress and reasons of what does not count only to the keepers."""
    keeps = is_keeper(who)
    return [_scorer(view, sheet, keeps=keeps) for sheet in view.sheets.values() if keeps or sheet.is_member]


def _scorer(view: CrossView, sheet: CrossSheet, *, keeps: bool) -> ScorerLine:
    done = len(view.asked) - len(sheet.missing)
    kept = {"unit": sheet.unit, "has_scored": bool(sheet.checks), "is_aside": bool(sheet.set_aside)}
    if keeps and sheet.checks and (sheet.set_aside or not sheet.is_member):
        aside = sheet.set_aside
        by = f" ({aside.set_aside_by}, {moment(aside.set_aside_at)})" if aside else ""
        return ScorerLine(state="Không tính", tone="bad", aside=why_not_counted(sheet) + by, **kept)
    if sheet.is_sent:
        return ScorerLine(state="Đã gửi", tone="good", **kept)
    if keeps and sheet.is_whole:
        return ScorerLine(state="Chấm trước khi đơn vị gửi lại", tone="warn", **kept)
    return ScorerLine(
        state=f"Chưa gửi, {done}/{len(view.asked)}" if keeps else "Chưa gửi", tone="warn", **kept
    )


# One cell that is saved as it is left


def _stands(view: CrossView, key: int, check: CrossCheck | None) -> dict[str, Any]:
    """What the page shows of a cell, as it is stored now, in the words of the score page."""
    leaf = view.board.by_key[key]
    return {
        "version": check.version if check else "",
        "values": stands_in(leaf, view.board.rules[key], Stage.CROSS, check),
        "reason": check.reason if check else "",
        "points": points_text(check.points) if check else "",
        "sentence": check.explanation if check else "",
        "isMissing": check is None,
        "saved": moment(check.marked_at) if check else "",
    }


def cross_saved(view: CrossView, scorer: Unit, key: int, note: str) -> dict[str, Any]:
    """What the page shows of a cell that has been saved; `note` says what the step made of what was typed."""
    sheet = view.sheets[scorer.pk]
    check, own = sheet.checks[key], view.own.get(key)
    return {
        **_stands(view, key, check),
        "note": note,
        "differs": own is not None and own.points != check.points,
        "groups": {},
        "stamp": sum(one.version for one in sheet.checks.values()),
        "done": len(view.asked) - len(sheet.missing),
        "of": len(view.asked),
    }


def cross_conflict(
    view: CrossView, key: int, mine: Inputs | Decimal | None, check: CrossCheck | None
) -> dict[str, Any]:
    """Both values of a cell that a colleague has saved first; `check` is how it now stands."""
    leaf = view.board.by_key[key]
    words = points_text(mine) if isinstance(mine, Decimal) else ""
    if mine is not None and not words:
        words = given_text(leaf, view.board.rules[leaf.pk], inputs_to_json(mine))
    return {
        **_stands(view, key, check),
        "mine": words or MarkState.MISSING.label,
        "theirs": points_text(check.points) if check else MarkState.MISSING.label,
        "by": str(check.author) if check else "",
    }
