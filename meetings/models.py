import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from awards.enums import DecisionForm, PollKind
from awards.models import AwardType, Poll
from blocs.models import Cycle, Unit, guard_closed_cycle
from config.kit.audit import tracked
from config.kit.fields import search_key_of
from documents.models import Document
from documents.rules import EDITABLE
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState, MeetingKind, MeetingStatus
from meetings.rules import OVER, STATUS_MOVES

# The cycle of a part of a meeting, for `guard_closed_cycle`.
CYCLE_OF_PART = "SELECT cycle_id FROM meetings_meeting WHERE id = {row}.meeting_id"


def frozen_when_over() -> pgtrigger.Trigger:
    """Parts of a meeting are fixed once it has ended or was called off."""
    over = ", ".join(f"'{status}'" for status in OVER)
    question = f"EXISTS (SELECT FROM meetings_meeting WHERE id = {{row}}.meeting_id AND status IN ({over}))"
    return pgtrigger.Trigger(
        name="frozen_when_over",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                IF {question.format(row="OLD")} THEN
                    RAISE EXCEPTION 'the meeting is over' USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                IF {question.format(row="NEW")} THEN
                    RAISE EXCEPTION 'the meeting is over' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            RETURN OLD;
        """,
    )


@tracked()
class Meeting(models.Model):
    """A meeting of the bloc, from its plan to its end (hội nghị, cuộc họp của khối)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="meetings", verbose_name="năm thi đua")
    kind = models.CharField("loại", max_length=10, choices=MeetingKind.choices)
    title = models.CharField("tên hội nghị", max_length=300)
    place = models.CharField("địa điểm", max_length=300)
    starts_at = models.DateTimeField("bắt đầu lúc")
    ended_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    status = models.CharField(
        "trạng thái", max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED
    )
    secretary_name = models.CharField("thư ký", max_length=150, blank=True)
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="tài khoản của thư ký",
    )
    invitation = models.OneToOneField(
        Document, models.PROTECT, related_name="meeting", null=True, blank=True, verbose_name="giấy mời"
    )
    odd_date_reason = models.CharField("lý do của ngày khác thường", max_length=300, blank=True)
    cancel_reason = models.CharField("lý do không tổ chức", max_length=300, blank=True)
    note = models.TextField("ghi chú", blank=True)
    search_key = search_key_of("title")

    class Meta:
        verbose_name = "hội nghị"
        verbose_name_plural = "hội nghị"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values),
                name="meeting_kind_known",
                violation_error_message="Loại hội nghị không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=MeetingStatus.values),
                name="meeting_status_known",
                violation_error_message="Trạng thái không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(status=MeetingStatus.ENDED, ended_at__isnull=False)
                | (~Q(status=MeetingStatus.ENDED) & Q(ended_at__isnull=True)),
                name="meeting_ended_with_its_time",
                violation_error_message="Hội nghị đã kết thúc phải có giờ kết thúc.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message="Giờ kết thúc phải sau giờ bắt đầu.",
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="meeting_cancelled_with_reason",
                violation_error_message="Hãy ghi lý do không tổ chức.",
            ),
        ]
        triggers = [
            guard_closed_cycle(),
            pgtrigger.FSM(
                name="status_moves_along",
                field="status",
                transitions=[(str(a), str(b)) for a, targets in STATUS_MOVES.items() for b in targets],
            ),
            pgtrigger.Protect(
                name="over_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=[str(status) for status in OVER]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slugs(self) -> tuple:
        """The parts of every address below this meeting; needs `cycle__bloc__province` loaded."""
        return (*self.cycle.slugs, self.pk)

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=self.slugs)


@tracked()
class MeetingChair(models.Model):
    """One who presides over a meeting; two may do so together (chủ tọa, đồng chủ trì)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="chairs", verbose_name="hội nghị")
    position = models.PositiveSmallIntegerField("thứ tự")
    name = models.CharField("họ tên", max_length=150)
    title = models.CharField("chức vụ", max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="tài khoản",
    )

    class Meta:
        verbose_name = "chủ tọa"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="meetingchair_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Thứ tự này đã có.",
            )
        ]
        triggers = [guard_closed_cycle(CYCLE_OF_PART), frozen_when_over()]

    def __str__(self) -> str:
        return self.name


@tracked()
class AgendaItem(models.Model):
    """One item of a meeting's agenda, with its course and what came of it (nội dung chương trình)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="hội nghị")
    position = models.PositiveSmallIntegerField("thứ tự")
    kind = models.CharField("loại", max_length=16, choices=AgendaKind.choices)
    title = models.CharField("nội dung", max_length=300)
    # Reading a draft out is not adopting it (DOMAIN §9).
    is_presented_only = models.BooleanField("chỉ trình bày, không biểu quyết", default=False)
    form = models.CharField("hình thức quyết định", max_length=12, choices=DecisionForm.choices, blank=True)
    poll_kind = models.CharField("việc cần quyết định", max_length=10, choices=PollKind.choices, blank=True)
    award_type = models.ForeignKey(
        AwardType,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="hình thức khen thưởng",
    )
    seats = models.PositiveSmallIntegerField("số lượng chọn", default=1)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="agenda_items", null=True, blank=True, verbose_name="văn bản"
    )
    poll = models.OneToOneField(
        Poll, models.PROTECT, related_name="agenda_item", null=True, blank=True, verbose_name="cuộc bỏ phiếu"
    )
    course = models.TextField("diễn biến", blank=True)
    outcome = models.TextField("kết quả", blank=True)

    class Meta:
        verbose_name = "nội dung chương trình"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agendaitem_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Thứ tự này đã có nội dung khác.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgendaKind.values),
                name="agendaitem_kind_known",
                violation_error_message="Loại nội dung không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(is_presented_only=False) | Q(form="", poll__isnull=True),
                name="agendaitem_presented_is_not_decided",
                violation_error_message="Nội dung chỉ trình bày thì không có hình thức quyết định.",
            ),
            models.CheckConstraint(
                condition=Q(form="") | Q(form__in=DecisionForm.values),
                name="agendaitem_form_known",
                violation_error_message="Hình thức quyết định không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=~Q(poll_kind=PollKind.AWARD) | Q(award_type__isnull=False),
                name="agendaitem_award_names_its_award",
                violation_error_message="Việc bình xét khen thưởng cần một hình thức khen thưởng.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="agendaitem_seats_positive",
                violation_error_message="Số lượng chọn phải từ 1.",
            ),
        ]
        triggers = [
            guard_closed_cycle(CYCLE_OF_PART),
            frozen_when_over(),
            pgtrigger.Protect(
                name="decided_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__poll__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class Attendance(models.Model):
    """Who came for a unit, or as a guest, in what capacity, or why nobody came (điểm danh đại biểu)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name="hội nghị")
    position = models.PositiveSmallIntegerField("thứ tự")
    role = models.CharField("tư cách", max_length=8, choices=AttendanceRole.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị"
    )
    # The unit's or the guest's office, as it was called on that day.
    name = models.CharField("đơn vị, cơ quan", max_length=200, blank=True)
    representative = models.CharField("người dự", max_length=150, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="tài khoản",
    )
    title = models.CharField("chức vụ", max_length=200, blank=True)
    is_leader = models.BooleanField("là lãnh đạo đơn vị", default=True)
    capacity = models.CharField(
        "tư cách ký, biểu quyết", max_length=100, blank=True, help_text="KT. GIÁM ĐỐC …"
    )
    mandate = models.CharField("văn bản ủy quyền", max_length=200, blank=True)
    state = models.CharField("có mặt", max_length=8, choices=AttendanceState.choices)
    absent_reason = models.CharField("lý do vắng", max_length=200, blank=True)
    # Empty: from the beginning, to the end. Who is not there at the moment of a vote is not on its roll.
    arrived_at = models.DateTimeField("đến lúc", null=True, blank=True)
    left_at = models.DateTimeField("về lúc", null=True, blank=True)

    class Meta:
        verbose_name = "đại biểu"
        verbose_name_plural = "đại biểu"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "unit"],
                condition=Q(role=AttendanceRole.MEMBER),
                name="attendance_member_once",
                violation_error_message="Đơn vị này đã có trong danh sách đại biểu.",
            ),
            models.CheckConstraint(
                condition=~Q(role=AttendanceRole.MEMBER) | Q(unit__isnull=False),
                name="attendance_member_is_a_unit",
                violation_error_message="Đại biểu của đơn vị thành viên phải thuộc một đơn vị.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=AttendanceRole.values) & Q(state__in=AttendanceState.values),
                name="attendance_words_known",
                violation_error_message="Tư cách hoặc tình trạng có mặt không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=~Q(state=AttendanceState.ABSENT) | ~Q(absent_reason=""),
                name="attendance_absent_with_reason",
                violation_error_message="Hãy ghi lý do vắng mặt.",
            ),
            models.CheckConstraint(
                condition=Q(state=AttendanceState.ABSENT) | ~Q(representative=""),
                name="attendance_present_by_name",
                violation_error_message="Hãy ghi họ tên người dự họp.",
            ),
            models.CheckConstraint(
                condition=~Q(state=AttendanceState.ABSENT) | Q(arrived_at__isnull=True, left_at__isnull=True),
                name="attendance_absent_has_no_hours",
                violation_error_message="Đơn vị vắng mặt không có giờ đến, giờ về.",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True)
                | Q(left_at__isnull=True)
                | Q(left_at__gt=F("arrived_at")),
                name="attendance_leaves_after_it_came",
                violation_error_message="Giờ về phải sau giờ đến.",
            ),
        ]
        triggers = [guard_closed_cycle(CYCLE_OF_PART), frozen_when_over()]

    def __str__(self) -> str:
        return self.representative or self.name


@tracked()
class MinutesVersion(models.Model):
    """The minutes of a meeting: what the rows said, and the secretary's own words (biên bản).

    Whether they are a draft, out for comments, signed or issued is the state of the paper.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="minutes", verbose_name="hội nghị")
    version = models.PositiveSmallIntegerField("bản")
    document = models.OneToOneField(Document, models.PROTECT, related_name="minutes", verbose_name="văn bản")
    snapshot = models.JSONField("nội dung lập từ số liệu", default=dict)
    additions = models.JSONField("phần thư ký ghi thêm", default=dict)
    correction_reason = models.TextField("lý do lập lại", blank=True)
    drafted_at = models.DateTimeField("lập lúc")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người lập"
    )

    class Meta:
        verbose_name = "biên bản"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "version"],
                name="minutesversion_once",
                violation_error_message="Bản này của biên bản đã có.",
            ),
            models.CheckConstraint(
                condition=Q(version=1, correction_reason="") | (Q(version__gt=1) & ~Q(correction_reason="")),
                name="minutesversion_corrects_with_reason",
                violation_error_message="Lập lại biên bản cần ghi lý do.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="settled_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF NOT EXISTS (
                        SELECT FROM documents_document
                        WHERE id = OLD.document_id AND status IN ({", ".join(f"'{one}'" for one in EDITABLE)})
                    ) THEN
                        RAISE EXCEPTION 'the minutes are settled' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"Biên bản {self.meeting_id}, bản {self.version}"
