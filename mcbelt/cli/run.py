"""`mcbelt run`: compute a campaign, or what is left of it."""

from pathlib import Path
from typing import Annotated

import typer

from mcbelt.cli import interruption, told
from mcbelt.cli.progress import shown_progress


def run(
    campaign: Annotated[Path, typer.Argument(help="Campaign file, or the directory of a campaign.toml.")],
    workers: Annotated[int, typer.Option(help="Processes, and threads that prepare; 0: the usable cores.")] = 0,
    dask: Annotated[str | None, typer.Option(help='Address of a Dask scheduler, or "local".')] = None,
    output: Annotated[Path | None, typer.Option(help="Directory for results [results beside the file].")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set aside what is there and begin anew.")] = False,
) -> None:
    """Compute a campaign; what is done already is kept, so running again resumes."""
    from kernelcache import threads
    from mcbelt.campaign import driver as campaigns
    from mcbelt.campaign import file as campaign_file
    from mcbelt.campaign import kinds
    from mcbelt.errors import CasesFailed
    from mcbelt.workers import in_process

    workers = in_process.capped(workers)
    threads.limit(workers or None)
    file = campaign_file.read(campaign)
    words = kinds.require_complete(file)
    directory = campaigns.output_directory(file, output)
    for line in campaign_file.activity(file)[:20]:
        typer.echo(line)
    told.warn(words)
    count = workers or threads.usable_cores()
    interruption.announce(
        f"interrupted: finished blocks are kept in {directory}; `mcbelt run {campaign}` resumes.",
        lambda: campaigns.note(directory, "stopped at once: interrupted"),
    )

    def begin():
        cases = f"{len(file.cases)} cases" if len(file.cases) > 1 else "1 case"
        typer.echo(f"{campaign}: {cases}; first the model is prepared (minutes for cosmic rays seen from orbit).")
        return in_process.opened(count, dask)

    failure = None
    with shown_progress(len(file.cases)) as watch:
        try:
            finished = campaigns.run(file, directory, kinds.simulation, begin, watch, fresh)
        except CasesFailed as error:
            failure, finished = error, error.finished
    for done in finished:
        what = f"{done.case}: " if done.case else ""
        how = f"{done.blocks_computed} blocks computed now" if done.blocks_computed else "nothing left to do"
        typer.echo(f"{what}{done.result}: {done.histories} histories ({done.stopped_because}); {how}.")
    if finished:
        _write_report(directory, bool(sum(done.blocks_computed for done in finished)))
    if failure is not None:
        raise failure


def _write_report(directory: Path, changed: bool) -> None:
    path = directory / "report.html"
    if changed or not path.exists():
        from mcbelt.figures import report

        report.write(directory, path)
    typer.echo(f"report: {path}")
