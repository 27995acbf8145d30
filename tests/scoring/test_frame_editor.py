"""A frame written row by row in the browser, of a guidance and of a bloc's board."""

import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from blocs.enums import Phase
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from config.kit.refusals import Refused
from covenants.enums import Direction
from covenants.rules import TargetDraft
from covenants.services import add_content, add_targets, draft_covenant
from scoring import forms, policies, queries, services
from scoring.models import Criterion, Guidance
from tests.factories.scoring import LAW, NOON, SMALL, ScoringYear, group, leaf

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def year(db):
    return ScoringYear(board=False, phase=Phase.LAUNCHING)


@pytest.fixture
def draft(year):
    return year.guidance(publish=False)


@pytest.fixture
def at_door(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def words(response):
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def codes(owner):
    board = queries.board_of_guidance(owner) if isinstance(owner, Guidance) else queries.board_of(owner)
    return [one.code for one in board.criteria]


def row(owner, code):
    return owner.criteria.get(code=code)


def refused(act, **given):
    with pytest.raises(Refused) as found:
        act(**given)
    return found.value.reasons


FIELDS = {"title": "Một dòng", "max_points": D(5), "kind": "direct"}


# Rows of a draft, through the services


def test_a_row_is_added_at_the_end_of_its_group_or_after_another(year, draft):
    act = {"owner": draft, "by": year.head, "at": NOON}
    services.add_criterion(parent=row(draft, "I"), fields={"code": "I.5", **FIELDS}, **act)
    services.add_criterion(
        parent=row(draft, "I"), after=row(draft, "I.1"), fields={"code": "I.1b", **FIELDS}, **act
    )
    services.add_criterion(after=row(draft, "I.1"), fields={"code": "VI", **FIELDS, "kind": ""}, **act)

    assert codes(draft)[:7] == ["I", "I.1", "I.1b", "I.2", "I.3", "I.4", "I.5"]
    assert codes(draft)[-1] == "VI"
    positions = [one.position for one in queries.board_of_guidance(draft).criteria]
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize(
    ("parent", "fields", "told"),
    [
        ("I", {"code": "I.1"}, "Ký hiệu I.1 đã dùng cho dòng khác. Hãy đổi ký hiệu."),
        ("I.1", {"code": "I.1.a"}, "I.1 là tiêu chí, không có dòng con. Hãy tách tiêu chí này trước."),
        ("I", {"code": "I.9", "kind": "choice"}, "Thiếu mục “các mức”. Hãy ghi mục này."),
    ],
)
def test_a_row_that_cannot_stand_is_refused(year, draft, parent, fields, told):
    given = {"fields": {**FIELDS, **fields}, "parent": row(draft, parent)}

    assert refused(services.add_criterion, owner=draft, by=year.head, at=NOON, **given) == [told]


def test_a_row_goes_up_and_down_among_its_siblings_and_not_beyond(year, draft):
    def move(code, step):
        services.move_criterion(criterion=row(draft, code), step=step, by=year.head, at=NOON)
        return codes(draft)

    assert move("I.2", -1)[:4] == ["I", "I.2", "I.1", "I.3"]
    assert move("I.2", -1)[:4] == ["I", "I.2", "I.1", "I.3"]
    assert move("I.2", 1)[:4] == ["I", "I.1", "I.2", "I.3"]
    assert move("I", 1)[:4] == ["II", "II.1", "II.2", "I"]


def test_a_row_moves_into_another_group_with_what_is_under_it_and_rules_follow_its_code(year):
    rows = (
        group("I", "Một", 50),
        group("I.1", "Một một", 50, "I"),
        leaf("I.1.a", "Sáng kiến", 50, "per_item", rule={"per": "2", "not_again_in": ["II.1"]}),
        group("II", "Hai", 50),
        leaf("II.1", "Báo cáo", 50),
    )
    chain = [{"kind": "criterion", "code": "I.1"}, {"kind": "bonus"}]
    draft = year.guidance(publish=False, rows=rows, tie_chain=chain)
    act = {"by": year.head, "at": NOON}
    services.move_criterion(criterion=row(draft, "I.1"), group=row(draft, "II"), **act)
    services.move_criterion(criterion=row(draft, "II.1"), group=row(draft, "I"), **act)
    services.move_criterion(criterion=row(draft, "I.1"), group=row(draft, "I"), **act)

    assert codes(draft) == ["I", "I.1", "II", "II.2", "II.2.a"]
    assert row(draft, "II.2.a").rule["not_again_in"] == ["I.1"]
    draft.refresh_from_db()
    # The chain named I.1 before that code went to another row, and followed the row that it meant.
    assert draft.tie_chain == [{"kind": "criterion", "code": "II.2"}, {"kind": "bonus"}]
    services.move_criterion(criterion=row(draft, "II.2"), **act)
    assert codes(draft) == ["I", "I.1", "II", "III", "III.a"]


def test_a_row_never_moves_into_itself_or_into_a_criterion(year, draft):
    def move(code, into):
        given = {"criterion": row(draft, code), "group": row(draft, into)}
        return refused(services.move_criterion, by=year.head, at=NOON, **given)

    assert move("I", "I") == ["Không chuyển I vào chính nó hoặc vào dòng con của nó. Hãy chọn nhóm khác."]
    assert move("I.1", "II.1") == ["II.1 là tiêu chí, không phải nhóm. Hãy chọn một nhóm."]


def test_a_criterion_is_split_into_parts_that_add_up_to_it(year, draft):
    def split(code, *parts):
        given = {"criterion": row(draft, code), "parts": parts}
        return services.split_criterion(by=year.head, at=NOON, **given)

    split("II.1", ("Một", D(4)), ("Hai", D(6)))
    split("I.3", ("Cơ sở", D(4)), ("Tỉnh", D(6)))

    assert (row(draft, "II.1").kind, row(draft, "II.1.b").kind) == ("", "pass_fail")
    # Two points an initiative say nothing of the parts: each is scored directly until somebody says how.
    assert [(one.kind, one.rule) for one in draft.criteria.filter(code__startswith="I.3.")] == [
        ("direct", {}),
        ("direct", {}),
    ]
    assert codes(draft)[3:6] == ["I.3", "I.3.a", "I.3.b"]
    assert queries.findings_in(queries.board_of_guidance(draft)) == []
    for parts, told in (
        ((("Một", D(20)),), "Hãy ghi ít nhất hai phần, mỗi dòng một phần: nội dung = điểm."),
        (
            (("Một", D(4)), ("Hai", D("15.99"))),
            "Các phần cộng được 19,99, I.2 có 20 điểm. Hãy chia lại cho đủ.",
        ),
    ):
        with pytest.raises(Refused) as found:
            split("I.2", *parts)
        assert found.value.reasons == [told]
    with pytest.raises(Refused) as found:
        split("I", ("Một", D(30)), ("Hai", D(30)))
    assert found.value.reasons == ["I là nhóm. Chỉ tách một tiêu chí; với nhóm, hãy thêm dòng con."]


def test_a_row_is_removed_with_what_is_under_it(year, draft):
    assert services.remove_criterion(criterion=row(draft, "I"), by=year.head, at=NOON) == 5
    gone = Criterion(pk=-1, guidance=draft, code="X")

    assert codes(draft)[:2] == ["II", "II.1"]
    assert refused(services.remove_criterion, criterion=gone, by=year.head, at=NOON) == [
        "Dòng này không còn trong thang bảng điểm. Hãy tải lại trang."
    ]


def test_rows_are_numbered_by_their_place_even_where_codes_change_places(year, draft):
    services.move_criterion(criterion=row(draft, "I.2"), step=-1, by=year.head, at=NOON)
    services.move_criterion(criterion=row(draft, "II"), step=-1, by=year.head, at=NOON)
    changed = services.renumber_frame(owner=draft, by=year.head, at=NOON)

    assert codes(draft)[:5] == ["I", "I.1", "I.2", "II", "II.1"]
    assert changed == 8
    assert row(draft, "II.1").title == "Chất lượng tham mưu"
    assert services.renumber_frame(owner=draft, by=year.head, at=NOON) == 0


def test_a_code_is_changed_and_a_group_with_rows_never_becomes_a_criterion(year, draft):
    act = {"by": year.head, "at": NOON}
    services.edit_criterion(criterion=row(draft, "IV"), changes={"code": "TH"}, **act)

    assert "TH" in codes(draft)
    assert refused(services.edit_criterion, criterion=row(draft, "I"), changes={"kind": "direct"}, **act) == [
        "I có tiêu chí con nên là nhóm, không tự có cách tính điểm."
    ]
    assert refused(services.edit_criterion, criterion=row(draft, "I"), changes={"code": "II"}, **act) == [
        "Ký hiệu II đã dùng cho dòng khác. Hãy đổi ký hiệu."
    ]


EVERY_ACT = {
    "add_criterion": lambda owner: {"owner": owner, "fields": {"code": "X", **FIELDS}},
    "edit_criterion": lambda owner: {"criterion": row(owner, "I.1"), "changes": {"title": "Khác"}},
    "move_criterion": lambda owner: {"criterion": row(owner, "I.1"), "step": 1},
    "split_criterion": lambda owner: {
        "criterion": row(owner, "I.2"),
        "parts": (("Một", D(10)), ("Hai", D(10))),
    },
    "remove_criterion": lambda owner: {"criterion": row(owner, "I.1")},
    "renumber_frame": lambda owner: {"owner": owner},
    "copy_frame": lambda owner: {"owner": owner, "origin": owner},
}


@pytest.mark.parametrize("name", EVERY_ACT)
def test_only_the_writers_of_a_draft_touch_its_frame_and_nobody_once_it_is_settled(year, draft, name):
    act, given = getattr(services, name), EVERY_ACT[name]
    assert refused(act, by=year.chair, at=NOON, **given(draft)) == [ONLY_PROVINCE]
    guidance = services.publish_guidance(guidance=draft, by=year.head, at=NOON)
    assert refused(act, by=year.head, at=NOON, **given(guidance)) == [policies.FROZEN_GUIDANCE]
    board = year.draft_board(guidance)
    assert refused(act, by=year.head, at=NOON, **given(board)) == [ONLY_CHAIR]
    board = year.adopt(board)
    assert refused(act, by=year.chair, at=NOON, **given(board)) == [policies.FROZEN_BOARD]


def add_directly(one):
    owner = {"guidance": one.guidance, "scoreboard": one.scoreboard}
    Criterion.objects.create(**owner, code="X", position=1, max_points=1)


@pytest.mark.parametrize(
    "change",
    [
        add_directly,
        lambda one: Criterion.objects.filter(pk=one.pk).update(title="Khác"),
        lambda one: Criterion.objects.filter(pk=one.pk).delete(),
    ],
)
def test_the_database_itself_keeps_a_settled_frame(year, draft, change):
    services.publish_guidance(guidance=draft, by=year.head, at=NOON)
    board = year.adopt(year.draft_board(draft))

    for owner in (draft, board):
        one = row(owner, "I.1")
        with pytest.raises(DatabaseError), transaction.atomic():
            change(one)


# Copying


def test_a_frame_is_copied_from_another_year_and_from_another_bloc(year):
    first = year.guidance()
    second = year.guidance(
        publish=False, number="18/HD", rows=(group("I", "Một", 100), leaf("I.1", "A", 100))
    )
    board = services.copy_frame(owner=second, origin=first, by=year.head, at=NOON)

    assert [one.code for one in board.criteria] == [one["code"] for one in SMALL]
    assert not any(one.source_id for one in board.criteria)
    adopted = year.adopt(year.draft_board(first))
    services.copy_frame(owner=second, origin=adopted, by=year.head, at=NOON)
    assert codes(second) == codes(adopted)


def test_a_board_copied_anew_from_its_guidance_or_from_a_sister_board_knows_where_its_rows_come_from(year):
    guidance = year.guidance()
    adopted = year.adopt(year.draft_board(guidance))
    draft = year.draft_board(guidance)
    services.remove_criterion(criterion=row(draft, "I"), by=year.chair, at=NOON)

    for origin in (guidance, adopted):
        board = services.copy_frame(owner=draft, origin=origin, by=year.chair, at=NOON)
        assert queries.board_differences(board) == []


def test_a_draft_of_others_and_the_frame_itself_are_not_copied(year):
    guidance = year.guidance()
    hidden = year.guidance(publish=False, number="18/HD")
    draft = year.draft_board(guidance)

    told = ["Không có thang bảng điểm này để sao chép. Hãy chọn trong danh sách."]
    assert refused(services.copy_frame, owner=draft, origin=hidden, by=year.chair, at=NOON) == told
    assert refused(services.copy_frame, owner=draft, origin=draft, by=year.chair, at=NOON) == told
    assert refused(services.copy_frame, owner=hidden, origin=hidden, by=year.head, at=NOON) == told


def test_rows_typed_anew_keep_what_they_were_taken_from(year):
    guidance = year.guidance()
    renewed = services.renew_guidance(guidance=guidance, by=year.head, at=NOON)
    Criterion.objects.filter(guidance=renewed, code="I.1").update(not_arisen="exclude")
    services.write_frame(guidance=renewed, rows=SMALL, by=year.head, at=NOON)

    one = row(renewed, "I.1")
    assert (one.source, one.not_arisen) == (row(guidance, "I.1"), "exclude")
    assert queries.guidance_differences(renewed)[0].kind == "Đổi cách tính"


# In the browser


def test_a_guidance_is_built_in_the_browser_from_nothing(year, at_door):
    draft = services.create_guidance(
        province=year.province, by=year.head, at=NOON, **{**LAW, "bonus_cap": D(0), "deduction_cap": D(0)}
    )
    client, tree = at_door(year.head), reverse("frame_edit", args=[draft.pk])
    assert "Chưa có tiêu chí." in words(client.get(tree))
    add = reverse("frame_add", args=[draft.pk])
    assert 'value="I"' in client.get(add).content.decode()
    client.post(add, {"title": "Chỉ tiêu", "max_points": "100", "kind": "", "nature": "normal"})
    top = row(draft, "I")
    under = f"{add}?nhom={top.pk}"
    assert 'value="I.1"' in client.get(under).content.decode()
    more = {"title": "Hồ sơ", "max_points": "40", "kind": "ratio", "item": "hồ sơ"}
    again = client.post(under, {**more, "again": "1"})
    assert again.url == f"{add}?sau={row(draft, 'I.1').pk}"
    assert 'value="I.2"' in client.get(again.url).content.decode()
    wrong = client.post(again.url, {**more, "kind": "choice"})
    assert (wrong.status_code, "phải có ít nhất một mức" in words(wrong)) == (422, True)
    client.post(again.url, {**more, "kind": "direct", "max_points": "59"})
    shown = words(client.get(tree))
    assert "cộng 99 , chưa khớp" in shown
    assert "Các tiêu chí của I cộng được 99, nhóm ghi 100." in shown
    client.post(reverse("frame_row", args=[draft.pk, row(draft, "I.2").pk]), {**more, "max_points": "60"})
    shown = words(client.get(tree))
    assert ("cộng 100" in shown, "Bộ kiểm tra không thấy điều gì sai" in shown) == (True, True)
    taken = client.post(under, {**more, "code": "I.1"})
    assert (taken.status_code, "Ký hiệu I.1 đã dùng cho dòng khác." in words(taken)) == (422, True)


def test_rows_are_moved_split_numbered_and_removed_in_the_browser(year, draft, at_door):
    client = at_door(year.head)

    def url(name, code=None):
        return reverse(name, args=[draft.pk, *([row(draft, code).pk] if code else [])])

    client.post(url("frame_move", "I.2"), {"step": "up"})
    assert codes(draft)[:3] == ["I", "I.2", "I.1"]
    client.post(url("frame_renumber"))
    assert row(draft, "I.1").title == "Chất lượng tham mưu"
    client.post(url("frame_move", "I.1"), {"group": row(draft, "II").pk})
    client.post(url("frame_move", "II"), {"group": ""})
    assert codes(draft)[4:8] == ["II", "II.1", "II.2", "II.3"]
    page = words(client.get(url("frame_row", "II.3")))
    assert ("Tách thành nhiều phần" in page, "Chuyển vào nhóm" in page) == (True, True)
    assert "Bỏ cả 3 dòng con." in words(client.get(url("frame_row", "II")))
    split = url("frame_split", "II.3")
    assert client.get(split).status_code == 200
    for typed, told in (
        ("Một", "Không hiểu “Một”."),
        ("Một = x", "“x” không phải là số."),
        ("Một = -1", "điểm không âm"),
        ("Một = 5\nHai = 6", "Các phần cộng được 11, II.3 có 20 điểm."),
    ):
        answer = client.post(split, {"parts": typed})
        assert (answer.status_code, told in words(answer)) == (422, True)
    client.post(split, {"parts": "Một = 7,5\nHai = 12,5"})
    assert row(draft, "II.3.b").max_points == D("12.5")
    client.post(url("frame_remove", "II.3.b"))
    client.post(url("frame_remove", "II.3"))
    assert codes(draft)[4:8] == ["II", "II.1", "II.2", "III"]
    inside = client.post(url("frame_move", "I"), {"group": row(draft, "I").pk})
    assert (inside.status_code, "Không chuyển I vào chính nó" in words(inside)) == (422, True)
    gone = reverse("frame_row", args=[draft.pk, 10**9])
    assert client.get(gone).status_code == 404


def sent_by(*parts):
    """What a browser sends of fields as they are drawn."""
    drawn = {one.html_name: (one.value(), one.widget_type) for part in parts for one in part}
    ticked = {name: "on" for name, (value, kind) in drawn.items() if kind == "checkbox" and value}
    return ticked | {name: value or "" for name, (value, kind) in drawn.items() if kind != "checkbox"}


def fields_of(client, page):
    form = client.get(page).context["form"]
    rule = form.rule_form
    return sent_by(form, *((rule, *rule.level_rows, *rule.band_rows, *rule.sanction_rows) if rule else ()))


def test_sanctions_of_a_criterion_and_of_one_level_are_chosen_in_the_browser(year, draft, at_door):
    client = at_door(year.head)
    page = reverse("frame_row", args=[draft.pk, row(draft, "V.1").pk])
    opened = fields_of(client, page)
    more = {
        "sanction-0-kind": "grade_at_most", "sanction-0-grade": "tot",
        "sanction-1-kind": "not_ranked", "sanction-1-on_repeat": "on",
    }  # fmt: skip
    client.post(page, {**opened, **more})

    assert row(draft, "V.1").rule["sanctions"] == [
        {"kind": "grade_at_most", "grade": "tot"},
        {"kind": "not_ranked", "on_repeat": True},
    ]
    again = fields_of(client, page)
    client.post(page, {**again, "title": "Bị kỷ luật"})
    assert len(row(draft, "V.1").rule["sanctions"]) == 2
    shown = words(client.get(reverse("frame_edit", args=[draft.pk])))
    assert "không xếp trên một mức (tot); không xếp hạng khi tái phạm" in shown
    client.post(page, {**fields_of(client, page), "sanction-0-kind": "", "sanction-1-kind": ""})
    assert "sanctions" not in row(draft, "V.1").rule
    wrong = client.post(page, {**again, "sanction-0-level": "0"})
    assert (wrong.status_code, "Cách tính này không có mức." in words(wrong)) == (422, True)
    page = reverse("frame_row", args=[draft.pk, row(draft, "II.2").pk])
    level = {"sanction-0-level": "2", "sanction-0-kind": "no_top_grade", "level-2-zeroes_parent": "on"}
    client.post(page, {**fields_of(client, page), **level})
    assert row(draft, "II.2").rule["levels"][2] == {
        "code": "ht", "label": "Hoàn thành", "points": "4", "zeroes_parent": True,
        "sanctions": [{"kind": "no_top_grade"}],
    }  # fmt: skip


# Two people at one row


@pytest.fixture
def two(year, draft, client):
    """Two browsers with the same row open."""
    other = type(client)()
    for one in (client, other):
        one.force_login(year.head)
    return client, other


def test_a_row_that_somebody_changed_meanwhile_is_not_written_over_unseen(draft, two):
    first, second = two
    page = reverse("frame_row", args=[draft.pk, row(draft, "II.2").pk])
    mine, theirs = fields_of(second, page), fields_of(first, page)
    first.post(page, {**theirs, "max_points": "8", "level-0-points": "8"})
    typed = {**mine, "title": "Xếp loại tổ chức", "level-0-label": "Xuất sắc"}
    lost = second.post(page, typed)

    assert lost.status_code == 409
    shown = words(lost)
    assert "Dòng II.2 vừa được người khác sửa." in shown
    assert lost.context["clashes"] == [
        ("Nội dung, tiêu chí", "Xếp loại tổ chức", "Xếp loại chính quyền"),
        ("Điểm tối đa", "10", "8"),
        (
            "Quy tắc",
            "Xuất sắc: 10; Hoàn thành tốt: 7; Hoàn thành: 4",
            "Hoàn thành xuất sắc: 8; Hoàn thành tốt: 7; Hoàn thành: 4",
        ),
    ]
    assert row(draft, "II.2").title == "Xếp loại chính quyền"
    form = lost.context["form"]
    assert (form["title"].value(), form.rule_form.level_rows[0]["label"].value()) == (
        "Xếp loại tổ chức",
        "Xuất sắc",
    )
    # What is on the page can be sent again, and is then meant.
    assert second.post(page, {**typed, "opened": form["opened"].value()}).status_code == 302
    assert (row(draft, "II.2").title, row(draft, "II.2").max_points) == ("Xếp loại tổ chức", D(10))


def test_the_same_change_twice_and_a_row_that_only_moved_are_no_conflict(draft, two):
    first, second = two
    page = reverse("frame_row", args=[draft.pk, row(draft, "I.2").pk])
    typed = {**fields_of(second, page), "title": "Tham mưu"}
    first.post(reverse("frame_move", args=[draft.pk, row(draft, "I.2").pk]), {"step": "up"})
    for one in two:
        assert one.post(page, typed).status_code == 302
    assert row(draft, "I.2").title == "Tham mưu"


def test_what_was_typed_for_a_row_that_is_gone_may_become_a_new_row(draft, two):
    first, second = two
    gone, group = row(draft, "I.2"), row(draft, "II")
    page = reverse("frame_row", args=[draft.pk, gone.pk])
    under = f"{reverse('frame_add', args=[draft.pk])}?nhom={group.pk}"
    typed = {**fields_of(second, page), "title": "Tham mưu"}
    for one in (gone, group):
        first.post(reverse("frame_remove", args=[draft.pk, one.pk]))
    for address, told in (
        (page, "Dòng này vừa bị người khác bỏ."),
        (under, "Nhóm hoặc dòng đứng trước vừa bị"),
    ):
        lost = second.post(address, typed)
        assert (lost.status_code, told in words(lost)) == (409, True)
        assert lost.context["form"]["title"].value() == "Tham mưu"
    second.post(lost.context["act_url"], typed)
    assert row(draft, "I.2").title == "Tham mưu"
    for act, data in (
        ("frame_move", {"step": "up"}),
        ("frame_remove", {}),
        ("frame_split", {"parts": "Một = 10\nHai = 10"}),
    ):
        answer = second.post(reverse(act, args=[draft.pk, gone.pk]), data)
        assert (answer.status_code, "Dòng này không còn trong thang bảng điểm." in words(answer)) == (
            409,
            True,
        )
    answer = second.post(reverse("frame_move", args=[draft.pk, row(draft, "I").pk]), {"group": group.pk})
    assert (answer.status_code, "Nhóm này không còn" in words(answer)) == (409, True)


def test_the_rule_typed_for_a_row_that_was_split_meanwhile_stays_on_the_page(draft, two):
    first, second = two
    page = reverse("frame_row", args=[draft.pk, row(draft, "I.3").pk])
    typed = {**fields_of(second, page), "per": "5"}
    first.post(reverse("frame_split", args=[draft.pk, row(draft, "I.3").pk]), {"parts": "Một = 4\nHai = 6"})
    answer = second.post(page, typed)

    assert (answer.status_code, "I.3 có tiêu chí con nên là nhóm" in words(answer)) == (422, True)
    assert answer.context["form"].rule_form["per"].value() == "5"


def test_the_law_that_somebody_changed_meanwhile_is_not_written_over_unseen(draft, two):
    first, second = two
    page = reverse("guidance_edit", args=[draft.pk])
    typed = {**fields_of_law(second, page), "scale": "1000", "late_per_day": "2"}
    first.post(page, {**fields_of_law(first, page), "deduction_cap": "12", "quota_flag": "1"})
    lost = second.post(page, typed)

    assert lost.status_code == 409
    shown = words(lost)
    assert "Điểm trừ tối đa: nay là “12”; anh, chị gõ “10”." in shown
    assert "Thang điểm: nay là “100”; anh, chị gõ “1.000”." in shown
    assert ("Trừ mỗi ngày chậm: nay là" in shown, "Xếp loại: nay là" in shown) == (True, False)
    draft.refresh_from_db()
    assert (draft.scale, draft.deduction_cap) == (D(100), D(12))
    form = lost.context["form"]
    assert (form["scale"].value(), form["late_per_day"].value()) == ("1000", "2")
    over = {**typed, "as_read": form.as_read[1]}
    assert second.post(page, over).status_code == 302
    draft.refresh_from_db()
    assert (draft.scale, draft.deduction_cap) == (D(1000), D(10))


def fields_of_law(client, page):
    form = client.get(page).context["form"]
    return sent_by(form) | dict([form.as_read])


LAW_TYPED = {
    "number": "21/HD", "issued_on": "02/05/2019", "title": "Hướng dẫn", "issuer": "Hội đồng", "from_year": "2019",
    "scale": "1000", "bonus_cap": "50", "deduction_cap": "0", "na_policy": "keep", "not_arisen": "exclude",
    "step": "0,25", "mode": "half_up", "given": "round", "rank_numbering": "dense", "evidence_required": "on",
    "grades": "Xuất sắc = 900; tối đa 25 %\nTốt = 800; tối đa 1/2 còn lại, ít nhất 1\nKhá; tối đa 3\nYếu",
    "tie_chain": "điểm thưởng", "step_ratio": "0,01", "mode_total": "down",
    "quota_flag": "1", "quota_merit": "50% còn lại, ít nhất 1, tối đa 5",
    "vote_base": "present", "vote_comparison": "at_least", "vote_numerator": "2", "vote_denominator": "3",
    "vote_quorum_numerator": "4", "vote_quorum_denominator": "5", "vote_is_secret": "on",
    "vote_electorate": "members", "vote_rounds": "3", "vote_tie_1": "score", "vote_tie_2": "new_round",
    "vote_tie_3": "meeting",
    "late_per_day": "0,5", "late_cap": "3", "due_self_scoring": "30/11", "due_submission": "15.12",
}  # fmt: skip


def test_the_whole_law_is_typed_shown_in_words_and_typed_again_unchanged(year, at_door):
    client = at_door(year.head)
    client.post(reverse("guidance_create", args=["kien-giang"]), LAW_TYPED)
    made = Guidance.objects.get(number="21/HD")

    assert made.grades[:2] == [
        {
            "code": "muc-1", "name": "Xuất sắc", "at_least": "900",
            "quota": {"kind": "of_ranked", "numerator": 25, "denominator": 100},
        },
        {
            "code": "muc-2", "name": "Tốt", "at_least": "800",
            "quota": {"kind": "of_remaining", "numerator": 1, "denominator": 2, "at_least": 1},
        },
    ]  # fmt: skip
    assert made.roundings == {
        "default": {"step": "0.25", "mode": "half_up"},
        "total": {"step": "0.25", "mode": "down"},
        "ratio": {"step": "0.01", "mode": "half_up"},
    }
    assert made.quota_rules == {
        "flag": {"kind": "fixed", "fixed": 1},
        "merit": {"kind": "of_remaining", "numerator": 50, "denominator": 100, "minimum": 1, "maximum": 5},
    }
    assert made.deadlines == {"self_scoring": [11, 30], "submission": [12, 15]}
    assert made.lateness == {"per_day": "0.5", "cap": "3"}
    assert made.vote_rule == {
        "base": "present", "comparison": "at_least", "electorate": "members", "numerator": 2, "denominator": 3,
        "quorum_numerator": 4, "quorum_denominator": 5, "rounds": 3, "is_secret": True, "proxy_allowed": False,
        "written_allowed": False, "own_unit_votes": False, "tie_chain": ["score", "new_round", "meeting"],
    }  # fmt: skip
    shown = words(client.get(made.get_absolute_url()))
    for told in (
        "Xuất sắc: từ 900, không quá 25% số đơn vị được xếp hạng",
        "Tốt: từ 800, không quá 1/2 còn lại, ít nhất 1",
        "Khá: còn lại, không quá 3 đơn vị",
        "theo tỷ lệ: bước 0,01 điểm",
        "tổng quy đổi: bước 0,25 điểm, làm tròn xuống",
        "Bằng khen của Chủ tịch UBND tỉnh: 50% còn lại, ít nhất 1, tối đa 5",
        "Đạt khi có ít nhất 2/3 số đơn vị thành viên có mặt đồng ý; cuộc họp hợp lệ khi có mặt ít nhất 4/5",
        "Mỗi ngày chậm trừ 0,5 điểm, tối đa 3",
        "Hạn gửi bảng tự chấm điểm: 30/11; Hạn trình hồ sơ về tỉnh: 15/12",
    ):
        assert told in shown
    form = forms.GuidanceForm(initial=forms.GuidanceForm.start(made))
    again = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in again.items() if value not in (None, "", False)}
    client.post(reverse("guidance_edit", args=[made.pk]), {**typed, "issued_on": "02/05/2019"})
    after = Guidance.objects.get(pk=made.pk)
    law = (*services.guidance.LAW_FIELDS, "number")
    assert {name: getattr(after, name) for name in law} == {name: getattr(made, name) for name in law}


