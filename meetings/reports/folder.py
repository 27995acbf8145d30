"""The folder of a conference in one file."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from awards.enums import DecisionForm
from awards.models import Poll
from blocs.models import Cycle
from blocs.queries import next_cycle_of, standing_in
from blocs.rules import ArchiveItem
from config.kit import pdf
from config.kit.archives import MISSING_FILE, carried, missing_text
from config.kit.text import plain_words
from documents.enums import DocumentKind
from documents.models import Document
from documents.reports import file_name, pdf_of
from documents.rules import Paper
from meetings import queries
from meetings.models import AgendaItem, Meeting
from meetings.reports.bloc import score_appendix
from meetings.reports.working import agenda_pdf, delegates_pdf, working_paper


def folder_of(meeting: Meeting, user: User, at: datetime) -> list[ArchiveItem]:
    """What lies on the table, in the order of the folder, as far as papers exist and the person may read them."""
    cycle = meeting.cycle
    wanted: list[tuple[str, Callable[[], bytes]]] = []
    if meeting.invitation:
        wanted.append(_filed(meeting.invitation))
    wanted.append(("chuong-trinh", lambda: agenda_pdf(meeting)))
    wanted.append(("danh-sach-dai-bieu", lambda: delegates_pdf(meeting, at)))
    papers = queries.readable_papers(user, cycle, at)
    wanted += [_filed(papers[kind]) for kind in FOLDER_REPORTS if kind in papers]
    if appendix := score_appendix(cycle):
        wanted.append(("tong-hop-diem", lambda: _summary_pdf(meeting, appendix[0])))
    following = next_cycle_of(cycle)
    ahead = queries.readable_papers(user, following, at) if following else {}
    wanted += [_filed(one[kind]) for one in (papers, ahead) for kind in FOLDER_PAPERS if kind in one]
    if queries.is_keeper(standing_in(cycle, user, at), meeting):
        wanted += [_ballots(item.poll, cycle) for item in meeting.items.all() if _is_on_paper(item)]
    return [ArchiveItem(f"{i:02d}-{name}.pdf", render) for i, (name, render) in enumerate(wanted, start=1)]


FOLDER_REPORTS = (DocumentKind.ANNUAL_REPORT, DocumentKind.MIDYEAR_REPORT, DocumentKind.SCORE_REPORT)


FOLDER_PAPERS = (
    DocumentKind.PLAN,
    DocumentKind.REGULATION,
    DocumentKind.LAUNCH,
    DocumentKind.SCOREBOARD,
    DocumentKind.COVENANT,
)


def _filed(document: Document) -> tuple[str, Callable[[], bytes]]:
    return file_name(document).removesuffix(".pdf"), lambda: pdf_of(document)


def _summary_pdf(meeting: Meeting, appendix: Paper) -> bytes:
    return working_paper(meeting, appendix.template, "Tổng hợp điểm", appendix.context)


def _is_on_paper(item: AgendaItem) -> bool:
    return item.poll is not None and item.poll.form == DecisionForm.PAPER


def _ballots(poll: Poll, cycle: Cycle) -> tuple[str, Callable[[], bytes]]:
    """Blank ballots, one for each voter of the roll."""
    context = {"poll": poll, "cycle": cycle}
    name = f"phieu-{plain_words(poll.question).replace(' ', '-')[:40]}"
    return name, lambda: pdf.render_pdf("awards/pdf/ballots.html", {**context, "copies": poll.roll.all()})


def folder_zip(meeting: Meeting, user: User, at: datetime) -> bytes:
    """The folder as one file."""
    stream = io.BytesIO()
    missing: dict[str, str] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in carried(
            ((one.path, one.render) for one in folder_of(meeting, user, at)), missing
        ):
            archive.writestr(path, content)
        if missing:
            archive.writestr(MISSING_FILE, missing_text(missing))
    return stream.getvalue()


def folder_name(meeting: Meeting) -> str:
    return f"tai-lieu-{plain_words(meeting.title).replace(' ', '-')[:60]}.zip"
