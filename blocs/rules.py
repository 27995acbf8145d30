"""The year as tables: which moves are legal, who makes them, what may be done when."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from blocs.enums import MilestoneKind, Phase, Role, Secrecy, UnitKind
from config.kit.naming import login_of, long_address, unused

# Every legal pair (DESIGN §7): forwards one step; backwards with a reason.
MOVES: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.PREPARING: (Phase.LAUNCHING,),
    Phase.LAUNCHING: (Phase.EXECUTING, Phase.PREPARING),
    Phase.EXECUTING: (Phase.SELF_SCORING, Phase.LAUNCHING),
    Phase.SELF_SCORING: (Phase.VERIFYING, Phase.EXECUTING),
    Phase.VERIFYING: (Phase.REVIEWING, Phase.SELF_SCORING),
    Phase.REVIEWING: (Phase.SUBMITTED, Phase.VERIFYING),
    Phase.SUBMITTED: (Phase.APPRAISING, Phase.REVIEWING),
    Phase.APPRAISING: (Phase.DECIDED, Phase.REVIEWING),  # tỉnh trả lại để bình xét lại
    Phase.DECIDED: (Phase.CLOSED, Phase.APPRAISING),
    Phase.CLOSED: (),
}
ORDER: tuple[Phase, ...] = tuple(MOVES)

# From here on the dossier is with the province, which then moves the year.
PROVINCE_MOVES_FROM = frozenset({Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED})

# The year as officials name it, five groups of steps (DOMAIN §9).
GROUPS: tuple[tuple[str, tuple[Phase, ...]], ...] = (
    ("Phát động, ký giao ước", (Phase.PREPARING, Phase.LAUNCHING)),
    ("Sơ kết", (Phase.EXECUTING,)),
    ("Chấm điểm", (Phase.SELF_SCORING, Phase.VERIFYING)),
    ("Bình xét", (Phase.REVIEWING,)),
    (
        "Trình khen thưởng",
        (Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED, Phase.CLOSED),
    ),
)

# What a date asks for: the phase that should have been reached when its day is over.
REACHED_BY: Mapping[str, Phase] = {
    MilestoneKind.COVENANT: Phase.EXECUTING,
    MilestoneKind.SELF_SCORING: Phase.VERIFYING,
    MilestoneKind.VERIFYING: Phase.REVIEWING,
    MilestoneKind.SUBMISSION: Phase.SUBMITTED,
}
# The date that is looked at while the year stands in a phase.
DUE_IN: Mapping[Phase, MilestoneKind] = {
    Phase.PREPARING: MilestoneKind.COVENANT,
    Phase.LAUNCHING: MilestoneKind.COVENANT,
    Phase.EXECUTING: MilestoneKind.MIDYEAR,
    Phase.SELF_SCORING: MilestoneKind.SELF_SCORING,
    Phase.VERIFYING: MilestoneKind.VERIFYING,
    Phase.REVIEWING: MilestoneKind.SUBMISSION,
}

# Of these a second step is asked when they sign in: they see or change what belongs to everybody. People of
# units, hundreds on the first day, may choose it.
SECOND_STEP_ROLES = frozenset(
    {Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD, Role.COUNCIL, Role.AUDITOR, Role.ADMIN}
)
# Roles that control one another are never one person's at one time (DOMAIN §2). Who keeps the accounts, or reads
# everything, does nothing else; the office that appraises and decides does not sign or vote for a unit. Within
# the rest nobody judges the own unit, whatever else he is: policies and triggers of each app hold that.
SIGNING_ROLES = (Role.UNIT_HEAD, Role.UNIT_DEPUTY)
OFFICE_ROLES = (Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD)
EXCLUSIVE: frozenset[frozenset[str]] = frozenset(
    {frozenset({alone, other}) for alone in (Role.ADMIN, Role.AUDITOR) for other in Role if other != alone}
    | {frozenset({office, signing}) for office in OFFICE_ROLES for signing in SIGNING_ROLES}
)
# Who gives which roles: the administrator all; the head of the standing office those of the own staff.
GIVEN_BY_HEAD = frozenset({Role.PROVINCE_OFFICER})
# Giving one of these is told by mail to those who hold the like of it.
WATCHED_ROLES = frozenset(
    {*SIGNING_ROLES, Role.PROVINCE_HEAD, Role.COUNCIL, Role.AUDITOR, Role.ADMIN},
)
# Who reads what is not for the whole bloc. An appraisal is for all once the year has its decision.
READING_ROLES = (Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD, Role.COUNCIL, Role.AUDITOR)
READERS: Mapping[Secrecy, frozenset[str]] = {
    Secrecy.VETTING: frozenset(READING_ROLES),
    Secrecy.APPRAISAL: frozenset(READING_ROLES),
}
OPEN_FROM: Mapping[Secrecy, frozenset[Phase]] = {
    Secrecy.VETTING: frozenset(),
    Secrecy.APPRAISAL: frozenset({Phase.DECIDED, Phase.CLOSED}),
}
# A mailbox that was changed sets no password for so long.
MAILBOX_WAIT = timedelta(days=2)


class NationalSalary(NamedTuple):
    """A base salary that holds in the whole country from a day on."""

    from_date: date
    amount: int
    source: str
    is_verified: bool


class UsualDeadline(NamedTuple):
    """A day of the year by which provinces usually want something; a province's own paper replaces it."""

    kind: MilestoneKind
    month: int
    day: int
    source: str


