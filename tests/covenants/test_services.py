from datetime import date, timedelta
from decimal import Decimal

import pytest

from blocs.enums import MilestoneKind, Phase, Role
from blocs.models import Cycle, Membership, Milestone, Unit
from blocs.queries import standing_in
from config.kit.refusals import Refused
from covenants import policies, queries, services
from covenants.enums import (
    Achievement,
    AdoptionForm,
    CovenantLevel,
    CovenantStatus,
    Direction,
    InitiativeLevel,
    MovementLevel,
    Period,
)
from covenants.models import (
    Content,
    Covenant,
    InitiativeCount,
    Movement,
    Participation,
    Registration,
    Result,
    Target,
    TargetAssignment,
    UnitReport,
)
from covenants.rules import TargetDraft
from covenants.services import ResultEntry
from documents import services as papers
from documents.enums import DocumentStatus, SigningMethod, SigningState
from documents.models import Document
from tests.factories.covenants import SPRING, SUMMER, TARGETS, WINTER, D, fresh_covenant
from tests.factories.documents import TINY_PDF, at, make_person

pytestmark = pytest.mark.django_db


def reasons(act, **arguments):
    with pytest.raises(Refused) as caught:
        act(**arguments)
    return caught.value.reasons


KEEPER = [policies.ONLY_KEEPER]


# Drafting


def test_a_draft_numbers_its_targets_through_all_contents(year):
    covenant = year.written()
    first = covenant.contents.get(position=1)
    services.add_targets(content=first, targets=[TargetDraft("Thêm")], by=year.officers[1], at=SPRING)

    assert [(t.number, t.text) for t in queries.targets_of(covenant)] == [
        (1, TARGETS[0].text), (2, TARGETS[1].text), (3, "Thêm"), (4, TARGETS[2].text), (5, TARGETS[3].text),
    ]  # fmt: skip
    assert covenant.document.title == "Bản giao ước thi đua"
    assert covenant.document.subject == "Năm 2019"


def test_removing_moves_the_numbers_up(year):
    covenant = year.written()
    services.remove_target(target=covenant.targets.get(number=1), by=year.chair, at=SPRING)
    assert [t.number for t in queries.targets_of(covenant)] == [1, 2, 3]

    services.remove_content(content=covenant.contents.get(position=1), by=year.chair, at=SPRING)
    assert [(c.position, c.title) for c in queries.contents_of(covenant)] == [(1, "Chấp hành chủ trương")]
    assert [t.number for t in queries.targets_of(covenant)] == [1, 2]


def test_words_of_a_draft_change(year):
    covenant = year.written()
    content = covenant.contents.get(position=1)
    target = covenant.targets.get(number=1)
    services.edit_covenant(covenant=covenant, opening="Lời mở đầu", by=year.chair, at=SPRING)
    services.edit_content(content=content, title="Tên mới", note="Ghi chú", by=year.chair, at=SPRING)
    services.edit_target(
        target=target,
        draft=TargetDraft("Chỉ tiêu mới", "%", Direction.AT_MOST, D("7.5")),
        by=year.chair,
        at=SPRING,
    )

    assert fresh_covenant(covenant).opening == "Lời mở đầu"
    assert Content.objects.get(pk=content.pk).title == "Tên mới"
    assert Target.objects.get(pk=target.pk).value == D("7.5")


def test_a_target_that_becomes_yes_or_no_loses_the_values_of_units(year):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    one, two, _ = (unit.pk for unit in year.units)
    services.set_assignments(
        target=target, values={one: D(90), two: services.NOT_ASSIGNED}, by=year.chair, at=SPRING
    )
    services.edit_target(
        target=target, draft=TargetDraft("A", direction=Direction.YES_NO), by=year.chair, at=SPRING
    )

    assert list(TargetAssignment.objects.values_list("unit", "is_assigned")) == [(two, False)]


def test_a_year_has_one_covenant(year):
    year.written()
    assert reasons(year.draft_covenant) == ["Đang có một dự thảo giao ước. Hãy hoàn thiện dự thảo đó."]

    year.adopt(Covenant.objects.get())
    assert reasons(year.draft_covenant) == [
        "Năm thi đua đã có giao ước. Hãy lập bản sửa đổi nếu cần thay đổi."
    ]


