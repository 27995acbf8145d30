"""The tree editor of a frame: the same pages for a province's guidance and for a bloc's board."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs.queries import standing_in, standing_in_province
from blocs.rules import year_line
from blocs.views.shared import by, get_cycle
from config.kit.refusals import Refused
from config.kit.text import key_of
from scoring import forms, policies, queries, services
from scoring.imports.rule_words import rule_cells, rule_from_cells
from scoring.reports.law import law_pairs
from scoring.rules import FormatError
from scoring.rules.frames import limits_of, sums_of
from scoring.rules.tree import below, next_code
from scoring.rules.wording import wording_of
from scoring.views.guidance import EXAMPLES, findings_context, get_guidance


@dataclass
class Desk:
    """A frame that is being written, with the addresses of its own pages."""

    owner: object
    board: queries.Board
    refusals: list
    names: dict
    slugs: tuple
    context: dict = field(default_factory=dict)
    targets: list | None = None

    def url(self, act, *more):
        return reverse(self.names[act], args=[*self.slugs, *more])

    def read_rule(self, kind, words, conditions):
        """The rule that two typed lines say; sanctions may name a grade as the guidance calls it."""
        grades = {grade["name"].casefold(): grade["code"] for grade in self.board.guidance.grades}
        return rule_from_cells(kind, words, conditions, "", grades)

    def row(self, pk):
        if pk not in self.board.by_key:
            raise Http404
        return self.board.by_key[pk]

    def draw(self, request, template, context, status=200):
        shared = {"desk": self, "board": self.board, "frame_url": self.url("frame"), **self.context}
        return render(request, template, {**shared, **context}, status=status)


GUIDANCE_NAMES = {
    "frame": "frame_edit", "add": "frame_add", "copy": "frame_copy", "renumber": "frame_renumber",
    "row": "frame_row", "move": "frame_move", "split": "frame_split", "remove": "frame_remove",
}  # fmt: skip
BOARD_NAMES = {
    "frame": "board_edit", "add": "board_add", "copy": "board_copy", "renumber": "board_renumber",
    "row": "criterion_edit", "move": "board_move", "split": "board_split", "remove": "board_remove",
}  # fmt: skip


def guidance_desk(request, pk):
    found = get_guidance(request, pk)
    who = standing_in_province(found.province, request.user, timezone.now())
    context = {
        "layout": "layouts/page.html",
        "guidance": found,
        "back": found.get_absolute_url(),
        "back_label": found.number,
        "whole": f"Thang bảng điểm của {found.number}",
    }
    board = queries.board_of_guidance(found)
    return Desk(found, board, policies.edit_frame(who, found), GUIDANCE_NAMES, (pk,), context)


def board_desk(request, province, bloc, year, row=None):
    """The bloc's draft, or the board that a row belongs to, or the board in force."""
    cycle = get_cycle(request, province, bloc, year)
    found = queries.draft_board_of(cycle) or queries.scoreboard_of(cycle)
    if row is not None:
        found = get_object_or_404(queries.criteria_of(cycle), pk=row).scoreboard
    if found is None:
        raise Http404
    found.cycle = cycle
    who = standing_in(cycle, request.user, timezone.now())
    context = {
        "layout": "layouts/cycle.html",
        "cycle": cycle,
        "year_line": year_line(cycle.phase),
        "back": reverse("scoreboard", args=cycle.slugs),
        "back_label": "Thang bảng điểm của khối",
        "whole": "Thang bảng điểm của khối",
    }
    board, refusals = queries.board_of(found), policies.edit_frame(who, found)
    return Desk(found, board, refusals, BOARD_NAMES, cycle.slugs, context, queries.targets_to_link(cycle))


# The tree


@require_safe
def frame_edit(request, pk):
    return draw_tree(request, guidance_desk(request, pk))


@require_safe
def board_edit(request, province, bloc, year):
    return draw_tree(request, board_desk(request, province, bloc, year))


def draw_tree(request, desk, status=200, error=(), copy_form=None):
    try:
        frame = queries.frame_of(desk.board)
        sums, limits = sums_of(frame), limits_of(frame)
    except FormatError:
        sums, limits = {}, {}
    context = {
        "rows": [_row(desk, one, sums) for one in desk.board.criteria],
        "limits": [(nature.label, one) for nature, one in limits.items() if one.total or one.cap],
        "leaf_count": len(desk.board.leaves),
        **findings_context(desk.board),
        "copy_form": copy_form or _copy_form(request, desk),
        "urls": {act: desk.url(act) for act in ("add", "copy", "renumber")},
        "error": error,
    }
    return desk.draw(request, "scoring/frame_edit.html", context, status)


def _row(desk, criterion, sums):
    board = desk.board
    siblings = board.children_of(criterion.parent_id)
    rule = ""
    if criterion.kind:
        rule = criterion.wording or wording_of(board.rules[criterion.pk], criterion.max_points)
    return {
        "criterion": criterion,
        "depth": min(board.depths[criterion.pk], 4),
        "rule": rule,
        "sum": sums.get(criterion.code),
        "is_first": siblings[0].pk == criterion.pk,
        "is_last": siblings[-1].pk == criterion.pk,
        "url": desk.url("row", criterion.pk),
        "move_url": desk.url("move", criterion.pk),
    }


# One row


@require_http_methods(["GET", "POST"])
def frame_add(request, pk):
    return add_row(request, guidance_desk(request, pk))


@require_http_methods(["GET", "POST"])
def board_add(request, province, bloc, year):
    return add_row(request, board_desk(request, province, bloc, year))


