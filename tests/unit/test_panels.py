"""Every panel of a figure can be drawn into axes of one's own, and leaves style and backend as they are."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import xarray
from matplotlib.figure import Figure

import mcbelt.figures
from mcbelt.cli import cutoff_map
from mcbelt.figures import (
    ams01,
    galactic_plots,
    measured,
    measured_table,
    origin_maps,
    plots,
    scan_maps,
    scan_plots,
    source_plots,
    yield_plot,
)
from mcbelt.sources.several import fluxes as several
from mcbelt.sources.variables import FLUX_UNIT, variable
from mcbelt.tally.means import without_histories

# A figure of several panels, made here, and the functions that draw them.
SHEETS = {
    plots.flux_and_ratio: (plots.flux, plots.ratio),
    scan_plots.cases_together: (scan_plots.over_cases,),
    scan_plots.flux_by_shell: (scan_plots.over_shells,),
    scan_plots.shell_map: (scan_plots.map_over_shells,),
    source_plots.sources_over_L: (source_plots.row_over_L,),
    origin_maps.origins_and_absorption: (origin_maps.place_map,),
    ams01.figure: (ams01.beside_fit, ams01.over_fit),
    measured.figure: (plots.flux, plots.ratio, measured.points),
}
ENERGY = 25.0 * 2.0 ** np.arange(6.0)


def result(L=1.2):
    """A result with the maps of its places."""
    found = {"energy_MeV": variable("energy_MeV", ENERGY, "MeV", "energy")}
    for name, value in (("flux_positron", 9.0), ("flux_electron", 3.0), ("ratio", 3.0)):
        falling = value * L * (np.ones(6) if name == "ratio" else ENERGY**-2)
        unit = "1" if name == "ratio" else FLUX_UNIT
        found[name] = variable("energy_MeV", falling, unit, name)
        found[f"{name}_sigma"] = variable("energy_MeV", 0.1 * falling, unit, "error")
    for kind in ("birth", "absorption"):
        for name in ("positron", "electron"):
            places = ("life", "birth_longitude_deg", "birth_latitude_deg")
            found[f"{kind}_map_{name}"] = (places, np.ones((2, 36, 18)))
    found |= {"birth_longitude_deg": 5.0 + 10.0 * np.arange(36), "birth_latitude_deg": -85.0 + 10.0 * np.arange(18)}
    about = {"name": "test", "case": "", "physics_json": "{}", "histories": 10, "species": "positron,electron"}
    return xarray.Dataset(found, attrs=about | {"case_overrides": f'{{"shell.L": {L}}}'})


def of_two_sources():
    """L -> fluxes of two sources and their sum, without histories."""
    found = {}
    for L in (1.2, 1.3):
        own = {}
        for source in ("near", "far"):
            energy = {"energy_MeV": variable("energy_MeV", ENERGY, "MeV", "energy")}
            held = {}
            for name in ("positron", "electron"):
                mean = without_histories(L * ENERGY**-2.0)
                held |= several.mean_variables(f"flux_{name}", "energy_MeV", mean, FLUX_UNIT, "flux")
            held["ratio"] = variable("energy_MeV", np.ones(6), "1", "ratio")
            held["ratio_sigma"] = variable("energy_MeV", np.full(6, np.nan), "1", "its error")
            about = {"flux_unit": FLUX_UNIT, "estimator": "drift_averaged", "species": "positron,electron"}
            own[source] = xarray.Dataset(held, energy, about | {"shell": "closed", "shell_H_min_km": 300.0})
        found[L] = several.flux_dataset(("positron", "electron"), own, 0).assign_attrs(name="test")
    return found


def scan():
    """What `open_results` gives of a scan over L and F10.7."""
    keys = {"L": ("L", [1.2, 1.3], {"campaign_key": "shell.L"})}
    keys |= {"f107": ("f107", [70.0, 220.0], {"campaign_key": "air.f107"}), "energy_MeV": ENERGY}
    flux = (("L", "f107", "energy_MeV"), np.ones((2, 2, 6)), {"units": FLUX_UNIT})
    missing = (("L", "f107"), np.zeros((2, 2), bool))
    about = {"name": "test", "kind": "belt", "species": "positron,electron"}
    return xarray.Dataset({"flux_positron": flux, "missing": missing}, keys, about)


def galaxy():
    p = np.geomspace(0.01, 1e5, 20)
    values = {name: ("momentum", p**-2.7) for name in ("intensity_proton", "intensity_positron")}
    values |= {"positron_fraction": ("momentum", np.full(20, 0.1))}
    return xarray.Dataset(values, {"momentum": p}, {"name": "test", "case": ""})


def columns():
    names = [f"{name}{what}" for name in (*ams01.FLUXES, "ratio") for what in ("", "_sigma", "_over_fit")]
    return {"energy_GeV": np.array([0.3, 1.0, 2.0]), **{name: np.ones(3) for name in names}}


def table():
    points = (measured_table.Point(1, "positron", 100.0, 1.0, 0.1, 0.1),)
    return measured_table.Measured(Path("a.csv"), "flux_m2_s_sr_MeV", points, {"reference": "Somebody 2020"}, {})


def of_a_collision():
    told = {"x_lab": [0.1, 0.2], "dn_dx": [2.0, 1.0], "dn_dx_low": [1.5, 0.5], "dn_dx_high": [3.0, 2.0]}
    return {"projectile": "proton", "target": "N", "energy_GeV": 30.0, "species": {"pi+": told}}


BY_SHELL = {1.2: result(1.2), 1.3: result(1.3)}
PANELS = {
    plots.flux: lambda: (result(),),
    plots.ratio: lambda: (result(),),
    scan_plots.over_cases: lambda: ({"a": result(), "b": result(1.3)}, "flux_positron"),
    scan_plots.over_shells: lambda: (BY_SHELL, "ratio"),
    scan_plots.map_over_shells: lambda: (BY_SHELL, "flux_positron"),
    scan_maps.over_key: lambda: (scan().isel(L=0, drop=True), "flux_positron", "f107"),
    scan_maps.key_map: lambda: (scan(), "flux_positron", "L", "f107", 50.0),
    source_plots.row_over_L: lambda: (of_two_sources(), "flux", 1),
    origin_maps.place_map: lambda: (result(), "birth_map_positron"),
    ams01.beside_fit: lambda: (columns(),),
    ams01.over_fit: lambda: (columns(),),
    measured.points: lambda: (table(),),
    galactic_plots.intensities: lambda: (galaxy(),),
    galactic_plots.fraction: lambda: (galaxy(),),
    cutoff_map.panel: lambda: (np.full((13, 24), 10.0),),
    yield_plot.draw: lambda: (of_a_collision(),),
}
SHARED = {"own_axes"}  # gives axes and draws nothing


def drawing(what):
    """Public functions of the rooms of figures that say that they return this."""
    names = [f"mcbelt.figures.{each.name}" for each in pkgutil.iter_modules(mcbelt.figures.__path__)]
    modules = [importlib.import_module(name) for name in (*names, "mcbelt.cli.cutoff_map")]
    return {
        function
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__
        and not name.startswith("_") and name not in SHARED
        and getattr(function.__annotations__.get("return"), "__name__", function.__annotations__.get("return")) == what
    }  # fmt: skip


def test_every_panel_takes_axes_and_every_figure_is_made_of_panels():
    assert drawing("Axes") == set(PANELS)
    for panel in PANELS:
        given = inspect.signature(panel).parameters["ax"]
        assert (given.default, "Axes | None" in str(given.annotation)) == (None, True)
    assert drawing("Figure") == set(SHEETS)
    assert {panel for made_of in SHEETS.values() for panel in made_of} <= set(PANELS)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{panel.__module__.rpartition('.')[2]}.{panel.__name__}")
def test_it_draws_into_the_axes_that_it_is_given(panel):
    style, given = dict(matplotlib.rcParams), PANELS[panel]()
    polar = {"projection": "polar"} if panel is cutoff_map.panel else {}
    mine, other = Figure().subplots(1, 2, subplot_kw=polar)
    assert panel(*given, ax=mine) is mine
    assert mine.has_data()
    assert not other.has_data()
    alone = panel(*given)
    assert alone.has_data()
    assert alone.figure not in (None, mine.figure)
    assert dict(matplotlib.rcParams) == style  # the backend is one of them


SHEETS_DRAWN = {
    plots.flux_and_ratio: (2, lambda: (result(),)),
    scan_plots.cases_together: (3, lambda: ({"a": result(), "b": result(1.3)},)),
    scan_plots.flux_by_shell: (3, lambda: (BY_SHELL,)),
    scan_plots.shell_map: (6, lambda: (BY_SHELL,)),
    source_plots.sources_over_L: (9, lambda: (of_two_sources(),)),
    origin_maps.origins_and_absorption: (8, lambda: (result(),)),
    ams01.figure: (4, lambda: (result(), columns())),
    measured.figure: (2, lambda: (table(), result())),
}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.__module__.rpartition('.')[2]}.{sheet.__name__}")
def test_a_figure_of_panels_leaves_the_style_alone(sheet):
    style, (axes, given) = dict(matplotlib.rcParams), SHEETS_DRAWN[sheet]
    figure = sheet(*given())
    assert len(figure.axes) == axes
    assert len(figure.legends) <= 1
    assert dict(matplotlib.rcParams) == style