def test_only_the_secretariat_and_the_vice_chair_draft(year):
    draft = {"cycle": year.cycle, "at": SPRING}

    assert reasons(services.draft_covenant, by=year.officers[2], **draft) == KEEPER
    assert services.draft_covenant(by=year.heads[1], **draft).status == CovenantStatus.DRAFT


@pytest.mark.parametrize(
    "phase", [phase for phase in Phase if phase not in ("preparing", "launching", "executing")]
)
def test_a_covenant_is_not_drafted_after_execution(year, phase):
    year.set_phase(phase)

    assert "giai đoạn" in reasons(year.draft_covenant)[0] or "đã kết thúc" in reasons(year.draft_covenant)[0]


def test_last_years_contents_are_copied(year):
    covenant = year.adopted(opening="Mở đầu")
    following = Cycle.objects.create(bloc=year.bloc, year=2020)
    copied = services.draft_covenant(
        cycle=following, copy_from=queries.last_years_covenant(following), by=year.chair, at=at(2019, 12, 20)
    )

    assert copied.opening == "Mở đầu"
    assert [t.text for t in queries.targets_of(copied)] == [t.text for t in queries.targets_of(covenant)]
    assert not copied.targets.exclude(replaces=None).exists()
    assert queries.last_years_covenant(year.cycle) is None


def test_a_draft_whose_paper_is_settled_is_reopened_first(year):
    covenant = year.written()
    papers.finalize_document(document=covenant.document, by=year.chair, at=SPRING)

    assert reasons(services.edit_covenant, covenant=covenant, opening="x", by=year.chair, at=SPRING) == [
        "Văn bản giao ước đã chốt nội dung. Hãy mở lại dự thảo trước khi sửa."
    ]
    assert year.adopt(covenant).document.status == DocumentStatus.FINAL


def test_strangers_do_not_edit(year):
    covenant = year.written()

    assert (
        reasons(services.edit_covenant, covenant=covenant, opening="x", by=year.officers[2], at=SPRING)
        == KEEPER
    )


# Values of single units


def test_units_get_another_value_none_or_the_common_one_again(year):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    one, two, three = (unit.pk for unit in year.units)
    set_values = {"target": target, "by": year.chair, "at": SPRING}
    services.set_assignments(values={one: D(90), two: services.NOT_ASSIGNED, three: D(99)}, **set_values)
    services.set_assignments(values={three: None}, **set_values)
    year.adopt(covenant)

    given = queries.assignments_of(covenant)
    assert (given[target.pk, one].value, given[target.pk, two].is_assigned, given[target.pk, three].value) == (
        D(90), False, D(95),
    )  # fmt: skip
    assert len(given) == 12


def test_values_are_refused_where_they_make_no_sense(year):
    covenant = year.written()
    yes_no = {"target": covenant.targets.get(number=4), "by": year.chair, "at": SPRING}
    stranger = Unit.objects.create(province=year.province, name="Sở khác", short_name="Khác", slug="khac")

    assert reasons(services.set_assignments, values={year.units[0].pk: D(1)}, **yes_no) == [
        "Chỉ tiêu có hoặc không thì không có mức giao. Hãy chọn có giao hay không giao."
    ]
    assert reasons(services.set_assignments, values={stranger.pk: services.NOT_ASSIGNED}, **yes_no) == [
        "Chỉ giao chỉ tiêu cho đơn vị thành viên của năm thi đua."
    ]


# Adoption


def test_adoption_freezes_the_text_under_a_hash_and_says_how(year):
    covenant = year.adopt(year.written(), form=AdoptionForm.HANDS, note="Tại hội nghị triển khai")

    assert covenant.status == CovenantStatus.ADOPTED
    assert covenant.contents_sha256 == queries.contents_fingerprint(covenant)
    assert (covenant.get_adopted_form_display(), covenant.adopted_by) == (
        "Giơ tay biểu quyết tại hội nghị",
        year.chair,
    )
    assert covenant.document.status == DocumentStatus.FINAL
    assert reasons(services.edit_covenant, covenant=covenant, opening="x", by=year.chair, at=SPRING) == [
        policies.FROZEN
    ]
    assert reasons(year.adopt, covenant=covenant) == ["Giao ước này đã được thống nhất."]


