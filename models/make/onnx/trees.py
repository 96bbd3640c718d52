"""Ensembles of trees: modes, aggregations, transforms, base values, classes, types."""
from onnx import TensorProto, helper

from graph_case import D, F, I, case, edge_rows, ml, nan, rng
from random_trees import ALL, Trees, classifier, regressor


def positive():
    return round(float(rng.random()) / 4, 3)


def tree_modes():
    for mode in ALL:
        for missing in (False, True):
            # ONNX Runtime 1.21 takes equality with 1, 2, ... for a set, and loses it when all
            # splits of a model are equalities.
            values = (-1, 0, 0.5, 0.1) if mode == "BRANCH_EQ" else (-1, 0, 0.5, 1, 2, 0.1)
            regressor(
                "tree_%s%s" % (mode[7:].lower(), "_missing" if missing else ""),
                Trees(3, 2, 1, [mode], missing=missing, values=values),
            )
    regressor("tree_mixed_modes", Trees(8, 3, 1, ALL))
    regressor("tree_base", Trees(30, 3, 1, ["BRANCH_LEQ"]), base_values=[0.3])
    regressor(
        "tree_average",
        Trees(7, 3, 1, ["BRANCH_LT"]),
        base_values=[0.7],
        aggregate_function="AVERAGE",
    )


def tree_aggregates():
    for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
        low = aggregate.lower()
        regressor(
            "tree_%s_vectors" % low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True),
            3,
            base_values=[0.1, 0.2, 0.3],
            aggregate_function=aggregate,
        )
        regressor(
            "tree_%s_partial" % low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
            3,
            aggregate_function=aggregate,
        )
        regressor(
            "tree_%s_partial_base" % low,
            Trees(2, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
            3,
            aggregate_function=aggregate,
            base_values=[0.1, 0.2, 0.3],
        )
        regressor(
            "tree_%s_groups" % low, Trees(6, 3, 2, ["BRANCH_LEQ"]), 2, aggregate_function=aggregate
        )
        regressor(
            "tree_%s_single" % low,
            Trees(5, 3, 1, ["BRANCH_LEQ"]),
            base_values=[0.25],
            aggregate_function=aggregate,
        )


def tree_transforms():
    for transform in ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"):
        low = transform.lower()
        probability = transform == "PROBIT"
        weights = (lambda: round(float(rng.random()) / 8, 3)) if probability else None
        regressor(
            "tree_post_" + low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], weights=weights),
            3,
            post_transform=transform,
        )
        regressor(
            "tree_post_one_" + low,
            Trees(4, 3, 1, ["BRANCH_LEQ"], weights=weights),
            1,
            post_transform=transform,
        )
        classifier(
            "tree_classes_" + low,
            Trees(6, 3, 3, ["BRANCH_LEQ"], weights=weights),
            ["a", "b", "c"],
            post_transform=transform,
        )
        for sign in ("mixed", "positive"):
            w = positive if sign == "positive" or probability else None
            if not probability:  # ONNX Runtime leaves the second score unset
                classifier(
                    "tree_binary_%s_%s" % (sign, low),
                    Trees(3, 3, 1, ["BRANCH_LEQ"], weights=w),
                    [0, 1],
                    post_transform=transform,
                )
        classifier(
            "tree_two_" + low,
            Trees(4, 3, 2, ["BRANCH_LEQ"], weights=weights, as_vector=True),
            [0, 1],
            post_transform=transform,
        )


def two_classes():
    classifier(
        "tree_binary_base",
        Trees(3, 3, 1, ["BRANCH_LEQ"]),
        [0, 1],
        base_values=[0.4],
        post_transform="LOGISTIC",
    )
    classifier(
        "tree_binary_bases",
        Trees(3, 3, 1, ["BRANCH_LEQ"]),
        [0, 1],
        base_values=[0.4, 0.3],
        post_transform="LOGISTIC",
    )
    classifier(
        "tree_two_base", Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True), [0, 1], base_values=[0.4]
    )
    classifier(
        "tree_two_bases",
        Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True),
        [0, 1],
        base_values=[0.4, -0.2],
    )
    classifier(
        "tree_two_partial", Trees(3, 3, 2, ["BRANCH_LEQ"], as_vector=True, partial=True), [0, 1]
    )
    classifier("tree_two_turned", Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True), [1, 0])
    classifier(
        "tree_two_texts",
        Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True, weights=positive),
        ["no", "yes"],
        zipmap=True,
    )
    classifier(
        "tree_binary_texts",
        Trees(3, 3, 1, ["BRANCH_LEQ"], weights=positive),
        ["no", "yes"],
        zipmap=True,
    )


