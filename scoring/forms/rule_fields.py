"""The rule of one criterion as small fields: figures, levels, ranges, and what follows besides the points."""

from dataclasses import fields
from decimal import Decimal
from itertools import count

from django import forms
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string

from config.kit.forms import NumberField, PageForm
from scoring.enums import CriterionKind, Direction, SanctionKind
from scoring.rules import RULE_TYPES, rule_from_json, rule_to_json

# What the rule of each kind is made of: a part of another kind is neither asked for nor kept.
PARTS = {kind: frozenset(part.name for part in fields(cls)) for kind, cls in RULE_TYPES.items()}
BLANK_ROWS = 3
MOST_ROWS = 60
ROUNDED_TO = {"max_digits": 12, "decimal_places": 3}


class RowForm(PageForm, forms.Form):
    """One line of a table of the rule; a line on which nothing was typed does not count."""

    typed = ()
    use_required_attribute = False

    def is_blank(self):
        return not any(str(self[name].value() or "").strip() for name in self.typed)

    def full_clean(self):
        if self.is_bound and self.is_blank():
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()


class LevelForm(RowForm):
    typed = ("label", "points")
    code = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label="Tên mức")
    points = NumberField(label="Điểm", min_value=0, **ROUNDED_TO)
    zeroes_parent = forms.BooleanField(label="Mất điểm cả nhóm", required=False)

    def part(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "points"} | {
            "points": f"{self.cleaned_data['points']:f}"
        }


class BandForm(RowForm):
    typed = ("low", "high", "points")
    low_included = forms.ChoiceField(label="Cận dưới", choices=(("True", "từ"), ("False", "trên")))
    low = NumberField(label="Số dưới", required=False, max_digits=25, decimal_places=10)
    high_included = forms.ChoiceField(label="Cận trên", choices=(("False", "đến dưới"), ("True", "đến")))
    high = NumberField(label="Số trên", required=False, max_digits=25, decimal_places=10)
    points = NumberField(label="Điểm", min_value=0, **ROUNDED_TO)
    zeroes_parent = forms.BooleanField(label="Mất điểm cả nhóm", required=False)

    def part(self):
        typed = self.cleaned_data
        bounds = {name: f"{typed[name]:f}" for name in ("low", "high") if typed[name] is not None}
        sides = {name: typed[name] == "True" for name in ("low_included", "high_included")}
        return {
            **bounds,
            **sides,
            "points": f"{typed['points']:f}",
            "zeroes_parent": typed["zeroes_parent"],
        }


