"""Figures 5-11 of Gusev & Pugacheva 2003 (the cosmic-ray source), computed anew, and the waterfall of ingredients.

What agrees with the paper and what does not is said in docs/gallery/gusev2003_cosmic.md. The geometry is the paper's
(`preset = "paper_eccentric"`): a dipole 493 km off the Earth's centre, protons over Störmer's cutoff.
"""

import math
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt

from geomag import stormer
from geomag.constants import GUSEV_MOMENT_NT, NANOTESLA, REFERENCE_RADIUS
from mcbelt import surroundings
from mcbelt.cascade import collisions
from mcbelt.constants import ELECTRON_MASS
from mcbelt.figures import ams01
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import Vacuum
from mcbelt.orbits.interfaces.detector import NoDetector
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.papers.gusev2003 import write_csv
from mcbelt.physics import angular_leptons, kinematics
from mcbelt.physics.loss_table import element_losses
from mcbelt.settings import reading
from mcbelt.sources.cosmic import drift_resolved, prepare
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum, arriving_protons

WAYS = (("west", 1.0, "#c1272d"), ("vertical", 0.0, "0.3"), ("east", -1.0, "#0b5394"))
ENERGIES = np.array([0.05, 0.1, 0.2, 0.5, 1.0, 2.0])  # [GeV] of figures 9 and 11
ORBITS = (12, 16, 24, 64, 128, 256)  # at each of them


def case(L=1.09, physics=None, **source):
    """A campaign in the paper's geometry."""
    return reading.validate(
        {
            "kind": "belt",
            "name": "gusev2003",
            "preset": "paper_eccentric",
            "shell": {"L": L, "date": "1998-06-05"},
            "air": {"f107": 120.0, "f107a": 120.0, "ap": 7.0},
            "source": {"kind": "cosmic_rays", **source},
            "physics": physics or {},
        },
        "gusev2003",
    )


def around_of(chosen):
    """Field and air of a campaign."""
    return surroundings.surroundings(chosen.shell, chosen.air, chosen.source.earth)


class Shell:
    """Everything needed to follow e+- on the shell of a campaign."""

    def __init__(self, chosen, around=None, emission=None, parents=None):
        self.around = around or around_of(chosen)
        self.path = prepare.path_of(chosen.shell, self.around)
        self.where = prepare.place_of(chosen, self.around, self.path)
        self.source = prepare.source_of(chosen, self.around, self.where, emission, parents)
        self.losses = element_losses()
        lane = prepare.lane_model(chosen, self.around, self.source, self.losses)
        self.lanes = lane._replace(detector=NoDetector())

    def adjoint(self, energies=ENERGIES, orbits=ORBITS):
        """Flux by full orbits and its standard error, shape (2, n) [m-2 s-1 sr-1 GeV-1]."""
        flux, sigma = np.zeros((2, len(energies))), np.zeros((2, len(energies)))
        for q, charge in enumerate((1, -1)):
            for i, (energy, n) in enumerate(zip(energies, orbits, strict=True)):
                position, direction = self.where.starts(1, 0, n, charge)
                momentum = kinematics.momentum(energy, ELECTRON_MASS)
                table = lanes.charge_table(position, direction, momentum, ELECTRON_MASS, charge)
                lanes.advance(self.lanes, table)
                flux[q, i] = table[row.PRODUCTION].mean()
                sigma[q, i] = table[row.PRODUCTION].std(ddof=1) / math.sqrt(n)
        return flux, sigma

    def averaged(self, energies):
        """Drift-averaged flux in the vantage, the drift resolved, shape (2, n)."""
        return drift_resolved.fluxes(self.where, self.around.air, self.source, self.losses, np.asarray(energies))


def cutoff(L, cosine_east):
    """Störmer's cutoff at the equator of the paper's dipole [GV]."""
    return stormer.cutoff_rigidity(
        GUSEV_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3, L * REFERENCE_RADIUS, 0.0, cosine_east
    )


