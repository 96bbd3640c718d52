"""Operators that exports of scikit-learn need, and functions of the model's own."""
import numpy as np
import onnx
from onnx import helper

from graph_case import D, F, I, case, constant, draw_from, edge_rows, ml, node, rng


def body(nodes, inputs, outputs):
    """The graph that a Scan runs for each element."""
    return helper.make_graph(
        nodes,
        "body",
        [helper.make_tensor_value_info(n, F, None) for n in inputs],
        [helper.make_tensor_value_info(n, F, None) for n in outputs],
    )


def add_functions(made):
    """Bend is a LeakyRelu with a term; BendTwice calls it twice."""
    made.opset_import.append(helper.make_opsetid("own", 1))
    scale = helper.make_node("LeakyRelu", ["A"], ["T"])
    reference = scale.attribute.add()
    reference.name, reference.ref_attr_name, reference.type = (
        "alpha",
        "slope",
        onnx.AttributeProto.FLOAT,
    )
    opset = [helper.make_opsetid("", 13), helper.make_opsetid("own", 1)]
    made.functions.append(
        helper.make_function(
            "own",
            "Bend",
            ["A", "C"],
            ["B"],
            [scale, helper.make_node("Add", ["T", "C"], ["B"])],
            opset,
            ["slope"],
        )
    )
    made.functions.append(
        helper.make_function(
            "own",
            "BendTwice",
            ["A"],
            ["B"],
            [
                helper.make_node("Constant", [], ["C"], value_float=0.5),
                helper.make_node("Bend", ["A", "C"], ["T"], domain="own", slope=0.25),
                helper.make_node("Bend", ["T", "C"], ["B"], domain="own"),
            ],
            opset,
        )
    )


def normalization_and_top_k(x):
    ties = np.array([[1, 2, 2, 1], [3, 3, 3, 3], [0, -1, 5, 5], [-2, 0.5, -2, 0.5]])
    for p in (1, 2):
        rows = np.vstack([x, np.zeros((1, 4))])
        case(
            "op_lp_normalization_%d" % p,
            [node("LpNormalization", ["X"], ["Y"], axis=1, p=p)],
            {"X": (F, rows)},
            {"Y": (F, [4])},
        )
    case(
        "op_lp_normalization_double",
        [node("LpNormalization", ["X"], ["Y"])],
        {"X": (D, x)},
        {"Y": (D, [4])},
    )
    for largest in (0, 1):
        case(
            "op_top_k_%d" % largest,
            [node("TopK", ["X", "k"], ["V", "I"], largest=largest)],
            {"X": (F, np.vstack([x, ties]))},
            {"V": (F, [3]), "I": (I, [3])},
            [constant("k", [3], I)],
        )
    case(
        "op_top_k_axis",
        [
            node("Reshape", ["X", "shape"], ["m"]),
            node("TopK", ["m", "k"], ["v", "i"], axis=1),
            node("Flatten", ["v"], ["V"]),
            node("Flatten", ["i"], ["I"]),
        ],
        {"X": (F, x)},
        {"V": (F, [2]), "I": (I, [2])},
        [constant("k", [1], I), constant("shape", [-1, 2, 2], I)],
    )
    case(
        "op_top_k_9",
        [node("TopK", ["X"], ["V", "I"], k=2, axis=1)],
        {"X": (F, x)},
        {"V": (F, [2]), "I": (I, [2])},
        opset=9,
    )


def sums_and_layers(x):
    for exclusive in (0, 1):
        for reverse in (0, 1):
            case(
                "op_cum_sum_%d%d" % (exclusive, reverse),
                [node("CumSum", ["X", "axis"], ["Y"], exclusive=exclusive, reverse=reverse)],
                {"X": (F, x)},
                {"Y": (F, [4])},
                [constant("axis", 1, I)],
            )
    case(
        "op_layer_normalization",
        [node("LayerNormalization", ["X", "g", "b"], ["Y"], axis=-1)],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("g", rng.normal(0, 1, 4), F), constant("b", rng.normal(0, 1, 4), F)],
    )
    case(
        "op_layer_normalization_plain",
        [node("LayerNormalization", ["X", "g"], ["Y", "M", "D"], axis=1, epsilon=1e-3)],
        {"X": (F, x)},
        {"Y": (F, [4]), "M": (F, [1]), "D": (F, [1])},
        [constant("g", np.ones(4), F)],
    )
    case(
        "op_prelu",
        [node("PRelu", ["X", "s"], ["Y"])],
        {"X": (F, edge_rows(4, 20))},
        {"Y": (F, [4])},
        [constant("s", [0.25, -1.0, 0.1, 2.0], F)],
    )


