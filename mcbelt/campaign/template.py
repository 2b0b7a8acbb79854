"""The campaign file explained from its own classes: what `mcbelt init` writes, and the tables of the documentation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from mcbelt import sentences, sources
from mcbelt.settings import presets as defaults
from mcbelt.settings import reading
from mcbelt.settings.several import Named

_WIDTH = 34  # column where the comments of the file begin


def template(
    name: str, preset: str = "full", kind: str = "belt", given: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """A valid, commented campaign file.

    Parameters
    ----------
    name : str
        Name of the campaign.
    preset : str
        Its preset.
    kind : str
        Its kind.
    given : mapping
        Dotted key -> value, for keys of sections that are to stand with another value than the example.

    Returns
    -------
    str
        TOML. Required keys stand with an example, others as comments with their default.
    """
    model = reading.KINDS[kind]()
    lines = ["# Campaign file of mcbelt. A key behind # shows its default; docs/campaign-format.md explains all.", ""]
    top = {"kind": kind, "name": name, "preset": preset}
    lines += [
        _line(model, key, sentences.toml_value(top[key]) if key in top else sentences.example(model, key), key in top)
        for key in model.model_fields
        if not sentences.sections(model, key)
    ]
    for section in model.model_fields:
        options = sentences.sections(model, section)
        first = _chosen(section, preset)
        options = sorted(options, key=lambda option: first not in sentences.tags(option))
        placeless = section == "place" and not _has_place(preset)
        for number, option in enumerate(options):
            if placeless:
                lines += ["", f"# For sources that are observed somewhere: [{section}]"]
            else:
                lines += ["", f"[{section}]" if number == 0 else f"# or, in place of the above: [{section}]"]
            for key, field in option.model_fields.items():
                shown = number == 0 and not placeless and (field.is_required() or (len(options) > 1 and key == "kind"))
                dotted = f"{section}.{key}"
                value = sentences.toml_value(given[dotted]) if dotted in given else sentences.example(option, key)
                lines.append(_line(option, key, value, shown))
    lines += ["", "# Several cases in one campaign:", "# [scan]", '# "shell.L" = [1.15, 1.2, 1.25]']
    lines += ['# "air.f107" = { start = 70, stop = 220, step = 50 }', '# link = ["air.f107", "air.f107a"]  # in step']
    lines += ['# mode = "product"  # or "zip"', ""]
    if kind == "belt":
        lines += [
            "# The sum of several sources: in place of [source] two or more tables [[source]], each with the keys"
        ]
        lines += ["# of its kind and, where two are of one kind, a name.", ""]
    return "\n".join(lines)


def _has_place(preset: str) -> bool:
    """Whether the source that a preset stands for is observed at a place of [place]."""
    return bool(sources.part(defaults.PRESET_SOURCE.get(preset, defaults.DEFAULT_SOURCE), "settings").PLACES)


def _chosen(section: str, preset: str) -> str | None:
    """Kind of source or place that a preset stands for."""
    if section == "source":
        return defaults.PRESET_SOURCE.get(preset)
    return defaults.PRESETS.get(preset, {}).get("place.kind") if section == "place" else None


def _line(model: type[BaseModel], key: str, value: str, shown: bool) -> str:
    entry = f"{'' if shown else '# '}{key} = {value}"
    return f"{entry:<{_WIDTH}} # {model.model_fields[key].description} ({sentences.allowed(model, key)})"


def reference(kind: str = "belt") -> str:
    """Markdown tables of every key: meaning, unit and range or choices, default."""
    model = reading.KINDS[kind]()
    plain = [key for key in model.model_fields if not sentences.sections(model, key)]
    parts = ["### Top level\n", _table(model, plain)]
    for section in model.model_fields:
        for option in sentences.sections(model, section):
            about = (option.__doc__ or "\n").strip().partition("\n")[0]
            parts += [f"\n### `[{section}]`: {about}\n", _table(option, list(option.model_fields))]
        if section == "source":
            about = (Named.__doc__ or "").strip()
            parts += [f"\n### `[[source]]`: {about}\n", _table(Named, list(Named.model_fields))]
    return "\n".join(parts)


def _table(model: type[BaseModel], keys: list[str]) -> str:
    rows = ["| key | meaning | allowed | default |", "|---|---|---|---|"]
    for key in keys:
        field = model.model_fields[key]
        default = "required" if field.is_required() else "none" if field.default is None else f"`{field.default}`"
        if isinstance(field.default, bool):
            default = f"`{str(field.default).lower()}`"
        rows.append(f"| `{key}` | {field.description} | {sentences.allowed(model, key)} | {default} |")
    return "\n".join(rows) + "\n"


def presets() -> str:
    """Markdown table of what each preset changes."""
    rows = ["| preset | key | default |", "|---|---|---|"]
    for preset, keys in defaults.PRESETS.items():
        rows += [f"| `{preset}` | `{key}` | `{sentences.toml_value(value)}` |" for key, value in keys.items()]
        if not keys:
            rows.append(f"| `{preset}` | | as in the tables above |")
    return "\n".join(rows) + "\n"
