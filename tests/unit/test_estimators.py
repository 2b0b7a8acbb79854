"""Which estimator the fluxes are of is said wherever they are: a drift average is never called a flux alone."""

import csv
import io

import numpy as np
import pytest
import xarray
from typer.testing import CliRunner

from mcbelt.cli import app
from mcbelt.figures import estimators, plots, scan_plots, tables
from mcbelt.files import result as results


def fluxes(estimator, histories):
    energy = np.array([20.0, 50.0])
    variables = {}
    for name, value in (("flux_positron", 2.0), ("flux_electron", 1.0), ("ratio", 2.0)):
        unit = {"units": "1" if name == "ratio" else "m-2 s-1 sr-1 MeV-1"}
        variables |= {name: ("energy_MeV", value / energy, unit), f"{name}_sigma": ("energy_MeV", 0.1 / energy, unit)}
    about = {"name": "test", "case": "", "physics_json": "{}", "species": "positron,electron", "histories": histories}
    return xarray.Dataset(variables, {"energy_MeV": energy}, about | ({"estimator": estimator} if estimator else {}))


@pytest.mark.parametrize(
    ("estimator", "histories", "title", "axis", "table"),
    [
        ("drift_averaged", 0, "drift average, no scattering", "drift-averaged flux", "drift-averaged flux in"),
        ("forward", 1200, "1,200 forward histories", "directional flux", "histories, flux in"),
        ("adjoint", 5, "5 backward histories", "directional flux", "histories, flux in"),
        ("forward,adjoint", 5, "5 forward and backward histories", "directional flux", "histories, flux in"),
        (None, 5, "5 histories", "directional flux", "histories, flux in"),
    ],
)
def test_figure_table_and_csv_name_it(monkeypatch, tmp_path, estimator, histories, title, axis, table):
    found = fluxes(estimator, histories)
    figure = plots.flux_and_ratio(found)
    assert figure.axes[0].get_title() == title
    assert figure.axes[0].get_ylabel().startswith(f"{axis} [")
    monkeypatch.setattr(results, "located", lambda path: path)
    monkeypatch.setattr(results, "open_result", lambda path: found)
    shown = " ".join(CliRunner().invoke(app, ["show", str(tmp_path)], env={"COLUMNS": "150"}).output.split())
    assert title in shown
    assert table in shown
    rows = list(csv.DictReader(io.StringIO(tables.csv_text({"case": found}))))
    assert {row["estimator"] for row in rows} == {estimator or ""}


def test_figures_of_a_scan_name_it_once():
    cases = {"a": fluxes("drift_averaged", 0), "b": fluxes("drift_averaged", 0)}
    assert scan_plots.cases_together(cases)._suptitle.get_text() == "test: drift average, no scattering"
    assert estimators.of_all([cases["a"], fluxes("forward", 5)]) == "drift average, no scattering; forward histories"


@pytest.mark.parametrize("name", ["nominal_flux_positron", "trapped_protons__nominal_flux_positron"])
def test_an_average_that_scatters_does_not_say_that_it_does_not(name):
    found = fluxes("drift_averaged", 0)
    found[name] = found["flux_positron"]
    assert estimators.words(found) == estimators.counted(found) == "drift average"
