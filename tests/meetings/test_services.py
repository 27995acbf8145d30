from datetime import date

import pytest

from awards import services as award_services
from awards.enums import CountOrigin, DecisionForm, PollKind, PollStatus
from awards.models import Poll
from awards.rules import Count as CountFigures
from awards.rules import OptionCount
from blocs.enums import Phase
from blocs.models import Cycle, Membership
from blocs.queries import standing_in
from config.kit.refusals import Refused
from documents import services as document_services
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Signing
from meetings import policies, queries, services
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState, MeetingKind, MeetingStatus
from meetings.models import AgendaItem, MinutesVersion
from meetings.services import AttendanceRow, Chair
from tests.factories.documents import at
from tests.factories.meetings import MORNING, NOON, committee

pytestmark = pytest.mark.django_db
BEFORE = at(2020, 1, 20)


def reasons_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


def plain(kg, **fields):
    """Someone of a member unit that holds no office."""
    return {"by": kg.officers["so-yte"], "at": MORNING, **fields}


# Planning


def test_a_meeting_begins_with_name_chair_and_agenda(kg):
    meeting = kg.plan()

    assert meeting.title == "Hội nghị tổng kết công tác thi đua, khen thưởng năm 2019"
    assert [(c.name, c.title, c.unit) for c in meeting.chairs.all()] == [
        ("Đặng Hồng Sơn", "Giám đốc", kg.units["so-ldtbxh"])
    ]
    assert meeting.secretary_name == "Chuyên viên Sở LĐTBXH"
    assert [item.position for item in meeting.items.all()] == list(range(1, 11))
    assert {item.award_type for item in meeting.items.all() if item.poll_kind == "award"} == {
        kg.flag,
        kg.merit,
    }


def test_only_the_chair_or_vice_unit_plans(kg):
    assert kg.plan(title="Họp", secretary=None, secretary_name="Bà Lan", chairs=[]).secretary_name == "Bà Lan"
    assert services.plan_meeting(
        cycle=kg.cycle, kind="other", place="-", starts_at=MORNING, by=kg.officers["ban-dantoc"], at=MORNING
    )

    assert reasons_of(
        lambda: services.plan_meeting(cycle=kg.cycle, kind="other", place="-", starts_at=MORNING, **plain(kg))
    ) == ["Chỉ đơn vị Khối trưởng hoặc Khối phó của năm thi đua lập hội nghị."]


def test_two_may_preside_together(kg):
    chairs = [Chair("Nguyễn Thanh Hồng", "Giám đốc", kg.units["so-vhtt"]), Chair("Phạm Hồng Quảng")]
    meeting = kg.plan(chairs=chairs)

    assert [c.name for c in meeting.chairs.all()] == ["Nguyễn Thanh Hồng", "Phạm Hồng Quảng"]


def test_a_year_without_chair_proposes_nobody(kg):
    kg.cycle.terms.all().delete()

    assert queries.starting_chairs(kg.cycle, MORNING) == []


def test_an_odd_day_needs_a_reason(kg):
    late = at(2020, 12, 5, 8)

    assert reasons_of(lambda: kg.plan(starts_at=late)) == [
        "Ngày họp 05/12/2020 sau năm thi đua 2019 hơn 8 tháng.",
        "Có thể ngày và tháng bị đảo: 12/05/2020?",
        "Hãy kiểm tra ngày và tháng; nếu đúng, hãy ghi lý do.",
    ]
    assert kg.plan(starts_at=late, odd_date_reason="Hoãn do dịch").odd_date_reason == "Hoãn do dịch"


def test_nothing_is_planned_in_a_closed_year(kg):
    Cycle.objects.filter(pk=kg.cycle.pk).update(phase=Phase.SUBMITTED)
    Cycle.objects.filter(pk=kg.cycle.pk).update(phase=Phase.APPRAISING)
    Cycle.objects.filter(pk=kg.cycle.pk).update(phase=Phase.DECIDED)
    Cycle.objects.filter(pk=kg.cycle.pk).update(phase=Phase.CLOSED)

    assert "đã kết thúc" in reasons_of(kg.plan)[0]


