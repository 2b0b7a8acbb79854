"""What `check` and `run` alike tell a user of the cases of a campaign."""

from collections.abc import Mapping, Sequence

import typer

_MOST = 20  # lines; a long list is cut


def warn(told: Mapping[str, tuple[str, ...]]) -> None:
    """What a user should know of the cases, as `kinds.require_complete` gives it.

    Parameters
    ----------
    told : mapping
        Name of a case, empty where there is no scan -> its sentences.
    """
    lines = [f"{f'{case}: ' if case else ''}{words}" for case, said in told.items() for words in said]
    for line in lines[:_MOST]:
        typer.echo(f"warning: {line}")
    if len(lines) > _MOST:
        typer.echo(f"warning: and {len(lines) - _MOST} more like these")


def activity(lines: Sequence[str]) -> None:
    """The Sun that campaigns have by their date, as `mcbelt.campaign.file.activity` gives it."""
    for line in lines[:_MOST]:
        typer.echo(line)
    if len(lines) > _MOST:
        typer.echo(f"and {len(lines) - _MOST} more months")
