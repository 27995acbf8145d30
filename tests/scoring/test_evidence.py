"""Which evidence a mark has judged, what became of it since, and what was taken away."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.enums import Role
from blocs.queries import standing_in
from config.kit.refusals import Refused
from scoring import queries, services
from scoring.enums import AppealOutcome, Stage
from scoring.models import Mark
from scoring.queries.evidence import NO_EVIDENCE, fingerprint_of
from scoring.rules import ValueInputs
from tests.factories.documents import TINY_PDF, make_person
from tests.factories.scoring import NOON, SMALL_FIGURES

D = Decimal
CODE = "I.2"


def pdf(number):
    return TINY_PDF + f"% {number}\n".encode()


def prove(year, number, index=2):
    return services.add_evidence(
        card=year.card(index),
        criterion=year.criterion(CODE),
        name=f"{number}.pdf",
        content=pdf(number),
        by=year.officers[index],
        at=NOON,
    )


def judge(year, points, index=2, stage=Stage.BLOC):
    card = year.card(index)
    entries = services.entries_of(card, {CODE: (D(points), "Xem lại")})
    view = services.save_marks(card=card, stage=stage, entries=entries, by=year.judge(index), at=NOON)
    return view.at(stage)[year.criterion(CODE).pk]


def note(year, stage=Stage.BLOC, index=2):
    mark = Mark.objects.get(card=year.card(index), criterion__code=CODE, stage=stage)
    return queries.evidence_note(mark, queries.evidence_of(year.card(index)).get(mark.criterion_id, []))


def give_back(year):
    services.return_card(card=year.card(2), reason="Bổ sung minh chứng", by=year.chair, at=NOON)


def send_again(year):
    services.send_card(card=year.card(2), by=year.heads[2], at=NOON)


def test_evidence_that_changed_afterwards_is_said_beside_the_mark(year):
    prove(year, 1)
    year.send(2)
    judge(year, 15)
    assert note(year) == ""

    give_back(year)
    prove(year, 2)
    send_again(year)

    assert note(year) == "chấm theo bản 1"
    assert judge(year, 16).evidence_version.startswith("2-")
    assert note(year) == ""


def test_what_was_judged_before_there_was_any_says_so(year):
    year.send(2)
    assert judge(year, 15).evidence_version == NO_EVIDENCE
    assert note(year) == ""
    give_back(year)
    prove(year, 1)
    send_again(year)

    assert note(year) == "chấm khi chưa có minh chứng"


def test_a_later_stage_that_sees_other_files_judges_the_next_version(year):
    prove(year, 1)
    year.send(2)
    services.accept_marks(card=year.card(2), by=year.chair, at=NOON)
    services.finish_verification(card=year.card(2), by=year.chair, at=NOON)
    act = {"by": year.officers[2], "at": NOON}
    appeal = services.open_appeal(
        card=year.card(2), criterion=year.criterion(CODE), question="Đủ", files=[("b.pdf", pdf(2))], **act
    )
    assert note(year) == "chấm theo bản 1"
    year.go("reviewing")
    services.decide_appeal(
        appeal=appeal, outcome=AppealOutcome.CHANGED, points=D(19), reason="Đúng", by=year.chair, at=NOON
    )

    meeting = Mark.objects.get(stage=Stage.MEETING)
    assert meeting.evidence_version.startswith("2-")
    assert (note(year), note(year, Stage.MEETING)) == ("chấm theo bản 1", "")


def test_accepting_judges_what_is_there_and_agreeing_looks_at_nothing_anew(year):
    prove(year, 1)
    for index in range(3):
        year.walk(index)
    year.go("reviewing")
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)

    kept = dict(
        Mark.objects.filter(card=year.card(2), criterion__code=CODE).values_list("stage", "evidence_version")
    )
    assert kept[Stage.SELF] == ""
    assert kept[Stage.BLOC] == kept[Stage.MEETING] == f"1-{fingerprint_of([upload_hash(year)])}"
    assert (
        queries.evidence_note(Mark.objects.get(card=year.card(2), criterion__code=CODE, stage="self"), [])
        == ""
    )


def upload_hash(year):
    (one,) = queries.evidence_of(year.card(2))[year.criterion(CODE).pk]
    return one.upload.sha256


@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=5), st.randoms())
def test_the_name_of_a_set_of_files_does_not_depend_on_their_order(files, random):
    shuffled = list(files)
    random.shuffle(shuffled)
    assert fingerprint_of(shuffled) == fingerprint_of(files)
    assert len(fingerprint_of(files)) == (40 if files else 0)


def test_a_file_is_replaced_by_a_newer_one_and_stays_behind_it(year):
    act = {"by": year.officers[2], "at": NOON}
    first = prove(year, 1)
    second = services.replace_evidence(evidence=first, name="mới.pdf", content=pdf(2), **act)
    third = services.replace_evidence(evidence=second, name="mới hơn.pdf", content=pdf(3), **act)

    assert queries.evidence_of(year.card(2))[first.criterion_id] == [third]
    assert [one.upload.version for one in (first, second, third)] == [1, 2, 3]
    assert queries.versions_of(third) == [second, first]
    assert queries.versions_of(first) == []
    with pytest.raises(Refused, match="đã có bản mới hơn"):
        services.replace_evidence(evidence=second, name="x.pdf", content=pdf(4), **act)
    second.refresh_from_db()
    with pytest.raises(Refused, match="đã được gỡ hoặc thay"):
        services.replace_evidence(evidence=second, name="x.pdf", content=pdf(4), **act)


def test_a_file_is_replaced_only_by_the_unit_and_while_the_card_is_with_it(year):
    first = prove(year, 1)
    with pytest.raises(Refused):
        services.replace_evidence(evidence=first, name="x.pdf", content=pdf(4), by=year.chair, at=NOON)
    year.send(2)
    with pytest.raises(Refused):
        services.replace_evidence(evidence=first, name="x.pdf", content=pdf(4), by=year.officers[2], at=NOON)


def test_what_was_taken_away_stays_to_be_read_by_the_auditor(year):
    kept = prove(year, 1)
    services.remove_evidence(evidence=kept, by=year.officers[2], at=NOON)
    auditor = make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province)

    def seen(user):
        return list(queries.removed_evidence(standing_in(year.cycle, user, NOON), year.card(2)))

    assert seen(auditor) == seen(year.head) == [kept]
    assert seen(year.officers[2]) == seen(year.chair) == []


def test_the_units_own_mark_is_no_judgement(year):
    prove(year, 1)
    year.fill(2, {**SMALL_FIGURES, CODE: ValueInputs(D(10))})
    assert set(Mark.objects.values_list("evidence_version", flat=True)) == {""}