def test_a_meeting_is_edited_until_it_is_over(kg):
    meeting = kg.plan()

    edited = services.edit_meeting(
        meeting=meeting,
        changes={"place": "Sở Du lịch", "status": "ended"},
        chairs=[Chair("Ông Ba")],
        by=kg.chair,
        at=BEFORE,
    )
    assert (edited.place, edited.status) == ("Sở Du lịch", MeetingStatus.PLANNED)
    assert [c.name for c in edited.chairs.all()] == ["Ông Ba"]
    assert services.edit_meeting(meeting=meeting, changes={}, by=kg.chair, at=BEFORE).place == "Sở Du lịch"
    assert reasons_of(
        lambda: services.edit_meeting(meeting=meeting, changes={"place": "x"}, **plain(kg))
    ) == [policies.ONLY_KEEPERS]

    ended = kg.held()
    assert reasons_of(
        lambda: services.edit_meeting(meeting=ended, changes={"place": "x"}, by=kg.chair, at=NOON)
    ) == [policies.ALREADY_OVER]


def test_the_secretary_of_another_unit_keeps_the_meeting(kg):
    meeting = kg.plan(secretary=kg.officers["so-yte"])

    assert services.edit_meeting(meeting=meeting, changes={"place": "x"}, **plain(kg)).place == "x"


def test_papers_of_the_year_lie_on_the_agenda(executing):
    drafted = document_services.draft_document(
        cycle=executing.cycle,
        kind=DocumentKind.MIDYEAR_REPORT,
        title="Báo cáo",
        subject="Sơ kết",
        by=executing.chair,
        at=at(2019, 7, 1),
    )
    meeting = executing.plan(MeetingKind.MIDYEAR, at(2019, 7, 10, 8))

    assert [item.document for item in meeting.items.all() if item.document] == [drafted]


# Agenda


def test_items_are_added_moved_and_removed(kg):
    meeting = kg.plan(with_agenda=False)
    by = {"by": kg.chair, "at": BEFORE}
    first = services.add_item(meeting=meeting, kind="other", title="Một", **by)
    services.add_item(meeting=meeting, kind="other", title="Hai", **by)
    third = services.add_item(meeting=meeting, kind="other", title="Ba", **by)

    services.move_item(item=third, to=1, **by)
    services.move_item(item=first, to=99, **by)
    titles = [item.title for item in queries.meeting_by_key(meeting.pk).items.all()]
    assert titles == ["Ba", "Hai", "Một"]

    services.remove_item(item=third, **by)
    items = queries.meeting_by_key(meeting.pk).items.all()
    assert [(item.position, item.title) for item in items] == [(1, "Hai"), (2, "Một")]
    for act in (
        lambda: services.add_item(meeting=meeting, kind="other", title="x", **plain(kg)),
        lambda: services.move_item(item=first, to=1, **plain(kg)),
        lambda: services.remove_item(item=first, **plain(kg)),
    ):
        assert reasons_of(act) == [policies.ONLY_KEEPERS]


def test_an_item_says_what_is_decided(kg):
    meeting = kg.plan(with_agenda=False)
    by = {"by": kg.chair, "at": BEFORE}

    assert reasons_of(
        lambda: services.add_item(
            meeting=meeting, kind="adopt_paper", title="x", form="hands", is_presented_only=True, **by
        )
    ) == ["Nội dung chỉ trình bày thì không biểu quyết. Hãy bỏ hình thức quyết định."]
    assert reasons_of(
        lambda: services.add_item(meeting=meeting, kind="poll", title="x", poll_kind="award", **by)
    ) == ["Hãy chọn hình thức khen thưởng được bình xét."]

    item = services.add_item(
        meeting=meeting, kind="poll", title="x", poll_kind="award", award_type=kg.flag, **by
    )
    edited = services.edit_item(item=item, changes={"poll_kind": "chair", "unknown": 1}, **by)
    assert (edited.poll_kind, edited.award_type) == ("chair", None)


def test_a_decided_item_is_left_alone(kg):
    meeting = kg.begin(kg.plan())
    kg.agree(meeting, PollKind.AWARD, "so-khcn", kg.flag)
    item = AgendaItem.objects.exclude(poll=None).get()

    assert reasons_of(
        lambda: services.edit_item(item=item, changes={"title": "x"}, by=kg.chair, at=MORNING)
    ) == ["Nội dung này đã đưa ra quyết định nên không sửa được."]


# Invitation and cancelling


def test_the_invitation_is_issued_with_the_number_of_the_clerk(kg):
    meeting = kg.plan()
    invited = services.invite(
        meeting=meeting, number="7", issued_on=date(2020, 1, 20), by=kg.chair, at=BEFORE, signatory_name="Sơn"
    )

    assert invited.status == MeetingStatus.INVITED
    assert invited.invitation.number_line == "07/GM-KTĐ4"
    assert reasons_of(
        lambda: services.invite(meeting=meeting, issued_on=date(2020, 1, 20), by=kg.chair, at=BEFORE)
    ) == ["Đã mời họp."]


