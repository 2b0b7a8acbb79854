"""`mcbelt cutoff` and `mcbelt trace` as a user calls them."""

import csv
import json

import pytest
import typer
import xarray
from typer.testing import CliRunner

from geomag.errors import OutOfRange
from mcbelt.cli import cutoff, trace
from mcbelt.errors import ConfigError

app = typer.Typer()
app.command("cutoff")(cutoff.cutoff)
app.command("trace")(trace.trace)
PLACE = ["--lat", "0", "--lon", "-60", "--date", "1998-06-05"]
ORBIT = ["trace", "--lat", "0", "--lon", "0", "--alt-km", "1200", "--energy-MeV", "300", "--particle", "e-"]
SHORT = ["--date", "1998-06-05", "--field", "dipole", "--time-s", "0.05"]


def run(*arguments):
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_cutoff_as_json(tmp_path):
    """The vertical cutoff of 0 N, 60 W at 20 km is 12.86 GV (IGRF-14; OTSO says the same)."""
    figure = tmp_path / "sky.png"
    result = run("cutoff", *PLACE, "--alt-km", "20", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["upper_GV"] == pytest.approx(12.86, abs=0.02)
    assert report["lower_GV"] <= report["effective_GV"] <= report["upper_GV"]
    result = run("cutoff", *PLACE, "--field", "dipole", "--step-GV", "0.1", "--map", str(figure))
    assert "effective" in result.stdout
    assert figure.stat().st_size > 20_000


def test_east_and_west_of_a_positive_charge():
    west, east = (
        json.loads(
            run(
                "cutoff", *PLACE, "--zenith", "60", "--azimuth", side, "--field", "dipole", "--step-GV", "0.1", "--json"
            ).stdout
        )
        for side in ("270", "90")
    )
    assert west["upper_GV"] < 0.6 * east["upper_GV"]


def test_cutoff_where_the_earth_stands_in_the_way():
    """Status 0 at once, the keys of every cutoff, null for what there is not, and a sentence."""
    result = run("cutoff", *PLACE, "--field", "dipole", "--zenith", "180", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [report[f"{key}_GV"] for key in ("upper", "lower", "effective", "scan_step")] == [None] * 4
    assert "none allowed" in report["note"]
    assert "none" in run("cutoff", *PLACE, "--field", "dipole", "--zenith", "180").stdout


def test_a_scan_too_coarse_for_a_pole_is_refined_with_a_word():
    """At 75 N a step of 10 GV would say 10 GV."""
    place = ("--lat", "75", "--lon", "0", "--date", "1998-06-05", "--field", "dipole")
    report = json.loads(run("cutoff", *place, "--step-GV", "10", "--json").stdout)
    assert report["scan_step_GV"] == pytest.approx(0.1 * report["stormer_GV"], abs=1e-4)
    assert report["upper_GV"] < 1.0
    assert "too coarse" in report["note"]


def test_path_as_netcdf_and_csv(tmp_path):
    files = [tmp_path / "path.nc", tmp_path / "path.csv"]
    for file in files:
        result = run(*ORBIT, *SHORT, "--out", str(file), "--figure", str(tmp_path / "path.png"), "--json")
        assert json.loads(result.stdout)["fate"] == "limit of time or drift"
    with xarray.open_dataset(files[0]) as path:
        assert path["energy_MeV"].attrs["units"] == "MeV"
        assert float(path["energy_MeV"].std()) < 1e-9
        assert path.attrs["full_orbit_steps"] > 100
        moment = path["moment_centre_MeV_per_T"]
        assert float(moment.std() / moment.mean()) < 0.01  # first order: eps = 0.02
        altitudes = path["altitude_km"].values.tolist()
    rows = list(csv.DictReader(line for line in files[1].read_text().splitlines() if not line.startswith("#")))
    assert [float(r["altitude_km"]) for r in rows] == altitudes
    assert (tmp_path / "path.png").stat().st_size > 20_000


def test_a_path_begins_at_the_start_and_ends_at_the_limit(tmp_path):
    forward = tmp_path / "forward.nc"
    run(*ORBIT, *SHORT, "--out", str(forward))
    with xarray.open_dataset(forward) as path:
        first, last = path.isel(sample=0), path.isel(sample=-1)
        assert float(first["altitude_km"]) == pytest.approx(1200.0, abs=1e-6)
        assert float(last["time_s"]) == pytest.approx(0.05, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cutoff", *PLACE, "--field", "tsyganenko"], "tsyganenko"),
        (["cutoff", *PLACE, "--step-GV", "0"], "step-GV"),
        (["cutoff", *PLACE, "--alt-km", "1"], "altitude"),
        (["cutoff", "--lat", "0", "--lon", "0", "--date", "2040-01-01"], "2040"),
        ([*ORBIT, *SHORT, "--f107", "100"], "f107a"),
        ([*ORBIT, *SHORT, "--out", "path.txt"], "path.txt"),
        ([*ORBIT, *SHORT, "--particle", "mu"], "mu"),
        ([*ORBIT, *SHORT, "--steps", "1"], "steps"),
        (["trace", *PLACE, "--alt-km", "10", "--energy-MeV", "100"], "alt-km"),
    ],
)
def test_refusals_name_the_option(arguments, words):
    with pytest.raises((ConfigError, OutOfRange), match=words):
        run(*arguments)
