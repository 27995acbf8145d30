"""Who sees what of votes and awards, what is to be done, and what must hold."""

from datetime import date, timedelta

import pytest

from awards import queries, services
from awards.enums import DecisionForm
from awards.models import Count
from blocs.enums import Phase, Role
from blocs.models import Membership
from blocs.queries import standing_in
from tests.factories.awards import MORNING, NOON, AwardYear, later
from tests.factories.documents import at, make_person
from tests.factories.planted import around_triggers

pytestmark = pytest.mark.django_db


def seen_by(year, ask):
    """Which of the people of the year get anything from `ask(who)`."""
    people = {
        "chair": year.chair,
        "member": year.officers[2],
        "outsider": year.outsider,
        "office": year.boss,
        "officer": year.province_officer,
        "council": year.council,
        "auditor": year.auditor,
        "admin": year.admin,
    }
    return {name for name, user in people.items() if ask(standing_in(year.cycle, user, NOON))}


READERS = {"member", "office", "officer", "council", "auditor", "chair"}


# Who sees what


def test_drafts_of_questions_are_the_secretariats(year):
    year.draft_poll()
    assert seen_by(year, lambda who: queries.polls_for(who, year.cycle)) == {"chair"}

    year.open_poll()
    assert seen_by(year, lambda who: queries.polls_for(who, year.cycle)) >= READERS
    assert "outsider" not in seen_by(year, lambda who: queries.polls_for(who, year.cycle))
    assert len(queries.polls_for(standing_in(year.cycle, year.chair, NOON), year.cycle)) == 2


def test_nominations_and_awards_are_seen_by_members_and_the_province_only(year):
    year.awarded()

    for ask in (queries.nominations_for, queries.entries_for):
        seen = seen_by(year, lambda who, ask=ask: ask(who, year.cycle))
        assert seen >= READERS
        assert "outsider" not in seen


def test_the_province_sees_the_dossier_once_it_was_sent(year):
    def ask(who):
        return queries.proposal_for(who, year.cycle)

    assert seen_by(year, ask) == set()
    year.nominated()
    year.drafted()
    assert seen_by(year, ask) == {"chair", "member"}
    year.submitted()
    assert seen_by(year, ask) >= READERS
    assert "outsider" not in seen_by(year, ask)


def test_the_minutes_of_counting_show_who_may_read_papers(year):
    year.counted(1, 1)
    assert queries.count_minutes_for(year.chair, year.cycle, NOON) is None
    paper = services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=NOON)

    assert queries.count_minutes_for(year.chair, year.cycle, NOON) == paper
    assert queries.count_minutes_for(year.outsider, year.cycle, NOON) is None


# The dossier


def test_the_oldest_dossier_on_its_way_stands_first_on_the_desk(year):
    assert not queries.proposals_of_province(year.province)
    year.nominated()
    year.drafted()
    assert not queries.proposals_of_province(year.province)
    proposal = year.submitted()
    assert list(queries.proposals_of_province(year.province)) == [proposal]
    year.appraised_from_here()
    year.decide()
    assert not queries.proposals_of_province(year.province)


def test_each_word_counts_from_the_day_the_dossier_came(year):
    nomination = year.nominated()
    year.submitted()
    year.go(Phase.SUBMITTED)
    year.appraise(nomination)
    (one,) = queries.nominations_of(year.cycle)

    assert queries.not_appraised([one], NOON) == []
    assert queries.not_appraised([one], NOON + timedelta(days=1)) == ["Sở số 1"]
    assert queries.not_appraised([one], None) == ["Sở số 1"]


def test_the_letter_cites_the_ground_of_each_award_as_of_its_day(year):
    year.law(citation="Nghị định số 91/2017/NĐ-CP của Chính phủ")
    year.law(year.merit, citation="Quyết định 5/2019/QĐ-UBND")
    year.law(year.merit, date(2021, 1, 1), "Quyết định 9/2021/QĐ-UBND")
    year.nominated()
    year.nominated(2, year.merit)

    lines = queries.bases_of_submission(year.cycle, date(2020, 2, 5)).splitlines()
    assert lines[-1] == "Căn cứ Quyết định 5/2019/QĐ-UBND"
    assert "Quyết định 9/2021" not in "".join(lines)
    newer = queries.bases_of_submission(year.cycle, date(2024, 6, 1)).splitlines()
    assert newer[0].startswith("Căn cứ Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022")
    assert newer[-1] == "Căn cứ Quyết định 9/2021/QĐ-UBND"


