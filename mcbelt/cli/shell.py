"""`mcbelt shell`: what a drift shell is, and the air that a particle on it meets."""

import inspect
import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mcbelt.cli import indices as of_date
from mcbelt.errors import ConfigError

CONVENTIONS = ("epoch", "mcilwain", "paper")
FIELDS = ("igrf", "dipole", "eccentric")
MSIS_VERSIONS = ("2.1", "2.0", "0")
PARTICLES = ("e+", "e-", "p")

EXAMPLES = """
Examples:

  mcbelt shell --L 1.2 --date 1998-06-05

  mcbelt shell --L 1.2 --date 1998-06-05 --f107 112 --f107a 108 --ap 10 --json

  mcbelt shell --L 1.2 --date 1998-06-05 --indices builtin

  mcbelt shell --L 1.2 --date 1998-06-05 --convention paper --particle p --energy-MeV 300

  mcbelt shell --B0 17448 --date 1998-06-05 --pitch-angle 75 --f107 220 --f107a 220 --ap 16 --msis 0
"""


def shell(
    date: Annotated[str, typer.Option(help="Date of the field, 1900-2030, such as 1998-06-05.")],
    L: Annotated[
        float | None, typer.Option("--L", help="L of the shell, 1.0-2.0; its meaning is --convention.")
    ] = None,
    B0: Annotated[
        float | None, typer.Option("--B0", help="Equatorial field of the shell (nT), instead of --L.")
    ] = None,
    convention: Annotated[
        str, typer.Option(help="epoch: B0 = M_epoch/L^3; mcilwain: 31165.3 nT/L^3; paper: 31200 nT/L^3.")
    ] = "epoch",
    field: Annotated[str, typer.Option(help="igrf (IGRF-14, degree 13), dipole (centred) or eccentric.")] = "igrf",
    pitch_angle: Annotated[
        float, typer.Option("--pitch-angle", help="Equatorial pitch angle (deg), above 0 to 90.")
    ] = 90.0,
    f107: Annotated[
        float | None, typer.Option(help="Observed F10.7 (sfu), 60-400. With --f107a, --ap: density.")
    ] = None,
    f107a: Annotated[float | None, typer.Option(help="81-day mean of F10.7 (sfu), 60-400.")] = None,
    ap: Annotated[float | None, typer.Option(help="Daily Ap, 0-400 (0-200 for --msis 0).")] = None,
    indices: Annotated[str | None, typer.Option(help=of_date.HELP)] = None,
    msis: Annotated[str, typer.Option(help="NRLMSIS 2.1 or 2.0, or 0 for NRLMSISE-00.")] = "2.1",
    particle: Annotated[str, typer.Option(help="e+, e- or p, for the periods and the gyroradius.")] = "e+",
    energy: Annotated[float, typer.Option("--energy-MeV", help="Kinetic energy of the particle (MeV).")] = 100.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Print a drift shell: field, L, lowest and highest point, periods, and the air met there.

    The density is that at the guiding centre, averaged over the drift (and the bounce, for a pitch angle below 90 deg)
    and over the 24 hours of the date; beside it the same averaged over the gyration of the particle.

    Two L belong to one field B0: with the dipole moment of the date, as IRBEM (Lm) and radbelt give it, and with
    McIlwain's fixed 31165.3 nT, as SPENVIS and the map AP8 have it. In 1998 they are 80 km of H_min apart.
    """
    _one_of("--convention", convention, CONVENTIONS)
    _one_of("--field", field, FIELDS)
    _one_of("--msis", msis, MSIS_VERSIONS)
    _one_of("--particle", particle, PARTICLES)
    if (L is None) == (B0 is None):
        raise ConfigError("mcbelt shell: give --L or --B0, one of them, for example --L 1.2.")
    if not 0.0 < pitch_angle <= 90.0:
        raise ConfigError(
            f"mcbelt shell: --pitch-angle {pitch_angle:g} is outside (0, 90] deg. Give degrees at the equator."
        )
    if not 1.0e-3 <= energy <= 1.0e6:
        raise ConfigError(f"mcbelt shell: --energy-MeV {energy:g} is outside [0.001, 1000000] MeV.")
    activity, origin = of_date.filled("shell", {"f107": f107, "f107a": f107a, "ap": ap}, indices, date)
    with_air = any(index is not None for index in activity.values())
    if with_air:
        _complete(activity)

    from mcbelt.cli import shell_report  # numba and MSIS load only when this command runs

    found = shell_report.shell_of(field, date, {"L": L, "B0_nT": B0}, convention, pitch_angle)
    report = {"field": field, "date": date, "convention": convention}
    report |= shell_report.described(found, particle, energy)
    if words := shell_report.note(found):
        report["note"] = words
    if with_air:
        report |= shell_report.air_of(found, date, activity, msis, report["gyroradius_km"])
        report |= {"indices": origin} if origin else {}
    if as_json:
        json.dump(report, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print(report)


shell.__doc__ = inspect.cleandoc(shell.__doc__ or "") + "\n" + EXAMPLES


def _one_of(option, value, allowed):
    if value not in allowed:
        raise ConfigError(f"mcbelt shell: {option} {value!r} is not one of {', '.join(allowed)}.")


def _complete(activity):
    """Raise ConfigError that names the missing index when only some are given."""
    missing = [name for name, value in activity.items() if value is None]
    if missing:
        given = ", ".join(f"--{name} {value:g}" for name, value in activity.items() if value is not None)
        raise ConfigError(
            f"mcbelt shell: --{missing[0]} is missing beside {given}."
            " The density needs --f107, --f107a and --ap together, for example --f107 112 --f107a 108 --ap 10."
        )


ROWS = (
    ("B0_nT", "equatorial field B0", "{:.1f} nT"),
    ("mirror_nT", "mirror field", "{:.1f} nT"),
    ("equatorial_pitch_angle_deg", "equatorial pitch angle", "{:.2f} deg"),
    ("L_epoch", "L, moment of the epoch (IRBEM's Lm, radbelt's L)", "{:.4f}"),
    ("L_mcilwain", "L, McIlwain, 31165.3 nT (SPENVIS, AP8)", "{:.4f}"),
    ("shell", "closed or open", "{}"),
    ("H_min_km", "lowest point H_min", "{:.1f} km"),
    ("H_min_longitude_deg", "  at longitude", "{:.1f} deg E"),
    ("H_min_latitude_deg", "  at latitude", "{:.1f} deg N"),
    ("H_max_km", "highest point H_max", "{:.1f} km"),
    ("H_max_longitude_deg", "  at longitude", "{:.1f} deg E"),
    ("bounce_period_s", "bounce period", "{:.4g} s"),
    ("drift_period_s", "drift period", "{:.4g} s"),
    ("gyroradius_km", "gyroradius at the equator", "{:.4g} km"),
    ("indices", "F10.7, F10.7a and Ap", "{}"),
    ("f107", "  F10.7", "{:g} sfu"),
    ("f107a", "  F10.7a", "{:g} sfu"),
    ("ap", "  Ap", "{:g}"),
    ("mean_density_g_cm3", "mean density, guiding centre", "{:.3e} g cm-3"),
    ("mean_density_gyration_g_cm3", "mean density, over the gyration", "{:.3e} g cm-3"),
)


def _print(report):
    """Table for people."""
    title = (
        f"Drift shell, {report['field']} field of {report['date']}; {report['energy_MeV']:g} MeV {report['particle']}"
    )
    table = Table(title=title, show_header=False)
    for key, words, form in ROWS:
        if report.get(key) is not None:
            table.add_row(words, form.format(report[key]))
    for element, share in report.get("mass_fractions", {}).items():
        table.add_row(f"  mass fraction of {element}", f"{share:.4f}")
    Console().print(table)
    if "note" in report:
        Console().print(report["note"])
