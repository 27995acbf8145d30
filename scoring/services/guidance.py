"""Writes to a province's guidance and its frame."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Province
from blocs.queries import Standing, standing_in_province
from blocs.services import lock_province
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from config.kit.text import sort_key
from scoring import policies, queries
from scoring.enums import GuidanceStatus
from scoring.models import Criterion, Guidance, Scoreboard
from scoring.queries import LAW_FIELDS, Board
from scoring.rules import (
    FormatError,
    grades_from_json,
    lateness_from_json,
    roundings_from_json,
    rule_from_json,
    tie_chain_from_json,
)
from scoring.rules.law import deadlines_from_json, quotas_from_json
from scoring.rules.votes import vote_rule_from_json

FRAME_FIELDS = (
    "code", "title", "nature", "kind", "max_points", "rule", "wording", "evidence_hint", "scored_by",
    "needs_evidence", "not_arisen", "position",
)  # fmt: skip
READERS = {
    "roundings": roundings_from_json,
    "grades": grades_from_json,
    "tie_chain": tie_chain_from_json,
    "lateness": lateness_from_json,
    "quota_rules": quotas_from_json,
    "vote_rule": vote_rule_from_json,
    "deadlines": deadlines_from_json,
}


@transaction.atomic
def create_guidance(*, province: Province, by: User, at: datetime, **fields: Any) -> Guidance:
    """Begin a guidance as a draft."""
    province = lock_province(province.pk)
    refuse(policies.create_guidance(standing_in_province(province, by, at)))
    refuse(law_faults(fields))
    if Guidance.objects.filter(province=province, number=fields["number"]).exists():
        raise Refused([f"Tỉnh đã có hướng dẫn số {fields['number']}. Hãy lập bản mới của hướng dẫn đó."])
    with audited("scoring.guidance.created", by=by):
        return Guidance.objects.create(province=province, **fields)


def law_faults(fields: Mapping[str, Any]) -> list[str]:
    """What is wrong in the parts of the law that are kept as JSON."""
    reasons: list[str] = []
    for name, read in READERS.items():
        try:
            read(fields.get(name) or ([] if name in ("grades", "tie_chain") else {}))
        except FormatError as wrong:
            reasons += wrong.reasons
    return reasons


@transaction.atomic
def edit_guidance(*, guidance: Guidance, changes: Mapping[str, Any], by: User, at: datetime) -> Guidance:
    """Change the law of a draft guidance."""
    guidance, who = _locked(guidance, by, at)
    refuse(policies.edit_guidance(who, guidance))
    refuse(law_faults(changes))
    taken = Guidance.objects.filter(
        province=guidance.province_id, number=changes.get("number", ""), version=guidance.version
    )
    if taken.exclude(pk=guidance.pk).exists():
        raise Refused([f"Tỉnh đã có hướng dẫn số {changes['number']}. Hãy kiểm tra lại số."])
    for name, value in changes.items():
        setattr(guidance, name, value)
    with audited("scoring.guidance.edited", by=by):
        guidance.save(update_fields=list(changes))
    return guidance


def _locked(guidance: Guidance, by: User, at: datetime) -> tuple[Guidance, Standing]:
    province = lock_province(guidance.province_id)
    guidance = Guidance.objects.select_related("province", "replaces").get(pk=guidance.pk)
    return guidance, standing_in_province(province, by, at)


@transaction.atomic
def write_frame(*, guidance: Guidance, rows: Sequence[Mapping[str, Any]], by: User, at: datetime) -> Board:
    """Replace the whole frame of a draft guidance.

    Each row is a mapping of criterion fields with `parent` as the code of a row before it; `rule` as JSON.
    """
    guidance, who = _locked(guidance, by, at)
    refuse(policies.write_frame(who, guidance))
    refuse(row_faults(rows))
    # What a row of text cannot say stays with its code; by its source a new version is compared with the old.
    before = Criterion.objects.filter(guidance=guidance).select_related("source")
    known = {one.code: {"source": one.source, "not_arisen": one.not_arisen} for one in before}
    with audited("scoring.frame.written", by=by):
        Criterion.objects.filter(guidance=guidance).delete()
        write_rows([{**known.get(row["code"], {}), **row} for row in rows], guidance=guidance)
    return queries.board_of_guidance(guidance)


def row_faults(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Codes used twice, parents that are not there and rules that cannot be read, all at once."""
    codes = [row["code"] for row in rows]
    reasons = [
        f"Ký hiệu {code} dùng hai lần. Hãy đổi một nơi."
        for code in sorted({c for c in codes if codes.count(c) > 1}, key=sort_key)
    ]
    for place, row in enumerate(rows):
        parent = row.get("parent", "")
        if parent and parent not in codes[:place]:
            reasons.append(f"{row['code']}: không tìm thấy nhóm cha {parent} ở phía trên.")
        if row.get("kind"):
            try:
                rule_from_json(row.get("rule", {}), row["kind"])
            except FormatError as wrong:
                reasons += [f"{row['code']}: {reason}" for reason in wrong.reasons]
    return reasons