def more_classes():
    classifier("tree_binary_labels", Trees(3, 3, 1, ["BRANCH_LEQ"]), [10, 20])
    classifier(
        "tree_classes_partial",
        Trees(3, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
        [5, 6, 7],
    )
    classifier(
        "tree_classes_base",
        Trees(3, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
        [5, 6, 7],
        base_values=[-0.5, 0.1, 0.2],
        zipmap=True,
        post_transform="SOFTMAX",
    )
    classifier(
        "tree_classes_forest",
        Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True, weights=positive),
        [0, 1, 2],
        zipmap=True,
    )


def other_types():
    regressor("tree_double", Trees(6, 3, 1, ALL, kind=D), kind=D, x=edge_rows(3) + 0.1)
    regressor(
        "tree_double_floats", Trees(6, 3, 2, ["BRANCH_LT"]), 2, kind=D, base_values=[0.1, 0.2]
    )
    classifier(
        "tree_double_classes",
        Trees(6, 3, 3, ["BRANCH_LEQ"], kind=D),
        [1, 2, 3],
        kind=D,
        post_transform="SOFTMAX",
    )
    classifier(
        "tree_integers", Trees(6, 3, 3, ALL), [0, 1, 2], kind=I, x=rng.integers(-3, 4, (40, 3))
    )


def equal_chain():
    """LightGBM's categories: equalities in a chain that share their true child."""
    case(
        "tree_equal_chain",
        [
            ml(
                "TreeEnsembleRegressor",
                ["X"],
                ["Y"],
                n_targets=1,
                nodes_treeids=[0] * 7,
                nodes_nodeids=list(range(7)),
                nodes_featureids=[0, 0, 0, 1, 0, 0, 0],
                nodes_modes=["BRANCH_EQ"] * 3 + ["BRANCH_LEQ"] + ["LEAF"] * 3,
                nodes_values=[1.0, 4.0, 7.0, 0.5, 0, 0, 0],
                nodes_truenodeids=[3, 3, 3, 4, 0, 0, 0],
                nodes_falsenodeids=[1, 2, 6, 5, 0, 0, 0],
                target_treeids=[0, 0, 0],
                target_nodeids=[4, 5, 6],
                target_ids=[0, 0, 0],
                target_weights=[1.5, -2.5, 0.75],
            )
        ],
        {"X": (F, [[c, v] for c in (1, 4, 7, 2, nan, 1.5) for v in (0, 1, nan)])},
        {"Y": (F, [1])},
    )


def trees():
    tree_modes()
    tree_aggregates()
    tree_transforms()
    two_classes()
    more_classes()
    other_types()
    equal_chain()


def trees_5():
    for kind, name in ((F, "float"), (D, "double")):
        modes = helper.make_tensor("nodes_modes", TensorProto.UINT8, [4], [6, 0, 3, 5])
        case(
            "tree5_" + name,
            [
                ml(
                    "TreeEnsemble",
                    ["X"],
                    ["Y"],
                    n_targets=2,
                    aggregate_function=1,
                    post_transform=0,
                    nodes_modes=modes,
                    nodes_featureids=[0, 1, 0, 1],
                    nodes_splits=helper.make_tensor("s", kind, [4], [0, 0.5, 2.5, 1.0]),
                    nodes_truenodeids=[1, 0, 2, 4],
                    nodes_trueleafs=[0, 1, 1, 1],
                    nodes_falsenodeids=[2, 1, 3, 5],
                    nodes_falseleafs=[0, 1, 0, 1],
                    nodes_missing_value_tracks_true=[0, 1, 0, 0],
                    tree_roots=[0],
                    membership_values=helper.make_tensor("m", kind, [4], [1.0, 2.0, 7.5, nan]),
                    leaf_targetids=[0, 1, 0, 1, 0, 1],
                    leaf_weights=helper.make_tensor("w", kind, [6], [1, 2, 3, 4, 5, 6]),
                )
            ],
            {"X": (kind, [[a, b] for a in (1, 2, 7.5, 3, 2.5, nan) for b in (0.5, 1, nan)])},
            {"Y": (kind, [2])},
            ml_opset=5,
        )


def trees_partial():
    """Classes that only some leaves have a weight for."""
    for bases in ([], [0.4, -0.3]):  # with one, ONNX Runtime may leave the second score unset
        for transform in ("NONE", "LOGISTIC"):
            more = dict(base_values=bases) if bases else {}
            classifier(
                "tree_two_partial_%d_%s" % (len(bases), transform.lower()),
                Trees(2, 3, 2, ["BRANCH_LEQ"], depth=2, as_vector=True, partial=True),
                [0, 1],
                post_transform=transform,
                **more
            )
