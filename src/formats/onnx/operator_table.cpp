// The table of operators. docs/formats/onnx.md shows it: test/unit/formats/onnx/table_test.cpp
// prints it again.
#include <algorithm>
#include <array>

#include "formats/long_cells.hpp"
#include "formats/onnx/operator.hpp"
#include "formats/onnx/schema.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr std::array kOperators = {
    Operator{kMl, "TreeEnsembleRegressor", read_tree_regressor,
             "all node modes, aggregates and post-transforms; float and double"},
    Operator{kMl, "TreeEnsembleClassifier", read_tree_classifier,
             "all node modes and post-transforms; float and double"},
    Operator{kMl, "TreeEnsemble", read_tree_ensemble,
             "operator set 5, with membership; nodes have one parent"},
    Operator{kMl, "LinearRegressor", read_linear_regressor, ""},
    Operator{kMl, "LinearClassifier", read_linear_classifier, ""},
    Operator{kMl, "SVMRegressor", read_svm_regressor, "one-class models, too"},
    Operator{kMl, "SVMClassifier", read_svm_classifier, "with and without probabilities"},
    Operator{kMl, "Scaler", read_scaler, ""},
    Operator{kMl, "Normalizer", read_normalizer,
             "MAX divides by the greatest value, as ONNX Runtime does"},
    Operator{kMl, "Imputer", read_imputer, ""},
    Operator{kMl, "Binarizer", read_binarizer, ""},
    Operator{kMl, "OneHotEncoder", read_one_hot_encoder, "zeros = 0 for texts only"},
    Operator{kMl, "LabelEncoder", read_label_encoder,
             "all types of keys and values, operator sets 1, 2 and 4"},
    Operator{kMl, "CategoryMapper", read_category_mapper, ""},
    Operator{kMl, "ArrayFeatureExtractor", read_array_feature_extractor, "indices may be computed"},
    Operator{kMl, "FeatureVectorizer", read_feature_vectorizer, ""},
    Operator{kMl, "DictVectorizer", read_dict_vectorizer,
             "an input that is a map has the vocabulary's keys as features"},
    Operator{kMl, "ZipMap", read_zip_map, ""},
    Operator{kMl, "CastMap", read_cast_map, "numbers only"},

    Operator{"", "Gemm", read_gemm, ""},
    Operator{"", "MatMul", read_matmul, ""},
    Operator{"", "BatchNormalization", read_batch_normalization, "inference"},
    Operator{"", "LayerNormalization", read_layer_normalization, ""},
    Operator{"", "LpNormalization", read_lp_normalization, ""},
    Operator{"", "Add", read_add, ""},
    Operator{"", "Sub", read_subtract, ""},
    Operator{"", "Mul", read_multiply, ""},
    Operator{"", "Div", read_divide, ""},
    Operator{"", "Pow", read_power, ""},
    Operator{"", "Mod", read_modulo, ""},
    Operator{"", "Min", read_min, ""},
    Operator{"", "Max", read_max, ""},
    Operator{"", "Sum", read_sum, ""},
    Operator{"", "Mean", read_mean, ""},
    Operator{"", "Abs", read_function, ""},
    Operator{"", "Neg", read_function, ""},
    Operator{"", "Sign", read_function, ""},
    Operator{"", "Sqrt", read_function, ""},
    Operator{"", "Exp", read_function, ""},
    Operator{"", "Log", read_function, ""},
    Operator{"", "Erf", read_function, ""},
    Operator{"", "Floor", read_function, ""},
    Operator{"", "Ceil", read_function, ""},
    Operator{"", "Round", read_function, ""},
    Operator{"", "Sin", read_function, ""},
    Operator{"", "Cos", read_function, ""},
    Operator{"", "Tan", read_function, ""},
    Operator{"", "Asin", read_function, ""},
    Operator{"", "Acos", read_function, ""},
    Operator{"", "Atan", read_function, ""},
    Operator{"", "Sinh", read_function, ""},
    Operator{"", "Cosh", read_function, ""},
    Operator{"", "Reciprocal", read_activation, ""},
    Operator{"", "Relu", read_activation, ""},
    Operator{"", "LeakyRelu", read_activation, ""},
    Operator{"", "PRelu", read_prelu, ""},
    Operator{"", "ThresholdedRelu", read_activation, ""},
    Operator{"", "Elu", read_activation, ""},
    Operator{"", "Selu", read_activation, ""},
    Operator{"", "Sigmoid", read_activation, ""},
    Operator{"", "HardSigmoid", read_activation, ""},
    Operator{"", "Tanh", read_activation, ""},
    Operator{"", "Softplus", read_activation, ""},
    Operator{"", "Softsign", read_activation, ""},
    Operator{"", "Softmax", read_softmax, ""},
    Operator{"", "LogSoftmax", read_softmax, ""},
    Operator{"", "Clip", read_clip, ""},
    Operator{"", "ArgMax", read_arg_extreme, ""},
    Operator{"", "ArgMin", read_arg_extreme, ""},
    Operator{"", "TopK", read_top_k, "k is constant; sorted"},
    Operator{"", "CumSum", read_cumulative_sum, "the axis is constant"},
    Operator{"", "ReduceSum", read_reduce, ""},
    Operator{"", "ReduceMean", read_reduce, ""},
    Operator{"", "ReduceMax", read_reduce, ""},
    Operator{"", "ReduceMin", read_reduce, ""},
    Operator{"", "ReduceProd", read_reduce, ""},
    Operator{"", "ReduceSumSquare", read_reduce, ""},
    Operator{"", "ReduceL1", read_reduce, ""},
    Operator{"", "ReduceL2", read_reduce, ""},
    Operator{"", "ReduceLogSum", read_reduce, ""},
    Operator{"", "ReduceLogSumExp", read_reduce, ""},
    Operator{"", "Equal", read_equal, "a text is compared with a constant"},
    Operator{"", "Less", read_less, ""},
    Operator{"", "LessOrEqual", read_less_or_equal, ""},
    Operator{"", "Greater", read_greater, ""},
    Operator{"", "GreaterOrEqual", read_greater_or_equal, ""},
    Operator{"", "And", read_and, ""},
    Operator{"", "Or", read_or, ""},
    Operator{"", "Xor", read_xor, ""},
    Operator{"", "Not", read_function, ""},
    Operator{"", "Where", read_where, "numbers"},
    Operator{"", "IsNaN", read_is_nan, ""},
    Operator{"", "IsInf", read_is_inf, ""},
    Operator{"", "Cast", read_cast, "labels to texts and back; a text of the row is no number"},
    Operator{"", "CastLike", read_cast_like, "as Cast"},
    Operator{"", "Identity", read_identity, ""},
    Operator{"", "Dropout", read_identity, "inference: the identity"},
    Operator{"", "Constant", read_constant, ""},
    Operator{"", "ConstantOfShape", read_constant_of_shape, "the shape is constant"},
    Operator{"", "Range", read_range, "its bounds are constant"},
    Operator{"", "EyeLike", read_eye_like, ""},
    Operator{"", "Shape", read_shape, "the batch is 1"},
    Operator{"", "Size", read_size, "the batch is 1"},
    Operator{"", "Reshape", read_reshape, "the shape is constant"},
    Operator{"", "Flatten", read_flatten, ""},
    Operator{"", "Squeeze", read_squeeze, ""},
    Operator{"", "Unsqueeze", read_unsqueeze, ""},
    Operator{"", "Transpose", read_transpose, ""},
    Operator{"", "Concat", read_concat, ""},
    Operator{"", "Split", read_split, ""},
    Operator{"", "Slice", read_slice, "bounds are constant"},
    Operator{"", "Expand", read_expand, "the shape is constant"},
    Operator{"", "Tile", read_tile, "the repeats are constant"},
    Operator{"", "Gather", read_gather, "indices may be computed"},
    Operator{"", "GatherElements", read_gather_elements, "indices may be computed"},
    Operator{"", "OneHot", read_one_hot, "the depth is constant"},
    Operator{"", "Scan", read_scan,
             "its body is computed for each element of the axis; since operator set 9"},
};

}  // namespace

