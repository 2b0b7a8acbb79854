"""Several sources in one campaign: two or more tables [[source]], each computed as in the campaign of it alone.

Where its fluxes are observed, which species it makes and what its defaults are is a matter of each source, so each one
is checked as a campaign of its own. What they must agree on is said here: names that tell them apart, a place in common
and species in common. A source may be there on some shells only, if the file says so.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ValidationError, model_validator

from mcbelt import places, sentences, sources
from mcbelt.errors import ConfigError
from mcbelt.keys import Section, key, number
from mcbelt.settings.presets import DEFAULT_SOURCE

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9])){0,39}")
_RANGE = "it is there on shells {} this L alone; without the key on all, and a shell out of its range is refused"


def _known_name(value: str | None) -> str | None:
    if value is not None and not _NAME.fullmatch(value):
        raise ValueError(
            "cannot name a source; use 1 to 40 letters, digits and single _ between them, and begin with a letter"
        )
    return value


class Named(Section):
    """What each of several sources may have besides the keys of its kind."""

    name: Annotated[str | None, AfterValidator(_known_name)] = key(
        "what the source is called in the result; by default as its kind", example="inner_belt", default=None
    )
    L_min: float | None = number(1.0, 2.0, _RANGE.format("from"), "1", default=None, example=1.14)
    L_max: float | None = number(1.0, 2.0, _RANGE.format("up to"), "1", default=None, example=1.5)

    @model_validator(mode="after")
    def _ordered(self) -> "Named":
        if self.L_min is not None and self.L_max is not None and self.L_min > self.L_max:
            raise ValueError(f"L_min = {self.L_min:g} is above L_max = {self.L_max:g}; give the lower one first")
        return self


class Several(Section):
    """A campaign of kind "belt" whose fluxes are those of several sources and their sum."""

    kind: Literal["belt"]
    name: str
    preset: str
    species: tuple[str, ...]  # of all sources
    shell: Any
    air: Any
    energy: Any
    run: Any
    parts: dict[str, Any]  # name of each source -> the campaign of it alone, in the order of the file
    streams: dict[str, int]  # and its place there, from 0


def are_named(table: dict[str, Any]) -> bool:
    """Whether a parsed campaign names its sources by [[source]]."""
    return isinstance(table.get("source"), list)


def campaign(table: dict[str, Any], where: str, alone: Callable[[dict[str, Any]], Any]) -> Any:
    """The checked campaign of tables [[source]].

    Parameters
    ----------
    table : dict
        Parsed TOML without [scan], whose `source` is a list.
    where : str
        Name of the file, for messages.
    alone : callable
        Checks the table of a campaign of one source; raises ConfigError.

    Returns
    -------
    Several
        Of one table [[source]] the campaign of that source, as of [source].

    Raises
    ------
    ConfigError
        A source alone is refused, two have one name, or they do not agree on place or species.
    """
    entries = table["source"]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(
            f"{where}: source = {sentences.quoted(entries)} is not made of tables; write one section [source], or two "
            "or more [[source]]."
        )
    if len(entries) == 1:
        return alone({**table, "source": entries[0]})
    called = _called(entries, where)
    tables = _tables(_taken(called, table, where), table, where)
    parts: dict[str, Any] = {}
    told: list[str] = []
    for name, own in tables.items():
        try:
            parts[name] = alone(own)
        except ConfigError as error:
            told += [line.replace("[source]", f"[[source]] {name!r}:", 1) for line in str(error).splitlines()]
    if told:
        raise ConfigError("\n".join(dict.fromkeys(told)))  # what all of them lack is told once
    _refuse_other_places(parts, where)
    _refuse_other_species(parts, where)
    return _together(parts, {name: place for place, name in enumerate(called) if name in parts}, table)


def _called(entries: list[dict[str, Any]], where: str) -> dict[str, tuple[Named, dict[str, Any]]]:
    """Name of each source -> its keys as one of several, and those of its kind."""
    found: dict[str, tuple[Named, dict[str, Any]]] = {}
    for place, entry in enumerate(entries, start=1):
        shared = {key: entry[key] for key in Named.model_fields if key in entry}
        own = {key: value for key, value in entry.items() if key not in shared}
        try:
            named = Named.model_validate(shared)
        except ValidationError as error:
            raise ConfigError("\n".join(sentences.explain(error, Named, f"{where}: [[source]] {place}"))) from None
        kind = own.setdefault("kind", DEFAULT_SOURCE)
        name = named.name or (kind if isinstance(kind, str) else f"number {place}")
        if name.lower() in {known.lower() for known in found}:
            raise ConfigError(
                f"{where}: two tables [[source]] are called {name!r}; give each its own, e.g. name = "
                f"{sentences.toml_value(f'{name}_{place}')}."
            )
        found[name] = (named, own)
    return found


def _taken(
    called: dict[str, tuple[Named, dict[str, Any]]], table: dict[str, Any], where: str
) -> dict[str, dict[str, Any]]:
    """The sources that are there on the shell of a case."""
    shell = table.get("shell")
    L = shell.get("L") if isinstance(shell, dict) else None
    if not isinstance(L, int | float):  # told when it is checked
        return {name: own for name, (_, own) in called.items()}
    taken = {
        name: own
        for name, (named, own) in called.items()
        if (named.L_min is None or named.L_min <= L) and (named.L_max is None or L <= named.L_max)
    }
    if not taken:
        raise ConfigError(f"{where}: no [[source]] is there at [shell] L = {L:g}, by L_min and L_max; give such an L.")
    return taken


def _tables(taken: dict[str, dict[str, Any]], table: dict[str, Any], where: str) -> dict[str, dict[str, Any]]:
    """The campaign of each source alone: what another one knows and it does not is left out."""
    kinds = {name: own["kind"] for name, own in taken.items()}
    known = {
        name: sources.part(kind, "settings")
        for name, kind in kinds.items()
        if isinstance(kind, str) and kind in sources.SOURCES
    }
    result = {}
    for name, own in taken.items():
        about, alone = known.get(name), {**table, "source": own}
        if about is not None:
            if not about.PLACES and any(other.PLACES for other in known.values()):
                alone.pop("place", None)
            alone = _of_its_species(alone, name, about, known, where)
            alone = _of_its_estimators(alone, about, known)
        result[name] = alone
    return result


def _of_its_species(alone: dict[str, Any], name: str, about: Any, known: dict[str, Any], where: str) -> dict[str, Any]:
    asked = alone.get("species")
    if not isinstance(asked, list) or not asked:
        return alone
    made = [each for other in known.values() for each in other.SPECIES]
    own = [each for each in asked if each in about.SPECIES or each not in made]  # what none makes is told by each
    if not own:
        raise ConfigError(
            f"{where}: [[source]] {name!r} makes none of the species asked for; ask for one of "
            f"{', '.join(about.SPECIES)} too, or take that source out."
        )
    return {**alone, "species": own}


def _of_its_estimators(alone: dict[str, Any], about: Any, known: dict[str, Any]) -> dict[str, Any]:
    run = alone.get("run")
    asked = run.get("estimator") if isinstance(run, dict) else None
    if (
        not isinstance(run, dict)
        or asked is None
        or asked in about.ESTIMATORS
        or not any(asked in other.ESTIMATORS for other in known.values())
    ):
        return alone
    return {**alone, "run": {key: value for key, value in run.items() if key != "estimator"}}


def _refuse_other_places(parts: dict[str, Any], where: str) -> None:
    placeless = [name for name, part in parts.items() if part.place is None]
    seen = {name: part.place for name, part in parts.items() if part.place is not None}
    for name, place in seen.items():
        if placeless and place.kind not in places.ON_SHELL:
            raise ConfigError(
                f"{where}: [place] kind = {place.kind!r} is where {name!r} is observed, while {placeless[0]!r} fills "
                f"the drift shell and is observed on it; give kind = {' or '.join(map(repr, places.ON_SHELL))}, or run "
                "them apart."
            )
    if len(set(seen.values())) > 1:
        raise ConfigError(
            f"{where}: {' and '.join(map(repr, seen))} are observed at different places; give one [place]."
        )


def _refuse_other_species(parts: dict[str, Any], where: str) -> None:
    for name, part in parts.items():
        others = {each for other, beside in parts.items() if other != name for each in beside.species}
        if others and not others & set(part.species):
            raise ConfigError(
                f"{where}: [[source]] {name!r} makes {', '.join(part.species)} and shares no species with the other "
                f"sources ({', '.join(sorted(others))}); there is nothing to add, run it apart."
            )


def _together(parts: dict[str, Any], streams: dict[str, int], table: dict[str, Any]) -> Several:
    first = next(iter(parts.values()))
    made = list(dict.fromkeys(each for part in parts.values() for each in part.species))
    asked = [each for each in table.get("species", made) if each in made]
    run = next((part.run for part in parts.values() if part.run.estimator is not None), first.run)
    return Several(
        kind=first.kind,
        name=first.name,
        preset=first.preset,
        species=tuple(asked),
        shell=first.shell,
        air=first.air,
        energy=first.energy,
        run=run,
        parts=parts,
        streams=streams,
    )
