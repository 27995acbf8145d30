"""A figure is one: what is stored is what follows from the marks, and what every page, paper and workbook shows."""

import re
import subprocess
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Drawing
from hypothesis import strategies as st
from openpyxl import load_workbook

from blocs.enums import Phase
from config.kit import pdf
from config.kit.figures import points_text
from scoring import services
from scoring.enums import NaReason, Stage
from scoring.models import RankingRow
from scoring.rules import (
    CountInputs,
    EventInputs,
    LevelInputs,
    NotApplicable,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
)
from scoring.rules.inputs import Event
from tests.factories.scoring import LAW, NOON, SMALL, SMALL_FIGURES, ScoringYear
from tests.factories.scoring_door import words

pytestmark = pytest.mark.django_db
WHY = "Tham mưu chậm"
# What the bloc gives beside what the unit has: points at fine steps just below a grade, a bonus, a deduction.
GIVEN = (
    {"I.2": D("17.995"), "III.1": D("14.005")},
    {"I.2": D("2.995"), "IV.1": D("1.995"), "V.1": D("-4.995")},
    {"III.1": D("0.005")},
)


# Of each criterion that people give points to: the least and the most of them.
ROOM = {"I.2": (0, 18), "III.1": (0, 14), "IV.1": (0, 2), "V.1": (-5, 0)}


LEVELS = [
    {"code": "a", "label": "Mức A", "points": "10"},
    {"code": "b", "label": "Mức B", "points": "6.5"},
    {"code": "c", "label": "Mức C", "points": "0"},
]
BANDS = {
    "unit": "%",
    "bands": [
        {"low": "90", "points": "10"},
        {"low": "80", "high": "90", "points": "3.35"},
        {"high": "80", "points": "0"},
    ],
}
MERITS = {
    "levels": [
        {"code": "n", "label": "Nhất", "points": "1.75"},
        {"code": "h", "label": "Nhì", "points": "0.65"},
    ]
}
COUNTS, PARTS = st.integers(0, 9).map(D), st.integers(0, 480).map(lambda n: D(n) / 4)
EVENTS = st.lists(st.integers(0, 80).map(lambda n: Event("Hội thao", D(n) / 8)), min_size=1, max_size=4)
# What else than in the small frame a criterion may be: its kind, its rule, and what a unit enters there.
SHAPES = {
    "I.1": [
        ("target", {"direction": "at_least"}, st.builds(TargetInputs, PARTS, PARTS)),
        ("target", {"direction": "at_most"}, st.builds(TargetInputs, PARTS, PARTS)),
        ("target_leader", {"unit": "%"}, st.builds(TargetInputs, PARTS, PARTS)),
    ],
    "I.4": [
        ("minus", {"per": "0.7"}, st.builds(CountInputs, COUNTS)),
        ("events", {"item": "cuộc"}, EVENTS.map(lambda events: EventInputs(tuple(events)))),
        ("per_item", {"per": "1.3"}, st.builds(CountInputs, COUNTS)),
    ],
    "II.1": [
        ("pass_fail", {}, st.builds(PassInputs, st.booleans())),
        ("ratio", {"item": "hồ sơ"}, st.builds(RatioInputs, COUNTS, st.integers(3, 12).map(D))),
        ("bands", BANDS, st.builds(ValueInputs, PARTS)),
    ],
    "II.2": [
        ("choice", {"levels": LEVELS}, st.sampled_from("abc").map(lambda code: LevelInputs((code,)))),
        ("choice", {"levels": LEVELS, "highest_only": True},
         st.sets(st.sampled_from("abc"), min_size=1).map(lambda codes: LevelInputs(tuple(sorted(codes))))),
    ],
    "IV.1": [
        ("bonus", {"per": "0.6"}, st.builds(CountInputs, COUNTS)),
        ("bonus", MERITS, st.sampled_from("nh").map(lambda code: LevelInputs((code,)))),
    ],
    "V.1": [("deduction", {"per": "1.35"}, st.builds(CountInputs, COUNTS))],
}  # fmt: skip
UNITS = 4


def year_of(step, gives, rows=SMALL, entered=()):
    """A ranked bloc under a guidance of this step; the last unit has a criterion that was not assigned."""
    own = {"default": {"step": step}} if step else {}
    law = {**LAW, "roundings": {**own, "total": {"step": "0.001"}}}
    year = ScoringYear(law=law, rows=rows)
    last = len(year.units) - 1
    for index in range(len(year.units)):
        figures = {**SMALL_FIGURES, **(entered[index] if entered else {})}
        if index == last:
            figures |= {"I.2": NotApplicable(NaReason.NOT_ASSIGNED)}
        points = gives[index] if index < len(gives) else {}
        words = {code: (each, WHY) for code, each in points.items()} or None
        year.walk(index, words, figures)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    return year


