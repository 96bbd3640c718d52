#!/usr/bin/env python3
"""Makes models/edge/lightgbm: the smallest LightGBM models for one trap each, with the scores of
LightGBM itself.

  <name>.txt or .json   the model: Booster.save_model, or json.dump of Booster.dump_model
  <name>.rows.csv       rows: the model's features; an empty cell is missing
  <name>.scores.csv     margin<i>: predict(raw_score=True); prediction<i>: predict;
                        leaf<i>: predict(pred_leaf=True)

Numbers are written with all digits. Files of old versions are made here from new ones, where that
changes no score: so every number is of the library (LightGBM 4.6). Where LightGBM's Python package
is not installed, the models stay as they are.
"""
import csv
import json
import os
import re
import sys

import numpy as np
import pandas as pd

try:
    import lightgbm as lgb
except (ImportError, OSError) as error:
    print(
        "lightgbm/edge.py: SKIPPED, models/edge/lightgbm is not made again: %s" % error,
        file=sys.stderr,
    )
    sys.exit(0)

EDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "edge", "lightgbm")
BASE = {
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
    "seed": 3,
    "min_data_in_leaf": 5,
    "num_leaves": 6,
    "max_bin": 63,
    "learning_rate": 0.3,
    "min_data_per_group": 3,
    "cat_smooth": 1,
}
ZERO = float(np.float32(1e-35))


def text(value):
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return repr(int(value)) if isinstance(value, (int, np.integer)) else repr(float(value))


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header] + rows)


def write(name, model, rows, booster, extension=".txt", **options):
    stem = os.path.join(EDGE, name)
    with open(stem + extension, "w", encoding="utf-8", newline="") as file:
        file.write(model)
    names = list(rows.columns) if hasattr(rows, "columns") else booster.feature_name()
    cells = rows.astype(object).values.tolist() if hasattr(rows, "columns") else rows.tolist()
    write_csv(stem + ".rows.csv", names, [[text(cell) for cell in row] for row in cells])
    parts = [
        np.asarray(booster.predict(rows, **kind, **options)).reshape(len(cells), -1)
        for kind in ({"raw_score": True}, {}, {"pred_leaf": True})
    ]
    header = [
        what + str(i)
        for what, part in zip(("margin", "prediction", "leaf"), parts)
        for i in range(part.shape[1])
    ]
    write_csv(
        stem + ".scores.csv",
        header,
        [[repr(float(x)) for part in parts for x in part[r]] for r in range(len(cells))],
    )


def dump(booster):
    return json.dumps(booster.dump_model())


def numbers(rng, count, missing=0.15, zero=0.2):
    x = rng.normal(size=(count, 3))
    x[rng.rand(*x.shape) < zero] = 0
    x[rng.rand(*x.shape) < missing] = np.nan
    return x


def hostile(rng, booster, count=30, categorical=()):
    """Rows on the thresholds, one step beside them, missing, around zero, huge; categories in, out
    of and between the known ones."""
    found = {}
    for match in re.finditer(
        r"split_feature=(.*)\n(?:.*\n)*?threshold=(.*)\n", booster.model_to_string()
    ):
        for feature, threshold in zip(match.group(1).split(), match.group(2).split()):
            found.setdefault(int(feature), []).append(float(threshold))
    rows = np.empty((count, booster.num_feature()))
    for r in range(count):
        for f in range(rows.shape[1]):
            choices = [
                np.nan,
                0.0,
                -0.0,
                ZERO,
                -ZERO,
                np.nextafter(ZERO, 1),
                1e-36,
                1e300,
                -1e300,
                np.inf,
                -np.inf,
                rng.normal(),
            ]
            if f in categorical:
                choices = list(range(-1, 8)) + [np.nan, -0.5, 2.9, 33, 69, 70, 1e10]
            for t in [] if f in categorical else found.get(f, [])[:5]:
                choices += [t, np.nextafter(t, -np.inf), np.nextafter(t, np.inf)]
            rows[r, f] = choices[rng.randint(len(choices))]
    return rows


