"""What meetings print: invitation, agenda, delegates, minutes, the bloc's reports, and the conference folder."""

from meetings.reports.bloc import report_paper
from meetings.reports.folder import folder_name, folder_of, folder_zip
from meetings.reports.minutes import minutes_paper, minutes_snapshot, winners_in_words
from meetings.reports.panels import archive, cycle_panel
from meetings.reports.words import attendance_lines
from meetings.reports.working import agenda_pdf, delegates_pdf, invitation_paper

__all__ = [
    "agenda_pdf",
    "archive",
    "attendance_lines",
    "cycle_panel",
    "delegates_pdf",
    "folder_name",
    "folder_of",
    "folder_zip",
    "invitation_paper",
    "minutes_paper",
    "minutes_snapshot",
    "report_paper",
    "winners_in_words",
]
