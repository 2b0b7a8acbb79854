"""The sky over a point, coloured by cutoff rigidity: two panels, traced and by Störmer's formula."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geomag import cutoff as tracing
from geomag.coordinates import position_of_geodetic
from mcbelt.errors import ConfigError
from mcbelt.figures.result_style import latitude_words, longitude_words
from mcbelt.files import sealed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ZENITHS = np.arange(0.0, 90.1, 7.5)
AZIMUTHS = np.arange(0.0, 360.0, 15.0)
SCAN_GV = 0.05


def sky(
    model: Any,
    lat: float,
    lon: float,
    alt_km: float,
    sign: int,
    zeniths: np.ndarray = ZENITHS,
    azimuths: np.ndarray = AZIMUTHS,
    step_GV: float = SCAN_GV,
) -> tuple[np.ndarray, np.ndarray]:
    """Effective and Störmer cutoffs over the sky.

    Parameters
    ----------
    model : field model
    lat, lon, alt_km : float
        Geodetic place [deg], [deg], [km].
    sign : {1, -1}
        Of the charge.
    zeniths, azimuths : ndarray, shapes (nz,), (na,)
        Directions of arrival [deg].
    step_GV : float
        Of the scan [GV].

    Returns
    -------
    effective, stormer : ndarray, shape (nz, na)
        [GV]
    """
    position = position_of_geodetic(math.radians(lat), math.radians(lon), alt_km * 1e3)
    grid = np.meshgrid(zeniths, azimuths, indexing="ij")
    directions = tracing.arrival_direction(lat, lon, *grid).reshape(-1, 3)
    how = tracing.Tracing(step_GV=step_GV, steps_per_gyration=100.0, radius_fraction=0.01)
    found = tracing.cutoffs_of_directions(model, position, directions, sign, how)
    shape = grid[0].shape
    return tuple(np.array([getattr(c, name) for c in found]).reshape(shape) for name in ("effective_GV", "stormer_GV"))


def _edges(nodes: np.ndarray) -> np.ndarray:
    """Edges of cells about equally spaced nodes, one more than these."""
    half = 0.5 * (nodes[1] - nodes[0])
    return np.append(nodes - half, nodes[-1] + half)


def draw(path: Path, model: Any, lat: float, lon: float, alt_km: float, sign: int) -> None:
    """Draw the map to a file.

    Parameters
    ----------
    path : Path
    model, lat, lon, alt_km, sign
        As in `sky`.

    Raises
    ------
    ConfigError
        When the file cannot be written or its ending is no figure format.
    """
    from matplotlib.figure import Figure  # not pyplot: the user's backend is left alone

    traced, stormer = sky(model, lat, lon, alt_km, sign)
    figure = Figure(figsize=(10, 5.2), layout="constrained")
    panels = figure.subplots(1, 2, subplot_kw={"projection": "polar"})
    figure.get_layout_engine().set(wspace=0.12)
    seen = np.concatenate([values[np.isfinite(values)] for values in (traced, stormer)])
    scale = {"vmin": math.floor(seen.min()), "vmax": math.ceil(seen.max())} if seen.size else {}
    for axis, values, name in ((panels[0], traced, "traced back, effective"), (panels[1], stormer, "Störmer")):
        panel(values, axis, **scale).set_title(name)
    figure.colorbar(panels[1].collections[0], ax=panels, label="cutoff rigidity (GV)", shrink=0.8)
    charge = "positive" if sign > 0 else "negative"
    place = f"{latitude_words(lat)}, {longitude_words(lon)}, {alt_km:g} km"
    figure.suptitle(f"{model.name}: {place}; {charge} charge; where it comes from")
    try:
        with sealed.replaced(path) as temporary:
            figure.savefig(temporary, dpi=150, format=path.suffix[1:])
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"mcbelt cutoff: --map {path}: {error}. Give a writable path ending in .png or .pdf."
        ) from error


def panel(values: np.ndarray, ax: Axes | None = None, **scale: float) -> Axes:
    """A sky coloured by cutoff rigidity, seen from below, in a panel of one's own figure.

    Cells about the directions, each in the colour of its own: contours between them would run into spikes where the
    penumbra or the Earth's shadow makes neighbours differ.

    Parameters
    ----------
    values : ndarray, shape (len(ZENITHS), len(AZIMUTHS))
        As `sky` gives them [GV]; NaN where nothing comes in.
    ax : PolarAxes, optional
        Where to draw; without it in a figure of its own, which is `panel(values).figure`.
    **scale
        vmin and vmax [GV].

    Returns
    -------
    Axes
        That was drawn to. Style and backend are the caller's.
    """
    from matplotlib.figure import Figure

    axis: Any = ax if ax is not None else Figure(layout="constrained").subplots(subplot_kw={"projection": "polar"})
    azimuth, zenith = (_edges(nodes) for nodes in (np.radians(AZIMUTHS), ZENITHS))
    zenith = np.clip(zenith, 0.0, ZENITHS[-1])
    axis.set_theta_zero_location("N")
    axis.set_theta_direction(1)  # seen from below: east is left of north
    axis.set_facecolor("0.85")  # where nothing comes in
    shown = np.ma.masked_invalid(values)
    axis.pcolormesh(azimuth, zenith, shown, cmap="viridis", shading="flat", rasterized=True, **scale)
    axis.set_xticks(np.radians([0, 90, 180, 270]), ["N", "E", "S", "W"])
    axis.set_yticks([30, 60, 90], ["30°", "60°", ""])
    axis.grid(alpha=0.3)
    return axis