def _saved(figure, path: Path) -> Path:
    figure.savefig(path, dpi=150)
    plt.close(figure)
    return path


def figure_5(directory: Path):
    """Protons at L = 1.09 by direction of arrival: over the cutoff, and the second spectrum below it."""
    T = np.geomspace(0.08, 200.0, 400)
    rays, second = cosmic_rays.modulated("proton", "burger2000", 0.5), SecondSpectrum()
    columns = {"T_GeV": T}
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for name, cosine, colour in WAYS:
        columns[name] = arriving_protons(T, cutoff(1.09, cosine), rays, second)
        label = f"from the {name}, {cutoff(1.09, cosine):.1f} GV" if cosine else f"vertical, {cutoff(1.09, 0.0):.1f} GV"
        width = 5.0 if cosine > 0.0 else 3.0 if cosine == 0.0 else 1.2  # the three coincide where all are open
        axes.loglog(T, np.where(columns[name] > 0, columns[name], np.nan), color=colour, lw=width, label=label)
    axes.set(xlabel="kinetic energy [GeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]", ylim=(1e-3, 300.0))
    axes.set_title("Protons at L = 1.09, after Gusev & Pugacheva 2003, fig. 5", fontsize="medium")
    axes.legend(frameon=False)
    write_csv(directory / "gusev2003_figure5.csv", "Proton flux by direction at L = 1.09 [m-2 s-1 sr-1 GeV-1]", columns)
    return _saved(figure, directory / "gusev2003_figure5.png")


def figure_6(directory: Path):
    """Production of e+ by protons from the west, over energy and angle to the proton."""
    emission = collisions.Emission()
    air = {"N": 0.7555, "O": 0.2315, "Ar": 0.013}
    energies = np.ones(len(angular_leptons.ANGULAR_ELECTRON_ENERGIES), bool)
    grid = collisions.yields(air, 1, "proton", emission, energies)
    rays = cosmic_rays.modulated("proton", "burger2000", 0.5)
    flux = collisions.open_flux(rays, grid.T, np.array([cutoff(1.09, 1.0)]))[0]
    production = np.tensordot(flux, grid.kernel, axes=1) * 1e-6  # per MeV and g instead of per GeV and kg
    cosine = 0.5 * (grid.cos_edges[1:] + grid.cos_edges[:-1])
    energy = angular_leptons.ANGULAR_ELECTRON_ENERGIES * 1e3
    mesh_energy, mesh_cosine = np.meshgrid(energy, cosine, indexing="ij")
    write_csv(
        directory / "gusev2003_figure6.csv",
        "e+ of protons from the west at L = 1.09 per sr of protons [MeV-1 s-1 sr-1 g-1 (per m-2)]",
        {"energy_MeV": mesh_energy.ravel(), "cosine": mesh_cosine.ravel(), "production": production.ravel()},
    )
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    levels = 10.0 ** np.arange(-13.0, -3.9, 1.0)
    angle = np.degrees(np.arccos(cosine))
    lines = axes.contour(angle, energy, np.maximum(production, 1e-30), levels=levels, norm="log", cmap="viridis")
    axes.clabel(lines, fmt=lambda value: f"{value:.0e}", fontsize="x-small")
    axes.set(
        yscale="log",
        ylim=(5.0, 2e4),
        xlim=(0.0, 180.0),
        xlabel="angle to the proton [deg]",
        ylabel="positron energy [MeV]",
    )
    axes.set_title("e$^+$ of protons from the west, after Gusev & Pugacheva 2003, fig. 6", fontsize="medium")
    return _saved(figure, directory / "gusev2003_figure6.png")