def test_a_letter_issued_on_its_own_page_is_kept(kg):
    meeting = services.draft_invitation(meeting=kg.plan(), by=kg.chair, at=BEFORE)
    again = services.draft_invitation(meeting=meeting, by=kg.chair, at=BEFORE)
    assert again.invitation == meeting.invitation
    document_services.issue_document(
        document=meeting.invitation, number="9", issued_on=date(2020, 1, 20), by=kg.chair, at=BEFORE
    )

    invited = services.invite(meeting=meeting, issued_on=date(2020, 1, 20), by=kg.chair, at=BEFORE)
    assert invited.invitation.number == "09"


def test_an_invitation_needs_an_agenda_and_comes_before_the_meeting(kg):
    empty = kg.plan(with_agenda=False)
    running = kg.begin(kg.plan())
    by = {"issued_on": date(2020, 1, 20), "by": kg.chair, "at": BEFORE}

    assert reasons_of(lambda: services.invite(meeting=empty, **by)) == [
        "Chương trình còn trống. Hãy thêm nội dung trước khi mời."
    ]
    assert reasons_of(lambda: services.invite(meeting=running, **by)) == ["Chỉ gửi giấy mời trước khi họp."]
    assert reasons_of(
        lambda: services.invite(meeting=kg.plan(), issued_on=date(2020, 1, 20), **plain(kg))
    ) == [policies.ONLY_KEEPERS]


def test_a_meeting_is_called_off_with_a_reason(kg):
    meeting = kg.plan()
    by = {"by": kg.chair, "at": BEFORE}

    assert reasons_of(lambda: services.cancel_meeting(meeting=meeting, reason=" ", **by)) == [
        "Hãy ghi lý do không tổ chức."
    ]
    assert reasons_of(lambda: services.cancel_meeting(meeting=meeting, reason="x", **plain(kg))) == [
        policies.ONLY_KEEPERS
    ]
    assert reasons_of(lambda: services.cancel_meeting(meeting=meeting, reason="x" * 301, **by)) == [
        "Hãy ghi lý do không tổ chức ngắn hơn, không quá 300 ký tự."
    ]
    assert services.cancel_meeting(meeting=meeting, reason="Gộp", **by).status == MeetingStatus.CANCELLED
    assert reasons_of(lambda: services.cancel_meeting(meeting=meeting, reason="x", **by)) == [
        "Chỉ thôi tổ chức được hội nghị chưa họp."
    ]


# The day


def test_a_meeting_is_opened_on_its_day_in_its_phase(kg):
    meeting = kg.plan()

    assert reasons_of(lambda: services.open_meeting(meeting=meeting, by=kg.chair, at=BEFORE)) == [
        "Hội nghị ghi ngày 05/02/2020. Hãy sửa ngày họp nếu họp sớm hơn."
    ]
    assert reasons_of(lambda: services.open_meeting(meeting=meeting, **plain(kg))) == [policies.ONLY_KEEPERS]
    assert services.open_meeting(meeting=meeting, by=kg.chair, at=MORNING).status == MeetingStatus.OPEN
    assert reasons_of(lambda: services.open_meeting(meeting=meeting, by=kg.chair, at=MORNING)) == [
        "Hội nghị đang họp."
    ]
    ended = kg.held()
    assert reasons_of(lambda: services.open_meeting(meeting=ended, by=kg.chair, at=NOON)) == [
        policies.ALREADY_OVER
    ]


def test_a_conference_is_not_held_while_the_year_is_executed(executing):
    meeting = executing.plan(starts_at=at(2019, 12, 20, 8))

    assert reasons_of(
        lambda: services.open_meeting(meeting=meeting, by=executing.chair, at=at(2019, 12, 20, 8))
    )[0].startswith("Việc này làm ở giai đoạn “Bình xét”")


def test_the_list_is_called_over_at_once(kg):
    meeting = kg.begin(
        kg.plan(),
        so_yte=kg.absent(),
        so_vhtt={"representative": kg.officers["so-vhtt"].full_name, "title": "", "mandate": "GUQ 5"},
        so_dulich={"representative": kg.officers["so-dulich"].full_name},
        ban_dantoc={"representative": "Ông Năm", "is_leader": True, "capacity": "KT. TRƯỞNG BAN"},
    )
    by_unit = {a.unit.slug: a for a in meeting.attendances.all()}

    assert queries.carries_vote(by_unit["so-vhtt"])
    assert by_unit["so-vhtt"].user == kg.officers["so-vhtt"]
    assert not queries.carries_vote(by_unit["so-dulich"])  # a substitute without a mandate
    assert by_unit["ban-dantoc"].user is None
    assert by_unit["so-yte"].absent_reason == "Bận công tác"
    roll = {entry.unit.slug: entry for entry in services.roll_of(meeting, NOON)}
    assert roll["so-vhtt"].user == kg.officers["so-vhtt"]
    assert roll["so-khcn"].user is None
    assert [slug for slug, entry in roll.items() if not entry.is_present] == ["so-dulich", "so-yte"]
    assert queries.quorum_of(meeting, 7) == (6, 5)