def test_adoption_is_refused_to_others_without_targets_and_for_the_future(year):
    covenant = year.draft_covenant()
    assert reasons(year.adopt, covenant=covenant) == [
        "Giao ước chưa có chỉ tiêu. Hãy ghi ít nhất một nội dung có chỉ tiêu."
    ]

    content = services.add_content(covenant=covenant, title="I", by=year.chair, at=SPRING)
    services.add_targets(content=content, targets=TARGETS, by=year.chair, at=SPRING)
    assert reasons(year.adopt, covenant=covenant, by=year.heads[2]) == [
        "Chỉ đơn vị Khối trưởng hoặc Khối phó ghi nhận việc thống nhất giao ước."
    ]
    assert reasons(year.adopt, covenant=covenant, on=date(2019, 3, 21)) == [
        "Ngày thống nhất 21/03/2019 ở tương lai. Hãy kiểm tra ngày và tháng."
    ]
    year.set_phase(Phase.VERIFYING)
    assert reasons(year.adopt, covenant=covenant)[0].startswith("Việc này làm ở giai đoạn")


# Signing


def sign(year, covenant, place, **fields):
    return services.sign_covenant(
        covenant=covenant, unit=year.units[place], **{"by": year.heads[place], "at": SPRING, **fields}
    )


def test_each_head_signs_for_the_own_unit_and_the_last_completes_it(year):
    covenant = year.signing()
    assert [one.unit for one in queries.signings_of(covenant)] == year.units
    for place in range(3):
        signing = sign(year, covenant, place, at=SPRING + timedelta(minutes=place))

    assert (signing.state, signing.signatory_name, signing.capacity) == (
        SigningState.SIGNED,
        "Thủ trưởng 3",
        "Giám đốc",
    )
    assert signing.method == SigningMethod.BROWSER
    assert fresh_covenant(covenant).status == CovenantStatus.SIGNED


def test_a_second_signature_and_another_units_are_refused(year):
    covenant = year.signing()
    sign(year, covenant, 0)

    assert reasons(sign, year=year, covenant=covenant, place=0) == [
        "Sở số 1 đã ký. Chữ ký đã ghi nhận không ký lại và không rút được."
    ]
    assert reasons(sign, year=year, covenant=covenant, place=1, by=year.heads[0]) == [
        "Chỉ thủ trưởng hoặc người được ủy quyền của Sở số 2 ký."
    ]


def test_a_deputy_signs_without_mandate_and_an_officer_with_one(year):
    covenant = year.signing()
    deputy = make_person(
        "pho", "Phó Giám đốc", role=Role.UNIT_DEPUTY, unit=year.units[0], title="KT. GIÁM ĐỐC"
    )

    assert sign(year, covenant, 0, by=deputy).capacity == "KT. GIÁM ĐỐC"
    assert reasons(sign, year=year, covenant=covenant, place=1, by=year.officers[1])[0].startswith(
        "Người không phải lãnh đạo đơn vị ký cần giấy ủy quyền."
    )
    assert (
        sign(year, covenant, 1, by=year.officers[1], mandate="GUQ 05 ngày 01/3/2019").mandate
        == "GUQ 05 ngày 01/3/2019"
    )


def test_signing_waits_for_adoption_and_invitation(year):
    covenant = year.written()
    asking = {"covenant": covenant, "by": year.chair, "at": SPRING}
    assert reasons(services.open_signing, **asking) == [
        "Hãy ghi nhận việc thống nhất giao ước trước khi mời ký."
    ]
    assert reasons(services.record_signed_at_meeting, **asking) == [
        "Hãy ghi nhận việc thống nhất giao ước trước khi ghi nhận chữ ký."
    ]
    assert reasons(sign, year=year, covenant=covenant, place=0) == ["Giao ước chưa mời đơn vị này ký."]

    year.adopt(covenant)
    assert reasons(services.open_signing, **(asking | {"by": year.officers[2]})) == KEEPER
    assert services.open_signing(**asking).status == CovenantStatus.SIGNING
    assert reasons(services.open_signing, **asking) == ["Giao ước này đã mời mọi đơn vị thành viên ký."]


def test_signing_ends_with_the_execution(year):
    covenant = year.signing()
    year.set_phase(Phase.SELF_SCORING)

    assert reasons(sign, year=year, covenant=covenant, place=0) == [
        "Việc này làm ở giai đoạn “Chuẩn bị”, “Phát động, ký giao ước”, “Thực hiện, sơ kết”; "
        "năm thi đua đang ở giai đoạn “Tự chấm điểm”."
    ]


