import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from blocs.enums import MilestoneKind, Office, Phase, Role, Tier, UnitKind
from blocs.rules import EXCLUSIVE, MOVES
from config.kit.audit import tracked
from config.kit.fields import search_key_of, sort_key_of

SLUG_HELP = "Chữ thường không dấu, dùng trong địa chỉ trang."


def guard_closed_cycle(cycle_id: str = "{row}.cycle_id") -> pgtrigger.Trigger:
    """A trigger that refuses every change to a row whose cycle is closed.

    `cycle_id` is an SQL expression over the row; `{row}` stands for NEW or OLD.
    """
    return pgtrigger.Trigger(
        name="cycle_is_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("closed", "boolean")],
        func=f"""
            IF TG_OP = 'DELETE' THEN
                SELECT phase = 'closed' INTO closed FROM blocs_cycle WHERE id = ({cycle_id.format(row="OLD")});
            ELSE
                SELECT phase = 'closed' INTO closed FROM blocs_cycle WHERE id = ({cycle_id.format(row="NEW")});
            END IF;
            IF closed THEN
                RAISE EXCEPTION 'the cycle of this row is closed' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def _moves_in_sql() -> str:
    return ", ".join(f"('{source}', '{to}')" for source, targets in MOVES.items() for to in targets)


def _exclusive_in_sql() -> str:
    pairs = sorted(tuple(sorted(pair)) for pair in EXCLUSIVE)
    return ", ".join(f"('{one}', '{other}'), ('{other}', '{one}')" for one, other in pairs)


def period_constraint(model: str) -> models.CheckConstraint:
    """A stay that ends does not end before it begins."""
    return models.CheckConstraint(
        condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
        name=f"{model}_ends_after_it_begins",
        violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
    )


class StayQuerySet(models.QuerySet):
    """Rows that hold from a day to a day."""

    def on(self, day) -> "StayQuerySet":
        """Those that hold on a day; both ends count."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class AppointmentQuerySet(StayQuerySet):
    """Roles; one that was ended at once is over on its last day already."""

    def on(self, day) -> "AppointmentQuerySet":
        return super().on(day).exclude(ended_at__isnull=False, to_on=day)


@tracked()
class Province(models.Model):
    """A province with the labels it uses for its own offices (tỉnh, thành phố)."""

    slug = models.SlugField("tên trong địa chỉ", unique=True, help_text=SLUG_HELP)
    name = models.CharField("tên tỉnh", max_length=100)
    place = models.CharField("địa danh trên văn bản", max_length=100)
    council_name = models.CharField("tên Hội đồng", max_length=200)
    committee_name = models.CharField("tên Ủy ban nhân dân", max_length=200)
    standing_office_name = models.CharField("tên cơ quan thường trực", max_length=200)
    standing_office_label = models.CharField("tên gọi tắt cơ quan thường trực", max_length=60)
    bloc_word = models.CharField("gọi khối là", max_length=20, default="Khối")
    chair_word = models.CharField("gọi khối trưởng là", max_length=30, default="Khối trưởng")
    vice_word = models.CharField("gọi khối phó là", max_length=30, default="Khối phó")
    is_demo = models.BooleanField("dữ liệu trình diễn", default=False)
    note = models.TextField("ghi chú", blank=True)
    sort_key = sort_key_of("name")

    class Meta:
        verbose_name = "tỉnh"
        verbose_name_plural = "tỉnh"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("province_desk", args=[self.slug])


@tracked()
class BaseSalary(models.Model):
    """The base salary from a day on (mức lương cơ sở); a prize is a multiple of it."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="base_salaries", verbose_name="tỉnh")
    from_date = models.DateField("từ ngày")
    amount = models.PositiveIntegerField("mức lương cơ sở (đồng)")
    source = models.CharField("căn cứ", max_length=200)
    # What the product brought along from a text that was not read; the province's own entry is.
    is_verified = models.BooleanField("đã xác minh", default=True)

    class Meta:
        verbose_name = "mức lương cơ sở"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "from_date"],
                name="basesalary_one_a_day",
                violation_error_message="Đã có mức lương cơ sở từ ngày này.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} từ {self.from_date}"


@tracked()
class Deadline(models.Model):
    """A date of the province for all its blocs in a year (mốc thời hạn của tỉnh)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="deadlines", verbose_name="tỉnh")
    year = models.PositiveSmallIntegerField("năm thi đua")
    kind = models.CharField("việc", max_length=20, choices=MilestoneKind.choices)
    due_on = models.DateField("hạn")
    source = models.CharField("căn cứ", max_length=200, blank=True)
    is_verified = models.BooleanField("đã xác minh", default=True)

    class Meta:
        verbose_name = "mốc của tỉnh"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "kind"],
                name="deadline_one_a_kind",
                violation_error_message="Năm này đã có mốc cho việc đó.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"


