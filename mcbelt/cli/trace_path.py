"""The path of one particle as a dataset, with invariants along the way; writing and drawing it."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import xarray

import geomag
from geomag import cutoff
from geomag.coordinates import check_latitude, position_of_geodetic
from geomag.unrolled import unrolled
from mcbelt import constants
from mcbelt.errors import ConfigError, ExecutionError
from mcbelt.files import sealed
from mcbelt.files.result import CONVENTIONS
from mcbelt.orbits import lanes, record
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.physics import kinematics

FIELDS = {"igrf": geomag.Igrf, "dipole": geomag.CentredDipole, "eccentric": geomag.EccentricDipole}
SPECIES = {
    "e+": (constants.ELECTRON_MASS, 1.0),
    "e-": (constants.ELECTRON_MASS, -1.0),
    "p": (constants.PROTON_MASS, 1.0),
}
FATES = {
    row.LOST: "lost",
    row.COOLED: "cooled",
    row.ABSORBED: "absorbed",
    row.ESCAPED: "escaped",
    row.STEP_LIMIT: "limit of time or drift",
    row.HEATED: "heated",
    row.FLYING: "limit of samples",
}
MOST_SAMPLES = 2_000_000


def path_of(
    field: str,
    date: str,
    where: tuple[float, float, float, float, float],
    particle: str,
    energy_MeV: float,
    stops: dict[str, Any],
    how: tuple[float, int, bool],
    activity: dict[str, float] | None = None,
) -> xarray.Dataset:
    """Trace one particle.

    Parameters
    ----------
    field : {"igrf", "dipole", "eccentric"}
    date : str
    where : tuple of 5 float
        Geodetic latitude, longitude [deg], altitude [km]; zenith and azimuth of where the particle comes from [deg].
    particle : {"e+", "e-", "p"}
    energy_MeV : float
        Kinetic energy [MeV].
    stops : dict
        time_s, drifts, floor_km.
    how : tuple
        Steps per gyration, steps between samples, whether backward.
    activity : dict, optional
        f107, f107a, ap: air and losses; None: vacuum.

    Returns
    -------
    xarray.Dataset
        Over `sample`; units are attributes of the variables, the summary is in the attributes of the dataset.

    Raises
    ------
    ConfigError
        When the start lies below the floor.
    ExecutionError
        When the orbit became NaN.
    """
    latitude, longitude, altitude_km, zenith, azimuth = where
    check_latitude(latitude, "mcbelt trace")
    if not altitude_km > stops["floor_km"]:
        raise ConfigError(f"mcbelt trace: --alt-km {altitude_km:g} must lie above --floor-km {stops['floor_km']:g}.")
    magnetic = FIELDS[field](date)
    mass, charge = SPECIES[particle]
    kinetic = energy_MeV * 1e-3
    momentum = kinematics.momentum(kinetic, mass)
    position = position_of_geodetic(math.radians(latitude), math.radians(longitude), altitude_km * 1e3)
    direction = cutoff.arrival_direction(latitude, longitude, zenith, azimuth)
    table = lanes.charge_table(position, direction, momentum, mass, charge)
    steps, every, backward = how
    model = _model(magnetic, date, stops, steps, every, -1.0 if backward else 1.0, activity)
    samples = np.zeros((MOST_SAMPLES, len(record.SAMPLE)))
    n = record.record(model, table, np.zeros((1, 1)), np.uint64(0), np.uint64(0), samples)
    if table[row.FATE, 0] == row.LOST:
        raise ExecutionError("mcbelt trace: the orbit became NaN. Please report the command line as a bug.")
    dataset = _dataset(samples[:n], magnetic, mass, charge)
    summary = {
        "particle": particle,
        "field": field,
        "date": date,
        "energy_MeV": float(energy_MeV),
        "direction_of_time": "backward" if backward else "forward",
        "fate": FATES[int(table[row.FATE, 0])],
        "time_s": float(table[row.TIME, 0]),
        "path_km": float(table[row.PATH, 0] * 1e-3),
        "drift_turns": float(table[row.DRIFT, 0] / (2.0 * math.pi)),
        "lowest_altitude_km": float(table[row.LOWEST, 0] * 1e-3),
        "grammage_g_cm2": float(table[row.GRAMMAGE, 0] * 0.1),
        "full_orbit_steps": int(table[row.STEPS, 0]),
        "guiding_centre_steps": 0,
        "samples": int(n),
    }
    return dataset.assign_attrs(summary)


def _model(magnetic, date, stops, steps, every, direction, activity):
    """Lane model of the options: vacuum, or air with the losses of electrons and positrons."""
    model = lanes.LaneModel(
        field=unrolled(magnetic),
        stepping=lanes.Stepping(direction=direction, steps_per_gyration=steps, interval=every),
        limits=lanes.Limits(
            floor=stops["floor_km"] * 1e3,
            time=stops["time_s"],
            drift=2.0 * math.pi * stops["drifts"],
            momentum_min=1e-4,
        ),
    )
    if activity is None:
        return model._replace(losses=NoLosses(synchrotron=0.0))
    from atmosphere import Msis
    from atmosphere.averaging import universal_times
    from mcbelt.orbits.matter import MixtureLosses
    from mcbelt.physics.loss_table import element_losses

    air = Msis(universal_times(date), **activity)  # of that instant, as the field: of a day its midnight
    return model._replace(air=air.table, losses=MixtureLosses(element_losses()))


def _dataset(samples, magnetic, mass, charge):
    """Variables along the path, derived from the samples."""
    column = {r: samples[:, i] for i, r in enumerate(record.SAMPLE)}
    place = samples[:, [record.SAMPLE.index(r) for r in (row.X, row.Y, row.Z)]]
    u = samples[:, [record.SAMPLE.index(r) for r in (row.UX, row.UY, row.UZ)]]
    b = np.stack(magnetic.cartesian(*place.T), axis=-1) * 1e-9
    strength = np.linalg.norm(b, axis=1)
    p = column[row.MOMENTUM]
    cosine = (b * u).sum(axis=1) / strength
    radius = constants.GV_TO_TESLA_METRE * p / abs(charge) / strength
    centre = place + np.sign(charge) * (radius / strength)[:, None] * np.cross(u, b)
    at_centre = np.stack(magnetic.cartesian(*centre.T), axis=-1) * 1e-9
    strength_c = np.linalg.norm(at_centre, axis=1)
    cosine_c = (at_centre * u).sum(axis=1) / strength_c
    moment = p**2 / (2.0 * mass) * 1e3  # [MeV], times sin^2 / B
    energy = (np.hypot(p, mass) - mass) * 1e3
    values = {
        "time_s": (column[row.TIME], "s", "time since the start, >= 0 in both directions"),
        "path_km": (column[row.PATH] * 1e-3, "km", "path length"),
        "latitude_deg": (np.degrees(column[row.LATITUDE]), "degree", "geodetic latitude"),
        "longitude_deg": (np.degrees(column[row.LONGITUDE]), "degree", "longitude"),
        "altitude_km": (column[row.ALTITUDE] * 1e-3, "km", "geodetic altitude"),
        "x_m": (place[:, 0], "m", "geocentric Cartesian position"),
        "y_m": (place[:, 1], "m", "geocentric Cartesian position"),
        "z_m": (place[:, 2], "m", "geocentric Cartesian position"),
        "ux": (u[:, 0], "1", "direction of motion"),
        "uy": (u[:, 1], "1", "direction of motion"),
        "uz": (u[:, 2], "1", "direction of motion"),
        "energy_MeV": (energy, "MeV", "kinetic energy"),
        "B_nT": (strength * 1e9, "nT", "field at the particle"),
        "pitch_angle_deg": (np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))), "degree", "pitch angle"),
        "gyroradius_km": (radius * np.sqrt(np.maximum(0.0, 1.0 - cosine**2)) * 1e-3, "km", "local gyroradius"),
        "moment_MeV_per_T": (moment * (1.0 - cosine**2) / strength, "MeV T-1", "first invariant at the particle"),
        "moment_centre_MeV_per_T": (
            moment * (1.0 - cosine_c**2) / strength_c,
            "MeV T-1",
            "first invariant with the field of the guiding centre",
        ),
        "grammage_g_cm2": (column[row.GRAMMAGE] * 0.1, "g cm-2", "matter passed"),
        "drift_deg": (np.degrees(column[row.DRIFT]), "degree", "change of longitude, unwrapped"),
    }
    return xarray.Dataset(
        {name: ("sample", v, {"units": unit, "long_name": words}) for name, (v, unit, words) in values.items()}
    )


def write(dataset: xarray.Dataset, path: Path) -> None:
    """Write a path to .nc or .csv.

    Raises
    ------
    ConfigError
        When the file cannot be written.
    """
    try:
        if path.suffix == ".nc":
            with sealed.replaced(path) as temporary:
                dataset.assign_attrs(Conventions=CONVENTIONS).to_netcdf(temporary, engine="h5netcdf")
            return
        with sealed.replaced(path) as temporary, open(temporary, "w", newline="") as file:
            for key, value in dataset.attrs.items():
                file.write(f"# {key}: {value}\n")
            writer = csv.writer(file)
            writer.writerow(dataset.data_vars)
            writer.writerows(zip(*(v.values.tolist() for v in dataset.data_vars.values()), strict=True))
    except OSError as error:
        raise ConfigError(f"mcbelt trace: --out {path}: {error}. Give a path that can be written.") from error


def _joined(longitude: np.ndarray) -> tuple[np.ndarray, str]:
    """Longitudes [deg] of a path in one piece: past the dateline they go on, which the words say."""
    found = np.unwrap(longitude, period=360.0)
    found = found - 360.0 * np.floor((found[0] + 180.0) / 360.0)
    return found, "" if np.all(np.abs(found) <= 180.0) else ", past 180 going on"


def draw(dataset: xarray.Dataset, path: Path) -> None:
    """Draw a path: in three dimensions around the Earth, and as altitude over longitude.

    Raises
    ------
    ConfigError
        When the file cannot be written.
    """
    from matplotlib.figure import Figure  # not pyplot: the user's backend is left alone

    radius = geomag.constants.REFERENCE_RADIUS
    attributes = dataset.attrs
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    ball = figure.add_subplot(1, 2, 1, projection="3d")
    theta, phi = np.meshgrid(np.linspace(0, np.pi, 31), np.linspace(0, 2 * np.pi, 61))
    sphere = (np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta))
    ball.plot_wireframe(*sphere, color="#9db4c8", linewidth=0.4, rstride=3, cstride=3)
    xyz = [dataset[name].values / radius for name in ("x_m", "y_m", "z_m")]
    ball.plot(*xyz, color="#d55e00" if attributes["particle"] != "e-" else "#0072b2", linewidth=0.6)
    ball.scatter(*(v[:1] for v in xyz), color="black", s=18, label="start")
    reach = 1.05 * max(np.abs(v).max() for v in xyz)
    ball.set(xlim=(-reach, reach), ylim=(-reach, reach), zlim=(-reach, reach), xlabel="x (R_E)", ylabel="y (R_E)")
    ball.set_zlabel("z (R_E)")
    ball.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), zticks=(-1, 0, 1))
    ball.set_box_aspect((1, 1, 1))
    ball.legend(loc="upper left", frameon=False)
    plane = figure.add_subplot(1, 2, 2)
    longitude, about = _joined(dataset["longitude_deg"].values)
    points = plane.scatter(longitude, dataset["altitude_km"], c=dataset["time_s"], s=1.5, cmap="viridis")
    figure.colorbar(points, ax=plane, label="time (s)")
    plane.axhline(100.0, color="0.6", linewidth=0.8, linestyle="--")
    plane.set(xlabel=f"longitude (deg E{about})", ylabel="altitude (km)")
    plane.set_ylim(bottom=0.0)
    figure.suptitle(
        f"{attributes['particle']}, {attributes['energy_MeV']:g} MeV, {attributes['field']} field of "
        f"{attributes['date']}, {attributes['direction_of_time']}: {attributes['fate']}, {attributes['time_s']:.3g} s"
    )
    try:
        with sealed.replaced(path) as temporary:
            figure.savefig(temporary, dpi=150, format=path.suffix[1:])
    except OSError as error:
        raise ConfigError(f"mcbelt trace: --figure {path}: {error}. Give a path that can be written.") from error
