"""Letters about accounts: the worker sends them once the change is kept, so that no page waits for a mail server.

A mailbox that refuses keeps nothing from being done.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from blocs import queries
from blocs.models import Appointment, Letter, Province
from blocs.rules import WATCHED_ROLES
from config.kit.text import day, moment

logger = logging.getLogger(__name__)

# Above this layer, so by their names.
LETTER_JOB, LINK_JOB = "blocs.tasks.post_letter", "blocs.tasks.mail_link"


def reaches(user: User) -> bool:
    """Whether a letter to this person can arrive."""
    return bool(user.email and settings.HAS_MAIL_SERVER)


def queue_link(user: User, *, province: Province, by: User) -> None:
    """Have the worker make a one-time link and send it; the queue holds who is to get one, never the link."""
    job, keys = import_string(LINK_JOB), {"user": user.pk, "province": province.pk, "by": by.pk}
    transaction.on_commit(partial(job.enqueue, **keys))


def send_link(user: User, link: str, until: datetime | None = None) -> None:
    """Send the one-time link to the person alone; only the worker does."""
    life = f"có hiệu lực đến {moment(until)}" if until else "trong 24 giờ"
    words = (
        f"Anh, chị mở liên kết sau để đặt mật khẩu của tài khoản {user.username}. Liên kết dùng một lần, "
        f"{life}:\n{settings.SITE_URL}{link}"
    )
    transaction.on_commit(partial(_send, "Đặt mật khẩu", words, user.email))


def post_letter(*, key: int) -> None:
    """Send a letter that waits, and keep nothing of it."""
    letter = Letter.objects.get(pk=key)
    _send(letter.subject, letter.words, letter.mailbox)
    letter.delete()


def tell_of_mailbox(user: User, old: str, *, by: User) -> None:
    """The old mailbox hears of the new one, while it can still be stopped."""
    if not old:
        return
    waits = (
        f" Hộp thư mới đặt lại mật khẩu được từ {moment(user.mailbox_waits_until)}."
        if user.mailbox_waits_until
        else ""
    )
    _queue(
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
    _queue(
        "Có người vừa được giao vai trò",
        f"{appointment.user} vừa được giao vai trò “{appointment.get_role_display()}” ở {place}, "
        f"từ {day(appointment.from_on)}. Nếu việc này không đúng, hãy báo ngay người quản trị của tỉnh.",
        [person.email for person in queries.told_of(appointment)],
    )


def _queue(subject: str, words: str, mailboxes: Iterable[str]) -> None:
    """One letter a mailbox, so that nobody sees the others'."""
    job = import_string(LETTER_JOB)
    for mailbox in mailboxes:
        letter = Letter.objects.create(mailbox=mailbox, subject=subject, words=words)
        transaction.on_commit(partial(job.enqueue, letter=letter.pk))


def _send(subject: str, words: str, mailbox: str) -> None:
    try:
        send_mail(f"[Khối thi đua] {subject}", words, None, [mailbox])
    except OSError:
        logger.exception("a letter could not be sent")
