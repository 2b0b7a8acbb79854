"""`mcbelt export`: fluxes and ratios as a table that any program reads."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values (the only format).")] = True,
    output: Annotated[Path | None, typer.Option(help="File [standard output].")] = None,
) -> None:
    """Write one line for each case and energy, with units in the heading."""
    from mcbelt.campaign import collected
    from mcbelt.figures import tables

    cases = collected.results_in(result)
    if output is None:
        typer.echo(tables.csv_text(cases.datasets), nl=False)
    else:
        typer.echo(str(tables.write_csv(cases.datasets, output)))