def orbit(charge, east, momentum, altitude, length, steps=240):
    """Places of an e+- in the equatorial plane: eastward distance and altitude [km], after a start to east or west."""
    chosen = case()
    model = surroundings.field(chosen.shell.field, chosen.shell.date).dipole
    lowest = math.radians(300.0)
    up = np.array([math.cos(lowest), math.sin(lowest), 0.0])
    eastward = np.array([-math.sin(lowest), math.cos(lowest), 0.0])
    start = (REFERENCE_RADIUS + altitude) * up
    lane = lanes.LaneModel(
        field=model,
        air=Vacuum(),
        source=NoSource(),
        stepping=lanes.Stepping(interval=1, fixed_step=length / steps, birth_checks=0),
        limits=lanes.Limits(floor=-6e6),
    )
    places = []
    table = lanes.charge_table(start, east * eastward, momentum, ELECTRON_MASS, charge)
    for i in range(1, steps + 1):
        lanes.advance(lane._replace(limits=lane.limits._replace(path=i * length / steps)), table)
        x = table[row.X : row.Z + 1, 0]
        turn = math.atan2(x @ eastward, x @ up)
        places.append((turn * REFERENCE_RADIUS * 1e-3, (np.linalg.norm(x) - REFERENCE_RADIUS) * 1e-3))
    return np.array([(0.0, altitude * 1e-3), *places])


def figure_7(directory: Path):
    """Drifts in the equatorial plane: e+ to the west, e- to the east."""
    figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    columns = {}
    for charge, colour, label in ((1, "#c1272d", "e$^+$"), (-1, "#0b5394", "e$^-$")):
        track = orbit(charge, float(charge), 0.5, 70e3, 4000e3)
        name = "positron" if charge > 0 else "electron"
        columns |= {f"{name}_east_km": track[:, 0], f"{name}_altitude_km": track[:, 1]}
        axes.plot(
            *track.T, color=colour, label=f"{label}, 0.5 GeV, from {'west to east' if charge > 0 else 'east to west'}"
        )
    axes.set(xlabel="eastward distance [km]", ylabel="altitude [km]")
    axes.set_ylim(60.0, 250.0)
    axes.legend(frameon=False, ncols=2, loc="upper center", fontsize="small")
    axes.set_title("Gyration and drift beside the anomaly, after Gusev & Pugacheva 2003, fig. 7", fontsize="medium")
    write_csv(directory / "gusev2003_figure7.csv", "Orbits of 0.5 GeV in the paper's dipole, without air", columns)
    return _saved(figure, directory / "gusev2003_figure7.png")


def figure_8(directory: Path):
    """First gyration of e+ and e- born at 70 km along protons from the west and from the east."""
    figure, axes = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    columns = {}
    for charge, colour, label in ((1, "#c1272d", "e$^+$"), (-1, "#0b5394", "e$^-$")):
        for east, style, way in ((1.0, "-", "west"), (-1.0, "--", "east")):
            track = orbit(charge, east, 0.5, 70e3, 700e3)
            axes.plot(*track.T, style, color=colour, label=f"{label} of a proton from the {way}")
            name = f"{'positron' if charge > 0 else 'electron'}_from_{way}"
            columns |= {f"{name}_east_km": track[:, 0], f"{name}_altitude_km": track[:, 1]}
    axes.axhspan(-250.0, 50.0, color="0.85")
    axes.text(0.02, 0.05, "dense air", transform=axes.transAxes, color="0.35")
    axes.set(xlabel="eastward distance [km]", ylabel="altitude [km]")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title("Which ones leave the air, after Gusev & Pugacheva 2003, fig. 8", fontsize="medium")
    write_csv(directory / "gusev2003_figure8.csv", "First gyration of 0.5 GeV e+- born at 70 km, without air", columns)
    return _saved(figure, directory / "gusev2003_figure8.png")


