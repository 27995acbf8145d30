"""The way of a new province to its first year: what is done, what comes next."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from blocs.enums import Office, Phase, Role
from blocs.models import Appointment, Cycle, Membership, Province, Term
from blocs.queries.desk import blocs_of
from blocs.queries.scope import administered_by
from blocs.queries.standing import HEAD_ROLES, today
from blocs.queries.wired import sources
from blocs.queries.years import living_units_of
from blocs.rules import Step, Todo, next_step


def first_steps_of(province: Province, at: datetime) -> list[Step]:
    """Every step to the first year, in order, over all apps; none once a year runs."""
    if Cycle.objects.filter(bloc__province=province).exclude(phase=Phase.PREPARING).exists():
        return []
    steps = [step for source in sources("FIRST_STEPS") for step in source(province, at)]
    return [*steps, _launch(province)]


def first_steps(province: Province, at: datetime) -> list[Step]:
    """Names, units, people, blocs and the year itself."""
    units = living_units_of(province, today(at)).count()
    return [
        _names(province, has_units=units > 0),
        Step(
            "Nhập các đơn vị",
            "Sở, ban, xã, phường, hội, doanh nghiệp… tham gia thi đua. Nhập một lượt từ tệp Excel, hoặc từng đơn vị.",
            reverse("directory_import", args=[province.slug]),
            is_done=units > 0,
            said=f"đã có {units} đơn vị",
        ),
        _people(province, at, has_units=units > 0),
        _blocs(province),
        _year(province),
    ]


def _names(province: Province, *, has_units: bool) -> Step:
    return Step(
        "Xem lại tên gọi của tỉnh",
        f"Đang dùng: {province.standing_office_name}; {province.bloc_word}, {province.chair_word}, {province.vice_word}. "
        "Tên này in trên mọi văn bản.",
        reverse("province_edit", args=[province.slug]),
        # Somebody has saved it, or has gone past it.
        is_done=has_units or province.events.count() > 1,
    )


def _people(province: Province, at: datetime, *, has_units: bool) -> Step:
    serving = Appointment.objects.on(today(at)).filter(unit=OuterRef("pk"), user__is_active=True)
    lacking = living_units_of(province, today(at)).exclude(
        Exists(serving.filter(role=Role.UNIT_OFFICER)), Exists(serving.filter(role__in=HEAD_ROLES))
    )
    office = Appointment.objects.on(today(at)).filter(province=province, role=Role.PROVINCE_HEAD)
    left, has_office = lacking.count(), office.exists()
    said = [f"{left} đơn vị chưa có đủ chuyên viên và thủ trưởng"] if left else []
    said += [] if has_office else ["cơ quan thường trực chưa có lãnh đạo"]
    return Step(
        "Nhập người và giao vai trò",
        "Mỗi đơn vị cần một chuyên viên và thủ trưởng; cơ quan thường trực cần lãnh đạo và chuyên viên.",
        reverse("people", args=[province.slug]),
        is_done=not said and has_units,
        said="; ".join(said),
    )


def _blocs(province: Province) -> Step:
    blocs = blocs_of(province).count()
    return Step(
        "Lập các khối thi đua",
        "Theo quyết định chia khối của Hội đồng, mỗi khối một ký hiệu văn bản.",
        reverse("province_blocs", args=[province.slug]),
        is_done=blocs > 0,
        said=f"đã có {blocs} khối",
    )


def _year(province: Province) -> Step:
    """A year is open when each bloc has one with members and a chair."""
    members = Membership.objects.filter(cycle=OuterRef("pk"), left_on=None)
    chairs = Term.objects.filter(cycle=OuterRef("pk"), office=Office.CHAIR, to_on=None)
    years = Cycle.objects.filter(bloc__province=province).select_related("bloc__province")
    without = blocs_of(province).exclude(Exists(years.filter(bloc=OuterRef("pk")))).count()
    unready = (
        years.filter(~Q(Exists(members)) | ~Q(Exists(chairs))).order_by("bloc__sort_key", "year").first()
    )
    said = ""
    url = reverse("cycles_open", args=[province.slug])
    if without:
        said = f"{without} khối chưa mở năm"
    elif unready:
        said = f"{unready} chưa có thành viên hoặc {province.chair_word}"
        url = reverse("cycle_members", args=unready.slugs)
    return Step(
        "Mở năm thi đua, ghi thành viên và đơn vị đứng đầu khối",
        "Mở một lượt cho mọi khối; thành viên của khối chọn trong các đơn vị đã nhập.",
        url,
        is_done=years.exists() and not said,
        said=said,
    )


def _launch(province: Province) -> Step:
    year = (
        Cycle.objects.filter(bloc__province=province).select_related("bloc__province").order_by("pk").first()
    )
    return Step(
        "Chuyển năm đầu tiên sang phát động",
        "Từ đây mỗi người thấy việc của mình ở Việc cần làm; trang này không còn.",
        year.get_absolute_url() if year else reverse("cycles_open", args=[province.slug]),
    )


def first_steps_todos_for(user: User, at: datetime) -> list[Todo]:
    """The next step of each province that this person sets up; a demonstration is never set up."""
    running = Cycle.objects.filter(bloc__province=OuterRef("pk")).exclude(phase=Phase.PREPARING)
    waiting = administered_by(user, at).filter(is_demo=False).exclude(Exists(running))
    return [
        Todo(
            f"Những bước đầu: {next_step(first_steps_of(province, at)).title}",
            reverse("first_steps", args=[province.slug]),
            str(province),
        )
        for province in waiting
    ]
