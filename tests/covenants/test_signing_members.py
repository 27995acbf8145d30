"""Who signs when members come and go, or when signatures and adoption cross."""

from datetime import date

import pytest

from blocs.enums import Phase, Role
from blocs.models import Membership, Unit
from covenants import gates, queries, services
from covenants.enums import AdoptionForm, CovenantStatus
from covenants.rules import read_targets
from documents import reports as paper_reports
from documents import services as papers
from documents.models import Signing
from tests.factories.documents import Year, at, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def covenant_builder_alone(settings):
    settings.PAPER_BUILDERS = {"covenant": "covenants.reports.covenant_paper"}
    paper_reports._builders.cache_clear()
    yield
    paper_reports._builders.cache_clear()


@pytest.fixture
def year(db):
    return Year(phase=Phase.LAUNCHING)


def draft(year):
    covenant = services.draft_covenant(cycle=year.cycle, by=year.chair, at=at(2019, 3, 1))
    content = services.add_content(covenant=covenant, title="Kinh tế", by=year.chair, at=at(2019, 3, 1))
    targets, errors = read_targets("Hồ sơ đúng hạn | % | ≥ 95\nCó kế hoạch")
    assert not errors
    services.add_targets(content=content, targets=targets, by=year.chair, at=at(2019, 3, 1))
    return covenant


def adopt(year, covenant):
    return services.adopt_covenant(
        covenant=covenant, form=AdoptionForm.CONSENSUS, on=date(2019, 3, 2), by=year.chair, at=at(2019, 3, 2)
    )


def join(year):
    unit = Unit.objects.create(province=year.province, name="Sở mới", short_name="Sở mới", slug="so-moi")
    Membership.objects.create(cycle=year.cycle, unit=unit, position=9)
    head = make_person("so-moi.tt@x", "Thủ trưởng mới", role=Role.UNIT_HEAD, unit=unit, title="Giám đốc")
    return unit, head


def test_A_member_who_joins_after_signing_is_noticed_by_the_gate(year):
    covenant = services.record_signed_at_meeting(
        covenant=adopt(year, draft(year)), by=year.chair, at=at(2019, 3, 3)
    )
    assert covenant.status == CovenantStatus.SIGNED
    join(year)
    assert gates.covenant_signed(year.cycle).missing


def test_B_member_who_joins_can_be_asked(year):
    covenant = services.open_signing(covenant=adopt(year, draft(year)), by=year.chair, at=at(2019, 3, 3))
    join(year)
    services.open_signing(covenant=covenant, by=year.chair, at=at(2019, 3, 4))
    assert Signing.objects.filter(document=covenant.document).count() == 4


def test_C_member_who_left_does_not_block(year):
    covenant = services.open_signing(covenant=adopt(year, draft(year)), by=year.chair, at=at(2019, 3, 3))
    Membership.objects.filter(unit=year.units[2]).update(left_on=date(2019, 3, 4))
    for unit, head in list(zip(year.units, year.heads, strict=False))[:2]:
        services.sign_covenant(covenant=covenant, unit=unit, by=head, at=at(2019, 3, 5))
    assert not gates.covenant_signed(year.cycle).missing


def test_D_signed_from_the_papers_page_before_adoption(year):
    covenant = draft(year)
    document = papers.finalize_document(document=covenant.document, by=year.chair, at=at(2019, 3, 2))
    papers.ask_signatures(document=document, units=year.units, by=year.chair, at=at(2019, 3, 2))
    for signing, head in zip(Signing.objects.order_by("order"), year.heads, strict=False):
        papers.sign_document(signing=signing, by=head, at=at(2019, 3, 2))
    adopt(year, covenant)
    assert queries.covenant_in_force(year.cycle).status == CovenantStatus.SIGNED


def test_E_all_signers_sign_one_text(year):
    covenant = services.open_signing(covenant=adopt(year, draft(year)), by=year.chair, at=at(2019, 3, 3))
    services.sign_covenant(covenant=covenant, unit=year.units[0], by=year.heads[0], at=at(2019, 3, 5))
    join(year)
    services.sign_covenant(covenant=covenant, unit=year.units[1], by=year.heads[1], at=at(2019, 3, 5))
    assert len(set(Signing.objects.filter(state="signed").values_list("text_sha256", flat=True))) == 1


def test_F_next_years_covenant_is_signed_while_its_year_is_being_prepared():
    year = Year(phase=Phase.PREPARING)
    covenant = services.record_signed_at_meeting(
        covenant=adopt(year, draft(year)), by=year.chair, at=at(2019, 3, 3)
    )
    assert covenant.status == CovenantStatus.SIGNED
