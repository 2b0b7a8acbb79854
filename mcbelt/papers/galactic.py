"""Figures of the four Galactic papers: one command each, with data, a table of what is drawn, and what agrees.

`reproduce("ms98")` writes all figures of Moskalenko & Strong 1998, `reproduce("two-halo", "2", directory)` one of Jin
et al. 2015.
"""

from pathlib import Path

from mcbelt.errors import ConfigError

PAPERS = {
    "ms98": "Moskalenko & Strong 1998, ApJ 493, 694",
    "two-halo": "Jin, Guo & Hu 2015, arXiv:1504.06903",
    "lecture": "lecture notes on cosmic-ray positrons",
    "secondary-origin": "Diesing & Caprioli 2020, arXiv:2001.02240",
}


def figures_of(paper):
    """Functions that draw the figures of a paper, by number ("1", "2", ...); ConfigError for an unknown paper."""
    if paper not in PAPERS:
        raise ConfigError(f"reproduce: paper {paper!r} is not one of {', '.join(PAPERS)}.")
    if paper == "ms98":
        from mcbelt.papers.galactic_ms98 import FIGURES
    elif paper == "two-halo":
        from mcbelt.papers.galactic_two_halo import FIGURES
    elif paper == "lecture":
        from mcbelt.papers.galactic_lecture import FIGURES
    else:
        from mcbelt.papers.galactic_secondary import FIGURES
    return FIGURES


def reproduce(paper, figure=None, directory="."):
    """Draw one or all figures of a paper.

    Parameters
    ----------
    paper : {"ms98", "two-halo", "lecture", "secondary-origin"}
    figure : str or int or None
        Number of the figure; None for all.
    directory : str or Path
        Where PAPER-figure-N.png, .csv and .md are written; made if it is not there.

    Returns
    -------
    list of Path
        The figures written; beside each lie a CSV of what is drawn and a paragraph on what agrees.

    Raises
    ------
    ConfigError
        No such paper or figure.
    """
    figures = figures_of(paper)
    if figure is not None and str(figure) not in figures:
        raise ConfigError(f"reproduce: {paper} has no figure {figure}; its figures are {', '.join(figures)}.")
    chosen = figures if figure is None else [str(figure)]
    return [figures[number](Path(directory)) for number in chosen]
