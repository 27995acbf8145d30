"""The rule of voting as fields of the guidance's form."""

from django import forms

from config.kit.forms import TypedForm, WholeField
from scoring.rules import FormatError
from scoring.rules.votes import (
    COMPARISONS,
    ELECTORATES,
    FLAGS,
    MOST_PARTS,
    MOST_ROUNDS,
    SILENT,
    TIE_RULES,
    VOTE_BASES,
    vote_rule_from_json,
)

INTEGERS = ("numerator", "denominator", "quorum_numerator", "quorum_denominator", "rounds")
STEPS = tuple(f"vote_tie_{place}" for place in range(1, len(TIE_RULES) + 1))


def _part(label, least, help_text=""):
    return WholeField(label=label, required=False, min_value=least, max_value=MOST_PARTS, help_text=help_text)


class VoteForm(TypedForm, forms.Form):
    vote_base = forms.ChoiceField(
        label="Cơ sở tính", required=False, choices=(("", "Không quy định"), *VOTE_BASES.items())
    )
    vote_comparison = forms.ChoiceField(
        label="So với ngưỡng", required=False, choices=tuple(COMPARISONS.items())
    )
    vote_electorate = forms.ChoiceField(
        label="Ai biểu quyết", required=False, choices=tuple(ELECTORATES.items())
    )
    vote_numerator = _part("Ngưỡng, tử số", 0, "2/3: ghi 2 và 3.")
    vote_denominator = _part("Ngưỡng, mẫu số", 1)
    vote_quorum_numerator = _part("Có mặt tối thiểu, tử số", 0, "Ghi 0 khi không quy định.")
    vote_quorum_denominator = _part("Có mặt tối thiểu, mẫu số", 1)
    vote_is_secret = forms.BooleanField(label="Bỏ phiếu kín", required=False)
    vote_proxy_allowed = forms.BooleanField(label="Cho ủy quyền bằng văn bản", required=False)
    vote_written_allowed = forms.BooleanField(label="Đơn vị vắng gửi phiếu bằng văn bản", required=False)
    vote_own_unit_votes = forms.BooleanField(label="Đơn vị được bỏ phiếu cho chính mình", required=False)
    vote_rounds = WholeField(label="Số vòng bỏ phiếu", required=False, min_value=1, max_value=MOST_ROUNDS)

    vote_rows = (
        ("vote_electorate", "vote_base"),
        ("vote_comparison", "vote_rounds"),
        ("vote_numerator", "vote_denominator"),
        ("vote_quorum_numerator", "vote_quorum_denominator"),
        ("vote_is_secret", "vote_proxy_allowed"),
        ("vote_written_allowed", "vote_own_unit_votes"),
        STEPS[:2],
        STEPS[2:4],
        STEPS[4:],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for place, name in enumerate(STEPS, start=1):
            hint = "Bước cuối cùng phải là một người hoặc hội nghị quyết định." if place == 1 else ""
            self.fields[name] = forms.ChoiceField(
                label=f"Khi bằng phiếu, bước {place}",
                required=False,
                choices=(("", "Không có"), *TIE_RULES.items()),
                help_text=hint,
            )

    def typed_vote_rule(self):
        """The rule as it is stored; empty where the guidance states none."""
        typed = self.cleaned_data
        if not typed.get("vote_base"):
            return {}
        texts = {name: typed.get(f"vote_{name}") for name in ("base", "comparison", "electorate")}
        numbers = {name: typed.get(f"vote_{name}") for name in INTEGERS}
        chain = [typed[name] for name in STEPS if typed.get(name)]
        given = {**texts, **numbers, "tie_chain": chain}
        rule = {name: value for name, value in given.items() if value not in (None, "", [])}
        rule |= {name: typed[f"vote_{name}"] for name in FLAGS}
        try:
            vote_rule_from_json(rule)
        except FormatError as wrong:
            self.add_error("vote_base", wrong.reasons)
        return rule

    @staticmethod
    def vote_start(stored):
        """What the fields hold of a stored rule; what it does not say is shown as it will be read."""
        rule = {**SILENT, **stored}
        steps = dict(zip(STEPS, rule.pop("tie_chain"), strict=False))
        return {**{f"vote_{name}": value for name, value in rule.items()}, **steps}
