from types import SimpleNamespace

from config.kit.reading import one_reading, read_once


def asked_of():
    asked = []

    @read_once
    def name_of(row, case="lower"):
        asked.append((row.pk, case))
        return [row.name]

    return name_of, asked


def test_a_page_asks_once_for_each_row_and_each_case():
    name_of, asked = asked_of()
    a, same, b = (SimpleNamespace(pk=pk, name=name) for pk, name in ((1, "A"), (1, "A"), (2, "B")))

    with one_reading():
        assert name_of(a) is name_of(same)
        assert name_of(b) == ["B"]
        name_of(a, case="upper")
        name_of(a, case="upper")

    assert asked == [(1, "lower"), (2, "lower"), (1, "upper")]


def test_outside_a_page_every_question_is_asked_anew():
    name_of, asked = asked_of()
    row = SimpleNamespace(pk=1, name="A")

    with one_reading():
        name_of(row)
    name_of(row)
    name_of(row)

    assert len(asked) == 3


def test_no_answer_outlives_its_page():
    name_of, _ = asked_of()
    row = SimpleNamespace(pk=1, name="cũ")

    with one_reading():
        name_of(row)
    row.name = "mới"
    with one_reading():
        assert name_of(row) == ["mới"]
