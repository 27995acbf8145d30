from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from blocs.enums import Office, Phase
from blocs.models import Membership, Term, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from config.kit.refusals import Conflict, Refused
from documents.enums import DocumentKind
from scoring import policies, queries, services
from scoring.enums import (
    GuidanceStatus,
    MarkState,
    NaReason,
    RankingStatus,
    ScoreboardStatus,
    ScorecardState,
    Stage,
)
from scoring.models import Criterion, Guidance, Mark, MarkEvidence, RankingRun, Scoreboard, Scorecard
from scoring.rules import (
    CountInputs,
    LevelInputs,
    NotApplicable,
    PassInputs,
    TargetInputs,
    ValueInputs,
)
from scoring.services import LostMarks, MarkEntry, RefusedMarks
from tests.factories.documents import TINY_PDF, at
from tests.factories.scoring import (
    LAW,
    NOON,
    RARE,
    RARE_FIGURES,
    RARE_LAW,
    SMALL,
    SMALL_FIGURES,
    SMALL_TOTAL,
    ScoringYear,
    group,
    leaf,
)

pytestmark = pytest.mark.django_db
D = Decimal


def reasons_of(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.reasons


# Guidance


@pytest.fixture
def bare(db):
    return ScoringYear(board=False, phase=Phase.PREPARING)


def test_guidance_is_drafted_framed_and_published(bare):
    guidance = bare.guidance()

    assert guidance.status == GuidanceStatus.PUBLISHED
    assert (guidance.published_by, guidance.published_at) == (bare.head, NOON)
    assert guidance.content_hash == queries.content_hash(queries.board_of_guidance(guidance))
    assert guidance.events.filter(pgh_context__verb="scoring.guidance.published").count() == 1


def test_guidance_is_written_by_the_standing_office_only(bare):
    refused = reasons_of(services.create_guidance, province=bare.province, by=bare.chair, at=NOON, **LAW)

    assert refused == [ONLY_PROVINCE]
    assert services.create_guidance(province=bare.province, by=bare.province_officer, at=NOON, **LAW).pk


def test_two_guidances_do_not_share_a_number(bare):
    bare.guidance(publish=False)

    assert reasons_of(bare.guidance) == [
        "Tỉnh đã có hướng dẫn số 16/HD-HĐTĐKT. Hãy lập bản mới của hướng dẫn đó."
    ]


def test_law_that_cannot_be_read_is_refused_with_every_fault(bare):
    wrong = {
        "grades": [{"name": "Tốt"}],
        "roundings": {"default": {"step": "0"}},
        "tie_chain": [{"kind": "x"}],
    }

    refused = reasons_of(bare.guidance, **wrong)

    assert len(refused) == 3
    assert Guidance.objects.count() == 0


def test_a_draft_changes_and_a_published_guidance_does_not(bare):
    guidance = bare.guidance(publish=False)
    edited = services.edit_guidance(
        guidance=guidance, changes={"title": "Hướng dẫn mới"}, by=bare.head, at=NOON
    )
    services.publish_guidance(guidance=edited, by=bare.head, at=NOON)

    assert edited.title == "Hướng dẫn mới"
    assert reasons_of(
        services.edit_guidance, guidance=edited, changes={"title": "Khác"}, by=bare.head, at=NOON
    ) == [policies.FROZEN_GUIDANCE]


def test_an_edited_number_must_still_be_free(bare):
    bare.guidance(publish=False)
    other = bare.guidance(publish=False, number="17/HD")

    assert reasons_of(
        services.edit_guidance, guidance=other, changes={"number": LAW["number"]}, by=bare.head, at=NOON
    ) == ["Tỉnh đã có hướng dẫn số 16/HD-HĐTĐKT. Hãy kiểm tra lại số."]


def test_a_frame_is_replaced_as_a_whole_at_any_depth(bare):
    guidance = bare.guidance(publish=False)
    rows = [group("I", "Một", 100), group("I.1", "Hai", 100, "I"), leaf("I.1.a", "Ba", 100)]

    board = services.write_frame(guidance=guidance, rows=rows, by=bare.head, at=NOON)

    assert [(c.code, board.depths[c.pk]) for c in board.criteria] == [("I", 0), ("I.1", 1), ("I.1.a", 2)]


def test_a_faulty_frame_names_every_row_and_writes_nothing(bare):
    guidance = bare.guidance(publish=False)
    before = Criterion.objects.filter(guidance=guidance).count()
    rows = [
        leaf("I.1", "Mồ côi", 5, parent="I"),
        leaf("A", "Hai lần", 5),
        leaf("A", "Hai lần", 5),
        leaf("B", "Sai", 5, "per_item", rule={"per": "x"}),
    ]

    refused = reasons_of(services.write_frame, guidance=guidance, rows=rows, by=bare.head, at=NOON)

    assert refused == [
        "Ký hiệu A dùng hai lần. Hãy đổi một nơi.",
        "I.1: không tìm thấy nhóm cha I ở phía trên.",
        "B: Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”.",
    ]
    assert Criterion.objects.filter(guidance=guidance).count() == before


def test_findings_block_publishing_until_mended_or_waived(bare):
    guidance = bare.guidance(publish=False, scale=D(110))
    finding = "Các nhóm lớn cộng được 100, thang điểm là 110."

    assert reasons_of(services.publish_guidance, guidance=guidance, by=bare.head, at=NOON) == [finding]
    assert reasons_of(
        services.waive_finding, guidance=guidance, finding="gì đó", reason="có", by=bare.head, at=NOON
    ) == ["Không còn điều này trong kết quả kiểm tra. Hãy tải lại trang."]
    assert reasons_of(
        services.waive_finding, guidance=guidance, finding=finding, reason=" ", by=bare.head, at=NOON
    ) == ["Chấp nhận một điều bộ kiểm tra nêu ra cần ghi lý do."]
    services.waive_finding(guidance=guidance, finding=finding, reason="Hội đồng đã ký", by=bare.head, at=NOON)
    published = services.publish_guidance(guidance=guidance, by=bare.head, at=NOON)
    assert published.waivers == {finding: "Hội đồng đã ký"}


def test_an_empty_frame_is_not_published(bare):
    guidance = services.create_guidance(province=bare.province, by=bare.head, at=NOON, **LAW)

    assert reasons_of(services.publish_guidance, guidance=guidance, by=bare.head, at=NOON) == [
        "Thang bảng điểm chưa có tiêu chí nào. Hãy nhập các tiêu chí."
    ]


def test_a_rule_broken_behind_the_forms_is_a_finding_not_a_crash(bare):
    guidance = bare.guidance(publish=False)
    Criterion.objects.filter(guidance=guidance, code="I.3").update(rule={"per": "không"})

    assert queries.findings_in(queries.board_of_guidance(guidance)) == [
        "Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”."
    ]


def test_only_the_head_publishes_and_only_once(bare):
    guidance = bare.guidance(publish=False)

    assert reasons_of(services.publish_guidance, guidance=guidance, by=bare.province_officer, at=NOON) == [
        "Chỉ lãnh đạo cơ quan thường trực công bố hướng dẫn."
    ]
    services.publish_guidance(guidance=guidance, by=bare.head, at=NOON)
    assert reasons_of(services.publish_guidance, guidance=guidance, by=bare.head, at=NOON) == [
        "Hướng dẫn này đã công bố."
    ]


def test_a_change_of_published_guidance_is_a_new_version(bare):
    first = bare.guidance()
    assert reasons_of(services.renew_guidance, guidance=first, by=bare.chair, at=NOON) == [ONLY_PROVINCE]
    second = services.renew_guidance(guidance=first, by=bare.head, at=NOON)

    assert (second.version, second.number, second.replaces) == (2, first.number, first)
    assert queries.content_hash(queries.board_of_guidance(second)) == first.content_hash
    assert reasons_of(services.renew_guidance, guidance=first, by=bare.head, at=NOON) == [
        "Đã có bản mới của hướng dẫn này. Hãy mở bản đó."
    ]
    assert reasons_of(services.renew_guidance, guidance=second, by=bare.head, at=NOON) == [
        "Chỉ lập bản mới từ hướng dẫn đang được công bố."
    ]
    services.publish_guidance(guidance=second, by=bare.head, at=NOON)
    first.refresh_from_db()
    assert first.status == GuidanceStatus.REPLACED


# Scoreboard


def test_a_board_is_drafted_from_guidance_and_adopted_with_cards(bare):
    guidance = bare.guidance()
    draft = bare.draft_board(guidance)

    assert Criterion.objects.get(scoreboard=draft, code="I.1").source.guidance == guidance
    adopted = bare.adopt(draft)
    assert (adopted.status, adopted.adopted_how) == (ScoreboardStatus.ADOPTED, "thống nhất tại hội nghị")
    assert adopted.content_hash == guidance.content_hash
    assert [card.unit for card in queries.cards_of(bare.cycle)] == bare.units


def test_only_the_chair_drafts_and_only_one_draft(bare):
    guidance = bare.guidance()

    assert reasons_of(
        services.draft_scoreboard, cycle=bare.cycle, guidance=guidance, by=bare.officers[2], at=NOON
    ) == [ONLY_CHAIR]
    bare.draft_board(guidance)
    assert reasons_of(bare.draft_board, guidance) == [
        "Khối đang có một dự thảo bảng điểm. Hãy sửa dự thảo đó."
    ]


def test_guidance_of_another_year_is_refused(bare):
    guidance = bare.guidance(from_year=2020)

    assert reasons_of(bare.draft_board, guidance) == [
        "Hướng dẫn này không áp dụng cho năm 2019. Hãy chọn hướng dẫn khác."
    ]


def test_a_criterion_of_the_draft_is_reworded_and_re_ruled(bare):
    bare.draft_board()
    criterion = Criterion.objects.get(scoreboard__isnull=False, code="I.3")

    edited = services.edit_criterion(
        criterion=criterion,
        changes={"title": "Sáng kiến cấp cơ sở", "rule": {"per": "1"}},
        by=bare.chair,
        at=NOON,
    )

    assert (edited.title, edited.rule) == ("Sáng kiến cấp cơ sở", {"per": "1"})
    assert reasons_of(
        services.edit_criterion, criterion=criterion, changes={"rule": {"per": "x"}}, by=bare.chair, at=NOON
    ) == ["Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”."]


def test_an_adopted_board_is_frozen(year):
    criterion = year.criterion("I.3")

    assert reasons_of(
        services.edit_criterion, criterion=criterion, changes={"title": "Khác"}, by=year.chair, at=NOON
    ) == [policies.FROZEN_BOARD]
    assert reasons_of(
        services.adopt_scoreboard, scoreboard=year.scoreboard, how="lại", by=year.chair, at=NOON
    ) == ["Bảng điểm này đã được thông qua."]


def test_adoption_needs_the_chair_the_form_and_a_clean_board(bare):
    draft = bare.draft_board()
    Criterion.objects.filter(scoreboard=draft, code="I.2").update(max_points=D(19))

    def adopt(by, how="thống nhất"):
        return services.adopt_scoreboard(scoreboard=draft, how=how, by=by, at=NOON)

    assert reasons_of(adopt, bare.officers[1]) == [ONLY_CHAIR]
    assert reasons_of(adopt, bare.chair, " ") == [
        "Hãy ghi hình thức thông qua, ví dụ: thống nhất tại hội nghị ngày 02/05/2019."
    ]
    finding = "Các tiêu chí của I cộng được 59, nhóm ghi 60."
    assert reasons_of(adopt, bare.chair) == [finding]
    services.waive_board_finding(
        scoreboard=draft, finding=finding, reason="Khối thống nhất", by=bare.chair, at=NOON
    )
    assert adopt(bare.chair).status == ScoreboardStatus.ADOPTED


def test_a_draft_is_discarded_and_an_adopted_board_is_not(bare):
    draft = bare.draft_board()
    services.discard_scoreboard(scoreboard=draft, by=bare.chair, at=NOON)

    assert Scoreboard.objects.count() == 0
    board = bare.adopt(bare.draft_board())
    assert reasons_of(services.discard_scoreboard, scoreboard=board, by=bare.chair, at=NOON) == [
        policies.FROZEN_BOARD
    ]


def test_a_new_version_takes_the_units_marks_along_where_the_criterion_is_the_same(year):
    year.fill(2, {"I.2": ValueInputs(D(18)), "I.3": CountInputs(D(4))})
    first = year.scoreboard
    draft = year.draft_board()
    changed = Criterion.objects.get(scoreboard=draft, code="I.3")
    services.edit_criterion(criterion=changed, changes={"rule": {"per": "1"}}, by=year.chair, at=NOON)
    year.adopt(draft)

    kept = Mark.objects.filter(card=year.card(2)).values_list("criterion__code", "points")
    assert list(kept) == [("I.2", D(18))]
    first.refresh_from_db()
    assert (first.status, draft.version) == (ScoreboardStatus.REPLACED, 2)


def test_a_new_version_waits_for_sent_cards_to_come_back(year):
    year.send(2)
    draft = year.draft_board()

    assert reasons_of(year.adopt, draft) == [
        "Đã có đơn vị gửi bảng tự chấm điểm (Sở số 3). Hãy trả lại các bảng đó trước."
    ]


def test_a_member_that_joins_later_gets_its_card(year):
    assert reasons_of(services.add_missing_cards, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Mọi đơn vị thành viên đã có bảng tự chấm điểm."
    ]
    late = Unit.objects.create(
        province=year.province, name="Ban Dân tộc", short_name="BDT", slug="ban-dantoc"
    )
    Membership.objects.create(cycle=year.cycle, unit=late, position=9)

    services.add_missing_cards(cycle=year.cycle, by=year.chair, at=NOON)

    assert Scorecard.objects.filter(unit=late, scoreboard=year.scoreboard).count() == 1


def test_no_cards_are_added_before_the_board_is_adopted(bare):
    assert reasons_of(services.add_missing_cards, cycle=bare.cycle, by=bare.chair, at=NOON) == [
        "Bảng điểm của khối chưa được thông qua."
    ]


# Marks


def test_figures_become_points_with_a_sentence(year):
    view = year.fill(0)

    total = view.total(Stage.SELF)
    assert (total.total, total.missing) == (SMALL_TOTAL, ())
    mark = Mark.objects.get(card=year.card(0), criterion__code="I.3")
    assert (mark.points, mark.floor, mark.ceiling) == (D(8), D(0), D(10))
    assert mark.explanation == "2 × 4 sáng kiến = 8 điểm."
    assert (mark.author, mark.marked_at, mark.version) == (year.officers[0], NOON, 1)


def test_the_view_given_back_is_what_the_database_holds(year):
    after = year.fill(0)

    fresh = year.view(0)
    assert {key: mark.points for key, mark in after.at(Stage.SELF).items()} == {
        key: mark.points for key, mark in fresh.at(Stage.SELF).items()
    }


def test_a_second_save_is_a_new_version_of_the_same_row(year):
    year.fill(0)
    year.fill(0, {"I.2": ValueInputs(D(15))})

    mark = Mark.objects.get(card=year.card(0), criterion__code="I.2")
    assert (mark.points, mark.version) == (D(15), 2)
    assert mark.events.count() == 2


def test_every_cell_that_cannot_stand_is_refused_at_once_and_nothing_is_written(year):
    with pytest.raises(RefusedMarks) as refused:
        year.fill(
            0,
            {
                "I.2": ValueInputs(D("20.5")),
                "I.3": CountInputs(D("1.5")),
                "II.1": PassInputs(passed=True),
                "III.1": D(3),
            },
        )

    by_code = {year.scoreboard.criteria.get(pk=key).code: told for key, told in refused.value.at.items()}
    assert by_code == {
        "I.2": ["Tiêu chí I.2: Điểm 20,5 ngoài khoảng cho phép. Hãy nhập từ 0 đến 20."],
        "I.3": ["Tiêu chí I.3: Số lượng phải là số nguyên, không âm. Hãy nhập lại."],
        "III.1": ["Tiêu chí III.1: hãy nhập số liệu của đơn vị, hệ thống tính điểm."],
    }
    assert Mark.objects.count() == 0


def test_groups_strangers_and_awaited_criteria_take_no_mark(db):
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    card = year.card(0)
    wrong = [year.criterion("I").pk, year.criterion("I.5").pk, 0]

    with pytest.raises(RefusedMarks) as refused:
        services.save_marks(
            card=card,
            stage=Stage.SELF,
            entries=[MarkEntry(key, inputs=ValueInputs(D(1))) for key in wrong],
            by=year.officers[0],
            at=NOON,
        )

    assert set(refused.value.at) == set(wrong)
    assert set(refused.value.reasons) == {"Tiêu chí này không chấm ở vòng này. Hãy tải lại trang."}


def test_missing_zero_and_not_applicable_are_three_things(year):
    year.fill(
        0,
        {
            "I.1": NotApplicable(NaReason.NOT_ASSIGNED),
            "I.2": ValueInputs(D(0)),
            "I.4": NotApplicable(NaReason.NOT_ARISEN),
        },
    )
    card = year.card(0)
    services.save_marks(
        card=card,
        stage=Stage.SELF,
        entries=[MarkEntry(year.criterion("I.3").pk)],
        by=year.officers[0],
        at=NOON,
    )

    found = {
        code: (state, points)
        for code, state, points in Mark.objects.filter(card=card).values_list(
            "criterion__code", "state", "points"
        )
    }
    assert found == {
        "I.1": (MarkState.NA, None),
        "I.2": (MarkState.SCORED, D(0)),
        "I.3": (MarkState.MISSING, None),
        "I.4": (MarkState.SCORED, D(10)),
    }


def test_a_save_against_an_older_version_shows_both_values(year):
    year.fill(0, {"I.2": ValueInputs(D(18)), "I.1": TargetInputs(D(90), D(100))})
    services.save_marks(
        card=year.card(0),
        stage=Stage.SELF,
        entries=[MarkEntry(year.criterion("I.2").pk, inputs=ValueInputs(D(17)), version=1)],
        by=year.heads[0],
        at=NOON,
        check_versions=True,
    )

    stale = [
        MarkEntry(year.criterion("I.2").pk, inputs=ValueInputs(D("16.5")), version=1),
        MarkEntry(year.criterion("I.3").pk, inputs=None, version=4),
        MarkEntry(year.criterion("I.1").pk, points=D(3), version=7),
    ]
    with pytest.raises(LostMarks) as lost:
        services.save_marks(
            card=year.card(0),
            stage=Stage.SELF,
            entries=stale,
            by=year.officers[0],
            at=NOON,
            check_versions=True,
        )

    assert isinstance(lost.value, Conflict)
    assert (lost.value.mine, lost.value.theirs) == ("16,5; Chưa chấm; 3", "17; Chưa chấm; 18")
    assert lost.value.reasons[0] == (
        "Tiêu chí I.2 vừa được Thủ trưởng 1 sửa thành “17”. Hãy chọn giá trị đúng rồi lưu lại."
    )
    assert Mark.objects.get(card=year.card(0), criterion__code="I.2").points == D(17)


def test_a_mark_without_points_is_shown_in_words():
    assert services.marks.shown(Mark(state=MarkState.NA, na_reason=NaReason.NOT_ASSIGNED)) == "Không giao"
    assert services.marks.shown(Mark(state=MarkState.MISSING)) == "Chưa chấm"


def test_the_bloc_gives_points_within_bounds_with_a_sentence(year):
    year.send(2)
    card = year.card(2)

    def give(code, points, reason=""):
        entries = services.entries_of(card, {code: (points, reason)})
        return services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    give("I.2", D(15), "Tham mưu chậm")
    mark = Mark.objects.get(card=card, stage=Stage.BLOC, criterion__code="I.2")
    assert (mark.points, mark.reason) == (D(15), "Tham mưu chậm")
    assert mark.explanation == "Khối thẩm định 15 trên tối đa 20."
    assert mark.inputs == {"value": "18"}
    give("I.3", D(8))
    same = Mark.objects.get(card=card, stage=Stage.BLOC, criterion__code="I.3")
    assert same.explanation == "2 × 4 sáng kiến = 8 điểm."
    assert reasons_of(give, "I.2", D(21)) == ["Tiêu chí I.2: điểm phải từ 0 đến 20."]
    assert reasons_of(give, "V.1", D(1)) == ["Tiêu chí V.1: điểm phải từ -10 đến 0."]
    give("I.2", D("1.2345"), "Tham mưu chậm")
    settled = Mark.objects.get(card=card, stage=Stage.BLOC, criterion__code="I.2")
    assert settled.points == D("1.25")
    assert settled.explanation.endswith("1,2345 làm tròn thành 1,25 theo bước 0,25 của hướng dẫn.")


def test_points_given_where_the_unit_had_none_take_no_figures_along(year):
    figures = {**SMALL_FIGURES, "I.2": NotApplicable(NaReason.NOT_ASSIGNED)}
    year.send(2, figures)
    card = year.card(2)
    entries = services.entries_of(card, {"I.2": D(5)})

    services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    assert Mark.objects.get(card=card, stage=Stage.BLOC).inputs == {}


def test_the_bloc_may_correct_figures_where_a_level_decides(year):
    year.send(2)
    card = year.card(2)
    entries = services.entries_of(card, {"II.2": LevelInputs(("tot",)), "V.1": CountInputs(D(1))})

    after = services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    marks = after.at(Stage.BLOC)
    assert {marks[year.criterion(code).pk].points for code in ("II.2", "V.1")} == {D(7), D(-5)}


def test_accepting_takes_the_units_marks_over_chosen_or_all(year):
    year.send(2, {**SMALL_FIGURES})
    card = year.card(2)
    chosen = [year.criterion("I.1").pk]

    assert len(services.accept_marks(card=card, criteria=chosen, by=year.chair, at=NOON)) == 1
    rest = services.accept_marks(card=card, by=year.chair, at=NOON)
    assert len(rest) == len(SMALL_FIGURES) - 1
    assert year.view(2).total(Stage.BLOC).total == SMALL_TOTAL
    services.save_marks(
        card=card,
        stage=Stage.BLOC,
        entries=services.entries_of(card, {"I.1": (D(3), "sai")}),
        by=year.chair,
        at=NOON,
    )
    (again,) = services.accept_marks(card=card, criteria=chosen, by=year.chair, at=NOON)
    assert (again.points, again.reason, again.version) == (D(20), "", 3)


def test_one_reason_for_several_cells(year):
    year.send(2)
    card = year.card(2)
    values = {"I.2": D(15), "III.1": D(10)}
    services.save_marks(
        card=card, stage=Stage.BLOC, entries=services.entries_of(card, values), by=year.chair, at=NOON
    )
    keys = [year.criterion(code).pk for code in values]
    kept = {"card": card, "stage": Stage.BLOC, "criteria": keys, "by": year.chair, "at": NOON}

    assert queries.unexplained(year.view(2), Stage.BLOC) == ["I.2", "III.1"]
    services.give_reason(reason="Chưa có minh chứng", **kept)
    assert queries.unexplained(year.view(2), Stage.BLOC) == []
    assert reasons_of(services.give_reason, reason=" ", **kept) == ["Hãy ghi lý do."]


def test_no_evidence_no_points_when_the_guidance_says_so(db):
    rows = [row if row["code"] != "I.2" else {**row, "needs_evidence": True} for row in SMALL]
    year = ScoringYear(rows=rows, law={**LAW, "evidence_required": True})
    year.fill(0, {"I.2": ValueInputs(D(18))})
    without = year.view(0).at(Stage.SELF)[year.criterion("I.2").pk]
    services.add_evidence(
        card=year.card(0),
        criterion=year.criterion("I.2"),
        name="a.pdf",
        content=TINY_PDF,
        by=year.officers[0],
        at=NOON,
    )
    proven = year.view(0).at(Stage.SELF)[year.criterion("I.2").pk]
    services.remove_evidence(
        evidence=queries.evidence_of(year.card(0))[proven.criterion_id][0], by=year.officers[0], at=NOON
    )
    bare_again = year.view(0).at(Stage.SELF)[proven.criterion_id]

    # A file that comes or goes moves the points at once, and disturbs nobody who has the card open.
    assert [without.points, proven.points, bare_again.points] == [0, 18, 0]
    assert {without.version, proven.version, bare_again.version} == {1}
    assert "không có minh chứng" in bare_again.explanation


def test_kinds_with_several_figures_and_the_blocs_leader(db):
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    year.fill(1, {"I.4": TargetInputs(D(120), D(100))})
    after = year.fill(0, RARE_FIGURES)

    points = {year.scoreboard.criteria.get(pk=key).code: m.points for key, m in after.at(Stage.SELF).items()}
    # The other unit has not sent its 120 yet: it leads nobody.
    assert points == {"I.1": D("38.75"), "I.2": D(10), "I.3": D(9), "I.4": D(10)}
    total = after.total(Stage.SELF)
    assert (total.awaited, total.of) == (("I.5", "I.6"), 4)


# Cards


def test_a_card_goes_from_the_officer_to_the_head_to_the_bloc_and_back(year):
    year.fill(2)
    card = services.propose_card(card=year.card(2), by=year.officers[2], at=NOON)
    assert card.state == ScorecardState.PROPOSED
    assert reasons_of(services.propose_card, card=card, by=year.officers[2], at=NOON) == [
        "Bảng tự chấm điểm đang chờ thủ trưởng duyệt."
    ]
    card = services.send_card(card=card, by=year.heads[2], at=NOON)
    assert (card.state, card.sent_by, card.sent_at) == (ScorecardState.SENT, year.heads[2], NOON)
    card = services.recall_card(card=card, by=year.heads[2], at=NOON)
    assert (card.state, card.sent_at) == (ScorecardState.DRAFT, None)
    services.send_card(card=card, by=year.heads[2], at=NOON)
    card = services.return_card(card=card, reason="Thiếu minh chứng", by=year.chair, at=NOON)
    assert (card.state, card.returned_reason) == (ScorecardState.RETURNED, "Thiếu minh chứng")
    year.fill(2, {"I.2": ValueInputs(D(17))})
    assert services.send_card(card=card, by=year.heads[2], at=NOON).state == ScorecardState.SENT


def test_an_unfinished_card_is_neither_proposed_nor_sent(year):
    year.fill(2, {"I.1": TargetInputs(D(1), D(1))})
    sentence = (
        "Còn 8 tiêu chí chưa chấm: I.2, I.3, I.4, II.1, II.2, III.1, IV.1, V.1. Chưa chấm khác với 0 điểm."
    )

    assert reasons_of(services.propose_card, card=year.card(2), by=year.officers[2], at=NOON) == [sentence]
    assert reasons_of(services.send_card, card=year.card(2), by=year.heads[2], at=NOON) == [sentence]


def test_a_card_is_not_recalled_once_the_check_has_begun(year):
    year.send(2)
    services.accept_marks(card=year.card(2), criteria=[year.criterion("I.1").pk], by=year.chair, at=NOON)

    assert reasons_of(services.recall_card, card=year.card(2), by=year.heads[2], at=NOON) == [
        "Khối đã bắt đầu rà soát bảng điểm này. Hãy đề nghị khối trả lại."
    ]


def test_a_check_ends_with_every_criterion_and_every_reason(year):
    year.send(2)
    card = year.card(2)
    services.save_marks(
        card=card, stage=Stage.BLOC, entries=services.entries_of(card, {"I.2": D(15)}), by=year.chair, at=NOON
    )

    assert "Còn 8 tiêu chí" in reasons_of(services.finish_verification, card=card, by=year.chair, at=NOON)[0]
    services.accept_marks(card=card, by=year.chair, at=NOON)
    assert reasons_of(services.finish_verification, card=card, by=year.chair, at=NOON) == [
        "Điểm khác với vòng trước cần ghi lý do: I.2."
    ]
    services.give_reason(
        card=card,
        stage=Stage.BLOC,
        criteria=[year.criterion("I.2").pk],
        reason="Chậm",
        by=year.chair,
        at=NOON,
    )
    card = services.finish_verification(card=card, by=year.chair, at=NOON)
    assert (card.state, card.verified_by) == (ScorecardState.VERIFIED, year.chair)
    card = services.reopen_verification(card=card, reason="Bổ sung số liệu", by=year.chair, at=NOON)
    assert (card.state, card.verified_at) == (ScorecardState.SENT, None)


def test_the_meeting_may_appoint_another_member_to_check(year):
    year.send(0)
    card = services.appoint_verifier(
        card=year.card(0), unit=year.units[2], reason="Chưa có Khối phó", by=year.chair, at=NOON
    )

    assert services.accept_marks(card=card, by=year.officers[2], at=NOON)
    assert reasons_of(services.accept_marks, card=card, by=year.officers[1], at=NOON) == [
        "Bảng điểm của Khối trưởng do Khối phó, hoặc đơn vị được hội nghị giao, rà soát."
    ]


def test_a_stranger_is_not_appointed_to_check(year):
    stranger = Unit.objects.create(province=year.province, name="Sở khác", short_name="Khác", slug="so-khac")

    assert reasons_of(
        services.appoint_verifier, card=year.card(2), unit=stranger, reason="có", by=year.chair, at=NOON
    ) == ["Sở khác không phải là đơn vị thành viên của năm này. Hãy chọn một đơn vị thành viên."]


def test_the_meeting_agrees_where_it_says_nothing_else(year):
    for index in range(3):
        year.walk(index)
    year.go(Phase.REVIEWING)
    card = year.card(2)
    values = services.entries_of(card, {"I.2": D(16)})
    services.save_marks(card=card, stage=Stage.MEETING, entries=values, by=year.chair, at=NOON)

    assert reasons_of(services.agree_cards, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Điểm thống nhất khác điểm khối thẩm định cần ghi lý do: Sở số 3: I.2."
    ]
    services.give_reason(
        card=card,
        stage=Stage.MEETING,
        criteria=[year.criterion("I.2").pk],
        reason="Hội nghị",
        by=year.chair,
        at=NOON,
    )
    assert services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON) == 3
    assert year.view(2).total(Stage.MEETING).total == SMALL_TOTAL - 2
    assert year.view(1).total(Stage.MEETING).total == SMALL_TOTAL
    assert reasons_of(services.agree_cards, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Không còn bảng điểm nào chờ thống nhất."
    ]


