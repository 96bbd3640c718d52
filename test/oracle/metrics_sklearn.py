#!/usr/bin/env python3
"""The metrics of the extension against scikit-learn's functions, on random data: ties, weights, few
rows, one class only, in one group, in many, in parallel and with temporary files.

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
    from metrics_cases import CASES
except ImportError as error:
    print("SKIPPED: %s (Debian: python3-sklearn, python3-psycopg2)" % error)
    sys.exit(77)

TOLERANCE = 1e-12
GROUPS = (0, 1, 2, 3, 10, 100, 3000)
SETTINGS = (
    "SET work_mem = '64kB'",
    "RESET work_mem",
    "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;"
    " SET force_parallel_mode = on; SET max_parallel_workers_per_gather = 2",
)


class Check:
    def __init__(self, cursor):
        self.cursor, self.compared, self.failed, self.worst = cursor, 0, 0, 0.0

    def distance(self, got, expected):
        """Of two numbers, texts, or lists of them; 0: equal, infinite: not to be compared."""
        if expected is None or got is None:
            return 0.0 if expected is got else math.inf
        if isinstance(got, dict):
            got = list(got.values())
        if isinstance(expected, list):
            if not isinstance(got, list) or len(got) != len(expected):
                return math.inf
            return max([0.0] + [self.distance(a, b) for a, b in zip(got, expected)])
        if isinstance(expected, str):
            return 0.0 if got == expected else math.inf
        got = float(got)
        if got == expected:
            return 0.0
        return abs(got - expected) / max(1.0, abs(expected))

    def compare(self, what, got, expected):
        self.compared += 1
        distance = self.distance(got, expected)
        if distance <= TOLERANCE:
            self.worst = max(self.worst, distance)
        else:
            self.failed += 1
            print("%s: got %.300r, expected %.300r" % (what, got, expected))

    def load(self, columns, groups):
        """The table `sample` of the groups, with a weight for each row."""
        columns = [("g", "int"), *columns, ("weight", "float8")]
        self.cursor.execute("DROP TABLE IF EXISTS sample")
        self.cursor.execute("CREATE TABLE sample (%s)" % ", ".join("%s %s" % c for c in columns))
        rows = [
            (i, *row)
            for i, (values, weight) in enumerate(groups)
            for row in zip(*(column.tolist() for column in (*values, weight)))
        ]
        psycopg2.extras.execute_values(
            self.cursor, "INSERT INTO sample VALUES %s", rows, page_size=10000
        )
        self.cursor.execute("ANALYZE sample")

    def run(self, random, columns, draw, metrics):
        groups = [(draw(random, count), random_weight(random, count)) for count in GROUPS]
        self.load(columns, groups)
        for weighted in (False, True):
            extra = ", weight" if weighted else ""
            calls = ["to_json(%s)" % sql.format(w=extra) for sql in metrics]
            self.cursor.execute("SELECT g, %s FROM sample GROUP BY g" % ", ".join(calls))
            for group, *values in self.cursor.fetchall():
                rows, weight = groups[group]
                named = {}
                if weighted:
                    # A row of weight 0 does not count.
                    rows = [column[weight > 0] for column in rows]
                    named["sample_weight"] = weight[weight > 0]
                for (sql, function), value in zip(metrics.items(), values):
                    what = "%s of %d rows" % (sql.format(w=extra), GROUPS[group])
                    self.compare(what, value, value_of(function, rows, **named))


def random_weight(random, count):
    """A weight for each row; in one group there are equal ones, which medians have trouble with."""
    weights = [0.0, 0.5, 1, 1.7, 1e-3, 40] if random.integers(3) else [0.0, 1.7]
    return random.choice(weights, count)


def value_of(function, rows, **named):
    """What scikit-learn says, without numpy's types; None where it raises, for NaN, without rows."""
    if not len(rows[0]):
        return None
    try:
        value = function(rows, **named)
        value = value if isinstance(value, list) else np.asarray(value).tolist()
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    return None if isinstance(value, float) and math.isnan(value) else value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    connection = psycopg2.connect("")
    connection.autocommit = True
    check = Check(connection.cursor())
    random = np.random.default_rng(options.seed)
    for i in range(options.rounds):
        check.cursor.execute(SETTINGS[i % len(SETTINGS)])
        for columns, draw, metrics in CASES:
            check.run(random, columns, draw, metrics)
    print(
        "metrics: %d values, %d differ from scikit-learn %s by more than %g; the others by %.2g "
        "at most" % (check.compared, check.failed, sklearn.__version__, TOLERANCE, check.worst)
    )
    return 1 if check.failed or not check.compared else 0


if __name__ == "__main__":
    sys.exit(main())
