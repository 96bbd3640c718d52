// One node of the graph while it is read, and the table of operators that are supported. An
// operator's function reads the values of its inputs and defines those of its outputs.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/onnx_graph.hpp"

namespace pgscore::formats {

class OnnxCall {
 public:
  OnnxCall(OnnxGraph &graph, const OnnxNode &node, std::int64_t opset)
      : graph_(graph), node_(node), opset_(opset) {}

  OnnxGraph &graph() const { return graph_; }
  const OnnxNode &node() const { return node_; }
  /// Version of the node's operator set.
  std::int64_t opset() const { return opset_; }

  std::size_t num_inputs() const { return node_.inputs.size(); }
  bool has_input(std::size_t i) const {
    return i < node_.inputs.size() && !node_.inputs[i].empty();
  }
  /// Refuses an input that is not there, and in `input` maps and integers that are rounded.
  const OnnxValue &input(std::size_t i) const;
  const OnnxValue &any_input(std::size_t i) const;
  const OnnxValue *optional_input(std::size_t i) const {
    return has_input(i) ? &input(i) : nullptr;
  }
  /// The numbers of an input that must be constant. `what` reads "the shape".
  std::vector<std::int64_t> constant_integers(std::size_t i, const char *what) const;
  /// The same for bounds of a range, where integers beyond 2^53 only mean "to the end".
  std::vector<std::int64_t> constant_bounds(std::size_t i, const char *what) const;

  std::size_t num_outputs() const { return node_.outputs.size(); }
  void output(std::size_t i, OnnxValue value) const;
  /// A value of numbers; `output` makes it one.
  OnnxValue numbers(OnnxType type, std::vector<std::int64_t> shape,
                    const std::vector<model::Operand> &numbers) const;
  void output(std::size_t i, OnnxType type, std::vector<std::int64_t> shape,
              const std::vector<model::Operand> &numbers) const;

