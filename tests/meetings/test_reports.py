import io
import zipfile
from datetime import date

import pypdf
import pytest

from awards import services as award_services
from blocs.queries import standing_in
from covenants.models import Movement
from documents import services as document_services
from documents.enums import DocumentKind
from documents.models import Document
from documents.reports import paper_of, pdf_of
from meetings import queries, reports, services
from meetings.enums import AttendanceRole, MeetingKind
from meetings.reports import bloc
from meetings.services import AttendanceRow
from tests.factories.covenants import SUMMER, CovenantYear
from tests.factories.documents import at
from tests.factories.meetings import MORNING, NOON, KienGiang, committee

pytestmark = pytest.mark.django_db


def text_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture
def held(kg):
    """The conference of 05/02/2020 as the article tells it."""
    kg.open_next()
    meeting = kg.plan(odd_date_reason="Bài viết ghi 02/05/2020, đăng ngày 13/02/2020.")
    kg.begin(meeting, ban_dantoc=kg.absent("Đi công tác"))
    guest = AttendanceRow(
        name="Ban Thi đua, khen thưởng tỉnh",
        representative="Trương Hoàng Anh",
        title="Phó Trưởng ban",
        role=AttendanceRole.GUEST,
    )
    rows = kg.rows(ban_dantoc=kg.absent("Đi công tác"), so_yte={"state": "late", "mandate": "GUQ 05"})
    services.record_attendance(meeting=meeting, rows=[*rows, guest], by=kg.chair, at=MORNING)
    for kind, slug, award in (
        ("award", "so-khcn", kg.flag),
        ("award", "so-gddt", kg.merit),
        ("vice", "so-khcn", None),
        ("chair", "so-dulich", None),
    ):
        poll = kg.agree(meeting, kind, slug, award)
        award_services.confirm_poll(poll=poll, by=kg.chair, at=MORNING)
    kg.settle_plain_items(meeting)
    return kg.end(meeting)


@pytest.fixture
def minutes(kg, held):
    return services.draft_minutes(meeting=held, by=kg.chair, at=NOON)


def test_the_minutes_say_exactly_what_the_article_says(kg, minutes):
    services.edit_minutes(
        minutes=minutes, additions={"course": "Các đơn vị thảo luận sôi nổi."}, by=kg.chair, at=NOON
    )
    text = text_of(pdf_of(minutes.document))

    assert "vào lúc 08 giờ 00 phút, ngày 05 tháng 02 năm 2020, tại Hội trường Sở LĐTBXH" in text
    assert "suy tôn Sở Khoa học và Công nghệ là đơn vị dẫn đầu, đề nghị tặng Cờ thi đua của UBND tỉnh" in text
    assert "đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh năm 2019 cho Sở Giáo dục và Đào tạo" in text
    assert "bầu Sở Du lịch làm Khối trưởng năm 2020" in text
    assert "bầu Sở Khoa học và Công nghệ làm Khối phó năm 2020" in text
    assert "Ban Dân tộc: Đi công tác" in text
    assert "đến muộn, theo GUQ 05" in text
    assert "Trương Hoàng Anh, Phó Trưởng ban, Ban Thi đua, khen thưởng tỉnh" in text
    assert "trình bày tại hội nghị, không biểu quyết" in text
    assert "Các đơn vị thảo luận sôi nổi." in text
    assert "kết thúc vào lúc 11 giờ 30 phút cùng ngày" in text
    assert "DỰ THẢO" in text


def test_no_ballot_figures_where_there_was_no_ballot(minutes):
    text = text_of(pdf_of(minutes.document)).lower()

    assert "phiếu" not in text
    assert "%" not in text


def test_minutes_have_a_number_and_no_place_and_date(kg, minutes):
    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)
    for person in (kg.chair, kg.chair_head):
        services.sign_minutes(minutes=minutes, by=person, at=NOON)
    document_services.issue_document(
        document=minutes.document, number="12", issued_on=date(2020, 2, 5), by=kg.chair, at=NOON
    )
    document = Document.objects.get(pk=minutes.document_id)
    text = text_of(pdf_of(document))

    assert "Số: 12/BB-KTĐ4" in text
    assert "Kiên Giang, ngày" not in text
    assert text.index("THƯ KÝ") < text.index("CHỦ TỌA")
    assert "DỰ THẢO" not in text