def test_the_law_is_listed_by_award_the_newest_first(year):
    year.law(year.merit)
    year.law()
    year.law(from_date=date(2024, 1, 1))
    AwardYear(slug="an-giang").law()

    listed = [(law.award_type.code, law.from_date.year) for law in queries.laws_of(year.province)]
    assert listed == [("flag", 2024), ("flag", 2017), ("merit", 2017)]


def test_an_undecided_tie_matters_at_the_flag_only(db):
    year = AwardYear(has_ranking=False)
    year.rank(u1={"is_tied": True, "decided_reason": "Nhiều sáng kiến."}, u2={"is_tied": True})
    year.nominated()
    year.nominated(2, year.merit)

    assert queries.submission_gaps(year.cycle) == []


def test_awards_are_offered_in_the_order_of_the_law(year):
    assert list(queries.award_types())[:2] == [year.flag, year.merit]


# Vetting


def test_a_report_holds_from_its_first_day_to_its_last(year):
    unit = year.units[0]
    found = services.record_vetting(
        unit=unit, agency="Thanh tra", finding="x", from_on=date(2020, 1, 10), by=year.boss, at=NOON
    )

    assert queries.open_findings(unit, date(2020, 1, 9)) == []
    assert queries.open_findings(unit, date(2020, 1, 10)) == [found]
    services.end_vetting(finding=found, to_on=date(2020, 1, 20), by=year.boss, at=NOON)
    assert queries.open_findings(unit, date(2020, 1, 20)) == [found]
    assert queries.open_findings(unit, date(2020, 1, 21)) == []


def test_reports_are_listed_while_open_for_the_year_and_for_the_province(year):
    for unit in (year.units[0], year.stranger):
        services.record_vetting(
            unit=unit, agency="Thanh tra", finding="x", from_on=date(2020, 1, 10), by=year.boss, at=NOON
        )

    assert [one.unit for one in queries.holds_on_members(year.cycle)] == [year.units[0]]
    assert [one.unit for one in queries.holds_of(year.province)] == [year.units[0], year.stranger]
    assert list(queries.member_units(year.cycle)) == year.units


def test_a_report_reaches_the_open_years_of_the_unit_only(year):
    nomination = year.nominated()
    assert list(queries.nominations_to_hold(year.units[0])) == [nomination]
    year.appraised()
    year.decide()

    # A decision has been taken: the agency's word comes too late for it.
    assert not queries.nominations_to_hold(year.units[0])
    assert queries.open_cycles_with(year.units[0]) == [year.cycle.pk]
    year.go(Phase.CLOSED)
    assert queries.open_cycles_with(year.units[0]) == []


# What speaks against a result


def test_nothing_speaks_against_what_is_not_settled_or_names_no_award(year):
    poll = year.open_poll()
    options = list(poll.options.all())

    assert queries.findings_for(year.cycle, poll, options, date(2020, 2, 5)) == []
    assert queries.order_findings_of(year.cycle, poll) == []
    chair = year.agree(2, "chair")
    assert queries.findings_for(year.cycle, chair, list(chair.options.all()), date(2020, 2, 5)) == []
    assert queries.order_findings_of(year.cycle, chair) == []
    assert queries.office_blockers(year.cycle, poll, options, None) == []


def test_the_order_of_votes_is_held_against_the_order_of_scores(year):
    poll = year.counted(2, 2, 2, 2, 1)

    assert queries.order_findings_of(year.cycle, poll) == [
        "Sở số 1 (99 điểm) có điểm cao hơn Sở số 2 (98 điểm) nhưng ít phiếu hơn (1 so với 4).",
        "Sở số 1 (99 điểm) không được chọn trong khi Sở số 2 (98 điểm) được chọn.",
    ]
    assert queries.order_findings_of(year.cycle, year.agree()) == []


