#include "formats/onnx/onnx.hpp"

#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/onnx/interface.hpp"
#include "formats/onnx/operator.hpp"
#include "formats/onnx/schema.hpp"
#include "formats/wire/protobuf_reader.hpp"

namespace pgscore::formats::onnx {

std::string place_of(const Node &node) {
  std::string place =
      "node " + std::to_string(node.index) + ", " + std::string(node.op_type.substr(0, 60));
  return node.name.empty() ? place : place + " " + shown(node.name);
}

namespace {

std::string domain_name(std::string_view domain) {
  return domain.empty() ? "ai.onnx" : std::string(domain);
}

/// Nodes whose operator is not supported, of the bodies of loops as well.
void find_unsupported(const GraphBody &body, Budget &budget, std::vector<std::string> &unknown,
                      const Node *&first) {
  for (const Node &node : body.nodes) {
    budget.spend();
    for (const Attribute &attribute : node.attributes)
      if (attribute.graph != nullptr) find_unsupported(*attribute.graph, budget, unknown, first);
    if (find_operator(node.domain, node.op_type) != nullptr) continue;
    if (first == nullptr) first = &node;
    std::string name =
        domain_name(node.domain.substr(0, 60)) + "." + std::string(node.op_type.substr(0, 60));
    if (std::find(unknown.begin(), unknown.end(), name) == unknown.end() && unknown.size() < 10)
      unknown.push_back(std::move(name));
  }
}

void check_operators(const File &file, Budget &budget) {
  std::vector<std::string> unknown;
  const Node *first = nullptr;
  find_unsupported(file, budget, unknown, first);
  if (first == nullptr) return;
  std::string list;
  for (const std::string &name : unknown) list += (list.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::kUnsupportedModel, place_of(*first) + ": the operator is not supported",
              "Operators of the graph that are not supported: " + list + ".",
              "Leave that part out of the export, or export the model with other operators: "
              "docs/formats/onnx.md lists those that "
              "are supported.");
}

void read_node(Graph &graph, const Node &node) {
  if (graph.is_done(node)) return graph.forget_inputs(node);
  graph.builder().interrupt().check();
  const std::int64_t opset = node.version != 0 ? node.version : graph.opset(node.domain);
  try {
    if (opset == 0)
      refuse("the file does not say which operator set of " + domain_name(node.domain) +
             " it means");
    check_node(node, opset);
    find_operator(node.domain, node.op_type)->read(Call(graph, node, opset));
    graph.forget_inputs(node);
  } catch (const Error &e) {
    throw e.within(place_of(node));
  }
}

void read_graph(Graph &graph, const Source &source) {
  const File &file = graph.file();
  add_inputs(graph, source);
  for (const Tensor &tensor : file.initializers) {
    graph.define(tensor.name, constant_value(graph, tensor));
  }
  read_nodes(graph, file.nodes);
}

/// What to do about a file that is refused, where the place of the fault does not know it better.
Error with_hint(const Error &e) {
  if (!e.hint().empty()) return e;
  switch (e.code()) {
    case ErrorCode::kInvalidModel:
      return {e.code(), e.message(), e.detail(),
              "Check the file with onnx.checker.check_model(), or export the model again."};
    case ErrorCode::kUnsupportedModel:
      return {e.code(), e.message(), e.detail(),
              "docs/formats/onnx.md says what is supported, and how models are exported."};
    default:
      return e;
  }
}

void add_facts(const File &file, model::Builder &builder) {
  auto fact = [&](const char *name, std::string_view value) {
    if (!value.empty()) builder.add_fact(name, std::string(value.substr(0, 200)));
  };
  fact("producer", file.producer_name);
  fact("producer_version", file.producer_version);
  fact("ir_version", std::to_string(file.ir_version));
  std::string opsets;
  for (const auto &[domain, version] : file.opsets)
    opsets += (opsets.empty() ? "" : ", ") + domain_name(domain.substr(0, 60)) + " " +
              std::to_string(version);
  fact("operator_sets", opsets.substr(0, 200));
  fact("graph", file.graph_name);
  fact("nodes", std::to_string(file.nodes.size()));
}

/// Operator sets of the official domains that are newer than those known here may mean something
/// else: ONNX Runtime refuses them, too.
void check_opsets(const Opsets &opsets) {
  for (std::size_t i = 0; i < opsets.size(); ++i) {
    const auto &[domain, version] = opsets[i];
    const std::int64_t newest = domain.empty()  ? kNewestSet
                                : domain == kMl ? kNewestMlSet
                                                : INT64_MAX;
    const std::string name = domain_name(domain.substr(0, 60));
    if (version < 1) refuse("operator set " + std::to_string(version) + " of " + name);
    if (version > newest)
      refuse_unsupported("operator set " + std::to_string(version) + " of " + name +
                             " is newer than those that are known",
                         "Export the model with an operator set up to " + std::to_string(newest) +
                             ", or convert it, with onnx.version_converter.convert_version().");
    for (std::size_t k = 0; k < i && i < kMaxOpsets; ++k)
      if (opsets[k].first == domain && opsets[k].second != version)
        refuse("two operator sets of " + name + " are imported: " +
               std::to_string(opsets[k].second) + " and " + std::to_string(version));
  }
  check_limit(opsets.size(), kMaxOpsets, "operator sets");
}

/// What a file that names no set of a domain means: of ai.onnx.ml the newest one, as in ONNX
/// Runtime; before sets had numbers (IR version 3) the first.
void add_missing_opsets(File &file) {
  auto imports = [&](std::string_view domain) {
    return std::any_of(file.opsets.begin(), file.opsets.end(),
                       [&](const auto &opset) { return opset.first == domain; });
  };
  if (!imports(kMl)) file.opsets.emplace_back(kMl, file.ir_version < 3 ? 1 : kNewestMlSet);
  if (!imports("") && file.ir_version < 3) file.opsets.emplace_back("", 1);
}

void load_file(const Source &source, model::Builder &builder) {
  File file = read_file(source.bytes, builder.limits(), builder.interrupt());
  Budget budget(source.bytes.size(), builder.interrupt());
  check_opsets(file.opsets);
  for (const Function &function : file.functions) check_opsets(function.opsets);
  add_missing_opsets(file);
  inline_functions(file, builder.limits(), budget);
  check_operators(file, budget);
  sort_nodes(file.nodes, builder.interrupt());
  Categories categories;
  if (std::any_of(file.inputs.begin(), file.inputs.end(),
                  [](const auto &input) { return input.type == Type::kString; })) {
    categories.collecting = true;
    model::Builder scratch(builder.limits(), builder.interrupt());
    Budget first_budget(source.bytes.size(), builder.interrupt());
    Graph graph(file, scratch, categories, first_budget);
    read_graph(graph, source);
    categories.collecting = false;
  }
  Graph graph(file, builder, categories, budget);
  read_graph(graph, source);
  add_outputs(graph);
  add_facts(file, builder);
}

}  // namespace

void read_nodes(Graph &graph, const std::vector<Node> &nodes) {
  for (const Node &node : nodes) read_node(graph, node);
}

/// The fields of a ModelProto up to the last byte, each of its type, with a version and a graph.
bool sniff(Bytes bytes) {
  constexpr unsigned kMaxFields = 10000;
  if (bytes.size() < 8) return false;
  try {
    ProtobufReader reader(bytes, "model");
    bool has_version = false, has_graph = false;
    for (unsigned n = 0; n < kMaxFields && reader.next(); ++n) {
      switch (reader.field()) {
        case 1:
          if (const std::int64_t version = reader.integer("ir_version");
              version < 0 || version > 1000)
            return false;
          has_version = true;
          break;
        case 5:
          reader.integer("model_version");
          break;
        case 7:
          reader.text("graph");
          has_graph = true;
          break;
        case 2:
        case 3:
        case 4:
        case 6:
        case 8:
        case 14:
        case 20:
        case 25:
        case 26:
          reader.text("field");
          break;
        default:
          return false;
      }
    }
    return has_version && has_graph;
  } catch (const Error &) {
    return false;
  }
}

void load(const Source &source, model::Builder &builder) {
  try {
    load_file(source, builder);
  } catch (const Error &e) {
    throw with_hint(e);
  }
}

}  // namespace pgscore::formats::onnx
