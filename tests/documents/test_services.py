from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from blocs.enums import Phase, Role
from blocs.models import Appointment, Cycle, Term
from config.kit import blobs, filetypes, pdf
from config.kit.refusals import Conflict, Refused
from config.kit.text import day, moment
from documents import policies, queries, reports, services
from documents.enums import DocumentKind, DocumentStatus, SigningMethod, SigningState
from documents.models import Document, IssuedFile, NumberSeries, Signing, Upload
from tests.factories.documents import NOON, TINY_PDF, Year, at, fresh, make_person

pytestmark = pytest.mark.django_db


def reasons_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


# Drafting


def test_the_secretariat_drafts_and_a_plain_member_does_not(year):
    assert year.draft().status == DocumentStatus.DRAFT

    reasons = reasons_of(
        lambda: services.draft_document(
            cycle=year.cycle,
            kind=DocumentKind.PLAN,
            title="Kế hoạch",
            subject="",
            by=year.officers[2],
            at=NOON,
        )
    )
    assert reasons == [policies.ONLY_KEEPER]


def test_a_unit_drafts_its_own_paper(year):
    kept = {"kind": DocumentKind.OTHER, "title": "Báo cáo", "subject": "", "at": NOON, "cycle": year.cycle}

    assert services.draft_document(unit=year.units[2], by=year.officers[2], **kept).unit == year.units[2]
    assert reasons_of(lambda: services.draft_document(unit=year.units[2], by=year.officers[1], **kept)) == [
        "Chỉ đơn vị soạn văn bản này làm được việc này."
    ]


def test_the_standing_office_drafts_for_the_province(year):
    kept = {
        "province": year.province,
        "kind": DocumentKind.OTHER,
        "title": "Thông báo",
        "subject": "",
        "at": NOON,
    }

    assert services.draft_document(by=year.province_officer, **kept).cycle is None
    assert reasons_of(lambda: services.draft_document(by=year.chair, **kept)) == [policies.ONLY_PROVINCE]


def test_a_closed_year_takes_no_new_paper(year):
    draft = year.draft()
    close(year)

    assert "kết thúc" in reasons_of(year.draft)[0]
    assert (
        "kết thúc"
        in reasons_of(lambda: services.finalize_document(document=draft, by=year.chair, at=NOON))[0]
    )


def close(year):
    row = Cycle.objects.filter(pk=year.cycle.pk)
    order = list(Phase)
    for phase in order[order.index(Phase.LAUNCHING) + 1 :]:
        row.update(phase=phase)
    year.cycle.refresh_from_db()


def test_a_year_without_chair_is_drafted_by_the_chair_before_it(year):
    following = Cycle.objects.create(bloc=year.bloc, year=2020)
    draft = services.draft_document(
        cycle=following, kind=DocumentKind.PLAN, title="Kế hoạch", subject="", by=year.chair, at=NOON
    )

    assert queries.documents_for(year.chair, NOON).filter(pk=draft.pk).exists()
    Term.objects.create(
        cycle=following, office="chair", unit=year.units[2], from_on=date(2019, 1, 1), basis="bầu"
    )
    assert not queries.documents_for(year.officers[0], NOON).filter(pk=draft.pk).exists()


def test_open_paper_gives_the_same_open_paper_and_a_slot_gives_another(year):
    def open_paper(slot="", by=year.chair):
        return services.open_paper(
            cycle=year.cycle,
            kind=DocumentKind.COVENANT,
            title="Giao ước",
            subject="",
            by=by,
            at=NOON,
            slot=slot,
        )

    first = open_paper()
    assert open_paper(by=year.heads[2]) == first
    assert open_paper("hai") != first
    stranger = make_person("la@x", "Người lạ", role=Role.UNIT_OFFICER, unit=Year(slug="khac").units[0])
    assert reasons_of(lambda: open_paper(by=stranger)) == [
        "Chỉ người của khối hoặc của cơ quan thường trực lập được văn bản này."
    ]


def test_an_edit_changes_the_text_and_nothing_else(year):
    draft = year.draft()
    services.edit_document(
        document=draft, changes={"body": "bản một", "status": "issued"}, by=year.chair, at=NOON
    )

    assert fresh(draft).body == "bản một"
    assert fresh(draft).status == DocumentStatus.DRAFT


