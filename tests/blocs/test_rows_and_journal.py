"""Every row is what the journal last wrote of it; what was done around the triggers is found, and named in words."""

import pytest

from blocs.models import Appointment, Term, Unit
from blocs.queries import journal_violations, tracked_models
from tests.factories.blocs import UnitFactory
from tests.factories.planted import plant, plant_in
from tests.scenarios import new_cycle

pytestmark = pytest.mark.django_db


def test_rows_written_through_the_product_agree_with_the_journal():
    scene = new_cycle()
    unit = UnitFactory()
    Unit.objects.filter(pk=unit.pk).update(name="Sở Tài chính")
    unit.delete()
    Term.objects.filter(cycle=scene.cycle).update(basis="Biên bản số 2")

    assert journal_violations() == []


def test_a_row_changed_around_the_triggers_is_found_with_its_columns():
    scene = new_cycle()
    term = Term.objects.get(cycle=scene.cycle, office="chair")
    plant_in(term, from_on="2018-01-01", basis="Không có")

    assert journal_violations() == [
        f"Nhiệm kỳ “Khối trưởng, {term.unit}, {scene.cycle}”: khác với lần ghi nhật ký cuối (từ ngày, căn cứ)."
    ]


def test_a_right_given_around_the_triggers_is_found():
    scene = new_cycle()
    plant(
        "INSERT INTO blocs_appointment (user_id, unit_id, role, title, from_on, late_reason) "
        "VALUES (%s, %s, 'unit_head', '', '2019-01-01', '')",
        scene.chair.pk,
        scene.units[1].pk,
    )

    assert journal_violations() == [
        f"Phân công “Thủ trưởng đơn vị, {scene.chair}, {scene.units[1]}”: có trong dữ liệu nhưng nhật ký không ghi."
    ]


def test_a_row_taken_out_around_the_triggers_is_found_and_one_put_back():
    unit, other = UnitFactory(name="Sở Nội vụ"), UnitFactory(name="Sở Y tế")
    plant("DELETE FROM blocs_unit WHERE id = %s", unit.pk)
    kept = other.pk
    other.delete()
    plant(
        "INSERT INTO blocs_unit (id, province_id, name, short_name, slug, kind, phone) "
        "VALUES (%s, %s, 'Sở Y tế', 'SYT', 'so-y-te', 'department', '')",
        kept,
        unit.province_id,
    )

    assert [sentence.partition("”: ")[2] for sentence in journal_violations()] == [
        "đã mất khỏi dữ liệu mà nhật ký không ghi việc xóa.",
        "nhật ký ghi đã xóa nhưng vẫn còn trong dữ liệu.",
    ]


def test_many_changed_rows_are_named_up_to_a_number_and_counted_beyond():
    for number in range(23):
        UnitFactory(name=f"Đơn vị {number}")
    plant("UPDATE blocs_unit SET name = 'Đơn vị khác'")

    found = journal_violations()
    assert (len(found), found[-1]) == (21, "Đơn vị: còn 3 dòng nữa không khớp với nhật ký.")


def test_a_row_whose_unit_is_gone_is_still_named():
    scene = new_cycle()
    appointment = Appointment.objects.get(user=scene.chair)
    plant_in(appointment, title="Giám đốc")
    plant("DELETE FROM blocs_unit WHERE id = %s", appointment.unit_id)

    assert (
        f"Phân công “Chuyên viên thi đua của đơn vị, {scene.chair}”: khác với lần ghi nhật ký cuối (chức danh)."
        in (journal_violations())
    )


def test_a_row_of_a_year_whose_bloc_is_gone_names_the_year_by_its_number():
    scene = new_cycle()
    term = Term.objects.get(cycle=scene.cycle, office="chair")
    plant_in(term, basis="Không có")
    plant("DELETE FROM blocs_bloc WHERE id = %s", scene.bloc.pk)

    assert (
        f"Nhiệm kỳ “Khối trưởng, {term.unit}, số {scene.cycle.pk}”: khác với lần ghi nhật ký cuối (căn cứ)."
        in (journal_violations())
    )


@pytest.mark.parametrize("many", [1, 3])
def test_checking_asks_one_query_a_table_however_many_rows(many, django_assert_num_queries):
    for _ in range(many):
        UnitFactory()

    with django_assert_num_queries(len(tracked_models())):
        assert journal_violations() == []