def test_late_cards_may_lose_by_steps_in_per_cent(year, at_door):
    client = at_door(year.head)
    late = {
        "late_per_day": "",
        "late_cap": "",
        "late_steps": "từ ngày 1 = 1\n6 = 2,5",
        "late_is_percent": "on",
    }
    client.post(reverse("guidance_create", args=["kien-giang"]), {**LAW_TYPED, **late, "vote_base": ""})
    made = Guidance.objects.get(number="21/HD")

    assert made.lateness == {
        "steps": [{"from_day": 1, "points": "1"}, {"from_day": 6, "points": "2.5"}],
        "is_percent": True,
    }
    assert made.vote_rule == {}
    assert forms.GuidanceForm.start(made)["late_steps"] == "từ ngày 1 = 1\ntừ ngày 6 = 2,5"
    assert "Từ ngày 1 trừ 1% tổng điểm; từ ngày 6 trừ 2,5% tổng điểm" in words(
        client.get(made.get_absolute_url())
    )
    Guidance.objects.filter(pk=made.pk).update(lateness={"per_day": "x"})
    assert "phải là số" in words(client.get(made.get_absolute_url()))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("quota_flag", "một nửa", "Không hiểu “một nửa”."),
        ("quota_flag", "120%", "tỷ lệ phải lớn hơn 0 và không quá 100%"),
        ("quota_merit", "25%, ít nhất 5, tối đa 3", "số tối đa không được nhỏ hơn số ít nhất"),
        ("grades", "Tốt = 80; tối đa 25%, tối đa 3\nKhá", "mức xếp loại chỉ ghi một số lượng tối đa"),
        ("due_covenant", "31/02", "Không hiểu “31/02”. Hãy ghi ngày/tháng"),
        ("due_covenant", "mai", "Không hiểu “mai”."),
        ("late_steps", "từ mai", "Không hiểu “từ mai”."),
        ("vote_denominator", "", "Ngưỡng biểu quyết phải là hai số nguyên"),
        ("vote_numerator", "0", "Ngưỡng “từ … trở lên” phải lớn hơn 0."),
        ("vote_rounds", "1", "bỏ phiếu lại khi bằng phiếu thì số vòng bỏ phiếu phải từ 2"),
        ("vote_tie_3", "", "Bước cuối khi bằng phiếu phải là một quyết định"),
        ("vote_quorum_numerator", "6", "Tỷ lệ có mặt tối thiểu phải là hai số nguyên"),
    ],
)
def test_wrong_law_is_refused_at_its_field(year, at_door, field, typed, told):
    page = reverse("guidance_create", args=["kien-giang"])
    answer = at_door(year.head).post(page, {**LAW_TYPED, field: typed})

    assert (answer.status_code, told in words(answer)) == (422, True)


