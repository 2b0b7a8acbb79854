"""Tables of tools/fit_weights.py, as markdown: what each set says of the cascade with and without weights."""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from weights_data import EXPERIMENTS, NORMS, POINT_ERROR, Bins, design, experiment, fitted, norms, regions, variance

if TYPE_CHECKING:
    from fit_weights import Fit

REGION_ERROR = 0.02  # what straight lines between knots miss in the sum over a region [1]


class Group(NamedTuple):
    """Bins of one set, species and region."""

    set: str
    region: str
    species: str
    which: np.ndarray  # of bool

    @property
    def row(self) -> str:
        """First columns of a table."""
        return f"| {self.set} | {self.region} | {self.species} | {int(self.which.sum())} |"


def groups(bins: Bins) -> Iterator[Group]:
    """Groups of at least three bins, in a fixed order."""
    where = regions(bins)
    for name in (*POINT_ERROR,):
        for region in sorted(set(where[bins.set == name]), key=lambda r: (len(r.split()[0]), r)):
            for species in sorted(set(bins.species)):
                which = (bins.set == name) & (where == region) & (bins.species == species)
                if which.sum() >= 3:
                    yield Group(name, region, species, which)


def integral(bins: Bins, value: np.ndarray, which: np.ndarray) -> float:
    """Cross section in some bins [mb]."""
    return float(np.sum((value * bins.width)[which]))


def residuals(bins: Bins, value: np.ndarray) -> np.ndarray:
    """Deviations from what is predicted, in standard deviations of what no two bins share."""
    return (bins.value - value) / np.sqrt(variance(bins, value))


def moved(bins: Bins, fit: "Fit") -> np.ndarray:
    """Move of ln value of each bin by the norms of the fit [1]."""
    names, scales = norms(bins)
    found = dict(zip(fit.norm_names, fit.moves, strict=True))
    return scales @ np.array([found.get(name, 0.0) for name in names])


def spread(bins: Bins, fit: "Fit", value: np.ndarray, which: np.ndarray) -> float:
    """Standard deviation of ln of the cross section in some bins by the band of the weights [1]."""
    share = (value * bins.width)[which]
    return float(np.linalg.norm((share / share.sum()) @ (design(bins.of(which)) @ fit.cover)))


