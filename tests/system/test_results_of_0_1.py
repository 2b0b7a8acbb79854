"""Results and campaign files of version 0.1 still open, print, draw and run."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mcbelt
from mcbelt.cli import app
from mcbelt.settings import identity, reading

OLD = Path(__file__).parents[1] / "data" / "result_0_1.nc"  # of 0.1.0 at c3d7d07: preset "paper", 200 histories


def called(*arguments):
    done = CliRunner().invoke(app, [str(word) for word in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_an_old_result_opens():
    result = mcbelt.open_result(OLD)
    assert result.attrs["mcbelt_version"] == "0.1.0"
    assert "species" not in result.attrs
    assert float(result.flux_positron[0]) == pytest.approx(float(result.flux_electron[0]) * float(result.ratio[0]))


def test_an_old_result_prints_draws_and_exports(tmp_path):
    shown = json.loads(called("show", OLD, "--json"))
    assert {"energy_MeV", "flux_positron", "flux_electron_sigma", "ratio", "ratio_sigma", "flux_unit"} <= shown.keys()
    called("plot", OLD, "--output", tmp_path)
    assert (tmp_path / "flux_and_ratio.png").stat().st_size > 10_000
    called("export", OLD, "--output", tmp_path / "flux.csv")
    heading = (tmp_path / "flux.csv").read_text().splitlines()[0]
    assert heading.startswith("case,energy [MeV],flux_positron [m-2 s-1 sr-1 MeV-1],flux_positron_sigma")
    assert heading.endswith("ratio,ratio_sigma,estimator")
    assert "Gusev" in called("cite", OLD)


OLD_ORBIT = {
    "kind": "belt",
    "name": "old",
    "preset": "ams01",
    "shell": {"L": 1.1, "date": "1998-06-05"},
    "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0},
}


def test_keys_of_the_place_under_source_are_moved():
    """0.1 had them in [source]; the same campaign written with [place] has the same physics."""
    old = reading.validate(
        OLD_ORBIT | {"source": {"kind": "cosmic_rays", "cone_deg": 30.0, "pitch_cosine_max": 0.5}}, "x"
    )
    new = reading.validate(
        OLD_ORBIT | {"source": {"kind": "cosmic_rays"}, "place": {"kind": "orbit", "cone_deg": 30.0}}, "x"
    )
    assert old.place.cone_deg == 30.0
    assert identity.physics_hash(old) == identity.physics_hash(new)
    shell = reading.validate(OLD_ORBIT | {"preset": "full", "source": {"kind": "cosmic_rays", "vantage": "orbit"}}, "x")
    assert shell.place.kind == "orbit"
    with_place = {"source": {"kind": "cosmic_rays", "cone_deg": 30.0}, "place": {"cone_deg": 20.0}}
    assert reading.validate(OLD_ORBIT | with_place, "x").place.cone_deg == 20.0
