"""Khối 4 of Kiên Giang with a closed year 2019 and a year 2020 at self-scoring, and everybody who may knock.

Walked through the services of the demonstration; on top of its story one of each thing that the story leaves out.
"""

import importlib
from dataclasses import replace
from datetime import date

from django import forms
from django.test import Client

from accounts.models import User
from awards import services as award_services
from awards.enums import DecisionForm, PollKind
from awards.models import DecisionEntry, Nomination, Poll
from awards.services import RollEntry
from blocs import services as bloc_services
from blocs.enums import Office, Phase, Role, UnitKind
from blocs.models import Appointment, Bloc, BlocAssignment, Cycle, Province, Term, Unit
from blocs.queries import head_of_unit, next_cycle_of, units_of
from config.kit.forms import DayField, MomentField, NumberField
from covenants import services as covenant_services
from covenants.enums import Period
from covenants.models import Movement, Registration, Result, Target
from covenants.queries import covenant_in_force
from documents import services as paper_services
from documents.enums import DocumentKind
from documents.models import Document, IssuedFile, Signing
from meetings import services as meeting_services
from meetings.demo.directory import add_unit, first_admin, province_of
from meetings.demo.facts import KIEN_GIANG, QUANG_NAM, UnitFact, moment
from meetings.demo.frames import SMALL
from meetings.demo.stories import publish_guidance
from meetings.demo.year import Year
from meetings.enums import MeetingKind
from meetings.models import AgendaItem, Meeting
from scoring import services as score_services
from scoring.enums import CrossMethod
from scoring.models import Criterion, Guidance
from scoring.queries import cards_of
from tests.factories.awards import SECRET_RULE

# Who of Kiên Giang stands in which column of the table. Khối trưởng of 2020 is Sở Du lịch, khối phó Sở KH&CN.
PEOPLE = {
    "officer": "so-gddt.chuyenvien@kien-giang",
    "head": "so-gddt.thutruong@kien-giang",
    "member": "so-vhtt.chuyenvien@kien-giang",
    "chair": "so-dulich.chuyenvien@kien-giang",
    "chair head": "so-dulich.thutruong@kien-giang",
    "vice head": "so-khcn.thutruong@kien-giang",
    "clerk": "so-dulich.vanthu@kien-giang",
    "assigned": "tdkt.chuyenvien@kien-giang",
    "unassigned": "tdkt.chuyenvien2@kien-giang",
    "province head": "tdkt.lanhdao@kien-giang",
    "council": "hoidong.1@kien-giang",
    "auditor": "chixem@kien-giang",
    "admin": "quantri",
    "other bloc": "so-noivu.chuyenvien@kien-giang",
    "other province": "so-yte.chuyenvien@quang-nam",
    "other head": "tdkt.lanhdao@quang-nam",
}
# What an agency reported of a unit; no member and no administrator reads it anywhere.
REPORTED = "dấu-đơn-tố-cáo-chưa-kết-luận"
# Fields in which a row is chosen.
CHOSEN = {
    "unit": Unit, "chair_unit": Unit, "second_unit": Unit, "successors": Unit, "officer": User, "secretary": User,
    "bloc": Bloc, "tinh": Province, "document": Document, "guidance": Guidance,
}  # fmt: skip
NOW = moment(date(2020, 11, 20))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def fields():
    """Every field of every form by its name."""
    for app in ("blocs", "documents", "covenants", "scoring", "awards", "meetings"):
        for form in vars(importlib.import_module(f"{app}.forms")).values():
            yield from getattr(form, "base_fields", {}).items()


def sample(field: forms.Field) -> str:
    if isinstance(field, DayField):
        return "01/12/2020"
    if isinstance(field, MomentField):
        return "01/12/2020 8h"
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, NumberField | forms.IntegerField | forms.ModelChoiceField):
        return "1"
    if isinstance(field, forms.ChoiceField):
        return next((str(value) for value, _ in reversed(list(field.choices)) if value), "")
    return "Nội dung."


class CrossingYear(Year):
    """A year whose members score each other."""

    def adopt_scoreboard(self, at):
        act = {"by": self.officer, "at": at}
        board = score_services.draft_scoreboard(cycle=self.cycle, guidance=self.guidance, **act)
        score_services.plan_cross_check(
            scoreboard=board, method=CrossMethod.MEAN, due_on=self.day(12, 1).date(), **act
        )
        score_services.adopt_scoreboard(scoreboard=board, how="Thống nhất.", **act)


