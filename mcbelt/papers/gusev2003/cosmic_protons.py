"""Figures 5 and 6: the protons that reach L = 1.09, by direction, and the e+ that those from the west make."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from mcbelt.cascade import collisions, production
from mcbelt.papers.gusev2003.innermost_shell import cutoff
from mcbelt.papers.plate import STATED, blank, legend_below, saved, write_csv
from mcbelt.physics import angular_leptons
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum, arriving_protons

WAYS = (("west", 1.0, "#d55e00"), ("vertical", 0.0, "0.3"), ("east", -1.0, "#0072b2"))
AIR = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}


def integral_fluxes(L: float = 1.09) -> dict[str, np.ndarray | list[str]]:
    """Protons above the cutoffs of the west, the vertical and the east at the equator of a shell.

    Parameters
    ----------
    L : float
        Of the shell.

    Returns
    -------
    dict
        direction; cutoff_GV; flux and the paper's 7000 R^-1.5 [m-2 s-1 sr-1]; columns of one length.
    """
    cutoffs = np.array([cutoff(L, cosine) for _, cosine, _ in WAYS])
    return {
        "direction": [name for name, *_ in WAYS],
        "cutoff_GV": cutoffs,
        "flux": cosmic_rays.modulated("proton", "burger2000", 0.5).integral_flux(cutoffs),
        "paper": cosmic_rays.GUSEV_INTEGRAL * cutoffs**-cosmic_rays.GUSEV_SLOPE,
    }


def figure_5(directory: Path) -> Path:
    """Protons at L = 1.09 by direction of arrival: over the cutoff, and the second spectrum below it."""
    T = np.geomspace(0.08, 200.0, 400)
    rays, second = cosmic_rays.modulated("proton", "burger2000", 0.5), SecondSpectrum()
    columns = {"T_GeV": T}
    figure, (axes, right) = blank((10.0, 5.2), columns=2)
    for name, cosine, colour in WAYS:
        columns[name] = arriving_protons(T, cutoff(1.09, cosine), rays, second)
        label = f"from the {name}, {cutoff(1.09, cosine):.1f} GV" if cosine else f"vertical, {cutoff(1.09, 0.0):.1f} GV"
        width = 5.0 if cosine > 0.0 else 3.0 if cosine == 0.0 else 1.2  # the three coincide where all are open
        axes.loglog(T, np.where(columns[name] > 0, columns[name], np.nan), color=colour, lw=width, label=label)
    axes.set(xlabel="kinetic energy [GeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]", ylim=(1e-3, 300.0))
    axes.axvline(3.0, color=STATED, ls="--", lw=1.0, label="paper: secondaries below 3 GeV")
    axes.set_title("Protons at L = 1.09, after Gusev & Pugacheva 2003, fig. 5", fontsize="medium")
    legend_below(axes, 2)
    _above_the_cutoffs(right, directory)
    write_csv(directory / "gusev2003_figure5.csv", "Proton flux by direction at L = 1.09 [m-2 s-1 sr-1 GeV-1]", columns)
    return saved(figure, directory / "gusev2003_figure5.png")


def _above_the_cutoffs(axes: Axes, directory: Path) -> None:
    """Integral flux of each direction, beside the paper's power law and its ratio of west to east."""
    found = integral_fluxes()
    what = "Protons above the cutoff at L = 1.09 [m-2 s-1 sr-1], ours and the paper's 7000 R^-1.5"
    write_csv(directory / "gusev2003_figure5_cutoff.csv", what, found)
    rigidity, flux, paper = (np.asarray(found[name]) for name in ("cutoff_GV", "flux", "paper"))
    for (name, _, colour), R, value in zip(WAYS, rigidity, flux, strict=True):
        axes.loglog(R, value, "o", color=colour, label=f"{name}: {value:.3g}")
    axes.loglog(rigidity, paper, "--", color=STATED, label="paper: about 7000 $R^{-1.5}$")
    axes.errorbar(rigidity[-1], 14.0 * flux[-1], fmt="*", ms=10, color=STATED, label="paper: 14 times the east's")
    axes.annotate(
        "", (rigidity[-1], 14.0 * flux[-1]), (rigidity[-1], flux[-1]), arrowprops={"arrowstyle": "->", "color": STATED}
    )
    axes.plot(rigidity[[0, -1]], flux[[0, 0]], ":", color="0.5", label=f"west, {flux[0] / flux[-1]:.3g} times the east")
    ticks = (8, 10, 15, 20, 30, 50)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="cutoff rigidity $R$ [GV]", ylabel="flux above the cutoff [m$^{-2}$ s$^{-1}$ sr$^{-1}$]")
    legend_below(axes, 2)


def production_from_the_west() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """e+ that protons from the west make at L = 1.09, by energy and by angle to the proton.

    Returns
    -------
    energy, cosine : ndarray, shape (ne,), (nc,)
        Energy of the e+ [MeV], and middles of the bins of the cosine.
    solid_angle : ndarray, shape (nc,)
        Of the bins [sr].
    production : ndarray, shape (ne, nc)
        Per sr of protons [MeV-1 s-1 sr-1 g-1].
    """
    energies = np.ones(len(angular_leptons.ANGULAR_ELECTRON_ENERGIES), bool)
    grid = collisions.yields(AIR, 1, "proton", collisions.Emission(), energies)
    rays = cosmic_rays.modulated("proton", "burger2000", 0.5)
    flux = production.open_flux(rays, grid.T, np.array([cutoff(1.09, 1.0)]))[0]
    made = np.tensordot(flux, grid.kernel, axes=1) * 1e-6  # per MeV and g instead of per GeV and kg
    cosine = 0.5 * (grid.cos_edges[1:] + grid.cos_edges[:-1])
    solid_angle = 2.0 * np.pi * np.abs(np.diff(grid.cos_edges))
    return angular_leptons.ANGULAR_ELECTRON_ENERGIES * 1e3, cosine, solid_angle, made


def figure_6(directory: Path) -> Path:
    """Production of e+ by protons from the west, over energy and angle to the proton."""
    energy, cosine, _, made = production_from_the_west()
    mesh_energy, mesh_cosine = np.meshgrid(energy, cosine, indexing="ij")
    write_csv(
        directory / "gusev2003_figure6.csv",
        "e+ of protons from the west at L = 1.09 [MeV-1 s-1 sr-1 g-1] per sr of protons",
        {"energy_MeV": mesh_energy.ravel(), "cosine": mesh_cosine.ravel(), "production": made.ravel()},
    )
    figure, axes = blank((6.4, 4.8))
    levels = 10.0 ** np.arange(-13.0, -3.9, 1.0)
    angle = np.degrees(np.arccos(cosine))
    lines = axes.contour(angle, energy, np.maximum(made, 1e-30), levels=levels, norm="log", cmap="viridis")
    figure.colorbar(lines, ax=axes, label="production [MeV$^{-1}$ s$^{-1}$ sr$^{-1}$ g$^{-1}$] per sr of protons")
    axes.axhline(40.0, color=STATED, ls="--", lw=1.0)
    axes.text(178.0, 43.0, "paper: along the proton from 40 MeV on", color=STATED, ha="right", fontsize="small")
    axes.set(
        yscale="log",
        ylim=(5.0, 2e4),
        xlim=(0.0, 180.0),
        xlabel="angle to the proton [deg]",
        ylabel="positron energy [MeV]",
    )
    axes.set_title("e$^+$ of protons from the west, after Gusev & Pugacheva 2003, fig. 6", fontsize="medium")
    return saved(figure, directory / "gusev2003_figure6.png")


FIGURES = {"5": figure_5, "6": figure_6}
