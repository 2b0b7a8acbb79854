"""A Dask scheduler that dies in the middle of a run, and workers that are all gone: a sentence, and nothing is lost."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toy_simulation as toy
from test_campaign_interrupted import blocks_of, finish, wait_for_blocks
from toy_simulation import same_bits

pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path):
    """Address of a scheduler with a worker, and their processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    commands = (
        [*dask, "scheduler", "--port", address.rpartition(":")[2], "--no-dashboard"],
        [*dask, "worker", address, "--nworkers", "1", "--nthreads", "1", "--death-timeout", "60"],
    )
    environment = {**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{Path(__file__).parent}"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(command, env=environment, cwd=tmp_path, **quiet) for command in commands]
    yield address, started
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(timeout=60)


@pytest.mark.slow
def test_scheduler_killed(toy_campaign, drive, undisturbed, cluster):
    address, (scheduler, _) = cluster
    process = drive(toy_campaign, 1, 0.3, address)
    wait_for_blocks(process, 2)
    scheduler.kill()
    begin = time.monotonic()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2, errors
    assert f"--dask {address}: the scheduler or all of its workers are gone; finished blocks are kept" in errors
    assert "Traceback" not in errors
    assert time.monotonic() - begin < 60.0  # 15 s to come back, and what Dask takes to close
    before = blocks_of(toy_campaign)
    assert 2 <= len(before) < 11
    computed, result = finish(toy_campaign)
    assert computed == 11 - len(before)
    assert same_bits(result, undisturbed)


@pytest.mark.slow
def test_sigterm_while_a_cluster_computes(toy_campaign, drive, undisturbed, cluster):
    """Closing a client may take long; the promise is five seconds. (`drive_toy` answers Ctrl-C as Python does.)"""
    address, _ = cluster
    process = drive(toy_campaign, 1, 0.5, address)
    wait_for_blocks(process, 2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert same_bits(finish(toy_campaign)[1], undisturbed)
