"""The [source] section of the user's own spectrum."""

from pathlib import Path
from typing import Any, Literal

from mcbelt import sentences
from mcbelt.errors import PhysicsError
from mcbelt.keys import Section, key, number
from mcbelt.sources.plasma import refuse_unknown_plasma
from mcbelt.sources.trapped.settings import (
    ESTIMATORS,
    PLACES,
    SPECIES,
    SUNS,
    physics_defaults,
    refuse_orbits_of_cosmic_rays,
    refuse_unknown_past,
)
from mcbelt.sources.trapped.settings import remarks as of_the_sun

__all__ = ["ESTIMATORS", "PLACES", "SPECIES", "SUNS", "Settings", "check", "physics_defaults"]
LARGEST_SPECTRUM_FILE = 16 * 2**20  # [bytes]


class Settings(Section):
    """Source: the user's own proton spectrum."""

    kind: Literal["table"] = key("source of the primaries")
    spectrum_csv: str = key(
        "path of the spectrum, relative to the campaign file", example="protons.csv", min_length=1, max_length=4096
    )
    pitch_angle_power: float | None = number(
        0.0,
        100.0,
        "n: the flux goes with sin^n of the equatorial pitch angle; without it, and without columns by pitch angle in "
        "the file, it is the same in all directions and all along the field line",
        "1",
        default=None,
        example=20.0,
    )

    def resolved(self, base: Path) -> "Settings":
        """The same with an absolute path, relative ones counted from `base`.

        Raises
        ------
        ValueError
            No readable file of a sensible size there, or not one of protons.
        """
        from mcbelt.spectra import pitch_angles  # here: other sources need no tables

        path = (base / self.spectrum_csv).absolute()
        try:
            size = path.stat().st_size if path.is_file() else -1
        except OSError:
            size = -1
        if not 0 < size <= LARGEST_SPECTRUM_FILE:
            raise ValueError(
                f"[source] spectrum_csv = {sentences.quoted(self.spectrum_csv)} is not a readable file of at most "
                f"{LARGEST_SPECTRUM_FILE >> 20} MiB; give a path relative to the campaign file"
            )
        try:
            pitch_angles.read(path, self.pitch_angle_power)
        except PhysicsError as error:
            raise ValueError(f"[source] spectrum_csv: {str(error).rstrip('.')}") from None
        return self.model_copy(update={"spectrum_csv": str(path)})


def remarks(campaign: Any) -> str:
    """What a reader should know of a campaign, in words: the Sun of its e+-, and the pitch angles of its protons."""
    return " ".join(filter(None, (of_the_sun(campaign), isotropy(campaign))))


def isotropy(campaign: Any) -> str:
    """What a reader of a result should know of it, in words: whether the protons have pitch angles."""
    from mcbelt.spectra import pitch_angles, tabulated

    source = campaign.source
    by_columns = pitch_angles.columns_in(tabulated.header_and_lines(source.spectrum_csv)[0])
    if source.pitch_angle_power is not None or by_columns:
        return ""
    return (
        "the protons of [source] spectrum_csv are taken as isotropic all along the field line; those of a belt are "
        "not, which makes fewer e+ and e-: give pitch_angle_power or columns by pitch angle."
    )


def check(campaign: Any) -> None:
    """Refuse, with a ValueError, what this source cannot compute."""
    refuse_orbits_of_cosmic_rays(campaign)
    refuse_unknown_plasma(campaign)
    refuse_unknown_past(campaign)
