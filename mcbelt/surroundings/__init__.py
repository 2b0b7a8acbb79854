"""Field and air of a campaign: the one place that turns [shell] and [air] into models.

Which field models there are says `mcbelt.fields`.
"""

import datetime
import math
from typing import Any, NamedTuple

import numpy as np

from atmosphere import Msis, averaging
from atmosphere.table import FINE_STEP_KM, FRACTION_STEP_KM, TOP_KM, air_table, altitude_nodes
from geomag import dipole
from geomag.constants import (
    GUSEV_MOMENT_NT,
    MCILWAIN_MOMENT_NT,
    NANOTESLA,
    REFERENCE_RADIUS,
    WGS84_EQUATORIAL_RADIUS,
    WGS84_POLAR_RADIUS,
)
from geomag.dipole import DipoleModel
from geomag.field import MagneticField
from geomag.unrolled import unrolled
from mcbelt import fields
from mcbelt.errors import PhysicsError

ELEMENTS = ("H", "He", "N", "O", "Ar")
PAPER_OFFSET = 493.0e3  # [m] of the Earth's centre in Gusev et al. 2003's geometry, towards 120 E


def paper_eccentric(date: datetime.date) -> DipoleModel:
    """Dipole of 31200 nT along the axis, 493 km from the Earth's centre towards longitude 120 E, at any date."""
    turn = math.radians(120.0)
    moment = GUSEV_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3
    return DipoleModel(0.0, 0.0, -moment, PAPER_OFFSET * math.cos(turn), PAPER_OFFSET * math.sin(turn), 0.0)


class Field(NamedTuple):
    """A field model at a date, in the forms in which it is needed."""

    traced: MagneticField | None  # for drift shells; None where none are traced in it
    lanes: Any  # for full orbits
    dipole: DipoleModel  # itself, or the dipole that stands for it where cutoffs and magnetic east are concerned
    is_dipole: bool  # whether its drift shells are circles about that dipole


def field(name: str, date: datetime.date) -> Field:
    """The field model that a [shell] section names, at its date.

    Parameters
    ----------
    name : str
        Key of `mcbelt.fields.FIELDS`.
    date : datetime.date

    Returns
    -------
    Field
    """
    found = fields.model(name)(date)
    traced = found if isinstance(found, MagneticField) else None
    model = found.model if traced else found
    if isinstance(model, DipoleModel):
        return Field(traced, unrolled(model), model, True)
    return Field(traced, unrolled(found), dipole.eccentric_dipole(found.g, found.h), False)


def traced_field(name: str, date: datetime.date) -> MagneticField:
    """The field model of that name in the form in which drift shells are traced.

    Raises
    ------
    PhysicsError
        No shells are traced in it.
    """
    found = fields.model(name)(date)
    if not isinstance(found, MagneticField):
        raise PhysicsError(f"[shell] field = {name!r} is a bare dipole, in which no drift shells are traced.")
    return found


def air_model(air: Any, date: datetime.date, top_km: float = TOP_KM) -> Msis:
    """NRLMSIS at noon UT of the date, or its mean over 6 times of day in the 4 seasons of that year.

    Parameters
    ----------
    air : mcbelt.settings.belt.Air
        Its times, f107, f107a, ap, msis_version.
    date : datetime.date
    top_km : float
        How far its table reaches [km].

    Returns
    -------
    Msis
    """
    times = f"{date}T12:00" if air.times == "instant" else averaging.hours_of_seasons(date.year)
    return Msis(times, f107=air.f107, f107a=air.f107a, ap=air.ap, version=air.msis_version, top_km=top_km)


def moment_of_label(convention: str, moment: float) -> float:
    """Moment that belongs to the convention of L [T m3]; `moment` is that of the date [T m3]."""
    if convention == "epoch":
        return moment
    label = MCILWAIN_MOMENT_NT if convention == "mcilwain" else GUSEV_MOMENT_NT
    return label * NANOTESLA * REFERENCE_RADIUS**3


def shell_radius(L: float, convention: str, model: DipoleModel) -> float:
    """Distance of the equatorial shell from the dipole [m]: L R_E where L has the moment of this dipole.

    Parameters
    ----------
    L : float
        Label of the shell [1].
    convention : str
        Whose moment the label belongs to, as in `geomag.drift_shell`.
    model : DipoleModel

    Returns
    -------
    float
        [m]
    """
    moment = dipole_moment(model)
    return L * (moment / moment_of_label(convention, moment)) ** (1.0 / 3.0) * REFERENCE_RADIUS


