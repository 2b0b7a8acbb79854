"""What tools/fit_weights.py fits: measured bins with their errors, and the energy that a collision hands out."""

import csv
import math
import pathlib
from typing import NamedTuple

import numpy as np
from scipy import sparse

from mcbelt.constants import PROTON_MASS
from mcbelt.physics.production_weights import SPECIES, Knots, corners, variables

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE, ENERGY_TABLE = ROOT / "tests/data/production_C.csv", ROOT / "tests/data/production_C_energy.csv"
EXPERIMENTS = {
    "HARP": ("harp_fw", "harp_la"), "HARP-CDP": ("harp_cdp",), "NA61": ("na61",), "NA49": ("na49", "na49_n"),
}  # fmt: skip
BEAMS = (3.0, 5.0, 8.0, 12.0, 31.0, 158.0)  # [GeV/c]
HIGHEST_XF = 0.9  # of fitted nucleons: beyond, quasi-elastic and diffractive ones count differently in each experiment
# Errors of a value that are not correlated, beyond those printed with it [1]. NA49's from point to point; and what HARP
# and HARP-CDP differ by in pi+ from cell to cell (0.3 rad, a third of p) beyond errors and normalisations, 9 %, shared.
POINT_ERROR = {"harp_fw": 0.0, "harp_la": 0.06, "harp_cdp": 0.06, "na61": 0.0, "na49": 0.03, "na49_n": 0.0, "itep": 0.0}
SLOWEST_X = 0.004  # of fitted nucleons: below, what evaporates from the target
HALF = math.sqrt(0.5)  # of a systematic error, in the square: correlated over a species of a set; the rest is not
KNOT_ERROR = 0.02  # what straight lines between knots miss [1]
# Normalisations [1]: of a whole experiment, and of one beam and species of a set. The large angles of HARP and HARP-CDP
# are two analyses of one exposure that differ by 11 to 18 % in pi+ and by up to 9 % the other way in pi-: 10 % each.
TARGET = 0.03  # of A^0.7, C to N [1]
NORMS = {"HARP": 0.02, "HARP-CDP": 0.02, "NA61": 0.025, "NA49": 0.025}
SET_NORMS = {"harp_fw": 0.06, "harp_la": 0.10, "harp_cdp": 0.10, "na61": 0.0, "na49": 0.028, "na49_n": 0.0}
SPECIES_NORMS = {("na61", "p"): 0.10}  # normalised per event, of a status that the transcription leaves open


def kinetic(beam_GeVc: float) -> float:
    """Kinetic energy of a proton of so much momentum [GeV]."""
    return round(math.hypot(beam_GeVc, PROTON_MASS) - PROTON_MASS, 4)


KNOTS = Knots(
    np.array([kinetic(beam) for beam in BEAMS] + [500.0]),
    np.append(np.round(0.02 * np.expm1(np.linspace(0.0, 0.97, 10) * math.log1p(1.0 / 0.02)), 4), 1.0),
    np.array([0.0, 0.15, 0.35, 0.65, 1.2, math.inf]),
)
PLACES = len(SPECIES) * math.prod(KNOTS.shape)  # parameters


class Bins(NamedTuple):
    """Measured bins, columns of production_C.csv."""

    set: np.ndarray  # names of sets
    beam: np.ndarray  # [GeV/c]
    species: np.ndarray
    value: np.ndarray  # [unit of the set]
    err: np.ndarray
    err_sys: np.ndarray  # correlated over a species of a set
    model: np.ndarray
    model_err: np.ndarray
    width: np.ndarray  # [mb per unit of the set]
    p: np.ndarray  # [GeV/c]
    angle: np.ndarray  # [rad]
    a: np.ndarray  # middle of the first axis: angle [rad] or xF

    @property
    def T(self) -> np.ndarray:
        """Kinetic energy of the beam [GeV]."""
        return np.array([kinetic(beam) for beam in self.beam])

    def of(self, which: np.ndarray) -> "Bins":
        """Some of them."""
        return Bins(*(column[which] for column in self))


def load() -> Bins:
    """All bins of production_C.csv."""
    with open(TABLE) as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    text = {key: np.array([row[key] for row in rows]) for key in ("set", "species")}
    number = {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key not in text}
    return Bins(
        text["set"], number["beam_GeVc"], text["species"], *(number[k] for k in ("value", "err", "err_sys")),
        *(number[k] for k in ("model", "model_err", "width", "p_GeVc", "angle_rad")),
        0.5 * (number["a_lo"] + number["a_hi"]),
    )  # fmt: skip


def fitted(bins: Bins) -> np.ndarray:
    """Which bins enter the fit: not ITEP's, no nucleons near the beam's momentum and none that evaporate."""
    nucleon = np.isin(bins.species, ("p", "n"))
    slow = bins.p**2 < (SLOWEST_X * bins.T + PROTON_MASS) ** 2 - PROTON_MASS**2
    return (bins.set != "itep") & ~(nucleon & (slow | (bins.p > HIGHEST_XF * bins.beam)))


