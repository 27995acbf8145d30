"""Letters about accounts: they go out once the change is kept, and a mailbox that refuses keeps nothing from being done."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from accounts.models import User
from blocs import queries
from blocs.models import Appointment
from blocs.rules import WATCHED_ROLES
from config.kit.text import day, moment

logger = logging.getLogger(__name__)


def send_link(user: User, link: str, until: datetime | None = None) -> bool:
    """Send the one-time link to the person alone; False where no mail can arrive."""
    if not (user.email and settings.HAS_MAIL_SERVER):
        return False
    life = f"có hiệu lực đến {moment(until)}" if until else "trong 24 giờ"
    _send(
        "Đặt mật khẩu",
        f"Anh, chị mở liên kết sau để đặt mật khẩu của tài khoản {user.username}. Liên kết dùng một lần, "
        f"{life}:\n{settings.SITE_URL}{link}",
        [user.email],
    )
    return True


def tell_of_mailbox(user: User, old: str, *, by: User) -> None:
    """The old mailbox hears of the new one, while it can still be stopped."""
    if not old:
        return
    waits = (
        f" Hộp thư mới đặt lại mật khẩu được từ {moment(user.mailbox_waits_until)}."
        if user.mailbox_waits_until
        else ""
    )
    _send(
        "Hộp thư của tài khoản vừa đổi",
        f"Hộp thư của tài khoản {user.username} vừa được {by} đổi.{waits} "
        "Nếu không phải do anh, chị yêu cầu, hãy báo ngay người quản trị của tỉnh.",
        [old],
    )


def tell_of_role(appointment: Appointment) -> None:
    """Who holds the like of a role hears that one more person does, so that none is made in secret."""
    if appointment.role not in WATCHED_ROLES:
        return
    place = appointment.unit or appointment.province or "toàn hệ thống"
    _send(
        "Có người vừa được giao vai trò",
        f"{appointment.user} vừa được giao vai trò “{appointment.get_role_display()}” ở {place}, "
        f"từ {day(appointment.from_on)}. Nếu việc này không đúng, hãy báo ngay người quản trị của tỉnh.",
        [person.email for person in queries.told_of(appointment)],
    )


def _send(subject: str, words: str, mailboxes: Iterable[str]) -> None:
    """One letter a mailbox, so that nobody sees the others'."""

    def send() -> None:
        for mailbox in mailboxes:
            try:
                send_mail(f"[Khối thi đua] {subject}", words, None, [mailbox])
            except OSError:
                logger.exception("a notice could not be sent")

    transaction.on_commit(send)
