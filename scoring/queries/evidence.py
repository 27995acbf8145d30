"""Which evidence a mark has judged, what became of it since, and what was taken away."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from blocs.queries import Standing
from scoring.models import Mark, MarkEvidence, Scorecard
from scoring.queries.cards import CardView

# Judged while there was nothing to look at; a mark without any word was never a judgement of evidence.
NO_EVIDENCE = "0"


def fingerprint_of(hashes: Iterable[str]) -> str:
    """One short name for a set of files, whatever their order; empty for none."""
    files = sorted(hashes)
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:40] if files else ""


def judged_version(view: CardView, criterion: int, hashes: Iterable[str]) -> str:
    """What a mark keeps of the evidence it judges: its number on this card and the files' own name.

    The number goes up whenever a later mark judges other files than the marks before it.
    """
    print_now = fingerprint_of(hashes)
    if not print_now:
        return NO_EVIDENCE
    known = dict(_known(view, criterion))
    number = known.get(print_now) or max(known.values(), default=0) + 1
    return f"{number}-{print_now}"


def _known(view: CardView, criterion: int) -> Iterable[tuple[str, int]]:
    for marks in view.marks.values():
        number, _, print_then = (
            marks[criterion].evidence_version.partition("-") if criterion in marks else ("", "", "")
        )
        if print_then:
            yield print_then, int(number)


def evidence_note(mark: Mark, living: Sequence[MarkEvidence]) -> str:
    """“chấm theo bản 1” when the evidence is no longer what the mark judged; empty otherwise."""
    if not mark.evidence_version:
        return ""
    number, _, print_then = mark.evidence_version.partition("-")
    if print_then == fingerprint_of(one.upload.sha256 for one in living):
        return ""
    return f"chấm theo bản {number}" if print_then else "chấm khi chưa có minh chứng"


def removed_evidence(who: Standing, card: Scorecard) -> QuerySet[MarkEvidence]:
    """What was taken away from a card: for the auditor and the standing office, who read everything."""
    gone = MarkEvidence.objects.filter(card=card, removed_at__isnull=False)
    gone = gone.select_related("upload", "added_by", "criterion", "card__scoreboard").order_by(
        "removed_at", "pk"
    )
    return gone if who.reads_all else gone.none()


def versions_of(evidence: MarkEvidence) -> list[MarkEvidence]:
    """The same proof as it was before, the newest first: earlier files of its chain on this criterion."""
    rows = MarkEvidence.objects.filter(card=evidence.card_id, criterion=evidence.criterion_id)
    by_upload = {one.upload_id: one for one in rows.select_related("upload", "added_by")}
    found: list[MarkEvidence] = []
    before = evidence.upload.previous_id
    while before in by_upload:
        found.append(by_upload[before])
        before = by_upload[before].upload.previous_id
    return found
