"""A bloc at its review: ranked units, and polls in any state, walked there through the services."""

from datetime import date, timedelta

from awards import queries, services
from awards.enums import AwardCode, Comparison, DecisionForm, PollKind, TieRule, VoteBase
from awards.models import AwardType, Poll
from awards.rules import Count, OptionCount, VoteRule
from awards.services import RollEntry
from blocs import services as bloc_services
from blocs.enums import Phase, Role
from blocs.models import BlocAssignment, Cycle, Unit
from documents.enums import DocumentStatus
from documents.models import Document
from scoring.enums import RankingStatus, Stage
from scoring.models import Guidance, RankingRow, RankingRun, Scoreboard
from tests.factories.documents import Year, at, make_person

MORNING = at(2020, 2, 5, 8)
NOON = at(2020, 2, 5, 12)
COMMITTEE = (
    "Ông Chuyên viên 1, bà Chuyên viên 2, Thủ trưởng 1, Thủ trưởng 2, Chuyên viên 3 và đồng chí Thủ trưởng 3"
)
OPEN_RULE = VoteRule(
    base=VoteBase.ENTITLED,
    numerator=1,
    denominator=2,
    comparison=Comparison.MORE_THAN,
    is_secret=False,
    tie_chain=(TieRule.MEETING,),
)
SECRET_RULE = VoteRule(
    base=VoteBase.ENTITLED,
    numerator=1,
    denominator=2,
    comparison=Comparison.MORE_THAN,
    tie_chain=(TieRule.MEETING,),
)


