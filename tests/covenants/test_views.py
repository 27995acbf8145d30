from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from blocs.enums import MilestoneKind, Phase
from blocs.models import Milestone
from covenants import services
from covenants.enums import CovenantLevel, CovenantStatus, MovementLevel
from covenants.models import (
    Content,
    Covenant,
    InitiativeCount,
    Movement,
    Participation,
    Registration,
    Result,
    Target,
    TargetAssignment,
    UnitReport,
)
from covenants.queries import signings_of, targets_of
from documents.models import Signing
from tests.factories.covenants import SPRING, SUMMER, CovenantYear, D, fresh_covenant
from tests.factories.documents import TINY_PDF

pytestmark = pytest.mark.django_db

SLUGS = ["kien-giang", "khoi-4", 2019]
KINDS = {"HTTP_ACCEPT": "text/html"}


def page_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def browse(client):
    """Open and post pages as a person."""

    class Browser:
        def as_(self, user):
            client.force_login(user)
            return self

        def get(self, name, /, *args, query=""):
            return client.get(reverse(name, args=[*SLUGS, *args]) + query)

        def post(self, name, /, *args, query="", **data):
            return client.post(reverse(name, args=[*SLUGS, *args]) + query, data)

    return Browser()


# The covenant page


def test_a_covenant_is_drafted_written_adopted_and_signed_in_the_browser(browse, year):
    browse.as_(year.chair)
    assert "Chưa có giao ước thi đua" in page_of(browse.get("covenant"))
    assert browse.get("covenant_pdf").status_code == 404

    covenant_page = browse.post("covenant_draft")
    covenant = Covenant.objects.get()
    assert covenant_page.url == covenant.get_absolute_url()
    browse.post("covenant_edit", covenant.pk, opening="Lời mở đầu riêng")
    browse.post("content_add", covenant.pk, title="Phát triển kinh tế", note="")
    content = Content.objects.get()
    browse.post("targets_add", covenant.pk, content.pk, lines="Hồ sơ đúng hạn | % | ≥ 95,5\nCơ quan văn hóa")
    browse.post(
        "content_edit", covenant.pk, content.pk, title="Phát triển kinh tế - xã hội", note="Diễn giải"
    )
    page = page_of(browse.get("covenant"))
    assert "I. Phát triển kinh tế - xã hội" in page
    assert "≥ 95,5" in page
    assert "Lời mở đầu riêng" in page

    browse.post("covenant_adopt", covenant.pk, form="consensus", on="20/03/2019", note="")
    browse.post("covenant_open_signing", covenant.pk)
    for place in range(3):
        signing = Signing.objects.get(unit=year.units[place])
        browse.as_(year.heads[place]).post("covenant_sign", covenant.pk, signing.pk, capacity="GIÁM ĐỐC")
    assert fresh_covenant(covenant).status == CovenantStatus.SIGNED
    page = page_of(browse.get("covenant"))
    assert "3/3" in page
    assert "Thủ trưởng 2, GIÁM ĐỐC" in page
    assert "Thống nhất tại hội nghị" in page
    assert reverse("covenant_pdf", args=SLUGS) in page
    assert browse.get("covenant_pdf").content.startswith(b"%PDF")