def test_minutes_ask_for_signatures_before_they_are_issued(kg, minutes):
    assert paper_of(minutes.document).missing == ()
    document = document_services.finalize_document(document=minutes.document, by=kg.chair, at=NOON)

    assert paper_of(document).missing == (
        "Biên bản chưa mời thư ký, chủ tọa ký. Hãy chốt biên bản ở trang hội nghị.",
    )


def test_a_corrected_version_says_why(kg, minutes):
    test_minutes_have_a_number_and_no_place_and_date(kg, minutes)
    second = services.correct_minutes(
        minutes=queries.minutes_by_key(minutes.pk), reason="Sai tên đại biểu", by=kg.chair, at=NOON
    )

    assert "thay thế biên bản đã ban hành trước đây. Lý do: Sai tên đại biểu" in text_of(
        pdf_of(second.document)
    )


def test_minutes_without_a_meeting_are_typed(kg):
    paper = document_services.draft_document(
        cycle=kg.cycle, kind=DocumentKind.MINUTES_MEETING, title="Biên bản", subject="", body="Ghi tay.",
        by=kg.chair, at=NOON,
    )  # fmt: skip
    letter = document_services.draft_document(
        cycle=kg.cycle, kind=DocumentKind.INVITATION, title="Giấy mời", subject="", body="Mời họp.",
        by=kg.chair, at=NOON,
    )  # fmt: skip

    assert reports.minutes_paper(paper).template == "documents/pdf/typed.html"
    assert reports.invitation_paper(letter).template == "documents/pdf/typed.html"


def test_a_meeting_that_runs_into_the_next_day_says_so(kg):
    meeting = kg.begin(kg.plan(MeetingKind.OTHER, with_agenda=False))
    meeting = kg.end(meeting, ended_at=at(2020, 2, 6, 10))

    assert reports.minutes_snapshot(meeting)["ends"] == "10 giờ 00 phút ngày 06 tháng 02 năm 2020"


def test_ballots_are_printed_with_their_figures(kg):
    meeting = kg.begin(kg.plan(with_agenda=False))
    item = services.add_item(
        meeting=meeting, kind="poll", title="Suy tôn", form="electronic", poll_kind="award",
        award_type=kg.flag, by=kg.chair, at=MORNING,
    )  # fmt: skip
    poll = services.open_poll_from_item(
        item=item,
        candidates=[kg.units["so-khcn"]],
        counting_committee=committee(kg),
        by=kg.chair,
        at=MORNING,
    )
    key = str(poll.options.get().pk)
    for slug, head in kg.heads.items():
        said = "against" if slug == "so-yte" else "for"
        award_services.cast_vote(poll=poll, choices={key: said}, by=head, at=MORNING)
    award_services.close_poll(poll=poll, by=kg.chair, at=NOON)
    award_services.count_poll(poll=poll, by=kg.chair, at=NOON)
    minutes = services.draft_minutes(meeting=kg.end(meeting), by=kg.chair, at=NOON)
    text = text_of(pdf_of(minutes.document))

    assert "Số phiếu phát ra: 7; số phiếu thu về: 7; hợp lệ: 7; không hợp lệ: 0." in text
    assert "6/7 85,7%" in text


def test_the_invitation_names_time_place_and_agenda(kg):
    meeting = services.draft_invitation(meeting=kg.plan(), by=kg.chair, at=at(2020, 1, 20))
    text = text_of(pdf_of(meeting.invitation))

    assert "Thời gian: 08 giờ 00 phút, ngày 05 tháng 02 năm 2020." in text
    assert "Địa điểm: Hội trường Sở LĐTBXH." in text
    assert "Chủ trì: Đặng Hồng Sơn, Giám đốc Sở Lao động - Thương binh và Xã hội." in text
    assert "Nội dung: theo Chương trình kèm theo" in text
    assert "10 Kết luận và bế mạc" in text


