"""Reports of the bloc drafted from the data of its year."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.refusals import refuse
from documents import services as document_services
from documents.enums import DocumentKind
from documents.models import Document
from meetings import policies
from meetings.rules.reports import ANNUAL_BODY, MIDYEAR_BODY


@transaction.atomic
def draft_annual_report(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Begin the annual report: text to be edited, lines that stand for figures."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.draft_annual_report(standing_in(cycle, by, at), cycle))
    return document_services.open_paper(
        cycle=cycle,
        kind=DocumentKind.ANNUAL_REPORT,
        title="Báo cáo",
        subject=f"Tổng kết công tác thi đua, khen thưởng năm {cycle.year} và phương hướng, nhiệm vụ năm {cycle.year + 1}",
        body=ANNUAL_BODY.format(bloc=cycle.bloc, year=cycle.year, next=cycle.year + 1),
        recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
        by=by,
        at=at,
    )


@transaction.atomic
def draft_midyear_report(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Begin the mid-year report in the same way."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.draft_midyear_report(standing_in(cycle, by, at), cycle))
    return document_services.open_paper(
        cycle=cycle,
        kind=DocumentKind.MIDYEAR_REPORT,
        title="Báo cáo",
        subject=f"Sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm {cycle.year}",
        body=MIDYEAR_BODY.format(bloc=cycle.bloc, year=cycle.year),
        recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
        by=by,
        at=at,
    )
