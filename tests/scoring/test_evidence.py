"""Which evidence a mark has judged, what became of it since, and what was taken away."""

import html
import unicodedata
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from blocs.enums import Role
from blocs.queries import standing_in
from config.kit.refusals import Refused
from scoring import queries, services
from scoring.enums import AppealOutcome, Stage
from scoring.models import CrossCheck, Mark
from scoring.queries.evidence import NO_EVIDENCE, fingerprint_of
from scoring.rules import ValueInputs
from tests.factories.access import PNG
from tests.factories.crosschecks import CrossYear
from tests.factories.documents import TINY_PDF, Year, make_person
from tests.factories.scoring import NOON, SMALL_FIGURES, ScoringYear

D = Decimal
CODE = "I.2"
VICE = 1
HOUR = timedelta(hours=1)


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
    kept = list(queries.evidence_files(standing_in(year.cycle, year.officers[2], NOON), year.card(2)))
    assert queries.versions_of(third, kept) == [second, first]
    assert queries.versions_of(first, kept) == []
    with pytest.raises(Refused, match="đã có bản mới hơn"):
        services.replace_evidence(evidence=second, name="x.pdf", content=pdf(4), **act)
    second.refresh_from_db()
    with pytest.raises(Refused, match="đã được gỡ hoặc thay"):
        services.replace_evidence(evidence=second, name="x.pdf", content=pdf(4), **act)


def test_evidence_is_replaced_on_its_card_alone(year, client):
    upload = prove(year, 1).upload
    client.force_login(year.officers[2])
    newer = {"file": SimpleUploadedFile("x.pdf", pdf(2))}

    assert b"".join(client.get(upload.get_absolute_url()).streaming_content) == pdf(1)
    assert client.post(reverse("upload_new_version", args=[upload.code]), newer).status_code == 404


def test_a_file_is_replaced_only_by_the_unit_and_while_the_card_is_with_it(year):
    first = prove(year, 1)
    with pytest.raises(Refused):
        services.replace_evidence(evidence=first, name="x.pdf", content=pdf(4), by=year.chair, at=NOON)
    year.send(2)
    with pytest.raises(Refused):
        services.replace_evidence(evidence=first, name="x.pdf", content=pdf(4), by=year.officers[2], at=NOON)


def test_what_was_once_sent_stays_to_be_read_and_what_never_was_is_the_units_own(year):
    """A file replaced before sending, one replaced after the bloc judged it, and one taken away then."""
    act = {"by": year.officers[2], "at": NOON}
    never, judged, gone = prove(year, 1), prove(year, 2), prove(year, 3)
    sent = services.replace_evidence(evidence=never, name="a.pdf", content=pdf(4), **act)
    year.send(2, when=NOON + HOUR)
    judge(year, 15)
    give_back(year)
    late = {"by": year.officers[2], "at": NOON + 2 * HOUR}
    newer = services.replace_evidence(evidence=judged, name="b.pdf", content=pdf(5), **late)
    services.remove_evidence(evidence=gone, **late)
    services.send_card(card=year.card(2), by=year.heads[2], at=NOON + 3 * HOUR)
    auditor = make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province)

    def seen(user):
        return set(queries.evidence_files(standing_in(year.cycle, user, NOON), year.card(2)))

    assert seen(year.officers[2]) == seen(auditor) == {never, judged, gone, sent, newer}
    assert seen(year.chair) == seen(year.province_officer) == {judged, gone, sent, newer}
    assert note(year) == "chấm theo bản 1"


def test_the_same_file_is_attached_once(year):
    first = prove(year, 1)
    other = prove(year, 2)
    there = "Tiêu chí đã có tệp này \\(“1.pdf”\\)"
    with pytest.raises(Refused, match=there):
        prove(year, 1)
    with pytest.raises(Refused, match=there):
        services.replace_evidence(evidence=other, name="x.pdf", content=pdf(1), by=year.officers[2], at=NOON)
    assert queries.evidence_of(year.card(2)) == {first.criterion_id: [first, other]}
    # On another criterion it proves something else; taken away, it may come again.
    act = {"card": year.card(2), "name": "1.pdf", "content": pdf(1), "by": year.officers[2], "at": NOON}
    services.add_evidence(criterion=year.criterion("I.1"), **act)
    services.remove_evidence(evidence=first, by=year.officers[2], at=NOON)
    again = prove(year, 1)
    with pytest.raises(Refused, match=there):
        services.attach_evidence(
            card=year.card(2),
            criterion=first.criterion,
            upload=first.upload,
            by=year.officers[2],
            at=NOON,
        )
    assert again != first


