"""Markdown table of docs/methods/energy_loss.md: PSTAR's protons in dry air beside ours, antiprotons and alphas.

Usage: python tools/tabulate_heavy_stopping.py tests/data/em_pstar_dry_air.csv
"""

import sys

import numpy as np

from mcbelt.constants import ALPHA_MASS, MEV_CM2_PER_G, PROTON_MASS
from mcbelt.physics import heavy_stopping
from mcbelt.physics.elements import DRY_AIR


def loss(ratio, mass, charge):
    """Stopping power in dry air [MeV cm2/g] at T = ratio M; NaN where there is no law."""
    return heavy_stopping.mean_loss(ratio * mass, mass, charge, DRY_AIR) / MEV_CM2_PER_G


def cell(value, text):
    """Text of a number, or the word for none."""
    return "refused" if np.isnan(value) else text.format(value)


def print_table(path):
    """Print the table for the rows of a CSV file with the columns T_MeV, S_MeV_cm2_g."""
    print("| T, MeV | PSTAR | proton | here / PSTAR | antiproton / proton | alpha, equal velocity | / 4 protons |")
    print("|---|---|---|---|---|---|---|")
    lines = [line for line in open(path, encoding="utf-8") if not line.startswith("#")]
    for T_MeV, tabulated in np.loadtxt(lines, delimiter=",", skiprows=1):
        ratio = 1.0e-3 * T_MeV / PROTON_MASS
        proton, anti, alpha = (loss(ratio, m, z) for m, z in ((PROTON_MASS, 1), (PROTON_MASS, -1), (ALPHA_MASS, 2)))
        print(
            f"| {T_MeV:g} | {tabulated:g} | {proton:.4g} | {proton / tabulated:.4f} | {cell(anti / proton, '{:.4f}')} "
            f"| {cell(alpha, '{:.4g}')} | {cell(alpha / (4.0 * proton), '{:.4f}')} |"
        )


if __name__ == "__main__":
    print_table(sys.argv[1])