def test_a_settled_frame_is_shown_without_its_tools_and_refuses_every_act(year, draft, at_door):
    services.publish_guidance(guidance=draft, by=year.head, at=NOON)
    client = at_door(year.head)
    shown = client.get(reverse("frame_edit", args=[draft.pk]))

    assert policies.FROZEN_GUIDANCE in words(shown)
    assert "formaction" not in shown.content.decode()
    one = row(draft, "I.1").pk
    for name, data in (
        ("frame_move", {"step": "up"}),
        ("frame_remove", {}),
        ("frame_split", {"parts": "Một = 10\nHai = 10"}),
        ("frame_row", {"title": "Khác", "max_points": "20", "kind": "target"}),
    ):
        answer = client.post(reverse(name, args=[draft.pk, one]), data)
        assert (answer.status_code, policies.FROZEN_GUIDANCE in words(answer)) == (422, True)
    other = year.guidance(number="17/HD")
    for name, data in (
        ("frame_renumber", {}),
        ("frame_add", {"title": "Mới", "max_points": "1", "kind": ""}),
        ("frame_copy", {"origin": f"g{other.pk}"}),
        ("frame_copy", {"origin": "g0"}),
    ):
        answer = client.post(reverse(name, args=[draft.pk]), data)
        assert answer.status_code == 422


