"""The pages of votes and awards, as each person meets them."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from awards import queries, services
from awards.enums import DecisionForm, PollKind, TieRule, VoteBase
from awards.models import Ballot, Count, Decision, Nomination, Poll, VettingFinding
from awards.rules import VoteRule
from blocs.enums import Phase
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from documents.services import finalize_document
from tests.factories.awards import NOON, AwardYear, fresh_poll

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_door(client):
    """The same browser, signed in as whoever is named."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def address(year, name, *more):
    return reverse(name, args=[*year.cycle.slugs, *more])


def words(response):
    """What a reader sees, without tags and runs of spaces."""
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def posted(client, year, name, *more, **data):
    return client.post(address(year, name, *more), data)


# Who gets in


def test_another_province_finds_nothing(year, at_door):
    poll = year.open_poll(DecisionForm.PAPER)
    entry = year.awarded()
    nomination = queries.nominations_of(year.cycle).get()
    finding = VettingFinding.objects.create(
        unit=year.units[1],
        agency="x",
        text="y",
        from_on=date(2020, 1, 1),
        recorded_at=NOON,
        recorded_by=year.boss,
    )
    other = AwardYear(slug="an-giang")
    pages = [("nominations",), ("nominations_xlsx",), ("proposal",), ("submission_pdf",), ("count_pdf",)]
    pages += [("poll", poll.pk), ("ballots_pdf", poll.pk)]
    acts = [(name, poll.pk) for name in ("vote_cast", "poll_close", "poll_count", "count_enter", "poll_confirm", "poll_void")]  # fmt: skip
    acts += [(name, nomination.pk) for name in ("nomination_withdraw", "nomination_appraise", "hold_lift")]
    acts += [(name, entry.pk) for name in ("presentation_record", "award_withdraw")]
    acts += [("vetting_end", finding.pk), ("vetting_record",), ("decision_record",), ("count_minutes_draft",)]
    acts += [(f"proposal_{act}",) for act in ("draft", "submit", "recall", "return", "finish")]

    for user in (other.chair, other.boss, other.heads[0]):
        client = at_door(user)
        for page in pages:
            assert client.get(address(year, *page)).status_code == 404, page
        for act in acts:
            assert client.post(address(year, *act)).status_code == 404, act
        assert client.get(reverse("award_law", args=["kien-giang"])).status_code == 404


def test_who_is_outside_the_bloc_finds_nothing_in_it(year, at_door):
    year.awarded()

    client = at_door(year.outsider)
    for name in ("nominations", "nominations_xlsx", "proposal", "submission_pdf"):
        assert client.get(address(year, name)).status_code == 404


def test_another_year_s_rows_are_not_found_under_this_one(year, at_door):
    poll = year.open_poll()
    other = AwardYear(slug="an-giang")

    assert at_door(other.chair).get(address(other, "poll", poll.pk)).status_code == 404
    assert posted(at_door(other.chair), other, "poll_close", poll.pk).status_code == 404


def test_nobody_is_let_in_unsigned_and_pages_are_only_read(year, client, at_door):
    poll = year.open_poll()
    assert client.get(address(year, "nominations")).status_code == 302

    chair = at_door(year.chair)
    assert chair.post(address(year, "nominations")).status_code == 405
    assert chair.post(address(year, "poll", poll.pk)).status_code == 405
    assert chair.get(address(year, "poll_close", poll.pk)).status_code == 405


ROLES = ("chair", "member", "boss", "province_officer", "council", "auditor")


def person(year, role):
    return year.officers[3] if role == "member" else getattr(year, role)


@pytest.mark.parametrize("role", ROLES)
def test_all_of_the_bloc_and_the_province_read_the_results(year, at_door, role):
    year.law()
    year.awarded()
    poll = Poll.objects.get()
    client = at_door(person(year, role))

    listed = client.get(address(year, "nominations"))
    assert "Sở số 1" in words(listed)
    assert "Quyết định 512/QĐ-UBND, 20/02/2020" in words(listed)
    assert "Hội nghị thống nhất, không bỏ phiếu nên không có số phiếu." in words(
        client.get(poll.get_absolute_url())
    )
    dossier = client.get(address(year, "proposal"))
    assert "Sở số 1: Cờ thi đua của UBND tỉnh Quyết định 512/QĐ-UBND ngày 20/02/2020" in words(dossier)
    assert client.get(address(year, "nominations_xlsx")).status_code == 200
    # Only the standing office sees what agencies report.
    assert ("Hiệp y của các cơ quan" in words(dossier)) is (role in {"boss", "province_officer"})


