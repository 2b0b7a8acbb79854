"""Draw docs/methods/figures/pion_production.png: pion cross sections against measurements, and e+/e- per collision.

python tools/draw_yields.py
"""

import csv
import pathlib
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.physics.lepton_production import lepton_table
from mcbelt.physics.yield_tables import YieldTables

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/methods/figures"
COLOURS = {"H": "tab:gray", "He": "tab:red", "N": "tab:blue", "O": "tab:green", "Ar": "tab:purple"}
ELEMENT = {"1": "H", "7": "N", "8": "O", "18": "Ar"}


def draw_cross_sections(axes: Axes) -> None:
    """Pion cross sections of four elements over the measured ones."""
    energies = np.geomspace(0.2, 3.0, 150)
    bare, low, best, high = (
        YieldTables(factors=False), YieldTables(factor_shift=-1.0), YieldTables(), YieldTables(factor_shift=1.0),
    )  # fmt: skip
    for element in ("Ar", "N", "He", "H"):
        colour = COLOURS[element]
        axes.plot(
            energies, best.table(element).cross_section(energies, "pi+"), color=colour, label=f"{element} $\\pi^+$"
        )
        axes.plot(energies, bare.table(element).cross_section(energies, "pi+"), color=colour, lw=0.8, ls=":")
        band = [tables.table(element).cross_section(energies, "pi+") for tables in (low, high)]
        axes.fill_between(energies, *band, color=colour, alpha=0.15, lw=0)
    axes.plot(energies, best.table("N").cross_section(energies, "pi-"), color=COLOURS["N"], ls="--", label="N $\\pi^-$")
    with open(ROOT / "tests/data/exfor_pion_total.csv") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            name = ELEMENT.get(row["Z"])
            if name and not (name == "H" and (row["A"] == "2" or row["charge"] == "-")):
                style: dict[str, Any] = {
                    "color": COLOURS[name],
                    "marker": "o" if row["charge"] == "+" else "v",
                    "ms": 2.5,
                    "lw": 0,
                }
                axes.plot(float(row["E_MeV"]) * 1e-3, float(row["sigma_mb"]), **style)
    axes.set(xscale="log", yscale="log", xlabel="proton energy [GeV]", ylabel="cross section [mb]", ylim=(0.05, 600))
    axes.set_xticks([0.2, 0.3, 0.5, 1.0, 2.0, 3.0], ["0.2", "0.3", "0.5", "1", "2", "3"])
    axes.minorticks_off()
    axes.set_title("Points: measured (green: O); dotted: bare cascade", fontsize=9)
    axes.legend(fontsize=8)


def draw_ratios(axes: Axes) -> None:
    """e+/e- per collision."""
    energies = np.geomspace(0.3, 100.0, 200)
    for element in ("He", "N", "O", "Ar"):
        plus, minus = lepton_table(element, "e+"), lepton_table(element, "e-")
        for E_min, style in ((0.01, "-"), (0.1, "--")):
            ratio = plus.above(energies, E_min) / np.maximum(minus.above(energies, E_min), 1e-30)
            axes.plot(energies, ratio, style, color=COLOURS[element], label=element if E_min == 0.01 else None)
    axes.set(xscale="log", yscale="log", xlabel="proton energy [GeV]", ylabel="$e^+/e^-$ per collision", ylim=(1, 20))
    axes.set_title("Above 10 MeV (full) and 100 MeV (dashed)", fontsize=9)
    axes.legend(fontsize=8)


def main():
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    axes = figure.subplots(1, 2)
    draw_cross_sections(axes[0])
    draw_ratios(axes[1])
    target = OUT / "pion_production.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110)
    print(target)


if __name__ == "__main__":
    main()