def test_nothing_is_agreed_while_a_ranked_unit_is_unchecked(year):
    year.walk(1)
    year.go(Phase.VERIFYING)

    assert reasons_of(services.agree_cards, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Chưa rà soát xong: Sở số 1, Sở số 3."
    ]


def test_the_chairs_own_agreed_marks_are_recorded_by_whoever_checked(year):
    for index in range(3):
        year.walk(index)
    year.go(Phase.REVIEWING)
    card = year.card(0)
    entries = services.entries_of(card, {"I.2": (D(20), "Hội nghị")})

    assert reasons_of(
        services.save_marks, card=card, stage=Stage.MEETING, entries=entries, by=year.chair, at=NOON
    ) == ["Điểm thống nhất của chính đơn vị mình do đơn vị đã rà soát ghi."]
    after = services.save_marks(card=card, stage=Stage.MEETING, entries=entries, by=year.officers[1], at=NOON)
    assert after.total(Stage.MEETING).total == SMALL_TOTAL + 2


def test_an_agreement_is_opened_again_until_the_ranking_is_adopted(year):
    run = year.ranked()
    card = services.reopen_agreement(card=year.card(2), reason="Tính nhầm", by=year.chair, at=NOON)
    assert card.state == ScorecardState.VERIFIED
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)

    assert reasons_of(
        services.reopen_agreement, card=year.card(2), reason="Tính nhầm", by=year.chair, at=NOON
    ) == ["Xếp hạng của năm đã chốt. Hãy mở lại xếp hạng trước."]


