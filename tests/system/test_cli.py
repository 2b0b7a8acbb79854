"""The command line on a tiny campaign: what it prints, its exit status, and that bad input ends in a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import toy_simulation as toy
from toy_simulation import ROOT, same_bits

import mcbelt
from mcbelt.campaign import kinds
from mcbelt.files import result


@pytest.fixture
def run_cli(monkeypatch, command_line):
    """Run the command line in this process with the toy physics; exit status, standard output, standard error."""
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)

    def run(*arguments):
        status, out, err = command_line(*arguments)
        assert "Traceback" not in err
        return status, out, err

    return run


def told(text):
    """Lines that a command printed, but those that say what it is at."""
    at = (": reading it", "and more: reading them", "whether all can be computed")
    return [line for line in text.splitlines() if not line.endswith(at)]


def sentence(answer):
    """The one sentence of a refused command."""
    status, out, err = answer
    assert status == 2
    assert told(out) == []
    (said,) = told(err)
    return f"{said}\n"


def test_run_repeats_what_check_warns_of(run_cli, toy_campaign, monkeypatch):
    words = "open shell, H_min -34 km: nothing drifts around."
    monkeypatch.setattr(kinds, "_reached", lambda asked: (words,))
    for command in (("check", toy_campaign), ("run", toy_campaign, "--workers", 1)):
        assert f"warning: {words}" in run_cli(*command)[1].splitlines()


def test_run_show_plot_export_report_cite(run_cli, toy_campaign, undisturbed):
    status, out, _ = run_cli("run", toy_campaign, "--workers", 1)
    assert status == 0
    assert "1050 histories (histories = 1050 were asked for); 11 blocks computed now." in out
    assert same_bits(result.open_result(toy_campaign), undisturbed)
    status, out, _ = run_cli("run", toy_campaign)
    assert status == 0
    assert "nothing left to do" in out

    status, out, _ = run_cli("show", toy_campaign, "--json")
    shown = json.loads(out)
    assert status == 0
    for key in ("energy_MeV", "flux_positron", "flux_positron_sigma", "flux_electron", "flux_electron_sigma"):
        np.testing.assert_array_equal(shown[key], undisturbed[key].values)
    np.testing.assert_array_equal(shown["ratio"], undisturbed["ratio"].values)
    assert len(shown["ratio_sigma"]) == 6
    assert shown["flux_unit"] == "m-2 s-1 sr-1 MeV-1"
    status, out, _ = run_cli("show", toy_campaign / "results" / "result.nc")
    assert status == 0
    assert "e+/e-" in out

    status, out, _ = run_cli("plot", toy_campaign)
    assert status == 0
    assert {Path(line).name for line in out.splitlines()} == {"flux_and_ratio.png", "flux_and_ratio.pdf", "flux.csv"}
    assert (toy_campaign / "results" / "flux_and_ratio.png").stat().st_size > 20_000
    status, out, _ = run_cli("export", toy_campaign, "--csv")
    heading, *lines = out.splitlines()
    assert status == 0
    assert heading.startswith("case,energy [MeV],flux_positron [m-2 s-1 sr-1 MeV-1]")
    assert len(lines) == 6
    assert float(lines[0].split(",")[2]) == pytest.approx(shown["flux_positron"][0], rel=1e-7)

    page = (toy_campaign / "results" / "report.html").read_text()
    assert "data:image/svg+xml;base64," in page
    assert "http" not in page.replace("https://doi.org", "")
    assert "block_size = 100" in page
    status, out, _ = run_cli("cite", toy_campaign, "--bibtex")
    assert status == 0
    assert "@misc{sawyer1976," in out
    assert "picone2002" not in out  # NRLMSISE-00 was not used


def test_scan_status_plot_and_export(run_cli, toy_campaign):
    path = toy_campaign / "campaign.toml"
    path.write_text(toy.CAMPAIGN + '[scan]\n"shell.L" = [1.2, 1.3, 1.4]\n')
    status, out, _ = run_cli("status", toy_campaign, "--json")
    assert status == 0
    assert [case["state"] for case in json.loads(out)["cases"]] == ["waiting"] * 3
    assert run_cli("run", toy_campaign, "--workers", 1)[0] == 0
    status, out, _ = run_cli("status", toy_campaign, "--json")
    rows = json.loads(out)["cases"]
    assert [(row["case"], row["state"], row["blocks_done"], row["blocks_planned"]) for row in rows] == [
        (name, "finished", 11, 11) for name in ("L=1.2", "L=1.3", "L=1.4")
    ]
    assert all(0.05 < row["relative_error"] < 0.5 for row in rows)
    assert "L=1.3" in run_cli("status", toy_campaign)[1]
    status, out, _ = run_cli("plot", toy_campaign)
    assert {Path(line).name for line in out.splitlines()} == {
        "cases.png",
        "cases.pdf",
        "flux_over_L.png",
        "flux_over_L.pdf",
        "map_L_energy.png",
        "map_L_energy.pdf",
        "flux.csv",
    }
    status, out, _ = run_cli("export", toy_campaign, "--csv")
    assert [line.split(",")[0] for line in out.splitlines()[1::6]] == ["L=1.2", "L=1.3", "L=1.4"]
    assert "L=1.4" in (toy_campaign / "results" / "report.html").read_text()


def test_merge_of_two_seeds(run_cli, toy_campaign, tmp_path):
    for seed in (5, 6):
        (toy_campaign / "campaign.toml").write_text(toy.CAMPAIGN.replace("seed = 5", f"seed = {seed}"))
        assert run_cli("run", toy_campaign, "--output", tmp_path / f"seed{seed}", "--workers", 1)[0] == 0
    parts = [tmp_path / "seed5" / "result.nc", tmp_path / "seed6"]
    status, _, err = run_cli("merge", *parts, "--output", tmp_path / "merged.nc")
    assert (status, told(err)) == (0, [])
    assert run_cli("merge", *reversed(parts), "--output", tmp_path / "again.nc")[0] == 0
    merged = result.open_result(tmp_path / "merged.nc")
    assert same_bits(merged, result.open_result(tmp_path / "again.nc"))
    one, two = (result.open_result(part) for part in parts)
    assert merged.attrs["histories"] == 2100
    assert merged["run_seed"].values.tolist() == [5, 6]
    np.testing.assert_allclose(merged["flux_positron"], (one["flux_positron"] + two["flux_positron"]) / 2, rtol=1e-14)
    assert "count twice" in sentence(run_cli("merge", parts[0], parts[0], "--output", tmp_path / "no.nc"))
    assert "exists already" in sentence(run_cli("merge", *parts, "--output", tmp_path / "merged.nc"))
    assert not (tmp_path / "no.nc").exists()


def test_init_writes_a_file_that_checks(run_cli, tmp_path):
    status, out, _ = run_cli("init", tmp_path / "new")
    assert status == 0
    status, out, _ = run_cli("check", tmp_path / "new")
    assert (status, out.count("\n")) == (0, 3)
    assert "in order; 200000 histories" in out.splitlines()[0]
    assert "100 blocks; about " in out.splitlines()[1]
    assert "[air] sun = 'lived'" in out.splitlines()[2]
    assert 'name = "new"' in (tmp_path / "new" / "campaign.toml").read_text()
    run_cli("init", tmp_path / "of two words")
    assert 'name = "my-campaign"' in (tmp_path / "of two words" / "campaign.toml").read_text()
    assert "exists already" in sentence(run_cli("init", tmp_path / "new"))
    assert run_cli("init", tmp_path / "paper", "--preset", "paper")[0] == 0
    assert "is not one of" in sentence(run_cli("init", tmp_path / "bad", "--preset", "best"))
    assert not (tmp_path / "bad").exists()


def test_version(run_cli):
    assert run_cli("--version") == (0, f"mcbelt {mcbelt.__version__}\n", "")


BAD = {
    "unknown key": (("L = 1.2", "L = 1.2\nradius = 1"), "'radius' is not a key"),
    "missing key": (("f107 = 112.0\n", ""), "f107 is missing"),
    "L = 0.9": (("L = 1.2", "L = 0.9"), "is outside 1 to 2"),
    "L = 3": (("L = 1.2", "L = 3"), "is outside 1 to 2"),
    "E below the table": (("bins = 6", "bins = 6\nmin_MeV = 1.0"), "is outside 5 to 10000 MeV"),
    "F10.7 = 5": (("f107 = 112.0", "f107 = 5"), "is outside 60 to 400 sfu"),
    "1850": (("1998-06-05", "1850-06-05"), "is outside 1900-01-01 to 2030-01-01"),
    "2040": (("1998-06-05", "2040-06-05"), "is outside 1900-01-01 to 2030-01-01"),
}


@pytest.mark.parametrize("command", ["check", "run", "status"])
@pytest.mark.parametrize("name", BAD)
def test_bad_campaign_file(run_cli, toy_campaign, command, name):
    (old, new), told = BAD[name]
    (toy_campaign / "campaign.toml").write_text(toy.CAMPAIGN.replace(old, new))
    assert told in sentence(run_cli(command, toy_campaign))
    assert [entry.name for entry in toy_campaign.iterdir()] == ["campaign.toml"]


@pytest.mark.parametrize("command", ["show", "plot", "report", "export", "cite"])
def test_result_cut_in_half(run_cli, toy_campaign, tmp_path, command):
    run_cli("run", toy_campaign, "--workers", 1)
    half = tmp_path / "half.nc"
    half.write_bytes((toy_campaign / "results" / "result.nc").read_bytes()[:5000])
    assert "is cut short" in sentence(run_cli(command, half))
    assert half.stat().st_size == 5000


def test_directory_that_cannot_be_written(run_cli, toy_campaign, tmp_path):
    (tmp_path / "file").write_text("")
    assert "the directory cannot be made" in sentence(
        run_cli("run", toy_campaign, "--output", tmp_path / "file" / "out")
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_read_only_directory(run_cli, toy_campaign, tmp_path):
    disk = tmp_path / "readonly"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        told = sentence(run_cli("run", toy_campaign, "--output", disk))
        assert "cannot be written (Read-only file system); choose another directory by --output" in told
    finally:
        subprocess.run(["umount", disk], check=True)


def test_no_such_things(run_cli, tmp_path):
    assert "cannot be read (No such file or directory)" in sentence(run_cli("run", tmp_path / "none"))
    assert "holds no result.nc" in sentence(run_cli("show", tmp_path))
    assert "cannot be read" in sentence(run_cli("show", tmp_path / "none.nc"))
    assert "holds no finished result" in sentence(run_cli("plot", tmp_path))


def test_usage_error_has_status_2(run_cli):
    status, _, err = run_cli("run", "--no-such-option")
    assert status == 2
    assert "No such option" in err


def test_program_starts_without_loading_physics_or_figures():
    heavy = ["xarray", "matplotlib", "pymsis", "distributed"]
    code = f"import sys, mcbelt.cli; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout == "[]\n"


def test_python_interface(monkeypatch, toy_campaign, undisturbed):
    monkeypatch.setitem(kinds._SIMULATIONS, "belt", lambda asked: toy.TOY)
    by_path = mcbelt.run(toy_campaign)
    by_text = mcbelt.run(toy.CAMPAIGN)
    by_content = mcbelt.run(
        {
            "kind": "belt",
            "name": "toy",
            "shell": {"L": 1.2, "date": "1998-06-05"},
            "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0},
            "energy": {"bins": 6},
            "run": {"histories": 1050, "block_size": 100, "seed": 5},
        }
    )
    on_disk = mcbelt.run(toy_campaign, output=toy_campaign / "out")
    assert all(same_bits(found, undisturbed) for found in (by_path, by_text, by_content, on_disk))
    assert same_bits(mcbelt.open_result(toy_campaign / "out"), undisturbed)
