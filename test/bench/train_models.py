#!/usr/bin/env python3
"""Trains the models of the kernel benchmark with XGBoost and writes, for each, NAME.json (the
model), NAME.rows (float32 rows that it was not trained on, row-major) and NAME.shape (rows,
features, outputs).

  train_models.py FOLDER [NAME ..]      a b c d e x w, or those named; models that are there
                                        already are kept

  a  credit-like: 100 trees, depth 6, 20 features, most of them small integers
  b  500 trees, depth 8, 50 features, 8 % missing
  c  1000 trees, depth 4, 30 features
  d  deep: 50 trees, depth 12, 30 features
  e  three classes: 3 x 100 trees, depth 6, 20 features
  x  as a, but numbers, grown exactly: up to some hundred thresholds a feature
  w  wide: 200 trees, depth 6, 300 features
"""
import pathlib
import sys

import numpy as np
import xgboost as xgb
from sklearn.datasets import make_classification

HELD_OUT = 20_000


def rows_of(count, features, seed, missing=0.0, classes=2, credit=False):
    x, y = make_classification(
        n_samples=count,
        n_features=features,
        n_informative=int(features * 0.7),
        n_redundant=int(features * 0.1),
        n_classes=classes,
        n_clusters_per_class=4,
        flip_y=0.08,
        class_sep=0.7,
        random_state=seed,
    )
    x = x.astype(np.float32)
    if credit:
        for column in range(features):
            if column % 3 != 0:
                x[:, column] = np.clip(np.round(x[:, column] + 4), 0, 9)
            elif column % 2 == 0:
                x[:, column] = np.round(x[:, column] * 20 + 60)
    if missing > 0:
        x[np.random.RandomState(seed + 1).rand(*x.shape) < missing] = np.nan
    return x, y.astype(np.float32)


MODELS = {
    "a": (dict(count=60_000, features=20, seed=1, credit=True), 100, dict(max_depth=6)),
    "b": (dict(count=80_000, features=50, seed=2, missing=0.08), 500, dict(max_depth=8)),
    "c": (dict(count=60_000, features=30, seed=3), 1000, dict(max_depth=4)),
    "d": (dict(count=120_000, features=30, seed=4), 50, dict(max_depth=12)),
    "e": (
        dict(count=60_000, features=20, seed=5, classes=3),
        100,
        dict(max_depth=6, objective="multi:softprob", num_class=3),
    ),
    "x": (dict(count=60_000, features=20, seed=6), 100, dict(max_depth=6, tree_method="exact")),
    "w": (dict(count=60_000, features=300, seed=8), 200, dict(max_depth=6)),
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        if (folder / f"{name}.shape").exists():
            continue
        data, rounds, own = MODELS[name]
        x, y = rows_of(**data)
        parameters = (
            dict(
                objective="binary:logistic",
                eta=0.1,
                tree_method="hist",
                base_score=0.5,
                seed=1,
                nthread=1,
            )
            | own
        )
        booster = xgb.train(parameters, xgb.DMatrix(x[:-HELD_OUT], y[:-HELD_OUT]), rounds)
        booster.save_model(str(folder / f"{name}.json"))
        x[-HELD_OUT:].astype("<f4").tofile(folder / f"{name}.rows")
        (folder / f"{name}.shape").write_text(
            f"{HELD_OUT} {x.shape[1]} {parameters.get('num_class', 1)}\n"
        )
        print(f"{name}: XGBoost {xgb.__version__}, {len(booster.get_dump())} trees", flush=True)


if __name__ == "__main__":
    main()
