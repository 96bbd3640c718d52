"""What moves and reduces numbers, and networks made of products of matrices."""
import numpy as np
from onnx import helper

from graph_case import D, F, I, S, case, constant, node, rng


REDUCTIONS = (
    "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceL1 "
    "ReduceL2 ReduceLogSumExp"
).split()


def reshapes_and_slices(same):
    case(
        "op_reshape",
        [
            node("Reshape", ["X", "s"], ["Z"]),
            node("Transpose", ["Z"], ["T"], perm=[0, 2, 1]),
            node("Flatten", ["T"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("s", [0, 2, -1], I)],
    )
    case(
        "op_slice",
        [node("Slice", ["X", "a", "b", "axes", "steps"], ["Y"])],
        same,
        {"Y": (F, [3])},
        [
            constant("a", [-1], I),
            constant("b", [-100], I),
            constant("axes", [1], I),
            constant("steps", [-2], I),
        ],
    )
    case(
        "op_slice_1",
        [node("Slice", ["X"], ["Y"], starts=[1], ends=[4], axes=[1])],
        same,
        {"Y": (F, [3])},
        opset=9,
    )


def splits(same):
    case(
        "op_gather",
        [node("Gather", ["X", "at"], ["Y"], axis=1)],
        same,
        {"Y": (F, [3])},
        [constant("at", [5, 0, -2], I)],
    )
    case(
        "op_split",
        [node("Split", ["X"], ["A", "B"], axis=1), node("Concat", ["B", "A"], ["Y"], axis=1)],
        same,
        {"Y": (F, [6])},
        opset=13,
    )
    case(
        "op_split_sizes",
        [node("Split", ["X", "n"], ["A", "B"], axis=1)],
        same,
        {"A": (F, [2]), "B": (F, [4])},
        [constant("n", [2, 4], I)],
    )
    case(
        "op_squeeze",
        [node("Unsqueeze", ["X", "one"], ["Z"]), node("Squeeze", ["Z", "one"], ["Y"])],
        same,
        {"Y": (F, [6])},
        [constant("one", [1], I)],
    )


def constants(same):
    case(
        "op_shape",
        [
            node("Shape", ["X"], ["S"]),
            node("Gather", ["S", "one"], ["n"]),
            node("Cast", ["n"], ["f"], to=F),
            node("Div", ["X", "f"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("one", 1, I)],
    )
    case(
        "op_constants",
        [
            node("Constant", [], ["c"], value_floats=[1.0, 2, 3, 4, 5, 6]),
            node("ConstantOfShape", ["s"], ["z"], value=helper.make_tensor("v", F, [1], [0.5])),
            node("Add", ["X", "c"], ["A"]),
            node("Mul", ["A", "z"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("s", [6], I)],
    )
    case(
        "op_expand",
        [
            node("Expand", ["c", "s"], ["e"]),
            node("Tile", ["e", "t"], ["f"]),
            node("Mul", ["X", "f"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("c", [[2.0]], F), constant("s", [1, 3], I), constant("t", [1, 2], I)],
    )


def reductions(same):
    case(
        "reductions",
        [node(op, ["X"], [op], keepdims=0, axes=[1]) for op in REDUCTIONS],
        same,
        {op: (F, []) for op in REDUCTIONS},
        opset=11,
    )
    case(
        "reductions_13",
        [node("ReduceSum", ["X", "axes"], ["Y"])],
        same,
        {"Y": (F, [1])},
        [constant("axes", [1], I)],
    )
    case(
        "op_reducemean_18",
        [node("ReduceMean", ["X", "axes"], ["Y"])],
        same,
        {"Y": (F, [1])},
        [constant("axes", [-1], I)],
        opset=18,
    )
    for opset in (11, 13):
        for op in ("Softmax", "LogSoftmax"):
            case(
                "op_%s_%d" % (op.lower(), opset),
                [node("Reshape", ["X", "s"], ["Z"]), node(op, ["Z"], ["Y"])],
                same,
                {"Y": (F, [2, 3])},
                [constant("s", [-1, 2, 3], I)],
                opset=opset,
            )


def positions(x, same):
    case(
        "op_argmax",
        [
            node("ArgMax", ["X"], ["most"], axis=1, keepdims=0),
            node("ArgMin", ["X"], ["least"], axis=1, select_last_index=1),
        ],
        {"X": (F, np.round(x))},
        {"most": (I, []), "least": (I, [1])},
    )
    case(
        "op_gather_by_argmax",
        [
            node("ArgMax", ["X"], ["at"], axis=1, keepdims=0),
            node("Gather", ["names", "at"], ["label"]),
            node("Softmax", ["X"], ["scores"], axis=1),
        ],
        same,
        {"label": (S, []), "scores": (F, [6])},
        [constant("names", list("uvwxyz"), S)],
    )
    case(
        "op_gather_elements",
        [node("ArgMax", ["X"], ["at"], axis=1), node("GatherElements", ["X", "at"], ["Y"], axis=1)],
        same,
        {"Y": (F, [1])},
    )
    case(
        "op_one_hot",
        [
            node("ArgMax", ["X"], ["at"], axis=1, keepdims=0),
            node("OneHot", ["at", "n", "v"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("n", 6, I), constant("v", [0.5, 2.0], F)],
    )


def networks(same):
    w = [
        constant(n, np.round(rng.normal(0, 1, s), 3), F)
        for n, s in (
            ("W1", (6, 5)),
            ("b1", (5,)),
            ("W2", (3, 5)),
            ("b2", (3,)),
            ("g", (5,)),
            ("h", (5,)),
            ("m", (5,)),
        )
    ]
    w.append(constant("v", np.abs(np.round(rng.normal(0, 1, 5), 3)) + 0.1, F))
    case(
        "network_gemm",
        [
            node("Gemm", ["X", "W1", "b1"], ["A"]),
            node("Relu", ["A"], ["R"]),
            node("Gemm", ["R", "W2", "b2"], ["Y"], transB=1),
        ],
        same,
        {"Y": (F, [3])},
        w,
    )
    case(
        "network_gemm_scaled",
        [node("Gemm", ["X", "W1", "b1"], ["Y"], alpha=0.5, beta=2.0)],
        same,
        {"Y": (F, [5])},
        w,
    )
    case(
        "network_matmul",
        [
            node("MatMul", ["X", "W1"], ["M"]),
            node("Add", ["b1", "M"], ["A"]),
            node("Tanh", ["A"], ["T"]),
            node("BatchNormalization", ["T", "g", "h", "m", "v"], ["N"]),
            node("Dropout", ["N"], ["O"]),
            node("Sigmoid", ["O"], ["Y"]),
        ],
        same,
        {"Y": (F, [5])},
        w,
    )


def other_products(same):
    case(
        "network_double",
        [
            node("Cast", ["X"], ["D"], to=D),
            node("MatMul", ["D", "W"], ["M"]),
            node("Add", ["M", "b"], ["Y"]),
        ],
        same,
        {"Y": (D, [2])},
        [constant("W", np.round(rng.normal(0, 1, (6, 2)), 3), D), constant("b", [0.1, 0.2], D)],
    )
    case(
        "network_products",
        [
            node("Reshape", ["X", "s"], ["A"]),
            node("Transpose", ["A"], ["T"], perm=[0, 2, 1]),
            node("MatMul", ["A", "T"], ["P"]),
            node("Flatten", ["P"], ["Y"]),
        ],
        same,
        {"Y": (F, [4])},
        [constant("s", [-1, 2, 3], I)],
    )


def shapes():
    x = np.round(rng.normal(0, 2, (8, 6)), 3)
    same = {"X": (F, x)}
    reshapes_and_slices(same)
    splits(same)
    constants(same)
    reductions(same)
    positions(x, same)
    networks(same)
    other_products(same)


def large_integers():
    """Bounds beyond 2^53 mean "to the end"; PyTorch writes them."""
    x = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    greatest, least = 2**63 - 1, -(2**63)
    case(
        "op_slice_to_end",
        [
            node("Slice", ["X", "a", "b", "axes"], ["Y"]),
            node("Slice", ["X", "b", "c", "axes", "back"], ["Z"]),
            node("Constant", [], ["b"], value=constant("", [greatest], I)),
        ][::-1],
        {"X": (F, x)},
        {"Y": (F, [3]), "Z": (F, [4])},
        [
            constant("a", [1], I),
            constant("c", [least], I),
            constant("axes", [1], I),
            constant("back", [-1], I),
        ],
    )
    case(
        "op_equal_exact",
        [node("Equal", ["X", "C"], ["B"]), node("Cast", ["B"], ["Y"], to=F)],
        {"X": (I, [[2**53 - 1], [2**53 - 2], [1 - 2**53]])},
        {"Y": (F, [1])},
        [constant("C", [2**53 - 1], I)],
    )
