"""The database has the last word: each test goes round the forms and the services."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.models import F

from blocs.enums import Phase
from covenants import services
from covenants.enums import CovenantLevel, CovenantStatus, Direction, InitiativeLevel, MovementLevel, Period
from covenants.models import (
    Content,
    Covenant,
    InitiativeCount,
    Movement,
    Participation,
    Registration,
    Result,
    Target,
    TargetAssignment,
    UnitReport,
)
from documents.enums import SigningState
from documents.models import Document, Signing
from tests.factories.covenants import SPRING, SUMMER, WINTER, CovenantYear, fresh_covenant

pytestmark = pytest.mark.django_db


@contextmanager
def refused(name=""):
    with pytest.raises((IntegrityError, InternalError), match=name), transaction.atomic():
        yield


def test_an_adopted_text_does_not_change(year):
    covenant = year.adopted()

    for rows in (Content.objects.filter(covenant=covenant), Target.objects.filter(covenant=covenant)):
        with refused("an adopted covenant does not change"):
            rows.delete()
    with refused("an adopted covenant does not change"):
        Content.objects.filter(covenant=covenant).update(title="Khác")
    with refused("an adopted covenant does not change"):
        Target.objects.filter(covenant=covenant).update(value=F("value"), text="Khác")
    with refused("an adopted covenant does not change"):
        Content.objects.create(covenant=covenant, position=9, title="Thêm")
    with refused("an adopted covenant does not change"):
        TargetAssignment.objects.filter(target__covenant=covenant).update(is_assigned=False, value=None)


def test_a_draft_whose_paper_is_settled_does_not_change(year):
    covenant = year.written()
    Document.objects.filter(pk=covenant.document_id).update(status="final")

    with refused("an adopted covenant does not change"):
        Target.objects.filter(covenant=covenant).update(text="Khác")


def test_a_target_is_not_moved_into_an_adopted_covenant(year):
    covenant = year.adopted()
    draft = services.amend_covenant(covenant=covenant, reason="Bổ sung", by=year.chair, at=SPRING)

    with refused("an adopted covenant does not change"):
        Target.objects.filter(covenant=draft).update(covenant=covenant, content=covenant.contents.first())


def test_a_target_belongs_to_a_content_of_its_covenant(year):
    covenant = year.adopted()
    draft = services.amend_covenant(covenant=covenant, reason="Bổ sung", by=year.chair, at=SPRING)

    with refused("the content belongs to another covenant"):
        Target.objects.filter(covenant=draft).update(content=covenant.contents.first())


def test_an_adopted_covenant_only_moves_along_the_table(year):
    covenant = year.adopted()

    with refused("a covenant does not move from adopted to draft"):
        Covenant.objects.filter(pk=covenant.pk).update(status=CovenantStatus.DRAFT)
    with refused("an adopted covenant does not change"):
        Covenant.objects.filter(pk=covenant.pk).update(opening="Khác")
    with refused("Cannot delete"):
        Covenant.objects.filter(pk=covenant.pk)._raw_delete("default")


def test_a_draft_is_deleted_with_its_parts(year):
    covenant = year.written()
    covenant.delete()

    assert Target.objects.count() == 0


def make(covenant, **fields):
    document = Document.objects.get(pk=covenant.document_id)
    document.pk, document.slot = None, "other"
    document.save(force_insert=True)
    start = {
        "created_at": SPRING,
        "created_by": covenant.created_by,
        "document": document,
        "cycle": covenant.cycle,
    }
    return Covenant.objects.create(**(start | fields))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"version": 1}, "covenant_version_once"),
        ({"version": 2, "amend_reason": "x"}, "covenant_amends_with_reason"),
        ({"level": "other"}, "covenant_words_known"),
        ({"level": CovenantLevel.PROVINCE, "status": "adopted"}, "covenant_adopted_with_its_record"),
        ({"level": CovenantLevel.PROVINCE, "adopted_at": SPRING}, "covenant_adopted"),
    ],
)
def test_a_covenant_says_what_it_is(year, fields, name):
    covenant = year.adopted()

    with refused(name):
        make(covenant, **fields)


def test_one_draft_and_one_covenant_in_force_for_a_year(year):
    covenant = year.adopted()
    draft = services.amend_covenant(covenant=covenant, reason="Bổ sung", by=year.chair, at=SPRING)

    with refused("covenant_one_draft"):
        make(covenant, version=3, amends=draft, amend_reason="x")
    with refused("covenant_one_in_force"):
        Covenant.objects.filter(pk=draft.pk).update(
            status="adopted", adopted_at=SPRING, adopted_by=year.chair, adopted_on="2019-03-20",
            adopted_form="hands", contents_sha256="0" * 64,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"direction": "up"}, "target_direction_known"),
        ({"direction": Direction.YES_NO, "value": 3}, "target_value_fits_direction"),
        ({"direction": Direction.AT_LEAST, "value": None}, "target_value_fits_direction"),
        ({"text": ""}, "target_has_text"),
    ],
)
def test_a_target_has_words_and_a_value_that_fits(year, fields, name):
    covenant = year.written()

    with refused(name):
        Target.objects.filter(covenant=covenant, number=1).update(**fields)


def test_numbers_and_positions_stand_once(year):
    covenant = year.written()

    with refused("target_number_once"):
        Target.objects.filter(covenant=covenant).update(number=1)
        transaction.get_connection().check_constraints()
    with refused("content_position_once"):
        Content.objects.filter(covenant=covenant).update(position=1)
        transaction.get_connection().check_constraints()
    with refused("content_has_title"):
        Content.objects.filter(covenant=covenant).update(title="")


def test_a_unit_has_one_row_of_a_target_that_fits_it(year):
    covenant = year.written()
    first, _, _, yes_no = Target.objects.filter(covenant=covenant).order_by("number")
    TargetAssignment.objects.create(target=first, unit=year.units[0], value=90)

    with refused("targetassignment_unit_once"):
        TargetAssignment.objects.create(target=first, unit=year.units[0], value=91)
    with refused("targetassignment_value_only_when_assigned"):
        TargetAssignment.objects.create(target=first, unit=year.units[1], is_assigned=False, value=1)
    with refused("the value does not fit the direction"):
        TargetAssignment.objects.create(target=first, unit=year.units[1])
    with refused("the value does not fit the direction"):
        TargetAssignment.objects.create(target=yes_no, unit=year.units[1], value=1)


def test_the_last_signature_on_whatever_page_makes_the_covenant_signed(year):
    covenant = year.signing()
    states = []
    for signing in Signing.objects.filter(document=covenant.document_id).order_by("order"):
        states.append(fresh_covenant(covenant).status)
        Signing.objects.filter(pk=signing.pk).update(
            state=SigningState.SIGNED,
            method="browser",
            signatory_name="A",
            signed_at=SPRING,
            signed_by=year.chair,
        )

    assert states == ["signing", "signing", "signing"]
    assert fresh_covenant(covenant).status == CovenantStatus.SIGNED


def test_a_party_asked_late_opens_the_signing_again(year):
    covenant = year.signed()
    Signing.objects.create(document=covenant.document, party="Ủy ban nhân dân tỉnh", order=9)

    assert fresh_covenant(covenant).status == CovenantStatus.SIGNING


def test_signatures_on_other_papers_leave_covenants_alone(year):
    covenant = year.adopted()
    other = year.final()
    Signing.objects.create(document=other, party="Đơn vị", order=1)

    assert fresh_covenant(covenant).status == CovenantStatus.ADOPTED


@pytest.fixture
def sent():
    year = CovenantYear()
    covenant = year.executing()
    year.record(covenant, is_estimated=True)
    year.send()
    return year, covenant


def test_a_reported_result_does_not_change(sent):
    year, _ = sent

    with refused("a reported result does not change"):
        Result.objects.update(actual=1)
    with refused("a reported result does not change"):
        Result.objects.all().delete()
    with refused("a reported result does not change"):
        Result.objects.create(
            assignment=TargetAssignment.objects.filter(unit=year.units[0]).first(),
            period=Period.MID, actual=1, version=1, recorded_at=SUMMER, recorded_by=year.chair,
        )  # fmt: skip


def test_a_report_that_was_taken_back_frees_its_results(sent):
    UnitReport.objects.update(sent_at=None, sent_by=None)

    assert Result.objects.update(is_estimated=False) == 4


def following(result, **fields):
    start = {
        "assignment": result.assignment, "period": result.period, "version": result.version + 1, "previous": result,
        "actual": 1, "recorded_at": WINTER, "recorded_by": result.recorded_by,
    }  # fmt: skip
    return Result.objects.create(**(start | fields))


@pytest.mark.usefixtures("sent")
def test_only_an_estimate_is_followed_by_its_official_figure():
    result = Result.objects.order_by("pk").first()
    other = Result.objects.order_by("pk").last()

    with refused("only an estimate is followed"):
        following(result, is_estimated=True)
    with refused("only an estimate is followed"):
        following(result, previous=other)
    with refused("only an estimate is followed"):
        following(result, version=3)
    official = following(result)
    with refused("only an estimate is followed"):
        following(official)
    with refused("a reported result does not change"):
        Result.objects.filter(pk=official.pk).update(actual=5)


def test_a_first_version_follows_none(year):
    covenant = year.executing()
    year.record(covenant, is_estimated=True)

    with refused("result_version_follows_one"):
        following(Result.objects.first(), version=1, period=Period.YEAR)


def test_a_figure_fits_its_target(year):
    covenant = year.executing()
    year.record(covenant)
    yes_no = Result.objects.filter(assignment__target__direction=Direction.YES_NO)

    with refused("this figure does not fit its target"):
        yes_no.update(actual=2)
    with refused("result_period_known"):
        Result.objects.update(period="week")


def test_no_figure_for_a_target_that_was_not_assigned(year):
    covenant = year.written()
    target = Target.objects.filter(covenant=covenant).first()
    services.set_assignments(
        target=target, values={year.units[0].pk: services.NOT_ASSIGNED}, by=year.chair, at=SPRING
    )
    year.adopt(covenant)
    given = TargetAssignment.objects.get(target=target, unit=year.units[0])

    with refused("this figure does not fit its target"):
        Result.objects.create(
            assignment=given, period=Period.MID, actual=Decimal(1), recorded_at=SUMMER, recorded_by=year.chair
        )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"period": "week"}, "unitreport_period_known"),
        ({"extended_to": "2019-08-01"}, "unitreport_extended"),
        ({"extension_reason": "x"}, "unitreport_extended_with_reason"),
        ({"sent_at": SUMMER}, "unitreport_sent_at_with_sent_by"),
        ({"received_at": SUMMER}, "unitreport_received"),
    ],
)
def test_a_report_says_who_and_when(year, fields, name):
    with refused(name):
        UnitReport.objects.create(
            **({"cycle": year.cycle, "unit": year.units[0], "period": Period.MID} | fields)
        )


def test_a_received_report_stays_and_stands_once(sent):
    year, _ = sent
    UnitReport.objects.update(received_at=SUMMER, received_by=year.chair)

    with refused("Cannot update"):
        UnitReport.objects.update(note="khác")
    with refused("Cannot update or delete"):
        UnitReport.objects.all().delete()
    with refused("unitreport_once_a_period"):
        UnitReport.objects.create(cycle=year.cycle, unit=year.units[0], period=Period.MID)


def people(year):
    return {"recorded_at": SUMMER, "recorded_by": year.chair}


def test_movements_outcomes_initiatives_and_registrations_stand_once(year):
    movement = Movement.objects.create(
        cycle=year.cycle, name="A", level=MovementLevel.BLOC, launched_by="Khối"
    )
    Participation.objects.create(movement=movement, unit=year.units[0], outcome="Tốt", **people(year))
    whole = {"cycle": year.cycle, "unit": None, "level": InitiativeLevel.GRASSROOTS, **people(year)}
    InitiativeCount.objects.create(count=130, **whole)
    claim = {"cycle": year.cycle, "unit": year.units[0], "award_text": "Cờ thi đua"}
    signed = {"registered_at": SPRING, "registered_by": year.chair}
    Registration.objects.create(**claim, **signed)

    with refused("movement_name_once"):
        Movement.objects.create(cycle=year.cycle, name="A", level=MovementLevel.BLOC, launched_by="Khối")
    with refused("movement_level_known"):
        Movement.objects.update(level="x")
    with refused("participation_unit_once"):
        Participation.objects.create(movement=movement, unit=year.units[0], outcome="Khá", **people(year))
    with refused("initiativecount_level_once"):
        InitiativeCount.objects.create(count=6, **whole)
    with refused("initiativecount_level_known"):
        InitiativeCount.objects.update(level="x")
    with refused("registration_award_once"):
        Registration.objects.create(**claim, **signed)


def test_a_closed_year_is_closed_but_for_official_figures(year):
    covenant = year.executing()
    movement = Movement.objects.create(
        cycle=year.cycle, name="A", level=MovementLevel.BLOC, launched_by="Khối"
    )
    year.record(covenant, actuals=("94", None, None, None), is_estimated=True)
    services.register_award(
        cycle=year.cycle, unit=year.units[0], award_text="Cờ", by=year.heads[0], at=SPRING
    )
    year.set_phase(Phase.CLOSED)
    result = Result.objects.get()

    with refused("the cycle of this row is closed"):
        Covenant.objects.filter(pk=covenant.pk).update(status="replaced")
    with refused("the cycle of this row is closed"):
        Movement.objects.update(name="B")
    with refused("the cycle of this row is closed"):
        Participation.objects.create(movement=movement, unit=year.units[0], outcome="Tốt", **people(year))
    with refused("the cycle of this row is closed"):
        InitiativeCount.objects.create(cycle=year.cycle, level="province", count=1, **people(year))
    with refused("the cycle of this row is closed"):
        UnitReport.objects.create(cycle=year.cycle, unit=year.units[0], period=Period.MID)
    with refused("the cycle of this row is closed"):
        Registration.objects.all().delete()
    with refused("a reported result does not change"):
        Result.objects.update(actual=95)
    with refused("a reported result does not change"):
        Result.objects.create(
            assignment=result.assignment,
            period=Period.YEAR,
            actual=1,
            recorded_at=WINTER,
            recorded_by=year.chair,
        )
    assert following(result).version == 2
