// One node of the graph while it is read, and the table of operators that are supported. An
// operator's function reads the values of its inputs and defines those of its outputs.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/onnx/graph.hpp"

namespace pgscore::formats::onnx {

class Call {
 public:
  /// Keeps references to the graph and the node, for the time that the node is read. `opset` is at
  /// least 1, and the node has passed check_node() for it.
  Call(Graph &graph, const Node &node, std::int64_t opset)
      : graph_(graph), node_(node), opset_(opset) {}

  /// Each gives what the constructor was given.
  Graph &graph() const { return graph_; }
  const Node &node() const { return node_; }
  /// Version of the node's operator set.
  std::int64_t opset() const { return opset_; }

  /// How many inputs the node lists; an optional one that is left out has no name, and has_input()
  /// is false for it as for those behind the last.
  std::size_t num_inputs() const { return node_.inputs.size(); }
  bool has_input(std::size_t i) const {
    return i < node_.inputs.size() && !node_.inputs[i].empty();
  }
  /// Refuses an input that is not there, and in `input` maps and integers that are rounded.
  const Value &input(std::size_t i) const;
  const Value &any_input(std::size_t i) const;
  const Value *optional_input(std::size_t i) const { return has_input(i) ? &input(i) : nullptr; }
  /// The numbers of an input that must be constant. `what` reads "the shape".
  std::vector<std::int64_t> constant_integers(std::size_t i, const char *what) const;
  /// The same for bounds of a range, where integers beyond 2^53 only mean "to the end".
  std::vector<std::int64_t> constant_bounds(std::size_t i, const char *what) const;