def test_a_draft_of_a_question_is_the_chairs(year, at_door):
    poll = year.draft_poll()

    assert "Lấy từ điểm danh khi mở." in words(at_door(year.chair).get(poll.get_absolute_url()))
    for user in (year.officers[3], year.boss):
        assert at_door(user).get(poll.get_absolute_url()).status_code == 404


def test_an_empty_year_says_what_comes(year, at_door):
    assert "Chưa có việc nào được đưa ra quyết định." in words(
        at_door(year.chair).get(address(year, "nominations"))
    )
    assert "Chưa có đơn vị nào được đề nghị" in words(at_door(year.chair).get(address(year, "proposal")))


# Voting


def test_a_head_votes_and_is_told_so_once(year, at_door):
    poll = year.open_poll()
    client = at_door(year.heads[2])
    page = client.get(poll.get_absolute_url())
    assert "Bỏ phiếu kín cho Sở số 3." in words(page)
    assert "Phiếu trắng, không chọn đơn vị nào" in words(page)

    answer = client.post(address(year, "vote_cast", poll.pk), {"chosen": year.key(poll, 1)}, follow=True)
    assert "Đã bỏ phiếu. Phiếu kín không lưu người bỏ và không sửa được." in words(answer)
    assert "Đã bỏ phiếu. Phiếu kín" not in words(client.get(poll.get_absolute_url()))
    again = posted(client, year, "vote_cast", poll.pk, chosen=year.key(poll, 2))
    assert again.status_code == 422
    assert "Phiếu chưa được ghi nhận. Đơn vị đã bỏ phiếu." in words(again)
    assert year.on_ballots(poll) == [{year.key(poll, 1): "for"}]


def test_a_blank_ballot_is_a_ballot(year, at_door):
    poll = year.open_poll()

    assert posted(at_door(year.heads[2]), year, "vote_cast", poll.pk, chosen="").status_code == 302
    assert year.on_ballots(poll) == [{}]


def test_who_is_not_on_the_roll_is_told_why_and_gets_no_form(year, at_door):
    poll = year.open_poll()
    for user in (year.chair, year.boss):
        page = at_door(user).get(poll.get_absolute_url())
        assert "Bạn không có tên trong danh sách bỏ phiếu của việc này." in words(page)
        assert 'name="chosen"' not in page.content.decode()
        assert posted(at_door(user), year, "vote_cast", poll.pk, chosen="").status_code == 422
    assert not Ballot.objects.exists()


def test_more_than_the_seats_are_not_taken_and_the_ticks_stay(year, at_door):
    poll = year.open_poll(seats=2)
    keys = [year.key(poll, number) for number in (1, 2, 3)]
    answer = posted(at_door(year.heads[2]), year, "vote_cast", poll.pk, chosen=keys)

    assert answer.status_code == 422
    assert "Chỉ chọn tối đa 2. Hãy bỏ bớt rồi gửi lại." in words(answer)
    assert answer.content.decode().count("checked") == 3
    assert posted(at_door(year.heads[2]), year, "vote_cast", poll.pk, chosen=keys[:2]).status_code == 302
    assert year.on_ballots(poll) == [dict.fromkeys(sorted(keys[:2]), "for")]


def test_each_option_of_an_adoption_wants_an_answer(year, at_door):
    poll = year.open_poll(kind=PollKind.ADOPTION, candidates=(), texts=["Phương hướng", "Quy chế"])
    first, second = (f"option-{option.pk}" for option in poll.options.order_by("pk"))
    client = at_door(year.heads[2])

    half = posted(client, year, "vote_cast", poll.pk, **{first: "for"})
    assert half.status_code == 422
    assert half.content.decode().count("checked") == 1
    assert posted(client, year, "vote_cast", poll.pk, **{first: "for", second: "abstain"}).status_code == 302
    assert [set(ballot.values()) for ballot in year.on_ballots(poll)] == [{"for", "abstain"}]