class SanctionForm(RowForm):
    typed = ("kind",)
    level = forms.ChoiceField(label="Khi", required=False)
    kind = forms.ChoiceField(label="Chế tài", choices=(("", "Không"), *SanctionKind.choices))
    grade = forms.ChoiceField(label="Mức xếp loại cao nhất", required=False)
    criterion = forms.ChoiceField(label="Tiêu chí mất điểm", required=False)
    on_repeat = forms.BooleanField(label="Chỉ khi tái phạm", required=False)

    def __init__(self, *args, levels, grades, codes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels
        self._offer("grade", (("", "—"), *grades.items()), "không còn trong hướng dẫn")
        self._offer("criterion", (("", "Nêu trong từng vụ việc"), *codes.items()), "không còn trong bảng")

    def _offer(self, name, choices, gone):
        """What a rule already names stays to be chosen, and says that it is gone."""
        named = self[name].value() or ""
        known = named in dict(choices)
        self.fields[name].choices = choices if known else (*choices, (named, f"{named} ({gone})"))

    def part(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "level"}


class RuleForm(PageForm, forms.Form):
    """The rule of a leaf in any kind; `part_of(kind)` is what of it the kind uses."""

    per = NumberField(label="Điểm mỗi việc", required=False, min_value=0, max_digits=25, decimal_places=10)
    item = forms.CharField(label="Tên việc", required=False, help_text="sáng kiến, lần chậm, hồ sơ, cuộc")
    cap = NumberField(
        label="Tối đa theo quy tắc",
        required=False,
        min_value=0,
        help_text="Bỏ trống: bằng điểm tối đa.",
        **ROUNDED_TO,
    )
    direction = forms.ChoiceField(label="So với chỉ tiêu", required=False, choices=Direction.choices)
    unit = forms.CharField(label="Đơn vị tính", required=False, help_text="%, tỷ đồng, vụ")
    highest_only = forms.BooleanField(label="Đạt nhiều mức thì chỉ tính mức cao nhất", required=False)
    once_only = forms.BooleanField(label="Chỉ tính một lần", required=False)
    not_again_in = forms.CharField(
        label="Không tính lại ở",
        required=False,
        help_text="Ký hiệu nhóm, tiêu chí, cách nhau bằng dấu phẩy: VIII, II.3",
    )
    rule_wording = forms.CharField(label="Lời ngắn của quy tắc", required=False)
    flags = ("highest_only", "once_only")

    def __init__(self, data=None, *, rule=None, grades=None, codes=None):
        self.rule, self.known = rule, rule_to_json(rule) if rule else {}
        super().__init__(data, initial=_start(self.known))
        if not self.known.get("wording"):
            del self.fields["rule_wording"]
        self.level_rows = self._rows(
            "level", LevelForm, [_figures(one) for one in self.known.get("levels", ())]
        )
        self.band_rows = self._rows(
            "band", BandForm, [_band_start(one) for one in self.known.get("bands", ())]
        )
        more = {"levels": self._levels_to_name(), "grades": grades or {}, "codes": codes or {}}
        self.sanction_rows = self._rows("sanction", SanctionForm, _sanctions_start(self.known), **more)

    def _rows(self, name, cls, known, **more):
        """The lines that were sent; else those of the rule and some to fill."""
        if self.is_bound:
            sent = (place for place in count() if f"{name}-{place}-{cls.typed[-1]}" not in self.data)
            places = range(min(max(next(sent), BLANK_ROWS), MOST_ROWS))
        else:
            places = range(len(known) + BLANK_ROWS)
        starts = [*known, *({} for _ in places)]
        return [
            cls(self.data if self.is_bound else None, prefix=f"{name}-{place}", initial=starts[place], **more)
            for place in places
        ]

    def _levels_to_name(self):
        """The levels by their lines, so that a sanction may name one that is typed on the same page."""
        names = [str(row["label"].value() or "").strip() for row in self.level_rows]
        lines = (
            (str(place), f"{place + 1}. {name}" if name else f"Dòng {place + 1}")
            for place, name in enumerate(names)
        )
        return [("", "Mọi trường hợp"), *lines]

    # What the page draws.

    def small_fields(self):
        return [self._drawn(name) for name in ("per", "item", "direction", "unit", "cap")]

    def last_fields(self):
        return [self._drawn(name) for name in ("not_again_in", "rule_wording") if name in self.fields]

    def flag_fields(self):
        return [self._drawn(name) for name in self.flags]

    def _drawn(self, name):
        return {"field": self[name], "uses": _kinds_with(_part(name))}

    def tables(self):
        for name, (title, note) in TABLE_WORDS.items():
            rows = getattr(self, TABLES[name])
            labels = [cell.label for cell in rows[0].visible_fields()] if rows else []
            yield {
                "name": name, "title": title, "note": note, "labels": labels, "rows": rows,
                "uses": _kinds_with(name),
            }  # fmt: skip

    def read(self, kind):
        """The rule of this kind, or None where something typed is wrong; the fields say what."""
        wanted = PARTS[kind]
        rows = {name: self._typed_rows(name) if name in wanted else [] for name in TABLES}
        own = {name: error for name, error in self.errors.items() if _part(name) in wanted}
        self._errors = ErrorDict(own)
        if own or any(row.errors for found in rows.values() for row in found):
            return None
        parts = {name: value for name, value in self._plain_parts().items() if name in wanted}
        parts |= {name: [row.part() for row in rows[name]] for name in ("levels", "bands") if name in wanted}
        if not self._place_sanctions(rows, parts, wanted):
            return None
        return rule_from_json(parts, kind)

    def _typed_rows(self, name):
        return [row for row in getattr(self, TABLES[name]) if not row.is_blank()]

    def _plain_parts(self):
        typed = self.cleaned_data
        codes = [one.strip() for one in typed["not_again_in"].split(",") if one.strip()]
        texts = {name: typed[name] for name in ("item", "unit", "direction") if typed.get(name)}
        numbers = {name: f"{typed[name]:f}" for name in ("per", "cap") if typed.get(name) is not None}
        wording = {"wording": typed["rule_wording"]} if typed.get("rule_wording") else {}
        flags = {name: typed[name] for name in self.flags}
        return {**texts, **numbers, **flags, **wording, "not_again_in": codes}

    def _place_sanctions(self, rows, parts, wanted):
        """Hang each sanction on its level, or on the whole criterion; tells whether each had its place."""
        on_line = {
            row.prefix.rpartition("-")[2]: part
            for row, part in zip(rows["levels"], parts.get("levels", ()), strict=True)
        }
        _give_codes(on_line.values())
        for row in rows["sanctions"]:
            line = row.cleaned_data["level"]
            if "levels" not in wanted and not line:
                parts.setdefault("sanctions", []).append(row.part())
            elif "levels" in wanted and line in on_line:
                on_line[line].setdefault("sanctions", []).append(row.part())
            else:
                row.add_error("level", WHOLE if "levels" not in wanted else NO_LEVEL)
        return not any(row.errors for row in rows["sanctions"])


class RuleBlock:
    """Where a layout draws the rule among the other fields of the row."""

    def render(self, form, context, template_pack=None, **kwargs):
        rule = getattr(form, "rule_form", None)
        return render_to_string("scoring/_rule.html", {"rule": rule}) if rule else ""


TABLES = {"levels": "level_rows", "bands": "band_rows", "sanctions": "sanction_rows"}
WHOLE = "Cách tính này không có mức. Hãy chọn “Mọi trường hợp”."
NO_LEVEL = "Hãy chọn mức kéo theo chế tài này."
# Where a level may carry sanctions, they are typed in the same table as those of a deduction.
for _parts in (CriterionKind.CHOICE, CriterionKind.BONUS):
    PARTS[_parts] |= {"sanctions"}


TABLE_WORDS = {
    "levels": ("Các mức", "Mức cao trước. Xóa tên và điểm để bỏ một mức."),
    "bands": ("Các khoảng kết quả", "Bỏ trống số dưới hoặc số trên khi khoảng không có cận đó."),
    "sanctions": ("Chế tài kèm theo", "Ngoài điểm số. Chọn “Không” để bỏ một dòng."),
}


def _kinds_with(part):
    return " ".join(kind.value for kind in CriterionKind if part in PARTS[kind])


def _part(name):
    return "wording" if name == "rule_wording" else name


def _give_codes(levels):
    """A level keeps the code by which marks name it; a new one takes a free code."""
    taken = {one["code"] for one in levels if one["code"]}
    free = (f"m{place}" for place in count(1) if f"m{place}" not in taken)
    for one in levels:
        one["code"] = one["code"] or next(free)


def _start(known):
    plain = {
        name: known[name]
        for name in ("per", "item", "cap", "direction", "unit", *RuleForm.flags)
        if name in known
    }
    return {
        "direction": Direction.AT_LEAST,
        **_figures(plain),
        "not_again_in": ", ".join(known.get("not_again_in", ())),
        "rule_wording": known.get("wording", ""),
    }


def _figures(stored):
    """Stored numbers as numbers: they are written as a person types them."""
    return {
        name: Decimal(value) if name in ("per", "cap", "points", "low", "high") else value
        for name, value in stored.items()
    }


def _band_start(band):
    return {
        **_figures(band),
        "low_included": str(band.get("low_included", True)),
        "high_included": str(band.get("high_included", False)),
    }


def _sanctions_start(known):
    by_level = [
        {**one, "level": str(place)}
        for place, level in enumerate(known.get("levels", ()))
        for one in level.get("sanctions", ())
    ]
    return [*by_level, *known.get("sanctions", ())]