@tracked()
class Unit(models.Model):
    """An agency that takes part in emulation, with its lifespan (đơn vị)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="units", verbose_name="tỉnh")
    name = models.CharField("tên đơn vị", max_length=200)
    short_name = models.CharField("tên gọi tắt", max_length=60)
    slug = models.SlugField("tên trong địa chỉ", help_text=SLUG_HELP)
    kind = models.CharField("loại", max_length=20, choices=UnitKind.choices, default=UnitKind.DEPARTMENT)
    founded_on = models.DateField("thành lập ngày", null=True, blank=True)
    dissolved_on = models.DateField("giải thể ngày", null=True, blank=True)
    women_share = models.DecimalField("tỷ lệ nữ (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    phone = models.CharField("điện thoại liên hệ", max_length=60, blank=True)
    sort_key = sort_key_of("name")
    search_key = search_key_of("name")
    short_search_key = search_key_of("short_name")

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "slug"],
                name="unit_slug_unique_in_province",
                violation_error_message="Tỉnh đã có đơn vị dùng tên địa chỉ này.",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(founded_on__isnull=True)
                | Q(dissolved_on__gt=F("founded_on")),
                name="unit_dissolved_after_founded",
                violation_error_message="Ngày giải thể phải sau ngày thành lập.",
            ),
            models.CheckConstraint(
                condition=Q(women_share__isnull=True) | Q(women_share__gte=0, women_share__lte=100),
                name="unit_women_share_in_range",
                violation_error_message="Tỷ lệ nữ phải từ 0 đến 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class UnitName(models.Model):
    """A name a unit had once; old papers keep it (tên cũ của đơn vị)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names", verbose_name="đơn vị")
    name = models.CharField("tên", max_length=200)
    short_name = models.CharField("tên gọi tắt", max_length=60)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày")

    class Meta:
        verbose_name = "tên cũ"

    def __str__(self) -> str:
        return self.name


@tracked()
class UnitSuccession(models.Model):
    """A unit that took over from another by merger or division (kế thừa đơn vị)."""

    predecessor = models.ForeignKey(
        Unit, models.PROTECT, related_name="successions", verbose_name="đơn vị cũ"
    )
    successor = models.ForeignKey(
        Unit, models.PROTECT, related_name="inheritances", verbose_name="đơn vị mới"
    )
    on = models.DateField("ngày")
    basis = models.CharField("căn cứ", max_length=200)

    class Meta:
        verbose_name = "kế thừa đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="unitsuccession_unique",
                violation_error_message="Quan hệ kế thừa này đã có.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="unitsuccession_not_itself",
                violation_error_message="Một đơn vị không kế thừa chính mình.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