def test_a_settled_text_is_reopened_before_it_is_edited(year):
    final = year.final()

    assert reasons_of(
        lambda: services.edit_document(document=final, changes={"body": "x"}, by=year.chair, at=NOON)
    ) == [policies.SETTLED]
    draft = services.reopen_document(document=final, by=year.chair, at=NOON)
    services.edit_document(document=draft, changes={"body": "x"}, by=year.chair, at=NOON)
    assert fresh(draft).body == "x"


def test_a_draft_is_thrown_away_and_its_files_stay(year):
    draft = year.draft()
    upload = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, document=draft, by=year.chair, at=NOON
    )
    services.discard_document(document=draft, by=year.chair, at=NOON)

    assert not Document.objects.filter(pk=draft.pk).exists()
    assert Upload.objects.get(pk=upload.pk).document is None
    assert reasons_of(lambda: services.discard_document(document=year.final(), by=year.chair, at=NOON))
    managed = services.open_paper(
        cycle=year.cycle,
        kind=DocumentKind.MINUTES_MEETING,
        title="BB",
        subject="",
        slot="hop-1",
        by=year.chair,
        at=NOON,
    )
    assert (
        "phần việc khác"
        in reasons_of(lambda: services.discard_document(document=managed, by=year.chair, at=NOON))[0]
    )


# Consultation


def test_a_round_of_comments_with_answers(year):
    draft = year.draft()
    round_one = services.send_for_comments(document=draft, due_on=date(2019, 5, 10), by=year.chair, at=NOON)
    comment = services.comment_on_document(
        document=draft, unit=year.units[2], text="Bổ sung thời hạn.", by=year.officers[2], at=NOON
    )

    assert [unit.name for unit in queries.silent_units(fresh(draft), round_one)] == ["Sở số 1", "Sở số 2"]
    assert reasons_of(
        lambda: services.answer_comment(
            comment=comment, is_accepted=False, response=" ", by=year.chair, at=NOON
        )
    ) == ["Ý kiến không được tiếp thu phải có giải trình. Hãy ghi lý do."]
    services.answer_comment(comment=comment, is_accepted=True, response="", by=year.chair, at=NOON)
    assert reasons_of(
        lambda: services.answer_comment(
            comment=comment, is_accepted=True, response="", by=year.chair, at=NOON
        )
    ) == ["Ý kiến này đã được trả lời."]
    assert (
        services.send_for_comments(document=draft, due_on=date(2019, 5, 20), by=year.chair, at=NOON).round
        == 2
    )


def test_comments_are_closed_by_the_clock_and_kept_to_the_own_unit(year):
    draft = year.draft()
    kept = {"document": draft, "text": "x"}
    assert reasons_of(
        lambda: services.comment_on_document(unit=year.units[2], by=year.officers[2], at=NOON, **kept)
    ) == ["Dự thảo này không trong thời gian lấy ý kiến."]
    services.send_for_comments(document=draft, due_on=date(2019, 5, 10), by=year.chair, at=NOON)

    services.comment_on_document(unit=year.units[2], by=year.officers[2], at=at(2019, 5, 10, 23, 59), **kept)
    assert (
        "đã qua"
        in reasons_of(
            lambda: services.comment_on_document(
                unit=year.units[2], by=year.officers[2], at=at(2019, 5, 11, 0), **kept
            )
        )[0]
    )
    assert reasons_of(
        lambda: services.comment_on_document(unit=year.units[1], by=year.officers[2], at=NOON, **kept)
    ) == ["Chỉ người của đơn vị thành viên góp ý cho đơn vị mình."]
    assert reasons_of(
        lambda: services.comment_on_document(
            document=draft, unit=year.units[2], text=" ", by=year.officers[2], at=NOON
        )
    ) == ["Hãy ghi ý kiến, hoặc đánh dấu thống nhất với dự thảo."]


def test_comments_are_not_asked_for_yesterday_nor_on_a_settled_or_own_paper(year):
    assert (
        "đã qua"
        in reasons_of(
            lambda: services.send_for_comments(
                document=year.draft(), due_on=date(2019, 5, 1), by=year.chair, at=NOON
            )
        )[0]
    )
    assert reasons_of(
        lambda: services.send_for_comments(
            document=year.final(), due_on=date(2019, 5, 9), by=year.chair, at=NOON
        )
    ) == [policies.SETTLED]
    own = services.draft_document(
        cycle=year.cycle, unit=year.units[0], kind="other", title="x", subject="", by=year.chair, at=NOON
    )
    assert reasons_of(
        lambda: services.send_for_comments(document=own, due_on=date(2019, 5, 9), by=year.chair, at=NOON)
    ) == ["Chỉ lấy ý kiến về văn bản của khối."]


