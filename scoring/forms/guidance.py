"""The whole law of a guidance on one form."""

from decimal import Decimal
from itertools import count

from crispy_forms.layout import Fieldset, Layout
from django import forms

from blocs.enums import MilestoneKind
from config.kit.forms import DayField, NumberField, PageForm, WholeField
from config.kit.typed import clean, figure, written
from scoring.enums import (
    CriterionKind,
    GivenPoints,
    NaPolicy,
    NotArisen,
    RankNumbering,
    RoundingMode,
    TieStepKind,
)
from scoring.forms.votes import VoteForm
from scoring.rules.law import (
    AWARDS,
    QUOTA_HINT,
    award_quota_from_text,
    award_quota_to_text,
    grade_quota_from_text,
    grade_quota_to_text,
    late_step_from_text,
    late_step_to_text,
    month_day,
    month_day_text,
)


class GuidanceForm(PageForm, VoteForm):
    """The whole law of a guidance, in sections."""

    sections = (
        ("Văn bản", (("number", "issued_on"), ("title",), ("issuer",), ("from_year", "to_year"))),
        (
            "Thang điểm",
            (
                ("scale", "bonus_cap", "deduction_cap"),
                ("na_policy", "not_arisen"),
                ("evidence_required",),
                ("step", "mode"),
                ("given",),
            ),
        ),
        ("Xếp hạng, xếp loại", (("grades", "tie_chain"), ("rank_numbering",))),
        ("Số lượng được đề nghị", tuple((f"quota_{code}",) for code in AWARDS)),
        (
            "Biểu quyết",
            VoteForm.vote_rows,
        ),
        (
            "Các hạn trong năm",
            (
                ("due_covenant", "due_midyear", "due_self_scoring"),
                ("due_verifying", "due_submission"),
            ),
        ),
        ("Gửi chậm", (("late_per_day", "late_cap", "late_is_percent"), ("late_steps",))),
        ("Ghi chú", (("note",),)),
    )
    number = forms.CharField(label="Số, ký hiệu", max_length=60, help_text="Ví dụ 16/HD-HĐTĐKT")
    issued_on = DayField(label="Ngày ban hành")
    title = forms.CharField(label="Trích yếu", max_length=300)
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=200)
    from_year = WholeField(label="Áp dụng từ năm", min_value=2000, max_value=2100)
    to_year = WholeField(
        label="Đến năm (bỏ trống nếu chưa hết)", min_value=2000, max_value=2100, required=False
    )
    scale = NumberField(label="Thang điểm", min_value=Decimal("0.001"), max_digits=9, decimal_places=3)
    bonus_cap = NumberField(label="Điểm thưởng tối đa", min_value=0, max_digits=9, decimal_places=3)
    deduction_cap = NumberField(label="Điểm trừ tối đa", min_value=0, max_digits=9, decimal_places=3)
    na_policy = forms.ChoiceField(label="Khi có tiêu chí không giao", choices=NaPolicy.choices)
    not_arisen = forms.ChoiceField(label="Khi không phát sinh", choices=NotArisen.choices)
    step = NumberField(label="Bước làm tròn điểm", min_value=Decimal("0.001"), decimal_places=3, max_digits=9)
    mode = forms.ChoiceField(label="Cách làm tròn", choices=RoundingMode.choices)
    given = forms.ChoiceField(label="Điểm do người chấm cho không đúng bước", choices=GivenPoints.choices)
    rank_numbering = forms.ChoiceField(label="Hạng sau các đơn vị đồng hạng", choices=RankNumbering.choices)
    evidence_required = forms.BooleanField(label="Không có minh chứng thì không có điểm", required=False)
    grades = forms.CharField(
        label="Xếp loại",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi dòng một mức, cao trước: Xuất sắc = 90; tối đa 25%. Mức cuối không ghi điểm.",
    )
    tie_chain = forms.CharField(
        label="Khi bằng điểm, xét lần lượt",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Mỗi dòng một bước: điểm thưởng; điểm trừ; nhóm V; tỷ lệ nữ 70.",
    )
    late_per_day = NumberField(
        label="Trừ mỗi ngày chậm", required=False, min_value=0, max_digits=9, decimal_places=3
    )
    late_cap = NumberField(label="Trừ tối đa", required=False, min_value=0, max_digits=9, decimal_places=3)
    late_is_percent = forms.BooleanField(label="Các số này là % của thang điểm", required=False)
    late_steps = forms.CharField(
        label="Hoặc trừ theo mức",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mỗi dòng một mức: từ ngày 1 = 0,5. Có mức thì không tính theo ngày.",
    )
    note = forms.CharField(
        label="Ghi chú",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nơi nêu các ngưỡng mà thang điểm nhắc đến: ngưỡng “A”: từ 85%.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for place, (code, label) in enumerate(AWARDS.items()):
            hint = "" if place else QUOTA_HINT
            self.fields[f"quota_{code}"] = forms.CharField(label=label, required=False, help_text=hint)
        for kind in MilestoneKind:
            self.fields[f"due_{kind}"] = forms.CharField(
                label=kind.label, required=False, help_text="Ngày/tháng, ví dụ 15/12"
            )
        for name, label in ROUNDED.items():
            self.fields[f"step_{name}"] = NumberField(
                label=f"Bước, {label.lower()}",
                required=False,
                min_value=Decimal("0.001"),
                max_digits=9,
                decimal_places=3,
            )
            modes = (("", "Như chung"), *RoundingMode.choices)
            self.fields[f"mode_{name}"] = forms.ChoiceField(
                label=f"Cách làm tròn, {label.lower()}", required=False, choices=modes
            )
        self.helper.layout = Layout(
            *(Fieldset(label, *(self._row(names) for names in rows)) for label, rows in self.sections)
        )

    def rounding_rows(self):
        """One row a kind of figure: its name, its step and its mode, to be drawn as a table."""
        return [(label, self[f"step_{name}"], self[f"mode_{name}"]) for name, label in ROUNDED.items()]

    def own_roundings(self):
        """Tell whether a kind of figure is rounded in its own way."""
        return any(step.value() or mode.value() for _, step, mode in self.rounding_rows())

    def _typed(self, name, read):
        """Read one field with a rule of the law; its sentence goes to the field."""
        text = self.cleaned_data.get(name)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as wrong:
            self.add_error(name, str(wrong))
            return None

    @staticmethod
    def start(guidance=None, *, province=None, year=None):
        if guidance is None:
            council = province.council_name if province else ""
            return {"from_year": year, "scale": 100, "bonus_cap": 0, "deduction_cap": 0, "issuer": council,
                    "step": Decimal("0.01"), "na_policy": NaPolicy.RESCALE, **VoteForm.vote_start({})}  # fmt: skip
        plain = {name: getattr(guidance, name) for name in GUIDANCE_FIELDS}
        rounding = guidance.roundings.get("default", {})
        return {
            **plain,
            "step": Decimal(rounding.get("step", "0.01")),
            "mode": rounding.get("mode", RoundingMode.HALF_UP),
            "given": guidance.roundings.get("given", GivenPoints.ROUND),
            "grades": "\n".join(_grade_line(one) for one in guidance.grades),
            "tie_chain": "\n".join(_tie_line(one) for one in guidance.tie_chain),
            **_law_start(guidance),
        }

    def clean_grades(self):
        return [_read_grade(line, place) for place, line in enumerate(lines(self.cleaned_data["grades"]), 1)]

    def clean_tie_chain(self):
        return [_read_tie(line) for line in lines(self.cleaned_data["tie_chain"])]

    def clean_late_steps(self):
        try:
            return [late_step_from_text(line) for line in lines(self.cleaned_data["late_steps"])]
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_year"), cleaned.get("to_year")
        if first and last and last < first:
            self.add_error("to_year", "Năm cuối áp dụng không được trước năm đầu.")
        quotas = {code: self._typed(f"quota_{code}", award_quota_from_text) for code in AWARDS}
        cleaned["quota_rules"] = {code: one for code, one in quotas.items() if one}
        days = {kind.value: self._typed(f"due_{kind}", month_day) for kind in MilestoneKind}
        cleaned["deadlines"] = {kind: day for kind, day in days.items() if day}
        cleaned["vote_rule"] = self.typed_vote_rule()
        return cleaned

    def law(self, guidance=None):
        """The fields of the model."""
        cleaned = self.cleaned_data
        grades = _with_codes(cleaned["grades"], guidance.grades if guidance else [])
        return {
            **{name: cleaned[name] for name in GUIDANCE_FIELDS},
            **{name: cleaned[name] for name in ("tie_chain", "quota_rules", "vote_rule", "deadlines")},
            "roundings": self._roundings(),
            "lateness": self._lateness(),
            "grades": grades,
        }

    def _roundings(self):
        cleaned = self.cleaned_data
        common = {"step": f"{cleaned['step']:f}", "mode": cleaned["mode"]}
        found = {"default": common}
        for name in ROUNDED:
            step, mode = cleaned[f"step_{name}"], cleaned[f"mode_{name}"]
            if step is not None or mode:
                found[name] = {
                    "step": f"{step:f}" if step is not None else common["step"],
                    "mode": mode or common["mode"],
                }
        if cleaned["given"] != GivenPoints.ROUND:
            found["given"] = cleaned["given"]
        return found

    def _lateness(self):
        cleaned = self.cleaned_data
        rule = {
            "per_day": f"{cleaned['late_per_day']:f}" if cleaned["late_per_day"] else None,
            "cap": f"{cleaned['late_cap']:f}" if cleaned["late_cap"] is not None else None,
            "steps": cleaned["late_steps"],
        }
        found = {name: value for name, value in rule.items() if value}
        return {**found, "is_percent": True} if found and cleaned["late_is_percent"] else found


# Kinds of figures that may have a rounding of their own; the rescaled total is one of them.
ROUNDED = {
    "total": "Tổng điểm sau quy đổi",
    **dict(CriterionKind.choices),
}


def _law_start(guidance):
    """What the parts of the law that are kept as JSON look like when they are typed."""
    roundings = {name: one for name, one in guidance.roundings.items() if name in ROUNDED}
    late = guidance.lateness
    return {
        **{f"step_{name}": Decimal(one["step"]) for name, one in roundings.items() if "step" in one},
        **{f"mode_{name}": one.get("mode", "") for name, one in roundings.items()},
        **{f"quota_{code}": award_quota_to_text(one) for code, one in guidance.quota_rules.items()},
        **{f"due_{kind}": month_day_text(one) for kind, one in guidance.deadlines.items()},
        **VoteForm.vote_start(guidance.vote_rule),
        **{f"late_{name}": Decimal(late[name]) for name in ("per_day", "cap") if name in late},
        "late_is_percent": late.get("is_percent", False),
        "late_steps": "\n".join(late_step_to_text(one) for one in late.get("steps", ())),
    }


GUIDANCE_FIELDS = (
    "number", "issued_on", "title", "issuer", "from_year", "to_year", "scale", "bonus_cap", "deduction_cap",
    "na_policy", "not_arisen", "rank_numbering", "evidence_required", "note",
)  # fmt: skip


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _grade_line(grade):
    bound = grade.get("at_least")
    line = f"{grade['name']} = {written(Decimal(bound))}" if bound is not None else grade["name"]
    return f"{line}; tối đa {grade_quota_to_text(grade['quota'])}" if grade.get("quota") else line


def _read_grade(line, place):
    words, limited, limit = line.partition("; tối đa ")
    name, equals, bound = words.partition("=")
    grade = {"code": f"muc-{place}", "name": name.strip()}
    try:
        if equals:
            grade["at_least"] = f"{figure(bound.strip()):f}"
        if limited:
            grade["quota"] = grade_quota_from_text(limit)
    except ValueError as wrong:
        raise forms.ValidationError(f"“{line}”: {wrong}") from wrong
    return grade


def _with_codes(grades, known):
    """Grades keep the code that they had under the same name; another one never takes it."""
    had = {grade["name"]: grade["code"] for grade in known}
    kept = {had[grade["name"]] for grade in grades if grade["name"] in had}
    free = (f"muc-{place}" for place in count(1) if f"muc-{place}" not in kept)
    return [{**grade, "code": had.get(grade["name"]) or next(free)} for grade in grades]


TIE_WORDS = {"điểm thưởng": TieStepKind.BONUS, "điểm trừ": TieStepKind.DEDUCTION}


def _tie_line(step):
    if step["kind"] == TieStepKind.CRITERION:
        return f"nhóm {step['code']}"
    if step["kind"] == TieStepKind.WOMEN_SHARE:
        return f"tỷ lệ nữ {written(Decimal(step.get('at_least', '70')))}"
    return next(words for words, kind in TIE_WORDS.items() if kind == step["kind"])


def _read_tie(line):
    words = clean(line).casefold()
    if words in TIE_WORDS:
        return {"kind": TIE_WORDS[words].value}
    if words.startswith(("nhóm ", "tiêu chí ")):
        return {
            "kind": TieStepKind.CRITERION.value,
            "code": line.split(None, 1 if words[0] == "n" else 2)[-1],
        }
    if words.startswith("tỷ lệ nữ"):
        share = words.removeprefix("tỷ lệ nữ").strip(" %") or "70"
        return {"kind": TieStepKind.WOMEN_SHARE.value, "at_least": f"{figure(share):f}"}
    raise forms.ValidationError(
        f"Không hiểu “{line}”. Hãy ghi: điểm thưởng, điểm trừ, nhóm V, hoặc tỷ lệ nữ 70."
    )
