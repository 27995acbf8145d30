from django.contrib import messages
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs.enums import Office
from blocs.queries import cycle_at, standing_in, units_of
from blocs.views.shared import by, cycle_page, edits, get_cycle, problems
from config.kit import blobs, filetypes
from config.kit.figures import points_text
from config.kit.once import creates
from config.kit.reading import one_reading
from config.kit.refusals import Refused
from config.kit.text import key_of, moment
from scoring import forms, policies, queries, services
from scoring.enums import MarkState, NaReason, ScorecardState, Stage
from scoring.reports.appeals import lines_on_card, waiting_on
from scoring.reports.feeds import feeds_note
from scoring.reports.lateness import late_note
from scoring.reports.panels import TONES, late_words, turn_of
from scoring.reports.sheet import (
    NA_OPTIONS,
    USUAL_REASONS,
    given_text,
    mark_text,
    na_of,
    sheet_of,
    stands_in,
    told,
)
from scoring.rules import inputs_to_json


def get_card(request, province, bloc, year, unit):
    """The card and who looks at it; a card that may not be opened does not exist."""
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    card = queries.card_at(who, cycle, unit)
    if card is None:
        raise Http404
    return card, who


def editing_stage(who, card):
    """The stage this person enters now, if any."""
    order = (Stage.SELF, Stage.BLOC, Stage.MEETING, Stage.PROVINCE)
    return next((stage for stage in order if not policies.save_marks(who, card, stage)), "")


@require_http_methods(["GET", "POST"])
def scorecard(request, province, bloc, year, unit):
    card, who = get_card(request, province, bloc, year, unit)
    if request.method == "GET":
        return draw_card(request, card, who, editing_stage(who, card))
    answer, done = save_sent(request, card, who)
    if answer is None:
        messages.success(request, done)
        return redirect("scorecard", province, bloc, year, unit)
    return answer


def save_sent(request, card, who):
    """Save every cell that was sent, as one form: (None, what was done), or the page that keeps what was typed."""
    stage = request.POST.get("stage", editing_stage(who, card))
    view = queries.read_view(card)
    cells = forms.read_cells(view, stage, request.POST) if stage in queries.STANDS_ON else forms.Cells()
    entries = forms.changed(view, stage, cells.entries)
    more = {"view": view, "typed": cells.typed}
    done = "Không có gì thay đổi."
    try:
        if cells.errors:
            raise services.RefusedMarks(cells.errors)
        if entries:
            saved = services.save_marks(
                card=card, stage=stage, entries=entries, check_versions=True, **by(request)
            )
            done = told_of(saved, stage, entries)
    except services.RefusedMarks as refused:
        return draw_card(request, card, who, stage, 422, errors=refused.at, **more), ""
    except services.LostMarks as lost:
        more["view"] = queries.read_view(card, view.board)
        more["typed"] = {entry.criterion_id: cells.typed[entry.criterion_id] for entry in entries}
        return draw_card(request, card, who, stage, 409, conflicts=lost.at, **more), ""
    except Refused as refused:
        return draw_card(request, card, who, stage, 422, error=refused.reasons, **more), ""
    return None, done


def told_of(view, stage, entries):
    """What was saved, and what the guidance's step made of it."""
    marks = [view.at(stage)[entry.criterion_id] for entry in entries]
    notes = [f"{mark.criterion.code}: {mark.note}" for mark in marks if mark.note]
    return " ".join([f"Đã lưu {len(entries)} tiêu chí.", *notes])


def draw_card(request, card, who, stage, status=200, **more):
    """For drawing only: what many parts of the page ask is read once."""
    with one_reading():
        return _draw_card(request, card, who, stage, status, **more)