def train(x, y, parameters, rounds=4, **dataset):
    return lgb.train(
        dict(BASE, **parameters),
        lgb.Dataset(x, y, params=dict(BASE, **parameters), **dataset),
        num_boost_round=rounds,
    )


FOREST = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
# Those that are written as JSON, too.
DUMPED = (
    "regression",
    "binary_sigmoid",
    "multiclass",
    "missing_zero",
    "rf_binary",
    "linear_tree",
    "bare_leaf",
)


def cases_of(signal, classes):
    """name -> parameters, what is learned"""
    return {
        "regression": ({"objective": "regression"}, signal),
        "regression_sqrt": ({"objective": "regression", "reg_sqrt": True}, signal * 3),
        "regression_l1": ({"objective": "regression_l1"}, signal),
        "huber": ({"objective": "huber", "reg_sqrt": False}, signal),
        "fair": ({"objective": "fair"}, signal),
        "quantile": ({"objective": "quantile", "alpha": 0.8}, signal),
        "mape": ({"objective": "mape"}, signal + 5),
        "poisson": ({"objective": "poisson"}, classes),
        "gamma": ({"objective": "gamma"}, np.exp(signal)),
        "tweedie": ({"objective": "tweedie"}, np.maximum(signal, 0)),
        "binary": ({"objective": "binary"}, signal > 0),
        "binary_sigmoid": ({"objective": "binary", "sigmoid": 0.7}, signal > 0),
        "cross_entropy": ({"objective": "cross_entropy"}, 1 / (1 + np.exp(-signal))),
        "cross_entropy_lambda": ({"objective": "cross_entropy_lambda"}, 1 / (1 + np.exp(-signal))),
        "multiclass": ({"objective": "multiclass", "num_class": 3}, classes),
        "multiclassova": ({"objective": "multiclassova", "num_class": 3, "sigmoid": 1.5}, classes),
        "missing_none": ({"objective": "regression", "use_missing": False}, signal),
        "missing_zero": ({"objective": "regression", "zero_as_missing": True}, signal),
        "rf_binary": ({"objective": "binary", **FOREST}, signal > 0),
        "rf_multiclass": ({"objective": "multiclass", "num_class": 3, **FOREST}, classes),
        "rf_regression": ({"objective": "regression", **FOREST}, signal),
        "dart": ({"objective": "binary", "boosting": "dart", "drop_rate": 0.6}, signal > 0),
        "goss": (
            {"objective": "regression", "data_sample_strategy": "goss", "learning_rate": 0.5},
            signal,
        ),
        "linear_tree": (
            {"objective": "regression", "linear_tree": True, "linear_lambda": 0.01},
            signal,
        ),
        "bare_leaf": ({"objective": "regression"}, np.full(len(signal), 2.5)),
        "monotone": ({"objective": "regression", "monotone_constraints": [1, -1, 0]}, signal),
    }


def objectives(rng):
    x = numbers(rng, 300)
    signal = np.nan_to_num(x[:, 0]) - np.isnan(x[:, 1]) + 0.3 * rng.normal(size=300)
    classes = np.digitize(signal, [-0.7, 0.5])
    for name, (parameters, y) in cases_of(signal, classes).items():
        booster = train(x, np.asarray(y, dtype=float), parameters)
        rows = hostile(rng, booster)
        write(name, booster.model_to_string(), rows, booster)
        if name in DUMPED:
            write(name + "_dump", dump(booster), rows, booster, ".json")
    for name, groups in (("lambdarank", True), ("rank_xendcg", True)):
        booster = train(x, classes, {"objective": name}, group=[10] * 30)
        write(name, booster.model_to_string(), hostile(rng, booster), booster)

    def gradient(predicted, data):
        return predicted - data.get_label(), np.ones_like(predicted)

    booster = train(x, signal, {"objective": gradient})
    write("custom", booster.model_to_string(), hostile(rng, booster), booster)
    return x, signal


