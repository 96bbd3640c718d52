"""Functions of single numbers: arithmetic, comparisons, casts."""
import numpy as np

from graph_case import B, D, F, I, S, case, constant, edge_rows, node, rng


def each(name, operators, more, inputs, kind, initializers=()):
    """One graph with an output for each operator, of the same input."""
    case(
        name,
        [node(op, ["X"] + more, [op]) for op in operators],
        inputs,
        {op: (kind, [3]) for op in operators},
        initializers,
    )


def unary_functions(finite):
    unary = (
        "Abs Neg Sign Floor Ceil Round Exp Log Sqrt Erf Sin Cos Tan Atan Sinh Cosh Reciprocal Relu "
        "LeakyRelu ThresholdedRelu Elu Selu "
        "Sigmoid HardSigmoid Tanh Softplus Softsign"
    ).split()
    half = np.vstack([finite, [[0.5, 1.5, 2.5], [-0.5, -1.5, 0.0]]])
    each("functions", unary, [], {"X": (F, half)}, F)
    each(
        "functions_double",
        ["Abs", "Floor", "Exp", "Sqrt", "Round"],
        [],
        {"X": (D, np.abs(finite))},
        D,
    )
    each("functions_arc", ["Asin", "Acos"], [], {"X": (F, finite / 10)}, F)


def arithmetic(x, finite):
    operators = ["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum"]
    each(
        "arithmetic",
        operators + ["Mean"],
        ["C"],
        {"X": (F, x)},
        F,
        [constant("C", [[0.5, 2.0, -3.0]], F)],
    )
    each(
        "arithmetic_double",
        operators,
        ["C"],
        {"X": (D, finite)},
        D,
        [constant("C", [[0.5, 2.0, 3.0]], D)],
    )
    for kind, name in ((F, "float"), (D, "double")):
        case(
            "op_pow_" + name,
            [node("Pow", ["X", "C"], ["Y"])],
            {"X": (kind, np.abs(finite))},
            {"Y": (kind, [3])},
            [constant("C", [[0.5, 2.0, -3.0]], kind)],
        )


def divisions(finite):
    case(
        "op_div_int64",
        [node("Div", ["X", "C"], ["Y"])],
        {"X": (I, [[-7, 7, 5]])},
        {"Y": (I, [3])},
        [constant("C", [2, -2, 3], I)],
    )
    case(
        "op_mod_int64",
        [node("Mod", ["X", "C"], ["Y"])],
        {"X": (I, [[-7, 7, 5]])},
        {"Y": (I, [3])},
        [constant("C", [3, -3, 3], I)],
    )
    case(
        "op_mod_float",
        [node("Mod", ["X", "C"], ["Y"], fmod=1)],
        {"X": (F, [[-7.5, 7.5, 5]])},
        {"Y": (F, [3])},
        [constant("C", [3, -3, 3], F)],
    )
    case(
        "op_pow_square",
        [node("Pow", ["X", "C"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        [constant("C", 2.0, F)],
    )


def comparisons(x):
    each(
        "comparisons",
        ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"],
        ["C"],
        {"X": (F, x)},
        B,
        [constant("C", [0.5, 1.0, 0.0], F)],
    )
    case(
        "op_logic",
        [
            node("Greater", ["X", "C"], ["A"]),
            node("Less", ["X", "C2"], ["B"]),
            node("And", ["A", "B"], ["both"]),
            node("Or", ["A", "B"], ["any"]),
            node("Xor", ["A", "B"], ["one"]),
            node("Not", ["A"], ["none"]),
            node("IsNaN", ["X"], ["nans"]),
            node("IsInf", ["X"], ["infs"]),
        ],
        {"X": (F, x)},
        {n: (B, [3]) for n in ("both", "any", "one", "none", "nans", "infs")},
        [constant("C", [0.0], F), constant("C2", [2.0], F)],
    )
    case(
        "op_where",
        [node("Greater", ["X", "C"], ["B"]), node("Where", ["B", "X", "C"], ["Y"])],
        {"X": (F, x)},
        {"Y": (F, [3])},
        [constant("C", [0.5], F)],
    )
    case(
        "op_equal_text",
        [node("Equal", ["X", "C"], ["B"]), node("Cast", ["B"], ["Y"], to=F)],
        {"X": (S, [["a"], ["b"], [""], ["A"]])},
        {"Y": (F, [1])},
        [constant("C", ["a"], S)],
        opset=19,
    )


def clips_and_casts(finite):
    case(
        "op_clip",
        [node("Clip", ["X", "low", "high"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        [constant("low", -1.0, F), constant("high", 1.5, F)],
    )
    case(
        "op_clip_6",
        [node("Clip", ["X"], ["Y"], min=-0.5)],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        opset=10,
    )
    for kind, name in ((I, "int64"), (D, "double"), (B, "bool")):
        case(
            "op_cast_" + name,
            [node("Cast", ["X"], ["Y"], to=kind)],
            {"X": (F, finite)},
            {"Y": (kind, [3])},
        )
    case(
        "op_cast_float",
        [node("Cast", ["X"], ["Y"], to=F)],
        {"X": (D, finite + 0.1)},
        {"Y": (F, [3])},
    )


def functions():
    x = edge_rows(3, 25)
    finite = np.round(rng.normal(0, 2, (12, 3)), 3)
    unary_functions(finite)
    arithmetic(x, finite)
    divisions(finite)
    comparisons(x)
    clips_and_casts(finite)