  /// How many outputs the node lists. output() defines one of them in the graph; one that the node
  /// does not list, or lists without a name, is dropped. A value must have the elements of its
  /// shape.
  std::size_t num_outputs() const { return node_.outputs.size(); }
  void output(std::size_t i, Value value) const;
  /// A value of numbers; `output` makes it one.
  Value numbers(Type type, std::vector<std::int64_t> shape,
                const std::vector<model::Operand> &numbers) const;
  void output(std::size_t i, Type type, std::vector<std::int64_t> shape,
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
  const Tensor *tensor(std::string_view name) const;
  const Attribute *find(std::string_view name) const;

 private:
  const Attribute *find(std::string_view name, Attribute::Kind kind) const;

  Graph &graph_;
  const Node &node_;
  std::int64_t opset_;
};

struct Operator {
  std::string_view domain;  // "" is ai.onnx
  std::string_view name;
  /// Reads the inputs of a node, and defines its outputs. Throws kInvalidModel or kUnsupportedModel
  /// without the place of the node, which the caller adds.
  void (*read)(const Call &call);
  std::string_view note;  // for the documentation: what is special or missing
};

/// All operators, in the order of the documentation.
std::span<const Operator> operators();
/// Null when it is not supported.
const Operator *find_operator(std::string_view domain, std::string_view name);
/// The table of docs/formats/onnx.md.
std::string operator_table();

// ---- shapes -------------------------------------------------------------------------------------

/// An attribute `axes` in the first operator sets, an input since `input_since`; nullopt when there
/// is none.
std::optional<std::vector<std::int64_t>> axes_of(const Call &call, std::int64_t input_since,
                                                 std::size_t input);
/// The value whose element i is element `from[i]` of `value`.
Value pick_elements(Graph &graph, const Value &value, const std::vector<std::size_t> &from,
                    std::vector<std::int64_t> shape);
/// One element of an axis: a value without that dimension.
Value element_of_axis(Graph &graph, const Value &value, std::int64_t axis, std::int64_t at);
/// Values side by side; refuses those that differ in type or another dimension.
Value concatenate(Graph &graph, const std::vector<const Value *> &parts, std::size_t axis);
/// One of `choices` by an index that the row decides; missing outside of them.
model::Operand choose(Graph &graph, const std::vector<model::Operand> &choices, Type type,
                      model::Operand index);
/// A constant of the file as a value.
Value constant_value(Graph &graph, const Tensor &tensor);
/// An integer as a text, as labels are written.
std::string integer_text(double value);
/// Refuses an integer beyond 2^53.
double exact_number(std::int64_t value);

// ---- operators ----------------------------------------------------------------------------------

// operators/elementwise.cpp
void read_add(const Call &call);
void read_subtract(const Call &call);
void read_multiply(const Call &call);
void read_divide(const Call &call);
void read_power(const Call &call);
void read_modulo(const Call &call);
void read_equal(const Call &call);
void read_less(const Call &call);
void read_less_or_equal(const Call &call);
void read_greater(const Call &call);
void read_greater_or_equal(const Call &call);
void read_and(const Call &call);
void read_or(const Call &call);
void read_xor(const Call &call);
void read_where(const Call &call);
void read_min(const Call &call);
void read_max(const Call &call);
void read_sum(const Call &call);
void read_mean(const Call &call);
void read_prelu(const Call &call);

// operators/functions.cpp
void read_function(const Call &call);  // of one argument: Abs, Exp, ...
void read_activation(const Call &call);
void read_clip(const Call &call);
void read_is_nan(const Call &call);
void read_is_inf(const Call &call);
void read_cast(const Call &call);
void read_cast_like(const Call &call);

// operators/shape.cpp
void read_identity(const Call &call);
void read_constant(const Call &call);
void read_constant_of_shape(const Call &call);
void read_shape(const Call &call);
void read_size(const Call &call);
void read_reshape(const Call &call);
void read_flatten(const Call &call);
void read_squeeze(const Call &call);
void read_unsqueeze(const Call &call);
void read_transpose(const Call &call);
void read_concat(const Call &call);
void read_split(const Call &call);
void read_slice(const Call &call);
void read_expand(const Call &call);
void read_tile(const Call &call);

// operators/generators.cpp
void read_range(const Call &call);
void read_eye_like(const Call &call);

// operators/top_k.cpp
void read_top_k(const Call &call);
void read_cumulative_sum(const Call &call);

// operators/normalization.cpp
void read_lp_normalization(const Call &call);
void read_layer_normalization(const Call &call);

// operators/scan.cpp
void read_scan(const Call &call);

// operators/gather.cpp
void read_gather(const Call &call);
void read_gather_elements(const Call &call);
void read_array_feature_extractor(const Call &call);
void read_one_hot(const Call &call);

// operators/reduce.cpp
void read_reduce(const Call &call);
void read_arg_extreme(const Call &call);  // ArgMax, ArgMin
void read_softmax(const Call &call);      // LogSoftmax, too

// operators/dense.cpp
void read_gemm(const Call &call);
void read_matmul(const Call &call);
void read_batch_normalization(const Call &call);

// operators/trees.cpp
void read_tree_regressor(const Call &call);
void read_tree_classifier(const Call &call);
void read_tree_ensemble(const Call &call);

// operators/linear.cpp
/// One row of coefficients for each output, and what is added to it. More coefficients than outputs
/// x features: the first ones count.
std::vector<model::Operand> linear_sums(const Call &call, std::vector<double> added);
void read_linear_regressor(const Call &call);
void read_linear_classifier(const Call &call);

// operators/svm.cpp
void read_svm_regressor(const Call &call);
void read_svm_classifier(const Call &call);

// operators/features.cpp
void read_scaler(const Call &call);
void read_normalizer(const Call &call);
void read_imputer(const Call &call);
void read_binarizer(const Call &call);
void read_one_hot_encoder(const Call &call);
void read_feature_vectorizer(const Call &call);

// operators/maps.cpp
void read_label_encoder(const Call &call);
void read_category_mapper(const Call &call);
void read_zip_map(const Call &call);
void read_dict_vectorizer(const Call &call);
void read_cast_map(const Call &call);

}  // namespace pgscore::formats::onnx
