"""Figure 2: the trapped protons of AP8 on L = 1.2."""

from pathlib import Path

import numpy as np

from mcbelt.papers.gusev2003.production_on_helium import L_PAPER
from mcbelt.papers.plate import STATED, blank, legend_below, saved, write_csv
from mcbelt.spectra.trapped_protons import TrappedProtons


def figure_2(directory: Path) -> Path:
    """Trapped protons at L = 1.2: integral and differential spectrum, and the equatorial pitch-angle distribution."""
    protons = TrappedProtons("min", L_PAPER)
    T = np.geomspace(0.01, 1.5, 200)
    integral, differential = protons.integral_flux(T) * 1e-4, protons.differential_flux(T) * 1e-7
    alpha = np.linspace(55.0, 90.0, 141)
    energies = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6)
    shape = {
        E: protons.directional_flux(E, np.radians(alpha)) / protons.directional_flux(E, 0.5 * np.pi) for E in energies
    }
    write_csv(
        directory / "gusev2003_figure2_spectrum.csv",
        "AP8-min at L = 1.2, B/B0 = 1; above 400 MeV the map code's own e-fold",
        {"T_MeV": T * 1e3, "J_integral_cm-2_s-1": integral, "J_differential_cm-2_s-1_MeV-1": differential},
    )
    write_csv(
        directory / "gusev2003_figure2_pitch_angle.csv",
        "AP8-min at L = 1.2: directional flux against equatorial pitch angle over its value at 90 degrees",
        {"pitch_angle_deg": alpha} | {f"relative_{E * 1e3:g}_MeV": values for E, values in shape.items()},
    )
    figure, (left, right) = blank((10.0, 5.4), columns=2)
    left.loglog(T * 1e3, integral, label="J(>E) [cm$^{-2}$ s$^{-1}$]")
    left.loglog(T * 1e3, differential, label="dJ/dE [cm$^{-2}$ s$^{-1}$ MeV$^{-1}$]")
    left.axvspan(400.0, 1500.0, color="0.9", zorder=0)
    left.text(420.0, 2e3, "beyond\nthe map", fontsize="small")
    left.axvline(800.0, color=STATED, linestyle="--", label="paper: break near 800 MeV")
    left.set(xlabel="proton energy [MeV]", ylim=(1e-4, 1e4), title="AP8-min, L = 1.2, equator")
    legend_below(left)
    for E, values in shape.items():
        right.plot(alpha, values, label=f"{E * 1e3:g} MeV")
    right.axvspan(72.0, 90.0, color=STATED, alpha=0.12, lw=0.0, label="paper: within 18°")
    right.set(
        xlabel="equatorial pitch angle [deg]",
        ylabel="flux / flux at 90°",
        title="AP8-min, L = 1.2, pitch angles",
    )
    legend_below(right, 3)
    return saved(figure, directory / "gusev2003_figure2.png")


FIGURES = {"2": figure_2}
