"""Figures 5 and 6: the protons that reach L = 1.09, by direction, and the e+ that those from the west make."""

from pathlib import Path

import numpy as np

from mcbelt.cascade import collisions, production
from mcbelt.papers.gusev2003.innermost_shell import cutoff
from mcbelt.papers.plate import blank, saved, write_csv
from mcbelt.physics import angular_leptons
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum, arriving_protons

WAYS = (("west", 1.0, "#c1272d"), ("vertical", 0.0, "0.3"), ("east", -1.0, "#0b5394"))
AIR = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}


def figure_5(directory: Path) -> Path:
    """Protons at L = 1.09 by direction of arrival: over the cutoff, and the second spectrum below it."""
    T = np.geomspace(0.08, 200.0, 400)
    rays, second = cosmic_rays.modulated("proton", "burger2000", 0.5), SecondSpectrum()
    columns = {"T_GeV": T}
    figure, axes = blank((6.4, 4.8))
    for name, cosine, colour in WAYS:
        columns[name] = arriving_protons(T, cutoff(1.09, cosine), rays, second)
        label = f"from the {name}, {cutoff(1.09, cosine):.1f} GV" if cosine else f"vertical, {cutoff(1.09, 0.0):.1f} GV"
        width = 5.0 if cosine > 0.0 else 3.0 if cosine == 0.0 else 1.2  # the three coincide where all are open
        axes.loglog(T, np.where(columns[name] > 0, columns[name], np.nan), color=colour, lw=width, label=label)
    axes.set(xlabel="kinetic energy [GeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]", ylim=(1e-3, 300.0))
    axes.set_title("Protons at L = 1.09, after Gusev & Pugacheva 2003, fig. 5", fontsize="medium")
    axes.legend(frameon=False)
    write_csv(directory / "gusev2003_figure5.csv", "Proton flux by direction at L = 1.09 [m-2 s-1 sr-1 GeV-1]", columns)
    return saved(figure, directory / "gusev2003_figure5.png")


def figure_6(directory: Path) -> Path:
    """Production of e+ by protons from the west, over energy and angle to the proton."""
    emission = collisions.Emission()
    energies = np.ones(len(angular_leptons.ANGULAR_ELECTRON_ENERGIES), bool)
    grid = collisions.yields(AIR, 1, "proton", emission, energies)
    rays = cosmic_rays.modulated("proton", "burger2000", 0.5)
    flux = production.open_flux(rays, grid.T, np.array([cutoff(1.09, 1.0)]))[0]
    made = np.tensordot(flux, grid.kernel, axes=1) * 1e-6  # per MeV and g instead of per GeV and kg
    cosine = 0.5 * (grid.cos_edges[1:] + grid.cos_edges[:-1])
    energy = angular_leptons.ANGULAR_ELECTRON_ENERGIES * 1e3
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
