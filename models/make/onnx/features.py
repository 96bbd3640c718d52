"""What prepares features: scalers, imputers, encoders."""
import numpy as np

from graph_case import D, F, I, S, case, constant, edge_rows, ml, nan, rng


WORDS = [[w] for w in ("red", "green", "blue", "", "Red", "grün")]


def scaled(x, finite, integers):
    for kind, rows, name in ((F, x, "float"), (D, finite, "double"), (I, integers, "int64")):
        case(
            "scaler_" + name,
            [ml("Scaler", ["X"], ["Y"], offset=[0.1, -0.5, 3.0], scale=[2.0, 0.3, 0.1])],
            {"X": (kind, rows)},
            {"Y": (F, [3])},
        )
    for norm in ("MAX", "L1", "L2"):
        rows = np.vstack([finite, np.zeros((1, 3)), -np.abs(finite[:1])])
        case(
            "normalizer_" + norm.lower(),
            [ml("Normalizer", ["X"], ["Y"], norm=norm)],
            {"X": (F, rows)},
            {"Y": (F, [3])},
        )


def imputed(x, finite, integers):
    case(
        "imputer_nan",
        [
            ml(
                "Imputer",
                ["X"],
                ["Y"],
                imputed_value_floats=[1.0, 2.0, 3.0],
                replaced_value_float=nan,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [3])},
    )
    case(
        "imputer_value",
        [ml("Imputer", ["X"], ["Y"], imputed_value_floats=[9.0], replaced_value_float=0.5)],
        {"X": (F, x)},
        {"Y": (F, [3])},
    )
    case(
        "imputer_int64",
        [ml("Imputer", ["X"], ["Y"], imputed_value_int64s=[9], replaced_value_int64=-1)],
        {"X": (I, integers)},
        {"Y": (I, [3])},
    )
    case(
        "binarizer",
        [ml("Binarizer", ["X"], ["Y"], threshold=0.5)],
        {"X": (F, finite)},
        {"Y": (F, [3])},
    )


def one_hot(integers, finite):
    case(
        "one_hot_int64",
        [ml("OneHotEncoder", ["X"], ["Y"], cats_int64s=[-2, 0, 3])],
        {"X": (I, integers)},
        {"Y": (F, [3, 3])},
    )
    case(
        "one_hot_float",
        [ml("OneHotEncoder", ["X"], ["Y"], cats_int64s=[-1, 0, 2])],
        {"X": (F, finite)},
        {"Y": (F, [3, 3])},
    )
    case(
        "one_hot_text",
        [ml("OneHotEncoder", ["colour"], ["Y"], cats_strings=["blue", "red", "", "grün"])],
        {"colour": (S, WORDS)},
        {"Y": (F, [1, 4])},
    )


def labels_of_texts():
    case(
        "label_encoder_texts",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_strings=["red", "blue", "red"],
                values_floats=[0.1, 0.2, 0.3],
                default_float=-1.5,
            )
        ],
        {"X": (S, WORDS)},
        {"Y": (F, [1])},
        ml_opset=2,
    )


def labels_of_numbers():
    case(
        "label_encoder_float",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_floats=[0.5, 1.0, 0.1],
                values_strings=["half", "one", "tenth"],
                default_string="other",
            )
        ],
        {"X": (F, [[0.5], [1], [0.1], [2], [1.0000001]])},
        {"Y": (S, [1])},
        ml_opset=2,
    )
    case(
        "label_encoder_nan",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_floats=[1.0, nan],
                values_floats=[10.0, 20.0],
                default_float=30.0,
            )
        ],
        {"X": (F, [[1], [nan], [2]])},
        {"Y": (F, [1])},
        ml_opset=4,
    )


def labels_of_version_1():
    case(
        "label_encoder_1",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                classes_strings=["red", "blue"],
                default_int64=-7,
                default_string="?",
            )
        ],
        {"X": (S, WORDS)},
        {"Y": (I, [1])},
        ml_opset=1,
    )


def labels_twice():
    case(
        "label_encoder_twice",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Z"],
                keys_strings=["red", "blue"],
                values_strings=["warm", "cold"],
                default_string="?",
            ),
            ml(
                "LabelEncoder",
                ["Z"],
                ["Y"],
                keys_strings=["warm", "?"],
                values_int64s=[1, 2],
                default_int64=3,
            ),
        ],
        {"X": (S, WORDS)},
        {"Y": (I, [1])},
        ml_opset=2,
    )
    case(
        "category_mapper",
        [
            ml(
                "CategoryMapper",
                ["X"],
                ["Y"],
                cats_strings=["red", "blue"],
                cats_int64s=[5, 6],
                default_int64=9,
            )
        ],
        {"X": (S, WORDS)},
        {"Y": (I, [1])},
    )


def vectors(finite):
    case(
        "feature_vectorizer",
        [ml("FeatureVectorizer", ["A", "B"], ["Y"], inputdimensions=[3, 3])],
        {"A": (F, finite), "B": (F, finite * 2)},
        {"Y": (F, [6])},
    )
    case(
        "array_feature_extractor",
        [ml("ArrayFeatureExtractor", ["X", "at"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [2])},
        [constant("at", [2, 0], I)],
    )


def features():
    x = edge_rows(3, 25)
    finite = rng.normal(0, 2, (10, 3))
    integers = rng.integers(-4, 5, (10, 3))
    scaled(x, finite, integers)
    imputed(x, finite, integers)
    one_hot(integers, finite)
    labels_of_texts()
    labels_of_numbers()
    labels_of_version_1()
    labels_twice()
    vectors(finite)
