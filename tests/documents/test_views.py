from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import SecurityKind
from accounts.models import SecurityEvent
from config.kit import blobs
from documents import queries, services
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Comment, Document, Upload
from tests.factories.documents import NOON, TINY_PDF, Year, fresh
from tests.factories.html_forms import form_to

pytestmark = pytest.mark.django_db

SLUGS = ["kien-giang", "khoi-4", 2019]
FAR = "01/01/2090"


@pytest.fixture
def chair(client, year):
    client.force_login(year.chair)
    return client


def page_of(response):
    return " ".join(response.content.decode().split())


def test_the_years_papers_are_listed_with_state_number_and_pdf(chair, year):
    document = year.issued()
    page = page_of(chair.get(reverse("cycle_documents", args=SLUGS)))

    assert "07/KH-KTĐ4" in page
    assert "Đã ban hành" in page
    assert reverse("document_pdf", args=[document.pk]) in page


# The menu and the session ask some of these.
MOST_QUERIES = 15


@pytest.mark.parametrize("address", ["cycle_documents", "documents"])
def test_lists_ask_the_same_number_of_queries_whatever_the_rows(
    chair, year, address, django_assert_max_num_queries
):
    def queries_with(rows):
        while Document.objects.count() < rows:
            number = str(Document.objects.count() + 1)
            year.issue(year.final(subject=f"Số {number}"), number=number)
        with django_assert_max_num_queries(MOST_QUERIES) as asked:
            response = chair.get(reverse(address, args=SLUGS if address == "cycle_documents" else []))
        assert page_of(response).count("/KH-KTĐ4") == rows
        return len(asked.captured_queries)

    assert queries_with(1) == queries_with(3)


def test_a_page_of_a_paper_asks_the_same_number_of_queries_whatever_its_signatures(
    chair, year, django_assert_max_num_queries
):
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước")

    def queries_with(units):
        services.ask_signatures(document=final, units=units, by=year.chair, at=NOON)
        with django_assert_max_num_queries(PAGE_QUERIES) as asked:
            chair.get(final.get_absolute_url())
        return len(asked.captured_queries)

    assert queries_with(year.units[:1]) == queries_with(year.units)


PAGE_QUERIES = 30


@pytest.mark.parametrize("name", ["document", "document_pdf", "document_edit"])
def test_a_paper_of_another_province_is_not_found(client, year, name):
    document = year.issued()
    client.force_login(Year(slug="khac").chair)

    assert client.get(reverse(name, args=[document.pk])).status_code == 404
    assert client.get(reverse("cycle_documents", args=SLUGS)).status_code == 404
    assert client.get(reverse("cycle_archive", args=SLUGS)).status_code == 404


def test_nobody_reads_without_signing_in(client, year):
    document = year.issued()

    for address in (
        reverse("document", args=[document.pk]),
        reverse("documents"),
        reverse("cycle_documents", args=SLUGS),
    ):
        assert client.get(address).status_code == 302


def test_a_member_sees_no_draft_and_is_told_why_not_to_draft(client, year):
    draft = year.draft()
    client.force_login(year.officers[2])

    assert client.get(reverse("document", args=[draft.pk])).status_code == 404
    page = page_of(client.get(reverse("cycle_documents", args=SLUGS)))
    assert "Chỉ đơn vị Khối trưởng hoặc Khối phó của năm thi đua làm được việc này." in page
    assert reverse("document_draft", args=[*SLUGS, "plan"]) not in page


def test_a_kind_written_from_data_is_not_typed(chair):
    assert chair.get(reverse("document_draft", args=[*SLUGS, "covenant"])).status_code == 404


