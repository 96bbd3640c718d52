#!/usr/bin/env python3
"""Makes models/edge/xgboost/dump_*: XGBoost's dumps as JSON and as text, with the scores of the
model that was dumped.

  <name>.json, .txt      Booster.dump_model
  <name>.options.json    what a dump lacks
  <name>.rows.csv        rows: the features that the trees use; an empty cell is missing
  <name>.scores.csv      margin<i>: Booster.predict(output_margin=True); leaf<i>: pred_leaf
"""
import csv
import json
import os
import re

import numpy as np
import xgboost as xgb
from judged import EDGE, text


def write(name, booster, rows, options, names=None, types=None, fmap=""):
    matrix = xgb.DMatrix(rows, feature_names=names, feature_types=types)
    margins = booster.predict(matrix, output_margin=True).reshape(len(rows), -1)
    leaves = booster.predict(matrix, pred_leaf=True).reshape(len(rows), -1)
    used = sorted(
        {
            int(i)
            for tree in json.loads(booster.save_raw("json"))["learner"]["gradient_booster"][
                "model"
            ]["trees"]
            for i, left in zip(tree["split_indices"], tree["left_children"])
            if left != -1
        }
    )
    header = [(names or ["f%d" % i for i in range(rows.shape[1])])[i] for i in used]
    for extension, kind in ((".json", "json"), (".txt", "text")):
        stem = os.path.join(EDGE, "dump_%s_%s" % (name, kind))
        booster.dump_model(
            stem + extension, fmap=fmap, with_stats=name == "stats", dump_format=kind
        )
        with open(stem + ".options.json", "w", encoding="utf-8") as file:
            json.dump(options, file)
            file.write("\n")
        for suffix, lines in (
            (".rows.csv", [header] + [[text(row[i]) for i in used] for row in rows]),
            (
                ".scores.csv",
                [
                    ["margin%d" % i for i in range(margins.shape[1])]
                    + ["leaf%d" % i for i in range(leaves.shape[1])]
                ]
                + [[text(x) for x in m] + ["%d" % x for x in n] for m, n in zip(margins, leaves)],
            ),
        ):
            with open(stem + suffix, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(lines)


def main():
    rng = np.random.RandomState(5)
    x = rng.normal(size=(300, 4)).astype(np.float32)
    x[rng.rand(*x.shape) < 0.2] = np.nan
    x[:, 1] = rng.randint(0, 5, 300)
    signal = np.nan_to_num(x[:, 0]) + (x[:, 1] == 2) - np.isnan(x[:, 2])
    base = {"max_depth": 3, "eta": 0.5, "seed": 1, "nthread": 1}
    cases = {
        "regression": ({"objective": "reg:squarederror", "base_score": 0.25}, signal),
        "stats": ({"objective": "binary:logistic", "base_score": 0.5}, signal > 0),
        "softprob": (
            {"objective": "multi:softprob", "num_class": 3, "base_score": 0.5},
            np.digitize(signal, [-0.5, 0.7]),
        ),
        "poisson": (
            {"objective": "count:poisson", "base_score": 0.5},
            np.maximum(signal, 0).round(),
        ),
    }
    rows = np.vstack([x[:25], np.full((1, 4), np.nan, np.float32), np.zeros((1, 4), np.float32)])
    for name, (parameters, y) in cases.items():
        booster = xgb.train(dict(base, **parameters), xgb.DMatrix(x, y), 3)
        write(name, booster, rows, parameters)
    names, types = ["age", "job", "a b", "e:{f"], ["float", "c", "float", "float"]
    booster = xgb.train(
        dict(
            base,
            objective="reg:squarederror",
            base_score=0,
            tree_method="hist",
            max_cat_to_onehot=1,
        ),
        xgb.DMatrix(
            x,
            signal + 0.3 * np.sin(np.nan_to_num(x[:, 3]) * 3),
            feature_names=names,
            feature_types=types,
            enable_categorical=True,
        ),
        3,
    )
    write(
        "categories",
        booster,
        rows,
        {"objective": "reg:squarederror", "base_score": 0},
        names,
        types,
    )
    # R leaves the colon out; an editor may leave \\r.
    stem = os.path.join(EDGE, "dump_regression_text")
    with open(stem + ".txt", encoding="utf-8") as file:
        plain = file.read()
    with open(os.path.join(EDGE, "dump_r_text.txt"), "w", encoding="utf-8", newline="") as file:
        file.write(re.sub(r"(booster\[\d+\]):", r"\1", plain).replace("\n", "\r\n"))
    for suffix in (".options.json", ".rows.csv", ".scores.csv"):
        with open(stem + suffix, encoding="utf-8") as source, open(
            os.path.join(EDGE, "dump_r_text" + suffix), "w", encoding="utf-8"
        ) as target:
            target.write(source.read())


if __name__ == "__main__":
    main()
