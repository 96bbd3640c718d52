// What the operators of ONNX take: attributes and inputs, by operator set. From onnx.defs of ONNX
// 1.17 (onnx/defs/*/defs.cc and old.cc; ai.onnx 22, ai.onnx.ml 5); sets 23 to 25 of ai.onnx add
// types to these operators and the attribute round_mode of Cast.
//
// A word of `attributes` is a name; @n: since set n; <n: up to the set before n; ?: does not change
// a score; !: refused. `inputs`: the greatest number of inputs from a set on, 0 without a limit.
#include "formats/onnx/schema.hpp"

#include <algorithm>
#include <charconv>

#include "base/shown_text.hpp"
#include "formats/onnx/graph.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr Schema kSchemas[] = {
    {kMl, "TreeEnsembleRegressor", 1,
     "aggregate_function base_values base_values_as_tensor@3 n_targets "
     "nodes_falsenodeids nodes_featureids nodes_hitrates? nodes_hitrates_as_tensor@3? "
     "nodes_missing_value_tracks_true nodes_modes nodes_nodeids nodes_treeids "
     "nodes_truenodeids nodes_values nodes_values_as_tensor@3 post_transform target_ids "
     "target_nodeids target_treeids target_weights target_weights_as_tensor@3",
     "1:1"},
    {kMl, "TreeEnsembleClassifier", 1,
     "base_values base_values_as_tensor@3 class_ids class_nodeids class_treeids "
     "class_weights class_weights_as_tensor@3 classlabels_int64s classlabels_strings "
     "nodes_falsenodeids nodes_featureids nodes_hitrates? nodes_hitrates_as_tensor@3? "
     "nodes_missing_value_tracks_true nodes_modes nodes_nodeids nodes_treeids "
     "nodes_truenodeids nodes_values nodes_values_as_tensor@3 post_transform",
     "1:1"},
    {kMl, "TreeEnsemble", 5,
     "aggregate_function leaf_targetids leaf_weights membership_values n_targets "
     "nodes_falseleafs nodes_falsenodeids nodes_featureids nodes_hitrates? "
     "nodes_missing_value_tracks_true nodes_modes nodes_splits nodes_trueleafs "
     "nodes_truenodeids post_transform tree_roots",
     "5:1"},
    {kMl, "LinearRegressor", 1, "coefficients intercepts post_transform targets", "1:1"},
    {kMl, "LinearClassifier", 1,
     "classlabels_ints classlabels_strings coefficients intercepts multi_class? "
     "post_transform",
     "1:1"},
    {kMl, "SVMRegressor", 1,
     "coefficients kernel_params kernel_type n_supports one_class post_transform? rho "
     "support_vectors",
     "1:1"},
    {kMl, "SVMClassifier", 1,
     "classlabels_ints classlabels_strings coefficients kernel_params kernel_type "
     "post_transform prob_a prob_b rho support_vectors vectors_per_class",
     "1:1"},
    {kMl, "Scaler", 1, "offset scale", "1:1"},
    {kMl, "Normalizer", 1, "norm", "1:1"},
    {kMl, "Imputer", 1,
     "imputed_value_floats imputed_value_int64s replaced_value_float "
     "replaced_value_int64",
     "1:1"},
    {kMl, "Binarizer", 1, "threshold", "1:1"},
    {kMl, "OneHotEncoder", 1, "cats_int64s cats_strings zeros", "1:1"},
    {kMl, "LabelEncoder", 1,
     "classes_strings<2 default_float@2 default_int64 default_string default_tensor@4 "
     "keys_floats@2 keys_int64s@2 keys_strings@2 keys_tensor@4 values_floats@2 "
     "values_int64s@2 values_strings@2 values_tensor@4",
     "1:1"},
    {kMl, "CategoryMapper", 1, "cats_int64s cats_strings default_int64 default_string", "1:1"},
    {kMl, "ArrayFeatureExtractor", 1, "", "1:2"},
    {kMl, "FeatureVectorizer", 1, "inputdimensions", "1:0"},
    {kMl, "DictVectorizer", 1, "int64_vocabulary string_vocabulary", "1:1"},
    {kMl, "ZipMap", 1, "classlabels_int64s classlabels_strings", "1:1"},
    {kMl, "CastMap", 1, "cast_to map_form max_map", "1:1"},
    {"", "Gemm", 1, "alpha beta broadcast<7? transA transB", "1:3"},
    {"", "MatMul", 1, "", "1:2"},
    {"", "BatchNormalization", 1,
     "consumed_inputs<6? epsilon is_test<7 momentum? spatial<9 training_mode@14", "1:5"},
    {"", "LayerNormalization", 17, "axis epsilon stash_type", "17:3"},
    {"", "LpNormalization", 1, "axis p", "1:1"},
    {"", "Add", 1, "axis<7! broadcast<7? consumed_inputs<6?", "1:2"},
    {"", "Sub", 1, "axis<7! broadcast<7? consumed_inputs<6?", "1:2"},
    {"", "Mul", 1, "axis<7! broadcast<7? consumed_inputs<6?", "1:2"},
    {"", "Div", 1, "axis<7! broadcast<7? consumed_inputs<6?", "1:2"},
    {"", "Pow", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "Mod", 10, "fmod", "10:2"},
    {"", "Min", 1, "consumed_inputs<6?", "1:0"},
    {"", "Max", 1, "consumed_inputs<6?", "1:0"},
    {"", "Sum", 1, "consumed_inputs<6?", "1:0"},
    {"", "Mean", 1, "consumed_inputs<6?", "1:0"},
    {"", "Abs", 1, "consumed_inputs<6?", "1:1"},
    {"", "Neg", 1, "consumed_inputs<6?", "1:1"},
    {"", "Sign", 9, "", "9:1"},
    {"", "Sqrt", 1, "consumed_inputs<6?", "1:1"},
    {"", "Exp", 1, "consumed_inputs<6?", "1:1"},
    {"", "Log", 1, "consumed_inputs<6?", "1:1"},
    {"", "Erf", 9, "", "9:1"},
    {"", "Floor", 1, "consumed_inputs<6?", "1:1"},
    {"", "Ceil", 1, "consumed_inputs<6?", "1:1"},
    {"", "Round", 11, "", "11:1"},
    {"", "Sin", 7, "", "7:1"},
    {"", "Cos", 7, "", "7:1"},
    {"", "Tan", 7, "", "7:1"},
    {"", "Asin", 7, "", "7:1"},
    {"", "Acos", 7, "", "7:1"},
    {"", "Atan", 7, "", "7:1"},
    {"", "Sinh", 9, "", "9:1"},
    {"", "Cosh", 9, "", "9:1"},
    {"", "Reciprocal", 1, "consumed_inputs<6?", "1:1"},
    {"", "Relu", 1, "consumed_inputs<6?", "1:1"},
    {"", "LeakyRelu", 1, "alpha consumed_inputs<6?", "1:1"},
    {"", "PRelu", 1, "consumed_inputs<6?", "1:2"},
    {"", "ThresholdedRelu", 10, "alpha", "10:1"},
    {"", "Elu", 1, "alpha consumed_inputs<6?", "1:1"},
    {"", "Selu", 1, "alpha consumed_inputs<6? gamma", "1:1"},
    {"", "Sigmoid", 1, "consumed_inputs<6?", "1:1"},
    {"", "HardSigmoid", 1, "alpha beta consumed_inputs<6?", "1:1"},
    {"", "Tanh", 1, "consumed_inputs<6?", "1:1"},
    {"", "Softplus", 1, "", "1:1"},
    {"", "Softsign", 1, "", "1:1"},
    {"", "Softmax", 1, "axis", "1:1"},
    {"", "LogSoftmax", 1, "axis", "1:1"},
    {"", "Clip", 1, "consumed_inputs<6? max<11 min<11", "1:1 11:3"},
    {"", "ArgMax", 1, "axis keepdims select_last_index@12", "1:1"},
    {"", "ArgMin", 1, "axis keepdims select_last_index@12", "1:1"},
    {"", "TopK", 1, "axis k<10 largest@11 sorted@11", "1:1 10:2"},
    {"", "CumSum", 11, "exclusive reverse", "11:2"},
    {"", "ReduceSum", 1, "axes<13 keepdims noop_with_empty_axes@13", "1:1 13:2"},
    {"", "ReduceMean", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceMax", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceMin", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceProd", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceSumSquare", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceL1", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceL2", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceLogSum", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "ReduceLogSumExp", 1, "axes<18 keepdims noop_with_empty_axes@18", "1:1 18:2"},
    {"", "Equal", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "Less", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "LessOrEqual", 12, "", "12:2"},
    {"", "Greater", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "GreaterOrEqual", 12, "", "12:2"},
    {"", "And", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "Or", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "Xor", 1, "axis<7! broadcast<7?", "1:2"},
    {"", "Not", 1, "", "1:1"},
    {"", "Where", 9, "", "9:3"},
    {"", "IsNaN", 9, "", "9:1"},
    {"", "IsInf", 10, "detect_negative detect_positive", "10:1"},
    {"", "Cast", 1, "saturate@19? to round_mode@24?", "1:1"},
    {"", "CastLike", 15, "saturate@19?", "15:2"},
    {"", "Identity", 1, "", "1:1"},
    {"", "Dropout", 1, "consumed_inputs<6? is_test<7? ratio<12? seed@12?", "1:1 12:3"},
    {"", "Constant", 1,
     "sparse_value@11! value value_float@12 value_floats@12 value_int@12 value_ints@12 "
     "value_string@12 value_strings@12",
     "1:0"},
    {"", "ConstantOfShape", 9, "value", "9:1"},
    {"", "Range", 11, "", "11:3"},
    {"", "EyeLike", 9, "dtype k", "9:1"},
    {"", "Shape", 1, "end@15 start@15", "1:1"},
    {"", "Size", 1, "", "1:1"},
    {"", "Reshape", 1, "allowzero@14 consumed_inputs<5? shape<5", "1:1 5:2"},
    {"", "Flatten", 1, "axis", "1:1"},
    {"", "Squeeze", 1, "axes<13", "1:1 13:2"},
    {"", "Unsqueeze", 1, "axes<13", "1:1 13:2"},
    {"", "Transpose", 1, "perm", "1:1"},
    {"", "Concat", 1, "axis", "1:0"},
    {"", "Split", 1, "axis num_outputs@18? split<13", "1:2 2:1 13:2"},
    {"", "Slice", 1, "axes<10 ends<10 starts<10", "1:1 10:5"},
    {"", "Expand", 8, "", "8:2"},
    {"", "Tile", 1, "", "1:3 6:2"},
    {"", "Gather", 1, "axis", "1:2"},
    {"", "GatherElements", 11, "axis", "11:2"},
    {"", "OneHot", 9, "axis", "9:3"},
    {"", "Scan", 8,
     "body directions<9! num_scan_inputs scan_input_axes@9 scan_input_directions@9 "
     "scan_output_axes@9 scan_output_directions@9",
     "8:0"},
};

