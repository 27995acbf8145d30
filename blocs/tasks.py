"""Work for the queue. What it is told is kept in the database, so it is told keys only, never a link."""

from django.utils import timezone
from django_tasks import task

from blocs import queries, services


@task()
def mail_link(*, user: int, province: int, by: int) -> None:
    people = queries.people_by_key(user, by)
    services.mail_link(
        user=people[user], province=queries.province_by_key(province), by=people[by], at=timezone.now()
    )


@task()
def post_letter(*, letter: int) -> None:
    services.post_letter(key=letter)
