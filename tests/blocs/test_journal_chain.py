"""Every day of the journal is sealed the night after, chained to the day before, and found when it was changed."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from blocs import queries
from blocs.models import SealedDay
from blocs.services import seal_days
from config.kit.chain import heads_in, link_sha256
from config.kit.text import VIETNAM
from tests.factories.blocs import UnitFactory
from tests.factories.law import by_the_owner
from tests.factories.planted import plant, plant_in

pytestmark = pytest.mark.django_db

ONE_DAY = timedelta(days=1)
UNIT_EVENTS = "blocs_unitevent"


def today():
    return timezone.now().astimezone(VIETNAM).date()


@pytest.fixture
def sealed():
    """Two days of one unit: founded yesterday, renamed today; both sealed."""
    unit = UnitFactory(name="Sở Xây dựng")
    for table in queries.tracked_models().values():
        if table.objects.exists():
            plant(f"UPDATE \"{table._meta.db_table}\" SET pgh_created_at = pgh_created_at - interval '1 day'")
    unit.name = "Sở Xây dựng và Đô thị"
    unit.save()
    seal_days(at=timezone.now() + ONE_DAY)
    return unit


def last_two():
    return reversed(SealedDay.objects.order_by("-day")[:2])


def test_days_are_chained_and_the_head_is_the_last_of_them(sealed):
    yesterday, last = last_two()

    assert (last.day, last.previous) == (today(), yesterday.sha256)
    assert queries.chain_head() == (today(), 1, last.sha256)
    assert last.sha256 == link_sha256(last.day, yesterday.sha256, last.tables)
    assert [one["table"] for one in last.tables] == [UNIT_EVENTS]
    assert queries.chain_violations() == []


def test_a_day_is_sealed_when_it_is_over_and_only_once():
    UnitFactory()

    assert seal_days(at=timezone.now()) is None
    head = seal_days(at=timezone.now() + ONE_DAY)

    assert head.day == today()
    assert seal_days(at=timezone.now() + ONE_DAY) == head
    assert SealedDay.objects.filter(day=today()).count() == 1


def test_a_quiet_day_is_a_link_of_its_own(sealed):
    seal_days(at=timezone.now() + 3 * ONE_DAY)

    quiet = SealedDay.objects.order_by("day").last()
    assert (quiet.day, quiet.count, quiet.tables) == (today() + 2 * ONE_DAY, 0, [])
    assert queries.chain_violations() == []


def test_a_sealed_day_is_neither_changed_nor_deleted(sealed):
    for change in (SealedDay.objects.all().delete, lambda: SealedDay.objects.update(count=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def named():
    return f"Nhật ký “đơn vị” ngày {today():%d/%m/%Y}"


def copy_event(table, **changes):
    """Add an event that is like the last one of its table but for some columns."""
    model = next(one for one in queries.tracked_models().values() if one._meta.db_table == table)
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    plant(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" ORDER BY pgh_id DESC LIMIT 1')


@pytest.mark.parametrize(
    ("sql", "change"),
    [
        ("UPDATE blocs_unitevent SET name = 'Sở khác' WHERE pgh_label = 'update'", "nội dung đã khác"),
        (
            "UPDATE blocs_unitevent SET pgh_context = '{\"by\": 7}' WHERE pgh_label = 'update'",
            "nội dung đã khác",
        ),
        ("DELETE FROM blocs_unitevent WHERE pgh_label = 'update'", "khi đó 1 dòng, nay 0 dòng"),
    ],
    ids=["what an event says", "who is said to have done it", "an event taken out"],
)
def test_what_was_changed_in_a_sealed_day_is_found(sealed, sql, change):
    plant(sql)

    assert queries.chain_violations() == [f"{named()} không còn như khi khóa: {change}."]


def test_an_event_added_to_a_sealed_day_is_found(sealed):
    copy_event(UNIT_EVENTS, pgh_id="pgh_id + 1000")
    assert queries.chain_violations() == [f"{named()} không còn như khi khóa: khi đó 1 dòng, nay 2 dòng."]


def test_an_event_of_a_table_that_was_silent_on_a_sealed_day_is_found(sealed):
    copy_event("blocs_provinceevent", pgh_id="pgh_id + 1000", pgh_created_at="now()")

    assert queries.chain_violations() == [
        f"Nhật ký “tỉnh” ngày {today():%d/%m/%Y} bị thêm 1 dòng sau khi khóa."
    ]


def test_events_of_a_day_that_is_not_over_break_nothing(sealed):
    plant("DELETE FROM blocs_sealedday WHERE day = %s", today())
    UnitFactory()

    assert queries.chain_violations() == []


def test_a_changed_link_is_found_with_every_link_that_no_longer_fits(sealed):
    first, last = last_two()
    plant_in(first, sha256="0" * 64)

    assert queries.chain_violations() == [
        f"Chuỗi nhật ký ngày {first.day:%d/%m/%Y} không còn đúng mã của nó.",
        f"Chuỗi nhật ký ngày {last.day:%d/%m/%Y} không nối với ngày trước.",
    ]


def test_a_link_taken_out_is_found(sealed):
    seal_days(at=timezone.now() + 2 * ONE_DAY)
    plant("DELETE FROM blocs_sealedday WHERE day = %s", today())

    found = queries.chain_violations()
    assert found[0].startswith("Chuỗi nhật ký thiếu ngày, từ sau")
    assert found[1].endswith("không nối với ngày trước.")
    assert found[2] == f"{named()} bị thêm 1 dòng sau khi khóa."


def test_a_column_added_later_changes_no_sealed_day_and_one_taken_away_is_said(sealed):
    by_the_owner(f"ALTER TABLE {UNIT_EVENTS} ADD COLUMN later text NOT NULL DEFAULT 'x'")
    assert queries.chain_violations() == []

    by_the_owner(f"ALTER TABLE {UNIT_EVENTS} DROP COLUMN phone")
    assert queries.chain_violations() == ["Nhật ký “đơn vị” mất cột nên không còn so được với chuỗi đã khóa."]


# The head that is kept outside


def resealed_by_a_forger():
    """Work out the whole chain anew over what now stands, as somebody with all rights and this program could."""
    plant("DELETE FROM blocs_sealedday")
    seal_days(at=timezone.now() + ONE_DAY)


def test_a_history_written_anew_with_its_chain_is_found_by_the_head_kept_outside_alone(sealed, capsys):
    kept = queries.chain_head().sha256
    plant("UPDATE blocs_unitevent SET name = 'Sở khác' WHERE pgh_label = 'update'")
    plant_in(sealed, name="Sở khác")
    resealed_by_a_forger()

    assert queries.all_violations() == []
    with pytest.raises(CommandError, match="Có 1 chỗ sai"):
        call_command("verify", head=kept)
    assert capsys.readouterr().out.splitlines()[0] == (
        f"Mã {kept} được giữ bên ngoài không có trong chuỗi nhật ký: dữ liệu đã bị viết lại, hoặc cũ hơn mã này."
    )


def test_verify_takes_a_head_or_a_file_of_heads_and_refuses_what_is_none(sealed, tmp_path, capsys):
    kept = tmp_path / "heads"
    kept.write_text("".join(f"{one.day} {one.count} {one.sha256}\n" for one in SealedDay.objects.all()))

    call_command("verify", head=str(kept))
    call_command("verify", head=queries.chain_head().sha256.upper())
    assert f"Chuỗi nhật ký: {queries.chain_head()}\n" in capsys.readouterr().out

    kept.write_text("không có gì")
    for wrong in (str(kept), "abc"):
        with pytest.raises(CommandError, match="không có mã nào"):
            call_command("verify", head=wrong)


def test_heads_are_read_out_of_lines_and_out_of_mails():
    one, two = "0a" * 32, "1b" * 32

    assert heads_in(f"2026-11-30 12 {one}\nmã {two.upper()}.") == [one, two]
    assert heads_in(f"{one}f") == []


# The night


def test_a_night_seals_keeps_and_mails_the_head(settings, tmp_path, capsys):
    UnitFactory()
    seal_days(at=timezone.now() + ONE_DAY)
    settings.OPERATOR_EMAILS = ["van-hanh@example.vn"]
    settings.CHAIN_HEAD_FILE = str(tmp_path / "kept" / "heads")

    call_command("nightly")
    call_command("nightly")

    head = queries.chain_head()
    assert (tmp_path / "kept" / "heads").read_text() == f"{head}\n{head}\n"
    letter = mail.outbox[-1]
    assert letter.to == ["van-hanh@example.vn"]
    assert letter.subject == f"Dữ liệu không có chỗ nào sai, đêm {today():%d/%m/%Y}"
    assert (
        f"Chuỗi nhật ký đến hết ngày {today():%d/%m/%Y}: {head.count} dòng, mã {head.sha256}" in letter.body
    )
    assert letter.body in capsys.readouterr().out


def test_a_night_tells_the_operator_what_is_wrong_and_ends_with_an_error(sealed, settings, tmp_path):
    settings.OPERATOR_EMAILS = ["van-hanh@example.vn"]
    plant_in(sealed, name="Sở khác")

    with pytest.raises(CommandError, match="1 chỗ sai trong dữ liệu"):
        call_command("nightly")

    letter = mail.outbox[-1]
    assert letter.subject.startswith("1 chỗ sai trong dữ liệu, đêm ")
    assert "- Đơn vị “Sở Xây dựng và Đô thị" in letter.body
    assert "khác với lần ghi nhật ký cuối (tên đơn vị)." in letter.body


def test_a_night_that_can_neither_keep_nor_mail_its_head_ends_with_an_error(sealed, settings, tmp_path):
    settings.OPERATOR_EMAILS = ["van-hanh@example.vn"]
    settings.EMAIL_BACKEND = "tests.blocs.test_commands.RefusingMailbox"
    settings.CHAIN_HEAD_FILE = str(tmp_path)

    with pytest.raises(CommandError, match=r"Không ghi được mã chuỗi nhật ký .* Không gửi được thư"):
        call_command("nightly", no_mail=True)
