"""What papers ask before a year moves on."""

from django.urls import reverse

from blocs.models import Cycle
from blocs.rules import Check
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.queries import to_be_issued


def signed_papers_issued(cycle: Cycle) -> Check:
    """What all have signed is issued before the year ends, or it stays a draft for ever and out of the archive."""
    waiting = list(to_be_issued().filter(cycle=cycle))
    return Check(
        claim="Mọi văn bản đã ký đều đã ban hành",
        missing=tuple(
            f"{paper} đã ký đủ nhưng chưa ban hành. Hãy mở văn bản rồi ban hành." for paper in waiting
        ),
        turn="Khối trưởng",
        url=waiting[0].get_absolute_url() if waiting else reverse("cycle_documents", args=cycle.slugs),
    )


def regulation_issued(cycle: Cycle) -> Check:
    """Plan and regulation may come after the year began: this only warns (DOMAIN §9)."""
    issued = set(
        Document.objects.filter(cycle=cycle, status=DocumentStatus.ISSUED).values_list("kind", flat=True)
    )
    wanted = (DocumentKind.PLAN, DocumentKind.REGULATION)
    return Check(
        claim="Kế hoạch và quy chế của khối đã ban hành",
        missing=tuple(
            f"Chưa ban hành {kind.label.lower()} của khối." for kind in wanted if kind not in issued
        ),
        turn="Khối trưởng",
        is_hard=False,
        url=reverse("cycle_documents", args=cycle.slugs),
    )
