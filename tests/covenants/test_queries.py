from datetime import date

import pytest
from django.urls import reverse

from blocs.enums import MilestoneKind, Phase, Role
from blocs.models import Deadline, Milestone
from blocs.queries import checks_for, standing_in
from covenants import gates, queries, services
from covenants.enums import CovenantLevel, MovementLevel, Period
from covenants.models import Target
from documents import services as papers
from documents.models import Signing
from tests.factories.covenants import SPRING, SUMMER, CovenantYear, fresh_covenant
from tests.factories.documents import at, make_person
from tests.factories.planted import around_triggers

pytestmark = pytest.mark.django_db


def texts(user, when=SUMMER):
    return [todo.text for todo in queries.todos_for(user, when)]


# Who reads


def test_a_draft_is_read_as_its_paper_is(year):
    covenant = year.written()

    def readers():
        people = [*year.officers, year.province_officer]
        return [user for user in people if queries.covenants_for(user, SPRING).exists()]

    assert readers() == [year.officers[0], year.officers[1], year.province_officer]
    papers.send_for_comments(document=covenant.document, due_on=date(2019, 4, 1), by=year.chair, at=SPRING)
    assert readers() == [*year.officers, year.province_officer]


def test_an_adopted_covenant_is_read_by_all_members_and_by_no_other_bloc(year):
    covenant = year.adopted()
    stranger = CovenantYear(slug="an-giang").chair

    assert queries.covenants_for(year.officers[2], SPRING).get() == covenant
    assert not queries.covenants_for(stranger, SPRING).exists()


def test_the_page_opens_with_what_is_in_force(year):
    covenant = year.adopted()
    draft = services.amend_covenant(covenant=covenant, reason="x", by=year.chair, at=SPRING)
    found = list(queries.covenants_of(year.cycle))

    assert found == [draft, fresh_covenant(covenant)]
    assert queries.shown_covenant(found) == covenant
    assert queries.shown_covenant([draft]) == draft
    assert queries.shown_covenant(found, CovenantLevel.PROVINCE) is None


def test_figures_need_a_covenant(year):
    figures = queries.figures_of(year.cycle)

    assert (figures.covenant, figures.targets, figures.get(1, 1)) == (None, (), None)
    assert figures.tally_of_bloc().assigned == 0


@pytest.mark.parametrize("units", [1, 3])
def test_figures_ask_five_queries_whatever_the_rows(django_assert_num_queries, units):
    year = CovenantYear(units=units)
    covenant = year.executing()
    for place in range(units):
        year.record(covenant, place)
    with django_assert_num_queries(6):
        figures = queries.figures_of(year.cycle, Period.MID)

    assert figures.tally_of_bloc().exceeded == 2 * units


def test_unsent_figures_are_read_by_the_unit_and_the_keepers(year):
    covenant = year.executing()
    year.record(covenant)
    rows = queries.report_rows(year.cycle, Period.MID, date(2019, 7, 1))
    everybody = frozenset(unit.pk for unit in year.units)

    def seen(user, rows):
        return queries.seen_units(standing_in(year.cycle, user, SUMMER), year.cycle, rows)

    assert seen(year.officers[2], rows) == {year.units[2].pk}
    assert seen(year.officers[1], rows) == everybody
    assert seen(year.province_officer, rows) == everybody
    year.send()
    rows = queries.report_rows(year.cycle, Period.MID, date(2019, 7, 1))
    assert seen(year.officers[2], rows) == {year.units[0].pk, year.units[2].pk}


def test_the_table_of_reports_compares_each_units_own_date(year):
    covenant = year.executing()
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.MIDYEAR, due_on=date(2019, 7, 10))
    services.extend_report(
        cycle=year.cycle, unit=year.units[1], period=Period.MID, extended_to=date(2019, 7, 20), reason="x",
        by=year.chair, at=SUMMER,
    )  # fmt: skip
    for place in (0, 1):
        year.record(covenant, place)
        year.send(place, when=at(2019, 7, 15))
    rows = queries.report_rows(year.cycle, Period.MID, date(2019, 7, 15))

    assert [(row.state, row.due_on) for row in rows] == [
        ("late", date(2019, 7, 10)), ("on_time", date(2019, 7, 20)), ("overdue", date(2019, 7, 10)),
    ]  # fmt: skip


# What waits


def test_the_chair_is_told_what_the_covenant_needs_next(year):
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.COVENANT, due_on=date(2019, 3, 31))
    assert [(t.text, t.due_on) for t in queries.todos_for(year.chair, SPRING)] == [
        ("Soạn giao ước thi đua", date(2019, 3, 31))
    ]
    covenant = year.written()
    assert texts(year.chair, SPRING) == ["Hoàn thiện và thống nhất giao ước thi đua"]
    year.adopt(covenant)
    assert texts(year.heads[0], SPRING) == ["Mời các đơn vị ký giao ước thi đua"]
    services.open_signing(covenant=covenant, by=year.chair, at=SPRING)
    assert texts(year.chair, SPRING) == []
    assert texts(year.officers[2], SPRING) == []


def test_each_unit_is_told_to_report_with_its_own_date(year):
    covenant = year.executing()
    Deadline.objects.create(
        province=year.province, year=2019, kind=MilestoneKind.MIDYEAR, due_on=date(2019, 7, 31)
    )
    todo = queries.todos_for(year.officers[2], SUMMER)[0]
    assert (todo.text, todo.due_on) == ("Nhập và gửi kết quả 6 tháng đầu năm của Sở 3", date(2019, 7, 31))
    assert todo.url == f"{reverse('unit_results', args=[*year.cycle.slugs, 'so-3'])}?ky=6-thang"

    year.record(covenant)
    year.send()
    assert texts(year.chair) == ["Tiếp nhận 1 báo cáo kết quả của đơn vị"]
    year.set_phase(Phase.SELF_SCORING)
    assert texts(year.heads[0]) == [
        "Nhập và gửi kết quả cả năm của Sở 1",
        "Tiếp nhận 1 báo cáo kết quả của đơn vị",
    ]


