"""`mcbelt merge`: one result of several runs with different seeds."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mcbelt.cli.progress import told_phases


def merge(
    parts: Annotated[list[Path], typer.Argument(help="Two or more results of one campaign with different seeds.")],
    output: Annotated[Path, typer.Option(help="File for the merged result; must not exist.")],
    workers: Annotated[int, typer.Option(min=0, help="Threads; 0: the usable cores.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Merge results; what does not belong together is refused."""
    with told_phases(f"{parts[0]} and more: reading them"):
        from kernelcache import threads
        from mcbelt.campaign.merging import merged_result
        from mcbelt.errors import ResultsError
        from mcbelt.files import result, sealed

        threads.limit(workers or None)
        if output.exists():
            raise ResultsError(f"{output}: exists already; give another file by --output, or move it away.")
        if not output.parent.is_dir():
            raise ResultsError(f"{output}: there is no directory {output.parent}; make it, or give another file.")
        sealed.tried(output.parent)
        if len(parts) < 2:
            raise ResultsError(f"{parts[0]}: is a single result; give two or more to merge.")
        paths = [result.located(part) for part in parts]
        dataset = merged_result([result.open_result(path) for path in paths], [str(path) for path in paths])
        result.write(dataset, output)
    if as_json:
        about = {"histories": int(dataset.attrs["histories"]), "ranges_of_seeds": dataset.sizes["run"]}
        typer.echo(json.dumps({"output": str(output), **about}))
        return
    typer.echo(f"{output}: {dataset.attrs['histories']} histories of {dataset.sizes['run']} ranges of seeds.")
