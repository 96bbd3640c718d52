#!/usr/bin/env python3
"""Makes models/edge/xgboost_*: the smallest XGBoost models for one trap each, with the scores of
XGBoost itself.

  <name>.json, .ubj or .bin   the model
  <name>.rows.csv             rows: the model's features; an empty cell is missing
  <name>.scores.csv           margin<i>: Booster.predict(output_margin=True);
                              prediction<i>: Booster.predict; leaf<i>: pred_leaf

Floats are written with all digits that float32 has. Layouts that the installed XGBoost (1.7) cannot
write, those of 2.0 to 3.4, are made here from its JSON; their scores come from the same model in
the old layout, so every number is of the library.
"""
import copy
import csv
import json
import os
import struct
import sys

import numpy as np
import xgboost as xgb

EDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "edge")
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
    stem = os.path.join(EDGE, "xgboost_" + name)
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


# ---- UBJSON, as XGBoost writes it --------------------------------------------------------------

TYPED = {  # arrays of a tree and of categories that XGBoost stores typed
    "left_children": "l",
    "right_children": "l",
    "parents": "l",
    "split_indices": "l",
    "split_type": "U",
    "default_left": "U",
    "categories": "l",
    "categories_nodes": "l",
    "categories_segments": "L",
    "categories_sizes": "L",
    "split_conditions": "d",
    "base_weights": "d",
    "leaf_weights": "d",
    "loss_changes": "d",
    "sum_hessian": "d",
    "offsets": "l",
    "values": "i",
    "feature_segments": "l",
    "sorted_idx": "l",
    "weights": "d",
}
STRUCT = {"l": ">i", "L": ">q", "U": ">B", "i": ">b", "d": ">f", "I": ">h"}


def ubjson(value, key=None, kind=None):
    if isinstance(value, dict):
        # The values of integer categories have the width of their type.
        kinds = {7: "d", 9: "i", 10: "U", 11: "I", 12: "I", 13: "l", 14: "l", 15: "L", 16: "L"}
        inner = kinds.get(value.get("type")) if "values" in value else None
        body = b"".join(
            b"L" + struct.pack(">q", len(k.encode())) + k.encode() + ubjson(value[k], k, inner)
            for k in sorted(value)
        )
        return b"{" + body + b"}"
    if isinstance(value, list):
        kind = (kind if key == "values" else None) or TYPED.get(key)
        if kind:
            return (
                b"[$"
                + kind.encode()
                + b"#L"
                + struct.pack(">q", len(value))
                + b"".join(struct.pack(STRUCT[kind], v) for v in value)
            )
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(ubjson(v) for v in value)
    if isinstance(value, str):
        return b"SL" + struct.pack(">q", len(value.encode())) + value.encode()
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"L" + struct.pack(">q", value)
    return b"d" + struct.pack(">f", value)


# ---- training data -----------------------------------------------------------------------------


def numbers(rows=300, features=4, missing=0.2, seed=3):
    rng = np.random.RandomState(seed)
    x = rng.normal(size=(rows, features)).astype(np.float32)
    x[:, 1] = np.round(x[:, 1] * 4) / 4
    y = x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0) - 0.3 * x[:, 3] + 0.1 * rng.normal(size=rows)
    x[rng.uniform(size=x.shape) < missing] = np.nan
    return x, y


def coded(rows=400, seed=5):
    """A number and two category columns, of 6 and 40 levels."""
    rng = np.random.RandomState(seed)
    x = np.column_stack(
        [rng.normal(size=rows), rng.randint(0, 6, rows), rng.randint(0, 40, rows)]
    ).astype(np.float32)
    y = x[:, 0] + (x[:, 1] % 3) - 1.5 * (x[:, 2] % 7 > 3)
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    return x, y


def train(params, x, y, rounds=3, names=None, **options):
    base = {
        "max_depth": 2,
        "nthread": 1,
        "seed": 7,
        "tree_method": "exact" if "tree_method" not in params else params["tree_method"],
    }
    base.update(params)
    matrix = xgb.DMatrix(
        x,
        y,
        feature_names=names,
        **{k: options.pop(k) for k in ("feature_types", "enable_categorical") if k in options}
    )
    setup = options.pop("setup", None)
    if setup:
        setup(matrix)
    return xgb.train(base, matrix, rounds, **options)


