"""Draws random ONNX models, runs them with ONNX Runtime and writes both as lines of JSON.

    onnx_random.py SEED COUNT

onnx_oracle_test runs this where the Python packages onnx and onnxruntime are (Debian 13 has them)
and compares. A line is {"kind", "exact", "model": base64, "header": [...], "rows": [[cell, ...]],
"outputs": {name: [cell, ...]}}; an empty cell is NaN, null one that is not compared. The outputs
margin_0, margin_1, ... are what predict_raw must be: the scores of the same model without the
transform at its end.
"""
import sys

import numpy as np
from onnx_graph import F, I, PLAIN, S, Graph, edge_rows
from onnx_trees import tree_attributes, trees


def lines(rng):
    """Linear models."""
    graph, features = Graph(rng), int(rng.integers(1, 6))
    x = graph.input("X", F, np.round(rng.normal(0, 2, (20, features)), 3))
    transform = str(rng.choice(["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"]))
    outputs = int(rng.integers(1, 5))
    numbers = lambda count: [float(np.float32(v)) for v in rng.normal(0, 1, count)]
    more = dict(
        coefficients=numbers(outputs * features),
        intercepts=numbers(outputs),
        post_transform=transform,
    )
    if rng.random() < 0.5:
        graph.ml("LinearRegressor", [x], ["Y"], targets=outputs, **more)
        return graph.write("lines", False, {"Y": F}, margins=(PLAIN, "Y", range(outputs)))
    graph.ml(
        "LinearClassifier",
        [x],
        ["label", "scores"],
        classlabels_ints=list(range(max(outputs, 2))),
        **more
    )
    graph.write(
        "lines",
        False,
        {"label": I, "scores": F},
        margins=(PLAIN, "scores", [1] if outputs == 1 else range(outputs)),
    )


def machines(rng):
    """Support vector machines, whose margins are the decisions for pairs of classes."""
    graph, features, classes = Graph(rng), int(rng.integers(1, 5)), int(rng.integers(2, 5))
    x = graph.input("X", F, np.round(rng.normal(0, 1, (20, features)), 3))
    per_class = [int(v) for v in rng.integers(1, 4, classes)]
    count, pairs = sum(per_class), classes * (classes - 1) // 2
    numbers = lambda length: [float(np.float32(v)) for v in np.round(rng.normal(0, 1, length), 3)]
    common = dict(
        kernel_type=str(rng.choice(["LINEAR", "POLY", "RBF", "SIGMOID"])),
        kernel_params=[0.25, 0.5, 2.0],
        support_vectors=numbers(count * features),
    )
    if rng.random() < 0.3:
        graph.ml(
            "SVMRegressor",
            [x],
            ["Y"],
            n_supports=count,
            coefficients=numbers(count),
            rho=numbers(1),
            one_class=int(rng.random() < 0.5),
            **common
        )
        return graph.write("machines", False, {"Y": F}, margins=({"one_class": 0}, "Y", [0]))
    if rng.random() < 0.5:
        common.update(
            prob_a=[-float(np.float32(v)) for v in rng.random(pairs) + 0.5], prob_b=numbers(pairs)
        )
    graph.ml(
        "SVMClassifier",
        [x],
        ["label", "scores"],
        classlabels_ints=list(range(classes)),
        vectors_per_class=per_class,
        rho=numbers(pairs),
        coefficients=numbers(count * (classes - 1)),
        **common
    )
    graph.write(
        "machines",
        False,
        {"label": I, "scores": F},
        margins=({"prob_a": None, "prob_b": None}, "scores", range(pairs) if classes > 2 else [1]),
    )


def expressions(rng):
    """Operators of comparisons, sums and products on matrices of 3 columns, NaN and infinities
    included.

    Not Ceil, Floor and Round: where ONNX Runtime's give 0, its sign depends on the processor, and a
    division shows it.
    """
    graph = Graph(rng)
    numbers, truths = [graph.input("X", F, edge_rows(rng, 3))], []
    pick = lambda values: values[int(rng.integers(len(values)))]
    for _ in range(int(rng.integers(2, 12))):
        x, y = pick(numbers), pick(numbers) if rng.random() < 0.6 else graph.constant(
            np.round(rng.normal(0, 2, pick([1, 3])), 1)
        )
        kind = rng.integers(8)
        if kind <= 2:
            numbers.append(graph.node(pick(["Add", "Sub", "Mul", "Div"]), [x, y]))
        elif kind == 3:
            numbers.append(
                graph.node(pick(["Abs", "Neg", "LeakyRelu", "Reciprocal", "Identity"]), [x])
            )
        elif kind == 4:
            truths.append(
                graph.node(
                    pick(["Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal"]), [x, y]
                )
            )
        elif kind == 5 and truths:
            truths.append(
                graph.node(pick(["And", "Or", "Xor"]), [pick(truths), pick(truths)])
                if rng.random() < 0.7
                else graph.node("Not", [pick(truths)])
            )
        elif kind == 6 and truths:
            numbers.append(graph.node("Where", [pick(truths), x, y]))
        else:
            at = graph.constant([int(v) for v in rng.integers(-3, 3, 3)], I)
            numbers.append(graph.node("Gather", [x, at], axis=1))
    graph.node("Concat", [numbers[-1], pick(numbers)], ["Y"], axis=1)
    outputs = {"Y": F}
    if truths:
        graph.node("Cast", [truths[-1]], ["T"], to=F)
        outputs["T"] = F
    graph.write("expressions", True, outputs)


