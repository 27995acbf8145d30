"""A ballot can be read with the key of its poll only, and the key lives no longer than the vote."""

import stat
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from awards import policies, queries, reports, services
from awards.enums import DecisionForm
from awards.models import Ballot, Count, SealedBallot
from awards.rules import UnreadableBallot, read_ballot, write_ballot
from config.kit import keys
from config.kit.refusals import Refused
from tests.factories.awards import MORNING, NOON, fresh_poll
from tests.factories.planted import around_triggers

pytestmark = pytest.mark.django_db


def files():
    return sorted(path.name for path in keys.folder().glob("*"))


def test_every_ballot_of_a_poll_has_one_length_whatever_is_on_it(year):
    poll = year.open_poll(seats=3)
    for voter, numbers in ((1, ()), (2, (1,)), (3, (1, 2, 3))):
        year.vote(poll, voter, *numbers)

    assert {len(box) for box in Ballot.objects.values_list("box", flat=True)} == {256 + keys.OVERHEAD}


def test_a_ballot_is_padded_to_the_longest_its_options_allow():
    options = [str(number) for number in range(40)]
    full = dict.fromkeys(options, "abstain")

    assert {len(write_ballot(choices, options)) for choices in ({}, {"1": "for"}, full)} == {768}
    assert read_ballot(write_ballot(full, options)) == full
    for content in (b"no ballot", b"[]", b"\xff"):
        with pytest.raises(UnreadableBallot):
            read_ballot(content)


def test_a_key_is_closed_to_others_and_outside_what_a_backup_takes(year, data_dir):
    poll = year.open_poll()

    path = keys.folder() / f"{poll.ballot_key}.key"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert keys.folder() == data_dir / "poll-keys"
    assert not (data_dir / "files").exists()


def test_keys_lie_where_the_installation_wants_them(year, settings, tmp_path):
    settings.POLL_KEY_DIR = str(tmp_path / "keys")
    poll = year.open_poll()

    assert files() == [f"{poll.ballot_key}.key"]
    assert keys.folder() == tmp_path / "keys"


def test_only_a_secret_vote_on_the_system_has_a_key(year):
    for form in (DecisionForm.PAPER, DecisionForm.HANDS):
        assert year.open_poll(form).ballot_key == ""
    assert files() == []


def test_a_poll_does_not_open_when_its_key_cannot_be_written(year, settings, tmp_path):
    (tmp_path / "full").touch()
    settings.POLL_KEY_DIR = str(tmp_path / "full")
    poll = year.draft_poll()

    with pytest.raises(Refused) as refused:
        services.open_poll(poll=poll, roll=year.roll(), by=year.chair, at=MORNING)
    assert refused.value.reasons[0].startswith("Máy chủ không ghi được khóa niêm phong phiếu")
    assert fresh_poll(poll).status == "draft"


@pytest.mark.parametrize("end", ["counted", "voided"])
def test_the_key_goes_when_the_poll_is_over(year, end, django_capture_on_commit_callbacks):
    poll = year.open_poll()
    year.vote(poll, 1, 1)
    year.close(poll)

    with django_capture_on_commit_callbacks(execute=True):
        if end == "counted":
            year.count(poll)
        else:
            services.void_poll(poll=poll, reason="Mở nhầm.", by=year.chair, at=NOON)
        assert files() == [f"{poll.ballot_key}.key"], "not before it is certain"

    assert files() == []
    assert (fresh_poll(poll).status, Ballot.objects.count()) == (end, 0)
    assert queries.violations() == []


def test_what_a_kill_after_the_count_leaves_goes_at_the_next_reading_and_nothing_is_counted_twice(
    year, client
):
    """The callback after the commit never ran: that is the kill."""
    poll = year.counted(1, 1, 2)
    assert files() == [f"{poll.ballot_key}.key"]
    with pytest.raises(Refused):
        year.count(poll)

    client.force_login(year.auditor)
    assert client.get(poll.get_absolute_url()).status_code == 200

    assert files() == []
    assert (Count.objects.count(), SealedBallot.objects.count()) == (1, 3)


