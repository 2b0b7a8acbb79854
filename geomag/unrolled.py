"""Spherical-harmonic fields as straight-line code, baked for one set of Gauss coefficients.

A general loop over (n, m) costs 130-450 ns per evaluation at degree 13, because a scalar processor waits for each
recursion. Written out, with the coefficients as literals, the same sum has no branch and no memory access, so that a
compiler puts 8 particles into one AVX-512 register ("lanes") and reaches the issue limit of the machine.

The potential of degree n and order m is ``(x + i y)^m Q_nm(z, s)`` with ``s = r^2`` and ``Q_nm = r^-(n+1+m) P_n^(m)(z
/ r)``, where ``P_n^(m)`` is the m-th derivative of the Legendre polynomial. Then (unit: reference radius)

    dQ_nm/dz = Q_(n,m+1)   and   2 dQ_nm/ds = -Q_(n+1,m+1),

hence, with ``a_m + ...`` the sums over n of column m,

    B_x = x E - V_x,   B_y = y E - V_y,   B_z = z E - D,

where E, D and V are sums over the columns m >= 1 alone: no pole is singular, and no trigonometric function is needed.
The count is 938 multiplications and additions (655 of them fused) at degree 13, 12 % below the usual gradient
(Montenbruck & Gill 2000, 3.2.5).
"""

import contextlib
import hashlib
import importlib.util
import math
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numba import types
from numba.extending import NativeValue, models, overload, register_model, typeof_impl, unbox
from numpy.typing import ArrayLike

import kernelcache
from geomag import field as field_seam
from geomag.constants import NANOTESLA, REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from geomag.lorentz import LANE_OPTIONS

_GENERATOR = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]  # what the generated code depends on


class UnrolledField:
    """A field model whose coefficients are written into the code of its kernel.

    Parameters
    ----------
    g, h : array_like, shape (N + 1, N + 1)
        Gauss coefficients [nT], Schmidt semi-normalised, ``g[n, m]``; the expansion is about `centre`.
    centre : tuple of 3 float
        Centre of the expansion, geocentric Cartesian [m].

    Raises
    ------
    ValueError
        When the shapes differ, or a coefficient is not finite.

    Notes
    -----
    The generated module lies in ``kernelcache.cache_root() / "fields"``, named after a hash of the coefficients and of
    the source of this module. The model can be pickled, passed to kernels through the seam
    `geomag.field.magnetic_field`, and be a member of a NamedTuple.
    """

    def __init__(self, g: ArrayLike, h: ArrayLike, centre: Sequence[float] | np.ndarray = (0.0, 0.0, 0.0)) -> None:
        self.g = np.array(g, dtype=float)
        self.h = np.array(h, dtype=float)
        self.centre = tuple(float(c) for c in centre)
        if self.g.shape != self.h.shape or self.g.ndim != 2 or self.g.shape[0] != self.g.shape[1] or len(self.g) < 2:
            raise ValueError(
                f"UnrolledField: g {self.g.shape} and h {self.h.shape} must be equal square arrays [n, m], n >= 1"
            )
        if not (np.isfinite(self.g).all() and np.isfinite(self.h).all() and np.isfinite(self.centre).all()):
            raise ValueError("UnrolledField: a Gauss coefficient or the centre is not finite")
        digest = hashlib.sha256(f"{_GENERATOR} {REFERENCE_RADIUS!r} {self.centre!r} {self.degree}".encode())
        digest.update(self.g.tobytes())
        digest.update(self.h.tobytes())
        self.key = digest.hexdigest()[:16]
        make_module(self)  # kernels in numba's disk cache refer to it by its name

    @property
    def degree(self) -> int:
        """Highest degree of the expansion."""
        return len(self.g) - 1

    def __reduce__(self) -> tuple:
        return UnrolledField, (self.g, self.h, self.centre)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnrolledField) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"UnrolledField(degree={self.degree}, key={self.key})"