def test_the_list_names_every_fault(kg):
    meeting = kg.plan()
    stranger = AttendanceRow(name="Sở NN&PTNT", representative="Hoàng Mạnh Thường")
    rows = [*kg.rows(so_yte={"state": AttendanceState.ABSENT, "absent_reason": ""})[1:], stranger]
    rows.append(rows[0])

    assert reasons_of(
        lambda: services.record_attendance(meeting=meeting, rows=rows, by=kg.chair, at=MORNING)
    ) == [
        "Sở Y tế: hãy ghi lý do vắng mặt.",
        "Sở NN&PTNT không phải là đơn vị thành viên. Hãy ghi là khách mời.",
        "Ban Dân tộc có hai dòng. Hãy bỏ bớt một dòng.",
        "Sở Lao động - Thương binh và Xã hội: chưa ghi có mặt hay vắng.",
    ]
    assert not meeting.attendances.all()
    assert reasons_of(lambda: services.record_attendance(meeting=meeting, rows=kg.rows(), **plain(kg))) == [
        policies.ONLY_KEEPERS
    ]


def test_guests_are_listed_and_do_not_count(kg):
    meeting = kg.plan()
    guest = AttendanceRow(
        name="Ban TĐKT tỉnh",
        representative="Trương Hoàng Anh",
        title="Phó Trưởng ban",
        role=AttendanceRole.GUEST,
    )
    meeting = services.record_attendance(meeting=meeting, rows=[*kg.rows(), guest], by=kg.chair, at=MORNING)

    assert queries.quorum_of(meeting, 7) == (7, 5)
    assert len(services.roll_of(meeting, NOON)) == 7


def test_an_item_is_recorded_while_the_meeting_runs(kg):
    meeting = kg.plan()
    item = meeting.items.first()

    assert reasons_of(
        lambda: services.record_item(item=item, course="x", outcome="", by=kg.chair, at=MORNING)
    ) == ["Hội nghị chưa bắt đầu. Hãy bấm “Bắt đầu họp”."]
    kg.begin(meeting)
    recorded = services.record_item(
        item=item, course=" Giới thiệu ", outcome="Nhất trí", by=kg.chair, at=MORNING
    )
    assert (recorded.course, recorded.outcome) == ("Giới thiệu", "Nhất trí")
    assert reasons_of(lambda: services.record_item(item=item, course="", outcome="", **plain(kg))) == [
        policies.ONLY_KEEPERS
    ]
    ended = kg.held()
    lone = AgendaItem(meeting=ended, kind=AgendaKind.OTHER, title="x")
    who = standing_in(kg.cycle, kg.chair, NOON)
    assert policies.record_item(who, lone) == [policies.ALREADY_OVER]


# Decisions


def test_kien_giang_agrees_without_a_ballot(kg):
    following = kg.open_next()
    meeting = kg.begin(kg.plan())
    flag = kg.agree(meeting, PollKind.AWARD, "so-khcn", kg.flag)
    award_services.confirm_poll(poll=flag, by=kg.chair, at=MORNING)
    merit = kg.agree(meeting, PollKind.AWARD, "so-gddt", kg.merit)
    award_services.confirm_poll(poll=merit, by=kg.chair, at=MORNING)
    vice = kg.agree(meeting, PollKind.VICE, "so-khcn")
    award_services.confirm_poll(poll=vice, by=kg.chair, at=MORNING)
    chair = kg.agree(meeting, PollKind.CHAIR, "so-dulich")
    award_services.confirm_poll(poll=chair, by=kg.chair, at=MORNING)

    assert flag.result["sentence"] == (
        "Hội nghị thống nhất suy tôn Sở Khoa học và Công nghệ là đơn vị dẫn đầu, "
        "đề nghị tặng Cờ thi đua của UBND tỉnh năm 2019."
    )
    assert merit.result["sentence"] == (
        "Hội nghị thống nhất bình xét, đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh năm 2019 "
        "cho Sở Giáo dục và Đào tạo."
    )
    assert chair.result["sentence"] == "Hội nghị thống nhất bầu Sở Du lịch làm Khối trưởng năm 2020."
    assert {(t.office, t.unit.slug) for t in following.terms.all()} == {
        ("chair", "so-dulich"),
        ("vice", "so-khcn"),
    }
    assert not any(poll.counts.exists() for poll in (flag, merit, chair, vice))
    assert {n.votes for n in kg.cycle.nominations.all()} == {None}


