from datetime import date

import pytest

from awards.enums import AwardCode, Comparison, DecisionForm, PollKind, VoteBase
from awards.rules import VoteRule
from blocs.enums import Phase
from meetings import rules
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState, MeetingKind
from meetings.rules import agendas, reports

FLAG = AwardCode.FLAG.label
MERIT = AwardCode.MERIT.label


@pytest.mark.parametrize("phase", Phase)
def test_a_conference_is_held_from_reviewing_to_decided(phase):
    may = phase in (Phase.REVIEWING, Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED)

    assert (phase in rules.OPEN_IN["hold_summary"]) == may
    assert (phase in rules.OPEN_IN["hold_review"]) == (may or phase == Phase.VERIFYING)
    assert (phase in rules.OPEN_IN["hold_midyear"]) == (phase == Phase.EXECUTING)


def test_the_date_of_article_four_is_not_odd_when_it_is_read_the_right_way():
    assert rules.odd_dates(MeetingKind.SUMMARY, date(2020, 2, 5), 2019, date(2020, 2, 5)) == []


def test_the_date_as_the_article_prints_it_is_in_the_future_and_looks_swapped():
    assert rules.odd_dates(MeetingKind.SUMMARY, date(2020, 5, 2), 2019, date(2020, 2, 13)) == [
        "Ngày họp 02/05/2020 ở tương lai.",
        "Có thể ngày và tháng bị đảo: 05/02/2020?",
    ]


@pytest.mark.parametrize(
    ("kind", "on", "findings"),
    [
        (MeetingKind.LAUNCH, date(2018, 12, 20), 0),
        (MeetingKind.LAUNCH, date(2018, 9, 30), 1),
        (MeetingKind.SUMMARY, date(2018, 12, 20), 1),
        (MeetingKind.SUMMARY, date(2020, 8, 31), 0),
        (MeetingKind.SUMMARY, date(2020, 9, 1), 2),
        (MeetingKind.SUMMARY, date(2021, 1, 15), 1),
    ],
)
def test_days_before_the_year_and_long_after_it_are_odd(kind, on, findings):
    assert len(rules.odd_dates(kind, on, 2019)) == findings


@pytest.mark.parametrize(
    ("on", "other"),
    [
        (date(2020, 5, 2), date(2020, 2, 5)),
        (date(2020, 5, 13), None),
        (date(2020, 5, 5), None),
    ],
)
def test_a_date_that_could_be_swapped(on, other):
    assert rules.swapped(on) == other


@pytest.mark.parametrize(
    ("role", "state", "is_leader", "mandate", "counts"),
    [
        (AttendanceRole.MEMBER, AttendanceState.PRESENT, True, "", True),
        (AttendanceRole.MEMBER, AttendanceState.LATE, True, "", True),
        (AttendanceRole.MEMBER, AttendanceState.ABSENT, True, "", False),
        (AttendanceRole.MEMBER, AttendanceState.PRESENT, False, " ", False),
        (AttendanceRole.MEMBER, AttendanceState.PRESENT, False, "GUQ 12 ngày 04/02/2020", True),
        (AttendanceRole.GUEST, AttendanceState.PRESENT, True, "", False),
        (AttendanceRole.HOST, AttendanceState.PRESENT, True, "có", False),
    ],
)
def test_who_carries_a_vote(role, state, is_leader, mandate, counts):
    assert rules.counts_for_vote(role, state, is_leader=is_leader, mandate=mandate) == counts


@pytest.mark.parametrize(
    ("members", "numerator", "denominator", "least"),
    [(7, 2, 3, 5), (6, 2, 3, 4), (7, 0, 1, 0), (1, 1, 3, 1), (12, 80, 100, 10)],
)
def test_quorum_is_counted_in_integers(members, numerator, denominator, least):
    assert rules.least_present(members, numerator, denominator) == least


def test_quorum_in_words():
    assert rules.quorum_in_words(7, 7, 5) == (
        "Có mặt 7/7 đơn vị thành viên, đủ thành phần họp (phải có ít nhất 5)."
    )
    assert rules.quorum_in_words(7, 4, 5) == (
        "Có mặt 4/7 đơn vị thành viên, chưa đủ thành phần họp (phải có ít nhất 5)."
    )
    assert rules.quorum_in_words(7, 1, 0) == "Có mặt 1/7 đơn vị thành viên, đủ thành phần họp."


def test_a_line_of_the_list_needs_a_name_or_a_reason():
    faults = rules.attendance_faults

    assert faults("Sở Y tế", AttendanceState.ABSENT, "", "") == ["Sở Y tế: hãy ghi lý do vắng mặt."]
    assert faults("Sở Y tế", AttendanceState.PRESENT, "", " ") == ["Sở Y tế: hãy ghi họ tên người dự họp."]
    assert faults("Sở Y tế", AttendanceState.LATE, "", "Hà Văn Phúc") == []
    assert faults("Sở Y tế", AttendanceState.ABSENT, "Bận họp", "") == []