def test_the_province_appraises_beside_what_the_bloc_agreed(db):
    year = ScoringYear(rows=RARE, law=RARE_LAW, units=2)
    for index in range(2):
        year.send(index, RARE_FIGURES)
        year.check(index, {"I.5": D(8)})
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    year.go(Phase.SUBMITTED)
    card = year.card(0)

    assert reasons_of(services.finish_appraisal, card=card, by=year.head, at=NOON) == [
        "Còn 1 tiêu chí chưa chấm: I.6. Chưa chấm khác với 0 điểm."
    ]
    entries = services.entries_of(card, {"I.6": D(9), "I.5": D(7)})
    services.save_marks(card=card, stage=Stage.PROVINCE, entries=entries, by=year.head, at=NOON)
    assert reasons_of(services.finish_appraisal, card=card, by=year.head, at=NOON) == [
        "Điểm khác với vòng trước cần ghi lý do: I.5."
    ]
    services.give_reason(
        card=card,
        stage=Stage.PROVINCE,
        criteria=[year.criterion("I.5").pk],
        reason="Hồ sơ",
        by=year.head,
        at=NOON,
    )
    card = services.finish_appraisal(card=card, by=year.head, at=NOON)
    assert card.state == ScorecardState.APPRAISED
    view = year.view(0)
    assert view.total(Stage.PROVINCE).total == view.total(Stage.MEETING).so_far - 1 + 9


