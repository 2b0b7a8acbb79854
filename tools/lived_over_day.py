"""Trapped e+ and e- in the Sun and field as lived over those of the day: tables of docs/methods/the_sun_as_lived.md.

Drift-averaged fluxes at 90 degrees of AP8-min's protons, with the activity of the month of the date; and the same with
the number of free electrons times a factor. A shell takes some 20 s of processor time.

Usage: python tools/lived_over_day.py [--L 1.15 1.2] [--date 1998-06-05] [--electrons 0.5 1 2]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mcbelt.campaign import file
from mcbelt.constants import JULIAN_YEAR
from mcbelt.physics.elements import Composition
from mcbelt.sources.trapped import drift_averaged, free_electrons, memory, primaries
from mcbelt.sources.trapped.knock_ons import knock_on_kernels, with_knock_ons
from mcbelt.sources.trapped.prepare import nominal_model

CAMPAIGN = 'kind = "belt"\nname = "lived-over-day"\n[shell]\nL = {L}\ndate = {date}\n[energy]\nmin_MeV = 8.0\n'
ENERGIES = np.array([10.0, 30.0, 100.0, 300.0])  # [MeV]
HEADING = (
    "| L | date | F10.7a | electrons | age of e⁺ [years] | e⁺, lived / day | e⁻, lived / day | e⁺/e⁻, day | lived |",
    "|---|---|---|---|---|---|---|---|---|",
)


def rows(L: float, date: str, factors: list[float]) -> Iterator[str]:
    """Lines of the table of one shell, one for each factor on the number of free electrons."""
    config = file.parse(CAMPAIGN.format(L=L, date=date), Path("campaign.toml")).cases[0].config
    made = nominal_model(config, primaries.protons)

    def protons_on(shell):
        return primaries.protons_at_equator(config, shell)

    kernels = knock_on_kernels(Composition(*made.target.fractions[-1]), made.target.energy)
    past = memory.past_of(made, protons_on)
    for factor in factors:
        electrons = made.electrons._replace(number=factor * made.electrons.number)
        asked = made._replace(electrons=electrons, shell=free_electrons.added(electrons, config.physics))
        shell = with_knock_ons(asked.shell, kernels)
        found, _ = memory.memory(asked, shell, kernels, past)
        day = drift_averaged.flux(shell)[:, :, -1]
        both = np.stack([day.sum(axis=1), (day * found.factor[:, :, -1]).sum(axis=1)])  # day, lived
        of_day, lived = (
            np.exp([np.interp(np.log(ENERGIES * 1e-3), np.log(shell.energy), row) for row in each])
            for each in np.log(np.maximum(both, 1e-300))
        )
        age = np.interp(ENERGIES * 1e-3, shell.energy, found.age[0, -1]) / JULIAN_YEAR
        columns = (
            told(age, "{:.2g}"),
            *(told(lived[s] / of_day[s], "{:.2f}") for s in (0, 1)),
            *(told(each[0] / each[1], "{:.3g}") for each in (of_day, lived)),
        )
        yield f"| {L:g} | {date} | {config.air.f107a:g} | {factor:g} | {' | '.join(columns)} |"


def told(values: np.ndarray, form: str) -> str:
    """Numbers in one cell."""
    return " ".join(form.format(value) for value in values)


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--L", type=float, nargs="+", default=[1.15, 1.2, 1.3])
    parser.add_argument("--date", nargs="+", default=["1998-06-05", "2014-06-05"])
    parser.add_argument("--electrons", type=float, nargs="+", default=[1.0], help="factors on the free electrons")
    asked = parser.parse_args(arguments)
    for line in HEADING:
        print(line)
    for L in asked.L:
        for date in asked.date:
            for line in rows(L, date, asked.electrons):
                print(line, flush=True)


if __name__ == "__main__":
    main()
