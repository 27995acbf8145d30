"""A lane for heavy work: one at a time on this machine, so that a page or a save never waits for archives.

The lock is a file's, held by the kernel: processes share it, and one that was killed has let go of it.
"""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Seconds for which a request waits for its turn before the person is told. A file is asked for again by the page
# itself; what was sent would have to be sent again, so it waits longer.
PATIENCE = {"GET": 1.0, "HEAD": 1.0, "POST": 15.0}
AGAIN_SECONDS = 3
STEP = 0.05
# Those who wait hold a thread each: so many in a process, and no more.
_WAITING = BoundedSemaphore(2)


def heavy(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view whose work (by these methods) takes the machine for seconds: it runs in the lane or waits for it."""

    def marked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def in_lane(request: HttpRequest, *args: Any, **address: Any) -> HttpResponse:
            if request.method not in methods:
                return view(request, *args, **address)
            with turn(PATIENCE[request.method]) as is_ours:
                return view(request, *args, **address) if is_ours else _busy(request)

        return in_lane

    return marked


@contextlib.contextmanager
def turn(patience: float) -> Iterator[bool]:
    """Hold the lane while the block runs; False when it stayed taken, or too many wait for it already."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lane").open("a") as lock:
        yield _taken(lock.fileno(), patience)


def _taken(lock: int, patience: float) -> bool:
    if _take(lock):
        return True
    if not _WAITING.acquire(blocking=False):
        return False
    try:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            time.sleep(STEP)
            if _take(lock):
                return True
        return False
    finally:
        _WAITING.release()


def _take(lock: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _busy(request: HttpRequest) -> HttpResponse:
    """503 in a sentence; a file is asked for again by the page itself, which holds nothing meanwhile."""
    asks_again = request.method != "POST"
    response = render(request, "busy.html", {"asks_again": asks_again, "seconds": AGAIN_SECONDS}, status=503)
    response["Retry-After"] = AGAIN_SECONDS
    if asks_again:
        response["Refresh"] = AGAIN_SECONDS
    return response
