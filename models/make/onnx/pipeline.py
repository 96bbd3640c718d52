"""A whole export: features of several types, a forest, a map of probabilities."""
import numpy as np

from graph_case import F, I, S, case, constant, ml, nan, node, rng
from random_trees import Trees


def pipeline():
    rows = 60
    ages, incomes = rng.integers(18, 80, (rows, 1)), np.round(rng.lognormal(3, 1, (rows, 1)), 2)
    jobs = rng.choice(["clerk", "nurse", "smith", "", "pilot"], (rows, 1)).astype(object)
    trees_of = Trees(
        20, 5, 3, ["BRANCH_LEQ"], as_vector=True, weights=lambda: round(float(rng.random()) / 20, 4)
    )
    case(
        "pipeline",
        [
            node("Cast", ["age"], ["age_f"], to=F),
            node("Concat", ["age_f", "income"], ["numbers"], axis=1),
            ml(
                "Imputer",
                ["numbers"],
                ["imputed"],
                imputed_value_floats=[40.0, 20.0],
                replaced_value_float=nan,
            ),
            ml("Scaler", ["imputed"], ["scaled"], offset=[45.0, 25.0], scale=[0.05, 0.04]),
            ml("OneHotEncoder", ["job"], ["hot"], cats_strings=["clerk", "nurse", "smith"]),
            node("Reshape", ["hot", "s"], ["flat"]),
            node("Concat", ["scaled", "flat"], ["all"], axis=1),
            ml(
                "TreeEnsembleClassifier",
                ["all"],
                ["label", "p"],
                classlabels_strings=["high", "low", "none"],
                **trees_of.attributes("class")
            ),
            ml("ZipMap", ["p"], ["probability"], classlabels_strings=["high", "low", "none"]),
        ],
        {
            "age": (I, ages),
            "income": (F, np.where(rng.random((rows, 1)) < 0.1, nan, incomes)),
            "job": (S, jobs),
        },
        {"label": (S, []), "probability": None},
        [constant("s", [-1, 3], I)],
    )
