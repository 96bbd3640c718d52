#!/usr/bin/env python3
"""Trains the example models of models/credit with XGBoost and scikit-learn and writes, beside each,
what the training library itself says about the example's applicants (<model>.scores.csv).
credit_glm.R does the same with R.

    credit_models.py        needs xgboost, scikit-learn, pandas

The models learn from 4,000 other applicants (seed 2), the second XGBoost version from 12,000, so
the example's 1,000 are new to them. Label 1 is default.
"""
import io
import json
import pathlib
import sys

import numpy as np
import pandas as pd
import sklearn
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import credit

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "credit"
NUMBERS = [f for f in credit.FEATURES if f not in credit.CATEGORIES]


def read(text):
    frame = pd.read_csv(
        io.StringIO(text), keep_default_na=False, na_values={c: [""] for c in credit.COLUMNS}
    )
    for name in credit.BOOLEANS:
        frame[name] = frame[name].map({True: 1, False: 0, "true": 1, "false": 0})
    return frame


def training_frame(count):
    lines = [",".join(credit.COLUMNS)] + [",".join(r) for r in credit.rows(count, 2)]
    return read("\n".join(lines) + "\n")


def write_scores(name, ids, columns):
    """Full digits: 9 for float32, 17 for float64."""
    texts = []
    for values in columns.values():
        digits = 9 if values.dtype == np.float32 else 17
        texts.append(["%.*g" % (digits, v) for v in values])
    with open(OUT / (name + ".scores.csv"), "w", encoding="utf-8") as out:
        out.write(",".join(["id", *columns]) + "\n")
        for row in zip(ids, *texts):
            out.write(",".join(str(x) for x in row) + "\n")


def categorical(frame):
    frame = frame[credit.FEATURES].copy()
    for name, texts in credit.CATEGORIES.items():
        frame[name] = pd.Categorical(frame[name], categories=texts)
    return frame


def train_xgboost(name, suffix, train, applicants, rounds, **parameters):
    data = xgboost.DMatrix(
        categorical(train), label=(train["outcome"] == "default"), enable_categorical=True
    )
    settings = dict(
        objective="binary:logistic",
        tree_method="hist",
        max_cat_to_onehot=4,
        seed=7,
        nthread=1,
        **parameters
    )
    booster = xgboost.train(settings, data, num_boost_round=rounds)
    booster.save_model(OUT / (name + suffix))
    rows = xgboost.DMatrix(categorical(applicants), enable_categorical=True)
    write_scores(
        name,
        applicants["id"],
        {"margin": booster.predict(rows, output_margin=True), "probability": booster.predict(rows)},
    )
    auc = area_under_curve(applicants["outcome"] == "default", booster.predict(rows))
    print("%s: XGBoost %s, %d rounds, AUC %.3f" % (name, xgboost.__version__, rounds, auc))


def train_logistic(name, train, applicants):
    sys.path.insert(0, str(HERE.parent / "export" / "python"))
    import pgscore_export  # noqa: E402  (the exporter is part of this project)

    categories = list(credit.CATEGORIES)
    columns = ColumnTransformer(
        [
            (
                "numbers",
                Pipeline(
                    [("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())]
                ),
                NUMBERS,
            ),
            (
                "categories",
                Pipeline(
                    [
                        ("impute", SimpleImputer(strategy="constant", fill_value="not given")),
                        ("encode", OneHotEncoder(handle_unknown="ignore")),
                    ]
                ),
                categories,
            ),
        ]
    )
    model = Pipeline([("columns", columns), ("logistic", LogisticRegression(max_iter=2000))])

    def frame(source):
        source = source[credit.FEATURES].copy()
        # scikit-learn 1.2's imputer takes missing texts as NaN in object columns.
        source[categories] = source[categories].astype(object)
        source[NUMBERS] = source[NUMBERS].astype(float)
        return source

    model.fit(frame(train), (train["outcome"] == "default").astype(int))
    pgscore_export.export(model, path=str(OUT / (name + ".json")))
    rows = frame(applicants)
    write_scores(
        name,
        applicants["id"],
        {"margin": model.decision_function(rows), "probability": model.predict_proba(rows)[:, 1]},
    )
    auc = area_under_curve(applicants["outcome"] == "default", model.predict_proba(rows)[:, 1])
    print("%s: scikit-learn %s, AUC %.3f" % (name, sklearn.__version__, auc))


def area_under_curve(label, score):
    ranks = pd.Series(np.asarray(score, dtype=float)).rank()
    positives = int(np.sum(label))
    return (ranks[np.asarray(label)].sum() - positives * (positives + 1) / 2) / (
        positives * (len(ranks) - positives)
    )


def main():
    train, applicants = training_frame(4000), read(
        (OUT / "applicants.csv").read_text(encoding="utf-8")
    )
    # XGBoost files before 3.1 hold codes in place of categories: import_model takes the texts from
    # this list.
    features = [
        {"name": f, "categories": credit.CATEGORIES[f]} if f in credit.CATEGORIES else {"name": f}
        for f in credit.FEATURES
    ]
    (OUT / "features.json").write_text(json.dumps(features, indent=1) + "\n", encoding="utf-8")
    train_xgboost(
        "xgboost", ".json", train, applicants, 60, max_depth=4, eta=0.1, min_child_weight=5
    )
    train_xgboost(
        "xgboost_v2",
        ".ubj",
        training_frame(12000),
        applicants,
        90,
        max_depth=4,
        eta=0.1,
        min_child_weight=5,
    )
    train_logistic("logistic", train, applicants)


main()
