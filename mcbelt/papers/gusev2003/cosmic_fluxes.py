"""Figures 9 and 11: fluxes of cosmic-ray e+ and e- on the innermost shells, and their ratio."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from mcbelt.figures import ams01
from mcbelt.papers.gusev2003.innermost_shell import WHOLE, Sampling, Shell, around_of, case
from mcbelt.papers.plate import LEPTONS, STATED, blank, legend_beside, saved, write_csv

RATIO_ERROR = 2.0**0.5 * ams01.ASSUMED_ERROR  # of the ratio of two fits


def figure_9(directory: Path, sampling: Sampling = WHOLE) -> Path:
    """Fluxes at L = 1.09 with and without the east-west effect, by full orbits."""
    around = around_of(case())
    energy = sampling.energies * 1e3
    columns = {"energy_MeV": energy}
    figure, axes = blank((8.6, 5.0))
    for name, style, chosen in (("asymmetry", "-", case()), ("no_asymmetry", "--", case(east_west=False))):
        flux, sigma, *_ = Shell(chosen, around).adjoint(sampling)
        for q, (_, label, _, colour) in enumerate(LEPTONS):
            columns |= {f"{label}_{name}": flux[q], f"{label}_{name}_sigma": sigma[q]}
            words = f"{label}, {name.replace('_', ' ')}"
            axes.errorbar(energy, flux[q], sigma[q], fmt=f"o{style}", ms=4, color=colour, label=words)
    _ams01_fluxes(axes)
    axes.axvline(700.0, color=STATED, ls="--", lw=1.0, label="paper: agrees with\nAMS-01 from 700 MeV on")
    axes.axvline(2000.0, color=STATED, ls=":", lw=1.0, label="paper: to be measured\nup to 2000 MeV")
    axes.set(xscale="log", yscale="log", xlabel="energy [MeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]")
    legend_beside(axes)
    axes.set_title("Cosmic-ray e$^\\pm$ at L = 1.09, after Gusev & Pugacheva 2003, fig. 9", fontsize="medium")
    what = "Directional flux at L = 1.09 [m-2 s-1 sr-1 GeV-1], full orbits"
    write_csv(directory / "gusev2003_figure9.csv", what, columns)
    return saved(figure, directory / "gusev2003_figure9.png")


def _ams01_fluxes(axes: Axes) -> None:
    """The fits to AMS-01 per GeV, with the error that is assumed for them."""
    fine = np.geomspace(*ams01.POSITRON_RANGE_GEV, 60)
    for (_, _, sign, colour), species in zip(LEPTONS, ("e+", "e-"), strict=True):
        fit = ams01.fit(species, fine) * 1e3
        axes.fill_between(
            fine * 1e3,
            fit * (1.0 - ams01.ASSUMED_ERROR),
            fit * (1.0 + ams01.ASSUMED_ERROR),
            color=colour,
            alpha=0.25,
            lw=0.0,
            label=f"{sign}, fit to AMS-01,\n|Θ$_M$| < 0.3, ±15 % assumed",
        )


def figure_11(directory: Path, sampling: Sampling = WHOLE) -> Path:
    """e+/e- against energy at L = 1.09 (full orbits), 1.12 and 1.2 (drift-averaged), with the fit to AMS-01."""
    inner = Shell(case())
    _, _, ratio, error = inner.adjoint(sampling)
    energy = sampling.energies * 1e3
    figure, axes = blank((8.6, 5.0))
    axes.errorbar(energy, ratio, error, fmt="o-", ms=4, color="0.1", label="L = 1.09, full orbits")
    columns = {"energy_MeV": energy, "ratio_1.09": ratio, "sigma_1.09": error}
    for L, style in ((1.12, "--"), (1.2, ":")):
        outer = Shell(case(L=L), inner.around)
        averaged = outer.averaged(sampling.energies)
        columns |= {f"positron_{L:g}": averaged[0], f"ratio_{L:g}": averaged[0] / averaged[1]}
        axes.plot(energy, columns[f"ratio_{L:g}"], style, color="0.1", label=f"L = {L:g}, drift-averaged")
    columns["published_positron_1.2"] = outer.published(1, sampling.energies)
    fine = np.geomspace(0.2, 3.0, 60)
    fit = ams01.fit("e+", fine) / ams01.fit("e-", fine)
    axes.plot(fine * 1e3, fit, color="#d55e00", lw=1.0, label="fit to AMS-01, |Θ$_M$| < 0.3,\n±21 % assumed")
    axes.fill_between(
        fine * 1e3, fit * (1.0 - RATIO_ERROR), fit * (1.0 + RATIO_ERROR), color="#d55e00", alpha=0.15, lw=0.0
    )
    axes.axhspan(4.0, 5.0, color=STATED, alpha=0.15, lw=0.0, label="paper: reaches 4-5 at L = 1.09")
    axes.axhline(2.0, color=STATED, ls=":", label="paper: about 2 at L = 1.2")
    axes.set(xscale="log", ylim=(0.0, 6.0), xlabel="energy [MeV]", ylabel="e$^+$/e$^-$")
    legend_beside(axes)
    axes.set_title("Ratio of the cosmic-ray source, after Gusev & Pugacheva 2003, fig. 11", fontsize="medium")
    what = "e+/e- of the cosmic-ray source in the paper's geometry, and e+ [m-2 s-1 sr-1 GeV-1]; published: its eq. (2)"
    write_csv(directory / "gusev2003_figure11.csv", what, columns)
    return saved(figure, directory / "gusev2003_figure11.png")


FIGURES = {"9": figure_9, "11": figure_11}
