"""What votes and awards print: read back from the paper."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from awards import queries, reports, services
from awards.enums import DecisionForm, TieRule, VoteBase
from awards.rules import VoteRule
from blocs.models import Cycle
from blocs.queries import standing_in
from config.kit.pdf import render_pdf
from documents.enums import DocumentKind
from documents.reports import issue_gaps, pdf_of
from documents.services import finalize_document, issue_document
from tests.factories.awards import COMMITTEE, NOON, AwardYear, fresh_poll

pytestmark = pytest.mark.django_db


def text_of(content):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def holds(text, *expected):
    assert [words for words in expected if words not in text] == []


def issue(year, document, number="15"):
    document = finalize_document(document=document, by=year.chair, at=NOON)
    return issue_document(
        document=document,
        number=number,
        issued_on=date(2020, 2, 5),
        signatory_name="Đặng Hồng Sơn",
        signatory_title="KHỐI TRƯỞNG",
        by=year.chair,
        at=NOON,
    )


def most_votes(*steps):
    return VoteRule(VoteBase.VALID, 0, 1, "more_than", tie_chain=(*steps, TieRule.MEETING))


# The letter


def test_the_letter_carries_the_legal_names_of_the_awards(year):
    year.nominated()
    year.nominated(2, year.merit)
    letter = year.drafted().document
    draft = text_of(pdf_of(letter))
    issued = text_of(pdf_of(issue(year, letter)))

    assert ("DỰ THẢO" in draft, "DỰ THẢO" in issued) == (True, False)
    holds(
        issued,
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "TỜ TRÌNH",
        "Về việc đề nghị khen thưởng Khối thi đua 4 năm 2019",
        "Kính gửi: Hội đồng Thi đua - Khen thưởng tỉnh Kiên Giang.",
        "Căn cứ Luật Thi đua, khen thưởng",
        "các đơn vị thành viên thống nhất, không bỏ phiếu",
        "đề nghị Chủ tịch Ủy ban nhân dân tỉnh Kiên Giang khen thưởng các đơn vị sau:",
        "Cờ thi đua của UBND tỉnh",
        "Bằng khen của Chủ tịch UBND tỉnh",
        "Sở số 1",
        "Sở số 2",
        "Suy tôn đơn vị nhận Cờ thi đua: Sở số 1 (thống nhất).",
        "Đặng Hồng Sơn",
        "15/TTr",
    )
    # No ballot, no figures: the column is not there.
    assert "Phiếu đồng ý" not in issued


def test_the_letter_of_a_vote_gives_its_figures_and_the_reason_of_its_order(year):
    poll = year.counted(2, 2, 2, 2, 1)
    year.confirm(poll, reason="Có mô hình mới.")
    text = text_of(pdf_of(year.drafted().document))

    holds(
        text,
        "Phiếu đồng ý",
        "4/7",
        "Lý do thứ tự đề nghị khác thứ tự điểm (Sở số 2): Có mô hình mới.",
        "Suy tôn đơn vị nhận Cờ thi đua: Sở số 2 (bỏ phiếu kín điện tử).",
    )
    assert "không bỏ phiếu" not in text


def test_the_letter_says_what_is_held(year):
    services.record_vetting(
        unit=year.units[0], agency="Thanh tra tỉnh", finding="Đang thanh tra", from_on=date(2020, 1, 15),
        by=year.boss, at=NOON,
    )  # fmt: skip
    year.nominated()

    holds(
        text_of(pdf_of(year.drafted().document)),
        "Đề nghị đối với Sở số 1 đang tạm dừng, chờ ý kiến cơ quan chức năng.",
    )


def test_a_letter_that_names_nobody_is_not_issued(year):
    nomination = year.nominated()
    letter = year.drafted().document
    assert issue_gaps(letter) == ()
    services.withdraw_nomination(nomination=nomination, reason="Xin rút.", by=year.chair, at=NOON)

    assert issue_gaps(letter) == ("Chưa có đơn vị nào được đề nghị. Hãy bình xét và xác nhận kết quả trước.",)


def test_an_illustrative_year_says_so_on_its_letter(year):
    Cycle.objects.filter(pk=year.cycle.pk).update(is_illustrative=True)
    year.nominated()

    assert "số liệu minh họa" in text_of(pdf_of(year.drafted().document))


# The minutes of counting


def test_the_minutes_of_counting_hold_every_figure_of_the_box(year):
    poll = year.open_poll(DecisionForm.PAPER)
    figures = year.figures(poll, {1: 5, 2: 1, 3: 0}, issued=9, used=7, spoiled=1, unused=1, invalid=1)
    for officer in (1, 2):
        year.enter(poll, figures, officer=officer)
    year.confirm(fresh_poll(poll))
    paper = services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=NOON)
    text = text_of(pdf_of(issue(year, paper)))

    holds(
        text,
        "BIÊN BẢN",
        "Tổng số đơn vị thành viên của Khối thi đua 4: 7.",
        "1. SUY TÔN ĐƠN VỊ NHẬN CỜ THI ĐUA",
        f"Hình thức: phiếu giấy kín. Tổ kiểm phiếu: {COMMITTEE}.",
        "Số đơn vị có quyền bỏ phiếu: 7; có mặt: 7.",
        "Số phiếu phát hành: 9; phát cho người bỏ phiếu: 7; hỏng, đổi lại: 1; chưa dùng: 1; thu về: 7; "
        "hợp lệ: 6; không hợp lệ: 1; phiếu trắng: 0.",
        "Sở số 1 5 7 71,4% Được chọn",
        "Sở số 2 1 7 14,3% Không được chọn",
    )
    assert paper.kind == DocumentKind.MINUTES_COUNT


def test_the_minutes_tell_how_a_tie_was_settled(year):
    by_people = year.counted(1, 1, 1, 2, 2, 2, rule=most_votes(), question="Hội nghị quyết")
    year.confirm(by_people, chosen=[year.units[0]], reason="Điểm cao hơn.")
    year.counted(3, 3, 3, 4, 4, 4, rule=most_votes(TieRule.SCORE), candidates=(3, 4), question="Theo điểm")
    year.counted(5, 5, 5, 6, 6, 6, rule=most_votes(), candidates=(5, 6), question="Còn chờ")
    text = text_of(pdf_of(services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=NOON)))

    holds(
        text,
        "Lý do: Điểm cao hơn.",
        "- Tổng điểm thi đua cao hơn: chọn Sở số 3.",
        "Sở số 1 3 6 50% Được chọn",
        "Sở số 5 3 6 50% Bằng phiếu",
    )


def test_a_year_without_ballots_has_no_minutes_of_counting(year):
    year.counted(1)
    paper = services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=NOON)
    assert issue_gaps(paper) == ()

    other = AwardYear(slug="an-giang")
    other.agree()
    paper.cycle = other.cycle
    assert reports.count_minutes_paper(paper).missing == (
        "Năm này không có cuộc bỏ phiếu kín nào đã kiểm phiếu.",
    )


# Ballots on paper


def test_there_is_one_paper_ballot_a_voter_with_the_candidates_and_no_name(year):
    poll = fresh_poll(year.open_poll(DecisionForm.PAPER))
    content = render_pdf(
        "awards/pdf/ballots.html", {"poll": poll, "cycle": year.cycle, "copies": poll.roll.all()}
    )
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]

    assert len(pages) == 7
    assert len(set(pages)) == 1
    holds(pages[0], "PHIẾU BẦU", "1 Sở số 1", "3 Sở số 3", "Chọn tối đa 1.", "Phiếu không ghi tên.")


# The list, panels, archive


def test_a_list_without_votes_has_no_column_for_them(year):
    year.nominated()
    assert "Phiếu đồng ý" not in [column.label for column in reports.nominations_table(year.cycle).columns]
    year.confirm(year.counted(2, 2, 2, 2, award_type=year.merit, candidates=(2, 3)))

    table = reports.nominations_table(year.cycle)
    assert "Phiếu đồng ý" in [column.label for column in table.columns]
    assert [row.cells[4] for row in table.rows] == ["", "4/7"]


def test_the_panel_of_a_year_shows_what_was_proposed_and_given_to_those_who_may_know(year):
    def panel(user):
        return reports.cycle_panel(standing_in(year.cycle, user, NOON), year.cycle)

    assert panel(year.chair) is None
    year.awarded()
    shown = panel(year.chair)
    assert [one.unit for one in shown.context["nominations"]] == [year.units[0]]
    assert [one.unit_name for one in shown.context["entries"]] == ["Sở số 1"]
    assert panel(year.auditor).title == "Đề nghị và khen thưởng"
    assert panel(year.outsider) is None


def test_the_panel_of_the_desk_shows_dossiers_on_their_way_and_holds(year):
    year.nominated()
    proposal = year.submitted()
    found = services.record_vetting(
        unit=year.stranger, agency="x", finding="y", from_on=date(2020, 1, 1), by=year.boss, at=NOON
    )
    panel = reports.province_panel(standing_in(year.cycle, year.boss, NOON), year.province)

    assert panel.context["proposals"] == [proposal]
    assert panel.context["holds"] == [found]
    assert reports.province_panel(standing_in(year.cycle, year.chair, NOON), year.province) is None


def test_the_archive_holds_the_list_once_there_is_one(year):
    assert reports.archive(year.cycle) == []
    year.nominated()
    (item,) = reports.archive(year.cycle)

    assert item.path == "khen-thuong/danh-sach-de-nghi.xlsx"
    rows = [list(row) for row in load_workbook(BytesIO(item.render())).active.values]
    assert [1, "Sở số 1", "Nhất", 99, "Thống nhất", "Cờ thi đua của UBND tỉnh"] in rows


def test_each_award_stands_with_its_law_the_newest_first(year):
    year.law()
    year.law(from_date=date(2024, 1, 1))
    found = {
        one["award"].code: [law.from_date.year for law in one["laws"]]
        for one in reports.laws_by_award(year.province)
    }

    assert (found["flag"], found["merit"]) == ([2024, 2017], [])


def test_a_decision_cites_its_number_its_day_and_how_the_prize_was_reckoned(year, client):
    """The decision is the Chairman's own paper; here stands what it gave, with its ground."""
    year.law()
    year.province.base_salaries.create(
        from_date=date(2019, 7, 1), amount=1_490_000, source="NĐ 38/2019/NĐ-CP"
    )
    year.awarded()
    client.force_login(year.chair)
    page = client.get(f"/khoi/kien-giang/khoi-4/{year.cycle.year}/khen-thuong/").content.decode()

    holds(
        page,
        "Sở số 1: Cờ thi đua của UBND tỉnh",
        "Quyết định 512/QĐ-UBND ngày 20/02/2020",
        "8 × 1.490.000 đồng = 11.920.000 đồng, theo quy định có hiệu lực ngày 20/02/2020.",
    )
    assert queries.entries_of(year.cycle).get().decision.signed_on == date(2020, 2, 20)


