"""Fingerprints: of a settled board, and of a row or a law as somebody opened it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from config.kit.text import number
from scoring.models import Criterion, Guidance
from scoring.queries.boards import Board
from scoring.rules import rule_to_json

# The law of a guidance. Its number, version and status are not: the next version begins with the same law.
LAW_FIELDS = (
    "title", "issuer", "issued_on", "from_year", "to_year", "scale", "bonus_cap", "deduction_cap", "na_policy",
    "not_arisen", "roundings", "grades", "tie_chain", "rank_numbering", "quota_rules", "vote_rule", "lateness",
    "evidence_required", "deadlines", "note",
)  # fmt: skip
# A row without its place and its rule: what is read of it, and what a person changes in it.
ROW_FIELDS = (
    "code", "title", "max_points", "kind", "nature", "wording", "evidence_hint", "needs_evidence", "scored_by",
    "not_arisen", "target_id",
)  # fmt: skip


def content_hash(board: Board) -> str:
    """A sha256 of the whole law that a board relies on: the guidance's, the bloc's, and every row in order.

    It says what the rows mean: how a rule is written down, or which key a row has, changes nothing.
    """
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    return _sha256(
        {
            "number": board.guidance.number,
            "law": _values(board.guidance, LAW_FIELDS),
            "cross": board.scoreboard.cross_method if board.scoreboard else "",
            "criteria": [
                {
                    **_values(criterion, ROW_FIELDS),
                    "parent": codes.get(criterion.parent_id, ""),
                    "rule": rule_to_json(board.rules[criterion.pk]) if criterion.kind else {},
                }
                for criterion in board.criteria
            ],
        }
    )


def row_print(criterion: Criterion) -> str:
    """What a row says; a form carries it, so that a save knows whether the row was changed meanwhile."""
    return _sha256({**_values(criterion, ROW_FIELDS), "rule": criterion.rule})


def _values(one: Criterion | Guidance, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _sha256(content: Any) -> str:
    said = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Decimal | date) -> str:
    """A number without the zeros that the database adds; a day as it is written everywhere."""
    return number(value) if isinstance(value, Decimal) else value.isoformat()
