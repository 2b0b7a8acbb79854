"""Convergence of the step in air: orbits of e+, e- and p at the default step beside steps 30 and 100 times finer.

Mean losses, no scattering, from 400 and 200 km above 0 N 0 E, coming down at zenith angles 0, 60 and 90 deg from the
west. Every orbit runs until it is absorbed, stops, escapes or has covered 1e5 km.

An orbit is unstable by nature when a change of its start that nobody can exclude changes an answer by 1 % or more: a
field 10 nT stronger, as the crust that IGRF leaves out and a quiet ring current make it, or a zenith angle 0.01 deg
larger. A step can do no better.

Usage: python tools/step_convergence.py docs/methods/step_convergence_after.csv
"""

import csv
import functools
import itertools
import math
import sys
from typing import NamedTuple

import numpy as np

import geomag
from atmosphere import Msis
from geomag.coordinates import position_of_geodetic
from geomag.cutoff import arrival_direction
from geomag.unrolled import unrolled
from mcbelt import constants
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.orbits.matter import HeavyLosses, MixtureLosses
from mcbelt.particles import Fate
from mcbelt.physics import heavy_loss_table, heavy_stopping, kinematics
from mcbelt.physics.loss_table import element_losses

DATE, PATH, FLOOR = "2025-01-01", 1.0e8, 20.0e3
ENERGIES = (0.05, 0.2, 0.7, 3.0, 10.0, 100.0, 1000.0)  # kinetic [GeV]
ALTITUDES, ZENITHS, AZIMUTH = (400.0, 200.0), (0.0, 60.0, 90.0), 270.0  # [km], [deg], [deg]: from the west
SPECIES = {
    "e+": (constants.ELECTRON_MASS, 1),
    "e-": (constants.ELECTRON_MASS, -1),
    "p": (constants.PROTON_MASS, 1),
}
QUANTITIES = {"grammage": row.GRAMMAGE, "path": row.PATH, "lowest": row.LOWEST}
AGREES = 0.01  # relative
UNSTABLE = 0.003  # relative change of the reference between 30 and 100 times finer
MOVED_MOMENTUM, MOVED_ZENITH = 3.7e-4, 0.01  # share: that of 10 nT in the field of 27 000 nT there; [deg]


class Start(NamedTuple):
    """One orbit of the table."""

    particle: str
    energy: float  # kinetic [GeV]
    altitude: float  # [km]
    zenith: float  # [deg]
    stretch: float = 1.0  # of the momentum


def starts():
    """All orbits of the table."""
    return [Start(*values) for values in itertools.product(SPECIES, ENERGIES, ALTITUDES, ZENITHS)]


def finer(stepping, times):
    """A stepping with all its steps shorter by a factor."""
    return stepping._replace(
        steps_per_gyration=stepping.steps_per_gyration * times, air_fraction=stepping.air_fraction / times
    )


@functools.cache
def air():
    """Air of all orbits."""
    return Msis(times=f"{DATE}T00:00", f107=112.0, f107a=108.0, ap=10.0).table


def model_of(particle, stepping, losses=True):
    """Lane model of a species with mean losses in the air of the table; momenta end inside the table of losses."""
    mass, charge = SPECIES[particle]
    limits = lanes.Limits(floor=FLOOR, path=PATH)
    if not losses:
        matter = NoLosses()
    elif particle == "p":
        lowest = heavy_stopping.energy_range(mass, charge)[0]
        limits = limits._replace(momentum_min=1.2 * kinematics.momentum(lowest, mass))
        matter = HeavyLosses(heavy_loss_table.heavy_losses(mass, charge), mass, float(charge))
    else:
        matter = MixtureLosses(element_losses())
    return lanes.LaneModel(unrolled(geomag.Igrf(DATE)), air(), matter, stepping=stepping, limits=limits)


