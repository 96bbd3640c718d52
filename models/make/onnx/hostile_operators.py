"""Operators with wrong attributes, inputs or operator sets."""
from malformed import C, I, TensorProto, changed, field, graph_case, helper, ml, node, tensor
from malformed import value


def svm(name, kind="SVMRegressor", outputs=("Y",), **attributes):
    graph_case("svm_" + name, [ml(kind, ["X"], outputs, **attributes)])


def linear_and_svm():
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
    svm(
        "vectors",
        kernel_params=[1.0, 0, 0],
        n_supports=2,
        coefficients=[1.0, 2],
        rho=[0.0],
        support_vectors=[1.0] * 5,
    )
    svm(
        "huge",
        kernel_params=[1.0, 0, 0],
        n_supports=1 << 30,
        coefficients=[1.0, 2],
        rho=[0.0],
        support_vectors=[1.0] * 6,
    )
    svm(
        "kernel",
        kernel_type="MAGIC",
        n_supports=1,
        coefficients=[1.0],
        rho=[0.0],
        support_vectors=[1.0] * 3,
    )
    svm(
        "classes",
        "SVMClassifier",
        ["L", "Y"],
        kernel_params=[1.0, 0, 0],
        vectors_per_class=[1, -1],
        classlabels_ints=[0, 1],
        coefficients=[1.0],
        rho=[0.0],
        support_vectors=[1.0] * 3,
    )


def features():
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
        inputs=[value("X", I, ["N", 3])],
    )
    graph_case(
        "label_large_default",
        [ml("LabelEncoder", keys_floats=[1.0], values_int64s=[1], default_int64=-(1 << 53))],
        outputs=[value("Y", I, ["N", 3])],
    )
    graph_case(
        "label_large_tensor",
        [ml("LabelEncoder", keys_tensor=tensor("keys", I, [1], [1 << 60]), values_floats=[1.0])],
        inputs=[value("X", I, ["N", 3])],
        ml_opset=4,
    )
    graph_case(
        "one_hot_large",
        [ml("OneHotEncoder", cats_int64s=[1, 1 << 54])],
        inputs=[value("X", I, ["N", 3])],
    )
    graph_case("label_type", [ml("LabelEncoder", keys_strings=["a"], values_floats=[1.0])])
    graph_case("feature_vectorizer", [ml("FeatureVectorizer", inputdimensions=[1 << 40])])
    graph_case("zip_map", [ml("ZipMap", classlabels_int64s=[1, 2])])
    graph_case("cast_map", [ml("CastMap")])


def attributes():
    """Attributes, inputs and operators that the operator set does not have."""
    graph_case("attribute_unknown", [node("Softmax", axis=1, temperature=2.0)])
    graph_case(
        "attribute_later",
        [node("TopK", ["X", "k"], ["V", "Y"], largest=0)],
        initializers=[tensor("k", I, [1], [2])],
        opset=10,
        outputs=[value("Y", I, ["N", 2])],
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
    # The field, of ONNX 1.16, as bytes: older packages do not know it.
    overload.MergeFromString(field(8, b"other"))
    graph_case("overload", [overload])


def operator_sets():
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
