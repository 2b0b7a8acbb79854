"""Draw docs/methods/figures/production_weights.png: measured pions of p + C, the cascade, and the cascade with weights.

python tools/draw_weights.py
"""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from weights_data import ROOT, Bins, load

from mcbelt.physics.production_weights import shipped

OUT = ROOT / "docs/methods/figures"
COLOURS = {"pi+": "tab:red", "pi-": "tab:blue"}


class Panel(NamedTuple):
    """Bins of one set in a range of its first axis, or at one pT."""

    set: str
    beam: float
    low: float
    high: float
    title: str
    unit: str


PANELS = (
    Panel("harp_fw", 12.0, 0.1, 0.15, "HARP, 12 GeV/c, 100-150 mrad", r"$d^2\sigma/(dp\,d\Omega)$ [mb/(GeV/c sr)]"),
    Panel("na61", 31.0, 0.06, 0.1, "NA61, 31 GeV/c, 60-100 mrad", r"$d\sigma/dp$ [mb/(GeV/c)]"),
    Panel("na61", 31.0, 0.18, 0.24, "NA61, 31 GeV/c, 180-240 mrad", r"$d\sigma/dp$ [mb/(GeV/c)]"),
    Panel("na49", 158.0, 0.29, 0.31, r"NA49, 158 GeV/c, $p_T$ 0.3 GeV/c", r"$E d^3\sigma/dp^3$ [mb/(GeV$^2$/c$^3$)]"),
)


def chosen(bins: Bins, panel: Panel, species: str) -> Bins:
    """Bins of a panel in the order of their momentum, or of xF."""
    where = bins.p * np.sin(bins.angle) if panel.set == "na49" else bins.a
    margin = 0.01 if panel.set == "na49" else 0.0
    inside = (where > panel.low - margin) & (where < panel.high + margin)
    part = bins.of((bins.set == panel.set) & (bins.beam == panel.beam) & (bins.species == species) & inside)
    return part.of(np.argsort(part.a if panel.set == "na49" else part.p))


def draw(axes: Axes, bins: Bins, panel: Panel) -> None:
    """One panel: points, dotted cascade, full line with its band."""
    for species, colour in COLOURS.items():
        part = chosen(bins, panel, species)
        place = part.a if panel.set == "na49" else part.p
        weights = shipped()
        arguments = (part.T, species, part.p, part.angle)
        w, band = weights.weight(*arguments), weights.error(*arguments)
        axes.fill_between(
            place, part.model * w * np.exp(-band), part.model * w * np.exp(band), color=colour, alpha=0.2, lw=0
        )
        axes.plot(place, part.model * w, color=colour, lw=1.2)
        axes.plot(place, part.model, ":", color=colour, lw=1.0)
        axes.errorbar(
            place, part.value, np.hypot(part.err, part.err_sys), fmt="o", ms=2.5, lw=0.8, color=colour,
            label={"pi+": "$\\pi^+$", "pi-": "$\\pi^-$"}[species],
        )  # fmt: skip
    axes.set(
        xlabel="$x_F$" if panel.set == "na49" else "p [GeV/c]", ylabel=panel.unit, title=panel.title,
        yscale="log" if panel.set in ("na49",) else "linear", xscale="linear" if panel.set == "na49" else "log",
    )  # fmt: skip
    if panel.set != "na49":
        axes.set_ylim(bottom=0.0)
        axes.minorticks_off()
        low, high = axes.get_xlim()
        ticks = [t for t in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if low < t < high]
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.legend(fontsize=8)


def main() -> None:
    """Draw the figure."""
    figure = Figure(figsize=(9.0, 7.0), layout="constrained")
    bins = load()
    for axes, panel in zip(figure.subplots(2, 2).flat, PANELS, strict=True):
        draw(axes, bins, panel)
    target = OUT / "production_weights.png"
    figure.savefig(target, dpi=110)
    print(target)


if __name__ == "__main__":
    main()
