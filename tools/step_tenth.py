"""A campaign of cosmic rays at the default step and at a tenth of it, at the same seed: what moves.

Places, directions and energies are the same; scattering is not, for its random numbers belong to checks. So the
difference is to be laid beside its statistical error, that of the pairs of blocks.

Usage: python tools/step_tenth.py tests/regression/campaigns/cosmic-eccentric.toml 4 32
"""

import math
import sys
from pathlib import Path

import numpy as np

from mcbelt.campaign import file
from mcbelt.sources.cosmic import adjoint
from mcbelt.sources.cosmic.prepare import prepare
from tools.step_convergence import finer

TIMES = 10.0


def scores(model, seed, blocks, size):
    """Mean flux of each block, shape (blocks, species, looks, bins) [m-2 s-1 sr-1 GeV-1]."""
    cuts = [(b * size, (b + 1) * size) for b in range(blocks)]
    return np.stack([adjoint.run_block(model, seed, *cut).sums["flux"] / size for cut in cuts])


def compared(model, seed, blocks, size):
    """Rows of the table: species, look, energy [MeV], flux of both, their ratio and its error."""
    fine = model._replace(lanes=model.lanes._replace(stepping=finer(model.lanes.stepping, TIMES)))
    usual, tenth = scores(model, seed, blocks, size), scores(fine, seed, blocks, size)
    middle = np.sqrt(model.energy_edges[1:] * model.energy_edges[:-1]) * 1e3
    for q, species in enumerate(model.species):
        for v, look in enumerate(model.place.looks):
            for b, energy in enumerate(middle):
                one, other = usual[:, q, v, b], tenth[:, q, v, b]
                ratio = one.mean() / other.mean() if other.any() else math.nan
                error = (one - ratio * other).std(ddof=1) / math.sqrt(blocks) / max(other.mean(), 1e-300)
                yield species, look, energy, one.mean(), other.mean(), ratio, error


def main(path, blocks, size):
    """Print the table of the first case of a campaign."""
    config = file.read(Path(path)).cases[0].config
    model = prepare(config).histories
    print("species look energy_MeV flux flux_tenth ratio error")
    for species, look, energy, one, other, ratio, error in compared(model, config.run.seed, blocks, size):
        print(f"{species} {look} {energy:.4g} {one:.4g} {other:.4g} {ratio:.4f} {error:.4f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