def _draw_card(request, card, who, stage, status=200, *, view=None, error=(), **more):
    cycle = card.scoreboard.cycle
    view = view or queries.read_view(card)
    stages = queries.visible_stages(who, card)
    evidence = queries.evidence_of(card)
    appeals = lines_on_card(who, card) if card.first_sent_at else []
    feeds = queries.feeds_of(card, view.board.leaves) if stage == Stage.SELF else {}
    sheet = sheet_of(
        view,
        stages,
        waiting=waiting_on(appeals),
        crossed=queries.cross_results_on(view) if Stage.BLOC in stages else {},
        editing=stage if stage in stages or stage == Stage.SELF else "",
        evidence=evidence,
        fed=feeds.keys(),
        # Beside what is being given; a card that is only read stands for itself.
        last_year=queries.last_year_marks(card, view.board) if stage else {},
        only=request.GET.get("loc", "") if status == 200 else "",
        **more,
    )
    due = queries.due_of(cycle, card.scoreboard.guidance)
    note = feeds_note(who, view, feeds)
    acts = acts_of(who, card, view, note.stale if note else ())
    context = {
        "card": card,
        "sheet": sheet,
        "stage": stage,
        "stage_label": Stage(stage).label if stage else "",
        "state_label": ScorecardState(card.state).label,
        "state_tone": TONES[card.state],
        "turn": turn_of(card, dict.fromkeys(who.chair_units, Office.CHAIR.label)),
        "due": due,
        "late": late_words(card, due),
        "late_note": late_note(who, view),
        "feeds_note": note,
        "acts": acts,
        "has_own": bool(view.at(Stage.SELF)),
        "is_checking": stage == Stage.BLOC,
        "na_options": NA_OPTIONS,
        "usual_reasons": USUAL_REASONS,
        "error": error,
        "appeals": appeals,
        "may_prove": not policies.add_evidence(who, card),
        "verifier_form": forms.VerifierForm(units=units_of(cycle).exclude(pk=card.unit_id))
        if "appoint" in acts
        else None,
        "is_own": card.unit_id in who.belongs_to,
        "width": 4 + len(sheet.totals) + 1 + (stage == Stage.BLOC),
    }
    return cycle_page(request, cycle, "scoring/scorecard.html", context, status)


def acts_of(who, card, view, stale=()):
    """Why each button of this card is grey; None hides what is not of this person at all."""
    own = view.total(Stage.SELF).missing
    is_unit = card.unit_id in who.belongs_to
    is_judge = policies.is_verifier(who, card)
    bloc = view.total(Stage.BLOC).missing if is_judge else ()
    unexplained = queries.unexplained(view, Stage.BLOC) if is_judge else ()
    is_begun = bool(view.at(Stage.BLOC))
    is_with_unit = card.state in queries.EDITABLE_CARD
    acts = {
        "propose": policies.propose_card(who, card, own, stale)
        if is_unit and is_with_unit and card.unit_id not in who.head_of
        else None,
        "send": policies.send_card(who, card, own, stale)
        if card.unit_id in who.head_of and is_with_unit
        else None,
        "recall": policies.recall_card(who, card, is_being_checked=is_begun)
        if is_unit and card.state == ScorecardState.SENT
        else None,
        "give_back": policies.return_card(who, card, "có") if is_judge and card.state == "sent" else None,
        "finish": policies.finish_verification(who, card, bloc, unexplained)
        if is_judge and card.state == ScorecardState.SENT
        else None,
        "accept": policies.accept_marks(who, card) if is_judge and card.state == "sent" else None,
        "reopen": policies.reopen_verification(who, card, "có")
        if is_judge and card.state == ScorecardState.VERIFIED
        else None,
        "appoint": [] if who.is_chair and card.state in (*queries.EDITABLE_CARD, "sent") else None,
        "unagree": policies.reopen_agreement(who, card, "có")
        if who.is_chair and card.state == "agreed"
        else None,
        "appraise": policies.finish_appraisal(
            who, card, view.total(Stage.PROVINCE).missing, queries.unexplained(view, Stage.PROVINCE)
        )
        if (who.is_assigned_officer or who.is_province_head) and card.state == ScorecardState.AGREED
        else None,
    }
    return {name: {"refusals": reasons} for name, reasons in acts.items() if reasons is not None}


