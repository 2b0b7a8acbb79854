"""What stands where results are to go and is of another run: refused, or set aside and never deleted."""

import logging
import os
from pathlib import Path

from mcbelt.campaign import notes
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import sealed

_logger = logging.getLogger("mcbelt")


def foreign(scanned: bool, output: Path, fresh: bool) -> list[Path]:
    """Directories of results of another shape: of one case where a scan goes, or of a scan where one case does.

    Parameters
    ----------
    scanned : bool
        Whether the campaign that is to be run is a scan.
    output : Path
        Directory for its results.
    fresh : bool
        Whether what is of the other shape is to be set aside.

    Returns
    -------
    list of Path
        To be set aside; nothing is changed yet.

    Raises
    ------
    ConfigError
        Something is of the other shape, and not to be set aside.
    """
    cases = [card.parent for card in sorted(output.glob("*/case.json")) if not card.parent.name.startswith("set-aside")]
    found = cases if not scanned else [output] if (output / "case.json").exists() else []
    if found and not fresh:
        there, wanted = ("one case", "a scan") if scanned else ("a scan", "one case")
        raise ConfigError(
            f"{output}: holds a run of another campaign ({there}, and the campaign file is {wanted}); give --fresh to "
            "set it aside, or another directory by --output."
        )
    return found


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
