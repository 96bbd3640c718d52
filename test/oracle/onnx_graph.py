"""A random graph under construction, and its run by ONNX Runtime. Used by onnx_random.py."""
import base64
import json
import pathlib
import sys

import numpy as np
from onnx import ValueInfoProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "models/make/onnx"))
from runtime import B, D, F, I, ML, NUMPY, S, change_attributes, columns, run  # noqa: E402

PLAIN = {"post_transform": "NONE"}
EDGES = [-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 1.0000001, 2.0, 3.0, 1e-45, 3e38, np.inf, np.nan]


def without_ties(labels, scores):
    """Which of two nearly equal scores is the greatest is not compared: None."""
    best = np.sort(scores, axis=1)
    return [
        label if row.size < 2 or row[-1] - row[-2] > 1e-4 else None
        for label, row in zip(labels, best)
    ]


class Graph:
    def __init__(self, rng):
        self.rng, self.nodes, self.initializers, self.inputs, self.count = rng, [], [], {}, 0

    def name(self):
        self.count += 1
        return "v%d" % self.count

    def node(self, op, inputs, outputs=1, domain="", **attributes):
        names = [self.name() for _ in range(outputs)] if isinstance(outputs, int) else outputs
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        return names[0]

    def ml(self, op, inputs, outputs=1, **attributes):
        return self.node(op, inputs, outputs, ML, **attributes)

    def constant(self, values, kind=F):
        name = self.name()
        self.initializers.append(numpy_helper.from_array(np.array(values, NUMPY[kind]), name))
        return name

    def input(self, name, kind, array):
        self.inputs[name] = (kind, np.asarray(array, NUMPY[kind]))
        return name

    def model(self, kind, outputs, ml_opset, opset):
        infos = [
            helper.make_tensor_value_info(n, k, ["N"] + list(a.shape[1:]))
            for n, (k, a) in self.inputs.items()
        ]
        outs = [
            ValueInfoProto(name=name)
            if of is None
            else helper.make_tensor_value_info(name, of, None)
            for name, of in outputs.items()
        ]
        graph = helper.make_graph(self.nodes, kind, infos, outs, self.initializers)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)]
        )
        model.ir_version = 8
        return model

    def run(self, model):
        """-> the bytes of the model, the outputs by name"""
        data, names, results = run(model, {n: a for n, (_, a) in self.inputs.items()})
        return data, dict(zip(names, results))

    def write(self, kind, exact, outputs, ml_opset=3, opset=17, margins=None):
        """margins: (changes of the last node's attributes, name of an output, columns of it)."""
        rows = len(next(iter(self.inputs.values()))[1])
        model = self.model(kind, outputs, ml_opset, opset)
        data, results = self.run(model)
        outputs = dict(c for name, result in results.items() for c in columns(name, result, rows))
        if not exact and "label" in outputs and np.ndim(results["scores"]) == 2:
            outputs["label"] = without_ties(outputs["label"], results["scores"])
        if margins:
            changes, output, chosen = margins
            change_attributes(model.graph.node[-1], changes)
            before = columns("", self.run(model)[1][output], rows)
            outputs.update(("margin_%d" % k, before[column][1]) for k, column in enumerate(chosen))
        table = [c for n, (_, a) in self.inputs.items() for c in columns(n, a, rows)]
        print(
            json.dumps(
                {
                    "kind": kind,
                    "exact": exact,
                    "model": base64.b64encode(data).decode(),
                    "header": [n for n, _ in table],
                    "rows": [list(r) for r in zip(*(c for _, c in table))],
                    "outputs": outputs,
                }
            )
        )


def edge_rows(rng, width, count=30):
    return np.where(
        rng.random((count, width)) < 0.5,
        rng.choice(EDGES, (count, width)),
        rng.normal(0, 2, (count, width)),
    )
