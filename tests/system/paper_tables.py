"""Tables beside the figures of the papers, and their curves by name."""

import csv
from typing import NamedTuple

import numpy as np


class Table(NamedTuple):
    """Columns of a figure's CSV by name."""

    comment: str
    columns: dict

    def __getitem__(self, name):
        return self.columns[name]

    def at(self, name, x, abscissa):
        """Value of a column at a place of another, between the rows on logarithmic axes."""
        some = self[name] > 0.0
        return float(np.exp(np.interp(np.log(x), np.log(self[abscissa][some]), np.log(self[name][some]))))


def table_at(path):
    """A CSV file with a comment line; columns of numbers, or of strings where they are no numbers."""
    comment, *lines = path.read_text().splitlines()
    assert comment.startswith("# ")
    rows = list(csv.DictReader(lines))
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        try:
            columns[name] = np.array(values, float)
        except ValueError:
            columns[name] = np.array(values)
    return Table(comment, columns)


def curves_at(path):
    """Curves of a Galactic figure: (panel, name) -> (x, y), all finite."""
    table = table_at(path)
    keys = list(zip(table["panel"], table["curve"], strict=True))
    assert np.isfinite(table["x"]).all()
    found = {}
    for key in dict.fromkeys(keys):
        chosen = [k == key for k in keys]
        found[key] = table["x"][chosen], table["y"][chosen]
    return found


def value(curve, x):
    """A curve at x, between its points on logarithmic axes."""
    return float(np.exp(np.interp(np.log(x), np.log(curve[0]), np.log(curve[1]))))


def positive(table, *names):
    """The columns hold positive finite numbers, all of them unless some are named."""
    for name in names or table.columns:
        assert np.isfinite(table[name]).all(), name
        assert (table[name] > 0.0).all(), name
