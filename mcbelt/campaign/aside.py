"""What stands where results are to go and is of another run: refused, or set aside and never deleted."""

import logging
import os
from pathlib import Path

from mcbelt.campaign import notes
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import sealed

_logger = logging.getLogger("mcbelt")


def require_own(scanned: bool, output: Path, fresh: bool) -> None:
    """Refuse a directory of results of another shape: one case where a scan goes, or a scan where one case does.

    Parameters
    ----------
    scanned : bool
        Whether the campaign that is to be run is a scan.
    output : Path
        Directory for its results.
    fresh : bool
        Set aside what is of the other shape instead.

    Raises
    ------
    ConfigError
        It is of the other shape.
    ResultsError
        It cannot be set aside.
    """
    cases = [card.parent for card in sorted(output.glob("*/case.json")) if not card.parent.name.startswith("set-aside")]
    foreign = cases if not scanned else [output] if (output / "case.json").exists() else []
    if foreign and not fresh:
        found, wanted = ("one case", "a scan") if scanned else ("a scan", "one case")
        raise ConfigError(
            f"{output}: holds a run of another campaign ({found}, and the campaign file is {wanted}); give --fresh to "
            "set it aside, or another directory by --output."
        )
    for directory in foreign:
        set_aside(directory)


def set_aside(directory: Path, name: str | None = None) -> None:
    """Move blocks and result of a case to a directory beside them, named by the time [default]; nothing is deleted.

    Raises ResultsError.
    """
    name = name or f"set-aside-{notes.utc().replace(':', '')}"
    aside = directory / name
    number = 1
    while aside.exists():
        number += 1
        aside = directory / f"{name}-{number}"
    sealed.make_directory(aside)
    try:
        for entry in ("blocks", "result.nc", "case.json", "status.json"):
            if (directory / entry).exists():
                os.rename(directory / entry, aside / entry)
    except OSError as error:
        raise ResultsError(f"{directory}: cannot be set aside ({error.strerror}); give another by --output.") from None
    sealed.make_directory(directory / "blocks")
    _logger.warning("%s: what was there is now in %s", directory, aside)
