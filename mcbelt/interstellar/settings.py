"""A campaign file of kind = "galaxy": one of the published models, and what is changed of it."""

from typing import Any, Literal

from pydantic import model_validator

from mcbelt.interstellar.presets import PRESETS
from mcbelt.interstellar.sections import GalaxySettings
from mcbelt.keys import FileName, Section, key, number


class Run(Section):
    """A Galactic model is solved, not sampled: one block without histories, kept in the form of every campaign."""

    histories: Literal[0] = key("none", default=0)
    block_size: Literal[1] = key("without meaning here", default=1)
    seed: int = number(0, 2**63 - 1, "without meaning here", "1", default=1)
    target_relative_error: None = key("without meaning here", default=None)
    max_histories: None = key("without meaning here", default=None)


class GalaxyCampaign(GalaxySettings):
    """A campaign file of kind = "galaxy": a preset, and what is changed of it in the sections of its name."""

    kind: Literal["galaxy"] = key("what is computed", default="galaxy")
    name: FileName = key("name of the campaign", example="galaxy")
    preset: str = key(
        "published model that the sections below start from",
        allowed="ms98-08-005, ms98-08-006, ms98-08-009, two-halo or conventional",
        default="ms98-08-005",
    )
    run: Run = Run()

    @model_validator(mode="before")
    @classmethod
    def _start_from_preset(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        name = table.get("preset", "ms98-08-005")
        if not isinstance(name, str) or name not in PRESETS:
            raise ValueError(f"preset = {name!r} is not known; give one of {', '.join(PRESETS)}")
        filled = PRESETS[name].model_dump()
        for section, value in table.items():
            if isinstance(value, dict) and isinstance(filled.get(section), dict):
                filled[section] = {**filled[section], **value}
            else:
                filled[section] = value
        return filled