  // Attributes. Those of another kind are refused.
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  float number(std::string_view name, float otherwise) const;
  std::string text(std::string_view name, std::string_view otherwise) const;
  std::span<const std::int64_t> integers(std::string_view name) const;
  /// As doubles; those that a double does not hold are refused.
  std::vector<double> exact_integers(std::string_view name) const;
  std::span<const float> floats(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  const OnnxTensor *tensor(std::string_view name) const;
  const OnnxAttribute *find(std::string_view name) const;

 private:
  const OnnxAttribute *find(std::string_view name, OnnxAttribute::Kind kind) const;

  OnnxGraph &graph_;
  const OnnxNode &node_;
  std::int64_t opset_;
};

struct OnnxOperator {
  std::string_view domain;  // "" is ai.onnx
  std::string_view name;
  void (*read)(const OnnxCall &call);
  std::string_view note;  // for the documentation: what is special or missing
};

/// All operators, in the order of the documentation.
std::span<const OnnxOperator> onnx_operators();
/// Null when it is not supported.
const OnnxOperator *find_onnx_operator(std::string_view domain, std::string_view name);
/// The table of models/formats/onnx.md.
std::string onnx_operator_table();

// ---- shapes -------------------------------------------------------------------------------------

/// 0 .. rank - 1 of an axis that may count from the end.
std::size_t onnx_axis(std::int64_t axis, std::size_t rank);
/// An attribute `axes` in the first operator sets, an input since `input_since`; nullopt when there
/// is none.
std::optional<std::vector<std::int64_t>> onnx_axes(const OnnxCall &call, std::int64_t input_since,
                                                   std::size_t input);
/// numpy's rule: sizes are equal, or 1.
std::vector<std::int64_t> broadcast_shape(const std::vector<std::int64_t> &a,
                                          const std::vector<std::int64_t> &b);
/// For each element of `shape`, in order, the element of a value of shape `from` that broadcasting
/// puts there.
std::vector<std::size_t> broadcast_elements(OnnxGraph &graph, const std::vector<std::int64_t> &from,
                                            const std::vector<std::int64_t> &shape);
/// The value whose element i is element `from[i]` of `value`.
OnnxValue pick_elements(OnnxGraph &graph, const OnnxValue &value,
                        const std::vector<std::size_t> &from, std::vector<std::int64_t> shape);
/// One element of an axis: a value without that dimension.
OnnxValue onnx_element_of_axis(OnnxGraph &graph, const OnnxValue &value, std::int64_t axis,
                               std::int64_t at);
/// Values side by side; refuses those that differ in type or another dimension.
OnnxValue concatenate_onnx(OnnxGraph &graph, const std::vector<const OnnxValue *> &parts,
                           std::size_t axis);
/// One of `choices` by an index that the row decides; missing outside of them.
model::Operand choose_onnx(OnnxGraph &graph, const std::vector<model::Operand> &choices,
                           OnnxType type, model::Operand index);
/// A constant of the file as a value.
OnnxValue onnx_constant(OnnxGraph &graph, const OnnxTensor &tensor);
/// An integer as a text, as labels are written.
std::string integer_text(double value);
/// Refuses an integer beyond 2^53.
double exact_number(std::int64_t value);

// ---- operators ----------------------------------------------------------------------------------

// onnx_elementwise.cpp
void read_onnx_add(const OnnxCall &call);
void read_onnx_subtract(const OnnxCall &call);
void read_onnx_multiply(const OnnxCall &call);
void read_onnx_divide(const OnnxCall &call);
void read_onnx_power(const OnnxCall &call);
void read_onnx_modulo(const OnnxCall &call);
void read_onnx_equal(const OnnxCall &call);
void read_onnx_less(const OnnxCall &call);
void read_onnx_less_or_equal(const OnnxCall &call);
void read_onnx_greater(const OnnxCall &call);
void read_onnx_greater_or_equal(const OnnxCall &call);
void read_onnx_and(const OnnxCall &call);
void read_onnx_or(const OnnxCall &call);
void read_onnx_xor(const OnnxCall &call);
void read_onnx_where(const OnnxCall &call);
void read_onnx_min(const OnnxCall &call);
void read_onnx_max(const OnnxCall &call);
void read_onnx_sum(const OnnxCall &call);
void read_onnx_mean(const OnnxCall &call);
void read_onnx_prelu(const OnnxCall &call);

// onnx_functions.cpp
void read_onnx_function(const OnnxCall &call);  // of one argument: Abs, Exp, ...
void read_onnx_activation(const OnnxCall &call);
void read_onnx_clip(const OnnxCall &call);
void read_onnx_is_nan(const OnnxCall &call);
void read_onnx_is_inf(const OnnxCall &call);
void read_onnx_cast(const OnnxCall &call);
void read_onnx_cast_like(const OnnxCall &call);

// onnx_shape.cpp
void read_onnx_identity(const OnnxCall &call);
void read_onnx_constant(const OnnxCall &call);
void read_onnx_constant_of_shape(const OnnxCall &call);
void read_onnx_shape(const OnnxCall &call);
void read_onnx_size(const OnnxCall &call);
void read_onnx_reshape(const OnnxCall &call);
void read_onnx_flatten(const OnnxCall &call);
void read_onnx_squeeze(const OnnxCall &call);
void read_onnx_unsqueeze(const OnnxCall &call);
void read_onnx_transpose(const OnnxCall &call);
void read_onnx_concat(const OnnxCall &call);
void read_onnx_split(const OnnxCall &call);
void read_onnx_slice(const OnnxCall &call);
void read_onnx_expand(const OnnxCall &call);
void read_onnx_tile(const OnnxCall &call);

// onnx_generators.cpp
void read_onnx_range(const OnnxCall &call);
void read_onnx_eye_like(const OnnxCall &call);

// onnx_top_k.cpp
void read_onnx_top_k(const OnnxCall &call);
void read_onnx_cumulative_sum(const OnnxCall &call);

// onnx_normalization.cpp
void read_onnx_lp_normalization(const OnnxCall &call);
void read_onnx_layer_normalization(const OnnxCall &call);

// onnx_scan.cpp
void read_onnx_scan(const OnnxCall &call);

// onnx_gather.cpp
void read_onnx_gather(const OnnxCall &call);
void read_onnx_gather_elements(const OnnxCall &call);
void read_onnx_array_feature_extractor(const OnnxCall &call);
void read_onnx_one_hot(const OnnxCall &call);

// onnx_reduce.cpp
void read_onnx_reduce(const OnnxCall &call);
void read_onnx_arg_extreme(const OnnxCall &call);  // ArgMax, ArgMin
void read_onnx_softmax(const OnnxCall &call);      // LogSoftmax, too

// onnx_dense.cpp
void read_onnx_gemm(const OnnxCall &call);
void read_onnx_matmul(const OnnxCall &call);
void read_onnx_batch_normalization(const OnnxCall &call);

// onnx_trees.cpp
void read_onnx_tree_regressor(const OnnxCall &call);
void read_onnx_tree_classifier(const OnnxCall &call);
void read_onnx_tree_ensemble(const OnnxCall &call);

// onnx_linear.cpp
/// One row of coefficients for each output, and what is added to it. More coefficients than outputs
/// x features: the first ones count.
std::vector<model::Operand> onnx_linear_sums(const OnnxCall &call, std::vector<double> added);
void read_onnx_linear_regressor(const OnnxCall &call);
void read_onnx_linear_classifier(const OnnxCall &call);

// onnx_svm.cpp
void read_onnx_svm_regressor(const OnnxCall &call);
void read_onnx_svm_classifier(const OnnxCall &call);

// onnx_features.cpp
void read_onnx_scaler(const OnnxCall &call);
void read_onnx_normalizer(const OnnxCall &call);
void read_onnx_imputer(const OnnxCall &call);
void read_onnx_binarizer(const OnnxCall &call);
void read_onnx_one_hot_encoder(const OnnxCall &call);
void read_onnx_feature_vectorizer(const OnnxCall &call);

// onnx_maps.cpp
void read_onnx_label_encoder(const OnnxCall &call);
void read_onnx_category_mapper(const OnnxCall &call);
void read_onnx_zip_map(const OnnxCall &call);
void read_onnx_dict_vectorizer(const OnnxCall &call);
void read_onnx_cast_map(const OnnxCall &call);

}  // namespace pgscore::formats
