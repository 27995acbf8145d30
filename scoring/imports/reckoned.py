"""What Excel works out while a card is filled in: points where the rule is a formula, sums and the running total.

A help for whoever fills in, never read back: the server works the points out again. What depends on others has no
formula: beside the bloc's leader the cell says so; sanctions on other criteria show only after the server's answer.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from config.kit.live import plain, spans
from scoring.enums import (
    CriterionKind,
    Direction,
    GroupNature,
    MarkState,
    NaPolicy,
    NaReason,
    NotArisen,
    Stage,
)
from scoring.imports.labels import choices_of
from scoring.reports.live import ADDS_NO_MAXIMUM, Sums, rounded_formula
from scoring.rules import BandsRule, bounds_of

NOTHING = '""'
LEADER = "Hệ thống tính: so với đơn vị dẫn đầu khối"
# A cell of events is read line by line, so many lines and signs of it; a longer one shows no points here.
MOST_LINES, MOST_SIGNS = 20, 1000
NO_RESULT = NaReason.NOT_ARISEN.label


@dataclass
class Line:
    """One criterion on the sheet: the cell of each part that is entered, and the cell of “Không áp dụng”.

    `stored` = what was entered there before; `before` = what stands where nothing is entered at this stage; None where
    nothing does.
    """

    leaf: object
    rule: object
    parts: list
    cells: dict
    na: str
    is_proven: bool
    stored: object = None
    before: object = None


@dataclass
class Sheet:
    """One card on a sheet whose first criterion is in row `first`; `column` holds points, `applies` their maxima."""

    board: object
    title: str
    stage: str
    lists: object
    first: int
    column: str
    applies: str
    lines: dict = field(default_factory=dict)

    def __post_init__(self):
        self.sums = Sums(self.board)

    def row(self, criterion):
        return self.first + self.sums.rows[criterion.pk]

    def cells(self, places):
        return spans(self.column, [self.first + place for place in places])

    def there(self, cell):
        """A cell of this sheet as another sheet names it."""
        return "'{}'!{}".format(self.title.replace("'", "''"), cell)

    # Criteria

    def shown(self, line, mark):
        """What the cell of a criterion's points shows now."""
        if mark is None or mark.points is None:
            waits = line.leaf.kind == CriterionKind.TARGET_LEADER and "points" not in line.cells
            return LEADER if waits and (mark is None or mark.state == MarkState.MISSING) else None
        return mark.points

    def points(self, line):
        """The formula of a criterion's points."""
        made = self._given(line) if "points" in line.cells else MAKERS[line.leaf.kind](self, line)
        made = f'IF({line.na}="{NO_RESULT}",{self._not_arisen(line.leaf)},IF({line.na}<>"","",{made}))'
        if line.before is None:
            return made
        stands = line.before.points
        return f"IF({_untouched(line)},{NOTHING if stands is None else plain(stands)},{made})"

    def maximum(self, line):
        """The formula of the part of its maximum that applies to the unit."""
        leaf = line.leaf
        if leaf.kind in ADDS_NO_MAXIMUM or self.board.natures[leaf.pk] != GroupNature.NORMAL:
            return "0"
        most, words = plain(leaf.max_points), [NaReason.NOT_ASSIGNED.label]
        words += [NO_RESULT] if self._not_arisen(leaf) == NOTHING else []
        is_out = ",".join(f'{line.na}="{word}"' for word in words)
        made = f"IF(OR({is_out}),0,{most})"
        if line.before is None:
            return made
        return f"IF({_untouched(line)},{most if line.before.points is not None else 0},{made})"

    def _not_arisen(self, leaf):
        adds_nothing = self.board.natures[leaf.pk] != GroupNature.NORMAL or leaf.kind in ADDS_NO_MAXIMUM
        full = (leaf.not_arisen or self.board.guidance.not_arisen) == NotArisen.FULL
        return "0" if adds_nothing else plain(leaf.max_points) if full else NOTHING

    def _given(self, line):
        """Points that somebody gives, on the guidance's step."""
        typed, leaf = line.cells["points"], line.leaf
        kind = CriterionKind(leaf.kind)
        low, high = (plain(one) for one in bounds_of(kind, self.board.natures[leaf.pk], leaf.max_points))
        on_step = f"MAX({low},MIN({high},{rounded_formula(typed, self.board.roundings.of(kind))}))"
        on_step = f"IF(OR({typed}={low},{typed}={high}),{typed},{on_step})"
        return f'IF(ISNUMBER({typed}),IF(AND({typed}>={low},{typed}<={high}),{on_step},""),"")'

    def held(self, line, exact, cap=None):
        """An exact figure within its bounds, rounded once, with the sign of its group."""
        most, step = self.most(line, cap), self.board.roundings.of(CriterionKind(line.leaf.kind))
        held = f"MAX(0,MIN({plain(most)},{rounded_formula(exact, step)}))"
        if most % step.step:
            held = f"IF({exact}>={plain(most)},{plain(most)},{held})"
        return self._signed(line, held)

    def stated(self, line, figure, cap=None):
        """A figure that the guidance states, within its bounds, never rounded."""
        return self._signed(line, plain(min(figure, self.most(line, cap))))

    def most(self, line, cap=None):
        return line.leaf.max_points if cap is None else min(cap, line.leaf.max_points)

    def _signed(self, line, held):
        leaf, board = line.leaf, self.board
        if board.natures[leaf.pk] == GroupNature.DEDUCTION or leaf.kind == CriterionKind.DEDUCTION:
            return f"-{held}"
        lacks = leaf.needs_evidence and board.guidance.evidence_required and not line.is_proven
        return "0" if lacks else held

    # Groups and total

    def group(self, group):
        """The points of a group from the rows below it."""
        nature, row = self.board.natures[group.pk], self.row(group)
        limit = f"{self.applies}{row}" if nature == GroupNature.NORMAL else plain(group.max_points)
        made = self.sums.group(group, limit, self.cells)
        lost = [] if nature == GroupNature.DEDUCTION else self._losing(group)
        if not lost:
            return made
        inner = [self.sums.rows[one.pk] for one in self.sums.inner(group)]
        return f"IF(OR({','.join(lost)}),{f'SUM({self.cells(inner)})' if inner else 0},{made})"

    def _losing(self, group):
        """When a level or a range of a row takes the whole group away."""
        lines = [self.lines[one.pk] for one in self.sums.children[group.pk] if one.pk in self.lines]
        return [test for line in lines for test in _zeroing(self, line)]

    def applicable(self, group):
        rows = [self.row(one) for one in self.sums.children[group.pk]]
        if self.board.natures[group.pk] != GroupNature.NORMAL:
            return "0"
        return f"MIN({plain(group.max_points)},SUM({spans(self.applies, rows)}))"

    def total(self, late, maximum):
        """The running total: missing criteria count nothing yet."""
        scale, roots = self.board.scale, self.sums.children[None]
        applies = f"SUM({spans(self.applies, [self.row(root) for root in roots])})"
        part = "{0}"
        if scale.na_policy == NaPolicy.RESCALE:
            whole = plain(maximum)
            part = f"IF(AND({applies}>0,{applies}<{whole}),{self.sums.rescaled(applies)},{{0}})"
        return self.sums.total(self.cells, part, late)