def test_a_unit_taken_for_another_award_is_not_passed_over(year):
    year.nominated()
    poll = year.agree(2, award_type=year.merit)

    assert queries.order_findings_of(year.cycle, poll) == []


def test_who_is_ranked_is_a_candidate_with_its_figures(year):
    Membership.objects.filter(unit=year.units[6]).update(unranked_reason="Mới thành lập")
    first, last, stranger = year.units[0], year.units[6], year.stranger
    found = queries.candidates_of(year.cycle, [first, last, stranger], date(2020, 2, 5))

    assert (found[first.pk].rank, found[first.pk].not_ranked_reason) == (1, "")
    assert found[last.pk].not_ranked_reason == "Mới thành lập"
    assert found[stranger.pk].not_ranked_reason == "không phải đơn vị thành viên"
    assert found[first.pk].registered is True


def test_candidates_cost_the_same_for_one_and_for_many(year, django_assert_num_queries):
    for units in (year.units[:1], year.units):
        with django_assert_num_queries(5):
            queries.candidates_of(year.cycle, units, date(2020, 2, 5))


# Polls


def test_the_guidance_of_the_newest_board_gives_the_rule_of_voting(year):
    assert queries.vote_rule_of(year.cycle) is None
    guidance = year.guided()
    assert queries.guidance_of(year.cycle) == guidance
    assert queries.vote_rule_of(year.cycle) is None
    assert queries.quota_rule_of(year.cycle, year.flag) is None
    guidance.vote_rule = {"base": "valid", "numerator": 2, "denominator": 3}
    guidance.save()

    rule = queries.vote_rule_of(year.cycle)
    assert (rule.base, rule.numerator, rule.denominator) == ("valid", 2, 3)


def test_the_settling_count_is_the_last_of_a_settled_poll(year):
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    year.enter(poll, year.figures(poll, {1: 5}), officer=1)
    assert queries.settling_count(queries.poll_by_key(poll.pk)) is None
    year.enter(poll, year.figures(poll, {1: 4}), officer=2)
    year.enter(poll, year.figures(poll, {1: 4}), officer=1)

    assert queries.settling_count(queries.poll_by_key(poll.pk)).options[0].votes_for == 4
    assert queries.settling_count(year.agree()) is None


def test_polls_with_ballots_are_those_that_the_minutes_of_counting_hold(year):
    paper = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    hands = year.open_poll(DecisionForm.HANDS, candidates=(1,))
    for poll in (paper, hands):
        for officer in (1, 2):
            year.enter(poll, year.figures(poll, {1: 5}), officer=officer)
    year.agree()
    electronic = year.counted(1)

    assert list(queries.counted_polls(year.cycle)) == [paper, electronic]


def test_a_person_votes_on_the_line_that_waits(year):
    """The head of two units votes for the one that is there and has not voted yet."""
    year.heads[1].appointments.create(role=Role.UNIT_HEAD, unit=year.units[2], from_on=date(2019, 1, 1))
    poll = year.open_poll(roll=year.roll(absent=(2,)))
    who = standing_in(year.cycle, year.heads[1], MORNING)

    assert queries.roll_entry_for(who, poll).unit == year.units[2]
    year.vote(poll, 2, 1)
    assert queries.roll_entry_for(who, poll).unit == year.units[1]
    assert queries.roll_entry_for(standing_in(year.cycle, year.chair, MORNING), poll) is None


# Elsewhere


def todos(user, when=NOON):
    return [(todo.text, todo.url) for todo in queries.todos_for(user, when)]


def test_who_has_not_voted_is_asked_to(year):
    poll = year.open_poll(closes_at=later(30), roll=year.roll(absent=(7,), u6={"mandate": "UQ", "user": year.officers[5]}))  # fmt: skip
    asked = [("Bỏ phiếu: Suy tôn đơn vị nhận Cờ thi đua", poll.get_absolute_url())]

    assert todos(year.heads[0], later(5)) == asked
    assert todos(year.officers[5], later(5)) == asked
    assert todos(year.heads[5], later(5)) == []
    assert todos(year.heads[6], later(5)) == []
    assert todos(year.heads[0], later(30)) == []
    year.vote(poll, 1, 1)
    assert todos(year.heads[0], later(5)) == []


