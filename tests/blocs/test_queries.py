from datetime import date, datetime, timedelta

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from blocs import queries, services
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Appointment, BlocAssignment, Cycle, Deadline, Handover, Milestone, Term
from blocs.queries import JournalFilter
from blocs.rules import ORDER, Check, Panel, Todo
from config.kit.text import VIETNAM
from tests.factories.accounts import UserFactory
from tests.factories.blocs import (
    AppointmentFactory,
    BlocFactory,
    CycleFactory,
    MembershipFactory,
    ProvinceFactory,
    TermFactory,
    UnitFactory,
)
from tests.scenarios import at, cycle_at, new_cycle

pytestmark = pytest.mark.django_db
MAY = datetime(2019, 5, 2, 9, tzinfo=VIETNAM)


# Standing


def test_the_people_of_the_chair_unit_are_the_secretariat_of_that_year_only(django_assert_num_queries):
    scene = new_cycle()
    following = services.open_cycle(bloc=scene.bloc, year=2020, by=scene.admin, at=scene.later())
    services.start_term(
        cycle=following, office=Office.CHAIR, unit=scene.units[2], from_on=date(2019, 3, 1), basis="bầu",
        by=scene.admin, at=scene.later(),
    )  # fmt: skip

    with django_assert_num_queries(1):
        who = queries.standing_in(scene.cycle, scene.chair, MAY)

    assert who.is_chair
    assert who.is_secretariat
    assert not who.is_chair_head
    assert who.chair_units == {scene.units[0].pk}
    assert who.vice_units == {scene.units[1].pk}
    assert who.member_of == {scene.units[0].pk}
    assert not queries.standing_in(following, scene.chair, MAY).is_chair
    assert queries.standing_in(following, scene.officers[2], MAY).is_chair


def test_a_year_without_a_chair_is_kept_by_the_chair_of_the_year_before():
    scene = new_cycle()
    following = services.open_cycle(bloc=scene.bloc, year=2020, by=scene.admin, at=scene.later())

    assert queries.standing_in(following, scene.chair, MAY).is_chair
    assert queries.standing_in(following, scene.vice, MAY).is_vice
    assert not queries.standing_in(following, scene.member, MAY).is_chair


def test_a_term_holds_from_its_first_to_its_last_day():
    scene = new_cycle()
    Term.objects.filter(office=Office.CHAIR).update(from_on=date(2019, 3, 1), to_on=date(2019, 5, 2))

    def chairs(day):
        return queries.standing_in(scene.cycle, scene.member, at(day.year, day.month, day.day)).chair_units

    assert chairs(date(2019, 2, 28)) == frozenset()
    assert chairs(date(2019, 3, 1)) == chairs(date(2019, 5, 2)) == {scene.units[0].pk}
    assert chairs(date(2019, 5, 3)) == frozenset()


def test_a_deputy_counts_as_head_and_a_clerk_is_of_the_secretariat():
    scene = new_cycle()
    deputy = AppointmentFactory(role=Role.UNIT_DEPUTY, unit=scene.units[0]).user
    clerk = AppointmentFactory(role=Role.UNIT_CLERK, unit=scene.units[0]).user

    assert queries.standing_in(scene.cycle, deputy, MAY).is_chair_head
    stands = queries.standing_in(scene.cycle, clerk, MAY)
    assert stands.is_secretariat
    assert stands.is_clerk
    assert not stands.is_chair


def test_an_officer_on_leave_holds_nothing_and_the_unit_can_name_another_in_a_minute():
    scene = new_cycle()
    Appointment.objects.filter(user=scene.chair).update(to_on=date(2019, 5, 1))
    deputy = AppointmentFactory(unit=scene.units[0], from_on=date(2019, 5, 2)).user

    assert not queries.standing_in(scene.cycle, scene.chair, MAY).is_chair
    assert queries.standing_in(scene.cycle, scene.chair, MAY - timedelta(days=1)).is_chair
    assert queries.standing_in(scene.cycle, deputy, MAY).is_chair