def unrolled(field: field_seam.MagneticField | DipoleModel) -> UnrolledField:
    """The unrolled kernel model of a field as people use it.

    Parameters
    ----------
    field : geomag.field.MagneticField or geomag.dipole.DipoleModel
        Any of `Igrf`, `SphericalHarmonic`, `CentredDipole`, `EccentricDipole`, or a dipole as kernels read it.

    Returns
    -------
    UnrolledField
        Equal to ``field.model`` to rounding (1e-9 nT).
    """
    model = getattr(field, "model", field)
    if isinstance(model, DipoleModel):
        g, h = np.zeros((2, 2)), np.zeros((2, 2))
        scale = 1.0 / (NANOTESLA * REFERENCE_RADIUS**3)
        g[1, 1], h[1, 1], g[1, 0] = model.moment_x * scale, model.moment_y * scale, model.moment_z * scale
        return UnrolledField(g, h, (model.centre_x, model.centre_y, model.centre_z))
    return UnrolledField(field.g, field.h)  # type: ignore[union-attr]  # what is left has coefficients


# ---------------------------------------------------------------- generation


def _unnormalised(coefficients):
    """Schmidt semi-normalised coefficients times their normalisation, for unnormalised P_n^(m)."""
    degree = len(coefficients) - 1
    scaled = np.zeros_like(coefficients)
    for n in range(1, degree + 1):
        for m in range(n + 1):
            factor = 1.0 if m == 0 else math.sqrt(2.0 * math.factorial(n - m) / math.factorial(n + m))
            scaled[n, m] = factor * coefficients[n, m]
    return scaled


def _column_recursion(order, degree, lines):
    """Write Q_nm / lead_n for column `order`, n = order ... degree + 1; return the leading coefficients lead_n."""
    lead = {order: float(math.prod(range(1, 2 * order, 2)))}
    lines.append(f"q{order} = c")
    for n in range(order + 1, degree + 2):
        lead[n] = lead[n - 1] * (2 * n - 1) / (n - order)
        if n == order + 1:
            lines.append(f"q{n} = u * q{n - 1}")
        else:
            beta = (n + order - 1) / (n - order) * lead[n - 2] / lead[n]
            lines.append(f"q{n} = u * q{n - 1} - ({beta!r} * q) * q{n - 2}")
    return lead


def _sum(name, terms, lines):
    """Write ``name = sum of c * q_n`` one term at a time; return False when there is none."""
    terms = [(n, float(c)) for n, c in terms if c != 0.0]
    for i, (n, c) in enumerate(terms):
        lines.append(f"{name} {'+=' if i else '='} {c!r} * q{n}")
    return bool(terms)


def _column_sums(order, g, h, lead, lines):
    """Write the sums of one column and add them to the totals vx, vy, d, e.

    ``vc, vs``: order x C_(n,order) (derivative of (x + i y)^order); ``dc, ds``: C_(n,order-1) with dQ/dz; ``ec, es``:
    C_(n-1,order-1) with dQ/ds.
    """
    degree, below = len(g) - 1, order - 1
    v_range, e_range = range(order, degree + 1), range(max(order, 2), degree + 2)
    for part, (name, coefficients) in enumerate((("c", g), ("s", h))):
        if order <= degree and _sum(
            f"v{name}", [(n, order * coefficients[n, order] * lead[n]) for n in v_range], lines
        ):
            if part == 0:
                lines += [f"vx += re{below} * vc", f"vy -= im{below} * vc"]
            else:
                lines += [f"vx += im{below} * vs", f"vy += re{below} * vs"]
        power = f"re{below}" if part == 0 else f"im{below}"
        if _sum(f"d{name}", [(n, coefficients[n, below] * lead[n]) for n in v_range], lines):
            lines.append(f"d += {power} * d{name}")
        if _sum(f"e{name}", [(n, coefficients[n - 1, below] * lead[n]) for n in e_range], lines):
            lines.append(f"e += {power} * e{name}")


