import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from blocs.models import Cycle, Unit, guard_closed_cycle
from config.kit.audit import tracked
from config.kit.fields import search_key_of
from covenants.enums import (
    AdoptionForm,
    CovenantLevel,
    CovenantStatus,
    Direction,
    InitiativeLevel,
    MovementLevel,
    Period,
)
from covenants.rules import STATUS_MOVES
from documents.models import Document, Signing, Upload, who_and_when

FIGURE = {"max_digits": 18, "decimal_places": 4}
PERSON = settings.AUTH_USER_MODEL

# Whether the text of a covenant still moves: a draft whose paper is not settled either.
STILL_DRAFT = """
    (SELECT c.status = 'draft' AND d.status IN ('draft', 'consulting')
     FROM covenants_covenant c JOIN documents_document d ON d.id = c.document_id WHERE c.id = ({covenant}))
"""
# Every present member has signed, and every party that is no member; who left the bloc is not waited for.
SIGNED_BY_ALL = """
    NOT EXISTS (SELECT FROM documents_signing s
                WHERE s.document_id = NEW.document_id AND s.unit_id IS NULL AND s.state <> 'signed')
    AND NOT EXISTS (SELECT FROM blocs_membership m JOIN covenants_covenant c ON c.cycle_id = m.cycle_id
                    WHERE c.document_id = NEW.document_id AND m.left_on IS NULL AND NOT EXISTS (
                        SELECT FROM documents_signing s WHERE s.document_id = NEW.document_id
                            AND s.unit_id = m.unit_id AND s.state = 'signed'))
"""
# A report that stands: sent, and not taken back.
STANDING_REPORT = """
    EXISTS (SELECT FROM covenants_unitreport r
            WHERE r.cycle_id = place.cycle_id AND r.unit_id = place.unit_id AND r.period = {row}.period
              AND r.sent_at IS NOT NULL)
"""


