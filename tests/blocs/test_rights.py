"""Nobody gives rights to himself, by whatever door; roles that control one another stay apart."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from blocs import policies, queries, services
from blocs.enums import Office, Phase, Role
from blocs.models import Appointment, BlocAssignment, Letter
from blocs.rules import EXCLUSIVE, MAILBOX_WAIT, roles_against
from tests.blocs.test_services import reasons_of
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, MembershipFactory
from tests.factories.queue import work_off_the_queue
from tests.scenarios import cycle_at, new_cycle

pytestmark = pytest.mark.django_db

LATE = "Theo quyết định cũ."


def place_of(role, scene):
    return {"unit": scene.units[0]} if role in Appointment.UNIT_ROLES else {"province": scene.province}


def appoint(scene, user, role, by=None, **given):
    by = by or scene.admin
    act = scene.act(by)
    given = {"from_on": queries.today(act["at"]), **place_of(role, scene), **given}
    return services.appoint(user=user, role=role, **given, **act)


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_a_role_to_himself(role):
    scene = new_cycle()
    local = AppointmentFactory(role=Role.ADMIN, province=scene.province).user

    assert reasons_of(lambda: appoint(scene, local, role, by=local)) == [
        "Không ai tự giao vai trò cho mình. Hãy nhờ người quản trị khác."
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(role=role, user=scene.member, given_by=scene.member, **place_of(role, scene))
    others = AppointmentFactory(role=Role.COUNCIL, province=scene.province, given_by=scene.admin)
    assert others.given_by == scene.admin


def test_head_of_the_office_gives_no_role_that_reaches_further_by_any_door():
    scene = new_cycle()
    head = scene.province_head

    for role in set(Role) - {Role.PROVINCE_OFFICER}:
        assert reasons_of(lambda role=role: appoint(scene, scene.member, role, by=head))
    new = {"username": "mot-tai-khoan-moi", "full_name": str(scene.member), "email": "la@vidu.vn"}
    assert reasons_of(
        lambda: services.enter_person(
            province=scene.province,
            role=Role.UNIT_HEAD,
            unit=scene.units[0],
            from_on=date(2030, 1, 1),
            **new,
            **scene.act(head),
        )
    ) == [policies.GIVEN_BY_ADMIN]
    assert reasons_of(
        lambda: services.change_mailbox(
            user=scene.chair, province=scene.province, email="la@vidu.vn", **scene.act(head)
        )
    ) == [policies.MAILBOX]
    assert appoint(scene, UserFactory(), Role.PROVINCE_OFFICER, by=head).given_by == head


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="-".join)
def test_roles_that_control_one_another_are_never_one_persons(pair):
    scene = new_cycle()
    user = UserFactory()
    first, second = pair
    is_refused = frozenset(pair) in EXCLUSIVE
    today = queries.today(scene.now)
    appoint(scene, user, first)

    assert bool(roles_against(second, {first})) == bool(roles_against(first, {second})) == is_refused
    if is_refused:
        assert "Hãy kết thúc vai trò đó trước" in reasons_of(lambda: appoint(scene, user, second))[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            AppointmentFactory(role=second, user=user, from_on=today, **place_of(second, scene))
        services.end_appointment(
            appointment=Appointment.objects.get(user=user), at_once=True, **scene.act(scene.admin)
        )
        scene.now -= timedelta(days=1)
    assert appoint(scene, user, second)


def test_a_role_from_a_day_gone_by_needs_a_reason_and_never_reaches_a_closed_year():
    scene = cycle_at(Phase.CLOSED)
    closed_on = queries.last_closing(scene.units[0], None)
    user = UserFactory()
    scene.later(30)

    assert closed_on == queries.last_closing(None, scene.province)
    day_after = closed_on + timedelta(days=1)
    assert "Hãy ghi lý do ghi muộn" in reasons_of(
        lambda: appoint(scene, user, Role.UNIT_HEAD, from_on=day_after)
    )[0]  # fmt: skip
    for role in (Role.UNIT_HEAD, Role.AUDITOR):
        assert "khép lại" in reasons_of(
            lambda role=role: appoint(scene, user, role, from_on=date(2019, 1, 1), late_reason=LATE)
        )[0]  # fmt: skip
    made = appoint(scene, user, Role.UNIT_HEAD, from_on=day_after, late_reason=LATE)
    assert (made.late_reason, queries.last_closing(None, None)) == (LATE, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(role=Role.COUNCIL, province=scene.province, given_on=date(2020, 1, 1))


def test_a_role_ended_for_a_day_lasts_through_it_and_one_ended_at_once_is_over():
    scene = new_cycle()
    held = Appointment.objects.get(user=scene.chair)
    act = scene.act(scene.admin)
    today = queries.today(act["at"])

    services.end_appointment(appointment=held, to_on=today, **act)
    assert queries.standing_in(scene.cycle, scene.chair, act["at"]).is_chair
    assert not queries.standing_in(scene.cycle, scene.chair, act["at"] + timedelta(days=1)).is_chair
    ended = services.end_appointment(appointment=held, at_once=True, **act)
    assert (ended.to_on, ended.ended_at) == (today, act["at"])
    assert not queries.standing_in(scene.cycle, scene.chair, act["at"]).is_chair
    assert queries.standing_in(scene.cycle, scene.chair, act["at"] - timedelta(days=1)).is_chair
    assert reasons_of(
        lambda: services.end_appointment(appointment=held, to_on=date(2030, 1, 1), **scene.act(scene.admin))
    ) == ["Vai trò này đã kết thúc. Muốn giao lại, hãy giao vai trò mới."]


def test_nobody_takes_charge_of_a_bloc_himself_nor_of_one_in_which_his_unit_competes():
    scene = new_cycle()
    BlocAssignment.objects.all().delete()
    today = queries.today(scene.now) + timedelta(days=9)

    def assign(officer, by, from_on=today):
        return services.assign_officer(officer=officer, bloc=scene.bloc, from_on=from_on, **scene.act(by))

    assert "tự phân công" in reasons_of(lambda: assign(scene.province_head, scene.province_head))[0]
    assert "từ hôm nay" in reasons_of(
        lambda: assign(scene.province_officer, scene.province_head, date(2018, 1, 1))
    )[0]  # fmt: skip
    AppointmentFactory(role=Role.UNIT_OFFICER, user=scene.province_officer, unit=scene.units[2])
    assert "đơn vị thành viên" in reasons_of(lambda: assign(scene.province_officer, scene.admin))[0]
    scene.cycle.memberships.filter(unit=scene.units[2]).update(left_on=date(2019, 1, 1))
    assert assign(scene.province_officer, scene.admin)


def test_the_chair_records_offices_of_others_but_not_its_own():
    scene = new_cycle()

    def record(unit, by, **given):
        return services.start_term(
            cycle=scene.cycle,
            office=Office.CHAIR,
            unit=unit,
            from_on=date(2019, 6, 1),
            basis="Hội nghị",
            **given,
            **scene.act(by),
        )

    assert "không tự ghi chức vụ" in reasons_of(lambda: record(scene.units[0], scene.chair))[0]
    other = MembershipFactory(cycle=scene.cycle).unit
    assert record(other, scene.chair).unit == other
    assert record(scene.units[2], scene.province_head).unit == scene.units[2]


def test_a_changed_mailbox_is_told_to_the_old_one_and_sets_no_password_for_two_days(
    client, django_capture_on_commit_callbacks
):
    scene = new_cycle()
    person = scene.chair
    person.set_password("mot-mat-khau-dai-2026")
    person.email = "cu@vidu.vn"
    person.save()
    act = scene.act(scene.admin)

    with django_capture_on_commit_callbacks(execute=True):
        services.change_mailbox(user=person, province=scene.province, email="moi@vidu.vn", **act)
    work_off_the_queue()

    person.refresh_from_db()
    assert person.mailbox_waits_until == act["at"] + MAILBOX_WAIT
    assert [letter.to for letter in mail.outbox] == [["cu@vidu.vn"]]
    assert str(scene.admin) in mail.outbox[0].body
    assert "vừa đổi" in reasons_of(
        lambda: services.issue_reset_link(user=person, province=scene.province, **act)
    )[0]  # fmt: skip
    # Taking the mailbox away opens no other door.
    services.change_mailbox(user=person, province=scene.province, email="", **act)
    assert reasons_of(lambda: services.issue_reset_link(user=person, province=scene.province, **act))


def test_a_waiting_mailbox_gets_no_forgotten_password(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    person = UserFactory(email="moi@vidu.vn")
    person.set_password("mot-mat-khau-dai-2026")
    scene = new_cycle()
    person.mailbox_waits_until = scene.now
    person.save()
    for moment, letters in ((scene.now - timedelta(seconds=1), 0), (scene.now, 1)):
        monkeypatch.setattr("accounts.forms.timezone.now", lambda moment=moment: moment)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("account_reset_password"), {"email": "moi@vidu.vn"})
        work_off_the_queue()
        assert len(mail.outbox) == letters


def test_everybody_changes_the_own_mailbox_and_an_unused_account_waits_for_nothing(
    django_capture_on_commit_callbacks,
):
    scene = new_cycle()
    new = UserFactory(password="!", email="sai@vidu.vn")

    assert services.change_mailbox(user=scene.member, email="toi@vidu.vn", **scene.act(scene.member)).email
    same = User.objects.get(pk=scene.member.pk).mailbox_waits_until
    services.change_mailbox(user=scene.member, email="toi@vidu.vn", **scene.act(scene.member))
    assert User.objects.get(pk=scene.member.pk).mailbox_waits_until == same
    changed = services.change_mailbox(
        user=new, province=scene.province, email="dung@vidu.vn", **scene.act(scene.admin)
    )
    assert changed.mailbox_waits_until is None
    assert reasons_of(lambda: services.change_mailbox(user=new, email="x@vidu.vn", **scene.act(scene.vice)))


def test_a_mailbox_takes_the_same_way_when_a_person_is_edited_as_a_whole():
    scene = new_cycle()
    whole = {"user": scene.province_officer, "province": scene.province, "changes": {"email": "la@vidu.vn"}}
    scene.province_officer.set_password("mot-mat-khau-dai-2026")
    scene.province_officer.save()

    assert reasons_of(lambda: services.edit_person(**whole, **scene.act(scene.province_head))) == [
        policies.MAILBOX
    ]
    changed = services.edit_person(**whole, **scene.act(scene.admin))
    assert (changed.email, bool(changed.mailbox_waits_until)) == ("la@vidu.vn", True)


def test_a_link_goes_to_the_mailbox_alone_where_there_is_one(settings, django_capture_on_commit_callbacks):
    scene = new_cycle()
    settings.HAS_MAIL_SERVER = True
    scene.chair.email = "truong@vidu.vn"
    scene.chair.save()

    with django_capture_on_commit_callbacks(execute=True):
        shown = services.issue_reset_link(user=scene.chair, province=scene.province, **scene.act(scene.admin))
    assert (shown, mail.outbox) == ("", [])
    with django_capture_on_commit_callbacks(execute=True):
        work_off_the_queue()
    assert mail.outbox[0].to == ["truong@vidu.vn"]
    assert "/quen-mat-khau/" in mail.outbox[0].body
    assert services.issue_reset_link(user=scene.vice, province=scene.province, **scene.act(scene.admin))


def test_a_second_head_of_a_unit_is_not_made_in_secret(django_capture_on_commit_callbacks):
    scene = new_cycle()
    heads = Appointment.objects.filter(unit=scene.units[0], role=Role.UNIT_HEAD)
    first = heads.first().user if heads.exists() else UserFactory()
    if not heads.exists():
        AppointmentFactory(role=Role.UNIT_HEAD, unit=scene.units[0], user=first)
    first.email = "that@vidu.vn"
    first.save()

    with django_capture_on_commit_callbacks(execute=True):
        appoint(scene, UserFactory(full_name=str(first)), Role.UNIT_HEAD)
        appoint(scene, UserFactory(), Role.UNIT_OFFICER)
    assert mail.outbox == []
    (job,) = DBTaskResult.objects.all()
    assert job.args_kwargs["kwargs"] == {"letter": Letter.objects.get().pk}
    work_off_the_queue()
    assert [letter.to for letter in mail.outbox] == [["that@vidu.vn"]]
    assert "Thủ trưởng đơn vị" in mail.outbox[0].body
    assert not Letter.objects.exists()


def test_a_mailbox_that_refuses_keeps_no_role_from_being_given(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    scene = new_cycle()
    scene.admin.email = "quantri@vidu.vn"
    scene.admin.save()

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("blocs.services.notices.send_mail", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        made = appoint(scene, UserFactory(), Role.COUNCIL)
    work_off_the_queue()
    assert Appointment.objects.filter(pk=made.pk).exists()
    assert "could not be sent" in caplog.text
    assert not Letter.objects.exists()
