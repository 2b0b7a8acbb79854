"""The main field of the Earth as a sum of spherical harmonics: IGRF-14, and any other set of Gauss coefficients.

Outside its sources the field is the gradient of a potential, B = -grad V with (a = 6371.2 km)

    V = a sum_nm (a/r)^(n+1) [g_nm cos(m phi) + h_nm sin(m phi)] P_nm(cos theta),

P_nm Schmidt semi-normalised. In spherical coordinates the sum is singular at the poles. Here it is written in
Cartesian solid harmonics (x + i y)^m Q_nm(z, r) whose derivatives are again solid harmonics, one degree higher
(Cunningham 1970; Montenbruck & Gill 2000, sect. 3.2.4-5). So each component of B, and of its gradient, is one sum
over the same functions with its own coefficients: these are folded once, when a model is built, and the kernel is a
three-term recursion with a handful of running sums, without trigonometry and without poles.

IGRF-14 (IAGA 2024, doi 10.5281/zenodo.14012302) gives coefficients every five years from 1900 to 2030, to be
interpolated linearly in time; they are read from the file that ships with the package ppigrf, once per process.
"""

import datetime
import functools
import importlib.resources
import importlib.util
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.constants import NANOTESLA, REFERENCE_RADIUS
from geomag.errors import DOOR, NoCoefficients, OutOfRange
from kernelcache import dates

FIRST_DATE = datetime.date(1900, 1, 1)
LAST_DATE = datetime.date(2030, 1, 1)
_Terms = dict[tuple[int, int], list[float]]
HISTORICAL_FIELDS = ("jensen_cain_1960", "gsfc_1266_1970")


class IgrfModel(NamedTuple):
    """A spherical-harmonic field as kernels read it: IGRF or any other Gauss coefficients (`gauss_model` builds it).

    Attributes
    ----------
    degree : int
        Highest degree N of the potential.
    recursion, table : ndarray, shape (K + 1,) and (K, 6)
        Recursion constants and folded coefficients [T] of the field, K = (N + 2)(N + 3) / 2 terms by order, then
        degree.
    gradient_recursion, gradient_table : ndarray, shape (J + 1,) and (J, 16)
        The same for field [T] and gradient [T], in units of the reference radius, J = (N + 3)(N + 4) / 2.
    """

    degree: int
    recursion: np.ndarray
    table: np.ndarray
    gradient_recursion: np.ndarray
    gradient_table: np.ndarray


# ---------------------------------------------------------------- coefficients


def _coefficient_file():
    """Path of IGRF14.shc inside the installed package ppigrf (which is not imported: it would load pandas)."""
    spec = importlib.util.find_spec("ppigrf")
    path = None if spec is None or spec.origin is None else Path(spec.origin).parent / "IGRF14.shc"
    if path is None or not path.is_file():
        raise NoCoefficients("geomag.igrf: IGRF14.shc of the package ppigrf was not found. Install ppigrf >= 2.1.")
    return path