def charges_of(particle, of):
    """Table of charges of one species."""
    mass, charge = SPECIES[particle]
    positions = [position_of_geodetic(0.0, 0.0, start.altitude * 1e3) for start in of]
    directions = [arrival_direction(0.0, 0.0, start.zenith, AZIMUTH) for start in of]
    momenta = [kinematics.momentum(start.energy, mass) * start.stretch for start in of]
    return lanes.charge_table(positions, directions, momenta, mass, charge)


def follow(of, times=1.0):
    """Advance orbits to their ends; a table of charges, columns as given.

    Protons beyond the table of losses fly without.
    """
    result = np.empty((row.ROWS, len(of)))
    for particle in SPECIES:
        mass, charge = SPECIES[particle]
        highest = 0.9 * heavy_stopping.energy_range(mass, charge)[1] if particle == "p" else math.inf
        for losses in (True, False):
            chosen = [i for i, s in enumerate(of) if s.particle == particle and (s.energy < highest) is losses]
            if chosen:
                table = charges_of(particle, [of[i] for i in chosen])
                result[:, chosen] = lanes.advance(model_of(particle, finer(lanes.Stepping(), times), losses), table)
    return result


def difference(value, reference):
    """Relative difference; 0 where both vanish."""
    return 0.0 if value == reference else (value - reference) / abs(reference) if reference else math.inf


def largest_difference(value, reference):
    """Largest of the differences of the quantities of two orbits, without sign."""
    return max(abs(difference(value[r], reference[r])) for r in QUANTITIES.values())


def verdict_of(default, coarse, fine, sensitivity):
    """What is to be said of the default orbit, where the answers move by `sensitivity` with the start."""
    found, change = largest_difference(default, fine), largest_difference(coarse, fine)
    if default[row.FATE] == fine[row.FATE] and found <= AGREES and change < UNSTABLE:
        return "agrees"
    return "unstable" if max(sensitivity, change / UNSTABLE * AGREES) >= AGREES else "differs"


def rows_of(of):
    """Rows of the table, one dictionary an orbit."""
    default, coarse, fine = (follow(of, times) for times in (1.0, 30.0, 100.0))
    moved = [
        follow([start._replace(**change(start)) for start in of], 30.0)
        for change in (lambda s: {"stretch": 1.0 - MOVED_MOMENTUM}, lambda s: {"zenith": s.zenith + MOVED_ZENITH})
    ]
    for i, start in enumerate(of):
        sensitivity = max(largest_difference(t[:, i], coarse[:, i]) for t in moved)
        fates = [Fate(int(t[row.FATE, i])).name.lower() for t in (default, fine)]
        numbers = {}
        for name, unit, scale in (("grammage", "g_cm2", 0.1), ("path", "km", 1e-3), ("lowest", "km", 1e-3)):
            r = QUANTITIES[name]
            numbers[f"{name}_{unit}"] = f"{default[r, i] * scale:.6g}"
            numbers[f"{name}_fine_{unit}"] = f"{fine[r, i] * scale:.6g}"
            numbers[f"{name}_difference"] = f"{difference(default[r, i], fine[r, i]):.2e}"
        yield {
            "particle": start.particle,
            "kinetic_GeV": f"{start.energy:g}",
            "altitude_km": f"{start.altitude:g}",
            "zenith_deg": f"{start.zenith:g}",
            "verdict": verdict_of(default[:, i], coarse[:, i], fine[:, i], sensitivity),
            "fate": fates[0],
            "fate_fine": fates[1],
            **numbers,
            "reference_change": f"{largest_difference(coarse[:, i], fine[:, i]):.1e}",
            "sensitivity": f"{sensitivity:.1e}",
            "steps": int(default[row.STEPS, i]),
            "steps_fine": int(fine[row.STEPS, i]),
        }


def write(path):
    """Write the table of all orbits and print the count of each verdict."""
    rows = sorted(rows_of(starts()), key=lambda r: r["verdict"] == "unstable")  # those unstable by nature last
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for verdict in ("agrees", "differs", "unstable"):
        print(verdict, sum(r["verdict"] == verdict for r in rows))


if __name__ == "__main__":
    write(sys.argv[1])
