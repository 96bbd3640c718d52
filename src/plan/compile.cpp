// From the graph of a model to the header, records and pools of a plan. Nodes that no output and no
// tree ensemble needs are dropped, and the columns that are left are numbered anew.
#include "plan/compile.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "model/node_inputs.hpp"
#include "plan/checksum.hpp"
#include "plan/compile_trees.hpp"
#include "plan/image_writer.hpp"
#include "plan/step_writer.hpp"

namespace pgscore::plan {
namespace {

using model::Model;
using model::Node;

class Compiler {
 public:
  Compiler(const Model &model, Interrupt interrupt, const CompileOptions &options)
      : model_(model), interrupt_(interrupt), options_(options) {}

  std::vector<std::byte> run() {
    find_wants();
    find_rectified();
    number_columns();
    add_inputs();
    add_outputs();
    for (std::size_t n = 0; n < model_.nodes.size(); ++n) {
      if (!keeps(n)) continue;
      if (rectified_[n] != nullptr)
        pools_.add_rectified(*rectified_[n], model_.nodes[n], node_wants_[n]);
      else
        pools_.add(model_.nodes[n], node_wants_[n]);
      interrupt_.check();
    }
    return write();
  }

 private:
  bool has_class() const { return model_.output.class_code != model::Operand::kNoColumn; }

  // ---- liveness ---------------------------------------------------------------------------------

  /// Finds which wants need which column, from the outputs backwards.
  void find_wants() {
    std::vector<std::uint8_t> wants(model_.num_columns);
    for (const auto &value : model_.output.values) wants[value.column] |= kWantValues;
    for (model::ColumnId column : model_.output.raw) wants[column] |= kWantRaw;
    for (model::ColumnId column : model_.output.probabilities) wants[column] |= kWantProbabilities;
    if (has_class()) wants[model_.output.class_code] |= kWantClass;
    for (const auto &value : model_.output.more) wants[value.column] |= kWantMore;
    node_wants_.resize(model_.nodes.size());
    for (std::size_t n = model_.nodes.size(); n-- > 0;) {
      const Node &node = model_.nodes[n];
      std::uint8_t mask = 0;
      for (std::uint32_t k = 0; k < node.num_outputs; ++k) mask |= wants[node.first_output + k];
      node_wants_[n] = mask;
      const bool trees = std::holds_alternative<model::TreeEnsemble>(node.body);
      for_each_input(
          node, [&](model::ColumnId column) { wants[column] |= mask | (trees ? kWantLeaves : 0); });
    }
  }
  /// Finds layers whose only use is a link kRectify of all their outputs. They become one step with
  /// it: the layer's own columns are never written.
  void find_rectified() {
    rectified_.resize(model_.nodes.size());
    within_.resize(model_.nodes.size());
    std::vector<std::uint32_t> uses(model_.num_columns);
    for (const Node &node : model_.nodes)
      for_each_input(node, [&](model::ColumnId column) { ++uses[column]; });
    const model::Output &output = model_.output;
    for (const std::vector<model::NamedColumn> *list : {&output.values, &output.more})
      for (const model::NamedColumn &value : *list) ++uses[value.column];
    for (const std::vector<model::ColumnId> *list : {&output.raw, &output.probabilities})
      for (model::ColumnId column : *list) ++uses[column];
    if (has_class()) ++uses[output.class_code];
    std::unordered_map<model::ColumnId, std::size_t> layers;  // by first column
    for (std::size_t n = 0; n < model_.nodes.size(); ++n) {
      const Node &node = model_.nodes[n];
      if (std::holds_alternative<model::Dense>(node.body)) layers.emplace(node.first_output, n);
      const auto *link = std::get_if<model::Link>(&node.body);
      if (link == nullptr || link->function != model::LinkFunction::kRectify) continue;
      const auto found = layers.find(link->inputs[0]);
      if (found == layers.end()) continue;
      const Node &layer = model_.nodes[found->second];
      const auto &dense = std::get<model::Dense>(layer.body);
      bool all = dense.precision == link->precision && layer.num_outputs == link->inputs.size();
      for (std::uint32_t k = 0; k < layer.num_outputs && all; ++k)
        all = link->inputs[k] == layer.first_output + k && uses[layer.first_output + k] == 1;
      if (!all) continue;
      rectified_[n] = &dense;
      within_[found->second] = true;
    }
  }
  bool keeps(std::size_t n) const {
    if (within_[n]) return false;
    return node_wants_[n] != 0 || std::holds_alternative<model::TreeEnsemble>(model_.nodes[n].body);
  }
  void number_columns() {
    column_.resize(model_.num_columns);
    num_columns_ = static_cast<std::uint32_t>(model_.inputs.size());
    std::iota(column_.begin(), column_.begin() + num_columns_, 0u);
    for (std::size_t n = 0; n < model_.nodes.size(); ++n)
      if (keeps(n))
        for (std::uint32_t k = 0; k < model_.nodes[n].num_outputs; ++k)
          column_[model_.nodes[n].first_output + k] = num_columns_++;
  }

