#include "formats/onnx.hpp"

#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/onnx_interface.hpp"
#include "formats/onnx_operator.hpp"
#include "formats/wire/protobuf_reader.hpp"

namespace pgscore::formats {

std::string onnx_place(const OnnxNode &node) {
  std::string place = "node " + std::to_string(node.index) + ", " + std::string(node.op_type.substr(0, 60));
  return node.name.empty() ? place : place + " " + shown(node.name);
}

namespace {

std::string domain_name(std::string_view domain) { return domain.empty() ? "ai.onnx" : std::string(domain); }

void check_operators(const OnnxFile &file, Interrupt interrupt) {
  std::vector<std::string> unknown;
  const OnnxNode *first = nullptr;
  for (const OnnxNode &node : file.nodes) {
    if (node.index % 4096 == 0) interrupt.check();
    if (find_onnx_operator(node.domain, node.op_type) != nullptr) continue;
    if (first == nullptr) first = &node;
    std::string name = domain_name(node.domain.substr(0, 60)) + "." + std::string(node.op_type.substr(0, 60));
    if (std::find(unknown.begin(), unknown.end(), name) == unknown.end() && unknown.size() < 10)
      unknown.push_back(std::move(name));
  }
  if (first == nullptr) return;
  std::string list;
  for (const std::string &name : unknown) list += (list.empty() ? "" : ", ") + name;
  throw Error(
      ErrorCode::kUnsupportedModel, onnx_place(*first) + ": the operator is not supported",
      "Operators of the graph that are not supported: " + list + ".",
      "Leave that part out of the export, or export the model with other operators: models/formats/onnx.md lists those that "
      "are supported.");
}

void read_node(OnnxGraph &graph, const OnnxNode &node) {
  if (graph.is_done(node)) return graph.forget_inputs(node);
  graph.builder().interrupt().check();
  const std::int64_t opset = std::max<std::int64_t>(graph.opset(node.domain), 1);
  try {
    find_onnx_operator(node.domain, node.op_type)->read(OnnxCall(graph, node, opset));
    graph.forget_inputs(node);
  } catch (const Error &e) {
    throw e.within(onnx_place(node));
  }
}

void read_graph(OnnxGraph &graph, const Source &source) {
  const OnnxFile &file = graph.file();
  add_onnx_inputs(graph, source);
  for (const OnnxTensor &tensor : file.initializers) {
    graph.define(tensor.name, onnx_constant(graph, tensor));
  }
  for (const OnnxNode &node : file.nodes) read_node(graph, node);
}

/// What to do about a file that is refused, where the place of the fault does not know it better.
Error with_hint(const Error &e) {
  if (!e.hint().empty()) return e;
  switch (e.code()) {
    case ErrorCode::kInvalidModel:
      return {e.code(), e.message(), e.detail(), "Check the file with onnx.checker.check_model(), or export the model again."};
    case ErrorCode::kUnsupportedModel:
      return {e.code(), e.message(), e.detail(), "models/formats/onnx.md says what is supported, and how models are exported."};
    default:
      return e;
  }
}

void refuse_options(const Options &options) {
  for (const auto &[given, name] : {std::pair{options.iterations.has_value(), "iterations"},
                                    {options.objective.has_value(), "objective"},
                                    {!options.base_score.empty(), "base_score"},
                                    {options.num_class.has_value(), "num_class"}})
    if (given) throw Error(ErrorCode::kInvalidArgument, "option \"" + std::string(name) + "\" does not apply to an ONNX model");
}

void add_facts(const OnnxFile &file, model::Builder &builder) {
  auto fact = [&](const char *name, std::string_view value) {
    if (!value.empty()) builder.add_fact(name, std::string(value.substr(0, 200)));
  };
  fact("producer", file.producer_name);
  fact("producer_version", file.producer_version);
  fact("ir_version", std::to_string(file.ir_version));
  std::string opsets;
  for (const auto &[domain, version] : file.opsets)
    opsets += (opsets.empty() ? "" : ", ") + domain_name(domain.substr(0, 60)) + " " + std::to_string(version);
  fact("operator_sets", opsets.substr(0, 200));
  fact("graph", file.graph_name);
  fact("nodes", std::to_string(file.nodes.size()));
}

void load_file(const Source &source, model::Builder &builder) {
  OnnxFile file = read_onnx(source.bytes, builder.limits(), builder.interrupt());
  check_operators(file, builder.interrupt());
  sort_onnx_nodes(file.nodes, builder.interrupt());
  OnnxCategories categories;
  if (std::any_of(file.inputs.begin(), file.inputs.end(), [](const auto &input) { return input.type == OnnxType::kString; })) {
    categories.collecting = true;
    model::Builder scratch(builder.limits(), builder.interrupt());
    OnnxBudget budget(source.bytes.size(), builder.interrupt());
    OnnxGraph graph(file, scratch, categories, budget);
    read_graph(graph, source);
    categories.collecting = false;
  }
  OnnxBudget budget(source.bytes.size(), builder.interrupt());
  OnnxGraph graph(file, builder, categories, budget);
  read_graph(graph, source);
  add_onnx_outputs(graph);
  add_facts(file, builder);
}

}  // namespace

/// The fields of a ModelProto up to the last byte, each of its type, with a version and a graph.
bool sniff_onnx(Bytes bytes) {
  constexpr unsigned kMaxFields = 10000;
  if (bytes.size() < 8) return false;
  try {
    ProtobufReader reader(bytes, "model");
    bool has_version = false, has_graph = false;
    for (unsigned n = 0; n < kMaxFields && reader.next(); ++n) {
      switch (reader.field()) {
        case 1:
          if (const std::int64_t version = reader.integer("ir_version"); version < 0 || version > 1000) return false;
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

void load_onnx(const Source &source, model::Builder &builder) {
  refuse_options(source.options);
  try {
    load_file(source, builder);
  } catch (const Error &e) {
    throw with_hint(e);
  }
}

}  // namespace pgscore::formats