def _untouched(line):
    return f"AND({','.join(f'{cell}={NOTHING}' for cell in (line.na, *line.cells.values()))})"


# One maker a kind, from the cells of its parts


def _direct(sheet, line):
    typed = line.cells["value"]
    most = plain(line.leaf.max_points)
    return f'IF(ISNUMBER({typed}),IF(AND({typed}>=0,{typed}<={most}),{sheet.held(line, typed)},""),"")'


def _passed(sheet, line):
    passed, full = line.cells["passed"], sheet.stated(line, line.leaf.max_points)
    return f'IF({passed}="Đạt",{full},IF({passed}="Không đạt",0,""))'


def _placed(sheet, line, name):
    """Which of the listed labels stands in a cell, from 1; 0 for none."""
    part = next(one for one in line.parts if one["part"] == name)
    cell = line.cells[name]
    return f'IF({cell}="",0,MATCH({cell},{sheet.lists.source(list(choices_of(part)))},0))'


def _levels(sheet, line):
    cap = getattr(line.rule, "cap", None)
    if "codes" in line.cells:
        each = ",".join(_reached(sheet, line))
        got = f"{'MAX' if line.rule.highest_only else 'SUM'}({each})"
        held = sheet._signed(line, f"MIN({plain(sheet.most(line, cap))},{got})")
        return f'IF(COUNT({each})=0,"",{held})'
    if "code" in line.cells:
        figures = [sheet.stated(line, level.points) for level in line.rule.levels]
        return f'IF({line.cells["code"]}="","",CHOOSE({_placed(sheet, line, "code")},{",".join(figures)}))'
    counts = [line.cells[f"n-{level.code}"] for level in line.rule.levels]
    gained = "+".join(
        f"N({cell})*{plain(one.points)}" for cell, one in zip(counts, line.rule.levels, strict=True)
    )
    held = sheet._signed(line, f"MIN({plain(sheet.most(line, cap))},{gained})")
    return f'IF(SUM({",".join(counts)})=0,"",{held})'


