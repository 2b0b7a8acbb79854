"""What the machine does to a run: no home, a clock set back, a driver killed over its workers, too many workers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy_simulation as toy
from test_campaign_interrupted import blocks_of, is_alive, wait_for_blocks
from toy_simulation import same_bits

from kernelcache import threads
from mcbelt.campaign import driver, file
from mcbelt.errors import ExecutionError
from mcbelt.files import result as results
from mcbelt.workers import in_process, local

HERE = Path(__file__).parent
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def command(*arguments, **environment):
    """A command with toy physics in a process of its own; `NAME=None` takes a variable away."""
    clean = {**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}", **environment}
    return subprocess.run(
        [sys.executable, str(HERE / "drive_phases.py"), "none", "toy", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={key: value for key, value in clean.items() if value is not None},
        timeout=600,
    )


@pytest.fixture(params=["a file in the way", pytest.param("read-only", marks=pytest.mark.slow)])
def no_home(request, tmp_path):
    """A home directory in which nothing can be written, by root either."""
    home = tmp_path / "home"
    if request.param == "read-only":
        home.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", home], capture_output=True).returncode:
            pytest.skip("mounting is not permitted here")
        yield home / "user"
        subprocess.run(["umount", home], check=True)
    else:
        home.write_text("")
        yield home / "user"


def test_no_home(toy_campaign, undisturbed, no_home, tmp_path):
    """A run with its page, with every directory that a program may want below the home; one line of warning."""
    homes = {name: str(no_home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    (tmp_path / "temporary").mkdir()
    done = command("run", toy_campaign, **homes, TMPDIR=str(tmp_path / "temporary"), NUMBA_CACHE_DIR=None)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("cache directory")]
    assert str(no_home) in line
    assert same_bits(results.open_result(toy_campaign), undisturbed)
    assert (toy_campaign / "results" / "report.html").exists()


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed (Debian: apt-get install faketime)")
def test_clock_set_back(toy_campaign, drive, undisturbed, tmp_path, monkeypatch):
    """Begun with the clock a year ahead and killed; gone on with a clock that falls back by two years on the way.

    Here the monotonic clock falls back too, which is more than a machine does.
    """
    clock = tmp_path / "clock"
    monkeypatch.setenv("LD_PRELOAD", str(FAKETIME[0]))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(clock))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    clock.write_text("+365d")
    begun = drive(toy_campaign, 1, 0.05)
    wait_for_blocks(begun, 3)
    begun.kill()
    begun.wait()
    before = blocks_of(toy_campaign)
    clock.write_text("+0d")
    resumed = drive(toy_campaign, 1, 0.1)
    wait_for_blocks(resumed, 2)
    clock.write_text("-365d")
    _, errors = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, errors
    assert all(blocks_of(toy_campaign)[name] == stamp for name, stamp in before.items())
    assert same_bits(results.open_result(toy_campaign), undisturbed)
    years = {line[:4] for line in (toy_campaign / "results" / "run.log").read_text().splitlines()}
    assert len(years) == 3, "the clock was not changed, so nothing was tested"


def test_a_worker_in_a_long_block_ends_with_its_driver(toy_campaign, drive):
    """Blocks of ten minutes: nobody waits for them when the driver has been killed."""
    process = drive(toy_campaign, 2, 600.0)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline and sum(map(_serves, children.read_text().split())) < 2:
        time.sleep(0.1)
    workers = [int(pid) for pid in children.read_text().split() if _serves(pid)]
    assert len(workers) == 2
    time.sleep(1.0)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20.0
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def _serves(pid):
    """Whether a child is a worker that has loaded the program: it has a second thread, which waits for the driver."""
    try:
        spawned = b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return spawned and len(os.listdir(f"/proc/{pid}/task")) > 1
    except OSError:
        return False


def test_more_workers_than_cores_are_not_started(toy_campaign, undisturbed, caplog, monkeypatch):
    cores = threads.usable_cores()
    assert in_process.capped(cores) == cores
    assert in_process.capped(0) == 0
    assert caplog.records == []
    assert in_process.capped(100_000) == cores
    assert f"--workers 100000: this process may use {cores} cores, so {cores} workers are started." in caplog.text
    with pytest.raises(ExecutionError, match="--workers -1 is not a number of workers"):
        in_process.capped(-1)


@pytest.mark.slow
def test_workers_100000_of_the_command_line(toy_campaign, undisturbed):
    done = command("run", toy_campaign, "--workers", 100_000)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("--workers 100000: this process may use") == 1
    assert same_bits(results.open_result(toy_campaign), undisturbed)


def test_a_process_that_cannot_be_started_is_a_sentence(monkeypatch):
    def none_left(self):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", none_left)
    with pytest.raises(ExecutionError, match=r"cannot be started \(Resource temporarily unavailable\)"):
        local.LocalWorkers(2)


@pytest.mark.parametrize("directories", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_two_cold_starts_at_once(toy_campaign, undisturbed, tmp_path, directories):
    """On one directory one of the two is refused or finds everything done; on two both are complete."""
    outputs = [tmp_path / f"out{number % directories}" for number in range(2)]
    both = [
        subprocess.Popen(
            [sys.executable, str(HERE / "drive_toy.py"), str(toy_campaign), str(output), "1", "0.05"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}"},
        )
        for output in outputs
    ]
    told = [process.communicate(timeout=120)[1] for process in both]
    states = sorted(process.returncode for process in both)
    assert states == [0, 0] or (directories == 1 and states == [0, 2]), told
    if states == [0, 2]:
        assert any("another mcbelt is at work there" in text for text in told)
    for output in set(outputs):
        assert same_bits(results.open_result(output), undisturbed)


def test_leftovers_of_a_kill_are_removed_by_the_next_run(toy_campaign, undisturbed):
    """Only those of processes that are gone, and nothing else that begins with a dot."""
    blocks = toy_campaign / "results" / "blocks"
    blocks.mkdir(parents=True)
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = blocks / f".000000.nc.{gone.pid}.tmp"
    others = [blocks / f".000000.nc.{os.getpid()}.tmp", blocks / ".mine"]
    for path in (left, *others):
        path.write_text("half a blo")
    (finished,) = driver.run(file.read(toy_campaign), toy_campaign / "results", toy.TOY)
    assert not left.exists()
    assert others[1].exists()
    assert same_bits(results.open_result(finished.result), undisturbed)
