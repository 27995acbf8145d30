"""What must hold of covenants and results in the whole database and does not, named by year and unit."""

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from covenants.enums import CovenantStatus
from covenants.models import Content, Covenant, Result, Target, UnitReport
from covenants.queries.covenants import text_of
from covenants.rules import fingerprint
from documents.enums import SigningState


def violations() -> list[str]:
    """The same number of queries whatever the years hold."""
    return [*_changed(), *_unsigned(), *_empty_reports()]


def _changed() -> list[str]:
    """What was adopted still has the hash under which it was adopted."""
    targets = Prefetch("targets", Target.objects.order_by("number"), to_attr="ordered_targets")
    contents = Content.objects.prefetch_related(targets).order_by("position", "pk")
    adopted = (
        Covenant.objects.exclude(status=CovenantStatus.DRAFT).select_related("cycle__bloc").order_by("pk")
    )
    return [
        f"{covenant} của {covenant.cycle} không còn đúng nội dung đã thống nhất."
        for covenant in adopted.prefetch_related(Prefetch("contents", contents))
        if fingerprint(text_of(covenant, covenant.contents.all())) != covenant.contents_sha256
    ]


def _unsigned() -> list[str]:
    settled = Covenant.objects.annotate(
        asked=Count("document__signings"),
        given=Count("document__signings", filter=Q(document__signings__state=SigningState.SIGNED)),
    )
    unsigned = settled.filter(status=CovenantStatus.SIGNED).exclude(asked=F("given"), asked__gt=0)
    return [
        f"{covenant} của {covenant.cycle} ghi là đã ký nhưng còn bên chưa ký."
        for covenant in unsigned.select_related("cycle__bloc").order_by("pk")
    ]


def _empty_reports() -> list[str]:
    incomplete = UnitReport.objects.filter(sent_at__isnull=False).exclude(
        Exists(Result.objects.filter(assignment__unit=OuterRef("unit"), period=OuterRef("period")))
    )
    return [
        f"Báo cáo {report.get_period_display()} của {report.unit}, {report.cycle}: đã gửi nhưng không có kết quả nào."
        for report in incomplete.select_related("unit", "cycle__bloc").order_by("pk")
    ]
