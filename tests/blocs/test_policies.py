"""Truth tables: who moves a year from where to where, and who keeps what."""

from datetime import date, datetime

import pytest

from blocs import policies
from blocs.enums import Phase, Role
from blocs.models import Cycle, Handover, Term, Unit
from blocs.queries import Standing
from blocs.rules import MOVES, PROVINCE_MOVES_FROM, Check, is_backward
from config.kit.text import VIETNAM

AT = datetime(2019, 6, 1, 9, tzinfo=VIETNAM)
CHAIR, VICE, OTHER = 1, 2, 3
HARD = Check("Có khối trưởng", missing=("Chưa có Khối trưởng.",))
SOFT = Check("Có quy chế", missing=("Chưa ban hành quy chế.",), is_hard=False)
HELD = Check("Có thành viên")


def standing(**offices):
    return Standing(user=None, at=AT, chair_units=frozenset({CHAIR}), vice_units=frozenset({VICE}), **offices)


def of_province(*roles, **offices):
    return standing(province_roles=frozenset(roles), **offices)


PERSONS = {
    "chair officer": standing(officer_of=frozenset({CHAIR})),
    "chair head": standing(head_of=frozenset({CHAIR})),
    "chair clerk": standing(clerk_of=frozenset({CHAIR})),
    "vice officer": standing(officer_of=frozenset({VICE})),
    "member officer": standing(officer_of=frozenset({OTHER})),
    "province head": of_province(Role.PROVINCE_HEAD),
    "assigned officer": of_province(Role.PROVINCE_OFFICER, is_assigned_officer=True),
    "other officer": of_province(Role.PROVINCE_OFFICER),
    "council": of_province(Role.COUNCIL),
    "auditor": of_province(Role.AUDITOR),
    "admin": of_province(Role.ADMIN),
    "nobody": standing(),
}
OF_CHAIR = {"chair officer", "chair head"}
OF_PROVINCE = {"province head", "assigned officer"}


def expected_of_a_move(person, phase, to):
    if to not in MOVES[phase]:
        return [
            f"Năm thi đua đang ở giai đoạn “{phase.label}”, không chuyển thẳng sang “{to.label}” được. "
            "Hãy tải lại trang để xem bước tiếp theo."
        ]
    if person in OF_PROVINCE or (person in OF_CHAIR and phase not in PROVINCE_MOVES_FROM):
        return []
    if phase in PROVINCE_MOVES_FROM:
        return ["Hồ sơ đang ở tỉnh; cơ quan thường trực chuyển bước này."]
    return ["Chỉ đơn vị Khối trưởng của năm thi đua làm được việc này."]


@pytest.mark.parametrize("to", Phase)
@pytest.mark.parametrize("phase", Phase)
def test_move_phase_for_every_pair_and_every_person(phase, to):
    for person, who in PERSONS.items():
        reasons = policies.move_phase(who, Cycle(phase=phase), to, [HELD], "đã thống nhất")

        assert reasons == expected_of_a_move(person, phase, to), person


@pytest.mark.parametrize(("phase", "to"), [(phase, to) for phase in Phase for to in MOVES[phase]])
def test_a_step_back_needs_a_reason_and_no_gate(phase, to):
    head = PERSONS["province head"]
    silent = policies.move_phase(head, Cycle(phase=phase), to, [HARD, SOFT], "")

    if is_backward(phase, to):
        assert silent == ["Trả năm thi đua về bước trước cần ghi lý do."]
        assert policies.move_phase(head, Cycle(phase=phase), to, [HARD, SOFT], "làm lại") == []
    else:
        assert silent == ["Chưa có Khối trưởng."]


def test_a_hard_check_is_never_passed_and_a_soft_one_with_a_reason():
    head, cycle = PERSONS["chair head"], Cycle(phase=Phase.LAUNCHING)

    def move(checks, reason=""):
        return policies.move_phase(head, cycle, Phase.EXECUTING, checks, reason)

    assert move([HELD]) == []
    assert move([SOFT]) == ["Chưa ban hành quy chế.", "Nếu vẫn chuyển, hãy ghi lý do."]
    assert move([SOFT], "ban hành sau") == []
    assert move([SOFT, HARD], "ban hành sau") == ["Chưa có Khối trưởng."]


DIRECTORY = (
    policies.edit_province,
    policies.set_base_salary,
    policies.set_deadline,
    policies.create_unit,
    policies.create_bloc,
    policies.edit_bloc,
    policies.create_person,
)