def test_an_issued_paper_takes_no_answer_any_more(year):
    draft = year.draft()
    services.send_for_comments(document=draft, due_on=date(2019, 5, 10), by=year.chair, at=NOON)
    comment = services.comment_on_document(
        document=draft, unit=year.units[2], text="x", by=year.officers[2], at=NOON
    )
    services.finalize_document(document=draft, by=year.chair, at=NOON)
    year.issue(draft)

    assert reasons_of(
        lambda: services.answer_comment(
            comment=comment, is_accepted=True, response="", by=year.chair, at=NOON
        )
    ) == ["Văn bản đã ban hành, không trả lời góp ý được nữa."]


# Issue


def test_issue_stores_the_bytes_and_a_code(year):
    document = year.issued(number="7")
    stored = IssuedFile.objects.get(document=document)

    assert (document.number, document.symbol, document.status) == ("07", "KH-KTĐ4", DocumentStatus.ISSUED)
    assert blobs.sha256_of(reports.pdf_of(fresh(document))) == stored.sha256
    assert queries.issued_file_by_code(stored.verification_code.lower().replace("-", "")) == stored
    assert queries.violations() == []


def test_a_number_used_in_the_year_is_refused_with_words(year):
    year.issued(number="07")

    assert reasons_of(lambda: year.issue(year.final(subject="Hai"), number="7")) == [
        "Số 07/KH-KTĐ4 đã dùng trong năm 2019. Hãy kiểm tra lại số với văn thư."
    ]


@pytest.mark.parametrize("typed", ["kh - ktđktkt", "KH–KTĐKTKT"])
def test_one_symbol_typed_in_other_ways_is_one_paper(year, typed):
    year.issue(year.final(), number="02", symbol="KH-KTĐKTKT")

    assert reasons_of(lambda: year.issue(year.final(subject="Hai"), number="2", symbol=typed)) == [
        "Số 02/KH-KTĐKTKT đã dùng trong năm 2019. Hãy kiểm tra lại số với văn thư."
    ]


def test_a_symbol_of_another_kind_is_refused_with_the_right_one(year):
    assert reasons_of(lambda: year.issue(year.final(), symbol="BC-KTĐ4")) == [
        "“BC-KTĐ4” không phải ký hiệu của kế hoạch. Hãy gõ chữ in hoa, nối bằng gạch ngang, như KH-KTĐ4."
    ]


def test_two_units_of_a_bloc_and_the_bloc_each_have_a_number_of_their_own(year):
    def report(unit, officer):
        paper = services.draft_document(
            cycle=year.cycle, unit=unit, kind=DocumentKind.OTHER, title="Công văn", subject="x", body="Nội dung.",
            by=officer, at=at(2019, 4, 1),
        )  # fmt: skip
        paper = services.finalize_document(document=paper, by=officer, at=at(2019, 4, 2))
        return services.issue_document(
            document=paper, number="05", symbol="BC", issued_on=date(2019, 5, 2), by=officer, at=NOON
        )

    units = [report(unit, officer) for unit, officer in zip(year.units, year.officers, strict=True)]
    assert {paper.number_line for paper in units} == {"05/BC"}
    assert reasons_of(lambda: report(year.units[1], year.officers[1])) == [
        "Số 05/BC đã dùng trong năm 2019. Hãy kiểm tra lại số với văn thư."
    ]


def test_gaps_between_numbers_are_normal(year):
    assert year.issued(number="3387").number == "3387"
    assert year.issue(year.final(subject="Hai"), number="12").number == "12"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("", "Hãy gõ số văn bản do văn thư cấp."), ("mười", "không phải là số văn bản")],
)
def test_a_number_is_typed_and_read(year, number, sentence):
    assert sentence in reasons_of(lambda: year.issue(year.final(), number=number))[0]


def test_the_own_series_of_a_bloc_counts_by_symbol_and_year():
    year = Year(numbers_own_papers=True)
    first, second = year.issued(number=""), year.issue(year.final(subject="Hai"), number="")
    report = year.issue(year.final(DocumentKind.ANNUAL_REPORT), number="")

    assert [first.number, second.number, report.number] == ["01", "02", "01"]
    year.issue(year.final(subject="Ba"), number="9")
    assert year.issue(year.final(subject="Bốn"), number="").number == "10"
    year.issue(year.final(subject="Năm"), number="5")
    assert NumberSeries.objects.get(symbol="KH-KTĐ4").last == 10


