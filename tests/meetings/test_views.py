import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Poll
from blocs.enums import Phase
from documents.models import Document
from meetings import queries, services
from meetings.enums import MeetingKind, MeetingStatus
from meetings.models import AgendaItem, Meeting, MinutesVersion
from tests.factories.meetings import MORNING, NOON, KienGiang, committee

pytestmark = pytest.mark.django_db


def sign_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def chair(client, kg):
    return sign_in(client, kg.chair)


def url(name, thing, *more):
    return reverse(name, args=[*thing.slugs, *more])


PLANNED = {
    "kind": "summary",
    "starts_at": "05/02/2020 8h",
    "title": "",
    "place": "Hội trường Sở LĐTBXH",
    "secretary_name": "Bà Lan",
}


def attendance(kg, **others):
    """The whole list as the page sends it."""
    data = {"g-TOTAL_FORMS": "1", "g-INITIAL_FORMS": "0", "m-INITIAL_FORMS": str(len(kg.units))}
    data["m-TOTAL_FORMS"] = str(len(kg.units))
    for index, (slug, unit) in enumerate(kg.units.items()):
        row = {
            "unit": unit.pk,
            "state": "present",
            "representative": kg.heads[slug].full_name,
            "is_leader": "on",
        }
        row |= others.get(slug.replace("-", "_"), {})
        data |= {f"m-{index}-{name}": value for name, value in row.items()}
    return data


def test_the_list_costs_the_same_with_one_meeting_and_three(chair, kg, django_assert_num_queries):
    kg.plan()
    chair.get(url("meetings", kg.cycle))
    with django_assert_num_queries(QUERIES["meetings"]):
        chair.get(url("meetings", kg.cycle))
    kg.plan(MeetingKind.REVIEW)
    services.draft_minutes(meeting=kg.held(), by=kg.chair, at=NOON)
    with django_assert_num_queries(QUERIES["meetings"]):
        page = chair.get(url("meetings", kg.cycle))
    assert page.content.decode().count("Hội trường Sở LĐTBXH") == 3


def test_the_screen_costs_the_same_with_few_items_and_many(chair, kg, django_assert_num_queries):
    small = kg.begin(kg.plan(MeetingKind.OTHER))
    large = kg.begin(kg.plan(MeetingKind.SUMMARY))
    chair.get(small.get_absolute_url())
    for meeting in (small, large):
        with django_assert_num_queries(QUERIES["meeting"]):
            chair.get(meeting.get_absolute_url())


QUERIES = {"meetings": 12, "meeting": 16}


def test_strangers_get_nothing(client, kg):
    meeting = kg.plan()
    sign_in(client, KienGiang(slug="an-giang").chair)

    for name in ("meeting", "meeting_edit", "meeting_attendance", "minutes_pdf", "agenda_pdf", "folder_zip"):
        assert client.get(url(name, meeting)).status_code == 404
    for name in ("meetings", "review_minutes_pdf", "annual_report_pdf"):
        assert client.get(url(name, kg.cycle)).status_code == 404


def test_a_member_reads_and_sees_why_the_buttons_are_grey(client, kg):
    meeting = kg.plan()
    page = sign_in(client, kg.officers["so-yte"]).get(meeting.get_absolute_url()).content.decode()

    assert "Bắt đầu họp" in page
    assert "Chỉ đơn vị Khối trưởng, Khối phó hoặc thư ký của hội nghị làm được việc này." in page
    assert "Thêm nội dung" not in page


def test_planning_makes_a_meeting_with_agenda(chair, kg):
    assert chair.get(url("meeting_plan", kg.cycle)).status_code == 200
    answer = chair.post(url("meeting_plan", kg.cycle), PLANNED)

    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    assert (meeting.starts_at, meeting.secretary_name) == (MORNING, "Bà Lan")
    assert meeting.items.count() == 10