def add_row(request, desk):
    """A new row under the group ?nhom=, or right after the row ?sau=."""
    after = _named(desk, request.GET.get("sau"))
    parent = _named(desk, request.GET.get("nhom")) or (
        desk.board.by_key.get(after.parent_id) if after else None
    )
    siblings = [one.code for one in desk.board.children_of(parent.pk if parent else None)]
    depth = desk.board.depths[parent.pk] + 1 if parent else 0
    taken = {one.code for one in desk.board.criteria}
    start = {"code": next_code(parent.code if parent else "", siblings, taken, depth)}
    start["kind"] = "direct" if parent else ""
    form = forms.CriterionForm(
        request.POST or None, read_rule=desk.read_rule, targets=desk.targets, initial=start
    )
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
    criterion = desk.row(pk)
    form = forms.CriterionForm(
        request.POST or None,
        read_rule=desk.read_rule,
        criterion=criterion,
        has_rows=bool(desk.board.children_of(pk)),
        targets=desk.targets,
        initial=_start_of(criterion),
    )
    if form.is_valid():
        try:
            services.edit_criterion(criterion=criterion, changes=form.changes(), **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, f"Đã sửa {criterion.code}.")
            return redirect(f"{desk.url('frame')}#r{pk}")
    return _draw_form(request, desk, form, _row_context(desk, criterion))


def _start_of(criterion):
    rule = queries.rule_of(criterion)
    words, conditions, _ = rule_cells(rule) if rule else ("", "", "")
    return {**forms.CriterionForm.start(criterion, words, conditions), "parsed_rule": rule}


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


def _draw_form(request, desk, form, context):
    status = 422 if form.is_bound else 200
    examples = [(kind.label, example) for kind, example in EXAMPLES.items()]
    return desk.draw(
        request, "scoring/criterion.html", {"form": form, "examples": examples, **context}, status
    )


# Acts on one row


@require_POST
def frame_move(request, pk, row):
    return move_row(request, guidance_desk(request, pk), row)


@require_POST
def board_move(request, province, bloc, year, pk):
    return move_row(request, board_desk(request, province, bloc, year, pk), pk)


def move_row(request, desk, pk):
    criterion = desk.row(pk)
    step = {"up": -1, "down": 1}.get(request.POST.get("step"), 0)
    group = _named(desk, request.POST.get("group"))
    try:
        services.move_criterion(criterion=criterion, step=step, group=group, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    if not step:
        messages.success(request, f"Đã chuyển {criterion.code} vào {group.code if group else 'cấp một'}.")
    return redirect(f"{desk.url('frame')}#r{pk}")


@require_http_methods(["GET", "POST"])
def frame_split(request, pk, row):
    return split_row(request, guidance_desk(request, pk), row)


@require_http_methods(["GET", "POST"])
def board_split(request, province, bloc, year, pk):
    return split_row(request, board_desk(request, province, bloc, year, pk), pk)


def split_row(request, desk, pk):
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
    criterion = desk.row(pk)
    try:
        gone = services.remove_criterion(criterion=criterion, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    more = f" và {gone - 1} dòng con" if gone > 1 else ""
    messages.success(request, f"Đã bỏ {criterion.code}{more}.")
    return redirect(desk.url("frame"))


# Acts on the whole frame


@require_POST
def frame_renumber(request, pk):
    return renumber(request, guidance_desk(request, pk))


@require_POST
def board_renumber(request, province, bloc, year):
    return renumber(request, board_desk(request, province, bloc, year))


def renumber(request, desk):
    try:
        changed = services.renumber_frame(owner=desk.owner, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    messages.success(request, f"Đã đánh số lại: {changed} ký hiệu thay đổi.")
    return redirect(desk.url("frame"))


@require_POST
def frame_copy(request, pk):
    return copy_rows(request, guidance_desk(request, pk))


@require_POST
def board_copy(request, province, bloc, year):
    return copy_rows(request, board_desk(request, province, bloc, year))


def _copy_form(request, desk, data=None):
    found = queries.copyable_frames(request.user, timezone.now(), desk.board)
    return forms.CopyForm(data, guidances=found.guidances, scoreboards=found.scoreboards)


def copy_rows(request, desk):
    form = _copy_form(request, desk, request.POST)
    if form.is_valid():
        try:
            copied = services.copy_frame(owner=desk.owner, origin=form.cleaned_data["origin"], **by(request))
        except Refused as refused:
            form.add_error("origin", refused.reasons)
        else:
            messages.success(request, f"Đã sao chép {len(copied.criteria)} dòng.")
            return redirect(desk.url("frame"))
    return draw_tree(request, desk, 422, copy_form=form)


# What differs


@require_safe
def board_differences(request, province, bloc, year):
    """What the bloc's board says otherwise than the guidance it was made from."""
    desk = board_desk(request, province, bloc, year)
    context = {"changes": queries.board_differences(desk.board), "unbound": queries.unbound_in(desk.board)}
    return desk.draw(request, "scoring/board_differences.html", context)


@require_safe
def guidance_effects(request, pk):
    """What a new version says otherwise, and what that makes of the cards scored by the version before."""
    desk = guidance_desk(request, pk)
    if desk.owner.replaces is None:
        raise Http404
    effects = queries.effects_of(desk.owner, request.user, timezone.now())
    context = {
        "changes": queries.guidance_differences(desk.owner),
        "law_changes": law_changes(desk.owner),
        "effects": effects,
        "changed_count": sum(one.differs for one in effects),
    }
    return desk.draw(request, "scoring/guidance_effects.html", context)


def law_changes(guidance):
    before, after = dict(law_pairs(guidance.replaces)), law_pairs(guidance)
    return [(name, before.get(name, ""), words) for name, words in after if before.get(name, "") != words]