def test_a_unit_that_left_the_bloc_has_no_voice_and_reads_the_year_once_it_is_its_past():
    scene = new_cycle()
    scene.cycle.memberships.filter(unit=scene.units[2]).update(left_on=date(2019, 5, 1))

    assert queries.standing_in(scene.cycle, scene.member, MAY).member_of == frozenset()
    assert queries.standing_in(scene.cycle, scene.member, MAY - timedelta(days=3)).member_of == {
        scene.units[2].pk
    }

    def reads(at):
        cycle = scene.fresh()
        seen = queries.sees_cycle(cycle, scene.member, at)
        assert seen == (cycle in queries.cycles_for(scene.member, at))
        return seen

    assert (reads(MAY - timedelta(days=3)), reads(MAY)) == (True, False)
    for phase in ORDER[1:]:
        Cycle.objects.filter(pk=scene.cycle.pk).update(phase=phase)
    assert reads(MAY)


def test_only_the_officer_assigned_to_the_bloc_is_its_officer():
    scene = new_cycle()
    other = AppointmentFactory(role=Role.PROVINCE_OFFICER, province=scene.province).user

    assert queries.standing_in(scene.cycle, scene.province_officer, MAY).is_assigned_officer
    assert not queries.standing_in(scene.cycle, other, MAY).is_assigned_officer
    BlocAssignment.objects.update(to_on=date(2019, 4, 30))
    assert not queries.standing_in(scene.cycle, scene.province_officer, MAY).is_assigned_officer


def test_roles_of_another_province_say_nothing_here(django_assert_num_queries):
    scene = new_cycle()
    stranger = AppointmentFactory(role=Role.PROVINCE_HEAD, province=ProvinceFactory()).user

    with django_assert_num_queries(1):
        assert not queries.standing_in_province(scene.province, stranger, MAY).is_province_head
    assert not queries.standing_in(scene.cycle, stranger, MAY).is_province_head
    assert queries.standing_in_province(scene.province, scene.admin, MAY).is_admin
    assert queries.standing_in_province(None, scene.admin, MAY).is_admin
    assert not queries.standing_in_province(None, scene.province_head, MAY).is_province_head


# Scope


def test_a_member_sees_its_own_years_and_the_province_all_of_its_own():
    scene = new_cycle()
    elsewhere = CycleFactory()
    other_bloc = CycleFactory(bloc=BlocFactory(province=scene.province))

    assert list(queries.cycles_for(scene.member, MAY)) == [scene.cycle]
    assert list(queries.blocs_for(scene.member, MAY)) == [scene.bloc]
    assert list(queries.cycles_for(scene.outsider, MAY)) == []
    assert set(queries.cycles_for(scene.council, MAY)) == {scene.cycle, other_bloc}
    assert set(queries.blocs_for(scene.auditor, MAY)) == {scene.bloc, other_bloc.bloc}
    assert set(queries.cycles_for(scene.admin, MAY)) == {scene.cycle, other_bloc, elsewhere}
    assert set(queries.blocs_for(scene.admin, MAY)) == {scene.bloc, other_bloc.bloc, elsewhere.bloc}


def test_desks_directories_and_journals_open_to_those_who_keep_them():
    scene = new_cycle()
    other = ProvinceFactory()

    def open_to(scope):
        people = {
            "chair": scene.chair,
            "officer": scene.province_officer,
            "head": scene.province_head,
            "council": scene.council,
            "auditor": scene.auditor,
            "admin": scene.admin,
        }
        return {name for name, person in people.items() if scene.province in scope(person, MAY)}

    assert open_to(queries.desks_for) == {"officer", "head", "council", "auditor", "admin"}
    assert open_to(queries.administered_by) == {"head", "admin"}
    assert open_to(queries.audited_by) == {"auditor", "admin"}
    assert open_to(queries.provinces_for) == {"chair", "officer", "head", "council", "auditor", "admin"}
    assert other in queries.desks_for(scene.admin, MAY)
    assert other not in queries.desks_for(scene.province_head, MAY)
    assert set(queries.units_for(scene.outsider, MAY)) == set(scene.province.units.all())


