"""A bloc of seven decides by a secret electronic ballot, by paper, and by hands that tie."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from blocs.models import Term
from tests.e2e.small_bloc import HOME, reviewing

FLAG, MERIT, CHAIR = "Suy tôn đơn vị dẫn đầu", "Bình xét, đề nghị tặng Bằng khen", "Bầu Khối trưởng"
COMMITTEE = "Chuyên viên Đơn vị 01, Chuyên viên Đơn vị 02, Lê Chi"
JOURNAL = "/quan-tri/nhat-ky/"


@pytest.fixture
def bloc(go_to):
    return go_to(reviewing)


class Walk:
    """The meeting in the order it is lived; each method is one part of it."""

    def __init__(self, stage) -> None:
        self.stage = stage
        self.chair = self.officer("01")
        self.meeting = self.flag = self.merit = self.election = ""

    def officer(self, unit):
        return self.stage(f"donvi-{unit}.chuyenvien@mau")

    def head(self, unit):
        return self.stage(f"donvi-{unit}.thutruong@mau")

    def item(self, title):
        page = self.chair.page
        return page.locator("section.agenda ol > li").filter(has=page.locator("h3", has_text=title))

    # Before the meeting

    def plan(self):
        chair = self.chair
        chair.open(HOME)
        chair.press("Mở năm sau")
        chair.open(HOME + "hoi-nghi/")
        chair.send(chair.page.get_by_role("link", name="Lập hội nghị").first)
        chair.choose("Loại", "Hội nghị tổng kết")
        chair.fill("Bắt đầu lúc", "20/12/2025 08:00")
        chair.fill("Địa điểm", "Hội trường Tỉnh mẫu")
        chair.press("Lưu")
        self.meeting = chair.page.url
        self.decide_by(FLAG, "Bỏ phiếu kín điện tử")
        self.decide_by(MERIT, "Phiếu giấy kín", seats="2")
        self.decide_by(CHAIR, "Giơ tay")
        chair.check_accessibility()

    def decide_by(self, title, form, seats="1"):
        chair = self.chair
        chair.send(self.item(title).get_by_role("link", name="Sửa", exact=True))
        chair.check_accessibility()
        chair.choose("Hình thức quyết định", form)
        chair.fill("Số lượng chọn", seats)
        chair.press("Lưu")
        assert form in self.item(title).inner_text()

    def call_over(self):
        """One unit is absent with a reason; one is represented by somebody who may not vote for it."""
        chair = self.chair
        chair.send(chair.page.get_by_role("link", name="Điểm danh").first)
        chair.check_accessibility()
        self.of_unit("Có mặt", "06").select_option(label="Vắng")
        chair.press("Lưu danh sách")
        assert "lý do" in chair.page.locator(".alert-danger").inner_text()
        self.of_unit("Lý do vắng", "06").fill("Họp Quốc hội")
        self.of_unit("Họ tên người dự", "05").fill("Chuyên viên Đơn vị 05")
        self.of_unit("Chức vụ", "05").fill("Chuyên viên")
        self.of_unit("Lãnh đạo đơn vị", "05").uncheck()
        chair.press("Lưu danh sách")
        chair.sees("Họp Quốc hội")
        chair.sees("chưa có văn bản ủy quyền, dự họp nhưng không biểu quyết")
        chair.press("Bắt đầu họp")

    def of_unit(self, label, unit):
        name = re.compile(rf"^{label}, Đơn vị (mẫu )?{unit}$")
        return self.chair.page.locator("main").get_by_label(name)

    def put_to_vote(self, title, *, keep=(), committee=""):
        """Open the question of an item; returns the address of its poll."""
        chair = self.chair
        chair.page.goto(self.meeting)
        item = self.item(title)
        item.locator("summary", has_text="Mở biểu quyết").click()
        if committee:
            item.get_by_label("Tổ kiểm phiếu").fill(committee)
        if keep:
            for box in item.get_by_role("checkbox").all():
                box.uncheck()
            for unit in keep:
                item.get_by_label(f"Đơn vị mẫu {unit}", exact=True).check()
        chair.send(item.get_by_role("button", name="Mở biểu quyết"))
        link = self.item(title).get_by_role("link", name="Mở trang bỏ phiếu")
        return link.get_attribute("href") if link.count() else ""

    # The secret ballot

    def open_ballot(self):
        assert self.put_to_vote(FLAG) == ""
        self.chair.sees("Chưa có tổ kiểm phiếu")
        self.flag = self.put_to_vote(FLAG, committee=COMMITTEE)
        self.chair.open(self.flag)
        self.chair.sees(COMMITTEE)

    def vote(self):
        """Each head in an own window; nothing of it appears anywhere before the count."""
        auditor = self.stage("chixem@mau")
        auditor.open(JOURNAL)
        before = auditor.page.locator("main").inner_text()
        stale, late = self.ballot_window("02"), self.ballot_window("04")
        for unit, choice in (("02", "02"), ("03", "07"), ("07", "07")):
            head = self.head(unit)
            head.open(self.flag)
            head.tick(f"Đơn vị mẫu {choice}")
            head.press("Bỏ phiếu")
            head.sees("Đã bỏ phiếu")
            self.sees_no_figure(head)
        self.vote_by_keyboard(self.head("01"), "Đơn vị mẫu 07")
        self.send_ballot(stale, "Đơn vị mẫu 03")
        assert "Mỗi đơn vị chỉ bỏ một lá phiếu" in stale.locator("[role=alert]").first.inner_text()
        self.refuse_others()
        self.look_for_figures()
        auditor.open(JOURNAL)
        assert auditor.page.locator("main").inner_text() == before
        self.close(late)

    def ballot_window(self, unit):
        """A second window of the same person, opened before the vote."""
        head = self.head(unit)
        page = head.page.context.new_page()
        page.goto(head.site + self.flag)
        return page

    def send_ballot(self, page, choice):
        page.get_by_label(choice).check()
        page.get_by_role("button", name="Bỏ phiếu", exact=True).click()
        with page.expect_navigation():
            page.locator("dialog[open] button[value=yes]").click()

    def vote_by_keyboard(self, head, choice):
        """Tab to the ballot, arrows to the choice, Tab to the button, Enter, and yes."""
        head.open(self.flag)
        page = head.page
        self.tab_to(page, "input[type=radio]")
        page.keyboard.press("Space")
        for _ in range(8):
            if page.evaluate("document.activeElement.labels[0].innerText.trim()") == choice:
                break
            page.keyboard.press("ArrowDown")
        self.tab_to(page, "form[action$='/bo-phieu/'] button")
        page.keyboard.press("Enter")
        page.locator("dialog[open]").wait_for()
        self.tab_to(page, "dialog button[value=yes]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        head.sees("Đã bỏ phiếu")

    @staticmethod
    def tab_to(page, selector):
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"{page.url}: Tab does not reach {selector}")

    def refuse_others(self):
        """The absent unit, and the one whose representative brought no mandate."""
        for person in (self.head("06"), self.officer("05")):
            person.open(self.flag)
            person.sees("vắng mặt, hoặc người dự chưa có văn bản ủy quyền")
            assert person.page.get_by_role("button", name="Bỏ phiếu", exact=True).count() == 0
        self.head("05").open(self.flag)
        self.head("05").sees("Bạn không có tên trong danh sách bỏ phiếu")

    def look_for_figures(self):
        for name in ("tdkt.chuyenvien@mau", "tdkt.lanhdao@mau", "chixem@mau"):
            person = self.stage(name)
            person.open(self.flag)
            self.sees_no_figure(person)
        admin = self.stage("quantri")
        assert admin.page.goto(admin.site + self.flag).status == 404
        chair = self.chair
        chair.open(self.flag)
        self.sees_no_figure(chair)
        chair.open(HOME + "binh-xet/")
        assert "/7" not in chair.page.locator("main table").first.inner_text()
        for path in ("kiem-phieu.pdf", "to-trinh.pdf"):
            assert chair.page.context.request.get(chair.site + HOME + path).status == 404
        assert chair.page.get_by_role("button", name="Kiểm phiếu", exact=True).count() == 0

    @staticmethod
    def sees_no_figure(person):
        cells = person.page.locator("td[data-label='Phiếu đồng ý']").all_inner_texts()
        assert len(cells) == 7
        assert set(cells) == {"—"}
        shown = person.page.locator("main").inner_text()
        assert "Được chọn" not in shown
        assert "/7" not in shown

    def close(self, late):
        chair = self.chair
        chair.open(self.flag)
        chair.press("Đóng bỏ phiếu")
        self.sees_no_figure(chair)
        self.send_ballot(late, "Đơn vị mẫu 07")
        assert "đã đóng. Phiếu của bạn chưa được ghi nhận" in late.locator("[role=alert]").first.inner_text()

    def count(self):
        chair = self.chair
        chair.open(self.flag)
        chair.press("Kiểm phiếu")
        chair.sees("Được chọn: Đơn vị mẫu 07")
        chair.sees("4/7 đã bỏ phiếu")
        chair.sees("3/5 (60%)")
        chair.sees("người bỏ lá phiếu đó biết chắc mọi người khác đã bỏ phiếu thế nào")
        chair.sees("Chỉ có 4 lá phiếu")
        assert "Mọi lá phiếu giống nhau" not in chair.page.locator("main").inner_text()
        chair.check_accessibility("counted")

    def confirm_against_scores(self):
        """The vote leaves the order of scores: no confirmation without a reason."""
        chair = self.chair
        chair.sees("Kết quả khác thứ tự điểm")
        reason = chair.page.get_by_label("Lý do, ghi vào biên bản")
        chair.page.locator("main").get_by_role("button", name="Xác nhận kết quả").click()
        assert chair.page.locator("dialog[open]").count() == 0
        assert not reason.evaluate("field => field.validity.valid")
        reason.fill("Đơn vị 07 có mô hình mới được cả khối học tập.")
        chair.press("Xác nhận kết quả")
        chair.sees("Đã xác nhận kết quả")
        chair.sees("mô hình mới được cả khối học tập")

    # Paper

    def count_paper(self):
        self.merit = self.put_to_vote(MERIT, keep=("02", "03", "05"), committee=COMMITTEE)
        figures = {
            "Phát hành": "7", "Phát cho người bỏ phiếu": "5", "Hỏng, đổi phiếu khác": "1", "Chưa dùng": "1",
            "Thu về": "5", "Không hợp lệ": "1",
            "Đơn vị mẫu 02: đồng ý": "4", "Đơn vị mẫu 05: đồng ý": "3", "Đơn vị mẫu 05: không đồng ý": "1",
            "Đơn vị mẫu 03: đồng ý": "1", "Đơn vị mẫu 03: không đồng ý": "3",
        }  # fmt: skip
        chair, second = self.chair, self.officer("02")
        self.type_count(chair, self.merit, figures | {"Phát hành": "9"})
        chair.sees("Hãy đếm lại")
        self.type_count(chair, self.merit, figures)
        chair.sees("Người thứ hai cần nhập lại để đối chiếu")
        wrong = {"Đơn vị mẫu 03: đồng ý": "0", "Đơn vị mẫu 03: không đồng ý": "4"}
        self.type_count(second, self.merit, figures | wrong)
        second.sees("Hai lần nhập khác nhau")
        second.sees("Đơn vị mẫu 03, đồng ý: người thứ nhất nhập 1, người thứ hai nhập 0.")
        second.check_accessibility("two counts")
        self.sees_nothing_settled(chair)
        self.type_count(chair, self.merit, figures)
        chair.sees("Hai lần nhập khác nhau")
        self.type_count(second, self.merit, figures)
        second.sees("Được chọn: Đơn vị mẫu 02, Đơn vị mẫu 05.")
        chair.open(self.merit)
        chair.press("Xác nhận kết quả")
        chair.sees("Đã xác nhận kết quả")

    def type_count(self, person, poll, figures):
        person.open(poll, axe=False)
        for label, figure in figures.items():
            person.page.locator("main").get_by_label(re.compile(rf"^\s*{label}\s*\*?\s*$")).fill(figure)
        person.press("Ghi kết quả kiểm phiếu")

    def sees_nothing_settled(self, person):
        person.open(self.merit, axe=False)
        cells = person.page.locator("td[data-label='Phiếu đồng ý']").all_inner_texts()
        assert cells == ["—"] * 3

    # A tie by hands

    def tie(self):
        """The mandate arrives, six vote, three and three: people decide, with a reason."""
        chair = self.chair
        chair.page.goto(self.meeting)
        chair.send(chair.page.get_by_role("link", name="Sửa điểm danh"))
        self.of_unit("Văn bản ủy quyền", "05").fill("Giấy ủy quyền số 12/GUQ")
        chair.press("Lưu danh sách")
        self.election = self.put_to_vote(CHAIR, keep=("03", "04"))
        figures = {
            "Số đơn vị biểu quyết": "6",
            "Đơn vị mẫu 03: đồng ý": "3", "Đơn vị mẫu 03: không ý kiến": "3",
            "Đơn vị mẫu 04: đồng ý": "3", "Đơn vị mẫu 04: không ý kiến": "3",
        }  # fmt: skip
        for person in (chair, self.officer("02")):
            self.type_count(person, self.election, figures)
        chair.open(self.election)
        chair.sees("Bằng nhau ở mức 3 phiếu")
        assert chair.page.locator("main").get_by_text("Bằng phiếu", exact=True).count() == 2
        assert chair.page.locator("main").get_by_text("Được chọn", exact=True).count() == 0
        chair.fill("Lý do, ghi vào biên bản", "Theo lượt luân phiên.")
        chair.press("Xác nhận kết quả")
        chair.sees("Hội nghị quyết định chọn")
        assert not Term.objects.filter(cycle__year=2026, office="chair").exists()
        chair.tick("Đơn vị mẫu 04")
        chair.fill("Lý do, ghi vào biên bản", "Hội nghị quyết định theo lượt luân phiên.")
        chair.press("Xác nhận kết quả")
        chair.sees("Đã xác nhận kết quả")
        assert Term.objects.get(cycle__year=2026, office="chair").unit.name == "Đơn vị mẫu 04"

    # Papers and narrow screens

    def read_minutes(self):
        chair = self.chair
        chair.open(HOME + "binh-xet/")
        chair.press("Lập biên bản kiểm phiếu")
        chair.check_accessibility()
        words = text_of(chair.fetch(HOME + "kiem-phieu.pdf"))
        for said in (
            "Số đơn vị có quyền bỏ phiếu: 7; có mặt: 5.",
            COMMITTEE,
            "Số phiếu phát hành: 7; phát cho người bỏ phiếu: 4; hỏng, đổi lại: 0; chưa dùng: 3; thu về: 4; "
            "hợp lệ: 4; không hợp lệ: 0; phiếu trắng: 0.",
            "Đơn vị mẫu 07 3 5 60% Được chọn",
            "Đơn vị mẫu 02 1 5 20% Không được chọn",
            "Lý do: Đơn vị 07 có mô hình mới",
            "Số phiếu phát hành: 7; phát cho người bỏ phiếu: 5; hỏng, đổi lại: 1; chưa dùng: 1; thu về: 5; "
            "hợp lệ: 4; không hợp lệ: 1; phiếu trắng: 0.",
            "Đơn vị mẫu 02 4 5 80% Được chọn",
            "Đơn vị mẫu 03 1 5 20% Không được chọn",
        ):
            assert said in words, words

    def narrow(self):
        chair = self.chair
        chair.page.set_viewport_size({"width": 390, "height": 844})
        meeting = self.meeting.removeprefix(chair.site)
        for path in (HOME, HOME + "cham-diem/donvi-01/", self.flag, self.merit, HOME + "binh-xet/", meeting):
            chair.open(path)
            width = chair.page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, f"{path} is {width} wide"


def text_of(pdf):
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(words.replace("\u00a0", " ").split())


def test_a_bloc_of_seven_votes_in_secret_on_paper_and_by_hands(stage, bloc):
    walk = Walk(stage)
    walk.plan()
    walk.call_over()
    walk.open_ballot()
    walk.vote()
    walk.count()
    walk.confirm_against_scores()
    walk.count_paper()
    walk.tie()
    walk.read_minutes()
    walk.narrow()
