"""`mcbelt cutoff`: the rigidity above which charges reach a place from a direction."""

import inspect
import json
import math
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mcbelt.errors import ConfigError

FIELDS = ("igrf", "dipole", "eccentric")

EXAMPLES = """
Examples:

  mcbelt cutoff --lat 41.86 --lon 12.47 --alt-km 20 --date 1998-06-05

  mcbelt cutoff --lat 0 --lon -60 --alt-km 380 --zenith 60 --azimuth 270 --date 1998-06-05 --json

  mcbelt cutoff --lat -12 --lon -57 --alt-km 380 --date 1998-06-05 --map sky.png
"""


def cutoff(
    lat: Annotated[float, typer.Option(help="Geodetic latitude (deg north).")],
    lon: Annotated[float, typer.Option(help="Longitude (deg east).")],
    date: Annotated[str, typer.Option(help="Date of the field, 1900-2030, such as 1998-06-05.")],
    alt_km: Annotated[float, typer.Option("--alt-km", help="Altitude (km), 20 or more.")] = 20.0,
    zenith: Annotated[float, typer.Option(help="Zenith angle of the arrival direction (deg).")] = 0.0,
    azimuth: Annotated[
        float, typer.Option(help="Where the charge comes from (deg clockwise from north): 90 east, 270 west.")
    ] = 0.0,
    field: Annotated[str, typer.Option(help="igrf (IGRF-14, degree 13), dipole (centred) or eccentric.")] = "igrf",
    negative: Annotated[bool, typer.Option("--negative", help="A negative charge; default positive.")] = False,
    step: Annotated[
        float, typer.Option("--step-GV", help="Longest step of the scan of rigidities (GV); finer near a pole.")
    ] = 0.01,
    sky_map: Annotated[
        Path | None, typer.Option("--map", help="Draw a map of the sky to this file (png, pdf).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Trace orbits back from a place to find its cutoff rigidity: upper, lower and effective.

    Allowed: beyond 25 Earth radii. Forbidden: below 20 km, or still bound after 500 Earth radii of path. Beside them
    stands Störmer's formula in the eccentric dipole. The internal field alone is used. Where the Earth stands in the
    way of stiff charges there is no upper cutoff, and mostly none is allowed.
    """
    if field not in FIELDS:
        raise ConfigError(f"mcbelt cutoff: --field {field!r} is not one of {', '.join(FIELDS)}.")
    if not 1e-3 <= step <= 10.0:
        raise ConfigError(f"mcbelt cutoff: --step-GV {step:g} is outside [0.001, 10] GV.")

    import geomag  # numba loads only when this command runs
    from geomag import cutoff as tracing

    makers = {"igrf": geomag.Igrf, "dipole": geomag.CentredDipole, "eccentric": geomag.EccentricDipole}
    model, sign = makers[field](date), -1 if negative else 1
    found = tracing.cutoff(model, lat, lon, alt_km, zenith, azimuth, sign, tracing.Tracing(step_GV=step))
    report = {
        "field": field,
        "date": date,
        "latitude_deg": lat,
        "longitude_deg": lon,
        "altitude_km": alt_km,
        "zenith_deg": zenith,
        "azimuth_deg": azimuth,
        "charge_sign": sign,
        "upper_GV": _number(found.upper_GV),
        "lower_GV": _number(found.lower_GV),
        "effective_GV": _number(found.effective_GV),
        "stormer_GV": round(found.stormer_GV, 4),
        "scan_step_GV": _number(found.step_GV),
    }
    note = _note(found, step)
    if note:
        report["note"] = note
    if sky_map is not None:
        from mcbelt.cli import cutoff_map

        cutoff_map.draw(sky_map, model, lat, lon, alt_km, sign)
        report["map"] = str(sky_map)
    if as_json:
        json.dump(report, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print(report)


cutoff.__doc__ = inspect.cleandoc(cutoff.__doc__ or "") + "\n" + EXAMPLES


def _number(value):
    """Rounded, or None where there is none."""
    return None if math.isnan(value) else round(value, 6)


def _note(found, step):
    """What is to be said beside the numbers, or nothing."""
    if math.isnan(found.upper_GV):
        if math.isnan(found.lower_GV):
            return f"The Earth stands in the way: none allowed ({len(found.rigidity_GV)} rigidities tried, up to 1 TV)."
        highest = float(found.rigidity_GV[found.allowed].max())
        return (
            f"The Earth stands in the way of stiff charges: those allowed lie between about {found.lower_GV:.3g} and "
            f"{highest:.3g} GV, and none is allowed far above."
        )
    if found.lower_GV < found.upper_GV:
        penumbra = (
            "Between lower and upper orbits are allowed and forbidden in turn; last digits there depend on rounding, "
            f"and each of the three is sure to some steps of {found.step_GV:.2g} GV."
        )
        if found.step_GV >= step:
            return penumbra
    if found.step_GV < step:
        return f"The scan takes steps of {found.step_GV:.2g} GV: {step:g} GV is too coarse for a cutoff this low."
    return ""


def _print(report):
    """Table for people."""
    table = Table(title=f"Cutoff rigidity, {report['field']} field of {report['date']}", show_header=False)
    place = f"{report['latitude_deg']:g} N, {report['longitude_deg']:g} E, {report['altitude_km']:g} km"
    table.add_row("place", place)
    table.add_row("arrival", f"zenith {report['zenith_deg']:g} deg, from azimuth {report['azimuth_deg']:g} deg")
    for key in ("upper", "lower", "effective"):
        value = report[key + "_GV"]
        digits = 2 if (report["scan_step_GV"] or 1.0) >= 0.01 else 3
        table.add_row(key, "none" if value is None else f"{value:.{digits}f} GV")
    table.add_row("Störmer, eccentric dipole", f"{report['stormer_GV']:.2f} GV")
    if "map" in report:
        table.add_row("map", report["map"])
    Console().print(table)
    if "note" in report:
        Console().print(report["note"])
