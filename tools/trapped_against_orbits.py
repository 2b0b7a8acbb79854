"""The means of the trapped transport beside full orbits: what e+- meet on whole drifts in IGRF and NRLMSIS.

On L = 1.15, 1.2 and 1.3 e+ and e- of 10, 50 and 200 MeV start at several longitudes and gyrophases with their guiding
centres on the shell and go once around the Earth, eight steps a gyration and more. What they meet on their way is
compared with the tables that the trapped transport reads: density, loss per path, B_perp^2, diffusion of the equatorial
pitch angle, bounce and drift. Of equatorial pitch angles 90, 87 and 75 deg; at 90 deg nothing bounces, and what
belongs to bouncing is seen at 87 deg. No free electrons, and energies stay as they are but for what a drift costs
(below 1e-4).

Usage: python tools/trapped_against_orbits.py [FOLDER]   (default docs/methods; some six minutes of one core)
"""

import itertools
import math
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from geomag.drift_shell import DriftShell, drift_shell
from geomag.unrolled import unrolled
from mcbelt import constants, surroundings
from mcbelt.orbits import drift_means as met
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.papers.gusev2003.trapped_spectra import belt_case
from mcbelt.papers.plate import saved, write_csv
from mcbelt.physics import kinematics
from mcbelt.physics.loss_table import element_losses
from mcbelt.sources.trapped import drift_averaged, shells
from mcbelt.sources.trapped.between_shells import between_shells
from mcbelt.sources.trapped.losses import diffusion, field_squared, losses
from mcbelt.sources.trapped.model import ShellModel

DOCS = Path(__file__).parents[1] / "docs" / "methods"
SHELLS = (1.15, 1.2, 1.3)
ENERGIES = {0.01: 2, 0.05: 12, 0.2: 24}  # kinetic [GeV] -> orbits of each shell and pitch angle
PITCH_ANGLES = (90.0, 87.0, 75.0)  # equatorial [deg]
AWAY = 0.5  # share of the largest cos^2(pitch angle) that is away from a mirror point
QUANTITIES = {
    "density": "mean density",
    "loss": "loss per path",
    "field_squared": "mean B$_⊥^2$",
    "diffusion": "pitch-angle diffusion",
    "bounce": "bounce path",
    "drift": "drift period",
}


class Start(NamedTuple):
    """One orbit."""

    L: float
    energy: float  # kinetic [GeV]
    pitch_angle: float  # equatorial [deg]
    number: int  # among those of the same shell, energy and pitch angle
    of: int

    @property
    def charge(self) -> int:
        """e+ and e- in turn, a pair at each gyrophase."""
        return 1 - 2 * (self.number % 2)


def starts(orbits: dict[float, int] = ENERGIES, L: tuple[float, ...] = SHELLS) -> list[Start]:
    """All orbits, those that take longest first."""
    cells = itertools.product(sorted(orbits), L, PITCH_ANGLES)
    return [Start(l, energy, angle, i, orbits[energy]) for energy, l, angle in cells for i in range(orbits[energy])]


def case_of(L: float) -> Any:
    """The campaign whose tables are looked at."""
    return belt_case("full", **{"shell.L": L, "physics.free_electrons": False})


class Shell:
    """A drift shell: its tables, and the shell of a single pitch angle."""

    def __init__(self, L: float, energies: np.ndarray) -> None:
        self.case, self.energies = case_of(L), energies
        self.field = surroundings.traced_field(self.case.shell.field, self.case.shell.date)
        self.B0_nT = drift_shell(self.field, L=L, convention=self.case.shell.convention).B0_nT
        self.pitch_angle, self.mirror_shells = shells.mirror_shells(self.field, self.B0_nT)
        self.air_top_km = shells.air_top_km(self.mirror_shells[-1], energies)
        self._at: dict[float, DriftShell] = {}

    def tables(self, air: Any) -> ShellModel:
        """The means that `mcbelt.sources.trapped.prepare` makes, by the same functions, in an air; no production."""
        mean = shells.mean_air(self.case.air, self.mirror_shells, air, self.energies)
        path = shells.motion(self.case.air, self.pitch_angle, self.mirror_shells, air)
        loss, annihilation = losses(self.case.physics, mean.fractions, self.energies)
        bounce = np.array([shell.bounce_path_m for shell in self.mirror_shells])
        model = ShellModel(
            pitch_angle=self.pitch_angle,
            energy=self.energies,
            density=mean.density,
            field_squared=field_squared(self.mirror_shells, None, "full"),
            loss=loss,
            annihilation=annihilation,
            source=np.zeros((2, 1, *mean.density.shape)),
            phase_volume=np.sin(self.pitch_angle) * np.cos(self.pitch_angle) * bounce,
            diffusion=diffusion(self.case.physics, path, mean.fractions, self.energies),
            energy_edges=self.energies,
            pitch_angle_edges=self.pitch_angle,
            stream=np.arange(2),
        )
        return between_shells(model)

    def at(self, pitch_angle: float) -> DriftShell:
        """The shell of one equatorial pitch angle [deg]."""
        if pitch_angle not in self._at:
            mirror = None if pitch_angle == 90.0 else self.B0_nT / math.sin(math.radians(pitch_angle)) ** 2
            self._at[pitch_angle] = drift_shell(self.field, B0_nT=self.B0_nT, mirror_nT=mirror, longitudes=72)
        return self._at[pitch_angle]