@pytest.mark.parametrize("policy", DIRECTORY)
@pytest.mark.parametrize("person", PERSONS)
def test_the_directory_is_kept_by_administrator_and_head_of_the_standing_office(policy, person):
    expected = [] if person in ("admin", "province head") else [policies.ONLY_ADMIN]

    assert policy(PERSONS[person]) == expected


@pytest.mark.parametrize("person", PERSONS)
def test_units_are_edited_and_dissolved_by_the_same_people_and_dissolved_once(person):
    expected = [] if person in ("admin", "province head") else [policies.ONLY_ADMIN]

    assert policies.edit_unit(PERSONS[person], Unit()) == expected
    assert policies.dissolve_unit(PERSONS[person], Unit()) == expected
    assert policies.dissolve_unit(PERSONS[person], Unit(dissolved_on=date(2019, 1, 1))) == [
        "Đơn vị này đã được ghi giải thể."
    ]


@pytest.mark.parametrize("person", PERSONS)
def test_only_an_administrator_makes_administrators_provinces_and_links(person):
    who = PERSONS[person]
    is_admin, is_head = person == "admin", person == "province head"

    assert policies.create_province(who) == ([] if is_admin else [policies.ONLY_SITE_ADMIN])
    reasons = [] if is_admin else [policies.GIVEN_BY_ADMIN if is_head else policies.ONLY_ADMIN]
    for role in set(Role) - {Role.PROVINCE_OFFICER}:
        assert policies.appoint(who, role) == policies.end_appointment(who, role) == reasons
        assert policies.enter_person(who, role) == reasons
    own_staff = [] if is_admin or is_head else [policies.ONLY_ADMIN]
    assert policies.appoint(who, Role.PROVINCE_OFFICER) == policies.appoint_anything(who) == own_staff
    assert policies.change_mailbox(who) == ([] if is_admin else [policies.MAILBOX])
    assert policies.change_mailbox(who, is_self=True) == []
    assert policies.issue_reset_link(who) == ([] if is_admin else [policies.ONLY_ADMIN])
    assert policies.issue_reset_link(who, is_elsewhere=True) == ([] if is_admin else [policies.ELSEWHERE])


@pytest.mark.parametrize(
    ("person", "is_elsewhere", "roles", "reasons"),
    [
        ("admin", True, {Role.ADMIN}, []),
        ("province head", False, {Role.PROVINCE_OFFICER}, []),
        ("province head", False, set(), []),
        ("province head", True, {Role.PROVINCE_OFFICER}, [policies.ELSEWHERE]),
        ("province head", False, {Role.ADMIN}, [policies.GIVEN_BY_ADMIN]),
        ("province head", False, {Role.PROVINCE_OFFICER, Role.UNIT_HEAD}, [policies.GIVEN_BY_ADMIN]),
        ("auditor", False, {Role.PROVINCE_OFFICER}, [policies.ONLY_ADMIN]),
    ],
)
def test_nobody_touches_an_account_that_reaches_further_than_his_own(person, is_elsewhere, roles, reasons):
    assert policies.edit_person(PERSONS[person], is_elsewhere=is_elsewhere, roles=roles) == reasons
    if person != "admin" and is_elsewhere:
        assert policies.change_mailbox(PERSONS[person], is_elsewhere=True) == [policies.ELSEWHERE]


@pytest.mark.parametrize("person", PERSONS)
def test_officers_are_assigned_and_years_opened_by_the_head_of_the_standing_office(person):
    who = PERSONS[person]
    may = person in ("admin", "province head")

    for policy in (policies.assign_officer, policies.end_assignment):
        assert policy(who) == ([] if may else ["Chỉ lãnh đạo cơ quan thường trực phân công chuyên viên."])
    assert policies.open_cycles(who) == (
        [] if may else ["Năm thi đua của các khối do lãnh đạo cơ quan thường trực mở."]
    )


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("person", PERSONS)
def test_the_outgoing_chair_opens_the_next_year_from_verifying_on(person, phase):
    reasons = policies.open_cycle(PERSONS[person], None, 2020, Cycle(phase=phase))

    if person in ("admin", "province head"):
        assert reasons == []
    elif person not in OF_CHAIR:
        assert reasons == [
            "Năm thi đua mới do lãnh đạo cơ quan thường trực hoặc Khối trưởng của năm trước mở."
        ]
    else:
        assert bool(reasons) == (
            phase in (Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING)
        )


