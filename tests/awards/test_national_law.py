"""A new province begins with the law of the country as dated rows of its own."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from awards.models import AwardType
from awards.queries import laws_of, prize_of
from awards.rules import NATIONAL_LAWS
from blocs import services
from blocs.enums import MilestoneKind
from blocs.models import Deadline, Province
from blocs.rules import NATIONAL_SALARIES, USUAL_DEADLINES
from config.kit.text import day, number
from tests.scenarios import new_cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    call_command("start", "kien-giang", "Kiên Giang", "--admin", "an")
    return Province.objects.get()


@pytest.mark.parametrize(
    ("award", "on", "amount", "is_verified"),
    [
        ("flag", date(2019, 12, 20), 11_920_000, False),
        ("merit", date(2019, 12, 20), 2_980_000, False),
        ("flag", date(2024, 12, 20), 18_720_000, True),
        ("merit", date(2025, 3, 20), 7_020_000, True),
        ("merit", date(2025, 12, 20), 7_020_000, True),
        ("government_flag", date(2025, 12, 20), 28_080_000, True),
        ("excellent_collective", date(2025, 12, 20), 3_510_000, True),
    ],
)
def test_after_start_a_decision_shows_the_prize_of_its_day(province, award, on, amount, is_verified):
    found = prize_of(AwardType.objects.get(code=award), province, on)

    assert (found.amount, found.is_verified) == (amount, is_verified)
    assert ("(chưa xác minh)" in found.sentence) != is_verified
    assert len(found.sources) == 2


def test_a_province_founded_in_the_product_begins_the_same(client, province):
    admin = new_cycle(slug="mau").admin
    client.force_login(admin)
    fields = {
        "slug": "ca-mau", "name": "Tỉnh Cà Mau", "place": "Cà Mau", "council_name": "Hội đồng",
        "committee_name": "UBND", "standing_office_name": "Phòng", "standing_office_label": "Phòng",
        "bloc_word": "Khối", "chair_word": "Khối trưởng", "vice_word": "Khối phó",
    }  # fmt: skip

    assert client.post(reverse("province_new"), fields).status_code == 302

    other = Province.objects.get(slug="ca-mau")
    assert list(laws_of(other).values_list("citation", "multiplier", "is_verified")) == list(
        laws_of(province).values_list("citation", "multiplier", "is_verified")
    )
    assert other.base_salaries.count() == len(NATIONAL_SALARIES)


def test_usual_dates_stand_in_a_year_that_the_office_opens_until_it_says_otherwise():
    scene = new_cycle()
    act = scene.act(scene.province_head)
    services.open_cycles(province=scene.province, blocs=[scene.bloc], year=2021, **act)

    (usual,) = Deadline.objects.filter(year=2021)
    assert (usual.kind, usual.due_on, usual.is_verified) == (
        MilestoneKind.SUBMISSION,
        date(2021, 12, 10),
        False,
    )

    own = {"year": 2021, "kind": usual.kind, "due_on": date(2021, 12, 5), "source": "HD 16"}
    services.set_deadline(province=scene.province, **own, **act)
    usual.refresh_from_db()
    assert (usual.due_on, usual.is_verified) == (date(2021, 12, 5), True)

    services.set_deadline(province=scene.province, **{**own, "year": 2022}, **act)
    services.open_cycles(province=scene.province, blocs=[scene.bloc], year=2022, **act)
    assert Deadline.objects.get(year=2022).due_on == date(2021, 12, 5)


def test_what_was_not_read_in_a_source_says_so_on_the_page(client, province):
    scene = new_cycle(slug="mau")
    client.force_login(scene.province_head)

    page = client.get(reverse("province_law", args=[scene.province.slug])).content.decode()

    assert page.count("Chưa xác minh</") == sum(not one.is_verified for one in NATIONAL_SALARIES)


def test_the_page_of_docs_lists_the_same_law():
    text = (Path(settings.BASE_DIR) / "docs" / "law.md").read_text()
    said = [line for line in text.splitlines() if line.startswith("| ")][1:]

    salaries = [
        f"| base salary | {day(one.from_date)} | {number(one.amount)} đ | {one.source} | {yes(one)} |"
        for one in NATIONAL_SALARIES
    ]
    laws = [
        f"| {one.award.label} | {day(one.from_date)} | × {number(one.multiplier)} | {one.citation} | {yes(one)} |"
        for one in NATIONAL_LAWS
    ]
    usual = [
        f"| {one.kind.label} | each year | {one.day:02d}/{one.month:02d} | {one.source} | no |"
        for one in USUAL_DEADLINES
    ]
    assert said == [*salaries, *laws, *usual]


def yes(one):
    return "yes" if one.is_verified else "no"