# With these every province begins, as rows of its own that it replaces without a change of code.
NATIONAL_SALARIES: tuple[NationalSalary, ...] = (
    # Nghị định số 72/2018/NĐ-CP, từ ngày 01/7/2018: chưa xác minh.
    NationalSalary(date(2018, 7, 1), 1_390_000, "Nghị định 72/2018/NĐ-CP", is_verified=False),
    # Nghị định số 38/2019/NĐ-CP, từ ngày 01/7/2019: số hiệu chưa xác minh.
    NationalSalary(date(2019, 7, 1), 1_490_000, "Nghị định 38/2019/NĐ-CP", is_verified=False),
    # Nghị định số 24/2023/NĐ-CP, từ ngày 01/7/2023: chưa xác minh.
    NationalSalary(date(2023, 7, 1), 1_800_000, "Nghị định 24/2023/NĐ-CP", is_verified=False),
    # Nghị định số 73/2024/NĐ-CP, từ ngày 01/7/2024; một nghị định sau đó được nhắc tới, mức tiền chưa rõ.
    NationalSalary(date(2024, 7, 1), 2_340_000, "Nghị định 73/2024/NĐ-CP", is_verified=True),
)
USUAL_DEADLINES: tuple[UsualDeadline, ...] = (
    # Quyết định số 86/2025 của UBND tỉnh Bắc Ninh: hồ sơ trước ngày 10/12; tỉnh khác chưa xác minh.
    UsualDeadline(
        MilestoneKind.SUBMISSION, 12, 10, "thường lệ, theo Quyết định 86/2025 của UBND tỉnh Bắc Ninh"
    ),
)

# What a trigger saw, in the words of the journal.
LABELS_OF_CHANGE: Mapping[str, str] = {"insert": "thêm", "update": "sửa", "delete": "xóa"}