def network(rng):
    graph, width = Graph(rng), int(rng.integers(1, 9))
    x = graph.input("X", F, np.round(rng.normal(0, 2, (20, width)), 3))
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.integers(1, 12))
        weights, bias = np.round(rng.normal(0, 0.5, (width, size)), 3), graph.constant(
            np.round(rng.normal(0, 0.5, size), 3)
        )
        kind = rng.integers(3)
        if kind == 0:
            x = graph.node("Gemm", [x, graph.constant(weights), bias])
        elif kind == 1:
            x = graph.node("Gemm", [x, graph.constant(weights.T), bias], transB=1)
        else:
            x = graph.node("Add", [graph.node("MatMul", [x, graph.constant(weights)]), bias])
        width = size
        if rng.random() < 0.3:
            v = [graph.constant(np.round(rng.normal(0, 1, width), 3)) for _ in range(3)] + [
                graph.constant(np.round(rng.random(width) + 0.1, 3))
            ]
            x = graph.node("BatchNormalization", [x] + v)
        activation = str(
            rng.choice(
                ["Relu", "Tanh", "Sigmoid", "LeakyRelu", "Elu", "Selu", "Softplus", "Identity"]
            )
        )
        x = graph.node(activation, [x])
    if rng.random() < 0.5:
        graph.node("Softmax", [x], ["scores"], axis=1)
        at = graph.node("ArgMax", ["scores"], axis=1, keepdims=0)
        graph.node("Gather", [graph.constant(list(range(100, 100 + width)), I), at], ["label"])
        return graph.write("network", False, {"scores": F, "label": I})
    graph.node("Identity", [x], ["Y"])
    graph.write("network", False, {"Y": F})


def pipeline(rng):
    graph, rows = Graph(rng), 30
    words = ["red", "green", "blue", "", "über", "Red"]
    parts, width = [], 0
    for i in range(int(rng.integers(1, 4))):
        x = graph.input("n%d" % i, F, edge_rows(rng, 1, rows))
        if rng.random() < 0.7:
            x = graph.ml(
                "Imputer",
                [x],
                imputed_value_floats=[float(np.float32(rng.normal()))],
                replaced_value_float=float("nan") if rng.random() < 0.7 else 1.0,
            )
        if rng.random() < 0.7:
            x = graph.ml(
                "Scaler",
                [x],
                offset=[float(np.float32(rng.normal()))],
                scale=[float(np.float32(rng.normal()))],
            )
        parts.append(x)
        width += 1
    for i in range(int(rng.integers(0, 3))):
        x = graph.input("t%d" % i, S, rng.choice(words, (rows, 1)).astype(object))
        known = [str(v) for v in rng.choice(words, int(rng.integers(1, 5)), replace=False)]
        if rng.random() < 0.5:
            hot = graph.ml("OneHotEncoder", [x], cats_strings=known)
            parts.append(graph.node("Reshape", [hot, graph.constant([-1, len(known)], I)]))
            width += len(known)
        else:
            parts.append(
                graph.ml(
                    "LabelEncoder",
                    [x],
                    keys_strings=known,
                    values_floats=[float(k) for k in range(len(known))],
                    default_float=-1.0,
                )
            )
            width += 1
    row = graph.node("Concat", parts, axis=1)
    weight = lambda: float(np.float32(rng.random() / 20))
    graph.ml(
        "TreeEnsembleClassifier",
        [row],
        ["label", "scores"],
        classlabels_strings=["x", "y", "z"],
        **tree_attributes(rng, "class", 10, width, 3, ["BRANCH_LEQ"], 4, True, False, weight, False)
    )
    graph.ml("ZipMap", ["scores"], ["probability"], classlabels_strings=["x", "y", "z"])
    graph.write("pipeline", True, {"label": S, "probability": None}, ml_opset=2)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        (trees, trees, expressions, network, pipeline, lines, machines)[i % 7](rng)


if __name__ == "__main__":
    main()