def test_home_says_place_unit_and_doors(django_assert_num_queries):
    scene = new_cycle()
    two = AppointmentFactory(role=Role.AUDITOR, province=scene.province).user
    AppointmentFactory(role=Role.AUDITOR, province=ProvinceFactory(), user=two)

    with django_assert_num_queries(1):
        of_unit = queries.home_of(scene.chair, MAY)

    assert (of_unit.place, of_unit.unit, of_unit.desk_label, of_unit.sees_admin) == (
        "Tỉnh Kiên Giang", "Sở 1", "", False,
    )  # fmt: skip
    head = queries.home_of(scene.province_head, MAY)
    assert (head.unit, head.desk, head.desk_label, head.sees_admin) == (
        "Ban TĐKT tỉnh", "kien-giang", "Ban TĐKT tỉnh", True,
    )  # fmt: skip
    council = queries.home_of(scene.council, MAY)
    assert (council.unit, council.sees_admin) == ("Thành viên Hội đồng", False)
    admin = queries.home_of(scene.admin, MAY)
    assert (admin.place, admin.unit, admin.desk, admin.desk_label) == ("", "Quản trị", "", "Các tỉnh")
    assert queries.home_of(two, MAY).desk_label == "Các tỉnh"
    assert queries.home_of(UserFactory(), MAY) == queries.Home()


# A year


def test_members_come_in_the_order_of_the_bloc_with_the_people_who_serve_them():
    scene = new_cycle()
    AppointmentFactory(unit=scene.units[0], role=Role.UNIT_CLERK)
    gone = AppointmentFactory(unit=scene.units[0], to_on=date(2018, 6, 1))

    people = queries.people_of_members(scene.cycle, date(2019, 5, 2))

    assert [m.unit for m in queries.members_of(scene.cycle)] == scene.units
    assert list(queries.units_of(scene.cycle)) == scene.units
    assert [one.role for one in people[scene.units[0].pk]] == [
        Role.UNIT_HEAD, Role.UNIT_OFFICER, Role.UNIT_CLERK,
    ]  # fmt: skip
    assert gone not in people[scene.units[0].pk]
    assert queries.in_bloc_order(scene.cycle, reversed(scene.units)) == scene.units


def test_units_to_choose_from_exist_or_are_members_already():
    scene = new_cycle()
    dissolved = UnitFactory(province=scene.province, dissolved_on=date(2019, 1, 1))
    unborn = UnitFactory(province=scene.province, founded_on=date(2020, 1, 1))
    scene.units[0].dissolved_on = date(2019, 2, 1)
    scene.units[0].save()

    found = set(queries.units_to_choose_for(scene.cycle, date(2019, 5, 2)))

    assert set(scene.units) <= found
    assert not found & {dissolved, unborn}


def test_the_date_of_the_bloc_wins_over_that_of_the_province(django_assert_num_queries):
    scene = new_cycle()
    Deadline.objects.create(
        province=scene.province, year=2019, kind=MilestoneKind.COVENANT, due_on=date(2019, 3, 1)
    )
    Deadline.objects.create(
        province=scene.province, year=2019, kind=MilestoneKind.SUBMISSION, due_on=date(2019, 12, 10)
    )
    Deadline.objects.create(
        province=scene.province, year=2020, kind=MilestoneKind.MIDYEAR, due_on=date(2020, 7, 1)
    )
    Milestone.objects.create(cycle=scene.cycle, kind=MilestoneKind.COVENANT, due_on=date(2019, 4, 1))

    with django_assert_num_queries(1):
        dues = queries.dues_of(scene.cycle)

    assert dues == {"covenant": (date(2019, 4, 1), True), "submission": (date(2019, 12, 10), False)}
    assert queries.due_on(scene.cycle, MilestoneKind.COVENANT) == date(2019, 4, 1)
    assert queries.due_on(scene.cycle, MilestoneKind.MIDYEAR) is None


def test_a_unit_answers_to_the_name_it_had_on_a_day():
    scene = new_cycle()
    unit = scene.units[0]
    services.edit_unit(unit=unit, changes={"name": "Sở mới"}, by=scene.admin, at=at(2019, 6, 1))
    unit.refresh_from_db()

    assert queries.name_on(unit, date(2019, 5, 1)) == "Sở số 1"
    assert queries.name_on(unit, date(2019, 6, 1)) == "Sở mới"


