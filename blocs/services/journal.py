"""The nightly sealing of the journal."""

from datetime import datetime

from django.db import connection, transaction

from blocs import queries
from blocs.models import SealedDay
from config.kit.chain import Head, link_sha256


@transaction.atomic
def seal_days(*, at: datetime) -> Head | None:
    """Chain every day that is over to the one before; gives the last link, also when there was nothing to add."""
    with connection.cursor() as cursor:
        # Two nights at once would seal one day twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('blocs_sealedday'))")
    last = queries.chain_head()
    previous = last.sha256 if last else ""
    for day, tables in queries.days_to_seal(at):
        sha256 = link_sha256(day, previous, tables)
        count = sum(one["count"] for one in tables)
        SealedDay.objects.create(
            day=day, count=count, tables=tables, previous=previous, sha256=sha256, sealed_at=at
        )
        previous = sha256
    return queries.chain_head()
