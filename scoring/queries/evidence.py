"""Which evidence a mark has judged, what became of it since, and what was taken away."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet

from blocs.queries import Standing
from scoring.models import Criterion, CrossCheck, Mark, MarkEvidence, Scorecard

# Judged while there was nothing to look at; a mark without any word was never a judgement of evidence.
NO_EVIDENCE = "0"


def fingerprint_of(hashes: Iterable[str]) -> str:
    """One short name for a set of files, whatever their order; empty for none."""
    files = sorted(set(hashes))
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:40] if files else ""


def judged_version(card: Scorecard, criterion: int, hashes: Iterable[str]) -> str:
    """What a mark keeps of the evidence it judges: its number on this card and the files' own name.

    The number goes up whenever a later mark judges other files than the marks before it, whoever gave them.
    """
    print_now = fingerprint_of(hashes)
    if not print_now:
        return NO_EVIDENCE
    known = dict(_known(card, criterion))
    number = known.get(print_now) or max(known.values(), default=0) + 1
    return f"{number}-{print_now}"


def _known(card: Scorecard, criterion: int) -> Iterable[tuple[str, int]]:
    """What the bloc, the members, the meeting and the province have judged of a card read under its lock."""
    for judged in getattr(card, "judged", ()):
        key, _, version = judged.partition(":")
        number, _, print_then = version.partition("-")
        if int(key) == criterion and print_then:
            yield print_then, int(number)


def evidence_note(mark: Mark | CrossCheck, living: Sequence[MarkEvidence]) -> str:
    """“chấm theo bản 1” when the evidence is no longer what the mark judged; empty otherwise."""
    return versions_note([mark.evidence_version], living)


def versions_note(versions: Iterable[str], living: Sequence[MarkEvidence]) -> str:
    """The same for a figure that several scorers made."""
    now = fingerprint_of(one.upload.sha256 for one in living)
    parts = {version.partition("-")[::2] for version in versions if version}
    old = sorted(int(number) for number, print_then in parts if print_then != now)
    words = [f"chấm theo bản {', '.join(map(str, filter(None, old)))}"] if any(old) else []
    return "; ".join([*words, *(["chấm khi chưa có minh chứng"] if 0 in old else [])])


def evidence_files(who: Standing, card: Scorecard) -> QuerySet[MarkEvidence]:
    """Every file of a card that a person who may open the card may open, also those replaced or taken away.

    Others than the unit and the auditor read what was ever sent: a mark may have been given by it.
    """
    files = MarkEvidence.objects.filter(card=card).order_by("pk")
    files = files.select_related("upload", "added_by", "criterion", "card__scoreboard")
    if who.is_auditor or card.unit_id in who.member_of:
        return files
    first, last = F("card__first_sent_at"), F("card__sent_at")
    return files.filter(
        Q(removed_at=None)
        | Q(added_at__lte=first, removed_at__gte=first)
        | Q(added_at__lte=last, removed_at__gte=last)
    )


def evidence_uploads() -> QuerySet[MarkEvidence]:
    """Files that are evidence or have been: the pages of their card alone show them to others."""
    return MarkEvidence.objects.values("upload")


def same_file(card: Scorecard, criterion: Criterion, sha256: str) -> str:
    """The name under which a criterion has this very file already; empty where it has not."""
    living = MarkEvidence.objects.filter(card=card, criterion=criterion, removed_at=None)
    found = living.filter(upload__sha256=sha256).values_list("upload__name", flat=True).first()
    return found or ""


def versions_of(evidence: MarkEvidence, files: Iterable[MarkEvidence]) -> list[MarkEvidence]:
    """The same proof as it was before, the newest first: earlier files of its chain on this criterion."""
    by_upload = {one.upload_id: one for one in files if one.criterion_id == evidence.criterion_id}
    found: list[MarkEvidence] = []
    before = evidence.upload.previous_id
    while before in by_upload:
        found.append(by_upload[before])
        before = by_upload[before].upload.previous_id
    return found