# Evidence


def test_evidence_is_kept_named_and_taken_away(year):
    kept = services.add_evidence(
        card=year.card(2),
        criterion=year.criterion("I.2"),
        name="Báo cáo.pdf",
        content=TINY_PDF,
        page="3",
        by=year.officers[2],
        at=NOON,
    )
    assert queries.evidence_of(year.card(2))[year.criterion("I.2").pk] == [kept]
    services.remove_evidence(evidence=kept, by=year.officers[2], at=NOON)
    assert queries.evidence_of(year.card(2)) == {}
    again = services.attach_evidence(
        card=year.card(2), criterion=year.criterion("I.2"), upload=kept.upload, by=year.officers[2], at=NOON
    )
    assert (again.pk, MarkEvidence.objects.get().removed_at) == (kept.pk, None)


def test_evidence_of_another_unit_or_for_a_group_is_refused(year):
    own = services.add_evidence(
        card=year.card(2),
        criterion=year.criterion("I.2"),
        name="a.pdf",
        content=TINY_PDF,
        by=year.officers[2],
        at=NOON,
    )
    wrong = ["Tệp hoặc tiêu chí không thuộc bảng tự chấm điểm này. Hãy tải lại trang."]
    kept = {"upload": own.upload, "at": NOON}

    assert (
        reasons_of(
            services.attach_evidence,
            card=year.card(1),
            criterion=year.criterion("I.2"),
            by=year.officers[1],
            **kept,
        )
        == wrong
    )
    assert (
        reasons_of(
            services.attach_evidence,
            card=year.card(2),
            criterion=year.criterion("I"),
            by=year.officers[2],
            **kept,
        )
        == wrong
    )


