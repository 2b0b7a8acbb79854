"""From a parsed TOML table to a checked, frozen campaign."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from mcbelt import sentences
from mcbelt.errors import ConfigError
from mcbelt.interstellar.settings import GalaxyCampaign
from mcbelt.keys import Campaign
from mcbelt.settings import presets, several, version_0_1
from mcbelt.settings.belt import belt

# The class of each kind; given the parsed campaign it need know no more than that one names.
KINDS: dict[str, Callable[..., type[BaseModel]]] = {"belt": belt, "galaxy": lambda table=None: GalaxyCampaign}


def validate(table: dict[str, Any], where: str, base: Path = Path()) -> Campaign:
    """Checked campaign of one case.

    Parameters
    ----------
    table : dict
        Parsed TOML without [scan].
    where : str
        Name of the file, for messages.
    base : Path
        Directory that relative paths in the file start from.

    Returns
    -------
    Campaign
        An instance of one of `KINDS`, or `several.Several` of tables [[source]]; frozen, hashable by
        `mcbelt.settings.identity.physics_hash`.

    Raises
    ------
    ConfigError
        One sentence for each thing that is wrong.
    """
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        found = "is missing" if kind is None else f"= {sentences.quoted(kind)} is not known"
        raise ConfigError(f"{where}: kind {found}; give one of {', '.join(map(repr, sorted(KINDS)))}.")
    if kind == "belt" and several.are_named(table):
        return several.campaign(table, where, lambda alone: _checked(alone, kind, where, base))
    return _checked(table, kind, where, base)


def _checked(table: dict[str, Any], kind: str, where: str, base: Path) -> Any:
    """The campaign of one source, or of a kind without sources."""
    try:
        asked = _with_defaults(table) if kind == "belt" else table
        model = KINDS[kind](asked)
        config = model.model_validate(asked)
    except ValidationError as error:
        raise ConfigError("\n".join(sentences.explain(error, KINDS[kind](asked), where))) from None
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
    return _with_resolved_paths(config, where, base)


def _with_defaults(table: dict[str, Any]) -> dict[str, Any]:
    preset = table.get("preset", "full")
    of_preset = presets.PRESETS.get(preset, {}) if isinstance(preset, str) else {}
    return presets.filled(version_0_1.moved(table, of_preset.get("place.kind")))


def _with_resolved_paths(config: Any, where: str, base: Path) -> Any:
    if config.kind != "belt":
        return config
    try:
        return config.model_copy(update={"source": config.source.resolved(base)})
    except ValueError as error:
        raise ConfigError(f"{where}: {error}.") from None