def test_agenda_and_delegates_are_handed_out(kg, held):
    meeting = queries.meeting_by_key(held.pk)
    planned = kg.plan(MeetingKind.OTHER)

    assert "Bầu Khối trưởng năm 2020" in text_of(reports.agenda_pdf(meeting))
    called = text_of(reports.delegates_pdf(meeting, NOON))
    assert "Vắng" in called
    assert "Khách mời" in called
    assert "Nguyễn Xuân Niệm" in text_of(reports.delegates_pdf(planned, NOON))


# The annual report


def test_the_annual_report_prints_what_the_rows_say(kg, held):
    Movement.objects.create(
        cycle=kg.cycle, name="Chung sức xây dựng nông thôn mới", level="province", launched_by="UBND tỉnh"
    )
    report = services.draft_annual_report(cycle=kg.cycle, by=kg.chair, at=NOON)
    text = text_of(pdf_of(report))

    assert "Khối thi đua 4 năm 2019 gồm 7 đơn vị thành viên" in text
    assert "Hội nghị thống nhất đề nghị khen thưởng như sau:" in text
    assert "Suy tôn Sở Khoa học và Công nghệ là đơn vị dẫn đầu, đề nghị tặng Cờ thi đua của UBND tỉnh" in text
    assert "đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh năm 2019 cho Sở Giáo dục và Đào tạo" in text
    assert "Khối trưởng năm 2020: Sở Du lịch; Khối phó năm 2020: Sở Khoa học và Công nghệ." in text
    assert "“Chung sức xây dựng nông thôn mới” (UBND tỉnh phát động)" in text
    assert "Năm thi đua chưa có giao ước được thống nhất." in text
    assert "Tổng hợp điểm, xếp hạng thi đua năm 2019" in text
    assert "phiếu" not in text.lower().replace("bảng tự chấm điểm", "")
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(report))).pages
    assert pages[-1].mediabox.width > pages[-1].mediabox.height
    assert pages[0].mediabox.width < pages[0].mediabox.height


def test_a_report_before_anything_happened_says_so(db):
    scratch = KienGiang(has_ranking=False)
    report = services.draft_annual_report(cycle=scratch.cycle, by=scratch.chair, at=NOON)
    text = text_of(pdf_of(report))

    assert "Chưa có kết quả xếp hạng." in text
    assert "Chưa có đơn vị được đề nghị khen thưởng." in text
    assert "Phụ lục" not in text


def test_the_midyear_report_counts_only_figures_that_were_sent(db):
    year = CovenantYear()
    covenant = year.executing()
    year.record(covenant, place=0)
    year.send(0)
    year.record(covenant, place=1)
    report = services.draft_midyear_report(cycle=year.cycle, by=year.chair, at=SUMMER)
    text = text_of(pdf_of(report))

    assert "Toàn khối: 4 / 4 chỉ tiêu đạt" in text
    unsent = "; ".join(unit.name for unit in year.units[1:])
    assert f"Chưa gửi kết quả, nên chưa được tính: {unsent}." in text


def test_a_report_with_an_unknown_line_is_not_issued(kg):
    report = services.draft_annual_report(cycle=kg.cycle, by=kg.chair, at=NOON)
    document_services.edit_document(
        document=report, changes={"body": "I. Mở\n[[Điểm số]]"}, by=kg.chair, at=NOON
    )
    assert "Không hiểu dòng “[[Điểm số]]”" in paper_of(Document.objects.get(pk=report.pk)).missing[0]
    document_services.edit_document(
        document=Document.objects.get(pk=report.pk), changes={"body": ""}, by=kg.chair, at=NOON
    )
    assert paper_of(Document.objects.get(pk=report.pk)).missing == (
        "Báo cáo chưa có nội dung. Hãy soạn nội dung.",
    )


