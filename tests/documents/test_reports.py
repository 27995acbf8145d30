import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from config.kit import blobs, pdf
from documents import queries, reports, services
from documents.enums import DocumentKind
from documents.rules import Paper
from tests.factories.documents import NOON, TINY_PDF, Year, at, fresh

pytestmark = pytest.mark.django_db

LONG = "\n".join(
    f"{number}. Đoạn văn số {number} đủ dài để văn bản sang trang sau, có dấu tiếng Việt."
    for number in range(1, 60)
)


def pages_of(content):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def text_of(content):
    return " ".join(pages_of(content))


def test_the_first_page_carries_the_elements_of_the_decree(year):
    document = year.issue(year.final(addressees="Hội đồng TĐKT tỉnh", bases="Căn cứ A\nCăn cứ B"), number="7")
    page = pages_of(reports.pdf_of(fresh(document)))[0]

    for element in (
        "HỘI ĐỒNG TĐKT TỈNH KIÊN GIANG",
        "KHỐI THI ĐUA 4",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 07/KH-KTĐ4",
        "Kiên Giang, ngày 02 tháng 5 năm 2019",
        "KẾ HOẠCH",
        "Hoạt động của khối năm 2019",
        "Kính gửi: Hội đồng TĐKT tỉnh.",
        "Căn cứ A; Căn cứ B.",
        "TM. KHỐI THI ĐUA 4 KHỐI TRƯỞNG",
        "Đặng Hồng Sơn",
        "Nơi nhận:",
        "- Lưu: VT, KTĐ4.",
    ):
        assert element in page.replace("\u00a0", " "), element
    assert "DỰ THẢO" not in page


def test_days_below_ten_and_months_one_and_two_carry_a_zero(year):
    document = year.issue(year.final(), number="12", issued_on=date(2019, 2, 6))
    page = pages_of(reports.pdf_of(fresh(document)))[0]

    assert "ngày 06 tháng 02 năm 2019" in page
    assert "Số: 12/KH-KTĐ4" in page


def test_the_page_number_stands_on_top_from_the_second_page_on(year):
    first, second = pages_of(reports.pdf_of(fresh(year.draft(body=LONG))))[:2]

    reader = PdfReader(BytesIO(reports.pdf_of(fresh(year.draft(body=LONG)))))
    tops = [_texts_above(page, 842 - 20 * 72 / 25.4) for page in reader.pages]
    assert tops[0] == ""
    assert tops[1] == "2"
    assert "Đoạn văn số 1 " in first
    assert "Đoạn văn số 1 " not in second


def _texts_above(page, height):
    """The text whose baseline lies in the top margin."""
    found = []

    def visit(text, ctm, tm, *_):
        baseline = ctm[1] * tm[4] + ctm[3] * tm[5] + ctm[5]
        if baseline > height and text.strip():
            found.append(text.strip())

    page.extract_text(visitor_text=visit)
    return "".join(found)


def test_the_page_is_a4_with_the_margins_of_the_decree(year):
    page = PdfReader(BytesIO(reports.pdf_of(fresh(year.draft(body=LONG))))).pages[0]

    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)


def test_only_embedded_liberation_serif_is_used(year):
    fonts = set()
    for page in PdfReader(BytesIO(reports.pdf_of(fresh(year.draft())))).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert (
                "/FontFile2" in descendant["/FontDescriptor"].get_object()
                or "/FontFile3" in descendant["/FontDescriptor"].get_object()
            )
            fonts.add(font.get_object()["/BaseFont"].split("+")[-1])
    assert fonts
    assert all("Liberation" in name or "Paper" in name for name in fonts), fonts


def test_a_draft_carries_the_mark_and_no_number(year):
    page = text_of(reports.pdf_of(fresh(year.draft())))

    assert "DỰ THẢO" in page
    assert "/KH-KTĐ4" in page
    assert "Số: 0" not in page


def test_minutes_have_no_place_and_day_and_two_signatures(year):
    document = year.final(DocumentKind.MINUTES_MEETING, title="Biên bản", subject="Hội nghị tổng kết")
    parties = [
        {"party": "Sở số 1", "office": "Thư ký", "signatory_name": "Lê Thị Thư"},
        {"party": "Sở số 1", "unit": year.units[0], "office": "Chủ tọa", "signatory_name": "Đặng Hồng Sơn"},
    ]
    services.ask_signatures(document=document, parties=parties, by=year.chair, at=NOON)
    page = text_of(reports.pdf_of(fresh(document)))

    assert "Kiên Giang, ngày" not in page
    assert page.index("THƯ KÝ") < page.index("CHỦ TỌA")
    assert "Lê Thị Thư" in page