class AwardYear(Year):
    """Units 1, 2, 3 … ranked in this order; the first chairs, the second is vice-chair."""

    def __init__(self, *, units=7, phase=Phase.REVIEWING, slug="kien-giang", has_ranking=True):
        super().__init__(slug=slug, units=units, phase=phase)
        self.boss = make_person(f"ld@{slug}", "Lê Lãnh Đạo", role=Role.PROVINCE_HEAD, province=self.province)
        self.auditor = make_person(f"xem@{slug}", "Người Xem", role=Role.AUDITOR, province=self.province)
        self.council = make_person(f"hd@{slug}", "Ủy Viên", role=Role.COUNCIL, province=self.province)
        self.admin = make_person(f"qt@{slug}", "Quản Trị", role=Role.ADMIN, province=self.province)
        self.stranger = Unit.objects.create(
            province=self.province, name="Sở ngoài khối", short_name="Sở ngoài", slug="so-ngoai"
        )
        self.outsider = make_person(
            f"ngoai@{slug}", "Người Ngoài", role=Role.UNIT_OFFICER, unit=self.stranger
        )
        BlocAssignment.objects.create(officer=self.province_officer, bloc=self.bloc, from_on=date(2018, 1, 1))
        self.flag = self._award(AwardCode.FLAG, 1)
        self.merit = self._award(AwardCode.MERIT, 2)
        if has_ranking:
            self.rank()

    def _award(self, code, position):
        return AwardType.objects.get_or_create(
            code=code, defaults={"name": code.label, "short_name": code.label, "position": position}
        )[0]

    def rank(self, **changes):
        """Adopt a ranking in the order of the units; `changes` of single rows by `u<number>`."""
        run = RankingRun.objects.create(
            cycle=self.cycle, stage=Stage.MEETING, made_at=MORNING, made_by=self.chair
        )
        for place, unit in enumerate(self.units, start=1):
            figures = {"rank": place, "total": 100 - place, "normal": 100 - place, "bonus": 0, "deduction": 0}
            RankingRow.objects.create(run=run, unit=unit, **figures | changes.get(f"u{place}", {}))
        RankingRun.objects.filter(pk=run.pk).update(
            status=RankingStatus.ADOPTED, adopted_at=MORNING, adopted_by=self.chair, adopted_how="Thống nhất"
        )

    def guided(self, **fields):
        """A guidance with rules of voting or quota, under the board of the year."""
        guidance = Guidance.objects.create(
            province=self.province,
            number="16/HD-HĐTĐKT",
            title="Hướng dẫn",
            issuer="Hội đồng",
            issued_on=date(2019, 3, 1),
            from_year=2019,
            scale=100,
            **fields,
        )
        Scoreboard.objects.create(cycle=self.cycle, guidance=guidance, version=1)
        return guidance

    def go(self, phase):
        """Move along without gates, one step at a time as the database demands."""
        order = list(Phase)
        cycle = Cycle.objects.filter(pk=self.cycle.pk)
        while (now := Phase(cycle.get().phase)) != phase:
            step = 1 if order.index(now) < order.index(phase) else -1
            cycle.update(phase=order[order.index(now) + step])
        self.cycle = Cycle.objects.select_related("bloc__province").get(pk=self.cycle.pk)
        return self.cycle

    def open_next(self):
        return bloc_services.open_cycle(bloc=self.bloc, year=self.cycle.year + 1, by=self.boss, at=MORNING)

    # Polls

    def roll(self, absent=(), **changes):
        """Every unit represented by its head; `absent` and `changes` name units by number, from 1."""
        entries = []
        for number, (unit, head) in enumerate(zip(self.units, self.heads, strict=True), start=1):
            given = {"representative": head.full_name, "is_present": number not in absent}
            entries.append(RollEntry(unit=unit, name=unit.name, **given | changes.get(f"u{number}", {})))
        return entries

    def draft_poll(self, form=DecisionForm.ELECTRONIC, kind=PollKind.AWARD, candidates=(1, 2, 3), **fields):
        is_secret = form in (DecisionForm.ELECTRONIC, DecisionForm.PAPER)
        award = self.flag if kind == PollKind.AWARD else None
        given = {
            "question": "Suy tôn đơn vị nhận Cờ thi đua",
            "rule": SECRET_RULE if is_secret else OPEN_RULE,
            "award_type": award,
            "counting_committee": COMMITTEE if is_secret else "",
            "candidates": [self.units[number - 1] for number in candidates],
        }
        return services.create_poll(
            cycle=self.cycle, kind=kind, form=form, by=self.chair, at=MORNING, **given | fields
        )

    def open_poll(self, form=DecisionForm.ELECTRONIC, roll=None, closes_at=None, when=MORNING, **fields):
        poll = self.draft_poll(form, **fields)
        return services.open_poll(
            poll=poll, roll=roll or self.roll(), closes_at=closes_at, by=self.chair, at=when
        )

    def adoption(self, form=DecisionForm.CONSENSUS, **fields):
        return self.draft_poll(
            form, PollKind.ADOPTION, candidates=(), texts=["Phương hướng năm 2020"], **fields
        )

    def agree(self, number=1, kind=PollKind.AWARD, **fields):
        """A consensus on one unit, written down."""
        poll = self.draft_poll(DecisionForm.CONSENSUS, kind, candidates=(1, 2, 3), **fields)
        return services.record_consensus(
            poll=poll, chosen=[self.units[number - 1]], statement="", roll=self.roll(), by=self.chair, at=NOON
        )

    def key(self, poll, number):
        return str(poll.options.get(unit=self.units[number - 1]).pk)

    def vote(self, poll, voter, *numbers, said="for", when=MORNING):
        """The head of one unit casts for these units; none makes a blank ballot."""
        choices = {self.key(poll, number): said for number in numbers}
        services.cast_vote(poll=poll, choices=choices, by=self.heads[voter - 1], at=when)

    def on_ballots(self, poll):
        """What was cast, opened with the key; nobody in the product does so before the count."""
        return queries.opened_ballots(fresh_poll(poll))

    def close(self, poll, when=NOON):
        return services.close_poll(poll=poll, by=self.chair, at=when)

    def count(self, poll, when=NOON):
        return services.count_poll(poll=poll, by=self.chair, at=when)

    def counted(self, *votes, **fields):
        """An electronic poll voted on by the heads in order, closed and counted; 0 = blank."""
        poll = self.open_poll(**fields)
        for voter, number in enumerate(votes, start=1):
            self.vote(poll, voter, *([number] if number else []))
        self.close(poll)
        return self.count(poll)

    def figures(self, poll, votes, **box):
        """A paper or hand count: number of unit → votes for it, the rest against."""
        cast = box.get("collected", len(self.units))
        given = {
            "issued": cast,
            "used": cast,
            "spoiled": 0,
            "unused": 0,
            "collected": cast,
            "blank": 0,
            "invalid": 0,
        }
        valid = cast - box.get("blank", 0) - box.get("invalid", 0)
        options = tuple(
            OptionCount(self.key(poll, number), votes_for=many, against=valid - many)
            for number, many in votes.items()
        )
        return Count(**given | box, options=options)

    def enter(self, poll, figures, officer=1, when=NOON):
        return services.enter_count(poll=poll, figures=figures, by=self.officers[officer - 1], at=when)

    def confirm(self, poll, by=None, when=NOON, **fields):
        return services.confirm_poll(poll=poll, by=by or self.chair, at=when, **fields)

    # The dossier

    def nominated(self, number=1, award=None, **fields):
        poll = self.agree(number, award_type=award or self.flag, **fields)
        self.confirm(poll, reason="" if number == 1 else "Có mô hình mới.")
        return queries.nominations_of(self.cycle).get(unit=self.units[number - 1])

    def drafted(self):
        return services.draft_proposal(cycle=self.cycle, by=self.chair, at=NOON)

    def submitted(self):
        """A dossier at the province, its letter marked as issued."""
        proposal = self.drafted()
        self.mark_issued(proposal.document)
        return services.submit_proposal(proposal=proposal, by=self.chair, at=NOON)

    def mark_issued(self, document, number="15"):
        Document.objects.filter(pk=document.pk).update(status=DocumentStatus.FINAL)
        Document.objects.filter(pk=document.pk).update(
            status=DocumentStatus.ISSUED,
            number=number,
            symbol="TTr-KTĐ4",
            issued_on=date(2020, 2, 5),
            signatory_name="Đặng Hồng Sơn",
            signatory_title="KHỐI TRƯỞNG",
            issued_at=NOON,
            issued_by=self.chair,
        )

    def appraise(self, nomination, verdict="accept", when=NOON, **fields):
        return services.appraise_nomination(
            nomination=nomination, verdict=verdict, by=self.province_officer, at=when, **fields
        )

    def appraised(self):
        """Everything nominated was accepted; the year stands at the province."""
        self.submitted()
        return self.appraised_from_here()

    def appraised_from_here(self):
        self.go(Phase.APPRAISING)
        for nomination in queries.nominations_of(self.cycle):
            self.appraise(nomination)
        proposal = queries.proposal_of(self.cycle)
        return services.finish_appraisal(proposal=proposal, by=self.province_officer, at=NOON)

    def decide(self, nominations=None, number="512/QĐ-UBND", signed_on=date(2020, 2, 20), **fields):
        given = {"by": self.boss, "at": at(2020, 2, 21), **fields}
        nominations = queries.nominations_of(self.cycle) if nominations is None else nominations
        return services.record_decision(
            cycle=self.cycle,
            number=number,
            signed_on=signed_on,
            awards=services.awards_of(nominations),
            **given,
        )

    def awarded(self):
        """One flag given; the entry."""
        self.nominated()
        self.appraised()
        self.decide()
        return queries.entries_of(self.cycle).get()

    def law(self, award=None, from_date=date(2017, 10, 1), citation="Nghị định 91/2017/NĐ-CP", **fields):
        given = {"multiplier": 8, "is_verified": True, "by": self.boss, "at": NOON, **fields}
        return services.change_law(
            award_type=award or self.flag,
            province=self.province,
            from_date=from_date,
            citation=citation,
            **given,
        )


def later(minutes):
    return MORNING + timedelta(minutes=minutes)


def fresh_poll(poll) -> Poll:
    return queries.poll_by_key(poll.pk)
