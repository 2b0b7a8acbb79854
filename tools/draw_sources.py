"""Draw the figures of docs/methods/sources.md: the sources over the measurements and over the map that they come from.

python tools/draw_sources.py
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mcbelt.spectra import cosmic_rays, local_interstellar, measurements, second_spectrum
from mcbelt.spectra.trapped_protons import TAILS, TrappedProtons

OUT = Path(__file__).parents[1] / "docs" / "methods" / "figures"
NAMES_1998 = {
    "ams01_protons": ("AMS-01", "k", "o"),
    "bess98_protons": ("BESS98", "tab:blue", "s"),
    "caprice98_protons": ("CAPRICE98", "tab:green", "^"),
}


def draw_interstellar(axis: Axes, ratios: Axes) -> None:
    """Interstellar spectra over Voyager 1."""
    for species, marker in (("proton", "o"), ("helium", "s")):
        data = measurements.table("voyager1_" + {"proton": "protons", "helium": "helium"}[species])
        axis.errorbar(
            data["T_GeV"], data["flux"], data["error_plus"], fmt=marker, ms=3, c="k", label=f"Voyager 1 {species}"
        )
        names = local_interstellar.PROTONS if species == "proton" else local_interstellar.HELIUM
        T = np.geomspace(3e-3, 100.0, 300)
        for name, formula in names.items():
            (line,) = axis.loglog(T, formula(T), label=name)
            ratios.semilogx(data["T_GeV"], formula(data["T_GeV"]) / data["flux"], marker, ms=3, c=line.get_color())
    ratios.set(ylim=(0.5, 2.0), xlabel="kinetic energy per nucleon [GeV]", ylabel="formula / Voyager 1")
    axis.set(ylim=(1e-2, 1e5), ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ (GeV/n)$^{-1}$]", title="interstellar")


def draw_1998(axis: Axes, ratios: Axes) -> None:
    """Modulated protons over the instruments of 1998, with the second spectrum and the paper's power law."""
    protons = cosmic_rays.modulated()
    T = np.geomspace(0.1, 300.0, 300)
    axis.loglog(T, protons.flux(T), "r", label="vos2015, 0.53 GV")
    axis.loglog(T, cosmic_rays.modulated("proton", "corti2016").flux(T), "r--", lw=0.8, label="corti2016, 0.45 GV")
    axis.loglog(T[T > 5], cosmic_rays.gusev2003().flux(T[T > 5]), "m:", label="7000 R$^{-1.5}$ (2003 paper)")
    for name, (label, colour, marker) in NAMES_1998.items():
        data = measurements.table(name)
        error = np.hypot(data["stat_plus"], data["sys_plus"])
        axis.errorbar(data["T_GeV"], data["flux"], error, fmt=marker, ms=3, c=colour, label=label)
        ratios.errorbar(
            data["T_GeV"], protons.flux(data["T_GeV"]) / data["flux"], error / data["flux"], fmt=marker, ms=3, c=colour
        )
    helium, data = cosmic_rays.modulated("helium"), measurements.table("bess98_helium")
    axis.loglog(T, helium.flux(T), "c", label="helium, boschini2018, 0.53 GV")
    axis.errorbar(data["T_GeV"], data["flux"], np.hypot(data["stat_plus"], data["sys_plus"]), fmt="d", ms=3, c="b")
    second, data = second_spectrum.SecondSpectrum("down"), measurements.table("ams01_second_protons")
    axis.stairs(
        data["down"], np.append(data["T_low_GeV"], data["T_high_GeV"][-1]), color="0.5", label="AMS-01 second, down"
    )
    axis.loglog(T, np.where(second.flux(T) > 0, second.flux(T), np.nan), "0.2", lw=0.8)
    ratios.set(ylim=(0.8, 1.25), xscale="log", xlabel="kinetic energy per nucleon [GeV]", ylabel="vos2015 / data")
    axis.set(ylim=(1e-3, 5e3), title="near the Earth, 1998")


def draw_trapped(spectrum: Axes, pitch: Axes) -> None:
    """AP-8 min at L = 1.2: tails of the spectrum and pitch-angle distributions."""
    T = np.geomspace(0.01, 2.0, 400)
    for tail in TAILS:
        flux = TrappedProtons("min", 1.2, tail).integral_flux(T) / 1e4
        spectrum.loglog(T * 1e3, np.where(flux > 0, flux, np.nan), label=f"AP-8 min, {tail}")
    spectrum.loglog(T * 1e3, TrappedProtons("max", 1.2).integral_flux(T) / 1e4, "k--", label="AP-8 max, exponential")
    spectrum.set(ylim=(1e-3, 1e4), xlabel="kinetic energy [MeV]", ylabel="J(>T) [cm$^{-2}$ s$^{-1}$], equator, L = 1.2")
    alpha = np.radians(np.linspace(60.0, 90.0, 301))
    protons = TrappedProtons("min", 1.2)
    for energy in (0.1, 0.3, 0.5, 1.0):
        j = protons.directional_flux(energy, alpha)
        pitch.plot(np.degrees(alpha), j / j[-1], label=f"{energy * 1e3:.0f} MeV")
    pitch.set(xlabel="equatorial pitch angle [deg]", ylabel="j / j(90 deg)")


def main() -> None:
    """Write both figures."""
    OUT.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(13, 8), layout="constrained")
    axes = figure.subplots(2, 2, sharex="col", height_ratios=[3, 1])
    draw_interstellar(*axes[:, 0])
    draw_1998(*axes[:, 1])
    for axis in axes[0]:
        axis.legend(fontsize=8)
    for axis in axes[1]:
        axis.axhline(1.0, c="0.6", lw=0.8)
    figure.savefig(OUT / "sources_cosmic_rays.png", dpi=110)
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots(1, 2)
    draw_trapped(*axes)
    for axis in axes:
        axis.legend(fontsize=8)
    figure.savefig(OUT / "sources_trapped_protons.png", dpi=110)


if __name__ == "__main__":
    main()