def simple(name, params, y, form="json", rounds=3, names=None, rows=24, setup=None):
    x, _ = numbers()
    booster = train(params, x, y, rounds, names, setup=setup)
    emit(name, booster, hostile_rows(booster, rows), form)
    return booster


def tree_models():
    x, y = numbers()
    positive = np.exp(0.5 * y)
    binary = (y > 0.2).astype(int)
    classes = np.digitize(y, [-0.7, 0.4])

    simple(
        "squarederror",
        {"objective": "reg:squarederror"},
        y,
        names=["age", "Größe", 'a "quoted" name', "x=1"],
    )
    simple(
        "squarederror_ubj",
        {"objective": "reg:squarederror"},
        y,
        "ubj",
        names=["age", "Größe", 'a "quoted" name', "x=1"],
    )
    simple("squarederror_bin", {"objective": "reg:squarederror", "base_score": 0.25}, y, "bin")
    simple("squaredlogerror", {"objective": "reg:squaredlogerror"}, positive)
    simple("pseudohuber", {"objective": "reg:pseudohubererror"}, y)
    simple("absoluteerror", {"objective": "reg:absoluteerror"}, y)
    simple(
        "logistic_regression",
        {"objective": "reg:logistic", "base_score": 0.3},
        1 / (1 + np.exp(-y)),
    )
    simple("logistic", {"objective": "binary:logistic"}, binary)
    simple("logistic_base_score", {"objective": "binary:logistic", "base_score": 0.97}, binary)
    simple("logistic_bin", {"objective": "binary:logistic", "base_score": 0.13}, binary, "bin")
    simple("logitraw", {"objective": "binary:logitraw", "base_score": 0.4}, binary)
    simple("hinge", {"objective": "binary:hinge"}, binary)
    simple("softmax", {"objective": "multi:softmax", "num_class": 3}, classes)
    simple("softprob_ubj", {"objective": "multi:softprob", "num_class": 3}, classes, "ubj")
    simple("softprob_bin", {"objective": "multi:softprob", "num_class": 3}, classes, "bin")
    simple("poisson", {"objective": "count:poisson", "base_score": 1.7}, np.floor(positive))
    simple("gamma", {"objective": "reg:gamma"}, positive + 0.01)
    simple("tweedie", {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, positive)
    simple("cox", {"objective": "survival:cox"}, np.where(binary, positive, -positive))
    simple(
        "rank", {"objective": "rank:ndcg"}, classes, setup=lambda m: m.set_group([100, 100, 100])
    )

    def bounds(matrix):
        matrix.set_float_info("label_lower_bound", positive + 0.1)
        matrix.set_float_info("label_upper_bound", np.where(binary, positive + 0.1, np.inf))

    simple("aft", {"objective": "survival:aft"}, None, setup=bounds)
    simple(
        "two_targets",
        {"objective": "reg:squarederror", "tree_method": "hist"},
        np.column_stack([y, -2 * y]),
    )
    simple(
        "two_labels",
        {"objective": "binary:logistic", "tree_method": "hist"},
        np.column_stack([binary, 1 - binary]),
    )
    simple(
        "forest",
        {
            "objective": "binary:logistic",
            "num_parallel_tree": 3,
            "subsample": 0.6,
            "learning_rate": 1,
        },
        binary,
        rounds=2,
    )
    simple(
        "dart",
        {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.5, "one_drop": 1},
        y,
        rounds=6,
    )
    simple(
        "dart_bin",
        {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "one_drop": 1},
        classes,
        "bin",
        rounds=4,
    )
    linear = {"booster": "gblinear", "updater": "coord_descent"}
    simple("linear", {"objective": "reg:squarederror", **linear}, y, names=["a", "b", "c", "d"])
    simple("linear_softprob", {"objective": "multi:softprob", "num_class": 3, **linear}, classes)
    simple(
        "linear_bin", {"objective": "binary:logistic", "base_score": 0.4, **linear}, binary, "bin"
    )

    # Missing values that were learned to go left and right, and a tree that is a leaf.
    for side, sign in (("left", -1), ("right", 1)):
        xs = np.array([[0.5], [1.5], [np.nan]] * 20, dtype=np.float32)
        ys = np.array([-1, 1, sign] * 20)
        booster = train({"max_depth": 1, "objective": "reg:squarederror"}, xs, ys, 1)
        emit("missing_" + side, booster, hostile_rows(booster, 16))
    booster = train({"objective": "reg:squarederror"}, x, np.ones(len(x)), 2)
    emit("bare_leaf", booster, hostile_rows(booster, 4))
    # Pruning leaves deleted nodes in the arrays; deep trees; early stopping.
    booster = train({"objective": "reg:squarederror", "gamma": 1.0, "max_depth": 6}, x, y, 2)
    emit("pruned", booster, hostile_rows(booster, 24))
    held_out = xgb.DMatrix(x[:100], -y[:100])
    booster = train(
        {"objective": "reg:squarederror"},
        x,
        y,
        10,
        evals=[(held_out, "eval")],
        early_stopping_rounds=3,
        verbose_eval=False,
    )
    emit("best_iteration", booster, hostile_rows(booster, 16), rounds=booster.best_iteration + 1)


def categorical_models():
    x, y = coded()
    types = ["q", "c", "c"]
    for name, one_hot in (("one_hot", 100), ("partition", 1)):
        booster = train(
            {"tree_method": "hist", "max_cat_to_onehot": one_hot, "max_depth": 3},
            x,
            y,
            3,
            feature_types=types,
            enable_categorical=True,
            names=["amount", "kind", "code"],
        )
        rows = hostile_rows(booster, 40, categories=(1, 2))
        rows = np.vstack([rows, [[0, -1, -1], [0, 16777216, 1e9], [0, 1.75, 33.5]]]).astype(
            np.float32
        )
        emit("category_" + name, booster, rows, types=types)
        emit("category_%s_ubj" % name, booster, rows, "ubj", types=types)

    # The same model with its categories stored, as texts and as integers: since 3.1, and right for
    # texts beyond ASCII since 3.4.
    doc = document(booster)
    doc["version"] = [3, 4, 0]
    kinds = ["red", "", "dark blue", 'a "b"', "Grün", "NULL"]
    codes = [str(-3 + 7 * i) for i in range(40)]

    def texts(values):
        encoded = [v.encode() for v in values]
        offsets = [0]
        for e in encoded:
            offsets.append(offsets[-1] + len(e))
        return {
            "offsets": offsets,
            "values": [b - 256 if b > 127 else b for e in encoded for b in e],
        }

    doc["learner"]["gradient_booster"]["model"]["cats"] = {
        "enc": [
            {"offsets": [], "values": []},
            texts(kinds),
            {"type": 15, "values": [int(c) for c in codes]},
        ],
        "feature_segments": [0, 0, 6, 46],
        "sorted_idx": [],
    }
    doc["learner"]["learner_model_param"]["base_score"] = "[5E-1]"
    rows = hostile_rows(booster, 60, categories=(1, 2))
    rows = np.array([r for r in rows if not (r[1] > 5 or r[2] > 39)], dtype=np.float32)
    # One cell of "kind" is the empty text, which CSV cannot tell from missing: that category gets
    # no row.
    rows = np.array([r for r in rows if r[1] != 1], dtype=np.float32)
    emit("category_texts", booster, rows, doc=doc, types=types, cells={1: kinds, 2: codes})
    emit(
        "category_texts_ubj", booster, rows, "ubj", doc=doc, types=types, cells={1: kinds, 2: codes}
    )
    # Unsigned integers of 16 bits, which UBJSON stores as signed.
    wide = [str(40000 + 100 * i) for i in range(40)]
    doc["learner"]["gradient_booster"]["model"]["cats"]["enc"][2] = {
        "type": 12,
        "values": [int(w) - 65536 if int(w) > 32767 else int(w) for w in wide],
    }
    emit(
        "category_unsigned_ubj",
        booster,
        rows,
        "ubj",
        doc=doc,
        types=types,
        cells={1: kinds, 2: wide},
    )


def layouts():
    """The same numbers in layouts of later versions."""
    x, y = numbers()
    booster = train(
        {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "one_drop": 1},
        x,
        np.digitize(y, [-0.7, 0.4]),
        4,
    )
    rows = hostile_rows(booster, 16)
    old = document(booster)
    inner = old["learner"]["gradient_booster"]["gbtree"]["model"]
    weights = old["learner"]["gradient_booster"]["weight_drop"]

    doc = copy.deepcopy(old)
    doc["version"] = [3, 3, 0]
    doc["learner"]["gradient_booster"] = {"name": "gbtree", "model": inner, "weight_drop": weights}
    doc["learner"]["learner_model_param"]["base_score"] = "[5E-1,5E-1,5E-1]"
    emit("dart_3_3", booster, rows, doc=doc)
    doc = copy.deepcopy(doc)
    doc["version"] = [3, 4, 0]
    doc["learner"]["gradient_booster"] = {
        "name": "gbtree",
        "model": dict(inner, weight_drop=weights),
    }
    emit("dart_3_4_ubj", booster, rows, "ubj", doc=doc)

    # What Python pickles: the model beside its configuration.
    emit(
        "snapshot", booster, rows, doc={"Config": {"learner": {"generic_param": {}}}, "Model": old}
    )

    # Vector leaves: trees of two groups with the same splits are one tree whose leaves have two
    # values.
    booster = train({"objective": "reg:squarederror"}, x, y, 3)
    scalar = document(booster)
    model = scalar["learner"]["gradient_booster"]["model"]
    pairs = []
    for tree in model["trees"]:
        other = copy.deepcopy(tree)
        other["split_conditions"] = [
            c if l != -1 else 3 * c + 0.125
            for c, l in zip(tree["split_conditions"], tree["left_children"])
        ]
        pairs.append((tree, other))
    two = copy.deepcopy(scalar)
    two["learner"]["learner_model_param"].update({"num_target": "2"})
    two_model = two["learner"]["gradient_booster"]["model"]
    two_model["trees"] = [
        dict(copy.deepcopy(t), id=i) for i, t in enumerate(t for pair in pairs for t in pair)
    ]
    two_model["tree_info"] = [0, 1] * len(pairs)
    two_model["gbtree_model_param"]["num_trees"] = str(2 * len(pairs))
    judge = booster_of(two)
    for name, version, form in (
        ("vector_leaf_2_0", [2, 0, 0], "json"),
        ("vector_leaf_3_2_ubj", [3, 2, 0], "ubj"),
    ):
        doc = copy.deepcopy(two)
        doc["version"] = version
        doc_model = doc["learner"]["gradient_booster"]["model"]
        doc_model["trees"] = []
        for i, (first, second) in enumerate(pairs):
            tree = dict(copy.deepcopy(first), id=i)
            size = len(tree["left_children"])
            tree["tree_param"] = dict(tree["tree_param"], size_leaf_vector="2")
            values = [
                [first["split_conditions"][n], second["split_conditions"][n]] for n in range(size)
            ]
            tree["split_conditions"] = [
                c if l != -1 else 0.0
                for c, l in zip(tree["split_conditions"], tree["left_children"])
            ]
            if version[0] == 2:
                tree["base_weights"] = [v for pair in values for v in pair]
            else:
                leaves = [n for n in range(size) if tree["left_children"][n] == -1]
                tree["base_weights"] = [0.0] * (2 * size)
                tree["leaf_weights"] = [v for n in leaves for v in values[n]]
                tree["right_children"] = [
                    leaves.index(n) if n in leaves else r
                    for n, r in enumerate(tree["right_children"])
                ]
            doc_model["trees"].append(tree)
        doc_model["tree_info"] = [0] * len(pairs)
        doc_model["gbtree_model_param"]["num_trees"] = str(len(pairs))
        doc_model["iteration_indptr"] = list(range(len(pairs) + 1))
        stem_rows = hostile_rows(judge, 16)
        emit(name, judge, stem_rows, form, doc=doc)
        # pred_leaf of the judge lists each tree twice.
        path = os.path.join(EDGE, "xgboost_%s.scores.csv" % name)
        header, table = scores(judge, stem_rows, None)
        keep = [i for i, h in enumerate(header) if not h.startswith("leaf") or int(h[4:]) % 2 == 0]
        renamed = [
            header[i] if not header[i].startswith("leaf") else "leaf%d" % (int(header[i][4:]) // 2)
            for i in keep
        ]
        write_csv(path, renamed, [[row[i] for i in keep] for row in table])


def main():
    os.makedirs(EDGE, exist_ok=True)
    for old in os.listdir(EDGE):
        if old.startswith("xgboost_"):
            os.remove(os.path.join(EDGE, old))
    tree_models()
    categorical_models()
    layouts()
    print(
        "models/edge/xgboost_*: %d models by XGBoost %s"
        % (
            sum(1 for f in os.listdir(EDGE) if f.startswith("xgboost_") and not f.endswith(".csv")),
            xgb.__version__,
        ),
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
