"""`mcbelt galaxy run` and `mcbelt fraction` from the outside, on a coarse Galaxy."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import mcbelt
from mcbelt.cli import fraction, galaxy
from mcbelt.errors import ConfigError
from mcbelt.figures import galactic_data
from mcbelt.spectra.tabulated import read_spectrum_csv

COARSE = """
kind = "galaxy"
name = "coarse"
preset = "ms98-08-005"
[grid]
radii = 12
heights = 12
momenta_per_decade = 10
momentum_max_GeV = 1.0e4
"""


@pytest.fixture(scope="module")
def app():
    application = typer.Typer()
    application.add_typer(galaxy.galaxy)
    application.command()(fraction.fraction)
    return application


@pytest.fixture(scope="module")
def campaign(app, tmp_path_factory):
    directory = tmp_path_factory.mktemp("galaxy")
    (directory / "campaign.toml").write_text(COARSE)
    outcome = CliRunner().invoke(app, ["galaxy", "run", str(directory), "--json"], catch_exceptions=False)
    assert outcome.exit_code == 0
    return directory, json.loads(outcome.stdout)


def test_result_file(campaign):
    """A result like every other: units on every variable, the text of the campaign, spectra at the Earth."""
    directory, _ = campaign
    result = mcbelt.open_result(directory / "results")
    assert result.attrs["kind"] == "galaxy"
    assert result.attrs["config_toml"] == COARSE
    assert int(result.attrs["histories"]) == 0
    assert all("units" in v.attrs for v in result.variables.values())
    assert result["intensity_proton"].attrs["units"] == "m-2 s-1 sr-1 GeV-1"
    assert np.all(result["flux_positron"].values > 0.0)


def test_report(campaign):
    """The JSON tells of the normalised protons and of the positrons (coarse grid: 20 %)."""
    _, report = campaign
    assert report["coarse"]["proton_10_GeV"] == pytest.approx(30.0, rel=1.0e-3)
    assert report["coarse"]["positron_10_GeV"] == pytest.approx(0.0100, rel=0.2)


def test_running_again_keeps_the_result(app, campaign):
    """Nothing is computed twice."""
    directory, _ = campaign
    before = (directory / "results" / "result.nc").stat().st_mtime_ns
    assert CliRunner().invoke(app, ["galaxy", "run", str(directory)]).exit_code == 0
    assert (directory / "results" / "result.nc").stat().st_mtime_ns == before


def test_protons_for_a_belt_campaign(campaign):
    """The local interstellar protons come back as a spectrum that a belt campaign can take."""
    directory, _ = campaign
    table = read_spectrum_csv(directory / "results" / "protons.csv")
    result = mcbelt.open_result(directory / "results")
    momentum = result["momentum"].values
    i = int(np.searchsorted(momentum, 10.0))
    energy = np.hypot(momentum[i], 0.93827208816)
    expected = result["intensity_proton"].values[i] * energy / momentum[i]
    assert table(energy - 0.93827208816) == pytest.approx(expected, rel=1.0e-4)


def test_fraction_figure(app, campaign, tmp_path):
    directory, _ = campaign
    outcome = CliRunner().invoke(app, ["fraction", str(directory / "results"), "--output", str(tmp_path)])
    assert outcome.exit_code == 0
    rows = (tmp_path / "positron-fraction.csv").read_text()
    assert all(name in rows for name in ("coarse", "AMS-02", "PAMELA", "FERMI"))
    assert (tmp_path / "positron-fraction.png").stat().st_size > 10_000


def test_fraction_of_nothing(app):
    outcome = CliRunner().invoke(app, ["fraction"])
    assert isinstance(outcome.exception, ConfigError)


def test_not_a_galaxy(app, tmp_path):
    (tmp_path / "campaign.toml").write_text('kind = "galaxy"\nname = "x"\n[diffusion]\nD0_cm2_s = -1.0\n')
    outcome = CliRunner().invoke(app, ["galaxy", "run", str(tmp_path)])
    assert isinstance(outcome.exception, ConfigError)
    assert "D0_cm2_s = -1.0 is outside 1e+24 to 1e+32 cm2 s-1" in str(outcome.exception)


def test_models_are_listed_and_shown(app):
    """A shown model is a campaign file that gives the preset back."""
    import tomllib

    from mcbelt.interstellar import presets
    from mcbelt.settings import reading

    listed = CliRunner().invoke(app, ["galaxy", "models"]).stdout.split()
    assert listed == list(presets.PRESETS)
    shown = CliRunner().invoke(app, ["galaxy", "models", "--show", "two-halo"]).stdout
    model = reading.validate(tomllib.loads(shown), "two-halo.toml")
    assert model.diffusion == presets.preset("two-halo").diffusion


def test_measurements_have_references():
    """Every shipped table reads, is positive, and names its experiment and reference."""
    for name in galactic_data.names():
        data = galactic_data.measurement(name)
        assert np.all(data.x > 0.0), name
        assert np.all(data.y > 0.0), name
        assert data.label, name
        assert data.reference, name
    with pytest.raises(ConfigError, match="is not shipped"):
        galactic_data.measurement("heat")
