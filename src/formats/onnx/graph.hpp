// The state of reading an ONNX graph: its values by name, and the operations of the IR that
// operators are made of.
//
// Texts are compared with constants only, so the categories of a text input are the constants that
// it is compared with. They are not known when the input is made: a graph with text inputs is read
// twice, first to collect them (Categories::collecting).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/refuse.hpp"
#include "formats/graph/node_writer.hpp"
#include "formats/graph/shape.hpp"
#include "formats/onnx/tensor.hpp"
#include "model/builder.hpp"

namespace pgscore::formats::onnx {

struct Categories {
  struct Input {
    std::vector<std::string> texts;
    std::unordered_map<std::string, std::uint32_t> codes;
  };
  bool collecting = false;
  std::uint64_t count = 0;    // of all inputs together
  std::vector<Input> inputs;  // by number of the model's input
};

class Graph : public NodeWriter {
 public:
  using Column = ColumnId;

  /// Counts how often each value is read, and keeps references to all four, which must outlive the
  /// graph. The builder may be a scratch one, while `categories` collects.
  Graph(const File &file, model::Builder &builder, Categories &categories, Budget &budget);

  /// Each gives what the constructor was given.
  const File &file() const { return file_; }
  Categories &categories() { return categories_; }
  /// Version of the operator set of `domain` that the file imports; 0 when it does not.
  std::int64_t opset(std::string_view domain) const;

  // ---- values by name ---------------------------------------------------------------------------
  /// Null when there is none yet.
  const Value *find(std::string_view name) const;
  void define(std::string_view name, Value value);
  // Values of the body of a loop are found before those around it, and go with it.
  void open_scope() { scopes_.emplace_back(); }
  void close_scope();
  /// After a node is read: values that nothing reads any more are let go.
  void forget_inputs(const Node &node);
  /// How many nodes and outputs of the graph read the value.
  std::uint32_t num_uses(std::string_view name) const;
  /// A node whose outputs an earlier one has defined with its own.
  void set_done(const Node &node) { done_.insert(&node); }
  bool is_done(const Node &node) const { return done_.contains(&node); }
  /// The only node that reads the value; null when there is not one, or the graph gives it out.
  const Node *only_reader(std::string_view name) const;

  // ---- elements ---------------------------------------------------------------------------------
  /// What the elements of a result are.
  enum class Kind : std::uint8_t { kComputed, kConstant, kText };
  static Kind kind_of(const Value &value) {
    return value.type == Type::kString ? Kind::kText
           : value.is_constant()       ? Kind::kConstant
                                       : Kind::kComputed;
  }
  /// Before a result is made: refuses one that is too large. Elements that the row decides count
  /// against the quota of columns, constants against that of tree nodes; all against the budget.
  void count_elements(std::uint64_t count, Kind kind = Kind::kComputed);
  /// The element; a constant is one without a column.
  Element element(const Value &value, std::size_t i);
  /// A number that is exactly of the value's type: inputs of the model may have more digits (float)
  /// or a fraction (integers).
  Operand number(const Value &value, std::size_t i);
  std::vector<Operand> numbers(const Value &value);
  /// The same, for operations in precision_of(the value's type): they round their arguments
  /// themselves.
  Operand argument(const Value &value, std::size_t i);
  using NodeWriter::columns;
  std::vector<Column> columns(const Value &value);
  std::vector<Column> arguments(const Value &value);

  // ---- operations -------------------------------------------------------------------------------
  /// Compares as ONNX does: with NaN the result is `with_missing`, never missing.
  Operand compare(Op op, Operand x, Operand y, Precision precision, bool with_missing = false);

  // ---- texts and labels -------------------------------------------------------------------------
  /// The code of `text` in `domain`, kUnknownCategory when it has none; while categories are
  /// collected it gets one.
  double code(const Domain &domain, const std::string &text);
  Element text_element(std::string text);
  /// A list that counts against the budget.
  Texts share(std::vector<std::string> texts);
  Numbers share(std::vector<double> numbers);
  /// An element that is one of `texts` (and numbers).
  Element domain_element(Operand index, Texts texts, Numbers numbers = nullptr);
  Element domain_element(Operand index, std::vector<std::string> texts,
                         std::vector<double> numbers = {});
  /// Elements of a domain one by one to numbers: `values` has one for each of the domain's texts.
  Operand map_domain(const Domain &domain, const std::vector<double> &values, double unknown,
                     double missing);

 private:
  Column exact_input(Column input, Type type);
  void count_uses(const GraphBody &body);

  const File &file_;
  Categories &categories_;
  std::unordered_map<std::string_view, std::int64_t> opsets_;
  using Values = std::unordered_map<std::string_view, Value>;
  Values values_;
  std::vector<Values> scopes_;
  struct Uses {
    std::uint32_t count = 0;
    std::uint32_t left = 0;  // those that are still to come
    const Node *last_reader = nullptr;
    bool is_output = false;
  };
  std::unordered_map<std::string_view, Uses> uses_;
  std::unordered_set<const Node *> done_;
  std::unordered_map<Column, Column> exact_inputs_;
  std::uint64_t num_constants_ = 0, num_elements_ = 0;
};

/// Memory of a value's elements, without the lists that they share.
std::uint64_t bytes_of(const Value &value);
/// For sizes that the file leaves open, or has computed.
inline constexpr const char *kFixedSizesHint =
    "Export the model with fixed sizes of all dimensions but the batch.";

}  // namespace pgscore::formats::onnx