@tracked()
class Bloc(models.Model):
    """A group of agencies that compete with one another (khối, cụm thi đua)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="blocs", verbose_name="tỉnh")
    slug = models.SlugField("tên trong địa chỉ", help_text=SLUG_HELP)
    name = models.CharField("tên khối", max_length=200)
    code = models.CharField(
        "ký hiệu văn bản",
        max_length=20,
        help_text="Ví dụ KTĐ4, dùng trong 3387/QĐ-KTĐ4.",
    )
    tier = models.CharField("cấp", max_length=20, choices=Tier.choices, default=Tier.PROVINCE)
    establishing_decision = models.CharField("quyết định thành lập", max_length=200, blank=True)
    numbers_own_papers = models.BooleanField(
        "khối tự đánh số văn bản",
        default=False,
        help_text="Bỏ trống: số do văn thư của đơn vị Khối trưởng cấp và được gõ vào khi ban hành.",
    )
    sort_key = sort_key_of("name")
    search_key = search_key_of("name")

    class Meta:
        verbose_name = "khối thi đua"
        verbose_name_plural = "khối thi đua"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "slug"],
                name="bloc_slug_unique_in_province",
                violation_error_message="Tỉnh đã có khối dùng tên địa chỉ này.",
            ),
            models.UniqueConstraint(
                fields=["province", "code"],
                name="bloc_code_unique_in_province",
                violation_error_message="Tỉnh đã có khối dùng ký hiệu này.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("bloc", args=[self.province.slug, self.slug])


@tracked()
class Cycle(models.Model):
    """One bloc's one year (năm thi đua của một khối)."""

    bloc = models.ForeignKey(Bloc, models.PROTECT, related_name="cycles", verbose_name="khối")
    year = models.PositiveSmallIntegerField("năm")
    theme = models.CharField("chủ đề", max_length=300, blank=True)
    phase = models.CharField("giai đoạn", max_length=20, choices=Phase.choices, default=Phase.PREPARING)
    is_illustrative = models.BooleanField("có số liệu minh họa", default=False)
    note = models.TextField("ghi chú", blank=True)

    class Meta:
        verbose_name = "năm thi đua"
        verbose_name_plural = "năm thi đua"
        constraints = [
            models.UniqueConstraint(
                fields=["bloc", "year"],
                name="cycle_one_a_year",
                violation_error_message="Khối đã có năm thi đua này.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="cycle_year_in_range",
                violation_error_message="Năm phải từ 2000 đến 2100.",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=Phase.values),
                name="cycle_phase_known",
                violation_error_message="Giai đoạn không hợp lệ.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="phase_moves_along_the_table",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("phase"),
                condition=pgtrigger.Q(old__phase__df=pgtrigger.F("new__phase")),
                func=f"""
                    IF (OLD.phase, NEW.phase) NOT IN ({_moves_in_sql()}) THEN
                        RAISE EXCEPTION 'a cycle does not move from % to %', OLD.phase, NEW.phase
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.bloc} · {self.year}"

    @property
    def slugs(self) -> tuple[str, str, int]:
        """The three parts of every address below this cycle; needs `bloc__province` loaded."""
        return (self.bloc.province.slug, self.bloc.slug, self.year)

    def get_absolute_url(self) -> str:
        return reverse("cycle", args=self.slugs)


@tracked()
class PhaseMove(models.Model):
    """A move of a cycle from one phase to another, with what was passed over and why (chuyển giai đoạn)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="moves", verbose_name="năm thi đua")
    from_phase = models.CharField("từ", max_length=20, choices=Phase.choices)
    to_phase = models.CharField("đến", max_length=20, choices=Phase.choices)
    moved_at = models.DateTimeField("lúc")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="người chuyển")
    reason = models.TextField("lý do", blank=True)
    passed_over = models.JSONField("điều chưa đạt khi chuyển", default=list)

    class Meta:
        verbose_name = "lần chuyển giai đoạn"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"


@tracked()
class Milestone(models.Model):
    """A date by which the bloc wants something done (mốc thời hạn của khối)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="milestones", verbose_name="năm thi đua")
    kind = models.CharField("việc", max_length=20, choices=MilestoneKind.choices)
    due_on = models.DateField("hạn")

    class Meta:
        verbose_name = "mốc thời hạn"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                name="milestone_one_a_kind",
                violation_error_message="Việc này đã có hạn.",
            )
        ]
        triggers = [guard_closed_cycle()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"


@tracked()
class Membership(models.Model):
    """A unit's place in a bloc for one year (đơn vị thành viên)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="memberships", verbose_name="năm thi đua")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="đơn vị")
    position = models.PositiveSmallIntegerField("thứ tự")
    joined_on = models.DateField("vào khối ngày", null=True, blank=True)
    left_on = models.DateField("rời khối ngày", null=True, blank=True)
    # Outside the ranking and the quota base, still in quorum and vote (DOMAIN §9).
    unranked_reason = models.CharField("lý do không xếp hạng", max_length=200, blank=True)

    class Meta:
        verbose_name = "đơn vị thành viên"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit"],
                name="membership_unit_once_a_cycle",
                violation_error_message="Đơn vị này đã là thành viên của khối trong năm.",
            ),
            models.UniqueConstraint(
                fields=["cycle", "position"],
                name="membership_position_once_a_cycle",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Thứ tự này đã có đơn vị khác.",
            ),
        ]
        triggers = [guard_closed_cycle()]

    def __str__(self) -> str:
        return f"{self.unit_id} trong {self.cycle_id}"


