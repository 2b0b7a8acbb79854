"""`mcbelt plot`: figures of a result or of a whole campaign."""

from pathlib import Path
from typing import Annotated

import typer


def plot(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    output: Annotated[Path | None, typer.Option(help="Directory for figures [beside the result].")] = None,
) -> None:
    """Draw flux and ratio; for a scan also every case together, and a map over L and energy."""
    from mcbelt.campaign import collected
    from mcbelt.figures import plots, tables
    from mcbelt.files import sealed

    cases = collected.results_in(result)
    directory = output or cases.directory
    sealed.make_directory(directory)
    made = plots.write_all(cases.datasets, directory)
    made.append(tables.write_csv(cases.datasets, directory / "flux.csv"))
    for path in made:
        typer.echo(str(path))