def test_all_sign_at_the_meeting_in_one_act_with_a_scan(year):
    covenant = year.adopted()
    scan = papers.upload_file(
        name="giao-uoc.pdf",
        content=TINY_PDF,
        cycle=year.cycle,
        document=covenant.document,
        by=year.chair,
        at=SPRING,
    )
    signed = services.record_signed_at_meeting(
        covenant=covenant,
        scan=scan,
        names={year.units[1].pk: ("Trần Văn B", "PHÓ GIÁM ĐỐC")},
        by=year.chair,
        at=SPRING,
    )

    assert signed.status == CovenantStatus.SIGNED
    assert [(s.signatory_name, s.scan) for s in queries.signings_of(covenant)] == [
        ("Thủ trưởng 1", scan), ("Trần Văn B", scan), ("Thủ trưởng 3", scan),
    ]  # fmt: skip
    assert reasons(services.record_signed_at_meeting, covenant=covenant, by=year.chair, at=SPRING) == [
        "Không còn bên nào chờ ký."
    ]


def test_who_signed_in_the_browser_keeps_that_signature(year):
    covenant = year.signing()
    sign(year, covenant, 0)
    services.record_signed_at_meeting(covenant=covenant, by=year.chair, at=SPRING)

    assert [s.method for s in queries.signings_of(covenant)] == [
        "browser",
        "wet_at_meeting",
        "wet_at_meeting",
    ]


def test_the_province_is_a_party_of_its_covenant(year):
    year.adopted()
    covenant = year.adopt(year.written(level=CovenantLevel.PROVINCE))
    services.open_signing(covenant=covenant, by=year.chair, at=SPRING)
    boss = make_person("boss", "Lãnh đạo Ban", role=Role.PROVINCE_HEAD, province=year.province)

    assert covenant.document.subject == "Năm 2019 với Ủy ban nhân dân tỉnh Kiên Giang"
    assert queries.signings_of(covenant)[-1].party == "Ủy ban nhân dân tỉnh Kiên Giang"
    assert (
        services.sign_covenant(covenant=covenant, unit=None, by=boss, at=SPRING).state == SigningState.SIGNED
    )


# Amendment


def amend(year, covenant, reason="Tỉnh giao thêm chỉ tiêu", by=None):
    return services.amend_covenant(covenant=covenant, reason=reason, by=by or year.chair, at=SUMMER)


def test_an_amendment_copies_and_holds_once_adopted(year):
    covenant = year.executing()
    draft = amend(year, covenant)
    assert (draft.version, draft.amends, fresh_covenant(covenant).status) == (
        2,
        covenant,
        CovenantStatus.SIGNED,
    )
    assert queries.covenant_in_force(year.cycle) == covenant

    services.add_targets(
        content=draft.contents.get(position=2), targets=[TargetDraft("Mới")], by=year.chair, at=SUMMER
    )
    year.adopt(draft, on=date(2019, 7, 1), at=SUMMER)

    assert fresh_covenant(covenant).status == CovenantStatus.REPLACED
    assert reasons(services.open_signing, covenant=covenant, by=year.chair, at=SUMMER) == [
        "Bản giao ước này đã được thay. Hãy mời ký bản mới."
    ]
    assert queries.covenant_in_force(year.cycle) == draft
    assert [t.replaces.number if t.replaces else None for t in queries.targets_of(draft)] == [
        1,
        2,
        3,
        4,
        None,
    ]
    assert fresh_covenant(draft).document.subject == "Năm 2019 (sửa đổi lần 1)"


def test_an_amendment_keeps_values_of_units(year):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    services.set_assignments(
        target=target,
        values={year.units[0].pk: D(90), year.units[1].pk: services.NOT_ASSIGNED},
        by=year.chair,
        at=SPRING,
    )
    draft = amend(year, year.adopt(covenant))

    assert sorted(TargetAssignment.objects.filter(target__covenant=draft).values_list("is_assigned", "value")) == [
        (False, None), (True, D(90)),
    ]  # fmt: skip


def test_nobody_is_asked_to_sign_the_old_text_any_more(year):
    covenant = year.signing()
    sign(year, covenant, 0)
    year.adopt(amend(year, covenant), on=date(2019, 7, 1), at=SUMMER)

    assert [s.state for s in queries.signings_of(covenant)] == ["signed", "absent", "absent"]
    assert reasons(sign, year=year, covenant=covenant, place=1) == [
        "Bản giao ước này đã được thay. Hãy ký bản mới."
    ]
    assert reasons(amend, year=year, covenant=covenant) == ["Chỉ sửa đổi được giao ước đang có hiệu lực."]


