"""Trains random scikit-learn pipelines and writes them as golden models.

    sklearn_random.py FOLDER SEED COUNT

golden_export_test runs this on machines that have scikit-learn and compares the interpreter with
the library's own scores.
"""
import os
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn import ensemble, linear_model, tree
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Binarizer, FunctionTransformer, KBinsDiscretizer, MaxAbsScaler
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, PolynomialFeatures
from sklearn.preprocessing import PowerTransformer, RobustScaler, StandardScaler

sys.path.insert(
    0,
    os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..", "models", "make", "pgscore_json"
    ),
)
from golden_csv import pgscore_export, write_golden  # noqa: E402


def random_frame(rng, rows, like=None):
    """Number and text columns with missing values, ties, extremes. like: draws hostile rows for an
    existing frame."""
    if like is None:
        frame = pd.DataFrame(index=range(rows))
        for i in range(rng.integers(1, 5)):
            kind = rng.integers(4)
            if kind == 0:
                column = rng.normal(0, 10.0 ** rng.integers(-3, 5), rows)
            elif kind == 1:
                column = rng.integers(-3, 4, rows).astype(float)
            elif kind == 2:
                column = np.round(rng.lognormal(3, 1, rows), 2)
            else:
                column = rng.choice([0.1, 0.2, 0.30000000000000004, 1e-40, 16777217.0], rows)
            if rng.random() < 0.5:
                column = np.where(rng.random(rows) < 0.1, np.nan, column)
            frame["n%d" % i] = column
        for i in range(rng.integers(0, 3)):
            words = ["w%d" % k for k in range(rng.integers(2, 7))] + ["über", ""]
            column = rng.choice(words, rows).astype(object)
            if rng.random() < 0.5:
                column = np.where(rng.random(rows) < 0.1, rng.choice([None, np.nan]), column)
            frame["t %d" % i] = column
        return frame
    out = like.sample(rows, replace=True, random_state=int(rng.integers(1 << 30))).reset_index(
        drop=True
    )
    for name in out.columns:
        for r in range(rows):
            if rng.random() > 0.08:
                continue
            if out[name].dtype == object:
                out.loc[r, name] = "never seen" if rng.random() < 0.5 else rng.choice(like[name])
            else:
                out.loc[r, name] = rng.choice(
                    [
                        np.nan,
                        0.0,
                        -1.0,
                        2.5,
                        1e9,
                        float(np.float32(out[name].iloc[0])),
                        np.inf,
                        -np.inf,
                        3.4e38,
                        -3.5e38,
                        1e300,
                    ]
                )
    return out


def numeric_steps(rng, has_missing, tree_model):
    steps = []
    if has_missing or rng.random() < 0.3:
        strategy = rng.choice(["mean", "median", "most_frequent", "constant"])
        steps.append(
            ("impute", SimpleImputer(strategy=strategy, add_indicator=bool(rng.random() < 0.4)))
        )
    for k in range(rng.integers(0, 3)):
        step = [
            StandardScaler(with_mean=bool(rng.random() < 0.8)),
            MinMaxScaler(clip=bool(rng.random() < 0.5)),
            MaxAbsScaler(),
            RobustScaler(),
            Binarizer(threshold=float(rng.normal())),
            KBinsDiscretizer(
                int(rng.integers(2, 5)), encode=rng.choice(["ordinal", "onehot-dense", "onehot"])
            ),
            PolynomialFeatures(int(rng.integers(2, 4)), interaction_only=bool(rng.random() < 0.5)),
            FunctionTransformer(np.abs),
            FeatureUnion([("a", StandardScaler()), ("b", MaxAbsScaler())]),
            "passthrough",
        ][rng.integers(10)]
        if steps and isinstance(step, PolynomialFeatures) and steps[-1][0].startswith("bins"):
            continue
        name = "bins%d" % k if isinstance(step, KBinsDiscretizer) else "step%d" % k
        steps.append((name, step))
        if isinstance(step, KBinsDiscretizer):
            break
    return Pipeline(steps) if steps else "passthrough"


def text_steps(rng, frame, columns):
    steps = []
    missing = any(frame[name].isna().any() for name in columns)
    marks = [None if any(v is None for v in frame[name]) else np.nan for name in columns]
    if missing and rng.random() < 0.6 and len(set(map(str, marks))) == 1:
        fill = "constant" if rng.random() < 0.5 else "most_frequent"
        steps.append(
            (
                "impute",
                SimpleImputer(
                    strategy=fill,
                    fill_value="gap" if fill == "constant" else None,
                    missing_values=marks[0],
                ),
            )
        )
    kind = rng.integers(4)
    if kind == 0:
        encoder = OneHotEncoder(handle_unknown="ignore", drop=rng.choice([None, "if_binary"]))
    elif kind == 1:
        encoder = OneHotEncoder(
            handle_unknown="infrequent_if_exist", min_frequency=int(rng.integers(5, 60))
        )
    elif kind == 2:
        encoder = OneHotEncoder(drop=rng.choice([None, "first"]))
    else:
        options = (
            dict(handle_unknown="use_encoded_value", unknown_value=-1) if rng.random() < 0.7 else {}
        )
        encoder = OrdinalEncoder(encoded_missing_value=-2, **options)
    return Pipeline(steps + [("encode", encoder)])


