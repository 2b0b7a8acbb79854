"""A campaign that is killed, starved of disk, damaged or started twice ends with the bits of an undisturbed run."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import toy_simulation as toy
from toy_simulation import same_bits

from mcbelt.campaign import driver, file
from mcbelt.errors import ExecutionError
from mcbelt.files import result as results


def blocks_of(directory):
    return {path.name: path.stat().st_mtime_ns for path in (directory / "results" / "blocks").glob("*.nc")}


def finish(directory):
    """Run the campaign to its end in this process; how many blocks that took, and the result."""
    (finished,) = driver.run(file.read(directory), directory / "results", toy.TOY)
    return finished.blocks_computed, results.open_result(finished.result)


def wait_for_blocks(process, count):
    """Read the driver's output until it has stored so many blocks."""
    for line in process.stdout:
        if int(line) >= count:
            return
    raise AssertionError(process.stderr.read())


def kill_and_resume(directory, drive, undisturbed, workers, after_blocks, pause):
    process = drive(directory, workers, 0.03)
    wait_for_blocks(process, after_blocks)
    time.sleep(pause)
    process.kill()
    process.wait()
    time.sleep(0.2)
    before = blocks_of(directory)
    computed, result = finish(directory)
    after = blocks_of(directory)
    assert same_bits(result, undisturbed)
    assert computed == 11 - len(before)  # nothing that was stored is computed again
    assert all(after[name] == stamp for name, stamp in before.items())


@pytest.mark.parametrize(("workers", "after_blocks"), [(1, 3), (2, 6)])
def test_driver_killed(toy_campaign, drive, undisturbed, workers, after_blocks):
    kill_and_resume(toy_campaign, drive, undisturbed, workers, after_blocks, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(20))
def test_driver_killed_at_a_random_moment(toy_campaign, drive, undisturbed, trial):
    chosen = random.Random(trial)
    kill_and_resume(toy_campaign, drive, undisturbed, 2, chosen.randint(1, 9), chosen.uniform(0.0, 0.05))


def test_workers_stop_when_their_driver_is_killed(toy_campaign, drive):
    process = drive(toy_campaign, 2, 0.1)
    wait_for_blocks(process, 2)
    workers = [int(pid) for pid in (toy_campaign / "workers.txt").read_text().split()]
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20.0
    while any(is_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in workers)


def is_alive(pid):
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_a_worker(directory, drive, undisturbed, chosen):
    process = drive(directory, 2, 0.05)
    wait_for_blocks(process, chosen.randint(1, 8))
    time.sleep(chosen.uniform(0.0, 0.05))
    os.kill(int(chosen.choice((directory / "workers.txt").read_text().split())), signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert same_bits(results.open_result(directory), undisturbed)


def test_worker_killed(toy_campaign, drive, undisturbed):
    kill_a_worker(toy_campaign, drive, undisturbed, random.Random(1))


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(20))
def test_worker_killed_at_a_random_moment(toy_campaign, drive, undisturbed, trial):
    kill_a_worker(toy_campaign, drive, undisturbed, random.Random(trial))


@pytest.mark.parametrize("sent", [signal.SIGINT])
def test_ctrl_c_leaves_a_resumable_run(toy_campaign, drive, undisturbed, sent):
    process = drive(toy_campaign, 2, 0.05)
    wait_for_blocks(process, 3)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    before = blocks_of(toy_campaign)
    assert 3 <= len(before) < 11
    computed, result = finish(toy_campaign)
    assert computed == 11 - len(before)
    assert same_bits(result, undisturbed)


def test_second_driver_is_refused_and_changes_nothing(toy_campaign, drive, undisturbed):
    first = drive(toy_campaign, 1, 0.2)
    wait_for_blocks(first, 1)
    with pytest.raises(ExecutionError, match="another mcbelt is at work there"):
        driver.run(file.read(toy_campaign), toy_campaign / "results", toy.TOY)
    _, errors = first.communicate(timeout=120)
    assert first.returncode == 0, errors
    assert same_bits(results.open_result(toy_campaign), undisturbed)


def damaged(content, how):
    if how == "cut":
        return content[: len(content) // 2]
    if how == "empty":
        return b""
    flipped = bytearray(content)
    flipped[len(content) // 3] ^= 0x10
    return bytes(flipped)


@pytest.mark.parametrize("how", ["cut", "empty", "bit"])
def test_damaged_block_is_computed_again(toy_campaign, undisturbed, how):
    finish(toy_campaign)
    block = toy_campaign / "results" / "blocks" / "000004.nc"
    block.write_bytes(damaged(block.read_bytes(), how))
    (toy_campaign / "results" / "result.nc").unlink()
    computed, result = finish(toy_campaign)
    assert computed == 1
    assert same_bits(result, undisturbed)


def test_damaged_result_is_made_again_from_the_blocks(toy_campaign, undisturbed):
    finish(toy_campaign)
    path = toy_campaign / "results" / "result.nc"
    path.write_bytes(damaged(path.read_bytes(), "bit"))
    computed, result = finish(toy_campaign)
    assert computed == 0
    assert same_bits(result, undisturbed)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_full_disk(toy_campaign, drive, undisturbed, tmp_path):
    disk = tmp_path / "results"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        process = drive(toy_campaign, 2, 0.0)
        _, errors = process.communicate(timeout=60)
        stored = len(blocks_of(toy_campaign))
        assert process.returncode == 2
        assert "cannot be written (No space left on device)" in errors
        assert "Traceback" not in errors
        assert 0 < stored < 11
        assert not list(disk.rglob("*.tmp"))  # nothing half written is left
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        computed, result = finish(toy_campaign)
        assert computed == 11 - stored
        assert same_bits(result, undisturbed)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_other_code_is_set_aside_not_overwritten(toy_campaign, undisturbed):
    finish(toy_campaign)
    old = (toy_campaign / "results" / "result.nc").read_bytes()
    newer = toy.TOY._replace(code_hash="toy-2")
    (finished,) = driver.run(file.read(toy_campaign), toy_campaign / "results", newer)
    assert finished.blocks_computed == 11
    aside = toy_campaign / "results" / "set-aside-code-toy-1"
    assert (aside / "result.nc").read_bytes() == old
    assert len(list((aside / "blocks").glob("*.nc"))) == 11


def test_more_histories_keep_the_blocks_that_are_there(toy_campaign):
    finish(toy_campaign)
    path = toy_campaign / "campaign.toml"
    path.write_text(toy.CAMPAIGN.replace("histories = 1050", "histories = 1500"))
    computed, extended = finish(toy_campaign)
    assert computed == 5  # ten whole blocks stay; the short one at the end is computed again, whole
    shutil.rmtree(toy_campaign / "results")
    _, anew = finish(toy_campaign)
    assert same_bits(extended, anew)
