"""AMS-01's e+ and e- under the cutoff near the geomagnetic equator, as analytic fits, and a result laid over them.

The measured table (AMS collaboration 2000, Phys. Lett. B 484, 10) is not at hand: what is shipped are the fits to it in
the CRflux code of the GLAST/Fermi collaboration (mcbelt/data/ams01, |Theta_M| < 0.3 rad). They have no errors. A fit of
the same kind to AMS-01's protons is within 12 % of the measured points; an assumed 15 % serves here as a scale, and the
deviation in its units is not a chi-square. e+ were measured from 0.2 to 3 GeV.
"""

import csv
import datetime
import json
import math
from collections.abc import Sequence
from importlib import resources

import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from numpy.typing import ArrayLike

from mcbelt.errors import ConfigError, ResultsError
from mcbelt.figures import species as kinds_of_particle
from mcbelt.figures.result_style import own_axes

POSITRON_RANGE_GEV = (0.2, 3.0)
ELECTRON_RANGE_GEV = (0.2, 20.0)
ASSUMED_ERROR = 0.15
THETA_M = 0.3  # [rad] of the fits: |Theta_M| below it
FLIGHT = datetime.date(1998, 6, 5)
LONGEST_FROM_FLIGHT = datetime.timedelta(days=366)
FLUXES = ("flux_positron", "flux_electron")
LABEL = "fit to AMS-01, |Θ_M| < 0.3 rad (no errors; ±15 % assumed)"


def fit_rows() -> list[dict[str, str]]:
    """Rows of the table of fits: dicts of strings."""
    path = resources.files("mcbelt") / "data" / "ams01" / "second_spectra_fit_equator.csv"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def fit(species: str, energy: ArrayLike) -> np.ndarray:
    """Fit to the flux of AMS-01 for |Theta_M| < 0.3 rad.

    Parameters
    ----------
    species : {"e+", "e-"}
    energy : array_like
        Kinetic energy [GeV], 0.2 to 3 (e+) or 20 (e-).

    Returns
    -------
    ndarray
        Flux [m-2 s-1 sr-1 MeV-1]; NaN outside the range of the measurement. The formulas of the table are written out
        here and held against it by a test.

    Raises
    ------
    ResultsError
        No such species.
    """
    E = np.asarray(energy, float)
    if species == "e+":
        low, high = POSITRON_RANGE_GEV
        value = 0.0102 * E**-2.0 * np.exp(-E / 2.5)
    elif species == "e-":
        low, high = ELECTRON_RANGE_GEV
        value = np.where(E < 2.0, 0.00193 * E**-2.18, 0.004 * E**-3.23 + 2e-10 * E**5 * np.exp(-((E / 11.0) ** 6)))
    else:
        raise ResultsError(f"AMS-01: species = {species!r} is not one of 'e+', 'e-'.")
    return np.where((low <= E) & (high >= E), value, np.nan)


def check(dataset: xarray.Dataset) -> None:
    """Refuse a result that is not of what AMS-01 saw.

    Parameters
    ----------
    dataset : xarray.Dataset

    Raises
    ------
    ConfigError
        It is of other sources, another place or another time, all of which are named.
    """
    physics = json.loads(dataset.attrs["physics_json"])
    place, date = physics.get("place") or {"kind": "shell"}, physics.get("shell", {}).get("date")
    sources = [each["source"]["kind"] for each in physics.get("sources", [physics]) if "source" in each]
    wrong = []
    if sources != ["cosmic_rays"]:
        wrong.append(f"e+ and e- of cosmic rays, this result of {' + '.join(sources) or dataset.attrs['kind']}")
    if place["kind"] != "orbit":
        wrong.append(f"them from an orbit at 370-390 km, this result is of [place] kind = {place['kind']!r}")
    elif place.get("magnetic_latitude_max", THETA_M) > 1.1 * THETA_M or place.get("altitude_min_km", 0.0) > 390.0:
        wrong.append(f"them at 370-390 km within {THETA_M} rad of the magnetic equator, [place] reaches farther")
    if date is not None and abs(datetime.date.fromisoformat(str(date)) - FLIGHT) > LONGEST_FROM_FLIGHT:
        wrong.append(f"them in June 1998, this result is of {date}")
    if wrong:
        raise ConfigError(
            f"compare: AMS-01 saw {'; '.join(wrong)}. Give --data with a table of what was measured there, or run "
            "`mcbelt init --preset ams01`."
        )


def bins(dataset: xarray.Dataset) -> np.ndarray:
    """Indices of the energies of a result where AMS-01 measured e-, or e+ too.

    Raises
    ------
    ResultsError
        There is none.
    """
    energy = dataset["energy_MeV"].values * 1e-3
    low, high = ELECTRON_RANGE_GEV
    found = np.flatnonzero((low <= energy) & (energy <= high))
    if not found.size:
        raise ResultsError(
            f"compare: the energies of this result, {1e3 * energy[0]:.4g}-{1e3 * energy[-1]:.4g} MeV, and those of "
            f"AMS-01, {1e3 * low:g}-{1e3 * high:g} MeV, do not meet; give a table of other measurements with --data."
        )
    return found


