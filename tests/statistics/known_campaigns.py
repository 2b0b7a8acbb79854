"""Small campaigns of known truth: how often the 68 % intervals of fluxes, ratio, ages and origins hold it.

    python tests/statistics/known_campaigns.py          the table of docs/methods/errors.md

A history scores in a bin with a small probability, so that the number of scorers is Poisson's, with a weight of a known
distribution; half of the histories that score make both e+ and e-, and an age or an altitude goes with each. Blocks of
these scores go through the program's own merging and fluxes. The random numbers are numpy's: nothing of the program
makes what is tested.
"""

import functools

import numpy as np

from mcbelt import tally
from mcbelt.sources.cosmic import adjoint, origin_moments, origins
from mcbelt.sources.cosmic import fluxes as cosmic_fluxes
from mcbelt.sources.cosmic.model import CosmicModel
from mcbelt.sources.trapped import block
from mcbelt.sources.trapped import fluxes as trapped_fluxes
from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.tally import BlockResult

SCORERS = (5, 12, 25, 50, 100, 400)  # expected in each bin of a species
HISTORIES, BLOCKS, ANGLES = 4000, 4, 4
SPECIES = ("positron", "electron")
WEIGHTS = {  # draws; mean; effective number over number of scorers, <w>^2/<w^2>
    "equal": (lambda random, n: np.ones(n), 1.0, 1.0),
    "exponential": (lambda random, n: random.exponential(size=n), 1.0, 0.5),
    "lognormal": (lambda random, n: random.lognormal(size=n), np.exp(0.5), np.exp(-1.0)),
}
FACTORS = (3.0, 1.0)  # score of e+ and of e- over the weight
AGE = 2.0  # mean [s], exponential


@functools.cache
def shell():
    """A shell with as many energies as there are expected numbers of scorers."""
    alpha, energy = np.linspace(1.0, 0.5 * np.pi, 5), np.geomspace(0.01, 3.0, 24)
    na, ne = len(alpha), len(energy)
    source = np.zeros((2, 3, na, ne))
    source[:, 0] = np.exp(-energy / 0.06)
    return ShellModel(
        pitch_angle=alpha,
        energy=energy,
        density=np.full((na, ne), 1e-15),
        field_squared=np.full(na, (0.18e-4) ** 2),
        loss=np.full((2, na, ne), 1e-3),
        annihilation=np.zeros((2, na, ne)),
        source=source,
        phase_volume=np.sin(alpha) * np.cos(alpha),
        diffusion=np.zeros((na, ne)),
        energy_edges=np.geomspace(0.02, 0.5, len(SCORERS) + 1),
        pitch_angle_edges=np.linspace(alpha[0], 0.5 * np.pi, ANGLES + 1),
        stream=np.arange(2),
    )


def scores(random, kind, shape):
    """Scores of each history, shape (2, *shape, n) with SCORERS along the last of `shape`, and the mean weight."""
    draw, mean, _ = WEIGHTS[kind]
    chance = np.array(SCORERS) / HISTORIES
    made = np.zeros((2, *shape, HISTORIES))
    both = np.zeros((*shape, HISTORIES))
    # Of three kinds of scorers, e+ and e- together or one alone, each species has half of its scorers from the first.
    for species in ((0, 1), (0,), (1,)):
        hit = random.random(both.shape) < 0.5 * chance[:, None]
        weight = np.zeros(both.shape)
        weight[hit] = draw(random, int(hit.sum()))
        for q in species:
            made[q] += FACTORS[q] * weight
    return made, mean


def parts_of(made):
    """The histories of a campaign cut into blocks: the last axis."""
    return np.split(made, BLOCKS, axis=-1)


def merged(blocks):
    """Blocks added in their order, as a campaign adds them."""
    return functools.reduce(tally.merge, blocks)


