"""Khối thi đua 4, Kiên Giang, 2019 (article 004), walked by hand from an empty year to its closing."""

import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from blocs.models import Cycle
from config.postgres import OWNER
from meetings.demo import reset, stories
from meetings.demo.directory import first_admin
from meetings.demo.facts import CONTENTS, KIEN_GIANG, moment
from tests.factories.law import signed_in_as

HOME = "/khoi/kien-giang/khoi-4/2019/"
UNITS = [unit.slug for unit in KIEN_GIANG.units]
CHAIR, VICE = KIEN_GIANG.chair, KIEN_GIANG.vice


def kien_giang():
    """The demonstration of Kiên Giang, its year 2019 set back to an empty one at `preparing`."""
    stories.tell(KIEN_GIANG, *first_admin(moment(date(2017, 1, 4))))
    cycle = Cycle.objects.get(bloc__province__slug="kien-giang", year=2019)
    with signed_in_as(OWNER):
        return reset.empty(cycle, at=moment(date(2019, 1, 5)))


@pytest.fixture
def empty_year(go_to):
    return go_to(kien_giang)


class Walk:
    """The year in the order it is lived; each method is one stage."""

    def __init__(self, stage) -> None:
        self.stage = stage
        self.chair = stage(f"{CHAIR}.chuyenvien@kien-giang", by_form=True)
        self.desk = stage("tdkt.chuyenvien@kien-giang")
        self.desk_head = stage("tdkt.lanhdao@kien-giang")

    def officer(self, unit):
        return self.stage(f"{unit}.chuyenvien@kien-giang")

    def head(self, unit):
        return self.stage(f"{unit}.thutruong@kien-giang")

    def move(self, label, *, by=None):
        person = by or self.chair
        person.open(HOME, axe=False)
        name = f"Chuyển sang “{label}”"
        fold = person.page.locator("main summary", has_text=name)
        if fold.count():
            fold.first.click()
            form = person.page.locator("details[open] form").first
            form.locator("textarea[name=reason]").fill("Đi bước này theo thực tế của khối.")
            person.send(form.locator("button[type=submit]").first)
        else:
            person.press(name)
        person.sees(f"Năm thi đua đã chuyển sang “{label}”")
        person.check_accessibility(label)

    # Phát động, ký giao ước

    def prepare(self):
        self.chair.open("/")
        self.chair.open(HOME)
        self.chair.sees("chưa chuyển bước nào")
        self.adopt_scoreboard()
        self.move("Phát động, ký giao ước")

    def adopt_scoreboard(self):
        self.chair.open(HOME + "cham-diem/")
        self.chair.open(HOME + "thang-bang-diem/")
        self.chair.press("Lập dự thảo từ hướng dẫn")
        self.chair.check_accessibility()
        self.chair.ask("Thông qua và khóa", {"Hình thức": "Các đơn vị thành viên thống nhất tại hội nghị."})
        self.chair.check_accessibility()

    def sign_covenant(self):
        chair = self.chair
        chair.open(HOME + "giao-uoc/")
        chair.press("Soạn giao ước")
        for title in CONTENTS:
            form = chair.page.locator("form[action$='/noi-dung/']").last
            form.locator("textarea").first.fill(title)
            chair.send(form.get_by_role("button", name="Thêm nội dung"))
        lines = (
            "Hoàn thành chỉ tiêu Hội đồng nhân dân tỉnh giao | % | ≥ 100\nHồ sơ giải quyết đúng hạn | % | ≥ 97,5",
            "Cán bộ, công chức bị kỷ luật | người | ≤ 0",
            "Báo cáo thi đua đúng hạn",
        )
        for place, text in enumerate(lines):
            form = chair.page.locator("form[action$='/chi-tieu/']").nth(place)
            form.locator("textarea").fill(text)
            chair.send(form.get_by_role("button", name="Thêm chỉ tiêu"))
        chair.sees("3 nội dung, 4 chỉ tiêu")
        chair.check_accessibility("written")
        chair.choose("Hình thức thống nhất", "Thống nhất tại hội nghị", inside="#thong-nhat")
        chair.fill("Ngày thống nhất", "02/05/2019", inside="#thong-nhat")
        chair.press("Ghi nhận thống nhất", inside="#thong-nhat")
        chair.press("Mời các đơn vị ký")
        for unit in UNITS:
            head = self.head(unit)
            head.open(HOME + "giao-uoc/")
            head.ask("Ký giao ước", inside="#chu-ky")
        chair.open(HOME + "giao-uoc/", axe=False)
        chair.sees("7/7")
        chair.open("/")
        chair.send(chair.page.get_by_role("link", name=re.compile("^Ban hành Bản giao ước")).first)
        self.issue("", "", "02/05/2019")
        chair.sees("Đã ban hành")

    def issue_regulation(self):
        """The number of the register is typed in; its day is the one of 2019."""
        chair = self.chair
        chair.open(HOME + "van-ban/")
        chair.open(HOME + "van-ban/soan/regulation/")
        chair.press("Lưu dự thảo")
        chair.press("Chốt nội dung")
        chair.check_accessibility("final")
        self.issue("3387", "QĐ-KTĐ4", "02/05/2019")
        chair.sees("3387/QĐ-KTĐ4")

    def issue(self, number, symbol, on):
        chair = self.chair
        if number:
            chair.fill("Số", number, inside="#ban-hanh")
            chair.fill("Ký hiệu", symbol, inside="#ban-hanh")
        chair.fill("Ngày ban hành", on, inside="#ban-hanh")
        chair.press("Ban hành", inside="#ban-hanh")

    # Sơ kết

    def report_results(self, period):
        for unit in UNITS:
            officer, head = self.officer(unit), self.head(unit)
            path = f"{HOME}ket-qua/{unit}/?ky={period}"
            officer.open(path)
            for number, figure in ((1, "100"), (2, "98,5"), (3, "0")):
                officer.fill(f"Chỉ tiêu {number}: kết quả", figure)
            officer.choose("Chỉ tiêu 4: kết quả", "Có")
            officer.press("Lưu tạm")
            head.open(path)
            head.press("Gửi cho khối")
            head.sees("Đã gửi")

    # Chấm điểm

    def score_all(self):
        for rank, unit in enumerate(KIEN_GIANG.order):
            self.score(unit, rank)

    def score(self, unit, rank):
        officer = self.officer(unit)
        officer.open(f"{HOME}cham-diem/{unit}/")
        page = officer.page
        if rank == 0:
            self.type_wrong_things(officer)
        values = {
            "I.1": f"{30 - rank}",
            "I.3": "4",
            "III.3": "9,5",
            "II.2": "0",
            "III.2": "0",
            "IV.1": "0",
            "V.1": "0",
        }
        for code, value in values.items():
            cell = self.row(page, code).locator("input.cell").first
            cell.fill(value)
            cell.press("Enter")
        target = self.row(page, "I.2").locator("input.cell")
        target.nth(0).fill("98,5")
        if target.count() > 1:
            target.nth(1).fill("98")
        for code in ("II.1", "III.1"):
            self.row(page, code).locator("select.cell").first.select_option(index=1)
        page.keyboard.press("Tab")
        officer.sees("10/10")
        head = self.head(unit)
        head.open(f"{HOME}cham-diem/{unit}/", axe=rank == 0)
        head.press("Gửi khối")
        head.sees("Đã gửi khối")

    def type_wrong_things(self, officer):
        """“abc” is refused at the field, a score above its maximum with a sentence; nothing typed is lost."""
        page = officer.page
        cell = self.row(page, "I.1").locator("input.cell").first
        cell.fill("abc")
        cell.press("Enter")
        officer.sees("không phải là số")
        assert cell.input_value() == "abc"
        cell.fill("31")
        cell.press("Enter")
        officer.sees("từ 0 đến 30")
        assert cell.input_value() == "31"

    @staticmethod
    def row(page, code):
        return page.locator("tr[data-row]").filter(
            has=page.locator("td.ordinal", has_text=re.compile(rf"^{re.escape(code)}$"))
        )

    def verify_all(self):
        """The chair checks the members; the chair's own card is refused to it and checked by the vice-chair."""
        own = self.chair
        own.open(f"{HOME}cham-diem/{CHAIR}/")
        assert own.page.get_by_role("button", name="Hoàn thành rà soát").count() == 0
        for unit in UNITS:
            judge = self.officer(VICE) if unit == CHAIR else self.chair
            judge.open(f"{HOME}cham-diem/{unit}/")
            judge.press("Chấp nhận ô chưa chấm")
            judge.press("Hoàn thành rà soát")
            judge.sees("Khối đã thẩm định")

    # Bình xét

    def rank(self):
        chair = self.chair
        chair.open(HOME + "xep-hang/")
        chair.press("Ghi điểm đã thống nhất")
        chair.press("Lập xếp hạng")
        chair.check_accessibility()
        chair.ask("Chốt xếp hạng", {"Hình thức": "Các đơn vị thành viên thống nhất xếp hạng."})
        chair.sees("Nhất")

    def hold_conference(self):
        chair = self.chair
        chair.open(HOME)
        chair.press("Mở năm sau")
        chair.open(HOME + "hoi-nghi/")
        chair.send(chair.page.get_by_role("link", name="Lập hội nghị").first)
        chair.check_accessibility()
        chair.choose("Loại", "Hội nghị tổng kết")
        chair.fill("Bắt đầu lúc", "05/02/2020 08:00")
        chair.fill("Địa điểm", "Sở Lao động - Thương binh và Xã hội")
        secretary = chair.page.get_by_label("Thư ký (tài khoản)")
        secretary.select_option(
            label=re.search(r"Chuyên viên Sở LĐTBXH[^\n]*", secretary.inner_text())[0].strip()
        )
        chair.press("Lưu")
        chair.check_accessibility()
        meeting = chair.page.url
        chair.send(chair.page.get_by_role("link", name="Điểm danh").first)
        chair.check_accessibility()
        chair.press("Lưu danh sách")
        chair.press("Bắt đầu họp")
        self.settle_items()
        chair.page.goto(meeting)
        chair.ask("Kết thúc hội nghị", {"Kết thúc lúc": "05/02/2020 11:30"})
        self.write_minutes(meeting)

    def settle_items(self):
        """Consensus on each question: names and words, no figures."""
        decisions = (
            ("Suy tôn đơn vị dẫn đầu", "Sở Khoa học và Công nghệ"),
            ("Bình xét, đề nghị", "Sở Giáo dục và Đào tạo"),
            ("Bầu Khối trưởng", "Sở Du lịch"),
            ("Bầu Khối phó", "Sở Khoa học và Công nghệ"),
        )
        chair = self.chair
        for title, unit in decisions:
            item = self.item(title)
            item.locator("summary", has_text="Ghi kết quả thống nhất").click()
            item.get_by_label(unit, exact=True).check()
            chair.send(item.get_by_role("button", name="Ghi thống nhất"))
            chair.send(self.item(title).get_by_role("link", name="Xem, xác nhận kết quả"))
            chair.check_accessibility()
            chair.press("Xác nhận kết quả")
            chair.sees("Đã xác nhận kết quả")
            chair.page.go_back()
            chair.page.go_back()
            chair.page.reload()
        ranking = self.item("Thống nhất điểm và xếp hạng")
        ranking.locator("summary", has_text="Ghi diễn biến").click()
        ranking.get_by_label("Kết quả").fill("Hội nghị thống nhất xếp hạng.")
        chair.send(ranking.get_by_role("button", name="Lưu"))

    def item(self, title):
        return self.chair.page.locator("section.agenda ol > li").filter(
            has=self.chair.page.locator("h3", has_text=title)
        )

    def write_minutes(self, meeting):
        chair = self.chair
        chair.press("Lập biên bản")
        chair.press("Chốt, mời ký")
        chair.press("Ký biên bản")
        head = self.head(CHAIR)
        head.page.goto(meeting)
        head.press("Ký biên bản")
        chair.page.goto(meeting)
        chair.send(chair.page.locator("#bien-ban").get_by_role("link", name="Văn bản", exact=True))
        self.issue("01", "BB-KTĐ4", "05/02/2020")

    def submit(self):
        chair = self.chair
        chair.open(HOME + "khen-thuong/")
        chair.press("Lập tờ trình")
        chair.press("Chốt nội dung")
        self.issue("07", "TTr-KTĐ4", "06/02/2020")
        chair.open(HOME + "khen-thuong/", axe=False)
        chair.press("Trình tỉnh")
        chair.sees("Đã trình hồ sơ về tỉnh")

    # Trình khen thưởng

    def appraise_each(self):
        """Accept each unit once."""
        desk = self.desk
        desk.open("/tinh/kien-giang/")
        desk.open(HOME + "khen-thuong/")
        folds = desk.page.locator("main article details").count()
        for place in range(folds):
            fold = desk.page.locator("main article details").nth(place)
            fold.locator("summary").click()
            fold.locator("select").first.select_option("accept")
            desk.send(fold.get_by_role("button", name="Ghi ý kiến"))
        desk.press("Hoàn thành thẩm định")
        desk.sees("Đã hoàn thành thẩm định")

    def decide(self):
        head = self.desk_head
        head.open(HOME + "khen-thuong/")
        head.fill("Số, ký hiệu quyết định", "512/QĐ-UBND")
        head.fill("Ngày ký", "10/03/2020")
        head.press("Xem lại trước khi ghi")
        head.sees("Quyết định số 512/QĐ-UBND ngày 10/03/2020.")
        head.press("Ghi đúng như trên")
        head.sees("Đã ghi quyết định khen thưởng")

    def hand_over(self):
        self.chair.open(HOME + "ban-giao/")
        self.chair.fill("Hồ sơ, tài liệu, kinh phí bàn giao", "Hồ sơ của khối năm 2019.\nKinh phí: không có.")
        self.chair.press("Lưu nội dung")
        giver, taker = self.head(CHAIR), self.head("so-dulich")
        giver.open("/")
        giver.open(HOME + "ban-giao/")
        giver.press("Xác nhận đã bàn giao")
        taker.open(HOME + "ban-giao/")
        taker.press("Xác nhận đã nhận")
        taker.sees("Đã xác nhận nhận bàn giao")

    def read_papers(self):
        """What the papers say of the article's facts."""
        letter = text_of(self.chair.fetch(HOME + "to-trinh.pdf"))
        minutes = text_of(self.chair.fetch(HOME + "binh-xet.pdf"))
        covenant = text_of(self.chair.fetch(HOME + "giao-uoc.pdf"))
        for words in ("Sở Khoa học và Công nghệ", "Cờ thi đua của UBND tỉnh", "Sở Giáo dục và Đào tạo"):
            assert words in letter
            assert words in minutes
        assert "Bằng khen của Chủ tịch UBND tỉnh" in letter
        assert "07/TTr-KTĐ4" in letter
        assert "bầu Sở Du lịch làm Khối trưởng năm 2020" in minutes
        assert "bầu Sở Khoa học và Công nghệ làm Khối phó năm 2020" in minutes
        for paper in (letter, minutes):
            assert "phiếu đồng ý" not in paper
        assert "Chữ ký" not in covenant
        assert covenant.count("Đã ký lúc") == 7
        assert self.chair.fetch(HOME + "xep-hang.xlsx")[:2] == b"PK"


def text_of(pdf):
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(words.replace("\u00a0", " ").split())


def test_the_year_of_kien_giang_2019(stage, empty_year):
    walk = Walk(stage)
    walk.prepare()
    walk.sign_covenant()
    walk.issue_regulation()
    walk.move("Thực hiện, sơ kết")
    walk.report_results("6-thang")
    walk.move("Tự chấm điểm")
    walk.score_all()
    walk.move("Khối rà soát điểm")
    walk.verify_all()
    walk.move("Bình xét")
    walk.rank()
    walk.hold_conference()
    walk.submit()
    walk.move("Trình tỉnh")
    walk.move("Tỉnh thẩm định", by=walk.desk)
    walk.appraise_each()
    walk.decide()
    walk.move("Có quyết định", by=walk.desk_head)
    walk.hand_over()
    walk.read_papers()
    walk.move("Kết thúc", by=walk.desk_head)
    walk.chair.open(HOME, axe=False)
    walk.chair.sees("Năm thi đua đã kết thúc")
