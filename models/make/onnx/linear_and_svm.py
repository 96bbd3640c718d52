"""Linear models and support vector machines."""
from graph_case import F, I, S, case, ml, rng


def linear_regressors(x, c):
    for targets in (1, 3):
        for transform in ("NONE", "SOFTMAX", "LOGISTIC"):
            case(
                "linear_%d_%s" % (targets, transform.lower()),
                [
                    ml(
                        "LinearRegressor",
                        ["X"],
                        ["Y"],
                        targets=targets,
                        coefficients=c[: 3 * targets],
                        intercepts=[0.5, -0.25, 0.125][:targets],
                        post_transform=transform,
                    )
                ],
                {"X": (F, x)},
                {"Y": (F, [targets])},
            )


def linear_classifiers(x, c):
    for name, labels, count in (
        ("classes", ["a", "b", "c"], 3),
        ("binary", [0, 1], 1),
        ("two", [7, 9], 2),
    ):
        for transform in ("NONE", "SOFTMAX", "LOGISTIC"):
            text = isinstance(labels[0], str)
            case(
                "linear_%s_%s" % (name, transform.lower()),
                [
                    ml(
                        "LinearClassifier",
                        ["X"],
                        ["label", "scores"],
                        coefficients=c[: 3 * count],
                        intercepts=[0.5, -0.25, 0.125][:count],
                        post_transform=transform,
                        **{"classlabels_strings" if text else "classlabels_ints": labels}
                    )
                ],
                {"X": (F, x)},
                {"label": (S if text else I, []), "scores": (F, [len(labels)])},
            )


def support_vector_machines(x, vectors):
    for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        low = kernel.lower()
        case(
            "svm_" + low,
            [
                ml(
                    "SVMRegressor",
                    ["X"],
                    ["Y"],
                    kernel_type=kernel,
                    kernel_params=[0.25, 0.5, 3.0],
                    n_supports=5,
                    coefficients=[1.0, -0.5, 0.25, -0.75, 0.3],
                    rho=[0.125],
                    support_vectors=vectors,
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [1])},
        )
        for classes, per_class in ((2, [3, 2]), (3, [2, 2, 1])):
            pairs = classes * (classes - 1) // 2
            common = dict(
                kernel_type=kernel,
                kernel_params=[0.25, 0.5, 3.0],
                classlabels_ints=list(range(classes)),
                vectors_per_class=per_class,
                support_vectors=vectors,
                rho=[0.1, -0.2, 0.3][:pairs],
                coefficients=[round(float(v), 3) for v in rng.normal(0, 1, 5 * (classes - 1))],
            )
            case(
                "svm_%d_%s" % (classes, low),
                [ml("SVMClassifier", ["X"], ["label", "scores"], **common)],
                {"X": (F, x)},
                {"label": (I, []), "scores": (F, [pairs if classes > 2 else 2])},
            )
            case(
                "svm_%d_%s_proba" % (classes, low),
                [
                    ml(
                        "SVMClassifier",
                        ["X"],
                        ["label", "scores"],
                        prob_a=[-1.2, -0.8, -1.5][:pairs],
                        prob_b=[0.1, 0.2, -0.1][:pairs],
                        **common
                    )
                ],
                {"X": (F, x)},
                {"label": (I, []), "scores": (F, [classes])},
            )


def svm_corner_cases(x, c, vectors):
    case(
        "svm_one_class",
        [
            ml(
                "SVMRegressor",
                ["X"],
                ["Y"],
                kernel_type="RBF",
                kernel_params=[0.25, 0.0, 3.0],
                n_supports=5,
                one_class=1,
                coefficients=[1.0, 0.5, 0.25, 0.75, 0.3],
                rho=[-1.0],
                support_vectors=vectors,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [1])},
    )
    case(
        "svm_without_vectors",
        [
            ml(
                "SVMClassifier",
                ["X"],
                ["label", "scores"],
                kernel_params=[0.0, 0.0, 0.0],
                classlabels_strings=["a", "b", "c"],
                coefficients=c,
                rho=[0.5],
            )
        ],
        {"X": (F, x)},
        {"label": (S, []), "scores": (F, [3])},
    )


def linear_and_svm():
    x = rng.normal(0, 2, (12, 3))
    c = [round(float(v), 3) for v in rng.normal(0, 1, 9)]
    linear_regressors(x, c)
    linear_classifiers(x, c)
    vectors = [round(float(v), 3) for v in rng.normal(0, 1, 15)]
    support_vector_machines(x, vectors)
    svm_corner_cases(x, c, vectors)