def test_ballots_in_a_box_are_nobodys_work_here(year):
    year.open_poll(DecisionForm.PAPER)

    assert todos(year.heads[0]) == []


def test_the_assigned_officer_is_asked_to_appraise_what_was_sent(year):
    other = make_person("khac@x", "Cán Bộ Khác", role=Role.PROVINCE_OFFICER, province=year.province)
    year.nominated()
    year.drafted()
    assert todos(year.province_officer) == []
    year.submitted()

    assert todos(year.province_officer) == [
        ("Thẩm định hồ sơ đề nghị khen thưởng", "/khoi/kien-giang/khoi-4/2019/khen-thuong/")
    ]
    assert todos(other) == []
    year.appraised_from_here()
    assert todos(year.province_officer) == [
        ("Ghi số, ngày của quyết định khen thưởng", "/khoi/kien-giang/khoi-4/2019/khen-thuong/")
    ]
    year.decide()
    assert todos(year.province_officer) == [
        ("Đã có quyết định: chuyển năm thi đua sang bước sau", "/khoi/kien-giang/khoi-4/2019/")
    ]
    year.go(Phase.DECIDED)
    assert todos(year.province_officer) == []


def test_work_to_do_costs_two_queries_whatever_there_is(year, django_assert_num_queries):
    for _ in range(3):
        year.open_poll()
        with django_assert_num_queries(2):
            queries.todos_for(year.heads[0], MORNING)


def test_awards_are_found_by_number_and_unit_by_those_who_may_see_the_year(year):
    year.awarded()

    def found(words, user=year.chair):
        return [hit.title for hit in queries.search_for(user, words, at(2020, 3, 1))]

    flag = ["Sở số 1: Cờ thi đua của UBND tỉnh"]
    assert found("512") == flag
    assert found("so so 1") == flag
    assert found("999") == []
    assert found("  ") == []
    assert found("512", AwardYear(slug="an-giang").chair) == []


# What must hold


def behind_the_forms(sql, *params):
    with around_triggers() as cursor:
        cursor.execute(sql, params)


def test_a_lost_ballot_is_noticed(year):
    poll = year.counted(1, 1, 2)
    assert queries.violations() == []
    behind_the_forms(
        "DELETE FROM awards_sealedballot WHERE id = (SELECT id FROM awards_sealedballot LIMIT 1)"
    )

    assert queries.violations() == [
        f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}: có 3 người đã bỏ phiếu, 2 lá phiếu niêm phong, 0 lá phiếu chưa niêm phong."
    ]


def test_a_ballot_left_behind_is_noticed(year):
    poll = year.counted(1)
    behind_the_forms(
        "INSERT INTO awards_ballot (id, poll_id, box) VALUES (gen_random_uuid(), %s, decode(repeat('00', 304), 'hex'))",
        poll.pk,
    )

    assert queries.violations() == [
        f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}: có 1 người đã bỏ phiếu, 1 lá phiếu niêm phong, 1 lá phiếu chưa niêm phong."
    ]


@pytest.mark.parametrize("broken", ["fingerprint", "person", "single"])
def test_figures_of_a_box_that_two_people_do_not_stand_for_are_noticed(year, broken):
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    for officer in (1, 2):
        year.enter(poll, year.figures(poll, {1: 5}), officer=officer)
    assert queries.violations() == []
    last = Count.objects.order_by("pk").last()
    sql, params = {
        "fingerprint": ("UPDATE awards_count SET fingerprint = 'x' WHERE id = %s", [last.pk]),
        "person": (
            "UPDATE awards_count SET counted_by_id = %s WHERE id = %s", [year.officers[0].pk, last.pk]
        ),
        "single": ("DELETE FROM awards_count WHERE id = %s", [last.pk]),
    }[broken]  # fmt: skip
    behind_the_forms(sql, *params)

    assert queries.violations() == [
        f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}: kết quả kiểm phiếu không do hai người nhập khớp nhau."
    ]
