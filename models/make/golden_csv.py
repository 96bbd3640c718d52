"""rows.csv and scores.csv of a golden model: what the unit test golden_export_test reads."""
import math
import os
import sys
import warnings

import numpy as np

sys.path.insert(
    0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "export", "python")
)
import pgscore_export  # noqa: E402


def _text(value):
    """An empty cell is NULL; a text is always quoted, so that an empty text is not NULL."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    value = float(value)
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


def _write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        for row in [header] + rows:
            file.write(",".join(_text(cell) for cell in row) + "\n")


def write_golden(folder, name, model, rows, feature_names=None, **options):
    """Exports `model`, scores each of `rows` by itself with the library, writes the three files."""
    stem = os.path.join(folder, name)
    pgscore_export.export(model, stem + ".json", feature_names, **options)
    names = [
        str(c)
        for c in getattr(
            rows, "columns", feature_names or ["f%d" % i for i in range(rows.shape[1])]
        )
    ]
    cells = np.asarray(rows, dtype=object).tolist()
    header, scores = None, []
    for i in range(len(cells)):
        row = rows.iloc[i : i + 1] if hasattr(rows, "iloc") else rows[i : i + 1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                got = pgscore_export.scores(model, row)
            except ValueError as error:  # NaN or a category that the library refuses
                if (
                    "NaN" not in str(error)
                    and "unknown categories" not in str(error)
                    and "infinity" not in str(error)
                ):
                    raise
                scores.append(None)
                continue
        line = []
        names_of_line = []
        for key, column in (("values", "value"), ("raw", "raw"), ("probabilities", "probability")):
            for j, value in enumerate(got[key][0] if key in got else []):
                names_of_line.append("%s_%d" % (column, j))
                line.append(value)
        if "class" in got:
            names_of_line.append("class")
            line.append(got["class"][0])
        header = header or names_of_line
        scores.append(line)
    if header is None:
        raise ValueError("%s: the library refuses every row" % name)
    _write(stem + ".rows.csv", names, cells)
    _write(stem + ".scores.csv", header, [line or ["refused"] * len(header) for line in scores])
