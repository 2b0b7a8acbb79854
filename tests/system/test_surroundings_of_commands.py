"""What commands meet around them: a terminal of few letters, a backend of elsewhere, a script without a guard."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray

from mcbelt.campaign import file as campaign_file
from mcbelt.campaign import merging
from mcbelt.cli import streams, trace_path
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.figures import scan_plots
from mcbelt.settings import identity

OLD = Path(__file__).parents[1] / "data" / "result_0_1.nc"


def answer(*command, **environment):
    found = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, check=False, encoding="utf-8"
    )
    return found.returncode, found.stdout, found.stderr


def test_letters_that_an_encoding_does_not_have():
    streams.take_any_text()
    assert "Störmer 5 ± 1°, Θ × 2 – «".encode("ascii", streams.NAME) == b"Stormer 5 +- 1 deg, Theta x 2 - ?"
    assert "5 ± 1".encode("latin-1", streams.NAME) == "5 ± 1".encode("latin-1")


@pytest.mark.slow
def test_a_command_in_poor_surroundings(tmp_path):
    """ASCII output, no docstrings, the backend of a notebook that is not there: a figure and a help text."""
    poor = {"PYTHONIOENCODING": "ascii", "MPLBACKEND": "module://of_a_notebook", "PYTHONUTF8": "0"}
    python = (sys.executable, "-OO", "-m", "mcbelt")
    status, out, err = answer(*python, "plot", str(OLD), "--output", str(tmp_path), **poor)
    assert (status, err) == (0, "")
    assert (tmp_path / "flux_and_ratio.png").stat().st_size > 10_000
    assert str(tmp_path / "flux.csv") in out
    for command in ("cutoff", "trace", "shell"):
        status, out, err = answer(*python, command, "--help", **poor)
        assert (status, err, f"mcbelt {command} --" in out) == (0, "", True)


def test_a_script_without_a_guard_is_told_of_it(tmp_path):
    """Each worker runs the main script again; it died before its first word, and the program was blamed."""
    script = "from mcbelt.workers import local\nlocal.LocalWorkers(1).collect()\n"
    (tmp_path / "script.py").write_text(script)
    status, _, err = answer(sys.executable, str(tmp_path / "script.py"))
    assert status == 1
    assert "ExecutionError: a worker process ended before it began" in err
    assert "please report it" not in err


TABLE = """kind = "belt"
name = "table"
[shell]
L = 1.2
date = 1998-06-05
[source]
kind = "table"
spectrum_csv = "protons.csv"
"""


@pytest.mark.parametrize("place", ["results", "results/L=1.2"])
def test_merge_finds_the_spectrum_beside_the_campaign(tmp_path, place):
    text = TABLE + ('[scan]\n"shell.L" = [1.2, 1.3]\n' if "=" in place else "")
    (tmp_path / "protons.csv").write_text("T_MeV,flux_cm2_s_MeV\n100,3\n1000,1\n")
    (tmp_path / "campaign.toml").write_text(text)
    results = tmp_path / "results"
    (tmp_path / place).mkdir(parents=True)
    (results / "campaign.toml").write_text(text)
    (results / "run.log").write_text("")
    if "=" in place:
        (tmp_path / place / "case.json").write_text("{}")
    case = campaign_file.read(tmp_path).cases[0]
    about = {"config_toml": text, "case": case.name, "physics_hash": identity.physics_hash(case.config)}
    where = str(tmp_path / place / "result.nc")
    assert merging.case_of(xarray.Dataset(attrs=about), where).config == case.config
    (tmp_path / "protons.csv").write_text("T_MeV,flux_cm2_s_MeV\n100,3\n1000,2\n")
    with pytest.raises(ResultsError, match="has changed"):
        merging.case_of(xarray.Dataset(attrs=about), where)
    (tmp_path / "protons.csv").unlink()
    with pytest.raises(ConfigError, match="is not a readable file"):
        merging.case_of(xarray.Dataset(attrs=about), where)


def test_a_path_over_the_dateline_is_drawn_in_one_piece():
    for given, expected in (
        ([170.0, 179.0, -179.0, -170.0], [170.0, 179.0, 181.0, 190.0]),
        ([-175.0, 175.0, 165.0], [-175.0, -185.0, -195.0]),
        ([10.0, 20.0], [10.0, 20.0]),
    ):
        found, about = trace_path._joined(np.array(given))
        np.testing.assert_allclose(found, expected, atol=1e-12)
        assert (about == "") == bool(np.all(np.abs(expected) <= 180.0))


def test_a_map_of_one_energy_and_of_uneven_shells():
    """Edges half way in L, those of the bins in energy; one bin was drawn as three empty panels."""
    by_shell = {}
    for L in (1.1, 1.2, 1.4):
        variables = {"flux_positron": ("energy_MeV", np.array([L]), {"units": "m-2 s-1 sr-1 MeV-1"})}
        coordinates = {"energy_MeV": [20.0], "energy_edge_MeV": [10.0, 40.0]}
        by_shell[L] = xarray.Dataset(variables, coordinates, {"name": "map", "species": "positron"})
    (mesh,) = scan_plots.shell_map(by_shell).axes[0].collections
    assert mesh.get_array().compressed().tolist() == [1.1, 1.2, 1.4]
    corners = mesh.get_coordinates()
    np.testing.assert_allclose(corners[0, :, 0], [1.05, 1.15, 1.3, 1.5])
    np.testing.assert_allclose(corners[:, 0, 1], [10.0, 40.0])
    without = by_shell[1.1].drop_vars("energy_edge_MeV")
    assert scan_plots._energy_edges(without)[0] < 20.0 < scan_plots._energy_edges(without)[1]
