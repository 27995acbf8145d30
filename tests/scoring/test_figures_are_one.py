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
from hypothesis import strategies as st
from openpyxl import load_workbook

from blocs.enums import Phase
from config.kit.figures import points_text
from scoring import services
from scoring.enums import NaReason, Stage
from scoring.models import RankingRow
from scoring.rules import CountInputs, NotApplicable
from tests.factories.scoring import LAW, NOON, SMALL_FIGURES, ScoringYear
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


def year_of(step, gives):
    """A ranked bloc under a guidance of this step; the last unit has a criterion that was not assigned."""
    year = ScoringYear(law={**LAW, "roundings": {"default": {"step": step}, "total": {"step": "0.001"}}})
    last = len(year.units) - 1
    figures = {**SMALL_FIGURES, "I.2": NotApplicable(NaReason.NOT_ASSIGNED), "V.1": CountInputs(D(1))}
    for index in range(len(year.units)):
        points = gives[index] if index < len(gives) else {}
        words = {code: (each, WHY) for code, each in points.items()} or None
        year.walk(index, words, figures if index == last else None)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    return year


@st.composite
def laws_and_points(draw):
    """A step, and for two units points on it that the bloc gives beside what the unit has."""
    step = D(draw(st.sampled_from(("0.005", "0.25", "0.5", "1"))))

    def on_step(low, high):
        return st.integers(int(low / step), int(high / step)).map(lambda many: many * step)

    one = st.fixed_dictionaries({}, optional={code: on_step(*room) for code, room in ROOM.items()})
    return str(step), draw(st.lists(one, min_size=1, max_size=2))


def line_of(page, code):
    """The cells of the row of a workbook that begins with a code."""
    return next([cell.value for cell in row] for row in page.iter_rows() if str(row[0].value) == code)


def book_of(client, address):
    return load_workbook(BytesIO(client.get(address).content), data_only=True).active


def text_of(client, address):
    content = client.get(address).content
    made = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return made.stdout.decode()


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


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(laws_and_points())
def test_figures_are_one_whatever_the_step_and_the_points(at_door, drawn):
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
