"""The worker of the tests: it does what waits, once and in order."""

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


def work_off_the_queue():
    """Do every job that waits, as the worker does: with what the row of the queue says and nothing more."""
    for job in DBTaskResult.objects.filter(status=TaskResultStatus.READY).order_by("enqueued_at"):
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
        job.status, job.finished_at = TaskResultStatus.SUCCESSFUL, timezone.now()
        job.save()