def test_a_board_is_written_in_the_browser_and_fed_by_a_target_of_the_covenant(year, at_door):
    act = {"by": year.chair, "at": NOON}
    covenant = draft_covenant(cycle=year.cycle, **act)
    content = add_content(covenant=covenant, title="Kinh tế - xã hội", **act)
    draft = TargetDraft("Thu ngân sách", "%", Direction.AT_LEAST, D(100))
    (target,) = add_targets(content=content, targets=[draft], **act)
    guidance = year.guidance()
    board = year.draft_board(guidance)
    client = at_door(year.chair)

    def url(name, code=None):
        return reverse(name, args=[*year.cycle.slugs, *([row(board, code).pk] if code else [])])

    assert "Thang bảng điểm của khối" in words(client.get(url("board_edit")))
    edit = url("criterion_edit", "I.1")
    assert "1. Thu ngân sách" in words(client.get(edit))
    fields = {"title": "Thu ngân sách", "max_points": "20", "kind": "target", "unit": "%"}
    client.post(edit, {**fields, "target": target.pk})
    assert row(board, "I.1").target == target
    client.post(edit, {**fields, "target": ""})
    assert row(board, "I.1").target is None
    client.post(url("board_add"), {"title": "Nội dung riêng", "max_points": "5", "kind": ""})
    client.post(url("board_move", "VI"), {"step": "up"})
    assert codes(board)[-3:] == ["VI", "V", "V.1"]
    client.post(url("board_remove", "VI"))
    client.post(url("board_split", "I.2"), {"parts": "Một = 10\nHai = 10"})
    client.post(url("board_renumber"))
    assert "I.2.b" in codes(board)
    client.post(url("board_copy"), {"origin": f"g{guidance.pk}"})
    assert codes(board) == codes(guidance)
    year.adopt(board)
    assert policies.FROZEN_BOARD in words(client.get(url("board_edit")))


def test_a_year_without_a_board_has_nothing_to_write(year, at_door):
    client = at_door(year.chair)

    assert client.get(reverse("board_edit", args=year.cycle.slugs)).status_code == 404
