"""The score page through a year: a column from Excel, evidence, a colleague, an explanation, an appeal, the end."""

import re
from base64 import b64encode

import pytest
from django.utils import timezone

from accounts.rules import DEMO_PASSWORD
from blocs.enums import Phase
from config.kit.text import day
from scoring import services
from scoring.models import Mark
from tests.e2e.small_bloc import HOME, cross_checking, scoring
from tests.e2e.test_lost_session import cell, enter, points, row

UNIT = "donvi-03"
CARD = f"{HOME}cham-diem/{UNIT}/"
OTHER_OFFICER, OTHER_HEAD = "donvi-04.chuyenvien@mau", "donvi-04.thutruong@mau"
OFFICER, HEAD, CHAIR = f"{UNIT}.chuyenvien@mau", f"{UNIT}.thutruong@mau", "donvi-01.chuyenvien@mau"
# As Excel copies it: one line a criterion, quotes, spaces that do not break, an empty cell.
COLUMN = "27,5\r\n97\t98\r\n4\r\ntốt\r\n0\r\nĐạt\r\n\r\n 7,5\r\nkhông phát sinh\r\n0\r\n"
PASTE = """(cell, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.focus();
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
DROP = """(place, files) => {
    const data = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
        data.items.add(new File([bytes], name));
    }
    for (const kind of ["dragover", "drop"])
        place.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def year(go_to):
    return go_to(scoring)


@pytest.fixture
def crossing(go_to):
    return go_to(cross_checking)


def paste(person, code, text):
    cell(person.page, code).evaluate(PASTE, text)
    settled(person)


def settled(person):
    """Wait until nothing on the page is being saved."""
    person.page.locator(".saved-mark.saving, tr[data-busy]").first.wait_for(state="detached")


def drop(place, **files):
    named = [(name.replace("_", "."), b64encode(content).decode()) for name, content in files.items()]
    place.evaluate(DROP, named)


def test_a_unit_fills_its_card_from_excel_with_evidence_and_loses_nothing(stage, crossing, settings):
    officer = stage(OFFICER)
    page = officer.page
    officer.open(CARD)

    # A column with two parts in one line, a level by its word, an empty cell, words for “not arisen”.
    paste(officer, "I.1", COLUMN)
    officer.sees("Đã dán 10 tiêu chí.")
    shown = {
        code: points(page, code).inner_text() for code in ("I.1", "I.3", "II.1", "II.2", "III.1", "III.3")
    }
    assert shown == {
        "I.1": "27,5",
        "I.3": "12",
        "II.1": "8",
        "II.2": "10",
        "III.1": "5",
        "III.3": "7,5",
    }
    assert points(page, "III.2").inner_text() == ""
    assert row(page, "III.2").get_attribute("class").split() == ["leaf", "missing"]
    assert row(page, "IV.1").locator("[data-na]").inner_text() == "Không phát sinh"
    assert page.locator("[data-progress]").first.inner_text() == "9/10"
    # Sums are the server's, and the grey button says what is missing now.
    total = page.locator("[data-total]").inner_text()
    page.locator(".actions", has_text="Còn 1 tiêu chí chưa chấm: III.2").wait_for()

    # The last change goes back as one, and only that.
    paste(officer, "III.2", "1\r\n9")
    assert (points(page, "III.2").inner_text(), points(page, "III.3").inner_text()) == ("4", "9")
    page.keyboard.press("Control+z")
    officer.sees("Đã hoàn tác III.2, III.3.")
    settled(officer)
    assert points(page, "III.3").inner_text() == "7,5"
    assert page.locator("[data-total]").inner_text() == total
    # A word that is no level is not laid in, and says so.
    row(page, "II.1").locator("select.cell").evaluate(PASTE, "giỏi")
    row(page, "II.1").locator("[data-error]", has_text="“giỏi” không có trong danh sách").wait_for()
    page.keyboard.press("Escape")
    assert row(page, "II.1").locator("[data-error]").is_hidden()

    by_keys(page)

    # Evidence: three files on one row; the program is refused, the others stay.
    drop(row(page, "I.1"), a_pdf=PDF, b_pdf=PDF + b"b", setup_exe=b"MZ\x90\x00")
    officer.sees("Không nhận loại tệp này")
    assert row(page, "I.1").locator(".upload-state").all_inner_texts()[:2] == ["đã nhận", "đã nhận"]
    assert row(page, "I.1").locator("[data-proofs]").inner_text() == "2"
    officer.check_accessibility("evidence")
    row(page, "I.1").locator(".proof").click()
    drop(page.locator("section.proofs"), c_pdf=PDF + b"c")
    page.locator(".proofs .checks li").nth(2).wait_for()
    page.locator(".proofs li", has_text="a.pdf").locator("summary", has_text="Trang, trích dẫn").click()
    page.locator(".proofs li", has_text="a.pdf").get_by_label("Trang", exact=True).fill("12")
    officer.send(page.locator(".proofs li", has_text="a.pdf").get_by_role("button", name="Ghi", exact=True))
    officer.sees("trang 12")
    officer.check_accessibility()

    # The session ends in the middle; what was typed comes back after signing in.
    officer.open(CARD, axe=False)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cell(page, "III.2").fill("2")
    page.keyboard.press("Tab")
    officer.sees("Phiên làm việc đã hết")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(officer.site + "/dang-nhap/")
    page.fill("[name=login]", OFFICER)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    officer.open(CARD, axe=False)
    officer.sees("Đã lưu lúc")
    assert points(page, "III.2").inner_text() == "3"

    # A colleague was first: both values, and a choice.
    head = stage(HEAD)
    head.open(CARD, axe=False)
    enter(officer, "I.3", "5")
    enter(head, "I.3", "3")
    box = row(head.page, "I.3").locator(".cell-conflict")
    assert "Chuyên viên Đơn vị 03 đã lưu “5 sáng kiến: 15”" in box.inner_text()
    assert "Anh, chị gõ “3 sáng kiến”" in box.inner_text()
    box.get_by_role("button", name=re.compile("^Giữ")).click()
    settled(head)
    assert cell(head.page, "I.3").input_value() == "5"
    head.press("Gửi khối", inside=".actions")
    head.sees("Đã gửi bảng tự chấm điểm cho khối.")
    assert head.page.locator("[data-cell]").count() == 0
    across(stage(OTHER_OFFICER), stage(OTHER_HEAD))


