// The table of operators. models/formats/onnx.md shows it: test/unit/onnx_table_test prints it
// again.
#include <algorithm>
#include <array>

#include "formats/onnx_operator.hpp"
#include "formats/onnx_schema.hpp"

namespace pgscore::formats {
namespace {

constexpr std::string_view kMl = "ai.onnx.ml";

constexpr std::array kOperators = {
    OnnxOperator{kMl, "TreeEnsembleRegressor", read_onnx_tree_regressor,
                 "all node modes, aggregates and post-transforms; float and double"},
    OnnxOperator{kMl, "TreeEnsembleClassifier", read_onnx_tree_classifier,
                 "all node modes and post-transforms; float and double"},
    OnnxOperator{kMl, "TreeEnsemble", read_onnx_tree_ensemble,
                 "operator set 5, with membership; nodes have one parent"},
    OnnxOperator{kMl, "LinearRegressor", read_onnx_linear_regressor, ""},
    OnnxOperator{kMl, "LinearClassifier", read_onnx_linear_classifier, ""},
    OnnxOperator{kMl, "SVMRegressor", read_onnx_svm_regressor, "one-class models, too"},
    OnnxOperator{kMl, "SVMClassifier", read_onnx_svm_classifier, "with and without probabilities"},
    OnnxOperator{kMl, "Scaler", read_onnx_scaler, ""},
    OnnxOperator{kMl, "Normalizer", read_onnx_normalizer,
                 "MAX divides by the greatest value, as ONNX Runtime does"},
    OnnxOperator{kMl, "Imputer", read_onnx_imputer, ""},
    OnnxOperator{kMl, "Binarizer", read_onnx_binarizer, ""},
    OnnxOperator{kMl, "OneHotEncoder", read_onnx_one_hot_encoder, "zeros = 0 for texts only"},
    OnnxOperator{kMl, "LabelEncoder", read_onnx_label_encoder,
                 "all types of keys and values, operator sets 1, 2 and 4"},
    OnnxOperator{kMl, "CategoryMapper", read_onnx_category_mapper, ""},
    OnnxOperator{kMl, "ArrayFeatureExtractor", read_onnx_array_feature_extractor,
                 "indices may be computed"},
    OnnxOperator{kMl, "FeatureVectorizer", read_onnx_feature_vectorizer, ""},
    OnnxOperator{kMl, "DictVectorizer", read_onnx_dict_vectorizer,
                 "an input that is a map has the vocabulary's keys as features"},
    OnnxOperator{kMl, "ZipMap", read_onnx_zip_map, ""},
    OnnxOperator{kMl, "CastMap", read_onnx_cast_map, "numbers only"},

    OnnxOperator{"", "Gemm", read_onnx_gemm, ""},
    OnnxOperator{"", "MatMul", read_onnx_matmul, ""},
    OnnxOperator{"", "BatchNormalization", read_onnx_batch_normalization, "inference"},
    OnnxOperator{"", "LayerNormalization", read_onnx_layer_normalization, ""},
    OnnxOperator{"", "LpNormalization", read_onnx_lp_normalization, ""},
    OnnxOperator{"", "Add", read_onnx_add, ""},
    OnnxOperator{"", "Sub", read_onnx_subtract, ""},
    OnnxOperator{"", "Mul", read_onnx_multiply, ""},
    OnnxOperator{"", "Div", read_onnx_divide, ""},
    OnnxOperator{"", "Pow", read_onnx_power, ""},
    OnnxOperator{"", "Mod", read_onnx_modulo, ""},
    OnnxOperator{"", "Min", read_onnx_min, ""},
    OnnxOperator{"", "Max", read_onnx_max, ""},
    OnnxOperator{"", "Sum", read_onnx_sum, ""},
    OnnxOperator{"", "Mean", read_onnx_mean, ""},
    OnnxOperator{"", "Abs", read_onnx_function, ""},
    OnnxOperator{"", "Neg", read_onnx_function, ""},
    OnnxOperator{"", "Sign", read_onnx_function, ""},
    OnnxOperator{"", "Sqrt", read_onnx_function, ""},
    OnnxOperator{"", "Exp", read_onnx_function, ""},
    OnnxOperator{"", "Log", read_onnx_function, ""},
    OnnxOperator{"", "Erf", read_onnx_function, ""},
    OnnxOperator{"", "Floor", read_onnx_function, ""},
    OnnxOperator{"", "Ceil", read_onnx_function, ""},
    OnnxOperator{"", "Round", read_onnx_function, ""},
    OnnxOperator{"", "Sin", read_onnx_function, ""},
    OnnxOperator{"", "Cos", read_onnx_function, ""},
    OnnxOperator{"", "Tan", read_onnx_function, ""},
    OnnxOperator{"", "Asin", read_onnx_function, ""},
    OnnxOperator{"", "Acos", read_onnx_function, ""},
    OnnxOperator{"", "Atan", read_onnx_function, ""},
    OnnxOperator{"", "Sinh", read_onnx_function, ""},
    OnnxOperator{"", "Cosh", read_onnx_function, ""},
    OnnxOperator{"", "Reciprocal", read_onnx_activation, ""},
    OnnxOperator{"", "Relu", read_onnx_activation, ""},
    OnnxOperator{"", "LeakyRelu", read_onnx_activation, ""},
    OnnxOperator{"", "PRelu", read_onnx_prelu, ""},
    OnnxOperator{"", "ThresholdedRelu", read_onnx_activation, ""},
    OnnxOperator{"", "Elu", read_onnx_activation, ""},
    OnnxOperator{"", "Selu", read_onnx_activation, ""},
    OnnxOperator{"", "Sigmoid", read_onnx_activation, ""},
    OnnxOperator{"", "HardSigmoid", read_onnx_activation, ""},
    OnnxOperator{"", "Tanh", read_onnx_activation, ""},
    OnnxOperator{"", "Softplus", read_onnx_activation, ""},
    OnnxOperator{"", "Softsign", read_onnx_activation, ""},
    OnnxOperator{"", "Softmax", read_onnx_softmax, ""},
    OnnxOperator{"", "LogSoftmax", read_onnx_softmax, ""},
    OnnxOperator{"", "Clip", read_onnx_clip, ""},
    OnnxOperator{"", "ArgMax", read_onnx_arg_extreme, ""},
    OnnxOperator{"", "ArgMin", read_onnx_arg_extreme, ""},
    OnnxOperator{"", "TopK", read_onnx_top_k, "k is constant; sorted"},
    OnnxOperator{"", "CumSum", read_onnx_cumulative_sum, "the axis is constant"},
    OnnxOperator{"", "ReduceSum", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceMean", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceMax", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceMin", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceProd", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceSumSquare", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceL1", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceL2", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceLogSum", read_onnx_reduce, ""},
    OnnxOperator{"", "ReduceLogSumExp", read_onnx_reduce, ""},
    OnnxOperator{"", "Equal", read_onnx_equal, "a text is compared with a constant"},
    OnnxOperator{"", "Less", read_onnx_less, ""},
    OnnxOperator{"", "LessOrEqual", read_onnx_less_or_equal, ""},
    OnnxOperator{"", "Greater", read_onnx_greater, ""},
    OnnxOperator{"", "GreaterOrEqual", read_onnx_greater_or_equal, ""},
    OnnxOperator{"", "And", read_onnx_and, ""},
    OnnxOperator{"", "Or", read_onnx_or, ""},
    OnnxOperator{"", "Xor", read_onnx_xor, ""},
    OnnxOperator{"", "Not", read_onnx_function, ""},
    OnnxOperator{"", "Where", read_onnx_where, "numbers"},
    OnnxOperator{"", "IsNaN", read_onnx_is_nan, ""},
    OnnxOperator{"", "IsInf", read_onnx_is_inf, ""},
    OnnxOperator{"", "Cast", read_onnx_cast,
                 "labels to texts and back; a text of the row is no number"},
    OnnxOperator{"", "CastLike", read_onnx_cast_like, "as Cast"},
    OnnxOperator{"", "Identity", read_onnx_identity, ""},
    OnnxOperator{"", "Dropout", read_onnx_identity, "inference: the identity"},
    OnnxOperator{"", "Constant", read_onnx_constant, ""},
    OnnxOperator{"", "ConstantOfShape", read_onnx_constant_of_shape, "the shape is constant"},
    OnnxOperator{"", "Range", read_onnx_range, "its bounds are constant"},
    OnnxOperator{"", "EyeLike", read_onnx_eye_like, ""},
    OnnxOperator{"", "Shape", read_onnx_shape, "the batch is 1"},
    OnnxOperator{"", "Size", read_onnx_size, "the batch is 1"},
    OnnxOperator{"", "Reshape", read_onnx_reshape, "the shape is constant"},
    OnnxOperator{"", "Flatten", read_onnx_flatten, ""},
    OnnxOperator{"", "Squeeze", read_onnx_squeeze, ""},
    OnnxOperator{"", "Unsqueeze", read_onnx_unsqueeze, ""},
    OnnxOperator{"", "Transpose", read_onnx_transpose, ""},
    OnnxOperator{"", "Concat", read_onnx_concat, ""},
    OnnxOperator{"", "Split", read_onnx_split, ""},
    OnnxOperator{"", "Slice", read_onnx_slice, "bounds are constant"},
    OnnxOperator{"", "Expand", read_onnx_expand, "the shape is constant"},
    OnnxOperator{"", "Tile", read_onnx_tile, "the repeats are constant"},
    OnnxOperator{"", "Gather", read_onnx_gather, "indices may be computed"},
    OnnxOperator{"", "GatherElements", read_onnx_gather_elements, "indices may be computed"},
    OnnxOperator{"", "OneHot", read_onnx_one_hot, "the depth is constant"},
    OnnxOperator{"", "Scan", read_onnx_scan,
                 "its body is computed for each element of the axis; since operator set 9"},
};

}  // namespace

std::span<const OnnxOperator> onnx_operators() { return kOperators; }

const OnnxOperator *find_onnx_operator(std::string_view domain, std::string_view name) {
  const auto at = std::find_if(kOperators.begin(), kOperators.end(), [&](const OnnxOperator &op) {
    return op.domain == domain && op.name == name;
  });
  return at == kOperators.end() ? nullptr : &*at;
}

namespace {

/// The attributes of one use: "`axes` before 13, `keepdims`".
std::string attribute_list(const OnnxSchema &schema, OnnxAttributeRule::Use use) {
  std::string list;
  for (const OnnxAttributeRule &rule : schema.rules()) {
    if (rule.use != use) continue;
    list += (list.empty() ? "`" : ", `") + std::string(rule.name) + "`";
    if (rule.since > schema.since) list += " since " + std::to_string(rule.since);
    if (rule.until < INT64_MAX) list += " before " + std::to_string(rule.until);
  }
  return list;
}

}  // namespace

std::string onnx_operator_table() {
  std::string table =
      "| operator set | operator | | attributes | without effect |\n|---|---|---|---|---|\n";
  for (const OnnxOperator &op : kOperators) {
    const OnnxSchema &schema = *find_onnx_schema(op.domain, op.name);
    table += "| " + std::string(op.domain.empty() ? "ai.onnx" : op.domain) +
             (schema.since > 1 ? " " + std::to_string(schema.since) : "") + " | " +
             std::string(op.name) + " | " + std::string(op.note) + " | " +
             attribute_list(schema, OnnxAttributeRule::Use::kScore) + " | " +
             attribute_list(schema, OnnxAttributeRule::Use::kNone) + " |\n";
  }
  return table;
}

}  // namespace pgscore::formats