class Town:
    """The rows that the addresses of the table name, by short names."""

    def __init__(self) -> None:
        admin, password = first_admin(moment(date(2017, 1, 4)))
        self.password = password
        self.cast, self.bloc = province_of(KIEN_GIANG, admin, password)
        self._guidances = {year: self._guidance(year) for year in (2019, 2020)}
        self.old = self._walk_closed_year()
        self.year = self._walk_open_year()
        self._add_strangers(admin, password)
        self.things = {
            "-": (),
            "reset": ("1", "set-password"),
            "key": (1,),
            **self._of_the_province(),
            **self._of_the_closed_year(),
            **self._of_the_open_year(),
        }

    def client(self, column: str) -> Client:
        client = Client(raise_request_exception=False)
        user = User.objects.get(username=PEOPLE[column])
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def samples(self) -> dict[str, str]:
        """A value for every field of every form: an act is then refused for who asks, not for what is empty."""
        leaf = self.things["criterion"][-1]
        return {
            **{name: sample(field) for name, field in fields()},
            **{name: str(model.objects.order_by("pk").first().pk) for name, model in CHOSEN.items()},
            "reason": "Có lý do.",
            "to": "executing",
            "stage": "self",
            "all": "1",
            "level": "members",
            "criterion": str(leaf),
            f"c{leaf}-version": "",
            f"c{leaf}-value": "7,5",
        }

    # The story

    def _guidance(self, year):
        return publish_guidance(
            self.cast,
            year,
            SMALL,
            number=f"{year}/HD",
            title=f"Hướng dẫn chấm điểm năm {year}",
            issued_on=date(year, 1, 4),
            bonus_cap="5",
            deduction_cap="10",
            merits=2,
        )

    def _walk_closed_year(self):
        fact, at = KIEN_GIANG, KIEN_GIANG.summary_at
        year = Year(self.cast, self.bloc, fact, self._guidances[2019])
        year.open()
        year.launch()
        year.execute()
        year.score()
        year.open_next(moment(date(2020, 2, 2)))
        year.rank(at)
        self._open_and_void_poll(year, moment(date(2020, 2, 4)))
        year.hold_summary(MeetingKind.SUMMARY, at, fact.summary_place)
        year.submit(moment(date(2020, 2, 6)))
        year.appraise(moment(date(2020, 2, 25)))
        year.decide(date(2020, 3, 10), "01/QĐ-UBND")
        year.hand_over(moment(date(2020, 3, 12)))
        year.close(moment(date(2020, 4, 15)))
        return year

    def _open_and_void_poll(self, year, at):
        """A vote on paper that was opened by mistake: the story itself decides everything by consensus."""
        act = {"by": year.officer, "at": at}
        roll = [
            RollEntry(unit, unit.name, head_of_unit(unit, at.date()).user.full_name)
            for unit in units_of(year.cycle)
        ]
        poll = award_services.create_poll(
            cycle=year.cycle,
            kind=PollKind.ADOPTION,
            form=DecisionForm.PAPER,
            question="Thông qua phương hướng?",
            rule=SECRET_RULE,
            texts=["Phương hướng năm 2020"],
            counting_committee=", ".join(one.representative for one in roll[:3]),
            **act,
        )
        award_services.open_poll(poll=poll, roll=roll, **act)
        award_services.void_poll(poll=poll, reason="Mở nhầm.", **act)

    def _walk_open_year(self):
        """At self-scoring: Sở Y tế has sent its card, Sở GD&ĐT is half way, the others have not begun."""
        fact = replace(
            KIEN_GIANG,
            year=2020,
            chair="so-dulich",
            vice="so-khcn",
            regulation=None,
            covenant_on=date(2020, 4, 20),
        )
        year = CrossingYear(self.cast, self.bloc, fact, self._guidances[2020], chair="so-dulich")
        year.cycle = next_cycle_of(self.old.cycle)
        year.launch()
        year.execute()
        covenant_services.register_award(
            cycle=year.cycle,
            unit=self.cast.units["so-gddt"],
            award_text="Tập thể Lao động xuất sắc",
            by=self.cast.officer("so-gddt"),
            at=year.day(7, 20),
        )
        year.move(Phase.SELF_SCORING, year.day(11, 10))
        year.report(Period.YEAR, year.day(11, 12))
        year.self_score("so-yte", 2, year.day(11, 14), None)
        year.self_score_half("so-gddt", 1, year.day(11, 15))
        return year

    def _add_strangers(self, admin, password):
        """A bloc beside in the province, another province with a bloc of its own, and two more people of this one."""
        at = moment(date(2019, 12, 1))
        beside = add_unit(self.cast, UnitFact("so-noivu", "Sở Nội vụ", "Sở Nội vụ", UnitKind.DEPARTMENT), at)
        bloc = bloc_services.create_bloc(
            province=self.cast.province, by=admin, at=at, slug="khoi-9", name="Khối thi đua 9", code="KTĐ9"
        )
        cycle = bloc_services.open_cycle(bloc=bloc, year=2020, by=self.cast.desk_head, at=at)
        bloc_services.change_members(cycle=cycle, units=[beside], by=self.cast.desk_head, at=at)
        self._person(admin, at, "tdkt.chuyenvien2", Role.PROVINCE_OFFICER)
        self._person(admin, at, "so-dulich.vanthu", Role.UNIT_CLERK, self.cast.units["so-dulich"])
        self.cast.forget()
        far, far_bloc = province_of(QUANG_NAM, admin, password)
        bloc_services.open_cycle(bloc=far_bloc, year=2019, by=far.desk_head, at=at)

    def _person(self, admin, at, name, role, unit=None):
        province = self.cast.province
        user = bloc_services.create_person(
            province=province,
            by=admin,
            at=at,
            username=f"{name}@{province.slug}",
            full_name=name,
            password_hash=self.password,
            is_demo=True,
        )
        place = {"unit": unit} if unit else {"province": province}
        bloc_services.appoint(user=user, role=role, by=admin, at=at, from_on=at.date(), **place)

    # What the addresses name

    def _of_the_province(self):
        slug, cast = self.cast.province.slug, self.cast
        draft = score_services.create_guidance(
            province=cast.province,
            by=cast.desk_officer,
            at=NOW,
            **_law_of(self._guidances[2020]),
            number="99/HD",
            from_year=2021,
            to_year=2021,
        )
        top = {"code": "I", "title": "Nội dung", "max_points": 100}
        leaf = {"code": "I.1", "title": "Tiêu chí", "max_points": 100, "parent": "I", "kind": "direct"}
        score_services.write_frame(guidance=draft, rows=[top, leaf], by=cast.desk_officer, at=NOW)
        paper = paper_services.draft_document(
            kind=DocumentKind.OTHER,
            province=cast.province,
            title="Công văn của tỉnh",
            subject="Về việc thi đua",
            body="Nội dung.",
            by=cast.desk_officer,
            at=NOW,
        )
        officer = cast.officer("so-gddt")
        return {
            "province": (slug,),
            "unit": (slug, "so-gddt"),
            "bloc": (slug, "khoi-4"),
            "person": (slug, officer.pk),
            "appointment": (slug, Appointment.objects.get(user=officer).pk),
            "assignment": (slug, BlocAssignment.objects.get(bloc=self.bloc).pk),
            "guidance": (self._guidances[2020].pk,),
            "draft guidance": (draft.pk,),
            "frame row": (draft.pk, draft.criteria.order_by("position").last().pk),
            "provincial draft": (paper.pk,),
        }

    def _of_the_closed_year(self):
        cycle = self.old.cycle
        slugs = cycle.slugs
        report = Document.objects.get(cycle=cycle, kind=DocumentKind.ANNUAL_REPORT)
        meeting = Meeting.objects.get(cycle=cycle, kind=MeetingKind.SUMMARY)
        item = AgendaItem.objects.filter(meeting=meeting).first()
        nomination = Nomination.objects.filter(cycle=cycle).first()
        finding = award_services.record_vetting(
            unit=self.cast.units["so-yte"],
            agency="Thanh tra tỉnh",
            finding=REPORTED,
            from_on=date(2020, 5, 1),
            by=self.cast.desk_head,
            at=NOW,
        )
        covenant = covenant_in_force(cycle)
        return {
            "2019": slugs,
            "2019 card": (*slugs, "so-gddt"),
            "2019 report": (*slugs, "so-gddt"),
            "issued": (report.pk,),
            "code": (IssuedFile.objects.get(document=report).verification_code,),
            "2019 meeting": (*slugs, meeting.pk),
            "2019 item": (*slugs, meeting.pk, item.pk),
            "poll": (*slugs, Poll.objects.filter(cycle=cycle, kind=PollKind.AWARD).first().pk),
            "paper poll": (*slugs, Poll.objects.get(cycle=cycle, kind=PollKind.ADOPTION).pk),
            "nomination": (*slugs, nomination.pk),
            "finding": (*slugs, finding.pk),
            "entry": (*slugs, DecisionEntry.objects.filter(cycle=cycle).first().pk),
            "2019 covenant": (*slugs, covenant.pk),
        }

    def _of_the_open_year(self):
        year, cast = self.year, self.cast
        cycle = year.cycle = Cycle.objects.get(pk=year.cycle.pk)
        slugs, act = cycle.slugs, {"by": year.officer, "at": NOW}
        own = {"by": cast.officer("so-gddt"), "at": NOW}
        cards = {card.unit.slug: card for card in cards_of(cycle)}
        leaf = Criterion.objects.get(scoreboard=cards["so-gddt"].scoreboard, code="I.1")
        evidence, sent_evidence = (
            score_services.add_evidence(
                card=cards[slug],
                criterion=leaf,
                name="minh-chung.png",
                content=PNG,
                by=cast.officer(slug),
                at=NOW,
            )
            for slug in ("so-gddt", "so-yte")
        )
        score_services.send_card(card=cards["so-yte"], by=cast.head("so-yte"), at=NOW)
        appeal = score_services.ask_explanation(
            card=cards["so-yte"], criterion=leaf, question="Căn cứ?", due_on=date(2020, 12, 1), **act
        )
        board = score_services.draft_scoreboard(cycle=cycle, guidance=self._guidances[2020], **act)
        drafts = [
            paper_services.draft_document(
                kind=DocumentKind.OTHER,
                cycle=cycle,
                title=f"Dự thảo {n}",
                subject="Kế hoạch",
                body="Nội dung.",
                **act,
            )
            for n in (1, 2)
        ]
        paper_services.send_for_comments(document=drafts[1], due_on=date(2020, 12, 1), **act)
        comment = paper_services.comment_on_document(
            document=drafts[1], unit=cast.units["so-gddt"], text="Đồng ý.", **own
        )
        upload = paper_services.upload_file(
            name="tep.png", content=PNG, cycle=cycle, unit=cast.units["so-dulich"], **act
        )
        meeting = meeting_services.plan_meeting(
            cycle=cycle, kind=MeetingKind.REVIEW, place="Hội trường", starts_at=year.day(12, 10), **act
        )
        covenant = covenant_in_force(cycle)
        target = Target.objects.filter(content__covenant=covenant).order_by("pk").first()
        signing = Signing.objects.filter(document=covenant.document_id).first()
        result = Result.objects.get(
            assignment__target=target, assignment__unit__slug="so-gddt", period=Period.YEAR
        )
        return {
            "2020": slugs,
            "kind": (*slugs, DocumentKind.PLAN.value),
            "own card": (*slugs, "so-gddt"),
            "sent card": (*slugs, "so-yte"),
            "evidence": (*slugs, "so-gddt", leaf.pk),
            "evidence file": (*slugs, "so-gddt", evidence.pk),
            "evidence upload": (evidence.upload.code,),
            "chair upload": (upload.code,),
            "criterion": (*slugs, leaf.pk),
            "draft criterion": (*slugs, Criterion.objects.get(scoreboard=board, code="I.1").pk),
            "board": (*slugs, board.pk),
            "cross file": (*slugs, "so-yte", sent_evidence.pk),
            "disputed": (*slugs, "so-yte", leaf.pk),
            "appeal": (*slugs, "so-yte", appeal.pk),
            "own report": (*slugs, "so-gddt"),
            "result": (*slugs, "so-gddt", result.pk),
            "movement": (*slugs, Movement.objects.filter(cycle=cycle).first().pk),
            "participation": (*slugs, Movement.objects.filter(cycle=cycle).first().pk, "so-gddt"),
            "registration": (*slugs, Registration.objects.get(cycle=cycle).pk),
            "covenant": (*slugs, covenant.pk),
            "covenant signing": (*slugs, covenant.pk, signing.pk),
            "content": (*slugs, covenant.pk, target.content_id),
            "target": (*slugs, covenant.pk, target.pk),
            "draft": (drafts[0].pk,),
            "consulted": (drafts[1].pk,),
            "comment": (drafts[1].pk, comment.pk),
            "covenant paper": (covenant.document_id,),
            "signing": (covenant.document_id, signing.pk),
            "term": (*slugs, Term.objects.get(cycle=cycle, office=Office.CHAIR).pk),
            "planned": (*slugs, meeting.pk),
            "planned item": (*slugs, meeting.pk, AgendaItem.objects.filter(meeting=meeting).first().pk),
        }


def _law_of(guidance: Guidance) -> dict:
    names = (
        "title", "issuer", "issued_on", "scale", "bonus_cap", "deduction_cap", "na_policy", "not_arisen",
        "roundings", "grades", "tie_chain", "vote_rule", "quota_rules",
    )  # fmt: skip
    return {name: getattr(guidance, name) for name in names}