@tracked()
class Term(models.Model):
    """A unit's time as chair or vice-chair of a cycle (nhiệm kỳ Khối trưởng, Khối phó)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="terms", verbose_name="năm thi đua")
    office = models.CharField("chức vụ", max_length=10, choices=Office.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="terms", verbose_name="đơn vị")
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến ngày", null=True, blank=True)
    basis = models.CharField("căn cứ", max_length=300)
    is_illustrative = models.BooleanField("minh họa", default=False)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm kỳ"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(office=Office.CHAIR, to_on__isnull=True),
                name="term_one_open_chair",
                violation_error_message="Khối đang có Khối trưởng. Hãy kết thúc nhiệm kỳ đó trước.",
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit"],
                condition=Q(to_on__isnull=True),
                name="term_unit_one_open_office",
                violation_error_message="Đơn vị này đang giữ một chức vụ của khối.",
            ),
            models.CheckConstraint(
                condition=Q(office__in=Office.values),
                name="term_office_known",
                violation_error_message="Chức vụ không hợp lệ.",
            ),
            period_constraint("term"),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()} {self.unit_id}"


@tracked()
class Appointment(models.Model):
    """A role a person holds for a unit, a province or the whole installation (phân công)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="appointments",
        verbose_name="người",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="appointments",
        null=True,
        blank=True,
        verbose_name="đơn vị",
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        related_name="appointments",
        null=True,
        blank=True,
        verbose_name="tỉnh",
    )
    role = models.CharField("vai trò", max_length=20, choices=Role.choices)
    title = models.CharField(
        "chức danh",
        max_length=150,
        blank=True,
        help_text="Ví dụ: Phó Giám đốc phụ trách.",
    )
    from_on = models.DateField("từ ngày")
    # The last day counts in full, but for a role that was ended at once: it is over from that moment.
    to_on = models.DateField("đến hết ngày", null=True, blank=True)
    ended_at = models.DateTimeField("kết thúc ngay lúc", null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người giao",
    )
    given_on = models.DateField("ngày giao", null=True, blank=True)
    late_reason = models.CharField("lý do ghi muộn", max_length=300, blank=True)

    objects = AppointmentQuerySet.as_manager()

    UNIT_ROLES = (Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK)

    class Meta:
        verbose_name = "phân công"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=("unit_officer", "unit_head", "unit_deputy", "unit_clerk"),
                    unit__isnull=False,
                    province__isnull=True,
                )
                | Q(
                    role__in=(
                        "province_officer",
                        "province_head",
                        "council",
                        "auditor",
                    ),
                    unit__isnull=True,
                    province__isnull=False,
                )
                | Q(role="admin", unit__isnull=True),
                name="appointment_role_fits_its_place",
                violation_error_message="Vai trò của đơn vị cần một đơn vị; vai trò của tỉnh cần một tỉnh.",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "province", "role"],
                condition=Q(to_on__isnull=True),
                nulls_distinct=False,
                name="appointment_open_once",
                violation_error_message="Người này đang giữ vai trò đó.",
            ),
            period_constraint("appointment"),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | ~Q(given_by=F("user")),
                name="appointment_not_given_to_oneself",
                violation_error_message="Không ai tự giao vai trò cho mình. Hãy nhờ người quản trị khác.",
            ),
            models.CheckConstraint(
                condition=Q(given_on__isnull=True) | Q(from_on__gte=F("given_on")) | ~Q(late_reason=""),
                name="appointment_late_with_reason",
                violation_error_message="Vai trò tính từ một ngày đã qua cần lý do.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(to_on__isnull=False),
                name="appointment_ended_at_on_a_day",
                violation_error_message="Vai trò kết thúc ngay cũng cần ngày kết thúc.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="roles_exclude_one_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    -- Two at once for one person wait for one another.
                    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
                    IF EXISTS (
                        SELECT 1 FROM blocs_appointment AS other
                        WHERE other.user_id = NEW.user_id AND other.id IS DISTINCT FROM NEW.id
                            AND other.from_on <= COALESCE(NEW.to_on - (NEW.ended_at IS NOT NULL)::int, 'infinity'::date)
                            AND NEW.from_on
                                <= COALESCE(other.to_on - (other.ended_at IS NOT NULL)::int, 'infinity'::date)
                            AND (NEW.role, other.role) IN ({_exclusive_in_sql()})
                    ) THEN
                        RAISE EXCEPTION 'one person does not hold both roles at one time'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user_id}"


