"""Malformed tree ensembles."""
from malformed import F, I, S, TensorProto, graph_case, ml, tensor, value

GOOD = dict(
    n_targets=1,
    nodes_treeids=[0, 0, 0],
    nodes_nodeids=[0, 1, 2],
    nodes_featureids=[0, 0, 0],
    nodes_values=[1.0, 0.0, 0.0],
    nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
    nodes_truenodeids=[1, 0, 0],
    nodes_falsenodeids=[2, 0, 0],
    target_treeids=[0, 0],
    target_nodeids=[1, 2],
    target_ids=[0, 0],
    target_weights=[1.0, 2.0],
)
GOOD_5 = dict(
    n_targets=1,
    nodes_featureids=[0],
    nodes_splits=tensor("s", F, [1], [0.5]),
    nodes_modes=tensor("m", TensorProto.UINT8, [1], [0]),
    nodes_truenodeids=[0],
    nodes_trueleafs=[1],
    nodes_falsenodeids=[1],
    nodes_falseleafs=[1],
    tree_roots=[0],
    leaf_targetids=[0, 0],
    leaf_weights=tensor("w", F, [2], [1, 2]),
)
CLASSES = {k.replace("target_", "class_"): v for k, v in GOOD.items() if k != "n_targets"}


def given(attributes):
    """Those that are not None."""
    return {k: v for k, v in attributes.items() if v is not None}


def tree(name, **changes):
    """A good tree with these attributes changed; None: left out."""
    graph_case(
        "tree_" + name,
        [ml("TreeEnsembleRegressor", **given(dict(GOOD, **changes)))],
        outputs=[value("Y", F, ["N", 1])],
    )


def tree5(name, **changes):
    """The same with the operator of ai.onnx.ml 5."""
    graph_case(
        "tree5_" + name,
        [ml("TreeEnsemble", **given(dict(GOOD_5, **changes)))],
        ml_opset=5,
        outputs=[value("Y", F, ["N", 1])],
    )


def classifier(name, **changes):
    graph_case(
        "classes_" + name,
        [ml("TreeEnsembleClassifier", ["X"], ["L", "Y"], **dict(CLASSES, **changes))],
        outputs=[value("L", I, ["N"]), value("Y", F, ["N", 2])],
    )


def tree_nodes():
    tree("lengths", nodes_values=[1.0])
    tree("no_modes", nodes_modes=None)
    tree("mode", nodes_modes=["BRANCH_MAGIC", "LEAF", "LEAF"])
    tree("child", nodes_falsenodeids=[9, 0, 0])
    tree("child_negative", nodes_falsenodeids=[-1, 0, 0])
    tree("itself", nodes_truenodeids=[0, 0, 0])
    tree("two_parents", nodes_truenodeids=[2, 0, 0])
    tree(
        "cycle",
        nodes_modes=["BRANCH_LEQ", "BRANCH_LEQ", "LEAF"],
        nodes_truenodeids=[1, 0, 0],
        nodes_falsenodeids=[2, 2, 0],
    )
    tree(
        "equal_cycle",
        nodes_modes=["BRANCH_EQ", "BRANCH_EQ", "LEAF"],
        nodes_truenodeids=[2, 2, 0],
        nodes_falsenodeids=[1, 0, 0],
        target_treeids=[0],
        target_nodeids=[2],
        target_ids=[0],
        target_weights=[1.0],
    )
    tree(
        "equal_ring",
        nodes_treeids=[0] * 4,
        nodes_nodeids=[0, 1, 2, 3],
        nodes_featureids=[0] * 4,
        nodes_values=[0.5, 1, 2, 0],
        nodes_modes=["BRANCH_LEQ", "BRANCH_EQ", "BRANCH_EQ", "LEAF"],
        nodes_truenodeids=[1, 3, 3, 0],
        nodes_falsenodeids=[3, 2, 1, 0],
        target_treeids=[0],
        target_nodeids=[3],
        target_ids=[0],
        target_weights=[1.0],
    )


def tree_values():
    tree("feature", nodes_featureids=[7, 0, 0])
    tree("twice", nodes_nodeids=[0, 1, 1])
    tree("apart", nodes_treeids=[0, 1, 0])
    tree("nan", nodes_values=[float("nan"), 0, 0])
    tree("no_weight", target_treeids=[0], target_nodeids=[1], target_ids=[0], target_weights=[1.0])
    tree("weight_node", target_nodeids=[1, 9])
    tree("weight_target", target_ids=[0, 5])
    tree(
        "two_weights",
        n_targets=2,
        target_treeids=[0] * 3,
        target_nodeids=[1, 2, 2],
        target_ids=[0, 1, 1],
        target_weights=[1.0, 2.0, 3.0],
    )
    tree("targets", n_targets=0)
    tree("targets_huge", n_targets=1 << 40)
    tree("aggregate", aggregate_function="MEDIAN")
    tree("post_transform", post_transform="MAGIC")
    graph_case(
        "tree_rank",
        [ml("TreeEnsembleRegressor", **GOOD)],
        inputs=[value("X", F, ["N", 2, 3])],
        outputs=[value("Y", F, ["N", 1])],
    )


def newer_trees():
    tree5("root", tree_roots=[3])
    tree5("leaf", nodes_falsenodeids=[5])
    tree5("cycle", nodes_trueleafs=[0])
    tree5("mode", nodes_modes=tensor("m", TensorProto.UINT8, [1], [9]))
    tree5("no_splits", nodes_splits=None)
    tree5("shared", tree_roots=[0, 0])
    member = dict(nodes_modes=tensor("m", TensorProto.UINT8, [1], [6]))
    tree5("no_members", **member)
    tree5("no_members_text", membership_values=tensor("v", S, [1], [b"1"]), **member)


def tree_classes():
    classifier("large", classlabels_int64s=[0, (1 << 53) + 1])
    classifier("none")
    classifier("one_text", classlabels_strings=["yes"])
    classifier("range", classlabels_int64s=[0, 1], class_ids=[0, 2])
