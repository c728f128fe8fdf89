"""`changes.Changes`: a lock that is never left locked by a Ctrl-C, whenever it comes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from gpucanvas.changes import Changes

INTERRUPTED = """
import signal, threading
from gpucanvas.changes import Changes

changes, interrupts, is_armed, has_ended = Changes(), 0, False, False

def interrupt(*_):
    global interrupts, is_armed
    if is_armed:
        interrupts, is_armed = interrupts + 1, False
        raise KeyboardInterrupt

def take_turns():
    while not has_ended:
        with changes.lock:
            changes.notify_all()

thread = threading.Thread(target=take_turns, daemon=True)
thread.start()
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
while interrupts < 400:
    try:
        is_armed = True
        while True:
            with changes.lock:
                changes.notify_all()
    except KeyboardInterrupt:
        pass
signal.setitimer(signal.ITIMER_REAL, 0)
has_ended = True
thread.join(20)
print(thread.is_alive())
"""
"""The main thread is interrupted again and again while it takes the lock in turns with another thread."""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
def test_an_interrupt_never_leaves_the_lock_locked() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_changes_wake_those_that_wait() -> None:
    changes, found = Changes(), []

    def wait() -> None:
        with changes.lock:
            found.append(changes.wait_for(lambda: len(found) > 0 or is_ready, 20))

    is_ready = False
    thread = threading.Thread(target=wait)
    thread.start()
    with changes.lock:
        is_ready = True
        changes.notify_all()
    thread.join(20)
    assert found == [True]
    with changes.lock:
        assert not changes.wait_for(lambda: False, 0.001)
