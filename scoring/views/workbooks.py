from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.security import exports
from blocs.queries import standing_in, today
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit.answers import file
from config.kit.incoming import WorkbookForm, lines_of, sent
from config.kit.lane import heavy
from config.kit.once import creates
from config.kit.refusals import Refused
from config.kit.text import key_of
from scoring import forms, imports, queries, services
from scoring.enums import MarkState, NaReason, Stage
from scoring.imports.labels import choices_of
from scoring.imports.sample import sample_guidance
from scoring.reports.sheet import mark_text, parts_of
from scoring.views.cards import editing_stage, get_card
from scoring.views.guidance import get_guidance, tree_of

# Guidance


@require_safe
def guidance_xlsx(request, pk):
    found = get_guidance(request, pk)
    content = imports.guidance_book(queries.board_of_guidance(found))
    return file(content, f"huong dan {found.number} ban {found.version}", "xlsx")


@require_safe
def guidance_sample(request):
    return file(
        imports.guidance_book(sample_guidance(today(timezone.now()).year).board()), "mau huong dan", "xlsx"
    )


@require_http_methods(["GET", "POST"])
@creates
@heavy("POST")
def guidance_import(request, province):
    place = get_object_or_404(queries.provinces_to_write_in(request.user, timezone.now()), slug=province)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context = {"province": place, "form": form}
    if request.method == "GET":
        return render(request, "scoring/import_guidance.html", context)
    try:
        content, token = sent(request, form, f"guidance/{province}")
        read = imports.read_guidance(content)
        is_dry = request.POST.get("act") != "write"
        made = services.import_guidance(
            province=place, law=read.law, rows=read.rows, dry_run=is_dry, **by(request)
        )
    except Refused as refused:
        return render(
            request, "scoring/import_guidance.html", {**context, "faults": lines_of(refused)}, status=422
        )
    if not is_dry:
        messages.success(request, f"Đã nhập {made.number}: {len(read.rows)} dòng, ở dạng dự thảo.")
        return redirect(made)
    return render(
        request, "scoring/import_guidance.html", {**context, "token": token, **guidance_preview(read)}
    )


def guidance_preview(read):
    board = read.board()
    return {
        "read": board.guidance,
        "tree": tree_of(board),
        "leaf_count": len(board.leaves),
        "sums": read.sums(),
        "findings": read.findings(),
    }


# Marks


def views_of(request, cycle):
    """The cards this person may open, as views, each with the stage this person enters now."""
    who = standing_in(cycle, request.user, timezone.now())
    cards = list(queries.cards_for(who, cycle))
    if not cards:
        raise Http404
    for card in cards:
        card.scoreboard.cycle = cycle
    board = queries.board_of(cards[0].scoreboard)
    return [(view, editing_stage(who, view.card)) for view in queries.card_views(cards, board)]


@require_safe
def card_to_fill(request, province, bloc, year, unit):
    card, who = get_card(request, province, bloc, year, unit)
    content = imports.card_book([(queries.read_view(card), editing_stage(who, card))], card.unit.name)
    return file(content, f"de dien {unit} {year}", "xlsx")


