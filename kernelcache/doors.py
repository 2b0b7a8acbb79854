"""What users hand to `geomag` and `atmosphere`: arrays, labelled arrays and quantities, turned into plain numbers.

The doors take numpy, lists, pandas and xarray, and quantities of astropy or pint. Nothing is misread: a quantity is
converted to the unit that the argument's name has, labelled arrays are aligned by their labels (those of different
labels are refused), and what is no number, a text or a time, is refused. None of these libraries is imported: what was
made by one is recognised by what it has.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

# Units that a labelled array may name, as factors to the unit of the argument.
_NAMED = {
    "deg": {
        **dict.fromkeys(("deg", "degree", "degrees", "°", "degree_north", "degrees_north"), 1.0),
        **dict.fromkeys(("degree_east", "degrees_east", "degree_N", "degrees_N", "degree_E", "degrees_E"), 1.0),
        **dict.fromkeys(("rad", "radian", "radians"), 180.0 / np.pi),
    },
    "km": {
        **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1.0),
        **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1e-3),
    },
    "m": {
        **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
        **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1e3),
    },
    "nT": {"nT": 1.0, "T": 1e9, "G": 1e5},
    "GeV": {"GeV": 1.0, "MeV": 1e-3, "keV": 1e-6},
}
Given = tuple[str, Any, str]  # name, value and unit of an argument
Labelled = Callable[[np.ndarray, str, str], Any]  # (values, name, unit) -> values with the labels of what was given


class Door(NamedTuple):
    """Where arguments come in: the name of the package for messages, and what it raises."""

    where: str
    error: type[Exception]

    def numbers(self, name: str, value: Any, unit: str) -> np.ndarray:
        """Plain numbers of an argument.

        Parameters
        ----------
        name : str
            Of the argument, for messages.
        value : array_like, quantity or labelled array
        unit : str
            Of the numbers; that of bare ones. "" for pure numbers.

        Returns
        -------
        ndarray of float
            What is masked or missing is NaN.

        Raises
        ------
        Exception
            `error`, in one sentence: no numbers, or of another dimension.
        """
        if hasattr(value, "to_value") and hasattr(value, "unit"):  # astropy
            return self._converted(name, value, unit, value.unit, lambda: value.to_value(unit))
        if hasattr(value, "magnitude") and hasattr(value, "units"):  # pint
            return self._converted(name, value, unit, value.units, lambda: value.to(unit or "dimensionless").magnitude)
        if _made_by(value, "xarray"):
            return self._of_labelled(name, value, unit)
        if _made_by(value, "pandas") and hasattr(value, "to_numpy"):
            plain = getattr(getattr(value, "dtype", None), "kind", "O") in "iuf"
            value = value.to_numpy(dtype=float, na_value=np.nan) if plain else value.to_numpy()
        if isinstance(value, np.ma.MaskedArray):
            value = np.ma.filled(value.astype(float), np.nan)
        found = _floats(value)
        if found is None:
            wanted = f"numbers in {unit}" if unit else "numbers"
            raise self.error(f"{self.where}: {name} = {_shown(value)} is not a number. Give {wanted}.")
        return found

    def number(self, name: str, value: Any, unit: str = "") -> float:
        """As `numbers`, of an argument that takes one number alone.

        Parameters
        ----------
        name : str
            Of the argument, for messages.
        value : float, quantity or labelled number
        unit : str
            Of the number; "" for a pure one.

        Returns
        -------
        float

        Raises
        ------
        Exception
            `error`, in one sentence: several numbers, or as `numbers`.
        """
        found = self.numbers(name, value, unit)
        if found.ndim:
            raise self.error(f"{self.where}: {name} = {_shown(value)} is not one number. Give one, and call again.")
        return float(found)

    def aligned(self, *given: Given) -> tuple[list[np.ndarray], Labelled]:
        """Arguments that belong together, as arrays of one shape.

        Parameters
        ----------
        *given : (str, array_like, str)
            Name, value and unit of each.

        Returns
        -------
        arrays : list of ndarray
            Broadcast: by dimension names where any is of xarray, by index where any is a Series of pandas.
        labelled : callable
            (values, name, unit) -> the values with the labels of what was given; of plain arguments as they are.

        Raises
        ------
        Exception
            `error`, in one sentence: labels or shapes do not fit together, or as `numbers`.
        """
        arrays = [self.numbers(*argument) for argument in given]
        for (name, _, unit), array in zip(given, arrays, strict=True):
            if np.isinf(array).any():
                raise self.error(f"{self.where}: {name} is infinite. Give finite numbers{unit and f' in {unit}'}.")
        values = [value for _, value, _ in given]
        if any(_made_by(value, "xarray") for value in values):
            return self._by_name(given, arrays)
        if any(_is_series(value) for value in values):
            return self._by_index(given, arrays)
        return self._broadcast(given, arrays), lambda found, name, unit: found

    def _broadcast(self, given: Sequence[Given], arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        try:
            return list(np.broadcast_arrays(*arrays))
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for (name, _, _), array in zip(given, arrays, strict=True))
            raise self.error(f"{self.where}: shapes do not fit together ({shapes}). Give one, or equal ones.") from None

    def _by_name(self, given: Sequence[Given], plain: list[np.ndarray]) -> tuple[list[np.ndarray], Labelled]:
        xarray: Any = sys.modules["xarray"]
        named = [
            _array_of(xarray, value).copy(data=numbers) if _made_by(value, "xarray") or _is_series(value) else None
            for (_, value, _), numbers in zip(given, plain, strict=True)
        ]
        try:
            fitted = iter(
                xarray.broadcast(*xarray.align(*(array for array in named if array is not None), join="exact"))
            )
        except ValueError as error:
            why = " ".join(str(error).split())
            raise self.error(
                f"{self.where}: coordinates of the arguments differ ({why:.200}). Align them first."
            ) from None
        spread = [None if array is None else next(fitted) for array in named]
        first = next(array for array in spread if array is not None)
        for (name, _, _), array, numbers in zip(given, spread, plain, strict=True):
            if array is None and numbers.ndim and numbers.shape != first.shape:
                raise self.error(
                    f"{self.where}: {name} has the shape {numbers.shape} and no names of dimensions, beside arguments "
                    f"with dimensions {first.dims} of shape {first.shape}. Give it names, too."
                )
        arrays = [numbers if array is None else array.values for array, numbers in zip(spread, plain, strict=True)]
        coords = {key: value for array in spread[::-1] if array is not None for key, value in array.coords.items()}

        def labelled(values: np.ndarray, name: str, unit: str) -> Any:
            return xarray.DataArray(values, coords=coords, dims=first.dims, name=name, attrs={"units": unit})

        return self._broadcast(given, arrays), labelled

    def _by_index(self, given: Sequence[Given], plain: list[np.ndarray]) -> tuple[list[np.ndarray], Labelled]:
        pandas: Any = sys.modules["pandas"]
        index = next(value.index for _, value, _ in given if _is_series(value))
        for name, value, _ in given:
            if _is_series(value) and not value.index.equals(index):
                raise self.error(f"{self.where}: {name} has another index than the others. Reindex it first.")
        arrays = self._broadcast(given, plain)
        if arrays[0].shape != (len(index),):
            raise self.error(
                f"{self.where}: a Series of {len(index)} rows beside an array of another shape. Give columns."
            )
        return arrays, lambda found, name, unit: pandas.Series(
            found, index=index, name=f"{name}_{unit}" if unit else name
        )

    def _of_labelled(self, name: str, value: Any, unit: str) -> np.ndarray:
        """Numbers of an array of xarray, in the unit that it says it has."""
        if not hasattr(value, "dims") or not hasattr(value, "attrs") or hasattr(value, "data_vars"):
            raise self.error(f"{self.where}: {name} is a {type(value).__name__}. Give one of its variables.")
        said = value.attrs.get("units")
        found = self.numbers(
            name, value.data if hasattr(value.data, "units") or hasattr(value.data, "unit") else value.values, unit
        )
        if said is None or unit not in _NAMED:
            return found
        if said not in _NAMED[unit]:
            raise self.error(f"{self.where}: {name} is in {said!r}, which is not known for it. Give it in {unit}.")
        return found * _NAMED[unit][said] if _NAMED[unit][said] != 1.0 else found

    def _converted(self, name: str, value: Any, unit: str, found: Any, convert: Callable[[], Any]) -> np.ndarray:
        try:
            return np.asarray(convert(), dtype=float)
        except Exception:  # each library has errors of its own, and none is imported here
            wanted = unit or "a pure number"
            raise self.error(
                f"{self.where}: {name} is in {str(found) or 'no unit'}, not in {wanted}. Give it so."
            ) from None


def _floats(value: Any) -> np.ndarray | None:
    """Numbers as floats; None where they are none: a text that reads as one, a time, a truth."""
    try:
        found = np.asarray(value)
        texts = found.dtype.kind == "O" and any(isinstance(each, str) for each in found.flat)
        known = value is not None and not texts and found.dtype.kind in "iufO"
        return np.asarray(found, dtype=float) if known else None
    except (TypeError, ValueError):
        return None


def _made_by(value: Any, library: str) -> bool:
    return type(value).__module__.partition(".")[0] == library


def _is_series(value: Any) -> bool:
    return _made_by(value, "pandas") and hasattr(value, "index") and hasattr(value, "to_numpy")


def _array_of(xarray: Any, value: Any) -> Any:
    return value if isinstance(value, xarray.DataArray) else xarray.DataArray(value)


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