# The verbs of the journal (`audited`) in the words of officials; each app has its own table.
VERBS: Mapping[str, str] = {
    "accounts.person.erased": "Xóa dữ liệu cá nhân của người dùng",
    "accounts.user.created": "Thêm người dùng",
    "accounts.user.edited": "Sửa người dùng",
    "accounts.mailbox.changed": "Đổi hộp thư của người dùng",
    "accounts.reset_link.issued": "Cấp liên kết đặt mật khẩu",
    "blocs.appointment.made": "Giao vai trò",
    "blocs.appointment.ended": "Kết thúc vai trò",
    "blocs.assignment.ended": "Thôi theo dõi khối",
    "blocs.base_salary.set": "Ghi mức lương cơ sở",
    "blocs.bloc.created": "Thêm khối",
    "blocs.bloc.edited": "Sửa khối",
    "blocs.chair.started": "Ghi Khối trưởng",
    "blocs.cycle.edited": "Sửa năm thi đua",
    "blocs.cycle.moved": "Chuyển giai đoạn",
    "blocs.cycle.opened": "Mở năm thi đua",
    "blocs.deadline.set": "Ghi mốc của tỉnh",
    "blocs.handover.given": "Xác nhận đã bàn giao",
    "blocs.handover.prepared": "Lập nội dung bàn giao",
    "blocs.handover.received": "Xác nhận đã nhận bàn giao",
    "blocs.members.changed": "Thay đổi thành viên",
    "blocs.membership.unranked_set": "Ghi không xếp hạng",
    "blocs.milestone.set": "Ghi mốc của khối",
    "blocs.officer.assigned": "Phân công theo dõi khối",
    "blocs.province.created": "Thêm tỉnh",
    "blocs.province.edited": "Sửa tỉnh",
    "blocs.term.ended": "Kết thúc nhiệm kỳ",
    "blocs.unit.created": "Thêm đơn vị",
    "blocs.unit.dissolved": "Ghi giải thể đơn vị",
    "blocs.unit.edited": "Sửa đơn vị",
    "blocs.vice.started": "Ghi Khối phó",
}

OPEN = frozenset(ORDER) - {Phase.CLOSED}

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "change_members": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING}),
    "change_terms": OPEN,
    "set_milestone": OPEN,
    # The next year exists before this year's vote (DOMAIN §9).
    "open_next_cycle": frozenset(
        {
            Phase.VERIFYING,
            Phase.REVIEWING,
            Phase.SUBMITTED,
            Phase.APPRAISING,
            Phase.DECIDED,
            Phase.CLOSED,
        }
    ),
    "hand_over": OPEN,
}


