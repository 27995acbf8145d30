"""A result is entered once: criteria linked to a target of the covenant take their figures from there."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from blocs.enums import Phase
from blocs.queries import standing_in
from config.kit.refusals import Refused
from covenants import services as covenant_services
from covenants.enums import AdoptionForm, Direction, Period
from covenants.queries import targets_of
from covenants.rules import TargetDraft
from covenants.services import NOT_ASSIGNED, ResultEntry
from scoring import policies, queries, services
from scoring.enums import MarkState, ScorecardState, Stage
from scoring.models import Criterion
from scoring.reports.feeds import feeds_note
from scoring.rules import PassInputs, RatioInputs, TargetInputs, ValueInputs
from scoring.services import MarkEntry, RefusedMarks
from tests.factories.documents import at
from tests.factories.scoring import LAW, NOON, ScoringYear, group, leaf

D = Decimal
SPRING = at(2019, 3, 20)
TARGETS = (
    TargetDraft("Thu ngân sách", "tỷ đồng", Direction.AT_LEAST, D(100)),
    TargetDraft("Vụ vi phạm", "vụ", Direction.AT_MOST, D(2)),
    TargetDraft("Đảng bộ trong sạch", "", Direction.YES_NO),
)
ROWS = (
    group("I", "Chỉ tiêu", 60),
    leaf("I.1", "Thu ngân sách", 10, "target"),
    leaf("I.2", "Vi phạm", 10, "target", rule={"direction": "at_most"}),
    leaf("I.3", "Đảng bộ", 10, "pass_fail"),
    leaf("I.4", "So với đơn vị dẫn đầu", 10, "target_leader"),
    leaf("I.5", "Tỷ lệ hoàn thành", 10, "ratio"),
    leaf("I.6", "Chấm trực tiếp", 10),
)
LINKS = {"I.1": 0, "I.2": 1, "I.3": 2, "I.4": 0, "I.5": 0, "I.6": 0}


class FedYear(ScoringYear):
    """A year whose criteria are linked to the targets of its covenant."""

    def __init__(self, links=LINKS, unassigned=(), adopt=True):
        law = {**LAW, "scale": D(60), "bonus_cap": D(0), "deduction_cap": D(0), "tie_chain": [], "grades": []}
        super().__init__(rows=ROWS, law=law, board=False, phase=Phase.PREPARING)
        act = {"by": self.chair, "at": SPRING}
        covenant = covenant_services.draft_covenant(cycle=self.cycle, **act)
        content = covenant_services.add_content(covenant=covenant, title="Kinh tế", **act)
        covenant_services.add_targets(content=content, targets=TARGETS, **act)
        self.targets = targets_of(covenant)
        for unit, number in unassigned:
            covenant_services.set_assignments(
                target=self.targets[number], values={self.units[unit].pk: NOT_ASSIGNED}, **act
            )
        if adopt:
            covenant_services.adopt_covenant(
                covenant=covenant, form=AdoptionForm.CONSENSUS, on=date(2019, 3, 20), **act
            )
        board = self.draft_board()
        for code, place in links.items():
            Criterion.objects.filter(scoreboard=board, code=code).update(target=self.targets[place])
        self.adopt(board)
        self.go(Phase.SELF_SCORING)

    def report(self, index, *actuals, is_estimated=False):
        entries = {
            target.pk: ResultEntry(actual=D(actual), is_estimated=is_estimated)
            for target, actual in zip(self.targets, actuals, strict=False)
            if actual is not None
        }
        covenant_services.record_results(
            cycle=self.cycle,
            unit=self.units[index],
            period=Period.YEAR,
            entries=entries,
            by=self.officers[index],
            at=NOON,
        )

    def pull(self, index=2, by=None):
        return services.pull_results(card=self.card(index), by=by or self.officers[index], at=NOON)

    def own(self, index=2):
        board = queries.board_of(self.scoreboard)
        return {board.by_key[key].code: mark for key, mark in self.view(index).at(Stage.SELF).items()}


@pytest.fixture
def year(db):
    return FedYear()


def test_results_become_own_marks_with_their_source(year):
    year.report(2, "105.5", "1", "1")
    pulled = year.pull()

    own = year.own()
    assert len(pulled) == 5
    assert {code: mark.points for code, mark in own.items()} == dict.fromkeys(
        ("I.1", "I.2", "I.3", "I.4", "I.5"), D(10)
    )
    assert own["I.1"].inputs == {"actual": "105.5", "target": "100"}
    assert own["I.1"].explanation == (
        "Thực hiện 105,5, giao 100, đạt chỉ tiêu: 10 điểm. "
        "Nguồn số liệu: kết quả giao ước cả năm, chỉ tiêu 1 (chính thức)."
    )
    assert own["I.1"].author == year.officers[2]
    assert own["I.1"].events.last().pgh_context["verb"] == "scoring.marks.pulled"
    # What only a scorer can say is never fed.
    assert "I.6" not in own


def test_an_estimate_says_that_it_is_one(year):
    year.report(2, "90", is_estimated=True)
    year.pull()

    assert year.own()["I.1"].explanation.endswith("chỉ tiêu 1 (số ước).")
    assert (year.own()["I.1"].points, year.own()["I.5"].points) == (9, 9)


def test_pulling_twice_changes_nothing_and_a_new_result_changes_what_it_feeds(year):
    year.report(2, "105", "1", "1")
    year.pull()
    assert year.pull() == []

    year.report(2, "80", "1", "1")
    assert queries.stale_feeds(year.view(2)) == ["I.1", "I.4", "I.5"]
    assert len(year.pull()) == 3
    assert (year.own()["I.1"].points, year.own()["I.1"].version) == (8, 2)
    assert year.own()["I.2"].version == 1


def test_a_result_that_was_taken_back_leaves_the_mark_missing(year):
    year.report(2, "105")
    year.pull()
    covenant_services.record_results(
        cycle=year.cycle,
        unit=year.units[2],
        period=Period.YEAR,
        entries={year.targets[0].pk: ResultEntry(actual=None)},
        by=year.officers[2],
        at=NOON,
    )
    year.pull()

    assert year.own()["I.1"].state == MarkState.MISSING
    assert "Nguồn" not in year.own()["I.1"].explanation


@pytest.mark.parametrize("code", ["I.1", "I.4", "I.5"])
def test_what_the_covenant_does_not_assign_leaves_the_division_and_takes_no_figure_typed(db, code):
    year = FedYear(unassigned=[(2, 0)])
    year.report(2, None, "1", "0")
    year.pull()

    own = year.own()
    assert (own[code].state, own[code].get_na_reason_display()) == (MarkState.NA, "Không giao")
    # A target that the unit writes itself would make it the bloc's leader.
    for typed in (TargetInputs(D(500), D(1)), TargetInputs(D(500))):
        with pytest.raises(RefusedMarks, match="lấy từ kết quả giao ước"):
            year.fill(2, {"I.4": typed})


def test_a_target_not_to_be_passed_feeds_no_kind_where_more_is_better(db):
    year = FedYear(links={"I.2": 1, "I.4": 1, "I.5": 1})
    year.report(2, None, "4")

    board = queries.board_of(year.scoreboard)
    codes = {board.by_key[key].code for key in queries.feeds_of(year.card(2), board.leaves)}
    assert codes == {"I.2"}


def test_a_target_that_is_met_or_not_feeds_only_what_reads_it(db):
    year = FedYear(links={"I.1": 2, "I.3": 2, "I.4": 2, "I.5": 2})
    year.report(2, None, None, "1")

    feeds = queries.feeds_of(year.card(2), queries.board_of(year.scoreboard).leaves)
    by_key = queries.board_of(year.scoreboard).by_key
    assert {by_key[key].code: feed.inputs for key, feed in feeds.items()} == {
        "I.1": PassInputs(passed=True),
        "I.3": PassInputs(passed=True),
    }
    # The rule of I.1 asks for a figure: it is said, and nothing is written.
    with pytest.raises(RefusedMarks, match=r"I\.1"):
        year.pull()


def test_a_covenant_that_nobody_adopted_feeds_nothing(db, django_assert_num_queries):
    year = FedYear(adopt=False)
    leaves = queries.board_of(year.scoreboard).leaves
    assert queries.feeds_of(year.card(2), leaves) == {}
    with pytest.raises(Refused, match="Không có tiêu chí nào"):
        year.pull()
    card = year.card(2)
    with django_assert_num_queries(0):
        assert queries.feeds_of(card, [one for one in leaves if not one.target_id]) == {}


def test_a_linked_cell_is_not_typed_over(year):
    year.report(2, "105")
    with pytest.raises(RefusedMarks, match="lấy từ kết quả giao ước"):
        year.fill(2, {"I.1": TargetInputs(D(200), D(100))})
    # The same figures may come along with a workbook.
    year.fill(2, {"I.1": TargetInputs(D(105), D(100)), "I.6": ValueInputs(D(7))})

    assert {code: mark.points for code, mark in year.own().items()} == {"I.1": 10, "I.6": 7}
    assert "Nguồn số liệu" in year.own()["I.1"].explanation


def test_the_bloc_judges_a_linked_cell_as_any_other(year):
    year.report(2, "105", "1", "1")
    year.pull()
    year.fill(2, {"I.6": ValueInputs(D(7))})
    services.send_card(card=year.card(2), by=year.heads[2], at=NOON)
    card = year.card(2)
    entries = services.entries_of(card, {"I.1": TargetInputs(D(90), D(100)), "I.5": RatioInputs(D(1), D(2))})
    view = services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    assert sorted(mark.points for mark in view.at(Stage.BLOC).values()) == [5, 9]


def test_a_card_is_not_sent_while_its_marks_are_not_what_the_covenant_says(year):
    year.report(2, "105", "1", "1")
    year.pull()
    year.fill(2, {"I.6": ValueInputs(D(7))})
    year.report(2, "90", "1", "1")
    for act, by in ((services.propose_card, year.officers[2]), (services.send_card, year.heads[2])):
        with pytest.raises(Refused, match=r"I\.1, I\.4, I\.5 chưa theo kết quả giao ước"):
            act(card=year.card(2), by=by, at=NOON)

    year.pull(by=year.heads[2])
    assert services.send_card(card=year.card(2), by=year.heads[2], at=NOON).state == ScorecardState.SENT


def test_only_the_unit_pulls_and_only_while_the_card_is_with_it(year):
    who = standing_in(year.cycle, year.chair, NOON)
    assert policies.pull_results(who, year.card(2))
    assert policies.pull_results(standing_in(year.cycle, year.officers[2], NOON), year.card(2)) == []
    with pytest.raises(Refused):
        year.pull(by=year.chair)


def test_rescoring_the_bloc_keeps_the_source(year):
    for index, actual in ((0, "110"), (1, "120")):
        year.report(index, actual, "1", "1")
        year.pull(index)
        year.fill(index, {"I.6": ValueInputs(D(7))})
        services.send_card(card=year.card(index), by=year.heads[index], at=NOON)

    moved = year.own(0)["I.4"]
    assert moved.points == D("7.5")
    assert moved.explanation.endswith("Nguồn số liệu: kết quả giao ước cả năm, chỉ tiêu 1 (chính thức).")
    assert moved.explanation.count("Nguồn") == 1


def test_the_note_says_what_is_linked_and_what_is_stale(year):
    year.report(2, "105", "1", "1")
    view = year.view(2)
    feeds = queries.feeds_of(view.card, view.board.leaves)
    note = feeds_note(standing_in(year.cycle, year.officers[2], NOON), view, feeds)

    assert (note.codes, note.refusals) == (["I.1", "I.2", "I.3", "I.4", "I.5"], [])
    assert note.stale == note.codes
    assert note.results_url.endswith("/so-3/?ky=ca-nam")
    assert feeds_note(standing_in(year.cycle, year.officers[2], NOON), view, {}) is None


def test_results_are_taken_over_in_the_browser(year, client):
    year.report(2, "105", "1", "1")
    client.force_login(year.officers[2], backend="allauth.account.auth_backends.AuthenticationBackend")
    place = [*year.cycle.slugs, "so-3"]
    url, card, typed = (
        reverse("results_pull", args=place),
        reverse("scorecard", args=place),
        year.criterion("I.6").pk,
    )

    def stale_rows():
        return client.get(card).content.decode().count("Chưa theo kết quả giao ước")

    assert stale_rows() == 5
    # Without a script what was typed beside it comes along and is kept.
    sent = {"stage": "self", f"c{typed}-version": "", f"c{typed}-value": "7"}
    assert client.post(url, sent).status_code == 302
    assert (year.own()["I.1"].points, year.own()["I.6"].points) == (10, 7)
    assert stale_rows() == 0
    assert client.post(url).status_code == 302
    assert year.own()["I.1"].version == 1


def test_a_refused_pull_draws_the_card_with_the_reason(year, client):
    client.force_login(year.officers[2], backend="allauth.account.auth_backends.AuthenticationBackend")
    year.go(Phase.REVIEWING)
    answer = client.post(reverse("results_pull", args=[*year.cycle.slugs, "so-3"]))
    assert answer.status_code == 422


def test_an_entry_of_nothing_on_a_linked_cell_without_result_is_let_through(year):
    card = year.card(2)
    key = year.criterion("I.1").pk
    view = services.save_marks(
        card=card, stage=Stage.SELF, entries=[MarkEntry(key)], by=year.officers[2], at=NOON
    )
    assert view.at(Stage.SELF)[key].state == MarkState.MISSING
