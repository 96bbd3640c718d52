"""Small files that describe large things, or much work."""
from malformed import F, I, S, TensorProto, graph_case, ml, node, tensor, value


def large_tensors():
    graph_case(
        "large_constant",
        [
            node("ConstantOfShape", ["s"], ["c"]),
            node("ReduceSum", ["c"], ["r"], keepdims=0),
            node("Add", ["X", "r"]),
        ],
        initializers=[tensor("s", I, [1], [1 << 25])],
    )
    graph_case(
        "large_cast",
        [
            node("ConstantOfShape", ["s"], ["c"]),
            node("Cast", ["c"], ["t"], to=S),
            node("Equal", ["t", "t"]),
        ],
        initializers=[tensor("s", I, [1], [1500000])],
        outputs=[value("Y", TensorProto.BOOL, None)],
    )
    graph_case(
        "large_copies",
        [node("ConstantOfShape", ["s"], ["c0"])]
        + [node("Mul", ["c%d" % i, "c0"], ["c%d" % (i + 1)]) for i in range(40)]
        + [node("Sum", ["c%d" % i for i in range(41)], ["r"]), node("Add", ["X", "r"])],
        initializers=[tensor("s", I, [1], [1000000])],
    )
    graph_case(
        "large_tables",
        [ml("LabelEncoder", keys_int64s=list(range(3000)), values_floats=[0.5] * 3000)],
        inputs=[value("X", I, ["N", 3000])],
        outputs=[value("Y", F, ["N", 3000])],
    )
    graph_case(
        "large_categories",
        [
            ml(
                "LabelEncoder",
                keys_strings=["t%d" % i for i in range(1100)],
                values_floats=[0.5] * 1100,
            )
        ],
        inputs=[value("X", S, ["N", 1000])],
        outputs=[value("Y", F, ["N", 1000])],
    )


def large_work():
    graph_case(
        "large_work",
        [node("ConstantOfShape", ["s"], ["c"])]
        + [
            node("MatMul", ["c", "c"], ["m"]),
            node("ReduceMax", ["m"], ["r"], keepdims=0),
            node("Add", ["X", "r"]),
        ],
        initializers=[tensor("s", I, [2], [1000, 1000])],
    )
    # No element, but many loops over what has none.
    graph_case(
        "large_nothing",
        [
            node("ConstantOfShape", ["s"], ["c"]),
            node("Concat", ["c"] * 2000, ["n"], axis=1),
            node("ReduceSum", ["n"], ["r"], keepdims=0),
            node("Add", ["X", "r"]),
        ],
        initializers=[tensor("s", I, [2], [100000, 0])],
    )


def texts_as_numbers():
    text = tensor("t", S, [2, 2], [b"a"] * 4)
    graph_case(
        "texts_product",
        [
            node("MatMul", ["t", "t"], ["p"]),
            node("Cast", ["p"], ["f"], to=F),
            node("ReduceSum", ["f"], ["r"], keepdims=0),
            node("Add", ["X", "r"]),
        ],
        initializers=[text],
    )
    graph_case(
        "texts_gemm",
        [
            node("Gemm", ["t", "t"], ["p"]),
            node("Cast", ["p"], ["f"], to=F),
            node("ReduceSum", ["f"], ["r"], keepdims=0),
            node("Add", ["X", "r"]),
        ],
        initializers=[text],
    )
    graph_case("texts_indices", [node("Gather", ["X", "t"], axis=1)], initializers=[text])
    graph_case(
        "texts_condition",
        [node("Where", ["t", "X", "X"])],
        initializers=[tensor("t", S, [3], [b"a"] * 3)],
    )
