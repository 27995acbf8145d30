"""One row of a frame: added, edited, moved, split, removed; of a province's guidance and of a bloc's board."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from blocs.views.shared import by
from config.kit.once import creates
from config.kit.refusals import Conflict, Refused
from config.kit.text import key_of
from scoring import forms, queries, services
from scoring.rules.tree import below, next_code
from scoring.views.frames import board_desk, draw_tree, guidance_desk


@require_http_methods(["GET", "POST"])
@creates
def frame_add(request, pk):
    return add_row(request, guidance_desk(request, pk))


@require_http_methods(["GET", "POST"])
@creates
def board_add(request, province, bloc, year):
    return add_row(request, board_desk(request, province, bloc, year))


def add_row(request, desk):
    """A new row under the group ?nhom=, or right after the row ?sau=."""
    places = [key_of(request.GET.get(name, "")) for name in ("nhom", "sau")]
    if request.method == "POST" and any(key and key not in desk.board.by_key for key in places):
        return _draw_orphan(request, desk, GONE_PLACE)
    after = _named(desk, request.GET.get("sau"))
    parent = _named(desk, request.GET.get("nhom")) or (
        desk.board.by_key.get(after.parent_id) if after else None
    )
    form = _new_form(request, desk, parent)
    if form.is_valid():
        try:
            added = services.add_criterion(
                owner=desk.owner, parent=parent, after=after, fields=form.fields_of_row(), **by(request)
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, f"Đã thêm {added.code}.")
            return redirect(_next_page(request, desk, added))
    return _draw_form(request, desk, form, {"parent": parent, "after": after})


def _new_form(request, desk, parent=None):
    siblings = [one.code for one in desk.board.children_of(parent.pk if parent else None)]
    depth = desk.board.depths[parent.pk] + 1 if parent else 0
    taken = {one.code for one in desk.board.criteria}
    start = {
        "code": next_code(parent.code if parent else "", siblings, taken, depth),
        "kind": "direct" if parent else "",
    }
    return forms.CriterionForm(request.POST or None, named=desk.named(), targets=desk.targets, initial=start)


def _next_page(request, desk, added):
    """Another row beside the one just added, or back to it in the tree."""
    if "again" in request.POST:
        return f"{desk.url('add')}?sau={added.pk}"
    return f"{desk.url('frame')}#r{added.pk}"


def _named(desk, key):
    found = key_of(key or "")
    return None if found is None else desk.row(found)


@require_http_methods(["GET", "POST"])
def frame_row(request, pk, row):
    return edit_row(request, guidance_desk(request, pk), row)


@require_http_methods(["GET", "POST"])
def criterion_edit(request, province, bloc, year, pk):
    return edit_row(request, board_desk(request, province, bloc, year, pk), pk)


def edit_row(request, desk, pk):
    if request.method == "POST" and pk not in desk.board.by_key:
        return _draw_orphan(request, desk, GONE_ROW)
    criterion = desk.row(pk)
    form = _row_form(desk, criterion, request.POST or None)
    if form.is_valid():
        try:
            opened = form.cleaned_data["opened"]
            services.edit_criterion(criterion=criterion, changes=form.changes(), opened=opened, **by(request))
        except Conflict as lost:
            return _draw_clash(request, desk, criterion, lost)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, f"Đã sửa {criterion.code}.")
            return redirect(f"{desk.url('frame')}#r{pk}")
    return _draw_form(request, desk, form, _row_context(desk, criterion))


def _row_form(desk, criterion, data=None):
    return forms.CriterionForm(
        data,
        named=desk.named(),
        criterion=criterion,
        # A row that was split while somebody typed its rule: the rule stays on the page, and is refused in words.
        has_rows=bool(desk.board.children_of(criterion.pk)) and "kind" not in (data or {}),
        targets=desk.targets,
        initial={**forms.CriterionForm.start(criterion), "opened": queries.row_print(criterion)},
    )


def _draw_clash(request, desk, criterion, lost):
    """What was typed, beside what somebody else wrote meanwhile; sent again, it is written over that."""
    form = _row_form(desk, criterion, {**request.POST.dict(), "opened": queries.row_print(criterion)})
    form.is_valid()
    context = {"lost": lost, "clashes": form.clashes(), "keep_url": desk.url("row", criterion.pk)}
    return _draw_form(request, desk, form, {**_row_context(desk, criterion), **context}, 409)


def _draw_orphan(request, desk, reason):
    """What was typed for a row, or under one, that somebody removed meanwhile: it may become a row of its own."""
    form = _new_form(request, desk)
    form.add_error(None, reason)
    return _draw_form(request, desk, form, {"act_url": desk.url("add")}, 409)


GONE_ROW = "Dòng này vừa bị người khác bỏ. Nội dung đã gõ còn ở dưới: bấm Thêm để ghi thành một dòng mới."
GONE_PLACE = "Nhóm hoặc dòng đứng trước vừa bị người khác bỏ. Bấm Thêm để thêm vào cấp một, rồi chuyển nhóm."
GONE_GROUP = ["Nhóm này không còn trong thang bảng điểm. Hãy chọn nhóm khác."]
GONE = ["Dòng này không còn trong thang bảng điểm. Chưa có gì thay đổi."]


def _row_context(desk, criterion, **given):
    inside = below(desk.board.spots, criterion.pk)
    groups = [one for one in desk.board.criteria if one.is_group and one.pk not in inside]
    return {
        "criterion": criterion,
        "under": len(inside) - 1,
        "move_form": forms.MoveForm(groups=groups, initial={"group": criterion.parent_id or ""}),
        "split_form": None if criterion.is_group else forms.SplitForm(),
        "urls": {act: desk.url(act, criterion.pk) for act in ("move", "split", "remove")},
        "add_url": desk.url("add"),
        **given,
    }


def _draw_form(request, desk, form, context, status=None):
    status = status or (422 if form.is_bound else 200)
    return desk.draw(request, "scoring/criterion.html", {"form": form, **context}, status)


# Acts on one row


@require_POST
def frame_move(request, pk, row):
    return move_row(request, guidance_desk(request, pk), row)


@require_POST
def board_move(request, province, bloc, year, pk):
    return move_row(request, board_desk(request, province, bloc, year, pk), pk)


def move_row(request, desk, pk):
    if request.method == "POST" and pk not in desk.board.by_key:
        return draw_tree(request, desk, 409, GONE)
    criterion = desk.row(pk)
    step = {"up": -1, "down": 1}.get(request.POST.get("step"), 0)
    into = key_of(request.POST.get("group") or "")
    if into and into not in desk.board.by_key:
        return draw_tree(request, desk, 409, GONE_GROUP)
    group = _named(desk, request.POST.get("group"))
    try:
        services.move_criterion(criterion=criterion, step=step, group=group, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    if not step:
        messages.success(request, f"Đã chuyển {criterion.code} vào {group.code if group else 'cấp một'}.")
    return redirect(f"{desk.url('frame')}#r{pk}")


@require_http_methods(["GET", "POST"])
@creates
def frame_split(request, pk, row):
    return split_row(request, guidance_desk(request, pk), row)


@require_http_methods(["GET", "POST"])
@creates
def board_split(request, province, bloc, year, pk):
    return split_row(request, board_desk(request, province, bloc, year, pk), pk)


def split_row(request, desk, pk):
    if request.method == "POST" and pk not in desk.board.by_key:
        return draw_tree(request, desk, 409, GONE)
    criterion = desk.row(pk)
    form = forms.SplitForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.split_criterion(
                criterion=criterion, parts=form.cleaned_data["parts"], **by(request)
            )
        except Refused as refused:
            form.add_error("parts", refused.reasons)
        else:
            messages.success(request, f"Đã tách {criterion.code} thành {len(made)} phần.")
            return redirect(f"{desk.url('frame')}#r{pk}")
    context = {"criterion": criterion, "form": form}
    return desk.draw(request, "scoring/criterion_split.html", context, 422 if form.is_bound else 200)


@require_POST
def frame_remove(request, pk, row):
    return remove_row(request, guidance_desk(request, pk), row)


@require_POST
def board_remove(request, province, bloc, year, pk):
    return remove_row(request, board_desk(request, province, bloc, year, pk), pk)


def remove_row(request, desk, pk):
    if request.method == "POST" and pk not in desk.board.by_key:
        return draw_tree(request, desk, 409, GONE)
    criterion = desk.row(pk)
    try:
        gone = services.remove_criterion(criterion=criterion, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    more = f" và {gone - 1} dòng con" if gone > 1 else ""
    messages.success(request, f"Đã bỏ {criterion.code}{more}.")
    return redirect(desk.url("frame"))
