from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from blocs.enums import MilestoneKind, Phase
from blocs.models import Cycle, Membership, Milestone
from blocs.queries import standing_in
from config.kit import pdf
from documents.enums import DocumentKind
from documents.reports import issue_gaps, pdf_of
from documents.services import finalize_document, issue_document
from scoring import queries, services
from scoring.enums import MarkState, NaReason, Stage
from scoring.models import Guidance, Mark
from scoring.reports import archive, cycle_panel, papers, sheet_of
from scoring.reports.panels import late_words, turn_of
from scoring.reports.sheet import result_text
from scoring.rules import NotApplicable, Scored, ValueInputs, inputs_to_json, total_of
from tests.factories.documents import at
from tests.factories.scoring import (
    NOON,
    RARE,
    RARE_FIGURES,
    RARE_LAW,
    SMALL_FIGURES,
    ScoringYear,
)

pytestmark = pytest.mark.django_db
D = Decimal
ALL = (Stage.SELF, Stage.BLOC, Stage.MEETING, Stage.PROVINCE)


def text_of(content):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def rows_of(content):
    return [list(row) for row in load_workbook(BytesIO(content), data_only=True).active.values]


# The card


def test_a_card_is_a_draft_on_paper_until_it_is_sent(year):
    year.fill(2)
    before = text_of(papers.card_pdf(year.view(2), ALL))
    services.send_card(card=year.card(2), by=year.heads[2], at=NOON)
    after = text_of(papers.card_pdf(year.view(2), ALL))

    assert ("DỰ THẢO" in before, "DỰ THẢO" in after) == (True, False)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "SỞ SỐ 3",
        "BẢNG TỰ CHẤM ĐIỂM",
        "Kiên Giang, ngày 20 tháng 11 năm 2019",
        "Theo Hướng dẫn số 16/HD-HĐTĐKT ngày 01/03/2019",
        "2 × 4 sáng kiến = 8 điểm.",
        "95,5",
        "NGƯỜI LẬP",
        "THỦ TRƯỞNG ĐƠN VỊ",
    ):
        assert words in after, words


def test_a_card_prints_its_stages_side_by_side_with_the_reason(year):
    year.walk(2, {"I.2": (D(15), "Tham mưu chậm")})
    text = text_of(papers.card_pdf(year.view(2), ALL))

    assert "Khối thẩm định" in text
    assert "18 15 Khối thẩm định 15 trên tối đa 20. Tham mưu chậm." in text


def test_a_reader_gets_only_the_stages_that_are_given(year):
    year.walk(2, {"I.2": (D(15), "Tham mưu chậm")})
    columns = [column.label for column in papers.card_table(year.view(2), (Stage.SELF,)).columns]

    assert columns == ["TT", "Nội dung, tiêu chí", "Điểm chuẩn", "Tự chấm", "Diễn giải"]
    assert "Tham mưu chậm" not in str(papers.card_table(year.view(2), (Stage.SELF,)).rows)


def test_the_workbook_holds_figures_as_numbers_and_words_as_words(year):
    year.send(2, {**SMALL_FIGURES, "I.4": NotApplicable(NaReason.NOT_ASSIGNED)})
    rows = rows_of(papers.card_xlsx(year.view(2), ALL))

    by_code = {row[0]: row for row in rows}
    assert rows[0][0] == "SỞ SỐ 3"
    assert by_code["I.2"][2:4] == [20, 18]
    assert by_code["I.4"][3] == "Không giao"
    assert rows[-1][0] == "NGƯỜI LẬP – THỦ TRƯỞNG ĐƠN VỊ"


def test_the_printed_card_recomputes_to_its_totals_stage_by_stage(year):
    year.send(2, {**SMALL_FIGURES, "I.4": NotApplicable(NaReason.NOT_ASSIGNED)})
    year.check(2, {"I.2": (D(15), "Chậm")})
    year.go(Phase.REVIEWING)
    card = year.card(2)
    entries = services.entries_of(card, {"I.3": (D(1), "Hội nghị")})
    services.save_marks(card=card, stage=Stage.MEETING, entries=entries, by=year.chair, at=NOON)
    view = year.view(2)

    rows = rows_of(papers.card_xlsx(view, ALL))
    top = next(place for place, row in enumerate(rows) if row[0] == "TT")
    printed = {row[0]: row for row in rows[top + 1 : -3]}
    assert list(printed) == [criterion.code for criterion in view.board.criteria]
    totals = rows[-3]
    for column, stage in enumerate(view.marks, start=3):
        marks = {
            leaf.code: Scored(MarkState.NA)
            if (cell := printed[leaf.code][column]) == "Không giao"
            else Scored(MarkState.SCORED, D(str(cell)))
            for leaf in view.board.leaves
        }
        found = total_of(view.board.nodes, marks, view.board.scale)
        assert (found.total, stage) == (D(str(totals[column])), stage)