def test_who_is_proposed_already_is_not_offered_again(kg):
    meeting = kg.begin(kg.plan())
    poll = kg.agree(meeting, PollKind.AWARD, "so-khcn", kg.flag)
    award_services.confirm_poll(poll=poll, by=kg.chair, at=MORNING)
    Membership.objects.filter(cycle=kg.cycle, unit=kg.units["so-yte"]).update(unranked_reason="Bị kỷ luật")

    offered = queries.candidates_in(kg.cycle)
    assert [unit.slug for unit in offered[PollKind.AWARD]] == [
        "so-gddt", "so-ldtbxh", "so-dulich", "so-vhtt", "ban-dantoc",
    ]  # fmt: skip
    assert len(offered[PollKind.CHAIR]) == 7


def test_a_consensus_needs_the_right_item_and_somebody_chosen(kg):
    meeting = kg.plan()
    item = kg.item(meeting, PollKind.AWARD, kg.flag)
    by = {"by": kg.chair, "at": MORNING}

    def agree(item=item, chosen=(kg.units["so-khcn"],), **who):
        return services.record_consensus_from_item(item=item, chosen=chosen, **{**by, **who})

    assert reasons_of(agree) == ["Hội nghị chưa bắt đầu. Hãy bấm “Bắt đầu họp”."]
    services.open_meeting(meeting=meeting, **by)
    assert reasons_of(agree) == ["Chưa điểm danh đại biểu. Hãy điểm danh trước khi quyết định."]
    services.record_attendance(meeting=meeting, rows=kg.rows(), **by)
    assert reasons_of(lambda: agree(chosen=())) == ["Hãy chọn đơn vị mà hội nghị đã thống nhất."]
    assert reasons_of(lambda: agree(**plain(kg))) == [policies.ONLY_KEEPERS]
    plain_item = next(one for one in meeting.items.all() if one.kind == AgendaKind.RANKING)
    assert reasons_of(lambda: agree(item=plain_item))[0].startswith(
        "Nội dung này không có việc cần quyết định"
    )
    assert agree(statement="Nhất trí 100%.").result["sentence"] == "Nhất trí 100%."
    assert reasons_of(agree) == ["Nội dung này đã được đưa ra quyết định."]


def test_the_secretary_alone_does_not_open_a_poll(kg):
    meeting = kg.plan(secretary=kg.officers["so-yte"])
    meeting = kg.begin(meeting)

    assert reasons_of(
        lambda: services.record_consensus_from_item(
            item=kg.item(meeting, PollKind.AWARD, kg.flag), chosen=[kg.units["so-khcn"]], **plain(kg)
        )
    ) == ["Chỉ đơn vị Khối trưởng của năm thi đua làm được việc này."]


def ballot_item(kg, meeting, form, **fields):
    item = kg.item(meeting, PollKind.AWARD, kg.flag)
    return services.edit_item(item=item, changes={"form": form, **fields}, by=kg.chair, at=MORNING)


def test_a_poll_takes_the_attendance_as_its_roll(kg):
    meeting = kg.begin(
        kg.plan(),
        so_yte=kg.absent(),
        so_vhtt={"representative": kg.officers["so-vhtt"].full_name, "mandate": "GUQ 5"},
    )
    item = ballot_item(kg, meeting, DecisionForm.ELECTRONIC)
    poll = services.open_poll_from_item(
        item=item,
        candidates=[kg.units["so-khcn"], kg.units["so-gddt"]],
        counting_committee=committee(kg),
        by=kg.chair,
        at=MORNING,
    )

    assert AgendaItem.objects.get(poll=poll).pk == item.pk
    assert Poll.objects.get(pk=poll.pk).status == PollStatus.OPEN
    assert [option.text for option in poll.options.all()] == [
        "Sở Khoa học và Công nghệ",
        "Sở Giáo dục và Đào tạo",
    ]
    roll = {entry.unit.slug: entry for entry in poll.roll.all()}
    assert len(roll) == 7
    assert not roll["so-yte"].is_present
    assert (roll["so-vhtt"].mandate, roll["so-vhtt"].user) == ("GUQ 5", kg.officers["so-vhtt"])
    assert poll.rule["is_secret"]


