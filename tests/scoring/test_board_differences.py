"""What a board says otherwise than its guidance, and what a new version would make of scored cards."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.urls import reverse

from blocs.enums import Phase
from config.kit.refusals import Refused
from scoring import policies, queries, services
from scoring.enums import NaReason, ScoreboardStatus, Stage
from scoring.models import Criterion, Guidance, Scoreboard
from scoring.rules import NotApplicable, TargetInputs, ValueInputs
from tests.factories.scoring import (
    NOON,
    RARE,
    RARE_FIGURES,
    RARE_LAW,
    SMALL,
    SMALL_FIGURES,
    ScoringYear,
    group,
    leaf,
)

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def bare(db):
    return ScoringYear(board=False, phase=Phase.LAUNCHING)


@pytest.fixture
def year(db):
    return ScoringYear(units=3)


def row(owner, code):
    return owner.criteria.get(code=code)


def words(response):
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def edit(year, owner, row_code, **changes):
    by = year.head if isinstance(owner, Guidance) else year.chair
    services.edit_criterion(criterion=row(owner, row_code), changes=changes, by=by, at=NOON)


def said(changes):
    return [(one.kind.value, one.code) for one in changes]


# A board beside its guidance


def test_a_fresh_board_says_what_the_guidance_says(bare):
    board = bare.draft_board()

    assert queries.board_differences(queries.board_of(board)) == []
    assert queries.unbound_in(queries.board_of(board)) == []


def test_every_difference_is_named_with_both_texts(bare):
    board = bare.draft_board()
    act = {"by": bare.chair, "at": NOON}
    edit(bare, board, "I.1", title="Thu ngân sách đạt chỉ tiêu")
    edit(bare, board, "I.3", rule={"per": "1", "item": "sáng kiến"}, max_points=D(8))
    edit(bare, board, "I.4", evidence_hint="Sổ theo dõi", scored_by="bloc", code="I.9", not_arisen="exclude")
    services.remove_criterion(criterion=row(board, "II.1"), **act)
    services.move_criterion(criterion=row(board, "II.2"), group=row(board, "III"), **act)
    services.split_criterion(criterion=row(board, "I.2"), parts=(("Văn bản", D(12)), ("Đề án", D(8))), **act)
    services.add_criterion(
        owner=board,
        parent=row(board, "I"),
        fields={"code": "I.5", "title": "Việc riêng của khối", "max_points": D(2), "kind": "direct"},
        **act,
    )
    changes = queries.board_differences(queries.board_of(board))

    assert said(changes) == [
        ("Bỏ", "II.1"),
        ("Đổi lời", "I.1"),
        ("Tách", "I.2"),
        ("Đổi điểm", "I.3"),
        ("Đổi cách tính", "I.3"),
        ("Đổi ký hiệu", "I.9"),
        ("Đổi cách tính", "I.9"),
        ("Đổi minh chứng", "I.9"),
        ("Đổi người chấm", "I.9"),
        ("Thêm", "I.5"),
        ("Đổi ký hiệu", "III.2"),
        ("Chuyển nhóm", "III.2"),
    ]
    texts = {(one.kind.value, one.code): (one.before, one.after) for one in changes}
    assert texts["Đổi lời", "I.1"] == ("Hoàn thành chỉ tiêu được giao", "Thu ngân sách đạt chỉ tiêu")
    assert texts["Đổi điểm", "I.3"] == ("10", "8")
    assert "I.2.a Văn bản (12 điểm" in texts["Tách", "I.2"][1]
    assert texts["Chuyển nhóm", "III.2"] == (
        "II Chủ trương của Đảng, chính sách, pháp luật",
        "III Công tác thi đua, khen thưởng",
    )
    assert "Không phát sinh: loại khỏi tổng điểm." in texts["Đổi cách tính", "I.9"][1]


@pytest.mark.parametrize("points", ["59.99", "60.01"])
def test_the_contents_of_a_board_keep_the_points_of_the_guidance_whatever_reason_is_given(bare, points):
    board = bare.draft_board()
    edit(bare, board, "I", max_points=D(points))
    for finding in queries.findings_in(queries.board_of(board)):
        services.waive_board_finding(
            scoreboard=board, finding=finding, reason="Khối muốn", by=bare.chair, at=NOON
        )

    with pytest.raises(Refused) as refused:
        bare.adopt(board)
    assert refused.value.reasons == [
        f"Nội dung I ghi {points.replace('.', ',')} điểm, hướng dẫn ghi 60. Hãy giữ đúng điểm của hướng dẫn."
    ]


def test_a_board_neither_drops_nor_invents_nor_sinks_a_content_of_the_guidance(bare):
    board = bare.draft_board()
    act = {"by": bare.chair, "at": NOON}
    services.remove_criterion(criterion=row(board, "V"), **act)
    services.move_criterion(criterion=row(board, "III"), group=row(board, "II"), **act)
    fields = {"code": "VI", "title": "Nội dung riêng", "max_points": D(20), "kind": ""}
    services.add_criterion(owner=board, fields=fields, **act)

    assert queries.unbound_in(queries.board_of(board)) == [
        "Thiếu nội dung III “Công tác thi đua, khen thưởng” của hướng dẫn. Hãy lập lại nội dung này.",
        "Thiếu nội dung V “Điểm trừ” của hướng dẫn. Hãy lập lại nội dung này.",
        "Nội dung VI “Nội dung riêng” không có trong hướng dẫn. Hãy đưa vào một nội dung của hướng dẫn.",
    ]


def adopted_behind_the_forms(board, by):
    fields = {"status": "adopted", "adopted_at": NOON, "adopted_by": by, "content_hash": "x"}
    with transaction.atomic():
        return Scoreboard.objects.filter(pk=board.pk).update(**fields)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.filter(code="I").update(max_points=D("60.01")),
        lambda rows: rows.filter(code="I").update(nature="bonus"),
        lambda rows: rows.filter(code="III").update(parent=rows.get(code="II")),
        lambda rows: rows.filter(code="I.1").update(parent=None),
        lambda rows: rows.filter(code="V").update(source=None),
        lambda rows: rows.filter(code="V").update(source=rows.get(code="I").source),
    ],
)
def test_a_board_whose_contents_left_the_guidance_is_refused_by_the_database_as_by_the_policy(bare, spoil):
    board = bare.draft_board()
    spoil(board.criteria.all())
    assert queries.unbound_in(queries.board_of(board))
    with pytest.raises((IntegrityError, InternalError), match="not those of its guidance"):
        adopted_behind_the_forms(board, bare.chair)


def test_a_board_may_be_split_and_reordered_below_its_contents(bare):
    board = bare.draft_board()
    rows = board.criteria.all()
    # A row from the same source, read before the content that stands for it, takes nothing from it.
    rows.filter(code="I.1").update(source=rows.get(code="III").source)
    rows.filter(code="I.2").update(parent=rows.get(code="II"), max_points=D(1))
    assert queries.unbound_in(queries.board_of(board)) == []
    assert adopted_behind_the_forms(board, bare.chair) == 1


def test_the_differences_are_a_page_and_stay_to_be_read_after_adoption(bare, client):
    board = bare.draft_board()
    edit(bare, board, "I.1", title="Thu ngân sách đạt chỉ tiêu")
    page = reverse("board_differences", args=bare.cycle.slugs)
    client.force_login(bare.officers[1])
    for _ in range(2):
        shown = words(client.get(page))
        assert "1 chỗ khác" in shown
        assert "Hoàn thành chỉ tiêu được giao Thu ngân sách đạt chỉ tiêu" in shown
        if board.status == ScoreboardStatus.DRAFT:
            board = bare.adopt(board)
    assert board.content_hash == queries.content_hash(queries.board_of(board))
    assert len(board.content_hash) == 64


# What a new version would do


def renewed(year):
    guidance = Guidance.objects.get(province=year.province)
    return services.renew_guidance(guidance=guidance, by=year.head, at=NOON)


def effects(guidance, year):
    found = queries.effects_of(guidance, year.province_officer, NOON)
    return {str(one.unit): (one.before, one.after, one.to_score) for one in found}


def test_a_new_version_that_says_the_same_changes_no_total(year):
    year.send(2)
    new = renewed(year)

    assert queries.guidance_differences(new) == []
    (one,) = queries.effects_of(new, year.province_officer, NOON)
    assert (one.before, one.after, one.differs, one.stage) == (D("95.5"), D("95.5"), False, Stage.SELF)


def test_every_sent_card_shows_its_total_under_the_new_version(year):
    year.walk(2, {"I.2": (D(15), "Chậm")})
    year.send(1)
    year.fill(0, {"I.2": ValueInputs(D(18))})
    new = renewed(year)
    edit(year, new, "I.3", rule={"per": "1", "item": "sáng kiến"})
    edit(year, new, "I.2", max_points=D(16))

    # Sở số 1 has sent nothing. I.3: 4 × 1 instead of 4 × 2; I.2: 18 points cannot stand under a maximum of 16, the bloc's 15 can.
    assert effects(new, year) == {
        "Sở số 2": (D("95.5"), None, ("I.2",)),
        "Sở số 3": (D("92.5"), D("88.5"), ()),
    }
    by_unit = {one.unit: one for one in queries.effects_of(new, year.province_officer, NOON)}
    assert by_unit[year.units[1]].so_far == D("73.5")


def test_a_criterion_that_is_new_or_scored_in_another_way_has_to_be_scored_first(year):
    year.send(2)
    new = renewed(year)
    act = {"by": year.head, "at": NOON}
    services.add_criterion(
        owner=new,
        parent=row(new, "III"),
        fields={"code": "III.2", "title": "Mới", "max_points": D(5), "kind": "direct"},
        **act,
    )
    edit(year, new, "I.4", kind="direct", rule={})

    assert effects(new, year) == {"Sở số 3": (D("95.5"), None, ("I.4", "III.2"))}


def test_a_removed_criterion_a_new_group_and_the_law_itself_move_totals(year):
    year.send(2)
    new = renewed(year)
    act = {"by": year.head, "at": NOON}
    services.remove_criterion(criterion=row(new, "II.2"), **act)
    new = services.edit_guidance(guidance=new, changes={"bonus_cap": D(0), "na_policy": "keep"}, **act)
    fields = {"code": "VI", "title": "Nhóm mới", "max_points": D(0), "kind": ""}
    added = services.add_criterion(owner=new, fields=fields, **act)
    services.add_criterion(
        owner=new, parent=added, fields={**fields, "code": "VI.1", "kind": "direct"}, **act
    )

    # 95,5 without II.2 (10) and without the bonus of 1; VI.1 has to be scored.
    assert effects(new, year) == {"Sở số 3": (D("95.5"), None, ("VI.1",))}
    services.remove_criterion(criterion=added, **act)
    assert effects(new, year) == {"Sở số 3": (D("95.5"), D("84.5"), ())}


def test_the_blocs_own_words_and_parts_stay_where_the_guidance_says_the_same(bare):
    board = bare.draft_board()
    act = {"by": bare.chair, "at": NOON}
    services.split_criterion(criterion=row(board, "I.2"), parts=(("Văn bản", D(12)), ("Đề án", D(8))), **act)
    edit(bare, board, "III.1", title="Hưởng ứng phong trào của khối")
    fields = {"code": "II.3", "title": "Riêng", "max_points": D(0), "kind": "direct"}
    services.add_criterion(owner=board, parent=row(board, "II"), fields=fields, **act)
    bare.adopt(board)
    new = renewed(bare)
    services.remove_criterion(criterion=row(new, "II"), by=bare.head, at=NOON)
    edit(bare, new, "I.2", title="Chất lượng tham mưu, đề xuất", kind="pass_fail", max_points=D(21))
    after = queries.rebased(queries.board_of(board), queries.board_of_guidance(new))
    shown = {one.code: (one.title, one.kind, one.max_points) for one in after.criteria}

    assert shown["I.2"] == ("Chất lượng tham mưu, đề xuất", "", D(21))
    assert shown["I.2.a"] == ("Văn bản", "direct", D(12))
    assert shown["III.1"][0] == "Hưởng ứng phong trào của khối"
    assert not {"II", "II.1", "II.3"} & set(shown)
    assert row(board, "I.2").title == "Chất lượng tham mưu"


def test_what_the_new_version_splits_is_scored_by_its_parts_once(year):
    year.send(2)
    new = renewed(year)
    act = {"by": year.head, "at": NOON}
    parts = (("Văn bản", D(12)), ("Đề án", D(8)))
    services.split_criterion(criterion=row(new, "I.2"), parts=parts, **act)

    assert effects(new, year) == {"Sở số 3": (D("95.5"), None, ("I.2.a", "I.2.b"))}
    assert said(queries.guidance_differences(new)) == [("Tách", "I.2")]


def test_what_bloc_and_new_version_both_split_keeps_the_parts_of_the_bloc(bare):
    board = bare.draft_board()
    parts = (("Văn bản", D(12)), ("Đề án", D(8)))
    services.split_criterion(criterion=row(board, "I.2"), parts=parts, by=bare.chair, at=NOON)
    bare.adopt(board)
    new = renewed(bare)
    services.split_criterion(criterion=row(new, "I.2"), parts=parts[::-1], by=bare.head, at=NOON)
    after = queries.rebased(queries.board_of(board), queries.board_of_guidance(new))

    under = [one.title for one in after.criteria if one.code.startswith("I.2.")]
    assert under == ["Văn bản", "Đề án"]


def test_a_criterion_scored_against_the_leader_is_computed_again_for_the_whole_bloc():
    year = ScoringYear(units=3, rows=RARE, law=RARE_LAW)
    year.send(0, {**RARE_FIGURES, "I.4": TargetInputs(D(110), D(100))})
    year.send(1, {**RARE_FIGURES, "I.4": TargetInputs(D(120), D(100))})
    new = renewed(year)
    edit(year, new, "I.4", max_points=D(20))
    edit(year, new, "I.3", max_points=D(0), kind="direct", rule={})

    board = year.scoreboard
    found = {one.unit: one for one in queries.effects_of(new, year.province_officer, NOON)}
    assert len(found) == 2
    assert board.criteria.count() == 7
    after = queries.rebased(queries.board_of(board), queries.board_of_guidance(new))
    assert {leaf.code: leaf.max_points for leaf in after.leaves}["I.4"] == D(20)


def test_points_that_the_bloc_gave_itself_and_criteria_left_out_stay_as_they_are(year):
    year.send(2, {**SMALL_FIGURES, "I.2": NotApplicable(NaReason.NOT_ASSIGNED)})
    new = renewed(year)
    edit(year, new, "I.3", max_points=D(6))

    (one,) = queries.effects_of(new, year.province_officer, NOON)
    # 76,5 of 80 and 74,5 of 76, as of 100, and one point of bonus.
    assert (one.before, one.after) == (D("96.63"), D("99.03"))


def test_marks_that_were_cleared_and_points_beyond_the_new_maximum_have_to_be_scored(year):
    year.walk(2, {"I.2": (D(19), "Tốt hơn tự chấm")})
    card = year.send(1)
    for value in (ValueInputs(D(5)), None):
        entries = services.entries_of(card, {"I.2": value})
        services.save_marks(card=card, stage=Stage.BLOC, entries=entries, by=year.judge(1), at=NOON)
    new = renewed(year)
    edit(year, new, "I.2", max_points=D("18.5"))

    assert effects(new, year) == {"Sở số 2": (None, None, ()), "Sở số 3": (D("96.5"), None, ("I.2",))}


def test_a_row_added_to_a_group_that_the_bloc_gave_up_does_not_reach_it(bare):
    rows = (
        group("I", "Một", 60),
        group("I.1", "Một một", 60, "I"),
        leaf("I.1.a", "Hồ sơ", 60),
        group("II", "Hai", 40),
        leaf("II.1", "Báo cáo", 40),
    )
    guidance = bare.guidance(rows=rows, bonus_cap=D(0), deduction_cap=D(0))
    board = bare.draft_board(guidance)
    act = {"by": bare.chair, "at": NOON}
    services.move_criterion(criterion=row(board, "I.1.a"), group=row(board, "I"), **act)
    services.remove_criterion(criterion=row(board, "I.1"), **act)
    bare.adopt(board)
    new = renewed(bare)
    fields = {"code": "I.1.b", "title": "Mới", "max_points": D(0), "kind": "direct"}
    services.add_criterion(owner=new, parent=row(new, "I.1"), fields=fields, by=bare.head, at=NOON)
    after = queries.rebased(queries.board_of(board), queries.board_of_guidance(new))

    assert [one.title for one in after.criteria] == ["Một", "Hồ sơ", "Hai", "Báo cáo"]


def test_the_page_of_a_new_version_is_read_before_it_is_published(year, client):
    year.send(2)
    new = renewed(year)
    edit(year, new, "I.3", rule={"per": "1", "item": "sáng kiến"})
    services.edit_guidance(guidance=new, changes={"bonus_cap": D(4)}, by=year.head, at=NOON)
    client.force_login(year.head)
    assert "thay đổi gì so với bản trước" in words(client.get(new.get_absolute_url()))
    shown = words(client.get(reverse("guidance_effects", args=[new.pk])))

    assert "1 bảng tự chấm điểm đã gửi sẽ khác tổng điểm." in shown
    assert "95,5 91,5 khác" in shown
    assert "Điểm thưởng Tối đa 5 Tối đa 4" in shown
    assert "Đổi cách tính" in shown
    first = Guidance.objects.get(version=1)
    assert client.get(reverse("guidance_effects", args=[first.pk])).status_code == 404


def test_a_published_guidance_is_frozen_in_the_service_too(year):
    guidance = Guidance.objects.get()

    with pytest.raises(Refused) as refused:
        services.write_frame(guidance=guidance, rows=SMALL, by=year.head, at=NOON)
    assert refused.value.reasons == [policies.FROZEN_GUIDANCE]
    assert Criterion.objects.filter(guidance=guidance).count() == len(SMALL)
