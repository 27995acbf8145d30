"""A cell holds one thing, figures or the word that the criterion does not apply; the answer says what stands."""

from decimal import Decimal as D

import pytest

from scoring.enums import Stage
from scoring.models import Mark
from tests.factories.scoring import RARE, RARE_LAW, ScoringYear
from tests.factories.scoring_door import address, cell, extra_rows, form_of, save, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def rare():
    return ScoringYear(
        rows=[*RARE, *extra_rows()], law={**RARE_LAW, "bonus_cap": D(7), "deduction_cap": D(8)}
    )


# One criterion of every manner of entering: a figure, several, lines, ticks, counts, a list.
PLACES = [
    ("I.2", "value", {"value": "85"}),
    ("I.1", "numerator", {"numerator": "97", "denominator": "100", "not_yet_due": "3"}),
    ("I.3", "events", {"events": "Hội thao: 8"}),
    ("I.4", "actual", {"actual": "110", "target": "100"}),
    ("B.1", "codes", {"codes": "nhi"}),
    ("B.2", "n-a", {"n-a": "2", "n-b": "1"}),
    ("B.4", "passed", {"passed": "1"}),
    ("D.2", "count", {"count": "2"}),
]


@pytest.mark.parametrize(("code", "part", "figures"), PLACES, ids=[place[0] for place in PLACES])
def test_what_is_typed_over_the_word_is_stored_and_shown(rare, at_door, code, part, figures):
    client = at_door(rare.officers[2])
    word = save(client, rare, code, **{part: "kps"}).json()
    assert (word["na"], word["values"][part]) == ("Không phát sinh", "kps")

    told = save(client, rare, code, version=str(word["version"]), **figures).json()

    assert (told["na"], told["isMissing"]) == ("", False)
    assert {name: told["values"][name] for name in figures} == figures
    page = client.get(address(rare, "scorecard", "so-3")).content.decode()
    assert f'name="{cell(rare, code, "na")}"' not in page
    mark = Mark.objects.get()
    assert "na" not in mark.inputs
    assert mark.points is not None


def test_the_word_over_figures_empties_them(year, at_door):
    client = at_door(year.officers[2])
    save(client, year, "I.2", value="17")
    told = save(client, year, "I.2", version="1", value="Không giao").json()

    assert (told["na"], told["values"], told["points"]) == ("Không giao", {"value": "kg"}, "Không giao")
    page = client.get(address(year, "scorecard", "so-3")).content.decode()
    assert f'name="{cell(year, "I.2", "value")}" value="kg"' in page


@pytest.mark.parametrize(
    "parts", [{"numerator": "kps", "denominator": "3"}, {"numerator": "kg", "denominator": "kps"}]
)
def test_a_word_beside_a_figure_is_asked_about(rare, at_door, parts):
    answer = save(at_door(rare.officers[2]), rare, "I.1", **parts)

    assert answer.status_code == 422
    assert "Hãy chỉ để lại một trong hai." in answer.json()["errors"][0]
    assert not Mark.objects.exists()


def test_a_choice_offers_both_words_in_its_own_list(rare, at_door):
    page = at_door(rare.officers[2]).get(address(rare, "scorecard", "so-3")).content.decode()

    assert page.count('<option value="kps">Không phát sinh</option>') == 1
    assert f'name="{cell(rare, "B.1", "codes")}" value="kg" data-cell> Không giao' in page


def test_the_conflict_says_the_word_and_how_the_cell_then_stands(year, at_door):
    save(at_door(year.heads[2]), year, "I.2", value="kps")
    answer = save(at_door(year.officers[2]), year, "I.2", value="2")

    told = answer.json()
    assert answer.status_code == 409
    assert (told["mine"], told["values"], told["na"]) == ("2", {"value": "kps"}, "Không phát sinh")


def test_points_that_the_step_changes_say_so(year, at_door):
    client = at_door(year.officers[2])
    told = save(client, year, "I.2", value="3,333").json()

    assert told["points"] == "3,25"
    assert told["note"] == "3,333 làm tròn thành 3,25 theo bước 0,25 của hướng dẫn."
    assert save(client, year, "I.2", version="1", value="3,5").json()["note"] == ""
    data = {**form_of(year, I_2__value="3,1"), cell(year, "I.2", "version"): "2"}
    whole = client.post(address(year, "scorecard", "so-3"), data, follow=True)
    assert "Đã lưu 1 tiêu chí. I.2: 3,1 làm tròn thành 3 theo bước 0,25 của hướng dẫn." in words(whole)


def test_an_answer_carries_the_reason_as_it_was_stored(year, at_door):
    year.send(2)
    told = save(
        at_door(year.chair), year, "I.2", Stage.BLOC, points="7", reason="  Chưa có minh chứng "
    ).json()

    assert (told["reason"], told["values"]) == ("Chưa có minh chứng", {"points": "7"})