def test_a_poll_offers_the_ranked_units_unless_told_otherwise(kg):
    meeting = kg.begin(kg.plan())
    item = ballot_item(kg, meeting, DecisionForm.HANDS)
    poll = services.open_poll_from_item(item=item, by=kg.chair, at=MORNING)

    assert poll.options.count() == 7
    assert not poll.rule["is_secret"]
    assert reasons_of(lambda: services.open_poll_from_item(item=item, by=kg.chair, at=MORNING)) == [
        "Nội dung này đã được đưa ra quyết định."
    ]


def test_a_form_is_decided_in_its_own_way(kg):
    meeting = kg.begin(kg.plan())
    agreed = kg.item(meeting, PollKind.AWARD, kg.flag)
    voted = services.edit_item(
        item=kg.item(meeting, PollKind.AWARD, kg.merit), changes={"form": "paper"}, by=kg.chair, at=MORNING
    )

    assert reasons_of(lambda: services.open_poll_from_item(item=agreed, by=kg.chair, at=MORNING))[
        0
    ].startswith("Nội dung này quyết định bằng thống nhất")
    assert reasons_of(
        lambda: services.record_consensus_from_item(
            item=voted, chosen=[kg.units["so-gddt"]], by=kg.chair, at=MORNING
        )
    )[0].startswith("Nội dung này quyết định bằng hình thức khác")


def test_a_paper_is_adopted_by_consensus(kg):
    meeting = kg.plan(with_agenda=False)
    item = services.add_item(
        meeting=meeting,
        kind="adopt_paper",
        title="Thông qua Phương hướng năm 2020",
        form="consensus",
        poll_kind="adoption",
        by=kg.chair,
        at=BEFORE,
    )
    kg.begin(meeting)
    poll = services.record_consensus_from_item(item=item, chosen=(), by=kg.chair, at=MORNING)

    assert poll.result["sentence"] == "Hội nghị thống nhất thông qua: phương hướng năm 2020."


# Ending


def test_a_meeting_ends_when_everything_is_settled(kg):
    meeting = kg.plan(secretary=None)
    services.open_meeting(meeting=meeting, by=kg.chair, at=MORNING)

    reasons = reasons_of(lambda: kg.end(meeting))
    assert reasons[:2] == [
        "Chưa điểm danh đại biểu. Hãy điểm danh trước khi kết thúc.",
        "Chưa ghi đủ chủ tọa và thư ký. Hãy ghi ở phần sửa hội nghị, hai người này ký biên bản.",
    ]
    assert len(reasons) == 2 + 5  # ranking, two awards, two elections

    services.edit_meeting(meeting=meeting, changes={"secretary_name": "Bà Lan"}, by=kg.chair, at=MORNING)
    services.record_attendance(meeting=meeting, rows=kg.rows(), by=kg.chair, at=MORNING)
    item = ballot_item(kg, meeting, DecisionForm.HANDS)
    poll = services.open_poll_from_item(item=item, by=kg.chair, at=MORNING)
    kg.settle_plain_items(meeting)
    assert f"“{poll.question}” chưa có kết quả. Hãy kiểm phiếu hoặc hủy trước khi kết thúc." in reasons_of(
        lambda: kg.end(meeting)
    )


def test_ending_checks_the_date_and_the_hour(kg):
    meeting = kg.plan(MeetingKind.OTHER, with_agenda=False)
    kg.begin(meeting)

    assert reasons_of(lambda: kg.end(meeting, ended_at=MORNING)) == ["Giờ kết thúc phải sau giờ bắt đầu."]
    assert reasons_of(lambda: services.end_meeting(meeting=meeting, ended_at=NOON, **plain(kg))) == [
        policies.ONLY_KEEPERS
    ]
    services.edit_meeting(meeting=meeting, changes={"starts_at": at(2020, 5, 2, 8)}, by=kg.chair, at=MORNING)
    reasons = reasons_of(lambda: kg.end(meeting, ended_at=at(2020, 5, 2, 11), when=at(2020, 2, 13)))
    assert reasons[:2] == ["Ngày họp 02/05/2020 ở tương lai.", "Có thể ngày và tháng bị đảo: 05/02/2020?"]
    ended = kg.end(
        meeting, ended_at=at(2020, 5, 2, 11), when=at(2020, 2, 13), odd_date_reason="Theo bài viết"
    )
    assert (ended.status, ended.odd_date_reason) == (MeetingStatus.ENDED, "Theo bài viết")


