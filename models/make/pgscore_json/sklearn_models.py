#!/usr/bin/env python3
"""Trains small scikit-learn models on synthetic data and writes models/edge/pgscore_json/sklearn_*:
the model as pgscore JSON, some rows and the library's own scores: python3 sklearn_models.py
[FOLDER]"""
import os
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, GradientBoostingClassifier
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import BayesianRidge, ElasticNet, GammaRegressor, HuberRegressor, Lasso
from sklearn.linear_model import LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV
from sklearn.linear_model import Perceptron, PoissonRegressor, QuantileRegressor, RANSACRegressor
from sklearn.linear_model import Ridge, RidgeClassifier, SGDClassifier, TweedieRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import Binarizer, FunctionTransformer, KBinsDiscretizer, MaxAbsScaler
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, PolynomialFeatures
from sklearn.preprocessing import RobustScaler, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from golden_csv import write_golden

ROWS = 30


def make_data(seed, rows=300, missing=0.0):
    """age and amount sit on round numbers, so that values stand exactly on thresholds; rate is
    continuous."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 75, rows).astype(float),
            "amount": np.round(rng.lognormal(7, 1, rows), 2),
            "rate": rng.normal(0, 1, rows),
            "job": rng.choice(
                ["clerk", "engineer", "no job", "manager"], rows, p=[0.4, 0.3, 0.1, 0.2]
            ),
            "housing": rng.choice(["own", "rent", ""], rows, p=[0.5, 0.4, 0.1]),
            "children": rng.integers(0, 4, rows),
        }
    )
    score = (
        0.04 * (frame["age"] - 40)
        - 0.4 * np.log1p(frame["amount"])
        + frame["rate"]
        + (frame["job"] == "manager")
    )
    score = (score - score.mean() + rng.normal(0, 0.5, rows)).to_numpy()
    if missing:
        for name in frame.columns:
            frame[name] = frame[name].astype(object if frame[name].dtype == object else float)
            frame.loc[rng.random(rows) < missing, name] = (
                None if frame[name].dtype == object else np.nan
            )
    return frame, score


warnings.simplefilter("ignore")  # convergence: these models need not be good
DATA, SCORE = make_data(1)
GAPS, GAP_SCORE = make_data(2, missing=0.15)
NUMERIC, WORDS = ["age", "amount", "rate"], ["job", "housing"]
TWO, THREE = (SCORE > 0).astype(int), np.digitize(SCORE, [-0.7, 0.7])
NAMED = np.array(["bad", "good"])[TWO]
GAP_TWO, GAP_THREE = (GAP_SCORE > 0).astype(int), np.array(["high", "low", "mid"])[
    np.digitize(GAP_SCORE, [-0.7, 0.7])
]
COUNTS = np.round(np.exp(SCORE / 2)).clip(0, 20)
UNSEEN = DATA.head(ROWS).copy()
UNSEEN.loc[UNSEEN.index[3], "job"] = "astronaut"
UNSEEN.loc[UNSEEN.index[4], "housing"] = "castle"
GAP_UNSEEN = GAPS.head(ROWS).copy()
GAP_UNSEEN.loc[GAP_UNSEEN.index[3], "job"] = "astronaut"
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = sys.argv[1] if sys.argv[1:] else os.path.join(HERE, "..", "..", "edge", "pgscore_json")


def write(name, model, rows, **options):
    write_golden(FOLDER, "sklearn_" + name, model, rows, **options)


def write_numeric(name, model, target):
    write(name, model.fit(DATA[NUMERIC], target), DATA[NUMERIC].head(ROWS))


def linear_models():
    write_numeric("linear_regression", LinearRegression(), SCORE)
    write_numeric("ridge_two_targets", Ridge(), np.column_stack([SCORE, COUNTS]))
    write_numeric("lasso", Lasso(alpha=0.1), SCORE)
    write_numeric("lasso_cv", LassoCV(cv=3), SCORE)
    write_numeric("elastic_net", ElasticNet(alpha=0.1), SCORE)
    write_numeric("poisson_regressor", make_pipeline(StandardScaler(), PoissonRegressor()), COUNTS)
    write_numeric(
        "tweedie_regressor", make_pipeline(StandardScaler(), TweedieRegressor(power=0)), SCORE
    )
    write_numeric("logistic_binary", LogisticRegression(), NAMED)
    write_numeric(
        "logistic_multinomial", make_pipeline(StandardScaler(), LogisticRegression()), THREE
    )
    write_numeric(
        "logistic_ovr",
        make_pipeline(StandardScaler(), LogisticRegression(multi_class="ovr")),
        THREE,
    )
    write_numeric(
        "logistic_binary_softmax",
        make_pipeline(StandardScaler(), LogisticRegression(multi_class="multinomial")),
        TWO,
    )
    write_numeric(
        "logistic_cv", make_pipeline(StandardScaler(), LogisticRegressionCV(cv=3, Cs=3)), TWO
    )


def more_linear_models():
    write_numeric(
        "sgd_hinge", make_pipeline(StandardScaler(), SGDClassifier(random_state=1)), THREE
    )
    write_numeric(
        "sgd_log",
        make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=1)),
        THREE,
    )
    write_numeric(
        "sgd_huber",
        make_pipeline(StandardScaler(), SGDClassifier(loss="modified_huber", random_state=1)),
        THREE,
    )
    write_numeric("perceptron", make_pipeline(StandardScaler(), Perceptron(random_state=1)), TWO)
    write_numeric("linear_svc", make_pipeline(StandardScaler(), LinearSVC(random_state=1)), THREE)

    write_numeric("discriminant_binary", LinearDiscriminantAnalysis(), TWO.astype(bool))
    write_numeric("discriminant_multiclass", LinearDiscriminantAnalysis(), THREE)
    write_numeric("ransac", make_pipeline(StandardScaler(), RANSACRegressor(random_state=1)), SCORE)
    write_numeric("huber", make_pipeline(StandardScaler(), HuberRegressor()), SCORE)
    write_numeric("bayesian_ridge", make_pipeline(StandardScaler(), BayesianRidge()), SCORE)
    write_numeric(
        "quantile",
        make_pipeline(StandardScaler(), QuantileRegressor(alpha=0.01, solver="highs")),
        SCORE,
    )
    write_numeric(
        "gamma_regressor", make_pipeline(StandardScaler(), GammaRegressor()), np.exp(SCORE / 2)
    )
    write_numeric("ridge_classifier", make_pipeline(StandardScaler(), RidgeClassifier()), NAMED)
    write_numeric(
        "grid_search",
        GridSearchCV(
            make_pipeline(StandardScaler(), LogisticRegression()),
            {"logisticregression__C": [0.1, 1]},
            cv=3,
        ),
        NAMED,
    )


def of_an_array():
    """An array has no names: the columns are called f0, f1, ..."""
    write(
        "array_weights",
        RandomForestClassifier(5, max_depth=3, random_state=1).fit(
            DATA[NUMERIC].to_numpy(), TWO.astype(bool), sample_weight=np.arange(len(DATA)) % 3
        ),
        DATA[NUMERIC].head(ROWS).to_numpy(),
    )


def infinities():
    """Infinities, and numbers beyond float32, on each kind of way to a SCORE."""
    hostile = pd.concat([DATA.head(12)] * 2, ignore_index=True)
    for i, value in enumerate([np.inf, -np.inf, np.nan, 3.4e38, -3.5e38, 1e308]):
        hostile.loc[i, "age"] = value
        hostile.loc[i + 6, "rate"] = value
    write(
        "infinite_linear",
        make_pipeline(StandardScaler(), Ridge()).fit(DATA[NUMERIC], SCORE),
        hostile[NUMERIC],
    )
    write(
        "infinite_forest",
        RandomForestRegressor(3, max_depth=3, random_state=1).fit(DATA[NUMERIC], SCORE),
        hostile[NUMERIC],
    )
    write(
        "infinite_scaled_forest",
        make_pipeline(
            make_column_transformer(
                (make_pipeline(SimpleImputer(), StandardScaler()), ["age"]),
                (PolynomialFeatures(2), ["rate"]),
                (FunctionTransformer(np.log1p), ["amount"]),
            ),
            RandomForestClassifier(3, max_depth=3, random_state=1),
        ).fit(DATA, THREE),
        hostile,
    )
    write(
        "infinite_hist",
        HistGradientBoostingRegressor(max_iter=4, max_depth=3).fit(GAPS[NUMERIC], GAP_SCORE),
        hostile[NUMERIC],
    )


def trees_and_forests():
    write_numeric("tree_classifier", DecisionTreeClassifier(max_depth=4, random_state=1), THREE)
    write_numeric("tree_regressor", DecisionTreeRegressor(max_depth=4, random_state=1), SCORE)
    write_numeric(
        "tree_two_targets",
        DecisionTreeRegressor(max_depth=3, random_state=1),
        np.column_stack([SCORE, COUNTS]),
    )
    write_numeric(
        "forest_classifier", RandomForestClassifier(5, max_depth=4, random_state=1), NAMED
    )
    write_numeric(
        "forest_balanced",
        RandomForestClassifier(5, max_depth=4, class_weight="balanced", random_state=1),
        THREE,
    )
    write_numeric("forest_regressor", RandomForestRegressor(5, max_depth=4, random_state=1), SCORE)
    write_numeric(
        "extra_trees_classifier", ExtraTreesClassifier(5, max_depth=4, random_state=1), THREE
    )
    write_numeric(
        "extra_trees_regressor", ExtraTreesRegressor(5, max_depth=4, random_state=1), SCORE
    )


def boosting():
    write_numeric(
        "boosting_binary", GradientBoostingClassifier(n_estimators=5, random_state=1), NAMED
    )
    write_numeric(
        "boosting_exponential",
        GradientBoostingClassifier(n_estimators=5, loss="exponential", random_state=1),
        TWO,
    )
    write_numeric(
        "boosting_multiclass",
        GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=1),
        THREE,
    )
    write_numeric(
        "boosting_zero_init",
        GradientBoostingRegressor(n_estimators=5, init="zero", random_state=1),
        SCORE,
    )
    write_numeric(
        "boosting_huber",
        GradientBoostingRegressor(n_estimators=5, loss="huber", learning_rate=0.3, random_state=1),
        SCORE,
    )


def histogram_boosting():
    """Missing values and categories natively."""
    write(
        "hist_binary_missing",
        HistGradientBoostingClassifier(max_iter=5, max_depth=3).fit(GAPS[NUMERIC], GAP_TWO),
        GAPS[NUMERIC].head(ROWS),
    )
    write(
        "hist_multiclass",
        HistGradientBoostingClassifier(max_iter=3, max_depth=3).fit(GAPS[NUMERIC], GAP_THREE),
        GAPS[NUMERIC].head(ROWS),
    )
    write(
        "hist_poisson",
        HistGradientBoostingRegressor(loss="poisson", max_iter=5, max_depth=3).fit(
            DATA[NUMERIC], COUNTS
        ),
        DATA[NUMERIC].head(ROWS),
    )
    coded = GAPS[NUMERIC].copy()
    coded["job"] = GAPS["job"].map({"clerk": 0, "engineer": 3, "no job": 7, "manager": 40})
    hostile = coded.head(ROWS).copy()
    hostile["job"].iloc[:6] = [1, -1, 3.7, np.nan, 200, 40]
    write(
        "hist_categorical",
        HistGradientBoostingRegressor(categorical_features=[3], max_iter=8, max_depth=4).fit(
            coded, GAP_SCORE
        ),
        hostile,
    )


def scalers():
    scale = [
        ("standard", StandardScaler(), ["age"]),
        ("range", MinMaxScaler(clip=True), ["amount"]),
        ("robust", RobustScaler(), ["rate"]),
        ("greatest", MaxAbsScaler(), ["children"]),
        ("one_hot", OneHotEncoder(handle_unknown="ignore"), WORDS),
    ]
    write(
        "scalers_logistic",
        make_pipeline(ColumnTransformer(scale), LogisticRegression()).fit(DATA, NAMED),
        UNSEEN,
        test_rows=DATA.head(3),
    )
    write(
        "scalers_forest",
        make_pipeline(
            ColumnTransformer(scale), RandomForestClassifier(5, max_depth=4, random_state=1)
        ).fit(DATA, THREE),
        UNSEEN,
        test_rows=DATA.head(3),
    )


def imputers():
    write(
        "impute_everything",
        make_pipeline(
            make_column_transformer(
                (
                    make_pipeline(
                        SimpleImputer(strategy="median", add_indicator=True), StandardScaler()
                    ),
                    ["age", "amount"],
                ),
                (SimpleImputer(strategy="mean"), ["rate"]),
                (SimpleImputer(strategy="constant", fill_value=-1), ["children"]),
                (
                    make_pipeline(
                        SimpleImputer(strategy="most_frequent", missing_values=None),
                        OneHotEncoder(drop="first"),
                    ),
                    ["job"],
                ),
                (
                    make_pipeline(
                        SimpleImputer(strategy="constant", fill_value="none", missing_values=None),
                        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                    ),
                    ["housing"],
                ),
            ),
            GradientBoostingClassifier(n_estimators=5, random_state=1),
        ).fit(GAPS, GAP_TWO),
        GAP_UNSEEN,
    )


def one_hot():
    write(
        "one_hot_missing_category",
        make_pipeline(
            make_column_transformer(
                (OneHotEncoder(handle_unknown="ignore", drop="if_binary"), WORDS + ["children"]),
                remainder="drop",
            ),
            DecisionTreeClassifier(max_depth=4, random_state=1),
        ).fit(GAPS, GAP_THREE),
        GAP_UNSEEN,
    )
    write(
        "one_hot_infrequent",
        make_pipeline(
            make_column_transformer(
                (
                    OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=70),
                    WORDS + ["children"],
                ),
                remainder="passthrough",
            ),
            LogisticRegression(max_iter=500),
        ).fit(DATA, TWO),
        UNSEEN,
    )
    write(
        "one_hot_error",
        make_pipeline(
            make_column_transformer((OneHotEncoder(), WORDS + ["children"])),
            DecisionTreeClassifier(max_depth=4, random_state=1),
        ).fit(DATA, TWO),
        pd.concat([UNSEEN, UNSEEN.head(2).assign(children=9)]),
    )


def ordinal():
    write(
        "ordinal_missing",
        make_pipeline(
            make_column_transformer(
                (
                    OrdinalEncoder(
                        handle_unknown="use_encoded_value",
                        unknown_value=-2,
                        encoded_missing_value=-1,
                    ),
                    WORDS + ["children"],
                ),
                remainder=SimpleImputer(),
            ),
            RandomForestRegressor(5, max_depth=4, random_state=1),
        ).fit(GAPS, GAP_SCORE),
        GAP_UNSEEN,
    )
    write(
        "ordinal_hist",
        make_pipeline(
            make_column_transformer(
                (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), WORDS),
                remainder="passthrough",
            ),
            HistGradientBoostingClassifier(categorical_features=[0, 1], max_iter=5, max_depth=3),
        ).fit(GAPS, GAP_TWO),
        GAP_UNSEEN,
    )


def bins_and_unions():
    write(
        "bins_and_polynomials",
        Pipeline(
            [
                (
                    "columns",
                    make_column_transformer(
                        (KBinsDiscretizer(4, encode="ordinal"), ["age"]),
                        (
                            KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform"),
                            ["amount"],
                        ),
                        (Binarizer(threshold=0.5), ["rate"]),
                        (make_pipeline(StandardScaler(), PolynomialFeatures(3)), ["age", "rate"]),
                        (FunctionTransformer(np.log1p), ["amount"]),
                    ),
                ),
                ("select", SelectKBest(k=10)),
                ("tree", GradientBoostingRegressor(n_estimators=5, random_state=1)),
            ]
        ).fit(DATA, SCORE),
        DATA.head(ROWS),
    )
    write(
        "nested_union",
        make_pipeline(
            make_column_transformer(
                (
                    FeatureUnion([("a", StandardScaler()), ("b", FunctionTransformer(np.exp))]),
                    ["rate"],
                ),
                ("passthrough", ["age"]),
                remainder="drop",
            ),
            "passthrough",
            Ridge(),
        ).fit(DATA, SCORE),
        DATA.head(ROWS),
    )


def main():
    for make in (
        linear_models,
        more_linear_models,
        of_an_array,
        infinities,
        trees_and_forests,
        boosting,
        histogram_boosting,
        scalers,
        imputers,
        one_hot,
        ordinal,
        bins_and_unions,
    ):
        make()
    written = [
        name
        for name in os.listdir(FOLDER)
        if name.startswith("sklearn_") and name.endswith(".json")
    ]
    print("sklearn_models.py: %d models" % len(written))


if __name__ == "__main__":
    main()
