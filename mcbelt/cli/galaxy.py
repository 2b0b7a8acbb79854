"""`mcbelt galaxy`: models of the Galaxy's protons, electrons and positrons."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from mcbelt.cli.progress import shown_progress
from mcbelt.errors import ConfigError

galaxy = typer.Typer(name="galaxy", help="Protons, electrons and positrons of the Galaxy.", no_args_is_help=True)

FIRST_LINES = """kind = "galaxy"
name = "{name}"
preset = "{name}"
"""


@galaxy.command()
def run(
    campaign: Annotated[Path, typer.Argument(help='File of kind = "galaxy", or the directory of its campaign.toml.')],
    output: Annotated[Path | None, typer.Option(help="Directory for results [results beside the file].")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set aside what is there and begin anew.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Threads; 0: the usable cores.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Solve a Galactic model: result.nc, spectra.png, spectra.csv, and protons.csv for a belt campaign.

    The local interstellar protons in protons.csv can be the cosmic rays of a belt campaign: [source] kind = "table".
    """
    with shown_progress(words=f"{campaign}: reading it", quiet=as_json) as watch:
        from kernelcache import threads
        from mcbelt.campaign import driver as campaigns
        from mcbelt.campaign import file as campaign_file
        from mcbelt.campaign import kinds
        from mcbelt.figures import galactic_plots
        from mcbelt.files import result as results

        threads.limit(workers or None)
        file = campaign_file.read(campaign)
        kind = file.cases[0].config.kind
        if kind != "galaxy":
            raise ConfigError(f'{file.path}: kind is {kind!r}; `mcbelt galaxy run` takes kind = "galaxy".')
        kinds.require_complete(file)
        watch.items(len(file.cases))
        directory = campaigns.output_directory(file, output)
        finished = campaigns.run(file, directory, kinds.simulation, watch=watch, fresh=fresh)
        report = {}
        for done in finished:
            watch.phase(f"{done.case or file.name}: drawing its spectra")
            result = results.open_result(done.result)
            written = galactic_plots.write(result, Path(done.result).parent)
            report[done.case or file.name] = {"result": str(done.result), "files": [str(path) for path in written]}
            report[done.case or file.name] |= galactic_plots.local_values(result)
    if as_json:
        json.dump(report, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    for case, found in report.items():
        typer.echo(f"{case}: {found['result']}")
        for name, value in found.items():
            if isinstance(value, float):
                typer.echo(f"  {name} = {value:.4g}")


@galaxy.command()
def models(
    show: Annotated[str | None, typer.Option(help="Name of a model: print its file.")] = None,
) -> None:
    """List the published models, or print the file of one of them to start from."""
    from mcbelt.interstellar import presets

    if show is None:
        for name in presets.PRESETS:
            typer.echo(name)
        return
    typer.echo(FIRST_LINES.format(name=show) + _toml(presets.preset(show).model_dump(exclude_none=True)))


def _toml(table):
    """Plain values first, then the sections."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, section in table.items():
        if isinstance(section, dict):
            lines += ["", f"[{key}]", *(f"{name} = {json.dumps(value)}" for name, value in section.items())]
    return "\n".join(lines)