# Words about secrecy


def test_a_consensus_states_no_threshold_and_a_vote_states_its_rule(year):
    assert reports.rule_lines(year.agree()) == []
    assert reports.rule_lines(year.counted(1))[0].startswith("Đạt khi có trên 1/2 tổng số đơn vị thành viên")


@pytest.mark.parametrize(
    ("votes", "is_exposed"), [((1, 1, 1, 1, 1, 1, 1), True), ((1, 1, 1, 2, 2, 2, 2), False)]
)
def test_figures_that_show_how_somebody_voted_are_pointed_out(year, votes, is_exposed):
    poll = fresh_poll(year.counted(*votes, candidates=(1, 2)))

    assert bool(reports.secrecy_lines(poll)) is is_exposed


def test_open_votes_have_nothing_to_hide(year):
    assert reports.secrecy_lines(fresh_poll(year.open_poll(DecisionForm.HANDS))) == []
    assert reports.secrecy_lines(fresh_poll(year.draft_poll())) == []


def test_a_box_with_several_seats_is_looked_at_candidate_by_candidate(year):
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1, 2), seats=2)
    for officer in (1, 2):
        year.enter(poll, year.figures(poll, {1: 7, 2: 0}), officer=officer)

    lines = reports.secrecy_lines(fresh_poll(poll))
    assert [line for line in lines if line.startswith("Sở số 1: ")]
    assert not [line for line in lines if line.startswith("Sở số 2: ")]