def test_minutes_without_asked_signatures_leave_both_places(year):
    page = text_of(reports.pdf_of(fresh(year.draft(DocumentKind.HANDOVER))))

    assert "THƯ KÝ" in page
    assert "CHỦ TỌA" in page


def test_a_covenant_carries_a_grid_of_all_members_and_what_was_recorded(year):
    document = year.final(DocumentKind.COVENANT, title="Bản giao ước thi đua")
    first, second, third = services.ask_signatures(
        document=document, units=year.units, by=year.chair, at=NOON
    )
    services.sign_document(signing=first, by=year.heads[0], at=at(2019, 5, 2, 14, 32))
    services.mark_absent(signing=second, reason="công tác", by=year.chair, at=NOON)
    services.sign_document(
        signing=third, by=year.officers[2], at=at(2019, 5, 2, 15), mandate="Giấy ủy quyền số 01"
    )
    page = text_of(reports.pdf_of(fresh(document)))

    assert "Số:" not in page
    assert "SỞ SỐ 1" in page
    assert "Đã ký lúc 14:32 ngày 02/05/2019" in page
    assert "(Vắng, ký sau: công tác)" in page
    assert "theo Giấy ủy quyền số 01" in page


def test_a_regulation_is_issued_by_a_decision_and_counts_its_own_pages(year):
    document = year.draft(
        DocumentKind.REGULATION,
        title="Quyết định",
        subject="Quy chế hoạt động năm 2019",
        body=f"Chương I\nQuy định chung\n{LONG}",
    )
    pages = pages_of(reports.pdf_of(fresh(document)))

    assert "Về việc ban hành Quy chế hoạt động năm 2019" in pages[0].replace("\u00a0", " ")
    assert "Điều 1. Ban hành kèm theo Quyết định này" in pages[0]
    assert "QUY CHẾ Hoạt động năm 2019" in pages[1].replace("\u00a0", " ")
    assert "(Ban hành kèm theo Quyết định số …/QĐ-KTĐ4" in pages[1]
    reader = PdfReader(BytesIO(reports.pdf_of(fresh(document))))
    assert [_texts_above(page, 842 - 57) for page in reader.pages][:3] == ["", "", "2"]


def test_papers_of_units_and_of_the_province_carry_their_own_letterheads(year):
    own = services.draft_document(
        cycle=year.cycle,
        unit=year.units[2],
        kind="other",
        title="Báo cáo",
        subject="",
        by=year.heads[2],
        at=NOON,
    )
    of_province = services.draft_document(
        province=year.province, kind="other", title="Thông báo", subject="", by=year.province_officer, at=NOON
    )
    decision = services.draft_document(
        cycle=year.cycle, kind="decision", title="Quyết định", subject="", by=year.province_officer, at=NOON
    )

    assert reports.letterhead(own)["issuer"] == "Sở số 3"
    assert reports.letterhead(of_province)["issuer"] == "Ban Thi đua - Khen thưởng tỉnh"
    assert reports.letterhead(decision)["issuer"] == "Ủy ban nhân dân tỉnh Kiên Giang"
    assert reports.letterhead(decision)["symbol"] == "QĐ-UBND"


def test_illustrative_figures_are_said_on_every_page(year):
    year.cycle.is_illustrative = True
    year.cycle.save()
    pages = pages_of(reports.pdf_of(fresh(year.draft(body=LONG))))

    assert len(pages) > 1
    assert all("số liệu minh họa" in page for page in pages)


def test_real_figures_are_not_called_illustrative(year):
    assert "minh họa" not in text_of(reports.pdf_of(fresh(year.draft())))


def test_the_code_is_printed_only_when_wanted(year):
    document = year.issue(year.final(), number="1")
    other = year.issue(year.final(subject="Hai"), number="2", prints_code=False)

    assert document.issued_file.verification_code in text_of(reports.pdf_of(fresh(document)))
    assert "Mã xác thực" not in text_of(reports.pdf_of(fresh(other)))


def test_equal_input_gives_equal_bytes(year):
    draft = fresh(year.draft())

    assert reports.pdf_of(draft) == reports.pdf_of(draft)


def test_the_network_is_never_asked():
    with pytest.raises(ValueError, match="only use our own static files"):
        pdf.StaticFetcher().fetch("https://example.com/a.png")
    with pytest.raises(ValueError, match="only use our own static files"):
        pdf.StaticFetcher().fetch("file:///etc/passwd")
    with pytest.raises(ValueError, match="only use our own static files"):
        pdf.StaticFetcher().fetch(pdf.BASE_URL + "../../etc/passwd.txt")
    assert b"@page" in pdf.StaticFetcher().fetch(pdf.BASE_URL + pdf.STYLE).read()


