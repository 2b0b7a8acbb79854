"""A campaign file read from disk, and the cases that its [scan] table spans.

A scan varies any keys of the file: `"shell.L" = [1.15, 1.2]` lists values, `{ start = 70, stop = 220, step = 50 }`
is a range with both ends, and `mode` says whether every combination is a case ("product") or the values go in step
("zip"). Each case has a name made of what is varied, "L=1.2,f107=120", which is also the name of its directory; it
depends on the keys and values alone, never on how many cases there are or in which order they stand.
"""

import copy
import hashlib
import itertools
import math
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from mcbelt import sentences
from mcbelt.errors import ConfigError
from mcbelt.files import located
from mcbelt.keys import Campaign
from mcbelt.settings import reading
from mcbelt.spectra import solar_activity, solar_modulation

LARGEST_FILE = 2**20  # [bytes]
MOST_CASES = 10_000
MOST_SCANNED_KEYS = 8
_WORD = r"[A-Za-z][A-Za-z0-9_]{0,63}"
_DOTTED_KEY = re.compile(rf"(source\.{_WORD}\.)?{_WORD}|{_WORD}\.{_WORD}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]|\.\.")
_DEEPEST = 6  # levels of tables and lists
_MOST_PARTS = 100
_LONGEST_NAME = 100
_RANGE_DIGITS = 12  # a range counts in decimal steps: 1.1 + 2 * 0.1 is 1.3

Scalar = Any  # str, bool, int, float or datetime.date, as TOML gives them


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
    scan = table.pop("scan", None)
    if scan is None:
        only = Case("", {}, reading.validate(table, where, path.parent))
        return CampaignFile(path, text, only.config.name, (only,), {})
    scanned, mode = _scan_axes(scan, where)
    cases: list[Case] = []
    for name, overrides in expand(scanned, mode, where):
        changed = _overridden(table, overrides, where)
        cases.append(Case(name, overrides, reading.validate(changed, f"{where} (case {name})", path.parent)))
    return CampaignFile(path, text, cases[0].config.name, tuple(cases), scanned)


def case_names(text: str) -> list[str]:
    """Names of the cases of the text of a campaign file, [""] without a scan; raises ConfigError for a wrong scan."""
    try:
        scan = tomllib.loads(text).get("scan")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the campaign file beside the results is not valid TOML ({error}).") from None
    if scan is None:
        return [""]
    return [name for name, _ in expand(*_scan_axes(scan, located.CAMPAIGN), located.CAMPAIGN)]


def expand(scanned: dict[str, list[Scalar]], mode: str, where: str) -> list[tuple[str, dict[str, Scalar]]]:
    """Names and values of all cases of a scan.

    Parameters
    ----------
    scanned : dict
        Dotted key -> values, in the order of the file; the last key varies fastest.
    mode : {"product", "zip"}
        Every combination, or values in step.
    where : str
        Name of the file, for messages.

    Returns
    -------
    list of (str, dict)
        Case name and dotted key -> value.

    Raises
    ------
    ConfigError
        Too many cases, lists of different lengths with "zip", or the same case twice.
    """
    lengths = {key: len(values) for key, values in scanned.items()}
    if mode == "zip" and len(set(lengths.values())) > 1:
        found = ", ".join(f"{key}: {length}" for key, length in lengths.items())
        raise ConfigError(f'{where}: [scan] mode = "zip" needs lists of one length, found {found}; make them equal.')
    count = math.prod(lengths.values()) if mode == "product" else next(iter(lengths.values()))
    if count > MOST_CASES:
        raise ConfigError(
            f"{where}: [scan] spans {count} cases, allowed are {MOST_CASES}; split it into several files."
        )
    combined = itertools.product(*scanned.values()) if mode == "product" else zip(*scanned.values(), strict=True)
    cases = [dict(zip(scanned, values, strict=True)) for values in combined]
    names = [case_name(overrides) for overrides in cases]
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise ConfigError(f"{where}: [scan] holds the case {name} twice; give each value once.")
        seen.add(name.lower())
    return list(zip(names, cases, strict=True))