def test_an_odd_day_of_issue_needs_a_reason(year):
    future = date(2019, 5, 3)

    reasons = reasons_of(lambda: year.issue(year.final(), issued_on=future))
    assert reasons == ["Ngày ban hành ở tương lai.", "Hãy kiểm tra ngày và tháng; nếu đúng, hãy ghi lý do."]
    assert year.issue(year.final(), issued_on=future, date_reason="ký trước").date_reason == "ký trước"


def test_an_empty_text_a_draft_and_an_issued_paper_are_not_issued(year):
    assert reasons_of(lambda: year.issue(year.final(body=" "))) == [
        "Văn bản chưa có nội dung. Hãy soạn nội dung."
    ]
    assert reasons_of(lambda: year.issue(year.draft())) == ["Hãy chốt nội dung trước khi ban hành."]
    assert reasons_of(lambda: year.issue(year.issued())) == ["Văn bản này đã ban hành."]


def test_who_does_not_keep_a_paper_does_not_issue_it(year):
    final = year.final()

    assert reasons_of(
        lambda: services.issue_document(
            document=final, number="1", issued_on=date(2019, 5, 2), by=year.officers[2], at=NOON
        )
    ) == [policies.ONLY_KEEPER]
    assert not IssuedFile.objects.exists()


def test_a_text_that_changes_while_it_is_printed_is_not_issued(year, monkeypatch):
    final = year.final()
    drawn = pdf.from_html

    def draw_slowly(html, appendices=()):
        services.reopen_document(document=final, by=year.chair, at=NOON)
        services.edit_document(document=final, changes={"body": "khác"}, by=year.chair, at=NOON)
        services.finalize_document(document=final, by=year.chair, at=NOON)
        return drawn(html, appendices)

    monkeypatch.setattr(pdf, "from_html", draw_slowly)
    with pytest.raises(Conflict):
        year.issue(final)
    assert fresh(final).status == DocumentStatus.FINAL
    assert not IssuedFile.objects.exists()


def test_a_number_taken_while_it_is_printed_is_refused(year, monkeypatch):
    final, other = year.final(), year.final(subject="Hai")
    monkeypatch.setattr(queries, "same_number", lambda *args: None)
    year.issue(other, number="07")

    assert reasons_of(lambda: year.issue(final, number="07"))[0].startswith("Số 07/KH-KTĐ4 đã dùng")


def test_a_code_given_twice_is_a_fault_and_nothing_is_issued(year, monkeypatch):
    monkeypatch.setattr(services.issuing, "_new_code", lambda: "AAAA-BBBB-CCCC")
    year.issued(number="07")
    final = year.final(subject="Hai")

    with pytest.raises(IntegrityError, match="verification_code"):
        year.issue(final, number="08")
    assert fresh(final).status == DocumentStatus.FINAL


def test_what_counts_in_a_year_is_the_issued_paper_else_the_newest_draft(year):
    assert queries.document_of(year.cycle, DocumentKind.PLAN) is None
    year.draft(subject="Một")
    newest = year.draft(subject="Hai")
    assert queries.document_of(year.cycle, DocumentKind.PLAN) == newest
    assert not queries.is_issued(year.cycle, DocumentKind.PLAN)
    issued = year.issued()
    year.draft(subject="Ba")
    assert queries.document_of(year.cycle, DocumentKind.PLAN) == issued
    assert queries.document_of(year.cycle, DocumentKind.PLAN, slot="khac") is None
    assert queries.is_issued(year.cycle, DocumentKind.PLAN)


# Replacement and withdrawal


def test_a_replacement_ends_the_old_paper_only_when_it_is_issued(year):
    old = year.issued(number="07")
    draft = services.replace_document(document=old, reason="sai ngày", by=year.chair, at=NOON)

    assert fresh(old).status == DocumentStatus.ISSUED
    assert reasons_of(
        lambda: services.replace_document(document=old, reason="x", by=year.chair, at=NOON)
    ) == ["Đã có dự thảo thay thế văn bản này. Hãy hoàn thiện dự thảo đó."]
    assert queries.document_of(year.cycle, DocumentKind.PLAN) == old
    services.finalize_document(document=draft, by=year.chair, at=NOON)
    new = year.issue(draft, number="08")
    assert fresh(old).status == DocumentStatus.REPLACED
    assert queries.document_of(year.cycle, DocumentKind.PLAN) == new
    assert reports.pdf_of(fresh(old)).startswith(b"%PDF")
    assert queries.violations() == []


