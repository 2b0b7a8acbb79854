"""`mcbelt trace`: the path of one particle, with its invariants, as numbers and as a picture."""

import inspect
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mcbelt.cli import indices as of_date
from mcbelt.errors import ConfigError

FIELDS = ("igrf", "dipole", "eccentric")
PARTICLES = ("e+", "e-", "p")
MOST_SAMPLES = 2_000_000

EXAMPLES = """
Examples:

  mcbelt trace --lat 0 --lon 0 --alt-km 800 --energy-MeV 100 --particle e- --date 1998-06-05 --out path.nc

  mcbelt trace --lat -12 --lon -57 --alt-km 380 --zenith 60 --azimuth 270 --energy-MeV 500 --particle e+ --backward
  --date 1998-06-05 --f107 112 --f107a 108 --ap 10 --out path.csv --figure path.png
"""


def trace(
    lat: Annotated[float, typer.Option(help="Geodetic latitude of the start (deg north).")],
    lon: Annotated[float, typer.Option(help="Longitude of the start (deg east).")],
    alt_km: Annotated[float, typer.Option("--alt-km", help="Altitude of the start (km).")],
    energy: Annotated[float, typer.Option("--energy-MeV", help="Kinetic energy (MeV).")],
    date: Annotated[str, typer.Option(help="Date of the field, 1900-2030, such as 1998-06-05.")],
    particle: Annotated[str, typer.Option(help="e+, e- or p.")] = "e+",
    zenith: Annotated[float, typer.Option(help="Zenith angle of where the particle comes from (deg).")] = 90.0,
    azimuth: Annotated[
        float, typer.Option(help="Where it comes from (deg clockwise from north): 90 east, 270 west.")
    ] = 270.0,
    field: Annotated[str, typer.Option(help="igrf (IGRF-14, degree 13), dipole (centred) or eccentric.")] = "igrf",
    backward: Annotated[bool, typer.Option("--backward", help="Trace back to where it came from.")] = False,
    time: Annotated[float, typer.Option("--time-s", help="Longest time (s).")] = 1.0,
    drifts: Annotated[float, typer.Option(help="Longest drift in longitude (turns).")] = 1.0,
    floor: Annotated[float, typer.Option("--floor-km", help="Absorbed below this altitude (km).")] = 20.0,
    steps: Annotated[float, typer.Option(help="Steps per gyration, 4 or more.")] = 24.0,
    every: Annotated[int, typer.Option(help="Steps between two samples of the path, 1 or more.")] = 4,
    f107: Annotated[float | None, typer.Option(help="F10.7 (sfu). With --f107a and --ap: air and losses.")] = None,
    f107a: Annotated[float | None, typer.Option(help="81-day mean of F10.7 (sfu).")] = None,
    ap: Annotated[float | None, typer.Option(help="Daily Ap.")] = None,
    indices: Annotated[str | None, typer.Option(help=of_date.HELP)] = None,
    out: Annotated[Path | None, typer.Option(help="Write the path to this file: .nc (netCDF) or .csv.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw the path to this file (png, pdf).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Follow one particle on its full orbit, forward or back in time.

    Without the indices of solar activity the particle moves in a vacuum; with them in NRLMSIS 2.1 air with collision,
    bremsstrahlung and synchrotron losses (electrons and positrons). The path holds time, place, direction, energy,
    pitch angle, gyroradius, the first invariant (at the particle and at its guiding centre) and grammage.
    """
    where = (lat, lon, alt_km, zenith, azimuth)
    _check(field, particle, where, energy, steps, every, time, drifts)
    activity, origin = of_date.filled("trace", {"f107": f107, "f107a": f107a, "ap": ap}, indices, date)
    given = [name for name, value in activity.items() if value is not None]
    if 0 < len(given) < 3:
        raise ConfigError("mcbelt trace: give --f107, --f107a and --ap together, or none of them for a vacuum.")
    if given and particle == "p":
        raise ConfigError("mcbelt trace: losses in air are those of e+ and e-. Trace protons without --f107.")
    for path, endings in ((out, (".nc", ".csv")), (figure, (".png", ".pdf", ".svg"))):
        if path is not None and path.suffix not in endings:
            raise ConfigError(f"mcbelt trace: {path} must end in one of {', '.join(endings)}.")

    from mcbelt.cli import trace_path  # numba loads only when this command runs

    stops = {"time_s": time, "drifts": drifts, "floor_km": floor}
    path = trace_path.path_of(
        field, date, where, particle, energy, stops, (steps, every, backward), activity if given else None
    )
    report = dict(path.attrs) | ({"indices": origin} | activity if origin else {})
    if out is not None:
        trace_path.write(path, out)
        report["out"] = str(out)
    if figure is not None:
        trace_path.draw(path, figure)
        report["figure"] = str(figure)
    if as_json:
        json.dump(report, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        table = Table(
            title=f"{report['particle']}, {energy:g} MeV, {report['field']} field of {date}", show_header=False
        )
        for key, value in report.items():
            table.add_row(key.replace("_", " "), f"{value:.6g}" if isinstance(value, float) else str(value))
        Console().print(table)


trace.__doc__ = inspect.cleandoc(trace.__doc__ or "") + "\n" + EXAMPLES


def _check(field, particle, where, energy, steps, every, time, drifts):
    """Raise ConfigError when an option is outside its range."""
    for option, value, allowed in (("--field", field, FIELDS), ("--particle", particle, PARTICLES)):
        if value not in allowed:
            raise ConfigError(f"mcbelt trace: {option} {value!r} is not one of {', '.join(allowed)}.")
    for option, value, low, high in (
        ("--lat", where[0], -90.0, 90.0),
        ("--lon", where[1], -360.0, 360.0),
        ("--alt-km", where[2], 0.0, 1.0e5),
        ("--zenith", where[3], 0.0, 180.0),
        ("--azimuth", where[4], -360.0, 360.0),
        ("--energy-MeV", energy, 0.1, 1.0e6),
        ("--steps", steps, 4.0, 1.0e4),
        ("--every", every, 1, 10_000),
        ("--time-s", time, 1.0e-6, 1.0e4),
        ("--drifts", drifts, 1.0e-3, 1.0e4),
    ):
        if not low <= value <= high:
            raise ConfigError(f"mcbelt trace: {option} {value:g} is outside [{low:g}, {high:g}].")