def test_the_own_unit_is_not_on_the_ballot_where_the_rule_says_so(year, at_door):
    rule = VoteRule(VoteBase.PRESENT, 1, 2, own_unit_votes=False, tie_chain=(TieRule.MEETING,))
    poll = year.open_poll(rule=rule)
    page = at_door(year.heads[0]).get(poll.get_absolute_url()).content.decode()

    assert f'value="{year.key(poll, 2)}"' in page
    assert f'value="{year.key(poll, 1)}"' not in page


def test_a_vote_after_closing_time_is_refused_with_its_reason(year, at_door):
    poll = year.open_poll(closes_at=timezone.now() + timedelta(minutes=1))
    assert 'name="chosen"' in at_door(year.heads[2]).get(poll.get_absolute_url()).content.decode()
    late = year.open_poll(closes_at=NOON)
    answer = posted(at_door(year.heads[2]), year, "vote_cast", late.pk, chosen=year.key(late, 1))

    assert answer.status_code == 422
    assert "Phiếu chưa được ghi nhận. Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận." in words(
        answer
    )


# Running a poll


def test_the_chair_closes_counts_and_confirms(year, at_door):
    poll = year.open_poll()
    for voter in range(1, 6):
        year.vote(poll, voter, 1)
    client = at_door(year.chair)

    assert "đã bỏ phiếu." not in words(client.get(poll.get_absolute_url()))
    assert "Đã đóng bỏ phiếu." in words(client.post(address(year, "poll_close", poll.pk), follow=True))
    page = client.post(address(year, "poll_count", poll.pk), follow=True)
    assert "Đã niêm phong và kiểm phiếu." in words(page)
    assert "5/7 đã bỏ phiếu." in words(page)
    assert "5/7 (71,4%)" in words(page)
    assert "Phiếu điện tử: phát 7, thu 5, hợp lệ 5, không hợp lệ 0" in words(page)
    done = client.post(address(year, "poll_confirm", poll.pk), {"reason": ""}, follow=True)
    assert "Đã xác nhận kết quả." in words(done)
    assert Nomination.objects.get().unit == year.units[0]


@pytest.mark.parametrize("name", ["poll_close", "poll_count", "poll_void"])
def test_others_than_the_chair_do_not_run_a_poll_and_see_why(year, at_door, name):
    poll = year.open_poll()
    if name == "poll_count":
        year.close(poll)
    client = at_door(year.officers[3])

    assert ONLY_CHAIR in words(client.get(poll.get_absolute_url()))
    answer = posted(client, year, name, poll.pk, reason="Nhầm.")
    assert answer.status_code == 403
    assert ONLY_CHAIR in words(answer)
    assert fresh_poll(poll).status == ("closed" if name == "poll_count" else "open")


def test_a_poll_is_voided_with_a_reason_that_stays_to_be_read(year, at_door):
    poll = year.open_poll()
    client = at_door(year.chair)

    bare = posted(client, year, "poll_void", poll.pk)
    assert (bare.status_code, "Hủy cuộc bỏ phiếu cần ghi lý do." in words(bare)) == (403, True)
    page = client.post(address(year, "poll_void", poll.pk), {"reason": "Nhầm danh sách."}, follow=True)
    assert "Đã hủy: Nhầm danh sách." in words(page)


def tie(year):
    rule = VoteRule(VoteBase.VALID, 0, 1, "more_than", tie_chain=(TieRule.MEETING,))
    return year.counted(1, 1, 1, 2, 2, 2, rule=rule)


def test_a_tie_is_decided_on_the_page_and_nothing_typed_is_lost(year, at_door):
    poll = tie(year)
    client = at_door(year.chair)
    page = client.get(poll.get_absolute_url())
    assert words(page).count("Bằng phiếu") >= 2
    assert "Hội nghị quyết định chọn" in words(page)

    nobody = posted(client, year, "poll_confirm", poll.pk, reason="Theo điểm thi đua.")
    assert nobody.status_code == 422
    assert "Theo điểm thi đua." in nobody.content.decode()
    both = posted(
        client, year, "poll_confirm", poll.pk, reason="Cả hai.", chosen=[u.pk for u in year.units[:2]]
    )
    assert (both.status_code, "Chỉ chọn tối đa 1. Hãy bỏ bớt 1." in words(both)) == (422, True)
    done = posted(
        client, year, "poll_confirm", poll.pk, reason="Theo điểm thi đua.", chosen=[year.units[0].pk]
    )
    assert done.status_code == 302
    assert Nomination.objects.get().unit == year.units[0]