def test_a_closed_year_still_lets_a_paper_be_replaced_and_withdrawn(year):
    old, other = year.issued(number="07"), year.issue(year.final(subject="Hai"), number="08")
    close(year)

    draft = services.replace_document(document=old, reason="đính chính", by=year.chair, at=NOON)
    services.edit_document(document=draft, changes={"body": "đúng"}, by=year.chair, at=NOON)
    services.finalize_document(document=draft, by=year.chair, at=NOON)
    year.issue(draft, number="09")
    services.withdraw_document(document=other, reason="ban hành nhầm", by=year.chair, at=NOON)
    assert fresh(other).ended_reason == "ban hành nhầm"


def test_replacing_and_withdrawing_need_a_reason_and_a_paper_in_force(year):
    document = year.issued()

    assert reasons_of(
        lambda: services.replace_document(document=document, reason=" ", by=year.chair, at=NOON)
    ) == [policies.NEEDS_REASON]
    assert reasons_of(
        lambda: services.withdraw_document(document=document, reason="", by=year.chair, at=NOON)
    ) == [policies.NEEDS_REASON]
    services.withdraw_document(document=document, reason="nhầm", by=year.chair, at=NOON)
    assert reasons_of(
        lambda: services.withdraw_document(document=document, reason="x", by=year.chair, at=NOON)
    ) == ["Chỉ thu hồi được văn bản đang có hiệu lực."]
    assert reasons_of(
        lambda: services.replace_document(document=document, reason="x", by=year.chair, at=NOON)
    ) == ["Chỉ thay thế được văn bản đang có hiệu lực."]


# Signatures


@pytest.fixture
def covenant(year):
    final = year.final(DocumentKind.COVENANT, title="Bản giao ước thi đua")
    services.ask_signatures(document=final, units=year.units, by=year.chair, at=NOON)
    return final


def signings(document):
    return list(queries.signings_of(document))


def test_a_head_signs_once_and_never_again(year, covenant):
    signing = services.sign_document(signing=signings(covenant)[2], by=year.heads[2], at=NOON)

    assert (signing.signatory_name, signing.capacity, signing.method) == (
        "Thủ trưởng 3",
        "Giám đốc",
        SigningMethod.BROWSER,
    )
    assert signing.text_sha256 == reports.text_fingerprint(fresh(covenant))
    assert reasons_of(lambda: services.sign_document(signing=signing, by=year.heads[2], at=NOON)) == [
        "Sở số 3 đã ký. Chữ ký đã ghi nhận không ký lại và không rút được."
    ]
    assert reasons_of(
        lambda: services.refuse_signature(signing=signing, reason="đổi ý", by=year.heads[2], at=NOON)
    )[0].startswith("Sở số 3 đã ký.")


def test_an_officer_signs_only_with_a_mandate_and_a_stranger_never(year, covenant):
    signing = signings(covenant)[2]

    assert (
        "giấy ủy quyền"
        in reasons_of(lambda: services.sign_document(signing=signing, by=year.officers[2], at=NOON))[0]
    )
    assert reasons_of(
        lambda: services.sign_document(signing=signing, by=year.heads[0], at=NOON, mandate="GUQ 1")
    ) == ["Chỉ thủ trưởng hoặc người được ủy quyền của Sở số 3 ký."]
    signed = services.sign_document(
        signing=signing, by=year.officers[2], at=NOON, capacity="TUQ. GIÁM ĐỐC", mandate="Giấy ủy quyền số 01"
    )
    assert (signed.mandate, signed.capacity) == ("Giấy ủy quyền số 01", "TUQ. GIÁM ĐỐC")


def test_a_deputy_signs_without_a_mandate(year, covenant):
    deputy = make_person(
        "pho@kg", "Phó Ba", role=Role.UNIT_DEPUTY, unit=year.units[2], title="Phó Giám đốc phụ trách"
    )
    signed = services.sign_document(
        signing=signings(covenant)[2], by=deputy, at=NOON, capacity="KT. GIÁM ĐỐC", mandate="không cần"
    )

    assert (signed.capacity, signed.mandate) == ("KT. GIÁM ĐỐC", "")


