"""Draw the figures at the head of the pages of docs/methods, each from the formulas that the page is about.

NUMBA_DISABLE_JIT=1 python tools/draw_methods.py     (some seconds; without the variable kernels are compiled, minutes)
"""

import math
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import chi2

import geomag
from atmosphere import msis
from geomag import dipole, lorentz
from geomag.constants import REFERENCE_RADIUS
from mcbelt import constants
from mcbelt.figures.result_style import PALETTE, STYLE, latitude_words, longitude_words
from mcbelt.physics import bremsstrahlung, decay, elements, energy_loss, scattering
from mcbelt.spectra import solar_activity
from mcbelt.surroundings import plasma

OUT = Path(__file__).parents[1] / "docs" / "methods" / "figures"
PER_GRAM = 1.0e4  # 1 GeV m2/kg is this many MeV cm2/g


def draw_decay(spectrum: Axes, ratio: Axes) -> None:
    """Positrons of a positive pion of 0.5 GeV by every option."""
    E, total = np.geomspace(2e-3, 0.6, 300), 0.5 + constants.CHARGED_PION_MASS
    curves = {}
    for option in ("exact", "isotropic", "ms98", "paper"):
        code = decay.option_code(option)
        curves[option] = np.array([decay.electron_spectrum(energy, total, code) for energy in E])
    for colour, (option, curve) in zip(PALETTE, curves.items(), strict=False):
        shown = curve > 0.0
        spectrum.loglog(E[shown] * 1e3, curve[shown], color=colour, label=option)
        both = shown & (curves["exact"] > 0.0)
        ratio.semilogx(E[both] * 1e3, curve[both] / curves["exact"][both], color=colour)
    spectrum.set(xlabel="energy of e⁺ [MeV]", ylabel="dN/dE [GeV⁻¹]", ylim=(1e-2, 10.0))
    ratio.set(xlabel="energy of e⁺ [MeV]", ylabel="over exact", ylim=(0.0, 2.0))
    spectrum.legend()


def _air(altitude: np.ndarray, f107: float) -> tuple[np.ndarray, np.ndarray]:
    """Density [g cm-3] and mass fractions, shape (n, 5), over the equator at noon of 5 June 1998."""
    noon, here = np.datetime64("1998-06-05T12:00"), np.zeros(1)
    density, parts = msis.partial_densities(noon, here, here, altitude, msis.activity(f107, f107, 10.0), 2.1)
    return density[0, 0] * 1e-3, parts[0, 0] / parts[0, 0].sum(axis=-1, keepdims=True)


def draw_atmosphere(density: Axes, composition: Axes) -> None:
    """Density at three activities, and mass fractions at one."""
    altitude = np.linspace(0.0, 2000.0, 201)
    for colour, f107 in zip(PALETTE, (70.0, 112.0, 220.0), strict=False):
        density.semilogx(_air(altitude, f107)[0], altitude, color=colour, label=f"F10.7 = {f107:g}")
    for colour, name, share in zip(PALETTE, elements.ELEMENTS, _air(altitude, 112.0)[1].T, strict=False):
        composition.plot(share, altitude, color=colour, label=name)
    density.set(xlabel="density [g cm⁻³]", ylabel="altitude [km]", xlim=(1e-19, 1e-2))
    density.legend()
    composition.set(xlabel="mass fraction", ylabel="altitude [km]", xlim=(0.0, 1.0))
    composition.legend()


def draw_geomag(figure: Figure, axis: Axes) -> None:
    """Strength of IGRF at 800 km."""
    longitude, latitude = np.arange(-180.0, 181.0, 5.0), np.arange(-75.0, 76.0, 5.0)
    across, up = np.meshgrid(longitude, latitude)
    parts = geomag.Igrf("1998-06-05").geodetic(up, across, 800.0)
    strength = np.sqrt(sum(np.asarray(part) ** 2 for part in parts)) * 1e-3
    filled = axis.contourf(longitude, latitude, strength, np.arange(14.0, 50.1, 2.0), cmap="viridis", extend="both")
    figure.colorbar(filled, ax=axis, label="field strength [µT]")
    axis.set(xlabel="longitude", ylabel="latitude")
    axis.set_xticks(range(-180, 181, 60), map(longitude_words, range(-180, 181, 60)))
    axis.set_yticks(range(-60, 61, 30), map(latitude_words, range(-60, 61, 30)))


