"""What is printed where the terminal or the file does not take Unicode: the nearest plain letters, and no error."""

import codecs
import sys
import unicodedata

_PLAIN = {"±": "+-", "–": "-", "—": "-", "×": "x", "·": ".", "°": " deg", "Θ": "Theta", "⁺": "+", "⁻": "-", "≥": ">="}
NAME = "mcbelt.plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Of characters that cannot be encoded: what stands for them, else "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for letter in error.object[error.start : error.end]:
        bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        found.append(_PLAIN.get(letter) or bare or "?")
    return "".join(found), error.end


def take_any_text() -> None:
    """Let standard output and standard error take what their encoding does not have."""
    codecs.register_error(NAME, _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=NAME)