def test_a_printed_card_says_what_cut_a_sum(year):
    year.send(2)
    board = replace(queries.board_of(year.scoreboard))
    vars(board)["nodes"] = tuple(
        replace(node, max_points=D(1)) if node.code == "I" else node for node in board.nodes
    )
    view = queries.card_view(year.card(2), board)
    texts = {row.cells[0]: row.cells[-1] for row in papers.card_table(view, ALL).rows}

    assert texts["I"] == "Cộng được 55, lấy 1 theo mức của nhóm."


def test_a_sheet_has_no_row_between_header_and_figures_and_prints_its_header_again(year):
    year.send(2)
    page = load_workbook(BytesIO(papers.card_xlsx(year.view(2), ALL))).active
    header = next(row[0].row for row in page.iter_rows() if row[0].value == "TT")

    assert page.cell(header + 1, 1).value == "I"
    assert (page.freeze_panes, page.print_title_rows) == (f"A{header + 1}", f"${header}:${header}")
    assert (page.oddHeader.center.text, page.HeaderFooter.differentFirst) == ("&P", True)


def test_an_empty_card_prints_too(year):
    table = papers.card_table(year.view(2), ALL)

    assert [row.cells[3] for row in table.rows] == [None] * len(table.rows)


def test_an_illustrative_year_says_so_on_every_sheet(year):
    Cycle.objects.filter(pk=year.cycle.pk).update(is_illustrative=True)
    year.fill(2)

    assert "(Có số liệu minh họa)" in str(rows_of(papers.card_xlsx(year.view(2), ALL)))
    assert "có số liệu minh họa" in text_of(papers.card_pdf(year.view(2), ALL))


# The board


def test_the_board_prints_with_its_hash_once_adopted(year):
    draft = queries.drafts_of(year.cycle).model.objects.get(pk=year.draft_board().pk)
    text = text_of(pdf.from_html(papers.board_html(queries.scoreboard_of(year.cycle))))

    assert year.scoreboard.content_hash[:20] in text.replace(" ", "")
    assert "2 điểm mỗi sáng kiến, tối đa 10" in text
    assert "DỰ THẢO" in text_of(pdf.from_html(papers.board_html(draft)))


# The ranking


def test_the_ranking_prints_ties_as_ties_and_the_unranked_at_the_foot(db):
    year = ScoringYear(units=4)
    Membership.objects.filter(cycle=year.cycle, unit=year.units[3]).update(unranked_reason="mới thành lập")
    run = year.adopted({"I.2": (D(15), "Chậm")})
    table = papers.ranking_table(queries.ranking_of(year.cycle))

    assert [(row.cells[0], row.cells[1], row.cells[-2], row.cells[-1]) for row in table.rows] == [
        (1, "Sở số 2", "đồng hạng Nhất", "Xuất sắc"),
        (2, "Sở số 3", "đồng hạng Nhất", "Xuất sắc"),
        (3, "Sở số 1", "Ba", "Xuất sắc"),
        (4, "Sở số 4 (mới thành lập)", "—", ""),
    ]
    text = text_of(pdf.from_html(papers.ranking_html(year.cycle, run)))
    for words in ("BẢNG XẾP HẠNG", "đồng hạng Nhất", "vẫn bằng nhau", "TM. KHỐI THI ĐUA 4", "thống nhất"):
        assert words in text, words
    rows = rows_of(papers.ranking_xlsx(year.cycle, run))
    assert [1, "Sở số 2", 1, 0, 95.5, "đồng hạng Nhất", "Xuất sắc"] in rows


def test_a_draft_ranking_is_marked_as_one(year):
    run = year.ranked()

    assert "DỰ THẢO" in text_of(pdf.from_html(papers.ranking_html(year.cycle, run)))


def test_bars_begin_below_the_lowest_total_and_leave_the_unranked_out(year):
    Membership.objects.filter(cycle=year.cycle, unit=year.units[2]).update(unranked_reason="kỷ luật")
    run = year.ranked({"I.2": (D(15), "Chậm")})
    bars = papers.bars_of(queries.ranking_of(year.cycle))

    assert [bar["name"] for bar in bars["rows"]] == ["Sở 2", "Sở 1"]
    assert (bars["floor"], bars["rows"][0]["width"]) == ("88", "240.0")
    assert papers.bars_of(None) == {}
    run.rows.all().delete()
    assert papers.bars_of(run) == {}


# One landscape page


