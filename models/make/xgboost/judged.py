"""Writes a model beside rows and the scores that XGBoost itself gives them."""
import csv
import json
import os

import numpy as np
import xgboost as xgb
from ubjson import ubjson

EDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "edge", "xgboost")
xgb.set_config(verbosity=0)


def text(value):
    value = np.float32(value)
    return "" if np.isnan(value) else np.format_float_scientific(value, unique=True, trim="0")


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header] + rows)


def document(booster):
    return json.loads(booster.save_raw("json"))


def booster_of(doc):
    booster = xgb.Booster()
    booster.load_model(bytearray(json.dumps(doc).encode()))
    return booster


def thresholds(doc):
    """feature -> thresholds"""
    found = {}
    model = doc["learner"]["gradient_booster"]
    model = model.get("gbtree", model)["model"]
    for tree in model.get("trees", []):
        for left, feature, condition in zip(
            tree["left_children"], tree["split_indices"], tree["split_conditions"]
        ):
            if left != -1:
                found.setdefault(feature, []).append(np.float32(condition))
    return found


def hostile_rows(booster, count, categories=(), seed=1):
    """Rows on the thresholds, one ulp beside them, missing, zero with both signs, huge and tiny;
    categories in and out of range."""
    rng = np.random.RandomState(seed)
    found = thresholds(document(booster))
    rows = np.empty((count, booster.num_features()), dtype=np.float32)
    for i in range(count):
        for f in range(rows.shape[1]):
            if f in categories:
                value = rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 31, 32, 64, np.nan])
            else:
                choices = [np.nan, 0.0, -0.0, 1e-45, -1e-40, 3.0e38, -3.0e38, rng.normal()]
                for t in found.get(f, [])[:6]:
                    choices += [
                        t,
                        np.nextafter(t, np.float32(-np.inf)),
                        np.nextafter(t, np.float32(np.inf)),
                    ]
                value = choices[rng.randint(len(choices))]
            rows[i, f] = value
    return rows


def scores(booster, rows, rounds, types=None):
    """Header and texts of what the library gives. `rounds`: how many, None for all."""
    matrix = xgb.DMatrix(
        rows,
        feature_names=booster.feature_names,
        feature_types=types,
        enable_categorical=types is not None,
    )
    limit = (0, rounds or 0)
    header, columns = [], []

    def add(name, values, form):
        values = np.asarray(values).reshape(len(rows), -1)
        for i in range(values.shape[1]):
            header.append("%s%d" % (name, i))
            columns.append([form(v) for v in values[:, i]])

    linear = document(booster)["learner"]["gradient_booster"]["name"] == "gblinear"
    add("margin", booster.predict(matrix, output_margin=True, iteration_range=limit), text)
    add("prediction", booster.predict(matrix, iteration_range=limit), text)
    if not linear:
        add(
            "leaf",
            booster.predict(matrix, pred_leaf=True, iteration_range=limit),
            lambda v: str(int(v)),
        )
    return header, [list(row) for row in zip(*columns)]


def emit(name, booster, rows, form="json", doc=None, rounds=None, types=None, cells=None):
    """`doc`: the document to store in place of the booster's own. `cells`: texts of category
    columns: {feature: [text of code]}."""
    stem = os.path.join(EDGE, name)
    if form == "bin":
        raw = bytes(booster.save_raw("deprecated"))
    elif doc is None:
        raw = bytes(booster.save_raw(form))
    else:
        raw = (
            json.dumps(doc, separators=(",", ":"), sort_keys=True).encode()
            if form == "json"
            else ubjson(doc)
        )
    with open(stem + "." + form, "wb") as file:
        file.write(raw)
    names = booster.feature_names or ["f%d" % i for i in range(booster.num_features())]
    cells = cells or {}

    def cell(value, feature):
        if feature in cells and not np.isnan(value):
            return cells[feature][int(value)]
        return text(value)

    write_csv(stem + ".rows.csv", names, [[cell(v, f) for f, v in enumerate(row)] for row in rows])
    write_csv(stem + ".scores.csv", *scores(booster, rows, rounds, types))
