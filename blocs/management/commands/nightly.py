import logging

from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocs import queries, reports

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Việc hằng đêm, chạy bằng cron hoặc systemd timer: thư nhắc việc, dọn dẹp, kiểm tra dữ liệu."

    def add_arguments(self, parser):
        parser.add_argument("--no-mail", action="store_true", help="không gửi thư nhắc việc")

    def handle(self, *args, no_mail=False, **options):
        at = timezone.now()
        failed = 0
        if not no_mail:
            sent, failed = self._remind(at)
            self.stdout.write(f"Thư nhắc việc: {sent} đã gửi, {failed} không gửi được.")
        call_command("clearsessions")
        for job in queries.sources("NIGHTLY_JOBS"):
            self.stdout.write(f"{job.__module__}.{job.__name__}: {job(at=at)}")
        found = queries.all_violations()
        for sentence in found:
            self.stdout.write(sentence)
        if found or failed:
            raise CommandError(f"{len(found)} chỗ sai trong dữ liệu, {failed} thư không gửi được.")

    def _remind(self, at):
        """One digest a person; a mailbox that refuses does not keep the others from theirs."""
        sent = failed = 0
        with get_connection() as mailbox:
            for person in queries.people_to_remind():
                digest = reports.digest_for(person, at)
                if digest is None:
                    continue
                try:
                    EmailMessage(*digest, to=[person.email], connection=mailbox).send()
                except OSError:
                    logger.exception("a reminder could not be sent to user %s", person.pk)
                    failed += 1
                else:
                    sent += 1
        return sent, failed
