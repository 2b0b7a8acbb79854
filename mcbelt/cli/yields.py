"""`mcbelt yields`: what one collision makes, as the tables have it."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcbelt.errors import ConfigError

if TYPE_CHECKING:
    from mcbelt.physics.yield_spectra import Bins, Spectrum

PROJECTILES = {"p": "proton", "proton": "proton", "alpha": "alpha", "He": "alpha"}
UNITS = {
    "energy_GeV": "GeV, kinetic, per nucleon",
    "momentum_GeV": "GeV/c, per nucleon",
    "inelastic_mb": "mb, quasi-elastic collisions counted",
    "multiplicity": "1, per inelastic collision",
    "relative_error": "1, one standard deviation of the multiplicity: statistics of the table, and of scaling",
    "x_lab": "1, total energy over that of the projectile, per nucleon; middles of bins",
    "dn_dx": "1, per inelastic collision; mean over each bin",
    "p_GeV": "GeV/c, middles of bins",
    "angle_rad": "rad, to the projectile, middles of bins",
    "d2n_dp_dangle": "(GeV/c)-1 rad-1, per inelastic collision; mean over each bin, by momentum and angle",
}

EXAMPLES = """
Examples:

  mcbelt yields --target N --projectile p --energy-GeV 30

  mcbelt yields --target C --energy-GeV 11.1 --species pi+,pi- --band --figure pions.png

  mcbelt yields --target He --projectile alpha --energy-GeV 2 --json
"""


def yields(
    target: Annotated[str, typer.Option(help="Element: H, He, N, O, Ar; C, Be, Al by scaling from N.")],
    energy_GeV: Annotated[
        float, typer.Option("--energy-GeV", help="Kinetic energy of the projectile, per nucleon (GeV), 0.2-500.")
    ],
    projectile: Annotated[str, typer.Option(help="p or alpha.")] = "p",
    species: Annotated[
        str | None, typer.Option(help="Of pi+, pi-, pi0, K+, K-, K0S, p, n, with commas [the mesons].")
    ] = None,
    bare: Annotated[
        bool, typer.Option("--bare", help="The generators as they are, without factors from data.")
    ] = False,
    band: Annotated[
        bool, typer.Option("--band", help="Beside it what one standard deviation of the factors makes.")
    ] = False,
    figure: Annotated[Path | None, typer.Option(help="Draw dn/dx_lab to this file (png, pdf, svg).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Say what one inelastic collision makes: numbers, dn/dx_lab, and the distribution in momentum and angle.

    The tables that campaigns use, with their factors from data, averaged over bins. Be, C and Al are nitrogen scaled
    by A^0.7 in both cross sections; nucleons are those of nitrogen, for C and O too.
    """
    if bare and band:
        raise ConfigError(
            "mcbelt yields: --band is the error of the factors, which --bare leaves out. Give one of both."
        )
    name = _projectile(projectile)

    from mcbelt.constants import PROTON_MASS
    from mcbelt.physics import kinematics, yield_spectra
    from mcbelt.physics.yield_tables import YieldTables

    if target not in yield_spectra.targets(name):
        allowed = ", ".join(yield_spectra.targets(name))
        raise ConfigError(f"mcbelt yields: --target {target!r} is not one of {allowed} (with --projectile {name}).")
    wanted = [part.strip() for part in species.split(",")] if species else list(yield_spectra.MESONS)
    grid = None
    found = {}
    for shift in (0.0, -1.0, 1.0) if band else (0.0,):
        tables = YieldTables(factors=not bare, factor_shift=shift)
        inelastic = yield_spectra.inelastic_mb(tables, target, name, energy_GeV)
        grid = grid or yield_spectra.bins(name, energy_GeV)
        found[shift] = yield_spectra.spectra(tables, target, name, energy_GeV, wanted, grid)
    assert grid is not None
    report: dict[str, Any] = {
        "target": target,
        "projectile": name,
        "energy_GeV": energy_GeV,
        "momentum_GeV": float(kinematics.momentum(energy_GeV, PROTON_MASS)),
        "inelastic_mb": inelastic,
        "factors": not bare,
        "scaled_from": "N" if target in yield_spectra.SCALED else None,
        "species": {one: _told(grid, [found[shift][one] for shift in found]) for one in wanted},
        "units": UNITS,
    }
    if figure is not None:
        _draw(report, figure)
        report["figure"] = str(figure)
    if as_json:
        json.dump(report, sys.stdout)
        sys.stdout.write("\n")
    else:
        _print(report)


yields.__doc__ = inspect.cleandoc(yields.__doc__ or "") + "\n" + EXAMPLES


def _projectile(asked):
    if asked not in PROJECTILES:
        raise ConfigError(f"mcbelt yields: --projectile {asked!r} is not one of p, alpha.")
    return PROJECTILES[asked]


def _told(grid: Bins, found: list[Spectrum]) -> dict[str, Any]:
    """What is said of a species; `found` holds the middle and, with a band, both of its sides."""
    best = found[0]
    told = {
        "multiplicity": best.multiplicity,
        "relative_error": best.relative_error if best.multiplicity > 0.0 else None,
        "x_lab": _middles(grid.x_edges),
        "dn_dx": best.dn_dx.tolist(),
        "p_GeV": _middles(grid.p_edges),
        "angle_rad": (0.5 * (grid.angle_edges[1:] + grid.angle_edges[:-1])).tolist(),
        "d2n_dp_dangle": best.d2n_dp_dangle.tolist(),
    }
    for side, one in zip(("low", "high"), found[1:], strict=False):
        told |= {f"multiplicity_{side}": one.multiplicity, f"dn_dx_{side}": one.dn_dx.tolist()}
        told[f"d2n_dp_dangle_{side}"] = one.d2n_dp_dangle.tolist()
    return told


def _middles(edges):
    """Geometric."""
    return ((edges[1:] * edges[:-1]) ** 0.5).tolist()


def _draw(report, path):
    from mcbelt.figures import yield_plot

    yield_plot.save(report, path)


def _print(report):
    """Table for people."""
    from rich.console import Console
    from rich.table import Table

    what = f"{report['projectile']} + {report['target']}, {report['energy_GeV']:g} GeV (kinetic, per nucleon)"
    table = Table("species", "per collision", "error", title=f"What an inelastic collision makes: {what}")
    for name, told in report["species"].items():
        error = f"{100.0 * told['relative_error']:.1f} %" if told["multiplicity"] > 0.0 else "none is made"
        if "multiplicity_low" in told:
            error += f"; factors {told['multiplicity_low']:.4g} to {told['multiplicity_high']:.4g}"
        table.add_row(name, f"{told['multiplicity']:.4g}", error)
    console = Console()
    console.print(table)
    factors = "factors from data" if report["factors"] else "no factors from data"
    scaled = "; scaled from nitrogen" if report["scaled_from"] else ""
    console.print(
        f"Inelastic cross section {report['inelastic_mb']:.4g} mb; {factors}{scaled}. Spectra: --json, --figure."
    )