def test_a_builder_of_another_app_gives_only_its_own_content(year, settings):
    settings.PAPER_BUILDERS = {DocumentKind.RANKING: "tests.documents.test_reports.ranking_paper"}
    reports._builders.cache_clear()
    try:
        document = year.draft(DocumentKind.RANKING, title="Bảng xếp hạng", body="")
        page = text_of(reports.pdf_of(fresh(document)))
        assert "Nhất" in page
        assert "KHỐI THI ĐUA 4" in page
        assert reports.issue_gaps(document) == ("Chưa xếp hạng.",)
    finally:
        reports._builders.cache_clear()


def ranking_paper(document):
    return Paper("documents/pdf/typed.html", {"lines": reports.lines_of("Nhất")}, ("Chưa xếp hạng.",))


def test_the_archive_holds_every_issued_paper_as_stored(year):
    document = year.issued()
    year.draft()
    packed = ZipFile(BytesIO(reports.archive_zip(year.cycle)))
    path = "van-ban/01-ke-hoach-07-kh-ktd4.pdf"
    names = [item.path for item in reports.archive(year.cycle)]

    assert names == [path]
    if path in packed.namelist():
        assert json.loads(packed.read("index.json"))["sha256"][path] == document.issued_file.sha256
    services.withdraw_document(document=document, reason="nhầm", by=year.chair, at=NOON)
    assert reports.archive(year.cycle)[0].path == "van-ban/01-ke-hoach-07-kh-ktd4-da-thu-hoi.pdf"
    assert blobs.sha256_of(reports.archive(year.cycle)[0].render()) == document.issued_file.sha256


def test_todos_name_signatures_and_comments_in_three_queries(year, django_assert_num_queries):
    draft = year.draft(subject="Dự thảo A")
    services.send_for_comments(document=draft, due_on=date(2019, 5, 10), by=year.chair, at=NOON)
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước", subject="2019")
    services.ask_signatures(document=final, units=year.units, by=year.chair, at=NOON)

    with django_assert_num_queries(3):
        todos = queries.todos_for(year.heads[2], NOON)
    assert [(todo.text, todo.due_on) for todo in todos] == [
        ("Ký Bản giao ước 2019", None),
        ("Góp ý dự thảo Kế hoạch Dự thảo A", date(2019, 5, 10)),
    ]
    services.comment_on_document(
        document=draft, unit=year.units[2], text="", agrees=True, by=year.heads[2], at=NOON
    )
    assert [todo.text for todo in queries.todos_for(year.heads[2], NOON)] == ["Ký Bản giao ước 2019"]
    assert queries.todos_for(year.officers[2], NOON) == []
    assert queries.todos_for(year.province_officer, NOON) == []


def test_search_finds_by_words_without_marks_and_by_number(year):
    document = year.issued(number="3387", subject="Quy chế hoạt động")
    Year(slug="khac").issued(number="3387", subject="Quy chế hoạt động")

    for words in ("quy che", "3387", "3387/KH-KTĐ4", "Quy chế"):
        hits = queries.search_for(year.officers[2], words, NOON)
        assert [hit.url for hit in hits] == [f"/van-ban/{document.pk}/"], words
    assert queries.search_for(year.officers[2], "  ", NOON) == []
    assert queries.search_for(year.officers[2], "giao ước", NOON) == []


def test_uploads_are_read_by_unit_secretariat_and_province_only(year):
    kept = {"name": "a.pdf", "content": TINY_PDF, "cycle": year.cycle, "at": NOON}
    own = services.upload_file(unit=year.units[2], by=year.officers[2], **kept)
    shared = services.upload_file(is_shared=True, by=year.chair, **kept)

    def sees(user):
        return set(queries.uploads_for(user, NOON))

    assert (
        sees(year.officers[2])
        == sees(year.chair)
        == sees(year.officers[1])
        == sees(year.province_officer)
        == {
            own,
            shared,
        }
    )
    fourth = Year(slug="khac")
    assert sees(fourth.chair) == set()
    assert sees(fourth.province_officer) == set()


def test_another_member_does_not_read_a_units_file_or_paper():
    year = Year(units=4)
    upload = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[2], by=year.officers[2], at=NOON
    )
    paper = services.draft_document(
        cycle=year.cycle,
        unit=year.units[2],
        kind="other",
        title="x",
        subject="",
        by=year.officers[2],
        at=NOON,
    )

    assert upload not in queries.uploads_for(year.officers[3], NOON)
    assert paper not in queries.documents_for(year.officers[3], NOON)
    assert paper in queries.documents_for(year.officers[2], NOON)
    assert paper in queries.documents_for(year.chair, NOON)
