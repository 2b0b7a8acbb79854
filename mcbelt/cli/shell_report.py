"""What `mcbelt shell` reports: labels, extremes, periods and the mean air of a drift shell, as plain numbers."""

import math
from typing import Any

import geomag
from atmosphere import Msis
from atmosphere.averaging import hours_of_day
from atmosphere.table import ELEMENTS
from geomag.drift_shell import DriftShell, drift_shell, equatorial_field
from geomag.errors import NoShell
from mcbelt.constants import ELECTRON_MASS, PROTON_MASS
from mcbelt.errors import ConfigError
from mcbelt.places import closed_shell
from mcbelt.places.shell_average import shell_air

FIELDS = {"igrf": geomag.Igrf, "dipole": geomag.CentredDipole, "eccentric": geomag.EccentricDipole}
MASSES = {"e+": ELECTRON_MASS, "e-": ELECTRON_MASS, "p": PROTON_MASS}  # [GeV]
MSIS_VERSIONS = {"2.1": 2.1, "2.0": 2.0, "0": 0}
HOURS_A_DAY = 12  # times over which the density of the day is averaged


def shell_of(
    field: str, date: str, label: dict[str, float | None], convention: str, pitch_angle_deg: float
) -> DriftShell:
    """Drift shell of the options of `mcbelt shell`.

    Parameters
    ----------
    field : {"igrf", "dipole", "eccentric"}
    date : str
        Of the field.
    label : dict
        L and B0_nT; one of them None.
    convention : {"epoch", "mcilwain", "paper"}
        Meaning of L.
    pitch_angle_deg : float
        At the equator, above 0 to 90 [deg].

    Returns
    -------
    geomag.drift_shell.DriftShell

    Raises
    ------
    ConfigError
        When the field has no such shell.
    geomag.errors.OutOfRange
        When the date, L or B0 is outside its range.
    """
    magnetic = FIELDS[field](date)
    B0_nT = equatorial_field(magnetic, convention=convention, **label)
    mirror_nT = None if pitch_angle_deg == 90.0 else B0_nT / math.sin(math.radians(pitch_angle_deg)) ** 2
    try:
        return drift_shell(magnetic, B0_nT=B0_nT, mirror_nT=mirror_nT)
    except NoShell as error:
        raise ConfigError(str(error)) from None


def described(shell: DriftShell, particle: str, energy_MeV: float) -> dict[str, Any]:
    """Labels, extremes, periods and gyroradius of a shell as plain numbers.

    Parameters
    ----------
    shell : geomag.drift_shell.DriftShell
    particle : {"e+", "e-", "p"}
    energy_MeV : float
        Kinetic energy [MeV].

    Returns
    -------
    dict
        Keys carry their units; the gyroradius is at the equator, for the pitch angle of the shell.
    """
    T, mass = energy_MeV * 1.0e-3, MASSES[particle]
    return {
        "B0_nT": float(shell.B0_nT),
        "mirror_nT": float(shell.mirror_nT),
        "equatorial_pitch_angle_deg": float(shell.equatorial_pitch_angle_deg),
        "L_epoch": float(shell.L_epoch),
        "L_mcilwain": float(shell.L_mcilwain),
        "shell": closed_shell.attributes(float(shell.H_min_km))["shell"],
        "H_min_km": float(shell.H_min_km),
        "H_min_latitude_deg": float(shell.H_min_latitude_deg),
        "H_min_longitude_deg": float(shell.H_min_longitude_deg),
        "H_max_km": float(shell.H_max_km),
        "H_max_longitude_deg": float(shell.H_max_longitude_deg),
        "particle": particle,
        "energy_MeV": float(energy_MeV),
        "bounce_period_s": float(shell.bounce_period_s(T, mass)),
        "drift_period_s": float(shell.drift_period_s(T, mass)),
        "gyroradius_km": float(shell.gyroradius_m(T, mass)) / 1.0e3,
    }


def note(shell: DriftShell) -> str:
    """What is to be known of a shell beside its numbers: that it is open, or goes through the ground; else nothing."""
    if shell.H_min_km < 0.0:
        return (
            f"The shell goes {-shell.H_min_km:.0f} km below the ground at its lowest: nothing drifts around on it, and "
            "the periods are those that the field alone would have. Mean densities need a shell above the ground."
        )
    words = closed_shell.warnings(float(shell.H_min_km))
    return f"{words[0][0].upper()}{words[0][1:]}" if words else ""


def air_of(
    shell: DriftShell, date: str, activity: dict[str, float], version: str, gyroradius_km: float
) -> dict[str, Any]:
    """Density and composition on a shell, averaged over the hours of a date, as plain numbers.

    Parameters
    ----------
    shell : geomag.drift_shell.DriftShell
    date : str
    activity : dict
        f107, f107a and ap.
    version : {"2.1", "2.0", "0"}
        Of MSIS.
    gyroradius_km : float
        At the equator [km].

    Returns
    -------
    dict
        Mean density at the guiding centre [g cm-3] and mass fractions of the air met there; the density averaged over
        the gyration too [g cm-3], None when the gyration meets the ground or leaves the model.
    """
    if shell.H_min_km < 0.0:
        raise ConfigError(
            f"mcbelt shell: the shell goes {-shell.H_min_km:.0f} km below the ground at its lowest, where there is no "
            "air to average over. Give a larger L or pitch angle, or leave --f107, --f107a and --ap out."
        )
    air = Msis(hours_of_day(date, HOURS_A_DAY), **activity, version=MSIS_VERSIONS[version])
    centre = shell_air(shell, air)
    return {
        "mean_density_g_cm3": centre.rho_kg_m3 * 1.0e-3,
        "mass_fractions": {e: float(share) for e, share in zip(ELEMENTS, centre.mass_fractions, strict=True)},
        "mean_density_gyration_g_cm3": _gyration_density(shell, air, gyroradius_km),
        **activity,
        "msis_version": version,
    }


def _gyration_density(shell, air, gyroradius_km):
    """Density averaged over the gyration [g cm-3], or None when the gyration meets the ground or leaves the model."""
    at_mirror = gyroradius_km * 1.0e3 * math.sqrt(shell.B0_nT / shell.mirror_nT)  # first invariant: r^2 B is constant
    margin_km = 1.01 * gyroradius_km
    top_km = air.table.top * 1.0e-3
    if shell.H_min_km < margin_km or shell.H_max_km > top_km - margin_km:
        return None
    return shell_air(shell, air, at_mirror).rho_kg_m3 * 1.0e-3