@functools.cache
def igrf_epochs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All coefficients of IGRF-14, read once per process.

    Returns
    -------
    days : ndarray, shape (27,)
        Epochs [days since 1900-01-01].
    g, h : ndarray, shape (27, 14, 14)
        Gauss coefficients [nT], Schmidt semi-normalised, ``g[epoch, n, m]``.

    Raises
    ------
    NoCoefficients
        When the file is missing or is not IGRF-14, degree 13, 1900-2030.
    """
    path = _coefficient_file()
    lines = [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    header, years, rows = lines[0], [float(year) for year in lines[1]], lines[2:]
    if header[:3] != ["1", "13", "27"] or years[0] != 1900.0 or years[-1] != 2030.0 or len(rows) != 195:
        raise NoCoefficients(f"{path}: not the coefficients of IGRF-14, 1900-2030, degree 13. Install ppigrf >= 2.1.")
    days = np.array([(datetime.date(int(year), 1, 1) - FIRST_DATE).days for year in years], dtype=float)
    g, h = np.zeros((len(days), 14, 14)), np.zeros((len(days), 14, 14))
    for row in rows:
        n, m = int(row[0]), int(row[1])
        (g if m >= 0 else h)[:, n, abs(m)] = [float(value) for value in row[2:]]
    return days, g, h


def days_of_date(date: Any) -> float:
    """Days from 1900-01-01 to a date, checked against the range of IGRF-14.

    Parameters
    ----------
    date : date, datetime, str, numpy.datetime64, astropy Time or float
        A day, or an instant (UT where it has no zone) whose time of day counts as a fraction; text in ISO form,
        ``"1998-06-05"``; a number is a decimal year (`kernelcache.dates`).

    Raises
    ------
    OutOfRange
        When the date is before 1900-01-01 or after 2030-01-01, or is not a date.
    """
    elapsed = dates.instant(DOOR, date) - datetime.datetime(1900, 1, 1)
    days = elapsed / datetime.timedelta(days=1)
    if not 0.0 <= days <= (LAST_DATE - FIRST_DATE).days:
        raise OutOfRange(
            f"geomag: date {date} is outside the range of IGRF-14. Give a date from {FIRST_DATE} to {LAST_DATE}."
        )
    return days


def igrf_coefficients(date: Any) -> tuple[np.ndarray, np.ndarray]:
    """Gauss coefficients of IGRF-14 at a date, linearly interpolated in days.

    Parameters
    ----------
    date : date, datetime, str, numpy.datetime64, astropy Time or float
        1900-01-01 to 2030-01-01, as `days_of_date` takes it.

    Returns
    -------
    g, h : ndarray, shape (14, 14)
        Coefficients [nT], Schmidt semi-normalised, ``g[n, m]``.

    Raises
    ------
    OutOfRange
        When the date is outside the range.

    Examples
    --------
    >>> g, h = igrf_coefficients("1998-06-05")
    >>> [round(float(c), 2) for c in (g[1, 0], g[1, 1], h[1, 1])]
    [-29642.26, -1745.77, 5223.86]
    """
    now = days_of_date(date)
    days, g, h = igrf_epochs()
    i = min(int(np.searchsorted(days, now, side="right")) - 1, len(days) - 2)
    share = (now - days[i]) / (days[i + 1] - days[i])
    return (1.0 - share) * g[i] + share * g[i + 1], (1.0 - share) * h[i] + share * h[i + 1]


def tabulated_coefficients(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Gauss coefficients of a historical field, from the tables in geomag/data.

    Parameters
    ----------
    name : {"jensen_cain_1960", "gsfc_1266_1970"}
        Jensen & Cain 1960 (degree 6, organises AP8-min), or GSFC 12/66 at 1970.0 (degree 10, organises AP8-max).

    Returns
    -------
    g, h : ndarray, shape (N + 1, N + 1)
        Coefficients [nT], Schmidt semi-normalised, ``g[n, m]``.

    Raises
    ------
    OutOfRange
        When there is no such table.
    """
    if name not in HISTORICAL_FIELDS:
        raise OutOfRange(f"geomag: there is no field {name!r}. Give one of {', '.join(HISTORICAL_FIELDS)}.")
    text = (importlib.resources.files("geomag") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith(("#", "n"))]
    degree = max(int(row[0]) for row in rows)
    g, h = np.zeros((degree + 1, degree + 1)), np.zeros((degree + 1, degree + 1))
    for n, m, cosine, sine in rows:
        g[int(n), int(m)], h[int(n), int(m)] = float(cosine), float(sine)
    return g, h


# ---------------------------------------------------------------- folding: coefficients of each component