def test_todos_ask_two_queries_whatever_the_rows(django_assert_num_queries):
    years = [CovenantYear(slug=f"tinh-{place}") for place in range(3)]
    for year in years:
        year.executing()
    person = make_person("moi-noi", "Người nhiều đơn vị", role=Role.UNIT_OFFICER, unit=years[0].units[2])
    with django_assert_num_queries(2):
        assert len(queries.todos_for(person, SUMMER)) == 1
    for year in years[1:]:
        person.appointments.create(unit=year.units[2], role=Role.UNIT_OFFICER, from_on=date(2019, 1, 1))
    with django_assert_num_queries(2):
        assert len(queries.todos_for(person, SUMMER)) == 3


def test_the_provincial_desk_hears_who_has_not_reported(year, django_assert_num_queries):
    covenant = year.executing()
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.MIDYEAR, due_on=date(2019, 6, 30))
    year.record(covenant)
    year.send()
    with django_assert_num_queries(1):
        notes = queries.member_notes(year.province, 2019, SUMMER)

    assert {place: (note.text, note.is_late) for place, note in notes.items()} == {
        (year.cycle.pk, unit.pk): ("chưa gửi kết quả 6 tháng đầu năm", True) for unit in year.units[1:]
    }
    assert queries.member_notes(year.province, 2018, SUMMER) == {}


# Search


def test_targets_and_movements_are_found_without_marks(year):
    covenant = year.adopted()
    services.add_movement(
        cycle=year.cycle, name="Nông thôn mới", level=MovementLevel.PROVINCE, launched_by="UBND tỉnh",
        by=year.chair, at=SPRING,
    )  # fmt: skip

    assert [
        (hit.title, hit.kind, hit.url) for hit in queries.search_for(year.officers[2], "ho so dung", SPRING)
    ] == [("1. Tỷ lệ hồ sơ đúng hạn", "Chỉ tiêu", covenant.get_absolute_url())]
    assert [hit.kind for hit in queries.search_for(year.officers[2], "nong thon", SPRING)] == ["Phong trào"]
    assert queries.search_for(CovenantYear(slug="khac").chair, "ho so dung", SPRING) == []
    assert queries.search_for(year.chair, "!", SPRING) == []


# Gates


def test_a_year_is_not_executed_before_everybody_signed(year):
    def missing():
        check = gates.covenant_signed(year.cycle)
        assert not check.is_hard
        return check.missing

    assert missing() == ("Chưa có giao ước thi đua được thống nhất.",)
    covenant = year.adopted()
    assert missing() == ("Giao ước đã thống nhất, chưa mời các đơn vị ký.",)
    services.open_signing(covenant=covenant, by=year.chair, at=SPRING)
    services.sign_covenant(covenant=covenant, unit=year.units[0], by=year.heads[0], at=SPRING)
    assert missing() == ("Còn 2 bên chưa ký giao ước: Sở 2, Sở 3.",)
    Signing.objects.create(document=covenant.document, party="UBND tỉnh", order=9)
    assert missing() == ("Còn 3 bên chưa ký giao ước: Sở 2, Sở 3, UBND tỉnh.",)
    services.record_signed_at_meeting(covenant=covenant, by=year.chair, at=SPRING)
    assert missing() == ()


def test_scoring_waits_for_the_midyear_results(year):
    covenant = year.executing()
    year.record(covenant)
    year.send()
    check = gates.midyear_results_sent(year.cycle)
    assert check.missing == ("Còn 2 đơn vị chưa gửi: Sở 2, Sở 3.",)
    assert (check.is_hard, check.turn) == (False, "Đơn vị chưa gửi")

    for place in (1, 2):
        year.record(covenant, place)
        year.send(place)
    assert gates.midyear_results_sent(year.cycle).missing == ()


def test_the_gates_stand_in_front_of_their_phases(year):
    claims = {
        check.claim for phase in ("executing", "self_scoring") for check in checks_for(year.cycle, phase)
    }

    assert {"Các đơn vị đã ký giao ước thi đua", "Các đơn vị đã gửi kết quả 6 tháng đầu năm"} <= claims


# Invariants


def test_a_sound_database_has_no_violations(year):
    covenant = year.executing()
    year.record(covenant)
    year.send()

    assert queries.violations() == []


def test_violations_name_what_is_broken(year):
    covenant = year.executing()
    year.record(covenant)
    report = year.send()
    ignore_triggers(Target.objects.filter(number=1), text="Khác")
    ignore_triggers(
        Signing.objects.filter(unit=year.units[0]),
        state="pending",
        signed_at=None,
        signed_on=None,
        signed_by=None,
    )
    services.withdraw_report(report=report, reason="x", by=year.heads[0], at=SUMMER)
    year.record(covenant, actuals=(None, None, None, None))
    report.__class__.objects.filter(pk=report.pk).update(sent_at=SUMMER, sent_by=year.heads[0])

    assert queries.violations() == [
        f"{covenant} của {year.cycle} không còn đúng nội dung đã thống nhất.",
        f"{covenant} của {year.cycle} ghi là đã ký nhưng còn bên chưa ký.",
        f"Báo cáo {report.get_period_display()} của {report.unit}, {year.cycle}: đã gửi nhưng không có kết quả nào.",
    ]


def ignore_triggers(rows, **values):
    """What only the database's owner could do."""
    with around_triggers():
        rows.update(**values)
