"""Ctrl-C and SIGTERM end every command within five seconds, with status 130 and a sentence, wherever it is.

The command is caught in a compiled loop that never ends and never looks at signals, which is the worst that it can do
(`drive_phases.py`); slow ones meet the real physics in its own phases, the first compilation among them.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy_simulation as toy
from toy_simulation import same_bits

from mcbelt import cli
from mcbelt.campaign import driver, file
from mcbelt.cli import interruption
from mcbelt.files import result as results

HERE = Path(__file__).parent
WITHIN = 5.0  # what is promised [s]
PLACE = ("--lat", "0", "--lon", "0", "--date", "2020-01-01")
COMMANDS = {
    "reproduce": ("reproduce", "gusev2003", "--figure", "1"),
    "trace": ("trace", *PLACE, "--alt-km", "800", "--energy-MeV", "100"),
    "cutoff": ("cutoff", *PLACE),
    "shell": ("shell", "--L", "1.2", "--date", "2020-01-01"),
}


def started(phase, physics, *arguments, **environment):
    """A command at the beginning of its phase."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "drive_phases.py"), phase, physics, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}", **environment},
    )
    for line in process.stderr:
        if line == f"at {phase.partition(':')[0]}\n":
            return process
    raise AssertionError(f"{phase} was never reached")


def ended(process, *signals, pause=0.3):
    """Seconds from the first signal to the end, the status, and what was said."""
    begin = time.monotonic()
    for place, number in enumerate(signals, start=1):
        process.send_signal(number)  # two of one kind at once would be one
        time.sleep(pause if place < len(signals) else 0.0)
    try:
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
    return time.monotonic() - begin, process.returncode, told


def finish(directory):
    (finished,) = driver.run(file.read(directory), directory / "results", toy.TOY)
    return results.open_result(finished.result)


def interrupted(process, *signals):
    """Interrupt a command that is stuck: it is in time, with one sentence after what it tells of its progress."""
    seconds, status, told = ended(process, *signals)
    assert status == 130, told
    (sentence,) = [line for line in told.splitlines() if not line.startswith("at work, for ")]
    assert told.endswith(f"{sentence}\n")
    assert sentence.startswith("interrupted")
    assert seconds < WITHIN
    return seconds, told


@pytest.mark.parametrize(
    ("phase", "sent"),
    [
        ("preparation", signal.SIGTERM),
        *(pytest.param(phase, signal.SIGTERM, marks=pytest.mark.slow) for phase in ("merge", "result")),
        *(pytest.param("block", sent, marks=pytest.mark.slow) for sent in (signal.SIGTERM, signal.SIGINT)),
    ],
)
def test_a_campaign_that_is_stuck(toy_campaign, undisturbed, phase, sent):
    _, told = interrupted(started(f"{phase}:stuck", "toy", "run", toy_campaign, "--workers", 1), sent)
    assert f"`mcbelt run {toy_campaign}` resumes" in told
    assert (toy_campaign / "results" / "run.log").read_text().endswith("stopped at once: interrupted\n")
    assert not list((toy_campaign / "results").rglob("*.tmp"))
    assert same_bits(finish(toy_campaign), undisturbed)


def test_ctrl_c_twice_is_at_once(toy_campaign, undisturbed):
    """With a grace of a minute after the first, the second ends it within the time that is promised."""
    process = started("report:stuck", "toy", "run", toy_campaign, "--workers", 1, GRACE="60")
    seconds, _ = interrupted(process, signal.SIGINT, signal.SIGINT)
    assert seconds < WITHIN
    assert same_bits(results.open_result(toy_campaign), undisturbed)
    assert not (toy_campaign / "results" / "report.html").exists()


