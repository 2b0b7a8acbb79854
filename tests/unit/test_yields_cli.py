"""`mcbelt yields` as a user calls it."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from mcbelt.cli import yields
from mcbelt.errors import ConfigError, PhysicsError

app = typer.Typer()
app.command("yields")(yields.yields)


@app.callback()
def _several():
    """So that the command keeps its name."""


def run(*arguments):
    result = CliRunner().invoke(app, ["yields", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_keys_units_and_sums():
    report = json.loads(run("--target", "N", "--energy-GeV", "30", "--species", "pi+,p", "--band", "--json"))
    assert (report["projectile"], report["scaled_from"], list(report["species"])) == ("proton", None, ["pi+", "p"])
    pion = report["species"]["pi+"]
    x, dn_dx = np.array(pion["x_lab"]), np.array(pion["dn_dx"])
    steps = np.log(x[1:] / x[:-1])
    assert float((x * dn_dx)[1:] @ steps) == pytest.approx(pion["multiplicity"], rel=0.01)  # equal bins in ln x
    assert np.shape(pion["d2n_dp_dangle"]) == (len(pion["p_GeV"]), len(pion["angle_rad"]))
    assert pion["multiplicity_low"] < pion["multiplicity"] < pion["multiplicity_high"]
    assert set(pion) - {f"{key}_{side}" for key in pion for side in ("low", "high")} <= set(report["units"])
    assert report["momentum_GeV"] == pytest.approx(30.924, abs=1e-3)


def test_the_table_and_the_figure(tmp_path):
    figure = tmp_path / "pions.png"
    told = run("--target", "C", "--energy-GeV", "11.1", "--species", "pi+,pi-", "--band", "--figure", str(figure))
    assert "scaled from nitrogen" in told.replace("\n", " ")
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert figure.stat().st_size > 20_000
    nothing = json.loads(
        run("--target", "He", "--projectile", "alpha", "--energy-GeV", "0.3", "--species", "K-", "--json")
    )
    assert nothing["species"]["K-"]["relative_error"] is None  # of nothing
    assert "none is made" in run("--target", "He", "--projectile", "alpha", "--energy-GeV", "0.3")


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            ("--target", "Fe", "--energy-GeV", "30"),
            ConfigError,
            "--target 'Fe' is not one of H, He, N, O, Ar, C, Be, Al",
        ),
        (("--target", "H", "--projectile", "alpha", "--energy-GeV", "3"), ConfigError, "--target 'H' is not one of He"),
        (("--target", "N", "--projectile", "e-", "--energy-GeV", "30"), ConfigError, "'e-' is not one of p, alpha"),
        (("--target", "N", "--energy-GeV", "600"), PhysicsError, "600-600 GeV is outside 0.2-500 GeV"),
        (("--target", "N", "--energy-GeV", "nan"), PhysicsError, "nan-nan GeV is outside 0.2-500 GeV"),
        (("--target", "N", "--energy-GeV", "0.1", "--species", "p"), PhysicsError, "outside 0.2-500 GeV"),
        (("--target", "N", "--energy-GeV", "30", "--species", "pi+,q"), PhysicsError, "species q is not tabulated"),
        (("--target", "Al", "--energy-GeV", "30", "--species", "n"), PhysicsError, "n from Al are not tabulated"),
        (("--target", "N", "--energy-GeV", "30", "--band", "--bare"), ConfigError, "--bare leaves out"),
    ],
)
def test_what_cannot_be_is_said(arguments, error, sentence):
    with pytest.raises(error, match=sentence.replace("-", r"\-").replace(".", r"\.")):
        run(*arguments)
