"""What the frozen rule makes of the figures of a count."""

from collections.abc import Mapping

from awards.enums import DecisionForm
from awards.models import Poll, PollOption
from awards.rules import Count as CountFigures
from awards.rules import Selection, recuse, rule_from_json, select, tallies


def voters_of(poll: Poll) -> tuple[int, int]:
    """Those who are there, and the absent who may send their ballot in writing."""
    present = sum(entry.is_present for entry in poll.roll.all())
    absent = len(poll.roll.all()) - present
    return present, absent if rule_from_json(poll.rule).written_allowed else 0


def selection_of(poll: Poll, figures: CountFigures) -> Selection:
    """Let the frozen rule decide; raises InvalidRule for figures that cannot be true."""
    rule = rule_from_json(poll.rule)
    options = {str(option.pk): option for option in poll.options.all()}
    barred = {} if rule.own_unit_votes else _own_voters(poll, options)
    figures = recuse(figures, {key: there for key, (_, there) in barred.items()})
    present, in_writing = voters_of(poll)
    votes = tallies(
        figures,
        entitled=len(poll.roll.all()),
        present=present,
        in_writing=in_writing,
        barred={key: entitled for key, (entitled, _) in barred.items()},
        is_choice=poll.is_choice,
    )
    names = {key: option.text for key, option in options.items()}
    return select(rule, votes, poll.seats, form=DecisionForm(poll.form), names=names)


def _own_voters(poll: Poll, options: Mapping[str, PollOption]) -> dict[str, tuple[int, int]]:
    """Option → (voters who may not vote on it, how many of them voted)."""
    found = {}
    for key, option in options.items():
        own = [one for one in poll.roll.all() if option.unit_id and one.unit_id == option.unit_id]
        has_voted = [one.has_voted if poll.form == DecisionForm.ELECTRONIC else one.is_present for one in own]
        found[key] = (len(own), sum(has_voted))
    return found