def write_rows(rows: Sequence[Mapping[str, Any]], **owner: Guidance | Scoreboard) -> None:
    """Write rows level by level, so that a frame of any depth costs one insert a level."""
    written: dict[str, Criterion] = {}
    waiting = list(enumerate(rows, start=1))
    while waiting:
        ready = [(place, row) for place, row in waiting if not row.get("parent") or row["parent"] in written]
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


def rows_of(board: Board) -> list[dict[str, Any]]:
    """A board's criteria as rows that can be written again, each naming what it was taken from."""
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    return [
        {
            **{name: getattr(criterion, name) for name in FRAME_FIELDS},
            "target_id": criterion.target_id,
            "source": criterion,
            "parent": codes.get(criterion.parent_id, ""),
        }
        for criterion in board.criteria
    ]


@transaction.atomic
def waive_finding(*, guidance: Guidance, finding: str, reason: str, by: User, at: datetime) -> Guidance:
    """Let a finding of the checker stand in a guidance, with the reason."""
    guidance, who = _locked(guidance, by, at)
    findings = queries.findings_in(queries.board_of_guidance(guidance))
    refuse(policies.waive_finding(who, guidance, finding, reason, findings))
    guidance.waivers = {**guidance.waivers, finding: reason.strip()}
    with audited("scoring.finding.waived", by=by, reason=reason):
        guidance.save(update_fields=["waivers"])
    return guidance


@transaction.atomic
def publish_guidance(*, guidance: Guidance, by: User, at: datetime) -> Guidance:
    """Publish a guidance: from here on it is frozen and may be used by the blocs."""
    guidance, who = _locked(guidance, by, at)
    board = queries.board_of_guidance(guidance)
    refuse(policies.publish_guidance(who, guidance, queries.frame_faults(board)))
    guidance.status, guidance.published_at, guidance.published_by = GuidanceStatus.PUBLISHED, at, by
    guidance.content_hash = queries.content_hash(board)
    with audited("scoring.guidance.published", by=by):
        if guidance.replaces:
            guidance.replaces.status = GuidanceStatus.REPLACED
            guidance.replaces.save(update_fields=["status"])
        guidance.save(update_fields=["status", "published_at", "published_by", "content_hash"])
    return guidance


@transaction.atomic
def renew_guidance(*, guidance: Guidance, by: User, at: datetime) -> Guidance:
    """Begin the next version of a published guidance, with its law and frame as they are."""
    guidance, who = _locked(guidance, by, at)
    is_being_renewed = Guidance.objects.filter(replaces=guidance).exists()
    refuse(policies.renew_guidance(who, guidance, is_being_renewed=is_being_renewed))
    with audited("scoring.guidance.renewed", by=by):
        renewed = Guidance.objects.create(
            province=guidance.province,
            number=guidance.number,
            version=guidance.version + 1,
            replaces=guidance,
            waivers=guidance.waivers,
            **{name: getattr(guidance, name) for name in LAW_FIELDS},
        )
        write_rows(rows_of(queries.board_of_guidance(guidance)), guidance=renewed)
    return renewed