def test_the_head_signs_and_the_deputy_when_there_is_no_head():
    scene = new_cycle()
    deputy = AppointmentFactory(unit=scene.units[0], role=Role.UNIT_DEPUTY)
    day = date(2019, 5, 2)

    assert queries.head_of_unit(scene.units[0], day).user == scene.heads[0]
    Appointment.objects.filter(user=scene.heads[0]).update(to_on=date(2019, 5, 1))
    assert queries.head_of_unit(scene.units[0], day) == deputy
    assert queries.head_of_unit(UnitFactory(), day) is None


def test_terms_moves_and_the_following_year_are_read_from_the_rows():
    scene = cycle_at(Phase.EXECUTING)
    following = services.open_cycle(bloc=scene.bloc, year=2020, by=scene.admin, at=scene.later())

    assert [term.office for term in queries.terms_of(scene.cycle)] == ["chair", "vice"]
    assert queries.chair_of(scene.cycle).unit == scene.units[0]
    assert queries.chair_of(following) is None
    assert [move.to_phase for move in queries.moves_of(scene.cycle)] == ["executing", "launching"]
    assert queries.next_cycle_of(scene.cycle) == following
    assert queries.next_cycle_of(following) is None
    address = (scene.province.slug, scene.bloc.slug)
    assert [queries.cycle_at(*address, year).has_following for year in (2019, 2020)] == [True, False]
    assert queries.cycle_at(*address, 2021) is None


def test_a_year_is_seen_by_whom_the_list_of_years_names():
    scene = new_cycle()
    elsewhere, left = ProvinceFactory(), UnitFactory(province=scene.province)
    former = AppointmentFactory(unit=left, role=Role.UNIT_OFFICER).user
    MembershipFactory(cycle=scene.cycle, unit=left, left_on=date(2019, 4, 9))
    people = {
        "member": (scene.member, True),
        "former member": (former, False),
        "administrator of all": (AppointmentFactory(unit=None, role=Role.ADMIN).user, True),
        "auditor here": (
            AppointmentFactory(unit=None, province=scene.province, role=Role.AUDITOR).user,
            True,
        ),
        "auditor elsewhere": (
            AppointmentFactory(unit=None, province=elsewhere, role=Role.AUDITOR).user,
            False,
        ),
        "unit of no bloc": (AppointmentFactory(unit=UnitFactory(province=scene.province)).user, False),
    }

    for name, (user, sees) in people.items():
        assert queries.sees_cycle(scene.cycle, user, MAY) is sees, name
        assert queries.cycles_for(user, MAY).filter(pk=scene.cycle.pk).exists() is sees, name


def test_the_next_year_to_open_is_the_first_that_some_bloc_lacks():
    scene = new_cycle()
    other = BlocFactory(province=scene.province)

    assert queries.next_year_to_open(scene.province, 2019) == (2019, [other])
    CycleFactory(bloc=other, year=2019)
    year, blocs = queries.next_year_to_open(scene.province, 2019)
    assert (year, set(blocs)) == (2020, {scene.bloc, other})
    assert queries.next_year_to_open(ProvinceFactory(), 2019) == (2019, [])


# What the apps above answer


def gate_missing(cycle):
    return Check("Có quy chế", missing=("Chưa có quy chế.",), is_hard=False)


def late_todo(user, at):
    return [Todo("Việc có hạn", "/a/", due_on=date(2019, 5, 1)), Todo("Việc không hạn", "/b/")]


def one_panel(who, cycle):
    return Panel("Giao ước", "components/empty.html", {"text": "Chưa có"})


def no_panel(who, cycle):
    return None


def one_violation():
    return ["Một chỗ sai."]


HERE = "tests.blocs.test_queries"