def test_the_summary_holds_only_what_has_left_the_unit(year):
    year.walk(0)
    year.send(1)
    year.fill(2)
    cards = list(queries.cards_of(year.cycle))
    table = papers.summary_table(year.cycle, cards, None)

    assert [row.cells[1:] for row in table.rows] == [
        ("Sở số 1", D(55), D(20), D("19.5"), D(1), D(0), D("95.5"), D("95.5"), None, "", ""),
        ("Sở số 2", D(55), D(20), D("19.5"), D(1), D(0), D("95.5"), None, None, "", ""),
        ("Sở số 3", None, None, None, None, None, None, None, None, "", ""),
    ]
    assert papers.summary_table(year.cycle, [], None).rows == ()


def test_the_summary_is_one_landscape_page(year):
    run = year.adopted()
    table = papers.summary_table(year.cycle, list(queries.cards_of(year.cycle)), run)
    content = pdf.from_html(papers.summary_html(year.cycle, table, run))

    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == 1
    assert pages[0].mediabox.width > pages[0].mediabox.height
    assert "đồng hạng Nhất" in text_of(content)
    assert "Tổng hợp" in load_workbook(BytesIO(papers.summary_xlsx(year.cycle, table))).sheetnames


# The report


def test_the_report_is_counted_and_waits_for_the_ranking(year):
    year.ranked({"I.2": (D(15), "Chậm")})
    paper = services.open_score_report(cycle=year.cycle, by=year.chair, at=NOON)

    assert issue_gaps(paper) == ("Xếp hạng của năm chưa được chốt.",)
    text = text_of(pdf_of(paper))
    for words in (
        "Khối có 3 đơn vị thành viên; 3 đơn vị đã gửi",
        "Sở số 1: tự chấm 95,5, thống nhất 92,5 (giảm 3 điểm, 1 tiêu chí).",
        "DỰ THẢO",
    ):
        assert words in text, words


def test_the_report_is_issued_with_its_number(year):
    year.adopted()
    paper = services.open_score_report(cycle=year.cycle, by=year.chair, at=NOON)
    paper = finalize_document(document=paper, by=year.chair, at=NOON)
    paper = issue_document(
        document=paper,
        number="9",
        issued_on=date(2019, 11, 20),
        signatory_name="Đặng Hồng Sơn",
        by=year.chair,
        at=NOON,
    )

    text = text_of(pdf_of(paper))
    assert paper.kind == DocumentKind.SCORE_REPORT
    for words in ("Số: 09/BC-KTĐ4", "Điểm thống nhất của các đơn vị bằng điểm tự chấm.", "đồng hạng Nhất"):
        assert words in text, words


def test_the_report_of_a_year_without_cards_reads_as_such(db):
    year = ScoringYear(board=False, phase=Phase.LAUNCHING)

    assert "Khối có 0 đơn vị thành viên" in text_of(pdf_of(papers.draft_report(year.cycle)))


def test_a_unit_that_gained_is_said_to_have_gained(year):
    for index in range(3):
        year.walk(index)
    year.go(Phase.REVIEWING)
    entries = services.entries_of(year.card(2), {"I.2": (D(20), "Hội nghị")})
    services.save_marks(card=year.card(2), stage="meeting", entries=entries, by=year.chair, at=NOON)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)

    text = text_of(pdf_of(papers.draft_report(year.cycle)))
    assert "Sở số 3: tự chấm 95,5, thống nhất 97,5 (tăng 2 điểm, 1 tiêu chí)." in text


# Words


def test_the_law_is_put_into_words(year):
    guidance = Guidance(
        from_year=2019,
        to_year=2021,
        scale=D(1000),
        na_policy="keep",
        not_arisen="full",
        rank_numbering="dense",
        evidence_required=True,
        tie_chain=[
            {"kind": "bonus"},
            {"kind": "deduction"},
            {"kind": "criterion", "code": "V"},
            {"kind": "women_share"},
        ],
        grades=[{"name": "Tốt", "at_least": "800"}, {"name": "Khá"}],
    )
    law = dict(papers.law_in_words(guidance))

    assert law["Áp dụng"] == "Từ năm 2019 đến năm 2021"
    assert law["Thang điểm"] == "1.000 điểm"
    assert (law["Điểm thưởng"], law["Minh chứng"]) == ("Không có", "Không minh chứng thì không có điểm")
    assert law["Xếp loại"] == "Tốt từ 800; Khá: còn lại"
    assert law["Khi bằng điểm"] == (
        "Điểm thưởng cao hơn; bị trừ điểm ít hơn; điểm V cao hơn; tỷ lệ nữ từ 70%; hội nghị quyết định, ghi lý do"
    )
    published = dict(papers.law_in_words(year.scoreboard.guidance))
    assert (published["Áp dụng"], published["Điểm thưởng"]) == ("Từ năm 2019", "Tối đa 5")