std::span<const Operator> operators() { return kOperators; }

const Operator *find_operator(std::string_view domain, std::string_view name) {
  const auto at = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator &op) {
    return op.domain == domain && op.name == name;
  });
  return at == kOperators.end() ? nullptr : &*at;
}

namespace {

/// The attributes of one use: "`axes` before 13, `keepdims`".
std::string attribute_list(const Schema &schema, AttributeRule::Use use) {
  std::string list;
  for (const AttributeRule &rule : schema.rules()) {
    if (rule.use != use) continue;
    list += (list.empty() ? "`" : ", `") + std::string(rule.name) + "`";
    if (rule.since > schema.since) list += " since " + std::to_string(rule.since);
    if (rule.until < INT64_MAX) list += " before " + std::to_string(rule.until);
  }
  return list;
}

}  // namespace

std::string operator_table() {
  std::string table =
      "| operator set | operator | | attributes | without effect |\n|---|---|---|---|---|\n";
  LongCells cells;
  for (const Operator &op : kOperators) {
    const Schema &schema = *find_schema(op.domain, op.name);
    table += "| " + std::string(op.domain.empty() ? "ai.onnx" : op.domain) +
             (schema.since > 1 ? " " + std::to_string(schema.since) : "") + " | " +
             std::string(op.name) + " | " + std::string(op.note) + " | " +
             cells.cell("Attributes of " + std::string(op.name),
                        attribute_list(schema, AttributeRule::Use::kScore)) +
             " | " + attribute_list(schema, AttributeRule::Use::kNone) + " |\n";
  }
  return table + cells.notes();
}

}  // namespace pgscore::formats::onnx