def test_parts_of_a_draft_are_taken_out(browse, year):
    covenant = year.written()
    browse.as_(year.chair)
    browse.post("target_remove", covenant.pk, targets_of(covenant)[0].pk)
    browse.post("content_remove", covenant.pk, covenant.contents.get(position=2).pk)

    assert [t.number for t in targets_of(covenant)] == [1]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "targets_add",
            {"lines": "Hồ sơ | % | abc"},
            "Dòng 1: “abc” không phải là số. Hãy gõ số, ví dụ 7,5.",
        ),
        ("targets_add", {"lines": " \n "}, "bắt buộc"),
        ("targets_add", {"lines": "1. | % "}, "Hãy ghi chỉ tiêu"),
        ("content_edit", {"title": "", "note": "Giữ chữ này"}, "Giữ chữ này"),
    ],
)
def test_what_cannot_be_read_comes_back_with_what_was_typed(browse, year, name, data, sentence):
    covenant = year.written()
    response = browse.as_(year.chair).post(name, covenant.pk, covenant.contents.first().pk, **data)

    assert response.status_code == 422
    assert sentence in page_of(response)
    assert data.get("lines", "").strip() in page_of(response)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("content_add", {"title": ""}),
        ("covenant_edit", {"opening": "Céng hßa x· héi chñ nghÜa ViÖt Nam"}),
        ("covenant_adopt", {"form": "consensus", "on": "32/13/2019"}),
        ("covenant_adopt", {"form": "consensus", "on": "20/03/2099"}),
        ("covenant_amend", {"reason": "Lý do"}),
        ("covenant_signed_at_meeting", {"scan": "x"}),
    ],
)
def test_a_wrong_act_explains_itself_on_the_page(browse, year, name, data):
    covenant = year.written()
    response = browse.as_(year.chair).post(name, covenant.pk, **data)

    assert response.status_code == 422
    assert fresh_covenant(covenant).status == CovenantStatus.DRAFT


def test_a_second_signature_is_refused_on_the_page(browse, year):
    covenant = year.signing()
    signing = Signing.objects.get(unit=year.units[0])
    browse.as_(year.heads[0]).post("covenant_sign", covenant.pk, signing.pk)
    response = browse.post("covenant_sign", covenant.pk, signing.pk)

    assert response.status_code == 422
    assert "Sở số 1 đã ký. Chữ ký đã ghi nhận không ký lại và không rút được." in page_of(response)
    assert browse.post("covenant_sign", covenant.pk, signing.pk, capacity="x" * 200).status_code == 422


def test_signatures_at_the_meeting_are_one_press_with_a_scan(browse, year):
    covenant = year.adopted()
    scan = SimpleUploadedFile("giao-uoc.pdf", TINY_PDF, "application/pdf")
    response = browse.as_(year.chair).post(
        "covenant_signed_at_meeting", covenant.pk, scan=scan, signed_on="10/03/2019"
    )

    assert response.status_code == 302
    assert [signing.scan.name for signing in signings_of(covenant)] == ["giao-uoc.pdf"] * 3
    assert signings_of(covenant)[0].scan.is_shared


def test_a_wrong_scan_is_refused_in_words(browse, year):
    covenant = year.adopted()
    scan = SimpleUploadedFile("giao-uoc.pdf", b"MZ not a paper", "application/pdf")
    response = browse.as_(year.chair).post(
        "covenant_signed_at_meeting", covenant.pk, scan=scan, signed_on="10/03/2019"
    )

    assert response.status_code == 422
    assert fresh_covenant(covenant).status == CovenantStatus.ADOPTED


def test_an_amendment_stands_beside_the_covenant_in_force(browse, year):
    covenant = year.signed()
    response = browse.as_(year.chair).post("covenant_amend", covenant.pk, reason="Tỉnh giao thêm")
    amendment = Covenant.objects.get(version=2)

    assert response.url == amendment.get_absolute_url()
    assert "Tỉnh giao thêm" in page_of(browse.get("covenant_version", amendment.pk))
    assert "Các bản khác" in page_of(browse.get("covenant"))


def test_last_years_contents_and_the_provinces_covenant_are_begun(browse, year):
    year.adopted()
    browse.as_(year.chair).post("covenant_draft", level=CovenantLevel.PROVINCE, copy="1")

    assert Covenant.objects.get(level=CovenantLevel.PROVINCE).status == CovenantStatus.DRAFT
    assert browse.post("covenant_draft", level="khac").status_code == 404


