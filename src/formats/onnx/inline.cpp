// Functions of the model's own (ModelProto.functions): a node that calls one becomes the nodes of
// its body, with names of its own.
#include <map>
#include <set>
#include <tuple>

#include "base/shown_text.hpp"
#include "formats/onnx/interface.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using Names = std::unordered_map<std::string_view, std::string_view>;

class Inliner {
 public:
  Inliner(File &file, const Limits &limits, Budget &budget)
      : file_(file), limits_(limits), budget_(budget) {
    for (const Function &function : file.functions) {
      const auto name = "function " + shown(function.name);
      if (find_operator(function.domain, function.name) != nullptr)
        refuse_unsupported(name + " has the name of an operator",
                           "ONNX leaves open which of both is meant: rename the function.");
      if (!functions_
               .emplace(std::tuple(function.domain, function.name, function.overload), &function)
               .second)
        refuse(name + " is defined twice");
    }
  }

  std::vector<Node> run(std::vector<Node> nodes) {
    std::vector<Node> result;
    for (Node &node : nodes) {
      for (Attribute &attribute : node.attributes)
        if (attribute.graph != nullptr)
          attribute.graph->nodes = run(std::move(attribute.graph->nodes));
      add(std::move(node), 0, result);
    }
    return result;
  }

 private:
  void add(Node node, unsigned depth, std::vector<Node> &result) {
    constexpr unsigned kMaxDepth = 32;
    check_limit(++num_nodes_, limits_.max_columns, "nodes");
    budget_.spend();
    const auto at = functions_.find(std::tuple(node.domain, node.op_type, node.overload));
    if (at == functions_.end()) return result.push_back(std::move(node));
    try {
      check_limit(depth, kMaxDepth, "levels of functions");
      call(node, *at->second, depth, result);
    } catch (const Error &e) {
      if (depth > 0) throw;
      throw e.within(place_of(node));
    }
  }

  void call(const Node &node, const Function &function, unsigned depth, std::vector<Node> &result) {
    if (node.inputs.size() > function.inputs.size() ||
        node.outputs.size() > function.outputs.size())
      refuse("the function has " + std::to_string(function.inputs.size()) + " inputs and " +
             std::to_string(function.outputs.size()) + " outputs");
    for (const Attribute &attribute : node.attributes)
      if (!function.has_attribute(attribute.name))
        refuse("the function has no attribute " + shown(attribute.name));
    Names names;
    // An input that is not given is an empty name, as in any node.
    for (std::size_t i = 0; i < function.inputs.size(); ++i)
      names[function.inputs[i]] = i < node.inputs.size() ? node.inputs[i] : std::string_view();
    for (std::size_t i = 0; i < function.outputs.size(); ++i) {
      if (i >= node.outputs.size() || node.outputs[i].empty()) continue;
      if (!names.emplace(function.outputs[i], node.outputs[i]).second)
        refuse_unsupported("the function gives an input of its own as an output");
    }
    const std::string prefix = "function call " + std::to_string(++num_calls_) + ": ";
    for (const Node &inner : function.nodes) {
      Node copy = inner;
      copy.index = node.index;
      copy.version = function.version_of(inner.domain);
      if (copy.version == 0)
        refuse("the function imports no operator set " +
               shown(inner.domain.empty() ? "ai.onnx" : inner.domain));
      for (std::string_view &name : copy.inputs) name = renamed(name, names, prefix);
      for (std::string_view &name : copy.outputs) name = renamed(name, names, prefix);
      copy.attributes.clear();
      for (const Attribute &attribute : inner.attributes)
        add_attribute(attribute, node, function, copy);
      add(std::move(copy), depth + 1, result);
    }
  }

  std::string_view renamed(std::string_view name, Names &names, const std::string &prefix) {
    if (name.empty()) return name;
    const auto [at, is_new] = names.try_emplace(name);
    if (is_new) {
      budget_.hold(sizeof(std::string) + prefix.size() + name.size(), 1);
      at->second = file_.names.emplace_back(prefix + std::string(name));
    }
    return at->second;
  }

  void add_attribute(const Attribute &attribute, const Node &node, const Function &function,
                     Node &copy) {
    if (attribute.kind == Attribute::Kind::kGraph)
      refuse_unsupported("a function whose nodes hold graphs",
                         "Inline it, with onnx.inliner.inline_local_functions().");
    if (attribute.reference.empty()) return add_copy(attribute, attribute.name, copy);
    auto find = [&](const std::vector<Attribute> &list) -> const Attribute * {
      for (const Attribute &given : list)
        if (given.name == attribute.reference) return &given;
      return nullptr;
    };
    const Attribute *given = find(node.attributes);
    if (given == nullptr) given = find(function.defaults);
    if (given == nullptr) return;  // the operator's own default
    add_copy(*given, attribute.name, copy);
  }

  void add_copy(const Attribute &attribute, std::string_view name, Node &node) {
    budget_.hold(sizeof(Attribute) + attribute.floats.size() * sizeof(float) +
                     attribute.ints.size() * sizeof(std::int64_t) +
                     attribute.strings.size() * sizeof(std::string_view) +
                     attribute.tensor.numbers.size() * sizeof(double) +
                     attribute.tensor.texts.size() * sizeof(std::string_view),
                 1);
    node.attributes.push_back(attribute);
    node.attributes.back().name = name;
  }

  File &file_;
  const Limits &limits_;
  Budget &budget_;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const Function *>
      functions_;
  std::uint64_t num_nodes_ = 0, num_calls_ = 0;
};

}  // namespace

void inline_functions(File &file, const Limits &limits, Budget &budget) {
  if (file.functions.empty()) return;
  Inliner inliner(file, limits, budget);
  file.nodes = inliner.run(std::move(file.nodes));
}

}  // namespace pgscore::formats::onnx
