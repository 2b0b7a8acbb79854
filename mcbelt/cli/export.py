"""`mcbelt export`: fluxes and ratios in a file that other programs read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mcbelt.campaign.collected import Collected
    from mcbelt.campaign.scanned import Wanted

ENDINGS = {".csv": "csv", ".nc": "netcdf", ".cdf": "cdf"}


def export(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    csv: Annotated[bool, typer.Option("--csv", help="The same as --format csv.")] = False,
    file_format: Annotated[
        str | None, typer.Option("--format", help="csv, netcdf or cdf [as the name of --output ends, else csv].")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="File; - is standard output [standard output].")] = None,
) -> None:
    """Write fluxes and ratios as CSV, or everything that analysis made of a scan as netCDF or CDF.

    CSV has a row for each case and energy, a column for each scanned key, and units in the heading. netCDF (CF
    Conventions) and CDF (ISTP; needs the extra cdf) hold one dataset over all scanned keys, as mcbelt.open_results.

    \b
    mcbelt export my-campaign --output fluxes.csv
    mcbelt export my-campaign --output results.nc
    mcbelt export my-campaign --output results.cdf
    """
    from mcbelt.campaign import scanned
    from mcbelt.files import sealed

    to_file = output if output is not None and str(output) != "-" else None
    chosen = _chosen(csv, file_format, to_file)
    cases, asked = scanned.collect(result)
    content = _content(chosen, cases, asked, result)
    if to_file is not None:
        sealed.write(to_file, content)
        typer.echo(str(to_file))
    elif chosen == "csv":
        typer.echo(content.decode(), nl=False)
    else:
        sys.stdout.buffer.write(content)
    if asked.words:
        typer.echo(f"{result}: {asked.words}.", err=True)


def _chosen(csv: bool, file_format: str | None, output: Path | None) -> str:
    """The format. Raises ConfigError."""
    from mcbelt.errors import ConfigError

    by_name = None if output is None else ENDINGS.get(output.suffix.lower())
    chosen = file_format or ("csv" if csv else None) or by_name or "csv"
    if chosen not in ENDINGS.values():
        raise ConfigError(f"export: --format {chosen!r} is not one of {', '.join(ENDINGS.values())}; give one of them.")
    if csv and chosen != "csv":
        raise ConfigError(f"export: --csv and --format {chosen} are two formats; give one of them.")
    if output is None and chosen != "csv" and sys.stdout.isatty():
        raise ConfigError(f"export: {chosen} is no text for a terminal; give a file by --output.")
    return chosen


def _content(chosen: str, cases: Collected, asked: Wanted, where: Path) -> bytes:
    """What the file holds."""
    if chosen == "csv":
        from mcbelt.figures import tables

        return tables.csv_text(cases.datasets).encode()
    from mcbelt.campaign import scanned

    together = scanned.together(cases.datasets, asked, str(where))
    if chosen == "cdf":
        from mcbelt.files import cdf

        return cdf.image(together)
    from mcbelt.files import cf

    return cf.image(together)
