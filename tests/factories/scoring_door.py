"""The pages of scoring as a browser meets them: addresses, cells, forms, and what a reader sees."""

import re
from decimal import Decimal

from django.urls import reverse

from scoring import queries
from scoring.enums import Stage

D = Decimal


def address(year, name, *more):
    return reverse(name, args=[*year.cycle.slugs, *more])


def words(response):
    """What a reader sees, without tags and runs of spaces."""
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def cell(year, code, part):
    return f"c{year.criterion(code).pk}-{part}"


def form_of(year, stage=Stage.SELF, **values):
    """Every cell of the form as a browser would send it, these filled in."""
    data = {"stage": stage}
    for leaf in queries.board_of(year.scoreboard).leaves:
        data[f"c{leaf.pk}-version"] = ""
    for name, value in values.items():
        code, _, part = name.partition("__")
        data[cell(year, code.replace("_", "."), part)] = value
    return data


def save(client, year, code, stage=Stage.SELF, version="", unit="so-3", **parts):
    data = {"stage": stage, "criterion": year.criterion(code).pk, cell(year, code, "version"): version}
    data |= {cell(year, code, part): value for part, value in parts.items()}
    return client.post(address(year, "mark_save", unit), data)


def extra_rows():
    a_level = {"code": "a", "label": "Cấp tỉnh", "points": "1"}
    levels = [
        {"code": "nhat", "label": "Giải Nhất", "points": "2"},
        {"code": "nhi", "label": "Giải Nhì", "points": "1"},
    ]
    sanctions = [{"kind": "zero_criterion"}, {"kind": "grade_down", "on_repeat": True}]
    new = {"parent": "B", "scored_by": "unit"}
    return [
        {"code": "B", "title": "Thưởng", "max_points": D(7), "nature": "bonus"},
        {**new, "code": "B.1", "title": "Giải", "max_points": D(2), "kind": "bonus",
         "rule": {"levels": levels, "highest_only": True}},
        {**new, "code": "B.2", "title": "Mô hình", "max_points": D(3), "kind": "bonus",
         "rule": {"levels": [a_level, {"code": "b", "label": "Cấp cơ sở", "points": "0.5"}]}},
        {**new, "code": "B.3", "title": "Sáng kiến", "max_points": D(1), "kind": "per_item",
         "rule": {"per": "0.5", "not_again_in": ["I.3"]}},
        {**new, "code": "B.4", "title": "Đạt chuẩn", "max_points": D(1), "kind": "target",
         "rule": {"direction": "yes_no"}},
        {"code": "D", "title": "Trừ", "max_points": D(8), "nature": "deduction"},
        {"code": "D.1", "parent": "D", "title": "Sai phạm", "max_points": D(5), "kind": "deduction",
         "rule": {"per": "5", "sanctions": sanctions}},
        {"code": "D.2", "parent": "D", "title": "Chậm", "max_points": D(3), "kind": "deduction",
         "rule": {"per": "1"}},
    ]  # fmt: skip