def test_gates_todos_panels_and_violations_come_from_settings(wire, settings):
    scene = new_cycle()
    wire(
        PHASE_GATES={**settings.PHASE_GATES, "executing": [f"{HERE}.gate_missing"]},
        TODO_SOURCES=[f"{HERE}.late_todo"],
        CYCLE_PANELS=[f"{HERE}.one_panel", f"{HERE}.no_panel"],
        PROVINCE_PANELS=[f"{HERE}.one_panel", f"{HERE}.no_panel"],
        INVARIANTS=[f"{HERE}.one_violation"],
    )
    who = queries.standing_in(scene.cycle, scene.chair, MAY)

    assert [check.claim for check in queries.checks_for(scene.cycle, Phase.EXECUTING)] == ["Có quy chế"]
    assert queries.checks_for(scene.cycle, Phase.VERIFYING) == []
    assert [todo.text for todo in queries.todos_for(scene.chair, MAY)] == ["Việc có hạn", "Việc không hạn"]
    assert [panel.title for panel in queries.panels_of(who, scene.cycle)] == ["Giao ước"]
    assert [panel.title for panel in queries.province_panels_of(who, scene.province)] == ["Giao ước"]
    assert queries.all_violations() == ["Một chỗ sai."]
    assert queries.audit_verbs()["blocs.cycle.moved"] == "Chuyển giai đoạn"


# Todo, search, invariants, health


def test_a_handover_waits_for_the_giver_and_then_for_the_taker():
    scene = new_cycle()
    following = services.open_cycle(bloc=scene.bloc, year=2020, by=scene.admin, at=scene.later())
    services.start_term(
        cycle=following, office=Office.CHAIR, unit=scene.units[1], from_on=date(2019, 2, 1), basis="bầu",
        by=scene.admin, at=scene.later(),
    )  # fmt: skip
    handover = services.prepare_handover(cycle=scene.cycle, items="Hồ sơ", **scene.act())

    def waits_for(person):
        return [todo.text for todo in queries.handover_todos_for(person, scene.later())]

    assert waits_for(scene.heads[0]) == ["Xác nhận bàn giao Khối trưởng"]
    assert waits_for(scene.heads[1]) == []
    services.give_handover(handover=handover, **scene.act(scene.heads[0]))
    assert waits_for(scene.heads[0]) == []
    assert waits_for(scene.heads[1]) == ["Xác nhận nhận bàn giao Khối trưởng"]
    services.receive_handover(handover=Handover.objects.get(), **scene.act(scene.heads[1]))
    assert waits_for(scene.heads[1]) == []


def test_a_year_without_a_chair_waits_for_the_province_unless_the_vote_is_still_to_come():
    scene = new_cycle(has_chair=False)
    services.open_cycle(bloc=scene.bloc, year=2020, by=scene.admin, at=scene.later())

    def waits_for(person):
        return [todo.where for todo in queries.chair_todos_for(person, scene.now)]

    assert waits_for(scene.province_head) == waits_for(scene.province_officer) == ["Khối thi đua 4 · 2019"]
    assert waits_for(scene.chair) == waits_for(scene.council) == []


def test_search_finds_without_marks_what_one_may_see():
    scene = new_cycle()
    unit = UnitFactory(province=scene.province, name="Sở Xây dựng", short_name="Sở XD", slug="so-xaydung")
    hidden = MembershipFactory(unit__name="Sở Xây dựng tỉnh khác")

    def found(person, words):
        return [(hit.kind, hit.title) for hit in queries.hits_for(person, words, MAY)]

    assert found(scene.chair, "so xay dung") == []
    assert found(scene.province_head, "so xay dung") == [("Đơn vị", "Sở Xây dựng")]
    services.change_members(cycle=scene.cycle, units=[*scene.units, unit], **scene.act(scene.admin))
    assert found(scene.chair, "SO  xay-dựng") == [("Đơn vị", "Sở Xây dựng")]
    assert found(scene.chair, "so xd") == [("Đơn vị", "Sở Xây dựng")]
    assert ("Đơn vị", hidden.unit.name) in found(scene.admin, "xay dung")
    assert found(scene.chair, "khoi thi dua") == [("Khối thi đua", "Khối thi đua 4")]
    assert found(scene.chair, "ktđ4") == [("Khối thi đua", "Khối thi đua 4")]
    assert found(scene.province_head, "chuyen vien 1") == [("Người", "Chuyên viên 1")]
    assert found(scene.chair, "chuyen vien 1") == []
    assert found(scene.chair, "…") == []


