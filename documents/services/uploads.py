"""Store what people send in."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from blocs.models import Cycle, Province, Unit
from config.kit import blobs, filetypes
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from documents import policies, queries
from documents.models import Document, Upload
from documents.services.drafts import stand

ORPHANS_LIVE = timedelta(days=1)


def upload_file(
    *,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
    cycle: Cycle | None = None,
    province: Province | None = None,
    unit: Unit | None = None,
    document: Document | None = None,
    is_shared: bool = False,
) -> Upload:
    """Keep a file; its type is read from its content, and it is stored before its row."""
    province = cycle.bloc.province if cycle else province
    who = stand(cycle, province, by, at)
    refuse(policies.upload_file(who, cycle, unit, document, len(content)))
    content_type = _content_type(content)
    sha256 = blobs.put(content)
    with transaction.atomic(), audited("documents.upload.added", by=by):
        return Upload.objects.create(
            province=province,
            cycle=cycle,
            unit=unit,
            document=document,
            is_shared=is_shared,
            name=filetypes.safe_name(name, content_type),
            content_type=content_type,
            sha256=sha256,
            size=len(content),
            uploaded_at=at,
            uploaded_by=by,
        )


def _content_type(content: bytes) -> str:
    try:
        return filetypes.content_type_of(content)
    except ValueError as wrong:
        raise Refused([str(wrong)]) from wrong


def new_version_of_upload(*, upload: Upload, name: str, content: bytes, by: User, at: datetime) -> Upload:
    """Keep a newer file in the place of one; the old version stays readable."""
    who = stand(upload.cycle, upload.province, by, at)
    is_latest = not Upload.objects.filter(previous=upload).exists()
    refuse(
        policies.new_version_of_upload(who, upload.cycle, upload.unit, is_latest=is_latest, size=len(content))
    )
    content_type = _content_type(content)
    sha256 = blobs.put(content)
    try:
        with transaction.atomic(), audited("documents.upload.versioned", by=by):
            return Upload.objects.create(
                province=upload.province,
                cycle=upload.cycle,
                unit=upload.unit,
                document=upload.document,
                is_shared=upload.is_shared,
                name=filetypes.safe_name(name, content_type),
                content_type=content_type,
                sha256=sha256,
                size=len(content),
                version=upload.version + 1,
                previous=upload,
                uploaded_at=at,
                uploaded_by=by,
            )
    except IntegrityError as lost:
        if "previous_id" in str(lost):
            raise Conflict(["Người khác vừa gửi bản mới của tệp này. Hãy tải lại trang."]) from lost
        raise


def remove_orphan_files(*, at: datetime) -> int:
    """Remove stored contents that no row has named for a day: what an interrupted upload left behind."""
    old = {path.name: path for path in blobs.older_than(at - ORPHANS_LIVE)}
    orphans = queries.unreferenced([name for name in old if not name.startswith(".")])
    for name, path in old.items():
        if name in orphans or name.startswith("."):
            path.unlink(missing_ok=True)
    return len(orphans)