def show_fit(bins: Bins, fit: "Fit") -> None:
    """Regions: calculated over measured, without and with weights, their band, and chi2 per point."""
    weighted = bins.model * np.exp(design(bins) @ fit.ln_weight)
    scaled = weighted * np.exp(moved(bins, fit))
    used = fitted(bins)
    print(
        "| set | region | species | bins | cascade / measured | weighted / measured | band | chi2 per point | before |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for group in groups(bins.of(used)):
        part = bins.of(used)
        measured = integral(part, part.value, group.which)
        ratios = [integral(part, v[used], group.which) / measured for v in (bins.model, weighted)]
        chi2 = [np.mean(residuals(part, v[used])[group.which] ** 2) for v in (scaled, bins.model)]
        band = spread(part, fit, weighted[used], group.which)
        print(f"{group.row} {ratios[0]:.2f} | {ratios[1]:.2f} | {band:.3f} | {chi2[0]:.2f} | {chi2[1]:.1f} |")
    print("\nEnergy handed out, change over T: " + ", ".join(f"{s:+.4f}" for s in fit.sums))
    large = [f"{n} {m:+.1f}" for n, m in zip(fit.norm_names, fit.moves, strict=True) if abs(m) > 1.5 or n in NORMS]
    print("Norms moved [standard deviations]: " + ", ".join(large) + "\n")


def show_charges(bins: Bins, fit: "Fit") -> None:
    """pi+ / pi- of the regions where both are measured, calculated over measured, from the bins that both have."""
    weighted = bins.model * np.exp(design(bins) @ fit.ln_weight)
    print("| set | region | pi+/pi- measured | cascade | weighted |\n|---|---|---|---|---|")
    found = {(g.set, g.region, g.species): g.which for g in groups(bins)}
    for (name, region, species), plus in found.items():
        minus = found.get((name, region, "pi-"))
        if species != "pi+" or minus is None:
            continue
        places = [
            {(round(a, 4), round(p, 1)) for a, p in zip(bins.a[w], bins.p[w], strict=True)} for w in (plus, minus)
        ]
        shared = places[0] & places[1]
        both = np.array([(round(a, 4), round(p, 1)) in shared for a, p in zip(bins.a, bins.p, strict=True)])
        ratios = [
            integral(bins, v, plus & both) / integral(bins, v, minus & both) for v in (bins.value, bins.model, weighted)
        ]
        print(f"| {name} | {region} | {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.2f} |")
    print()


def covered(bins: Bins, fit: "Fit") -> np.ndarray:
    """Columns whose outer product is the covariance of ln value of bins that were not fitted, their own norms with it.

    Parameters
    ----------
    bins : Bins
    fit : Fit

    Returns
    -------
    ndarray, shape (n, m)
        [1]
    """
    names, scales = norms(bins)
    known = {name: scales[:, n] for n, name in enumerate(names)}
    nothing = np.zeros(len(bins.value))
    shared = np.stack([known.get(name, nothing) for name in fit.norm_names], axis=1)
    own = [column for name, column in known.items() if name not in fit.norm_names]
    slope = np.hstack([design(bins) @ fit.root, shared])
    return np.hstack([slope @ np.linalg.cholesky(fit.full), np.stack(own, axis=1)])


def show_left_out(bins: Bins, name: str, fit: "Fit") -> None:
    """What the fit without an experiment says of it: per group, deviation of the sum, and of the bins."""
    mine = bins.of(fitted(bins) & np.isin(bins.set, EXPERIMENTS[name]))
    value = mine.model * np.exp(design(mine) @ fit.ln_weight + moved(mine, fit))
    lines = covered(mine, fit)
    own = value * np.linalg.norm(lines, axis=1)
    alone = np.sqrt(variance(mine, value))
    pull = (mine.value - value) / np.hypot(own, alone)
    for group in groups(mine):
        w = group.which
        share = (value * mine.width)[w] / integral(mine, value, w)
        band = np.hypot(np.linalg.norm(share @ lines[w]), REGION_ERROR)
        band = np.hypot(band, np.linalg.norm(alone[w] * mine.width[w]) / integral(mine, value, w))
        ratio = integral(mine, mine.value, w) / integral(mine, value, w)
        inside = [np.mean(np.abs(pull[w]) < n) for n in (1.0, 2.0)]
        print(f"{group.row} {ratio:.2f} | {band:.2f} | {(ratio - 1) / band:+.1f} | {inside[0]:.2f} | {inside[1]:.2f} |")
    inside = [np.mean(np.abs(pull) < n) for n in (1.0, 2.0)]
    rms = np.sqrt(np.mean(pull**2))
    print(
        f"| **{name}** | all | all | {len(pull)} | | | rms {rms:.2f} | {inside[0]:.2f} | {inside[1]:.2f} |", flush=True
    )


def show_check(bins: Bins, fit: "Fit") -> None:
    """ITEP, which nothing is fitted to: sums over its energies, by beam and angle."""
    mine = bins.of(bins.set == "itep")
    value = mine.model * np.exp(design(mine) @ fit.ln_weight)
    print("| ITEP, GeV/c | species | angles | bins | cascade / measured | weighted / measured |")
    print("|---|---|---|---|---|---|")
    for beam in np.unique(mine.beam):
        for species in ("p", "n"):
            for name, low, high in (("to 90", 0.0, 91.0), ("behind", 91.0, 180.0)):
                degrees = np.degrees(mine.a)
                w = (mine.beam == beam) & (mine.species == species) & (degrees >= low) & (degrees < high)
                if w.any():
                    whole = integral(mine, mine.value, w)
                    ratios = [integral(mine, v, w) / whole for v in (mine.model, value)]
                    print(f"| {beam:g} | {species} | {name} | {w.sum()} | {ratios[0]:.2f} | {ratios[1]:.2f} |")
    print()


def show(bins: Bins, fit: "Fit", solve: Callable[[Bins], "Fit"] | None) -> None:
    """All tables; `solve` fits some bins again (None: without the experiments left out)."""
    show_fit(bins, fit)
    show_charges(bins, fit)
    show_check(bins, fit)
    if solve is None:
        return
    sys.stdout.flush()
    print("| left out | region | species | bins | measured / predicted | band | deviation | bins in 1 | in 2 sigma |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in EXPERIMENTS:
        whose = np.array([experiment(s) for s in bins.set])
        show_left_out(bins, name, solve(bins.of(fitted(bins) & (whose != name))))
