#!/usr/bin/env python3
"""ONNX Runtime and pgscore's kernels in turn on the models of onnx_models.py, one thread each:
medians of paired rounds.

ONNX Runtime gets the batch size that is best for it; the rows lie in memory for both, in the form
that each works on."""
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

folder, driver, rows, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
results = {}
print(
    f"ONNX Runtime {onnxruntime.__version__}, {rows} rows, "
    f"medians of {rounds} paired rounds, one thread"
)
for name, columns, want in (("forest", 15, "probabilities"), ("perceptron", 20, "values")):
    data = np.fromfile(folder / f"{name}.rows", np.float32).reshape(columns, rows).T
    session = onnxruntime.InferenceSession(
        str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
    )
    if name == "forest":
        feeds = {"numbers": np.ascontiguousarray(data[:, :12])}
        feeds.update(
            {
                f"category{i}": np.ascontiguousarray(data[:, 12 + i, None].astype(np.int64))
                for i in range(3)
            }
        )
        output = ["probabilities"]
    else:
        feeds, output = {"x": np.ascontiguousarray(data)}, ["y"]

    def runtime(batch):
        start = time.perf_counter()
        parts = [
            session.run(output, {key: value[i : i + batch] for key, value in feeds.items()})[0]
            for i in range(0, rows, batch)
        ]
        return time.perf_counter() - start, parts

    best = min(
        (1_000, 10_000, 100_000, rows), key=lambda batch: min(runtime(batch)[0] for _ in range(2))
    )
    server = subprocess.Popen(
        [
            driver,
            str(folder / f"{name}.onnx"),
            str(folder / f"{name}.rows"),
            str(columns),
            str(rows),
            str(folder / f"{name}.out"),
            want,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def pgscore():
        server.stdin.write("\n")
        server.stdin.flush()
        return float(server.stdout.readline().split()[0])  # wall time, as runtime()

    pgscore()
    times = [(runtime(best)[0], pgscore()) for _ in range(rounds)]
    server.stdin.close()
    server.wait()
    expected = np.concatenate(
        [part.reshape(len(part), -1)[:, -1] for part in runtime(best)[1]]
    ).astype(np.float64)
    actual = np.fromfile(folder / f"{name}.out", np.float64)
    difference = np.abs(expected - actual) / np.maximum(np.abs(expected), 1e-3)
    ratio = statistics.median(a / b for a, b in times)
    ours, theirs = (statistics.median(t[i] for t in times) / rows * 1e9 for i in (1, 0))
    results[name] = {
        "onnxruntime_ns": theirs,
        "pgscore_ns": ours,
        "ratio": ratio,
        "batch": best,
        "worst_difference": float(difference.max()),
    }
    print(
        f"{name:12} ONNX Runtime {theirs:8.1f} ns/row (batches of {best}), "
        f"pgscore {ours:8.1f} ns/row: {ratio:.2f} times as fast; "
        f"greatest relative difference {difference.max():.1e}"
    )
    assert difference.max() < 1e-3, "the scores differ"
Path(folder / "onnx.json").write_text(json.dumps(results, indent=1))
