"""Sentences for what is wrong in a campaign file: where, what was found, what is allowed, what to do."""

import difflib
import json
import re
import types
import typing
from typing import Any

from pydantic import BaseModel, ValidationError

_MOST_SENTENCES = 5
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=,-]{0,99}")


def is_safe_name(text: str) -> bool:
    """Whether a text can name a file or directory on any system without leading out of its parent."""
    return _SAFE_NAME.fullmatch(text) is not None and ".." not in text and not text.endswith(".")


def quoted(value: Any) -> str:
    """A found value as it may be shown: one line, printable, at most 60 characters."""
    text = repr(value) if not hasattr(value, "isoformat") else value.isoformat()
    return text if len(text) <= 60 else f"{text[:57]}..."


def sections(model: type[BaseModel], name: str) -> list[type[BaseModel]]:
    """The section classes that a field of a campaign class may hold (several for a source chosen by its kind)."""
    options = _members(model.model_fields[name].annotation)
    return [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]


def allowed(model: type[BaseModel], name: str) -> str:
    """What a key may hold, in words: a range with its unit, a list of choices, or the type."""
    field = model.model_fields[name]
    notes: Any = field.json_schema_extra or {}
    choices = typing.get_args(field.annotation) if typing.get_origin(field.annotation) is typing.Literal else ()
    if choices:
        return ", ".join(f'"{choice}"' for choice in choices)
    if field.annotation is bool:
        return "true or false"
    unit = notes.get("unit", "")
    words = notes.get("allowed") or "text"
    return f"{words} {unit}" if unit not in ("", "1") else words


def example(model: type[BaseModel], name: str) -> str:
    """A value that may be given for a key, as TOML."""
    field = model.model_fields[name]
    notes: Any = field.json_schema_extra or {}
    value = notes.get("example")
    if value is None and not field.is_required():
        value = field.default
    if value is None and typing.get_origin(field.annotation) is typing.Literal:
        value = typing.get_args(field.annotation)[0]
    return toml_value(value)


def toml_value(value: Any) -> str:
    """A scalar as TOML text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, str):
        return value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else json.dumps(value)
    return repr(value)


def explain(error: ValidationError, model: type[BaseModel], where: str) -> list[str]:
    """One sentence for each fault that pydantic found, at most five.

    Parameters
    ----------
    error : ValidationError
        Of `model`.
    model : type
        The campaign class.
    where : str
        Name of the file.

    Returns
    -------
    list of str
        Sentences, each ending in a full stop.
    """
    faults = error.errors(include_url=False)
    told = [f"{where}: {_sentence(fault, model)}" for fault in faults[:_MOST_SENTENCES]]
    if len(faults) > _MOST_SENTENCES:
        told.append(f"{where}: {len(faults) - _MOST_SENTENCES} more keys are wrong; mend these first.")
    return told


def _members(annotation: Any) -> list[Any]:
    """The types that an annotation names: those of a union, one within the other, too."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _members(typing.get_args(annotation)[0])
    if _is_union(annotation):
        return [member for part in typing.get_args(annotation) for member in _members(part)]
    return [annotation]


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def tags(option: type[BaseModel]) -> tuple[str, ...]:
    """The kinds that a section class stands for; none where it has no key `kind`."""
    if "kind" not in option.model_fields:
        return ()
    return typing.get_args(option.model_fields["kind"].annotation)


def _owner(model: type[BaseModel], location: tuple) -> tuple[type[BaseModel], str, str]:
    """The class that holds the last key of a location, the section as text, and the key."""
    owner, section, path = model, "", [part for part in location if isinstance(part, str)]
    while len(path) > 1 and path[0] in owner.model_fields:
        options = sections(owner, path[0])
        if not options:
            break
        section = f"[{path[0]}] " if not section else f"{section[:-2]}.{path[0]}] "
        if len(options) > 1:  # pydantic puts the tag of the chosen class after the field
            tagged = [option for option in options if path[1] in tags(option)]
            owner, path = (tagged or options)[0], path[2:] if tagged else path[1:]
        else:
            owner, path = options[0], path[1:]
    return owner, section, path[-1] if path else str(location[-1])


def _sentence(fault: Any, model: type[BaseModel]) -> str:
    location = tuple(fault["loc"])
    if not location:
        return f"{fault['ctx']['error']}."
    owner, section, name = _owner(model, location)
    kind, found = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        return _unknown_key(owner, model, section, name)
    if name in owner.model_fields and sections(owner, name) and kind == "missing":
        required = [key for option in sections(owner, name) for key in required_keys(option)]
        return f"the section [{name}] is missing; give it with the keys {', '.join(required)}."
    if kind == "missing":
        about = owner.model_fields[name].description
        return (
            f"{section}{name} is missing ({about}; {allowed(owner, name)}) and has no default; "
            f"give it, e.g. {name} = {example(owner, name)}."
        )
    if kind.startswith("union_tag"):
        known = [tag for option in sections(model, name) for tag in tags(option)]
        shown = found.get("kind") if isinstance(found, dict) else found
        return f"[{name}] kind = {quoted(shown)} is not known; give one of {', '.join(map(repr, known))}."
    if kind == "value_error":
        about = str(fault["ctx"]["error"])
        if name not in owner.model_fields or sections(owner, name):
            return f"[{name}] {about}."
        return f"{section}{name} = {quoted(found)} {about}."
    if name not in owner.model_fields or sections(owner, name):
        return f"{section}{name} = {quoted(found)} is not a table; write a section [{name}] with its keys."
    return (
        f"{section}{name} = {quoted(found)} {_fault_of_value(kind, found)} {allowed(owner, name)}; "
        f"give e.g. {name} = {example(owner, name)}."
    )


def _fault_of_value(kind: str, found: Any) -> str:
    if kind in ("greater_than_equal", "less_than_equal", "finite_number", "greater_than", "less_than"):
        return "is outside"
    if kind == "literal_error":
        return "is not one of"
    return f"is of the wrong type ({type(found).__name__}); allowed is"


def required_keys(model: type[BaseModel]) -> list[str]:
    """Names of the keys of a section that have no default."""
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _unknown_key(owner: type[BaseModel], model: type[BaseModel], section: str, name: str) -> str:
    names = list(owner.model_fields)
    shown = quoted(name)
    for other in model.model_fields if owner is model else ():
        if any(name in option.model_fields for option in sections(model, other)):
            return f"{section}{shown} is not a key here; it belongs under [{other}]."
    near = [known for known in names if known.lower() == name.lower()]
    near = near or difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"{section}{shown} is not a key; did you mean {near[0]}?"
    return f"{section}{shown} is not a key; allowed are {', '.join(names)}."