def test_a_wrong_day_keeps_what_was_typed(chair, kg):
    answer = chair.post(url("meeting_plan", kg.cycle), {**PLANNED, "starts_at": "05/12/2020 08:00"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Có thể ngày và tháng bị đảo: 12/05/2020?" in page
    assert "Hội trường Sở LĐTBXH" in page
    assert chair.post(url("meeting_plan", kg.cycle), {**PLANNED, "starts_at": "hôm nay"}).status_code == 422


def test_editing_keeps_the_account_of_an_unchanged_chair(chair, kg):
    meeting = kg.plan()
    page = chair.get(url("meeting_edit", meeting)).content.decode()
    assert "Đặng Hồng Sơn" in page
    typed = {**PLANNED, "chair_name": "Đặng Hồng Sơn", "chair_unit": kg.units["so-ldtbxh"].pk}
    typed |= {"second_name": "Phạm Hồng Quảng", "secretary": kg.chair.pk}
    assert chair.post(url("meeting_edit", meeting), typed).status_code == 302

    meeting = queries.meeting_by_key(meeting.pk)
    assert [(c.name, c.user) for c in meeting.chairs.all()] == [
        ("Đặng Hồng Sơn", kg.chair_head),
        ("Phạm Hồng Quảng", None),
    ]
    assert meeting.secretary_name == "Chuyên viên Sở LĐTBXH"
    odd = chair.post(url("meeting_edit", meeting), {**PLANNED, "starts_at": "05/12/2020 08:00"})
    assert odd.status_code == 422
    assert chair.post(url("meeting_edit", meeting), PLANNED).status_code == 302


def test_the_list_is_called_over_on_one_page(chair, kg):
    meeting = kg.plan()
    page = chair.get(url("meeting_attendance", meeting)).content.decode()
    assert page.count("Nguyễn Xuân Niệm") == 1
    assert "Sở Khoa học và Công nghệ" in page

    data = attendance(kg, so_yte={"state": "absent", "absent_reason": "Bận họp", "representative": ""})
    data |= {"g-0-representative": "Trương Hoàng Anh", "g-0-name": "Ban TĐKT tỉnh", "g-0-role": "guest"}
    assert chair.post(url("meeting_attendance", meeting), data).url == meeting.get_absolute_url()
    page = chair.get(meeting.get_absolute_url()).content.decode()
    assert "Có mặt 6/7 đơn vị thành viên" in page
    assert "Vắng: Sở Y tế (Bận họp)" in page
    assert "Trương Hoàng Anh" in page
    assert "Trương Hoàng Anh" in chair.get(url("meeting_attendance", meeting)).content.decode()


def test_a_wrong_list_says_which_line(chair, kg):
    meeting = kg.plan()
    data = attendance(kg, so_yte={"state": "absent", "representative": ""})
    answer = chair.post(url("meeting_attendance", meeting), data)

    assert answer.status_code == 422
    assert "Sở Y tế: hãy ghi lý do vắng mặt." in answer.content.decode()
    broken = chair.post(url("meeting_attendance", meeting), {**data, "m-0-state": "asleep"})
    assert broken.status_code == 422


def test_items_are_added_edited_moved_and_removed(chair, kg):
    meeting = kg.plan(with_agenda=False)
    assert chair.get(url("item_add", meeting)).status_code == 200
    typed = {"title": "Tham luận", "kind": "other", "seats": "1"}
    assert chair.post(url("item_add", meeting), typed).status_code == 302
    assert chair.post(url("item_add", meeting), {**typed, "title": "Bế mạc"}).status_code == 302
    assert (
        chair.post(
            url("item_add", meeting), {**typed, "form": "hands", "is_presented_only": "on"}
        ).status_code
        == 422
    )
    first, second = AgendaItem.objects.order_by("position")
    assert "Tham luận" in chair.get(url("item_edit", meeting, first.pk)).content.decode()
    assert chair.post(url("item_edit", meeting, first.pk), {**typed, "title": "Phát biểu"}).status_code == 302
    assert chair.post(url("item_edit", meeting, first.pk), {**typed, "poll_kind": "award"}).status_code == 422
    chair.post(url("item_move", meeting, second.pk), {"to": "up"})
    chair.post(url("item_move", meeting, second.pk), {"to": "down"})
    chair.post(url("item_move", meeting, second.pk), {"to": "up"})
    assert [item.title for item in AgendaItem.objects.order_by("position")] == ["Bế mạc", "Phát biểu"]
    chair.post(url("item_remove", meeting, first.pk))
    assert [item.title for item in AgendaItem.objects.all()] == ["Bế mạc"]


def test_the_letter_is_issued_from_the_screen(chair, kg):
    meeting = kg.plan()
    refused = chair.post(url("meeting_invite", meeting), {"i-number": "", "i-issued_on": "20/01/2020"})
    assert refused.status_code == 422
    assert "Hãy gõ số văn bản do văn thư cấp." in refused.content.decode()
    typed = {"i-number": "7", "i-issued_on": "20/01/2020", "i-signatory_name": "Đặng Hồng Sơn"}
    assert chair.post(url("meeting_invite", meeting), typed).status_code == 302
    answer = chair.get(url("invitation_pdf", meeting))
    assert answer["Content-Type"] == "application/pdf"
    assert chair.get(url("invitation_pdf", kg.plan())).status_code == 404


def test_the_day_of_the_meeting_on_one_screen(client, kg):
    kg.open_next()
    meeting = kg.plan()
    chair = sign_in(client, kg.chair)
    assert chair.post(url("meeting_open", meeting)).url == url("meeting_attendance", meeting)
    chair.post(url("meeting_attendance", meeting), attendance(kg))
    flag = kg.item(meeting, "award", kg.flag)
    page = chair.get(meeting.get_absolute_url()).content.decode()
    assert "Ghi kết quả thống nhất" in page
    assert chair.post(url("item_consensus", meeting, flag.pk), {}).status_code == 422
    key = kg.units["so-khcn"].pk
    assert (
        chair.post(url("item_consensus", meeting, flag.pk), {f"c{flag.pk}-chosen": [key]}).status_code == 302
    )
    page = chair.get(meeting.get_absolute_url()).content.decode()
    assert "Hội nghị suy tôn Sở Khoa học và Công nghệ là đơn vị dẫn đầu" in page

    merit = kg.item(meeting, "award", kg.merit)
    services.edit_item(item=merit, changes={"form": "paper"}, by=kg.chair, at=MORNING)
    assert "Mở biểu quyết" in chair.get(meeting.get_absolute_url()).content.decode()
    keys = [kg.units["so-gddt"].pk]
    refused = chair.post(url("item_poll", meeting, merit.pk), {f"p{merit.pk}-candidates": keys})
    assert refused.status_code == 422
    typed = {f"p{merit.pk}-candidates": keys, f"p{merit.pk}-counting_committee": committee(kg)}
    assert chair.post(url("item_poll", meeting, merit.pk), typed).status_code == 302
    assert Poll.objects.get(agenda_item=merit).options.get().unit == kg.units["so-gddt"]

    other = meeting.items.first()
    typed = {f"r{other.pk}-course": "Giới thiệu đại biểu", f"r{other.pk}-outcome": "Nhất trí"}
    assert chair.post(url("item_record", meeting, other.pk), typed).status_code == 302
    assert "Giới thiệu đại biểu" in chair.get(meeting.get_absolute_url()).content.decode()
    refused = chair.post(url("meeting_end", meeting), {"e-ended_at": "05/02/2020 11:30"})
    assert refused.status_code == 422
    assert "chưa có kết quả. Hãy kiểm phiếu hoặc hủy trước khi kết thúc." in refused.content.decode()


def test_a_meeting_that_was_called_over_beforehand_opens_on_its_screen(chair, kg):
    meeting = kg.plan()
    services.record_attendance(meeting=meeting, rows=kg.rows(), by=kg.chair, at=MORNING)

    assert chair.post(url("meeting_open", meeting)).url == meeting.get_absolute_url()
    end = chair.post(url("meeting_end", meeting), {"e-ended_at": "?"})
    assert end.status_code == 422


def test_a_meeting_is_called_off_and_a_refusal_explains(chair, kg):
    meeting = kg.plan()
    assert chair.post(url("meeting_cancel", meeting), {"reason": ""}).status_code == 403
    assert chair.post(url("meeting_cancel", meeting), {"reason": "Gộp"}).status_code == 302
    page = chair.get(meeting.get_absolute_url()).content.decode()
    assert "Không tổ chức: Gộp" in page
    assert Meeting.objects.get().status == MeetingStatus.CANCELLED


def test_minutes_are_drafted_added_to_settled_signed_and_printed(client, kg):
    meeting = kg.held()
    chair = sign_in(client, kg.chair)
    assert chair.get(url("minutes_pdf", meeting)).status_code == 404
    assert chair.post(url("minutes_edit", meeting), {}).status_code == 404
    assert chair.post(url("minutes_draft", meeting)).status_code == 302
    assert chair.get(url("minutes_pdf", meeting)).content.startswith(b"%PDF")
    chair.post(url("minutes_edit", meeting), {"a-course": "Thảo luận."})
    assert MinutesVersion.objects.get().additions == {"course": "Thảo luận."}
    assert chair.post(url("minutes_consult", meeting), {"y-due_on": "mai"}).status_code == 422
    due = timezone.localdate().strftime("%d/%m/%Y")
    assert chair.post(url("minutes_consult", meeting), {"y-due_on": due}).status_code == 302
    assert chair.post(url("minutes_settle", meeting)).status_code == 302
    assert "Ký biên bản" in chair.get(meeting.get_absolute_url()).content.decode()
    assert chair.post(url("minutes_sign", meeting)).status_code == 302
    page = sign_in(client, kg.chair_head).get(meeting.get_absolute_url()).content.decode()
    assert "Ký biên bản" in page
    client.post(url("minutes_sign", meeting))
    answer = client.post(url("minutes_correct", meeting), {"reason": "Sai tên"})
    assert answer.status_code == 403
    assert "bản chưa ban hành thì sửa trực tiếp" in answer.content.decode()


def test_issued_minutes_are_corrected_from_the_screen(chair, kg):
    minutes = kg.minutes()
    services.settle_minutes(minutes=minutes, by=kg.chair, at=NOON)
    for person in (kg.chair, kg.chair_head):
        services.sign_minutes(minutes=minutes, by=person, at=NOON)
    # As the generic page of papers would do it.
    from_page = {"number": "12", "symbol": "BB-KTĐ4", "issued_on": "05/02/2020", "place": "Kiên Giang"}
    chair.post(reverse("document_issue", args=[minutes.document_id]), from_page)
    document = Document.objects.get(pk=minutes.document_id)
    if document.status != "issued":
        pytest.fail("the generic page did not issue the minutes")

    assert chair.post(url("minutes_correct", minutes.meeting), {"reason": "Sai tên"}).status_code == 302
    assert MinutesVersion.objects.count() == 2
    assert "Bản cũ" in chair.get(minutes.meeting.get_absolute_url()).content.decode()


def test_review_minutes_and_report_have_addresses_of_their_own(chair, kg):
    assert chair.get(url("review_minutes_pdf", kg.cycle)).status_code == 404
    assert chair.get(url("annual_report_pdf", kg.cycle)).status_code == 404
    meeting = kg.end(kg.begin(kg.plan(MeetingKind.REVIEW, with_agenda=False)))
    services.draft_minutes(meeting=meeting, by=kg.chair, at=NOON)
    assert chair.get(url("review_minutes_pdf", kg.cycle)).content.startswith(b"%PDF")
    assert chair.post(url("annual_report_draft", kg.cycle)).status_code == 302
    assert chair.post(url("midyear_report_draft", kg.cycle)).status_code == 302
    assert chair.get(url("annual_report_pdf", kg.cycle)).content.startswith(b"%PDF")
    assert "Mở báo cáo" in chair.get(url("meetings", kg.cycle)).content.decode()


def test_lists_and_folder_are_handed_out(client, kg):
    meeting = kg.plan()
    member = sign_in(client, kg.officers["so-yte"])

    assert member.get(url("agenda_pdf", meeting)).content.startswith(b"%PDF")
    assert member.get(url("delegates_pdf", meeting)).content.startswith(b"%PDF")
    folder = member.get(url("folder_zip", meeting))
    assert folder["Content-Type"] == "application/zip"
    assert folder.content.startswith(b"PK")


def test_the_cycle_page_shows_the_meetings(chair, kg):
    kg.plan()

    assert "Hội nghị tổng kết" in chair.get(kg.cycle.get_absolute_url()).content.decode()


def test_a_planned_meeting_of_an_early_phase_says_when_it_may_open(client, db):
    early = KienGiang(Phase.EXECUTING)
    meeting = early.plan()
    page = sign_in(client, early.chair).get(meeting.get_absolute_url()).content.decode()

    assert "Việc này làm ở giai đoạn “Bình xét”" in page


def test_before_a_secret_ballot_of_few_the_screen_says_what_it_cannot_hide(chair, kg):
    few = "Chỉ có 4 người bỏ phiếu"
    gone = {slug: kg.absent() for slug in ("so_yte", "so_vhtt", "so_gddt")}
    meeting = kg.begin(kg.plan(), **gone)
    item = kg.item(meeting, "award", kg.flag)

    for form, is_said in (("electronic", True), ("paper", True), ("hands", False)):
        services.edit_item(item=item, changes={"form": form}, by=kg.chair, at=MORNING)
        page = chair.get(meeting.get_absolute_url()).content.decode()
        assert (few in page) is is_said