def across(officer, head):
    """Another member scores the card with the same manners: column, keys, undo, a colleague."""
    page = officer.page
    for person in (officer, head):
        person.open(CARD + "cham-cheo/")
    paste(officer, "I.1", "20\r\n11,5\r\n9")
    officer.sees("Đã dán 3 tiêu chí.")
    officer.sees("3/10 tiêu chí")
    enter(officer, "I.2", "12")
    settled(officer)
    page.keyboard.press("Control+z")
    officer.sees("Đã hoàn tác I.2.")
    settled(officer)
    assert cell(page, "I.2").input_value() == "11,5"
    cell(page, "I.1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("=")
    settled(officer)
    assert cell(page, "I.2").input_value() == row(page, "I.2").locator("td.stage").first.inner_text().strip()
    enter(officer, "I.1", "31")
    assert "điểm phải từ 0 đến" in row(page, "I.1").locator("[data-error]").inner_text()
    page.keyboard.press("Escape")
    enter(head, "I.1", "18")
    box = row(head.page, "I.1").locator(".cell-conflict")
    assert "đã lưu “20”" in box.inner_text()
    box.get_by_role("button", name=re.compile("^Dùng “18”")).click()
    settled(head)
    officer.open(CARD + "cham-cheo/", axe=False)
    assert cell(page, "I.1").input_value() == "18"


def by_keys(page):
    """Down and up, across the parts of a criterion, to both ends; each step starts where the last one ended."""
    at = """() => document.activeElement.name?.replace(/^c\\d+/, "") + " "
        + document.activeElement.closest("tr")?.dataset.code"""
    cell(page, "I.1").focus()
    for keys, place in (
        ("Enter", "-actual I.2"),
        ("Tab", "-target I.2"),
        ("ArrowDown", "-count I.3"),
        ("ArrowUp", "-actual I.2"),
        ("End", "-target I.2"),
        ("Home", "-actual I.2"),
        ("ArrowRight", "-target I.2"),
        ("ArrowLeft", "-actual I.2"),
        ("Shift+Tab", "-value I.1"),
        ("Control+End", "-count V.1"),
        ("Control+Home", "-value I.1"),
    ):
        page.keyboard.press(keys)
        assert page.evaluate(at) == place, keys
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == "-value I.1"


def send_all(year):
    """Every card sent, and all but one checked."""
    for rank, slug in enumerate(year.fact.order):
        year.self_score(slug, rank, year.day(11, 20), year.day(11, 24))
    year.move(Phase.VERIFYING, year.day(12, 1))
    for slug, card in year._cards().items():
        if slug != UNIT:
            judge = year.cast.officer(year.fact.vice if slug == year.chair else year.chair)
            services.accept_marks(card=card, by=judge, at=year.day(12, 4))
            services.finish_verification(card=card, by=judge, at=year.day(12, 4))


def test_a_mark_is_explained_contested_agreed_and_frozen(stage, year):
    send_all(year)
    chair, officer, head = stage(CHAIR), stage(OFFICER), stage(HEAD)
    page = chair.page
    due = day(timezone.localdate())

    # The bloc lowers a mark with a reason, and asks for an explanation of another.
    chair.open(CARD)
    chair.press("Chấp nhận ô chưa chấm", inside=".save-bar")
    enter(chair, "I.1", "20")
    row(page, "I.1").locator(".reason input").fill("Số liệu khác số liệu của cơ quan chuyên môn")
    page.keyboard.press("Tab")
    settled(chair)
    chair.sees("Khác nhau 1")
    row(page, "III.3").locator(".more summary").click()
    row(page, "III.3").get_by_role("link", name="Yêu cầu giải trình").click()
    chair.fill("Nội dung cần giải trình", "Điển hình nào đã được nhân rộng?")
    chair.fill("Hạn giải trình", due)
    chair.press("Gửi")
    chair.open(CARD + "?loc=can-giai-trinh")
    assert page.locator("tr[data-row]").count() == 1
    assert "Chờ đơn vị giải trình" in row(page, "III.3").inner_text().replace("chờ", "Chờ")

    # The unit answers from the row itself; the bloc decides, and the filter is empty again.
    officer.open(CARD)
    row(officer.page, "III.3").locator(".waiting-note").click()
    officer.fill("Giải trình", "Mô hình một cửa điện tử, đã có quyết định công nhận.", inside="#tra-loi")
    officer.press("Gửi giải trình")
    chair.open(CARD, axe=False)
    row(page, "III.3").locator(".waiting-note").click()
    decide(chair, "Giữ", "Giải trình đủ căn cứ.")
    chair.open(CARD, axe=False)
    assert page.locator("[data-count='can-giai-trinh']").inner_text() == "0"
    chair.press("Hoàn thành rà soát", inside=".actions")

    # The unit contests what was lowered; the original mark stays beside the new one.
    head.open(CARD)
    row(head.page, "I.1").locator(".more summary").click()
    row(head.page, "I.1").get_by_role("link", name="Đề nghị xem xét lại điểm").click()
    head.fill("Nội dung đề nghị xem xét lại", "Số liệu đã được cơ quan chuyên môn xác nhận lại.")
    head.press("Gửi")
    chair.open(CARD, axe=False)
    row(page, "I.1").locator(".waiting-note").click()
    decide(chair, "Điều chỉnh", "Đã có văn bản xác nhận.", "24")
    year.move(Phase.REVIEWING, year.day(12, 8))

    # The meeting agrees and adopts: nothing can be entered any more, by page or by address.
    chair.open(HOME + "xep-hang/")
    chair.press("Ghi điểm đã thống nhất", inside=".actions")
    chair.press("Lập xếp hạng", inside=".actions")
    chair.ask("Chốt xếp hạng", {"Hình thức": "Thống nhất tại hội nghị."}, inside=".actions")
    frozen(chair, head, year)


def decide(person, outcome, reason, after=""):
    person.page.locator("#ket-luan").get_by_label(re.compile(outcome)).first.check()
    if after:
        person.fill("Điểm sau điều chỉnh", after, inside="#ket-luan")
    person.fill("Lý do kết luận", reason, inside="#ket-luan")
    person.press("Ghi kết luận", inside="#ket-luan")
    person.sees("Đã ghi kết luận.")


def frozen(chair, head, year):
    for person in (chair, head):
        person.open(CARD)
        assert person.page.locator("[data-cell]").count() == 0
        cells = row(person.page, "I.1").locator("td.stage").all_inner_texts()
        assert [one.split("\n")[0] for one in cells[1:]] == ["20", "24"]
    key = Mark.objects.get(
        card__unit__slug=UNIT, card__scoreboard__cycle=year.cycle, criterion__code="I.1", stage="self"
    ).criterion_id
    body = {"stage": "meeting", "criterion": str(key), f"c{key}-points": "30", f"c{key}-version": "1"}
    token = chair.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = chair.page.context.request.post(
        chair.site + CARD + "luu/",
        form={**body, "csrfmiddlewaretoken": token},
        headers={"Referer": chair.site},
    )
    assert answer.status == 422
    assert answer.json()["errors"]