def test_a_paper_is_drafted_settled_and_issued_in_the_browser(chair, year):
    address = reverse("document_draft", args=[*SLUGS, "plan"])
    assert "Kế hoạch" in page_of(chair.get(address))
    typed = {"title": "Kế hoạch", "subject": "Hoạt động", "body": "I. MỤC ĐÍCH"}
    chair.post(address, typed)
    document = Document.objects.get()
    chair.post(reverse("document_edit", args=[document.pk]), {**typed, "body": "I. KHÁC"})
    chair.post(reverse("document_finalize", args=[document.pk]))
    response = chair.post(
        reverse("document_issue", args=[document.pk]),
        {
            "number": "5",
            "symbol": "KH-KTĐ4",
            "issued_on": "02/05/2019",
            "signatory_name": "A",
            "prints_code": "on",
        },
        follow=True,
    )

    assert fresh(document).number_line == "05/KH-KTĐ4"
    assert "Đã ban hành văn bản." in page_of(response)
    pdf = chair.get(reverse("document_pdf", args=[document.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert blobs.sha256_of(pdf.content) == fresh(document).issued_file.sha256


def test_a_refused_issue_keeps_what_was_typed_and_says_why(chair, year):
    year.issued(number="07")
    final = year.final(subject="Hai")
    response = chair.post(
        reverse("document_issue", args=[final.pk]),
        {"number": "7", "symbol": "KH-KTĐ4", "issued_on": "02/05/2019", "signatory_name": "Lê Văn Giữ"},
    )

    assert response.status_code == 422
    assert "Số 07/KH-KTĐ4 đã dùng trong năm 2019." in page_of(response)
    assert "Lê Văn Giữ" in page_of(response)
    assert fresh(final).status == DocumentStatus.FINAL
    assert (
        chair.post(reverse("document_issue", args=[final.pk]), {"issued_on": "31/02/2019"}).status_code == 422
    )


def test_an_edit_of_an_old_version_shows_both_texts(chair, year):
    draft = year.draft()
    address = reverse("document_edit", args=[draft.pk])
    read = form_to(page_of(chair.get(address)), address)
    services.edit_document(document=draft, changes={"body": "bản của người khác"}, by=year.chair, at=NOON)
    response = chair.post(address, {**read, "body": "bản của tôi"})

    assert response.status_code == 409
    assert "bản của người khác" in page_of(response)
    assert "bản của tôi" in page_of(response)
    assert fresh(draft).body == "bản của người khác"


def test_a_refused_draft_and_an_incomplete_one_stay_on_the_page(client, year):
    client.force_login(year.officers[2])
    address = reverse("document_draft", args=[*SLUGS, "plan"])

    assert client.post(address, {"title": "Kế hoạch"}).status_code == 422
    assert client.post(address, {"title": ""}).status_code == 422
    assert not Document.objects.exists()


def test_a_draft_goes_out_for_comments_and_is_answered(client, year):
    draft = year.draft()
    client.force_login(year.chair)
    assert (
        client.post(reverse("document_consult", args=[draft.pk]), {"due_on": "01/01/2019"}).status_code == 422
    )
    client.post(reverse("document_consult", args=[draft.pk]), {"due_on": FAR})
    client.force_login(year.officers[2])
    assert "Ý kiến của đơn vị anh, chị" in page_of(client.get(reverse("document", args=[draft.pk])))
    assert client.post(reverse("document_comment", args=[draft.pk]), {"text": ""}).status_code == 422
    client.post(reverse("document_comment", args=[draft.pk]), {"text": "Bổ sung <b>hạn</b>"})
    comment = Comment.objects.get()
    answer = reverse("comment_answer", args=[draft.pk, comment.pk])
    assert client.post(answer, {"is_accepted": "yes"}).status_code == 422
    client.force_login(year.chair)
    client.post(answer, {"is_accepted": "no", "response": "đã có ở Điều 4"})
    page = page_of(client.get(reverse("document", args=[draft.pk])))

    assert "Bổ sung &lt;b&gt;hạn&lt;/b&gt;" in page
    assert "đã có ở Điều 4" in page
    assert "Chưa góp ý không có nghĩa là thống nhất." in page


def test_units_are_asked_sign_and_a_second_signature_is_refused(client, year):
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước")
    client.force_login(year.chair)
    client.post(reverse("document_ask", args=[final.pk]))
    first, second, third = queries.signings_of(final)
    client.post(reverse("signing_absent", args=[final.pk, second.pk]), {"reason": "công tác"})
    client.force_login(year.heads[2])
    sign = reverse("signing_sign", args=[final.pk, third.pk])
    client.post(sign, {f"s{third.pk}-capacity": "GIÁM ĐỐC"})
    again = client.post(sign, {})

    assert again.status_code == 422
    third.refresh_from_db()
    assert (third.state, third.capacity) == (SigningState.SIGNED, "GIÁM ĐỐC")
    refused = client.post(reverse("signing_refuse", args=[final.pk, first.pk]), {"reason": "không phải tôi"})
    assert refused.status_code == 403
    client.force_login(year.heads[0])
    client.post(reverse("signing_refuse", args=[final.pk, first.pk]), {"reason": "chỉ tiêu cao"})
    assert "chỉ tiêu cao" in page_of(client.get(reverse("document", args=[final.pk])))


def test_all_are_recorded_at_the_meeting_with_and_without_a_scan(chair, year):
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước")
    chair.post(reverse("document_ask", args=[final.pk]))
    scan = SimpleUploadedFile("ban-ky.pdf", TINY_PDF)
    chair.post(
        reverse("document_signed_at_meeting", args=[final.pk]), {"file": scan, "signed_on": "02/04/2019"}
    )

    assert {signing.scan.name for signing in queries.signings_of(final)} == {"ban-ky.pdf"}
    other = year.final(DocumentKind.COVENANT, title="Bản giao ước", subject="Hai")
    chair.post(reverse("document_ask", args=[other.pk]))
    meeting = reverse("document_signed_at_meeting", args=[other.pk])
    assert chair.post(meeting).status_code == 422
    chair.post(meeting, {"signed_on": "02/04/2019"})
    assert queries.all_settled(other)


def test_files_are_sent_opened_and_versioned(chair, year):
    draft = year.draft()
    chair.post(reverse("document_upload", args=[draft.pk]), {"file": SimpleUploadedFile("a.pdf", TINY_PDF)})
    upload = Upload.objects.get()
    response = chair.get(upload.get_absolute_url())

    assert b"".join(response.streaming_content) == TINY_PDF
    assert response["Content-Disposition"].startswith("inline")
    chair.post(
        reverse("upload_new_version", args=[upload.code]),
        {"file": SimpleUploadedFile("a.pdf", TINY_PDF + b"2")},
    )
    assert Upload.objects.filter(previous=upload).exists()
    bad = chair.post(
        reverse("document_upload", args=[draft.pk]), {"file": SimpleUploadedFile("a.pdf", b"MZ")}
    )
    assert bad.status_code == 422
    assert "Không nhận loại tệp này" in page_of(bad)
    none = chair.post(reverse("upload_new_version", args=[upload.code]), {})
    assert none.status_code == 403


def test_office_files_are_downloaded_and_images_are_boxed_in(chair, year):
    image = services.upload_file(
        name="a.png", content=b"\x89PNG\r\n\x1a\n", cycle=year.cycle, by=year.chair, at=NOON
    )
    response = chair.get(image.get_absolute_url())

    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    b"".join(response.streaming_content)


def test_a_file_of_another_province_is_not_found(client, year):
    upload = services.upload_file(name="a.pdf", content=TINY_PDF, cycle=year.cycle, by=year.chair, at=NOON)
    client.force_login(Year(slug="khac").chair)

    assert client.get(upload.get_absolute_url()).status_code == 404


def test_an_issued_paper_is_replaced_and_withdrawn_with_reasons(chair, year):
    document = year.issued()
    assert chair.post(reverse("document_replace", args=[document.pk]), {}).status_code == 403
    response = chair.post(reverse("document_replace", args=[document.pk]), {"reason": "sai số liệu"})
    draft = Document.objects.get(supersedes=document)

    assert response.url == draft.get_absolute_url()
    chair.post(reverse("document_discard", args=[draft.pk]))
    chair.post(reverse("document_withdraw", args=[document.pk]), {"reason": "ban hành nhầm"})
    assert "ban hành nhầm" in page_of(chair.get(document.get_absolute_url()))


def test_a_settled_paper_is_reopened(chair, year):
    final = year.final()
    chair.post(reverse("document_reopen", args=[final.pk]))

    assert fresh(final).status == DocumentStatus.DRAFT


def test_all_my_papers_are_filtered(chair, year):
    year.issued(number="07", subject="Quy chế hoạt động")
    year.draft(DocumentKind.LAUNCH, title="Phát động", subject="Thi đua nước rút")

    def found(**query):
        return page_of(chair.get(reverse("documents"), query))

    assert "Quy chế hoạt động" in found(q="quy che")
    assert "Thi đua nước rút" not in found(q="quy che")
    assert "Quy chế hoạt động" in found(q="07/KH-KTĐ4")
    assert "Thi đua nước rút" in found(kind="launch")
    assert "Quy chế hoạt động" not in found(kind="launch")
    assert "Không có văn bản nào" in found(status="withdrawn")
    assert "Thi đua nước rút" in found(trang="99")


def test_anybody_verifies_an_issued_paper_and_compares_a_file(client, year):
    document = year.issued()
    code = document.issued_file.verification_code
    address = reverse("verification", args=[code])
    page = page_of(client.get(address))

    for shown in (
        "07/KH-KTĐ4",
        "02/05/2019",
        "Khối thi đua 4",
        document.issued_file.sha256,
        "đang có hiệu lực",
    ):
        assert shown in page
    stored = blobs.get(document.issued_file.sha256)
    assert "trùng khớp" in page_of(client.post(address, {"file": SimpleUploadedFile("a.pdf", stored)}))
    assert "Tệp khác" in page_of(client.post(address, {"file": SimpleUploadedFile("a.pdf", stored + b" ")}))
    assert client.post(address, {}).status_code == 422
    services.withdraw_document(document=document, reason="nhầm", by=year.chair, at=NOON)
    assert "đã bị thu hồi" in page_of(client.get(address))


def test_an_unknown_code_is_said_to_be_unknown(client):
    assert client.get(reverse("verification", args=["AAAA-BBBB-CCCC"])).status_code == 404
    assert client.get(reverse("verification_search")).status_code == 200
    assert client.post(reverse("verification_search"), {"code": "aaaa-bbbb"}).url == reverse(
        "verification", args=["AAAA-BBBB"]
    )


def test_codes_are_not_tried_by_the_hundred(client):
    address = reverse("verification", args=["AAAA-BBBB-CCCC"])
    answers = {client.get(address, REMOTE_ADDR="203.0.113.9").status_code for _ in range(61)}

    assert answers == {404, 429}
    assert (
        client.get(address, REMOTE_ADDR="203.0.113.10", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    )


def test_the_archive_is_for_the_secretariat(client, year):
    year.issued()
    client.force_login(year.chair)
    assert client.get(reverse("cycle_archive", args=SLUGS))["Content-Type"] == "application/zip"
    taken = SecurityEvent.objects.get()
    assert (taken.kind, taken.user) == (SecurityKind.EXPORTED, year.chair)
    assert taken.note == "ho-so-khoi-4-2019.zip (kien-giang/khoi-4/2019)"
    client.force_login(year.officers[2])
    assert client.get(reverse("cycle_archive", args=SLUGS)).status_code == 403


def test_a_grey_button_says_why(client, year):
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước")
    services.ask_signatures(document=final, units=year.units, by=year.chair, at=timezone.now())
    client.force_login(year.chair)

    assert "Còn 3 bên chưa ký: Sở số 1, Sở số 2, Sở số 3." in page_of(client.get(final.get_absolute_url()))


def test_a_provinces_paper_has_its_page(client, year):
    client.force_login(year.province_officer)
    address = reverse("document_draft_provincial", args=["kien-giang"])
    assert address in page_of(client.get(reverse("documents")))
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    client.post(address, {"title": "Thông báo", "subject": "A", "body": "x"})
    paper = Document.objects.get()
    assert client.get(paper.get_absolute_url()).status_code == 200
    client.post(reverse("document_finalize", args=[paper.pk]))
    client.post(
        reverse("document_issue", args=[paper.pk]),
        {"number": "1", "symbol": "TB-BTĐKT", "issued_on": "02/05/2019"},
    )
    assert fresh(paper).issued_on == date(2019, 5, 2)
    client.force_login(year.officers[2])
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert client.get(address).status_code == 404