def comparison(dataset: xarray.Dataset) -> dict[str, np.ndarray]:
    """Our flux and ratio beside the fits, per energy bin where AMS-01 measured.

    Parameters
    ----------
    dataset : xarray.Dataset
        A cosmic-ray result.

    Returns
    -------
    dict of str to ndarray
        energy_GeV; for e+, e- and ratio: ours, its standard error, fit, ours / fit, deviation over the assumed 15 %; e+
        and the ratio have no fit, a NaN, above 3 GeV.

    Raises
    ------
    ResultsError
        The result has no fluxes of e+ and e-, or none at the energies of AMS-01.
    """
    if "flux_positron" not in dataset or "ratio" not in dataset:
        raise ResultsError("compare: the result has no flux_positron and ratio; give a finished belt result.")
    chosen = bins(dataset)
    energy = dataset["energy_MeV"].values[chosen] * 1e-3
    positron, electron = fit("e+", energy), fit("e-", energy)
    columns = {"energy_GeV": energy}
    pairs = (
        ("flux_positron", positron, 1.0),
        ("flux_electron", electron, 1.0),
        ("ratio", positron / electron, math.sqrt(2.0)),
    )
    for name, reference, scale in pairs:
        ours, sigma = dataset[name].values[chosen], dataset[f"{name}_sigma"].values[chosen]
        columns |= {
            name: ours,
            f"{name}_sigma": sigma,
            f"{name}_fit": reference,
            f"{name}_over_fit": ours / reference,
            f"{name}_deviation": (ours / reference - 1.0) / (scale * ASSUMED_ERROR),
        }
    return columns


def figure(dataset: xarray.Dataset, columns: dict[str, np.ndarray]) -> Figure:
    """Fluxes and ratio over the fits, and model over fit below; columns as `comparison` gives them."""
    result = Figure(figsize=(10.0, 6.4), layout="constrained")
    axes = result.subplots(2, 2, sharex=True, height_ratios=(2, 1))
    for column, names in zip(axes.T, (FLUXES, ("ratio",)), strict=True):
        beside_fit(columns, names, column[0])
        over_fit(columns, names, column[1])
        column[0].set_xlabel("")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    for axis in axes[0]:
        axis.get_legend().remove()
    result.legend(handles, labels, fontsize="small", frameon=False, loc="outside lower center", ncols=3)
    axes[0, 0].set_title(f"{dataset.attrs.get('name', '')}: downward flux", fontsize="medium")
    axes[0, 1].set_title("ratio", fontsize="medium")
    axes[1, 1].set_ylabel("")
    return result


def beside_fit(columns: dict[str, np.ndarray], names: Sequence[str] = FLUXES, ax: Axes | None = None) -> Axes:
    """Fluxes or the ratio over energy with the fits to AMS-01, in a panel of one's own figure.

    Parameters
    ----------
    columns : dict
        As `comparison` gives them.
    names : sequence of str
        "flux_positron" and "flux_electron", or "ratio" alone.
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `beside_fit(...).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis, fine = own_axes(ax), np.geomspace(0.2, 3.0, 200)
    for name in names:
        symbol, colour = _symbol(name)
        axis.errorbar(
            columns["energy_GeV"], columns[name], columns[f"{name}_sigma"], fmt="o", ms=4, color=colour, label=symbol
        )
        reference, spread = (
            (fit("e+", fine) / fit("e-", fine), math.sqrt(2.0) * ASSUMED_ERROR)
            if name == "ratio"
            else (fit("e+" if name == "flux_positron" else "e-", fine), ASSUMED_ERROR)
        )
        axis.plot(fine, reference, color=colour, lw=1.2)
        axis.fill_between(fine, reference * (1.0 - spread), reference * (1.0 + spread), color=colour, alpha=0.15)
    axis.plot([], [], color="0.4", label=LABEL.replace("Θ_M", "Θ$_M$"))
    is_ratio = tuple(names) == ("ratio",)
    axis.set(xscale="log", xlabel="kinetic energy [GeV]")
    if is_ratio:
        axis.set(ylabel="e⁺ / e⁻", ylim=(0.0, None))
    else:
        axis.set(yscale="log", ylabel="flux [m⁻² s⁻¹ sr⁻¹ MeV⁻¹]")
    _energies(axis)
    axis.legend(fontsize="small", frameon=False)
    return axis


def over_fit(columns: dict[str, np.ndarray], names: Sequence[str] = FLUXES, ax: Axes | None = None) -> Axes:
    """The model over the fits to AMS-01, in a panel of one's own figure; parameters as of `beside_fit`."""
    axis = own_axes(ax)
    for name in names:
        symbol, colour = _symbol(name)
        axis.plot(columns["energy_GeV"], columns[f"{name}_over_fit"], "o-", ms=4, color=colour, label=symbol)
    axis.axhline(1.0, color="0.5", lw=0.8)
    axis.set(xscale="log", xlabel="kinetic energy [GeV]", ylabel="model / fit", ylim=(0.0, 2.2))
    _energies(axis)
    return axis


def _symbol(name: str) -> tuple[str, str]:
    """What a column is of, and its colour."""
    if name == "ratio":
        return "e⁺ / e⁻", "0.1"
    of = name.removeprefix("flux_")
    return kinds_of_particle.label(of), kinds_of_particle.colour(of)


def _energies(axis: Axes) -> None:
    axis.set_xticks([0.2, 0.5, 1.0, 2.0, 3.0], ["0.2", "0.5", "1", "2", "3"])
    axis.xaxis.set_minor_formatter(NullFormatter())
