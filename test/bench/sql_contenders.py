"""What sql_bench.py compares: sessions, models, the job that copies rows out and scores in, and the
kernel without a database."""
import datetime
import io
import json
import os
import resource
import subprocess
import sys

import numpy as np
import pandas as pd
import xgboost as xgb

FEATURES = 20
COLUMNS = ", ".join(f"f{i}" for i in range(FEATURES))
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
