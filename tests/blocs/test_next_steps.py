"""Whatever greys the next step of a year and is the chair's to bring stands on the chair's list."""

from datetime import date

import pytest

from blocs import queries
from blocs.enums import Phase
from blocs.rules import Check
from tests.factories.planted import plant_in
from tests.scenarios import new_cycle

pytestmark = pytest.mark.django_db
HERE = "tests.blocs.test_next_steps"
NEXT = {Phase.PREPARING: "launching", Phase.EXECUTING: "self_scoring", Phase.SUBMITTED: "appraising"}


def holds(cycle):
    return Check(claim="Đủ")


def chair_lacks(cycle):
    return Check(
        "Bảng điểm", ("Chưa thông qua bảng điểm.",), "Khối trưởng", url="/bang/", due_on=date(2019, 3, 1)
    )


def chair_lacks_three(cycle):
    return Check("Ba việc", ("Thiếu một.", "Thiếu hai.", "Thiếu ba."), "Khối trưởng, Khối phó", is_hard=False)


def others_lack(cycle):
    return Check("Phiếu", ("Còn 2 đơn vị chưa gửi.",), "Các đơn vị")


def others_are_asked(cycle):
    return Check("Phiếu", ("Còn 2 đơn vị chưa gửi.",), "Các đơn vị", is_hard=False)


@pytest.fixture
def scene():
    return new_cycle()


def told(scene, person, *gates, phase=Phase.PREPARING, wire):
    plant_in(scene.cycle, phase=phase)
    wire(PHASE_GATES={NEXT[phase]: [f"{HERE}.{gate}" for gate in gates]})
    return [(todo.text, todo.url) for todo in queries.next_step_todos_for(person, scene.now)]


def test_what_the_chair_has_to_bring_is_told_to_officer_and_head_of_the_chair_and_to_nobody_else(scene, wire):
    gates = ("chair_lacks", "others_lack")
    for person in (scene.chair, scene.chair_head):
        assert told(scene, person, *gates, wire=wire) == [("Chưa thông qua bảng điểm.", "/bang/")]
    for person in (scene.vice, scene.member, scene.province_officer, scene.outsider):
        assert told(scene, person, *gates, wire=wire) == []
    (todo,) = queries.next_step_todos_for(scene.chair, scene.now)
    assert (todo.where, todo.due_on) == (str(scene.cycle), date(2019, 3, 1))


def test_several_things_of_one_kind_are_one_line_that_leads_to_the_year(scene, wire):
    page = scene.cycle.get_absolute_url()
    assert told(scene, scene.chair, "chair_lacks_three", wire=wire) == [("Thiếu một. Và 2 việc khác.", page)]


@pytest.mark.parametrize("gates", [(), ("holds",), ("others_are_asked",)])
def test_when_nothing_holds_it_the_step_itself_is_told(scene, wire, gates):
    page = scene.cycle.get_absolute_url()
    label = Phase.LAUNCHING.label
    assert told(scene, scene.chair, *gates, wire=wire) == [(f"Chuyển năm thi đua sang “{label}”", page)]


@pytest.mark.parametrize(
    ("gates", "phase"),
    [(("others_lack",), Phase.PREPARING), ((), Phase.EXECUTING), ((), Phase.SUBMITTED)],
)
def test_nothing_is_told_while_others_bring_it_the_year_runs_or_the_province_moves_it(
    scene, wire, gates, phase
):
    assert told(scene, scene.chair, *gates, phase=phase, wire=wire) == []


def test_a_chair_that_begins_later_has_nothing_to_do_yet(scene, wire):
    wire(PHASE_GATES={})
    before = scene.now.replace(year=2018)

    assert queries.next_step_todos_for(scene.chair, before) == []
    assert len(queries.next_step_todos_for(scene.chair, scene.now)) == 1


def test_an_ended_year_asks_for_nothing(scene, wire):
    wire(PHASE_GATES={})
    plant_in(scene.cycle, phase=Phase.CLOSED)

    assert queries.next_step_todos_for(scene.chair, scene.now) == []
