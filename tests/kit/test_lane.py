"""Heavy work goes one at a time; what does not get its turn is told so and holds nothing."""

import threading

from django.http import HttpResponse
from django.test import RequestFactory

from config.kit import lane


@lane.heavy("GET", "POST")
def archive(request):
    return HttpResponse("tệp")


def asked(method="get"):
    request = getattr(RequestFactory(), method)("/ho-so.zip")
    return archive(request)


def test_work_in_a_free_lane_is_done():
    assert asked().content.decode() == "tệp"
    assert asked().status_code == 200


def test_who_does_not_get_a_turn_is_told_and_the_page_asks_again(monkeypatch):
    monkeypatch.setitem(lane.PATIENCE, "GET", 0.0)
    with lane.turn(0) as is_ours:
        assert is_ours
        answer = asked()

    assert (answer.status_code, answer["Retry-After"], answer["Refresh"]) == (503, "3", "3")
    assert "tự thử lại sau 3 giây" in answer.content.decode()
    assert asked().status_code == 200


def test_what_was_sent_is_not_asked_for_again_by_itself(monkeypatch):
    monkeypatch.setitem(lane.PATIENCE, "POST", 0.0)
    with lane.turn(0):
        answer = asked("post")

    assert (answer.status_code, "Refresh" in answer) == (503, False)
    assert "Chưa có gì được ghi" in answer.content.decode()


def test_two_wait_in_a_process_and_the_third_is_told_at_once():
    """The two hold their threads until the lane is free, and then are served one after the other."""
    done, waiting = [], threading.Barrier(3, timeout=20)

    def wait():
        waiting.wait()
        with lane.turn(20) as is_ours:
            done.append(is_ours)

    with lane.turn(0):
        threads = [threading.Thread(target=wait) for _ in range(2)]
        for thread in threads:
            thread.start()
        waiting.wait()
        while lane._WAITING._value:
            pass
        with lane.turn(20) as is_ours:
            assert not is_ours
    for thread in threads:
        thread.join(timeout=20)
    assert done == [True, True]


def test_a_page_that_is_only_looked_at_needs_no_turn():
    @lane.heavy("POST")
    def form(request):
        return HttpResponse("biểu mẫu")

    with lane.turn(0):
        assert form(RequestFactory().get("/")).status_code == 200
