"""Ballots, counts, results, nominations and prizes that no longer follow from one another are found by name."""

from datetime import date

import pytest

from awards.enums import DecisionForm
from awards.models import Count, DecisionEntry, Nomination, Poll, Presentation
from awards.queries import figure_violations, violations
from awards.services import record_presentation
from blocs.models import BaseSalary
from tests.factories.awards import AwardYear
from tests.factories.documents import at
from tests.factories.planted import plant, plant_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(year):
    """A poll in which the first unit won with five of seven votes, confirmed."""
    poll = year.counted(2, 1, 1, 1, 1, 1, 2)
    year.confirm(poll)
    return Poll.objects.get(pk=poll.pk)


def where(poll):
    return f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}"


def test_a_year_of_votes_and_awards_is_sound(year, flag):
    year.nominated(2, year.merit)
    tied = year.counted(1, 1, 1, 3, 3, 3, candidates=(1, 3), award_type=year.merit)

    assert Poll.objects.get(pk=tied.pk).counts.exists()
    assert figure_violations() == []


def test_a_changed_sealed_ballot_is_found_by_counting_again(year, flag):
    one, two = year.key(flag, 1), year.key(flag, 2)
    plant(
        "UPDATE awards_sealedballot SET choice = %s WHERE id = ("
        "SELECT id FROM awards_sealedballot WHERE choice ? %s LIMIT 1)",
        f'{{"{two}": "for"}}',
        one,
    )

    (found,) = figure_violations()
    assert found.startswith(f"{where(flag)}: đếm lại phiếu niêm phong ra kết quả khác. ")
    assert f"{year.units[0]}, đồng ý: kết quả ghi 5, đếm lại được 4." in found


def test_a_voter_who_is_said_to_have_voted_or_not_is_found(year, flag):
    plant(
        "UPDATE awards_roll SET has_voted = false WHERE poll_id = %s AND unit_id = %s",
        flag.pk,
        year.units[0].pk,
    )

    (found,) = violations()
    assert "có 6 người đã bỏ phiếu, 7 lá phiếu niêm phong" in found


def test_a_changed_count_is_found_by_its_fingerprint_and_by_the_ballots(year, flag):
    count = Count.objects.get(poll=flag)
    plant_in(count, blank=count.blank + 1)

    found = figure_violations()
    assert found[:2] == [
        f"{where(flag)}: kết quả kiểm phiếu không còn đúng dấu vân tay của nó.",
        f"{where(flag)}: đếm lại phiếu niêm phong ra kết quả khác. Số phiếu trắng: kết quả ghi 1, đếm lại được 0.",
    ]
    assert "kết quả kiểm phiếu không thể đúng" in found[2]


def test_a_count_taken_away_is_found(year, flag):
    plant("DELETE FROM awards_count WHERE poll_id = %s", flag.pk)

    assert figure_violations()[0] == f"{where(flag)}: đã có kết quả nhưng không có lần kiểm phiếu nào."


@pytest.mark.parametrize("path", ["{elected}", "{winners}"])
def test_another_winner_than_the_count_gives_is_found(year, flag, path):
    plant(
        "UPDATE awards_poll SET result = jsonb_set(result, %s, %s::jsonb) WHERE id = %s",
        path,
        f'["{year.key(flag, 3)}"]',
        flag.pk,
    )

    assert len(figure_violations()) == 1
    assert figure_violations()[0].startswith(f"{where(flag)}: ")


def test_changed_figures_of_a_result_are_found_with_the_nomination_they_made(year, flag):
    key = year.key(flag, 1)
    plant(
        "UPDATE awards_poll SET result = jsonb_set(result, %s, '7') WHERE id = %s",
        ["options", key, "votes"],
        flag.pk,
    )

    assert figure_violations() == [
        f"{where(flag)}: kết quả không phải là kết quả mà số phiếu và quy tắc đã chốt đưa ra.",
        f"Đề nghị {year.flag.name} cho {year.units[0]}, {year.cycle}: số phiếu khác với kết quả bỏ phiếu.",
    ]


def test_a_paper_count_follows_the_rule_as_well(year):
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    for officer in (1, 2):
        year.enter(poll, year.figures(poll, {1: 5}), officer=officer)
    assert figure_violations() == []

    plant("UPDATE awards_poll SET outcome = 'failed' WHERE id = %s", poll.pk)
    assert len(figure_violations()) == 1


def test_a_rank_or_score_that_stands_in_no_ranking_is_found(year, flag):
    plant_in(Nomination.objects.get(), rank=2)

    assert figure_violations() == [
        f"Đề nghị {year.flag.name} cho {year.units[0]}, {year.cycle}: "
        "hạng và tổng điểm không có trong bảng xếp hạng nào của năm."
    ]


@pytest.fixture
def entry():
    """A flag with its prize, eight times the base salary of the day, handed over."""
    year = AwardYear()
    BaseSalary.objects.create(
        province=year.province, from_date=date(2019, 7, 1), amount=1_490_000, source="NĐ 38/2019/NĐ-CP"
    )
    year.law()
    entry = year.awarded()
    record_presentation(
        entry=entry, presented_on=date(2020, 3, 1), place="Hội trường", by=year.boss, at=at(2020, 3, 2)
    )
    return DecisionEntry.objects.get()


def test_a_prize_that_its_basis_does_not_tell_is_found(entry):
    assert entry.prize == 11_920_000
    assert figure_violations() == []
    plant_in(entry, prize=21_920_000)

    assert figure_violations() == [
        f"Quyết định 512/QĐ-UBND, {entry.unit_name}: tiền thưởng 21.920.000 đồng khác với cách tính đã ghi; "
        "mức theo quy định ngày ký là 11.920.000 đồng."
    ]
    plant("DELETE FROM awards_awardlaw")
    assert figure_violations()[0].endswith("khác với cách tính đã ghi.")


def test_an_award_of_another_units_nomination_and_one_handed_over_too_early_are_found(entry):
    other = entry.cycle.memberships.exclude(unit=entry.unit).first().unit
    plant("UPDATE awards_nomination SET unit_id = %s", other.pk)
    plant_in(Presentation.objects.get(), presented_on=date(2020, 2, 1))

    assert figure_violations()[-2:] == [
        f"Quyết định 512/QĐ-UBND, {entry.unit_name}: mục khen thưởng nối với đề nghị của đơn vị hoặc năm khác.",
        f"Quyết định 512/QĐ-UBND, {entry.unit_name}: ngày trao 01/02/2020 trước ngày ký 20/02/2020.",
    ]
