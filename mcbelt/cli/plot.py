"""`mcbelt plot`: figures of a result or of a whole campaign."""

from pathlib import Path
from typing import Annotated

import typer


def plot(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    output: Annotated[Path | None, typer.Option(help="Directory for figures [beside the result].")] = None,
) -> None:
    """Draw flux and ratio; of a scan every case together, lines over one scanned key, and maps over two.

    A scan over L alone has maps over L and energy. A scan of which cases are missing is drawn, and each figure says so.
    """
    from mcbelt.campaign import scanned
    from mcbelt.figures import plots, tables
    from mcbelt.files import sealed

    cases, asked = scanned.collect(result)
    directory = output or cases.directory
    sealed.make_directory(directory)
    made = plots.write_all(cases.datasets, directory, asked)
    made.append(tables.write_csv(cases.datasets, directory / "flux.csv"))
    for path in made:
        typer.echo(str(path))
    if asked.words:
        typer.echo(f"{result}: {asked.words}.", err=True)
