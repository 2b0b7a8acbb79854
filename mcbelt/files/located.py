"""From a path that a user gives to a campaign and its results: one answer for every command.

A path names a campaign file; a directory with a campaign.toml; the directory of its results, wherever that is; the
directory of one case of a scan; or a result file. What reads campaigns finds the campaign file from each, and what
reads results the results.
"""

from pathlib import Path

from mcbelt.errors import ConfigError, ResultsError

CAMPAIGN = "campaign.toml"
RESULT = "result.nc"
_OF_A_RUN = ("case.json", "run.log", "lock")  # one of them is in every directory that a run has written to
_BEGINNING = b"\x89HDF\r\n\x1a\n"  # of every netCDF-4 file


def results_directory(campaign: Path) -> Path:
    """Where the results of a campaign file go: `results` beside campaign.toml, `results-NAME` beside NAME.toml."""
    return campaign.parent / ("results" if campaign.stem == "campaign" else f"results-{campaign.stem}")


def begins_as_result(image: bytes) -> bool:
    """Whether bytes begin as a result does, as far as they go: then they may be one that was cut short."""
    return image[: len(_BEGINNING)] == _BEGINNING[: len(image)]


def campaign(path: Path) -> tuple[Path, Path | None]:
    """The campaign that a path names.

    Parameters
    ----------
    path : Path
        Any of the forms above.

    Returns
    -------
    file : Path
        Campaign file; it need not be one that can be read.
    results : Path or None
        Directory of the results, where the path says which; None for the usual one.

    Raises
    ------
    ConfigError
        A directory with several campaigns or none, one case of a scan, or a result without its campaign.
    """
    if path.is_dir():
        return _of_run(path) if _holds_run(path) else (_only_campaign(path), None)
    if not _is_result(path):
        return path, None
    if _holds_run(path.parent):
        return _of_run(path.parent)
    raise ConfigError(
        f"{path}: is a result, and not in the directory of its campaign; give the campaign file (show, plot, export, "
        "report and cite take the result)."
    )


def results(path: Path) -> Path:
    """The results that a path names.

    Parameters
    ----------
    path : Path
        Any of the forms above.

    Returns
    -------
    Path
        A file, or the directory that results are in; there need not be one.

    Raises
    ------
    ResultsError
        A campaign file without results, or a directory of several campaigns that have some.
    """
    if path.suffix == ".toml" and path.is_file():
        found = results_directory(path)
        if not found.is_dir():
            raise ResultsError(
                f"{path}: has no results yet (there is no {found}); run it first by `mcbelt run {path}`, or give the "
                "directory that its results went to."
            )
        return found
    if not path.is_dir() or _holds_run(path):
        return path
    usual = results_directory(path / CAMPAIGN)
    if usual.is_dir() or (path / CAMPAIGN).is_file() or (path / RESULT).is_file():
        return usual if usual.is_dir() else path
    others = [file for file in sorted(path.glob("*.toml")) if results_directory(file).is_dir()]
    if len(others) > 1:
        raise ResultsError(f"{path}: holds results of {_listed(others)}; name one of these files.")
    return results_directory(others[0]) if others else path


def _is_result(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            beginning = file.read(len(_BEGINNING))
    except OSError:
        return False
    return beginning == _BEGINNING


def _holds_run(directory: Path) -> bool:
    return any((directory / name).is_file() for name in _OF_A_RUN)


def _of_run(directory: Path) -> tuple[Path, Path]:
    """The campaign file of a directory that a run has written to, and that directory."""
    scan = directory.parent
    if not (directory / CAMPAIGN).is_file() and (scan / CAMPAIGN).is_file() and _holds_run(scan):
        raise ConfigError(f"{directory}: is one case of a scan; give the campaign file, or the whole of it, {scan}.")
    beside = [file for file in sorted(scan.glob("*.toml")) if results_directory(file) == directory]
    return (beside or [directory / CAMPAIGN])[0], directory


def _only_campaign(directory: Path) -> Path:
    """campaign.toml in a directory, which is refused where the campaigns in it have other names."""
    others = sorted(directory.glob("*.toml"))
    if not (directory / CAMPAIGN).exists() and others:
        raise ConfigError(f"{directory}: holds no campaign.toml, but {_listed(others)}; name the file.")
    return directory / CAMPAIGN


def _listed(files: list[Path]) -> str:
    names = [file.name for file in files]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
