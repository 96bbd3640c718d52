#!/usr/bin/env python3
"""Writes models/hostile/onnx_*: ONNX models with one fault each. Needs the Python package onnx
(Debian: python3-onnx)."""
import os
import sys

try:
    from onnx import TensorProto, ValueInfoProto, helper
except ImportError as error:
    print(
        "onnx_hostile.py: SKIPPED, models/hostile/onnx_* stay as they are: %s" % error,
        file=sys.stderr,
    )
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hostile")
F, I, S = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING
ML = "ai.onnx.ml"


def write(name, data):
    with open(os.path.join(FOLDER, "onnx_" + name + ".onnx"), "wb") as file:
        file.write(data)


def node(op, inputs=("X",), outputs=("Y",), domain="", **attributes):
    return helper.make_node(op, list(inputs), list(outputs), domain=domain, **attributes)


def ml(op, inputs=("X",), outputs=("Y",), **attributes):
    return node(op, inputs, outputs, ML, **attributes)


def model(nodes, inputs=None, outputs=None, initializers=(), opset=17, ml_opset=3):
    inputs = [helper.make_tensor_value_info("X", F, ["N", 3])] if inputs is None else inputs
    outputs = [helper.make_tensor_value_info("Y", F, ["N", 3])] if outputs is None else outputs
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(initializers))
    made = helper.make_model(
        graph,
        producer_name="pgscore",
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)],
    )
    made.ir_version = 8
    return made


def graph_case(name, *args, **more):
    write(name, model(*args, **more).SerializeToString(deterministic=True))


def changed(name, change, nodes=None, **more):
    made = model(nodes or [node("Add", ["X", "C"])], **more)
    change(made)
    write(name, made.SerializeToString(deterministic=True))


def tensor(name, kind, dims, values):
    return helper.make_tensor(name, kind, dims, values)


C = tensor("C", F, [3], [1, 2, 3])
ADD = [node("Add", ["X", "C"])]


def varint(value):
    out = b""
    while True:
        out += bytes([value & 127 | (128 if value > 127 else 0)])
        value >>= 7
        if not value:
            return out


def field(number, data):
    """A length-delimited field, or a number."""
    return (
        varint(number << 3) + varint(data)
        if isinstance(data, int)
        else varint(number << 3 | 2) + varint(len(data)) + data
    )


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
        outputs=[helper.make_tensor_value_info("Y", I, [1])],
    )
    external = TensorProto(name="C", data_type=F, dims=[3], data_location=1)
    external.external_data.add(key="location", value="../../etc/passwd")
    changed("external", replaced(external), **first)
    segment = TensorProto(name="C", data_type=F, dims=[3], float_data=[1, 2, 3])
    segment.segment.begin = 0
    changed("segment", replaced(segment), **first)
    changed("sparse", lambda made: made.graph.sparse_initializer.add(), **first)


def graphs():
    value = helper.make_tensor_value_info
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
    text = [value("X", S, ["N", 1])]
    graph_case("text_number", [node("Abs")], inputs=text)
    graph_case("text_cast", [node("Cast", to=F)], inputs=text)
    graph_case("text_output", [node("Identity")], inputs=text, outputs=[value("Y", S, ["N", 1])])
    graph_case(
        "texts_compared", [node("Equal", ["X", "Z"])], inputs=text + [value("Z", S, ["N", 1])]
    )
    integers = lambda name, *values: tensor(name, I, [len(values)], values)
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