def dipole_moment(model: DipoleModel) -> float:
    """Size of the moment of a dipole [T m3]."""
    return math.sqrt(model.moment_x**2 + model.moment_y**2 + model.moment_z**2)


class Surroundings(NamedTuple):
    """Field and air of a campaign, as full orbits and production in the air need them."""

    field: Field
    air: Any  # Air table for the kernels
    profile: tuple[np.ndarray, np.ndarray]  # altitude [m], density [kg m-3] at the dipole equator
    fractions: dict[str, float]  # mass fractions at 70 km
    sphere: float  # [m], 0: altitudes above the ellipsoid

    @property
    def dipole(self) -> DipoleModel:
        """The dipole for cutoffs and magnetic east."""
        return self.field.dipole


def surroundings(shell: Any, air: Any, earth: str = "ellipsoid") -> Surroundings:
    """Field and air of a campaign.

    Parameters
    ----------
    shell : mcbelt.settings.belt.Shell
        Its field and date.
    air : mcbelt.settings.belt.Air
    earth : {"ellipsoid", "sphere"}
        Air by altitude above the ellipsoid, or by altitude alone above a sphere of 6371.2 km.

    Returns
    -------
    Surroundings
    """
    around = field(shell.field, shell.date)
    model = air_model(air, shell.date)
    altitude, density, fractions = equatorial_profile(model)
    sphere = REFERENCE_RADIUS if earth == "sphere" else 0.0
    table = spherical_table(altitude, density, fractions) if sphere else model.table
    at_70_km = fractions[np.searchsorted(altitude, 70e3)]
    shares = {element: float(share) for element, share in zip(ELEMENTS, at_70_km, strict=True) if share > 1e-4}
    return Surroundings(around, table, (altitude, density), shares, sphere)


def without_air(shell: Any, earth: str = "ellipsoid") -> Surroundings:
    """As `surroundings`, for what asks for the field and the Earth alone: its air is none."""
    sphere = REFERENCE_RADIUS if earth == "sphere" else 0.0
    return Surroundings(field(shell.field, shell.date), None, (np.zeros(0), np.zeros(0)), {}, sphere)


def equatorial_profile(air: Msis) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Altitude [m], density [kg m-3] and mass fractions (n, 5), mean over longitude at latitude 0."""
    altitude = altitude_nodes(FINE_STEP_KM)
    longitudes = np.arange(0.0, 360.0, 30.0)
    density = np.mean([np.asarray(air.density_kg_m3(0.0, lon, altitude)) for lon in longitudes], axis=0)
    shares = [air.mass_fractions(0.0, lon, altitude) for lon in longitudes]
    fractions = np.stack([np.mean([np.asarray(s[element]) for s in shares], axis=0) for element in ELEMENTS], axis=-1)
    return altitude * 1e3, density, fractions / fractions.sum(axis=-1, keepdims=True)


def spherical_table(altitude: np.ndarray, density: np.ndarray, fractions: np.ndarray) -> Any:
    """Table of air that depends on the distance from the centre alone, altitude counted from 6371.2 km.

    Parameters
    ----------
    altitude : ndarray, shape (n,)
        Uniform, ascending [m].
    density : ndarray, shape (n,)
        [kg m-3]; below the first altitude it goes on with the scale height there.
    fractions : ndarray, shape (n, 5)
        Mass fractions.

    Returns
    -------
    atmosphere.table.AirTable
    """
    latitude = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 181)
    a, b = WGS84_EQUATORIAL_RADIUS * np.cos(latitude), WGS84_POLAR_RADIUS * np.sin(latitude)
    radius = np.sqrt(((WGS84_EQUATORIAL_RADIUS * a) ** 2 + (WGS84_POLAR_RADIUS * b) ** 2) / (a**2 + b**2))
    above = radius[:, None] - REFERENCE_RADIUS + 1e3 * altitude_nodes(FINE_STEP_KM)[None]
    coarse = radius[:, None] - REFERENCE_RADIUS + 1e3 * altitude_nodes(FRACTION_STEP_KM)[None]
    slope = (np.log(density[1]) - np.log(density[0])) / (altitude[1] - altitude[0])
    ln_rho = np.interp(above, altitude, np.log(density)) + np.minimum(above, 0.0) * slope
    shares = np.stack([np.interp(coarse, altitude, column) for column in fractions.T], axis=-1)
    return air_table(np.repeat(ln_rho[None], 2, axis=0), np.repeat(shares[None], 2, axis=0))