def test_results_are_short_words(db):
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    year.fill(2, RARE_FIGURES)
    view = year.view(2)

    found = {
        leaf.code: result_text(leaf, view.board.rules[leaf.pk], view.at(Stage.SELF).get(leaf.pk))
        for leaf in view.board.leaves
    }
    assert found == {
        "I.1": "97/100",
        "I.2": "85%",
        "I.3": "2 cuộc",
        "I.4": "110 / 100",
        "I.5": "",
        "I.6": "",
    }
    leaf = year.criterion("I.1")
    na = Mark(state=MarkState.NA, inputs=inputs_to_json(NotApplicable(NaReason.NOT_ARISEN)))
    assert result_text(leaf, view.board.rules[leaf.pk], na) == "Không phát sinh"


def test_the_sheet_says_who_scores_what_the_unit_does_not(db):
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    sheet = sheet_of(year.view(2), (Stage.SELF,), editing=Stage.SELF)

    waits = {line.code: line.waits_for for line in sheet.lines if line.waits_for}
    assert waits == {"I.5": "Chỉ khối chấm", "I.6": "Chỉ tỉnh chấm"}
    assert (sheet.done, sheet.of) == (0, 4)


# Elsewhere


def test_whose_turn_it_is(db):
    year = ScoringYear()
    card = year.card(0)
    offices = queries.offices_words(year.cycle)
    turns = {}
    for state in ("draft", "proposed", "sent", "returned", "verified", "agreed"):
        card.state = state
        turns[state] = turn_of(card, offices)

    assert turns == {
        "draft": "Đơn vị",
        "proposed": "Thủ trưởng đơn vị",
        "sent": "Khối phó",
        "returned": "Đơn vị",
        "verified": "Hội nghị",
        "agreed": "—",
    }
    other = year.card(2)
    other.state = "sent"
    assert turn_of(other, offices) == "Khối trưởng"
    other.verifier = year.units[1]
    assert turn_of(other, offices) == "Sở 2"


def test_lateness_is_counted_by_the_clock_of_vietnam(year):
    card = year.card(2)
    due = date(2019, 11, 20)
    card.first_sent_at = at(2019, 11, 20, 23, 59)
    assert late_words(card, due) == ""
    card.first_sent_at = at(2019, 11, 22, 0, 1)
    assert late_words(card, due) == "chậm 2 ngày"
    assert late_words(card, None) == ""


def test_the_panel_of_a_year_lists_the_cards(year):
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.SELF_SCORING, due_on=date(2019, 11, 19))
    year.send(2)
    year.fill(1, {"I.2": ValueInputs(D(1))})
    panel = cycle_panel(standing_in(year.cycle, year.officers[2], NOON), year.cycle)

    lines = panel.context["lines"]
    assert [(line.state, line.done, line.totals[0], line.late) for line in lines] == [
        ("Đơn vị đang chấm", None, "", ""),
        ("Đơn vị đang chấm", None, "", ""),
        ("Đã gửi khối", 9, "95,5", "chậm 1 ngày"),
    ]
    assert panel.context["due"] == "19/11/2019"


def test_a_year_without_a_board_has_an_empty_panel(db):
    year = ScoringYear(board=False, phase=Phase.LAUNCHING)
    panel = cycle_panel(standing_in(year.cycle, year.chair, NOON), year.cycle)

    assert (panel.context["scoreboard"], panel.context["lines"]) == (None, [])


def test_the_archive_holds_no_check_that_is_not_finished(year):
    year.send(0)
    year.send(2)
    services.accept_marks(card=year.card(0), by=year.judge(0), at=NOON)
    year.check(2)
    items = {item.path: item for item in archive(year.cycle)}

    assert "Khối thẩm định" not in text_of(items["cham-diem/01-so-1.pdf"].render())
    assert "Khối thẩm định" in text_of(items["cham-diem/02-so-3.pdf"].render())


def test_the_archive_holds_sent_cards_and_the_adopted_ranking(year):
    year.fill(0)
    year.send(2)
    assert [item.path for item in archive(year.cycle)] == ["cham-diem/01-so-3.pdf", "cham-diem/01-so-3.xlsx"]
    services.return_card(card=year.card(2), reason="Gửi lại", by=year.chair, at=NOON)

    year.adopted()
    items = {item.path: item for item in archive(year.cycle)}
    assert sorted(items) == [
        "cham-diem/01-so-1.pdf",
        "cham-diem/01-so-1.xlsx",
        "cham-diem/02-so-2.pdf",
        "cham-diem/02-so-2.xlsx",
        "cham-diem/03-so-3.pdf",
        "cham-diem/03-so-3.xlsx",
        "tong-hop-diem.pdf",
        "tong-hop-diem.xlsx",
        "xep-hang.pdf",
        "xep-hang.xlsx",
    ]
    for path, item in items.items():
        content = item.render()
        assert content.startswith(b"%PDF" if path.endswith("pdf") else b"PK"), path
    assert "SỞ SỐ 2" in text_of(items["cham-diem/02-so-2.pdf"].render())
