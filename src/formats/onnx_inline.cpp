// Functions of the model's own (ModelProto.functions): a node that calls one becomes the nodes of
// its body, with names of its own.
#include <map>
#include <set>
#include <tuple>

#include "base/shown_text.hpp"
#include "formats/onnx_interface.hpp"
#include "formats/onnx_operator.hpp"

namespace pgscore::formats {
namespace {

using Names = std::unordered_map<std::string_view, std::string_view>;

class Inliner {
 public:
  Inliner(OnnxFile &file, const Limits &limits, OnnxBudget &budget)
      : file_(file), limits_(limits), budget_(budget) {
    for (const OnnxFunction &function : file.functions) {
      const auto name = "function " + shown(function.name);
      if (find_onnx_operator(function.domain, function.name) != nullptr)
        refuse_unsupported_onnx(name + " has the name of an operator",
                                "ONNX leaves open which of both is meant: rename the function.");
      if (!functions_
               .emplace(std::tuple(function.domain, function.name, function.overload), &function)
               .second)
        refuse_onnx(name + " is defined twice");
    }
  }

  std::vector<OnnxNode> run(std::vector<OnnxNode> nodes) {
    std::vector<OnnxNode> result;
    for (OnnxNode &node : nodes) {
      for (OnnxAttribute &attribute : node.attributes)
        if (attribute.graph != nullptr)
          attribute.graph->nodes = run(std::move(attribute.graph->nodes));
      add(std::move(node), 0, result);
    }
    return result;
  }

 private:
  void add(OnnxNode node, unsigned depth, std::vector<OnnxNode> &result) {
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
      throw e.within(onnx_place(node));
    }
  }

  void call(const OnnxNode &node, const OnnxFunction &function, unsigned depth,
            std::vector<OnnxNode> &result) {
    if (node.inputs.size() > function.inputs.size() ||
        node.outputs.size() > function.outputs.size())
      refuse_onnx("the function has " + std::to_string(function.inputs.size()) + " inputs and " +
                  std::to_string(function.outputs.size()) + " outputs");
    for (const OnnxAttribute &attribute : node.attributes)
      if (!function.has_attribute(attribute.name))
        refuse_onnx("the function has no attribute " + shown(attribute.name));
    Names names;
    // An input that is not given is an empty name, as in any node.
    for (std::size_t i = 0; i < function.inputs.size(); ++i)
      names[function.inputs[i]] = i < node.inputs.size() ? node.inputs[i] : std::string_view();
    for (std::size_t i = 0; i < function.outputs.size(); ++i) {
      if (i >= node.outputs.size() || node.outputs[i].empty()) continue;
      if (!names.emplace(function.outputs[i], node.outputs[i]).second)
        refuse_unsupported_onnx("the function gives an input of its own as an output");
    }
    const std::string prefix = "function call " + std::to_string(++num_calls_) + ": ";
    for (const OnnxNode &inner : function.nodes) {
      OnnxNode copy = inner;
      copy.index = node.index;
      copy.version = function.version_of(inner.domain);
      if (copy.version == 0)
        refuse_onnx("the function imports no operator set " +
                    shown(inner.domain.empty() ? "ai.onnx" : inner.domain));
      for (std::string_view &name : copy.inputs) name = renamed(name, names, prefix);
      for (std::string_view &name : copy.outputs) name = renamed(name, names, prefix);
      copy.attributes.clear();
      for (const OnnxAttribute &attribute : inner.attributes)
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

  void add_attribute(const OnnxAttribute &attribute, const OnnxNode &node,
                     const OnnxFunction &function, OnnxNode &copy) {
    if (attribute.kind == OnnxAttribute::Kind::kGraph)
      refuse_unsupported_onnx("a function whose nodes hold graphs",
                              "Inline it, with onnx.inliner.inline_local_functions().");
    if (attribute.reference.empty()) return add_copy(attribute, attribute.name, copy);
    auto find = [&](const std::vector<OnnxAttribute> &list) -> const OnnxAttribute * {
      for (const OnnxAttribute &given : list)
        if (given.name == attribute.reference) return &given;
      return nullptr;
    };
    const OnnxAttribute *given = find(node.attributes);
    if (given == nullptr) given = find(function.defaults);
    if (given == nullptr) return;  // the operator's own default
    add_copy(*given, attribute.name, copy);
  }

  void add_copy(const OnnxAttribute &attribute, std::string_view name, OnnxNode &node) {
    budget_.hold(sizeof(OnnxAttribute) + attribute.floats.size() * sizeof(float) +
                     attribute.ints.size() * sizeof(std::int64_t) +
                     attribute.strings.size() * sizeof(std::string_view) +
                     attribute.tensor.numbers.size() * sizeof(double) +
                     attribute.tensor.texts.size() * sizeof(std::string_view),
                 1);
    node.attributes.push_back(attribute);
    node.attributes.back().name = name;
  }

  OnnxFile &file_;
  const Limits &limits_;
  OnnxBudget &budget_;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const OnnxFunction *>
      functions_;
  std::uint64_t num_nodes_ = 0, num_calls_ = 0;
};

}  // namespace

void inline_onnx_functions(OnnxFile &file, const Limits &limits, OnnxBudget &budget) {
  if (file.functions.empty()) return;
  Inliner inliner(file, limits, budget);
  file.nodes = inliner.run(std::move(file.nodes));
}

}  // namespace pgscore::formats