def _derivatives(potential):
    """x, y, z derivatives of ``sum C F + S G`` over solid harmonics, as dictionaries (n, m) -> [C, S].

    Montenbruck & Gill 2000, eq. (3.33), for unnormalised harmonics with reference radius 1.
    """
    along_x: _Terms = {}
    along_y: _Terms = {}
    along_z: _Terms = {}

    def add(target, key, cosine, sine):
        entry = target.setdefault(key, [0.0, 0.0])
        entry[0] += cosine
        entry[1] += sine

    for (n, m), (cosine, sine) in potential.items():
        add(along_z, (n + 1, m), -(n - m + 1) * cosine, -(n - m + 1) * sine)
        if m == 0:
            add(along_x, (n + 1, 1), -cosine, 0.0)
            add(along_y, (n + 1, 1), 0.0, -cosine)
            continue
        add(along_x, (n + 1, m + 1), -0.5 * cosine, -0.5 * sine)
        add(along_y, (n + 1, m + 1), 0.5 * sine, -0.5 * cosine)
        factor = 0.5 * (n - m + 2) * (n - m + 1)
        add(along_x, (n + 1, m - 1), factor * cosine, factor * sine if m > 1 else 0.0)
        add(along_y, (n + 1, m - 1), factor * sine, -factor * cosine if m > 1 else 0.0)
    return along_x, along_y, along_z


def _folded(components, degree):
    """Recursion constants (K + 1,), the last one unused, and table (K, 2 C) of C components whose harmonics reach
    `degree`.
    """
    recursion, table = [], []
    for m in range(degree + 1):
        lead = {m: float(math.prod(range(1, 2 * m, 2)))}
        for n in range(m, degree + 1):
            if n > m:
                lead[n] = lead[n - 1] * (2 * n - 1) / (n - m)
            recursion.append((n + m - 1) / (n - m) * lead[n - 2] / lead[n] if n > m + 1 else 0.0)
            table.append([lead[n] * part for component in components for part in component.get((n, m), (0.0, 0.0))])
    return np.array([*recursion, 0.0]), np.array(table)


def gauss_model(g: ArrayLike, h: ArrayLike) -> IgrfModel:
    """Kernel model of a field with any Gauss coefficients.

    Parameters
    ----------
    g, h : array_like, shape (N + 1, N + 1)
        Coefficients [nT], Schmidt semi-normalised, reference radius 6371.2 km; ``g[n, m]``. ``g[0, 0]`` (a
        monopole) is not used.

    Returns
    -------
    IgrfModel

    Raises
    ------
    OutOfRange
        When the shapes are wrong or a coefficient is not finite.
    """
    g, h = np.asarray(g, dtype=float), np.asarray(h, dtype=float)
    if g.shape != h.shape or g.ndim != 2 or g.shape[0] != g.shape[1] or len(g) < 2:
        raise OutOfRange(
            f"gauss_model: g {g.shape} and h {h.shape} must be equal square arrays, (N + 1, N + 1) with N >= 1."
        )
    if not (np.isfinite(g).all() and np.isfinite(h).all()):
        raise OutOfRange("gauss_model: a Gauss coefficient is not a finite number. Give all of them in nT.")
    degree = len(g) - 1
    potential = {}
    for n in range(1, degree + 1):
        for m in range(n + 1):
            schmidt = (
                NANOTESLA if m == 0 else NANOTESLA * math.sqrt(2.0 * math.factorial(n - m) / math.factorial(n + m))
            )
            # the sign: B = -grad V
            potential[n, m] = (-schmidt * g[n, m], -schmidt * h[n, m] if m > 0 else 0.0)
    field = _derivatives(potential)
    from_x, from_y = _derivatives(field[0]), _derivatives(field[1])
    recursion, table = _folded(field, degree + 1)
    gradient_recursion, gradient_table = _folded((*field, *from_x, *from_y[1:]), degree + 2)
    return IgrfModel(degree, recursion, table, gradient_recursion, gradient_table)