def test_an_issued_covenant_is_amended_by_a_paper_that_replaces_it(year):
    covenant = year.signed()
    year.issue(covenant.document, number="", issued_on=date(2019, 3, 20))
    draft = amend(year, covenant)
    assert draft.document.supersedes_id == covenant.document_id

    year.adopt(draft, on=date(2019, 7, 1), at=SUMMER)
    services.record_signed_at_meeting(covenant=draft, by=year.chair, at=SUMMER)
    year.issue(fresh_covenant(draft).document, number="", issued_on=date(2019, 5, 2))

    assert Document.objects.get(pk=covenant.document_id).status == DocumentStatus.REPLACED


def test_an_amendment_has_a_reason_and_one_draft_at_a_time(year):
    covenant = year.adopted()
    assert reasons(amend, year=year, covenant=covenant, reason=" ") == ["Hãy ghi lý do sửa đổi giao ước."]
    assert reasons(amend, year=year, covenant=covenant, by=year.heads[2]) == KEEPER

    amend(year, covenant)
    assert reasons(amend, year=year, covenant=covenant) == [
        "Đang có một dự thảo giao ước. Hãy hoàn thiện dự thảo đó."
    ]


# Results


def test_results_are_written_changed_and_taken_away(year):
    covenant = year.executing()

    assert year.record(covenant) == 4
    assert year.record(covenant) == 0
    assert year.record(covenant, actuals=("97", None, "12")) == 2
    figures = queries.figures_of(year.cycle, Period.MID)
    assert [f.actual for f in figures.of_unit(year.units[0].pk)] == [D(97), None, D(12), D(1)]
    assert [f.achievement for f in figures.of_unit(year.units[0].pk)] == [
        Achievement.EXCEEDED, Achievement.MISSING, Achievement.MET, Achievement.MET,
    ]  # fmt: skip
    assert year.record(covenant, actuals=(None, None, None)) == 2


def test_evidence_stays_when_only_the_figure_changes(year):
    covenant = year.executing()
    target = covenant.targets.get(number=1)
    file = papers.upload_file(
        name="bc.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[0], by=year.chair, at=SUMMER
    )
    one = {"cycle": year.cycle, "unit": year.units[0], "period": Period.MID, "by": year.chair, "at": SUMMER}
    services.record_results(entries={target.pk: ResultEntry(D(1), evidence=file)}, **one)
    services.record_results(entries={target.pk: ResultEntry(D(2), note=" Ghi chú ")}, **one)

    result = Result.objects.get()
    assert (result.actual, result.evidence, result.note) == (D(2), file, "Ghi chú")


def test_only_the_units_own_people_enter_and_only_in_time(year):
    covenant = year.executing()
    entry = {"cycle": year.cycle, "unit": year.units[2], "period": Period.MID, "entries": {}, "at": SUMMER}
    own = ["Chỉ người của đơn vị thành viên làm được việc này cho đơn vị mình."]

    assert reasons(services.record_results, by=year.chair, **entry) == own
    assert services.record_results(by=year.heads[2], **entry) == 0
    year.set_phase(Phase.VERIFYING)
    assert reasons(year.record, covenant=covenant)[0].startswith(
        "Việc này làm ở giai đoạn “Thực hiện, sơ kết”, “Tự chấm"
    )


def test_there_is_nothing_to_enter_without_a_covenant(year):
    year.set_phase(Phase.EXECUTING)
    missing = ["Chưa có giao ước thi đua được thống nhất nên chưa nhập kết quả được."]

    assert reasons(
        services.record_results,
        cycle=year.cycle, unit=year.units[0], period=Period.MID, entries={}, by=year.chair, at=SUMMER,
    ) == missing  # fmt: skip
    assert reasons(year.send) == ["Chưa có giao ước thi đua được thống nhất nên chưa gửi báo cáo được."]


def test_figures_for_foreign_and_unassigned_targets_are_refused(year):
    covenant = year.written()
    target = covenant.targets.get(number=1)
    services.set_assignments(
        target=target, values={year.units[0].pk: services.NOT_ASSIGNED}, by=year.chair, at=SPRING
    )
    year.adopt(covenant)
    year.set_phase(Phase.EXECUTING)
    one = {"cycle": year.cycle, "unit": year.units[0], "period": Period.MID, "by": year.chair, "at": SUMMER}

    assert reasons(
        services.record_results, entries={target.pk: ResultEntry(D(1)), 0: ResultEntry(D(1))}, **one
    ) == [
        "Chỉ tiêu số 1 không giao cho đơn vị nên không nhập kết quả.",
        "Có chỉ tiêu không thuộc giao ước đang có hiệu lực. Hãy tải lại trang.",
    ]
    assert year.record(covenant, actuals=(None, "1", "12", "1")) == 3
    assert year.send().sent_at == SUMMER