@dataclass(frozen=True)
class Check:
    """A claim that should hold before a phase is entered, with what is missing and whose turn it is.

    A hard check is never passed; a soft one is passed with a recorded reason.
    """

    claim: str
    missing: tuple[str, ...] = ()
    turn: str = ""
    is_hard: bool = True
    url: str = ""
    due_on: date | None = None

    @property
    def holds(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Todo:
    """Something that one person has to do now."""

    text: str
    url: str
    where: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Step:
    """One step of a new province to its first year: why, where, whether it is done, and what is there or lacking."""

    title: str
    why: str
    url: str
    is_done: bool = False
    said: str = ""


@dataclass(frozen=True)
class Panel:
    """An app's sheet on the cycle page, drawn by its own template."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    is_wide: bool = True


@dataclass(frozen=True)
class MemberNote:
    """What an app says of one member on the provincial desk: a few words, and whether it is late."""

    text: str
    is_late: bool = False
    url: str = ""


@dataclass(frozen=True)
class ArchiveItem:
    """One file of a cycle's archive; rendered only when the archive is built."""

    path: str
    render: Callable[[], bytes]


@dataclass(frozen=True)
class Hit:
    """One finding of the search page."""

    title: str
    url: str
    kind: str
    where: str = ""


def roles_against(role: str, held: Collection[str]) -> list[Role]:
    """Which of the roles somebody holds forbid one more."""
    return [Role(other) for other in Role if other in held and frozenset({role, other}) in EXCLUSIVE]


def next_step(steps: Sequence[Step]) -> Step:
    """The first that is not done; the last one never is, while there are steps at all."""
    return next(step for step in steps if not step.is_done)


def is_backward(current: Phase, to: Phase) -> bool:
    """Tell whether a move goes back towards the beginning of the year."""
    return ORDER.index(to) < ORDER.index(current)


def next_phase(current: Phase) -> Phase | None:
    """The step that follows, or None at the end of the year."""
    return next((to for to in MOVES[current] if not is_backward(current, to)), None)


def previous_phases(current: Phase) -> tuple[Phase, ...]:
    """The steps to which a year may be sent back."""
    return tuple(to for to in MOVES[current] if is_backward(current, to))


def reached(current: Phase, phase: Phase) -> bool:
    """Tell whether `current` is at or past `phase`."""
    return ORDER.index(current) >= ORDER.index(phase)


def turn_of(current: Phase, checks: Sequence[Check]) -> str:
    """Whose turn it is: who has to bring what is missing, else who moves the year."""
    for check in checks:
        if check.missing and check.turn:
            return check.turn
    return "Cơ quan thường trực" if current in PROVINCE_MOVES_FROM else "Khối trưởng"


def late_dates(current: Phase, dues: Mapping[str, date], today: date) -> list[MilestoneKind]:
    """The dates that have passed without the phase they ask for; the day itself still counts."""
    return [
        MilestoneKind(kind)
        for kind, phase in REACHED_BY.items()
        if kind in dues and dues[kind] < today and not reached(current, phase)
    ]


def distance_in_words(due_on: date, today: date) -> str:
    """“còn 5 ngày”, “hôm nay”, “quá hạn 2 ngày”."""
    days = (due_on - today).days
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"quá hạn {-days} ngày"


def province_labels(name: str, office: str = "") -> dict[str, str]:
    """How a new province is called on its papers until it says otherwise; “thành phố” keeps its word."""
    bare = next(
        (
            name[len(word) :].strip()
            for word in ("Tỉnh", "Thành phố")
            if name.lower().startswith(word.lower())
        ),
        name,
    )
    kind = "thành phố" if name.lower().startswith("thành phố") else "tỉnh"
    return {
        "name": f"{kind.capitalize()} {bare}",
        "place": bare,
        "council_name": f"Hội đồng Thi đua - Khen thưởng {kind} {bare}",
        "committee_name": f"Ủy ban nhân dân {kind} {bare}",
        "standing_office_name": office or f"Phòng Thi đua, khen thưởng - Sở Nội vụ {kind} {bare}",
        "standing_office_label": "Phòng TĐKT",
    }


def year_line(current: Phase) -> list[dict[str, Any]]:
    """The stepper: groups of steps, each done, now or todo."""
    place = ORDER.index(current)

    def state(phase: Phase) -> Literal["done", "now", "todo"]:
        at = ORDER.index(phase)
        if at == place:
            return "now"
        return "done" if at < place else "todo"

    return [
        {
            "label": label,
            "steps": [{"label": Phase(p).label, "state": state(p)} for p in phases],
        }
        for label, phases in GROUPS
    ]


def phases_in_words(phases: frozenset[Phase]) -> str:
    """“Bình xét, Trình tỉnh”: the phases in the order of the year."""
    return ", ".join(f"“{Phase(phase).label}”" for phase in ORDER if phase in phases)


def outside_window(action: str, phase: str, table: Mapping[str, frozenset[Phase]]) -> list[str]:
    """Reasons why `action` is closed in `phase`, by an app's ACTION → phases table."""
    if phase in table[action]:
        return []
    if phase == Phase.CLOSED:
        return ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]
    return [
        f"Việc này làm ở giai đoạn {phases_in_words(table[action])}; "
        f"năm thi đua đang ở giai đoạn “{Phase(phase).label}”."
    ]