def placed(start: Start, shell: DriftShell) -> tuple[np.ndarray, np.ndarray]:
    """Position [m] and direction of a charge whose guiding centre is on the shell, where the field line is weakest."""
    line = shell.longitudes * start.number // start.of
    on_line = slice(line * shell.bounce_nodes, (line + 1) * shell.bounce_nodes)
    node = line * shell.bounce_nodes + int(np.argmin(shell.B_nT[on_line]))
    b, strength = shell.b[node], shell.B_nT[node]
    first = np.cross(b, shell.x_m[node])
    first /= np.linalg.norm(first)
    phase = 2.0 * math.pi * (start.number // 2 + 0.5) / max(start.of // 2, 1)
    across = math.cos(phase) * first + math.sin(phase) * np.cross(b, first)
    sine2 = min(strength / shell.mirror_nT, 1.0)
    direction = math.sqrt(sine2) * across + math.sqrt(1.0 - sine2) * b
    momentum = kinematics.momentum(start.energy, constants.ELECTRON_MASS)
    radius = constants.GV_TO_TESLA_METRE * momentum / (strength * 1e-9)
    return shell.x_m[node] - start.charge * radius * np.cross(direction, b), direction


def followed(of: list[Start], where: dict[float, Shell], air: Any) -> tuple[np.ndarray, np.ndarray]:
    """Once around the Earth with every charge: table of the charges, and tallies of `DriftMeans`."""
    places = [placed(start, where[start.L].at(start.pitch_angle)) for start in of]
    momenta = [kinematics.momentum(start.energy, constants.ELECTRON_MASS) for start in of]
    charges = [start.charge for start in of]
    table = lanes.charge_table(*zip(*places, strict=True), momenta, constants.ELECTRON_MASS, charges)
    tallies = np.zeros((len(of), met.COLUMNS))
    cosine2 = np.cos(np.radians([start.pitch_angle for start in of])) ** 2
    tallies[:, met.AWAY] = np.where(cosine2 > 1e-9, AWAY * cosine2, math.inf)
    model = lanes.LaneModel(
        field=unrolled(next(iter(where.values())).field),
        air=air.table,
        losses=NoLosses(synchrotron=1.0),
        detector=met.DriftMeans(air.table, element_losses()),
        limits=lanes.Limits(drift=2.0 * math.pi),
    )
    slowest = sum(start.energy == of[0].energy for start in of)
    return lanes.advance(model, table, tallies=tallies, width=min(slowest, 36)), tallies


def of_orbits(start: Start, column: np.ndarray, tally: np.ndarray) -> dict[str, float]:
    """Means of one orbit, by the names of `QUANTITIES`; NaN for what is not to be seen at 90 degrees."""
    density, squared = tally[met.MATTER] / tally[met.PATH], tally[met.FIELD_SQUARED] / tally[met.PATH]
    light = drift_averaged.synchrotron_per_grammage(start.energy, squared, density)
    tangent2 = math.tan(math.radians(start.pitch_angle)) ** 2 if start.pitch_angle < 90.0 else math.nan
    bounces = 0.5 * (tally[met.MIRRORS] - 1.0)
    return {
        "density": density,
        "loss": density * (tally[met.LOSS] / tally[met.ASKED] + light),
        "field_squared": squared,
        "diffusion": tally[met.DIFFUSION_COTANGENT] / tally[met.ASKED] * tangent2,
        "bounce": (tally[met.LAST_MIRROR] - tally[met.FIRST_MIRROR]) / bounces if bounces > 0.0 else math.nan,
        "drift": column[row.TIME] * 2.0 * math.pi / abs(column[row.DRIFT]),
    }


def of_tables(start: Start, shell: Shell, tables: ShellModel) -> dict[str, float]:
    """The same of the tables, read off as the transport does: ln of the density and all else linear in pitch angle."""
    angle, energy = math.radians(start.pitch_angle), int(np.searchsorted(shell.energies, start.energy))

    def read(values):
        return float(np.interp(angle, tables.pitch_angle, values))

    density = math.exp(read(np.log(tables.density[:, energy])))
    squared = read(tables.field_squared)
    light = drift_averaged.synchrotron_per_grammage(start.energy, squared, density)
    return {
        "density": density,
        "loss": density * (read(tables.loss[0 if start.charge > 0 else 1, :, energy]) + light),
        "field_squared": squared,
        "diffusion": read(tables.diffusion[:, energy]),
        "bounce": read(tables.phase_volume) / (math.sin(angle) * math.cos(angle)),
        "drift": float(shell.at(start.pitch_angle).drift_period_s(start.energy, constants.ELECTRON_MASS)),
    }


class Row(NamedTuple):
    """One quantity of one shell, energy and pitch angle."""

    L: float
    energy_MeV: float
    pitch_angle_deg: float
    quantity: str
    tables: float  # mean over e+ and e-
    orbits: float
    ratio: float  # orbits over tables, mean over the orbits
    error: float  # its standard error, from their spread
    number: int  # of orbits
    lowest_km: float  # that any came


def compared(of: list[Start]) -> list[Row]:
    """Every quantity of every cell.

    Parameters
    ----------
    of : list of Start
        Orbits, in the order of `starts`.

    Returns
    -------
    list of Row

    Raises
    ------
    ValueError
        An orbit did not come around.
    """
    energies = np.array(sorted({start.energy for start in of}))
    where = {L: Shell(L, energies) for L in dict.fromkeys(start.L for start in of)}
    first = next(iter(where.values()))
    air = surroundings.air_model(first.case.air, first.case.shell.date, max(s.air_top_km for s in where.values()))
    tables = {L: shell.tables(air) for L, shell in where.items()}
    charges, tallies = followed(of, where, air)
    if not (charges[row.FATE] == row.STEP_LIMIT).all():
        raise ValueError(f"{(charges[row.FATE] != row.STEP_LIMIT).sum()} orbits did not come around")
    found = [of_orbits(start, *each) for start, *each in zip(of, charges.T, tallies, strict=True)]
    known = [of_tables(start, where[start.L], tables[start.L]) for start in of]
    rows = []
    for cell, members in itertools.groupby(range(len(of)), lambda i: of[i][:3]):
        own = list(members)
        for name in QUANTITIES:
            ratio = np.array([found[i][name] / known[i][name] for i in own])
            if not np.isfinite(ratio).all():
                continue
            error = float(ratio.std(ddof=1) / math.sqrt(len(own))) if len(own) > 1 else math.nan
            values = [float(np.mean([each[i][name] for i in own])) for each in (known, found)]
            lowest = float(charges[row.LOWEST, own].min() * 1e-3)
            named = (cell[0], cell[1] * 1e3, cell[2], name)
            rows.append(Row(*named, *values, float(ratio.mean()), error, len(own), lowest))
    return rows


def drawn(rows: list[Row]) -> Figure:
    """Orbits over tables, a panel a quantity; the band is 2 %."""
    figure = Figure(figsize=(12.5, 7.0), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True, sharey=True)
    colours = dict(zip(SHELLS, ("#c1272d", "#0b5394", "#38761d"), strict=True))
    markers = dict(zip(PITCH_ANGLES, ("o", "^", "s"), strict=True))
    for axis, (name, title) in zip(axes.flat, QUANTITIES.items(), strict=True):
        axis.axhspan(-2.0, 2.0, color="0.92")
        axis.axhline(0.0, color="0.5", lw=0.8)
        for each in (r for r in rows if r.quantity == name):
            place = each.energy_MeV * 1.07 ** (SHELLS.index(each.L) * 3 + PITCH_ANGLES.index(each.pitch_angle_deg) - 4)
            axis.errorbar(
                place, 100.0 * (each.ratio - 1.0), 100.0 * each.error, fmt=markers[each.pitch_angle_deg], ms=5,
                color=colours[each.L], mfc="none" if each.pitch_angle_deg != 90.0 else None, capsize=2,
            )  # fmt: skip
        axis.set(title=title, xscale="log", ylim=(-4.0, 4.0))
        axis.set_xticks([10.0, 50.0, 200.0], ["10", "50", "200"])
        axis.minorticks_off()
    for L, colour in colours.items():
        axes[0, 2].plot([], [], "o", color=colour, label=f"L = {L:g}")
    for angle, marker in markers.items():
        axes[0, 2].plot([], [], marker, color="0.4", mfc="none" if angle != 90.0 else None, label=f"{angle:g}°")
    axes[0, 2].legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    figure.supxlabel("kinetic energy [MeV]")
    figure.supylabel("full orbits over tables - 1 [%]")
    return figure


def main(folder: Path = DOCS) -> None:
    """Follow all orbits; write table and figure."""
    rows = compared(starts())
    about = (
        "Full orbits around the Earth beside the tables of the trapped transport; SI units, GeV, rad; IGRF 1998-06-05"
    )
    write_csv(
        folder / "trapped_against_orbits.csv",
        about,
        {name: [getattr(each, name) for each in rows] for name in Row._fields},
    )
    saved(drawn(rows), folder / "figures" / "trapped_against_orbits.png")
    for each in rows:
        print(f"{each.L:g} {each.energy_MeV:5.0f} {each.pitch_angle_deg:g} {each.quantity:14s}", end=" ")
        print(f"{each.tables:.5g} {each.orbits:.5g} {100 * (each.ratio - 1):+.2f} +- {100 * each.error:.2f} %")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