/// The number after `mark` in a word; `otherwise` when there is none.
std::int64_t number_after(std::string_view word, char mark, std::int64_t otherwise) {
  const std::size_t at = word.find(mark);
  if (at == std::string_view::npos) return otherwise;
  std::from_chars(word.data() + at + 1, word.data() + word.size(), otherwise);
  return otherwise;
}

template <class F>
void for_each_word(std::string_view text, F f) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) f(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

const Schema *find_schema(std::string_view domain, std::string_view name) {
  const auto *at = std::find_if(
      std::begin(kSchemas), std::end(kSchemas),
      [&](const Schema &schema) { return schema.domain == domain && schema.name == name; });
  return at == std::end(kSchemas) ? nullptr : at;
}

std::vector<AttributeRule> Schema::rules() const {
  std::vector<AttributeRule> rules;
  for_each_word(attributes, [&](std::string_view word) {
    using Use = AttributeRule::Use;
    rules.push_back({word.substr(0, word.find_first_of("@<?!")), number_after(word, '@', 1),
                     number_after(word, '<', INT64_MAX),
                     word.ends_with('?')   ? Use::kNone
                     : word.ends_with('!') ? Use::kRefused
                                           : Use::kScore});
  });
  return rules;
}

std::size_t Schema::max_inputs(std::int64_t opset) const {
  std::int64_t count = 0;
  for_each_word(inputs, [&](std::string_view word) {
    std::int64_t first = 0;
    std::from_chars(word.data(), word.data() + word.size(), first);
    if (first <= opset) count = number_after(word, ':', 0);
  });
  return count == 0 ? SIZE_MAX : static_cast<std::size_t>(count);
}

void check_node(const Node &node, std::int64_t opset) {
  const Schema *schema = find_schema(node.domain, node.op_type);
  if (schema == nullptr) throw Error(ErrorCode::kInternal, "an operator without a schema");
  const std::string set = "operator set " + std::to_string(opset) + " of " +
                          (node.domain.empty() ? "ai.onnx" : std::string(node.domain));
  if (opset < schema->since)
    refuse(set + " has no such operator: it is there since set " + std::to_string(schema->since));
  if (!node.overload.empty())
    refuse_unsupported("overload " + shown(node.overload) + " of an operator");
  std::size_t inputs = node.inputs.size();
  while (inputs > 0 && node.inputs[inputs - 1].empty()) --inputs;
  if (const std::size_t most = schema->max_inputs(opset); inputs > most)
    refuse("it has " + std::to_string(inputs) + " inputs, in " + set + " it takes " +
           std::to_string(most));
  const std::vector<AttributeRule> rules = schema->rules();
  for (std::size_t i = 0; i < node.attributes.size(); ++i) {
    const std::string_view name = node.attributes[i].name;
    for (std::size_t k = 0; k < i; ++k)
      if (node.attributes[k].name == name) refuse("attribute " + shown(name) + " appears twice");
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const AttributeRule &r) { return r.name == name; });
    if (rule == rules.end() || opset < rule->since || opset >= rule->until)
      refuse_unsupported("attribute " + shown(name) + " is not one of this operator in " + set,
                         "docs/formats/onnx.md lists the attributes of each operator.");
    if (rule->use == AttributeRule::Use::kRefused)
      refuse_unsupported("attribute " + shown(name) + " is not supported");
  }
}

}  // namespace pgscore::formats::onnx
