"""The papers whose figures are computed anew, and the modules that draw them.

Each module has FIGURES: number or name of the figure -> function(directory) that writes a PNG with its table beside it
and returns the path of the PNG. Modules are imported when a paper is asked for.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mcbelt.errors import ConfigError


class Paper(NamedTuple):
    """A paper: what it is, and the modules with its figures."""

    reference: str
    modules: tuple[str, ...]


_GUSEV2003 = (
    "production_on_helium",
    "trapped_protons",
    "trapped_spectra",
    "trapped_waterfall",
    "cosmic_protons",
    "equatorial_orbits",
    "cosmic_fluxes",
    "air",
    "cosmic_waterfall",
    "drift_average",
)
PAPERS = {
    "gusev2003": Paper("Gusev & Pugacheva 2003", tuple(f"gusev2003.{name}" for name in _GUSEV2003)),
    "ms98": Paper("Moskalenko & Strong 1998, ApJ 493, 694", ("galactic_ms98",)),
    "two-halo": Paper("Jin, Guo & Hu 2015, arXiv:1504.06903", ("galactic_two_halo",)),
    "lecture": Paper("lecture notes on cosmic-ray positrons", ("galactic_lecture",)),
    "secondary-origin": Paper("Diesing & Caprioli 2020, arXiv:2001.02240", ("galactic_secondary",)),
}


def figures_of(paper: str) -> dict[str, Callable[[Path], Path]]:
    """Functions that draw the figures of a paper, by number ("1", "2", ...) or name, in this order.

    Raises
    ------
    ConfigError
        There is no such paper here.
    """
    if paper not in PAPERS:
        raise ConfigError(f"reproduce: {paper!r} is not a paper known here; give one of {', '.join(PAPERS)}.")
    figures = {}
    for module in PAPERS[paper].modules:
        figures |= importlib.import_module(f"mcbelt.papers.{module}").FIGURES
    return {name: figures[name] for name in sorted(figures, key=_order)}


def _order(name: str) -> tuple[int, int, str]:
    return (0, int(name), "") if name.isdigit() else (1, 0, name)


def chosen(paper: str, figure: str | None = None) -> dict[str, Callable[[Path], Path]]:
    """One figure of a paper, or all.

    Parameters
    ----------
    paper : str
        One of `PAPERS`.
    figure : str, optional
        Its number or name; all when not given.

    Returns
    -------
    dict
        Name -> function of the directory, which must exist.

    Raises
    ------
    ConfigError
        No such paper or figure.
    """
    figures = figures_of(paper)
    if figure is None:
        return figures
    if figure not in figures:
        raise ConfigError(f"reproduce: {paper} has no figure {figure!r} here; give one of {', '.join(figures)}.")
    return {figure: figures[figure]}
