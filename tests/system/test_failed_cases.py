"""A case of a scan that fails is told of, and costs the other cases nothing."""

import json

import pytest
import toy_simulation as toy

from mcbelt.campaign import driver, file, kinds
from mcbelt.errors import CasesFailed, ExecutionError, PhysicsError
from mcbelt.files import result
from mcbelt.workers.in_process import InProcess

SCAN = toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3, 1.4]\n'
WHY = "the drift path goes up to 4500 km; the air is known to 4000 km. Give a smaller L."


def refusing(config):
    """A model for all shells but one."""
    if config.shell.L == 1.3:
        raise PhysicsError(WHY)
    return toy.prepare(config)


def losing(config):
    """A shell on which histories are lost from the second block on."""
    return toy.prepare(config, toy.Settings(lost_from=150) if config.shell.L == 1.3 else toy.DEFAULT)


def no_flux(config, model, merged):
    """Tallies of which no result can be made, on one shell."""
    if config.shell.L == 1.3:
        raise PhysicsError(WHY)
    return toy.flux_dataset(config, model, merged)


class Wide(InProcess):
    """Several blocks under way at once, as on workers."""

    def slots(self):
        return 5


@pytest.fixture
def scan(tmp_path):
    (tmp_path / "campaign.toml").write_text(SCAN)
    return tmp_path


FAILURES = {
    "model": (toy.TOY._replace(prepare=refusing), WHY),
    "history": (toy.TOY._replace(prepare=losing), "were lost because a formula gave no number"),
    "result": (toy.TOY._replace(flux_dataset=no_flux), WHY),
}


@pytest.mark.parametrize("backend", [InProcess, Wide])
@pytest.mark.parametrize("what", FAILURES)
def test_the_other_cases_are_complete_and_the_next_run_tries_again(scan, what, backend):
    failing, why = FAILURES[what]
    read = file.read(scan)
    with pytest.raises(CasesFailed, match=rf"L=1\.3: failed: .*{why[:20]}") as failed:
        driver.run(read, scan / "results", failing, backend)
    assert "1 of 3 cases failed, the others are complete" in str(failed.value)
    assert [done.case for done in failed.value.finished] == ["L=1.2", "L=1.4"]
    note = json.loads((scan / "results" / "L=1.3" / "status.json").read_text())
    assert (note["state"], why in note["sentence"]) == ("failed", True)
    again = driver.run(read, scan / "results", toy.TOY, backend)
    kept = {"model": 0, "history": 1, "result": 11}[what]
    assert [done.blocks_computed for done in again] == [0, 11 - kept, 0]
    alone = driver.run_in_memory(read.cases[1], SCAN, toy.TOY)
    assert toy.same_bits(result.open_result(again[1].result), alone)


def test_the_only_case_of_a_campaign_raises_its_own_error(toy_campaign):
    text = toy.CAMPAIGN.replace("L = 1.2", "L = 1.3")
    (toy_campaign / "campaign.toml").write_text(text)
    read = file.read(toy_campaign)
    with pytest.raises(PhysicsError, match="4500 km"):
        driver.run(read, toy_campaign / "results", toy.TOY._replace(prepare=refusing))
    with pytest.raises(ExecutionError, match="were lost"):
        driver.run_in_memory(read.cases[0], text, toy.TOY._replace(prepare=losing))


@pytest.fixture
def said(monkeypatch, command_line):
    """Exit status, standard output and standard error of a command on a scan in which one case fails."""
    monkeypatch.setattr(kinds, "simulation", lambda config: toy.TOY._replace(prepare=refusing))
    return command_line


def test_commands_tell_of_a_case_that_failed(said, scan):
    status, out, err = said("run", scan, "--workers", 1)
    assert status == 2
    assert err.splitlines() == [
        f"L=1.3: failed: {WHY}",
        f"{scan / 'campaign.toml'}: 1 of 3 cases failed, the others are complete.",
    ]
    assert out.count("11 blocks computed now.") == 2
    page = (scan / "results" / "report.html").read_text()
    assert f"failed: {WHY}" in page
    assert "2 cases, 1 more failed" in page

    status, out, _ = said("status", scan)
    assert (status, f"L=1.3: failed: {WHY}" in out) == (0, True)
    rows = json.loads(said("status", scan, "--json")[1])["cases"]
    assert [(row["state"], row["sentence"]) for row in rows] == [
        ("finished", None),
        ("failed", WHY),
        ("finished", None),
    ]

    status, out, _ = said("show", scan)
    assert status == 0
    assert [line for line in out.splitlines() if "failed" in line] == [f"L=1.3: failed: {WHY}"]
    assert out.count("e+/e-") == 2
    cases = json.loads(said("show", scan, "--json")[1])["cases"]
    assert [*cases] == ["L=1.2", "L=1.4", "L=1.3"]
    assert cases["L=1.3"] == {"failed": WHY}
    assert cases["L=1.4"]["histories"] == 1050
    assert said("plot", scan)[0] == 0


def test_run_as_json_is_one_object_with_the_failed_case(said, scan):
    status, out, err = said("run", scan, "--workers", 1, "--json")
    told = json.loads(out)
    assert status == 2
    assert err.splitlines()[-1] == f"{scan / 'campaign.toml'}: 1 of 3 cases failed, the others are complete."
    assert told["directory"] == str(scan / "results")
    assert told["report"] == str(scan / "results" / "report.html")
    found = {row["case"]: (row["state"], row["histories"], row["sentence"]) for row in told["cases"]}
    complete = ("finished", 1050, None)
    assert found == {"L=1.2": complete, "L=1.4": complete, "L=1.3": ("failed", None, WHY)}
    assert [row["blocks_computed"] for row in told["cases"]] == [11, 11, None]
    assert told["cases"][0]["result"] == str(scan / "results" / "L=1.2" / "result.nc")
    assert told["warnings"] == json.loads(said("run", scan, "--workers", 1, "--json")[1])["warnings"]


def test_all_cases_may_fail(said, scan):
    (scan / "campaign.toml").write_text(SCAN.replace("[1.2, 1.3, 1.4]", "[1.3]"))
    status, _, err = said("run", scan, "--workers", 1)
    assert (status, err.count(WHY)) == (2, 1)
    assert not (scan / "results" / "report.html").exists()
    status, _, err = said("report", scan)
    assert (status, "holds no finished result" in err, WHY in err) == (2, True, True)
    assert said("show", scan)[1] == f"L=1.3: failed: {WHY}\n"
