"""The supervisor by itself, with small processes in place of the product's."""

import os
import signal
import sys
import time

import pytest

from config.local.errors import CannotStart
from config.local.postgres import still_runs
from config.local.supervisor import Child, StopRequested, StopSignals, Supervisor
from tests.config.running import wait_until

SLEEPS = "import time; time.sleep(600)"
# Starts a process of its own, which would outlive it, and ignores the polite request to stop.
STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    f"print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid, flush=True); time.sleep(600)"
)


@pytest.fixture
def said():
    return []


@pytest.fixture
def child_of(tmp_path, said):
    made = []

    def make(program: str) -> Child:
        child = Child(
            f"child-{len(made)}",
            [sys.executable, "-c", program],
            environment=dict(os.environ),
            log=tmp_path / f"child-{len(made)}.log",
            say=said.append,
        )
        made.append(child)
        return child

    yield make
    for child in made:
        child.end()


def test_a_killed_child_is_started_again_at_once(child_of, said, monkeypatch):
    monkeypatch.setattr("config.local.supervisor.STEADY", -1.0)
    child = child_of(SLEEPS)
    child.start()
    first = child.pid
    os.kill(first, signal.SIGKILL)
    wait_until(child.ended, 30, "the child is dead")
    child.heal()
    assert child.pid not in (None, first)
    assert still_runs(child.pid)
    assert said == [f"child-0 was ended by signal 9 and is started again (its words: {child.log})"]


def test_a_child_that_dies_at_once_again_and_again_is_started_with_growing_pauses(child_of, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("config.local.supervisor.time.monotonic", lambda: now[0])
    child = child_of("raise SystemExit(3)")
    child.start()
    pauses = []
    for _ in range(8):
        while not child.ended():
            time.sleep(0.01)
        child.heal()
        waited = 0.0
        while child.pid is None:
            now[0] += 0.5
            waited += 0.5
            child.heal()
        pauses.append(waited)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_stopping_takes_along_what_a_stubborn_child_has_started(child_of, monkeypatch):
    monkeypatch.setattr("config.local.supervisor.GRACE", 0.3)
    child = child_of(STUBBORN)
    supervisor = Supervisor([child], signals=StopSignals(), heal_servers=lambda: None)
    child.start()
    grandchild = int(wait_until(lambda: child.log.read_text(), 30, "the grandchild's number"))
    started = child.pid
    supervisor.stop()
    assert not still_runs(started)
    wait_until(lambda: not still_runs(grandchild), 30, "the grandchild is gone")


def test_a_product_that_does_not_answer_is_stopped_and_its_last_words_are_given(child_of):
    child = child_of("print('no room for fonts', flush=True)\n" + SLEEPS)
    supervisor = Supervisor([child], signals=StopSignals(), heal_servers=lambda: None)
    with pytest.raises(CannotStart, match="does not answer after 1 seconds: no room for fonts"):
        supervisor.run(is_ready=lambda: False, announce=lambda: None, patience=1)
    assert child.pid is None


def test_a_request_to_stop_interrupts_a_step_and_is_only_noted_elsewhere():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signals = StopSignals()
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what a start in the background inherits
        signals.install()
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.requests == 1
        with pytest.raises(StopRequested), signals.interrupting():
            pytest.fail("a request that came before is not forgotten")
        signals.requests = 0
        with pytest.raises(StopRequested), signals.interrupting():
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
