"""What lies on disk: neither dead rows, nor the write-ahead log, nor a dump says who voted how."""

import contextlib
import re
import secrets
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from awards import services
from config.kit import dumps, keys
from config.postgres import OWNER, SUPERUSER
from tests.factories.awards import NOON, AwardYear
from tests.factories.law import signed_in_as
from tests.server import as_role

pytestmark = pytest.mark.django_db(transaction=True)
# Votes in an order of their own: the head of unit 5 votes first, for unit 2.
VOTES = {5: 2, 1: 7, 3: 3, 7: 1, 2: 6, 6: 4, 4: 5}


class Disk:
    """Every byte that the database keeps, which is also every byte that a standby or a copy of its folder gets."""

    def __init__(self):
        with as_role(SUPERUSER) as cursor:
            cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
            self.data = Path(cursor.fetchone()[0])
            cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
            self.tables = self.data / "base" / str(cursor.fetchone()[0])

    def file_of(self, table):
        with as_role(SUPERUSER) as cursor:
            cursor.execute("SELECT pg_relation_filepath(%s)", [table])
            return self.data / cursor.fetchone()[0]

    def holding(self, pattern):
        """The files in which this stands: tables with their dead rows, and the write-ahead log."""
        with as_role(SUPERUSER) as cursor:
            cursor.execute("CHECKPOINT")
        found = set()
        for path in [*self.tables.iterdir(), *(self.data / "pg_wal").iterdir()]:
            with contextlib.suppress(FileNotFoundError, IsADirectoryError):  # the server tidies up as we read
                if re.search(pattern, path.read_bytes()):
                    found.add(path)
        return {path if path.parent == self.tables else "wal" for path in found}


@pytest.fixture
def poll():
    """Seven votes, each in a transaction of its own."""
    year = AwardYear()
    with as_role(OWNER) as cursor:
        # Keys of options that stand nowhere by chance, nor in the log of another test.
        cursor.execute("SELECT setval('awards_polloption_id_seq', %s)", [10**15 + secrets.randbelow(10**15)])
    poll = year.open_poll(candidates=(1, 2, 3, 4, 5, 6, 7))
    for voter, number in VOTES.items():
        year.vote(poll, voter, number)
    poll.year = year
    return poll


def choices_on(poll):
    """How any choice of this poll would look: as text, or as PostgreSQL stores a document."""
    names = [option.encode() for option in poll.options.values_list("text", flat=True)]
    keys = [str(key).encode() for key in poll.options.values_list("pk", flat=True)]
    assert len(names) == len(keys) == 7
    return b"|".join(rb"%s.{0,8}for" % key for key in keys)


def test_while_the_vote_is_open_no_byte_says_what_is_on_a_ballot(poll):
    disk = Disk()

    # What is looked for would be found: the roll and the boxes are there, in table and log.
    box = bytes(poll.year.cycle.polls.get().pk.to_bytes(8, "little"))
    assert disk.file_of("awards_ballot") in disk.holding(re.escape(box))
    assert disk.holding(re.escape(poll.roll.first().name.encode())) >= {disk.file_of("awards_roll"), "wal"}
    assert disk.holding(choices_on(poll)) == set()
    assert dumped(choices_on(poll)) == 0


def dumped(pattern):
    """How often this stands in a dump of the whole database."""
    with signed_in_as(OWNER):
        whole, program = b"".join(dumps.dump()), dumps.program("pg_restore")
    text = subprocess.run([program, "--file=-"], input=whole, capture_output=True, check=True).stdout
    assert b"awards_ballot" in text
    return len(re.findall(pattern, text))


def test_after_the_count_choices_stand_in_the_sealed_table_alone_and_the_boxes_stay_shut(poll):
    disk = Disk()
    before = boxes_in(disk.file_of("awards_ballot"), poll)
    assert len(before) == 7
    poll.year.close(poll)
    poll.year.count(poll)

    assert disk.holding(choices_on(poll)) == {disk.file_of("awards_sealedballot"), "wal"}
    assert dumped(choices_on(poll)) == 7
    with connection.cursor() as cursor:
        cursor.execute("SELECT choice, xmin::text FROM awards_sealedballot ORDER BY ctid")
        sealed = cursor.fetchall()
        cursor.execute("SELECT DISTINCT xmin::text FROM awards_roll")
        assert {xmin for _, xmin in sealed} == {xmin for (xmin,) in cursor.fetchall()}
    assert len({xmin for _, xmin in sealed}) == 1
    # The dead rows are still there, each beside the transaction that marked the roll; nothing opens them any more.
    assert boxes_in(disk.file_of("awards_ballot"), poll) == before
    assert not keys.exists(poll.ballot_key)
    with pytest.raises(keys.CannotOpen):
        keys.opened(poll.ballot_key, before)


def boxes_in(file, poll):
    """The sealed boxes of a poll in the pages of a table, rows that were deleted among them."""
    with as_role(SUPERUSER) as cursor:
        cursor.execute("CHECKPOINT")
    length, after = (
        re.escape(number.to_bytes(size, "little")) for number, size in ((4 * 308, 4), (poll.pk, 8))
    )
    found = re.finditer(rb"%s(.{304}).{0,7}%s" % (length, after), file.read_bytes(), re.S)
    return sorted({one[1] for one in found})


def test_a_void_poll_says_nothing_for_ever(poll):
    disk = Disk()
    before = boxes_in(disk.file_of("awards_ballot"), poll)
    assert len(keys.opened(poll.ballot_key, before)) == 7
    services.void_poll(poll=poll, reason="Mở nhầm.", by=poll.year.chair, at=NOON)

    assert disk.holding(choices_on(poll)) == set()
    assert dumped(choices_on(poll)) == 0
    assert not keys.exists(poll.ballot_key)
    with pytest.raises(keys.CannotOpen):
        keys.opened(poll.ballot_key, before)