def trapped_campaign(kind, number):
    """Result of a campaign of trapped particles, and its truth by the names of variables, of their last angle."""
    random = np.random.default_rng((number, [*WEIGHTS].index(kind)))
    made, mean = scores(random, kind, (ANGLES, len(SCORERS)))
    aged = made * random.exponential(AGE, made.shape)
    per_path = block.solid_angle(shell())[:, None] / block.bin_volume(shell())
    total = merged(trapped_block(*each, per_path) for each in zip(parts_of(made), parts_of(aged), strict=True))
    model = TrappedModel(SPECIES, shell(), (), {}, {})
    flux = np.array(SCORERS) / HISTORIES * mean * 1e-3 / block.bin_volume(shell())
    truth = {"ratio": np.full(len(SCORERS), FACTORS[0] / FACTORS[1])}
    for q, name in enumerate(SPECIES):
        over_all = FACTORS[q] * np.einsum("a,ae->e", block.solid_angle(shell()), flux)
        truth |= {f"directional_flux_{name}": FACTORS[q] * flux, f"omnidirectional_flux_{name}": over_all}
        truth |= {f"age_{name}": np.full(flux.shape, AGE)}
    return trapped_fluxes.flux_dataset(None, model, total), truth


def trapped_block(made, aged, per_path):
    """What `mcbelt.sources.trapped.block` hands over, by numpy."""
    width = np.diff(shell().energy_edges)
    over_all = np.einsum("ae,qaen->qen", per_path, made)
    above = np.cumsum((over_all * width[:, None])[:, ::-1], axis=1)[:, ::-1]
    sums = {"path_length": made, "age": aged, "age_square": aged**2, "age_product": aged * made}
    sums |= {"path_length_product": made[0] * made[1]}
    sums |= {"omnidirectional_square": over_all**2, "integral_square": above**2}
    return block_result(made, sums, {"path_length": made})


def block_result(made, sums, squared):
    """A block of what each history scored, the histories along the last axis."""
    n = made.shape[-1]
    added = {name: value.sum(axis=-1) for name, value in sums.items()}
    squares = {name: np.zeros_like(value) for name, value in added.items()}
    squares |= {name: (value**2).sum(axis=-1) for name, value in squared.items()}
    return BlockResult(n, {"COOLED": n}, added, squares)


SHORT_SHARE, ALTITUDES = 0.3, np.array([0.1, 0.3, 0.4, 0.2])  # shares of four bins of altitude, from the sixth on
FIRST_ALTITUDE = 6


class Place:
    """As much of a place as the fluxes ask for."""

    looks = ("trapped",)


def cosmic_campaign(kind, number):
    """Result of a campaign of cosmic rays, and its truth: one altitude of birth and one kind of life a scorer."""
    random = np.random.default_rng((number, 7, [*WEIGHTS].index(kind)))
    made, mean = scores(random, kind, (len(SCORERS),))
    where = FIRST_ALTITUDE + random.choice(len(ALTITUDES), made.shape, p=ALTITUDES)
    short, absorbed = random.random(made.shape) < SHORT_SHARE, random.random(made.shape) < 0.5
    cuts = zip(*map(parts_of, (made, where, short, absorbed)), strict=True)
    histories = adjoint.AdjointModel(None, Place(), shell().energy_edges, None, SPECIES)
    model = CosmicModel("adjoint", histories, histories.energy_edges[1:], np.zeros((2, len(SCORERS))), {})
    truth = {"ratio": np.full(len(SCORERS), FACTORS[0] / FACTORS[1])}
    edges = origins.ALTITUDE_EDGES_KM[FIRST_ALTITUDE : FIRST_ALTITUDE + len(ALTITUDES) + 1]
    median = np.interp(0.5, np.cumsum([0.0, *ALTITUDES]), edges)
    for q, name in enumerate(SPECIES):
        truth |= {f"flux_{name}": FACTORS[q] * np.array(SCORERS) / HISTORIES * mean * 1e-3}
        truth |= {f"birth_altitude_50_{name}": median, f"short_lived_share_{name}": SHORT_SHARE}
        truth |= {f"absorbed_share_{name}": 0.5}
    return cosmic_fluxes.flux_dataset(None, model, merged(cosmic_block(*each) for each in cuts)), truth


