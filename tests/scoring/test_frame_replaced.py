"""A whole frame is not replaced unseen: the paste is shown first, and can be undone until a row is changed."""

import pytest
from django.urls import reverse

from config.kit.refusals import Refused
from scoring import queries, services
from scoring.services.guidance import rows_of
from tests.factories.scoring import NOON
from tests.factories.scoring_door import words

pytestmark = pytest.mark.django_db
TEXT = "I | Chỉ tiêu | 100 | nhóm\nI.1 | Hồ sơ đúng hạn | 100 | Theo tỷ lệ | hồ sơ"


@pytest.fixture
def draft(year):
    return year.guidance(publish=False, number="20/HD")


def lines(guidance):
    board = queries.board_of_guidance(guidance)
    return [(row["code"], row["title"], row["max_points"], row["rule"], row["parent"], row["evidence_hint"])
            for row in rows_of(board)]  # fmt: skip


def test_a_paste_over_rows_is_shown_first_and_undone_afterwards(year, draft, at_door):
    client, page = at_door(year.head), reverse("frame_write", args=[draft.pk])
    before = lines(draft)
    services.edit_criterion(
        criterion=draft.criteria.get(code="I.2"), changes={"evidence_hint": "Báo cáo."}, by=year.head, at=NOON
    )
    before = lines(draft)

    shown = client.post(page, {"frame": TEXT})

    assert shown.status_code == 200
    assert f"sẽ đổi {len(before)} dòng, trong đó bỏ {len(before) - 2} dòng." in words(shown)
    assert lines(draft) == before

    assert client.post(page, {"frame": TEXT, "write": "1"}).status_code == 302
    assert [line[0] for line in lines(draft)] == ["I", "I.1"]
    tree = client.get(reverse("frame_edit", args=[draft.pk]))
    assert f"Bảng trước đó có {len(before)} dòng." in words(tree)

    client.post(reverse("frame_undo", args=[draft.pk]))
    assert lines(draft) == before


def test_only_the_last_of_two_pastes_is_undone(year, draft, at_door):
    client, page = at_door(year.head), reverse("frame_write", args=[draft.pk])
    client.post(page, {"frame": TEXT, "write": "1"})
    first = lines(draft)
    client.post(page, {"frame": TEXT.replace("đúng hạn", "trước hạn"), "write": "1"})

    assert [row.code for row in queries.replaced_rows(queries.board_of_guidance(draft))] == ["I", "I.1"]
    client.post(reverse("frame_undo", args=[draft.pk]))

    assert lines(draft) == first


def test_a_paste_is_not_undone_over_a_later_change(year, draft, at_door):
    client = at_door(year.head)
    client.post(reverse("frame_write", args=[draft.pk]), {"frame": TEXT, "write": "1"})
    services.edit_criterion(
        criterion=draft.criteria.get(code="I.1"), changes={"title": "Hồ sơ"}, by=year.head, at=NOON
    )

    answer = client.post(reverse("frame_undo", args=[draft.pk]))
    assert answer.status_code == 422
    assert "Không có lần thay cả bảng nào để hoàn tác" in words(answer)
    assert [line[0] for line in lines(draft)] == ["I", "I.1"]


def test_a_copy_over_the_blocs_draft_is_undone_too(year, at_door):
    board = services.draft_scoreboard(
        cycle=year.cycle, guidance=year.scoreboard.guidance, by=year.chair, at=NOON
    )
    before = list(board.criteria.order_by("position").values_list("code", "title", "source"))
    services.copy_frame(owner=board, origin=year.scoreboard, by=year.chair, at=NOON)
    client = at_door(year.chair)

    client.post(reverse("board_undo", args=year.cycle.slugs))

    assert list(board.criteria.order_by("position").values_list("code", "title", "source")) == before


def test_only_who_writes_the_frame_undoes(year, draft):
    with pytest.raises(Refused):
        services.undo_frame(owner=draft, by=year.officers[2], at=NOON)