def test_an_order_unlike_the_scores_is_shown_and_asks_for_the_reason(year, at_door):
    poll = year.counted(2, 2, 2, 2, 1)
    client = at_door(year.chair)
    page = client.get(poll.get_absolute_url())
    assert "Sở số 1 (99 điểm) không được chọn trong khi Sở số 2 (98 điểm) được chọn." in words(page)

    assert posted(client, year, "poll_confirm", poll.pk, reason="").status_code == 422
    assert posted(client, year, "poll_confirm", poll.pk, reason="Có mô hình mới.").status_code == 302
    assert "Khác thứ tự điểm: Có mô hình mới." in words(client.get(address(year, "nominations")))


def test_a_member_does_not_confirm(year, at_door):
    poll = year.counted(1, 1, 1, 1)
    client = at_door(year.officers[3])

    assert "Xác nhận kết quả" not in words(client.get(poll.get_absolute_url()))
    answer = posted(client, year, "poll_confirm", poll.pk, reason="")
    assert (answer.status_code, fresh_poll(poll).status) == (422, "counted")


# Paper and hands


def box(year, poll, **votes):
    data = {"issued": 7, "used": 7, "spoiled": 0, "unused": 0, "collected": 7, "blank": 0, "invalid": 0}
    for number in (1, 2, 3):
        key = year.key(poll, number)
        given = votes.get(f"u{number}", 0)
        data |= {f"votes_for-{key}": given, f"against-{key}": 7 - given, f"abstain-{key}": 0}
    return data


def test_two_people_type_the_box_and_equal_figures_settle_it(year, at_door):
    poll = year.open_poll(DecisionForm.PAPER)
    first, second = year.officers[1], year.officers[2]

    answer = at_door(first).post(address(year, "count_enter", poll.pk), box(year, poll, u1=5), follow=True)
    assert "Đã ghi kết quả kiểm phiếu." in words(answer)
    assert "Bạn vừa nhập kết quả của việc này." in words(answer)
    other = at_door(second).post(address(year, "count_enter", poll.pk), box(year, poll, u1=4))
    assert other.status_code == 409
    assert "Hai lần nhập khác nhau. Hãy đếm lại rồi nhập lại." in words(other)
    assert "Sở số 1, đồng ý: người thứ nhất nhập 5, người thứ hai nhập 4." in words(other)
    assert (
        at_door(first).post(address(year, "count_enter", poll.pk), box(year, poll, u1=4)).status_code == 302
    )
    assert (fresh_poll(poll).status, Count.objects.count()) == ("counted", 3)


def test_figures_that_cannot_be_true_come_back_as_typed(year, at_door):
    poll = year.open_poll(DecisionForm.PAPER)
    client = at_door(year.officers[1])

    wrong = client.post(address(year, "count_enter", poll.pk), {**box(year, poll, u1=5), "collected": "6"})
    assert wrong.status_code == 422
    assert 'name="collected" value="6"' in wrong.content.decode()
    empty = client.post(address(year, "count_enter", poll.pk), {**box(year, poll, u1=5), "collected": ""})
    assert (empty.status_code, 'value="5"' in empty.content.decode()) == (422, True)
    assert not Count.objects.exists()


def test_the_province_does_not_type_figures(year, at_door):
    poll = year.open_poll(DecisionForm.PAPER)
    client = at_door(year.boss)
    sentence = "Chỉ người của các đơn vị thành viên nhập kết quả kiểm phiếu."

    assert sentence in words(client.get(poll.get_absolute_url()))
    refused = client.post(address(year, "count_enter", poll.pk), box(year, poll, u1=5))
    assert (refused.status_code, sentence in words(refused)) == (422, True)


def test_hands_ask_only_for_hands(year, at_door):
    poll = year.open_poll(DecisionForm.HANDS)
    client = at_door(year.officers[1])
    page = client.get(poll.get_absolute_url())
    assert "Số đơn vị biểu quyết" in words(page)
    assert 'name="issued"' not in page.content.decode()

    for officer in (1, 2):
        answer = at_door(year.officers[officer]).post(
            address(year, "count_enter", poll.pk), {**box(year, poll, u1=5), "issued": "99"}
        )
        assert answer.status_code == 302
    assert fresh_poll(poll).result["elected"] == [year.key(poll, 1)]