def case_name(overrides: dict[str, Scalar]) -> str:
    """Name of a case, "L=1.2,f107=120": safe as the name of a directory, a function of keys and values alone."""
    last = [key.rpartition(".")[2] for key in overrides]
    labels = [short if last.count(short) == 1 else key for short, key in zip(last, overrides, strict=True)]
    name = ",".join(f"{label}={_value_name(value)}" for label, value in zip(labels, overrides.values(), strict=True))
    if len(name) > _LONGEST_NAME or not sentences.is_safe_name(name):
        name = f"{name[: _LONGEST_NAME - 17].rstrip('.')}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name


def _value_name(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else value.isoformat() if hasattr(value, "isoformat") else repr(value)
    safe = _UNSAFE.sub("_", text)
    return safe if safe == text and text else f"{safe[:32]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


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


def _scan_axes(scan: Any, where: str) -> tuple[dict[str, list[Scalar]], str]:
    if not isinstance(scan, dict):
        raise ConfigError(f"{where}: scan = {sentences.quoted(scan)} is not a table; write a section [scan].")
    entries = dict(scan)
    mode = entries.pop("mode", "product")
    if mode not in ("product", "zip"):
        raise ConfigError(f'{where}: [scan] mode = {sentences.quoted(mode)} is not one of "product", "zip"; give one.')
    entries = dict(_flattened(entries))
    if not 0 < len(entries) <= MOST_SCANNED_KEYS:
        raise ConfigError(
            f"{where}: [scan] varies {len(entries)} keys, allowed are 1 to {MOST_SCANNED_KEYS}; "
            'give e.g. "shell.L" = [1.15, 1.2, 1.25].'
        )
    for key in entries:
        if not _DOTTED_KEY.fullmatch(key) or key in ("name", "kind"):
            raise ConfigError(
                f'{where}: [scan] cannot vary {sentences.quoted(key)}; give a key as section.key, e.g. "shell.L".'
            )
    return {key: _values(entry, f"{where}: [scan] {key}") for key, entry in entries.items()}, mode


def _flattened(entries: dict[str, Any]) -> list[tuple[str, Any]]:
    """shell.L = [...] without quotes makes a table of a table; both spellings mean the same."""
    flat: list[tuple[str, Any]] = []
    for key, entry in entries.items():
        if isinstance(entry, dict) and not entry.keys() & {"start", "stop", "step"}:
            flat.extend((f"{key}.{inner}", value) for inner, value in _flattened(entry))
        else:
            flat.append((key, entry))
    return flat


def _values(entry: Any, where: str) -> list[Scalar]:
    if isinstance(entry, dict):
        return _range(entry, where)
    if not isinstance(entry, list) or not entry:
        raise ConfigError(f"{where} = {sentences.quoted(entry)} is not a list of values; give e.g. [1.15, 1.2].")
    if len(entry) > MOST_CASES:
        raise ConfigError(f"{where} lists {len(entry)} values, allowed are {MOST_CASES}; split it into several files.")
    for value in entry:
        if isinstance(value, list | dict):
            raise ConfigError(
                f"{where} holds {sentences.quoted(value)}, which is not a single value; give numbers or text."
            )
    return entry


def _range(entry: dict[str, Any], where: str) -> list[Scalar]:
    numbers: list[Any] = [entry.get(name) for name in ("start", "stop", "step")]
    if entry.keys() != {"start", "stop", "step"} or not all(_is_finite_number(number) for number in numbers):
        raise ConfigError(f"{where} is not a range; give three numbers, e.g. {{ start = 70, stop = 220, step = 50 }}.")
    start, stop, step = numbers
    if step == 0 or (stop - start) / step < 0:
        raise ConfigError(
            f"{where} never goes from {start} to {stop} in steps of {step}; give a step of the right sign."
        )
    if not (stop - start) / step < MOST_CASES:
        raise ConfigError(f"{where} has more than {MOST_CASES} values; give a larger step.")
    count = math.floor((stop - start) / step + 1e-9) + 1
    if all(isinstance(number, int) for number in numbers):
        return [start + i * step for i in range(count)]
    digits = _RANGE_DIGITS - 1 - math.floor(math.log10(max(abs(start), abs(stop), abs(step))))
    return [round(start + i * step, digits) for i in range(count)]


def _is_finite_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e300
    )


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
