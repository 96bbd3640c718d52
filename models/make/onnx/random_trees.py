"""Random trees, and cases of one ensemble of them."""
import numpy as np
from onnx import helper

from graph_case import D, F, I, S, case, edge_rows, ml, rng


class Trees:
    """Attributes of random trees; `modes`: what splits may be."""

    def __init__(
        self,
        count,
        features,
        outputs,
        modes,
        depth=3,
        missing=True,
        weights=None,
        partial=False,
        as_vector=False,
        kind=F,
        values=(-1, 0, 0.5, 1, 2, 0.1),
    ):
        self.a = {
            k: []
            for k in (
                "nodes_treeids nodes_nodeids nodes_featureids nodes_modes nodes_values "
                "nodes_truenodeids "
                "nodes_falsenodeids nodes_missing_value_tracks_true"
            ).split()
        }
        self.w = {k: [] for k in "ids nodeids treeids weights".split()}
        self.features, self.outputs, self.modes, self.missing = features, outputs, modes, missing
        self.weights = weights or (lambda: round(float(rng.normal()), 3))
        self.partial, self.as_vector, self.kind, self.values = partial, as_vector, kind, values
        for tree in range(count):
            self.next = 0
            self.add(tree, depth)

    def add(self, tree, depth):
        me, self.next = self.next, self.next + 1
        leaf = depth == 0 or (me > 0 and rng.random() < 0.2)
        mode = "LEAF" if leaf else str(rng.choice(self.modes))
        row = dict(
            nodes_treeids=tree,
            nodes_nodeids=me,
            nodes_featureids=0 if leaf else int(rng.integers(self.features)),
            nodes_modes=mode,
            nodes_values=0.0 if leaf else float(np.float32(rng.choice(self.values))),
            nodes_truenodeids=0,
            nodes_falsenodeids=0,
            nodes_missing_value_tracks_true=int(rng.integers(2)),
        )
        place = len(self.a["nodes_modes"])
        for key, value in row.items():
            self.a[key].append(value)
        if leaf:
            targets = range(self.outputs) if self.as_vector else [tree % self.outputs]
            targets = [t for t in targets if not self.partial or rng.random() < 0.6] or [
                tree % self.outputs
            ]
            for t in targets:
                for key, value in zip(self.w, (t, me, tree, self.weights())):
                    self.w[key].append(value)
        else:
            self.a["nodes_truenodeids"][place] = self.add(tree, depth - 1)
            self.a["nodes_falsenodeids"][place] = self.add(tree, depth - 1)
        return me

    def attributes(self, prefix):
        out = dict(self.a)
        if not self.missing:
            del out["nodes_missing_value_tracks_true"]
        out.update({prefix + "_" + key: value for key, value in self.w.items()})
        if self.kind == D:
            for key in ("nodes_values", prefix + "_weights"):
                out[key + "_as_tensor"] = helper.make_tensor(
                    key, D, [len(out[key])], [v + 0.1 for v in out.pop(key)]
                )
        return out


ALL = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def regressor(name, trees, targets=1, x=None, kind=F, **attributes):
    x = edge_rows(trees.features) if x is None else x
    case(
        name,
        [
            ml(
                "TreeEnsembleRegressor",
                ["X"],
                ["Y"],
                n_targets=targets,
                **trees.attributes("target"),
                **attributes
            )
        ],
        {"X": (kind, x)},
        {"Y": (F, [targets])},
    )


def classifier(name, trees, labels, x=None, kind=F, zipmap=False, **attributes):
    x = edge_rows(trees.features) if x is None else x
    text = isinstance(labels[0], str)
    attributes["classlabels_strings" if text else "classlabels_int64s"] = labels
    nodes = [
        ml(
            "TreeEnsembleClassifier",
            ["X"],
            ["label", "scores"],
            **trees.attributes("class"),
            **attributes
        )
    ]
    outputs = {"label": (S if text else I, []), "scores": (F, [len(labels)])}
    if zipmap:
        nodes.append(
            ml(
                "ZipMap",
                ["scores"],
                ["probability"],
                **{"classlabels_strings" if text else "classlabels_int64s": labels}
            )
        )
        outputs = {"label": outputs["label"], "probability": None}
    case(name, nodes, {"X": (kind, x)}, outputs)