def test_paper_ballots_are_for_paper_and_for_the_chair(year, at_door):
    paper, electronic = year.open_poll(DecisionForm.PAPER), year.open_poll()

    assert (
        at_door(year.chair).get(address(year, "ballots_pdf", paper.pk))["Content-Type"] == "application/pdf"
    )
    assert at_door(year.chair).get(address(year, "ballots_pdf", electronic.pk)).status_code == 404
    assert at_door(year.officers[3]).get(address(year, "ballots_pdf", paper.pk)).status_code == 404


# Nominations


def test_a_nomination_is_taken_back_by_the_chair_with_a_reason(year, at_door):
    nomination = year.nominated()
    member, chair = year.officers[3], year.chair

    assert posted(at_door(member), year, "nomination_withdraw", nomination.pk, reason="x").status_code == 403
    assert posted(at_door(chair), year, "nomination_withdraw", nomination.pk).status_code == 403
    answer = at_door(chair).post(
        address(year, "nomination_withdraw", nomination.pk), {"reason": "Đơn vị xin rút."}, follow=True
    )
    assert "Đã rút đề nghị." in words(answer)
    assert not queries.nominations_of(year.cycle).exists()


def test_the_workbook_holds_the_list_and_votes_only_where_there_were(year, at_door):
    year.nominated()

    def rows():
        content = at_door(year.officers[3]).get(address(year, "nominations_xlsx")).content
        return [list(row) for row in load_workbook(BytesIO(content)).active.values]

    assert [1, "Sở số 1", "Nhất", 99, "Thống nhất", "Cờ thi đua của UBND tỉnh"] in rows()
    year.confirm(year.counted(2, 2, 2, 2, 2, 2, award_type=year.merit, candidates=(2, 3)))
    assert [
        2,
        "Sở số 2",
        "Nhì",
        98,
        "6/7",
        "Bỏ phiếu kín điện tử",
        "Bằng khen của Chủ tịch UBND tỉnh",
    ] in rows()


def test_the_minutes_of_counting_are_opened_from_the_list(year, at_door):
    year.agree()
    chair = at_door(year.chair)
    assert "Lập biên bản kiểm phiếu" not in words(chair.get(address(year, "nominations")))
    assert chair.post(address(year, "count_minutes_draft")).status_code == 403
    assert chair.get(address(year, "count_pdf")).status_code == 404

    year.counted(1, 1)
    assert "Lập biên bản kiểm phiếu" in words(chair.get(address(year, "nominations")))
    answer = chair.post(address(year, "count_minutes_draft"), follow=True)
    assert "Đã lập biên bản kiểm phiếu từ số liệu." in words(answer)
    assert chair.get(address(year, "count_pdf"))["Content-Type"] == "application/pdf"
    assert at_door(year.outsider).get(address(year, "count_pdf")).status_code == 404


# The dossier


def echoed(client, year, data):
    """The fields of the form after the page said what they will record."""
    page = client.post(address(year, "decision_record"), data).content.decode()
    return {**data, "echo": re.search(r'name="echo" value="([^"]+)"', page)[1]}


def said_yes(client, year, data):
    return client.post(address(year, "decision_record"), echoed(client, year, data), follow=True)


def test_the_dossier_goes_from_the_chair_to_the_decision(year, at_door):
    nomination = year.nominated()
    chair = at_door(year.chair)
    answer = chair.post(address(year, "proposal_draft"), follow=True)
    assert "Đã lập tờ trình từ kết quả bình xét." in words(answer)
    early = posted(chair, year, "proposal_submit")
    assert (early.status_code, "Tờ trình chưa ban hành." in words(early)) == (403, True)
    year.mark_issued(queries.proposal_of(year.cycle).document)
    assert "Đã trình hồ sơ về tỉnh." in words(chair.post(address(year, "proposal_submit"), follow=True))
    assert "Đã rút lại hồ sơ." in words(chair.post(address(year, "proposal_recall"), follow=True))
    posted(chair, year, "proposal_submit")
    year.go(Phase.SUBMITTED)

    officer = at_door(year.province_officer)
    waiting = posted(officer, year, "proposal_finish")
    assert (waiting.status_code, "Chưa thẩm định: Sở số 1." in words(waiting)) == (403, True)
    prefix = f"n{nomination.pk}-"
    said = officer.post(
        address(year, "nomination_appraise", nomination.pk), {f"{prefix}verdict": "accept"}, follow=True
    )
    assert "Đã ghi ý kiến thẩm định về Sở số 1." in words(said)
    finished = officer.post(address(year, "proposal_finish"), follow=True)
    assert "Đã hoàn thành thẩm định." in words(finished)
    year.go(Phase.APPRAISING)

    page = at_door(year.boss).get(address(year, "proposal"))
    assert "Ghi quyết định của Chủ tịch UBND tỉnh" in words(page)
    assert "checked" in page.content.decode()
    data = {"number": "512/QĐ-UBND", "signed_on": "20/02/2020", "nominations": [nomination.pk]}
    shown = at_door(year.boss).post(address(year, "decision_record"), data)
    assert "Sẽ ghi đúng như sau" in words(shown)
    assert not Decision.objects.exists()
    assert "Đã ghi quyết định khen thưởng." in words(said_yes(at_door(year.boss), year, data))
    assert Decision.objects.get().entries.get().unit == year.units[0]


