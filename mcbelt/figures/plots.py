"""Figures of a result: the flux of each species with e+/e- below, and every figure of a campaign as files.

Points with bars are the result and its standard error; white ones are of too few effective histories to have one, their
bars are the 68 % interval, and triangles are upper limits where nothing scored. A line is the nominal flux, computed
without chance; a shaded band about it is the 68 % of the systematic shifts, and dashed lines are the envelope of the
alternatives, made by the same estimator (results without a nominal flux have their bands about the points). A dotted
line is no flux of the result but a diagnostic: what it would be without scattering. One function for each figure; each
returns the matplotlib figure.
"""

import io
import json
from pathlib import Path

import matplotlib
import numpy as np
import xarray
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.campaign.scanned import NOTHING, Wanted
from mcbelt.figures import bands, estimators, origin_maps, scan_maps, scan_plots, source_plots, species
from mcbelt.figures.result_style import MOST_DECADES, STYLE, drawable, mark_unsure, own_axes, plain_ticks, pretty
from mcbelt.files import parts, sealed
from mcbelt.places import closed_shell


def subtitle(dataset: xarray.Dataset) -> str:
    """What the result is of, as one line: shell, date, activity, source; and what a flux on that shell means."""
    physics = json.loads(dataset.attrs["physics_json"])
    words = []
    if shell := physics.get("shell"):
        words += [f"L = {shell['L']:g} ({shell['convention']})", str(shell["date"])]
    if air := physics.get("air"):
        words.append(f"F10.7 = {air['f107']:g}" + (", Sun as lived" if physics.get("sun") == "lived" else ""))
    if source := physics.get("source"):
        about = {"trapped_protons": f"trapped protons, AP8-{source.get('solar')}", "cosmic_rays": "cosmic rays"}
        words.append(about.get(source["kind"], source["kind"]))
    if names := parts.names(dataset):
        words.append(" + ".join(map(source_plots.readable, names)))
    words.append(estimators.counted(dataset))
    return "\n".join(filter(None, (", ".join(words), closed_shell.words(dataset.attrs))))