def test_the_night_destroys_old_keys_and_leaves_those_of_open_votes(year):
    under_way, over = year.open_poll(), year.counted(1)
    services.void_poll(poll=(void := year.open_poll()), reason="Mở nhầm.", by=year.chair, at=NOON)
    interrupted = keys.create()
    now = timezone.now()

    assert services.destroy_old_keys(at=now) == 2
    assert sorted(keys.kept()) == sorted([under_way.ballot_key, interrupted])
    assert not {over.ballot_key, void.ballot_key} & keys.kept().keys()
    assert services.destroy_old_keys(at=now + timedelta(days=8)) == 1
    assert list(keys.kept()) == [under_way.ballot_key]
    assert services.destroy_old_keys(at=now + timedelta(days=8)) == 0


def test_an_opening_that_failed_after_its_key_was_written_can_be_done_again(year):
    poll = year.draft_poll()
    keys.create()

    opened = services.open_poll(poll=poll, roll=year.roll(), by=year.chair, at=MORNING)

    assert keys.exists(opened.ballot_key)
    assert len(files()) == 2


def lose(poll):
    keys.destroy(poll.ballot_key)


def exchange(poll):
    path = keys.folder() / f"{poll.ballot_key}.key"
    path.write_bytes((keys.folder() / f"{keys.create()}.key").read_bytes())


def spoil(poll):
    (keys.folder() / f"{poll.ballot_key}.key").write_bytes(b"short")


@pytest.mark.parametrize("harm", [lose, exchange, spoil])
def test_a_poll_whose_key_is_lost_is_void_with_a_sentence_and_has_no_count(year, harm, client):
    poll = year.open_poll()
    for voter in (1, 2, 3):
        year.vote(poll, voter, 1)
    year.close(poll)
    harm(poll)

    client.force_login(year.chair)
    answer = client.post(f"{poll.get_absolute_url()}kiem-phieu/", follow=True)

    assert policies.LOST_BALLOTS in answer.content.decode()
    poll = fresh_poll(poll)
    assert (poll.status, poll.void_reason, poll.result) == ("voided", policies.LOST_BALLOTS, {})
    assert [model for model in (Count, SealedBallot, Ballot) if model.objects.exists()] == []
    assert poll.events.order_by("pgh_id").last().pgh_context["verb"] == "awards.poll.voided"
    assert queries.violations() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE awards_roll SET has_voted = TRUE WHERE id = (SELECT max(id) FROM awards_roll)",
        "DELETE FROM awards_ballot WHERE id = (SELECT id FROM awards_ballot LIMIT 1)",
        "UPDATE awards_ballot SET box = decode(repeat('00', 304), 'hex')",
    ],
)
def test_a_poll_whose_ballots_were_tampered_with_is_void(year, sql):
    poll = year.open_poll()
    for voter in (1, 2):
        year.vote(poll, voter, 1)
    with around_triggers() as cursor:
        cursor.execute(sql)
    year.close(poll)

    assert (year.count(poll).status, Count.objects.count()) == ("voided", 0)


def test_what_is_in_a_box_but_is_no_ballot_makes_the_poll_void(year):
    poll = year.open_poll()
    with connection.cursor() as cursor:
        box = keys.seal(poll.ballot_key, b"x" * 256)
        cursor.execute("SELECT cast_ballot(%s, %s)", [poll.roll.first().pk, box])
    year.close(poll)

    assert year.count(poll).status == "voided"


def test_nobody_votes_into_a_box_that_cannot_be_opened(year, client):
    poll = year.open_poll()
    lose(poll)

    with pytest.raises(Refused) as refused:
        year.vote(poll, 1, 1)
    assert refused.value.reasons == [policies.LOST_KEY]
    assert reports.secrecy_lines(fresh_poll(poll)) == [policies.LOST_KEY]
    client.force_login(year.heads[0])
    page = client.get(poll.get_absolute_url()).content.decode()
    assert policies.LOST_KEY in page
    assert 'name="chosen"' not in page
    assert queries.violations() == [
        f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}: không còn khóa niêm phong phiếu; Khối trưởng cần hủy và tổ chức bỏ phiếu lại."
    ]
