"""A campaign file read from disk, and its cases (`mcbelt.campaign.scan`), each checked."""

import copy
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from mcbelt import sentences
from mcbelt.campaign import scan
from mcbelt.campaign.scan import Scalar, Scan
from mcbelt.errors import ConfigError
from mcbelt.files import located
from mcbelt.keys import Campaign
from mcbelt.settings import reading
from mcbelt.spectra import solar_activity, solar_modulation

LARGEST_FILE = 2**20  # [bytes]
_DEEPEST = 6  # levels of tables and lists
_MOST_PARTS = 100


class Case(NamedTuple):
    """One combination of a scan, or the only case of a campaign without one."""

    name: str  # "" without a scan
    overrides: dict[str, Scalar]  # dotted key -> value
    config: Campaign


class CampaignFile(NamedTuple):
    """A campaign file and its checked cases."""

    path: Path
    text: str  # exactly as it stands in the file
    name: str
    cases: tuple[Case, ...]
    scanned: dict[str, list[Scalar]]  # dotted key -> values; empty without a scan
    axes: tuple[tuple[str, ...], ...] = ()  # its keys; those of one axis go in step
    results: Path | None = None  # directory of its results, where it was found by that; else the usual one


def activity(file: CampaignFile) -> list[str]:
    """Where the air, or the modulation of cosmic rays, is that of the month of a date: what it is, each told once."""
    told: dict[str, None] = {}
    for case in file.cases:
        if case.config.kind != "belt":
            continue
        config: Any = case.config
        air, date = config.air, config.shell.date
        if words := solar_activity.words(date, air.f107, air.f107a, air.ap):
            told[f"[air] has {words}."] = None
        for part in getattr(config, "parts", {"": config}).values():
            phi = getattr(part.source, "phi_MV", None)
            words = solar_modulation.words(date, getattr(part.source, "interstellar", ""), phi)
            if words:
                told[f"[source] has {words}."] = None
    return list(told)


def read(path: Path) -> CampaignFile:
    """Campaign file from a path.

    Parameters
    ----------
    path : Path
        The file, a directory with a campaign.toml, or what a run of it has written (`mcbelt.files.located`).

    Returns
    -------
    CampaignFile
        With every case checked.

    Raises
    ------
    ConfigError
        No such file, not TOML, or something in it is missing, unknown or out of range.
    """
    path, results = located.campaign(Path(path))
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(
            f"{path}: cannot be read ({reason}); give a campaign file or its directory, or make one by `mcbelt init`."
        ) from None
    if raw is None:
        raise ConfigError(
            f"{path}: is larger than {LARGEST_FILE >> 20} MiB, which no campaign file is; check the path."
        )
    try:
        text = raw.decode("utf-8-sig")  # some editors put a mark before the first byte
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8 text; save the file as UTF-8.") from None
    return parse(text, path)._replace(results=results)


def parse(text: str, path: Path) -> CampaignFile:
    """Campaign file from its text; `path` serves messages and relative paths. Raises ConfigError."""
    where = str(path)
    table = _table(text, where)
    if "scan" not in table:
        only = Case("", {}, reading.validate(table, where, path.parent))
        return CampaignFile(path, text, only.config.name, (only,), {})
    spanned = scan.read(table.pop("scan"), where)
    cases: list[Case] = []
    for name, overrides in scan.cases(spanned, where):
        changed = _overridden(table, overrides, where)
        cases.append(Case(name, overrides, reading.validate(changed, f"{where} (case {name})", path.parent)))
    axes = tuple(map(tuple, spanned.axes))
    return CampaignFile(path, text, cases[0].config.name, tuple(cases), spanned.values, axes)


def scan_of(text: str, where: str) -> Scan:
    """What a campaign file scans, by its text alone: its cases are not checked. Raises ConfigError.

    Parameters
    ----------
    text : str
        TOML.
    where : str
        Name of the file, for messages.

    Returns
    -------
    Scan
        Without axes where the file has no [scan].
    """
    table = _table(text, where)
    return scan.read(table["scan"], where) if "scan" in table else Scan(())


def case_names(text: str) -> list[str]:
    """Names of the cases of the text of a campaign file, [""] without a scan; raises ConfigError for a wrong scan."""
    spanned = scan_of(text, located.CAMPAIGN)
    return [name for name, _ in scan.cases(spanned, located.CAMPAIGN)] if spanned.axes else [""]


def _table(text: str, where: str) -> dict[str, Any]:
    """The text as TOML."""
    if any(_is_long_key(line) for line in text.splitlines()):
        raise ConfigError(f"{where}: is nested too deeply; a campaign file has sections and keys, no more.")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: is not valid TOML ({str(error).rstrip('.')}); mend that line.") from None
    except RecursionError:
        raise ConfigError(f"{where}: is nested too deeply; a campaign file has sections and keys, no more.") from None
    if _is_deeper_than(table, _DEEPEST):
        raise ConfigError(f"{where}: is nested too deeply; a campaign file has sections and keys, no more.")
    return table


def _is_long_key(line: str) -> bool:
    """Whether a line begins with a key of very many parts, for which Python's TOML reader takes minutes."""
    head = line.partition("=")[0]
    return head.count(".") > _MOST_PARTS and "," not in head and not head.lstrip().startswith("#")


def _is_deeper_than(table: dict[str, Any], limit: int) -> bool:
    level: list[Any] = [table]
    for _ in range(limit):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
        level = [inner for inner in level if isinstance(inner, list | dict)]
    return bool(level)


def _overridden(table: dict[str, Any], overrides: dict[str, Scalar], where: str) -> dict[str, Any]:
    changed = copy.deepcopy(table)
    for dotted, value in overrides.items():
        section, _, name = dotted.rpartition(".")
        _holder(changed, section, where)[name] = value
    return changed


def _holder(table: dict[str, Any], section: str, where: str) -> dict[str, Any]:
    """The table that a scanned key stands in; `source.NAME` is one of several sources."""
    if not section:
        return table
    first, _, name = section.partition(".")
    holder = table.setdefault(first, {})
    if first == "source" and isinstance(holder, list):
        found = [each for each in holder if isinstance(each, dict) and each.get("name", each.get("kind")) == name]
        if len(found) != 1:
            raise ConfigError(
                f"{where}: [scan] varies keys of {section}, but the sources are called "
                f"{', '.join(str(each.get('name', each.get('kind'))) for each in holder if isinstance(each, dict))}; "
                "give source.NAME.key."
            )
        return found[0]
    if name or not isinstance(holder, dict):
        raise ConfigError(
            f"{where}: {section} = {sentences.quoted(holder)} is not a table; write a section [{section}]."
        )
    return holder
