"""Dask: the bits of a serial run from a cluster of processes, also when workers die, and no cluster at all."""

import os
import signal

import pytest
import toy_simulation as toy
from toy_simulation import same_bits

distributed = pytest.importorskip("distributed")

from mcbelt.campaign import driver  # noqa: E402
from mcbelt.campaign import file as campaign_file  # noqa: E402
from mcbelt.errors import ExecutionError  # noqa: E402
from mcbelt.files import result  # noqa: E402
from mcbelt.workers import in_process  # noqa: E402

SCAN = '[scan]\n"shell.L" = [1.2, 1.3]\n'


@pytest.fixture(scope="module")
def cluster():
    """A scheduler with two worker processes."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local:
        yield local


def run(directory, backend, simulation=toy.TOY, output="results"):
    return driver.run(campaign_file.read(directory), directory / output, simulation, backend)


def test_existing_cluster_gives_the_same_bits(toy_campaign, undisturbed, cluster):
    (finished,) = run(toy_campaign, lambda: in_process.opened(1, cluster.scheduler_address))
    assert finished.blocks_computed == 11
    assert same_bits(result.open_result(toy_campaign), undisturbed)


def test_scan_on_a_cluster(toy_campaign, cluster):
    (toy_campaign / "campaign.toml").write_text(toy.CAMPAIGN + SCAN)
    on_cluster = run(toy_campaign, lambda: in_process.opened(1, cluster.scheduler_address))
    serial = run(toy_campaign, in_process.InProcess, output="serial")
    for one, other in zip(on_cluster, serial, strict=True):
        assert same_bits(result.open_result(one.result), result.open_result(other.result))


def test_dask_local(toy_campaign, drive, undisturbed):
    process = drive(toy_campaign, 2, 0.0, "local")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert same_bits(result.open_result(toy_campaign), undisturbed)


def test_worker_killed(toy_campaign, undisturbed):
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local:
        killed = []

        def watch(progress):
            if progress.blocks_computed >= 3 and not killed:
                killed.append(next(iter(local.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        file = campaign_file.read(toy_campaign)
        address = local.scheduler_address
        driver.run(file, toy_campaign / "results", toy.SLOW_TOY, lambda: in_process.opened(1, address), watch)
    assert killed
    assert same_bits(result.open_result(toy_campaign), undisturbed)


def test_no_cluster_there(monkeypatch):
    from mcbelt.workers import dask_cluster

    monkeypatch.setattr(dask_cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ExecutionError, match=r"--dask tcp://127\.0\.0\.1:9: no cluster with a worker answers there"):
        in_process.opened(1, "tcp://127.0.0.1:9")


def test_error_of_a_block_is_raised_once(toy_campaign, cluster):
    with pytest.raises(ZeroDivisionError):
        run(
            toy_campaign,
            lambda: in_process.opened(1, cluster.scheduler_address),
            toy.TOY._replace(run_block=toy.broken_block),
        )
