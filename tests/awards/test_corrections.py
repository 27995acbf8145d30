"""A decision is echoed before it is recorded, dated like the acts around it, and put right by an entry beside it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from awards import queries, reports, services
from awards.enums import AppraisalVerdict, QuotaKind
from awards.models import Appraisal, DecisionEntry
from config.kit.refusals import Refused
from tests.factories.awards import NOON, AwardYear, at, later

REASON = "Ghi nhầm khi nhập: quyết định tặng Bằng khen."


@pytest.fixture
def year(db):
    return AwardYear()


def at_door(user):
    client = Client()
    client.force_login(user)
    return client


def reasons_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


def correct(year, entry, **changes):
    given = {
        "unit": entry.unit,
        "award_type": year.merit,
        "number": entry.decision.number,
        "signed_on": entry.decision.signed_on,
        "reason": REASON,
        "by": year.boss,
        "at": at(2020, 3, 1),
        **changes,
    }
    return services.correct_entry(entry=entry, **given)


def returned(year, reason="Còn đơn thư."):
    nomination = year.nominated()
    year.submitted()
    year.go("appraising")
    year.appraise(nomination, AppraisalVerdict.RETURN, reason=reason)
    services.finish_appraisal(proposal=queries.proposal_of(year.cycle), by=year.province_officer, at=NOON)
    return nomination


def test_a_correction_stands_beside_what_it_puts_right(year):
    wrong = year.awarded()

    right = correct(year, wrong)

    assert (right.award_type, right.corrects, right.nomination) == (year.merit, wrong, None)
    assert [*queries.standing_entries_of(year.cycle)] == [right]
    assert queries.entries_in(year.cycle) == [right]
    assert {*queries.entries_of(year.cycle)} == {wrong, right}
    assert reasons_of(lambda: correct(year, wrong)) == [
        "Mục này đã được đính chính. Hãy đính chính mục đang có hiệu lực."
    ]
    back = correct(year, right, award_type=year.flag, reason="Đính chính nhầm.")
    assert [*queries.standing_entries_of(year.cycle)] == [back]


def test_a_correction_may_name_another_unit_or_another_decision(year):
    entry = correct(
        year, year.awarded(), unit=year.units[2], number="513/QĐ-UBND", signed_on=date(2020, 2, 21)
    )

    assert (entry.unit_name, entry.decision.number) == ("Sở số 3", "513/QĐ-UBND")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"award_type": "flag"}, "Chưa sửa gì so với mục đã ghi. Hãy sửa chỗ sai rồi ghi đính chính."),
        ({"reason": " "}, "Đính chính cần ghi lý do."),
        ({"by": "province_officer"}, "Chỉ lãnh đạo cơ quan thường trực ghi đính chính."),
        (
            {"signed_on": date(2020, 12, 2)},
            "Ngày ký quyết định ở tương lai (02/12/2020). Hãy kiểm tra ngày và tháng.",
        ),
    ],
)
def test_a_correction_that_is_none_is_refused(year, changes, sentence):
    entry = year.awarded()
    changes = {
        key: getattr(year, value) if key in ("award_type", "by") else value for key, value in changes.items()
    }

    assert reasons_of(lambda: correct(year, entry, **changes)) == [sentence]


def test_a_correction_does_not_give_an_award_twice(year):
    year.nominated()
    year.nominated(2, year.merit)
    year.appraised()
    year.decide()
    flag, merit = queries.entries_of(year.cycle)

    assert reasons_of(lambda: correct(year, flag, unit=merit.unit)) == [
        f"{merit.unit} đã có quyết định tặng {year.merit} trong năm này."
    ]


def test_what_was_corrected_or_annulled_takes_nothing_more(year):
    wrong = year.awarded()
    right = correct(year, wrong)
    day = {"by": year.boss, "at": at(2020, 3, 2)}

    assert reasons_of(
        lambda: services.record_presentation(entry=wrong, presented_on=date(2020, 3, 1), place="x", **day)
    ) == ["Mục này đã được đính chính. Hãy ghi việc trao tặng ở mục đang có hiệu lực."]
    annulled = {"basis": "QĐ 7", "reason": "Kê khai sai.", "withdrawn_on": date(2020, 3, 1), **day}
    assert reasons_of(lambda: services.withdraw_award(entry=wrong, **annulled)) == [
        "Mục này đã được đính chính. Hãy thu hồi mục đang có hiệu lực."
    ]
    services.withdraw_award(entry=right, **annulled)
    assert reasons_of(lambda: correct(year, right, award_type=year.flag)) == [
        "Khen thưởng này đã bị thu hồi."
    ]


def test_the_database_keeps_one_standing_award_and_the_reason_of_a_correction(year):
    wrong = year.awarded()
    right = correct(year, wrong)
    kept = {"decision": wrong.decision, "cycle": year.cycle, "unit": wrong.unit, "unit_name": "Sở số 1"}

    # The corrected award is free again, the standing one is not.
    for fields, constraint in (
        ({"award_type": year.merit}, "decisionentry_award_once"),
        ({"award_type": year.flag, "corrects": right}, "decisionentry_correction_with_reason"),
        ({"award_type": year.flag, "correction_reason": "x"}, "decisionentry_correction_with_reason"),
        ({"award_type": year.flag, "corrects": wrong, "correction_reason": "x"}, "corrects_id"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            DecisionEntry.objects.create(**kept, **fields)
    DecisionEntry.objects.create(**kept, award_type=year.flag)


def test_a_nomination_last_returned_is_not_decided(year):
    nomination = returned(year)

    assert reasons_of(lambda: year.decide([nomination])) == [
        "Sở số 1: tỉnh đã trả lại đề nghị này (Còn đơn thư.). Hãy bỏ đơn vị này, hoặc ghi ý kiến thẩm định mới trước."
    ]


def test_the_database_gives_nothing_that_was_returned(year):
    nomination = returned(year)
    other = services.record_decision(
        cycle=year.cycle, number="9/QĐ-UBND", signed_on=date(2020, 2, 20), by=year.boss, at=at(2020, 2, 21),
        awards=[services.Award(year.units[3], year.merit)],
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="was returned"), transaction.atomic():
        DecisionEntry.objects.create(
            decision=other, cycle=year.cycle, unit=nomination.unit, unit_name="x", award_type=year.flag,
            nomination=nomination,
        )  # fmt: skip


def test_the_quota_holds_when_the_province_adjusts(year):
    year.guided(quota_rules={year.merit.code: {"kind": QuotaKind.FIXED, "fixed": 1}})
    flag = year.nominated()
    merit = year.nominated(2, year.merit)
    year.submitted()
    year.go("appraising")

    assert reasons_of(lambda: year.appraise(flag, "adjust", award_type=year.merit, reason="Hội đồng.")) == [
        f"{year.merit}: đề nghị 2, quá số lượng 1 đơn vị. Số lượng cố định 1: được đề nghị 1. Hãy bỏ bớt 1."
    ]
    # Once the other is adjusted away there is room.
    year.appraise(merit, "adjust", award_type=year.flag, reason="Đổi chỗ.")
    year.appraise(flag, "adjust", award_type=year.merit, reason="Đổi chỗ.", when=later(5))
    assert Appraisal.objects.filter(verdict=AppraisalVerdict.ADJUST).count() == 2


def test_a_decision_is_not_signed_before_its_dossier_went(year):
    nomination = year.nominated()
    year.appraised()

    assert reasons_of(lambda: year.decide([nomination], signed_on=date(2020, 2, 4))) == [
        "Ngày ký quyết định (04/02/2020) trước ngày tờ trình của khối (05/02/2020). Hãy kiểm tra ngày và tháng."
    ]


def test_awards_are_not_handed_over_or_annulled_tomorrow(year):
    entry = year.awarded()
    day = {"by": year.boss, "at": at(2020, 3, 1)}

    assert reasons_of(
        lambda: services.record_presentation(entry=entry, presented_on=date(2020, 3, 12), place="x", **day)
    ) == ["Ngày trao tặng ở tương lai (12/03/2020). Hãy kiểm tra ngày và tháng."]
    assert reasons_of(
        lambda: services.withdraw_award(
            entry=entry, basis="x", reason="x", withdrawn_on=date(2020, 3, 12), **day
        )
    ) == ["Ngày thu hồi ở tương lai (12/03/2020). Hãy kiểm tra ngày và tháng."]


def test_the_page_says_what_a_decision_will_record_before_it_does(year):
    nomination = year.nominated()
    other = year.nominated(2, year.merit)
    year.submitted()
    year.go("appraising")
    year.appraise(nomination, "adjust", award_type=year.merit, reason="Hội đồng.")
    year.appraise(other)
    services.finish_appraisal(proposal=queries.proposal_of(year.cycle), by=year.province_officer, at=NOON)
    door, url = at_door(year.boss), reverse("decision_record", args=year.cycle.slugs)
    given = {"number": "512/QĐ-UBND", "signed_on": "20/02/2020", "nominations": [nomination.pk]}
    named = [queries.nomination_by_key(nomination.pk)]
    echo = reports.decision_echo(year.cycle, named, "512/QĐ-UBND", date(2020, 2, 20), "")

    shown = door.post(url, given).content.decode()

    assert not DecisionEntry.objects.exists()
    assert echo.lines[0] == "Quyết định số 512/QĐ-UBND ngày 20/02/2020."
    assert echo.lines[1] == f"Sở số 1: {year.merit} (khối đề nghị {year.flag}); không ghi tiền thưởng."
    assert echo.lines[2] == "Không được khen thưởng trong quyết định này: Sở số 2."
    for line in echo.lines:
        assert line in shown
    # What would be refused is refused at once, not after a yes.
    ahead = door.post(url, {**given, "signed_on": "20/02/2099"})
    assert (ahead.status_code, "tương lai" in ahead.content.decode()) == (422, True)
    assert echo.lines[1] not in ahead.content.decode()
    # Said yes to something else than what would be recorded now: shown again.
    door.post(url, {**given, "number": "513/QĐ-UBND", "echo": echo.key})
    assert not DecisionEntry.objects.exists()
    assert door.post(url, {**given, "echo": echo.key}).status_code == 302
    assert DecisionEntry.objects.get().award_type == year.merit


def test_the_page_corrects_an_entry_and_keeps_what_was_typed(year):
    entry = year.awarded()
    door, url = at_door(year.boss), reverse("entry_correct", args=[*year.cycle.slugs, entry.pk])
    typed = {
        "unit": entry.unit_id,
        "award_type": year.merit.pk,
        "number": "512/QĐ-UBND",
        "signed_on": "20/02/2020",
    }
    typed = {f"c{entry.pk}-{name}": value for name, value in typed.items()}

    empty = door.post(url, typed)
    done = door.post(url, {**typed, f"c{entry.pk}-reason": REASON}, follow=True).content.decode()

    assert empty.status_code == 422
    assert "đã đính chính" in done
    assert REASON in done
    assert f"Đính chính mục “{entry}”" in done