def test_a_dossier_that_is_not_there_is_not_found(year, at_door):
    for act in ("submit", "recall", "return", "finish"):
        assert posted(at_door(year.chair), year, f"proposal_{act}").status_code == 404
    year.nominated()
    year.drafted()
    # The province does not see a draft.
    assert posted(at_door(year.boss), year, "proposal_return", reason="x").status_code == 404
    assert "Tờ trình" not in words(at_door(year.boss).get(address(year, "proposal")))


def test_the_draft_of_a_letter_is_the_secretariats(year, at_door):
    year.nominated()
    letter = year.drafted().document
    readers = {}
    for status in ("draft", "final"):
        if status == "final":
            finalize_document(document=letter, by=year.chair, at=NOON)
        readers[status] = set()
        for name in ("chair", "member"):
            client = at_door(person(year, name))
            pdf = client.get(address(year, "submission_pdf")).status_code == 200
            assert ("to-trinh.pdf" in client.get(address(year, "proposal")).content.decode()) <= pdf
            readers[status] |= {name} if pdf else set()

    assert readers == {"draft": {"chair"}, "final": {"chair", "member"}}


def test_a_dossier_is_returned_with_a_reason_that_the_bloc_reads(year, at_door):
    year.nominated()
    year.submitted()
    year.go(Phase.SUBMITTED)

    assert posted(at_door(year.chair), year, "proposal_return", reason="x").status_code == 403
    assert posted(at_door(year.boss), year, "proposal_return").status_code == 403
    answer = at_door(year.boss).post(
        address(year, "proposal_return"), {"reason": "Thiếu bản quét giao ước."}, follow=True
    )
    assert "Đã trả lại hồ sơ cho khối." in words(answer)
    assert "Tỉnh trả lại: Thiếu bản quét giao ước." in words(
        at_door(year.chair).get(address(year, "proposal"))
    )


def test_an_appraisal_without_its_reason_comes_back_as_typed(year, at_door):
    first, second = year.nominated(), year.nominated(2, year.merit)
    year.submitted()
    year.go(Phase.SUBMITTED)
    officer, prefix = at_door(year.province_officer), f"n{first.pk}-"
    page = address(year, "nomination_appraise", first.pk)

    bare = officer.post(page, {f"{prefix}verdict": "adjust", f"{prefix}award_type": year.merit.pk})
    assert bare.status_code == 422
    assert "Điều chỉnh hoặc trả lại cần ghi lý do." in words(bare)
    assert re.search(rf'<option value="{year.merit.pk}" selected', bare.content.decode())
    nothing = officer.post(page, {f"{prefix}verdict": "", f"{prefix}reason": "Đã gõ"})
    assert (nothing.status_code, "Đã gõ" in nothing.content.decode()) == (422, True)
    member = at_door(year.officers[3]).post(page, {f"{prefix}verdict": "accept"})
    assert (member.status_code, first.appraisals.exists(), second.appraisals.exists()) == (422, False, False)