@tracked()
class BlocAssignment(models.Model):
    """A provincial officer's charge of a bloc (phân công theo dõi khối)."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="bloc_assignments",
        verbose_name="chuyên viên",
    )
    bloc = models.ForeignKey(Bloc, models.PROTECT, related_name="assignments", verbose_name="khối")
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến ngày", null=True, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công theo dõi khối"
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "bloc"],
                condition=Q(to_on__isnull=True),
                name="blocassignment_open_once",
                violation_error_message="Chuyên viên này đang theo dõi khối.",
            ),
            period_constraint("blocassignment"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} theo dõi {self.bloc_id}"


@tracked()
class Handover(models.Model):
    """The passing of the chair from one year to the next, confirmed by both sides (bàn giao)."""

    from_term = models.OneToOneField(
        Term, models.PROTECT, related_name="handover_given", verbose_name="bên giao"
    )
    to_term = models.OneToOneField(
        Term, models.PROTECT, related_name="handover_received", verbose_name="bên nhận"
    )
    items = models.TextField("hồ sơ, tài liệu, kinh phí bàn giao")
    given_at = models.DateTimeField("bên giao xác nhận lúc", null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người giao",
    )
    received_at = models.DateTimeField("bên nhận xác nhận lúc", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người nhận",
    )

    class Meta:
        verbose_name = "bàn giao"
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, given_by__isnull=True)
                | Q(given_at__isnull=False, given_by__isnull=False),
                name="handover_given_who_and_when",
                violation_error_message="Xác nhận giao cần cả người và thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(
                    received_at__isnull=False,
                    received_by__isnull=False,
                    given_at__isnull=False,
                ),
                name="handover_received_after_given",
                violation_error_message="Bên giao xác nhận trước, bên nhận xác nhận sau.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmed_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__received_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_term_id} → {self.to_term_id}"


class SealedDay(models.Model):
    """One day of the journal, sealed in the night after it and chained to the day before (ngày nhật ký đã khóa).

    It stands outside the journal that it vouches for, and holds what is needed to work its name out again.
    """

    day = models.DateField("ngày", unique=True)
    count = models.PositiveIntegerField("số dòng nhật ký")
    # Of each table that wrote on this day: its name, the columns that it had then, how many rows, their digest.
    tables = models.JSONField("từng bảng", default=list)
    previous = models.CharField("mã của ngày trước", max_length=64, blank=True)
    sha256 = models.CharField("mã của ngày", max_length=64, unique=True)
    sealed_at = models.DateTimeField("khóa lúc")

    class Meta:
        verbose_name = "ngày nhật ký đã khóa"
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.day} {self.sha256}"


class Letter(models.Model):
    """A letter that waits for the worker (thư chờ gửi); its row goes when it has been sent.

    The queue keeps what it is told, so it is told the key of this row, never a mailbox. Letters with a link that opens an
    account are not kept here: the worker makes the link as it writes.
    """

    mailbox = models.EmailField("hộp thư")
    subject = models.CharField("tiêu đề", max_length=200)
    words = models.TextField("nội dung")

    class Meta:
        verbose_name = "thư chờ gửi"

    def __str__(self) -> str:
        return self.subject
