"""Work for the queue. What it is told is kept in the database, so it is told keys only, never a link."""

import logging

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils import timezone
from django_tasks import task

from accounts import queries
from accounts.tokens import link_for

logger = logging.getLogger(__name__)


@task()
def mail_forgotten_link(*, user: int) -> None:
    """Send the person a link; not to a mailbox that was put in this place while the job waited."""
    person = queries.person_by_key(user)
    if not person.takes_links(timezone.now()):
        return
    words = {"username": person.username, "password_reset_url": f"{settings.SITE_URL}{link_for(person)}"}
    try:
        get_adapter().send_password_reset_mail(person, person.email, words)
    except OSError:
        logger.exception("a letter could not be sent")