# Ranking


def test_a_ranking_stores_totals_ties_grades_and_contents(year):
    run = year.ranked({"I.2": (D(15), "Chậm")})

    rows = queries.in_rank_order(run.rows.select_related("unit"))
    assert [(row.unit, row.rank, row.is_tied, row.total, row.grade) for row in rows] == [
        (year.units[1], 1, True, SMALL_TOTAL, "Xuất sắc"),
        (year.units[2], 1, True, SMALL_TOTAL, "Xuất sắc"),
        (year.units[0], 3, False, SMALL_TOTAL - 3, "Xuất sắc"),
    ]
    assert rows[0].by_group == {"I": "55.000", "II": "20.000", "III": "19.500", "IV": "1.000", "V": "0.000"}
    assert any("vẫn bằng nhau" in step for step in rows[0].steps)
    assert queries.ties_of(rows) == {frozenset({year.units[1].pk, year.units[2].pk})}


def test_a_guidance_without_grades_and_with_dense_ranks(db):
    year = ScoringYear(law={**LAW, "grades": [], "rank_numbering": "dense"})
    run = year.ranked({"I.2": (D(15), "Chậm")})

    rows = queries.in_rank_order(run.rows.select_related("unit"))
    assert [(row.rank, row.grade) for row in rows] == [(1, ""), (1, ""), (2, "")]
    assert services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON)


