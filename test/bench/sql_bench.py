#!/usr/bin/python3
"""The measurements of sql_bench.sh, which sets the server up and says what they are.

Times are CPU time of the one process that does the work (for the job that copies: of all of them),
so that a busy machine disturbs them little; where more than one process works at a time, wall time.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys

import xgboost as xgb
from sql_contenders import COLUMNS, FEATURES, MODELS, Kernel, Session, as_sql, copy_job, look_up
from sql_contenders import train

DATABASE = "pgscore_sql_bench"
SCAN, FLOAT4_SCAN, KERNEL = (
    "bare scan: sum(f19)",
    "float4 columns: bare scan",
    "pgscore's kernel alone, row by row",
)
GENERIC = "SET pgscore.enable_rewrite = off; SET pgscore.enable_batch = off"
REWRITTEN = "SET pgscore.enable_batch = off"
SETUP = """
SET client_min_messages = warning;
CREATE EXTENSION pgscore;
CREATE EXTENSION plpython3u;
SELECT setseed(0.5);
CREATE TABLE t AS SELECT i AS id, {values} FROM generate_series(1, {rows}) i;
CREATE TABLE wide AS SELECT t.*, NULL::text AS document FROM t LIMIT 30000;
ALTER TABLE wide ALTER COLUMN document SET STORAGE EXTERNAL;
UPDATE wide SET document = repeat(md5(ctid::text), 200);
CREATE TABLE t4 AS SELECT id, {float4_columns} FROM t;
CREATE TABLE scores (id int, score float8);
ALTER TABLE t ADD PRIMARY KEY (id);
VACUUM (FREEZE, ANALYZE) t, t4;
VACUUM (FULL, ANALYZE) wide;
CREATE FUNCTION empty_function(text, VARIADIC "any") RETURNS float8
    AS '{peers}/empty_function' LANGUAGE C STABLE;
CREATE FUNCTION xgboost_per_row(text, float8[]) RETURNS float8
    AS '{peers}/xgboost_per_row' LANGUAGE C STABLE;
CREATE FUNCTION cpu() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint $$;
CREATE FUNCTION measure(
    query text, times int, OUT cpu bigint, OUT wall bigint, OUT result float8
) LANGUAGE plpgsql AS $$
DECLARE
  cpu_before bigint := cpu();
  wall_before timestamptz := clock_timestamp();
BEGIN
  FOR i IN 1..times LOOP EXECUTE query INTO result; END LOOP;
  wall := extract(epoch FROM clock_timestamp() - wall_before) * 1e9;
  cpu := cpu() - cpu_before;
END $$;
CREATE FUNCTION matrix() RETURNS int LANGUAGE plpython3u AS $$
import numpy as np
blocks, cursor = [], plpy.cursor('SELECT {columns} FROM t')
while True:
    rows = cursor.fetch(10000)
    if not rows: break
    block = [[np.nan if v is None else v for v in r.values()] for r in rows]
    blocks.append(np.array(block, dtype=np.float32))
GD['x'] = np.concatenate(blocks)
return len(GD['x']) $$;
CREATE FUNCTION booster(path text) RETURNS void LANGUAGE plpython3u AS $$
import xgboost as xgb
GD[path] = xgb.Booster(); GD[path].load_model(path); GD[path].set_param({{'nthread': 1}}) $$;
CREATE FUNCTION python_matrix(path text) RETURNS float8 LANGUAGE plpython3u AS $$
import numpy as np
return float(GD[path].inplace_predict(GD['x']).astype(np.float64).sum()) $$;
CREATE FUNCTION python_batch(path text) RETURNS float8 LANGUAGE plpython3u AS $$
import numpy as np
total, cursor = 0.0, plpy.cursor('SELECT {columns} FROM t')
while True:
    rows = cursor.fetch(10000)
    if not rows: return total
    x = np.array([[np.nan if v is None else v for v in r.values()] for r in rows], dtype=np.float32)
    total += float(GD[path].inplace_predict(x).astype(np.float64).sum()) $$;
