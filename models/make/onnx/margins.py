"""Scores and what they are before the transform at their end."""
from graph_case import D, F, I, S, case, constant, ml, node, rng
from random_trees import Trees


def positive():
    return round(float(rng.random()) / 4, 3)


def class_labels(op, labels):
    """The attribute that says the labels, as `op` calls it."""
    if isinstance(labels[0], str):
        return {"classlabels_strings": labels}
    return {"classlabels_int64s" if op.startswith(("Tree", "Zip")) else "classlabels_ints": labels}


def classify(x, name, op, labels, chosen, changes, zip_map=True, kind=F, **attributes):
    """Two graphs, one of them with a map at its end. `chosen`, `changes`: see case's margins."""
    nodes = [ml(op, ["X"], ["label", "scores"], **attributes, **class_labels(op, labels))]
    label = {"label": (S if isinstance(labels[0], str) else I, [])}
    case(
        "margin_" + name,
        nodes,
        {"X": (kind, x)},
        dict(label, scores=(F, [len(labels)])),
        margins=(changes, 1, chosen),
    )
    if not zip_map:
        return
    # A map and a normalization in between change nothing.
    nodes += [
        ml("Normalizer", ["scores"], ["normal"], norm="L1"),
        node("Identity", ["normal"], ["same"]),
        ml("ZipMap", ["same"], ["probability"], **class_labels("ZipMap", labels[::-1])),
    ]
    case(
        "margin_%s_map" % name,
        nodes,
        {"X": (kind, x)},
        dict(label, probability=None, scores=(F, [len(labels)])),
        margins=(changes, 2, chosen if len(chosen) < len(labels) else chosen[::-1]),
    )


PLAIN = {"post_transform": "NONE"}


def tree_attributes(*more, **options):
    return Trees(4, 3, *more, **options).attributes("class")


def tree_classes(x, transform):
    classify(
        x,
        "tree_classes_" + transform.lower(),
        "TreeEnsembleClassifier",
        ["a", "b", "c"],
        [0, 1, 2],
        PLAIN,
        post_transform=transform,
        base_values=[0.1, 0.2, 0.3],
        **tree_attributes(3, ["BRANCH_LEQ"], as_vector=True)
    )
    classify(
        x,
        "tree_binary_" + transform.lower(),
        "TreeEnsembleClassifier",
        [0, 1],
        [1],
        PLAIN,
        post_transform=transform,
        **tree_attributes(1, ["BRANCH_LEQ"])
    )
    classify(
        x,
        "tree_binary_positive_" + transform.lower(),
        "TreeEnsembleClassifier",
        ["no", "yes"],
        [1],
        PLAIN,
        post_transform=transform,
        base_values=[0.4],
        **tree_attributes(1, ["BRANCH_LEQ"], weights=positive)
    )


def tree_two_classes(x, transform):
    classify(
        x,
        "tree_two_" + transform.lower(),
        "TreeEnsembleClassifier",
        [0, 1],
        [0, 1],
        PLAIN,
        post_transform=transform,
        **tree_attributes(2, ["BRANCH_LEQ"], as_vector=True)
    )
    classify(
        x,
        "tree_two_partial_" + transform.lower(),
        "TreeEnsembleClassifier",
        [0, 1],
        [0, 1],
        PLAIN,
        post_transform=transform,
        **tree_attributes(2, ["BRANCH_LEQ"], as_vector=True, partial=True)
    )
    classify(
        x,
        "tree_double_" + transform.lower(),
        "TreeEnsembleClassifier",
        [0, 1, 2],
        [0, 1, 2],
        PLAIN,
        kind=D,
        zip_map=False,
        post_transform=transform,
        **tree_attributes(3, ["BRANCH_LEQ"], kind=D)
    )


def linear(x, transform):
    c = [round(float(v), 3) for v in rng.normal(0, 1, 9)]
    for name, labels, count in (
        ("classes", ["a", "b", "c"], 3),
        ("two", [7, 9], 2),
        ("binary", [0, 1], 1),
    ):
        classify(
            x,
            "linear_%s_%s" % (name, transform.lower()),
            "LinearClassifier",
            labels,
            list(range(count)) if count > 1 else [1],
            PLAIN,
            post_transform=transform,
            coefficients=c[: 3 * count],
            intercepts=[0.5, -0.25, 0.125][:count],
        )
    case(
        "margin_linear_regressor_" + transform.lower(),
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
        margins=(PLAIN, 0, [0, 1, 2]),
    )


def tree_regressor(x, transform):
    case(
        "margin_tree_regressor_" + transform.lower(),
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
        margins=(PLAIN, 0, [0, 1]),
    )


def support_vector_machines(x):
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
        classify(
            x, "svm_%d" % classes, "SVMClassifier", labels, chosen, {}, zip_map=False, **common
        )
        classify(
            x,
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


def transform_nodes(x):
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


def margins():
    """predict_raw: what scores are without the transform at their end."""
    x = rng.normal(0, 2, (12, 3))
    for transform in ("LOGISTIC", "SOFTMAX"):
        tree_classes(x, transform)
        tree_two_classes(x, transform)
        linear(x, transform)
        tree_regressor(x, transform)
    support_vector_machines(x)
    transform_nodes(x)