@require_POST
def mark_save(request, province, bloc, year, unit):
    """One cell, saved as it is left. Answers in JSON what the page has to show."""
    key, stage = request.POST.get("criterion", ""), request.POST.get("stage", "")
    cycle = cycle_at(province, bloc, year)
    view = queries.cell_at(cycle, unit, key) if cycle else None
    if view is None or stage not in queries.STANDS_ON:
        raise Http404
    card = view.card
    cells = forms.read_cells(view, stage, request.POST)
    leaf = view.board.leaves[0]
    if cells.errors:
        _hide(request, card)
        return JsonResponse({"errors": cells.errors[leaf.pk]}, status=422)
    try:
        saved = services.save_marks(
            card=card, stage=stage, entries=cells.entries, check_versions=True, **by(request)
        )
    except services.LostMarks as lost:
        return JsonResponse(_conflict(view, stage, cells.entries[0], lost), status=409)
    except Refused as refused:
        _hide(request, card)
        return JsonResponse({"errors": refused.reasons}, status=422)
    return JsonResponse(_saved(saved, leaf, stage))


def _hide(request, card):
    """A refusal must not tell a stranger that a card is there."""
    who = standing_in(card.scoreboard.cycle, request.user, timezone.now())
    if not queries.sees_card(who, card):
        raise Http404


def _stands(view, leaf, stage, mark):
    """What the page shows of a cell, as it is stored now."""
    na = na_of(mark)
    return {
        "version": mark.version if mark else "",
        "values": stands_in(leaf, view.board.rules[leaf.pk], stage, mark),
        "reason": mark.reason if mark else "",
        "points": mark_text(mark),
        "na": NaReason(na).label if na else "",
        "sentence": mark.explanation if mark else "",
        "isMissing": mark is None or mark.state == MarkState.MISSING,
        "saved": moment(mark.marked_at) if mark else "",
    }


def _conflict(view, stage, entry, lost):
    leaf = view.board.leaves[0]
    rule, mark = view.board.rules[leaf.pk], lost.at[leaf.pk]
    mine = given_text(leaf, rule, inputs_to_json(entry.inputs)) if entry.inputs else ""
    return {
        **_stands(view, leaf, stage, mark),
        "reasons": lost.reasons,
        "mine": mine or lost.mine,
        "theirs": told(leaf, rule, stage, mark),
        "by": str(mark.author) if mark else "",
    }


def _saved(view, leaf, stage):
    total, mark = view.total(stage), view.at(stage)[leaf.pk]
    differs = leaf.pk in queries.differing(view, stage)
    return {
        **_stands(view, leaf, stage, mark),
        "note": mark.note,
        "differs": differs,
        "asksReason": differs or bool(mark.reason),
        "groups": {code: points_text(one.points) for code, one in total.subtotals.items()},
        "total": points_text(total.so_far),
        "totalSentence": total.sentence,
        # Grows with every save of the card at this stage: an answer that comes late must not undo a newer one.
        "stamp": sum(one.version for one in view.at(stage).values()),
        "done": total.scored,
        "of": total.of,
        "different": len(queries.differing(view, stage)),
    }


# One act each: a refusal draws the page again with the reasons


def _act(request, address, act, done):
    card, who = get_card(request, **address)
    try:
        act(card)
    except Refused as refused:
        fresh, who = get_card(request, **address)
        return draw_card(request, fresh, who, editing_stage(who, fresh), 422, error=refused.reasons)
    messages.success(request, done)
    card = queries.cards_for(who, card.scoreboard.cycle).filter(pk=card.pk)
    if card.exists():
        return redirect("scorecard", **address)
    return redirect("scores", *list(address.values())[:3])


@require_POST
def card_propose(request, **address):
    return _act(
        request,
        address,
        lambda card: services.propose_card(card=card, **by(request)),
        "Đã trình thủ trưởng duyệt.",
    )


@require_POST
def card_send(request, **address):
    return _act(
        request,
        address,
        lambda card: services.send_card(card=card, **by(request)),
        "Đã gửi bảng tự chấm điểm cho khối.",
    )


@require_POST
def card_recall(request, **address):
    return _act(
        request,
        address,
        lambda card: services.recall_card(card=card, **by(request)),
        "Đã rút lại bảng tự chấm điểm.",
    )


def _reason(request):
    return request.POST.get("reason", "")