def figure_9(directory: Path):
    """Fluxes at L = 1.09 with and without the east-west effect."""
    around = around_of(case())
    columns = {"energy_MeV": ENERGIES * 1e3}
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    for name, fmt, chosen in (("asymmetry", "-", case()), ("no_asymmetry", "--", case(east_west=False))):
        flux, sigma = Shell(chosen, around).adjoint()
        for q, (label, colour) in enumerate((("positron", "#c1272d"), ("electron", "#0b5394"))):
            columns |= {f"{label}_{name}": flux[q], f"{label}_{name}_sigma": sigma[q]}
            axes.errorbar(
                ENERGIES * 1e3,
                flux[q],
                sigma[q],
                fmt=f"o{fmt}",
                ms=4,
                color=colour,
                label=f"{label}, {name.replace('_', ' ')}",
            )
    axes.set(xscale="log", yscale="log", xlabel="energy [MeV]", ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ GeV$^{-1}$]")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title("Cosmic-ray e$^\\pm$ at L = 1.09, after Gusev & Pugacheva 2003, fig. 9", fontsize="medium")
    write_csv(
        directory / "gusev2003_figure9.csv", "Directional flux at L = 1.09 [m-2 s-1 sr-1 GeV-1], full orbits", columns
    )
    return _saved(figure, directory / "gusev2003_figure9.png")


def figure_10(directory: Path):
    """Density and scale height at the equator."""
    altitude, density = around_of(case()).profile
    chosen = (altitude >= 50e3) & (altitude <= 1000e3)
    height = -np.gradient(altitude, np.log(density))
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    axes.semilogy(altitude[chosen] * 1e-3, density[chosen] * 1e-3, color="0.1")
    axes.set(xlabel="altitude [km]", ylabel="density [g cm$^{-3}$]")
    right = axes.twinx()
    right.plot(altitude[chosen] * 1e-3, height[chosen] * 1e-3, "--", color="#0b5394")
    right.set_ylabel("scale height [km]", color="#0b5394")
    axes.set_title("Air at the equator (NRLMSIS 2.1, F10.7 = 120), after fig. 10", fontsize="medium")
    write_csv(
        directory / "gusev2003_figure10.csv",
        "Air at the equator, mean over local time and two seasons",
        {
            "altitude_km": altitude[chosen] * 1e-3,
            "density_g_cm3": density[chosen] * 1e-3,
            "scale_height_km": height[chosen] * 1e-3,
        },
    )
    return _saved(figure, directory / "gusev2003_figure10.png")


def figure_11(directory: Path):
    """e+/e- against energy at L = 1.09, 1.12 and 1.2, with the fit to AMS-01."""
    around = around_of(case())
    inner = Shell(case(), around)
    flux, sigma = inner.adjoint()
    ratio = flux[0] / flux[1]
    figure, axes = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
    error = ratio * np.hypot(sigma[0] / flux[0], sigma[1] / flux[1])
    axes.errorbar(ENERGIES * 1e3, ratio, error, fmt="o-", ms=4, color="0.1", label="L = 1.09, full orbits")
    columns = {"energy_MeV": ENERGIES * 1e3, "ratio_1.09": ratio, "sigma_1.09": error}
    for L, style in ((1.12, "--"), (1.2, ":")):
        averaged = Shell(case(L=L), around).averaged(ENERGIES)
        columns[f"ratio_{L:g}"] = averaged[0] / averaged[1]
        axes.plot(ENERGIES * 1e3, columns[f"ratio_{L:g}"], style, color="0.1", label=f"L = {L:g}, drift-averaged")
    fine = np.geomspace(0.2, 3.0, 60)
    axes.plot(
        fine * 1e3,
        ams01.fit("e+", fine) / ams01.fit("e-", fine),
        color="#c1272d",
        lw=1.0,
        label="fit to AMS-01, |Θ$_M$| < 0.3",
    )
    axes.set(xscale="log", ylim=(0.0, 6.0), xlabel="energy [MeV]", ylabel="e$^+$/e$^-$")
    axes.legend(frameon=False, fontsize="small")
    axes.set_title("Ratio of the cosmic-ray source, after Gusev & Pugacheva 2003, fig. 11", fontsize="medium")
    write_csv(directory / "gusev2003_figure11.csv", "e+/e- of the cosmic-ray source in the paper's geometry", columns)
    return _saved(figure, directory / "gusev2003_figure11.png")


