"""One bloc's year, walked through the services from its opening to wherever its article leaves it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from awards import queries as award_queries
from awards import services as award_services
from awards.enums import AppraisalVerdict, AwardCode, PollKind
from blocs import services as bloc_services
from blocs.enums import Office, Phase
from blocs.models import Bloc, Cycle, Unit
from blocs.queries import checks_for, head_of_unit, next_cycle_of
from covenants import services as covenant_services
from covenants.enums import AdoptionForm, Direction, InitiativeLevel, MovementLevel, Period
from covenants.models import Covenant
from covenants.queries import covenant_in_force, targets_of
from covenants.rules import TargetDraft
from covenants.services import ResultEntry
from documents import services as paper_services
from documents.enums import DocumentKind
from documents.models import Document
from documents.queries import document_of
from documents.rules.starting_texts import starting_text
from meetings import queries as meeting_queries
from meetings import services as meeting_services
from meetings.demo import frames
from meetings.demo.directory import Cast
from meetings.demo.facts import CONTENTS, BlocFact, moment
from meetings.enums import AgendaKind, AttendanceRole, MeetingKind
from meetings.models import AgendaItem, Meeting
from meetings.services import AttendanceRow, Chair
from scoring import queries as score_queries
from scoring import services as score_services
from scoring.enums import CriterionKind, Stage
from scoring.models import Criterion, Guidance
from scoring.rules import inputs_from_json
from scoring.services import MarkEntry

MADE_UP = "Dữ liệu trình diễn, số liệu minh họa."


@dataclass
class Year:
    """Walks one cycle; each method is one stage of the year, made by the people who make it."""

    cast: Cast
    bloc: Bloc
    fact: BlocFact
    guidance: Guidance
    cycle: Cycle | None = None
    chair: str = ""
    numbers: int = field(default=0)

    # People and days

    @property
    def officer(self) -> User:
        """The chair unit's officer: the secretariat."""
        return self.cast.officer(self.chair)

    @property
    def head(self) -> User:
        return self.cast.head(self.chair)

    def unit(self, slug: str) -> Unit:
        return self.cast.units[slug]

    def day(self, month: int, day: int, hour: int = 9) -> datetime:
        return moment(date(self.fact.year, month, day), hour)

    def move(self, to: Phase, at: datetime, by: User | None = None) -> None:
        gaps = [sentence for check in checks_for(self.cycle, to) for sentence in check.missing]
        bloc_services.move_phase(
            cycle=self.cycle, to=to, by=by or self.officer, at=at, reason=MADE_UP if gaps else ""
        )

    # Beginning

    def open(self, *, note: str = "") -> None:
        fact, at = self.fact, self.day(1, 5)
        self.chair = fact.chair
        self.cycle = bloc_services.open_cycle(
            bloc=self.bloc,
            year=fact.year,
            by=self.cast.desk_head,
            at=at,
            is_illustrative=True,
            note=note or fact.source,
        )
        bloc_services.change_members(
            cycle=self.cycle, units=[self.unit(one.slug) for one in fact.units], by=self.cast.desk_head, at=at
        )
        self._start_term(Office.CHAIR, fact.chair, at, is_illustrative=not fact.chair_is_stated)
        self._start_term(Office.VICE, fact.vice, at, is_illustrative=True)

    def _start_term(self, office: str, unit: str, at: datetime, *, is_illustrative: bool) -> None:
        basis = "Minh họa: bài viết không nêu." if is_illustrative else self.fact.source
        bloc_services.start_term(
            cycle=self.cycle,
            office=office,
            unit=self.unit(unit),
            from_on=at.date(),
            basis=basis,
            by=self.cast.desk_head,
            at=at,
            is_illustrative=is_illustrative,
        )

    def launch(self) -> None:
        """Scoreboard, papers, covenant and its signatures, then the year begins."""
        at = self.fact.launch_at or moment(self.fact.covenant_on)
        self.adopt_scoreboard(at)
        self.move(Phase.LAUNCHING, at - timedelta(days=14))
        self.issue_typed_papers(at)
        covenant = self.draft_covenant(self.cycle, at - timedelta(days=10), self.officer)
        if self.fact.launch_at:
            self.hold_launch(at)
        self.sign_covenant(covenant, at)
        self.move(Phase.EXECUTING, at + timedelta(days=1))

    def adopt_scoreboard(self, at: datetime) -> None:
        board = score_services.draft_scoreboard(
            cycle=self.cycle, guidance=self.guidance, by=self.officer, at=at - timedelta(days=12)
        )
        score_services.adopt_scoreboard(
            scoreboard=board, how="Các đơn vị thành viên thống nhất (minh họa).", by=self.officer, at=at
        )

    def issue_typed_papers(self, at: datetime) -> None:
        """The regulation by its stated number where the article has it; a launch year has plan and call besides."""
        stated = self.fact.regulation
        number, symbol, on = stated or (self._number(), f"QĐ-{self.fact.code}", at.date())
        self.issue(self._typed(DocumentKind.REGULATION, at), number, symbol, moment(on, 10))
        if self.fact.launch_at:
            self.issue(
                self._typed(DocumentKind.PLAN, at),
                self._number(),
                f"KH-{self.fact.code}",
                at + timedelta(hours=8),
            )
            self.issue(self._typed(DocumentKind.LAUNCH, at), "", "", at + timedelta(hours=8))

    def _typed(self, kind: DocumentKind, at: datetime) -> Document:
        text = starting_text(
            kind,
            bloc=self.bloc.name,
            year=self.cycle.year,
            chair=self.unit(self.chair).name,
            vice=self.unit(self.fact.vice).name,
            on=at.date(),
        )
        return paper_services.draft_document(
            kind=kind, cycle=self.cycle, by=self.officer, at=at - timedelta(days=7), **asdict(text)
        )

    def _number(self) -> str:
        self.numbers += 1
        return f"{self.numbers:02d}"

    def issue(self, paper: Document, number: str, symbol: str, at: datetime) -> Document:
        paper = paper_services.finalize_document(document=paper, by=self.officer, at=at)
        return self.issue_settled(paper, number, symbol, at)

    def issue_settled(self, paper: Document, number: str, symbol: str, at: datetime) -> Document:
        head = head_of_unit(self.unit(self.chair), at.date())
        title = "KT. Khối trưởng" if head.role == "unit_deputy" else "Khối trưởng"
        return paper_services.issue_document(
            document=paper,
            number=number,
            symbol=symbol,
            issued_on=at.date(),
            signatory_name=head.user.full_name,
            signatory_title=title,
            signatory_office=head.title,
            by=self.officer,
            at=at,
        )

    # Covenant

    def draft_covenant(self, cycle: Cycle, at: datetime, by: User) -> Covenant:
        covenant = covenant_services.draft_covenant(cycle=cycle, by=by, at=at, is_illustrative=True)
        contents = [
            covenant_services.add_content(covenant=covenant, title=title, by=by, at=at) for title in CONTENTS
        ]
        by_content: dict[int, list[TargetDraft]] = {}
        for place, (words, measure, direction, value) in frames.targets(self.fact.target_count):
            draft = TargetDraft(words, measure, Direction(direction), Decimal(value) if value else None)
            by_content.setdefault(place, []).append(draft)
        for place, drafts in by_content.items():
            covenant_services.add_targets(content=contents[place], targets=drafts, by=by, at=at)
        return covenant

    def sign_covenant(self, covenant: Covenant, at: datetime) -> None:
        """Every head signs in the browser."""
        self._adopt(covenant, at, self.officer)
        for one in self.fact.units:
            covenant_services.sign_covenant(
                covenant=covenant,
                unit=self.unit(one.slug),
                by=self.cast.head(one.slug),
                at=at + timedelta(hours=2),
            )
        covenant.refresh_from_db()
        paper = Document.objects.get(pk=covenant.document_id)
        self.issue_settled(paper, "", "", at + timedelta(hours=3))

    def _adopt(self, covenant: Covenant, at: datetime, by: User) -> None:
        covenant_services.adopt_covenant(
            covenant=covenant, form=AdoptionForm.CONSENSUS, on=at.date(), by=by, at=at, note=MADE_UP
        )
        covenant_services.open_signing(covenant=covenant, by=by, at=at + timedelta(hours=1))

    def hold_launch(self, at: datetime) -> None:
        """The launch conference: drafts are read out, commented and then completed by the chair's office."""
        meeting = self._plan(MeetingKind.LAUNCH, at, self.fact.launch_place)
        for item in self._items(meeting):
            meeting_services.record_item(
                item=item,
                course="Trình bày dự thảo; các đơn vị thảo luận, góp ý."
                if item.kind == AgendaKind.ADOPT_PAPER
                else "Thực hiện theo chương trình.",
                outcome="Thống nhất tiếp thu; giao cơ quan tham mưu của Khối trưởng hoàn thiện, ban hành."
                if item.kind == AgendaKind.ADOPT_PAPER
                else "",
                by=self.officer,
                at=at,
            )
        self._end(meeting, at)

    # Execution

    def execute(self) -> None:
        """Mid-year results, movements, initiatives."""
        for name, launched_by in self.fact.movements:
            covenant_services.add_movement(
                cycle=self.cycle,
                name=name,
                level=_movement_level(launched_by),
                launched_by=launched_by,
                by=self.officer,
                at=self.day(6, 20),
            )
        self.report(Period.MID, self.day(7, 10))

    def report(self, period: str, at: datetime) -> None:
        covenant = covenant_in_force(self.cycle)
        targets = targets_of(covenant)
        for place, one in enumerate(self.fact.units):
            exceeds = one.slug in self.fact.exceeding if self.fact.exceeding else place % 3 == 0
            entries = {target.pk: _result(target, period, exceeds) for target in targets}
            unit, officer = self.unit(one.slug), self.cast.officer(one.slug)
            covenant_services.record_results(
                cycle=self.cycle, unit=unit, period=period, entries=entries, by=officer, at=at
            )
            covenant_services.send_report(
                cycle=self.cycle, unit=unit, period=period, by=self.cast.head(one.slug), at=at
            )

    def count_initiatives(self, at: datetime) -> None:
        levels = {"base": InitiativeLevel.GRASSROOTS, "province": InitiativeLevel.PROVINCE}
        counts = {levels[level]: count for level, count in self.fact.initiatives}
        if counts:
            covenant_services.record_initiatives(
                cycle=self.cycle, unit=None, counts=counts, by=self.officer, at=at
            )

    # Scores

    def score(self) -> None:
        """Self-scoring, and the bloc's check; the chair's card is checked by the vice-chair."""
        self.move(Phase.SELF_SCORING, self.day(11, 15))
        self.report(Period.YEAR, self.day(11, 18))
        self.count_initiatives(self.day(11, 18))
        for rank, slug in enumerate(self.fact.order):
            self.self_score(slug, rank, self.day(11, 20), self.day(11, 24))
        self.move(Phase.VERIFYING, self.day(12, 1))
        self.verify(self.day(12, 4))
        self.move(Phase.REVIEWING, self.day(12, 8))

    def self_score(self, slug: str, rank: int, at: datetime, sent_at: datetime | None) -> None:
        card = self._cards()[slug]
        board = score_queries.board_of(card.scoreboard)
        entries = [MarkEntry(leaf.pk, inputs=_inputs(leaf, rank)) for leaf in board.leaves]
        score_services.save_marks(
            card=card, stage=Stage.SELF, entries=entries, by=self.cast.officer(slug), at=at
        )
        if sent_at:
            score_services.send_card(card=card, by=self.cast.head(slug), at=sent_at)

    def self_score_half(self, slug: str, rank: int, at: datetime) -> None:
        """A card that is being filled: every second criterion is still open."""
        card = self._cards()[slug]
        leaves = score_queries.board_of(card.scoreboard).leaves[::2]
        entries = [MarkEntry(leaf.pk, inputs=_inputs(leaf, rank)) for leaf in leaves]
        score_services.save_marks(
            card=card, stage=Stage.SELF, entries=entries, by=self.cast.officer(slug), at=at
        )

    def _cards(self) -> dict:
        return {card.unit.slug: card for card in score_queries.cards_of(self.cycle)}

    def verify(self, at: datetime) -> None:
        """Marks stand as the unit gave them, but for one that the bloc lowers with a reason."""
        for rank, slug in enumerate(self.fact.order):
            card = self._cards()[slug]
            judge = self.cast.officer(self.fact.vice if slug == self.chair else self.chair)
            if rank == 3:
                self._lower_one(card, judge, at)
            score_services.accept_marks(card=card, by=judge, at=at)
            score_services.finish_verification(card=card, by=judge, at=at)

    def _lower_one(self, card: object, judge: User, at: datetime) -> None:
        board = score_queries.board_of(card.scoreboard)
        leaf = next(leaf for leaf in board.leaves if leaf.kind == CriterionKind.DIRECT)
        own = score_queries.card_view(card, board).at(Stage.SELF)[leaf.pk]
        entry = MarkEntry(
            leaf.pk,
            points=own.points - Decimal("0.5"),
            reason="Minh chứng chưa đủ cho một nội dung (minh họa).",
        )
        score_services.save_marks(card=card, stage=Stage.BLOC, entries=[entry], by=judge, at=at)

    def rank(self, at: datetime) -> None:
        score_services.agree_cards(cycle=self.cycle, by=self.officer, at=at)
        run = score_services.make_ranking(cycle=self.cycle, by=self.officer, at=at)
        score_services.adopt_ranking(run=run, how="Hội nghị thống nhất xếp hạng.", by=self.officer, at=at)

    # Meetings and votes

    def _plan(self, kind: str, at: datetime, place: str) -> Meeting:
        fact = self.fact
        chairs = [
            Chair(one.name, one.title, self.unit(one.unit), self.cast.head(one.unit)) for one in fact.chairs
        ]
        meeting = meeting_services.plan_meeting(
            cycle=self.cycle,
            kind=kind,
            place=place or f"{self.unit(self.chair).name} (minh họa)",
            starts_at=at,
            by=self.officer,
            at=at - timedelta(days=7),
            chairs=chairs or None,
            secretary_name=self.officer.full_name,
            secretary=self.officer,
            note=fact.summary_note if kind == MeetingKind.SUMMARY else "",
        )
        meeting_services.record_attendance(
            meeting=meeting, rows=self._attendance(at, kind), by=self.officer, at=at
        )
        return meeting_services.open_meeting(meeting=meeting, by=self.officer, at=at)

    def _attendance(self, at: datetime, kind: str) -> list[AttendanceRow]:
        members = []
        for one in self.fact.units:
            head = head_of_unit(self.unit(one.slug), at.date())
            members.append(
                AttendanceRow(unit=self.unit(one.slug), representative=head.user.full_name, title=head.title)
            )
        guests = [
            AttendanceRow(role=AttendanceRole.GUEST, representative=name, title=title, is_leader=False)
            for name, title in self.fact.guests
            if kind == MeetingKind.SUMMARY
        ]
        return members + guests

    def _items(self, meeting: Meeting) -> Sequence[AgendaItem]:
        return list(meeting_queries.meeting_by_key(meeting.pk).items.all())

    def hold_summary(self, kind: str, at: datetime, place: str) -> None:
        """The meeting that ranks, proposes and elects, in the form that its article tells."""
        if kind == MeetingKind.SUMMARY:
            meeting_services.draft_annual_report(cycle=self.cycle, by=self.officer, at=at - timedelta(days=5))
        meeting = self._plan(kind, at, place)
        for item in self._items(meeting):
            self._settle(item, at)
        self._end(meeting, at)

    def _settle(self, item: AgendaItem, at: datetime) -> None:
        chosen = self._chosen(item)
        if item.poll_kind and not chosen:
            meeting_services.remove_item(item=item, by=self.officer, at=at)
            return
        if not item.poll_kind:
            meeting_services.record_item(
                item=item, course=_course(item), outcome=_outcome(item), by=self.officer, at=at
            )
            return
        if len(chosen) > 1:
            item = meeting_services.edit_item(
                item=item, by=self.officer, at=at, changes={"seats": len(chosen)}
            )
        poll = meeting_services.record_consensus_from_item(
            item=item, chosen=chosen, by=self.officer, at=at, statement=self._statement(item, chosen)
        )
        award_services.confirm_poll(
            poll=poll, by=self.officer, at=at, reason=MADE_UP if self._is_out_of_order(poll) else ""
        )

    def _statement(self, item: AgendaItem, chosen: Sequence[Unit]) -> str:
        """The words of the decision; where the article names no form, they say so."""
        if not self.fact.form_note:
            return ""
        words = meeting_queries.decision_of(self.cycle, item, chosen)
        return f"{words[:1].upper()}{words[1:]} ({self.fact.form_note})."

    def _is_out_of_order(self, poll: object) -> bool:
        return bool(award_queries.order_findings_of(self.cycle, poll))

    def _chosen(self, item: AgendaItem) -> list[Unit]:
        fact = self.fact
        if item.poll_kind == PollKind.AWARD:
            slugs = [fact.flag] if item.award_type.code == AwardCode.FLAG else fact.merits
        else:
            slugs = [fact.next_chair] if item.poll_kind == PollKind.CHAIR else [fact.next_vice]
        return [self.unit(slug) for slug in slugs if slug]

    def _end(self, meeting: Meeting, at: datetime) -> None:
        """End, write and sign the minutes, and issue them."""
        end = at + timedelta(hours=3)
        meeting_services.end_meeting(meeting=meeting, ended_at=end, by=self.officer, at=end)
        minutes = meeting_services.draft_minutes(meeting=meeting, by=self.officer, at=end)
        meeting_services.settle_minutes(minutes=minutes, by=self.officer, at=end)
        meeting_services.sign_minutes(minutes=minutes, by=self.officer, at=end)
        signers = [self.cast.head(one.unit) for one in self.fact.chairs] or [self.head]
        for signer in signers:
            meeting_services.sign_minutes(minutes=minutes, by=signer, at=end)
        paper = Document.objects.get(pk=minutes.document_id)
        self.issue_settled(paper, self._number(), f"BB-{self.fact.code}", end + timedelta(hours=1))

    def open_next(self, at: datetime) -> None:
        bloc_services.open_cycle(
            bloc=self.bloc,
            year=self.fact.year + 1,
            by=self.officer,
            at=at,
            is_illustrative=True,
            note=self.fact.source,
        )

    def sign_next_covenant(self, at: datetime) -> None:
        """Next year's covenant, signed in the same meeting; drafted by whoever keeps that year."""
        following = next_cycle_of(self.cycle)
        keeper = self.fact.next_chair or self.chair
        officer = self.cast.officer(keeper)
        if self.fact.next_chair:
            bloc_services.move_phase(cycle=following, to=Phase.LAUNCHING, by=officer, at=at, reason=MADE_UP)
        covenant = self.draft_covenant(following, at, officer)
        if self.fact.next_chair:
            self._adopt(covenant, at, officer)
            covenant_services.record_signed_at_meeting(
                covenant=covenant, by=officer, at=at + timedelta(hours=2)
            )

    # The province

    def submit(self, at: datetime) -> None:
        if self.fact.summary_at and self.fact.summary_at < at:
            self._issue_report(at)
        proposal = award_services.draft_proposal(cycle=self.cycle, by=self.officer, at=at)
        self.issue(proposal.document, self._number(), f"TTr-{self.fact.code}", at)
        award_services.submit_proposal(proposal=proposal, by=self.officer, at=at)
        self.move(Phase.SUBMITTED, at)

    def _issue_report(self, at: datetime) -> None:
        report = document_of(self.cycle, DocumentKind.ANNUAL_REPORT)
        self.issue(report, self._number(), f"BC-{self.fact.code}", at)

    def appraise(self, at: datetime) -> None:
        officer = self.cast.desk_officer
        self.move(Phase.APPRAISING, at, officer)
        for nomination in award_queries.nominations_of(self.cycle):
            award_services.appraise_nomination(
                nomination=nomination, verdict=AppraisalVerdict.ACCEPT, by=officer, at=at
            )
        proposal = award_queries.proposal_of(self.cycle)
        award_services.finish_appraisal(proposal=proposal, by=officer, at=at)

    def decide(self, signed_on: date, number: str) -> None:
        at = moment(signed_on + timedelta(days=2), 10)
        nominations = award_queries.nominations_of(self.cycle)
        award_services.record_decision(
            cycle=self.cycle,
            number=number,
            signed_on=signed_on,
            awards=award_services.awards_of(nominations),
            by=self.cast.desk_head,
            at=at,
        )
        self.move(Phase.DECIDED, at, self.cast.desk_head)

    def present(self, on: date, place: str, presenter: str) -> None:
        for entry in award_queries.entries_of(self.cycle):
            award_services.record_presentation(
                entry=entry,
                presented_on=on,
                place=place,
                presenter=presenter,
                by=self.cast.desk_officer,
                at=moment(on, 16),
            )

    def hand_over(self, at: datetime) -> None:
        handover = bloc_services.prepare_handover(
            cycle=self.cycle,
            items="Hồ sơ, tài liệu của khối trong năm.\nSổ theo dõi văn bản của khối.\nKinh phí: không có (minh họa).",
            by=self.officer,
            at=at,
        )
        bloc_services.give_handover(handover=handover, by=self.head, at=at)
        bloc_services.receive_handover(handover=handover, by=self.cast.head(self.fact.next_chair), at=at)

    def close(self, at: datetime) -> None:
        self.move(Phase.CLOSED, at, self.cast.desk_head)


