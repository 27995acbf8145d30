"""Who attaches evidence to a card, replaces and removes it."""

from blocs.queries import Standing
from documents.models import Upload
from scoring.models import Criterion, MarkEvidence, Scorecard
from scoring.policies.marks import score_self


def add_evidence(who: Standing, card: Scorecard, there: str = "") -> list[str]:
    """`there` = the name under which the criterion has the same file already."""
    return score_self(who, card) or _not_twice(there)


def _not_twice(there: str) -> list[str]:
    return [f"Tiêu chí đã có tệp này (“{there}”), không cần gửi lại."] if there else []


def attach_evidence(
    who: Standing, card: Scorecard, criterion: Criterion, upload: Upload, there: str = ""
) -> list[str]:
    if upload.unit_id != card.unit_id or criterion.scoreboard_id != card.scoreboard_id or criterion.is_group:
        return ["Tệp hoặc tiêu chí không thuộc bảng tự chấm điểm này. Hãy tải lại trang."]
    return score_self(who, card) or _not_twice(there)


def remove_evidence(who: Standing, card: Scorecard) -> list[str]:
    return score_self(who, card)


def replace_evidence(who: Standing, evidence: MarkEvidence, there: str = "") -> list[str]:
    if evidence.removed_at:
        return ["Tệp này đã được gỡ hoặc thay. Hãy tải lại trang."]
    return score_self(who, evidence.card) or _not_twice(there)
