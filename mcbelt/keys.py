"""What a section of a campaign file is made of: frozen, typed keys with their unit, range and meaning.

Every key that holds a quantity carries its unit in its name or is dimensionless by nature. A section is the class that
checks it; `docs/campaign-format.md`, the file that `mcbelt init` writes and the error messages are made from it.
"""

import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mcbelt import sentences

FIRST_DATE = datetime.date(1900, 1, 1)  # IGRF-14 begins
LAST_DATE = datetime.date(2030, 1, 1)  # and its secular variation ends


class Section(BaseModel):
    """A table of the campaign file: frozen, no unknown keys, no conversion between types, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    def resolved(self, base: Path) -> "Section":
        """The same with absolute paths, relative ones counted from `base`; a section without paths is itself."""
        return self


class Campaign(Protocol):
    """What every checked campaign file has, whatever its kind."""

    @property
    def kind(self) -> str:
        """Name of the kind."""

    @property
    def name(self) -> str:
        """Name of the campaign."""

    @property
    def run(self) -> Any:
        """Section of how much is computed."""

    @property
    def model_dump(self) -> Any:
        """pydantic's function that turns it into a table."""


def key(description: str, unit: str = "", allowed: str = "", example: Any = None, **constraints: Any) -> Any:
    """Key of the campaign file with what the documentation and the error messages need to know of it.

    Parameters
    ----------
    description : str
        What it means, for tables and comments.
    unit : str
        Unit of its value; "1" for a pure number.
    allowed : str
        What may be given, in words; a list of choices needs none.
    example : object, optional
        A value that may be given.
    **constraints
        As `pydantic.Field` takes them, `default` among them; without one the key is required.

    Returns
    -------
    FieldInfo
    """
    notes = {"unit": unit, "allowed": allowed, "example": example}
    return Field(description=description, json_schema_extra=notes, **constraints)


def number(low: float, high: float, description: str, unit: str, **more: Any) -> Any:
    """Key that holds a finite number in [low, high].

    Parameters
    ----------
    low, high : float
        Bounds, both allowed, in the unit.
    description, unit : str
        As in `key`.
    **more
        Further constraints, as in `key`.

    Returns
    -------
    FieldInfo
    """
    return key(description, unit, f"{low:g} to {high:g}", ge=low, le=high, allow_inf_nan=False, **more)


def ordered(section: Section, pairs: tuple[str, ...]) -> None:
    """Refuse, with a ValueError, a section in which a lower bound is above its upper one.

    Parameters
    ----------
    section : Section
    pairs : tuple of str
        Names of keys with {} for "min" and "max".
    """
    for pair in pairs:
        low, high = getattr(section, pair.format("min")), getattr(section, pair.format("max"))
        if not low <= high:
            name = pair.format("min")
            raise ValueError(f"{name} = {low:g} is above {pair.format('max')} = {high:g}; give the lower one first")


def _calendar_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a date such as 1998-06-05") from None
    if isinstance(value, datetime.datetime):
        raise ValueError("is a time of day, and a date such as 1998-06-05 is needed")
    return value


def _within_igrf(value: datetime.date) -> datetime.date:
    if not FIRST_DATE <= value <= LAST_DATE:
        raise ValueError(f"is outside {FIRST_DATE} to {LAST_DATE}, the years of the field model; give a date in them")
    return value


def _file_name(value: str) -> str:
    if not sentences.is_safe_name(value):
        raise ValueError(
            "cannot name a file; use 1 to 100 letters, digits and . _ + - = , and begin with a letter or digit"
        )
    return value


Date = Annotated[datetime.date, BeforeValidator(_calendar_date), AfterValidator(_within_igrf)]
FileName = Annotated[str, AfterValidator(_file_name)]
