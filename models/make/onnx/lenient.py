"""What ONNX Runtime takes although the specification does not."""
from graph_case import D, F, I, case, constant, draw_from, ml, node, rng
from random_trees import Trees, classifier


def more_than_needed():
    case(
        "unsorted",
        [
            node("Mul", ["s", "k"], ["Y"]),
            ml("Scaler", ["X"], ["s"], offset=[1.0, 2.0], scale=[0.5, 2.0]),
        ],
        {"X": (F, [[3, 1], [0.5, -2]])},
        {"Y": (F, [2])},
        [constant("k", [4.0], F)],
    )
    case(
        "linear_extra_coefficients",
        [
            ml(
                "LinearRegressor",
                ["X"],
                ["Y"],
                coefficients=[2.0, -1.0, 0.5, 7.0, 9.0],
                intercepts=[10.0],
                targets=1,
            )
        ],
        {"X": (F, [[3, 4, 2], [0, 1, -2]])},
        {"Y": (F, [1])},
    )
    case(
        "linear_extra_classes",
        [
            ml(
                "LinearClassifier",
                ["X"],
                ["label", "scores"],
                classlabels_ints=[10, 20, 30],
                post_transform="SOFTMAX",
                coefficients=[1.0, -1.0, 2.0, 0.0, 0.0, 3.0, 77.0, 88.0, 99.0],
                intercepts=[0.25, 0.0, -1.0],
            )
        ],
        {"X": (F, [[1, 0.5], [-1, 0.25]])},
        {"label": (I, []), "scores": (F, [3])},
    )


def one_score(x):
    for transform in ("NONE", "LOGISTIC", "SOFTMAX", "PROBIT"):
        low = transform.lower()
        rows = rng.random((12, 2)) / 4 if transform == "PROBIT" else x
        for labels in ([], [7], [7, 8, 9]):  # one score without two labels: the classes are 0 and 1
            case(
                "linear_one_score_%d_%s" % (len(labels), low),
                [
                    ml(
                        "LinearClassifier",
                        ["X"],
                        ["label", "scores"],
                        coefficients=[0.5, -0.25],
                        intercepts=[0.125],
                        post_transform=transform,
                        **({"classlabels_ints": labels} if labels else {})
                    )
                ],
                {"X": (F, rows)},
                {"label": (I, []), "scores": (F, [1])},
            )
        weights = (lambda: round(float(rng.random()) / 4, 3)) if transform == "PROBIT" else None
        classifier(
            "tree_one_label_" + low,
            Trees(3, 2, 1, ["BRANCH_LEQ"], weights=weights),
            [7],
            post_transform=transform,
        )
    classifier("tree_one_label_base", Trees(3, 2, 1, ["BRANCH_LEQ"]), [1], base_values=[0.25])
    classifier("tree_one_label_double", Trees(3, 2, 1, ["BRANCH_LT"], kind=D), [0], kind=D)


def lenient():
    """What ONNX Runtime takes although the specification does not: its outputs say what it
    means."""
    draw_from(21)
    x = rng.normal(0, 2, (12, 2))
    more_than_needed()
    one_score(x)