def _reached(sheet, line):
    """Cells aside, one a level: its points where a line of the criterion's cell names it, with or without its points."""
    typed, labels = sheet.there(line.cells["codes"]), list(choices_of(line.parts[0]))
    short = [one.rpartition(":")[0] for one in labels]
    names = [sheet.lists.cells(tuple(called), called) for called in (labels, short)]
    text = f'LOWER(CHAR(10)&SUBSTITUTE(SUBSTITUTE({typed},"; ",CHAR(10)),";",CHAR(10))&CHAR(10))'
    stored = line.stored.inputs.get("codes", ()) if line.stored else ()
    made = []
    for level, *called in zip(line.rule.levels, *names, strict=True):
        named = ",".join(f"ISNUMBER(FIND(LOWER(CHAR(10)&{one}&CHAR(10)),{text}))" for one in called)
        made.append(
            (f'IF(OR({named}),{plain(level.points)},"")', level.points if level.code in stored else None)
        )
    return sheet.lists.cells((sheet.title, line.leaf.pk), made)


def _events(sheet, line):
    """The average of the lines of a cell, each of them worked out aside."""
    typed, most = line.cells["events"], plain(line.leaf.max_points)
    stored = line.stored.inputs.get("events", ()) if line.stored else ()
    points = [Decimal(one["points"]) for one in stored[:MOST_LINES]]
    points += [None] * (MOST_LINES - len(points))
    formulas = [_of_line(sheet.there(typed), place) for place in range(MOST_LINES)]
    each = sheet.lists.span((sheet.title, line.leaf.pk), list(zip(formulas, points, strict=True)))
    fits = f'LEN({typed})<{MOST_SIGNS},LEN({typed})-LEN(SUBSTITUTE({typed},CHAR(10),""))<{MOST_LINES}'
    reads = f'COUNT({each})>0,COUNTIF({each},"x")=0,MIN({each})>=0,MAX({each})<={most}'
    return f'IF(AND({fits},{reads}),{sheet.held(line, f"SUM({each})/COUNT({each})")},"")'


def _of_line(cell, place):
    """The points at the end of one line of a cell, behind its last colon; "x" where there are none to read."""
    spread = f'REPT(" ",{MOST_SIGNS})'
    one = f"TRIM(MID(SUBSTITUTE({cell},CHAR(10),{spread}),{place * MOST_SIGNS + 1},{MOST_SIGNS}))"
    tail = f'TRIM(RIGHT(SUBSTITUTE({one},":",{spread}),{MOST_SIGNS}))'
    figure = f'_xlfn.NUMBERVALUE(SUBSTITUTE({tail},".",","),",",";")'
    return f'IF({one}="","",IFERROR(IF(FIND(":",{one})>0,{figure},""),"x"))'


def _leader(sheet, line):
    """Points that others decide: the stored ones while their figures stand, then the words that say so."""
    mark = line.stored
    words = f'"{LEADER}"'
    if mark is None or mark.points is None or not {"actual", "target"} <= mark.inputs.keys():
        return words
    same = ",".join(
        f"{line.cells[name]}={plain(Decimal(mark.inputs[name]))}" for name in ("actual", "target")
    )
    return f"IF(AND({same}),{plain(mark.points)},{words})"


def _within(band, value):
    tests = [f"ISNUMBER({value})"]
    if band.low is not None:
        tests.append(f"{value}{'>=' if band.low_included else '>'}{plain(band.low)}")
    if band.high is not None:
        tests.append(f"{value}{'<=' if band.high_included else '<'}{plain(band.high)}")
    return f"AND({','.join(tests)})"


