"""Figures 1 and 3: e+ and e- that protons make on helium, by energy and by angle."""

from pathlib import Path

import matplotlib
import numpy as np

from mcbelt.constants import MB_TO_M2
from mcbelt.papers.plate import STATED, at_least, blank, saved, write_csv
from mcbelt.physics import angular_leptons, lepton_flux, lepton_production
from mcbelt.spectra.trapped_protons import TrappedProtons

PROTON_ENERGIES = (0.3, 0.35, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.0, 3.0, 10.0)  # [GeV], figure 1
L_PAPER = 1.2
HELIUM = {"He": 1.0}


def integral_ratio(T: float, energy: np.ndarray) -> np.ndarray:
    """N(e+, > E) / N(e-, > E) of one proton of kinetic energy T on helium.

    Parameters
    ----------
    T : float
        Proton kinetic energy [GeV].
    energy : ndarray, shape (n,)
        Lower limits of the lepton energy [GeV].

    Returns
    -------
    ndarray, shape (n,)
        NaN where fewer than 1e-5 of the e- are left (the tables end).
    """
    above = []
    for charge in (1, -1):
        table = lepton_production.lepton_table("He", charge)
        spectrum = lepton_production.rows_at(table, np.array([T]))[0]
        step = 0.5 * (spectrum[1:] + spectrum[:-1]) * np.diff(table.E_GeV)
        cumulative = np.concatenate([np.cumsum(step[::-1])[::-1], [0.0]])
        above.append(np.interp(energy, table.E_GeV, cumulative))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(above[1] > 1e-5 * above[1][0], above[0] / above[1], np.nan)


def figure_1(directory: Path) -> Path:
    """Excess of positrons in production on helium, against the lepton's energy, for several proton energies."""
    energy = np.geomspace(1e-3, 2.0, 100)
    curves = {T: integral_ratio(T, energy) for T in PROTON_ENERGIES}
    write_csv(
        directory / "gusev2003_figure1.csv",
        "N(e+,>E)/N(e-,>E) per proton on helium; columns: proton kinetic energy in GeV",
        {"energy_MeV": energy * 1e3} | {f"ratio_{T:g}_GeV": ratio for T, ratio in curves.items()},
    )
    figure, axes = blank((8.0, 5.6))
    colours = matplotlib.colormaps["viridis"](np.linspace(0.0, 0.92, len(curves)))
    for colour, (T, ratio) in zip(colours, curves.items(), strict=True):
        axes.plot(energy * 1e3, ratio, color=colour, label=f"{T:g} GeV")
    at_least(axes, 10.0, (2.0, 2.9), "paper, 0.3-2 GeV:\nabove 2 at 10 MeV")
    axes.plot(10.0, 9.0, "*", ms=11, color=STATED, label="paper, near 0.3 GeV:\nlargest, about 9")
    axes.hlines(10.0, 100.0, 1000.0, STATED, "--", label="paper, 0.5-2 GeV:\nrises to about 10")
    axes.axhline(1.0, color=STATED, linestyle=":", label="paper, above 8 GeV:\nalmost 1")
    axes.set(xscale="log", xlim=(1.0, 2000.0), ylim=(0.0, 16.0))
    axes.set_xlabel("electron energy E [MeV]")
    axes.set_ylabel("N(e$^+$, >E) / N(e$^-$, >E)")
    axes.set_title("Positron excess in p + He, after Gusev & Pugacheva 2003, fig. 1")
    figure.legend(title="proton energy", fontsize="small", loc="outside right center")
    return saved(figure, directory / "gusev2003_figure1.png")


def angle_energy_distribution() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positrons made in helium by a unidirectional flux equal to the omnidirectional AP8-min one at L = 1.2.

    Returns
    -------
    energy, cosine : ndarray, shape (ne,), (nc,)
        Positron energy [GeV] and bin centres of the cosine of its angle to the proton.
    production : ndarray, shape (ne, nc)
        [MeV-1 s-1 sr-1 g-1].
    """
    table = angular_leptons.angular_lepton_table("He", 1)
    flux = TrappedProtons("min", L_PAPER).differential_flux(table.T_GeV)
    nuclei = lepton_flux.targets_per_kg(HELIUM)["He"]
    per_kg = (
        np.trapezoid(flux[:, None, None] * table.differential, table.T_GeV, axis=0) * MB_TO_M2 * nuclei / (2.0 * np.pi)
    )
    # Bins of angle by pairs: in the first, 4 degrees wide, the quadrature over decays leaves too few.
    solid_angle = table.solid_angle_cosine.reshape(-1, 2)
    paired = (per_kg.reshape(len(per_kg), -1, 2) * solid_angle).sum(axis=-1) / solid_angle.sum(axis=-1)
    return table.E_GeV, 1.0 - 2.0 * table.v_edges[1::2] ** 2, paired * 1e-3 * 1e-3


def figure_3(directory: Path) -> Path:
    """Energy and angle of the positrons at production by trapped protons."""
    energy, cosine, production = angle_energy_distribution()
    keep = energy < 1.0
    energy, production = energy[keep] * 1e3, production[keep]
    grid = np.meshgrid(energy, np.degrees(np.arccos(cosine)), indexing="ij")
    write_csv(
        directory / "gusev2003_figure3.csv",
        "Positrons made per second in one gram of helium by the AP8-min flux at L = 1.2, per angle to the proton",
        {
            "energy_MeV": grid[0].ravel(),
            "angle_deg": grid[1].ravel(),
            "production_MeV-1_s-1_sr-1_g-1": production.ravel(),
        },
    )
    figure, axes = blank((6.4, 4.8))
    levels = 10.0 ** np.arange(-9.0, -3.4, 0.5)
    lines = axes.contour(
        np.degrees(np.arccos(cosine)), energy, np.maximum(production, 1e-30), levels=levels, cmap="viridis", norm="log"
    )
    figure.colorbar(lines, ax=axes, label="production [MeV$^{-1}$ s$^{-1}$ sr$^{-1}$ g$^{-1}$]")
    axes.set(yscale="log", ylim=(3.0, 700.0), xlim=(0.0, 180.0))
    axes.set_xlabel("angle to the proton [deg]")
    axes.set_ylabel("positron energy [MeV]")
    axes.set_title("Positrons by trapped protons, after Gusev & Pugacheva 2003, fig. 3", fontsize="medium")
    return saved(figure, directory / "gusev2003_figure3.png")


FIGURES = {"1": figure_1, "3": figure_3}
