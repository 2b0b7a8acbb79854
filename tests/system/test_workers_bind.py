"""`--workers` binds the preparation and the fluxes too; a worker process and a task of Dask have one thread."""

import importlib
import sys

import pytest
import threadpoolctl
import toy_simulation as toy

from kernelcache import threads
from mcbelt import cli
from mcbelt.campaign import driver, kinds
from mcbelt.campaign import file as campaign_file
from mcbelt.files import result
from mcbelt.workers import in_process

run_command = importlib.import_module("mcbelt.cli.run")


def threads_here():
    """Threads that a pool would have here, and those of BLAS."""
    blas = {library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"}
    return threads.count(), blas


@pytest.fixture(autouse=True)
def no_limit():
    threads.limit(None)
    yield
    threads.limit(None)


@pytest.fixture
def seen(monkeypatch):
    """What the steps of a belt campaign may use."""
    found = []

    def prepare(config):
        found.append(threads_here())
        return toy.prepare(config)

    def fluxes(*arguments):
        found.append(threads_here())
        return toy.flux_dataset(*arguments)

    simulation = toy.TOY._replace(prepare=prepare, flux_dataset=fluxes)
    monkeypatch.setattr(kinds, "simulation", lambda kind: simulation)
    monkeypatch.setattr(run_command, "_write_report", lambda *arguments: None)  # takes seconds
    return found


def command(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["mcbelt", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code or 0


@pytest.mark.parametrize(("options", "most"), [(("--workers", 1), 1), ((), threads.usable_cores())])
def test_run_and_merge(toy_campaign, tmp_path, seen, monkeypatch, options, most):
    assert command(monkeypatch, "run", toy_campaign, *options) == 0
    assert seen == [(most, {1})] * 2
    other = tmp_path / "other"
    other.mkdir()
    (other / "campaign.toml").write_text(toy.CAMPAIGN.replace("seed = 5", "seed = 6"))
    assert command(monkeypatch, "run", other, *options) == 0
    seen.clear()
    assert command(monkeypatch, "merge", toy_campaign, other, "--output", tmp_path / "sum.nc", *options) == 0
    assert seen == [(most, {1})] * 2


def test_run_from_python(seen):
    kinds.run(toy.CAMPAIGN, workers=1)
    assert seen == [(1, {1})] * 2
    assert threads.count() == threads.usable_cores()


def recorded_block(model, seed, first, last):
    """A block that tells in its fates what it may use."""
    count, blas = threads_here()
    found = toy.run_block(model, seed, first, last)
    fates = {"ABSORBED": found.histories - count, "STOPPED": count, "LOST": int(blas != {1})}
    return found._replace(fates=fates)


@pytest.mark.parametrize("dask", [None, "local"])
def test_blocks(toy_campaign, dask):
    """One thread for pools and one for BLAS in each of 11 blocks, or they would count as more or as lost."""
    if dask:
        pytest.importorskip("distributed")
    file = campaign_file.read(toy_campaign)
    simulation = toy.TOY._replace(run_block=recorded_block)
    output = toy_campaign / "results"
    (done,) = driver.run(file, output, simulation, lambda: in_process.opened(2, dask))
    assert result.tallies_of(result.open_result(done.result)).fates["STOPPED"] == 11