def _bands(sheet, line):
    made = NOTHING
    for band in reversed(line.rule.bands):
        made = f"IF({_within(band, line.cells['value'])},{sheet.stated(line, band.points)},{made})"
    return made


def _ratio(sheet, line):
    done, whole, later = (line.cells[name] for name in ("numerator", "denominator", "not_yet_due"))
    held = sheet.held(line, f"{plain(line.leaf.max_points)}*{done}/({whole}-N({later}))")
    made = f'IF(AND({whole}-N({later})>0,{done}>=0),{held},"")'
    return f'IF(AND(ISNUMBER({done}),ISNUMBER({whole})),{made},"")'


def _target(sheet, line):
    if "passed" in line.cells:
        return _passed(sheet, line)
    actual, target = line.cells["actual"], line.cells["target"]
    most, full = plain(line.leaf.max_points), sheet.stated(line, line.leaf.max_points)
    zero = sheet.stated(line, Decimal(0))
    if line.rule.direction == Direction.EQUAL:
        made = f"IF({actual}={target},{full},{zero})"
    elif line.rule.direction == Direction.AT_MOST:
        part = sheet.held(line, f"{most}*{target}/{actual}")
        made = f'IF({actual}<={target},{full},IF({target}<0,"",{part}))'
    else:
        part = sheet.held(line, f"{most}*{actual}/{target}")
        made = f'IF({actual}>={target},{full},IF({target}<0,"",IF({target}=0,{zero},{part})))'
    return f'IF(AND(ISNUMBER({actual}),ISNUMBER({target})),{made},"")'


def _counted(sheet, line, exact, cap=None):
    """`exact` is a formula with {0} for the number of items that count here."""
    count, elsewhere = line.cells["count"], line.cells.get("counted_elsewhere")
    items = f"({count}-N({elsewhere}))" if elsewhere else count
    held = sheet.held(line, exact.format(items), cap)
    return f'IF(ISNUMBER({count}),IF({items}>=0,{held},""),"")'


def _per_item(sheet, line):
    return _counted(sheet, line, f"{plain(line.rule.per)}*{{0}}")


def _minus(sheet, line):
    return _counted(sheet, line, f"{plain(line.leaf.max_points)}-{plain(line.rule.per)}*{{0}}")


def _bonus(sheet, line):
    rule = line.rule
    if rule.levels:
        return _levels(sheet, line)
    items = "MIN(1,{0})" if rule.once_only or rule.highest_only else "{0}"
    return _counted(sheet, line, f"{plain(rule.per)}*{items}", rule.cap)


def _deduction(sheet, line):
    return _counted(sheet, line, f"{plain(line.rule.per)}*{{0}}", line.rule.cap)


MAKERS = {
    CriterionKind.DIRECT: _direct,
    CriterionKind.PASS_FAIL: _passed,
    CriterionKind.CHOICE: _levels,
    CriterionKind.BANDS: _bands,
    CriterionKind.RATIO: _ratio,
    CriterionKind.TARGET: _target,
    CriterionKind.PER_ITEM: _per_item,
    CriterionKind.MINUS: _minus,
    CriterionKind.BONUS: _bonus,
    CriterionKind.DEDUCTION: _deduction,
    CriterionKind.EVENTS: _events,
    CriterionKind.TARGET_LEADER: _leader,
}


def _zeroing(sheet, line):
    """Tests on a row that are true where its level or range takes the parent item away."""
    if isinstance(line.rule, BandsRule) and "value" in line.cells:
        return [_within(band, line.cells["value"]) for band in line.rule.bands if band.zeroes_parent]
    levels = getattr(line.rule, "levels", ())
    if "codes" in line.cells:
        cells = _reached(sheet, line)
        best = f"MAX({','.join(cells)})"
        among = zip(cells, levels, strict=True)
        return [f"AND(ISNUMBER({at}),N({at})={best})" for at, level in among if level.zeroes_parent]
    if "code" not in line.cells:
        return []
    at = [place for place, level in enumerate(levels, 1) if level.zeroes_parent]
    return [f"{_placed(sheet, line, 'code')}={place}" for place in at]


def before_of(view, leaf, stage):
    """The mark that stands where nothing is entered at a stage; at the first ones nothing does."""
    if stage not in (Stage.MEETING, Stage.PROVINCE):
        return None
    own = view.at(stage).get(leaf.pk)
    return None if own is not None else view.standing_at(stage).get(leaf.pk)
