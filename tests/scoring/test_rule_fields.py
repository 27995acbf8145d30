"""Every rule that the engine knows is written in the small fields of the row editor and comes back the same."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.enums import CriterionKind, Direction, SanctionKind
from scoring.forms.rule_fields import NO_LEVEL, WHOLE, RuleForm
from scoring.rules import (
    RULE_TYPES,
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    DeductionRule,
    FormatError,
    Level,
    PerItemRule,
    Sanction,
    TargetRule,
)

NAMED = {"grades": {"kha": "Khá"}, "codes": {"I.1": "I.1 Chỉ tiêu"}}
numbers = st.decimals(0, 5000, places=3)
bounds = st.none() | st.decimals(-5000, 5000, places=4)
words = st.text("aăđ;=:%/(). ", max_size=9).map(str.strip)
names = words.filter(bool)
sanctions = st.lists(
    st.builds(
        Sanction,
        st.sampled_from(SanctionKind),
        st.just("I.1"),
        st.sampled_from(("kha", "đã bỏ")),
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
levels = st.lists(
    st.builds(Level, names, names, numbers, st.booleans(), sanctions),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.code,
).map(tuple)
bands = st.lists(
    st.builds(Band, numbers, bounds, bounds, st.booleans(), st.booleans(), st.booleans()),
    min_size=1,
    max_size=4,
).map(tuple)
codes = st.lists(st.sampled_from(("VIII", "II.3", "I.1")), max_size=2, unique=True).map(tuple)
limits = st.none() | numbers
flags = (st.booleans(), st.booleans())
BY_KIND = {
    CriterionKind.DIRECT: st.builds(RULE_TYPES[CriterionKind.DIRECT], words),
    CriterionKind.PASS_FAIL: st.builds(RULE_TYPES[CriterionKind.PASS_FAIL], words),
    CriterionKind.CHOICE: st.builds(ChoiceRule, levels, *flags, codes, words),
    CriterionKind.BANDS: st.builds(BandsRule, bands, words, words),
    CriterionKind.RATIO: st.builds(RULE_TYPES[CriterionKind.RATIO], words, words),
    CriterionKind.TARGET: st.builds(TargetRule, st.sampled_from(Direction), words, words),
    CriterionKind.TARGET_LEADER: st.builds(RULE_TYPES[CriterionKind.TARGET_LEADER], words, words),
    CriterionKind.PER_ITEM: st.builds(PerItemRule, numbers, words, codes, words),
    CriterionKind.MINUS: st.builds(RULE_TYPES[CriterionKind.MINUS], numbers, words, words),
    CriterionKind.BONUS: st.builds(BonusRule, numbers, st.just(()), words, limits, *flags, codes, words)
    | st.builds(BonusRule, st.none(), levels, words, limits, *flags, codes, words),
    CriterionKind.DEDUCTION: st.builds(DeductionRule, numbers, words, limits, sanctions, words),
    CriterionKind.EVENTS: st.builds(RULE_TYPES[CriterionKind.EVENTS], words, words),
}


def sent(rule):
    """What a browser sends of the fields as the page draws them."""
    form = RuleForm(rule=rule, **NAMED)
    found = {}
    for one in (form, *form.level_rows, *form.band_rows, *form.sanction_rows):
        for field in one:
            value = field.value()
            if value is True:
                found[field.html_name] = "on"
            elif value not in (None, False):
                found[field.html_name] = str(value)
    # Fields drawn empty are sent empty.
    return {
        name: "" for one in form.tables() for row in one["rows"] for name in (c.html_name for c in row)
    } | found


def read(rule, kind=None, **typed):
    form = RuleForm({**sent(rule), **typed}, rule=rule, **NAMED)
    return form, form.read(kind or rule.kind)


@pytest.mark.parametrize("kind", CriterionKind)
@settings(max_examples=25)
@given(st.data())
def test_every_rule_is_written_in_fields_and_reads_back_the_same(kind, data):
    rule = data.draw(BY_KIND[kind])

    assert read(rule)[1] == rule


KNOWN = ChoiceRule(
    (Level("xs", "Xuất sắc", D(10)), Level("y", "Yếu", D(0), sanctions=(Sanction(SanctionKind.GRADE_DOWN),)))
)


def test_a_level_and_its_sanction_are_added_on_the_same_page_and_marks_keep_their_codes():
    _, rule = read(
        KNOWN,
        **{
            "level-2-label": "Vi phạm", "level-2-points": "0", "level-2-zeroes_parent": "on",
            "sanction-1-level": "2", "sanction-1-kind": "grade_at_most", "sanction-1-grade": "kha",
            "sanction-1-on_repeat": "on", "level-0-label": "", "level-0-points": "",
        },
    )  # fmt: skip

    assert rule.levels == (
        KNOWN.levels[1],
        Level(
            "m1", "Vi phạm", D(0), zeroes_parent=True,
            sanctions=(Sanction(SanctionKind.GRADE_AT_MOST, grade="kha", on_repeat=True),),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"level-0-points": "mười"}, "level-0-points", "“mười” không phải là số. Hãy gõ số, ví dụ 7,5."),
        ({"level-0-label": ""}, "level-0-label", "Trường này là bắt buộc."),
        ({"sanction-0-level": ""}, "sanction-0-level", NO_LEVEL),
        ({"level-1-label": "", "level-1-points": ""}, "sanction-0-level", NO_LEVEL),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed, field, told):
    form, rule = read(KNOWN, **typed)

    assert rule is None
    rows = {cell.html_name: cell for row in (*form.level_rows, *form.sanction_rows) for cell in row}
    assert list(rows[field].errors) == [told]
    assert [name for name, cell in rows.items() if cell.errors] == [field]


def test_parts_of_another_kind_are_neither_read_nor_refused():
    _, rule = read(KNOWN, "direct", **{"per": "x", "level-0-points": "x"})
    form, none = read(KNOWN, "deduction", per="1")

    assert rule == RULE_TYPES[CriterionKind.DIRECT]()
    assert none is None
    assert list(form.sanction_rows[0]["level"].errors) == [WHOLE]
    with pytest.raises(FormatError, match="mỗi việc hoặc các mức, một trong hai"):
        read(KNOWN, "bonus", per="1")
    with pytest.raises(FormatError, match="phải ghi mã tiêu chí đó"):
        read(KNOWN, **{"sanction-0-kind": "zero_criterion"})