  // ---- inputs and outputs -----------------------------------------------------------------------

  Text add_text(const std::string &text) {
    if (text_.size() + text.size() > UINT32_MAX)
      throw Error(ErrorCode::kLimitExceeded, "model has too much text");
    const Text added{static_cast<std::uint32_t>(text_.size()),
                     static_cast<std::uint32_t>(text.size())};
    text_.insert(text_.end(), text.begin(), text.end());
    return added;
  }
  /// Appends 0 .. n-1 in ascending order of the texts, compared as bytes.
  template <class TextOf>
  static void append_order(std::size_t n, TextOf text_of, std::vector<std::uint32_t> &order) {
    const auto first = static_cast<std::ptrdiff_t>(order.size());
    order.resize(order.size() + n);
    std::iota(order.begin() + first, order.end(), 0u);
    std::sort(order.begin() + first, order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return text_of(a) < text_of(b); });
  }

  void add_inputs() {
    for (const model::Input &input : model_.inputs) {
      InputRecord record{};
      record.name = add_text(input.name);
      record.first_category = static_cast<std::uint32_t>(category_order_.size());
      record.num_categories = static_cast<std::uint32_t>(input.categories.size());
      record.first_operation = static_cast<std::uint32_t>(text_operations_.size());
      record.num_operations = static_cast<std::uint32_t>(input.text_operations.size());
      for (const model::TextOperation &operation : input.text_operations)
        text_operations_.push_back(
            {static_cast<std::uint8_t>(operation.function), {}, operation.first, operation.count});
      record.type = static_cast<std::uint8_t>(input.type);
      record.on_unknown = static_cast<std::uint8_t>(input.on_unknown);
      record.on_missing = static_cast<std::uint8_t>(input.on_missing);
      record.range = static_cast<std::uint8_t>(input.range);
      record.unit = static_cast<std::uint8_t>(input.unit);
      inputs_.push_back(record);
      for (const std::string &category : input.categories)
        categories_.push_back(add_text(category));
      append_order(
          input.categories.size(),
          [&](std::uint32_t i) -> const std::string & { return input.categories[i]; },
          category_order_);
      interrupt_.check();
    }
    append_order(
        model_.inputs.size(),
        [&](std::uint32_t i) -> const std::string & { return model_.inputs[i].name; },
        input_order_);
  }

  void add_named(const model::NamedColumn &value) {
    named_outputs_.push_back({add_text(value.name),
                              static_cast<std::uint32_t>(output_texts_.size()),
                              static_cast<std::uint32_t>(value.texts.size())});
    for (const std::string &text : value.texts) output_texts_.push_back(add_text(text));
    outputs_.push_back(column_[value.column]);
  }

  void add_outputs() {
    const model::Output &output = model_.output;
    for (const std::string &label : output.labels) labels_.push_back(add_text(label));
    for (const auto &value : output.values) add_named(value);
    for (model::ColumnId column : output.raw) outputs_.push_back(column_[column]);
    for (model::ColumnId column : output.probabilities) outputs_.push_back(column_[column]);
    if (has_class()) outputs_.push_back(column_[output.class_code]);
    for (const auto &value : output.more) add_named(value);
    header_.num_values = static_cast<std::uint32_t>(output.values.size());
    header_.num_raw = static_cast<std::uint32_t>(output.raw.size());
    header_.num_probabilities = static_cast<std::uint32_t>(output.probabilities.size());
    header_.num_classes = has_class();
    header_.num_more = static_cast<std::uint32_t>(output.more.size());
    header_.task = static_cast<std::uint32_t>(output.task);
    header_.positive = output.task == model::Task::kClassification ? output.positive : 0;
  }