def test_a_unit_that_joined_later_is_given_what_all_have(year):
    covenant = year.executing()
    year._join("kien-giang", 3)

    assert year.record(covenant, place=3) == 4
    assert TargetAssignment.objects.get(unit=year.units[3], target__number=1).value == 95


def test_results_follow_their_target_into_an_amended_covenant(year):
    covenant = year.executing()
    year.record(covenant)
    draft = amend(year, covenant)
    services.add_targets(
        content=draft.contents.get(position=2), targets=[TargetDraft("Mới")], by=year.chair, at=SUMMER
    )
    year.adopt(draft, on=date(2019, 7, 1), at=SUMMER)

    figures = queries.figures_of(year.cycle, Period.MID)
    old = covenant.targets.get(number=1)
    assert figures.get(old.pk, year.units[0].pk).actual == 96
    assert figures.get(old.pk, year.units[0].pk).target.covenant_id == draft.pk
    assert [f.actual for f in figures.of_unit(year.units[0].pk)] == [D(96), D(1), D(12), D(1), None]
    assert year.record(draft, actuals=("98", "1", "12", "1", "1")) == 2


# Reports


def test_a_report_is_sent_whole_by_the_head_and_then_stands(year):
    covenant = year.executing()
    year.record(covenant, actuals=("96", None, None, "1"))
    assert reasons(year.send) == ["Chưa có kết quả của chỉ tiêu số 2 và 3. Hãy nhập đủ rồi gửi."]

    year.record(covenant)
    send = {"cycle": year.cycle, "unit": year.units[0], "period": Period.MID, "at": SUMMER}
    assert reasons(services.send_report, by=year.officers[0], **send) == [
        "Chỉ lãnh đạo đơn vị gửi báo cáo của đơn vị mình."
    ]
    report = services.send_report(by=year.heads[0], note="Thuận lợi", **send)
    assert (report.sent_by, report.note) == (year.heads[0], "Thuận lợi")
    assert reasons(year.send) == ["Đơn vị đã gửi báo cáo của kỳ này."]
    assert reasons(year.record, covenant=covenant) == [
        "Báo cáo của kỳ này đã gửi. Hãy rút lại trước khi sửa, hoặc cập nhật số chính thức."
    ]


def test_a_report_is_sent_in_its_phases(year):
    year.executing()
    year.set_phase(Phase.REVIEWING)

    assert reasons(year.send)[0].startswith("Việc này làm ở giai đoạn")


def test_a_report_is_taken_back_until_the_bloc_received_it(year):
    covenant = year.executing()
    year.record(covenant)
    report = year.send()
    back = {"report": report, "reason": "Nhầm số", "by": year.heads[0], "at": SUMMER}
    assert reasons(services.withdraw_report, **(back | {"reason": " "})) == ["Hãy ghi lý do rút lại báo cáo."]
    assert reasons(services.withdraw_report, **(back | {"by": year.officers[0]})) == [
        "Chỉ lãnh đạo đơn vị rút lại báo cáo của đơn vị mình."
    ]
    services.withdraw_report(**back)
    assert reasons(services.withdraw_report, **back) == ["Báo cáo này chưa gửi."]
    assert year.record(covenant, actuals=("97",)) == 1

    year.send()
    services.receive_report(report=report, by=year.officers[1], at=SUMMER)
    assert reasons(services.withdraw_report, **back) == [
        "Khối đã tiếp nhận báo cáo nên không rút lại được. Hãy cập nhật số chính thức nếu số đã đổi."
    ]


def test_a_report_is_received_once_by_the_secretariat(year):
    covenant = year.executing()
    year.record(covenant)
    report = year.send()
    assert reasons(services.receive_report, report=report, by=year.heads[2], at=SUMMER) == KEEPER

    services.receive_report(report=report, by=year.chair, at=SUMMER)
    assert reasons(services.receive_report, report=report, by=year.chair, at=SUMMER) == [
        "Báo cáo này đã được tiếp nhận."
    ]


