"""A creating form is carried out once, however often and however fast it is sent.

One address of each kind is raced with threads: what stands in a province, in a year, in a frame and in a meeting. That
all the others are marked and answer a key that was sent before is asked of every address in test_nobody_overwrites.
"""

import re
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blocs.enums import Role
from blocs.models import Unit
from config.kit.models import Sent
from config.kit.once import AGAIN, KEPT, forget_sent
from covenants.models import Movement
from documents.models import Document
from meetings.models import AgendaItem, Meeting
from scoring.models import Criterion
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory
from tests.factories.html_forms import form_to
from tests.factories.scoring import ScoringYear


def send(user, address, data):
    client = Client()
    client.force_login(user)
    return client.post(address, data)


def at_once(acts):
    gate, answers = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        answers.append(act())
        connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


# The address, what it names beside the year, what is typed, what is made; the page with the form where it is another.
PLACES = [
    ("meeting_plan", (), {"kind": "other", "place": "Phòng họp", "starts_at": "10/12/2019 08:00"}, Meeting),
    ("document_draft", ("plan",), {"title": "Kế hoạch", "subject": "Một", "body": "Nội dung."}, Document),
    ("movement_add", (), {"name": "Phong trào", "launched_by": "UBND tỉnh"}, Movement),
    ("board_add", (), {"title": "Nội dung mới", "max_points": "5", "kind": ""}, Criterion),
]
UNIT = {"name": "Sở Ngoại vụ", "short_name": "Sở Ngoại vụ", "slug": "so-ngoai-vu", "kind": "department"}


def made_by_four_sends(user, address, page, typed, model):
    """How many rows four parallel sends of one form made, and where they led."""
    client = Client()
    client.force_login(user)
    form = form_to(client.get(page).content.decode(), address) | typed
    had = model.objects.count()
    answers = at_once([lambda: send(user, address, form)] * 4)
    return model.objects.count() - had, [(one.status_code, one.get("Location")) for one in answers]


@pytest.mark.django_db(transaction=True)
def test_four_parallel_sends_make_one_and_lead_to_the_same_place():
    year = ScoringYear(board=False)
    year.draft_board()
    for name, more, typed, model in PLACES:
        address = reverse(name, args=[*year.cycle.slugs, *more])
        page = reverse("movements", args=year.cycle.slugs) if name == "movement_add" else address

        made, answers = made_by_four_sends(year.chair, address, page, typed, model)

        assert (made, len(set(answers)), answers[0][0]) == (1, 1, 302), (name, answers)
    address = reverse("item_add", args=[*year.cycle.slugs, Meeting.objects.get().pk])
    made, answers = made_by_four_sends(year.chair, address, address, {"title": "Báo cáo"}, AgendaItem)
    assert (made, len(set(answers)), answers[0][0]) == (1, 1, 302), answers


@pytest.mark.django_db(transaction=True)
def test_four_parallel_sends_of_a_unit_make_one():
    admin, province = UserFactory(is_demo=True), ProvinceFactory()
    AppointmentFactory(user=admin, role=Role.ADMIN, province=province)
    address = reverse("unit_new", args=[province.slug])

    made, answers = made_by_four_sends(admin, address, address, UNIT, Unit)

    assert (made, len(set(answers)), answers[0][0]) == (1, 1, 302), answers


@pytest.mark.django_db
def test_the_second_sending_says_that_it_was_the_second(client):
    year = ScoringYear()
    client.force_login(year.chair)
    address = reverse("meeting_plan", args=year.cycle.slugs)
    form = {**PLACES[0][2], "once": uuid4().hex}
    client.post(address, form)

    assert AGAIN in client.post(address, form, follow=True).content.decode()
    client.post(address, {**form, "once": uuid4().hex})
    assert Meeting.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_form_may_be_sent_again_and_a_strange_key_is_no_key(client):
    year = ScoringYear()
    client.force_login(year.chair)
    address = reverse("meeting_plan", args=year.cycle.slugs)
    form = {**PLACES[0][2], "once": uuid4().hex}

    assert client.post(address, {**form, "place": ""}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert client.post(address, {**form, "once": "x"}).status_code == 302
    assert Sent.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_forms_that_no_page_holds_any_more_are_dropped(client):
    Sent.objects.create(user_id=1, path="/a/", key=uuid4())
    now = timezone.now()

    assert forget_sent(at=now) == 0
    assert forget_sent(at=now + KEPT + timedelta(minutes=1)) == 1


def test_every_form_that_a_template_writes_by_hand_carries_a_key_or_creates_nothing():
    """Forms drawn by `{% form %}` and `{% action %}` carry one; others are counted here, each an act or an edit."""
    bare = re.compile(r'<form method="post"(?:(?!</form>).)*</form>', re.S)
    creating = re.compile(
        r"'(covenant_draft|guidance_import|cards_add|document_draft|meeting_plan|item_add)'"
    )
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for form in bare.findall(path.read_text()):
            if creating.search(form):
                assert "{% form_key %}" in form or "{% form " in form, (path, form[:120])
