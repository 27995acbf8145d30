from datetime import date

import pytest

from blocs import rules
from blocs.enums import MilestoneKind, Phase
from blocs.rules import Check

TODAY = date(2019, 12, 10)


def test_every_phase_has_its_moves_and_its_place_in_the_five_groups():
    grouped = [phase for _, phases in rules.GROUPS for phase in phases]

    assert set(rules.MOVES) == set(Phase)
    assert grouped == list(rules.ORDER) == list(Phase)
    assert len(rules.GROUPS) == 5


@pytest.mark.parametrize("phase", Phase)
def test_a_year_goes_forward_one_step_and_back_only_to_what_lies_behind(phase):
    ahead = rules.next_phase(phase)
    back = rules.previous_phases(phase)

    assert (ahead is None) == (phase == Phase.CLOSED)
    assert ahead is None or rules.ORDER.index(ahead) == rules.ORDER.index(phase) + 1
    assert all(rules.is_backward(phase, to) for to in back)
    assert set(rules.MOVES[phase]) == {*back, *([ahead] if ahead else [])}


def test_reached_counts_the_phase_itself():
    assert rules.reached(Phase.VERIFYING, Phase.VERIFYING)
    assert rules.reached(Phase.CLOSED, Phase.VERIFYING)
    assert not rules.reached(Phase.EXECUTING, Phase.VERIFYING)


def test_the_year_line_says_done_now_and_todo():
    states = [step["state"] for group in rules.year_line(Phase.SELF_SCORING) for step in group["steps"]]

    assert states == ["done"] * 3 + ["now"] + ["todo"] * 6


@pytest.mark.parametrize("action", rules.OPEN_IN)
def test_an_action_is_open_in_its_phases_and_says_which_otherwise(action):
    for phase in Phase:
        reasons = rules.outside_window(action, phase, rules.OPEN_IN)
        if phase in rules.OPEN_IN[action]:
            assert reasons == []
        elif phase == Phase.CLOSED:
            assert reasons == ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]
        else:
            assert f"năm thi đua đang ở giai đoạn “{phase.label}”." in reasons[0]


def test_whose_turn_it_is_comes_from_what_is_missing_first():
    missing = Check("Thẻ đã gửi", missing=("Còn một đơn vị.",), turn="Ban Dân tộc")
    silent = Check("Có sổ", missing=("Chưa có sổ.",))
    held = Check("Có khối trưởng", turn="Tỉnh")

    assert held.holds
    assert not missing.holds
    assert rules.turn_of(Phase.VERIFYING, [held, silent, missing]) == "Ban Dân tộc"
    assert rules.turn_of(Phase.VERIFYING, [held]) == "Khối trưởng"
    assert rules.turn_of(Phase.APPRAISING, []) == "Cơ quan thường trực"


def test_a_date_is_late_on_the_day_after_and_only_while_its_phase_is_ahead():
    dues = {MilestoneKind.SELF_SCORING: date(2019, 12, 9), MilestoneKind.VERIFYING: TODAY}

    assert rules.late_dates(Phase.SELF_SCORING, dues, TODAY) == [MilestoneKind.SELF_SCORING]
    assert rules.late_dates(Phase.VERIFYING, dues, TODAY) == []


@pytest.mark.parametrize(
    ("due", "words"),
    [(date(2019, 12, 15), "còn 5 ngày"), (TODAY, "hôm nay"), (date(2019, 12, 8), "quá hạn 2 ngày")],
)
def test_the_distance_of_a_date_is_said_in_words(due, words):
    assert rules.distance_in_words(due, TODAY) == words


@pytest.mark.parametrize(
    ("typed", "name", "council"),
    [
        ("Kiên Giang", "Tỉnh Kiên Giang", "Hội đồng Thi đua - Khen thưởng tỉnh Kiên Giang"),
        ("tỉnh Cà Mau", "Tỉnh Cà Mau", "Hội đồng Thi đua - Khen thưởng tỉnh Cà Mau"),
        ("Thành phố Huế", "Thành phố Huế", "Hội đồng Thi đua - Khen thưởng thành phố Huế"),
    ],
)
def test_a_new_province_gets_the_usual_names(typed, name, council):
    labels = rules.province_labels(typed)

    assert (labels["name"], labels["council_name"]) == (name, council)
    assert rules.province_labels(typed, "Ban TĐKT")["standing_office_name"] == "Ban TĐKT"


def test_the_diagram_draws_every_move_once():
    drawn = rules.diagram()

    assert drawn.count("-->") == sum(len(targets) for targets in rules.MOVES.values()) + 2
    assert "appraising --> reviewing : có lý do" in drawn
    assert "preparing --> launching\n" in drawn
