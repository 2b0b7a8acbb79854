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
    """Compute a campaign; what is done already is kept, so running again resumes.

    What is going on is told from the first second, and by `mcbelt status` from elsewhere. Parts of the preparation are
    kept for other cases and runs (`mcbelt cache`).

    \b
    mcbelt run my-campaign --workers 2
    """
    with shown_progress(words=f"{campaign}: reading it") as watch:
        from kernelcache import threads
        from mcbelt.campaign import driver as campaigns
        from mcbelt.campaign import file as campaign_file
        from mcbelt.campaign import kinds
        from mcbelt.errors import CasesFailed
        from mcbelt.workers import in_process

        workers = in_process.capped(workers)
        threads.limit(workers or None)
        file = campaign_file.read(campaign)
        directory = campaigns.output_directory(file, output)
        watch.items(len(file.cases))
        cases = f"{len(file.cases)} cases" if len(file.cases) > 1 else "1 case"
        watch.phase(f"{campaign}: {cases}; whether all can be computed")
        words = kinds.require_complete(file)
        for line in campaign_file.activity(file)[:20]:
            typer.echo(line)
        told.warn(words)
        count = workers or threads.usable_cores()
        interruption.announce(
            f"interrupted: finished blocks are kept in {directory}; `mcbelt run {campaign}` resumes.",
            lambda: campaigns.note(directory, "stopped at once: interrupted"),
        )

        def begin():
            watch.phase(f"{campaign}: {cases}; the workers begin")
            return in_process.opened(count, dask)

        failure = None
        try:
            finished = campaigns.run(file, directory, kinds.simulation, begin, watch, fresh)
        except CasesFailed as error:
            failure, finished = error, error.finished
    _tell(finished)
    if finished:
        _write_report(directory, any(done.computed for done in finished))
    if failure is not None:
        raise failure


def _tell(finished):
    for done in finished:
        what = f"{done.case}: " if done.case else ""
        how = f"{done.blocks_computed} blocks computed now" if done.computed else "nothing left to do"
        typer.echo(f"{what}{done.result}: {done.histories} histories ({done.stopped_because}); {how}.")


def _write_report(directory: Path, changed: bool) -> None:
    path = directory / "report.html"
    if changed or not path.exists():
        with shown_progress(words=f"report: drawing {path}"):
            from mcbelt.figures import report

            report.write(directory, path)
    typer.echo(f"report: {path}")
