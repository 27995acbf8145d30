"""Words for points: the sentence beside every mark, with its inputs, its formula and its result."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import in_unit, measure_text, points_text
from config.kit.text import number
from scoring.rules.kinds import Band, Sanction
from scoring.rules.numbers import Rounding, as_decimal, rounded
from scoring.rules.outcome import Outcome

SHOWN = Rounding(step=Decimal("0.0001"))
ABOUT = "khoảng "


def exact_text(exact: Fraction) -> str:
    """An exact figure as people read it; one that never ends is cut at four places and marked “khoảng”."""
    if 10_000 % exact.denominator == 0:
        return _signed(as_decimal(exact))
    return f"{ABOUT}{_signed(rounded(exact, SHOWN))}"


def _signed(value: Decimal) -> str:
    """With the sign of a subtraction, as it stands in a formula."""
    return number(value).replace("-", "−")


def factor(value: Decimal) -> str:
    """A figure inside a product: “950,5”, “(−1)”."""
    return number(value) if value >= 0 else f"({_signed(value)})"


def points_words(points: Decimal, *, is_loss: bool = False) -> str:
    """“7,5 điểm”, or “trừ 7,5 điểm” for points lost (given as a magnitude)."""
    if is_loss:
        return f"trừ {points_text(points)} điểm" if points else "không trừ điểm"
    return f"{points_text(points)} điểm"


def band_text(band: Band, unit: str, shown: Callable[[Decimal], str] = number) -> str:
    """“từ 90 đến dưới 100%”, “trên 100%”, “dưới 90%”."""
    words = []
    if band.low is not None:
        words.append(f"{'từ' if band.low_included else 'trên'} {shown(band.low)}")
    if band.high is not None:
        words.append(
            f"{'đến' if band.high_included else 'dưới' if not words else 'đến dưới'} {shown(band.high)}"
        )
    if not words:
        return "mọi kết quả"
    if band.low == band.high:
        words = [f"đúng {shown(band.low)}"]
    text = in_unit(" ".join(words), unit)
    return f"{text} trở lên" if band.high is None and band.low_included else text


def measured(value: Decimal, unit: str) -> str:
    """“97,1%”."""
    return measure_text(value, unit)


def result_text(
    *,
    formula: str,
    link: str,
    exact: Fraction,
    bounded: Fraction,
    points: Decimal,
    most: Decimal,
    rounding: Rounding,
    is_loss: bool,
) -> str:
    """The whole sentence: formula, what was cut at a bound, what was rounded, and the points."""
    if is_loss:
        cut = f" = {exact_text(exact)}, tối đa {exact_text(bounded)}" if exact != bounded else ""
        text = f"{formula}{cut}: {points_words(points, is_loss=True)}"
    elif exact != bounded:
        bound = "thấp nhất" if exact < bounded else "tối đa"
        text = f"{formula}{link}{exact_text(exact)}, lấy {bound} {points_words(points)}"
    else:
        text = formula + link + points_words(points)
    if points.as_integer_ratio() != (bounded.numerator, bounded.denominator):
        shown = exact_text(bounded)
        exactly = shown if shown.startswith(ABOUT) else f"chính xác {shown}"
        held = ", tối đa " + points_text(most) if rounded(bounded, rounding) > most else ""
        text += f" ({exactly}, làm tròn theo bước {points_text(rounding.step)}{held})"
    return text + "."


def sanction_text(one: Sanction) -> str:
    """“không xếp trên một mức (kha)”, “hạ một mức khi tái phạm”."""
    named = f" ({one.grade or one.criterion})" if one.grade or one.criterion else ""
    words = one.kind.label[:1].lower() + one.kind.label[1:]
    return words + named + (" khi tái phạm" if one.on_repeat else "")


def effects_text(outcome: Outcome) -> str:
    """What follows besides the points, as sentences of their own; empty where nothing does."""
    text = " Mức này làm mất điểm toàn tiêu chí cấp trên." if outcome.zeroes_parent else ""
    named = "; ".join(dict.fromkeys(sanction_text(one) for one in outcome.sanctions))
    return f"{text} Chế tài: {named}." if named else text


SOURCE = " Nguồn số liệu: "


def with_source(sentence: str, source: str) -> str:
    """The explanation of a mark with where its figures were taken from."""
    return f"{sentence}{SOURCE}{source}" if source else sentence


def source_in(sentence: str) -> str:
    """What `with_source` added; empty where the figures were typed."""
    return sentence.partition(SOURCE)[2]
