"""Figures 9 and 11: fluxes of cosmic-ray e+ and e- on the innermost shells, and their ratio."""

from pathlib import Path

import numpy as np

from mcbelt.figures import ams01
from mcbelt.papers.gusev2003.innermost_shell import WHOLE, Sampling, Shell, around_of, case
from mcbelt.papers.plate import LEPTONS, blank, saved, write_csv


def figure_9(directory: Path, sampling: Sampling = WHOLE) -> Path:
    """Fluxes at L = 1.09 with and without the east-west effect, by full orbits."""
    around = around_of(case())
    energy = sampling.energies * 1e3
    columns = {"energy_MeV": energy}
    figure, axes = blank((6.4, 4.8))
    for name, style, chosen in (("asymmetry", "-", case()), ("no_asymmetry", "--", case(east_west=False))):
        flux, sigma, *_ = Shell(chosen, around).adjoint(sampling)
        for q, (_, label, _, colour) in enumerate(LEPTONS):
            columns |= {f"{label}_{name}": flux[q], f"{label}_{name}_sigma": sigma[q]}
            words = f"{label}, {name.replace('_', ' ')}"
            axes.errorbar(energy, flux[q], sigma[q], fmt=f"o{style}", ms=4, color=colour, label=words)
    axes.set(xscale="log", yscale="log", xlabel="energy [MeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title("Cosmic-ray e$^\\pm$ at L = 1.09, after Gusev & Pugacheva 2003, fig. 9", fontsize="medium")
    what = "Directional flux at L = 1.09 [m-2 s-1 sr-1 GeV-1], full orbits"
    write_csv(directory / "gusev2003_figure9.csv", what, columns)
    return saved(figure, directory / "gusev2003_figure9.png")


def figure_11(directory: Path, sampling: Sampling = WHOLE) -> Path:
    """e+/e- against energy at L = 1.09 (full orbits), 1.12 and 1.2 (drift-averaged), with the fit to AMS-01."""
    inner = Shell(case())
    _, _, ratio, error = inner.adjoint(sampling)
    energy = sampling.energies * 1e3
    figure, axes = blank((6.4, 4.8))
    axes.errorbar(energy, ratio, error, fmt="o-", ms=4, color="0.1", label="L = 1.09, full orbits")
    columns = {"energy_MeV": energy, "ratio_1.09": ratio, "sigma_1.09": error}
    for L, style in ((1.12, "--"), (1.2, ":")):
        averaged = Shell(case(L=L), inner.around).averaged(sampling.energies)
        columns[f"ratio_{L:g}"] = averaged[0] / averaged[1]
        axes.plot(energy, columns[f"ratio_{L:g}"], style, color="0.1", label=f"L = {L:g}, drift-averaged")
    fine = np.geomspace(0.2, 3.0, 60)
    fit = ams01.fit("e+", fine) / ams01.fit("e-", fine)
    axes.plot(fine * 1e3, fit, color="#c1272d", lw=1.0, label="fit to AMS-01, |Θ$_M$| < 0.3")
    axes.set(xscale="log", ylim=(0.0, 6.0), xlabel="energy [MeV]", ylabel="e$^+$/e$^-$")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title("Ratio of the cosmic-ray source, after Gusev & Pugacheva 2003, fig. 11", fontsize="medium")
    write_csv(directory / "gusev2003_figure11.csv", "e+/e- of the cosmic-ray source in the paper's geometry", columns)
    return saved(figure, directory / "gusev2003_figure11.png")


FIGURES = {"9": figure_9, "11": figure_11}
