#include "model/builder.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/utf8.hpp"
#include "model/verify.hpp"

namespace pgscore::model {

Builder::Builder(const Limits &limits, Interrupt interrupt)
    : limits_(limits), interrupt_(interrupt) {}

void Builder::warn(std::string message, std::string detail, std::string hint) {
  constexpr std::size_t kMaxWarnings = 20;
  std::vector<Warning> &warnings = model_.warnings;
  const bool is_said = std::any_of(warnings.begin(), warnings.end(), [&](const Warning &warning) {
    return warning.message == message && warning.detail == detail;
  });
  if (is_said || warnings.size() == kMaxWarnings) return;
  warnings.push_back({std::move(message), std::move(detail), std::move(hint)});
}

ColumnId Builder::add_input(Input input) {
  if (!model_.nodes.empty()) throw Error(ErrorCode::kInternal, "an input was added after a node");
  check_limit(model_.inputs.size() + 1, limits_.max_features, "features");
  model_.inputs.push_back(std::move(input));
  return model_.num_columns++;
}

ColumnId Builder::add(decltype(Node::body) body, std::uint64_t num_outputs) {
  check_limit(num_outputs, limits_.max_outputs, "outputs");
  check_limit(model_.num_columns + num_outputs, limits_.max_columns, "columns");
  const ColumnId first = model_.num_columns;
  model_.nodes.push_back({std::move(body), first, static_cast<std::uint32_t>(num_outputs)});
  model_.num_columns += static_cast<std::uint32_t>(num_outputs);
  return first;
}

ColumnId Builder::apply(Op op, std::vector<Operand> args, Precision precision) {
  return add(Apply{op, precision, std::move(args)}, 1);
}
ColumnId Builder::look_up(LookUp table) { return add(std::move(table), 1); }
ColumnId Builder::discretize(Discretize bins) { return add(std::move(bins), 1); }
ColumnId Builder::hash_look_up(HashLookUp table) {
  const std::uint64_t width = table.unknown.size();
  return add(std::move(table), width);
}
ColumnId Builder::trees(TreeEnsemble ensemble) {
  const std::uint64_t width = ensemble.num_groups;
  return add(std::move(ensemble), width);
}
ColumnId Builder::linear(Linear linear) {
  const std::uint64_t width = linear.num_outputs;
  return add(std::move(linear), width);
}
ColumnId Builder::link(Link link) {
  const std::uint64_t width = link.inputs.size();
  return add(std::move(link), width);
}
ColumnId Builder::arg_max(std::vector<ColumnId> inputs) {
  return add(ArgMax{std::move(inputs)}, 1);
}
ColumnId Builder::reduce(Reduce reduce) { return add(std::move(reduce), 1); }
ColumnId Builder::rank(Rank rank) {
  const std::uint64_t width = rank.count;
  return add(std::move(rank), width);
}
ColumnId Builder::predicate_tree(PredicateTree tree) { return add(std::move(tree), 2); }
ColumnId Builder::dense(Dense layer) {
  const std::uint64_t width = layer.num_outputs;
  return add(std::move(layer), width);
}
ColumnId Builder::kernel_machine(KernelMachine machine) {
  const std::uint64_t width = machine.num_outputs;
  return add(std::move(machine), width);
}
ColumnId Builder::pairwise_coupling(PairwiseCoupling coupling) {
  const std::uint64_t width = coupling.num_classes;
  return add(std::move(coupling), width);
}
ColumnId Builder::distances(Distances distances) {
  const std::uint64_t width =
      distances.nearest != 0 ? std::uint64_t{2} * distances.nearest : distances.num_points;
  return add(std::move(distances), width);
}

/// Replaces what is no text in facts, which are for people, by "?". Elsewhere verify refuses it.
static void make_text(std::string &text) {
  const bool is_text = is_utf8(text);
  for (char &c : text)
    if (c == '\0' || (!is_text && (c & 0x80) != 0)) c = '?';
}

Model Builder::finish() {
  for (Fact &fact : model_.facts) {
    make_text(fact.name);
    make_text(fact.value);
  }
  verify(model_, limits_, interrupt_);
  return std::move(model_);
}

std::vector<ColumnId> column_range(ColumnId first, std::uint32_t count) {
  std::vector<ColumnId> columns(count);
  std::iota(columns.begin(), columns.end(), first);
  return columns;
}

std::string default_feature_name(std::uint32_t index) { return "f" + std::to_string(index); }

std::uint64_t Model::num_trees() const {
  std::uint64_t count = 0;
  for (const Node &node : nodes)
    if (const auto *ensemble = std::get_if<TreeEnsemble>(&node.body))
      count += ensemble->trees.size();
  return count;
}

std::uint64_t Model::num_tree_nodes() const {
  std::uint64_t count = 0;
  for (const Node &node : nodes)
    if (const auto *ensemble = std::get_if<TreeEnsemble>(&node.body))
      count += ensemble->nodes.size();
  return count;
}

}  // namespace pgscore::model
