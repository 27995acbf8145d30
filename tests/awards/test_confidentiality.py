"""What an agency reports, and what the province thinks before the decision, reaches nobody who may not read it."""

import io
import zipfile
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from awards import queries, reports, services
from awards.enums import AppraisalVerdict, ProposalState
from awards.models import Appraisal, Nomination, Proposal
from awards.queries.nominations import HELD_WORDS
from blocs.enums import Phase, Role, Secrecy
from blocs.queries import hits_for, standing_in
from blocs.reports import digest_for
from blocs.rules import OPEN_FROM, READERS
from config.kit.pdf import from_html
from documents.models import Document
from documents.reports import archive_zip
from tests.factories.awards import MORNING, NOON, AwardYear
from tests.factories.opened import words_in

pytestmark = pytest.mark.django_db

COMPLAINT, VERDICT = "dấu-đơn-tố-cáo", "dấu-ý-kiến-thẩm-định"


@pytest.fixture
def year():
    """A dossier at the province: a complaint holds one nomination, and the officer has written his mind on it."""
    year = AwardYear(phase=Phase.APPRAISING)
    held = Nomination.objects.create(
        cycle=year.cycle, unit=year.units[2], award_type=year.flag, rank=1, score=90, agreed_how="Thống nhất"
    )
    services.record_vetting(
        unit=held.unit, agency="Thanh tra tỉnh", finding=COMPLAINT, from_on=MORNING.date(), by=year.boss, at=MORNING
    )  # fmt: skip
    Proposal.objects.create(
        cycle=year.cycle, state=ProposalState.APPRAISING, submitted_at=MORNING, submitted_by=year.chair
    )
    services.appraise_nomination(
        nomination=held, verdict=AppraisalVerdict.RETURN, reason=VERDICT, by=year.province_officer, at=NOON
    )
    return year


def people(year):
    return {
        "unit concerned": year.officers[2],
        "its head": year.heads[2],
        "chair": year.chair,
        "member": year.officers[3],
        "officer": year.province_officer,
        "head of the office": year.boss,
        "council": year.council,
        "auditor": year.auditor,
        "administrator": year.admin,
        "outsider": year.outsider,
    }


READS = {"officer", "head of the office", "council", "auditor"}


def addresses(year):
    """Every address of the site that needs no more than the province or the year to be named."""
    slugs = year.cycle.slugs
    for name, (forms, *_) in get_resolver().reverse_dict.items():
        if not isinstance(name, str) or name.startswith(("mfa_", "account_")):
            continue
        for given in ((), slugs[:1], slugs[:2], slugs):
            if any(len(names) == len(given) for _, names in forms):
                with suppress(NoReverseMatch):  # what is named by a key, not by province or year
                    yield reverse(name, args=given)


@pytest.mark.parametrize(
    "person", ["unit concerned", "its head", "chair", "member", "administrator", "outsider"]
)
def test_no_address_tells_who_may_not_read(year, person):
    client = Client(raise_request_exception=False)
    client.force_login(people(year)[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    opened = 0
    for address in addresses(year):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        opened += answer.status_code == 200
        for marker in (COMPLAINT, VERDICT):
            assert marker not in words_in(body), address
    assert opened > 3
    for marker in (COMPLAINT, VERDICT):
        assert hits_for(people(year)[person], marker, NOON) == []


@pytest.mark.parametrize("person", sorted(READS))
def test_who_may_read_finds_both_on_the_page_of_the_dossier(year, person):
    client = Client()
    client.force_login(people(year)[person])
    page = client.get(reverse("proposal", args=year.cycle.slugs)).content.decode()

    assert COMPLAINT in page
    assert VERDICT in page


def test_the_members_read_the_state_in_words(year):
    client = Client()
    for person in (year.officers[2], year.chair, year.officers[3]):
        client.force_login(person)
        assert HELD_WORDS in client.get(reverse("proposal", args=year.cycle.slugs)).content.decode()


def test_an_officer_of_the_unit_concerned_reads_of_it_what_the_unit_reads(year):
    own = year.officers[2]
    year.cycle.bloc.province.appointments.create(user=own, role=Role.PROVINCE_OFFICER, from_on=MORNING.date())
    who = standing_in(year.cycle, own, NOON)
    (found,) = queries.nominations_for(who, year.cycle)

    assert who.reads(Secrecy.VETTING, year.cycle.phase)
    assert (found.told_hold, list(found.appraisals.all())) == (HELD_WORDS, [])


def test_after_the_decision_the_appraisal_is_for_the_bloc_and_the_complaint_still_is_not(year):
    who = standing_in(year.cycle, year.officers[3], NOON)
    assert not list(queries.nominations_for(who, year.cycle)[0].appraisals.all())
    year.go(Phase.DECIDED)
    (found,) = queries.nominations_for(who, year.cycle)

    assert [word.reason for word in found.appraisals.all()] == [VERDICT]
    assert found.told_hold == HELD_WORDS


def test_no_paper_and_no_archive_carries_the_complaint(year):
    paper = reports.submission_paper(Document(cycle=year.cycle))

    assert paper.context["held"] == [year.units[2].name]
    assert COMPLAINT not in repr(paper.context)
    assert Appraisal.objects.count() == 1
    for content in (reports.nominations_xlsx(year.cycle), archive_zip(year.cycle)):
        assert year.units[2].name.replace(" ", "") in words_in(content)
        assert COMPLAINT not in words_in(content)
        assert VERDICT not in words_in(content)


def test_words_are_found_in_a_paper_inside_an_archive():
    """Else the tests here would pass whatever papers said."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("giay.pdf", from_html(f"<p>{COMPLAINT}</p>"))

    assert COMPLAINT in words_in(packed.getvalue())


def test_no_mail_of_the_night_carries_the_texts(year):
    """Not even to who may read them on the page: a mailbox is read by others, too."""
    letters = [digest for person in people(year).values() if (digest := digest_for(person, timezone.now()))]

    assert letters
    for subject, text in letters:
        assert not any(marker in subject + text for marker in (COMPLAINT, VERDICT))


def test_every_class_of_secrecy_but_the_blocs_says_who_reads_it():
    assert set(READERS) == set(OPEN_FROM) == set(Secrecy) - {Secrecy.BLOC}