def ranges(x):
    case(
        "op_range",
        [node("Range", ["a", "b", "c"], ["r"]), node("Mul", ["X", "r"], ["Y"])],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("a", 0.1, F), constant("b", 1.25, F), constant("c", 0.3, F)],
    )
    case(
        "op_eye_like",
        [
            node("EyeLike", ["C"], ["e"], k=1, dtype=F),
            node("Reshape", ["X", "shape"], ["m"]),
            node("Mul", ["m", "e"], ["p"]),
            node("Flatten", ["p"], ["Y"]),
        ],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("C", np.zeros((2, 2)), I), constant("shape", [-1, 2, 2], I)],
    )


def scan_neighbours(x):
    """The distances of each row to each of some points."""
    points = constant("P", rng.normal(0, 2, (7, 4)), F)
    distance = body(
        [
            node("Identity", ["q"], ["r"]),
            node("Sub", ["q", "p"], ["d"]),
            node("ReduceSumSquare", ["d"], ["s"], axes=[1], keepdims=0),
        ],
        ["q", "p"],
        ["r", "s"],
    )
    case(
        "scan_neighbours",
        [
            node("Scan", ["X", "P"], ["Q", "D"], body=distance, num_scan_inputs=1),
            node("Transpose", ["D"], ["T"], perm=[1, 0]),
            node("TopK", ["T", "k"], ["V", "near"], largest=0),
            ml("ArrayFeatureExtractor", ["classes", "near"], ["votes"]),
            node("Cast", ["votes"], ["Y"], to=F),
        ],
        {"X": (F, x)},
        {"V": (F, [3]), "near": (I, [3]), "Y": (F, [3])},
        [points, constant("k", [3], I), constant("classes", [0, 1, 0, 2, 1, 1, 0], I)],
    )


def scan_state(x):
    # Of one row alone: the batch is no axis that a Scan goes along.
    running = body(
        [
            node("Mul", ["s", "half"], ["h"]),
            node("Add", ["h", "c"], ["t"]),
            node("Mul", ["t", "K"], ["o"]),
        ],
        ["s", "c"],
        ["t", "o"],
    )
    for direction in (0, 1):
        case(
            "scan_state_%d" % direction,
            [
                node("Squeeze", ["X", "zero"], ["v"]),
                node(
                    "Scan",
                    ["start", "v"],
                    ["S", "O"],
                    body=running,
                    num_scan_inputs=1,
                    scan_input_directions=[direction],
                    scan_output_directions=[direction],
                ),
            ],
            {"X": (F, x[:1])},
            {"S": (F, None), "O": (F, None)},
            [
                constant("start", 1.5, F),
                constant("zero", [0], I),
                constant("half", 0.5, F),
                constant("K", 3.0, F),
            ],
        )


def one_against_rest():
    """The label goes through floats."""
    case(
        "one_against_rest",
        [
            node("Concat", ["zero", "X"], ["m"], axis=1),
            node("ArgMax", ["m"], ["at"], axis=1),
            node("LpNormalization", ["m"], ["scores"], axis=1, p=1),
            ml("ArrayFeatureExtractor", ["classes", "at"], ["c"]),
            node("Cast", ["c"], ["f"], to=F),
            node("Reshape", ["f", "shape"], ["r"]),
            node("Cast", ["r"], ["label"], to=I),
        ],
        {"X": (F, rng.random((8, 2))[:1])},
        {"label": (I, []), "scores": (F, [3])},
        [
            constant("zero", [[0.4]], F),
            constant("classes", [5, 6, 9], I),
            constant("shape", [-1], I),
        ],
    )


def local_functions(x):
    case(
        "local_functions",
        [
            node("BendTwice", ["X"], ["T"], "own"),
            node("Bend", ["T", "X"], ["Y"], "own", slope=-1.0),
        ],
        {"X": (F, x)},
        {"Y": (F, [4])},
        change=add_functions,
    )


def operators():
    """Operators that exports of scikit-learn need: nearest neighbours, one against the rest,
    AdaBoost."""
    draw_from(22)
    x = rng.normal(0, 2, (10, 4))
    normalization_and_top_k(x)
    sums_and_layers(x)
    ranges(x)
    scan_neighbours(x)
    scan_state(x)
    one_against_rest()
    local_functions(x)