def test_invariants_name_what_is_wrong():
    fine = new_cycle()
    assert queries.violations() == []

    chairless = CycleFactory(phase=Phase.EXECUTING)
    stray = TermFactory(cycle=CycleFactory())
    foreign = MembershipFactory(cycle=fine.cycle, unit=UnitFactory())

    assert queries.violations() == [
        f"{chairless} ở giai đoạn “Thực hiện, sơ kết” nhưng không có Khối trưởng.",
        f"{stray.get_office_display()} của {stray.cycle}: {stray.unit} không phải thành viên của khối.",
        f"{foreign.unit} là thành viên của {fine.cycle} nhưng thuộc tỉnh khác.",
        f"{chairless} ở giai đoạn “Thực hiện, sơ kết” mà các lần chuyển đã ghi không dẫn tới.",
    ]


def test_the_directory_knows_who_serves_where():
    scene = new_cycle()
    both = AppointmentFactory(role=Role.COUNCIL, province=scene.province).user
    AppointmentFactory(role=Role.COUNCIL, province=ProvinceFactory(), user=both)
    day = date(2019, 5, 2)

    assert queries.serves_elsewhere(both, scene.province, day)
    assert queries.serves_elsewhere(scene.admin, scene.province, day)
    assert not queries.serves_elsewhere(scene.chair, scene.province, day)
    assert queries.roles_from(scene.admin, day) == {Role.ADMIN}
    assert queries.username_is_taken("SO-1.chuyenvien@kien-giang")
    assert not queries.username_is_taken(scene.chair.username, except_pk=scene.chair.pk)
    assert queries.person_named(scene.chair.username.upper()) == scene.chair
    assert [p.unit_count for p in queries.with_counts(queries.desks_for(scene.auditor, MAY))] == [4]


def test_people_and_units_are_found_by_name_username_and_unit():
    scene = new_cycle()
    services.edit_unit(unit=scene.units[1], changes={"name": "Sở Du lịch"}, by=scene.admin, at=scene.later())

    def people(words):
        return [person.username for person in queries.people_of(scene.province, words)]

    assert people("THU TRUONG 2") == ["so-2.thutruong@kien-giang"]
    assert people("so-3.chuyen") == ["so-3.chuyenvien@kien-giang"]
    assert set(people("du lich")) == {"so-2.chuyenvien@kien-giang", "so-2.thutruong@kien-giang"}
    assert people("…") == []
    assert scene.admin not in queries.people_of(scene.province)
    assert [unit.name for unit in queries.all_units_of(scene.province, "Sở số 2")] == ["Sở Du lịch"]
    assert [unit.name for unit in queries.all_units_of(scene.province, "so 3")] == ["Sở số 3"]
    assert queries.all_units_of(scene.province).count() == 4


def test_health_speaks_of_migrations_and_of_tasks_that_wait():
    assert queries.health(MAY)["ok"]
    DBTaskResult.objects.create(
        task_path="x.y", args_kwargs={"args": [], "kwargs": {}}, backend_name="default", run_after=MAY
    )
    now = DBTaskResult.objects.get().enqueued_at
    assert queries.health(now + timedelta(minutes=1)) == {
        "ok": True, "database": True, "migrations": True, "worker": True, "waiting_seconds": 60,
    }  # fmt: skip
    late = queries.health(now + timedelta(hours=1))
    assert (late["ok"], late["worker"], late["waiting_seconds"]) == (False, False, 3600)


def unreachable(connection):
    raise OperationalError("could not connect to server")


def test_health_says_when_the_database_does_not_answer(monkeypatch):
    monkeypatch.setattr("blocs.queries.site.MigrationExecutor", unreachable)

    assert queries.health(MAY) == {
        "ok": False, "database": False, "migrations": False, "worker": False, "waiting_seconds": 0,
    }  # fmt: skip


# The journal