# What each step of the waterfall changes: emission, [source], [physics]; every step keeps those before.
STEPS = (
    (
        "collinear, one yield for all",
        {"collinear": True, "knock_on": False, "constant_yields_at": 12.0},
        {"second_spectrum": False, "interstellar": "gusev2003"},
        {},
    ),
    ("yields that grow with energy", {"constant_yields_at": 0.0}, {"interstellar": "burger2000"}, {}),
    ("production angles", {"collinear": False}, {}, {}),
    ("protons under the cutoff", {}, {"second_spectrum": True}, {}),
    ("knock-on electrons", {"knock_on": True}, {}, {}),
    ("multiple scattering", {}, {}, {"scattering": True}),
    ("stochastic bremsstrahlung", {}, {}, {"bremsstrahlung": "stochastic"}),
    ("flight of the muons", {"muon_flight": True}, {}, {}),
    ("pi0 to pairs", {"neutral_pions": True}, {}, {}),
    ("radiated photons to pairs", {"radiated_photons": True}, {}, {}),
    ("bent paths of the parents", {}, {"paths": "bent"}, {}),
    ("cascade of nucleons", {"cascade": True}, {}, {}),
    ("annihilation in flight", {}, {}, {"annihilation": True}),
)


def waterfall(directory: Path):
    """Flux and ratio at L = 1.09, one ingredient after the other."""
    around = around_of(case())
    energies, orbits = np.array([0.1, 0.2, 0.5, 1.0]), (24, 48, 128, 256)
    columns = {"energy_MeV": energies * 1e3}
    emission, source, physics = {}, {}, {}
    for i, (_, of_emission, of_source, of_physics) in enumerate(STEPS):
        emission, source, physics = emission | of_emission, source | of_source, physics | of_physics
        shell = Shell(case(physics=physics, **source), around, collisions.Emission(**emission))
        flux, sigma = shell.adjoint(energies, orbits)
        columns |= {f"positron_{i}": flux[0], f"ratio_{i}": flux[0] / flux[1]}
        columns[f"ratio_sigma_{i}"] = flux[0] / flux[1] * np.hypot(sigma[0] / flux[0], sigma[1] / flux[1])
    ticks = [step[0] for step in STEPS]
    write_csv(directory / "gusev2003_cosmic_waterfall.csv", "Steps: " + "; ".join(ticks), columns)
    return _saved(_drawn_waterfall(columns, energies, ticks), directory / "gusev2003_cosmic_waterfall.png")


def _drawn_waterfall(columns, energies, ticks):
    """Ratio and flux of e+ step by step."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.0, 5.2), sharey=True, layout="constrained")
    place = np.arange(len(ticks))
    for j, energy in enumerate(energies):
        ratio = [columns[f"ratio_{i}"][j] for i in place]
        sigma = [columns[f"ratio_sigma_{i}"][j] for i in place]
        left.errorbar(ratio, place, xerr=sigma, fmt="o-", ms=4, label=f"{energy:g} GeV")
        right.plot([columns[f"positron_{i}"][j] / columns["positron_4"][j] for i in place], place, "o-", ms=4)
    left.set_yticks(place, ticks)
    left.invert_yaxis()
    left.set(xlabel="e$^+$/e$^-$ at L = 1.09", xlim=(0.0, None))
    right.set(xlabel="e$^+$ flux over that with knock-ons", xscale="log")
    shown = (0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
    right.set_xticks(shown, [f"{value:g}" for value in shown])
    right.minorticks_off()
    left.legend(frameon=False)
    figure.suptitle("What makes the ratio and the flux: each step keeps those before", fontsize="medium")
    return figure


FIGURES = {
    "5": figure_5,
    "6": figure_6,
    "7": figure_7,
    "8": figure_8,
    "9": figure_9,
    "10": figure_10,
    "11": figure_11,
    "cosmic-waterfall": waterfall,
}
