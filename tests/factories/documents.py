"""A small bloc with people, and papers in any state, made without services."""

from datetime import date, datetime

from accounts.models import User
from blocs.enums import Office, Phase, Role
from blocs.models import Appointment, Bloc, Cycle, Membership, Province, Term, Unit
from config.kit.text import VIETNAM
from documents import services
from documents.enums import DocumentKind
from documents.models import Document
from tests.factories.kept import Kept


def at(year=2019, month=5, day=2, hour=9, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


NOON = at(2019, 5, 2, 12)

# A whole PDF, as small as one can be.
TINY_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_province(slug="kien-giang", name="Kiên Giang", **fields):
    return Province.objects.create(
        slug=slug,
        name=name,
        place=name,
        council_name=f"Hội đồng Thi đua - Khen thưởng tỉnh {name}",
        committee_name=f"Ủy ban nhân dân tỉnh {name}",
        standing_office_name="Ban Thi đua - Khen thưởng tỉnh",
        standing_office_label="Ban TĐKT",
        **fields,
    )


def make_person(username, name, *, role, unit=None, province=None, title=""):
    # Demonstration accounts need no second step to sign in.
    user = User.objects.create(username=username, full_name=name, password="!", is_demo=True)
    Appointment.objects.create(
        user=user, role=role, unit=unit, province=province, title=title, from_on=date(2018, 1, 1)
    )
    return user


class Year(metaclass=Kept):
    """A year of a bloc: three units, the first in the chair, the second vice-chair, each with two people."""

    def __init__(
        self, *, slug="kien-giang", year=2019, phase=Phase.LAUNCHING, units=3, numbers_own_papers=False
    ):
        self.province = make_province(slug, "Kiên Giang" if slug == "kien-giang" else slug)
        self.bloc = Bloc.objects.create(
            province=self.province,
            slug="khoi-4",
            name="Khối thi đua 4",
            code="KTĐ4",
            numbers_own_papers=numbers_own_papers,
        )
        self.cycle = Cycle.objects.create(bloc=self.bloc, year=year, phase=phase)
        self.units, self.officers, self.heads = [], [], []
        for index in range(units):
            self._join(slug, index)
        for office, unit in zip((Office.CHAIR, Office.VICE), self.units, strict=False):
            Term.objects.create(
                cycle=self.cycle, office=office, unit=unit, from_on=date(year, 1, 1), basis="hội nghị bầu"
            )
        self.province_officer = make_person(
            f"tdkt@{slug}", "Trương Hoàng Anh", role=Role.PROVINCE_OFFICER, province=self.province
        )

    def _join(self, slug, index):
        unit = Unit.objects.create(
            province=self.province,
            name=f"Sở số {index + 1}",
            short_name=f"Sở {index + 1}",
            slug=f"so-{index + 1}",
        )
        Membership.objects.create(cycle=self.cycle, unit=unit, position=index + 1)
        self.units.append(unit)
        self.officers.append(
            make_person(
                f"so-{index + 1}.cv@{slug}", f"Chuyên viên {index + 1}", role=Role.UNIT_OFFICER, unit=unit
            )
        )
        self.heads.append(
            make_person(
                f"so-{index + 1}.tt@{slug}",
                f"Thủ trưởng {index + 1}",
                role=Role.UNIT_HEAD,
                unit=unit,
                title="Giám đốc",
            )
        )

    @property
    def chair(self):
        return self.officers[0]

    def draft(self, kind=DocumentKind.PLAN, body="I. MỤC ĐÍCH\nThi đua.", when=None, **fields):
        texts = {"title": "Kế hoạch", "subject": "Hoạt động của khối năm 2019", **fields}
        return services.draft_document(
            cycle=self.cycle, kind=kind, body=body, by=self.chair, at=when or at(2019, 4, 1), **texts
        )

    def final(self, kind=DocumentKind.PLAN, **fields):
        return services.finalize_document(
            document=self.draft(kind, **fields), by=self.chair, at=at(2019, 4, 2)
        )

    def issue(self, document, number="07", issued_on=date(2019, 5, 2), **fields):
        texts = {"signatory_name": "Đặng Hồng Sơn", "signatory_title": "KHỐI TRƯỞNG", **fields}
        return services.issue_document(
            document=document, number=number, issued_on=issued_on, by=self.chair, at=NOON, **texts
        )

    def issued(self, kind=DocumentKind.PLAN, number="07", **fields):
        return self.issue(self.final(kind, **fields), number=number)


def fresh(document):
    return Document.objects.select_related("province", "bloc", "cycle__bloc__province", "unit").get(
        pk=document.pk
    )
