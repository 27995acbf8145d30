"""Offices, phases and handovers that contradict one another are found by year and unit."""

from datetime import date

import pytest

from blocs import services
from blocs.enums import Office, Phase, Role
from blocs.models import Appointment, Cycle, Handover, Term
from blocs.queries import violations
from tests.factories.planted import plant_in
from tests.scenarios import cycle_at, new_cycle

pytestmark = pytest.mark.django_db


def follow(scene, day):
    """Another unit takes the chair on a day."""
    return services.start_term(
        cycle=scene.cycle, office=Office.CHAIR, unit=scene.units[2], from_on=day, basis="Biên bản số 3",
        **scene.act(scene.admin),
    )  # fmt: skip


def test_two_chairs_on_one_day_are_found_and_one_after_the_other_is_not():
    scene = new_cycle()
    follow(scene, date(2019, 6, 1))
    assert violations() == []
    first = Term.objects.get(cycle=scene.cycle, office=Office.CHAIR, unit=scene.units[0])
    plant_in(first, to_on=date(2019, 8, 31))

    assert violations() == [
        f"{scene.cycle}: {scene.units[0]} và {scene.units[2]} cùng là Khối trưởng từ ngày 01/06/2019."
    ]


def test_a_year_in_a_phase_that_no_move_led_to_is_found():
    scene = cycle_at(Phase.LAUNCHING)
    assert violations() == []
    plant_in(Cycle.objects.get(pk=scene.cycle.pk), phase="closed")

    assert violations() == [f"{scene.cycle} ở giai đoạn “Kết thúc” mà các lần chuyển đã ghi không dẫn tới."]


def test_a_handover_that_is_not_between_two_chairs_of_the_bloc_is_found():
    scene = new_cycle()
    terms = {term.office: term for term in Term.objects.filter(cycle=scene.cycle)}
    Handover.objects.create(from_term=terms["chair"], to_term=terms["vice"], items="Hồ sơ")

    assert violations() == [
        f"Bàn giao của {scene.cycle} từ {scene.units[0]} sang {scene.units[1]} "
        "không phải giữa hai Khối trưởng của một khối."
    ]


def test_roles_that_control_each_other_in_one_hand_are_found_and_one_after_the_other_are_not():
    scene = new_cycle()
    head, auditor = Appointment.objects.get(user=scene.heads[0]), Appointment.objects.get(user=scene.auditor)
    plant_in(head, to_on=date(2019, 6, 30))
    plant_in(auditor, user_id=scene.heads[0].pk, from_on=date(2019, 7, 1))
    assert violations() == []
    plant_in(auditor, from_on=date(2019, 6, 30))

    assert violations() == [
        f"{scene.heads[0]} cùng lúc là “{Role.UNIT_HEAD.label}” và “{Role.AUDITOR.label}” từ ngày 30/06/2019; "
        "hai vai trò này kiểm tra lẫn nhau."
    ]
    plant_in(head, ended_at=scene.now)
    assert violations() == []
