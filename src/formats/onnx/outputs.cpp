// Outputs of the graph -> what the scoring functions return.
//
// A model classifies when one of its outputs is a label: one element per row that is a whole number
// or a text of a known list. The scores that go with it are the map (ZipMap) with these labels, or
// the first float tensor with one element for each. Everything else is a value; of a model that
// classifies it is one of predict_outputs.
#include <algorithm>
#include <map>
#include <numeric>

#include "formats/onnx/interface.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::ColumnId;
using model::Output;

struct NamedValue {
  std::string name;
  const Value *value;
};

/// The list of labels, when the value is one.
const Domain *label_domain(const Value &value) {
  if (value.is_map || value.elements.size() != 1 || is_floating(value.type)) return nullptr;
  const Domain *domain = value.elements[0].domain.get();
  if (domain == nullptr || domain->index.is_constant() || domain->texts().size() < 2)
    return nullptr;
  std::vector<std::string> texts = domain->texts();
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) == texts.end() ? domain : nullptr;
}

/// Where the scores stand in the value, in the order of the labels; empty when these are not their
/// scores.
std::vector<std::size_t> score_order(const Value &value, const Domain &labels) {
  if (!is_floating(value.type) || value.size() != labels.texts().size()) return {};
  std::vector<std::size_t> order(value.size());
  std::iota(order.begin(), order.end(), 0);
  if (!value.is_map) return value.of_pairs ? std::vector<std::size_t>() : order;
  std::map<std::string_view, std::size_t> by_key;
  for (std::size_t i = 0; i < value.keys.size(); ++i) by_key.emplace(value.keys[i], i);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto at = by_key.find(labels.texts()[i]);
    if (at == by_key.end()) return {};
    order[i] = at->second;
  }
  return order;
}

/// Margins of classes stand in the order of their scores, others (one of two classes, those of
/// pairs) as they are.
std::vector<ColumnId> margin_columns(Graph &graph, const Value &value,
                                     const std::vector<std::size_t> &order) {
  std::vector<ColumnId> columns = graph.columns(value.margins);
  if (columns.size() != order.size() || value.of_pairs) return columns;
  std::vector<ColumnId> ordered;
  for (const std::size_t i : order) ordered.push_back(columns[i]);
  return ordered;
}

std::string element_name(const NamedValue &named, std::size_t i) {
  if (named.value->is_map) return named.name + "(" + named.value->keys[i] + ")";
  return named.value->size() == 1 ? named.name : named.name + "_" + std::to_string(i);
}

/// The elements of an output, numbers and texts, each with its name.
std::vector<model::NamedColumn> named_columns(Graph &graph, const NamedValue &named) {
  std::vector<model::NamedColumn> columns;
  const Value &value = *named.value;
  for (std::size_t i = 0; i < value.size(); ++i) {
    model::NamedColumn column{element_name(named, i), 0, {}};
    if (value.type == Type::kString) {
      const Element element = graph.element(value, i);
      column.column = graph.column(element.domain->index);
      graph.budget().hold(element.domain->texts().size(), sizeof(std::string));
      column.texts = element.domain->texts();
      if (column.texts.empty())
        refuse_unsupported("output \"" + named.name +
                           "\" is a text of the row that nothing is compared with");
    } else {
      column.column = graph.column(graph.number(value, i));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

void add_classes(Graph &graph, std::vector<NamedValue> outputs, std::size_t label,
                 const Domain &labels) {
  Output &output = graph.builder().output();
  output.task = model::Task::kClassification;
  output.labels = labels.texts();
  output.class_code = graph.column(labels.index);
  output.more.push_back({outputs[label].name, output.class_code, labels.texts()});
  outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(label));
  // Maps name their labels, so they come first.
  std::stable_sort(outputs.begin(), outputs.end(),
                   [](const auto &a, const auto &b) { return a.value->is_map > b.value->is_map; });
  for (const NamedValue &named : outputs) {
    std::vector<std::size_t> order;
    if (output.probabilities.empty()) order = score_order(*named.value, labels);
    if (order.empty()) {
      for (model::NamedColumn &column : named_columns(graph, named))
        output.more.push_back(std::move(column));
      if (output.raw.empty()) output.raw = graph.columns(named.value->margins);
      continue;
    }
    const std::vector<ColumnId> scores = graph.columns(*named.value);
    for (const std::size_t i : order) output.probabilities.push_back(scores[i]);
    output.raw = named.value->margins.empty() ? output.probabilities
                                              : margin_columns(graph, *named.value, order);
    if (output.labels.size() == 2)
      output.values = {{named.name, output.probabilities[output.positive], {}}};
  }
}

}  // namespace

void add_outputs(Graph &graph) {
  std::vector<NamedValue> outputs;
  for (const ValueInfo &info : graph.file().outputs) {
    const Value *value = graph.find(info.name);
    if (value == nullptr)
      refuse("output \"" + std::string(info.name) + "\" is computed by no node");
    if (value->has_rounded_integers)
      refuse_unsupported("output \"" + std::string(info.name) + "\" holds integers beyond 2^53");
    outputs.push_back({std::string(info.name), value});
  }
  if (outputs.empty()) refuse("the graph has no outputs");
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const Domain *labels = label_domain(*outputs[i].value);
        labels != nullptr && labels->input == Domain::kNoInput)
      return add_classes(graph, outputs, i, *labels);
  Output &output = graph.builder().output();
  for (const NamedValue &named : outputs) {
    for (model::NamedColumn &column : named_columns(graph, named)) {
      if (!column.texts.empty()) {
        output.more.push_back(std::move(column));
        continue;
      }
      if (named.value->margins.empty()) output.raw.push_back(column.column);
      output.values.push_back(std::move(column));
    }
    for (const ColumnId margin : graph.columns(named.value->margins)) output.raw.push_back(margin);
  }
}

}  // namespace pgscore::formats::onnx