def random_model(rng, classes):
    seed = int(rng.integers(1 << 30))
    depth = int(rng.integers(1, 7))
    trees = int(rng.integers(1, 8))
    if classes:
        return [
            lambda: linear_model.LogisticRegression(C=10.0 ** rng.integers(-2, 3), max_iter=50),
            lambda: linear_model.SGDClassifier(
                loss=rng.choice(["log_loss", "modified_huber"]), random_state=seed, max_iter=5
            ),
            lambda: tree.DecisionTreeClassifier(max_depth=depth, random_state=seed),
            lambda: ensemble.RandomForestClassifier(trees, max_depth=depth, random_state=seed),
            lambda: ensemble.ExtraTreesClassifier(trees, max_depth=depth, random_state=seed),
            lambda: ensemble.GradientBoostingClassifier(
                n_estimators=trees, max_depth=depth, random_state=seed
            ),
            lambda: ensemble.HistGradientBoostingClassifier(
                max_iter=trees, max_depth=depth + 1, min_samples_leaf=5
            ),
        ][rng.integers(7)]()
    return [
        lambda: linear_model.LinearRegression(),
        lambda: linear_model.Ridge(10.0 ** rng.integers(-2, 3)),
        lambda: linear_model.ElasticNet(alpha=0.1),
        lambda: tree.DecisionTreeRegressor(max_depth=depth, random_state=seed),
        lambda: ensemble.RandomForestRegressor(trees, max_depth=depth, random_state=seed),
        lambda: ensemble.ExtraTreesRegressor(trees, max_depth=depth, random_state=seed),
        lambda: ensemble.GradientBoostingRegressor(
            n_estimators=trees, max_depth=depth, random_state=seed
        ),
        lambda: ensemble.HistGradientBoostingRegressor(
            max_iter=trees, max_depth=depth + 1, min_samples_leaf=5
        ),
    ][rng.integers(8)]()


def random_golden(folder, seed):
    rng = np.random.default_rng(seed)
    frame = random_frame(rng, 200)
    numbers = [name for name in frame.columns if frame[name].dtype != object]
    texts = [name for name in frame.columns if frame[name].dtype == object]
    target = sum((pd.factorize(frame[name])[0] % 5) * 0.5 for name in frame.columns) + rng.normal(
        0, 1, len(frame)
    )
    classes = int(rng.choice([0, 2, 2, 3, 4]))
    model = random_model(rng, classes)
    if classes:
        target = np.array(["c%d" % k for k in range(classes)])[
            pd.qcut(target, classes, labels=False, duplicates="drop")
        ]
    native = type(model).__name__.startswith("Hist")
    parts = []
    for name in numbers:
        has_missing = bool(frame[name].isna().any())
        parts.append((name, numeric_steps(rng, has_missing and not native, native), [name]))
    if texts:
        parts.append(("texts", text_steps(rng, frame, texts), texts))
    if len(parts) == 1 and rng.random() < 0.3 and numbers:
        pipeline = Pipeline([("only", parts[0][1]), ("model", model)])
        frame = frame[numbers]
    else:
        rng.shuffle(parts)
        columns = ColumnTransformer(parts, sparse_threshold=0.3 if rng.random() < 0.3 else 0)
        if native:
            columns.sparse_threshold = 0
        pipeline = Pipeline([("columns", columns), ("model", model)])
    pipeline.fit(frame, target)
    write_golden(folder, "sklearn_random_%d" % seed, pipeline, random_frame(rng, 40, frame))


def check_refusals():
    """What the exporter cannot write exactly it refuses by name."""
    x, ridge = np.arange(40.0).reshape(20, 2), linear_model.Ridge()
    for name, model in [
        (
            "VotingRegressor: VotingRegressor is not supported",
            ensemble.VotingRegressor([("a", ridge)]),
        ),
        (
            "Pipeline.f: FunctionTransformer with function",
            Pipeline([("f", FunctionTransformer(np.tan)), ("m", ridge)]),
        ),
        (
            "Pipeline.p: transformer PowerTransformer",
            Pipeline([("p", PowerTransformer()), ("m", ridge)]),
        ),
    ]:
        try:
            pgscore_export.export(model.fit(x, x[:, 0]))
        except NotImplementedError as error:
            if str(error).startswith(name):
                continue
            raise
        sys.exit("the exporter does not refuse: " + name)


def main(folder, seed, count):
    warnings.simplefilter("ignore")
    check_refusals()
    written = refused = 0
    for k in range(seed, seed + count):
        try:
            random_golden(folder, k)
            written += 1
        except (ValueError, NotImplementedError) as error:
            # The library refuses some random combinations (a constant column in bins, one class
            # only); the exporter says which it does not know. Both are counted, and the test needs
            # most models to be written.
            refused += 1
            print("seed %d: %s: %s" % (k, type(error).__name__, str(error).split("\n")[0][:160]))
    print("sklearn_random.py: %d models, %d refused" % (written, refused))
    if written * 2 < count:
        sys.exit("too few random models could be written")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