def events_of(province, model, label):
    """The events of one kind of one table; a test is one transaction, so time does not order them."""
    found, _ = queries.journal_of(province, JournalFilter(model=model), page=1, size=100)
    return [row for row in found if row["label"] == label]


def test_the_journal_tells_who_did_what_and_why_in_one_query_each(django_assert_num_queries):
    scene = cycle_at(Phase.LAUNCHING)
    new_cycle(slug="ca-mau")

    with django_assert_num_queries(1):
        found, has_more = queries.journal_of(scene.province, JournalFilter(), page=1, size=200)
    with django_assert_num_queries(1):
        acts = queries.acts_of(found, reads_scores=True)

    assert not has_more
    moved = [act for act in acts if act.verb == "blocs.cycle.moved"]
    assert [(act.words, act.by, act.reason) for act in moved] == [
        ("Chuyển giai đoạn", "Lê Lãnh Đạo", "Khối đã thống nhất.")
    ]
    of_cycle = next(row for row in moved[0].rows if row["what"] == "năm thi đua")
    assert of_cycle["changes"] == [("giai đoạn", "Chuẩn bị", "Phát động, ký giao ước")]
    assert "Thêm tỉnh" in [act.words for act in acts]
    assert all("ca-mau" not in str(act.rows) for act in acts)


def test_the_journal_is_filtered_and_paged():
    scene = cycle_at(Phase.LAUNCHING)

    def count(**wanted):
        return len(queries.journal_of(scene.province, JournalFilter(**wanted), page=1, size=500)[0])

    assert count(verb="blocs.cycle.moved") == 2
    assert count(verb="blocs.cycle.moved", who="lãnh đạo") == 2
    assert count(verb="blocs.cycle.moved", who="ai khác") == 0
    assert count(model="blocs.phasemove") == 1
    assert count(model="no.such") == 0
    today = queries.today(datetime.now(VIETNAM))
    assert count(from_on=today, to_on=today) == count()
    assert count(to_on=today - timedelta(days=1)) == count(from_on=today + timedelta(days=1)) == 0
    first, more = queries.journal_of(scene.province, JournalFilter(), page=1, size=5)
    second, _ = queries.journal_of(scene.province, JournalFilter(), page=2, size=5)
    assert len(first) == len(second) == 5
    assert more
    assert not {(r["model"], r["event"]) for r in first} & {(r["model"], r["event"]) for r in second}
    assert queries.acts_of([], reads_scores=True) == []


def test_the_journal_names_writes_without_a_verb_and_deletions():
    member = MembershipFactory()
    province = member.cycle.bloc.province
    Milestone.objects.create(cycle=member.cycle, kind="midyear", due_on=date(2019, 7, 1))
    member.delete()

    found = events_of(province, "blocs.milestone", "insert") + events_of(
        province, "blocs.membership", "delete"
    )
    acts = queries.acts_of(found, reads_scores=False)

    assert {(act.words, act.by) for act in acts} == {
        ("Thêm mốc thời hạn", "hệ thống"), ("Xóa đơn vị thành viên", "hệ thống"),
    }  # fmt: skip
    changes = next(act.rows[0]["changes"] for act in acts if act.words == "Thêm mốc thời hạn")
    assert ("hạn", "", "01/07/2019") in changes
    assert ("việc", "", "Hạn báo cáo kết quả 6 tháng") in changes


def test_who_keeps_the_directory_reads_of_other_apps_only_that_something_was_written():
    scene = new_cycle()
    scene.bloc.numbers_own_papers = True
    scene.bloc.save()
    found = events_of(scene.province, "blocs.bloc", "update")

    act = queries.acts_of(found, reads_scores=False)[0]
    assert act.rows[0]["changes"] == [("khối tự đánh số văn bản", "không", "có")]
    of_scores = [{**found[0], "model": "scoring.mark"}]
    assert queries.acts_of(of_scores, reads_scores=False)[0].rows[0]["changes"] == []


def test_no_table_of_ballots_is_in_the_journal():
    assert not [label for label in queries.tracked_models() if "ballot" in label]
    assert queries.tracked_names()[0][1][0].isupper()