def draw_losses(axis: Axes) -> None:
    """Losses of a positron in dry air, by process."""
    T = np.geomspace(1e-3, 10.0, 120)
    collision = [energy_loss.collision_loss(energy, 1, elements.DRY_AIR) * PER_GRAM for energy in T]
    radiation = [bremsstrahlung.loss_between(0.0, energy, energy, elements.DRY_AIR) * PER_GRAM for energy in T]
    momentum2 = T * (T + 2.0 * constants.ELECTRON_MASS)
    per_second = 3.7935e-6 * momentum2 * 0.18**2 * 1e3  # MeV/s
    speed = 2.998e10 * np.sqrt(momentum2) / (T + constants.ELECTRON_MASS)
    axis.loglog(T * 1e3, collision, color=PALETTE[0], label="collisions")
    axis.loglog(T * 1e3, radiation, color=PALETTE[1], label="bremsstrahlung")
    axis.loglog(T * 1e3, per_second / speed / 1e-17, color=PALETTE[2], label="synchrotron, 0.18 G, 1e-17 g cm⁻³")
    axis.set(xlabel="kinetic energy [MeV]", ylabel="loss [MeV cm²/g]", ylim=(0.1, 1e4))
    axis.legend()


def draw_free_electrons(axis: Axes) -> None:
    """Bound and free electrons over the magnetic equator, June 1998."""
    altitude = np.arange(100.0, 4001.0, 50.0)
    grams, shares = _air(altitude, 112.0)
    bound = shares @ (np.array(elements.ATOMS_PER_KG) * np.array(elements.CHARGE)) * grams * 1e-3  # per cm3
    axis.semilogx(bound, altitude, color=PALETTE[0], label="bound in air")
    radius = REFERENCE_RADIUS + altitude * 1e3
    free = plasma.column(108.5, np.zeros(len(altitude)), radius, altitude)
    axis.semilogx(free * 1e-6, altitude, color=PALETTE[1], label="free")
    axis.set(xlabel="electrons [cm⁻³]", ylabel="altitude [km]", xlim=(1e3, 1e10))
    axis.legend()


def draw_scattering(axis: Axes) -> None:
    """Mean square angle per grammage in each element."""
    T = np.geomspace(5e-3, 1.0, 100)
    momentum = np.sqrt(T * (T + 2.0 * constants.ELECTRON_MASS))
    for number, name in enumerate(elements.ELEMENTS):
        pure = tuple(float(number == other) for other in range(len(elements.ELEMENTS)))
        angle = [scattering.mean_square_angle(p, constants.ELECTRON_MASS, pure) * 10.0 for p in momentum]
        axis.loglog(T * 1e3, angle, color=PALETTE[number], label=name)
    axis.set(xlabel="kinetic energy [MeV]", ylabel="mean square angle [rad² cm²/g]")
    axis.legend()


def draw_tracer(side: Axes, above: Axes) -> None:
    """A positron of 0.5 GV on L = 1.6 of a centred dipole."""
    field = dipole.centred_dipole(*_coefficients())
    x, y, z, angle = 1.6 * REFERENCE_RADIUS, 0.0, 0.0, math.radians(50.0)
    ux, uy, uz = math.sin(angle), 0.0, math.cos(angle)
    strength = 30e-6 / 1.6**3
    step = 2.0 * math.pi * geomag.dipole.gyroradius(0.5, strength, 0.5 * math.pi) / 60.0
    points = np.empty((12000, 3))
    for number in range(len(points)):
        x, y, z, ux, uy, uz, _ = lorentz.boris_step(field, x, y, z, ux, uy, uz, step, lorentz.bending(0.5, 1.0))
        points[number] = x, y, z
    points /= REFERENCE_RADIUS
    turn = np.linspace(0.0, 2.0 * math.pi, 200)
    for axis, flat in (
        (side, (np.hypot(points[:, 0], points[:, 1]), points[:, 2])),
        (above, (points[:, 0], points[:, 1])),
    ):
        axis.fill(np.cos(turn), np.sin(turn), color="0.85")
        axis.plot(*flat, color=PALETTE[0], lw=0.6)
        axis.set_aspect("equal")
    side.set(
        xlabel="distance from the axis [R$_E$]", ylabel="along the axis [R$_E$]", xlim=(0.0, 1.9), ylim=(-1.2, 1.2)
    )
    above.set(xlabel="x [R$_E$]", ylabel="y [R$_E$]", xlim=(-1.9, 1.9), ylim=(-1.9, 1.9))


