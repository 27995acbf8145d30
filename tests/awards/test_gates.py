import pytest

from awards import gates, services
from awards.enums import PollStatus
from awards.models import Poll
from blocs.enums import Phase
from blocs.queries import checks_for
from tests.factories.awards import NOON

pytestmark = pytest.mark.django_db


def test_every_result_is_confirmed_before_the_dossier_goes(year):
    assert gates.no_poll_is_open(year.cycle).holds
    year.draft_poll(question="Chưa mở")
    year.open_poll(question="Đang bỏ phiếu")
    counted = year.agree(question="Chưa xác nhận")

    check = gates.no_poll_is_open(year.cycle)
    assert check.missing == (
        "Chưa xác nhận kết quả: Đang bỏ phiếu.", "Chưa xác nhận kết quả: Chưa xác nhận.",
    )  # fmt: skip
    assert (check.is_hard, check.turn) == (True, "Khối trưởng")
    assert check.url == "/khoi/kien-giang/khoi-4/2019/binh-xet/"
    year.confirm(counted)
    services.void_poll(poll=Poll.objects.get(status=PollStatus.OPEN), reason="Nhầm.", by=year.chair, at=NOON)
    assert gates.no_poll_is_open(year.cycle).holds


def test_the_dossier_is_sent_then_appraised_then_decided(year):
    steps = []

    def note():
        held = [
            gate(year.cycle).holds
            for gate in (gates.dossier_submitted, gates.dossier_appraised, gates.decision_recorded)
        ]
        steps.append(held)

    note()
    year.nominated()
    year.drafted()
    note()
    year.submitted()
    note()
    year.appraised_from_here()
    note()
    year.decide()
    note()

    assert steps == [
        [False, False, False], [False, False, False], [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip


def test_a_returned_dossier_is_not_a_sent_one(year):
    year.nominated()
    proposal = year.submitted()
    assert gates.dossier_submitted(year.cycle).holds
    year.go(Phase.SUBMITTED)
    services.return_proposal(proposal=proposal, reason="Thiếu.", by=year.boss, at=NOON)

    assert gates.dossier_submitted(year.cycle).missing == (
        "Chưa trình hồ sơ. Hãy ban hành tờ trình rồi trình tỉnh.",
    )


def test_the_chair_of_the_next_year_is_asked_for_but_does_not_hold_the_year_up(year):
    def check():
        return gates.next_chair_elected(year.cycle)

    assert (check().holds, check().is_hard) == (False, False)
    year.open_next()
    assert not check().holds
    year.confirm(year.agree(3, "chair"))
    assert check().holds


def test_the_gates_stand_before_their_phases(year):
    asked = {
        phase.value: {check.claim for check in checks_for(year.cycle, phase)} for phase in list(Phase)[6:]
    }

    assert asked["submitted"] >= {
        "Mọi cuộc bỏ phiếu đã có kết quả xác nhận",
        "Đã trình hồ sơ đề nghị khen thưởng",
        "Đã bầu Khối trưởng năm sau",
    }
    assert "Đã trình hồ sơ đề nghị khen thưởng" in asked["appraising"]
    assert asked["decided"] >= {"Đã thẩm định xong hồ sơ", "Đã ghi quyết định khen thưởng"}
    assert "Đã ghi quyết định khen thưởng" in asked["closed"]
