"""Figure 10: the air at the equator."""

from pathlib import Path

import numpy as np

from mcbelt.papers.gusev2003.innermost_shell import around_of, case
from mcbelt.papers.plate import STATED, blank, legend_below, saved, write_csv

LOWEST = ((80.0, "1.09"), (250.0, "1.12"), (800.0, "1.2"))  # [km], L: lowest points of shells as the paper has them


def figure_10(directory: Path) -> Path:
    """Density and scale height at the equator."""
    altitude, density = around_of(case()).profile
    chosen = (altitude >= 50e3) & (altitude <= 1000e3)
    height = -np.gradient(altitude, np.log(density))
    figure, axes = blank((6.4, 4.8))
    axes.semilogy(altitude[chosen] * 1e-3, density[chosen] * 1e-3, color="0.1")
    for lowest, L in LOWEST:
        axes.axvline(lowest, color=STATED, ls=":", lw=1.0)
        axes.text(lowest + 6.0, 2e-7, f"L = {L}", color=STATED, rotation=90, fontsize="small", va="center")
    axes.plot([], [], ":", color=STATED, label="paper: lowest points, 80, 250, 800 km")
    axes.plot(800.0, 1e-17, "*", ms=10, color=STATED, label="paper: 1e-17 g cm$^{-3}$, mean on L = 1.2")
    axes.set(xlabel="altitude [km]", ylabel="density [g cm$^{-3}$]")
    legend_below(axes, 2)
    right = axes.twinx()
    right.plot(altitude[chosen] * 1e-3, height[chosen] * 1e-3, "--", color="#0072b2")
    right.set_ylabel("scale height [km]", color="#0072b2")
    axes.set_title("Air at the equator (NRLMSIS 2.1, F10.7 = 120), after fig. 10", fontsize="medium")
    write_csv(
        directory / "gusev2003_figure10.csv",
        "Air at the equator, mean over local time and four seasons",
        {
            "altitude_km": altitude[chosen] * 1e-3,
            "density_g_cm3": density[chosen] * 1e-3,
            "scale_height_km": height[chosen] * 1e-3,
        },
    )
    return saved(figure, directory / "gusev2003_figure10.png")


FIGURES = {"10": figure_10}