def test_a_decision_that_cannot_be_taken_comes_back_as_typed(year, at_door):
    nomination = year.nominated()
    year.appraised()
    boss = at_door(year.boss)
    data = {"number": "512/QĐ-UBND", "signed_on": "20/02/2020", "nominations": [nomination.pk]}

    wrong = boss.post(address(year, "decision_record"), {**data, "signed_on": "31/02/2020"})
    assert wrong.status_code == 422
    assert 'value="31/02/2020"' in wrong.content.decode()
    tomorrow = (timezone.now() + timedelta(days=2)).strftime("%d/%m/%Y")
    early = boss.post(address(year, "decision_record"), {**data, "signed_on": tomorrow})
    assert (early.status_code, f"Ngày ký quyết định ở tương lai ({tomorrow})." in words(early)) == (422, True)
    assert f'value="{tomorrow}"' in early.content.decode()
    data = echoed(boss, year, data)
    refused = at_door(year.chair).post(address(year, "decision_record"), data)
    assert (refused.status_code, Decision.objects.exists()) == (422, False)


# Agencies


def vetting(year, **changes):
    return {"unit": year.units[0].pk, "agency": "Thanh tra tỉnh", "finding": "Đang thanh tra", "from_on": "15/01/2020", **changes}  # fmt: skip


def test_what_an_agency_reports_holds_until_it_ends_and_is_lifted(year, at_door):
    nomination = year.nominated()
    boss = at_door(year.boss)
    answer = boss.post(address(year, "vetting_record"), vetting(year), follow=True)
    assert "Đã ghi ý kiến hiệp y." in words(answer)
    assert "Sở số 1 Tạm dừng" in words(answer)
    assert "Thanh tra tỉnh: Đang thanh tra" in words(answer)
    finding = VettingFinding.objects.get()
    assert posted(boss, year, "hold_lift", nomination.pk).status_code == 403

    odd = boss.post(address(year, "vetting_end", finding.pk), {"to_on": "hôm qua"}, follow=True)
    assert "Chưa lưu: hãy gõ ngày theo dạng ngày/tháng/năm." in words(odd)
    assert posted(boss, year, "vetting_end", finding.pk, to_on="01/01/2020").status_code == 403
    ended = boss.post(address(year, "vetting_end", finding.pk), {"to_on": "06/02/2020"}, follow=True)
    assert "Đã ghi ngày kết thúc." in words(ended)
    lifted = boss.post(address(year, "hold_lift", nomination.pk), follow=True)
    assert "Đã bỏ tạm dừng." in words(lifted)
    assert posted(boss, year, "vetting_end", finding.pk, to_on="06/02/2020").status_code == 404


def test_a_report_that_is_not_taken_comes_back_as_typed(year, at_door):
    boss = at_door(year.boss)
    wrong = boss.post(address(year, "vetting_record"), vetting(year, from_on="mai"))
    assert (wrong.status_code, 'value="Thanh tra tỉnh"' in wrong.content.decode()) == (422, True)
    stranger = boss.post(address(year, "vetting_record"), vetting(year, unit=year.stranger.pk))
    assert stranger.status_code == 422
    chair = at_door(year.chair).post(address(year, "vetting_record"), vetting(year))
    assert (chair.status_code, VettingFinding.objects.exists()) == (422, False)


# After the decision


def test_an_award_is_handed_over_and_annulled_on_the_page(year, at_door):
    entry = year.awarded()
    chair, boss = year.chair, year.boss
    given = {"presented_on": "16/12/2020", "place": "Hội trường", "presenter": "Ông Phó Chủ tịch"}

    half = at_door(chair).post(
        address(year, "presentation_record", entry.pk), {**given, "place": ""}, follow=True
    )
    assert "Chưa lưu:" in words(half)
    assert (
        posted(at_door(year.officers[3]), year, "presentation_record", entry.pk, **given).status_code == 403
    )
    done = at_door(chair).post(address(year, "presentation_record", entry.pk), given, follow=True)
    assert "Trao ngày 16/12/2020, Hội trường, Ông Phó Chủ tịch trao" in words(done)

    back = {"basis": "QĐ 77/QĐ-UBND", "withdrawn_on": "01/03/2021", "reason": "Kê khai không đúng."}
    assert "Ghi việc thu hồi" not in words(at_door(chair).get(address(year, "proposal")))
    assert posted(at_door(chair), year, "award_withdraw", entry.pk, **back).status_code == 403
    bare = at_door(boss).post(address(year, "award_withdraw", entry.pk), {**back, "reason": ""}, follow=True)
    assert "Chưa lưu:" in words(bare)
    gone = at_door(boss).post(address(year, "award_withdraw", entry.pk), back, follow=True)
    assert "Đã thu hồi ngày 01/03/2021: Kê khai không đúng. (QĐ 77/QĐ-UBND)" in words(gone)


