"""`mcbelt cache`: what is kept for next time."""

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer


def cache(
    show: Annotated[bool, typer.Option("--show", help="What is kept, by part; also without an option.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Remove all parts of preparations.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Parts of preparations that are kept for other cases, workers and runs.

    They lie in the user's cache directory (XDG_CACHE_HOME) and take at most 2000 MB, or MCBELT_CACHE_MB; what was used
    least lately goes first, and 0 keeps nothing. Results do not depend on them. Compiled kernels lie beside them.

    \b
    mcbelt cache --show
    mcbelt cache --clear
    """
    import kernelcache
    from mcbelt.files import preparations

    directory, kernels = preparations.default_directory(), kernelcache.cache_root() / "kernels"
    most = preparations.most_bytes()
    removed = len(preparations.clear(directory)) if clear else 0
    entries = preparations.entries(directory)
    parts = []
    for name in sorted({entry.part for entry in entries}):
        own = [entry for entry in entries if entry.part == name]
        used = datetime.datetime.fromtimestamp(own[-1].used, datetime.UTC).isoformat(timespec="seconds")
        parts.append({"part": name, "entries": len(own), "MB": _MB(own), "last_used_utc": used})
    total, of_kernels = _MB(entries), round(sum(path.stat().st_size for path in _files(kernels)) / 1e6, 3)
    about = {"directory": str(directory), "most_MB": most / 1e6, "MB": total, "parts": parts, "removed": removed}
    if as_json:
        typer.echo(json.dumps(about | {"kernels": {"directory": str(kernels), "MB": of_kernels}}))
        return
    if clear:
        typer.echo(f"{directory}: {removed} entries removed.")
    typer.echo(f"{directory}: {len(entries)} entries, {total:.1f} of at most {most / 1e6:.0f} MB.")
    for row in parts:
        typer.echo(f"  {row['part']:<24} {row['entries']:>5} {row['MB']:>9.1f} MB   last used {row['last_used_utc']}")
    typer.echo(f"{kernels}: compiled kernels, {of_kernels:.1f} MB.")


def _MB(entries) -> float:
    return round(sum(entry.size for entry in entries) / 1e6, 3)


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]