def cosmic_block(made, where, short, absorbed):
    """What `mcbelt.sources.cosmic.adjoint` hands over; histories that scored in a bin stand for it."""
    shape = made.shape[:2]
    flux = {"flux": made, "flux_product": made[0] * made[1]}
    found = block_result(made, flux, {"flux": made})
    births = np.zeros((*shape, origins.BINS))
    ends = np.zeros((*shape, origins.BINS))
    moments = np.zeros((2, *shape, len(origin_moments.PARTS)))
    for index in np.ndindex(shape):
        scored = made[index] > 0.0
        score, bins, brief, ended = (each[index][scored] for each in (made, where, short, absorbed))
        of_each = np.zeros((len(score), origins.BINS))
        altitude, time, life, place = origins.split(of_each)
        altitude[np.arange(len(score)), bins] = time[:, 0] = life[:, 0] = score
        place[:, 0, 0, 0], place[:, 1, 0, 0] = score * brief, score * ~brief
        births[index] = of_each.sum(axis=0)
        origins.split(ends[index])[-1][0, 0, 0] = (score * ended).sum()
        moments[(slice(None), *index)] = origin_moments.moments(origin_moments.parts(of_each, score * ended, score))
    names = ("birth_altitude", "residence_time", "lifetime", "birth_place")
    sums = {name: part[:, None] for name, part in zip(names, origins.split(births), strict=True)}
    sums |= {"absorption_place": origins.split(ends)[-1][:, None], "flux": found.sums["flux"][:, None]}
    sums |= {"flux_product": found.sums["flux_product"][None]}
    nothing = ("open_flux", "open_orbits", "open_flux_square", "open_flux_product", "open_orbits_square")
    sums |= {name: np.zeros((2, 1, shape[1])) for name in nothing}
    sums["origin_square"], sums["origin_product"] = moments
    squares = {name: np.zeros_like(value) for name, value in sums.items()}
    squares["flux"] = found.sums_of_squares["flux"][:, None]
    return BlockResult(found.histories, found.fates, sums, squares)


def coverage(make, kind, campaigns):
    """Shares of intervals given and, of those, that hold the truth, by the first word of the names of variables.

    The interval is value -+ sigma where there is a sigma; that of a flux is given always. Shape (2, len(SCORERS)).
    """
    given, held = {}, {}
    for number in range(campaigns):
        result, truth = make(kind, number)
        for name, true in truth.items():
            word = name.replace("_positron", "").replace("_electron", "")
            value, sigma = result[name].values, result[f"{name}_sigma"].values
            low, high = value - sigma, value + sigma
            if f"{name}_low" in result:
                low, high = result[f"{name}_low"].values, result[f"{name}_high"].values
            known = np.isfinite(high)
            with np.errstate(invalid="ignore"):
                inside = known & (low <= true) & (true <= high)
            given.setdefault(word, []).extend(known.reshape(-1, len(SCORERS)))
            held.setdefault(word, []).extend(inside.reshape(-1, len(SCORERS)))
    return {
        word: np.stack(
            [np.mean(given[word], axis=0), np.sum(held[word], axis=0) / np.maximum(np.sum(given[word], axis=0), 1)]
        )
        for word in given
    }


SHOWN = {
    "directional_flux": "flux",
    "ratio": "e+/e-",
    "age": "age",
    "omnidirectional_flux": "flux over all directions",
    "short_lived_share": "share that lives short",
    "absorbed_share": "share that is absorbed",
    "birth_altitude_50": "median altitude",
}
MOST_GIVEN = 0.95


def cell(given, held):
    """Coverage in per cent, and in brackets and italics the share of campaigns that have an interval."""
    if given < 0.005:
        return "–"
    if given >= 0.995:
        return f"{100 * held:.0f}"
    mark = "" if given > MOST_GIVEN else "*"
    return f"{mark}{100 * held:.0f} ({100 * given:.0f}){mark}"


def main():
    """Print the table."""
    print("| quantity | weights |", " | ".join(map(str, SCORERS)), "|")
    print("|---|---" + "|---" * len(SCORERS) + "|")
    found = {}
    for kind in WEIGHTS:
        found[kind] = coverage(cosmic_campaign, kind, 400) | coverage(trapped_campaign, kind, 400)
    for word, name in SHOWN.items():
        for kind, of_kind in found.items():
            cells = [cell(*each) for each in zip(*of_kind[word], strict=True)]
            print(f"| {name} | {kind} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
