"""One-time links for many people: printed as slips or sent by mail, made once, voided by the next, stored nowhere."""

import io
import re
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
import segno
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from blocs import imports, queries, reports, services
from blocs.enums import Role
from config.kit.refusals import Refused
from tests.blocs.books import book_of, small
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory
from tests.factories.queue import work_off_the_queue

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
PASSWORD = "một mật khẩu đủ dài 2026"


@pytest.fixture
def province():
    return ProvinceFactory(slug="kien-giang", name="Tỉnh Kiên Giang")


@pytest.fixture
def admin(province):
    user = UserFactory(username="an", is_demo=True, last_login=NOON)
    AppointmentFactory(user=user, role=Role.ADMIN, province=province)
    return user


@pytest.fixture(autouse=True)
def directory(province, admin):
    services.import_directory(
        province=province, lines=imports.read_directory(book_of(**small())), by=admin, at=NOON
    )


@pytest.fixture
def slips(province, admin):
    """Slips for those who wait, made now."""

    def make(**chosen):
        at = timezone.now()
        people = queries.people_to_link(province, queries.today(at), **chosen)
        return services.print_links(province=province, people=list(people), by=admin, at=at)

    return make


def opens(link):
    """Whether a link leads to the form for a password."""
    return "set-password" in Client().get(link).headers.get("Location", "")


