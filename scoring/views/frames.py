"""The tree editor of a frame: the same pages for a province's guidance and for a bloc's board."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs.queries import standing_in, standing_in_province
from blocs.rules import year_line
from blocs.views.shared import by, get_cycle
from config.kit.once import creates
from config.kit.refusals import Refused
from scoring import forms, policies, queries, services
from scoring.reports.law import law_pairs
from scoring.rules import FormatError
from scoring.rules.frames import limits_of, sums_of
from scoring.rules.wording import wording_of
from scoring.views.guidance import findings_context, get_guidance


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

    def named(self):
        """What the rule of a row may name: grades of the guidance, and other rows."""
        grades = {grade["code"]: grade["name"] for grade in self.board.guidance.grades}
        return {
            "grades": grades,
            "codes": {one.code: f"{one.code} {one.title}"[:80] for one in self.board.criteria},
        }

    def row(self, pk):
        if pk not in self.board.by_key:
            raise Http404
        return self.board.by_key[pk]

    def draw(self, request, template, context, status=200):
        shared = {"desk": self, "board": self.board, "frame_url": self.url("frame"), **self.context}
        return render(request, template, {**shared, **context}, status=status)


GUIDANCE_NAMES = {
    "frame": "frame_edit", "add": "frame_add", "copy": "frame_copy", "renumber": "frame_renumber",
    "undo": "frame_undo",
    "row": "frame_row", "move": "frame_move", "split": "frame_split", "remove": "frame_remove",
}  # fmt: skip
BOARD_NAMES = {
    "frame": "board_edit", "add": "board_add", "copy": "board_copy", "renumber": "board_renumber",
    "undo": "board_undo",
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
        holder = queries.criteria_of(cycle).filter(pk=row).first()
        # A row that somebody removed meanwhile: what was typed on it meets the draft it was in.
        found = holder.scoreboard if holder else found if request.method == "POST" else None
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
        "urls": {act: desk.url(act) for act in ("add", "copy", "renumber", "undo")},
        "replaced": len(queries.replaced_rows(desk.board)) if not desk.refusals else 0,
        "error": error,
    }
    # A row moved by its button is asked for by a script, which draws the tree alone.
    template = "scoring/_frame.html" if request.htmx else "scoring/frame_edit.html"
    return desk.draw(request, template, context, status)


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
def frame_undo(request, pk):
    return undo(request, guidance_desk(request, pk))


@require_POST
def board_undo(request, province, bloc, year):
    return undo(request, board_desk(request, province, bloc, year))


def undo(request, desk):
    try:
        count = services.undo_frame(owner=desk.owner, **by(request))
    except Refused as refused:
        return draw_tree(request, desk, 422, refused.reasons)
    messages.success(request, f"Đã hoàn tác: bảng có lại {count} dòng như trước.")
    return redirect(desk.url("frame"))


@require_POST
@creates
def frame_copy(request, pk):
    return copy_rows(request, guidance_desk(request, pk))


@require_POST
@creates
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
