"""The campaign file as JSON Schema, made of the classes that check it.

The classes describe a campaign with its defaults filled in. A file may say less: sections that have defaults, the
indices of the Sun, the keys that a scan varies; and it may have `[scan]`, or tables `[[source]]`. So the schema is
made wider there, never narrower than what `mcbelt check` accepts.
"""

import copy
from typing import Any

from pydantic import BaseModel

from mcbelt import sentences
from mcbelt.errors import ConfigError
from mcbelt.settings import presets, reading
from mcbelt.settings.several import Named

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILLED = ("source", "air", "place", "physics", "energy", "run", "species", "preset")  # sections that may be left out
_SCALAR = {"type": ["number", "string", "boolean"]}
_RANGE = {
    "type": "object",
    "properties": {name: {"type": "number"} for name in ("start", "stop", "step")},
    "required": ["start", "stop", "step"],
    "additionalProperties": False,
}
_LINKED = {"type": "array", "items": {"type": "string"}, "minItems": 2}
_SCAN = {
    "type": "object",
    "description": "several cases: dotted key -> its values, as a list or a range with both ends",
    "properties": {
        "mode": {"enum": ["product", "zip"], "default": "product", "description": "every combination, or in step"},
        "link": {
            "anyOf": [_LINKED, {"type": "array", "items": _LINKED, "minItems": 1}],
            "description": "keys that go in step while the others are combined with them",
        },
    },
    "additionalProperties": {
        "anyOf": [{"type": "array", "items": _SCALAR, "minItems": 1}, _RANGE, {"type": "object"}],
    },
}


def schema(kind: str = "belt") -> dict[str, Any]:
    """JSON Schema of a campaign file.

    Parameters
    ----------
    kind : {"belt", "galaxy"}

    Returns
    -------
    dict
        Draft 2020-12. Each key has its meaning and, where it is a quantity, `unit`.

    Raises
    ------
    ConfigError
        No such kind.
    """
    if kind not in reading.KINDS:
        raise ConfigError(f"schema: --kind {kind!r} is not one of {', '.join(reading.KINDS)}; give one of them.")
    model = reading.KINDS[kind]()
    made = _plain(model.model_json_schema())
    made["properties"]["scan"] = _SCAN
    required = [name for name in made.get("required", []) if name not in _FILLED]
    made["required"] = [name for name in required if name in ("kind", "name")]
    if kind == "belt":
        _as_in_a_file(made, model)
        of_shell = made["$defs"]["Shell"].pop("required")  # a scan may say them
        alone = {"required": ["shell"], "properties": {"shell": {"required": of_shell}}}
        made |= {"if": {"not": {"required": ["scan"]}}, "then": alone}
    return {"$schema": DIALECT, "title": f"Campaign file of mcbelt, kind {kind}"} | {
        name: value for name, value in made.items() if name != "title"
    }


def _as_in_a_file(made: dict[str, Any], model: type[BaseModel]) -> None:
    """Sources by [source] or [[source]], kinds and indices that have defaults."""
    kinds = [name for option in sentences.sections(model, "source") for name in [option.__name__]]
    definitions, named = made["$defs"], _plain(Named.model_json_schema())["properties"]
    for section in ("source", "place"):
        made["properties"][section] = _any_of(made["properties"][section])
    several = []
    for reference in _references(made["properties"]["source"]):
        own = definitions[reference]
        own["required"] = [name for name in own.get("required", []) if name not in ("kind", "spectrum_csv")]
        if presets.DEFAULT_SOURCE not in str(own["properties"]["kind"]):
            own["required"].append("kind")
        several.append({**own, "properties": own["properties"] | named})
    assert len(several) == len(kinds)
    for reference in _references(made["properties"]["place"]):
        definitions[reference].pop("required", None)
    one = made["properties"]["source"]
    made["properties"]["source"] = {"anyOf": [one, {"type": "array", "minItems": 1, "items": {"anyOf": several}}]}
    air = definitions["Air"]
    air.pop("required")
    air["dependentRequired"] = {name: [other for other in presets.INDICES if other != name] for name in presets.INDICES}


def _references(options: dict[str, Any]) -> list[str]:
    """Names of the definitions that a section may be."""
    found = [option.get("$ref", "") for option in options["anyOf"]]
    return [each.rpartition("/")[2] for each in found if each]


def _any_of(options: dict[str, Any]) -> dict[str, Any]:
    """A choice without its tag, which a file may leave out where it has a default."""
    flat: list[Any] = []
    for option in options.get("anyOf", [options]):
        flat += option.get("oneOf", [option])
    return {"anyOf": [option for option in flat if option.get("type") != "null"]}


def _plain(value: Any) -> Any:
    """What pydantic made, with the notes of keys as JSON Schema has them, and without null, which TOML lacks."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _plain(each) for name, each in value.items()}
    if "unit" in found and isinstance(found["unit"], str):
        example, unit, allowed = found.pop("example", None), found.pop("unit"), found.pop("allowed", "")
        found |= {"examples": [copy.copy(example)]} if example is not None else {}
        found |= {"unit": unit} if unit not in ("", "1") else {}
        found |= {"$comment": f"allowed: {allowed}"} if allowed else {}
    if found.get("default", 0) is None:
        del found["default"]
    if isinstance(found.get("anyOf"), list):
        found["anyOf"] = [each for each in found["anyOf"] if each != {"type": "null"}]
    return found
