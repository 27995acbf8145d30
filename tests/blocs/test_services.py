from datetime import date, timedelta

import pytest
from django.urls import resolve

from accounts.models import User
from blocs import policies, queries, services
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import (
    Appointment,
    BaseSalary,
    BlocAssignment,
    Cycle,
    Deadline,
    Handover,
    Membership,
    Milestone,
    PhaseMove,
    Term,
    UnitName,
)
from blocs.rules import ORDER
from config.kit.refusals import Refused
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, CycleFactory, ProvinceFactory, UnitFactory
from tests.scenarios import at, cycle_at, new_cycle

pytestmark = pytest.mark.django_db
DAY = date(2019, 3, 1)
LOCKED = ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]


def reasons_of(act):
    """The sentences with which an act is refused; nothing is written."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


def last_context(rows):
    return rows.latest("pgh_id").pgh_context


# Directory


def test_a_province_is_founded_by_the_administrator_of_the_site():
    scene = new_cycle()
    labels = {
        "slug": "ca-mau", "name": "Tỉnh Cà Mau", "place": "Cà Mau", "council_name": "a", "committee_name": "b",
        "standing_office_name": "c", "standing_office_label": "d",
    }  # fmt: skip

    assert reasons_of(
        lambda: services.create_province(by=scene.province_head, at=scene.later(), **labels)
    ) == [policies.ONLY_SITE_ADMIN]
    assert services.create_province(by=scene.admin, at=scene.later(), **labels).name == "Tỉnh Cà Mau"


def test_a_province_renames_its_office_and_an_outsider_does_not():
    scene = new_cycle()
    changes = {"standing_office_label": "Phòng TĐKT", "bloc_word": "Cụm"}

    services.edit_province(province=scene.province, changes=changes, **scene.act(scene.province_head))
    scene.province.refresh_from_db()

    assert (scene.province.standing_office_label, scene.province.bloc_word) == ("Phòng TĐKT", "Cụm")
    assert last_context(scene.province.events)["verb"] == "blocs.province.edited"
    assert reasons_of(
        lambda: services.edit_province(province=scene.province, changes=changes, **scene.act())
    ) == [policies.ONLY_ADMIN]


def test_saving_without_a_change_leaves_no_event():
    scene = new_cycle()
    before = scene.province.events.count()

    services.edit_province(
        province=scene.province, changes={"name": scene.province.name}, **scene.act(scene.admin)
    )

    assert scene.province.events.count() == before


def test_dates_and_base_salaries_of_the_province_are_dated_and_replaced():
    scene = new_cycle()
    for due in (date(2019, 12, 10), date(2019, 12, 20)):
        services.set_deadline(
            province=scene.province, year=2019, kind=MilestoneKind.SUBMISSION, due_on=due, **scene.act(scene.admin)
        )  # fmt: skip
    for amount in (1_390_000, 1_490_000):
        services.set_base_salary(
            province=scene.province, from_date=date(2019, 7, 1), amount=amount, source="NĐ 38/2019/NĐ-CP",
            **scene.act(scene.province_head),
        )  # fmt: skip

    assert [one.due_on for one in Deadline.objects.all()] == [date(2019, 12, 20)]
    assert [one.amount for one in BaseSalary.objects.filter(from_date=date(2019, 7, 1))] == [1_490_000]
    assert BaseSalary.objects.get(from_date=date(2019, 7, 1)).is_verified
    assert reasons_of(
        lambda: services.set_base_salary(
            province=scene.province, from_date=DAY, amount=1, source="-", **scene.act()
        )
    ) == [policies.ONLY_ADMIN]


def test_a_renamed_unit_keeps_its_old_name():
    scene = new_cycle()
    unit = scene.units[0]

    services.edit_unit(
        unit=unit, changes={"name": "Sở Nội vụ", "phone": "0297"}, by=scene.admin, at=at(2019, 6, 1)
    )
    services.edit_unit(unit=unit, changes={"phone": "0298"}, by=scene.admin, at=at(2019, 7, 1))

    assert [(old.name, old.to_on) for old in UnitName.objects.all()] == [("Sở số 1", date(2019, 6, 1))]
    unit.refresh_from_db()
    assert (unit.name, unit.phone) == ("Sở Nội vụ", "0298")


def test_an_address_or_symbol_that_is_taken_is_refused_with_a_sentence():
    scene = new_cycle()
    unit = {"name": "Sở khác", "short_name": "Sở khác", "slug": "so-1"}

    assert reasons_of(
        lambda: services.create_unit(province=scene.province, **unit, **scene.act(scene.admin))
    ) == ["Tỉnh đã có đơn vị dùng tên địa chỉ này. Hãy chọn tên khác."]
    assert reasons_of(
        lambda: services.create_bloc(
            province=scene.province, name="Khối", slug="khoi-4", code="K", **scene.act(scene.admin)
        )
    ) == ["Tỉnh đã có khối dùng tên địa chỉ này. Hãy chọn tên khác."]
    assert reasons_of(
        lambda: services.create_bloc(
            province=scene.province, name="Khối", slug="khoi-5", code="KTĐ4", **scene.act(scene.admin)
        )
    ) == ["Tỉnh đã có khối dùng ký hiệu này. Hãy chọn ký hiệu khác."]
    same = services.edit_bloc(
        bloc=scene.bloc, changes={"code": "KTĐ4", "name": "Khối 4"}, **scene.act(scene.admin)
    )
    assert (same.code, same.name) == ("KTĐ4", "Khối 4")


def test_a_unit_is_dissolved_with_its_successors_once():
    scene = new_cycle()
    gone, heir = scene.units[0], scene.units[1]

    def dissolve(**changed):
        return services.dissolve_unit(
            **{"unit": gone, "on": DAY, "basis": "QĐ 1", "successors": [heir], **changed, **scene.act(scene.admin)}
        )  # fmt: skip

    assert reasons_of(lambda: dissolve(successors=[gone])) == [
        "Một đơn vị không kế thừa chính mình. Hãy chọn đơn vị khác."
    ]
    gone.founded_on = DAY
    gone.save()
    assert reasons_of(dissolve) == ["Ngày giải thể phải sau ngày thành lập. Hãy kiểm tra lại ngày."]
    dissolve(on=DAY + timedelta(days=1))
    assert [s.successor for s in gone.successions.all()] == [heir]
    assert reasons_of(dissolve) == ["Đơn vị này đã được ghi giải thể."]


# People


def enter(scene, by=None, **changed):
    data = {
        "username": "moi@kien-giang", "full_name": "Người Mới", "role": Role.UNIT_OFFICER, "unit": scene.units[0],
        "from_on": DAY, "title": "Chuyên viên", "phone": "0297", "late_reason": "Theo quyết định cũ.", **changed,
    }  # fmt: skip
    return services.enter_person(province=scene.province, **data, **scene.act(by or scene.admin))


def test_a_person_comes_with_the_first_role_and_without_a_password():
    scene = new_cycle()

    person = enter(scene)

    assert not person.has_usable_password()
    assert [(a.role, a.unit, a.title) for a in person.appointments.all()] == [
        (Role.UNIT_OFFICER, scene.units[0], "Chuyên viên")
    ]
    auditor = enter(scene, username="kiemtra", role=Role.AUDITOR, unit=None)
    assert [a.province for a in auditor.appointments.all()] == [scene.province]
    assert reasons_of(lambda: enter(scene, username="MOI@kien-giang")) == [
        "Tên đăng nhập này đã có. Hãy chọn tên khác."
    ]
    assert reasons_of(lambda: enter(scene, by=scene.province_head)) == [policies.GIVEN_BY_ADMIN]
    own_staff = {"username": "moi2", "role": Role.PROVINCE_OFFICER, "unit": None}
    assert enter(scene, by=scene.province_head, **own_staff).appointments.exists()
    assert reasons_of(
        lambda: services.create_person(
            province=scene.province, username="x", full_name="X", **scene.act(scene.chair)
        )
    ) == [policies.ONLY_ADMIN]


def test_a_role_is_given_once_ended_on_a_day_and_given_again():
    scene = new_cycle()
    held = Appointment.objects.get(user=scene.chair)
    again = {"user": scene.chair, "role": Role.UNIT_OFFICER, "unit": scene.units[0], "from_on": DAY}

    assert reasons_of(lambda: services.appoint(**again, **scene.act(scene.admin))) == [
        "Người này đang giữ vai trò đó. Hãy kết thúc vai trò cũ trước."
    ]
    assert reasons_of(
        lambda: services.end_appointment(appointment=held, to_on=date(2017, 1, 1), **scene.act(scene.admin))
    ) == ["Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."]
    ended = services.end_appointment(appointment=held, to_on=DAY, **scene.act(scene.admin))
    assert ended.to_on == DAY
    services.appoint(**again, late_reason="Theo quyết định cũ.", **scene.act(scene.admin))
    council = Appointment.objects.get(user=scene.council)
    assert reasons_of(
        lambda: services.end_appointment(appointment=council, to_on=DAY, **scene.act(scene.province_head))
    ) == [policies.GIVEN_BY_ADMIN]


def test_an_administrator_of_a_province_does_not_appoint_for_the_whole_site():
    scene = new_cycle()
    local = AppointmentFactory(role=Role.ADMIN, province=scene.province).user

    late = {"role": Role.ADMIN, "from_on": DAY, "late_reason": "Theo quyết định cũ."}
    services.appoint(user=UserFactory(), province=scene.province, **late, **scene.act(local))
    assert reasons_of(lambda: services.appoint(user=UserFactory(), **late, **scene.act(local))) == [
        policies.ONLY_ADMIN
    ]


def test_an_account_is_edited_locked_and_never_by_a_narrower_hand():
    scene = new_cycle()
    wide = AppointmentFactory(role=Role.COUNCIL, province=scene.province).user
    AppointmentFactory(role=Role.COUNCIL, province=ProvinceFactory(), user=wide)
    local = AppointmentFactory(role=Role.ADMIN, province=scene.province).user

    def edit(user, by, **changes):
        return services.edit_person(user=user, province=scene.province, changes=changes, **scene.act(by))

    assert not edit(scene.province_officer, scene.province_head, is_active=False).is_active
    assert reasons_of(lambda: edit(wide, scene.province_head, full_name="Khác")) == [policies.ELSEWHERE]
    for further in (local, scene.chair, scene.council):
        assert reasons_of(lambda person=further: edit(person, scene.province_head, is_active=False)) == [
            policies.GIVEN_BY_ADMIN
        ]
    assert edit(wide, scene.admin, full_name="Khác").full_name == "Khác"
    assert reasons_of(lambda: edit(local, local, is_active=False)) == [
        "Anh, chị không tự khóa tài khoản của mình được. Hãy nhờ người quản trị khác."
    ]


def test_a_one_time_link_leads_to_the_password_page_and_is_in_the_journal():
    scene = new_cycle()

    link = services.issue_reset_link(user=scene.chair, province=scene.province, **scene.act(scene.admin))

    assert resolve(link).url_name == "account_reset_password_from_key"
    assert last_context(scene.chair.events)["verb"] == "accounts.reset_link.issued"
    assert User.objects.get(pk=scene.chair.pk).reset_link_at == scene.now
    assert reasons_of(
        lambda: services.issue_reset_link(
            user=scene.chair, province=scene.province, **scene.act(scene.province_head)
        )
    ) == [policies.ONLY_ADMIN]


def test_nobody_makes_a_link_for_an_account_that_reaches_further_or_is_locked():
    scene = new_cycle()
    local = AppointmentFactory(role=Role.ADMIN, province=scene.province).user

    def link(user, by):
        return services.issue_reset_link(user=user, province=scene.province, **scene.act(by))

    assert link(scene.chair, local)
    assert reasons_of(lambda: link(scene.admin, local)) == [policies.ELSEWHERE]
    scene.chair.is_active = False
    scene.chair.save()
    assert reasons_of(lambda: link(scene.chair, local)) == [
        "Tài khoản này đang khóa. Hãy mở lại tài khoản trước khi cấp liên kết."
    ]


def test_an_officer_is_put_in_charge_and_released():
    scene = new_cycle()
    charge = BlocAssignment.objects.get()
    same = {"officer": scene.province_officer, "bloc": scene.bloc, "from_on": DAY}

    assert reasons_of(lambda: services.assign_officer(**same, **scene.act(scene.admin))) == [
        "Trần Chuyên Viên đang theo dõi Khối thi đua 4. Hãy chọn khối khác."
    ]
    assert reasons_of(lambda: services.end_assignment(assignment=charge, to_on=DAY, **scene.act())) == [
        "Chỉ lãnh đạo cơ quan thường trực phân công chuyên viên."
    ]
    services.end_assignment(assignment=charge, to_on=date(2000, 1, 1), **scene.act(scene.province_head))
    charge.refresh_from_db()
    assert charge.to_on == charge.from_on


# A year


def test_a_new_year_has_the_members_of_the_year_before_and_no_chair():
    scene = cycle_at(Phase.VERIFYING)

    following = services.open_cycle(bloc=scene.bloc, year=2020, **scene.act(scene.chair))

    assert [m.unit for m in queries.members_of(following)] == scene.units
    assert not following.terms.exists()
    assert following.phase == Phase.PREPARING
    assert reasons_of(lambda: services.open_cycle(bloc=scene.bloc, year=2020, **scene.act(scene.admin))) == [
        "Khối đã có năm thi đua 2020. Hãy mở trang của năm đó."
    ]
    assert reasons_of(lambda: services.open_cycle(bloc=scene.bloc, year=2021, **scene.act(scene.vice))) == [
        "Năm thi đua mới do lãnh đạo cơ quan thường trực hoặc Khối trưởng của năm trước mở."
    ]


def test_years_of_several_blocs_are_opened_all_or_none():
    scene = new_cycle()
    other = services.create_bloc(
        province=scene.province, name="Khối 5", slug="khoi-5", code="KTĐ5", **scene.act(scene.admin)
    )

    def open_both(year, by):
        return services.open_cycles(
            province=scene.province, blocs=[other, scene.bloc], year=year, **scene.act(by)
        )

    assert len(open_both(2020, scene.province_head)) == 2
    services.open_cycle(bloc=scene.bloc, year=2021, **scene.act(scene.admin))
    reasons_of(lambda: open_both(2021, scene.admin))
    assert not Cycle.objects.filter(bloc=other, year=2021).exists()
    assert reasons_of(lambda: open_both(2022, scene.chair)) == [
        "Năm thi đua của các khối do lãnh đạo cơ quan thường trực mở."
    ]


def test_theme_and_dates_are_set_by_the_chair_until_the_year_is_closed():
    scene = new_cycle()

    services.edit_cycle(cycle=scene.cycle, changes={"theme": "Kỷ cương"}, **scene.act())
    for due in (date(2019, 3, 1), date(2019, 4, 1)):
        services.set_milestone(cycle=scene.cycle, kind=MilestoneKind.COVENANT, due_on=due, **scene.act())

    assert scene.fresh().theme == "Kỷ cương"
    assert [one.due_on for one in Milestone.objects.all()] == [date(2019, 4, 1)]
    closed = cycle_at(Phase.CLOSED, slug="ca-mau")
    assert (
        reasons_of(
            lambda: services.set_milestone(
                cycle=closed.cycle, kind=MilestoneKind.COVENANT, due_on=DAY, **closed.act()
            )
        )
        == LOCKED
    )


def test_who_leaves_while_preparing_leaves_no_trace_and_later_leaves_with_a_day():
    scene = new_cycle(units=4)
    a, b, c, d = scene.units

    def change(units):
        services.change_members(cycle=scene.cycle, units=units, **scene.act(scene.admin))
        return [(m.unit, m.position) for m in queries.members_of(scene.cycle)]

    assert change([b, a, c]) == [(b, 1), (a, 2), (c, 3)]
    assert not Membership.objects.filter(unit=d).exists()
    services.move_phase(cycle=scene.cycle, to=Phase.LAUNCHING, **scene.act())
    assert change([a, b]) == [(a, 1), (b, 2)]
    assert [m.unit for m in queries.former_members_of(scene.cycle)] == [c]
    assert Membership.objects.get(unit=c).left_on == scene.now.date()
    assert change([a, d, b, c]) == [(a, 1), (d, 2), (b, 3), (c, 4)]


def test_strangers_dissolved_units_and_office_holders_left_out_are_refused():
    scene = new_cycle()
    foreign = UnitFactory()
    dissolved = UnitFactory(province=scene.province, name="Sở cũ", dissolved_on=date(2018, 1, 1))

    assert reasons_of(
        lambda: services.change_members(
            cycle=scene.cycle, units=[scene.units[1], foreign, dissolved], **scene.act(scene.admin)
        )
    ) == [
        f"{foreign} thuộc tỉnh khác.",
        "Sở cũ đã giải thể ngày 01/01/2018. Hãy bỏ đơn vị này.",
        "Sở số 1 đang là Khối trưởng. Hãy ghi đơn vị khác thay rồi mới bỏ đơn vị này.",
    ]
    assert reasons_of(
        lambda: services.change_members(cycle=scene.cycle, units=[], **scene.act(scene.chair))
    ) == ["Thành viên của khối do tỉnh quyết định. Hãy đề nghị cơ quan thường trực."]


def test_a_unit_is_taken_out_of_the_ranking_with_a_reason_and_put_back():
    scene = new_cycle()
    unit = scene.units[2]

    def set_reason(reason):
        services.set_unranked(cycle=scene.cycle, unit=unit, reason=reason, **scene.act())
        return Membership.objects.get(unit=unit).unranked_reason

    assert set_reason("Mới thành lập") == "Mới thành lập"
    assert set_reason("") == ""
    assert reasons_of(
        lambda: services.set_unranked(cycle=scene.cycle, unit=unit, reason="x", **scene.act(scene.member))
    ) == [policies.ONLY_CHAIR]


# Terms


def start(scene, office, unit, on=DAY, by=None, cycle=None):
    return services.start_term(
        cycle=cycle or scene.cycle, office=office, unit=unit, from_on=on, basis="Biên bản bầu",
        **scene.act(by or scene.admin),
    )  # fmt: skip


def test_a_new_chair_takes_over_the_day_after_the_last_one():
    scene = new_cycle()

    start(scene, Office.CHAIR, scene.units[2])

    assert [(t.unit, t.to_on) for t in Term.objects.filter(office="chair").order_by("pk")] == [
        (scene.units[0], date(2019, 2, 28)),
        (scene.units[2], None),
    ]
    assert queries.standing_in(scene.cycle, scene.member, at(2019, 3, 1)).chair_units == {scene.units[2].pk}
    assert queries.standing_in(scene.cycle, scene.member, at(2019, 2, 28)).chair_units == {scene.units[0].pk}


def test_a_chair_mended_on_its_first_day_ends_on_that_day():
    scene = new_cycle()
    first_day = date(2019, 1, 10)

    start(scene, Office.CHAIR, scene.units[2], on=first_day)

    assert Term.objects.get(unit=scene.units[0]).to_on == first_day


def test_a_vice_that_becomes_chair_gives_up_the_lower_office():
    scene = new_cycle()

    start(scene, Office.CHAIR, scene.units[1])

    assert [(t.office, t.unit) for t in queries.terms_of(scene.cycle)] == [("chair", scene.units[1])]


def test_a_second_vice_stands_beside_the_first():
    scene = new_cycle()

    start(scene, Office.VICE, scene.units[2])

    assert queries.terms_of(scene.cycle).filter(office=Office.VICE).count() == 2


@pytest.mark.parametrize(
    ("office", "place", "on", "sentence"),
    [
        (Office.CHAIR, 0, DAY, "Sở số 1 đang là Khối trưởng. Hãy chọn đơn vị khác."),
        (Office.VICE, 0, DAY, "Sở số 1 đang là Khối trưởng. Hãy chọn đơn vị khác."),
        (Office.VICE, 1, DAY, "Sở số 2 đang là Khối phó. Hãy chọn đơn vị khác."),
        (
            Office.CHAIR,
            2,
            date(2019, 1, 9),
            "Sở số 1 là Khối trưởng từ 10/01/2019. Hãy chọn ngày bắt đầu không sớm hơn ngày đó.",
        ),
    ],
)
def test_a_term_that_cannot_stand_is_refused_with_what_stands_in_its_way(office, place, on, sentence):
    scene = new_cycle()

    assert reasons_of(lambda: start(scene, office, scene.units[place], on)) == [sentence]
    assert Term.objects.filter(to_on=None).count() == 2


def test_only_a_member_unit_holds_an_office():
    scene = new_cycle()
    stranger = UnitFactory(province=scene.province, name="Sở lạ")

    assert reasons_of(lambda: start(scene, Office.CHAIR, stranger)) == [
        "Sở lạ không phải là đơn vị thành viên của năm này. Hãy chọn một đơn vị thành viên."
    ]
    assert reasons_of(lambda: start(scene, Office.CHAIR, scene.units[2], by=scene.member)) == [
        "Khối trưởng, Khối phó được ghi theo kết quả bầu hoặc quyết định của tỉnh."
    ]


def test_the_outgoing_chair_records_both_elections_of_the_next_year():
    scene = cycle_at(Phase.REVIEWING)
    following = services.open_cycle(bloc=scene.bloc, year=2020, **scene.act(scene.chair))
    today = scene.later().date()

    start(scene, Office.CHAIR, scene.units[2], today, by=scene.chair, cycle=following)
    start(scene, Office.VICE, scene.units[1], today, by=scene.chair, cycle=following)

    assert queries.standing_in(following, scene.officers[2], scene.now).is_chair
    assert not queries.standing_in(following, scene.chair, scene.now).is_chair
    assert queries.standing_in(scene.cycle, scene.chair, scene.now).is_chair


def test_a_term_ends_on_a_day_and_once():
    scene = new_cycle()
    vice = Term.objects.get(office=Office.VICE)

    assert reasons_of(lambda: services.end_term(term=vice, to_on=date(2018, 1, 1), **scene.act())) == [
        "Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."
    ]
    services.end_term(term=vice, to_on=DAY, reason="sáp nhập", **scene.act())
    assert reasons_of(lambda: services.end_term(term=vice, to_on=DAY, **scene.act())) == [
        "Nhiệm kỳ này đã kết thúc."
    ]


# Phases


def test_a_year_walks_from_opening_to_closing_and_keeps_every_step():
    scene = cycle_at(Phase.CLOSED)

    assert [move.to_phase for move in PhaseMove.objects.order_by("pk")] == list(ORDER[1:])
    last = PhaseMove.objects.latest("pk")
    assert last.passed_over == ["Bàn giao Khối trưởng chưa được hai bên xác nhận."]
    assert (last.reason, last.moved_by) == ("Khối đã thống nhất.", scene.province_head)
    assert last_context(scene.cycle.events)["reason"] == "Khối đã thống nhất."


def test_a_year_without_chair_or_members_does_not_begin():
    scene = new_cycle(units=1, has_chair=False)

    assert reasons_of(
        lambda: services.move_phase(
            cycle=scene.cycle, to=Phase.LAUNCHING, reason="cứ chuyển", **scene.act(scene.province_head)
        )
    ) == [
        "Chưa có Khối trưởng của năm này. Hãy ghi nhiệm kỳ Khối trưởng.",
        "Khối cần ít nhất hai đơn vị thành viên.",
    ]
    assert scene.fresh().phase == Phase.PREPARING


def test_a_step_back_keeps_its_reason_and_passes_nothing_over():
    scene = cycle_at(Phase.VERIFYING)

    services.move_phase(cycle=scene.cycle, to=Phase.SELF_SCORING, reason="Bổ sung minh chứng", **scene.act())

    assert scene.fresh().phase == Phase.SELF_SCORING
    last = PhaseMove.objects.latest("pk")
    assert (last.reason, last.passed_over) == ("Bổ sung minh chứng", [])


def test_the_second_of_two_who_move_at_once_is_told_to_reload():
    scene = cycle_at(Phase.EXECUTING)
    seen_before = Cycle.objects.get(pk=scene.cycle.pk)
    services.move_phase(cycle=scene.cycle, to=Phase.SELF_SCORING, reason="-", **scene.act())

    assert reasons_of(
        lambda: services.move_phase(cycle=seen_before, to=Phase.SELF_SCORING, reason="-", **scene.act())
    ) == [
        "Năm thi đua đang ở giai đoạn “Tự chấm điểm”, không chuyển thẳng sang “Tự chấm điểm” được. "
        "Hãy tải lại trang để xem bước tiếp theo."
    ]
    assert PhaseMove.objects.filter(to_phase=Phase.SELF_SCORING).count() == 1


# Handover


def test_the_chair_passes_on_with_two_confirmations_and_the_gate_opens():
    scene = cycle_at(Phase.DECIDED)
    prepare = {"cycle": scene.cycle, "items": "Hồ sơ năm 2019"}

    assert reasons_of(lambda: services.prepare_handover(**prepare, **scene.act())) == [
        "Chưa mở năm thi đua sau. Hãy mở năm sau trước khi bàn giao."
    ]
    following = services.open_cycle(bloc=scene.bloc, year=2020, **scene.act(scene.chair))
    assert reasons_of(lambda: services.prepare_handover(**prepare, **scene.act())) == [
        "Chưa có Khối trưởng của năm sau. Hãy xác nhận kết quả bầu trước."
    ]
    start(scene, Office.CHAIR, scene.units[1], scene.later().date(), cycle=following)
    services.prepare_handover(**prepare, **scene.act())
    handover = services.prepare_handover(cycle=scene.cycle, items="Hồ sơ, quỹ", **scene.act())
    assert [check.missing for check in queries.checks_for(scene.cycle, Phase.CLOSED)] == [
        ("Bàn giao Khối trưởng chưa được hai bên xác nhận.",)
    ]
    services.give_handover(handover=handover, **scene.act(scene.heads[0]))
    assert reasons_of(lambda: services.receive_handover(handover=handover, **scene.act(scene.heads[0]))) == [
        "Thủ trưởng đơn vị nhận bàn giao xác nhận."
    ]
    services.receive_handover(handover=handover, **scene.act(scene.heads[1]))

    done = Handover.objects.get()
    assert (done.items, done.given_by, done.received_by) == ("Hồ sơ, quỹ", scene.heads[0], scene.heads[1])
    assert [check.holds for check in queries.checks_for(scene.cycle, Phase.CLOSED)] == [True]


def test_locks_are_taken_in_the_order_of_the_keys():
    later, earlier = CycleFactory(), CycleFactory()

    assert services.lock_cycles(earlier.pk, later.pk) == sorted([later, earlier], key=lambda c: c.pk)
    assert services.lock_cycle(later.pk) == later
    assert services.lock_province(later.bloc.province_id) == later.bloc.province