# Minutes


def test_minutes_are_written_from_the_rows_and_made_anew(kg):
    meeting = kg.held()
    by = {"by": kg.chair, "at": NOON}
    minutes = services.draft_minutes(meeting=meeting, **by)
    services.edit_minutes(minutes=minutes, additions={"course": " Trao đổi. ", "closing": "", "x": "y"}, **by)
    again = services.draft_minutes(meeting=meeting, **by)

    assert again.pk == minutes.pk
    assert again.additions == {"course": "Trao đổi."}
    assert minutes.document.kind == DocumentKind.MINUTES_MEETING
    assert reasons_of(lambda: services.draft_minutes(meeting=kg.plan(), **by)) == [
        "Biên bản lập sau khi hội nghị kết thúc."
    ]
    assert reasons_of(lambda: services.draft_minutes(meeting=meeting, **plain(kg))) == [policies.ONLY_KEEPERS]


def test_the_review_has_minutes_of_its_own_kind(kg):
    meeting = kg.begin(kg.plan(MeetingKind.REVIEW, with_agenda=False))
    kg.end(meeting)

    minutes = services.draft_minutes(meeting=meeting, by=kg.chair, at=NOON)
    assert minutes.document.kind == DocumentKind.MINUTES_REVIEW


def test_secretary_and_chair_sign_then_the_minutes_are_issued(kg):
    minutes = kg.minutes()
    by = {"by": kg.chair, "at": NOON}
    assert reasons_of(lambda: services.sign_minutes(minutes=minutes, **by)) == [
        "Biên bản chưa chốt. Hãy chốt biên bản rồi ký."
    ]
    asked = services.settle_minutes(minutes=minutes, **by)
    assert [(s.office, s.signatory_name) for s in asked] == [
        ("Thư ký", "Chuyên viên Sở LĐTBXH"),
        ("Chủ tọa", "Đặng Hồng Sơn"),
    ]
    assert reasons_of(lambda: services.sign_minutes(minutes=minutes, **plain(kg))) == [
        "Biên bản do thư ký và chủ tọa hội nghị ký."
    ]
    assert services.sign_minutes(minutes=minutes, **by).state == SigningState.SIGNED
    services.sign_minutes(minutes=minutes, by=kg.chair_head, at=NOON)
    issued = document_services.issue_document(
        document=minutes.document, number="12", issued_on=date(2020, 2, 5), **by
    )
    assert issued.number_line == "12/BB-KTĐ4"
    for act in (
        lambda: services.edit_minutes(minutes=minutes, additions={"course": "x"}, **by),
        lambda: services.settle_minutes(minutes=minutes, **by),
    ):
        assert reasons_of(act) == ["Biên bản đã chốt, không sửa được. Hãy lập lại bản mới nếu có sai sót."]
    assert reasons_of(lambda: services.draft_minutes(meeting=minutes.meeting, **by)) == [
        "Biên bản đã chốt. Hãy lập lại bản mới nếu có sai sót."
    ]


def test_a_chair_without_account_is_signed_for_by_the_head_of_the_unit(kg):
    chairs = [Chair("Ông Ba", "Phó Giám đốc", kg.units["so-ldtbxh"])]
    minutes = kg.minutes(chairs=chairs)
    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)

    signed = services.sign_minutes(minutes=minutes, by=kg.chair_head, at=NOON, capacity="Giám đốc")
    assert (signed.office, signed.capacity) == ("Chủ tọa", "Giám đốc")


def test_those_who_were_there_comment(kg):
    meeting = kg.begin(kg.plan(MeetingKind.OTHER, with_agenda=False), so_yte=kg.absent())
    kg.end(meeting)
    minutes = services.draft_minutes(meeting=meeting, by=kg.chair, at=NOON)
    said = {"minutes": minutes, "text": "Bổ sung ý kiến của Sở.", "at": NOON}
    services.send_minutes_for_comments(minutes=minutes, due_on=date(2020, 2, 10), by=kg.chair, at=NOON)

    comment = services.comment_on_minutes(unit=kg.units["so-khcn"], by=kg.officers["so-khcn"], **said)
    assert comment.unit == kg.units["so-khcn"]
    assert reasons_of(
        lambda: services.comment_on_minutes(unit=kg.units["so-yte"], by=kg.officers["so-yte"], **said)
    ) == ["Sở Y tế không dự hội nghị này nên không góp ý biên bản."]
    assert reasons_of(
        lambda: services.send_minutes_for_comments(minutes=minutes, due_on=date(2020, 2, 10), **plain(kg))
    ) == [policies.ONLY_KEEPERS]


