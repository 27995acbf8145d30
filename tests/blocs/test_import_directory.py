"""The first hour of a province: units, blocs, members and people from one workbook."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from blocs import imports, queries, services
from blocs.enums import Office, Role, UnitKind
from blocs.models import Appointment, Bloc, Cycle, Membership, Term, Unit
from blocs.reports import roster_sheets
from config.kit.books import RefusedBook
from config.kit.refusals import Refused
from tests.blocs.books import book_of, member, person, small, unit
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory, UnitFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.fixture
def province():
    return ProvinceFactory(slug="kien-giang")


@pytest.fixture
def admin(province):
    user = UserFactory(username="an", full_name="Đỗ An")
    AppointmentFactory(user=user, role=Role.ADMIN, province=province)
    return user


@pytest.fixture
def take(province, admin):
    """Import sheets as the administrator."""

    def act(by=None, dry_run=False, answers=None, **sheets):
        lines = imports.read_directory(book_of(**sheets))
        return services.import_directory(
            province=province, lines=lines, by=by or admin, at=NOON, dry_run=dry_run, answers=answers
        )

    return act


def faults_of(act):
    with pytest.raises(RefusedBook) as refused:
        act()
    return [(fault.sheet, fault.cell, fault.sentence) for fault in refused.value.faults]


def counts():
    models = (Unit, Bloc, Cycle, Membership, Term, User, Appointment)
    return [model.objects.count() for model in models]


def did(plan):
    return [(sheet.created, sheet.changed, sheet.same) for sheet in roster_sheets(plan)]


def test_a_province_begins_from_one_workbook(take):
    plan = take(**small())

    assert did(plan) == [(2, 0, 0), (1, 0, 0), (1, 0, 0), (3, 0, 0), (3, 0, 0)]
    assert list(Unit.objects.order_by("pk").values_list("slug", "kind")) == [
        ("so-khcn", UnitKind.DEPARTMENT),
        ("so-yte", UnitKind.DEPARTMENT),
    ]
    cycle = Cycle.objects.get()
    assert (cycle.bloc.slug, cycle.year) == ("khoi-4", 2026)
    assert [m.unit.slug for m in cycle.memberships.order_by("position")] == ["so-khcn", "so-yte"]
    term = Term.objects.get()
    assert (term.office, term.unit.slug, term.from_on, term.basis) == (
        Office.CHAIR, "so-khcn", TODAY, "12/QĐ-HĐTĐKT",
    )  # fmt: skip
    people = {a.user.username: (a.role, a.unit and a.unit.slug) for a in Appointment.objects.all()}
    assert people == {
        "an": (Role.ADMIN, None),
        "hungnv.so-khcn": (Role.UNIT_OFFICER, "so-khcn"),
        "lantt.so-khcn": (Role.UNIT_HEAD, "so-khcn"),
        "hoal.kien-giang": (Role.PROVINCE_HEAD, None),
    }
    assert not User.objects.get(username="lantt.so-khcn").has_usable_password()
    assert User.objects.get(username="lantt.so-khcn").email == "lan@so.vn"


def test_every_row_is_in_the_journal_with_who_imported_it(take, admin):
    take(**small())

    verbs = {event.pgh_context["verb"] for event in Unit.pgh_event_model.objects.all()}
    assert verbs == {"blocs.unit.created"}
    given = Appointment.pgh_event_model.objects.filter(role=Role.UNIT_HEAD).get()
    assert (given.pgh_context["verb"], given.pgh_context["by"]) == ("blocs.appointment.made", admin.pk)


def test_a_dry_run_says_the_same_and_writes_nothing(take):
    before = counts()

    plan = take(dry_run=True, **small())

    assert did(plan) == [(2, 0, 0), (1, 0, 0), (1, 0, 0), (3, 0, 0), (3, 0, 0)]
    assert counts() == before


def test_the_same_workbook_again_changes_nothing(take):
    take(**small())
    before = counts(), [m.pgh_event_model.objects.count() for m in (Unit, Bloc, Membership, User)]

    plan = take(**small())

    assert did(plan) == [(0, 0, 2), (0, 0, 1), (0, 0, 1), (0, 0, 3), (0, 0, 3)]
    assert (counts(), [m.pgh_event_model.objects.count() for m in (Unit, Bloc, Membership, User)]) == before


def test_what_is_exported_imports_without_change(take, province, admin):
    sheets = small()
    sheets["people"][0] |= {"Chức danh": "Phó phòng", "Điện thoại": "0912 345 678"}
    sheets["units"][1] |= {"Tỷ lệ nữ (%)": 45.5, "Ngày thành lập": "01/03/2020", "Điện thoại": "=1+1"}
    sheets["units"][1]["Điện thoại"] = "+84 297"
    sheets["members"][1]["Chức vụ"] = "Khối phó"
    take(**sheets)
    UnitFactory(province=province, slug="so-cu", name="Sở Cũ", dissolved_on=date(2025, 1, 1))
    before = counts()

    exported = imports.directory_book(queries.roster_of(province), TODAY)
    plan = services.import_directory(
        province=province, lines=imports.read_directory(exported), by=admin, at=NOON
    )

    assert did(plan) == [(0, 0, 2), (0, 0, 1), (0, 0, 1), (0, 0, 4), (0, 0, 4)]
    assert counts() == before


def test_only_what_differs_is_changed_and_an_empty_cell_says_nothing(take):
    take(**small())

    plan = take(
        units=[
            unit("Sở Khoa học, Công nghệ và Đổi mới", **{"Mã": "so-khcn", "Điện thoại": "0297"}),
            unit("Sở Y tế"),
            unit("Sở Du lịch", "Sở Du lịch"),
        ],
        members=[member("khoi-4", "Sở Du lịch"), member("khoi-4", "so-khcn", office="Khối trưởng")],
        people=[person("Nguyễn Văn Hùng", "so-khcn", **{"Thư điện tử": "hung@so.vn"})],
    )

    assert did(plan) == [(1, 1, 1), (0, 0, 0), (0, 1, 0), (0, 1, 0), (0, 0, 1)]
    renamed = Unit.objects.get(slug="so-khcn")
    assert (renamed.name, renamed.short_name) == ("Sở Khoa học, Công nghệ và Đổi mới", "Sở KH&CN")
    assert renamed.names.get().name == "Sở Khoa học và Công nghệ"
    members = Membership.objects.order_by("position").values_list("unit__slug", flat=True)
    assert list(members) == ["so-dulich", "so-khcn"]
    assert User.objects.get(username="hungnv.so-khcn").email == "hung@so.vn"
    words = [line.words for sheet in roster_sheets(plan) for line in sheet.lines]
    assert "Sở Y tế rời Khối thi đua số 4, năm 2026" in words
    assert "đổi Nguyễn Văn Hùng (hungnv.so-khcn): thư điện tử “” → “hung@so.vn”" in words


def test_one_wrong_row_and_nothing_is_written(take):
    sheets = small()
    sheets["people"].append(person("Phan Văn Ba", "Sở Lạ"))
    before = counts()

    faults = faults_of(lambda: take(**sheets))

    assert faults == [("Người dùng", "F5", "không có đơn vị “Sở Lạ”. Hãy ghi đúng tên hoặc mã.")]
    assert counts() == before


def test_what_a_form_would_refuse_is_refused_at_its_row(take, admin, province):
    head = UserFactory(username="truong", full_name="Võ Trưởng")
    AppointmentFactory(user=head, role=Role.PROVINCE_HEAD, province=province)
    before = counts()

    faults = faults_of(
        lambda: take(
            by=head,
            units=[unit("Sở Y tế")],
            people=[
                person("Lê Y", role="Chuyên viên cơ quan thường trực"),
                person("Lý Quản", role="Quản trị"),
            ],
        )
    )

    assert [fault[:2] for fault in faults] == [("Người dùng", "G3")]
    assert "Hãy nhờ người quản trị." in faults[0][2]
    assert counts() == before


def test_who_does_not_keep_the_directory_imports_nothing(take, province):
    officer = UserFactory()
    AppointmentFactory(user=officer, role=Role.PROVINCE_OFFICER, province=province)

    with pytest.raises(Refused, match="Chỉ người quản trị của tỉnh"):
        take(by=officer, **small())


def test_people_of_another_province_are_not_reached(take):
    stranger = UserFactory(username="xa.la", full_name="Xa Lạ")
    AppointmentFactory(user=stranger, role=Role.PROVINCE_HEAD, province=ProvinceFactory())

    faults = faults_of(lambda: take(people=[person("Xa Lạ", role="Quản trị", **{"Tên đăng nhập": "XA.la"})]))

    assert [fault[1] for fault in faults] == ["C2"]
    assert "ở nơi khác" in faults[0][2]
