"""Small JSON files beside the blocks of a case: what it is (case.json), and how far it is (status.json)."""

import datetime
import json
import math
from pathlib import Path
from typing import Any

from mcbelt.files import sealed


def read(path: Path) -> dict[str, Any]:
    """What a note says; nothing where there is none, or none that can be read."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a note, whole or not at all; numbers that are not finite as null. Raises ResultsError."""
    finite = {key: not isinstance(value, float) or math.isfinite(value) for key, value in content.items()}
    content = {key: value if finite[key] else None for key, value in content.items()}
    sealed.write(path, (json.dumps(content, default=str, indent=1) + "\n").encode())


def utc() -> str:
    """Now, as ISO 8601 to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def failure(directory: Path) -> str | None:
    """Why the case of a directory failed in the last run that tried it; None if it did not."""
    said = read(directory / "status.json")
    return str(said.get("sentence")) if said.get("state") == "failed" else None
