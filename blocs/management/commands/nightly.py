import logging
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocs import queries, reports, services

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Việc hằng đêm, chạy bằng cron hoặc systemd timer: thư nhắc việc, dọn dẹp, khóa sổ nhật ký của ngày đã qua, "
        "kiểm tra dữ liệu, gửi kết quả cho người vận hành."
    )

    def add_arguments(self, parser):
        parser.add_argument("--no-mail", action="store_true", help="không gửi thư nhắc việc")

    def handle(self, *args, no_mail=False, **options):
        at = timezone.now()
        failed = 0
        if not no_mail:
            sent, failed = self._remind(at)
            self.stdout.write(f"Thư nhắc việc: {sent} đã gửi, {failed} không gửi được.")
        call_command("clearsessions")
        # Jobs that are done name people by their keys; those that failed stay for a fortnight, to be looked at.
        call_command("prune_db_task_results", min_age_days=1, failed_min_age_days=14, verbosity=0)
        for job in queries.sources("NIGHTLY_JOBS"):
            self.stdout.write(f"{job.__module__}.{job.__name__}: {job(at=at)}")
        head = services.seal_days(at=at)
        found = queries.all_violations()
        subject, text = reports.night_report(head, found, failed, at)
        self.stdout.write(text)
        unkept = [*self._keep(head), *self._tell(subject, text)]
        if found or failed or unkept:
            raise CommandError(
                " ".join([f"{len(found)} chỗ sai trong dữ liệu, {failed} thư không gửi được.", *unkept])
            )

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

    def _keep(self, head):
        """Append the head of the journal's chain to a file that no backup of the database rewrites."""
        if head is None or not settings.CHAIN_HEAD_FILE:
            return []
        try:
            path = Path(settings.CHAIN_HEAD_FILE)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a") as kept:
                kept.write(f"{head}\n")
        except OSError:
            logger.exception("the head of the chain could not be kept")
            return [f"Không ghi được mã chuỗi nhật ký vào {settings.CHAIN_HEAD_FILE}."]
        return []

    def _tell(self, subject, text):
        """Send the night's result, with the head, to those who run the installation."""
        if not settings.OPERATOR_EMAILS:
            return []
        try:
            EmailMessage(subject, text, to=settings.OPERATOR_EMAILS).send()
        except OSError:
            logger.exception("the night's report could not be sent")
            return ["Không gửi được thư cho người vận hành."]
        return []
