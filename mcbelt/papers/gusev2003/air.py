"""Figure 10: the air at the equator."""

from pathlib import Path

import numpy as np

from mcbelt.papers.gusev2003.innermost_shell import around_of, case
from mcbelt.papers.plate import blank, saved, write_csv


def figure_10(directory: Path) -> Path:
    """Density and scale height at the equator."""
    altitude, density = around_of(case()).profile
    chosen = (altitude >= 50e3) & (altitude <= 1000e3)
    height = -np.gradient(altitude, np.log(density))
    figure, axes = blank((6.4, 4.8))
    axes.semilogy(altitude[chosen] * 1e-3, density[chosen] * 1e-3, color="0.1")
    axes.set(xlabel="altitude [km]", ylabel="density [g cm$^{-3}$]")
    right = axes.twinx()
    right.plot(altitude[chosen] * 1e-3, height[chosen] * 1e-3, "--", color="#0b5394")
    right.set_ylabel("scale height [km]", color="#0b5394")
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
