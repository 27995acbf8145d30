from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.kit.lane import heavy
from documents.enums import DocumentKind
from documents.reports import file_name, pdf_of
from meetings import queries, reports
from meetings.views.shared import file_response, get_cycle, get_meeting


def _paper_response(document):
    if document is None:
        raise Http404
    return file_response(pdf_of(document), file_name(document))


@require_safe
def minutes_pdf(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    minutes = queries.minutes_for(request.user, meeting, timezone.now())
    return _paper_response(minutes and minutes.document)


@require_safe
def review_minutes_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    minutes = queries.review_minutes_for(request.user, cycle, timezone.now())
    return _paper_response(minutes and minutes.document)


@require_safe
def annual_report_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    return _paper_response(
        queries.report_for(request.user, cycle, DocumentKind.ANNUAL_REPORT, timezone.now())
    )


@require_safe
def invitation_pdf(request, province, bloc, year, pk):
    return _paper_response(get_meeting(request, province, bloc, year, pk).invitation)


@require_safe
def agenda_pdf(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    return file_response(reports.agenda_pdf(meeting), "chuong-trinh.pdf")


@require_safe
def delegates_pdf(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    return file_response(reports.delegates_pdf(meeting, timezone.now()), "danh-sach-dai-bieu.pdf")


@require_safe
@heavy("GET")
def folder_zip(request, province, bloc, year, pk):
    meeting = get_meeting(request, province, bloc, year, pk)
    content = reports.folder_zip(meeting, request.user, timezone.now())
    return file_response(content, reports.folder_name(meeting), "application/zip")
