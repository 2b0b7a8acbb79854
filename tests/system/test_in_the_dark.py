"""Nobody waits in the dark: progress, status in a preparation, what can fail tried first, models made on workers."""

import json
import os
import pickle
import time
from pathlib import Path

import numpy as np
import pytest
import toy_simulation as toy
from typer.testing import CliRunner

from kernelcache import prepared
from mcbelt import cli
from mcbelt.campaign import driver, file, kinds
from mcbelt.campaign.status import case_status
from mcbelt.cli import progress
from mcbelt.cli import run as run_command
from mcbelt.errors import ExecutionError, ResultsError
from mcbelt.files import preparations, sealed
from mcbelt.files import result as results
from mcbelt.settings import identity
from mcbelt.workers import in_process
from mcbelt.workers.backend import Recipe, sendable

SCAN = toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3, 1.4, 1.5]\n'


def slowly(config):
    """A model that takes its time."""
    with prepared.phase("the slow part"):
        time.sleep(1.2)
    return toy.prepare(config)


@pytest.fixture
def command(monkeypatch, command_line):
    """Exit status, standard output and standard error of a command whose physics is a toy with a preparation."""

    def run(prepare, *arguments):
        monkeypatch.setattr(kinds, "simulation", lambda config: toy.TOY._replace(prepare=prepare))
        monkeypatch.setattr(kinds, "require_complete", lambda read: {})
        monkeypatch.setattr(run_command, "_write_report", lambda *arguments: None)  # takes seconds
        return command_line(*arguments)

    return run


def test_a_pipe_has_a_line_now_and_then(command, toy_campaign, monkeypatch):
    """Also while nothing comes back: the words of the phase, and how long it has lasted."""
    monkeypatch.setattr(progress, "_LINE_SECONDS", 0.5)
    monkeypatch.setattr(progress, "_WAKE_SECONDS", 0.1)
    status, out, _ = command(slowly, "run", toy_campaign, "--workers", 1)
    assert status == 0
    lines = out.splitlines()
    assert "toy: the slow part, for 1 s" in lines
    assert any(line.startswith("toy: 11 of 11 blocks, 1050 histories") for line in lines)  # others may follow it


def test_the_first_line_comes_within_a_second_of_a_command_that_is_not_done(capsys):
    with progress.shown_progress(words="reading it"):
        pass
    assert capsys.readouterr().out == ""
    with progress.shown_progress(words="reading it"):
        time.sleep(1.0)
    assert capsys.readouterr().out.startswith("reading it")


def test_line_seconds_keep_what_is_promised():
    assert progress._LINE_SECONDS + progress._WAKE_SECONDS < 5.0


def test_lines_of_a_scan_say_how_many_are_done(capsys):
    from mcbelt.campaign.case import Progress

    with progress.shown_progress(3) as watch:
        watch(Progress("a", 0, 0, 0, 0.0, 0, 0.0, "air"))
        watch(Progress("b", 0, 4, 0, 0.0, 0, 2.0))
        watch(Progress("a", 0, 0, 0, 0.0, 0, 0.0))
        watch.say()
    assert capsys.readouterr().out.startswith("1 of 3 done, about 0 s left; b: 0 of 4 blocks, 0 histories")


def test_json_is_left_alone(capsys):
    with progress.shown_progress(1, "reading", quiet=True) as shown:
        shown.phase("solving")
        shown.say()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "solving\n")


# ---------------------------------------------------------------- status


def test_status_knows_a_preparation_and_whether_anybody_is_at_it(toy_campaign):
    """While it lasts, when its driver has died in it, and when another driver is elsewhere in the scan."""
    (toy_campaign / "campaign.toml").write_text(SCAN)
    read, output = file.read(toy_campaign), toy_campaign / "results"
    seen = []

    def states():
        return [case_status(case, output / case.name, output) for case in read.cases]

    def dies(config):
        with prepared.phase("the air"):
            seen.append(states())
            if config.shell.L == 1.3:
                raise KeyboardInterrupt
        return toy.prepare(config)

    with pytest.raises(KeyboardInterrupt):
        driver.run(read, output, toy.TOY._replace(prepare=dies))
    first, second = seen
    assert [(row.state, row.phase) for row in first] == [("preparing", "the air"), *[("waiting", None)] * 3]
    assert [row.state for row in second] == ["finished", "preparing", "waiting", "waiting"]
    assert 0.0 <= first[0].seconds_in_phase < 60.0
    left = states()
    assert [row.state for row in left] == ["finished", "interrupted", "waiting", "waiting"]
    assert (left[1].phase, left[1].seconds_in_phase) == ("the air", None)
    shown = CliRunner().invoke(cli.app, ["status", str(toy_campaign)])
    assert "L=1.3: interrupted: the air\n" in shown.stdout

    def another(config):
        seen.append(states())
        return toy.prepare(config)

    driver.run(read, output, toy.TOY._replace(prepare=another))
    assert [row.state for row in seen[-1]] == ["finished", "finished", "finished", "preparing"]
    note = output / "L=1.5" / "status.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"state": "preparing"}))
    (output / "L=1.5" / "result.nc").unlink()
    assert states()[3].state == "interrupted"