def test_members_see_no_draft_and_strangers_nothing(browse, year):
    covenant = year.written()
    browse.as_(year.officers[2])
    assert "Tỷ lệ hồ sơ" not in page_of(browse.get("covenant"))
    assert browse.get("covenant_version", covenant.pk).status_code == 404
    assert browse.post("covenant_edit", covenant.pk, opening="x").status_code == 404

    browse.as_(CovenantYear(slug="an-giang").chair)
    for name in ("covenant", "results", "movements", "covenant_pdf", "results_xlsx"):
        assert browse.get(name).status_code == 404


# Targets


def test_a_target_and_its_values_are_edited(browse, year):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    one, two, three = (unit.pk for unit in year.units)
    browse.as_(year.chair)
    browse.post(
        "target_edit", covenant.pk, target.pk, text="Mới", measure="%", direction="at_most", value="7,5"
    )
    browse.post("assignments_set", covenant.pk, target.pk, **{f"value-{one}": "6.5", f"off-{two}": "on"})

    assert Target.objects.get(pk=target.pk).value == D("7.5")
    assert list(TargetAssignment.objects.order_by("unit").values_list("unit", "is_assigned", "value")) == [
        (one, True, D("6.5")), (two, False, None),
    ]  # fmt: skip
    assert three not in TargetAssignment.objects.values_list("unit", flat=True)
    assert "Mức giao cho từng đơn vị" in page_of(browse.get("covenant"))
    assert "6,5" in page_of(browse.get("target_edit", covenant.pk, target.pk))


