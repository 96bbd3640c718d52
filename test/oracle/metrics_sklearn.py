#!/usr/bin/env python3
"""The metrics of the extension against scikit-learn's functions of the same names, on random data:
ties, weights, few rows, one class only, in one group, in many, in parallel and with temporary files.

    metrics_sklearn.py [--rounds N] [--seed N]     in the database of PGHOST, PGDATABASE ...

Exit status 0: all agree to 1e-12; 1: not; 77: scikit-learn or psycopg2 is missing."""
import argparse
import math
import sys
import warnings

try:
    import numpy as np
    import psycopg2
    import psycopg2.extras
    import sklearn
    from sklearn import metrics
except ImportError as error:
    print("SKIPPED: %s (Debian: python3-sklearn, python3-psycopg2)" % error)
    sys.exit(77)

TOLERANCE = 1e-12


def ks_statistic(label, score, sample_weight=None):
    fpr, tpr, _ = metrics.roc_curve(label, score, sample_weight=sample_weight)
    return np.max(np.abs(tpr - fpr))


def gini(label, score, sample_weight=None):
    return 2 * metrics.roc_auc_score(label, score, sample_weight=sample_weight) - 1


BINARY = {
    "roc_auc": metrics.roc_auc_score,
    "average_precision": metrics.average_precision_score,
    "ks_statistic": ks_statistic,
    "gini": gini,
}


def random_binary(random, count):
    """A table of groups: (label, score, weight) with the ties that scores of trees have."""
    score = random.random(count)
    shape = random.integers(4)
    if shape == 1:
        score = np.round(score, 1)
    elif shape == 2:
        score = score.astype(np.float32).astype(np.float64)
    elif shape == 3:
        score = np.full(count, 0.25)
    label = random.random(count) < random.choice([0.02, 0.3, 0.5, 0.9]) * (0.5 + score)
    weight = random.choice([0.0, 0.5, 1, 1.7, 1e-3, 40], count)
    return label, score, weight


class Check:
    def __init__(self, cursor):
        self.cursor, self.compared, self.failed, self.worst = cursor, 0, 0, 0.0

    def load(self, columns, types):
        self.cursor.execute("DROP TABLE IF EXISTS sample")
        self.cursor.execute(
            "CREATE TABLE sample (%s)" % ", ".join("%s %s" % c for c in zip(columns, types))
        )
        psycopg2.extras.execute_values(
            self.cursor, "INSERT INTO sample VALUES %s", self.rows, page_size=10000
        )
        self.cursor.execute("ANALYZE sample")

    def compare(self, what, got, expected):
        self.compared += 1
        if expected is None or (isinstance(expected, float) and math.isnan(expected)):
            agrees = got is None
        elif got is None:
            agrees = False
        else:
            distance = abs(got - expected) / max(1.0, abs(expected))
            self.worst = max(self.worst, distance)
            agrees = distance <= TOLERANCE
        if not agrees:
            self.failed += 1
            print("%s: got %r, scikit-learn %r" % (what, got, expected))


def value_of(function, *arguments, **named):
    """What scikit-learn says; None where it raises."""
    try:
        return float(function(*arguments, **named))
    except (ValueError, IndexError, ZeroDivisionError):
        return None


def plain(column):
    """Python values of a numpy column, for psycopg2."""
    return [value.item() for value in column]


def check_binary(check, random):
    groups = [random_binary(random, n) for n in (0, 1, 2, 3, 10, 100, 3000)]
    check.rows = [
        (i, *row) for i, group in enumerate(groups) for row in zip(*(plain(c) for c in group))
    ]
    check.load(("g", "label", "score", "weight"), ("int", "bool", "float8", "float8"))
    names = list(BINARY)
    for weighted in (False, True):
        extra = ", weight" if weighted else ""
        calls = ", ".join("%s(label, score%s)" % (name, extra) for name in names)
        check.cursor.execute("SELECT g, %s FROM sample GROUP BY g" % calls)
        got = {row[0]: row[1:] for row in check.cursor.fetchall()}
        for i, (label, score, weight) in enumerate(groups):
            if not len(label):
                continue
            for name, value in zip(names, got[i]):
                named = {"sample_weight": weight} if weighted else {}
                expected = value_of(BINARY[name], label, score, **named)
                check.compare("%s of %d rows%s" % (name, len(label), extra), value, expected)


SETTINGS = (
    "SET work_mem = '64kB'",
    "RESET work_mem",
    "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;"
    " SET force_parallel_mode = on; SET max_parallel_workers_per_gather = 2",
)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    check = Check(cursor)
    random = np.random.default_rng(options.seed)
    for i in range(options.rounds):
        cursor.execute(SETTINGS[i % len(SETTINGS)])
        check_binary(check, random)
    print(
        "metrics: %d values, %d differ from scikit-learn %s by more than %g; the others by %.2g "
        "at most" % (check.compared, check.failed, sklearn.__version__, TOLERANCE, check.worst)
    )
    return 1 if check.failed or not check.compared else 0


if __name__ == "__main__":
    sys.exit(main())