def test_what_was_not_sent_is_not_received(year):
    report = UnitReport.objects.create(cycle=year.cycle, unit=year.units[0], period=Period.MID)

    assert reasons(services.receive_report, report=report, by=year.chair, at=SUMMER) == [
        "Đơn vị chưa gửi báo cáo này."
    ]
    assert policies.withdraw_report(queries_standing(year, year.heads[0]), None) == ["Báo cáo này chưa gửi."]


def queries_standing(year, user, when=SUMMER):
    return standing_in(year.cycle, user, when)


def test_a_unit_gets_more_time_with_a_reason_before_the_date(year):
    covenant = year.executing()
    extend = {
        "cycle": year.cycle, "unit": year.units[0], "period": Period.MID, "extended_to": date(2019, 7, 20),
        "reason": "Thiên tai", "by": year.chair, "at": SUMMER,
    }  # fmt: skip
    assert reasons(services.extend_report, **extend) == [
        "Kỳ này chưa đặt hạn. Hãy đặt mốc thời hạn của khối trước."
    ]

    Milestone.objects.create(cycle=year.cycle, kind=MilestoneKind.MIDYEAR, due_on=date(2019, 7, 10))
    assert reasons(services.extend_report, **(extend | {"by": year.heads[2]})) == KEEPER
    assert reasons(services.extend_report, **(extend | {"reason": ""})) == ["Hãy ghi lý do gia hạn."]
    assert reasons(services.extend_report, **(extend | {"extended_to": date(2019, 7, 10)})) == [
        "Hạn mới phải sau hạn đang có là 10/07/2019."
    ]
    assert reasons(services.extend_report, **(extend | {"at": at(2019, 7, 11)})) == [
        "Hạn 10/07/2019 đã qua nên không gia hạn được nữa."
    ]
    report = services.extend_report(**extend)
    assert queries.report_due_on(year.cycle, Period.MID, report) == date(2019, 7, 20)
    assert queries.report_due_on(year.cycle, Period.MID) == date(2019, 7, 10)

    year.record(covenant)
    year.send()
    assert reasons(services.extend_report, **extend) == ["Đơn vị đã gửi báo cáo của kỳ này."]


# Official figures


def true_up(year, result, by=None, **fields):
    return services.true_up_result(
        result=result,
        **{"actual": D("95.5"), "by": by or year.officers[0], "at": WINTER, "note": "Cục Thống kê", **fields},
    )


def test_an_estimate_becomes_official_as_a_new_version_even_in_a_closed_year(year):
    covenant = year.executing()
    year.set_phase(Phase.SELF_SCORING)
    year.record(covenant, period=Period.YEAR, is_estimated=True)
    year.send(period=Period.YEAR)
    year.set_phase(Phase.CLOSED)
    estimate = Result.objects.get(assignment__target__number=1)
    official = true_up(year, estimate)

    assert (official.version, official.previous, official.is_estimated) == (2, estimate, False)
    assert Result.objects.get(pk=estimate.pk).actual == 96
    assert queries.figures_of(year.cycle).get(estimate.assignment.target_id, year.units[0].pk).actual == D(
        "95.5"
    )
    assert queries.result_history(year.cycle, year.units[0], Period.YEAR) == [official]
    assert reasons(true_up, year=year, result=estimate) == [
        "Kết quả này đã có số chính thức. Hãy tải lại trang."
    ]
    assert reasons(true_up, year=year, result=official) == ["Kết quả này đã là số chính thức."]
    assert reasons(true_up, year=year, result=estimate, by=year.officers[1])[0].startswith(
        "Chỉ người của đơn vị"
    )


def test_an_estimate_that_was_not_sent_is_simply_changed(year):
    covenant = year.executing()
    year.record(covenant, is_estimated=True)

    assert reasons(true_up, year=year, result=Result.objects.first()) == [
        "Báo cáo chưa gửi. Hãy sửa số ngay trong bảng nhập kết quả."
    ]
    year.set_phase(Phase.VERIFYING)
    assert true_up(year, Result.objects.order_by("pk").first(), note="").note == ""


