// The order in which nodes are read. ONNX wants nodes behind those whose outputs they read; old
// converters did not keep to it, and ONNX Runtime 1.21 (core/graph/graph.cc,
// PerformTopologicalSortAndCheckIsAcyclic) sorts them.
#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_map>

#include "base/shown_text.hpp"
#include "formats/onnx/interface.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr std::size_t kNone = SIZE_MAX;

class Sorter {
 public:
  Sorter(const std::vector<Node> &nodes, Interrupt interrupt)
      : nodes_(nodes), interrupt_(interrupt) {
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      step();
      for (const std::string_view output : nodes[n].outputs)
        if (!output.empty()) makers_.emplace(output, n);
    }
  }

  bool is_sorted() {
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      step();
      bool sorted = true;
      for_each_input(nodes_[n], [&](std::string_view input) {
        if (const std::size_t maker = maker_of(input); maker != kNone && maker >= n) sorted = false;
      });
      if (!sorted) return false;
    }
    return true;
  }

  /// Of the nodes that can be next the first one of the file.
  std::vector<std::size_t> order() {
    std::vector<std::vector<std::size_t>> readers(nodes_.size());
    std::vector<std::size_t> open(nodes_.size(), 0);  // inputs that are not there yet
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      step();
      for_each_input(nodes_[n], [&](std::string_view input) {
        const std::size_t maker = maker_of(input);
        if (maker == kNone) return;
        readers[maker].push_back(n);
        ++open[n];
      });
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (open[n] == 0) ready.push(n);
    std::vector<std::size_t> order;
    while (!ready.empty()) {
      step();
      const std::size_t next = ready.top();
      ready.pop();
      order.push_back(next);
      for (const std::size_t reader : readers[next])
        if (--open[reader] == 0) ready.push(reader);
    }
    if (order.size() < nodes_.size()) refuse_cycle(open);
    return order;
  }

 private:
  /// What the bodies of loops read may be made by a node, too.
  template <class F>
  static void for_each_input(const Node &node, F f) {
    for (const std::string_view input : node.inputs) f(input);
    for (const Attribute &attribute : node.attributes) {
      if (attribute.graph == nullptr) continue;
      for (const Node &inner : attribute.graph->nodes) for_each_input(inner, f);
      for (const ValueInfo &output : attribute.graph->outputs) f(output.name);
    }
  }
  void step() {
    if ((++steps_ & 0xFFF) == 0) interrupt_.check();
  }
  std::size_t maker_of(std::string_view name) const {
    const auto at = makers_.find(name);
    return at == makers_.end() ? kNone : at->second;
  }

  /// From any node that is left, input by input back, until a node comes again.
  [[noreturn]] void refuse_cycle(const std::vector<std::size_t> &open) const {
    std::vector<bool> seen(nodes_.size(), false);
    std::size_t at = 0;
    while (open[at] == 0) ++at;
    for (;;) {
      seen[at] = true;
      const Node &node = nodes_[at];
      std::string_view waits_for;
      std::size_t next = kNone;
      for_each_input(node, [&](std::string_view input) {
        const std::size_t maker = maker_of(input);
        if (next != kNone || maker == kNone || open[maker] == 0) return;
        waits_for = input;
        next = maker;
      });
      if (!seen[next]) {
        at = next;
        continue;
      }
      const Error error(
          ErrorCode::kInvalidModel,
          "the nodes form a circle: its input " + shown(waits_for) + " is made of its own output");
      throw error.within(place_of(node));
    }
  }

  const std::vector<Node> &nodes_;
  Interrupt interrupt_;
  std::unordered_map<std::string_view, std::size_t> makers_;
  std::uint32_t steps_ = 0;
};

}  // namespace

void sort_nodes(std::vector<Node> &nodes, Interrupt interrupt) {
  for (Node &node : nodes)
    for (Attribute &attribute : node.attributes)
      if (attribute.graph != nullptr) sort_nodes(attribute.graph->nodes, interrupt);
  Sorter sorter(nodes, interrupt);
  if (sorter.is_sorted()) return;
  std::vector<Node> sorted;
  sorted.reserve(nodes.size());
  for (const std::size_t n : sorter.order()) sorted.push_back(std::move(nodes[n]));
  nodes = std::move(sorted);
}

}  // namespace pgscore::formats::onnx