CREATE FUNCTION python_row(path text, input float8[]) RETURNS float8 LANGUAGE plpython3u AS $$
import numpy as np
x = np.array([[np.nan if v is None else v for v in input]], dtype=np.float32)
return float(GD[path].inplace_predict(x)[0]) $$;
"""


def psql(*statements):
    """Runs them in the database postgres."""
    commands = [part for statement in statements for part in ("-c", statement)]
    subprocess.run(["psql", "-X", "-q", "-d", "postgres", *commands], check=True)


def base_statements(rows):
    """name -> (statement, rows, settings)"""
    return {
        SCAN: ("SELECT sum(f19) FROM t", rows, ""),
        "empty C function of 20 columns": (
            f"SELECT sum(empty_function('', {COLUMNS})) FROM t",
            rows,
            "",
        ),
    }


def statements_of_model(name, path, booster, rows):
    few, some = min(rows, 3000), min(rows, 20_000)
    statements = {
        f"{name}: XGBoost's batch, matrix in memory": (
            f"SELECT python_matrix('{path}')",
            rows,
            "",
        ),
        f"{name}: pgscore in batches": (f"SELECT sum(predict('{name}', t)) FROM t", rows, ""),
        f"{name}: pgscore row by row": (
            f"SELECT sum(predict('{name}', t)) FROM t",
            rows,
            REWRITTEN,
        ),
        f"{name}: pgscore row by row, not rewritten": (
            f"SELECT sum(predict('{name}', t)) FROM t",
            rows,
            GENERIC,
        ),
        f"{name}: PL/Python in batches": (f"SELECT python_batch('{path}')", rows, ""),
        f"{name}: XGBoost's C API for each row": (
            f"SELECT sum(xgboost_per_row('{path}', ARRAY[{COLUMNS}]))"
            f" FROM (SELECT * FROM t LIMIT {few}) t",
            few,
            "",
        ),
        f"{name}: PL/Python for each row": (
            f"SELECT sum(python_row('{path}', ARRAY[{COLUMNS}]))"
            f" FROM (SELECT * FROM t LIMIT {few}) t",
            few,
            "",
        ),
    }
    if MODELS[name][0] <= 100:  # 500 trees of depth 8 are an expression of many megabytes
        statements[f"{name}: the model as SQL"] = (
            f"SELECT sum({as_sql(booster)}) FROM (SELECT * FROM t LIMIT {some}) t",
            some,
            "",
        )
    return statements


def statements_of_tables(first, rows):
    """Other tables: columns of float4, and one with a text that lies outside of the rows."""
    return {
        FLOAT4_SCAN: ("SELECT sum(f19) FROM t4", rows, ""),
        "float4 columns: pgscore in batches": (
            f"SELECT sum(predict('{first}', t4)) FROM t4",
            rows,
            "",
        ),
        "float4 columns: pgscore row by row": (
            f"SELECT sum(predict('{first}', t4)) FROM t4",
            rows,
            REWRITTEN,
        ),
        "wide table: pgscore in batches": (
            f"SELECT sum(predict('{first}', w)) FROM wide w",
            30_000,
            "",
        ),
        "wide table: the same of a sub-select": (
            f"SELECT sum(predict('{first}', w)) FROM (SELECT {COLUMNS} FROM wide) w",
            30_000,
            "",
        ),
        "wide table: pgscore row by row": (
            f"SELECT sum(predict('{first}', w)) FROM wide w",
            30_000,
            REWRITTEN,
        ),
        "wide table: the same of a sub-select, row by row": (
            f"SELECT sum(predict('{first}', w)) FROM (SELECT {COLUMNS} FROM wide) w",
            30_000,
            REWRITTEN,
        ),
        "wide table: pgscore row by row, not rewritten": (
            f"SELECT sum(predict('{first}', w)) FROM wide w",
            30_000,
            GENERIC,
        ),
    }


class Bench:
    def __init__(self, arguments):
        self.arguments, self.rows, self.peers = arguments, arguments.rows, arguments.peers
        self.first = arguments.models[0]
        self.session = Session(DATABASE)
        self.statements = base_statements(self.rows)
        self.jobs, self.kernels = {}, {}
        self.look_ups = {"look-up: SELECT f0": "SELECT f0 FROM t WHERE id = :id"}
        self.measured, self.results, self.walls = {}, {}, {}

    def set_up(self):
        values = ", ".join(
            f"CASE WHEN random() > 0.03 THEN random() * 4 - 2 END AS f{i}" for i in range(FEATURES)
        )
        float4_columns = ", ".join(f"f{i}::float4" for i in range(FEATURES))
        self.session.run(
            SETUP.format(
                values=values,
                float4_columns=float4_columns,
                rows=self.rows,
                peers=self.peers,
                columns=COLUMNS,
            )
        )
        self.session.run("SET max_parallel_workers_per_gather = 0")
        self.session.run("SELECT matrix()")
        for name in self.arguments.models:
            self.add_model(name)
        self.statements |= statements_of_tables(self.first, self.rows)

    def add_model(self, name):
        path, booster = train(self.peers, name)
        booster.set_param({"nthread": 1})
        self.session.run(
            f"SELECT pgscore.import_model('{name}', pg_read_binary_file('{path}')), "
            f"booster('{path}')"
        )
        self.statements |= statements_of_model(name, path, booster, self.rows)
        self.jobs[f"{name}: COPY, Python, COPY"] = booster
        for what, how in ((KERNEL, "rows"), ("pgscore's kernel alone, in blocks", "blocks")):
            self.kernels[f"{name}: {what}"] = Kernel(self.arguments.score_rows, DATABASE, path, how)
        self.look_ups[
            f"look-up: predict('{name}', t)"
        ] = f"SELECT predict('{name}', t) FROM t WHERE id = :id"

    def run_statement(self, name, counts):
        """`counts`: this is no round to warm up."""
        statement, count, settings = self.statements[name]
        self.session.run(
            f"RESET pgscore.enable_rewrite; RESET pgscore.enable_batch; {settings or 'SELECT'}"
        )
        # A small table: more than some milliseconds.
        times = max(1, min(20, 500_000 // count)) if name.startswith("wide") else 1
        cpu, wall, result = self.session.run(
            f"SELECT * FROM measure($query${statement}$query$, {times})"
        ).split("|")
        if counts:
            self.measured.setdefault(name, []).append(int(cpu) / count / times)
            self.walls.setdefault(name, []).append(int(wall) / count / times)
        self.results[name] = (float(result), count)

    def run_round(self, counts):
        for name in self.statements:
            self.run_statement(name, counts)
        for name, kernel in self.kernels.items():
            time = kernel.run()
            if counts:
                self.measured.setdefault(name, []).append(time)
        for name, booster in self.jobs.items():
            cpu, wall, result = copy_job(DATABASE, booster)
            if counts:
                self.measured.setdefault(name, []).append(cpu / self.rows)
                self.walls.setdefault(name, []).append(wall / self.rows)
            self.results[name] = (result, self.rows)
        if counts:
            self.run_by_wall_time()

    def run_by_wall_time(self):
        for name, statement in self.look_ups.items():
            self.measured.setdefault(name, []).append(look_up(DATABASE, self.peers, statement, 3))
        for workers in (0, 1, 3):
            self.session.run(
                f"RESET pgscore.enable_batch; SET max_parallel_workers_per_gather = {workers}; "
                f"SET parallel_setup_cost = 0"
            )
            wall = self.session.run(
                f"SELECT wall FROM measure('SELECT sum(predict(''{self.first}'', t)) FROM t', 1)"
            )
            name = f"wall time: in batches, {workers + 1} process{'es' if workers else ''}"
            self.measured.setdefault(name, []).append(int(wall) / self.rows)
        self.session.run("SET max_parallel_workers_per_gather = 0")

    def close(self):
        self.session.close()
        for kernel in self.kernels.values():
            kernel.close()

    def add_overheads(self):
        """What SQL adds row by row: beyond the scan and the kernel of the same round."""
        for table, scan in ((self.first, SCAN), ("float4 columns", FLOAT4_SCAN)):
            self.measured[f"{table}: overhead row by row"] = [
                a - b - c
                for a, b, c in zip(
                    self.measured[f"{table}: pgscore row by row"],
                    self.measured[scan],
                    self.measured[f"{self.first}: {KERNEL}"],
                )
            ]

    def check_sums(self):
        """All must have computed the same scores."""
        for name, (result, count) in self.results.items():
            model = name.split(":")[0]
            if model not in MODELS or count != self.rows:
                continue
            expected = self.results[f"{model}: XGBoost's batch, matrix in memory"][0]
            if abs(result - expected) > 1e-6 * abs(result):
                sys.exit(f"{name} has another sum: {result} against {expected}")

    def print_table(self, median):
        print(
            f"{platform.machine()}, {cpu_name()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, {datetime.date.today()};"
            f" {self.rows} rows, medians of {self.arguments.rounds} rounds"
        )
        print(
            f"{'':58}{'ns/row':>10}{'row by row':>13}{'in batches':>13}"
            "   (times as much as pgscore)"
        )
        for name, time in median.items():
            model = name.split(":")[0]
            line = f"{name:58}{time:10.0f}"
            if model in MODELS:
                for own in ("row by row", "in batches"):
                    pairs = zip(self.measured[name], self.measured[f"{model}: pgscore {own}"])
                    line += f"{statistics.median(a / b for a, b in pairs):13.2f}"
            print(line)

    def write_json(self, median):
        with open(self.arguments.json, "w") as file:
            json.dump(
                {
                    "date": str(datetime.date.today()),
                    "machine": platform.machine(),
                    "cpu": cpu_name(),
                    "cores": os.cpu_count(),
                    "load": os.getloadavg()[0],
                    "rows": self.rows,
                    "unit": "ns/row",
                    "clock": "CPU time; look-ups and 'wall time': wall time",
                    "xgboost": xgb.__version__,
                    "median": median,
                    "rounds": self.measured,
                    "wall": self.walls,
                },
                file,
                indent=1,
            )


def cpu_name():
    with open("/proc/cpuinfo") as file:
        return next(
            (line.split(":")[1].strip() for line in file if line.startswith("model name")),
            "unknown CPU",
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", required=True)
    parser.add_argument("--score-rows", required=True)
    parser.add_argument("--json", required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    arguments = parser.parse_args()
    os.chmod(arguments.peers, 0o755)
    psql(
        "SET client_min_messages = warning",
        f"DROP DATABASE IF EXISTS {DATABASE}",
        f"CREATE DATABASE {DATABASE}",
    )
    bench = Bench(arguments)
    bench.set_up()
    for number in range(arguments.rounds + 1):
        bench.run_round(counts=number > 0)
    bench.close()
    bench.add_overheads()
    bench.check_sums()
    median = {name: statistics.median(times) for name, times in bench.measured.items()}
    bench.print_table(median)
    bench.write_json(median)
    psql(f"DROP DATABASE {DATABASE}")


if __name__ == "__main__":
    main()