@pytest.mark.slow
def test_workers_are_ended_and_temporary_files_removed(toy_campaign):
    """A worker in the middle of a block and the driver stuck in the sum: no process and no file is left."""
    process = started("merge:stuck", "toy", "run", toy_campaign, "--workers", 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (toy_campaign / "results" / "blocks" / f".000003.nc.{process.pid}.tmp").write_text("of a kill")
    interrupted(process, signal.SIGTERM, signal.SIGTERM)
    deadline = time.monotonic() + 10.0
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    finish(toy_campaign)
    assert not list((toy_campaign / "results").rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_stuck(tmp_path, command):
    interrupted(started(f"{command}:stuck", "real", *COMMANDS[command]), signal.SIGTERM)


@pytest.mark.slow
def test_a_galaxy_that_is_stuck(tmp_path):
    (tmp_path / "campaign.toml").write_text('kind = "galaxy"\nname = "g"\npreset = "ms98-08-005"\n')
    process = started("galaxy:stuck", "real", "galaxy", "run", tmp_path)
    assert "resumes" not in interrupted(process, signal.SIGTERM)[1]


@pytest.mark.slow
@pytest.mark.parametrize("cold", [False, True], ids=["kernels on disk", "first compilation"])
@pytest.mark.parametrize("trial", range(5))
def test_the_real_preparation(tmp_path, trial, cold):
    """At random moments of the first seconds; the kernels come from the disk, or are compiled for the first time."""
    (tmp_path / "campaign.toml").write_text(toy.CAMPAIGN)
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")} if cold else {}
    process = started("preparation", "real", "run", tmp_path, "--workers", 1, **environment)
    time.sleep(random.Random(trial).uniform(0.0, 20.0))
    seconds, status, told = ended(process, signal.SIGTERM)
    assert (status, seconds < WITHIN) == (130, True), (seconds, told)
    assert "Traceback" not in told


HELD = """
import sys, threading, time
import toy_simulation
longest = 0.0
def tick():
    global longest
    while True:
        before = time.process_time()
        time.sleep(0.02)
        longest = max(longest, time.process_time() - before)
threading.Thread(target=tick, daemon=True).start()
from mcbelt.campaign import file, kinds
case = file.read(sys.argv[1]).cases[0]
kinds.simulation(case.config).prepare(case.config)
longest = 0.0  # the kernels are there now
kinds.simulation(case.config).prepare(case.config)
print(longest)
"""
COSMIC = toy.CAMPAIGN.replace("L = 1.2", "L = 1.09").replace("[shell]", 'preset = "paper_eccentric"\n[shell]')
COSMIC += '[source]\nkind = "cosmic_rays"\n'


@pytest.mark.slow
@pytest.mark.parametrize("campaign", [toy.CAMPAIGN, COSMIC], ids=["trapped protons", "cosmic rays"])
def test_no_kernel_keeps_the_lock_of_the_interpreter_for_long(tmp_path, campaign):
    """The thread that ends an interrupted command needs the lock: in each stretch of a second of computing it gets it.

    On one thread, so that what the process computes between two ticks is what one kernel does.
    """
    (tmp_path / "campaign.toml").write_text(campaign)
    environment = {**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}", "OPENBLAS_NUM_THREADS": "1"}
    command = ["taskset", "-c", str(min(os.sched_getaffinity(0))), sys.executable, "-c", HELD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert float(done.stdout) < 1.0


CALLED_BACK = """
import ctypes, os, signal, time
from mcbelt.cli import interruption

def called():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.01)  # where Python raises what the signal's handler does

with interruption.answered():
    ctypes.CFUNCTYPE(None)(called)()  # ctypes writes a traceback of an exception in it, and goes on
    time.sleep(30.0)
"""


def test_an_interruption_that_a_callback_loses():
    """It comes while LLVM tells llvmlite of a compiled kernel, say: the command ends in time, with one sentence."""
    command, began = [sys.executable, "-c", CALLED_BACK], time.monotonic()
    done = subprocess.run(command, cwd=toy.ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "interrupted.\n")
    assert time.monotonic() - began < 2.0 * WITHIN


def test_handlers_are_those_of_before_when_a_command_has_ended():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with interruption.answered():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


ENDING = """
import os, sys, time
from mcbelt import cli

class Slow:
    def __del__(self, write=os.write, now=time.monotonic):
        write(2, b"at the end\\n")
        until = now() + 2.0
        while now() < until:
            pass

slow = Slow()
sys.argv = ["mcbelt", "--version"]
cli.main()
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_when_all_is_done_changes_nothing(sent):
    """An interpreter takes long to go on a busy machine; the status of the command is known then."""
    command = [sys.executable, "-c", ENDING]
    process = subprocess.Popen(command, cwd=toy.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr.readline() == "at the end\n"
    _, status, told = ended(process, sent)
    assert (status, told) == (0, "")


def test_an_ignored_signal_stays_ignored():
    """`nohup`, and a job in the background of a script."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.answered():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_command_interrupted_from_within_says_so(monkeypatch, capsys, toy_campaign):
    """A KeyboardInterrupt that comes by no signal has the same status and sentence."""

    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "run", stopped)
    monkeypatch.setattr(sys, "argv", ["mcbelt", "run", str(toy_campaign), "--workers", "1"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 130
    assert capsys.readouterr().err.startswith("interrupted: finished blocks are kept in")


def test_a_page_of_other_results_does_not_stay(toy_campaign):
    """A campaign that grew is interrupted before its page is written: that of before would tell of fewer histories."""
    finish(toy_campaign)
    page = toy_campaign / "results" / "report.html"
    page.write_text("of 1050 histories")
    (toy_campaign / "campaign.toml").write_text(toy.CAMPAIGN.replace("histories = 1050", "histories = 2000"))
    finish(toy_campaign)
    assert not page.exists()