@require_POST
def card_return(request, **address):
    return _act(
        request,
        address,
        lambda card: services.return_card(card=card, reason=_reason(request), **by(request)),
        "Đã trả lại bảng tự chấm điểm cho đơn vị.",
    )


@require_POST
def card_finish(request, **address):
    return _act(
        request,
        address,
        lambda card: services.finish_verification(card=card, **by(request)),
        "Đã hoàn thành rà soát bảng điểm.",
    )


@require_POST
def card_reopen(request, **address):
    return _act(
        request,
        address,
        lambda card: services.reopen_verification(card=card, reason=_reason(request), **by(request)),
        "Đã mở lại việc rà soát.",
    )


@require_POST
def card_unagree(request, **address):
    return _act(
        request,
        address,
        lambda card: services.reopen_agreement(card=card, reason=_reason(request), **by(request)),
        "Đã mở lại điểm của đơn vị.",
    )


@require_POST
def card_appraise(request, **address):
    return _act(
        request,
        address,
        lambda card: services.finish_appraisal(card=card, **by(request)),
        "Đã hoàn thành thẩm định của tỉnh.",
    )


@require_POST
def card_appoint(request, **address):
    def appoint(card):
        units = units_of(card.scoreboard.cycle).exclude(pk=card.unit_id)
        form = forms.VerifierForm(request.POST, units=units)
        if not form.is_valid():
            raise Refused(["Hãy chọn đơn vị rà soát và ghi lý do hội nghị giao."])
        services.appoint_verifier(card=card, **form.cleaned_data, **by(request))

    return _act(request, address, appoint, "Đã ghi đơn vị rà soát.")


def _chosen(request):
    return [key for typed in request.POST.getlist("chosen") if (key := key_of(typed)) is not None]


def _act_on_chosen(request, address, act, done):
    """Without a script the cells come along with the button: they are saved first, so that none is lost."""
    card, who = get_card(request, **address)
    answer, _ = save_sent(request, card, who)
    return answer or _act(request, address, act, done)


@require_POST
def marks_accept(request, **address):
    def accept(card):
        if request.POST.get("all"):
            return services.accept_marks(card=card, **by(request))
        if not _chosen(request):
            raise Refused(["Hãy đánh dấu ít nhất một tiêu chí, hoặc bấm “Chấp nhận tất cả ô chưa chấm”."])
        return services.accept_marks(card=card, criteria=_chosen(request), **by(request))

    return _act_on_chosen(request, address, accept, "Đã chấp nhận điểm như đơn vị tự chấm.")


@require_POST
def marks_reason(request, **address):
    def give(card):
        stage, reason = request.POST.get("stage", ""), request.POST.get("common_reason", "")
        if not _chosen(request):
            raise Refused(["Hãy đánh dấu ít nhất một tiêu chí cần ghi lý do."])
        services.give_reason(card=card, stage=stage, criteria=_chosen(request), reason=reason, **by(request))

    return _act_on_chosen(request, address, give, "Đã ghi lý do cho các tiêu chí đã chọn.")


# Evidence of one criterion


@require_http_methods(["GET", "POST"])
@creates
def evidence(request, province, bloc, year, unit, criterion):
    card, who = get_card(request, province, bloc, year, unit)
    view = queries.read_view(card)
    leaf = view.board.by_key.get(criterion)
    if leaf is None or leaf.is_group:
        raise Http404
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        kept = _keep(request, card, leaf, form)
        if request.accepts("text/html"):
            if kept:
                messages.success(request, f"Đã nhận {len(kept)} tệp minh chứng.")
            if not form.errors:
                return redirect("evidence", province, bloc, year, unit, criterion)
    if not request.accepts("text/html"):
        return _evidence_answer(card, leaf, form)
    return _draw_evidence(request, card, who, view, leaf, form)


def _keep(request, card, leaf, form):
    """Each file on its own: what is refused is said by name, what is good is kept."""
    cleaned = dict(form.cleaned_data)
    kept, refused = [], []
    for file in cleaned.pop("file"):
        try:
            kept.append(
                services.add_evidence(
                    card=card, criterion=leaf, name=file.name, content=file.read(), **cleaned, **by(request)
                )
            )
        except Refused as why:
            refused.append(f"{file.name}: {' '.join(why.reasons)}")
    if refused:
        form.add_error("file", refused)
    return kept