@require_safe
@heavy("GET")
@exports
def bloc_to_fill(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    content = imports.card_book(views_of(request, cycle), f"{cycle.bloc}, năm {cycle.year}")
    return file(content, f"de dien {bloc} {year}", "xlsx")


@require_http_methods(["GET", "POST"])
@heavy("POST")
def marks_import(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    pairs = views_of(request, cycle)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context = {"form": form, "open": [(view.card.unit, Stage(stage).label) for view, stage in pairs if stage]}
    if request.method == "GET":
        return cycle_page(request, cycle, "scoring/workbook.html", context)
    try:
        content, token = sent(request, form, f"marks/{cycle.pk}")
        return Import(request, cycle, pairs, context | {"token": token}).answer(content)
    except Refused as refused:
        context |= {"faults": lines_of(refused)}
    return cycle_page(request, cycle, "scoring/workbook.html", context, 422)


class Import:
    """One workbook of marks against the cards as they are: looked at, or written."""

    def __init__(self, request, cycle, pairs, context):
        self.request, self.cycle, self.context = request, cycle, context
        self.views = {view.card.unit.slug: view for view, _ in pairs}
        self.sheets, self.sent = {}, {}

    def answer(self, content):
        is_dry = self.request.POST.get("act") != "write"
        cards, faults = self.read(content)
        conflicts, status = [], 200
        if not faults and cards:
            try:
                count = services.import_marks(
                    cycle=self.cycle, cards=cards, dry_run=is_dry, **by(self.request)
                )
            except services.RefusedCards as refused:
                faults, status = self.places(refused), 422
            except services.LostCards as lost:
                conflicts, status = self.conflicts(lost), 409
            else:
                if not is_dry:
                    messages.success(self.request, f"Đã nhập {count} tiêu chí của {len(cards)} bảng điểm.")
                    return redirect("scores", *self.cycle.slugs)
        disputed = {line["name"] for line in conflicts}
        changes = [] if faults else [line for one in cards for line in self.changes(one, disputed)]
        more = {"faults": faults, "conflicts": conflicts, "changes": changes, "is_read": True}
        status = 422 if faults else status
        return cycle_page(self.request, self.cycle, "scoring/workbook.html", self.context | more, status)

    def read(self, content):
        """What the sheets enter, by card, without what already stands; and every fault with its place."""
        sheets, faults = imports.read_cards(content, self.views)
        cards = []
        for sheet in sheets:
            view = self.views[sheet.card.unit.slug]
            self.sheets[sheet.card.pk] = sheet
            cells = forms.read_cells(view, sheet.stage, sheet.data)
            faults += [
                imports.Fault(
                    sheet.title, sheet.places[key], f"Tiêu chí {view.board.by_key[key].code}: {words}"
                )
                for key, sentences in cells.errors.items()
                for words in sentences
            ]
            entries = forms.changed(view, sheet.stage, cells.entries)
            entries = [chosen for entry in entries if (chosen := self.chosen(sheet, entry))]
            if entries:
                cards.append(services.CardEntries(sheet.card, sheet.stage, tuple(entries)))
                self.sent[sheet.card.pk] = services.would_be_marks_of(view, sheet.stage, entries)
        return cards, faults

    def chosen(self, sheet, entry):
        """After a conflict a person says which value holds; the answer counts only for the mark that was shown."""
        answer = self.request.POST.get(f"take-{sheet.card.pk}-{entry.criterion_id}", "")
        word, _, version = answer.partition(":")
        if word == "keep":
            return None
        if word == "file":
            return replace(entry, version=key_of(version))
        return entry

    def places(self, refused):
        faults = []
        for (card, key), sentences in refused.at.items():
            sheet = self.sheets[card]
            at = sheet.places[key]
            faults += [imports.Fault(sheet.title, at, one[:1].upper() + one[1:]) for one in sentences]
        return faults

    def conflicts(self, lost):
        found = []
        for (card, key), mark in lost.at.items():
            line = self.line(self.sheets[card], key)
            version = mark.version if mark else ""
            theirs = mark_text(mark) or MarkState.MISSING.label
            author = mark.author if mark else ""
            found.append(
                {**line, "theirs": theirs, "by": author, "name": f"take-{card}-{key}", "version": version}
            )
        return found

    def changes(self, one, disputed):
        sheet = self.sheets[one.card.pk]
        keys = [entry.criterion_id for entry in one.entries]
        return [self.line(sheet, key) for key in keys if f"take-{one.card.pk}-{key}" not in disputed]

    def line(self, sheet, key):
        view = self.views[sheet.card.unit.slug]
        leaf = view.board.by_key[key]
        mark = self.sent[sheet.card.pk].get(key)
        return {
            "unit": sheet.card.unit.short_name,
            "cell": sheet.places[key],
            "code": leaf.code,
            "title": leaf.title,
            "stage": Stage(sheet.stage).label,
            "now": mark_text(view.at(sheet.stage).get(key)) or MarkState.MISSING.label,
            "file": mark_text(mark) or MarkState.MISSING.label,
            "typed": self.words(sheet, view, leaf),
            "note": mark.note if mark else "",
        }

    def words(self, sheet, view, leaf):
        """The figures that the file enters, as one reads them."""
        values = {name.partition("-")[2]: value for name, value in sheet.data.items()
                  if name.startswith(f"c{leaf.pk}-") and value}  # fmt: skip
        if "na" in values:
            return NaReason(values["na"]).label
        words = []
        for part in parts_of(leaf, view.board.rules[leaf.pk], sheet.stage):
            if given := values.get(part["part"]):
                labels = {value: label for label, value in choices_of(part).items()}
                words.append("; ".join(labels.get(one, one) for one in given.split("\n")))
        reason = f" ({values['reason']})" if "reason" in values else ""
        return (" · ".join(words) or MarkState.MISSING.label) + reason
