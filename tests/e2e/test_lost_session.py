"""The score page keeps what was typed: without a session, beside another person, without a mouse."""

import re

import pytest

from accounts.rules import DEMO_PASSWORD
from tests.e2e.small_bloc import HOME, scoring

CARD = HOME + "cham-diem/donvi-03/"


@pytest.fixture
def bloc(go_to):
    return go_to(scoring)


@pytest.fixture
def officer(stage, bloc):
    person = stage("donvi-03.chuyenvien@mau")
    person.open(CARD)
    return person


def row(page, code):
    ordinal = page.locator("td.ordinal", has_text=re.compile(rf"^{re.escape(code)}$"))
    return page.locator("tr[data-row]").filter(has=ordinal)


def cell(page, code):
    return row(page, code).locator("input.cell").first


def points(page, code):
    return row(page, code).locator("[data-points]")


def test_what_was_typed_outlives_a_lost_session(officer, settings):
    page = officer.page
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cell(page, "I.1").fill("27,5")
    page.keyboard.press("Tab")
    officer.sees("Phiên làm việc đã hết")
    officer.sees("1 ô chưa lưu được")
    assert cell(page, "I.1").input_value() == "27,5"
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(officer.site + "/dang-nhap/")
    page.fill("[name=login]", "donvi-03.chuyenvien@mau")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    officer.open(CARD, axe=False)
    assert cell(page, "I.1").input_value() == "27,5"
    officer.sees("Đã lưu lúc")
    page.evaluate("localStorage.clear()")
    officer.open(CARD, axe=False)
    assert cell(page, "I.1").input_value() == "27,5"
    assert points(page, "I.1").inner_text() == "27,5"


def test_the_second_of_two_people_in_one_cell_sees_both_values_and_chooses(officer, stage):
    head = stage("donvi-03.thutruong@mau")
    head.open(CARD, axe=False)
    for code, choice, kept in (("I.1", "Giữ “20", "20"), ("III.3", "Dùng “9", "9")):
        enter(officer, code, "20" if code == "I.1" else "8")
        officer.sees("Đã lưu lúc")
        enter(head, code, "25" if code == "I.1" else "9")
        box = row(head.page, code).locator(".cell-conflict")
        box.wait_for()
        assert "Chuyên viên Đơn vị 03 đã lưu" in box.inner_text()
        head.check_accessibility("conflict")
        box.get_by_role("button", name=re.compile(f"^{choice}")).click()
        box.wait_for(state="detached")
        head.page.wait_for_function("!document.querySelector('.saved-mark.saving, .saved-mark.failed')")
        officer.open(CARD, axe=False)
        assert cell(officer.page, code).input_value() == kept
        assert cell(head.page, code).input_value() == kept


def enter(person, code, value):
    cell(person.page, code).fill(value)
    cell(person.page, code).press("Enter")
    row(person.page, code).locator(".saved-mark:not(.saving)").wait_for()


def test_a_card_is_filled_without_a_mouse(officer):
    """Tab to the first cell, type, Enter; arrows go back and forth."""
    page = officer.page
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input.cell')"):
            break
    page.keyboard.type("26")
    page.keyboard.press("Enter")
    officer.sees("Đã lưu lúc")
    assert points(page, "I.1").inner_text() == "26"
    here = "document.activeElement.closest('tr').querySelector('.ordinal').innerText"
    assert page.evaluate(here) == "I.2"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(here) == "I.1"
    assert page.evaluate("document.activeElement.value") == "26"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(here) == "I.2"


def test_a_card_fits_a_narrow_screen(officer):
    officer.page.set_viewport_size({"width": 390, "height": 844})
    officer.open(CARD)
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= 390