def text_of(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_each_waiting_person_gets_a_link_that_sets_the_password_once(slips):
    made = {slip.user.username: slip for slip in slips()}

    assert sorted(made) == ["hoal.kien-giang", "hungnv.so-khcn", "lantt.so-khcn"]
    link, client = made["hungnv.so-khcn"].link, Client()
    page = client.get(link).headers["Location"]
    assert client.post(page, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert User.objects.get(username="hungnv.so-khcn").check_password(PASSWORD)
    assert not opens(link)


def test_a_new_link_voids_the_old_one_and_is_in_the_journal(slips, admin):
    (old,) = [slip.link for slip in slips() if slip.user.username == "lantt.so-khcn"]
    (new,) = [slip.link for slip in slips() if slip.user.username == "lantt.so-khcn"]

    assert (opens(old), opens(new)) == (False, True)
    event = User.pgh_event_model.objects.filter(username="lantt.so-khcn").latest("pgh_id")
    assert (event.pgh_context["verb"], event.pgh_context["by"]) == ("accounts.reset_link.issued", admin.pk)


def test_nothing_of_a_link_is_stored(slips):
    token = slips()[0].link.rstrip("/").rpartition("-")[2]

    rows = [*User.objects.values_list(), *User.pgh_event_model.objects.values_list()]
    assert token not in str(rows)


def test_a_first_link_holds_for_days_and_an_ordinary_one_for_a_day(slips, province, admin):
    at = timezone.now() - timedelta(days=2)
    people = list(queries.people_to_link(province, queries.today(at)))
    first, *_ = services.print_links(province=province, people=people, by=admin, at=at)
    assert first.until == at + timedelta(days=14)
    assert opens(first.link)

    User.objects.filter(pk=first.user.pk).update(first_link_until=timezone.now() - timedelta(seconds=1))
    assert opens(first.link)  # the token itself was made just now and holds its day


def test_who_signs_in_is_no_longer_waiting_unless_everyone_is_asked_for(slips):
    User.objects.filter(username="hungnv.so-khcn").update(last_login=NOON, email="")

    assert "hungnv.so-khcn" not in {slip.user.username for slip in slips()}
    made = {slip.user.username: slip for slip in slips(everyone=True)}
    assert made["hungnv.so-khcn"].until - timezone.now() < timedelta(days=1)


def test_a_bloc_or_a_unit_alone(slips, province):
    bloc, unit = province.blocs.get(), province.units.get(slug="so-khcn")

    assert {slip.user.username for slip in slips(bloc=bloc)} == {"hungnv.so-khcn", "lantt.so-khcn"}
    assert {slip.user.username for slip in slips(unit=unit)} == {"hungnv.so-khcn", "lantt.so-khcn"}
    assert not slips(unit=province.units.get(slug="so-yte"))


def test_who_reaches_further_or_is_locked_gets_none_and_is_named(province, admin, slips):
    wide = UserFactory(full_name="Vũ Rộng", last_login=None)
    AppointmentFactory(user=wide, role=Role.COUNCIL, province=province)
    AppointmentFactory(user=wide, role=Role.COUNCIL, province=ProvinceFactory())

    (slip,) = [slip for slip in slips() if slip.user == wide]

    assert slip.link == ""
    assert "vai trò ở nơi khác" in slip.note


def test_links_of_many_are_made_by_the_administrator_alone(province, admin):
    head = UserFactory()
    AppointmentFactory(user=head, role=Role.PROVINCE_HEAD, province=province)
    people = list(queries.people_to_link(province, NOON.date()))

    for act in (services.print_links, services.mail_links):
        with pytest.raises(Refused, match="Chỉ người quản trị"):
            act(province=province, people=people, by=head, at=NOON)
    with pytest.raises(Refused):
        services.mail_link(user=people[0], province=province, by=head, at=NOON)


# Paper


def test_the_sheets_are_one_a_unit_with_name_username_link_and_day(browse, admin, province):
    answer = browse(admin).post(reverse("directory_links_print", args=[province.slug]))

    assert answer["Cache-Control"] == "no-store"
    text = text_of(answer.content)
    pages = text.split("\f")[:-1]
    assert [re.search(r"Tỉnh Kiên Giang|Sở \S.*", page)[0].strip() for page in pages] == [
        "Tỉnh Kiên Giang", "Sở Khoa học và Công nghệ",
    ]  # fmt: skip
    assert "Nguyễn Văn Hùng" in pages[1]
    assert "hungnv.so-khcn" in pages[1]
    assert "Có hiệu lực đến" in pages[1]
    links = re.findall(rf"{re.escape(settings.SITE_URL)}/quen-mat-khau/\S+", "".join(pages[1].split("\n")))
    assert len(links) == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_prints_leave_one_sheet_that_holds_whole(slips):
    """Printing is an act, not a creation: each send voids the sheet before it, and none is half valid."""
    sheets = []

    def print_one():
        sheets.append([slip.link for slip in slips()])
        connection.close()

    threads = [threading.Thread(target=print_one) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    held = [[opens(link) for link in sheet] for sheet in sheets]
    assert sorted(held) == [[False] * 3] * 3 + [[True] * 3]


def test_the_code_on_a_slip_holds_its_link(slips, province):
    made = slips()

    html = reports.links_html(province, made, NOON)

    for slip in made:
        drawn = io.BytesIO()
        segno.make(f"{settings.SITE_URL}{slip.link}", error="m").save(
            drawn, kind="svg", border=0, omitsize=True, xmldecl=False, svgns=False, nl=False
        )
        path = re.search(r' d="([^"]+)"', drawn.getvalue().decode())[1]
        assert path in html


def test_an_empty_choice_says_so(browse, admin, province):
    User.objects.update(last_login=NOON)

    answer = browse(admin).post(reverse("directory_links_print", args=[province.slug]))

    assert answer.status_code == 422
    assert "Không có ai như vậy" in answer.content.decode()


# Mail


def test_letters_go_through_the_queue_which_never_holds_a_link(
    browse, admin, province, settings, django_capture_on_commit_callbacks
):
    settings.HAS_MAIL_SERVER = True
    with django_capture_on_commit_callbacks(execute=True):
        answer = browse(admin).post(reverse("directory_links_send", args=[province.slug]))

    assert answer.status_code == 302
    lan = User.objects.get(username="lantt.so-khcn")
    (job,) = DBTaskResult.objects.all()
    assert job.args_kwargs["kwargs"] == {"user": lan.pk, "province": province.pk, "by": admin.pk}
    with django_capture_on_commit_callbacks(execute=True):
        work_off_the_queue()
    (letter,) = mail.outbox
    link = re.search(rf"{settings.SITE_URL}(/\S+)", letter.body)[1]
    assert (letter.to, opens(link)) == (["lan@so.vn"], True)
    assert "lantt.so-khcn" in letter.body


def test_who_has_a_mailbox_gets_a_letter_instead_of_a_slip_and_the_sheet_says_so(slips, settings):
    settings.HAS_MAIL_SERVER = True
    User.objects.filter(username="lantt.so-khcn").update(last_login=NOON, email="lan@so.vn")

    (slip,) = [one for one in slips(everyone=True) if one.user.username == "lantt.so-khcn"]

    assert (slip.link, slip.note) == ("", "Liên kết được gửi vào hộp thư lan@so.vn.")


def test_a_letter_to_who_has_been_in_the_account_holds_for_a_day(province, admin, settings):
    settings.HAS_MAIL_SERVER = True
    person = User.objects.get(username="lantt.so-khcn")
    User.objects.filter(pk=person.pk).update(last_login=NOON)

    services.mail_link(user=person, province=province, by=admin, at=timezone.now())

    person.refresh_from_db()
    assert (person.reset_link_at is not None, person.first_link_until) == (True, None)


def test_a_letter_whose_mailbox_is_gone_by_then_makes_no_link(province, admin, settings):
    settings.HAS_MAIL_SERVER = True
    person = User.objects.get(username="lantt.so-khcn")
    User.objects.filter(pk=person.pk).update(email="")

    services.mail_link(user=person, province=province, by=admin, at=timezone.now())

    person.refresh_from_db()
    assert person.reset_link_at is None


def test_no_letter_goes_without_a_server_or_a_mailbox(province, admin, settings):
    people = list(queries.people_to_link(province, NOON.date()))
    settings.HAS_MAIL_SERVER = False
    with pytest.raises(Refused, match="chưa có máy chủ thư"):
        services.mail_links(province=province, people=people, by=admin, at=NOON)
    settings.HAS_MAIL_SERVER = True
    assert any(not one.email for one in people)
    with pytest.raises(Refused, match="Không ai trong số này"):
        services.mail_links(
            province=province, people=[one for one in people if not one.email], by=admin, at=NOON
        )
