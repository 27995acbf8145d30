"""What a cell shows as saved is what is stored: the word over a figure, a colleague, the step, tabs, the way back."""

import re

import pytest

from accounts.rules import DEMO_PASSWORD
from scoring.models import Mark
from tests.e2e.small_bloc import HOME, scoring
from tests.e2e.test_lost_session import cell, enter, points, row

UNIT = "donvi-03"
OFFICER = f"{UNIT}.chuyenvien@mau"
CARD = f"{HOME}cham-diem/{UNIT}/"


@pytest.fixture
def officer(stage, go_to):
    go_to(scoring)
    person = stage(OFFICER)
    person.open(CARD)
    return person


def stored(code):
    mark = Mark.objects.get(criterion__code=code, card__unit__slug=UNIT)
    return mark.inputs, mark.points


def na_word(page, code):
    return row(page, code).locator("[data-na]").inner_text()


def sign_in(page, site):
    page.goto(f"{site}/dang-nhap/")
    page.fill("[name=login]", OFFICER)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)


@pytest.mark.parametrize(("typed", "word"), [("kps", "Không phát sinh"), ("kg", "Không giao")])
def test_a_figure_over_the_word_is_stored_and_stays(officer, typed, word):
    page = officer.page
    enter(officer, "I.1", typed)
    assert na_word(page, "I.1") == word
    officer.open(CARD, axe=False)
    assert cell(page, "I.1").input_value() == typed

    enter(officer, "I.1", "2")

    assert (points(page, "I.1").inner_text(), na_word(page, "I.1")) == ("2", "")
    assert stored("I.1")[0] == {"value": "2"}
    officer.open(CARD, axe=False)
    assert (cell(page, "I.1").input_value(), points(page, "I.1").inner_text()) == ("2", "2")


def test_the_last_of_word_and_figures_wins_in_a_cell_of_several_parts(officer):
    page = officer.page
    first, second = (row(page, "I.2").locator("input.cell").nth(place) for place in (0, 1))
    first.fill("97")
    second.fill("98")
    first.fill("kps")
    assert second.input_value() == ""
    first.press("Enter")
    row(page, "I.2").locator(".saved-mark:not(.saving)").wait_for()
    assert na_word(page, "I.2") == "Không phát sinh"
    second.fill("98")
    assert first.input_value() == ""
    choice = row(page, "II.1").locator("select.cell")
    choice.select_option(label="Không giao")
    row(page, "II.1").locator("[data-na]", has_text="Không giao").wait_for()
    row(page, "I.3").locator("summary").click()
    row(page, "I.3").get_by_role("button", name="Không phát sinh").click()
    row(page, "I.3").locator("[data-na]", has_text="Không phát sinh").wait_for()
    assert cell(page, "I.3").input_value() == "kps"


def test_the_conflict_box_knows_the_word_on_both_sides(officer, stage):
    head = stage(f"{UNIT}.thutruong@mau")
    head.open(CARD, axe=False)
    enter(officer, "I.1", "kps")
    enter(head, "I.1", "2")
    box = row(head.page, "I.1").locator(".cell-conflict")
    assert "đã lưu “Không phát sinh" in box.inner_text()
    box.get_by_role("button", name="Dùng “2”").click()
    row(head.page, "I.1").locator("[data-points]", has_text="2").wait_for()
    assert stored("I.1")[0] == {"value": "2"}

    enter(officer, "I.1", "kg")
    row(officer.page, "I.1").locator(".cell-conflict").get_by_role("button", name=re.compile("^Giữ")).click()
    assert cell(officer.page, "I.1").input_value() == "2"
    assert points(officer.page, "I.1").inner_text() == "2"
    assert na_word(officer.page, "I.1") == ""


def test_a_figure_that_the_step_changes_says_so_beside_the_cell(officer):
    enter(officer, "I.1", "3,333")
    note = row(officer.page, "I.1").locator("[data-note]")
    assert note.inner_text() == "3,333 làm tròn thành 3,25 theo bước 0,25 của hướng dẫn."
    officer.check_accessibility("rounded")
    enter(officer, "I.1", "3,5")
    assert note.is_hidden()


def test_after_signing_in_again_in_another_tab_the_cell_says_what_to_do(officer, settings):
    page = officer.page
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cell(page, "I.1").fill("27,5")
    page.keyboard.press("Tab")
    officer.sees("Phiên làm việc đã hết")
    other = page.context.new_page()
    sign_in(other, officer.site)
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    officer.sees("Hãy tải lại trang này: điều đã gõ được giữ và sẽ được lưu.")
    page.get_by_role("button", name="Tải lại trang").click()
    officer.sees("Đã lưu lúc")
    assert points(page, "I.1").inner_text() == "27,5"


def test_after_sign_out_back_shows_nothing_of_the_card(officer):
    page = officer.page
    enter(officer, "I.1", "27,5")
    page.goto(f"{officer.site}/dang-xuat/")
    page.locator("main form[method=post] button").click()
    page.wait_for_url(lambda url: "dang-xuat" not in url)
    for _ in range(3):
        page.go_back()
        assert page.locator("tr[data-row]").count() == 0
        assert "27,5" not in page.content()
