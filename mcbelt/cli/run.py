"""`mcbelt run`: compute a campaign, or what is left of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mcbelt.cli import interruption, told
from mcbelt.cli.progress import shown_progress

if TYPE_CHECKING:  # the program should start without loading what reads campaigns
    from mcbelt.campaign.directory import Finished
    from mcbelt.errors import CasesFailed


def run(
    campaign: Annotated[Path, typer.Argument(help="Campaign file, or the directory of a campaign.toml.")],
    workers: Annotated[int, typer.Option(help="Processes, and threads that prepare; 0: the usable cores.")] = 0,
    dask: Annotated[str | None, typer.Option(help='Address of a Dask scheduler, or "local".')] = None,
    output: Annotated[Path | None, typer.Option(help="Directory for results [results beside the file].")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set aside what is there and begin anew.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end, progress aside.")] = False,
) -> None:
    """Compute a campaign; what is done already is kept, so running again resumes.

    What is going on is told from the first second, and by `mcbelt status` from elsewhere. Parts of the preparation are
    kept for other cases and runs (`mcbelt cache`).

    \b
    mcbelt run my-campaign --workers 2
    """
    with shown_progress(words=f"{campaign}: reading it", quiet=as_json) as watch:
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
        words, activity = kinds.require_complete(file), campaign_file.activity(file)
        if not as_json:
            told.activity(activity)
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
    if not as_json:
        _tell(finished)
    report = _write_report(directory, finished, as_json) if finished else None
    if as_json:
        about = {"file": str(file.path), "directory": str(directory), "report": report and str(report)}
        told_of = {"activity": activity, "warnings": {name: list(said) for name, said in words.items()}}
        typer.echo(json.dumps({**about, "cases": _rows(finished, failure), **told_of}))
    if failure is not None:
        raise failure


def _rows(finished: list[Finished], failure: CasesFailed | None) -> list[dict[str, Any]]:
    """What --json says of each case: complete, or why not."""
    rows = [{"state": "finished", **done._asdict(), "result": str(done.result), "sentence": None} for done in finished]
    if failure is not None:
        empty = dict.fromkeys(rows[0] if rows else ())
        rows += [{**empty, "state": "failed", "case": name, "sentence": why} for name, why in failure.sentences.items()]
    return rows


def _tell(finished: list[Finished]) -> None:
    for done in finished:
        what = f"{done.case}: " if done.case else ""
        how = f"{done.blocks_computed} blocks computed now" if done.computed else "nothing left to do"
        typer.echo(f"{what}{done.result}: {done.histories} histories ({done.stopped_because}); {how}.")


def _write_report(directory: Path, finished: list[Finished], quiet: bool) -> Path:
    """The page of the results, drawn anew where one of them is new."""
    path = directory / "report.html"
    if any(done.computed for done in finished) or not path.exists():
        with shown_progress(words=f"report: drawing {path}", quiet=quiet):
            from mcbelt.figures import report

            report.write(directory, path)
    if not quiet:
        typer.echo(f"report: {path}")
    return path