# ---------------------------------------------------------------- kernels


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def igrf_field(model: IgrfModel, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Magnetic field of a spherical-harmonic model.

    Parameters
    ----------
    model : IgrfModel
        Folded coefficients.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 3 float
        Bx, By, Bz [T]. Exact to rounding (1e-9 nT); no singular points but the centre, where it is NaN.
    """
    x, y, z = x / REFERENCE_RADIUS, y / REFERENCE_RADIUS, z / REFERENCE_RADIUS
    q = 1.0 / (x * x + y * y + z * z)
    u = z * q
    column, real, imaginary = math.sqrt(q), 1.0, 0.0
    bx, by, bz = 0.0, 0.0, 0.0
    recursion, table = model.recursion, model.table
    k = 0
    for m in range(model.degree + 2):
        previous, current = 0.0, column
        xc, xs, yc, ys, zc, zs = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for _ in range(m, model.degree + 2):
            xc += table[k, 0] * current
            xs += table[k, 1] * current
            yc += table[k, 2] * current
            ys += table[k, 3] * current
            zc += table[k, 4] * current
            zs += table[k, 5] * current
            k += 1
            previous, current = current, u * current - (recursion[k] * q) * previous
        bx += real * xc + imaginary * xs
        by += real * yc + imaginary * ys
        bz += real * zc + imaginary * zs
        real, imaginary = real * x - imaginary * y, real * y + imaginary * x
        column *= q
    return bx, by, bz


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def igrf_field_and_gradient(
    model: IgrfModel, x: float, y: float, z: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """Magnetic field of a spherical-harmonic model and its gradient.

    Parameters
    ----------
    model : IgrfModel
        Folded coefficients.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 8 float
        Bx, By, Bz [T]; dBx/dx, dBx/dy, dBx/dz, dBy/dy, dBy/dz [T/m]. The rest follows from curl B = 0 and div B = 0.
    """
    # longer than forty lines: its sixteen sums must stay in registers, and a tuple of them does not
    x, y, z = x / REFERENCE_RADIUS, y / REFERENCE_RADIUS, z / REFERENCE_RADIUS
    q = 1.0 / (x * x + y * y + z * z)
    u = z * q
    column, real, imaginary = math.sqrt(q), 1.0, 0.0
    bx, by, bz, bxx, bxy, bxz, byy, byz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    recursion, table = model.gradient_recursion, model.gradient_table
    k = 0
    for m in range(model.degree + 3):
        previous, current = 0.0, column
        xc, xs = 0.0, 0.0
        yc, ys = 0.0, 0.0
        zc, zs = 0.0, 0.0
        xxc, xxs = 0.0, 0.0
        xyc, xys = 0.0, 0.0
        xzc, xzs = 0.0, 0.0
        yyc, yys = 0.0, 0.0
        yzc, yzs = 0.0, 0.0
        for _ in range(m, model.degree + 3):
            xc += table[k, 0] * current
            xs += table[k, 1] * current
            yc += table[k, 2] * current
            ys += table[k, 3] * current
            zc += table[k, 4] * current
            zs += table[k, 5] * current
            xxc += table[k, 6] * current
            xxs += table[k, 7] * current
            xyc += table[k, 8] * current
            xys += table[k, 9] * current
            xzc += table[k, 10] * current
            xzs += table[k, 11] * current
            yyc += table[k, 12] * current
            yys += table[k, 13] * current
            yzc += table[k, 14] * current
            yzs += table[k, 15] * current
            k += 1
            previous, current = current, u * current - (recursion[k] * q) * previous
        bx += real * xc + imaginary * xs
        by += real * yc + imaginary * ys
        bz += real * zc + imaginary * zs
        bxx += real * xxc + imaginary * xxs
        bxy += real * xyc + imaginary * xys
        bxz += real * xzc + imaginary * xzs
        byy += real * yyc + imaginary * yys
        byz += real * yzc + imaginary * yzs
        real, imaginary = real * x - imaginary * y, real * y + imaginary * x
        column *= q
    scale = 1.0 / REFERENCE_RADIUS
    return bx, by, bz, bxx * scale, bxy * scale, bxz * scale, byy * scale, byz * scale