def test_a_unit_outside_the_ranking_stands_at_the_foot_with_its_reason(year):
    Membership.objects.filter(cycle=year.cycle, unit=year.units[2]).update(unranked_reason="mới thành lập")
    year.walk(0)
    year.walk(1)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)

    foot = queries.in_rank_order(run.rows.select_related("unit"))[-1]
    assert (foot.unit, foot.rank, foot.total, foot.unranked_reason, foot.by_group) == (
        year.units[2],
        None,
        None,
        "mới thành lập",
        {},
    )


def test_a_ranking_needs_agreed_scores_and_an_adopted_board(year):
    year.walk(0)
    year.go(Phase.REVIEWING)

    assert reasons_of(services.make_ranking, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Hội nghị chưa thống nhất điểm của: Sở số 1, Sở số 2, Sở số 3."
    ]
    bare = ScoringYear(slug="an-giang", board=False, phase=Phase.REVIEWING)
    assert reasons_of(services.make_ranking, cycle=bare.cycle, by=bare.chair, at=NOON) == [
        "Bảng điểm của khối chưa được thông qua nên chưa có gì để xếp hạng."
    ]


def test_a_new_draft_takes_the_place_of_the_old(year):
    year.ranked()
    run = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)

    assert list(RankingRun.objects.values_list("pk", flat=True)) == [run.pk]