def test_the_first_year_of_a_bloc_is_opened_by_the_province():
    assert policies.open_cycle(PERSONS["province head"], None, 2019, None) == []
    assert policies.open_cycle(PERSONS["chair head"], None, 2019, None) != []


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("person", PERSONS)
def test_the_bloc_keeps_its_year_and_the_province_its_members(person, phase):
    who, cycle = PERSONS[person], Cycle(phase=phase)
    is_open = phase != Phase.CLOSED
    locked = ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]
    keeps = locked if not is_open else []

    for policy in (policies.edit_cycle, policies.set_milestone, policies.set_unranked):
        assert policy(who, cycle) == (keeps if person in OF_CHAIR | OF_PROVINCE else [policies.ONLY_CHAIR])
    members = policies.change_members(who, cycle)
    if person in OF_PROVINCE | {"admin"}:
        assert bool(members) == (phase not in (Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING))
    else:
        assert members == ["Thành viên của khối do tỉnh quyết định. Hãy đề nghị cơ quan thường trực."]


@pytest.mark.parametrize("person", PERSONS)
def test_terms_are_recorded_by_the_province_or_the_chair_and_by_the_outgoing_chair(person):
    who, cycle = PERSONS[person], Cycle(phase=Phase.PREPARING)
    refusal = ["Khối trưởng, Khối phó được ghi theo kết quả bầu hoặc quyết định của tỉnh."]
    may = person in OF_CHAIR | OF_PROVINCE | {"admin"}

    assert policies.start_term(who, cycle) == ([] if may else refusal)
    assert policies.start_term(who, cycle, is_outgoing_chair=True) == []
    assert policies.end_term(who, cycle, Term()) == ([] if may else refusal)
    assert policies.end_term(who, cycle, Term(to_on=date(2019, 2, 1))) == ["Nhiệm kỳ này đã kết thúc."]


def test_a_handover_is_written_by_the_giver_and_confirmed_by_both_heads_in_order():
    giving, taking = Term(unit_id=CHAIR), Term(unit_id=OTHER)
    open_handover = Handover(from_term=giving, to_term=taking)
    given = Handover(from_term=giving, to_term=taking, given_at=AT)
    received = Handover(from_term=giving, to_term=taking, given_at=AT, received_at=AT)
    taker = standing(head_of=frozenset({OTHER}))
    cycle = Cycle(phase=Phase.REVIEWING)

    assert policies.prepare_handover(PERSONS["chair officer"], cycle, open_handover) == []
    assert policies.prepare_handover(PERSONS["chair officer"], cycle, given) == [
        "Bên giao đã xác nhận nên nội dung bàn giao không sửa được nữa."
    ]
    assert policies.prepare_handover(PERSONS["vice officer"], cycle) == [
        "Đơn vị Khối trưởng bàn giao lập biên bản bàn giao."
    ]
    assert policies.give_handover(PERSONS["chair head"], open_handover) == []
    assert policies.give_handover(PERSONS["chair officer"], open_handover) == [
        "Thủ trưởng đơn vị bàn giao xác nhận."
    ]
    assert policies.give_handover(PERSONS["chair head"], given) == ["Bên giao đã xác nhận bàn giao."]
    assert policies.receive_handover(taker, open_handover) == [
        "Bên giao chưa xác nhận. Hãy chờ đơn vị bàn giao xác nhận trước."
    ]
    assert policies.receive_handover(taker, given) == []
    assert policies.receive_handover(PERSONS["chair head"], given) == [
        "Thủ trưởng đơn vị nhận bàn giao xác nhận."
    ]
    assert policies.receive_handover(taker, received) == ["Bên nhận đã xác nhận bàn giao."]


def test_what_a_standing_says_of_a_person():
    clerk, vice = PERSONS["chair clerk"], PERSONS["vice officer"]

    assert clerk.is_secretariat
    assert clerk.is_clerk
    assert not clerk.is_chair
    assert vice.is_vice
    assert not vice.is_vice_head
    assert not vice.is_chair_head
    assert PERSONS["chair head"].is_chair_head
    assert PERSONS["council"].is_council
    assert PERSONS["council"].reads_all
    assert PERSONS["other officer"].is_province_officer
    assert not PERSONS["other officer"].is_assigned_officer
    assert PERSONS["auditor"].is_auditor
    assert PERSONS["auditor"].reads_all
    assert PERSONS["admin"].is_admin
    assert not PERSONS["admin"].reads_all
    member = standing(officer_of=frozenset({OTHER, 9}), members=frozenset({OTHER}))
    assert member.member_of == {OTHER}
    assert member.belongs_to == {OTHER, 9}
    assert standing(head_of=frozenset({VICE})).is_vice_head
    assert member.on == date(2019, 6, 1)