def test_the_units_own_mark_is_no_judgement(year):
    prove(year, 1)
    year.fill(2, {**SMALL_FIGURES, CODE: ValueInputs(D(10))})
    assert set(Mark.objects.values_list("evidence_version", flat=True)) == {""}


def test_every_round_keeps_the_version_it_judged_and_says_where_it_has_changed(db, client):
    """A member, the bloc, the meeting and the province, with a new file between each."""
    year = CrossYear(sent=())
    prove(year, 1)
    year.send(2)
    year.give(2, 3)
    act = {"by": year.officers[2], "at": NOON}
    ask = {"card": year.card(2), "criterion": year.criterion(CODE), "by": year.chair, "at": NOON}
    asked = services.ask_explanation(**ask, question="Đủ?", due_on=date(2019, 11, 25))
    services.answer_appeal(appeal=asked, answer="Có thêm", files=[("2.pdf", pdf(2))], **act)
    services.decide_appeal(
        appeal=asked, outcome=AppealOutcome.CHANGED, points=D(16), reason="Đúng", by=year.chair, at=NOON
    )
    year.give(2, VICE)
    judge(year, 17)
    services.accept_marks(card=year.card(2), by=year.chair, at=NOON)
    services.finish_verification(card=year.card(2), by=year.chair, at=NOON)
    contested = services.open_appeal(
        card=year.card(2), criterion=year.criterion(CODE), question="Đủ", files=[("3.pdf", pdf(3))], **act
    )
    year.go("verifying")
    services.decide_appeal(
        appeal=contested, outcome=AppealOutcome.CHANGED, points=D(19), reason="Đúng", by=year.chair, at=NOON
    )
    year.close("đủ")

    def shown(user):
        client.force_login(user)
        return client.get(
            reverse("cross_check", args=[*year.cycle.slugs, year.units[2].slug])
        ).content.decode()

    crossed = dict(
        CrossCheck.objects.filter(criterion__code=CODE).values_list("scorer__pk", "evidence_version")
    )
    judged = dict(Mark.objects.filter(criterion__code=CODE).values_list("stage", "evidence_version"))
    assert {unit: version.partition("-")[0] for unit, version in crossed.items()} == {
        year.units[3].pk: "1",
        year.units[VICE].pk: "2",
    }
    assert crossed[year.units[VICE].pk] == judged[Stage.BLOC]
    assert judged[Stage.MEETING].startswith("3-")
    assert shown(year.officers[3]).count("chấm theo bản 1, 2") == 1
    assert shown(year.officers[3]).count("chấm theo bản 1<") == 2
    assert queries.cross_results(year.card(2))[year.criterion(CODE).pk].versions == (
        crossed[year.units[VICE].pk],
        crossed[year.units[3].pk],
    )


# Who opens a card, its papers and its evidence, in each of its states; whoever is not named finds nothing.
SEES = {
    "draft": "unit unit-head auditor",
    "proposed": "unit unit-head auditor",
    "sent": "unit unit-head chair vice officer head council auditor",
    "returned": "unit unit-head auditor",
    "verified": "unit unit-head chair vice officer head council auditor",
    "agreed": "unit unit-head chair vice other officer head council auditor",
}


def people_of(year):
    def of_province(name, role):
        return make_person(name, name, role=role, province=year.province)

    return {
        "unit": year.officers[2],
        "unit-head": year.heads[2],
        "chair": year.chair,
        "vice": year.officers[VICE],
        "other": year.officers[3],
        "officer": year.province_officer,
        "head": year.head,
        "council": of_province("hd@kg", Role.COUNCIL),
        "auditor": of_province("xem@kg", Role.AUDITOR),
        "admin": of_province("qt@kg", Role.ADMIN),
        "stranger": Year(slug="khac", units=1).officers[0],
    }