def _evidence_answer(card, leaf, form):
    """What a page that sends one file at a time has to show: how many there are now, or why not."""
    if form.errors:
        return JsonResponse({"errors": [one for found in form.errors.values() for one in found]}, status=422)
    return JsonResponse({"count": len(queries.evidence_of(card).get(leaf.pk, ()))})


def _draw_evidence(request, card, who, view, leaf, form):
    found = queries.evidence_of(card)
    kept = [one for one in queries.evidence_files(who, card) if one.criterion_id == leaf.pk]
    older = {one.pk: queries.versions_of(one, kept) for one in found.get(leaf.pk, ())}
    behind = {one.pk for chain in older.values() for one in chain}
    sheet = sheet_of(view, queries.visible_stages(who, card), evidence=found)
    refusals = policies.add_evidence(who, card)
    files = [
        {
            "evidence": one,
            "form": citation_form(one),
            "newer": forms.NewerForm(auto_id=f"newer-{one.pk}-%s"),
            "older": older[one.pk],
        }
        for one in found.get(leaf.pk, ())
    ]
    context = {
        "card": card,
        "line": next(line for line in sheet.lines if line.key == leaf.pk),
        "files": files,
        "gone": [one for one in kept if one.removed_at and one.pk not in behind],
        "form": form,
        "refusals": refusals,
        "is_own": card.unit_id in who.belongs_to,
    }
    status = 422 if form.errors else 200
    return cycle_page(request, card.scoreboard.cycle, "scoring/evidence.html", context, status)


def _evidence(request, address, pk):
    card, _ = get_card(request, *address)
    return get_object_or_404(queries.evidence_on(card), pk=pk)


@require_POST
def evidence_remove(request, province, bloc, year, unit, pk):
    found = _evidence(request, (province, bloc, year, unit), pk)
    services.remove_evidence(evidence=found, **by(request))
    messages.success(request, "Đã gỡ tệp khỏi tiêu chí.")
    return redirect("evidence", province, bloc, year, unit, found.criterion_id)


def citation_form(proof, data=None):
    start = {"page": proof.page, "quotation": proof.quotation}
    return forms.CitationForm(data, initial=start, auto_id=f"cite-{proof.pk}-%s")


@require_POST
@edits
def evidence_cite(request, province, bloc, year, unit, pk):
    """Where in the file the proof stands."""
    found = _evidence(request, (province, bloc, year, unit), pk)
    form = citation_form(found, request.POST)
    if not form.is_valid():
        messages.error(request, problems(form))
    else:
        services.attach_evidence(
            card=found.card,
            criterion=found.criterion,
            upload=found.upload,
            **form.cleaned_data,
            **by(request),
        )
        messages.success(request, "Đã ghi trang và trích dẫn.")
    return redirect("evidence", province, bloc, year, unit, found.criterion_id)


@require_POST
@creates
def evidence_replace(request, province, bloc, year, unit, pk):
    """A newer file in the place of one, which stays readable behind it."""
    found = _evidence(request, (province, bloc, year, unit), pk)
    form = forms.NewerForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Refused([problems(form)])
        file = form.cleaned_data["file"][0]
        services.replace_evidence(evidence=found, name=file.name, content=file.read(), **by(request))
    except Refused as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, "Đã thay bằng bản mới. Bản trước vẫn được giữ.")
    return redirect("evidence", province, bloc, year, unit, found.criterion_id)


@require_safe
def evidence_file(request, province, bloc, year, unit, pk):
    card, who = get_card(request, province, bloc, year, unit)
    return serve_file(get_object_or_404(queries.evidence_files(who, card), pk=pk).upload)


def serve_file(file):
    """A file under its own name, shown in place only where that is harmless, and kept by nobody."""
    response = FileResponse(
        blobs.path_of(file.sha256).open("rb"),
        content_type=file.content_type,
        as_attachment=file.content_type not in filetypes.SHOWN,
        filename=file.name,
    )
    if file.content_type.startswith("image/"):
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