def test_a_tie_is_decided_by_the_meeting_with_its_reason(year):
    run = year.ranked({"I.2": (D(15), "Chậm")})
    first, second = year.units[2], year.units[1]

    def decide(*order, reason="Nhiều sáng kiến hơn"):
        return services.decide_tie(run=run, order=order, reason=reason, by=year.chair, at=NOON)

    whole = ["Hãy xếp thứ tự đủ các đơn vị của một nhóm đồng hạng."]
    assert reasons_of(decide, first) == whole
    assert reasons_of(decide, first, first, second) == whole
    assert reasons_of(decide, year.units[0], first) == whole
    assert reasons_of(decide, first, second, reason=" ") == ["Quyết định khi bằng điểm cần ghi lý do."]
    decide(first, second)
    rows = queries.in_rank_order(run.rows.select_related("unit"))
    assert [(row.unit, row.rank, row.is_tied) for row in rows[:2]] == [(first, 1, False), (second, 2, False)]
    assert rows[0].decided_reason == "Nhiều sáng kiến hơn"


def test_equal_units_where_the_quota_of_a_grade_ends_wait_for_the_meeting(db):
    top = {**LAW["grades"][0], "quota": {"kind": "of_ranked", "numerator": 50}}
    year = ScoringYear(law={**LAW, "grades": [top, *LAW["grades"][1:]]})
    run = year.ranked({"I.2": (D(15), "Chậm")})

    assert [row.grade for row in queries.in_rank_order(run.rows.select_related("unit"))] == ["", "", "Tốt"]
    assert reasons_of(services.adopt_ranking, run=run, how="thống nhất", by=year.chair, at=NOON) == [
        "Bằng điểm ở giới hạn số lượng của mức xếp loại: Sở số 2, Sở số 3. "
        "Hãy ghi quyết định của hội nghị về thứ tự trước khi chốt."
    ]
    order = (year.units[2], year.units[1])
    services.decide_tie(run=run, order=order, reason="Nhiều sáng kiến", by=year.chair, at=NOON)
    rows = queries.in_rank_order(
        services.adopt_ranking(run=run, how="thống nhất", by=year.chair, at=NOON).rows.select_related("unit")
    )
    assert [(row.unit, row.grade) for row in rows[:2]] == [(order[0], "Xuất sắc"), (order[1], "Tốt")]
    assert rows[1].steps[-1] == (
        "Sở số 2: Số lượng tối đa: 3 × 50%, làm tròn xuống: 1. Mức Xuất sắc: vượt số lượng, xếp Tốt."
    )