def issued_minutes(kg):
    minutes = kg.minutes()
    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)
    for person in (kg.chair, kg.chair_head):
        services.sign_minutes(minutes=minutes, by=person, at=NOON)
    document_services.issue_document(
        document=minutes.document, number="12", issued_on=date(2020, 2, 5), by=kg.chair, at=NOON
    )
    return queries.minutes_by_key(minutes.pk)


def test_issued_minutes_are_corrected_by_a_new_version(kg):
    minutes = issued_minutes(kg)
    by = {"by": kg.chair, "at": NOON}

    assert reasons_of(lambda: services.correct_minutes(minutes=minutes, reason=" ", **by)) == [
        "Lập lại biên bản cần ghi lý do."
    ]
    assert reasons_of(lambda: services.correct_minutes(minutes=minutes, reason="x", **plain(kg))) == [
        policies.ONLY_KEEPERS
    ]
    second = services.correct_minutes(minutes=minutes, reason="Sai tên đại biểu", **by)
    assert (second.version, second.document.supersedes) == (2, minutes.document)
    assert second.snapshot == minutes.snapshot
    assert reasons_of(lambda: services.correct_minutes(minutes=second, reason="x", **by)) == [
        "Chỉ lập lại biên bản đã ban hành; bản chưa ban hành thì sửa trực tiếp."
    ]
    meeting = queries.meeting_by_key(minutes.meeting_id)
    assert queries.latest_minutes(meeting).version == 1  # holds until the new one is issued


def test_a_correction_may_come_after_the_year_is_closed(kg):
    minutes = issued_minutes(kg)
    for phase in (Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED, Phase.CLOSED):
        Cycle.objects.filter(pk=kg.cycle.pk).update(phase=phase)

    second = services.correct_minutes(minutes=minutes, reason="Sai tên", by=kg.chair, at=NOON)
    services.edit_minutes(minutes=second, additions={"correction": "Sửa tên."}, by=kg.chair, at=NOON)
    services.settle_minutes(minutes=second, by=kg.chair, at=NOON)
    assert Signing.objects.filter(document=second.document).count() == 2
    assert MinutesVersion.objects.get(pk=second.pk).additions == {"correction": "Sửa tên."}


# Reports


def test_the_secretariat_drafts_the_reports(kg):
    annual = services.draft_annual_report(cycle=kg.cycle, by=kg.chair, at=NOON)
    midyear = services.draft_midyear_report(cycle=kg.cycle, by=kg.chair, at=NOON)

    assert (annual.kind, midyear.kind) == (DocumentKind.ANNUAL_REPORT, DocumentKind.MIDYEAR_REPORT)
    assert annual.status == DocumentStatus.DRAFT
    assert services.draft_annual_report(cycle=kg.cycle, by=kg.chair, at=NOON) == annual
    for act in (services.draft_annual_report, services.draft_midyear_report):
        assert reasons_of(lambda act=act: act(cycle=kg.cycle, **plain(kg))) == [
            "Chỉ đơn vị Khối trưởng hoặc Khối phó của năm thi đua lập hội nghị."
        ]


def test_counted_hands_are_figures_of_the_minutes(kg):
    meeting = kg.begin(kg.plan(with_agenda=False))
    item = services.add_item(
        meeting=meeting, kind="poll", title="Suy tôn", form="hands", poll_kind="award", award_type=kg.flag,
        by=kg.chair, at=MORNING,
    )  # fmt: skip
    poll = services.open_poll_from_item(item=item, candidates=[kg.units["so-khcn"]], by=kg.chair, at=MORNING)
    key = str(poll.options.get().pk)
    figures = CountFigures(
        issued=7, used=7, spoiled=0, unused=0, collected=7, blank=0, invalid=0,
        options=(OptionCount(key=key, votes_for=6, against=1, abstain=0),),
    )  # fmt: skip
    for person in (kg.chair, kg.officers["so-yte"]):
        award_services.enter_count(poll=poll, figures=figures, by=person, at=MORNING)
    assert poll.counts.first().origin == CountOrigin.HANDS
    minutes = services.draft_minutes(meeting=kg.end(meeting), by=kg.chair, at=NOON)

    words = minutes.snapshot["items"][0]
    assert words["votes"] == [{"name": "Sở Khoa học và Công nghệ", "votes": "6/7", "share": "85,7%"}]
    assert words["count"] == []
