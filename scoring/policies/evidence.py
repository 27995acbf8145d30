"""Who attaches evidence to a card, replaces and removes it."""

from blocs.queries import Standing
from documents.models import Upload
from scoring.models import Criterion, MarkEvidence, Scorecard
from scoring.policies.marks import score_self


def add_evidence(who: Standing, card: Scorecard) -> list[str]:
    return score_self(who, card)


def attach_evidence(who: Standing, card: Scorecard, criterion: Criterion, upload: Upload) -> list[str]:
    if upload.unit_id != card.unit_id or criterion.scoreboard_id != card.scoreboard_id or criterion.is_group:
        return ["Tệp hoặc tiêu chí không thuộc bảng tự chấm điểm này. Hãy tải lại trang."]
    return score_self(who, card)


def remove_evidence(who: Standing, card: Scorecard) -> list[str]:
    return score_self(who, card)


def replace_evidence(who: Standing, evidence: MarkEvidence) -> list[str]:
    if evidence.removed_at:
        return ["Tệp này đã được gỡ hoặc thay. Hãy tải lại trang."]
    return score_self(who, evidence.card)