def _movement_level(launched_by: str) -> str:
    if launched_by == "Thủ tướng Chính phủ":
        return MovementLevel.GOVERNMENT
    return MovementLevel.BLOC if launched_by.startswith("Khối") else MovementLevel.PROVINCE


def _course(item: AgendaItem) -> str:
    return {
        AgendaKind.ADOPT_PAPER: "Đơn vị Khối trưởng trình bày; các đơn vị trao đổi, góp ý.",
        AgendaKind.RANKING: "Các đơn vị trao đổi, thống nhất xếp hạng.",
        AgendaKind.SIGN_COVENANT: "Các đơn vị thành viên ký kết giao ước thi đua.",
        AgendaKind.HANDOVER: "Chuyển giao Khối trưởng.",
    }.get(item.kind, "Thực hiện theo chương trình.")


def _outcome(item: AgendaItem) -> str:
    """Items with a form of decision say what was decided."""
    return "Hội nghị thống nhất." if item.form else ""


def _result(target: object, period: str, exceeds: bool) -> ResultEntry:
    """A made-up figure: half at mid-year; met by all at year-end, exceeded by those the article names."""
    if target.direction == Direction.YES_NO:
        return ResultEntry(actual=Decimal(1))
    goal = target.value
    if target.direction == Direction.AT_MOST:
        return ResultEntry(actual=Decimal(0) if exceeds else goal)
    if target.measure == "%":
        return ResultEntry(actual=goal if not exceeds or goal >= 100 else min(goal + 1, Decimal(100)))
    if period == Period.MID:
        return ResultEntry(actual=(goal / 2).to_integral_value(), is_estimated=True)
    return ResultEntry(actual=goal + 1 if exceeds else goal, is_estimated=True)


def _inputs(leaf: Criterion, rank: int) -> object:
    """Made-up inputs, a little lower for each further rank, so that the totals come in the wanted order."""
    data = {
        CriterionKind.DIRECT: lambda: {"value": str(_stepped(leaf.max_points * (36 - rank) / 40))},
        CriterionKind.TARGET: lambda: {"actual": str(98 - rank), "target": "98"},
        CriterionKind.PASS_FAIL: lambda: {"passed": True},
        CriterionKind.CHOICE: lambda: {"codes": ["xs" if rank < 3 else "tot"]},
        CriterionKind.MINUS: lambda: {"count": str(rank // 4)},
        CriterionKind.PER_ITEM: lambda: {"count": str(max(5 - rank // 2, 1))},
        CriterionKind.BONUS: lambda: {"count": "1" if rank == 0 else "0"},
        CriterionKind.DEDUCTION: lambda: {"count": "0"},
    }[CriterionKind(leaf.kind)]()
    return inputs_from_json(CriterionKind(leaf.kind), data)


def _stepped(points: Decimal) -> Decimal:
    """Down to a quarter of a point."""
    return (points * 4).to_integral_value(rounding="ROUND_FLOOR") / 4