def trees():
    good = dict(
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

    def tree(name, **changes):
        graph_case(
            "tree_" + name,
            [
                ml(
                    "TreeEnsembleRegressor",
                    **{k: v for k, v in dict(good, **changes).items() if v is not None}
                )
            ],
            outputs=[helper.make_tensor_value_info("Y", F, ["N", 1])],
        )

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
        [ml("TreeEnsembleRegressor", **good)],
        inputs=[helper.make_tensor_value_info("X", F, ["N", 2, 3])],
        outputs=[helper.make_tensor_value_info("Y", F, ["N", 1])],
    )
    good5 = dict(
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

    def tree5(name, **changes):
        graph_case(
            "tree5_" + name,
            [
                ml(
                    "TreeEnsemble",
                    **{k: v for k, v in dict(good5, **changes).items() if v is not None}
                )
            ],
            ml_opset=5,
            outputs=[helper.make_tensor_value_info("Y", F, ["N", 1])],
        )

    tree5("root", tree_roots=[3])
    tree5("leaf", nodes_falsenodeids=[5])
    tree5("cycle", nodes_trueleafs=[0])
    tree5("mode", nodes_modes=tensor("m", TensorProto.UINT8, [1], [9]))
    tree5("no_splits", nodes_splits=None)
    tree5("shared", tree_roots=[0, 0])
    member = dict(nodes_modes=tensor("m", TensorProto.UINT8, [1], [6]))
    tree5("no_members", **member)
    tree5("no_members_text", membership_values=tensor("v", S, [1], [b"1"]), **member)
    classes = {k.replace("target_", "class_"): v for k, v in good.items() if k != "n_targets"}

    def classifier(name, **changes):
        graph_case(
            "classes_" + name,
            [ml("TreeEnsembleClassifier", ["X"], ["L", "Y"], **dict(classes, **changes))],
            outputs=[
                helper.make_tensor_value_info("L", I, ["N"]),
                helper.make_tensor_value_info("Y", F, ["N", 2]),
            ],
        )

    classifier("large", classlabels_int64s=[0, (1 << 53) + 1])
    classifier("none")
    classifier("one_text", classlabels_strings=["yes"])
    classifier("range", classlabels_int64s=[0, 1], class_ids=[0, 2])


def others():
    graph_case("linear", [ml("LinearRegressor", coefficients=[1.0, 2.0], intercepts=[0.0])])
    graph_case(
        "linear_classes",
        [
            ml(
                "LinearClassifier",
                ["X"],
                ["L", "Y"],
                coefficients=[1.0] * 6,
                intercepts=[0.0, 0.0],
                classlabels_ints=[1, 2, 3],
            )
        ],
    )
    graph_case(
        "svm_vectors",
        [
            ml(
                "SVMRegressor",
                kernel_params=[1.0, 0, 0],
                n_supports=2,
                coefficients=[1.0, 2],
                rho=[0.0],
                support_vectors=[1.0] * 5,
            )
        ],
    )
    graph_case(
        "svm_huge",
        [
            ml(
                "SVMRegressor",
                kernel_params=[1.0, 0, 0],
                n_supports=1 << 30,
                coefficients=[1.0, 2],
                rho=[0.0],
                support_vectors=[1.0] * 6,
            )
        ],
    )
    graph_case(
        "svm_kernel",
        [
            ml(
                "SVMRegressor",
                kernel_type="MAGIC",
                n_supports=1,
                coefficients=[1.0],
                rho=[0.0],
                support_vectors=[1.0] * 3,
            )
        ],
    )
    graph_case(
        "svm_classes",
        [
            ml(
                "SVMClassifier",
                ["X"],
                ["L", "Y"],
                kernel_params=[1.0, 0, 0],
                vectors_per_class=[1, -1],
                classlabels_ints=[0, 1],
                coefficients=[1.0],
                rho=[0.0],
                support_vectors=[1.0] * 3,
            )
        ],
    )
    graph_case("scaler", [ml("Scaler", offset=[1.0, 2.0], scale=[1.0, 2.0])])
    graph_case("imputer", [ml("Imputer", replaced_value_float=0.0)])
    graph_case("one_hot_none", [ml("OneHotEncoder")])
    graph_case("label_lengths", [ml("LabelEncoder", keys_floats=[1.0, 2.0], values_floats=[1.0])])
    graph_case(
        "label_two_keys",
        [ml("LabelEncoder", keys_floats=[1.0], keys_int64s=[1], values_floats=[1.0])],
    )
    graph_case(
        "label_large",
        [ml("LabelEncoder", keys_int64s=[1, 1 << 53], values_floats=[1.0, 2.0])],
        inputs=[helper.make_tensor_value_info("X", I, ["N", 3])],
    )
    graph_case(
        "label_large_default",
        [ml("LabelEncoder", keys_floats=[1.0], values_int64s=[1], default_int64=-(1 << 53))],
        outputs=[helper.make_tensor_value_info("Y", I, ["N", 3])],
    )
    graph_case(
        "label_large_tensor",
        [ml("LabelEncoder", keys_tensor=tensor("keys", I, [1], [1 << 60]), values_floats=[1.0])],
        inputs=[helper.make_tensor_value_info("X", I, ["N", 3])],
        ml_opset=4,
    )
    graph_case(
        "one_hot_large",
        [ml("OneHotEncoder", cats_int64s=[1, 1 << 54])],
        inputs=[helper.make_tensor_value_info("X", I, ["N", 3])],
    )
    graph_case("label_type", [ml("LabelEncoder", keys_strings=["a"], values_floats=[1.0])])
    graph_case("feature_vectorizer", [ml("FeatureVectorizer", inputdimensions=[1 << 40])])
    graph_case("zip_map", [ml("ZipMap", classlabels_int64s=[1, 2])])
    graph_case("cast_map", [ml("CastMap")])


def functions_and_loops():
    def function(
        name, nodes, domain="own", inputs=("A",), outputs=("B",), attributes=(), version=17
    ):
        return helper.make_function(
            domain,
            name,
            list(inputs),
            list(outputs),
            nodes,
            [helper.make_opsetid("", version), helper.make_opsetid("own", 1)],
            list(attributes),
        )

    def calls(name, functions, nodes=(node("Double", domain="own"),), **more):
        def change(made):
            made.functions.extend(functions)
            made.opset_import.append(helper.make_opsetid("own", 1))

        changed("function_" + name, change, list(nodes), **more)

    double = function("Double", [node("Add", ["A", "A"], ["B"])])
    calls("twice", [double, double])
    calls("itself", [function("Double", [node("Double", ["A"], ["B"], "own")])])
    calls(
        "many",
        [
            function(
                "Double" if i == 0 else "F%d" % i,
                [node("F%d" % (i + 1), [a], [b], "own") for a, b in ("AC", "CB")],
            )
            for i in range(24)
        ]
        + [function("F24", [node("Neg", ["A"], ["B"])])],
    )
    calls("inputs", [double], [node("Double", ["X", "X"], domain="own")])
    calls("attribute", [double], [node("Double", domain="own", alpha=1.0)])
    calls("operator", [function("Abs", [node("Neg", ["A"], ["B"])], "")], [node("Abs")])
    calls("operator_set", [function("Double", [ml("Normalizer", ["A"], ["B"])])])

    def scan(name, body, nodes=(), inputs=("X", "C"), more=(), **attributes):
        attributes = dict(dict(num_scan_inputs=1), **attributes)
        graph_case(
            "scan_" + name,
            list(nodes) + [node("Scan", inputs, ["S", "Y"], body=body, **attributes)],
            initializers=[tensor("C", F, [4, 3], list(range(12)))] + list(more),
            outputs=[helper.make_tensor_value_info("Y", F, None)],
        )

    def body(nodes, outputs=("t", "r")):
        return helper.make_graph(
            nodes,
            "b",
            [helper.make_tensor_value_info(n, F, None) for n in ("s", "c")],
            [helper.make_tensor_value_info(n, F, None) for n in outputs],
        )

    step = [node("Identity", ["s"], ["t"]), node("Sub", ["s", "c"], ["r"])]
    scan("operator", body(step + [node("Loop", ["s"], ["u"])]))
    scan("output", body(step, ("t", "u")))
    scan("outputs", body(step, ("t",)))
    scan("undefined", body(step + [node("Add", ["s", "Q"], ["u"])]))
    scan("inputs", body(step), num_scan_inputs=3)
    scan("circle", body([node("Identity", ["S"], ["t"]), node("Sub", ["s", "c"], ["r"])]))
    scan(
        "long",
        body(step),
        [node("ConstantOfShape", ["n"], ["L"])],
        ("X", "L"),
        [tensor("n", I, [2], [1000000, 1])],
    )
    graph_case(
        "top_k",
        [node("TopK", ["X", "k"], ["V", "Y"])],
        initializers=[tensor("k", I, [1], [4])],
        outputs=[helper.make_tensor_value_info("Y", I, ["N", 4])],
    )
    graph_case(
        "range",
        [
            node("Range", ["a", "b", "c"], ["r"]),
            node("ReduceSum", ["r"], ["s"]),
            node("Add", ["X", "s"]),
        ],
        initializers=[tensor("a", F, [], [0]), tensor("b", F, [], [1e9]), tensor("c", F, [], [1])],
    )


def schemas():
    """Attributes, inputs and operator sets that are not known."""
    graph_case("attribute_unknown", [node("Softmax", axis=1, temperature=2.0)])
    graph_case(
        "attribute_later",
        [node("TopK", ["X", "k"], ["V", "Y"], largest=0)],
        initializers=[tensor("k", I, [1], [2])],
        opset=10,
        outputs=[helper.make_tensor_value_info("Y", I, ["N", 2])],
    )
    graph_case(
        "attribute_axis", [node("Add", ["X", "C"], axis=1, broadcast=1)], initializers=[C], opset=6
    )
    twice = node("Softmax", axis=1)
    twice.attribute.add().CopyFrom(helper.make_attribute("axis", 0))
    graph_case("attribute_twice", [twice])
    other = node("LeakyRelu", alpha=0.5)
    other.attribute[0].i = 3
    graph_case("attribute_two_values", [other])
    mistyped = node("LeakyRelu", alpha=3)
    mistyped.attribute[0].type = 1
    graph_case("attribute_mistyped", [mistyped])
    graph_case("inputs_many", [node("Relu", ["X", "X"])])
    graph_case("operator_later", [node("Round")], opset=10)
    overload = node("Relu")
    overload.overload = "other"
    graph_case("overload", [overload])
    graph_case("set_newer", [node("Relu")], opset=26)
    graph_case("set_newer_ml", [ml("Normalizer")], ml_opset=6)
    changed(
        "set_twice",
        lambda made: made.opset_import.append(helper.make_opsetid("", 13)),
        [node("Relu")],
    )
    changed(
        "set_missing", lambda made: made.opset_import.remove(made.opset_import[0]), [node("Relu")]
    )
    graph_case(
        "dropout_training",
        [node("Dropout", ["X", "", "t"])],
        initializers=[tensor("t", TensorProto.BOOL, [], [1])],
    )
    graph_case(
        "batch_spatial",
        [node("BatchNormalization", ["X", "C", "C", "C", "C"], spatial=0)],
        initializers=[C],
        opset=8,
    )


def large():
    """Small files that say large things, or much work."""
    int_x = [helper.make_tensor_value_info("X", I, ["N", 3])]
    number = [helper.make_tensor_value_info("Y", F, ["N", 1])]
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
        outputs=[helper.make_tensor_value_info("Y", TensorProto.BOOL, None)],
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
        inputs=[helper.make_tensor_value_info("X", I, ["N", 3000])],
        outputs=[helper.make_tensor_value_info("Y", F, ["N", 3000])],
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
        inputs=[helper.make_tensor_value_info("X", S, ["N", 1000])],
        outputs=[helper.make_tensor_value_info("Y", F, ["N", 1000])],
    )
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


if __name__ == "__main__":
    for old in os.listdir(FOLDER):
        if old.startswith("onnx_"):
            os.remove(os.path.join(FOLDER, old))
    wire()
    tensors()
    graphs()
    trees()
    others()
    functions_and_loops()
    schemas()
    large()
