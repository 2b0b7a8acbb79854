"""The waterfall of the cosmic-ray source: flux and ratio at L = 1.09, one ingredient after the other."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from mcbelt.cascade import collisions
from mcbelt.papers.gusev2003.innermost_shell import Sampling, Shell, around_of, case
from mcbelt.papers.plate import STATED, blank, legend_below, saved, write_csv

SAMPLING = Sampling(np.array([0.1, 0.2, 0.5, 1.0]), (24, 48, 128, 256))
KNOCK_ONS = 4  # the step whose flux of e+ is the unit of the right panel

# What each step of the waterfall changes: emission, [source], [physics]; every step keeps those before.
STEPS = (
    (
        "collinear, one yield for all",
        {"collinear": True, "knock_on": False, "constant_yields_at": 12.0},
        {"second_spectrum": False, "interstellar": "gusev2003"},
        {},
    ),
    ("yields that grow with energy", {"constant_yields_at": 0.0}, {"interstellar": "burger2000"}, {}),
    ("production angles", {"collinear": False}, {}, {}),
    ("protons under the cutoff", {}, {"second_spectrum": True}, {}),
    ("knock-on electrons", {"knock_on": True}, {}, {}),
    ("multiple scattering", {}, {}, {"scattering": True}),
    ("stochastic bremsstrahlung", {}, {}, {"bremsstrahlung": "stochastic"}),
    ("flight of the muons", {"muon_flight": True}, {}, {}),
    ("pi0 to pairs", {"neutral_pions": True}, {}, {}),
    ("radiated photons to pairs", {"radiated_photons": True}, {}, {}),
    ("bent paths of the parents", {}, {"paths": "bent"}, {}),
    ("cascade of nucleons", {"cascade": True}, {}, {}),
    ("annihilation in flight", {}, {}, {"annihilation": True}),
)


def waterfall(directory: Path, sampling: Sampling = SAMPLING, steps: tuple = STEPS) -> Path:
    """Flux and ratio at L = 1.09, one ingredient after the other.

    Parameters
    ----------
    directory : Path
        Where the figure and its table are written.
    sampling : Sampling
        Energies, and the full orbits at each of them.
    steps : tuple
        Name and changes of each step, see `STEPS`.

    Returns
    -------
    Path
        The PNG.
    """
    around = around_of(case())
    columns = {"energy_MeV": sampling.energies * 1e3}
    emission, source, physics = {}, {}, {}
    for i, (_, of_emission, of_source, of_physics) in enumerate(steps):
        emission, source, physics = emission | of_emission, source | of_source, physics | of_physics
        shell = Shell(case(physics=physics, **source), around, collisions.Emission(**emission))
        found = shell.adjoint(sampling)
        columns |= {f"positron_{i}": found.flux[0], f"ratio_{i}": found.ratio, f"ratio_sigma_{i}": found.ratio_sigma}
    ticks = [step[0] for step in steps]
    write_csv(directory / "gusev2003_cosmic_waterfall.csv", "Steps: " + "; ".join(ticks), columns)
    return saved(_drawn(columns, sampling.energies, ticks), directory / "gusev2003_cosmic_waterfall.png")


def _drawn(columns: dict[str, np.ndarray], energies: np.ndarray, ticks: list[str]) -> Figure:
    """Ratio and flux of e+ step by step."""
    figure, (left, right) = blank((10.0, 5.2), columns=2, sharey=True)
    place = np.arange(len(ticks))
    unit = min(KNOCK_ONS, len(ticks) - 1)
    for j, energy in enumerate(energies):
        ratio = [columns[f"ratio_{i}"][j] for i in place]
        sigma = [columns[f"ratio_sigma_{i}"][j] for i in place]
        left.errorbar(ratio, place, xerr=sigma, fmt="o-", ms=4, label=f"{energy:g} GeV")
        right.plot([columns[f"positron_{i}"][j] / columns[f"positron_{unit}"][j] for i in place], place, "o-", ms=4)
    left.set_yticks(place, ticks)
    left.invert_yaxis()
    left.set(xlabel="e$^+$/e$^-$ at L = 1.09", xlim=(0.0, None))
    right.set(xlabel=f"e$^+$ flux over that with {ticks[unit]}", xscale="log")
    shown = (0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
    right.set_xticks(shown, [f"{value:g}" for value in shown])
    right.minorticks_off()
    left.axvspan(4.0, 5.0, color=STATED, alpha=0.15, lw=0.0, zorder=0, label="paper: reaches 4-5")
    legend_below(left, 3)
    figure.suptitle("What makes the ratio and the flux: each step keeps those before", fontsize="medium")
    return figure


FIGURES = {"cosmic-waterfall": waterfall}