def test_issued_papers_are_cited_with_number_and_day(kg):
    plan = document_services.draft_document(
        cycle=kg.cycle, kind=DocumentKind.REGULATION, title="Quyết định", subject="Về việc ban hành Quy chế",
        body="Điều 1. Phạm vi", by=kg.chair, at=at(2019, 5, 1),
    )  # fmt: skip
    document_services.finalize_document(document=plan, by=kg.chair, at=at(2019, 5, 1))
    document_services.issue_document(
        document=plan, number="3387", issued_on=date(2019, 5, 2), by=kg.chair, at=at(2019, 5, 2)
    )

    assert bloc._papers_block(kg.cycle, "annual_report") == {
        "sentences": [
            "Khối đã ban hành: Quyết định số 3387/QĐ-KTĐ4 ngày 02 tháng 5 năm 2019 về việc ban hành Quy chế."
        ]
    }


# Folder, panel, archive


def test_the_folder_holds_papers_in_order(kg, held):
    meeting = kg.plan()
    services.invite(meeting=meeting, number="7", issued_on=date(2020, 1, 20), by=kg.chair, at=at(2020, 1, 20))
    services.draft_annual_report(cycle=kg.cycle, by=kg.chair, at=NOON)
    meeting = queries.meeting_by_key(meeting.pk)

    content = reports.folder_zip(meeting, kg.chair, NOON)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [name[:18] for name in names] == [
        "01-giay-moi-07-gm-",
        "02-chuong-trinh.pd",
        "03-danh-sach-dai-b",
        "04-bao-cao-tong-ke",
        "05-tong-hop-diem.p",
    ]
    without = reports.folder_of(held, kg.officers["so-yte"], NOON)
    assert [item.path for item in without] == [
        "01-chuong-trinh.pdf",
        "02-danh-sach-dai-bieu.pdf",
        "03-tong-hop-diem.pdf",
    ]
    summary = text_of(without[-1].render())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in summary
    assert "PHỤ LỤC" not in summary


def test_blank_ballots_and_next_years_papers_lie_in_the_folder_of_the_keepers(kg):
    following = kg.open_next()
    document_services.draft_document(
        cycle=following, kind=DocumentKind.PLAN, title="Kế hoạch", subject="Năm 2020", by=kg.chair, at=NOON
    )
    meeting = kg.begin(kg.plan(MeetingKind.OTHER, with_agenda=False))
    item = services.add_item(
        meeting=meeting, kind="poll", title="Suy tôn", form="paper", poll_kind="award", award_type=kg.flag,
        by=kg.chair, at=MORNING,
    )  # fmt: skip
    services.open_poll_from_item(item=item, counting_committee=committee(kg), by=kg.chair, at=MORNING)
    meeting = queries.meeting_by_key(meeting.pk)

    kept = reports.folder_of(meeting, kg.chair, NOON)
    assert [item.path for item in kept][-2:] == ["04-ke-hoach-nam-2020.pdf", "05-phieu-suy-ton.pdf"]
    assert kept[-1].render().startswith(b"%PDF")
    others = [item.path for item in reports.folder_of(meeting, kg.officers["so-yte"], NOON)]
    assert not any("phieu" in path or "ke-hoach" in path for path in others)


def test_the_panel_lists_the_meetings(kg, held):
    panel = reports.cycle_panel(standing_in(kg.cycle, kg.chair, NOON), kg.cycle)

    assert panel.context["meetings"] == [held]
    assert panel.context["plan_refusals"] == []


def test_the_archive_holds_what_was_held(kg, minutes):
    kg.plan(MeetingKind.OTHER)
    paths = [item.path for item in reports.archive(kg.cycle)]

    assert paths == [
        "hoi-nghi/01-summary/chuong-trinh.pdf",
        "hoi-nghi/01-summary/dai-bieu.pdf",
        "hoi-nghi/01-summary/bien-ban.pdf",
    ]
    assert all(item.render().startswith(b"%PDF") for item in reports.archive(kg.cycle))