def layouts(rng, x, y):
    """The same model as editors, old versions and other tools leave it."""
    booster = train(x, y, {"objective": "regression", "use_missing": False})
    model, rows = booster.model_to_string(), hostile(rng, booster)
    write("crlf", model.replace("\n", "\r\n"), rows, booster)
    write("tree_sizes", re.sub(r"tree_sizes=.*", "tree_sizes=1 2 3 4", model), rows, booster)
    write(
        "no_trailer",
        re.sub(r"tree_sizes=.*\n", "", model[: model.index("end of trees")]),
        rows,
        booster,
    )
    # Before 2.0.5: no version, no num_cat, the link in a line of its own; missing values were
    # zeros.
    old = re.sub(
        r"(version|num_tree_per_iteration|tree_sizes|num_cat|is_linear|leaf_weight|"
        r"internal_weight)=.*\n",
        "",
        model,
    )
    old = re.sub(
        r"decision_type=(.*)",
        lambda m: "decision_type=" + " ".join("0" for _ in m.group(1).split()),
        old,
    )
    old = (
        old[: old.index("end of trees")].replace("feature_names=", "sigmoid=-1\nfeature_names=")
        + "feature importances:\n"
    )
    write("v2017", old, rows, booster)
    booster = lgb.train(
        dict(BASE, objective="regression"),
        lgb.Dataset(x, y, feature_name=["größe", "a=b", "x%y"]),
        3,
    )
    write("names", booster.model_to_string(), hostile(rng, booster), booster)
    write(
        "sorted_dump",
        json.dumps(booster.dump_model(), sort_keys=True, indent=1),
        hostile(rng, booster),
        booster,
        ".json",
    )


def categories(rng):
    count = 400
    x = np.column_stack(
        [
            rng.randint(0, 70, count).astype(float),
            rng.normal(size=count),
            rng.randint(0, 4, count).astype(float),
        ]
    )
    x[rng.rand(count) < 0.1, 0] = np.nan
    y = np.sin(np.nan_to_num(x[:, 0]) * 5) + x[:, 1] + (x[:, 2] == 2)
    for name, onehot in (("categorical", 1), ("categorical_onehot", 100)):
        booster = train(
            x,
            y,
            {"objective": "regression", "max_cat_to_onehot": onehot, "num_leaves": 10},
            categorical_feature=[0, 2],
        )
        rows = hostile(rng, booster, 40, (0, 2))
        write(name, booster.model_to_string(), rows, booster)
        write(name + "_dump", dump(booster), rows, booster, ".json")

    def frame(size):
        data = pd.DataFrame(
            {
                "income": rng.normal(size=size),
                "job": rng.choice(["cook", "", "Ärztin", "a b"], size),
                "rooms": rng.choice([3, 5, 70], size),
                "owner": rng.choice([True, False], size),
                "rate": rng.choice([1.0, 2.5, 4.0], size),
            }
        )
        for column in ("job", "rooms", "owner", "rate"):
            data[column] = data[column].astype("category")
        data.loc[rng.rand(size) < 0.15, "job"] = np.nan
        return data

    train_data = frame(400)
    y = (
        (train_data["job"] == "cook") * 1.0
        - (train_data["rooms"] == 5)
        + train_data["owner"].astype(float) * (train_data["rate"] == 2.5)
    )
    booster = train(
        train_data,
        y + 0.2 * train_data["income"],
        {"objective": "regression", "max_cat_to_onehot": 1, "num_leaves": 12},
        6,
    )
    rows = frame(50)
    rows = rows[rows["job"] != ""].reset_index(drop=True)  # an empty cell is missing
    rows["job"] = rows["job"].cat.add_categories(["pilot"])
    rows.loc[:3, "job"] = "pilot"  # unknown: missing
    write("pandas", booster.model_to_string(), rows, booster)
    write("pandas_dump", dump(booster), rows, booster, ".json")


def main():
    rng = np.random.RandomState(7)
    x, y = objectives(rng)
    layouts(rng, x, y)
    categories(rng)


if __name__ == "__main__":
    main()