  // ---- the image --------------------------------------------------------------------------------

  std::vector<std::byte> write() {
    ImageWriter image(sizeof(Header), interrupt_);
    std::memcpy(header_.magic, kPlanMagic, sizeof header_.magic);
    header_.version = kPlanVersion;
    header_.header_size = sizeof(Header);
    header_.num_columns = num_columns_;
    header_.inputs = image.add(inputs_);
    header_.categories = image.add(categories_);
    header_.category_order = image.add(category_order_);
    header_.text_operations = image.add(text_operations_);
    header_.input_order = image.add(input_order_);
    header_.labels = image.add(labels_);
    header_.named_outputs = image.add(named_outputs_);
    header_.output_texts = image.add(output_texts_);
    header_.outputs = image.add(outputs_);
    header_.steps = image.add(pools_.steps);
    header_.operands = image.add(pools_.operands);
    header_.numbers = image.add(pools_.numbers);
    header_.weights = image.add(pools_.weights);
    header_.columns = image.add(pools_.columns);
    header_.branches = image.add(pools_.branches);
    header_.terms = image.add(pools_.terms);
    header_.hash_tables = image.add(pools_.hash_tables);
    header_.hash_keys = image.add(pools_.hash_keys);
    header_.hash_buckets = image.add(pools_.hash_buckets);
    header_.hash_values = image.add(pools_.hash_values);
    header_.ensembles = image.add(std::vector<EnsembleRecord>(pools_.ensembles.size()));
    for (std::size_t e = 0; e < pools_.ensembles.size(); ++e) {
      std::vector<std::uint32_t> columns;
      for (model::ColumnId feature : pools_.ensembles[e]->features)
        columns.push_back(column_[feature]);
      EnsembleRecord record =
          compile_trees(*pools_.ensembles[e], columns, options_, interrupt_, image);
      interrupt_.check();
      record.inputs_only =
          std::ranges::all_of(pools_.ensembles[e]->nodes,
                              [&](const model::TreeNode &node) {
                                return node.split == model::Split::kLeaf ||
                                       columns[node.feature] < model_.inputs.size();
                              }) &&
          std::ranges::all_of(pools_.ensembles[e]->leaf_terms, [&](const model::LeafTerm &term) {
            return columns[term.feature] < model_.inputs.size();
          });
      record.first_leaf = header_.num_trees;
      header_.num_trees += record.num_trees;
      image.patch(header_.ensembles.offset + e * sizeof record, record);
    }
    header_.text = image.add(text_);
    header_.total_size = image.bytes().size();
    image.patch(0, header_);
    header_.checksum = plan_checksum(image.bytes(), interrupt_);
    image.patch(0, header_);
    return image.release();
  }

  const Model &model_;
  Interrupt interrupt_;
  const CompileOptions &options_;
  std::vector<std::uint8_t> node_wants_;
  std::vector<const model::Dense *> rectified_;  // for a node that is such a link, its layer
  std::vector<bool> within_;                     // the node is such a layer
  std::vector<std::uint32_t> column_;            // for each column of the model, that of the plan
  std::uint32_t num_columns_ = 0;
  Header header_{};
  std::vector<InputRecord> inputs_;
  std::vector<TextOperationRecord> text_operations_;
  std::vector<Text> categories_, labels_, output_texts_;
  std::vector<NamedOutputRecord> named_outputs_;
  std::vector<std::uint32_t> category_order_, input_order_, outputs_;
  StepWriter pools_{column_, interrupt_};
  std::vector<char> text_;
};

}  // namespace

std::vector<std::byte> compile(const Model &model, Interrupt interrupt,
                               const CompileOptions &options) {
  return Compiler(model, interrupt, options).run();
}

}  // namespace pgscore::plan