# ---------------------------------------------------------------- what can fail is tried first


def contents(directory):
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name not in ("lock", "run.log")
    }


def no_cluster():
    raise ExecutionError("--dask tcp://10.0.0.5:8786: no cluster with a worker answers there")


@pytest.mark.parametrize("what", ["cluster", "disk", "another campaign"])
def test_fresh_sets_nothing_aside_before_it_can_compute(toy_campaign, monkeypatch, what):
    (toy_campaign / "campaign.toml").write_text(SCAN)
    read, output = file.read(toy_campaign), toy_campaign / "results"
    driver.run(read, output, toy.TOY)
    before, options = contents(output), {"fresh": True}
    if what == "cluster":
        options["open_backend"] = no_cluster
    elif what == "disk":

        def full(path, content):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
    else:  # the third case of a scan: the first two are not touched either
        options = {}
        card = output / "L=1.4" / "case.json"
        card.write_text(card.read_text().replace('"seed": 5', '"seed": 6'))
        (output / "L=1.2" / "result.nc").unlink()
        before = contents(output)
    with pytest.raises(Exception, match=r"no cluster|No space left|holds a run of another") as refused:
        driver.run(read, output, toy.TOY, **options)
    assert refused.type in (ExecutionError, ResultsError, driver.directories.ConfigError)
    monkeypatch.undo()
    assert contents(output) == before


def test_a_disk_is_tried_without_a_trace(tmp_path):
    sealed.tried(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ResultsError, match=r"cannot be written .* Nothing was changed"):
        sealed.tried(tmp_path / "nowhere")


# ---------------------------------------------------------------- models on workers


def noted(config):
    """A model, and a file that says which process made it and how many threads it might take."""
    from kernelcache import threads

    (Path(os.environ["MADE_IN"]) / f"{config.shell.L} {os.getpid()} {threads.count()}").write_text("")
    return toy.prepare(config)


@pytest.mark.parametrize("dask", [None, "local"], ids=["processes", "dask"])
def test_models_of_a_scan_are_made_on_the_workers(toy_campaign, tmp_path, monkeypatch, dask):
    """Side by side, one thread each; the last one may be made in the driver, and the bits are those of one process."""
    if dask:
        pytest.importorskip("distributed")
    monkeypatch.setenv("MADE_IN", str(tmp_path / "made"))
    (tmp_path / "made").mkdir()
    (toy_campaign / "campaign.toml").write_text(SCAN)
    read, simulation = file.read(toy_campaign), toy.TOY._replace(prepare=noted)
    done = driver.run(read, tmp_path / "two", simulation, lambda: in_process.opened(2, dask))
    made = [path.name.split() for path in (tmp_path / "made").iterdir()]
    assert sorted(L for L, _, _ in made) == ["1.2", "1.3", "1.4", "1.5"]
    makers = {pid for _, pid, _ in made} - {str(os.getpid())}
    assert len(makers) in ({1, 2} if dask else {2})  # Dask's scheduler may give both to one
    assert {count for _, pid, count in made if pid != str(os.getpid())} == {"1"}
    alone = driver.run(read, tmp_path / "one", toy.TOY, in_process.InProcess)
    for left, right in zip(done, alone, strict=True):
        assert toy.same_bits(results.open_result(left.result), results.open_result(right.result))


# ---------------------------------------------------------------- the command


@prepared.part("a part")
def some_part(scale):
    return scale * np.ones(1000)


def test_cache(tmp_path, monkeypatch):
    monkeypatch.setattr("kernelcache.cache_root", lambda: tmp_path)
    monkeypatch.setattr("mcbelt.files.provenance.code_hash", lambda entries: "code")
    run = CliRunner().invoke
    assert "0 entries, 0.0 of at most 2000 MB" in run(cli.app, ["cache", "--show"]).stdout
    with preparations.in_use():
        some_part(1.0)
        some_part(2.0)
    shown = run(cli.app, ["cache"]).stdout
    assert f"{tmp_path / 'prepared'}: 2 entries" in shown
    assert "some_part" in shown
    about = json.loads(run(cli.app, ["cache", "--json"]).stdout)
    assert [(row["part"], row["entries"]) for row in about["parts"]] == [("some_part", 2)]
    assert 0.016 < about["MB"] < 0.02
    assert "2 entries removed" in run(cli.app, ["cache", "--clear"]).stdout
    assert json.loads(run(cli.app, ["cache", "--json"]).stdout)["parts"] == []


RUNS = sorted(path.parent for path in (toy.ROOT / "runs").glob("*/campaign.toml"))


@pytest.mark.parametrize("path", RUNS, ids=[path.name for path in RUNS])
def test_a_campaign_travels_to_a_worker(path):
    """Its class is made for the source and the place that it names, and made again there; so is that of its recipe."""
    case = file.read(path).cases[0].config
    simulation = kinds.simulation(case)
    recipe = Recipe(simulation.run_block, simulation.prepare, case)
    assert sendable(recipe)
    there = pickle.loads(pickle.dumps(recipe)).campaign
    assert there == case
    assert type(there) is type(case)
    assert identity.physics_table(there) == identity.physics_table(case)
