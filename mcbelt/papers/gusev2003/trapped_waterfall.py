"""From the assumptions of Gusev & Pugacheva 2003 to the best physics we have, one step at a time (trapped protons, L
= 1.2).

Each row changes one thing and keeps what the rows before changed, so that a difference between two programs can be
traced to its cause. The air is that of one day for ever: what the Sun as lived makes of the last row is on the page
of it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mcbelt.papers.gusev2003.trapped_spectra import belt_case, spectra_at_equator
from mcbelt.papers.plate import STATED, blank, legend_below, saved, write_csv

ENERGIES_MEV = (10.5, 30.0, 52.0, 91.0, 275.0)
STEPS = (
    ("paper", {}),
    ("losses of helium", {"physics.losses": "full"}),
    ("density of June 1998", {"air.density_g_cm3": 1.1e-18}),
    ("composition of June 1998", {"air.composition": "msis"}),
    ("bounce and drift in IGRF, H_min matched", None),
    ("production angles", {"physics.production_angles": "table"}),
    ("annihilation in flight", {"physics.annihilation": True}),
    ("knock-on electrons", {"physics.knock_on": True}),
    ("free electrons", {"physics.free_electrons": True}),
    ("scattering", {"physics.scattering": True}),
)
# The step that leaves the paper's numbers of density and field behind: the shell and its air as they are.
_FULL_GEOMETRY = {"physics.losses": "full", "physics.production_angles": "isotropic", "physics.annihilation": False}
_FULL_GEOMETRY |= {"physics.knock_on": False, "physics.free_electrons": False, "physics.scattering": False}


def cases(steps: Sequence = STEPS) -> Iterator[tuple[str, Any]]:
    """(name, checked campaign) of each step; a step without changes leaves the paper's preset for the full one."""
    changes, preset = {}, "paper"
    for name, change in steps:
        if change is None:
            preset, changes = "full", dict(_FULL_GEOMETRY)
        else:
            changes = changes | change
        yield name, belt_case(preset, **changes)


def table(steps: Sequence = STEPS) -> tuple[list[str], np.ndarray]:
    """Flux of e+ and e- at 90 degrees [m-2 s-1 sr-1 MeV-1], shape (2, steps, energies), and the names of the steps."""
    names, rows = [], []
    for name, case in cases(steps):
        energy, flux = spectra_at_equator(case)
        names.append(name)
        rows.append(
            [
                np.exp(np.interp(np.log(ENERGIES_MEV), np.log(energy * 1e3), np.log(np.maximum(row, 1e-300))))
                for row in flux
            ]
        )
    return names, np.array(rows).transpose(1, 0, 2)


def figure_waterfall(directory: Path, steps: Sequence = STEPS) -> Path:
    """Flux and ratio after each step, as a table (CSV) and a figure."""
    names, flux = table(steps)
    columns = {"step": names}
    for k, E in enumerate(ENERGIES_MEV):
        columns |= {f"positron_{E:g}_MeV": flux[0, :, k], f"ratio_{E:g}_MeV": flux[0, :, k] / flux[1, :, k]}
    write_csv(
        directory / "gusev2003_waterfall.csv",
        "Trapped e+ on L = 1.2: directional flux [m-2 s-1 sr-1 MeV-1] and e+/e-, from the paper's assumptions on",
        columns,
    )
    figure, (left, right) = blank((10.0, 4.6), columns=2, sharey=True)
    position = np.arange(len(names))[::-1]
    for k, E in enumerate(ENERGIES_MEV):
        left.plot(flux[0, :, k] / flux[0, 0, k], position, "o-", label=f"{E:g} MeV")
        right.plot(flux[0, :, k] / flux[1, :, k], position, "o-")
    left.set_yticks(position, names)
    left.set(xscale="log", xlabel="e$^+$ flux over that of the paper's assumptions")
    shown = (0.1, 0.2, 0.5, 1.0)
    left.set_xticks(shown, [f"{value:g}" for value in shown])
    left.minorticks_off()
    right.set(xlabel="e$^+$/e$^-$", xlim=(0.0, 14.0))
    right.axvspan(7.0, 8.0, color=STATED, alpha=0.2, lw=0.0, zorder=0, label="paper: 7-8, 10-500 MeV")
    legend_below(left, 3)
    legend_below(right)
    figure.suptitle("Trapped-proton source on L = 1.2: what each assumption does")
    return saved(figure, directory / "gusev2003_waterfall.png")


FIGURES = {"waterfall": figure_waterfall}