@pytest.mark.parametrize(
    ("value", "direction", "sentence"),
    [
        ("abc", "at_least", "“abc” không phải là số. Hãy gõ số, ví dụ 7,5."),
        ("", "at_least", "Hãy ghi mức giao."),
        ("5", "yes_no", "Chỉ tiêu có hoặc không thì bỏ trống mức giao."),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(browse, year, value, direction, sentence):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    response = browse.as_(year.chair).post(
        "target_edit", covenant.pk, target.pk, text="Chữ đã gõ", measure="%", direction=direction, value=value
    )

    assert response.status_code == 422
    assert sentence in page_of(response)
    assert "Chữ đã gõ" in page_of(response)
    wrong = browse.post("assignments_set", covenant.pk, target.pk, **{f"value-{year.units[0].pk}": "abc"})
    assert (wrong.status_code, "“abc” không phải là số" in page_of(wrong)) == (422, True)


def test_an_adopted_target_is_not_edited(browse, year):
    covenant = year.adopted()
    target = covenant.targets.get(number=1)
    sent = {"text": "x", "measure": "", "direction": "at_least", "value": "1"}
    browse.as_(year.chair)

    for response in (
        browse.post("target_edit", covenant.pk, target.pk, **sent),
        browse.post("assignments_set", covenant.pk, target.pk),
    ):
        assert response.status_code == 422
        assert "Hãy lập bản sửa đổi." in page_of(response)


# Results


def typed(covenant, *values, **more):
    rows = {f"t{target.pk}": value for target, value in zip(targets_of(covenant), values, strict=False)}
    return rows | more


def test_a_unit_types_its_results_and_sends_them(browse, year):
    covenant = year.executing()
    browse.as_(year.officers[2])
    first = targets_of(covenant)[0].pk
    file = SimpleUploadedFile("minh-chung.pdf", TINY_PDF, "application/pdf")
    rows = typed(
        covenant,
        "97,5",
        "1",
        "12",
        "co",
        **{f"t{first}-uoc": "on", f"t{first}-note": "9 tháng", f"t{first}-file": file},
    )
    assert browse.post("unit_results", "so-3", query="?ky=6-thang", **rows).status_code == 302

    result = Result.objects.get(assignment__target=first)
    assert (result.actual, result.is_estimated, result.note, result.evidence.name) == (
        D("97.5"), True, "9 tháng", "minh-chung.pdf",
    )  # fmt: skip
    page = page_of(browse.get("unit_results", "so-3"))
    assert 'value="97,5"' in page
    assert "4 / 4 chỉ tiêu đạt, trong đó 2 vượt" in page

    browse.as_(year.heads[2]).post("report_send", "so-3", query="?ky=6-thang", note="Thuận lợi")
    assert UnitReport.objects.get().note == "Thuận lợi"
    assert "Rút lại" in page_of(browse.get("unit_results", "so-3"))


def test_abc_is_refused_at_its_field_and_nothing_typed_is_lost(browse, year):
    covenant = year.executing()
    target = targets_of(covenant)[0].pk
    rows = typed(covenant, "abc", "7.5", "", "co", **{f"t{target}-note": "Diễn giải đã gõ"})
    response = browse.as_(year.officers[0]).post("unit_results", "so-1", **rows)
    page = page_of(response)

    assert response.status_code == 422
    assert "“abc” không phải là số. Hãy gõ số, ví dụ 7,5." in page
    assert 'value="abc"' in page
    assert 'value="7.5"' in page
    assert "Diễn giải đã gõ" in page
    assert not Result.objects.exists()


def test_who_was_overtaken_sees_both_values(browse, year):
    covenant = year.executing()
    browse.as_(year.officers[0])
    form = browse.get("unit_results", "so-1").context["form"]
    year.record(covenant)
    response = browse.post(
        "unit_results", "so-1", **typed(covenant, "50", "1", "12", "co", as_read=form.as_read[1])
    )
    page = page_of(response)

    assert response.status_code == 409
    assert "Chỉ tiêu 1: nay là “96”; anh, chị gõ “50”." in page
    assert 'value="50"' in page
    assert "đang lưu: 96" in page
    again = typed(covenant, "50", "1", "12", "co", as_read=response.context["form"].as_read[1])
    assert browse.post("unit_results", "so-1", **again).status_code == 302
    assert Result.objects.get(assignment__target__number=1).actual == 50


def test_saving_the_same_says_that_nothing_changed(browse, year):
    covenant = year.executing()
    year.record(covenant)
    response = browse.as_(year.officers[0]).post(
        "unit_results", "so-1", **typed(covenant, "96", "1", "12", "co")
    )

    assert response.status_code == 302
    assert "Không có số nào thay đổi." in page_of(browse.get("unit_results", "so-1"))


def test_a_wrong_file_is_refused_and_the_figures_stay_typed(browse, year):
    covenant = year.executing()
    target = targets_of(covenant)[0].pk
    file = SimpleUploadedFile("x.exe", b"MZ", "application/pdf")
    response = browse.as_(year.officers[0]).post(
        "unit_results", "so-1", **typed(covenant, "96", **{f"t{target}-file": file})
    )

    assert response.status_code == 422
    assert 'value="96"' in page_of(response)


def test_another_units_unsent_page_is_not_there(browse, year):
    year.executing()
    browse.as_(year.officers[2])

    assert browse.get("unit_results", "so-1").status_code == 404
    assert browse.get("unit_results", "so-9").status_code == 404
    assert browse.post("report_send", "so-1").status_code == 404
    assert browse.as_(year.chair).get("unit_results", "so-3").status_code == 200


def test_reports_are_taken_back_received_and_extended(browse, year):
    covenant = year.executing()
    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.MIDYEAR, due_on=date(2090, 7, 10))
    browse.as_(year.heads[0])
    assert browse.post("report_withdraw", "so-1", reason="x").status_code == 404
    assert browse.post("report_send", "so-1").status_code == 422
    year.record(covenant)
    year.send()
    assert browse.post("report_withdraw", "so-1", reason="").status_code == 422
    assert browse.post("report_withdraw", "so-1", reason="Nhầm").status_code == 302

    year.send()
    browse.as_(year.chair)
    assert browse.post("report_receive", "so-2").status_code == 404
    assert browse.post("report_receive", "so-1").url.endswith("/ket-qua/?ky=6-thang")
    assert browse.post("report_receive", "so-1").status_code == 403
    wrong = browse.post("report_extend", "so-2", extended_to="mai", reason="Thiên tai")
    assert (wrong.status_code, "Hãy gõ ngày/tháng/năm" in page_of(wrong)) == (422, True)
    assert (
        browse.post("report_extend", "so-2", extended_to="01/07/2090", reason="Thiên tai").status_code == 422
    )
    assert (
        browse.post("report_extend", "so-2", extended_to="20/07/2090", reason="Thiên tai").status_code == 302
    )
    assert "gia hạn: Thiên tai" in page_of(browse.get("results"))


def test_an_estimate_becomes_official_on_the_units_page(browse, year):
    covenant = year.executing()
    year.record(covenant, is_estimated=True)
    year.send()
    result = Result.objects.get(assignment__target__number=1)
    browse.as_(year.officers[0])
    assert "Chỉ tiêu 1: ước 96" in page_of(browse.get("unit_results", "so-1"))

    wrong = browse.post("result_true_up", "so-1", result.pk, actual="abc")
    assert (wrong.status_code, "“abc” không phải là số" in page_of(wrong)) == (422, True)
    assert browse.post("result_true_up", "so-1", result.pk, actual="95,5").status_code == 302
    assert "ước 96 → 95,5" in page_of(browse.get("unit_results", "so-1"))
    assert browse.post("result_true_up", "so-1", result.pk, actual="95,5").status_code == 422


def test_a_year_without_a_covenant_says_so(browse, year):
    browse.as_(year.chair)

    for response in (browse.get("results"), browse.get("unit_results", "so-1")):
        assert "Chưa có giao ước được thống nhất nên chưa có chỉ tiêu để nhập kết quả" in page_of(response)


def test_the_matrix_counts_for_those_who_may_see(browse, year):
    covenant = year.executing()
    year.record(covenant, actuals=("96", "3", "12", "1"))
    year.send()

    assert "3 / 4 chỉ tiêu đạt, trong đó 1 vượt" in page_of(browse.as_(year.officers[2]).get("results"))
    year.record(covenant, 1, actuals=("94", "3", "12", "1"))
    page = page_of(browse.get("results"))
    assert ">94<" not in page
    assert ">94<" in page_of(browse.as_(year.chair).get("results"))


# What a page may cost, the menu and the session included.
MOST_QUERIES = 20


@pytest.mark.parametrize("name", ["covenant", "results", "movements", "unit_results", "cycle"])
def test_pages_ask_the_same_number_of_queries_whatever_the_rows(client, name, django_assert_max_num_queries):
    def asked(units):
        year = CovenantYear(slug=f"tinh-{units}", units=units)
        covenant = year.executing()
        for place in range(units):
            year.record(covenant, place)
            services.add_movement(
                cycle=year.cycle,
                name=f"P{place}",
                level=MovementLevel.BLOC,
                launched_by="Khối",
                by=year.chair,
                at=SUMMER,
            )
            services.register_award(
                cycle=year.cycle, unit=year.units[place], award_text="Cờ", by=year.heads[place], at=SUMMER
            )
        client.force_login(year.chair)
        args = [f"tinh-{units}", "khoi-4", 2019, *(["so-1"] if name == "unit_results" else [])]
        with django_assert_max_num_queries(MOST_QUERIES + 15 * (name == "cycle")) as captured:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(captured.captured_queries)

    assert asked(1) == asked(3)


def test_the_workbook_shows_what_the_page_shows(browse, year):
    covenant = year.executing()
    year.record(covenant, actuals=("97.5", "1", "12", "1"), is_estimated=True)
    year.send()
    services.register_award(
        cycle=year.cycle, unit=year.units[0], award_text="=Cờ", by=year.heads[0], at=SUMMER
    )
    year.record(covenant, 1)
    response = browse.as_(year.officers[2]).get("results_xlsx")
    book = load_workbook(BytesIO(response.content))

    assert book.sheetnames == ["6 tháng", "Cả năm", "Đăng ký", "Phong trào", "Sáng kiến"]
    rows = [[cell.value for cell in row] for row in book["6 tháng"].iter_rows()]
    assert ["1", "Tỷ lệ hồ sơ đúng hạn", "%", "≥\u00a095", "97,5 (ước)", None, None] in [
        [value or None for value in row] for row in rows
    ]
    assert any(row[:6][1:2] == ["Số chỉ tiêu đạt"] and row[4] == "4 / 4" for row in rows)
    cell = next(cell for row in book["Đăng ký"].iter_rows() for cell in row if cell.value == "=Cờ")
    assert cell.data_type == "s"


# Movements, registrations, initiatives


def test_movements_registrations_and_initiatives_are_kept_on_one_page(browse, year):
    browse.as_(year.chair)
    browse.post(
        "movement_add",
        name="Nông thôn mới",
        level="government",
        launched_by="Thủ tướng",
        launched_on="05/01/2019",
    )
    movement = Movement.objects.get()
    browse.post("participation_record", movement.pk, "so-1", outcome="Hỗ trợ 2 xã")
    browse.post("registration_add", "so-1", award_text="Cờ thi đua của UBND tỉnh")
    browse.post("initiatives_record", "toan-khoi", grassroots="130", province="6")
    page = page_of(browse.get("movements"))

    assert movement.launched_on == date(2019, 1, 5)
    assert "Hỗ trợ 2 xã" in page
    assert "Cờ thi đua của UBND tỉnh" in page
    assert sorted(InitiativeCount.objects.values_list("count", flat=True)) == [6, 130]

    browse.post("initiatives_record", "so-1", grassroots="20", province="")
    assert InitiativeCount.objects.get(unit=year.units[0]).count == 20
    browse.post("participation_record", movement.pk, "so-1", outcome="")
    browse.post("movement_remove", movement.pk)
    browse.post("registration_cancel", Registration.objects.get().pk)
    assert not Movement.objects.exists()
    assert not Participation.objects.exists()
    assert not Registration.objects.exists()
    assert browse.post("registration_cancel", 1).status_code == 404


@pytest.mark.parametrize(
    ("name", "args", "data"),
    [
        ("movement_add", [], {"name": "", "launched_by": "Đã gõ"}),
        ("registration_add", ["so-1"], {"award_text": "", "note": "Đã gõ"}),
        ("registration_add", ["so-2"], {"award_text": "Cờ"}),
        ("initiatives_record", ["so-1"], {"grassroots": "nhiều"}),
        ("initiatives_record", ["so-1"], {"grassroots": "-1"}),
    ],
)
def test_wrong_words_come_back(browse, year, name, args, data):
    response = browse.as_(year.chair).post(name, *args, **data)

    assert response.status_code == 422
    if "Đã gõ" in data.values():
        assert "Đã gõ" in page_of(response)


def test_a_unit_only_answers_for_itself(browse, year):
    movement = services.add_movement(
        cycle=year.cycle, name="A", level=MovementLevel.BLOC, launched_by="Khối", by=year.chair, at=SPRING
    )
    browse.as_(year.officers[2])

    assert browse.post("participation_record", movement.pk, "so-1", outcome="x").status_code == 422
    assert browse.post("participation_record", movement.pk, "so-3", outcome="x" * 501).status_code == 422
    assert browse.post("movement_remove", movement.pk).status_code == 422
    page = page_of(browse.get("movements"))
    assert "Toàn khối (khi chỉ biết số chung)" not in page
    assert "Ghi phong trào" not in page


def test_the_cycle_page_carries_a_panel(browse, year):
    assert "Chưa có giao ước thi đua được thống nhất." in page_of(browse.as_(year.chair).get("cycle"))
    year.executing()
    page = page_of(browse.get("cycle"))

    assert "2 nội dung, 4 chỉ tiêu" in page
    assert "Đã gửi kết quả 6 tháng đầu năm" in page
    assert Phase.EXECUTING.label in page
