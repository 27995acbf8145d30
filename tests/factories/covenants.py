"""A year with a covenant in any state, walked there through the services."""

from datetime import date
from decimal import Decimal

from blocs.enums import Phase
from blocs.models import Cycle
from covenants import services
from covenants.enums import AdoptionForm, Direction, Period
from covenants.models import Covenant
from covenants.queries import covenants, targets_of
from covenants.rules import TargetDraft
from covenants.services import ResultEntry
from tests.factories.documents import Year, at

SPRING = at(2019, 3, 20)
SUMMER = at(2019, 7, 1)
WINTER = at(2019, 12, 5)

TARGETS = (
    TargetDraft("Tỷ lệ hồ sơ đúng hạn", "%", Direction.AT_LEAST, Decimal(95)),
    TargetDraft("Số vụ vi phạm", "vụ", Direction.AT_MOST, Decimal(2)),
    TargetDraft("Số cuộc họp giao ban", "cuộc", Direction.EQUAL, Decimal(12)),
    TargetDraft("Đảng bộ trong sạch, vững mạnh", "", Direction.YES_NO),
)


def D(text):
    return Decimal(text)


class CovenantYear(Year):
    """Three units; the first chairs, the second is vice-chair; a covenant of two contents and four targets."""

    def move(self, phase):
        Cycle.objects.filter(pk=self.cycle.pk).update(phase=phase)
        self.cycle = Cycle.objects.select_related("bloc__province").get(pk=self.cycle.pk)

    def set_phase(self, phase):
        """Walk along the table, forwards."""
        for step in Phase:
            if list(Phase).index(step) > list(Phase).index(Phase(self.cycle.phase)):
                self.move(step)
            if step == phase:
                return

    def draft_covenant(self, **fields):
        return services.draft_covenant(cycle=self.cycle, by=self.chair, at=SPRING, **fields)

    def written(self, **fields):
        covenant = self.draft_covenant(**fields)
        first = services.add_content(
            covenant=covenant, title="Phát triển kinh tế - xã hội", by=self.chair, at=SPRING
        )
        second = services.add_content(
            covenant=covenant, title="Chấp hành chủ trương", by=self.chair, at=SPRING
        )
        services.add_targets(content=first, targets=TARGETS[:2], by=self.chair, at=SPRING)
        services.add_targets(content=second, targets=TARGETS[2:], by=self.chair, at=SPRING)
        return covenant

    def adopt(self, covenant, **fields):
        return services.adopt_covenant(
            covenant=covenant,
            **{
                "form": AdoptionForm.CONSENSUS,
                "on": date(2019, 3, 20),
                "by": self.chair,
                "at": SPRING,
                **fields,
            },
        )

    def adopted(self, **fields):
        return self.adopt(self.written(**fields))

    def signing(self):
        return services.open_signing(covenant=self.adopted(), by=self.chair, at=SPRING)

    def signed(self):
        covenant = services.record_signed_at_meeting(covenant=self.adopted(), by=self.chair, at=SPRING)
        return fresh_covenant(covenant)

    def executing(self):
        covenant = self.signed()
        self.set_phase(Phase.EXECUTING)
        return fresh_covenant(covenant)

    def entries(self, covenant, actuals, *, is_estimated=False):
        """`actuals` in the order of the targets; None leaves a target out."""
        return {
            target.pk: ResultEntry(actual=None if actual is None else D(actual), is_estimated=is_estimated)
            for target, actual in zip(targets_of(covenant), actuals, strict=False)
        }

    def record(
        self, covenant, place=0, actuals=("96", "1", "12", "1"), period=Period.MID, when=SUMMER, **kind
    ):
        return services.record_results(
            cycle=self.cycle,
            unit=self.units[place],
            period=period,
            entries=self.entries(covenant, actuals, **kind),
            by=self.officers[place],
            at=when,
        )

    def send(self, place=0, period=Period.MID, when=SUMMER):
        return services.send_report(
            cycle=self.cycle, unit=self.units[place], period=period, by=self.heads[place], at=when
        )


def fresh_covenant(covenant) -> Covenant:
    return covenants().get(pk=covenant.pk)
