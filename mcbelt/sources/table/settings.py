"""The [source] section of the user's own spectrum."""

from pathlib import Path
from typing import Any, Literal

from mcbelt import sentences
from mcbelt.keys import Section, key
from mcbelt.sources.trapped.settings import (
    ESTIMATORS,
    PLACES,
    SPECIES,
    physics_defaults,
    refuse_orbits_of_cosmic_rays,
    refuse_unknown_plasma,
)

__all__ = ["ESTIMATORS", "PLACES", "SPECIES", "Settings", "check", "physics_defaults"]
LARGEST_SPECTRUM_FILE = 16 * 2**20  # [bytes]


class Settings(Section):
    """Source: the user's own proton spectrum."""

    kind: Literal["table"] = key("source of the primaries")
    spectrum_csv: str = key(
        "path of the spectrum, relative to the campaign file", example="protons.csv", min_length=1, max_length=4096
    )

    def resolved(self, base: Path) -> "Settings":
        """The same with an absolute path, relative ones counted from `base`.

        Raises
        ------
        ValueError
            No readable file of a sensible size there.
        """
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
        return self.model_copy(update={"spectrum_csv": str(path)})


def check(campaign: Any) -> None:
    """Refuse, with a ValueError, what this source cannot compute."""
    refuse_orbits_of_cosmic_rays(campaign)
    refuse_unknown_plasma(campaign)