def field_source(g: np.ndarray, h: np.ndarray, centre: Sequence[float] | np.ndarray = (0.0, 0.0, 0.0)) -> str:
    """Source of a scalar function ``field(x, y, z) -> (bx, by, bz)``: geocentric metres in, tesla out.

    Parameters
    ----------
    g, h : ndarray, shape (N + 1, N + 1)
        Gauss coefficients [nT], Schmidt semi-normalised.
    centre : tuple of 3 float
        Centre of the expansion [m].

    Returns
    -------
    str
        Python source without imports other than `math`.
    """
    g, h = _unnormalised(g) * NANOTESLA, _unnormalised(h) * NANOTESLA
    degree = len(g) - 1
    scale = 1.0 / REFERENCE_RADIUS
    lines = [
        *(
            f"{axis} = {axis} * {scale!r}" + (f" - {c * scale!r}" if c else "")
            for axis, c in zip("xyz", centre, strict=True)
        ),
        "q = 1.0 / (x * x + y * y + z * z)",
        "u = z * q",
        "c = q * math.sqrt(q)",
        "re0, im0, re1, im1 = 1.0, 0.0, x, y",
        "vx = vy = d = e = 0.0",
    ]
    for order in range(1, degree + 2):
        if order > 1:
            lines.append("c = c * q")
        if order > 2:
            k = order - 1
            lines += [f"re{k} = re{k - 1} * x - im{k - 1} * y", f"im{k} = re{k - 1} * y + im{k - 1} * x"]
        lead = _column_recursion(order, degree, lines)
        _column_sums(order, g, h, lead, lines)
    lines.append("return x * e - vx, y * e - vy, z * e - d")
    return "def field(x, y, z):\n" + "".join(f"    {line}\n" for line in lines)


# ---------------------------------------------------------------- the file in the user's cache


def module_path(key: str) -> Path:
    """Path of the generated module of one set of coefficients."""
    return kernelcache.cache_root() / "fields" / f"unrolled_{key}.py"


def make_module(model: UnrolledField) -> None:
    """Make the generated module known to this process, and keep its text in a file for people and for tracebacks.

    The file is whole or not there: written under a temporary name, then renamed. One that was cut or changed is
    written anew, and where it cannot be written (a full disk) there is none.
    """
    name, path = _module_name(model.key), module_path(model.key)
    if name in sys.modules:
        return
    text = (
        f'"""Generated by geomag.unrolled {_GENERATOR}: degree {model.degree}, coefficients {model.key}."""\n\n'
        "import math\n\nfrom numba import njit\n\n\n"
        '@njit(error_model="numpy", fastmath={"contract", "nsz", "arcp"}, forceinline=True)\n'
        + field_source(model.g, model.h, model.centre)
    )
    with contextlib.suppress(OSError):
        if not (path.exists() and path.read_bytes() == text.encode()):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "w") as file:
                file.write(text)
            os.replace(temporary, path)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]  # a path that ends in .py has one
    exec(compile(text, path, "exec"), vars(module))
    sys.modules[name] = module


def _module_name(key: str) -> str:
    return f"geomag_unrolled_{key}"


def generated_kernel(key: str) -> Callable[[float, float, float], tuple[float, float, float]]:
    """The compiled-on-demand scalar function of one set of coefficients.

    Raises
    ------
    KeyError
        When no model with this key has been made in this process.
    """
    return sys.modules[_module_name(key)].field


# ---------------------------------------------------------------- seam


class UnrolledFieldType(types.Type):
    """Numba type of one baked field: the key is part of the type, hence of the disk cache's index."""

    def __init__(self, key: str) -> None:
        self.key_of_field = key
        super().__init__(name=f"UnrolledField({key})")


@typeof_impl.register(UnrolledField)
def _typeof_unrolled(value, context):
    return UnrolledFieldType(value.key)


register_model(UnrolledFieldType)(models.OpaqueModel)


@unbox(UnrolledFieldType)
def _unbox_unrolled(numba_type, value, context):
    return NativeValue(context.context.get_dummy_value())


def unrolled_magnetic_field(model: UnrolledField, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Field of an `UnrolledField`: the uncompiled twin of the overload.

    Parameters
    ----------
    model : UnrolledField
        The baked field.
    x, y, z : float
        Geocentric Cartesian position [m].

    Returns
    -------
    tuple of 3 float
        Bx, By, Bz [T].
    """
    return generated_kernel(model.key)(x, y, z)


field_seam.FIELD_KERNELS[UnrolledField] = unrolled_magnetic_field


@overload(field_seam.magnetic_field, jit_options=LANE_OPTIONS, strict=False)
def _unrolled_magnetic_field(model, x, y, z):
    if not isinstance(model, UnrolledFieldType):
        return None
    kernel = generated_kernel(model.key_of_field)

    def evaluate(model, x, y, z):
        return kernel(x, y, z)

    return evaluate