def test_the_rule_of_voting_is_secret_as_the_form_is():
    stated = VoteRule(base=VoteBase.ENTITLED, numerator=80, denominator=100, comparison=Comparison.AT_LEAST)

    assert rules.rule_for(DecisionForm.PAPER, stated).is_secret
    assert rules.rule_for(DecisionForm.ELECTRONIC, None).is_secret
    assert not rules.rule_for(DecisionForm.HANDS, stated).is_secret
    assert rules.rule_for(DecisionForm.CONSENSUS, None).numerator == rules.DEFAULT_VOTE_RULE.numerator


def test_shares_and_lists():
    assert rules.share(6, 7) == "85,7%"
    assert rules.share(7, 7) == "100%"
    assert rules.share(0, 0) == ""
    assert rules.listed([]) == ""
    assert rules.listed(["A"]) == "A"
    assert rules.listed(["A", "B", "C"]) == "A, B và C"


@pytest.mark.parametrize(
    ("kind", "names", "fields", "words"),
    [
        (
            PollKind.AWARD,
            ["Sở KH&CN"],
            {"award": FLAG, "award_code": AwardCode.FLAG},
            "suy tôn Sở KH&CN là đơn vị dẫn đầu, đề nghị tặng Cờ thi đua của UBND tỉnh năm 2019",
        ),
        (
            PollKind.AWARD,
            ["Sở GD&ĐT"],
            {"award": MERIT, "award_code": AwardCode.MERIT},
            "bình xét, đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh năm 2019 cho Sở GD&ĐT",
        ),
        (PollKind.CHAIR, ["Sở Du lịch"], {}, "bầu Sở Du lịch làm Khối trưởng năm 2020"),
        (PollKind.VICE, ["Sở KH&CN"], {"vice": "Cụm phó"}, "bầu Sở KH&CN làm Cụm phó năm 2020"),
        (PollKind.ADOPTION, ["x"], {"question": "Quy chế"}, "thông qua: Quy chế"),
        (PollKind.CHAIR, [], {"question": "Bầu Khối trưởng"}, "chưa quyết định được: Bầu Khối trưởng"),
    ],
)
def test_decisions_in_the_words_of_officials(kind, names, fields, words):
    assert rules.decision_in_words(kind, names, year=2019, **fields) == words


# Agendas


@pytest.mark.parametrize("kind", MeetingKind)
def test_every_kind_begins_with_an_agenda(kind):
    items = agendas.starting_agenda(kind, year=2019, chair="Khối trưởng", vice="Khối phó")

    assert items[0][1].startswith("Tuyên bố lý do")
    assert not any("{" in title for _, title in items)
    assert not any(item.is_presented_only and item.form for item, _ in items)
    assert all(item.award or item.poll_kind != PollKind.AWARD for item, _ in items)


def test_a_conference_after_a_review_does_not_ask_again():
    def kinds(**fields):
        items = agendas.starting_agenda(
            MeetingKind.SUMMARY, year=2019, chair="Khối trưởng", vice="Khối phó", **fields
        )
        return [item.kind for item, _ in items]

    assert kinds().count(AgendaKind.POLL) == 2
    assert AgendaKind.POLL not in kinds(after_review=True)
    assert kinds(after_review=True).count(AgendaKind.ELECTION) == 2


def test_reading_a_draft_is_not_adopting_it():
    items = agendas.starting_agenda(MeetingKind.LAUNCH, year=2024, chair="Khối trưởng", vice="Khối phó")
    forms = {item.paper: item.form for item, _ in items if item.paper}

    assert forms["plan"] == ""
    assert forms["regulation"] == DecisionForm.CONSENSUS


# Reports


def test_a_report_is_cut_into_text_and_markers():
    pieces = reports.pieces_of("I. MỞ\nMột.\n\n[[Sáng kiến]]\n [[Xếp hạng]] \nHai.")

    assert pieces == (
        reports.Piece(text="I. MỞ\nMột."),
        reports.Piece(marker="Sáng kiến"),
        reports.Piece(marker="Xếp hạng"),
        reports.Piece(text="Hai."),
    )
    assert reports.pieces_of("[[Sáng kiến]]") == (reports.Piece(marker="Sáng kiến"),)


def test_an_unknown_marker_is_named():
    assert reports.marker_faults(reports.pieces_of("[[Điểm]]\nchữ"), known=("A", "B")) == [
        "Không hiểu dòng “[[Điểm]]”. Hãy dùng một trong các dòng: A, B."
    ]
    assert reports.marker_faults(reports.pieces_of(reports.ANNUAL_BODY)) == []
    assert reports.marker_faults(reports.pieces_of(reports.MIDYEAR_BODY)) == []


def test_every_kind_has_a_usual_name():
    assert reports.meeting_title(MeetingKind.SUMMARY, 2019) == (
        "Hội nghị tổng kết công tác thi đua, khen thưởng năm 2019"
    )
    assert all(reports.meeting_title(kind, 2019) for kind in MeetingKind)


def test_the_report_lists_six_tasks_of_next_year():
    tasks = reports.ANNUAL_BODY.split("VI. ")[1].splitlines()

    assert sum(line[:1].isdigit() for line in tasks) == 6
