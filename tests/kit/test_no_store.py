"""What a signed-in person saw stays in no cache; public pages and static files are as before."""

import pytest
from django.urls import reverse

from tests.factories.scoring import ScoringYear

pytestmark = pytest.mark.django_db


def test_pages_and_papers_of_a_signed_in_person_are_kept_nowhere(client):
    year = ScoringYear()
    client.force_login(year.officers[2])
    for address in (
        reverse("todo"),
        reverse("scorecard", args=[*year.cycle.slugs, "so-3"]),
        reverse("scorecard_pdf", args=[*year.cycle.slugs, "so-3"]),
        reverse("verification_search"),
    ):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_public_pages_say_nothing_about_caches(client):
    assert "Cache-Control" not in client.get(reverse("verification_search"))


def test_the_small_count_in_the_menu_may_be_kept_for_a_moment(client):
    client.force_login(ScoringYear().officers[2])

    assert "max-age" in client.get(reverse("todo_count"))["Cache-Control"]
