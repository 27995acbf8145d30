"""Every law of the tables, from behind the forms and the services."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import Error

from config.kit import blobs
from documents import services
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Comment, Consultation, Document, IssuedFile, NumberSeries, Signing, Upload
from tests.factories.documents import NOON, TINY_PDF, at, fresh

pytestmark = pytest.mark.django_db


def refused(act):
    with pytest.raises(Error), transaction.atomic():
        act()
    return True


@pytest.mark.parametrize(
    "change",
    [
        {"body": "khác"},
        {"number": "99"},
        {"issued_on": date(2019, 6, 1)},
        {"signatory_name": "Khác"},
        {"status": DocumentStatus.DRAFT},
        {"version": 9},
    ],
)
def test_an_issued_document_does_not_change(year, change):
    document = year.issued()

    assert refused(lambda: Document.objects.filter(pk=document.pk).update(**change))
    assert fresh(document).body == "I. MỤC ĐÍCH\nThi đua."


def test_an_issued_document_may_end_once_and_then_stays(year):
    document = year.issued()
    ended = {"status": DocumentStatus.WITHDRAWN, "ended_at": NOON, "ended_by": year.chair}
    Document.objects.filter(pk=document.pk).update(**ended)

    assert refused(lambda: Document.objects.filter(pk=document.pk).update(ended_reason="khác"))
    assert refused(
        lambda: Document.objects.filter(pk=document.pk).update(
            status=DocumentStatus.ISSUED, ended_at=None, ended_by=None
        )
    )


def test_an_issued_or_settled_document_is_not_deleted(year):
    final = year.final()
    document = year.issue(year.final(subject="Hai"), number="08")

    assert refused(lambda: Document.objects.filter(pk=document.pk).delete())
    assert refused(lambda: Document.objects.filter(pk=final.pk).delete())


def test_a_draft_is_deleted(year):
    draft = year.draft()
    Document.objects.filter(pk=draft.pk).delete()

    assert not Document.objects.filter(pk=draft.pk).exists()


def test_a_draft_does_not_jump_to_issued(year):
    draft = year.draft()

    assert refused(
        lambda: Document.objects.filter(pk=draft.pk).update(
            status=DocumentStatus.ISSUED,
            number="1",
            issued_on=date(2019, 1, 1),
            issued_at=NOON,
            issued_by=year.chair,
        )
    )


def test_the_text_of_a_settled_document_does_not_change(year):
    final = year.final()

    assert refused(lambda: Document.objects.filter(pk=final.pk).update(subject="khác"))


def test_a_signed_text_stays_even_when_the_status_is_moved_back(year):
    final = year.final(DocumentKind.COVENANT)
    (signing,) = services.ask_signatures(document=final, units=year.units[:1], by=year.chair, at=NOON)
    services.sign_document(signing=signing, by=year.heads[0], at=NOON)
    Document.objects.filter(pk=final.pk).update(status=DocumentStatus.DRAFT)

    assert refused(lambda: Document.objects.filter(pk=final.pk).update(body="khác"))


def test_the_same_number_and_symbol_twice_in_a_year_is_refused_by_the_database(year):
    first, second = year.issued(number="07"), year.final(subject="Hai")

    with pytest.raises(IntegrityError, match="document_number_once_a_year"), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(
            status=DocumentStatus.ISSUED,
            number=first.number,
            symbol=first.symbol,
            issued_on=date(2019, 12, 31),
            issued_at=NOON,
            issued_by=year.chair,
        )
    Document.objects.filter(pk=second.pk).update(
        status=DocumentStatus.ISSUED,
        number=first.number,
        symbol=first.symbol,
        issued_on=date(2020, 1, 2),
        issued_at=NOON,
        issued_by=year.chair,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"number": "5"},
        {"issued_on": date(2019, 1, 1)},
        {"issued_at": NOON},
        {"bloc": None},
        {"status": "lost"},
        {"kind": "letter"},
        {"ended_at": NOON},
    ],
)
def test_a_draft_carries_nothing_of_an_issue(year, change):
    draft = year.draft()

    assert refused(lambda: Document.objects.filter(pk=draft.pk).update(**change))


def test_a_numbered_kind_is_not_issued_without_number(year):
    final = year.final()

    with pytest.raises(IntegrityError, match="document_issued_with_its_number"), transaction.atomic():
        Document.objects.filter(pk=final.pk).update(
            status=DocumentStatus.ISSUED, issued_on=date(2019, 1, 1), issued_at=NOON, issued_by=year.chair
        )


def test_an_issued_file_never_changes(year):
    document = year.issued()

    assert refused(lambda: IssuedFile.objects.filter(document=document).update(sha256="0" * 64))
    assert refused(lambda: IssuedFile.objects.filter(document=document).delete())


def test_a_given_signature_never_changes(year):
    final = year.final(DocumentKind.COVENANT)
    signing, waiting = services.ask_signatures(document=final, units=year.units[:2], by=year.chair, at=NOON)
    services.sign_document(signing=signing, by=year.heads[0], at=NOON)

    assert refused(lambda: Signing.objects.filter(pk=signing.pk).update(state=SigningState.PENDING))
    assert refused(lambda: Signing.objects.filter(pk=signing.pk).update(signatory_name="Khác"))
    assert refused(lambda: Signing.objects.filter(pk=signing.pk).delete())
    Signing.objects.filter(pk=waiting.pk).update(capacity="GIÁM ĐỐC")


@pytest.mark.parametrize(
    "change",
    [
        {"state": SigningState.SIGNED},
        {"state": SigningState.SIGNED, "signed_at": NOON},
        {"state": SigningState.REFUSED, "signed_at": NOON},
        {"signed_at": NOON},
    ],
)
def test_a_signature_needs_person_time_method_or_reason(year, change):
    final = year.final(DocumentKind.COVENANT)
    (signing,) = services.ask_signatures(document=final, units=year.units[:1], by=year.chair, at=NOON)
    if "signed_at" in change and "state" in change:
        change = {**change, "signed_by": year.chair}

    assert refused(lambda: Signing.objects.filter(pk=signing.pk).update(**change))


def test_a_unit_is_asked_once_and_orders_are_unique(year):
    final = year.final(DocumentKind.COVENANT)
    services.ask_signatures(document=final, units=year.units[:1], by=year.chair, at=NOON)

    assert refused(lambda: Signing.objects.create(document=final, unit=year.units[0], party="x", order=9))
    assert refused(lambda: Signing.objects.create(document=final, unit=year.units[1], party="x", order=1))


def test_a_comment_says_something_and_stays(year):
    draft = year.draft()
    services.send_for_comments(document=draft, due_on=date(2019, 5, 10), by=year.chair, at=NOON)
    comment = services.comment_on_document(
        document=draft, unit=year.units[2], text="Góp ý", by=year.officers[2], at=NOON
    )
    consultation = Consultation.objects.get(document=draft)

    assert refused(lambda: Comment.objects.filter(pk=comment.pk).update(text="khác"))
    assert refused(lambda: Comment.objects.filter(pk=comment.pk).update(is_accepted=True))
    assert refused(
        lambda: Comment.objects.create(
            consultation=consultation, unit=year.units[1], text="", written_at=NOON, written_by=year.chair
        )
    )
    assert refused(
        lambda: Consultation.objects.create(
            document=draft, round=1, due_on=date(2019, 5, 10), opened_at=NOON, opened_by=year.chair
        )
    )


def test_a_number_series_never_counts_back_and_is_one_a_year(year):
    fields = {"province": year.province, "bloc": year.bloc, "symbol": "KH-KTĐ4", "year": 2019}
    series = NumberSeries.objects.create(last=5, **fields)

    assert refused(lambda: NumberSeries.objects.filter(pk=series.pk).update(last=4))
    assert refused(lambda: NumberSeries.objects.create(last=1, **fields))


def test_an_upload_keeps_its_content_and_is_not_deleted(year):
    upload = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[0], by=year.chair, at=NOON
    )

    assert refused(lambda: Upload.objects.filter(pk=upload.pk).update(sha256="0" * 64))
    assert refused(lambda: Upload.objects.filter(pk=upload.pk).delete())
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Upload.objects.create(
            province=year.province,
            name="b",
            sha256=blobs.sha256_of(b"b"),
            size=1,
            content_type="x",
            version=2,
            uploaded_at=at(),
            uploaded_by=year.chair,
        )


@pytest.mark.parametrize("symbol", ["kh-ktđ4", "KH - KTĐ4", "BC-KTĐ4", "KHKTĐ4", "KH-"])
def test_a_symbol_that_is_none_of_its_kind_is_refused_by_the_database(year, symbol):
    document = year.final()

    with pytest.raises(IntegrityError, match="document_symbol_of_its_kind"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(symbol=symbol)
    assert Document.objects.filter(pk=document.pk).update(symbol="KH-KTĐ4") == 1
