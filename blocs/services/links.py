"""One-time links for many people at once: on paper for their first day, or by mail through the queue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from blocs import policies, queries
from blocs.models import Province
from blocs.queries import standing_in_province
from blocs.rules import FIRST_LINK_DAYS
from blocs.services import notices
from blocs.services.directory import issue_reset_link, make_link, refuse_link
from config.kit.refusals import Refused, refuse


@dataclass(frozen=True)
class Slip:
    """What a person gets on paper: the link and how long it lives, or why there is none."""

    user: User
    link: str = ""
    until: datetime | None = None
    note: str = ""


@transaction.atomic
def print_links(*, province: Province, people: Sequence[User], by: User, at: datetime) -> list[Slip]:
    """Make a link for each person, to be printed and handed over; it stands nowhere else.

    Who has never signed in gets a first link that lives for days. Who has, gets what the own page would give: a
    letter where there is a mailbox, else a link for a day. Who may not be touched is named with the reason.
    """
    refuse(policies.print_links(standing_in_province(province, by, at)))
    locked = User.objects.select_for_update().filter(pk__in=[user.pk for user in people]).order_by("pk")
    fresh = {user.pk: user for user in locked}
    elsewhere = queries.serving_elsewhere(fresh, province, queries.today(at))
    made = (_slip(fresh[user.pk], province, by, at, is_elsewhere=user.pk in elsewhere) for user in people)
    return [replace(slip, user=user) for slip, user in zip(made, people, strict=True)]


def _slip(user: User, province: Province, by: User, at: datetime, *, is_elsewhere: bool) -> Slip:
    if _is_waiting(user) and not is_elsewhere:
        until = at + timedelta(days=FIRST_LINK_DAYS)
        return Slip(user, make_link(user, by=by, at=at, until=until), until)
    try:
        link = issue_reset_link(user=user, province=province, by=by, at=at)
    except Refused as refused:
        return Slip(user, note=" ".join(refused.reasons))
    if not link:
        return Slip(user, note=f"Liên kết được gửi vào hộp thư {user.email}.")
    return Slip(user, link, at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


@transaction.atomic
def mail_links(*, province: Province, people: Sequence[User], by: User, at: datetime) -> int:
    """Have the worker send each person who has a mailbox a link; gives how many letters will go."""
    refuse(policies.mail_links(standing_in_province(province, by, at)))
    if not settings.HAS_MAIL_SERVER:
        raise Refused(
            ["Hệ thống chưa có máy chủ thư. Hãy in phiếu, hoặc nhờ người cài đặt khai báo EMAIL_URL."]
        )
    reached = [user for user in people if user.email]
    if not reached:
        raise Refused(["Không ai trong số này có thư điện tử. Hãy in phiếu."])
    for user in reached:
        notices.queue_link(user, province=province, by=by)
    return len(reached)


@transaction.atomic
def mail_link(*, user: User, province: Province, by: User, at: datetime) -> None:
    """Make one link and send it to its person alone, by the same law as the button on the person's page."""
    user = User.objects.select_for_update().get(pk=user.pk)
    who, until = standing_in_province(province, by, at), None
    refuse(policies.mail_link(who))
    if _is_waiting(user) and not queries.serving_elsewhere([user.pk], province, who.on):
        until = at + timedelta(days=FIRST_LINK_DAYS)
    else:
        refuse_link(user, province=province, by=by, at=at)
    # A mailbox that is gone since takes no letter, and the link made before stays good.
    if notices.reaches(user):
        notices.send_link(user, make_link(user, by=by, at=at, until=until), until)


def _is_waiting(user: User) -> bool:
    """Nobody has ever been in this account, so a first link opens nothing that is somebody's."""
    return user.is_active and user.last_login is None and not user.has_usable_password()