def test_a_named_signer_and_the_province_sign_their_own_places(year):
    final = year.final(DocumentKind.MINUTES_MEETING, title="Biên bản")
    parties = [
        {"party": "Sở số 1", "unit": year.units[0], "office": "Thư ký", "signer": year.officers[0]},
        {"party": "Hội đồng TĐKT tỉnh"},
    ]
    services.ask_signatures(document=final, parties=parties, by=year.chair, at=NOON)
    assert len(services.ask_signatures(document=final, parties=parties, by=year.chair, at=NOON)) == 2
    secretary, council = signings(final)

    assert (
        "dành cho"
        in reasons_of(lambda: services.sign_document(signing=secretary, by=year.heads[0], at=NOON))[0]
    )
    assert (
        services.sign_document(signing=secretary, by=year.officers[0], at=NOON).state == SigningState.SIGNED
    )
    assert (
        "lãnh đạo cơ quan thường trực"
        in reasons_of(lambda: services.sign_document(signing=council, by=year.heads[0], at=NOON))[0]
    )
    head = make_person("ld@kg", "Lãnh đạo", role=Role.PROVINCE_HEAD, province=year.province)
    assert services.sign_document(signing=council, by=head, at=NOON).capacity == ""


def test_a_refusal_and_an_absence_carry_reasons(year, covenant):
    _, second, third = signings(covenant)

    assert reasons_of(
        lambda: services.refuse_signature(signing=third, reason="", by=year.heads[2], at=NOON)
    ) == ["Hãy ghi lý do từ chối ký."]
    assert reasons_of(lambda: services.mark_absent(signing=second, reason="", by=year.chair, at=NOON)) == [
        "Hãy ghi lý do vắng mặt."
    ]
    services.refuse_signature(signing=third, reason="chỉ tiêu 3 quá cao", by=year.heads[2], at=NOON)
    services.mark_absent(signing=second, reason="công tác", by=year.chair, at=NOON)
    assert Signing.objects.filter(document=covenant, state=SigningState.PENDING).count() == 1


def test_a_paper_waits_for_every_signature_and_the_absent_sign_after_issue(year, covenant):
    first, second, third = signings(covenant)
    services.sign_document(signing=first, by=year.heads[0], at=NOON)
    assert reasons_of(lambda: year.issue(covenant, number="")) == ["Còn 2 bên chưa ký: Sở số 2, Sở số 3."]
    services.sign_document(signing=second, by=year.heads[1], at=NOON)
    services.mark_absent(signing=third, reason="công tác", by=year.chair, at=NOON)
    year.issue(covenant, number="")

    assert services.sign_document(signing=third, by=year.heads[2], at=NOON).state == SigningState.SIGNED
    assert queries.all_settled(covenant)


def test_a_signed_text_moved_back_by_hand_is_not_edited(year, covenant):
    services.sign_document(signing=signings(covenant)[0], by=year.heads[0], at=NOON)
    Document.objects.filter(pk=covenant.pk).update(status=DocumentStatus.DRAFT)

    assert reasons_of(
        lambda: services.edit_document(document=covenant, changes={"body": "x"}, by=year.chair, at=NOON)
    ) == ["Đã có bên ký văn bản này, nội dung không sửa được nữa."]


def test_an_issued_paper_is_not_edited_nor_settled_nor_signed_any_more(year, covenant):
    services.record_signed_at_meeting(document=covenant, by=year.chair, at=NOON)
    year.issue(covenant, number="")

    assert (
        "không sửa được"
        in reasons_of(lambda: services.edit_document(document=covenant, changes={}, by=year.chair, at=NOON))[
            0
        ]
    )
    assert reasons_of(lambda: services.finalize_document(document=covenant, by=year.chair, at=NOON)) == [
        "Văn bản đã ban hành."
    ]
    assert reasons_of(lambda: services.finalize_document(document=year.final(), by=year.chair, at=NOON)) == [
        "Văn bản đã chốt nội dung."
    ]
    assert reasons_of(
        lambda: services.record_signed_at_meeting(document=covenant, by=year.chair, at=NOON)
    ) == ["Văn bản này không trong thời gian ký."]
    assert reasons_of(lambda: services.reopen_document(document=covenant, by=year.chair, at=NOON)) == [
        "Chỉ mở lại được văn bản đã chốt mà chưa ban hành."
    ]


def test_a_signature_is_not_given_on_a_reopened_paper(year, covenant):
    services.reopen_document(document=covenant, by=year.chair, at=NOON)

    assert reasons_of(
        lambda: services.sign_document(signing=signings(covenant)[0], by=year.heads[0], at=NOON)
    ) == ["Văn bản này không trong thời gian ký."]


