#!/usr/bin/python3
"""The measurements of sql_bench.sh, which sets the server up and says what they are.

Times are CPU time of the one process that does the work (for the job that copies: of all of them),
so that a busy machine disturbs them little; where more than one process works at a time, wall time.
"""
import argparse
import datetime
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys

import numpy as np
import pandas as pd
import xgboost as xgb

FEATURES = 20
COLUMNS = ", ".join(f"f{i}" for i in range(FEATURES))
SCAN, FLOAT4_SCAN, KERNEL = (
    "bare scan: sum(f19)",
    "float4 columns: bare scan",
    "pgscore's kernel alone, row by row",
)
MODELS = {"trees_100": (100, 6), "trees_500": (500, 8)}


class Session:
    """One connection, through psql: its statements run in one backend."""

    def __init__(self, database):
        self.psql = subprocess.Popen(
            ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, statement):
        self.psql.stdin.write(statement + ";\n\\echo END\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == "END\n":
                return "".join(lines).strip()
            lines.append(line)
        sys.exit(f"psql ended after: {statement[:200]}")

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def train(folder, name):
    """A model of rows like those of the table."""
    path = os.path.join(folder, name + ".json")
    trees, depth = MODELS[name]
    r = np.random.default_rng(1)
    x = (r.random(size=(60_000, FEATURES)) * 4 - 2).astype(np.float32)
    y = (
        x @ r.normal(size=FEATURES) + 2 * np.sin(3 * x[:, 0]) * x[:, 1] + r.normal(size=len(x)) > 0
    ).astype(int)
    x[r.random(x.shape) < 0.03] = np.nan
    parameters = {
        "objective": "binary:logistic",
        "max_depth": depth,
        "eta": 0.1,
        "tree_method": "hist",
        "seed": 1,
        "nthread": 1,
    }
    booster = xgb.train(parameters, xgb.DMatrix(x, y), trees)
    booster.save_model(path)
    os.chmod(path, 0o644)
    return path, booster


def as_sql(booster):
    """The model as one expression: what people write by hand, or let a converter write."""

    def walk(node):
        if "leaf" in node:
            return f"'{np.float32(node['leaf'])!r}'::float4"
        column, below, other = f"f{node['split'][1:]}", None, None
        for child in node["children"]:
            if child["nodeid"] == node["yes"]:
                below = walk(child)
            else:
                other = walk(child)
        missing = below if node["missing"] == node["yes"] else other
        return (
            f"CASE WHEN {column} IS NULL THEN {missing}"
            f" WHEN {column}::float4 < '{np.float32(node['split_condition'])!r}'::float4"
            f" THEN {below} ELSE {other} END"
        )

    trees = [walk(json.loads(tree)) for tree in booster.get_dump(dump_format="json")]
    return "1 / (1 + exp(-(" + " + ".join(trees) + ")::float8))"


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


def copy_job(database, model):
    """The nightly job: rows out as CSV, scored in Python, scores in. CPU time of this process and
    of its backends, wall time."""

    def spent():
        return sum(
            u.ru_utime + u.ru_stime
            for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    cpu, wall = spent(), datetime.datetime.now()
    psql = ["psql", "-X", "-q", "-At", "-d", database]
    out = subprocess.run(
        [
            *psql,
            "-c",
            f"COPY (SELECT id, {COLUMNS} FROM t) TO STDOUT (FORMAT csv)",
            "-c",
            "SELECT cpu()",
        ],
        check=True,
        capture_output=True,
    ).stdout
    text, backend = out.rstrip().rsplit(b"\n", 1)
    frame = pd.read_csv(io.BytesIO(text), header=None)
    score = model.inplace_predict(frame.iloc[:, 1:].to_numpy(dtype=np.float32))
    csv = pd.DataFrame({"id": frame[0], "score": score.astype(np.float64)}).to_csv(
        index=False, header=False
    )
    back = subprocess.run(
        [
            *psql,
            "-c",
            "TRUNCATE scores",
            "-c",
            "COPY scores FROM STDIN (FORMAT csv)",
            "-c",
            "SELECT cpu()",
        ],
        check=True,
        input=csv.encode(),
        capture_output=True,
    ).stdout
    cpu = (spent() - cpu) * 1e9 + int(backend) + int(back)
    return (
        cpu,
        (datetime.datetime.now() - wall).total_seconds() * 1e9,
        float(score.astype(np.float64).sum()),
    )


class Kernel:
    """pgscore's kernel on rows in the processor's cache, through score_rows: what scoring costs
    without a database."""

    def __init__(self, score_rows, database, model, how):
        text = subprocess.run(
            [
                "psql",
                "-X",
                "-q",
                "-At",
                "-d",
                database,
                "-c",
                f"COPY (SELECT {COLUMNS} FROM t LIMIT 2048) TO STDOUT (FORMAT csv)",
            ],
            check=True,
            capture_output=True,
        ).stdout
        x = pd.read_csv(io.BytesIO(text), header=None).to_numpy(dtype=np.float32)
        x.T.tofile(model + ".rows")
        self.rows = len(x)
        self.process = subprocess.Popen(
            [
                score_rows,
                model,
                model + ".rows",
                str(FEATURES),
                str(self.rows),
                model + ".scores",
                "values",
                how,
            ],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, times=100):
        """CPU time in ns of a row."""
        self.process.stdin.write("\n" * times)
        self.process.stdin.flush()
        return (
            sum(float(self.process.stdout.readline().split()[1]) for _ in range(times))
            / times
            / self.rows
            * 1e9
        )

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def look_up(database, peers, statement, seconds):
    """Mean latency in ns of a prepared statement for one row by its key, over one connection."""
    script = os.path.join(peers, "look_up.sql")
    with open(script, "w") as file:
        file.write(f"\\set id random(1, 100000)\n{statement};\n")
    out = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-T", str(seconds), "-f", script, database],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return float(out.split("latency average = ")[1].split()[0]) * 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", required=True)
    parser.add_argument("--score-rows", required=True)
    parser.add_argument("--json", required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    arguments = parser.parse_args()
    rows, peers = arguments.rows, arguments.peers
    few, some = min(rows, 3000), min(rows, 20_000)
    os.chmod(peers, 0o755)
    database = "pgscore_sql_bench"
    subprocess.run(
        [
            "psql",
            "-X",
            "-q",
            "-d",
            "postgres",
            "-c",
            "SET client_min_messages = warning",
            "-c",
            f"DROP DATABASE IF EXISTS {database}",
            "-c",
            f"CREATE DATABASE {database}",
        ],
        check=True,
    )
    session = Session(database)
    values = ", ".join(
        f"CASE WHEN random() > 0.03 THEN random() * 4 - 2 END AS f{i}" for i in range(FEATURES)
    )
    float4_columns = ", ".join(f"f{i}::float4" for i in range(FEATURES))
    session.run(
        SETUP.format(
            values=values, float4_columns=float4_columns, rows=rows, peers=peers, columns=COLUMNS
        )
    )
    session.run("SET max_parallel_workers_per_gather = 0")
    session.run("SELECT matrix()")

    # name -> (statement, rows, settings, is it CPU time?)
    statements = {
        SCAN: ("SELECT sum(f19) FROM t", rows, ""),
        "empty C function of 20 columns": (
            f"SELECT sum(empty_function('', {COLUMNS})) FROM t",
            rows,
            "",
        ),
    }
    jobs, kernels, look_ups = {}, {}, {"look-up: SELECT f0": "SELECT f0 FROM t WHERE id = :id"}
    generic, rewritten = (
        "SET pgscore.enable_rewrite = off; SET pgscore.enable_batch = off",
        "SET pgscore.enable_batch = off",
    )
    for name in arguments.models:
        path, booster = train(peers, name)
        booster.set_param({"nthread": 1})
        session.run(
            f"SELECT pgscore.import_model('{name}', pg_read_binary_file('{path}')), "
            f"booster('{path}')"
        )
        statements |= {
            f"{name}: XGBoost's batch, matrix in memory": (
                f"SELECT python_matrix('{path}')",
                rows,
                "",
            ),
            f"{name}: pgscore in batches": (f"SELECT sum(predict('{name}', t)) FROM t", rows, ""),
            f"{name}: pgscore row by row": (
                f"SELECT sum(predict('{name}', t)) FROM t",
                rows,
                rewritten,
            ),
            f"{name}: pgscore row by row, not rewritten": (
                f"SELECT sum(predict('{name}', t)) FROM t",
                rows,
                generic,
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
        jobs[f"{name}: COPY, Python, COPY"] = booster
        for what, how in ((KERNEL, "rows"), ("pgscore's kernel alone, in blocks", "blocks")):
            kernels[f"{name}: {what}"] = Kernel(arguments.score_rows, database, path, how)
        look_ups[
            f"look-up: predict('{name}', t)"
        ] = f"SELECT predict('{name}', t) FROM t WHERE id = :id"
    first = arguments.models[0]
    statements |= {
        FLOAT4_SCAN: ("SELECT sum(f19) FROM t4", rows, ""),
        "float4 columns: pgscore in batches": (
            f"SELECT sum(predict('{first}', t4)) FROM t4",
            rows,
            "",
        ),
        "float4 columns: pgscore row by row": (
            f"SELECT sum(predict('{first}', t4)) FROM t4",
            rows,
            rewritten,
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
            rewritten,
        ),
        "wide table: the same of a sub-select, row by row": (
            f"SELECT sum(predict('{first}', w)) FROM (SELECT {COLUMNS} FROM wide) w",
            30_000,
            rewritten,
        ),
        "wide table: pgscore row by row, not rewritten": (
            f"SELECT sum(predict('{first}', w)) FROM wide w",
            30_000,
            generic,
        ),
    }

    measured, results, walls = {}, {}, {}
    for round_number in range(arguments.rounds + 1):  # the first one warms up
        for name, (statement, count, settings) in statements.items():
            session.run(
                f"RESET pgscore.enable_rewrite; RESET pgscore.enable_batch; {settings or 'SELECT'}"
            )
            times = (
                max(1, min(20, 500_000 // count)) if name.startswith("wide") else 1
            )  # a small table: more than some milliseconds
            cpu, wall, result = session.run(
                f"SELECT * FROM measure($query${statement}$query$, {times})"
            ).split("|")
            if round_number > 0:
                measured.setdefault(name, []).append(int(cpu) / count / times)
                walls.setdefault(name, []).append(int(wall) / count / times)
            results[name] = (float(result), count)
        for name, kernel in kernels.items():
            time = kernel.run()
            if round_number > 0:
                measured.setdefault(name, []).append(time)
        for name, booster in jobs.items():
            cpu, wall, result = copy_job(database, booster)
            if round_number > 0:
                measured.setdefault(name, []).append(cpu / rows)
                walls.setdefault(name, []).append(wall / rows)
            results[name] = (result, rows)
        if round_number > 0:
            for name, statement in look_ups.items():
                measured.setdefault(name, []).append(look_up(database, peers, statement, 3))
            for workers in (0, 1, 3):
                session.run(
                    f"RESET pgscore.enable_batch; SET max_parallel_workers_per_gather = {workers}; "
                    f"SET parallel_setup_cost = 0"
                )
                wall = session.run(
                    f"SELECT wall FROM measure('SELECT sum(predict(''{first}'', t)) FROM t', 1)"
                )
                measured.setdefault(
                    f"wall time: in batches, {workers + 1} process{'es' if workers else ''}", []
                ).append(int(wall) / rows)
            session.run("SET max_parallel_workers_per_gather = 0")
    session.close()
    for kernel in kernels.values():
        kernel.close()
    # What SQL adds row by row: beyond the scan and the kernel of the same round.
    for name, statement, scan, model in (
        (f"{first}: overhead row by row", f"{first}: pgscore row by row", SCAN, first),
        (
            "float4 columns: overhead row by row",
            "float4 columns: pgscore row by row",
            FLOAT4_SCAN,
            first,
        ),
    ):
        measured[name] = [
            a - b - c
            for a, b, c in zip(measured[statement], measured[scan], measured[f"{model}: {KERNEL}"])
        ]

    # Everybody must have computed the same scores.
    for name, (result, count) in results.items():
        model = name.split(":")[0]
        reference = f"{model}: XGBoost's batch, matrix in memory"
        if (
            model in MODELS
            and count == rows
            and abs(result - results[reference][0]) > 1e-6 * abs(result)
        ):
            sys.exit(f"{name} has another sum: {result} against {results[reference][0]}")

    median = {name: statistics.median(times) for name, times in measured.items()}
    print(
        f"{platform.machine()}, {cpu_name()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, {datetime.date.today()};"
        f" {rows} rows, medians of {arguments.rounds} rounds"
    )
    print(f"{'':58}{'ns/row':>10}{'row by row':>13}{'in batches':>13}   (times as much as pgscore)")
    for name, time in median.items():
        model = name.split(":")[0]
        line = f"{name:58}{time:10.0f}"
        if model in MODELS:
            for own in ("row by row", "in batches"):
                pairs = zip(measured[name], measured[f"{model}: pgscore {own}"])
                line += f"{statistics.median(a / b for a, b in pairs):13.2f}"
        print(line)
    with open(arguments.json, "w") as file:
        json.dump(
            {
                "date": str(datetime.date.today()),
                "machine": platform.machine(),
                "cpu": cpu_name(),
                "cores": os.cpu_count(),
                "load": os.getloadavg()[0],
                "rows": rows,
                "unit": "ns/row",
                "clock": "CPU time; look-ups and 'wall time': wall time",
                "xgboost": xgb.__version__,
                "median": median,
                "rounds": measured,
                "wall": walls,
            },
            file,
            indent=1,
        )
    subprocess.run(
        ["psql", "-X", "-q", "-d", "postgres", "-c", f"DROP DATABASE {database}"], check=True
    )


def cpu_name():
    with open("/proc/cpuinfo") as file:
        return next(
            (line.split(":")[1].strip() for line in file if line.startswith("model name")),
            "unknown CPU",
        )


if __name__ == "__main__":
    main()
