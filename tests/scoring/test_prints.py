"""The fingerprint of a settled board: it changes with every part of the law, and with nothing else."""

from copy import copy
from datetime import date
from decimal import Decimal as D

import pytest

from scoring.models import Criterion, Guidance, Scoreboard
from scoring.queries import LAW_FIELDS, Board, content_hash, row_print
from tests.factories.scoring import LAW

LEVELS = [{"code": "t", "label": "Tốt", "points": "10"}]
CHANGED_LAW = {
    "title": "Khác", "issuer": "Khác", "issued_on": date(2019, 3, 2), "from_year": 2018, "to_year": 2022,
    "scale": D(1000), "bonus_cap": D(6), "deduction_cap": D(11), "na_policy": "keep", "not_arisen": "exclude",
    "roundings": {"default": {"step": "0.5"}}, "grades": LAW["grades"][::-1], "tie_chain": [{"kind": "deduction"}],
    "rank_numbering": "dense", "quota_rules": {"flag": {"kind": "fixed", "fixed": 1}},
    "vote_rule": {"base": "cast", "numerator": 1, "denominator": 2}, "lateness": {"per_day": "1"},
    "evidence_required": True, "deadlines": {"self_scoring": [11, 30]}, "note": "ngưỡng “A”: từ 85%",
}  # fmt: skip
CHANGED_ROW = {
    "code": "I.9", "title": "Khác", "max_points": D(9), "kind": "pass_fail", "nature": "bonus", "wording": "Khác",
    "evidence_hint": "Khác", "needs_evidence": True, "scored_by": "bloc", "not_arisen": "exclude", "target_id": 7,
    "rule": {"levels": LEVELS, "once_only": True}, "parent_id": 3,
}  # fmt: skip


def a_board(law=(), row=(), method=""):
    guidance = Guidance(**{**LAW, **dict(law)})
    group, leaf, other = (
        Criterion(pk=1, code="I", title="Một", max_points=D(100)),
        Criterion(pk=2, parent_id=1, code="I.1", kind="choice", max_points=D(10), rule={"levels": LEVELS}),
        Criterion(pk=3, code="II", title="Hai", max_points=D(0)),
    )
    for name, value in dict(row).items():
        setattr(leaf, name, value)
        if name == "kind":
            leaf.rule = {}
    return Board(guidance, (group, leaf, other), Scoreboard(cross_method=method))


def test_every_field_of_the_law_is_tried_here():
    status = {"status", "version", "waivers", "content_hash", "published_at", "search_key", "id", "number"}
    fields = {one.attname for one in Guidance._meta.concrete_fields if not one.is_relation}

    assert set(CHANGED_LAW) == set(LAW_FIELDS) == fields - status


@pytest.mark.parametrize("name", CHANGED_LAW)
def test_a_board_relies_on_the_whole_law_of_its_guidance(name):
    changed = a_board(law={name: CHANGED_LAW[name]})

    assert content_hash(changed) != content_hash(a_board())


@pytest.mark.parametrize("name", CHANGED_ROW)
def test_a_board_relies_on_every_part_of_its_rows(name):
    changed = a_board(row={name: CHANGED_ROW[name]})

    assert content_hash(changed) != content_hash(a_board())
    if name != "parent_id":
        # A row that only moves is no other row to whoever has it open.
        assert row_print(changed.criteria[1]) != row_print(a_board().criteria[1])


def test_a_board_relies_on_how_the_bloc_cross_checks_and_on_the_order_of_its_rows():
    board = a_board()
    turned = Board(board.guidance, (board.criteria[2], *board.criteria[:2]), board.scoreboard)

    assert len({content_hash(one) for one in (board, turned, a_board(method="mean"))}) == 3


def test_keys_order_inside_the_law_and_the_way_a_rule_is_written_down_say_nothing():
    quotas = {"flag": {"kind": "fixed", "fixed": 1}, "merit": {"kind": "fixed", "fixed": 2}}
    board = a_board(law={"quota_rules": quotas, "scale": D("100.000")})
    again = a_board(law={"quota_rules": dict(reversed(quotas.items()))})
    leaf = again.criteria[1]
    leaf.rule = {"kind": "choice", "highest_only": False, "levels": LEVELS}
    keys = {1: 11, 2: 12, 3: 13, None: None}
    moved = []
    for one in again.criteria:
        one = copy(one)
        one.pk, one.parent_id, one.position = keys[one.pk], keys[one.parent_id], 9
        moved.append(one)

    assert content_hash(Board(again.guidance, tuple(moved), again.scoreboard)) == content_hash(board)
