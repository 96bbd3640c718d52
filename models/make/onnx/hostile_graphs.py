"""Graphs that are none: wrong tensors, nodes, inputs and shapes."""
from malformed import ADD, C, F, I, S, TensorProto, changed, field, graph_case, ml, model
from malformed import node, tensor, value, varint, write
from onnx import ValueInfoProto


def integers(name, *values):
    return tensor(name, I, [len(values)], values)


def wire():
    good = model(ADD, initializers=[C]).SerializeToString(deterministic=True)
    write("truncated", good[: len(good) * 2 // 3])
    write("no_graph", field(1, 8) + field(2, b"pgscore"))
    write("two_graphs", field(1, 8) + field(7, b"") + field(7, b""))
    write("long_number", b"\x08" + b"\xff" * 11 + field(7, b""))
    write("length", field(1, 8) + field(7, varint(1 << 3 | 2) + varint(100) + b"ab"))
    write("wire_type", field(1, 8) + field(7, field(1, 5)))
    write("packed_length", field(1, 8) + field(7, field(5, field(4, b"12345"))))
    kind = field(1, field(1, 1))
    for _ in range(40):
        kind = field(4, field(1, kind))
    write("nested", field(1, 8) + field(7, field(11, field(1, b"X") + field(2, kind))))


def tensors():
    def dims(*values):
        def change(made):
            del made.graph.initializer[0].dims[:]
            made.graph.initializer[0].dims.extend(values)

        return change

    def replaced(made_tensor):
        def change(made):
            made.graph.initializer[0].CopyFrom(made_tensor)

        return change

    first = dict(initializers=[C])
    changed("dims_huge", dims(1 << 40), **first)
    changed("dims_overflow", dims(1 << 40, 1 << 40), **first)
    changed("dims_negative", dims(-3), **first)
    changed("dims_few", dims(2), **first)
    raw = TensorProto(name="C", data_type=F, dims=[3], raw_data=b"\0" * 11)
    changed("raw_size", replaced(raw), **first)
    changed(
        "raw_texts", replaced(TensorProto(name="C", data_type=S, dims=[1], raw_data=b"a")), **first
    )
    changed(
        "tensor_type",
        replaced(TensorProto(name="C", data_type=23, dims=[3], raw_data=b"\0" * 3)),
        **first
    )
    changed(
        "tensor_float16",
        replaced(TensorProto(name="C", data_type=10, dims=[3], raw_data=b"\0" * 6)),
        **first
    )
    changed(
        "integers_large",
        replaced(TensorProto(name="C", data_type=I, dims=[1], int64_data=[1 << 60])),
        **first
    )
    graph_case(
        "integers_output",
        [node("Identity", ["C"]), node("Abs", ["X"], ["Z"])],
        initializers=[tensor("C", I, [1], [(1 << 53) + 1])],
        outputs=[value("Y", I, [1])],
    )
    external = TensorProto(name="C", data_type=F, dims=[3], data_location=1)
    external.external_data.add(key="location", value="../../etc/passwd")
    changed("external", replaced(external), **first)
    segment = TensorProto(name="C", data_type=F, dims=[3], float_data=[1, 2, 3])
    segment.segment.begin = 0
    changed("segment", replaced(segment), **first)
    changed("sparse", lambda made: made.graph.sparse_initializer.add(), **first)


def nodes():
    graph_case("defined_twice", [node("Abs"), node("Neg")])
    graph_case("initializer_twice", ADD, initializers=[C, C])
    graph_case("undefined", [node("Add", ["X", "Z"])])
    graph_case(
        "cycle",
        [
            node("Add", ["X", "B"], ["A"]),
            node("Add", ["X", "A"], ["B"]),
            node("Identity", ["B"], ["Y"]),
        ],
    )
    graph_case("itself", [node("Add", ["X", "Y"])])
    graph_case("output_missing", [node("Abs", ["X"], ["Z"])])
    graph_case("no_outputs", [node("Abs")], outputs=[])
    graph_case(
        "operator", [node("Abs", ["X"], ["Z"]), node("LSTM", ["Z"]), node("Conv", ["Z"], ["W"])]
    )
    graph_case("operator_domain", [node("Abs", domain="com.example")])
    graph_case("input_missing", [node("Gemm", ["X"])])
    graph_case("input_empty", [node("Add", ["X", ""])])
    graph_case("attribute_type", [node("LeakyRelu", alpha="0.1")])


def inputs():
    graph_case(
        "input_twice",
        [node("Add", ["X", "C"])],
        inputs=[value("X", F, ["N", 3])] * 2,
        initializers=[C],
    )
    graph_case("input_dynamic", [node("Abs")], inputs=[value("X", F, ["N", "M", 3])])
    graph_case("input_unknown", [node("Abs")], inputs=[value("X", F, ["N", "M"])])
    graph_case("input_features", [node("Abs")], inputs=[value("X", F, ["N", 1 << 40])])
    graph_case("input_overflow", [node("Abs")], inputs=[value("X", F, [1 << 40, 1 << 40])])
    graph_case("input_type", [node("Abs")], inputs=[value("X", TensorProto.COMPLEX64, ["N", 3])])
    graph_case(
        "input_names",
        [node("Add", ["X", "X_1"])],
        inputs=[value("X", F, ["N", 3]), value("X_1", F, ["N", 1])],
    )
    a_map = ValueInfoProto(name="X")
    a_map.type.map_type.key_type = I
    a_map.type.map_type.value_type.tensor_type.elem_type = F
    graph_case("map_reader", [node("Identity")], inputs=[a_map])
    graph_case(
        "map_number",
        [ml("DictVectorizer", ["X"], ["Z"], int64_vocabulary=[1, 2]), node("Add", ["X", "Z"])],
        inputs=[a_map],
    )
    sequence = ValueInfoProto(name="X")
    sequence.type.sequence_type.elem_type.tensor_type.elem_type = F
    graph_case("sequence", [node("Identity")], inputs=[sequence])


def texts():
    text = [value("X", S, ["N", 1])]
    graph_case("text_number", [node("Abs")], inputs=text)
    graph_case("text_cast", [node("Cast", to=F)], inputs=text)
    graph_case("text_output", [node("Identity")], inputs=text, outputs=[value("Y", S, ["N", 1])])
    graph_case(
        "texts_compared", [node("Equal", ["X", "Z"])], inputs=text + [value("Z", S, ["N", 1])]
    )


def shapes():
    graph_case("reshape", [node("Reshape", ["X", "s"])], initializers=[integers("s", -1, 2)])
    graph_case("reshape_two", [node("Reshape", ["X", "s"])], initializers=[integers("s", -1, -1)])
    graph_case("reshape_dynamic", [node("Cast", ["X"], ["s"], to=I), node("Reshape", ["X", "s"])])
    graph_case(
        "expand", [node("Expand", ["X", "s"])], initializers=[integers("s", 100000, 100000, 3)]
    )
    graph_case(
        "constant_of_shape",
        [node("ConstantOfShape", ["s"])],
        initializers=[integers("s", 1 << 20, 1 << 20)],
    )
    graph_case("tile", [node("Tile", ["X", "s"])], initializers=[integers("s", 1, 1 << 50)])
    graph_case("tile_nothing", [node("Tile", ["X", "s"])], initializers=[integers("s", 0, 1 << 50)])
    graph_case(
        "doubling",
        [node("Concat", ["X", "X"], ["A0"], axis=1)]
        + [node("Concat", ["A%d" % i, "A%d" % i], ["A%d" % (i + 1)], axis=1) for i in range(60)]
        + [node("Identity", ["A60"])],
    )
    graph_case(
        "columns_many",
        [node("Concat", ["X"] * 64, ["A0"], axis=1)]
        + [node("Concat", ["A0"] * 64, ["A1"], axis=1), node("Exp", ["A1"], ["E0"])]
        + [node("Exp", ["E%d" % i], ["E%d" % (i + 1)]) for i in range(200)]
        + [node("Identity", ["E200"])],
    )


def operators():
    graph_case("broadcast", [node("Add", ["X", "C"])], initializers=[tensor("C", F, [2], [1, 2])])
    graph_case("types", [node("Add", ["X", "C"])], initializers=[integers("C", 1)])
    graph_case("axis", [node("Softmax", axis=5)])
    graph_case(
        "slice",
        [node("Slice", ["X", "a", "b", "c", "d"])],
        initializers=[integers("a", 0), integers("b", 3), integers("c", 1), integers("d", 0)],
    )
    graph_case(
        "concat",
        [node("Concat", ["X", "C"], axis=1)],
        initializers=[tensor("C", F, [2, 1], [1, 2])],
    )
    graph_case("gather", [node("Gather", ["X", "C"], axis=1)], initializers=[integers("C", 7)])
    graph_case("transpose", [node("Transpose", perm=[0, 0])])
    graph_case(
        "unsqueeze", [node("Unsqueeze", ["X", "s"])], initializers=[integers("s", *range(100))]
    )
    graph_case(
        "one_hot",
        [node("ArgMax", ["X"], ["A"], axis=1), node("OneHot", ["A", "n", "v"])],
        initializers=[integers("n", 1 << 40), tensor("v", F, [2], [0, 1])],
    )
    graph_case(
        "gemm", [node("Gemm", ["X", "C"])], initializers=[tensor("C", F, [2, 2], [1, 2, 3, 4])]
    )
    graph_case(
        "empty_product",
        [node("MatMul", ["Z", "C"])],
        initializers=[tensor("C", F, [0, 3], []), tensor("Z", F, [3, 0], [])],
    )
    graph_case("cast_float16", [node("Cast", to=10)])