def test_an_official_figure_is_not_overwritten_after_taking_the_report_back(year):
    covenant = year.executing()
    year.record(covenant, is_estimated=True)
    report = year.send()
    true_up(year, Result.objects.get(assignment__target__number=1), at=SUMMER)
    services.withdraw_report(report=report, reason="Nhầm", by=year.heads[0], at=SUMMER)

    assert reasons(year.record, covenant=covenant, actuals=("99",)) == [
        "Chỉ tiêu số 1 đã có số chính thức thay số ước nên không sửa được."
    ]
    assert year.record(covenant, actuals=("95.5", "0")) == 1


# Registrations, movements, initiatives


def test_a_unit_registers_once_and_may_take_it_back(year):
    claim = {
        "cycle": year.cycle, "unit": year.units[2], "award_text": "Cờ thi đua của UBND tỉnh", "award_code": "flag",
        "by": year.officers[2], "at": SPRING,
    }  # fmt: skip
    registration = services.register_award(**claim)

    assert reasons(services.register_award, **claim) == ["Đơn vị đã đăng ký “Cờ thi đua của UBND tỉnh”."]
    assert reasons(services.cancel_registration, registration=registration, by=year.chair, at=SPRING) == [
        "Chỉ người của đơn vị thành viên làm được việc này cho đơn vị mình."
    ]
    assert queries.registrations_of(year.cycle) == [registration]
    services.cancel_registration(registration=registration, by=year.heads[2], at=SPRING)
    assert not Registration.objects.exists()


def add_movement(year, by=None, name="Chung sức xây dựng nông thôn mới"):
    return services.add_movement(
        cycle=year.cycle,
        name=name,
        level=MovementLevel.GOVERNMENT,
        launched_by="Thủ tướng Chính phủ",
        launched_on=date(2019, 1, 5),
        by=by or year.chair,
        at=SPRING,
    )


def test_movements_are_kept_by_the_secretariat_and_answered_by_units(year):
    movement = add_movement(year)
    assert reasons(add_movement, year=year) == ["Phong trào “Chung sức xây dựng nông thôn mới” đã ghi."]
    assert reasons(add_movement, year=year, by=year.officers[2]) == KEEPER

    said = {"movement": movement, "at": SUMMER}
    services.record_participation(unit=year.units[2], outcome="Hỗ trợ 2 xã", by=year.officers[2], **said)
    services.record_participation(unit=year.units[1], outcome="Hỗ trợ 1 xã", by=year.chair, **said)
    assert reasons(
        services.record_participation, unit=year.units[0], outcome="x", by=year.heads[2], **said
    ) == ["Chỉ người của đơn vị thành viên làm được việc này cho đơn vị mình."]
    assert reasons(services.remove_movement, movement=movement, by=year.chair, at=SUMMER) == [
        "Đã có đơn vị ghi kết quả của phong trào này nên không bỏ được."
    ]
    assert [p.outcome for p in queries.movements_of(year.cycle)[0].outcomes] == ["Hỗ trợ 1 xã", "Hỗ trợ 2 xã"]

    for place in (1, 2):
        services.record_participation(unit=year.units[place], outcome=" ", by=year.chair, **said)
    assert not Participation.objects.exists()
    services.remove_movement(movement=movement, by=year.chair, at=SUMMER)
    assert not Movement.objects.exists()


def test_initiatives_are_counted_by_unit_or_for_the_whole_bloc(year):
    def record(unit, by, **counts):
        services.record_initiatives(cycle=year.cycle, unit=unit, counts=counts, by=by, at=SUMMER)

    assert queries.initiative_totals(year.cycle) == {}
    record(year.units[1], year.officers[1], grassroots=20, province=1)
    record(year.units[2], year.officers[2], grassroots=10)
    assert queries.initiative_totals(year.cycle) == {"grassroots": 30, "province": 1}

    record(None, year.chair, grassroots=130, province=6)
    assert queries.initiative_totals(year.cycle) == {"grassroots": 130, "province": 6}
    record(None, year.chair, grassroots=None)
    assert InitiativeCount.objects.filter(unit=None).get().level == InitiativeLevel.PROVINCE
    assert reasons(record, unit=None, by=year.officers[2], grassroots=1) == KEEPER


def test_what_left_the_bloc_does_not_sign(year):
    covenant = year.adopted()
    Membership.objects.filter(unit=year.units[2]).update(left_on=date(2019, 3, 1))
    services.open_signing(covenant=covenant, by=year.chair, at=SPRING)

    assert [one.unit for one in queries.signings_of(covenant)] == year.units[:2]
    assert Decimal(len(queries.figures_of(year.cycle, covenant=covenant).cells)) == 8