def variance(bins: Bins, value: np.ndarray) -> np.ndarray:
    """Of values that share nothing: printed errors, half of the systematic one in the square, knots, counts.

    Parameters
    ----------
    bins : Bins
    value : ndarray, shape (n,)
        What is predicted [unit of the set].

    Returns
    -------
    ndarray, shape (n,)
        [unit of the set, squared]
    """
    point = np.array([POINT_ERROR[name] for name in bins.set])
    relative = KNOT_ERROR**2 + point**2 + (bins.model_err / bins.model) ** 2
    return bins.err**2 + (HALF * bins.err_sys) ** 2 + relative * value**2


def experiment(name: str) -> str:
    """Experiment of a set."""
    return next((e for e, sets in EXPERIMENTS.items() if name in sets), "ITEP")


def regions(bins: Bins) -> np.ndarray:
    """Name of the region of each bin: what the tables of the report are about."""
    out = []
    for name, beam, p, a in zip(bins.set, bins.beam, bins.p, bins.a, strict=True):
        if name == "na61":
            out.append("p < 1" if p < 1 else "p 1-3" if p < 3 else "p 3-8" if p < 8 else "p > 8")
        elif name.startswith("na49"):
            edges = (-0.05, 0.05, 0.15, 0.25, 0.55)
            names = ("xF < -0.05", "xF 0", "xF 0.1", "xF 0.2", "xF 0.3-0.5", "xF > 0.55")
            out.append(names[int(np.searchsorted(edges, a, side="right"))])
        else:
            out.append(f"{beam:g} GeV/c")
    return np.array(out)


def design(bins: Bins) -> sparse.csr_matrix:
    """Shares of the knots in ln w of each bin, shape (bins, PLACES), at the means of its particles."""
    x, q = np.zeros(len(bins.p)), np.zeros(len(bins.p))
    for name in SPECIES:
        mine = bins.species == name
        x[mine], q[mine] = variables(bins.T[mine], name, bins.p[mine], bins.angle[mine])
    return _shares(bins.T, bins.species, x, q)


def _shares(T, species, x, q):
    rows, columns, data = [], [], []
    size = math.prod(KNOTS.shape)
    for number, name in enumerate(SPECIES):
        mine = np.flatnonzero(species == name)
        if mine.size:
            index, share = corners(KNOTS, T[mine], x[mine], q[mine])
            rows.append(np.repeat(mine, 8))
            columns.append(index.ravel() + number * size)
            data.append(share.ravel())
    parts = [np.concatenate([*part, np.zeros(0, int)]) for part in (data, rows, columns)]
    return sparse.csr_matrix((parts[0], (parts[1], parts[2])), shape=(len(T), PLACES))


def norms(bins: Bins) -> tuple[list[str], np.ndarray]:
    """What scales many values at once: normalisations, and systematic errors, rigid in one bin of angle of a species.

    Parameters
    ----------
    bins : Bins

    Returns
    -------
    names : list of str
    moves : ndarray, shape (n, m)
        Of ln value by one standard deviation of each [1].
    """
    whose = np.array([experiment(name) for name in bins.set])
    columns = {name: size * (whose == name) for name, size in NORMS.items()}
    columns["A^0.7"] = np.full(len(whose), TARGET)
    system = np.minimum(HALF * bins.err_sys / np.maximum(np.abs(bins.value), 1e-12), 1.0)
    for n, (name, beam, species, a) in enumerate(zip(bins.set, bins.beam, bins.species, bins.a, strict=True)):
        whole = f"{name} {beam:g} {species}"
        size = math.hypot(SET_NORMS.get(name, 0.0), SPECIES_NORMS.get((name, species), 0.0))
        for key, move in ((whole, size), (f"{whole} {a:g}", system[n])):
            if move > 0.0:
                columns.setdefault(key, np.zeros(len(whose)))[n] = move
    used = {name: column for name, column in columns.items() if np.any(column)}
    return list(used), np.array(list(used.values())).reshape(len(used), len(whose)).T


class Energy(NamedTuple):
    """What a collision of one energy hands out."""

    carried: np.ndarray  # energy of a cell's particles per collision over that of the projectile [1]
    shares: sparse.csr_matrix  # of the knots in their ln w


def handed_out(T: float) -> Energy:
    """Cells of energy of a collision at a kinetic energy [GeV]; above the last beam they scale in x and q."""
    with open(ENERGY_TABLE) as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    beam = max(b for b in BEAMS if kinetic(b) <= T)
    rows = [row for row in rows if float(row["beam_GeVc"]) == beam]
    x, q, energy = (np.array([float(row[key]) for row in rows]) for key in ("x", "q_GeVc", "energy_GeV"))
    species = np.array([row["species"] for row in rows])
    return Energy(energy / kinetic(beam), _shares(np.full(len(rows), T), species, x, q))