def _coefficients() -> tuple[np.ndarray, np.ndarray]:
    g, h = np.zeros((2, 2)), np.zeros((2, 2))
    g[1, 0] = -30000.0  # nT
    return g, h


def draw_errors(axis: Axes) -> None:
    """68 % interval of k equal scores over their number, and the standard error."""
    k = np.arange(1, 41)
    low, high = 0.5 * chi2.ppf(0.1585, 2 * k), 0.5 * chi2.ppf(0.8415, 2 * (k + 1))
    axis.fill_between(k, low / k, high / k, color=PALETTE[0], alpha=0.3, lw=0, label="68 % interval")
    given = k >= 10
    for sign, label in ((1.0, "value ± standard error"), (-1.0, None)):
        axis.plot(k[given], 1.0 + sign / np.sqrt(k[given]), color=PALETTE[1], label=label)
    axis.axhline(1.0, color="0.5", lw=0.8)
    axis.set(xlabel="number of equal scores", ylabel="over the value", ylim=(0.0, 3.5), xlim=(1, 40))
    axis.legend()


def draw_the_sun_as_lived(sun: Axes, mix: Axes) -> None:
    """F10.7a by month, and what the air over the equator is made of at 900 km in that Sun."""
    months = {month: found for month, found in solar_activity.table().items() if month >= (1955, 1)}
    years = np.array([year + (month - 0.5) / 12.0 for year, month in months])
    f107a = np.array([found.f107a for found in months.values()])
    for colour, of_cycles in zip(PALETTE, (False, True), strict=False):
        shown = np.array([(found.origin == "mean cycle") == of_cycles for found in months.values()])
        sun.plot(years[shown], f107a[shown], color=colour, label="mean cycles" if of_cycles else "observed")
    sun.set(xlabel="year", ylabel="F10.7a [sfu]")
    sun.legend()
    shares = np.array([_air(np.array([900.0]), f107)[1][0] for f107 in f107a[::6]])
    for colour, name, share in zip(PALETTE, elements.ELEMENTS, shares.T, strict=False):
        if share.max() > 0.05:
            mix.plot(years[::6], share, color=colour, label=name)
    mix.set(xlabel="year", ylabel="mass fraction at 900 km", ylim=(0.0, 1.1))
    mix.legend(loc="upper center", ncols=4)


def main() -> None:
    """Write all figures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(STYLE):
        for name, draw, panels in (
            ("decay", draw_decay, 2),
            ("atmosphere", draw_atmosphere, 2),
            ("geomag", draw_geomag, 0),
            ("energy_loss", draw_losses, 1),
            ("free_electrons", draw_free_electrons, 1),
            ("scattering", draw_scattering, 1),
            ("tracer", draw_tracer, 2),
            ("errors", draw_errors, 1),
            ("the_sun_as_lived", draw_the_sun_as_lived, 2),
        ):
            figure = Figure(figsize=(9.5 if panels != 1 else 6.5, 4.2), layout="constrained")
            axes = figure.subplots(1, max(panels, 1), squeeze=False)[0]
            draw(*((figure,) if panels == 0 else ()), *axes)
            figure.savefig(OUT / f"{name}.png", dpi=120)


if __name__ == "__main__":
    main()