def test_the_day_of_signing_on_paper_is_not_the_moment_of_typing(year, covenant):
    act = {"document": covenant, "by": year.chair, "at": NOON}
    ahead = NOON.date() + timedelta(days=2)
    assert reasons_of(lambda: services.record_signed_at_meeting(**act, signed_on=ahead)) == [
        f"Ngày ký ở tương lai ({day(ahead)}). Hãy kiểm tra ngày và tháng."
    ]
    recorded = services.record_signed_at_meeting(**act, signed_on=date(2019, 4, 3))

    assert {(one.signed_on, one.signed_at) for one in recorded} == {(date(2019, 4, 3), NOON)}


def test_a_signature_in_the_browser_has_the_day_on_which_it_was_given(year, covenant):
    signed = services.sign_document(signing=signings(covenant)[0], by=year.heads[0], at=NOON)

    assert signed.signed_on == NOON.date()
    with pytest.raises(IntegrityError, match="signing_day_of_a_signature"), transaction.atomic():
        Signing.objects.filter(document=covenant, state="pending").update(signed_on=date(2019, 4, 3))


def test_a_paper_without_unit_heads_on_record_is_signed_by_a_representative(year, covenant):
    Appointment.objects.filter(user=year.heads[2]).delete()
    recorded = services.record_signed_at_meeting(document=covenant, by=year.chair, at=NOON)

    assert recorded[2].signatory_name == "Đại diện Sở số 3"


def test_a_signed_paper_is_not_reopened(year, covenant):
    services.sign_document(signing=signings(covenant)[0], by=year.heads[0], at=NOON)

    assert reasons_of(lambda: services.reopen_document(document=covenant, by=year.chair, at=NOON)) == [
        "Đã có bên ký văn bản này, nội dung không mở lại được nữa."
    ]


def test_all_are_recorded_as_signed_at_the_meeting_in_one_act(year, covenant):
    services.sign_document(signing=signings(covenant)[0], by=year.heads[0], at=NOON)
    scan = services.upload_file(
        name="ban-ky.pdf",
        content=TINY_PDF,
        cycle=year.cycle,
        document=covenant,
        is_shared=True,
        by=year.chair,
        at=NOON,
    )
    assert reasons_of(
        lambda: services.record_signed_at_meeting(document=covenant, by=year.heads[2], at=NOON)
    ) == [policies.ONLY_KEEPER]
    recorded = services.record_signed_at_meeting(
        document=covenant,
        scan=scan,
        names={year.units[2].pk: ("Phó Ba", "KT. GIÁM ĐỐC")},
        by=year.chair,
        at=NOON,
    )

    assert [(s.signatory_name, s.capacity, s.method) for s in recorded] == [
        ("Thủ trưởng 2", "Giám đốc", SigningMethod.WET_AT_MEETING),
        ("Phó Ba", "KT. GIÁM ĐỐC", SigningMethod.WET_AT_MEETING),
    ]
    assert reasons_of(
        lambda: services.record_signed_at_meeting(document=covenant, by=year.chair, at=NOON)
    ) == ["Không còn bên nào chờ ký."]


def test_signatures_are_asked_only_on_a_settled_paper(year):
    assert reasons_of(
        lambda: services.ask_signatures(document=year.draft(), units=year.units, by=year.chair, at=NOON)
    ) == ["Hãy chốt nội dung trước khi mời ký."]
    assert reasons_of(
        lambda: services.ask_signatures(document=year.issued(), units=year.units, by=year.chair, at=NOON)
    ) == ["Văn bản đã ban hành, không mời ký thêm được."]


def test_the_audit_names_actor_and_verb(year):
    draft = year.draft()
    contexts = [event.pgh_context for event in draft.events.all()]

    assert [(context["verb"], context["by_name"]) for context in contexts] == [
        ("documents.document.drafted", "Chuyên viên 1")
    ]


# Files


def test_an_upload_is_what_its_content_says(year):
    upload = services.upload_file(
        name="..\\bao cao.exe",
        content=TINY_PDF,
        cycle=year.cycle,
        unit=year.units[2],
        by=year.officers[2],
        at=NOON,
    )

    assert (upload.name, upload.content_type) == ("bao cao.pdf", "application/pdf")
    assert blobs.get(upload.sha256) == TINY_PDF


def test_programs_and_large_files_are_refused_and_nothing_is_kept(year, data_dir):
    kept = {"name": "a.pdf", "cycle": year.cycle, "unit": year.units[2], "by": year.officers[2], "at": NOON}

    assert (
        "Không nhận loại tệp này"
        in reasons_of(lambda: services.upload_file(content=b"MZ\x90\x00", **kept))[0]
    )
    assert reasons_of(lambda: services.upload_file(content=b"%PDF-" + b"0" * (20 * 1024 * 1024), **kept)) == [
        "Tệp lớn hơn 20 MB. Hãy nén nhỏ lại hoặc chia thành nhiều tệp."
    ]
    assert not Upload.objects.exists()
    assert not (data_dir / "files").exists()