def test_an_adopted_ranking_is_frozen_and_can_only_be_put_aside(year):
    run = year.adopted()

    assert (run.status, run.adopted_by, run.adopted_how) == (RankingStatus.ADOPTED, year.chair, "thống nhất")
    assert reasons_of(services.adopt_ranking, run=run, how="lại", by=year.chair, at=NOON) == [
        "Xếp hạng đã chốt."
    ]
    assert reasons_of(services.decide_tie, run=run, order=year.units, reason="x", by=year.chair, at=NOON) == [
        "Xếp hạng đã chốt."
    ]
    assert reasons_of(services.make_ranking, cycle=year.cycle, by=year.chair, at=NOON) == [
        "Xếp hạng của năm đã được chốt."
    ]
    services.reopen_ranking(run=run, reason="Tỉnh trả lại", by=year.chair, at=NOON)
    again = services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    assert services.adopt_ranking(run=again, how="thống nhất", by=year.chair, at=NOON)
    assert RankingRun.objects.filter(status=RankingStatus.REPLACED).count() == 1


def test_a_ranking_that_the_scores_have_left_behind_is_not_adopted(year):
    run = year.ranked()
    card = services.reopen_agreement(card=year.card(2), reason="Tính nhầm", by=year.chair, at=NOON)
    services.save_marks(
        card=card,
        stage=Stage.MEETING,
        entries=services.entries_of(card, {"I.2": (D(10), "Hội nghị")}),
        by=year.chair,
        at=NOON,
    )
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)

    assert reasons_of(services.adopt_ranking, run=run, how="thống nhất", by=year.chair, at=NOON) == [
        "Điểm đã thay đổi sau khi lập xếp hạng. Hãy lập lại xếp hạng."
    ]


def test_the_report_of_scores_is_one_paper_of_the_year(year):
    paper = services.open_score_report(cycle=year.cycle, by=year.chair, at=NOON)

    assert (paper.kind, paper.subject) == (
        DocumentKind.SCORE_REPORT,
        "Kết quả đánh giá, chấm điểm thi đua năm 2019 của Khối thi đua 4",
    )
    assert services.open_score_report(cycle=year.cycle, by=year.chair, at=NOON).pk == paper.pk
    assert reasons_of(services.open_score_report, cycle=year.cycle, by=year.officers[2], at=NOON) == [
        ONLY_CHAIR
    ]


def test_rights_follow_the_term(year):
    year.send(2)
    Term.objects.filter(cycle=year.cycle).update(to_on=date(2019, 6, 1))
    Term.objects.create(
        cycle=year.cycle, office=Office.CHAIR, unit=year.units[1], from_on=date(2019, 6, 2), basis="bầu"
    )

    assert services.accept_marks(card=year.card(2), by=year.officers[1], at=at(2019, 11, 20))
    assert reasons_of(services.accept_marks, card=year.card(2), by=year.officers[0], at=at(2019, 11, 20)) == [
        "Chỉ Khối trưởng, Khối phó, hoặc đơn vị được hội nghị giao, rà soát bảng điểm này."
    ]


def test_every_save_is_audited_with_actor_and_verb(year):
    year.fill(2, {"I.2": ValueInputs(D(18))})

    mark = Mark.objects.get()
    context = mark.events.get().pgh_context
    assert (context["verb"], context["by"]) == ("scoring.marks.self_saved", year.officers[2].pk)
    assert connection.vendor == "postgresql"