@st.composite
def years(draw):
    """A step or none, for two units points on it that the bloc gives, a frame of drawn kinds and what every unit enters."""
    named = draw(st.sampled_from(("", "0.005", "0.05", "0.25", "0.5", "1")))
    step = D(named or "0.25")

    def on_step(low, high):
        return st.integers(int(low / step), int(high / step)).map(lambda many: many * step)

    one = st.fixed_dictionaries({}, optional={code: on_step(*room) for code, room in ROOM.items()})
    shapes = {code: draw(st.sampled_from(among)) for code, among in SHAPES.items()}
    rows = [
        {**row, "kind": shapes[row["code"]][0], "rule": shapes[row["code"]][1]}
        if row["code"] in shapes
        else row
        for row in SMALL
    ]
    figures = st.fixed_dictionaries({code: inputs for code, (_, _, inputs) in shapes.items()})
    gives = draw(st.lists(one, min_size=1, max_size=2))
    return named, gives, rows, draw(st.lists(figures, min_size=UNITS, max_size=UNITS))


def line_of(page, code):
    """The cells of the row of a workbook that begins with a code."""
    return next([cell.value for cell in row] for row in page.iter_rows() if str(row[0].value) == code)


def book_of(client, address):
    return load_workbook(BytesIO(client.get(address).content), data_only=True).active


def text_of(client, address):
    """What is printed, a row of a table a line: of the paper, or of what would be laid out."""
    content = client.get(address).content
    if content.startswith(b"%PDF"):
        made = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
        )
        return made.stdout.decode()
    rows = re.sub(r"\s+", " ", content.decode()).replace("</tr>", "\n")
    return re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", rows))


def figure(value):
    """What a cell of a workbook holds, to the last digit; words stay words."""
    return D(str(value)) if isinstance(value, int | float) else value


def told(text, shown):
    """Whether a figure stands in a text as a whole figure."""
    return re.search(rf"(?<![\d,]){re.escape(shown)}(?![\d,])", text) is not None


def summed(view):
    """The total of a card from nothing but its stored marks and the maxima of its board."""
    sums, applies = {"normal": D(0), "bonus": D(0), "deduction": D(0)}, D(0)
    for leaf in view.board.leaves:
        mark, nature = view.standing_at(Stage.MEETING)[leaf.pk], view.board.natures[leaf.pk]
        sums[nature] += mark.points or 0
        applies += leaf.max_points if nature == "normal" and mark.points is not None else 0
    scaled = (sums["normal"] * 100 / applies).quantize(D("0.001"), ROUND_HALF_UP)
    return scaled + sums["bonus"] + sums["deduction"]


def test_figures_just_below_a_grade_are_one(at_door):
    hold_together(year_of("0.005", GIVEN), at_door)


@settings(
    max_examples=8,
    phases=[Drawing.generate],  # a year an example: looking for a smaller one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(years())
def test_figures_are_one_whatever_the_frame_and_what_is_entered(at_door, monkeypatch, drawn):
    """Without the laying out of papers, which costs most: the case before prints them."""
    monkeypatch.setattr(pdf, "from_html", lambda html: html.encode())
    with transaction.atomic():
        hold_together(year_of(*drawn), at_door)
        transaction.set_rollback(True)


def hold_together(ranked, at_door):
    """Printed = stored = worked out anew, for every card, on every page, paper and workbook."""
    client, slugs = at_door(ranked.head), ranked.cycle.slugs
    across = book_of(client, reverse("comparison_xlsx", args=slugs))
    side = words(client.get(reverse("comparison", args=slugs)))
    places = words(client.get(reverse("ranking", args=slugs)))
    summary = book_of(client, reverse("summary_xlsx", args=slugs))
    printed_summary = text_of(client, reverse("summary_pdf", args=slugs))
    head = line_of(across, "TT")

    for index, unit in enumerate(ranked.units):
        view, stored = ranked.view(index), RankingRow.objects.get(unit=unit)
        total = view.total(Stage.MEETING)
        assert stored.total == total.total == summed(view)
        at = [*slugs, unit.slug]
        book, paper = (
            book_of(client, reverse("scorecard_xlsx", args=at)),
            text_of(client, reverse("scorecard_pdf", args=at)),
        )
        page = words(client.get(reverse("scorecard", args=at)))
        here = head.index(unit.short_name)
        for leaf in view.board.leaves:
            points = view.standing_at(Stage.MEETING)[leaf.pk].points
            shown = "Không giao" if points is None else points_text(points)
            row = next(line for line in paper.splitlines() if line.split()[:1] == [leaf.code])
            for text in (row, page, side):
                assert told(text, shown), (unit, leaf.code)
            wanted = shown if points is None else points
            assert figure(line_of(book, leaf.code)[-2]) == figure(line_of(across, leaf.code)[here]) == wanted
        sums = [cell.value for cell in next(row for row in book.iter_rows() if row[1].value == "Tổng cộng")]
        assert figure(sums[-2]) == stored.total
        line = next([c.value for c in row] for row in summary.iter_rows() if row[1].value == unit.name)
        assert figure(line[-3]) == stored.total
        for text in (paper, page, side, places, printed_summary):
            assert told(text, points_text(stored.total)), (unit, stored.total)


def test_points_given_at_fine_steps_stand_as_they_were_given():
    ranked = year_of("0.005", GIVEN)
    for index, points in enumerate(GIVEN):
        standing = ranked.view(index).standing_at(Stage.MEETING)
        by_code = {leaf.code: standing[leaf.pk].points for leaf in ranked.view(index).board.leaves}
        assert {code: by_code[code] for code in points} == points