def test_only_the_own_unit_or_the_secretariat_sends_a_file(year):
    kept = {"name": "a.pdf", "content": TINY_PDF, "cycle": year.cycle, "at": NOON}

    assert reasons_of(lambda: services.upload_file(unit=year.units[2], by=year.officers[1], **kept)) == [
        "Chỉ người của đơn vị gửi tệp cho đơn vị mình."
    ]
    assert reasons_of(lambda: services.upload_file(by=year.officers[2], **kept)) == [policies.ONLY_KEEPER]
    assert services.upload_file(by=year.officers[1], **kept).unit is None
    assert services.upload_file(unit=year.units[2], by=year.chair, **kept).unit == year.units[2]
    assert (
        services.upload_file(
            name="a.pdf", content=TINY_PDF, province=year.province, by=year.province_officer, at=NOON
        ).cycle
        is None
    )


def test_a_new_version_keeps_the_old_one_readable(year):
    first = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[2], by=year.officers[2], at=NOON
    )
    second = services.new_version_of_upload(
        upload=first, name="b.pdf", content=TINY_PDF + b"2", by=year.officers[2], at=NOON
    )

    assert (second.version, second.previous) == (2, first)
    assert blobs.get(first.sha256) == TINY_PDF
    assert reasons_of(
        lambda: services.new_version_of_upload(
            upload=first, name="c.pdf", content=TINY_PDF, by=year.officers[2], at=NOON
        )
    ) == ["Tệp này đã có bản mới hơn. Hãy tải lại trang rồi gửi bản sau bản mới nhất."]


def test_two_new_versions_at_once_give_one_and_a_conflict(year, monkeypatch):
    kept = {"name": "a.pdf", "content": TINY_PDF, "by": year.officers[2], "at": NOON}
    first = services.upload_file(cycle=year.cycle, unit=year.units[2], **kept)
    services.new_version_of_upload(upload=first, **kept)
    monkeypatch.setattr(policies, "new_version_of_upload", lambda *args, **kwargs: [])

    with pytest.raises(Conflict):
        services.new_version_of_upload(upload=first, **kept)
    second = Upload.objects.get(previous=first)
    monkeypatch.setattr(filetypes, "safe_name", lambda *args: None)
    with pytest.raises(IntegrityError, match="null value"):
        services.new_version_of_upload(upload=second, **kept)


def test_orphans_are_swept_after_a_day_and_named_files_stay(year):
    upload = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[2], by=year.officers[2], at=NOON
    )
    orphan = blobs.put(b"nobody names me")
    (blobs.path_of(orphan).parent / ".half").write_bytes(b"half")
    now = at(2100, 1, 1)

    assert services.remove_orphan_files(at=now) == 1
    assert blobs.is_whole(upload.sha256)
    assert not blobs.path_of(orphan).exists()
    young = blobs.put(b"young")
    assert services.remove_orphan_files(at=now - timedelta(days=365 * 80)) == 0
    assert blobs.is_whole(young)


def test_a_lost_or_changed_file_is_found_the_next_night(year):
    document = year.issued()
    upload = services.upload_file(
        name="a.pdf", content=TINY_PDF, cycle=year.cycle, unit=year.units[2], by=year.officers[2], at=NOON
    )
    blobs.path_of(upload.sha256).unlink()
    blobs.path_of(document.issued_file.sha256).write_bytes(b"other")

    assert queries.violations() == [
        f"Bản lưu của văn bản “{document} ({document.number_line})”, {year.cycle} bị mất hoặc đã khác.",
        f"Tệp “a.pdf” gửi {moment(NOON)} bị mất hoặc đã khác.",
    ]


def test_a_refusal_stays_a_refusal_when_the_others_sign_at_the_meeting():
    year = Year()
    paper = year.final(DocumentKind.PLAN)
    first, *_ = services.ask_signatures(document=paper, units=year.units, by=year.chair, at=at(2019, 4, 3))
    services.refuse_signature(signing=first, reason="Không thống nhất.", by=year.heads[0], at=at(2019, 4, 3))

    services.record_signed_at_meeting(document=paper, by=year.chair, at=at(2019, 4, 4))

    assert Signing.objects.get(pk=first.pk).state == SigningState.REFUSED