def frozen_once_adopted(covenant: str, *, inserts: bool = True) -> pgtrigger.Trigger:
    """A trigger that lets a row change only while its covenant is a draft.

    `covenant` is an SQL expression for the covenant's key; `{row}` stands for NEW or OLD.
    A draft that goes as a whole takes its rows along.
    """
    operations = pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(
        name="frozen_once_adopted",
        when=pgtrigger.Before,
        operation=operations | pgtrigger.Insert if inserts else operations,
        declare=[("is_draft", "boolean")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                is_draft := {STILL_DRAFT.format(covenant=covenant.format(row="OLD"))};
                IF NOT is_draft THEN
                    RAISE EXCEPTION 'an adopted covenant does not change' USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            is_draft := {STILL_DRAFT.format(covenant=covenant.format(row="NEW"))};
            IF NOT is_draft THEN
                RAISE EXCEPTION 'an adopted covenant does not change' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def _status_moves() -> str:
    return ", ".join(f"('{old}', '{new}')" for old, targets in STATUS_MOVES.items() for new in targets)


@tracked()
class Covenant(models.Model):
    """What the members of a bloc promise one another for a year (giao ước thi đua)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="covenants", verbose_name="năm thi đua")
    level = models.CharField(
        "ký giữa", max_length=10, choices=CovenantLevel.choices, default=CovenantLevel.MEMBERS
    )
    version = models.PositiveSmallIntegerField("bản", default=1)
    status = models.CharField(
        "trạng thái", max_length=10, choices=CovenantStatus.choices, default=CovenantStatus.DRAFT
    )
    document = models.OneToOneField(Document, models.PROTECT, related_name="covenant", verbose_name="văn bản")
    amends = models.OneToOneField(
        "self", models.PROTECT, related_name="amended_by", null=True, blank=True, verbose_name="sửa đổi bản"
    )
    amend_reason = models.CharField("lý do sửa đổi", max_length=500, blank=True)
    opening = models.TextField("lời mở đầu", blank=True, help_text="Mỗi đoạn một dòng.")
    # Where contents or targets were made up for a demonstration, the page and the paper say so.
    is_illustrative = models.BooleanField("chỉ tiêu minh họa", default=False)
    adopted_on = models.DateField("ngày thống nhất", null=True, blank=True)
    adopted_form = models.CharField(
        "hình thức thống nhất", max_length=10, choices=AdoptionForm.choices, blank=True
    )
    adopted_note = models.CharField("ghi chú khi thống nhất", max_length=500, blank=True)
    adopted_at = models.DateTimeField("ghi nhận thống nhất lúc", null=True, blank=True)
    adopted_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="người ghi nhận"
    )
    contents_sha256 = models.CharField("sha256 của nội dung đã thống nhất", max_length=64, blank=True)
    created_at = models.DateTimeField("soạn lúc")
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="người soạn")

    class Meta:
        verbose_name = "giao ước"
        verbose_name_plural = "giao ước"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "level", "version"],
                name="covenant_version_once",
                violation_error_message="Bản giao ước này đã có.",
            ),
            models.UniqueConstraint(
                fields=["cycle", "level"],
                condition=Q(status=CovenantStatus.DRAFT),
                name="covenant_one_draft",
                violation_error_message="Đang có một dự thảo giao ước. Hãy hoàn thiện dự thảo đó.",
            ),
            models.UniqueConstraint(
                fields=["cycle", "level"],
                condition=Q(status__in=("adopted", "signing", "signed")),
                name="covenant_one_in_force",
                violation_error_message="Năm thi đua đã có giao ước. Hãy sửa đổi bản đó.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CovenantStatus.values, level__in=CovenantLevel.values),
                name="covenant_words_known",
                violation_error_message="Trạng thái hoặc cấp giao ước không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(version=1, amends__isnull=True)
                | (Q(version__gt=1, amends__isnull=False) & ~Q(amend_reason="")),
                name="covenant_amends_with_reason",
                violation_error_message="Bản sửa đổi phải nêu bản trước và lý do.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CovenantStatus.DRAFT,
                    adopted_on__isnull=True,
                    adopted_at__isnull=True,
                    adopted_form="",
                    contents_sha256="",
                )
                | Q(
                    ~Q(status=CovenantStatus.DRAFT),
                    adopted_on__isnull=False,
                    adopted_at__isnull=False,
                    adopted_form__in=AdoptionForm.values,
                    contents_sha256__regex="^[0-9a-f]{64}$",
                ),
                name="covenant_adopted_with_its_record",
                violation_error_message="Giao ước đã thống nhất phải có ngày, hình thức và mã của nội dung.",
            ),
            who_and_when("covenant", "adopted_at", "adopted_by"),
        ]
        triggers = [
            guard_closed_cycle(),
            pgtrigger.Trigger(
                name="adopted_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN ({_status_moves()}) THEN
                        RAISE EXCEPTION 'a covenant does not move from % to %', OLD.status, NEW.status
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF OLD.status <> 'draft' AND to_jsonb(NEW) - 'status' IS DISTINCT FROM to_jsonb(OLD) - 'status' THEN
                        RAISE EXCEPTION 'an adopted covenant does not change' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="only_drafts_are_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status="draft"),
            ),
        ]

    def __str__(self) -> str:
        return f"Giao ước thi đua, bản {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("covenant_version", args=[*self.cycle.slugs, self.pk])


class CovenantSigning(Signing):
    """The signatures as the covenant sees them: it is signed when the last party has signed, on whatever page."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="covenant_follows_its_signatures",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    UPDATE covenants_covenant SET status = CASE WHEN {SIGNED_BY_ALL} THEN 'signed' ELSE 'signing' END
                    WHERE document_id = NEW.document_id AND status IN ('adopted', 'signing', 'signed')
                        AND status IS DISTINCT FROM CASE WHEN {SIGNED_BY_ALL} THEN 'signed' ELSE 'signing' END;
                    RETURN NULL;
                """,
            )
        ]


@tracked()
class Content(models.Model):
    """One of the numbered parts of a covenant (nội dung thi đua); I, II, III in print."""

    covenant = models.ForeignKey(Covenant, models.CASCADE, related_name="contents", verbose_name="giao ước")
    position = models.PositiveSmallIntegerField("thứ tự")
    title = models.CharField("nội dung", max_length=500)
    note = models.TextField("diễn giải", blank=True, help_text="Mỗi đoạn một dòng.")

    class Meta:
        verbose_name = "nội dung giao ước"
        verbose_name_plural = "nội dung giao ước"
        constraints = [
            models.UniqueConstraint(
                fields=["covenant", "position"],
                name="content_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Thứ tự này đã có nội dung khác.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""), name="content_has_title", violation_error_message="Hãy ghi nội dung."
            ),
        ]
        triggers = [frozen_once_adopted("{row}.covenant_id")]

    def __str__(self) -> str:
        return self.title


@tracked()
class Target(models.Model):
    """A numbered promise inside a content (chỉ tiêu thi đua), numbered through the whole covenant."""

    covenant = models.ForeignKey(Covenant, models.CASCADE, related_name="targets", verbose_name="giao ước")
    content = models.ForeignKey(Content, models.CASCADE, related_name="targets", verbose_name="nội dung")
    number = models.PositiveSmallIntegerField("số thứ tự")
    text = models.CharField("chỉ tiêu", max_length=600)
    measure = models.CharField("đơn vị tính", max_length=60, blank=True)
    direction = models.CharField(
        "chiều", max_length=10, choices=Direction.choices, default=Direction.AT_LEAST
    )
    value = models.DecimalField("mức giao", null=True, blank=True, **FIGURE)
    # The same target in the covenant that this one amends: results and criteria follow it.
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name="thay chỉ tiêu",
    )
    search_key = search_key_of("text")

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        constraints = [
            models.UniqueConstraint(
                fields=["covenant", "number"],
                name="target_number_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Số thứ tự này đã có chỉ tiêu khác.",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values),
                name="target_direction_known",
                violation_error_message="Chiều của chỉ tiêu không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.YES_NO, value__isnull=True)
                | Q(~Q(direction=Direction.YES_NO), value__isnull=False),
                name="target_value_fits_direction",
                violation_error_message="Chỉ tiêu có hoặc không thì không có mức giao; chỉ tiêu khác phải có mức giao.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="target_has_text", violation_error_message="Hãy ghi chỉ tiêu."
            ),
        ]
        triggers = [
            frozen_once_adopted("{row}.covenant_id"),
            pgtrigger.Trigger(
                name="content_is_of_the_covenant",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.covenant_id <> (SELECT covenant_id FROM covenants_content WHERE id = NEW.content_id) THEN
                        RAISE EXCEPTION 'the content belongs to another covenant' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


@tracked()
class TargetAssignment(models.Model):
    """What one unit has to reach of a target, or that it was not assigned (mức giao cho đơn vị)."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="assignments", verbose_name="chỉ tiêu")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="đơn vị")
    is_assigned = models.BooleanField("có giao", default=True)
    value = models.DecimalField("mức giao", null=True, blank=True, **FIGURE)

    class Meta:
        verbose_name = "mức giao"
        verbose_name_plural = "mức giao"
        constraints = [
            models.UniqueConstraint(
                fields=["target", "unit"],
                name="targetassignment_unit_once",
                violation_error_message="Đơn vị này đã có mức giao.",
            ),
            models.CheckConstraint(
                condition=Q(is_assigned=True) | Q(value__isnull=True),
                name="targetassignment_value_only_when_assigned",
                violation_error_message="Chỉ tiêu không giao thì không có mức giao.",
            ),
        ]
        triggers = [
            # A unit that joins later still gets its row; what was promised does not move.
            frozen_once_adopted(
                "SELECT covenant_id FROM covenants_target WHERE id = {row}.target_id", inserts=False
            ),
            pgtrigger.Trigger(
                name="value_fits_direction",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.is_assigned AND (NEW.value IS NULL) <>
                        (SELECT direction = 'yes_no' FROM covenants_target WHERE id = NEW.target_id) THEN
                        RAISE EXCEPTION 'the value does not fit the direction' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            guard_closed_cycle(
                "SELECT c.cycle_id FROM covenants_target t JOIN covenants_covenant c ON c.id = t.covenant_id"
                " WHERE t.id = {row}.target_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.unit_id}"


@tracked()
class Result(models.Model):
    """What a unit reached of a target in a period, estimated or official (kết quả, ước hoặc chính thức).

    When an estimate that was reported becomes official, the official figure is a new version.
    """

    assignment = models.ForeignKey(
        TargetAssignment, models.PROTECT, related_name="results", verbose_name="mức giao"
    )
    period = models.CharField("kỳ", max_length=5, choices=Period.choices)
    version = models.PositiveSmallIntegerField("bản", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, related_name="next_version", null=True, blank=True, verbose_name="bản trước"
    )
    # A target that is met or not has 1 (có) or 0 (không).
    actual = models.DecimalField("kết quả", **FIGURE)
    is_estimated = models.BooleanField("ước", default=False)
    note = models.CharField("diễn giải", max_length=500, blank=True)
    evidence = models.ForeignKey(
        Upload, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="minh chứng"
    )
    recorded_at = models.DateTimeField("nhập lúc")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="người nhập")

    class Meta:
        verbose_name = "kết quả"
        verbose_name_plural = "kết quả"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "period", "version"],
                name="result_version_once",
                violation_error_message="Kết quả này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(period__in=Period.values),
                name="result_period_known",
                violation_error_message="Kỳ báo cáo không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(version=1, previous__isnull=True) | Q(version__gt=1, previous__isnull=False),
                name="result_version_follows_one",
                violation_error_message="Bản sau phải nêu bản trước.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="reported_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("place", "record"), ("is_fixed", "boolean")],
                func=f"""
                    IF TG_OP <> 'INSERT' THEN
                        SELECT c.cycle_id, a.unit_id, y.phase INTO place
                        FROM covenants_targetassignment a JOIN covenants_target t ON t.id = a.target_id
                            JOIN covenants_covenant c ON c.id = t.covenant_id JOIN blocs_cycle y ON y.id = c.cycle_id
                        WHERE a.id = OLD.assignment_id;
                        IF place.phase = 'closed' OR OLD.version > 1 OR {STANDING_REPORT.format(row="OLD")} THEN
                            RAISE EXCEPTION 'a reported result does not change' USING ERRCODE = 'check_violation';
                        END IF;
                        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    END IF;
                    SELECT c.cycle_id, a.unit_id, y.phase INTO place
                    FROM covenants_targetassignment a JOIN covenants_target t ON t.id = a.target_id
                        JOIN covenants_covenant c ON c.id = t.covenant_id JOIN blocs_cycle y ON y.id = c.cycle_id
                    WHERE a.id = NEW.assignment_id;
                    is_fixed := place.phase = 'closed' OR {STANDING_REPORT.format(row="NEW")};
                    IF NEW.version = 1 AND is_fixed THEN
                        RAISE EXCEPTION 'a reported result does not change' USING ERRCODE = 'check_violation';
                    END IF;
                    IF NEW.version > 1 AND (NEW.is_estimated OR NOT EXISTS (
                        SELECT FROM covenants_result p WHERE p.id = NEW.previous_id AND p.is_estimated
                            AND p.assignment_id = NEW.assignment_id AND p.period = NEW.period
                            AND p.version = NEW.version - 1))
                    THEN
                        RAISE EXCEPTION 'only an estimate is followed, by its official figure'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="figure_is_possible",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("given", "record")],
                func="""
                    SELECT a.is_assigned, t.direction INTO given FROM covenants_targetassignment a
                        JOIN covenants_target t ON t.id = a.target_id WHERE a.id = NEW.assignment_id;
                    IF NOT given.is_assigned OR (given.direction = 'yes_no' AND NEW.actual NOT IN (0, 1)) THEN
                        RAISE EXCEPTION 'this figure does not fit its target' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.period} bản {self.version}"


@tracked()
class UnitReport(models.Model):
    """A unit's own report of a period: due, extended, sent, received (báo cáo của đơn vị).

    Whether it came in time is compared when read. A report taken back is not sent; the audit keeps that it was.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="unit_reports", verbose_name="năm thi đua")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="đơn vị")
    period = models.CharField("kỳ", max_length=5, choices=Period.choices)
    extended_to = models.DateField("gia hạn đến", null=True, blank=True)
    extension_reason = models.CharField("lý do gia hạn", max_length=300, blank=True)
    extended_at = models.DateTimeField("gia hạn lúc", null=True, blank=True)
    extended_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="người gia hạn"
    )
    note = models.TextField("nhận xét, khó khăn, kiến nghị", blank=True)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    sent_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="người gửi"
    )
    received_at = models.DateTimeField("khối tiếp nhận lúc", null=True, blank=True)
    received_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="người tiếp nhận"
    )

    class Meta:
        verbose_name = "báo cáo của đơn vị"
        verbose_name_plural = "báo cáo của đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "period"],
                name="unitreport_once_a_period",
                violation_error_message="Đơn vị đã có báo cáo của kỳ này.",
            ),
            models.CheckConstraint(
                condition=Q(period__in=Period.values),
                name="unitreport_period_known",
                violation_error_message="Kỳ báo cáo không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True, extended_at__isnull=True, extension_reason="")
                | (Q(extended_to__isnull=False, extended_at__isnull=False) & ~Q(extension_reason="")),
                name="unitreport_extended_with_reason",
                violation_error_message="Gia hạn phải có ngày và lý do.",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(sent_at__isnull=False),
                name="unitreport_received_after_sent",
                violation_error_message="Chỉ tiếp nhận báo cáo đã gửi.",
            ),
            who_and_when("unitreport", "extended_at", "extended_by"),
            who_and_when("unitreport", "sent_at", "sent_by"),
            who_and_when("unitreport", "received_at", "received_by"),
        ]
        triggers = [
            guard_closed_cycle(),
            pgtrigger.Protect(
                name="received_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__received_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.get_period_display()}"


@tracked()
class Registration(models.Model):
    """A title or award a unit sets out to win this year (đăng ký thi đua)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="registrations", verbose_name="năm thi đua")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="registrations", verbose_name="đơn vị")
    # The code of an award type where the unit chose one; its words otherwise.
    award_code = models.SlugField("mã", max_length=30, blank=True)
    award_text = models.CharField("danh hiệu, hình thức khen thưởng", max_length=200)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    registered_at = models.DateTimeField("đăng ký lúc")
    registered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="người đăng ký")

    class Meta:
        verbose_name = "đăng ký thi đua"
        verbose_name_plural = "đăng ký thi đua"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "award_text"],
                name="registration_award_once",
                violation_error_message="Đơn vị đã đăng ký danh hiệu này.",
            )
        ]
        triggers = [guard_closed_cycle()]

    def __str__(self) -> str:
        return self.award_text