def diagram(moves: Mapping[Phase, Sequence[Phase]] = MOVES) -> str:
    """The phases as a Mermaid state diagram, drawn from the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {ORDER[0]}"]
    for source, targets in moves.items():
        for target in targets:
            note = " : có lý do" if is_backward(source, target) else ""
            lines.append(f"    {source} --> {target}{note}")
    lines.append(f"    {ORDER[-1]} --> [*]")
    return "\n".join(lines) + "\n"


# A first link goes to its person on paper, by post; nothing is in the account before it is used.
FIRST_LINK_DAYS = 14

# Words that already mean something in an address.
RESERVED_ADDRESSES = frozenset({"them"})
# First words of a unit that stand alone in its address: so-yte, ban-dantoc.
UNIT_HEADS = frozenset({"so", "ban", "bao", "dai", "hoi", "cuc", "thue", "xa", "phuong"})
# What a unit is, told by how its name begins; longer beginnings first.
KIND_BY_NAME: tuple[tuple[str, UnitKind], ...] = (
    ("Ban quản lý", UnitKind.MANAGEMENT_BOARD),
    ("Liên minh", UnitKind.ALLIANCE),
    ("Liên hiệp", UnitKind.ASSOCIATION),
    ("Trung tâm", UnitKind.CENTRE),
    ("Đặc khu", UnitKind.COMMUNE),
    ("Công ty", UnitKind.ENTERPRISE),
    ("Tổng công ty", UnitKind.ENTERPRISE),
    ("Phường", UnitKind.COMMUNE),
    ("Xã", UnitKind.COMMUNE),
    ("UBND xã", UnitKind.COMMUNE),
    ("UBND phường", UnitKind.COMMUNE),
    ("Sở", UnitKind.DEPARTMENT),
    ("Ban", UnitKind.BOARD),
    ("Báo", UnitKind.NEWSPAPER),
    ("Đài", UnitKind.BROADCASTER),
    ("Hội", UnitKind.ASSOCIATION),
)
BLOC_WORDS = ("khối thi đua", "cụm thi đua", "khối", "cụm")


def kind_of_name(name: str) -> UnitKind:
    """What a unit most likely is; a person may say otherwise."""
    words = f"{name.casefold()} "
    return next(
        (kind for head, kind in KIND_BY_NAME if words.startswith(f"{head.casefold()} ")), UnitKind.OTHER
    )


def proposed_username(full_name: str, place: str, taken: Collection[str]) -> str:
    """“Nguyễn Văn Hùng” of so-khcn signs in as hungnv.so-khcn, or hungnv2.so-khcn when that is taken."""
    return unused(f"{login_of(full_name) or 'nguoi'}.{place}", taken, joint="")


def bloc_address(name: str) -> str:
    """“Khối thi đua số 4” is khoi-4, “Khối thi đua các cơ quan tham mưu III” tham-muu-iii."""
    folded = name.casefold()
    word = next((word for word in BLOC_WORDS if folded.startswith(f"{word} ")), "")
    rest = folded[len(word) :].strip()
    for filler in ("số ", "các ", "cơ quan "):
        rest = rest.removeprefix(filler)
    is_number = rest[:1].isdecimal() or (len(rest) < 4 and " " not in rest)
    return long_address(f"{word.split()[0]} {rest}" if word and is_number else rest or name)


def office_alone(title: str, *names: str) -> str:
    """An office without the agency it is held in, whose full or short name may stand after it.

    “Giám đốc Sở Y tế” is “Giám đốc”; “Trưởng Ban Dân tộc” and “Trưởng ban Ban Dân tộc” are “Trưởng ban”.
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        if title.casefold().endswith(f" {name.casefold()}"):
            office, kind = title[: -len(name)].strip(), name.split()[0]
            # “Trưởng Ban Dân tộc” shares the word “ban” between the office and the agency.
            is_shared = office.casefold() in ("trưởng", "phó trưởng", "quyền trưởng")
            return f"{office} {kind.lower()}" if is_shared else office
    return title.strip()


def office_at(title: str, *names: str) -> str:
    """An office with the agency it is held in, named once; the first name is the one that is written.

    “Giám đốc” at “Sở Y tế” is “Giám đốc Sở Y tế”; “Trưởng ban” at “Ban Dân tộc” is “Trưởng Ban Dân tộc”.
    """
    office, agency = office_alone(title, *names).split(), names[0].split()
    shared = next(
        many
        for many in range(min(len(office), len(agency)), -1, -1)
        if many == 0 or [w.casefold() for w in office[-many:]] == [w.casefold() for w in agency[:many]]
    )
    return " ".join([*office[: len(office) - shared], *agency])
