import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from covenants import queries, reports, services
from covenants.enums import CovenantLevel
from documents.models import Document
from documents.reports import archive_of, html_of, issue_gaps, pdf_of, text_fingerprint
from tests.factories.covenants import SPRING, SUMMER, fresh_covenant
from tests.factories.documents import fresh

pytestmark = pytest.mark.django_db


def text_of(content):
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def paper(covenant):
    return fresh(Document.objects.get(pk=covenant.document_id))


def test_the_paper_prints_contents_targets_parties_and_a_place_for_each_signature(year):
    covenant = year.signing()
    services.sign_covenant(covenant=covenant, unit=year.units[0], by=year.heads[0], at=SPRING)
    text = text_of(pdf_of(paper(covenant)))

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "BẢN GIAO ƯỚC THI ĐUA" in text.upper()
    assert "Số:" not in text
    assert "I. PHÁT TRIỂN KINH TẾ - XÃ HỘI" in text
    assert "II. CHẤP HÀNH CHỦ TRƯƠNG" in text
    for words in (
        "1 Tỷ lệ hồ sơ đúng hạn % ≥ 95",
        "2 Số vụ vi phạm vụ ≤ 2",
        "3 Số cuộc họp giao ban cuộc = 12",
    ):
        assert words in text
    assert "lập thành 03 bản có giá trị như nhau, mỗi bên giữ 01 bản./." in text
    assert all(text.upper().count(f"SỞ SỐ {place}") >= 2 for place in (1, 2, 3))
    assert "Thủ trưởng 1" in text
    assert "Đã ký lúc 09:00 ngày 20/03/2019" in text
    assert "DỰ THẢO" in text


def test_signers_see_one_text_whoever_has_signed(year):
    covenant = year.signing()
    before = text_fingerprint(paper(covenant))
    services.sign_covenant(covenant=covenant, unit=year.units[0], by=year.heads[0], at=SPRING)

    assert text_fingerprint(paper(covenant)) == before
    assert queries.signings_of(covenant)[0].text_sha256 == before


def test_a_draft_and_a_replaced_covenant_are_not_issued(year):
    covenant = year.written()
    assert issue_gaps(paper(covenant)) == ("Giao ước chưa được ghi nhận là đã thống nhất.",)
    year.adopt(covenant)
    assert issue_gaps(paper(covenant)) == ()
    year.adopt(services.amend_covenant(covenant=covenant, reason="x", by=year.chair, at=SPRING))
    assert issue_gaps(paper(covenant)) == ("Bản giao ước này đã được thay bằng bản sau.",)


def test_own_values_come_as_an_appendix_and_made_up_targets_say_so(year):
    covenant = year.written(is_illustrative=True, opening="Mở đầu riêng")
    services.set_assignments(
        target=covenant.targets.get(number=1),
        values={year.units[0].pk: 90, year.units[1].pk: services.NOT_ASSIGNED},
        by=year.chair,
        at=SPRING,
    )
    services.edit_content(
        content=covenant.contents.get(position=1),
        title="Nội dung một",
        note="Diễn giải một",
        by=year.chair,
        at=SPRING,
    )
    body, appendix = html_of(paper(covenant))

    assert "Mở đầu riêng" in body
    assert "Diễn giải một" in body
    assert "Nội dung, chỉ tiêu là số liệu minh họa." in body
    assert "≥\u00a090" in appendix
    assert "Không giao" in appendix
    text = text_of(pdf_of(paper(covenant)))
    assert "(Kèm theo Bản giao ước thi đua năm 2019 của Khối thi đua 4)" in text


def test_the_covenant_with_the_province_has_one_copy_more(year):
    year.adopted()
    covenant = year.written(level=CovenantLevel.PROVINCE)

    assert "lập thành 04 bản" in html_of(paper(covenant))[0]


def test_a_signed_covenant_is_issued_without_a_number_and_stays(year):
    covenant = year.signed()
    issued = year.issue(paper(covenant), number="")
    before = pdf_of(fresh(issued))
    year.bloc.name = "Tên khác"
    year.bloc.save()

    assert pdf_of(fresh(issued)) == before
    assert "DỰ THẢO" not in text_of(before)


def test_the_archive_holds_targets_and_results(year):
    covenant = year.executing()
    year.record(covenant)
    year.send()
    files = {item.path: item.render for item in archive_of(year.cycle)}
    book = load_workbook(BytesIO(files["giao-uoc/chi-tieu.xlsx"]()))
    rows = [[cell.value for cell in row] for row in book["Giao ước"].iter_rows()]

    assert ["4", "Đảng bộ trong sạch, vững mạnh", "", "Có"] in [
        [value or "" for value in row] for row in rows
    ]
    assert "giao-uoc/ket-qua.xlsx" in files
    assert load_workbook(BytesIO(files["giao-uoc/ket-qua.xlsx"]()))["6 tháng"].max_row > 6


def test_the_archive_of_a_year_without_a_covenant_has_no_targets(year):
    assert "giao-uoc/chi-tieu.xlsx" not in {item.path for item in reports.archive(year.cycle)}


def test_the_table_of_what_was_sent(year):
    covenant = year.executing()
    year.record(covenant)
    year.send()
    rows = queries.report_rows(year.cycle, "mid", SUMMER.date())
    table = reports.reports_table(rows)

    assert [[cell["text"] for cell in row["cells"]][1:5] for row in table.drawn()][:2] == [
        ["Sở số 1", "", "01/07/2019", "Đúng hạn"],
        ["Sở số 2", "", "", "Chưa gửi"],
    ]
    assert fresh_covenant(covenant).cycle == year.cycle
