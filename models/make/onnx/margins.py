"""Scores and what they are before the transform at their end."""
from graph_case import D, F, I, S, case, constant, ml, node, rng
from random_trees import Trees


def margins():
    """predict_raw: what scores are without the transform at their end."""
    positive = lambda: round(float(rng.random()) / 4, 3)
    x = rng.normal(0, 2, (12, 3))
    plain = {"post_transform": "NONE"}

    def classify(name, op, labels, chosen, changes, x=x, zip_map=True, kind=F, **attributes):
        text = isinstance(labels[0], str)
        nodes = [
            ml(
                op,
                ["X"],
                ["label", "scores"],
                **attributes,
                **{
                    "classlabels_"
                    + ("strings" if text else "int64s" if op.startswith("Tree") else "ints"): labels
                }
            )
        ]
        label = {"label": (S if text else I, [])}
        case(
            "margin_" + name,
            nodes,
            {"X": (kind, x)},
            dict(label, scores=(F, [len(labels)])),
            margins=(changes, 1, chosen),
        )
        if zip_map:  # a map and a normalization in between change nothing
            nodes += [
                ml("Normalizer", ["scores"], ["normal"], norm="L1"),
                node("Identity", ["normal"], ["same"]),
                ml(
                    "ZipMap",
                    ["same"],
                    ["probability"],
                    **{"classlabels_" + ("strings" if text else "int64s"): labels[::-1]}
                ),
            ]
            case(
                "margin_%s_map" % name,
                nodes,
                {"X": (kind, x)},
                dict(label, probability=None, scores=(F, [len(labels)])),
                margins=(changes, 2, chosen if len(chosen) < len(labels) else chosen[::-1]),
            )

    for transform in ("LOGISTIC", "SOFTMAX"):
        low = transform.lower()
        tree = lambda *more, **options: Trees(4, 3, *more, **options).attributes("class")
        classify(
            "tree_classes_" + low,
            "TreeEnsembleClassifier",
            ["a", "b", "c"],
            [0, 1, 2],
            plain,
            post_transform=transform,
            base_values=[0.1, 0.2, 0.3],
            **tree(3, ["BRANCH_LEQ"], as_vector=True)
        )
        classify(
            "tree_binary_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [1],
            plain,
            post_transform=transform,
            **tree(1, ["BRANCH_LEQ"])
        )
        classify(
            "tree_binary_positive_" + low,
            "TreeEnsembleClassifier",
            ["no", "yes"],
            [1],
            plain,
            post_transform=transform,
            base_values=[0.4],
            **tree(1, ["BRANCH_LEQ"], weights=positive)
        )
        classify(
            "tree_two_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [0, 1],
            plain,
            post_transform=transform,
            **tree(2, ["BRANCH_LEQ"], as_vector=True)
        )
        classify(
            "tree_two_partial_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [0, 1],
            plain,
            post_transform=transform,
            **tree(2, ["BRANCH_LEQ"], as_vector=True, partial=True)
        )
        classify(
            "tree_double_" + low,
            "TreeEnsembleClassifier",
            [0, 1, 2],
            [0, 1, 2],
            plain,
            kind=D,
            zip_map=False,
            post_transform=transform,
            **tree(3, ["BRANCH_LEQ"], kind=D)
        )
        c = [round(float(v), 3) for v in rng.normal(0, 1, 9)]
        for name, labels, count in (
            ("classes", ["a", "b", "c"], 3),
            ("two", [7, 9], 2),
            ("binary", [0, 1], 1),
        ):
            classify(
                "linear_%s_%s" % (name, low),
                "LinearClassifier",
                labels,
                list(range(count)) if count > 1 else [1],
                plain,
                post_transform=transform,
                coefficients=c[: 3 * count],
                intercepts=[0.5, -0.25, 0.125][:count],
            )
        case(
            "margin_linear_regressor_" + low,
            [
                ml(
                    "LinearRegressor",
                    ["X"],
                    ["Y"],
                    targets=3,
                    coefficients=c,
                    post_transform=transform,
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [3])},
            margins=(plain, 0, [0, 1, 2]),
        )
        case(
            "margin_tree_regressor_" + low,
            [
                ml(
                    "TreeEnsembleRegressor",
                    ["X"],
                    ["Y"],
                    n_targets=2,
                    post_transform=transform,
                    **Trees(4, 3, 2, ["BRANCH_LEQ"]).attributes("target")
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [2])},
            margins=(plain, 0, [0, 1]),
        )
    vectors = [round(float(v), 3) for v in rng.normal(0, 1, 15)]
    for classes, per_class in ((2, [3, 2]), (3, [2, 2, 1])):
        pairs = classes * (classes - 1) // 2
        common = dict(
            kernel_type="RBF",
            kernel_params=[0.25, 0.5, 3.0],
            vectors_per_class=per_class,
            support_vectors=vectors,
            rho=[0.1, -0.2, 0.3][:pairs],
            coefficients=[round(float(v), 3) for v in rng.normal(0, 1, 5 * (classes - 1))],
        )
        chosen, labels = list(range(pairs)) if classes > 2 else [1], list(range(classes))
        # Decisions for pairs of classes are not the classes' scores, although there are three of
        # each.
        classify("svm_%d" % classes, "SVMClassifier", labels, chosen, {}, zip_map=False, **common)
        classify(
            "svm_%d_proba" % classes,
            "SVMClassifier",
            labels,
            chosen,
            {"prob_a": None, "prob_b": None},
            zip_map=False,
            prob_a=[-1.2, -0.8, -1.5][:pairs],
            prob_b=[0.1, 0.2, -0.1][:pairs],
            **common
        )
    case(
        "margin_svm_one_class",
        [
            ml(
                "SVMRegressor",
                ["X"],
                ["Y"],
                kernel_type="RBF",
                kernel_params=[0.25, 0.0, 3.0],
                n_supports=5,
                one_class=1,
                rho=[-1.0],
                coefficients=[1.0, 0.5, 0.25, 0.75, 0.3],
                support_vectors=vectors,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [1])},
        margins=({"one_class": 0}, 0, [0]),
    )
    for op in ("Softmax", "Sigmoid"):  # the transform is a node of its own, here the first one
        case(
            "margin_op_" + op.lower(),
            [
                node(op, ["X"], ["scores"]),
                node("ArgMax", ["scores"], ["at"], axis=1, keepdims=0),
                node("Gather", ["names", "at"], ["label"]),
                node("Identity", ["X"], ["before"]),
            ],
            {"X": (F, x)},
            {"label": (S, []), "scores": (F, [3]), "before": (F, [3])},
            [constant("names", list("uvw"), S)],
            margins=({}, 2, [0, 1, 2]),
        )
