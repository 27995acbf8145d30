"""Every cell of a directory that cannot be taken is named, with a sentence; names that are nearly equal are asked about."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from blocs import imports, services
from blocs.enums import Role
from blocs.models import Appointment, Unit
from config.kit.books import RefusedBook
from config.kit.refusals import Refused
from tests.blocs.books import bloc, book_of, member, person, small, unit
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory, UnitFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def province():
    return ProvinceFactory(slug="kien-giang")


@pytest.fixture
def take(province):
    admin = UserFactory(username="an", full_name="Đỗ An")
    AppointmentFactory(user=admin, role=Role.ADMIN, province=province)

    def act(answers=None, dry_run=False, **sheets):
        return services.import_directory(
            province=province, lines=imports.read_directory(book_of(**sheets)),
            by=admin, at=NOON, answers=answers, dry_run=dry_run,
        )  # fmt: skip

    return act


def faults_of(act):
    with pytest.raises(RefusedBook) as refused:
        act()
    return {(fault.sheet, fault.cell): fault.sentence for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("noun", "row", "cell", "words"),
    [
        ("units", {"Tên gọi tắt": "Sở"}, "B2", "hãy ghi tên đơn vị"),
        ("units", unit("S" * 201), "B2", "dài hơn 200 chữ"),
        ("units", unit("S" * 100), "C2", "hãy ghi tên gọi tắt"),
        ("units", unit("Sở", Mã="Sở KHCN"), "D2", "chữ thường không dấu"),
        ("units", unit("Sở", Mã="them"), "D2", "dùng cho trang khác"),
        ("units", unit("Sở", **{"Loại hình": "Vụ"}), "E2", "không có “Vụ” trong danh sách"),
        ("units", unit("Sở", **{"Ngày thành lập": "hôm qua"}), "F2", "không phải là ngày"),
        ("units", unit("Sở", **{"Tỷ lệ nữ (%)": 120}), "G2", "từ 0 đến 100"),
        ("units", unit("Sở", **{"Tỷ lệ nữ (%)": 33.333}), "G2", "2 chữ số thập phân"),
        ("units", unit("=A1"), "B2", "công thức"),
        ("blocs", {"Tên khối": "Khối một"}, "C2", "hãy ghi ký hiệu"),
        ("blocs", bloc("Khối một", "K1", Cấp="Trung ương"), "E2", "trong danh sách"),
        ("members", member("K1", "Sở", year="hai nghìn"), "C2", "không phải là số"),
        ("members", member("K1", "Sở", year=1999), "C2", "từ 2000 đến 2100"),
        ("members", member("K1", "Sở", **{"Thứ tự": 0}), "D2", "từ 1 đến 999"),
        ("members", member("K1", "Sở"), "B2", "không có khối “K1”"),
        ("people", person("Lê An", role=""), "G2", "hãy ghi vai trò"),
        ("people", person("Lê An", role="Thủ trưởng đơn vị"), "F2", "Hãy ghi đơn vị"),
        ("people", person("Lê An", "Sở", "Quản trị"), "F2", "Hãy bỏ trống đơn vị"),
        ("people", person("Lê An", "Sở", **{"Thư điện tử": "an@"}), "D2", "không phải địa chỉ thư"),
        ("people", person("Lê An", "Sở", **{"Tên đăng nhập": "lê an"}), "C2", "chữ không dấu"),
        ("people", person("Lê An", "Sở", **{"Từ ngày": "32/01/2026"}), "I2", "không có ngày 32"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(take, noun, row, cell, words):
    titles = {"units": "Đơn vị", "blocs": "Khối", "members": "Thành viên", "people": "Người dùng"}

    found = faults_of(lambda: take(**{noun: [row]}))

    assert words in found[titles[noun], cell]
    assert not Unit.objects.exists()


def test_all_faults_come_at_once(take):
    found = faults_of(
        lambda: take(
            units=[unit("Sở Y tế", Mã="so-yte"), unit("Sở Dân tộc", Mã="so-yte")],
            blocs=[bloc("Khối một", "K1"), bloc("Khối hai", "k1")],
            members=[
                member("K1", "Sở Y tế", office="Khối trưởng", **{"Thứ tự": 1}),
                member("K1", "Sở Y tế", **{"Thứ tự": 2}),
                member("K1", "Sở Y tê", **{"Thứ tự": 1}),
            ],
            people=[person("Lê An", "so-yte"), person("Lê An", "Sở Y tế")],
        )
    )

    assert found == {
        ("Đơn vị", "D3"): "mã này đã ở dòng 2. Hãy bỏ một dòng.",
        ("Khối", "C3"): "khối này đã ở dòng 2. Hãy bỏ một dòng.",
        ("Thành viên", "E3"): "đơn vị này đã có trong danh sách của khối, năm đó.",
        (
            "Thành viên",
            "E4",
        ): "không có đơn vị “Sở Y tê”. Gần nhất là “Sở Y tế” (mã so-yte). Hãy ghi đúng tên hoặc mã.",
        ("Thành viên", "H2"): "hãy ghi căn cứ, hoặc quyết định thành lập khối ở trang Khối.",
        ("Người dùng", "G3"): "người này, vai trò này đã ở một dòng trên. Hãy bỏ một dòng.",
    }


def test_one_chair_a_year_and_one_place_each(take):
    sheets = small()
    sheets["members"] = [
        member("KTĐ4", "Sở KH&CN", office="Khối trưởng", **{"Thứ tự": 2}),
        member("KTĐ4", "Sở Y tế", office="Khối trưởng", **{"Thứ tự": 2}),
    ]

    found = faults_of(lambda: take(**sheets))

    assert found == {
        ("Thành viên", "D3"): "thứ tự 2 đã ở dòng 2.",
        ("Thành viên", "F3"): "khối, năm này đã ghi một Khối trưởng ở dòng trên.",
    }


def test_two_units_of_one_short_name_are_told_apart_by_their_code(take, province):
    for slug in ("so-mot", "so-hai"):
        UnitFactory(province=province, slug=slug, name=f"Sở {slug}", short_name="Sở XD")

    found = faults_of(lambda: take(people=[person("Lê An", "Sở XD")]))

    assert found["Người dùng", "F2"] == "có 2 đơn vị mang tên “Sở XD”. Hãy ghi mã: so-hai, so-mot."


def test_a_dissolved_unit_is_not_brought_back(take, province):
    UnitFactory(province=province, slug="so-cu", name="Sở Cũ", dissolved_on=NOON.date())

    found = faults_of(lambda: take(units=[unit("Sở Cũ", Mã="so-cu")]))

    assert found["Đơn vị", "D2"] == "Sở Cũ đã giải thể. Hãy dùng mã khác cho đơn vị mới."
    take(units=[unit("Sở Cũ")])
    assert Unit.objects.filter(dissolved_on=None).get().name == "Sở Cũ"


def test_one_unit_on_two_lines_is_named_at_the_second(take):
    take(**small())
    lines = [unit("Sở Khoa học và Công nghệ"), unit("Sở Khoa học và Công nghệ")]

    found = faults_of(lambda: take(units=lines))

    assert found == {("Đơn vị", "B3"): "đơn vị này đã ở dòng 2. Hãy bỏ một dòng."}


def test_a_workbook_of_another_kind_is_told_so(take):
    with pytest.raises(Refused, match="không phải sổ tính"):
        imports.read_directory(b"%PDF-1.7")


# Nearly equal names


def test_a_unit_nearly_called_like_another_is_asked_about_first(take):
    take(**small())
    sheets = {"units": [unit("Sở Khoa học & Công nghệ", "Sở KHCN", **{"Điện thoại": "0297"})]}

    (question,) = take(dry_run=True, **sheets).unanswered
    with pytest.raises(services.UnansweredNames, match="“Sở Khoa học & Công nghệ” gần giống tên đã có"):
        take(**sheets)

    assert [(o.value, o.label) for o in question.options] == [
        ("so-khcn", "Là một với Sở Khoa học và Công nghệ (mã so-khcn)"),
        ("khac", "Là đơn vị khác, thêm mới"),
    ]
    take(answers={question.name: "so-khcn"}, **sheets)
    kept = Unit.objects.get(slug="so-khcn")
    assert (kept.name, kept.phone, Unit.objects.count()) == ("Sở Khoa học và Công nghệ", "0297", 2)
    take(answers={question.name: "khac"}, **sheets)
    assert Unit.objects.get(name="Sở Khoa học & Công nghệ").slug == "so-khcn-2"


def test_an_answer_written_in_the_sheet_counts(take):
    take(**small())
    row = unit("Sở Y tê", "Sở Y tế")

    words = faults_of(lambda: take(units=[{**row, "Trùng tên": "có lẽ"}]))["Đơn vị", "I2"]
    assert words == "không hiểu “có lẽ”. Hãy ghi: khác, so-yte."
    take(units=[{**row, "Trùng tên": "so-yte"}])
    assert Unit.objects.count() == 2
    take(units=[{**row, "Trùng tên": "Khác"}])
    assert Unit.objects.count() == 3


def test_two_near_names_inside_one_workbook_are_one_when_said_so(take):
    sheets = {
        "units": [unit("Ban Dân tộc", "Ban DT"), unit("Ban Dân  tộc", "Ban Dân tộc")],
        "people": [person("Lê An", "Ban DT"), person("Lê Bình", "Ban Dân tộc")],
    }

    (question,) = take(dry_run=True, **sheets).unanswered
    take(answers={question.name: "dong-2"}, **sheets)

    assert Unit.objects.get().slug == "ban-dt"
    assert {a.unit.slug for a in Appointment.objects.exclude(unit=None)} == {"ban-dt"}


@pytest.mark.parametrize(("name", "other"), [("Phường 1", "Phường 11"), ("Sở Y tế", "Sở Tư pháp")])
def test_names_that_differ_by_their_number_or_altogether_are_not_asked_about(take, name, other):
    assert not take(units=[unit(name), unit(other)]).questions
    assert Unit.objects.count() == 2


def test_the_same_name_in_another_unit_is_asked_about_and_here_it_is_the_same_person(take):
    take(**small())
    here = person("Nguyễn Văn Hùng", "Sở KH&CN", "Thủ trưởng đơn vị")
    there = person("Nguyễn Văn Hùng", "Sở Y tế")

    (question,) = take(dry_run=True, people=[here, there]).unanswered

    assert (question.line.number, [o.value for o in question.options]) == (3, ["hungnv.so-khcn", "khac"])
    take(answers={question.name: "khac"}, people=[here, there])
    roles = Appointment.objects.filter(user__full_name="Nguyễn Văn Hùng").order_by("user", "pk")
    assert [(a.user.username, a.role) for a in roles] == [
        ("hungnv.so-khcn", Role.UNIT_OFFICER),
        ("hungnv.so-khcn", Role.UNIT_HEAD),
        ("hungnv.so-yte", Role.UNIT_OFFICER),
    ]


def test_a_near_name_in_the_same_unit_is_asked_about(take):
    take(**small())
    sheets = {"people": [person("Nguyễn Văn Hưng", "Sở KH&CN")]}

    (question,) = take(dry_run=True, **sheets).unanswered
    take(answers={question.name: "khac"}, **sheets)

    assert User.objects.get(full_name="Nguyễn Văn Hưng").username == "hungnv2.so-khcn"


def test_a_username_with_quite_another_name_is_asked_about(take):
    take(**small())
    row = person("Bùi Thị Mai", "Sở KH&CN", **{"Tên đăng nhập": "hungnv.so-khcn"})

    (question,) = take(dry_run=True, people=[row]).unanswered
    take(answers={question.name: "khac"}, people=[row])
    assert User.objects.get(full_name="Bùi Thị Mai").username == "maibt.so-khcn"

    take(people=[row | {"Trùng tên": "hungnv.so-khcn"}])
    assert User.objects.get(username="hungnv.so-khcn").full_name == "Bùi Thị Mai"


def test_a_role_that_is_held_is_not_written_over(take):
    take(**small())
    row = person("Nguyễn Văn Hùng", "Sở KH&CN", **{"Từ ngày": "01/02/2026", "Chức danh": "Phó phòng"})

    found = faults_of(lambda: take(people=[row]))

    assert found["Người dùng", "I2"].startswith("vai trò này đang giữ từ 01/03/2026. Muốn đổi")
    assert found["Người dùng", "H2"].startswith("chức danh đang ghi là “”.")


def test_two_lines_of_one_person_do_not_contradict_each_other(take):
    rows = [
        person("Lê An", role="Quản trị", **{"Tên đăng nhập": "le.an", "Thư điện tử": "a@so.vn"}),
        person("Lê An", role="Thành viên Hội đồng", **{"Tên đăng nhập": "le.an", "Thư điện tử": "b@so.vn"}),
    ]

    found = faults_of(lambda: take(people=rows))

    assert found == {("Người dùng", "D3"): "dòng 2 ghi người này là “a@so.vn”."}


def test_the_second_line_of_a_new_person_may_add_what_the_first_left_out(take):
    name = {"Tên đăng nhập": "le.an"}
    take(
        people=[
            person("Lê An", role="Lãnh đạo cơ quan thường trực", **name),
            person("Lê An", role="Thành viên Hội đồng", **name, **{"Điện thoại": "0297 1"}),
        ]
    )

    assert User.objects.get(username="le.an").phone == "0297 1"


def test_who_is_said_to_be_the_same_keeps_the_name_that_stands(take):
    take(**small())
    row = person("Nguyễn Văn Hưng", "Sở KH&CN", **{"Trùng tên": "hungnv.so-khcn", "Điện thoại": "0297 2"})

    take(people=[row])

    kept = User.objects.get(username="hungnv.so-khcn")
    assert (kept.full_name, kept.phone) == ("Nguyễn Văn Hùng", "0297 2")


def test_a_role_that_began_before_today_needs_its_reason(take):
    sheets = small()
    sheets["people"][0] |= {"Từ ngày": "01/02/2026"}

    found = faults_of(lambda: take(**sheets))
    assert found["Người dùng", "G2"].startswith("Ngày bắt đầu đã qua. Hãy ghi lý do ghi muộn")

    sheets["people"][0] |= {"Lý do ghi muộn": "Quyết định đến muộn"}
    take(**sheets)
    made = Appointment.objects.get(user__username="hungnv.so-khcn")
    assert (made.from_on.day, made.late_reason) == (1, "Quyết định đến muộn")


def test_a_mailbox_is_changed_by_its_own_law(take, province):
    take(**small())
    head = UserFactory()
    AppointmentFactory(user=head, role=Role.PROVINCE_HEAD, province=province)
    row = person("Nguyễn Văn Hùng", "Sở KH&CN", **{"Thư điện tử": "hung@so.vn", "Điện thoại": "0297"})

    with pytest.raises(RefusedBook, match="ô D2: Hộp thư do chính người đó đổi"):
        services.import_directory(
            province=province, lines=imports.read_directory(book_of(people=[row])), by=head, at=NOON
        )
    assert User.objects.get(username="hungnv.so-khcn").phone == ""
    take(people=[row])
    changed = User.objects.get(username="hungnv.so-khcn")
    assert (changed.email, changed.phone) == ("hung@so.vn", "0297")