def flux_and_ratio(dataset: xarray.Dataset) -> Figure:
    """Flux of each species over energy, and below it e+/e- where the result holds it.

    Parameters
    ----------
    dataset : Dataset
        A result with fluxes and their sigmas over energy_MeV.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(STYLE):
        with_ratio = species.has_ratio(dataset)
        figure = Figure(figsize=(9.5, 8.0 if with_ratio else 5.6), layout="constrained")
        heights = (2, 1) if with_ratio else (1,)
        axes = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)[:, 0]
        top = flux(dataset, axes[0])
        top.set_xlabel("")
        _legend_beside(top)
        title = f"{dataset.attrs['name']} {dataset.attrs['case']} {dataset.attrs.get('source', '')}".strip()
        figure.suptitle(title, fontsize=15, fontweight="bold")
        top.set_title(subtitle(dataset), fontsize=10, color="0.35")
        if with_ratio:
            _legend_beside(ratio(dataset, axes[1]))
        axes[-1].set(xlabel="kinetic energy [MeV]")
        plain_ticks(axes[-1])
    return figure


def flux(dataset: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Flux of each species of a result over energy, in a panel of one's own figure.

    Parameters
    ----------
    dataset : Dataset
        As `open_result` gives it.
    ax : Axes, optional
        Where to draw; without it in a figure of its own, which is `flux(dataset).figure`.

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    axis, names = own_axes(ax), species.followed(dataset)
    for number, name in enumerate(names):
        _species(axis, dataset, name, species.colour(name, number), species.label(name))
        source_plots.draw_parts(axis, dataset, f"flux_{name}", species.colour(name, number), species.label(name))
    axis.set(
        xscale="log", yscale="log", ylabel=f"{estimators.directional(dataset)} [{pretty(dataset[f'flux_{names[0]}'])}]"
    )
    axis.set(ylim=_flux_limits(dataset), xlabel="kinetic energy [MeV]")
    axis.legend()
    plain_ticks(axis)
    return axis


def ratio(dataset: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """The ratio e+/e- of a result over energy with its bands, in a panel of one's own figure.

    Parameters
    ----------
    dataset : Dataset
        As `open_result` gives it, with e+ and e-.
    ax : Axes, optional
        As for `flux`.

    Returns
    -------
    Axes
    """
    axis = own_axes(ax)
    _ratio(axis, dataset, "black", "e⁺ / e⁻")
    source_plots.draw_parts(axis, dataset, "ratio", "black", "e⁺ / e⁻")
    _lines(axis, dataset, "ratio", "black", "e⁺ / e⁻")
    _bands(axis, dataset, "ratio", "black", "e⁺ / e⁻")
    axis.axhline(1.0, color="0.5", lw=0.8, ls=":")
    axis.set(xscale="log", xlabel="kinetic energy [MeV]", ylabel="e⁺ / e⁻", ylim=(0.0, _highest_ratio(dataset)))
    axis.legend()
    plain_ticks(axis)
    return axis


def _legend_beside(axis) -> None:
    """A legend to the right of a panel, where it covers no data."""
    axis.legend(fontsize=10, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def _species(axis, dataset: xarray.Dataset, name: str, colour: str, label: str) -> None:
    energy, flux, sigma = drawable(dataset, f"flux_{name}")
    bars = np.stack([np.minimum(sigma[0], 0.999 * flux), sigma[1]])  # to above zero on a logarithmic axis
    axis.errorbar(energy, flux, bars, fmt="o", ms=4.5, color=colour, label=label, capsize=2)
    mark_unsure(axis, dataset, f"flux_{name}", colour)
    _lines(axis, dataset, name, colour, label)
    _bands(axis, dataset, name, colour, label)


def _lines(axis, dataset: xarray.Dataset, quantity: str, colour: str, label: str) -> None:
    """The nominal flux or ratio, and what it would be without scattering where that is another."""
    energy, still = dataset["energy_MeV"].values, _without_scattering(dataset, quantity)
    nominal = bands.nominal(dataset, quantity)
    if bands.nominal_names(dataset):
        axis.plot(energy, _above_zero(nominal), color=colour, lw=1.2, alpha=0.8, label=f"{label}, nominal")
    if still is not None and not np.allclose(still, nominal, rtol=1e-3, atol=0.0, equal_nan=True):
        axis.plot(energy, _above_zero(still), color=colour, lw=0.9, ls=":", label=f"{label}, without scattering")


def _without_scattering(dataset: xarray.Dataset, quantity: str) -> np.ndarray | None:
    """The diagnostic of trapped e+-, in the bin of the flux; None where a result does not hold it."""
    names = [f"drift_averaged_flux_{name}" for name in (species.PAIR if quantity == "ratio" else (quantity,))]
    if not all(name in dataset and dataset[name].dims[0] == "channel" for name in names):
        return None
    found = [dataset[name].values.sum(axis=0)[-1] for name in names]
    with np.errstate(divide="ignore", invalid="ignore"):
        return found[0] / found[1] if quantity == "ratio" else found[0]


def _above_zero(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0.0, values, np.nan)


def _bands(axis, dataset: xarray.Dataset, quantity: str, colour: str, label: str) -> None:
    """The 68 % band, shaded, and the envelope of the alternatives, between dashed lines, about the nominal values."""
    energy, nominal = dataset["energy_MeV"].values, bands.nominal(dataset, quantity)
    for which in (bands.SHIFTS, bands.ALTERNATIVES):
        band = bands.band(dataset, which, quantity)
        if band is None or band.low.shape != energy.shape:
            continue
        with np.errstate(invalid="ignore"):
            low, high = band.low * nominal, band.high * nominal
            shown = (nominal > 0.0) & np.isfinite(low) & np.isfinite(high)
        if which == bands.SHIFTS:
            about = f"{label}, 68 % systematic"
            axis.fill_between(energy, low, high, where=shown, color=colour, alpha=0.25, lw=0, label=about)
        else:
            for end, text in ((low, f"{label}, alternatives"), (high, None)):
                drawn = np.where(shown & (end > 0.0), end, np.nan)
                axis.plot(energy, drawn, color=colour, lw=1.0, ls=(0, (4, 3)), alpha=0.7, label=text)


def _flux_limits(dataset: xarray.Dataset) -> tuple[float | None, float | None]:
    """Limits that show the fluxes and those of each source; a systematic variant that makes none at high energy may
    leave the panel."""
    shown = [dataset, *parts.all_parts(dataset).values()]
    found = np.concatenate([drawable(each, f"flux_{name}")[1] for each in shown for name in species.followed(each)])
    if not found.size:
        return None, None
    highest = found.max() * 10.0
    return max(found.min() / 30.0, highest / 10.0**MOST_DECADES), highest


def _highest_ratio(dataset: xarray.Dataset) -> float | None:
    """Limit that shows the ratio, its errors and its 68 % band; an alternative may leave the panel."""
    band = bands.band(dataset, bands.SHIFTS, "ratio")
    ratio, sigma = dataset["ratio"].values, np.nan_to_num(dataset["ratio_sigma"].values)
    ends = np.concatenate([ratio + sigma, bands.nominal(dataset, "ratio") * (1.0 if band is None else band.high)])
    ends = ends[np.isfinite(ends)]
    return 1.6 * float(ends.max()) if ends.size else None


def _ratio(axis, dataset: xarray.Dataset, colour, label: str | None = None) -> None:
    energy, ratio, sigma = drawable(dataset, "ratio")
    fmt = "o" if bands.nominal_names(dataset) else "o-"  # the nominal ratio is the line
    axis.errorbar(energy, ratio, sigma, fmt=fmt, ms=4, lw=1, color=colour, capsize=2, label=label)
    mark_unsure(axis, dataset, "ratio", colour)


def figures(datasets: dict[str, xarray.Dataset], asked: Wanted = NOTHING) -> dict[str, Figure]:
    """Every figure of a campaign by the name of its file; of a scan that is not complete each says so."""
    drawable = {case: data for case, data in datasets.items() if species.followed(data)}
    made: dict[str, Figure] = {}
    if len(drawable) == 1:
        only = next(iter(drawable.values()))
        made["flux_and_ratio"] = flux_and_ratio(only)
        made |= _origins(only, "")
        for source, part in parts.all_parts(only).items():
            made[f"flux_and_ratio_{source}"] = flux_and_ratio(part)
            made |= _origins(part, f"_{source}")
    if len(drawable) > 1:
        made["cases"] = scan_plots.cases_together(drawable)
        if by_shell := scan_plots.shells_of(drawable):
            made["flux_over_L"] = scan_plots.flux_by_shell(by_shell)
            made["map_L_energy"] = scan_plots.shell_map(by_shell)
            if any(parts.names(dataset) for dataset in by_shell.values()):
                made["sources_over_L"] = source_plots.sources_over_L(by_shell)
        made |= scan_maps.figures(drawable, asked)
    if asked.words:
        for figure in made.values():
            figure.suptitle(f"{figure.get_suptitle()}\n{asked.words}", fontsize=13, fontweight="bold")
    return made


def _origins(dataset: xarray.Dataset, of: str) -> dict[str, Figure]:
    if not origin_maps.available(dataset):
        return {}
    return {
        f"origins{of}": origin_maps.origins_and_absorption(dataset),
        f"origins_long_lived{of}": origin_maps.origins_and_absorption(dataset, "long-lived"),
    }


def image(figure: Figure, file_format: str = "png") -> bytes:
    """A figure as the content of an image file (png, svg or pdf)."""
    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": STYLE["svg.hashsalt"]}):
        figure.savefig(buffer, format=file_format, dpi=160, metadata={"Date": None} if file_format == "svg" else None)
    return buffer.getvalue()


def write_all(
    datasets: dict[str, xarray.Dataset],
    directory: Path,
    asked: Wanted = NOTHING,
) -> list[Path]:
    """Write every figure of a campaign as PNG and PDF; the paths. Raises ResultsError."""
    paths = []
    for name, figure in figures(datasets, asked).items():
        for file_format in ("png", "pdf"):
            path = directory / f"{name}.{file_format}"
            sealed.write(path, image(figure, file_format))
            paths.append(path)
    return paths
