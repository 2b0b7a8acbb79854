"""`mcbelt report`: one self-contained page about a campaign."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    result: Annotated[Path, typer.Argument(help="Result file, or the directory of a campaign.")],
    output: Annotated[Path | None, typer.Option(help="The page [report.html beside the results].")] = None,
) -> None:
    """Write report.html: figures, table, configuration, fates, timing; it needs no network."""
    from mcbelt.campaign import collected
    from mcbelt.figures import report as reports

    path = output or collected.results_in(result).directory / "report.html"
    reports.write(result, path)
    typer.echo(str(path))