def steps_of(year):
    """Every state of a card in turn."""
    act = {"at": NOON}
    yield "draft"
    services.propose_card(card=year.card(2), by=year.officers[2], **act)
    yield "proposed"
    services.send_card(card=year.card(2), by=year.heads[2], **act)
    yield "sent"
    give_back(year)
    yield "returned"
    send_again(year)
    year.check(2)
    yield "verified"
    for index in (0, 1, 3):
        year.walk(index)
    year.go("reviewing")
    services.agree_cards(cycle=year.cycle, by=year.chair, **act)
    yield "agreed"


def test_evidence_and_papers_are_opened_by_whoever_may_open_the_card(db, client):
    year = ScoringYear(units=4)
    year.fill(2)
    kept = prove(year, 1)
    people, place = people_of(year), [*year.cycle.slugs, year.units[2].slug]
    card = reverse("scorecard", args=place)
    papers = [reverse(name, args=place) for name in ("scorecard_xlsx", "card_to_fill", "scorecard_pdf")]
    file, page = (
        reverse("evidence_file", args=[*place, kept.pk]),
        reverse("evidence", args=[*place, kept.criterion_id]),
    )
    bare = kept.upload.get_absolute_url()

    for state in steps_of(year):
        assert year.card(2).state == state
        opened = {address: set() for address in (card, file, page, bare, *papers)}
        for name, user in people.items():
            client.force_login(user)
            # Papers are drawn once for all states in which the same people read them.
            for address in (card, file, page, bare, *(papers if state in ("draft", "agreed") else ())):
                answer = client.get(address)
                # A file is read to its end, so that it is closed.
                b"".join(answer.streaming_content if answer.streaming else ())
                status = answer.status_code
                assert status in (200, 404), (state, name, address)
                if status == 200:
                    opened[address].add(name)
        wanted = set(SEES[state].split())
        assert opened[card] == opened[file] == opened[page] == wanted, state
        # The bare address of a file is its unit's alone.
        assert opened[bare] == {"unit", "unit-head"}, state
        if state in ("draft", "agreed"):
            assert all(opened[paper] == wanted for paper in papers), state


def macro_book(part):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr(part, "x")
        book.writestr(part.split("/")[0] + "/vbaProject.bin", "x")
    return packed.getvalue()


def test_every_wrong_file_gets_its_sentence_and_the_good_ones_beside_it_are_kept(year, client):
    client.force_login(year.officers[2])
    url = reverse("evidence", args=[*year.cycle.slugs, year.units[2].slug, year.criterion(CODE).pk])

    def answer(*files, accept="application/json"):
        sent = [SimpleUploadedFile(name, content) for name, content in files]
        return client.post(url, {"file": sent}, headers={"accept": accept})

    wrong = {
        ("ke-khai.pdf", b"MZ\x90\x00"): "Không nhận loại tệp này",
        ("bao-cao.docm", macro_book("word/document.xml")): "Tệp này có macro",
        ("bang-ke.xlsm", macro_book("xl/workbook.xml")): "Tệp này có macro",
        ("rong.pdf", b""): "Tệp rỗng: rong.pdf",
        ("lon.pdf", b"%PDF-" + b"0" * (21 * 1024 * 1024)): "Tệp lớn hơn 20 MB: lon.pdf",
    }
    for file, sentence in wrong.items():
        found = answer(file)
        assert (found.status_code, sentence in " ".join(found.json()["errors"])) == (422, True), found.json()
    named = unicodedata.normalize("NFD", "Quyết định khen thưởng.pdf")
    assert answer((named, pdf(1))).json() == {"count": 1}
    assert answer(("ảnh.jpg", PNG)).json() == {"count": 2}
    # Two at once, one of them there already: the other is kept, and the page says which was not.
    both = answer(("lại.pdf", pdf(1)), ("mới.pdf", pdf(2)), accept="text/html")
    assert both.status_code == 422
    assert "lại.pdf: Tiêu chí đã có tệp này" in html.unescape(both.content.decode())
    names = [one.upload.name for one in queries.evidence_of(year.card(2))[year.criterion(CODE).pk]]
    assert names == ["Quyết định khen thưởng.pdf", "ảnh.png", "mới.pdf"]