# The law


LAW = {"from_date": "01/10/2017", "citation": "Nghị định 91/2017/NĐ-CP", "multiplier": "8,5"}


def test_the_law_of_awards_is_recorded_by_the_head(year, at_door):
    page = reverse("award_law", args=["kien-giang"])
    boss = at_door(year.boss)
    assert "Chưa ghi căn cứ; tiền thưởng chưa tính được." in words(boss.get(page))
    answer = boss.post(page, {**LAW, "award_type": year.flag.pk}, follow=True)
    assert "Đã ghi căn cứ khen thưởng." in words(answer)
    assert "Nghị định 91/2017/NĐ-CP Chưa xác minh Từ 01/10/2017" in words(answer)
    assert "8,5" in words(answer)
    wrong = boss.post(page, {**LAW, "award_type": year.flag.pk, "multiplier": "nhiều"})
    assert wrong.status_code == 422
    assert ('value="nhiều"' in wrong.content.decode(), "“nhiều” không phải là số." in words(wrong)) == (
        True,
        True,
    )

    officer = at_door(year.province_officer)
    assert ONLY_PROVINCE in words(officer.get(page))
    refused = officer.post(page, {**LAW, "award_type": year.flag.pk})
    assert (refused.status_code, ONLY_PROVINCE in words(refused)) == (422, True)
    assert at_door(year.chair).get(page).status_code == 404


# Query counts


QUERIES = {"nominations": 14, "proposal": 16, "poll": 10, "law": 9}


def cost(client, page, django_assert_num_queries, name):
    client.get(page)
    with django_assert_num_queries(QUERIES[name]):
        assert client.get(page).status_code == 200


def test_the_list_costs_the_same_with_one_row_and_with_three(year, at_door, django_assert_num_queries):
    for number, award in ((1, year.flag), (2, year.merit), (3, year.merit)):
        poll = year.counted(number, number, number, number, award_type=award)
        year.confirm(poll, reason="Hội nghị chọn.")
        if number in (1, 3):
            cost(at_door(year.chair), address(year, "nominations"), django_assert_num_queries, "nominations")


def test_the_dossier_costs_the_same_with_one_unit_and_with_three(year, at_door, django_assert_num_queries):
    other = AwardYear(slug="an-giang")
    for place, numbers in ((year, (1,)), (other, (1, 2, 3))):
        for number in numbers:
            place.nominated(number, place.flag if number == 1 else place.merit)
        place.submitted()
        place.go(Phase.SUBMITTED)
        for nomination in queries.nominations_of(place.cycle):
            place.appraise(nomination)
            services.record_vetting(
                unit=nomination.unit,
                agency="x",
                finding="y",
                from_on=date(2020, 1, 1),
                by=place.boss,
                at=NOON,
            )
        cost(at_door(place.boss), address(place, "proposal"), django_assert_num_queries, "proposal")


def test_the_awards_given_cost_the_same_for_one_and_for_three(year, at_door, django_assert_max_num_queries):
    other, found = AwardYear(slug="an-giang"), []
    for place, numbers in ((year, (1,)), (other, (1, 2, 3))):
        for number in numbers:
            place.nominated(number, place.flag if number == 1 else place.merit)
        place.appraised()
        place.decide()
        client = at_door(place.boss)
        client.get(address(place, "proposal"))
        with django_assert_max_num_queries(40) as seen:
            client.get(address(place, "proposal"))
        found.append(len(seen))
    assert found[0] == found[1]


def test_a_poll_costs_the_same_with_few_options_and_with_many(year, at_door, django_assert_num_queries):
    for candidates in ((1,), range(1, 8)):
        poll = year.open_poll(candidates=candidates)
        cost(at_door(year.heads[2]), poll.get_absolute_url(), django_assert_num_queries, "poll")


def test_the_law_costs_the_same_with_one_entry_and_with_three(year, at_door, django_assert_num_queries):
    page = reverse("award_law", args=["kien-giang"])
    year.law()
    cost(at_door(year.boss), page, django_assert_num_queries, "law")
    year.law(year.merit)
    year.law(from_date=date(2024, 1, 1))
    cost(at_door(year.boss), page, django_assert_num_queries, "law")