@tracked()
class Movement(models.Model):
    """An emulation movement of the year (phong trào thi đua)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="movements", verbose_name="năm thi đua")
    name = models.CharField("tên phong trào", max_length=300)
    level = models.CharField("cấp phát động", max_length=12, choices=MovementLevel.choices)
    launched_by = models.CharField("nơi phát động", max_length=200)
    launched_on = models.DateField("ngày phát động", null=True, blank=True)
    is_illustrative = models.BooleanField("minh họa", default=False)
    search_key = search_key_of("name")

    class Meta:
        verbose_name = "phong trào"
        verbose_name_plural = "phong trào"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "name"],
                name="movement_name_once",
                violation_error_message="Phong trào này đã ghi.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=MovementLevel.values),
                name="movement_level_known",
                violation_error_message="Cấp phát động không hợp lệ.",
            ),
        ]
        triggers = [guard_closed_cycle()]

    def __str__(self) -> str:
        return self.name


@tracked()
class Participation(models.Model):
    """What one unit did in a movement (kết quả hưởng ứng phong trào)."""

    movement = models.ForeignKey(
        Movement, models.CASCADE, related_name="participations", verbose_name="phong trào"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="participations", verbose_name="đơn vị")
    outcome = models.CharField("kết quả", max_length=500)
    recorded_at = models.DateTimeField("nhập lúc")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="người nhập")

    class Meta:
        verbose_name = "kết quả hưởng ứng"
        verbose_name_plural = "kết quả hưởng ứng"
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "unit"],
                name="participation_unit_once",
                violation_error_message="Đơn vị đã ghi kết quả của phong trào này.",
            )
        ]
        triggers = [
            guard_closed_cycle("SELECT cycle_id FROM covenants_movement WHERE id = {row}.movement_id")
        ]

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.unit_id}"


@tracked()
class InitiativeCount(models.Model):
    """How many initiatives were recognised, of one unit or of the whole bloc (số sáng kiến được công nhận)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="initiatives", verbose_name="năm thi đua")
    # Empty: only the figure of the whole bloc is known.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="initiatives", null=True, blank=True, verbose_name="đơn vị"
    )
    level = models.CharField("cấp công nhận", max_length=10, choices=InitiativeLevel.choices)
    count = models.PositiveIntegerField("số sáng kiến")
    recorded_at = models.DateTimeField("nhập lúc")
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name="người nhập")

    class Meta:
        verbose_name = "số sáng kiến"
        verbose_name_plural = "số sáng kiến"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "level"],
                name="initiativecount_level_once",
                nulls_distinct=False,
                violation_error_message="Đã có số sáng kiến của cấp này.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=InitiativeLevel.values),
                name="initiativecount_level_known",
                violation_error_message="Cấp công nhận không hợp lệ.",
            ),
        ]
        triggers = [guard_closed_cycle()]

    def __str__(self) -> str:
        return f"{self.count} {self.get_level_display()}"
