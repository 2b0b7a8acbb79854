"""The cases that a [scan] table spans.

A scan varies any keys of the file: `"shell.L" = [1.15, 1.2]` lists values, `{ start = 70, stop = 220, step = 50 }`
is a range with both ends, and `mode` says whether every combination is a case ("product") or the values go in step
("zip"). `link = ["air.f107", "air.f107a"]` lets some keys go in step and combines them with the others; a linked key
without values of its own has those of the first. Each case has a name made of what is varied, "L=1.2,f107=120", which
is also the name of its directory; it depends on the keys and values alone, never on how many cases there are or in
which order they stand.
"""

import hashlib
import itertools
import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from mcbelt import sentences
from mcbelt.errors import ConfigError

MOST_CASES = 10_000
MOST_SCANNED_KEYS = 8
_WORD = r"[A-Za-z][A-Za-z0-9_]{0,63}"
_DOTTED_KEY = re.compile(rf"(source\.{_WORD}\.)?{_WORD}|{_WORD}\.{_WORD}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]|\.\.")
_LONGEST_NAME = 100
_RANGE_DIGITS = 12  # a range counts in decimal steps: 1.1 + 2 * 0.1 is 1.3

Scalar = Any  # str, bool, int, float or datetime.date, as TOML gives them


class Scan(NamedTuple):
    """What is varied: the cases are every combination of the axes."""

    axes: tuple[dict[str, list[Scalar]], ...]  # dotted key -> values; keys of one axis go in step

    @property
    def values(self) -> dict[str, list[Scalar]]:
        """Dotted key -> values, of all axes."""
        return {key: values for axis in self.axes for key, values in axis.items()}


def read(table: Any, where: str) -> Scan:
    """The axes of a [scan] table.

    Parameters
    ----------
    table : object
        As TOML gives it.
    where : str
        Name of the file, for messages.

    Returns
    -------
    Scan

    Raises
    ------
    ConfigError
        It is no table, a key cannot be varied, values are no list or range, or keys that go in step have lists of
        different lengths.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: scan = {sentences.quoted(table)} is not a table; write a section [scan].")
    entries = dict(table)
    mode, link = entries.pop("mode", "product"), entries.pop("link", None)
    if mode not in ("product", "zip"):
        raise ConfigError(f'{where}: [scan] mode = {sentences.quoted(mode)} is not one of "product", "zip"; give one.')
    entries = dict(_flattened(entries))
    groups = [] if link is None else _groups(link, entries, where)
    if groups and mode == "zip":
        raise ConfigError(f'{where}: [scan] mode = "zip" links all keys already; leave link out, or mode.')
    count = len({*entries, *itertools.chain(*groups)})
    if not 0 < count <= MOST_SCANNED_KEYS:
        raise ConfigError(
            f"{where}: [scan] varies {count} keys, allowed are 1 to {MOST_SCANNED_KEYS}; "
            'give e.g. "shell.L" = [1.15, 1.2, 1.25].'
        )
    for key in (*entries, *itertools.chain(*groups)):
        if not _DOTTED_KEY.fullmatch(key) or key in ("name", "kind"):
            raise ConfigError(
                f'{where}: [scan] cannot vary {sentences.quoted(key)}; give a key as section.key, e.g. "shell.L".'
            )
    values = {key: _values(entry, f"{where}: [scan] {key}") for key, entry in entries.items()}
    if mode == "zip":
        return Scan((_in_step(list(values), values, 'mode = "zip"', where),))
    return Scan(tuple(_axes(values, groups, where)))


def _axes(values: dict[str, list[Scalar]], groups: list[list[str]], where: str) -> list[dict[str, list[Scalar]]]:
    """An axis for each key, and for each group of linked ones where the first of them stands."""
    axes: list[dict[str, list[Scalar]]] = []
    done: set[str] = set()
    for key in values:
        if key not in done:
            group = next((group for group in groups if key in group), [key])
            axes.append(_in_step(group, values, "link", where))
            done.update(group)
    return axes


def _groups(link: Any, entries: dict[str, Any], where: str) -> list[list[str]]:
    """The groups of keys that `link` names: one list of keys, or a list of such lists."""
    groups = link if isinstance(link, list) and link and all(isinstance(each, list) for each in link) else [link]
    for group in groups:
        if not isinstance(group, list) or len(group) < 2 or not all(isinstance(key, str) for key in group):
            raise ConfigError(
                f"{where}: [scan] link = {sentences.quoted(link)} does not name two or more keys; give e.g. "
                'link = ["air.f107", "air.f107a"].'
            )
        if not any(key in entries for key in group):
            raise ConfigError(
                f"{where}: [scan] link names {' and '.join(group)}, of which none has values; give some to one."
            )
    named = [key for group in groups for key in group]
    if twice := next((key for key in named if named.count(key) > 1), None):
        raise ConfigError(f"{where}: [scan] link names {sentences.quoted(twice)} twice; give each key once.")
    return groups


def _in_step(keys: list[str], values: dict[str, list[Scalar]], why: str, where: str) -> dict[str, list[Scalar]]:
    """One axis of several keys; those without values have those of the first that has some."""
    of_first = next(values[key] for key in keys if key in values)
    axis = {key: values.get(key, of_first) for key in keys}
    if len({len(each) for each in axis.values()}) > 1:
        found = ", ".join(f"{key}: {len(each)}" for key, each in axis.items())
        raise ConfigError(f"{where}: [scan] {why} needs lists of one length, found {found}; make them equal.")
    return axis


def cases(scan: Scan, where: str) -> list[tuple[str, dict[str, Scalar]]]:
    """Names and values of all cases of a scan.

    Parameters
    ----------
    scan : Scan
        The last axis varies fastest.
    where : str
        Name of the file, for messages.

    Returns
    -------
    list of (str, dict)
        Case name and dotted key -> value.

    Raises
    ------
    ConfigError
        Too many cases, or the same case twice.
    """
    rows = [[dict(zip(axis, row, strict=True)) for row in zip(*axis.values(), strict=True)] for axis in scan.axes]
    count = math.prod(len(each) for each in rows)
    if count > MOST_CASES:
        raise ConfigError(
            f"{where}: [scan] spans {count} cases, allowed are {MOST_CASES}; split it into several files."
        )
    found = [{key: value for row in chosen for key, value in row.items()} for chosen in itertools.product(*rows)]
    names = [case_name(overrides) for overrides in found]
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise ConfigError(f"{where}: [scan] holds the case {name} twice; give each value once.")
        seen.add(name.lower())
    return list(zip(names, found, strict=True))


def labels(keys: Iterable[str]) -> dict[str, str]:
    """What scanned keys are called: without their section where that is unique."""
    last = {key: key.rpartition(".")[2] for key in keys}
    found = list(last.values())
    return {key: short if found.count(short) == 1 else key for key, short in last.items()}


def case_name(overrides: dict[str, Scalar]) -> str:
    """Name of a case, "L=1.2,f107=120": safe as the name of a directory, a function of keys and values alone."""
    name = ",".join(f"{label}={_value_name(overrides[key])}" for key, label in labels(overrides).items())
    if len(name) > _LONGEST_NAME or not sentences.is_safe_name(name):
        name = f"{name[: _LONGEST_NAME - 17].rstrip('.')}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name


def _value_name(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else value.isoformat() if hasattr(value, "isoformat") else repr(value)
    safe = _UNSAFE.sub("_", text)
    return safe if safe == text and text else f"{safe[:32]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


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
