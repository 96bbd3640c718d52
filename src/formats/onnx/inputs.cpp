// Inputs of the graph -> inputs of the model: one for each element of a tensor for one row.
//
// Dimension 0 is the batch where the file gives it no size, or size 1. A fixed size above 1 is a
// batch when all inputs and outputs have it and the inputs are matrices; otherwise the whole tensor
// belongs to one row.
#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/onnx/interface.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr std::int64_t kUnknown = ValueInfo::kUnknown;

/// Files of IR versions before 4 list the initializers among the inputs.
std::vector<const ValueInfo *> real_inputs(const File &file) {
  std::unordered_set<std::string_view> initializers;
  for (const Tensor &tensor : file.initializers) initializers.insert(tensor.name);
  std::vector<const ValueInfo *> inputs;
  for (const ValueInfo &input : file.inputs)
    if (!initializers.contains(input.name)) inputs.push_back(&input);
  return inputs;
}

bool has_fixed_batch(const std::vector<const ValueInfo *> &inputs, const File &file) {
  std::int64_t batch = 0;
  auto same = [&](const ValueInfo &value) {
    if (!value.is_tensor || !value.dims || value.dims->empty() || (*value.dims)[0] < 2)
      return false;
    if (batch == 0) batch = (*value.dims)[0];
    return (*value.dims)[0] == batch;
  };
  return !inputs.empty() && std::all_of(inputs.begin(), inputs.end(), [&](const auto *input) {
    return same(*input) && input->dims->size() == 2;
  }) && std::all_of(file.outputs.begin(), file.outputs.end(), [&](const auto &output) {
    return output.is_map || same(output);
  });
}

/// The nodes whose first input has the name.
using Readers = std::unordered_map<std::string_view, std::vector<const Node *>>;

Readers readers_of(const File &file) {
  Readers readers;
  for (const Node &node : file.nodes)
    if (!node.inputs.empty()) readers[node.inputs[0]].push_back(&node);
  return readers;
}

/// The number of features that the readers of a matrix need; kUnknown when none of them says.
class FeatureCount {
 public:
  FeatureCount(Graph &graph, const Readers &readers)
      : graph_(graph), file_(graph.file()), readers_(readers) {}

  std::int64_t of(std::string_view name) {
    std::int64_t count = kUnknown;
    std::vector<std::string_view> open{name};
    std::unordered_set<std::string_view> seen{name};
    while (!open.empty()) {
      const auto readers = readers_.find(open.back());
      open.pop_back();
      if (readers == readers_.end()) continue;
      for (const Node *node : readers->second) {
        graph_.budget().spend();
        count = std::max(count, needed_by(*node));
        constexpr std::string_view kKeepsFeatures[] = {
            "Identity", "Cast", "Scaler", "Imputer", "Normalizer", "Binarizer", "Dropout"};
        const bool keeps =
            std::ranges::find(kKeepsFeatures, node->op_type) != std::ranges::end(kKeepsFeatures);
        if (keeps && !node->outputs.empty() && seen.insert(node->outputs[0]).second)
          open.push_back(node->outputs[0]);
      }
    }
    return count;
  }

 private:
  static const Attribute *find(const Node &node, std::string_view name) {
    for (const Attribute &attribute : node.attributes)
      if (attribute.name == name) return &attribute;
    return nullptr;
  }
  static std::int64_t length(const Attribute *attribute) {
    return attribute == nullptr ? 0
                                : static_cast<std::int64_t>(
                                      std::max({attribute->floats.size(), attribute->ints.size(),
                                                attribute->strings.size()}));
  }
  static std::int64_t quotient(std::int64_t total, std::int64_t parts) {
    return parts > 0 && total > 0 && total % parts == 0 ? total / parts : kUnknown;
  }

  std::int64_t needed_by(const Node &node) const {
    if (node.op_type.starts_with("TreeEnsemble")) {
      const Attribute *features = find(node, "nodes_featureids");
      if (features == nullptr || features->ints.empty()) return kUnknown;
      graph_.budget().spend(features->ints.size());
      const std::int64_t greatest = *std::max_element(features->ints.begin(), features->ints.end());
      return greatest < 0 || greatest >= INT32_MAX ? kUnknown : greatest + 1;
    }
    const Attribute *coefficients = find(node, "coefficients"), *targets = find(node, "targets");
    if (node.op_type == "LinearRegressor")
      return quotient(length(coefficients), targets == nullptr ? 1 : targets->i);
    if (node.op_type == "LinearClassifier")
      return quotient(length(coefficients), length(find(node, "intercepts")));
    if (node.op_type == "Scaler" && length(find(node, "scale")) > 1)
      return length(find(node, "scale"));
    if (node.op_type == "Imputer" && length(find(node, "imputed_value_floats")) > 1)
      return length(find(node, "imputed_value_floats"));
    if ((node.op_type == "Gemm" || node.op_type == "MatMul") && node.inputs.size() > 1) {
      const Attribute *transposed = find(node, "transB");
      graph_.budget().spend(file_.initializers.size());
      for (const Tensor &tensor : file_.initializers)
        if (tensor.name == node.inputs[1] && tensor.dims.size() == 2)
          return tensor.dims[transposed != nullptr && transposed->i != 0 ? 1 : 0];
    }
    return kUnknown;
  }

  Graph &graph_;
  const File &file_;
  const Readers &readers_;
};

/// The shape for one row; kUnknown where the file does not say a size.
Shape row_shape(const ValueInfo &input, bool fixed_batch) {
  if (!input.dims) return {1, kUnknown};
  Shape shape = *input.dims;
  if (!shape.empty() && (shape[0] == kUnknown || fixed_batch)) shape[0] = 1;
  for (std::int64_t &dim : shape)
    if (dim < kUnknown) refuse("input " + shown(input.name) + ": a dimension is negative");
  return shape;
}

void set_unknown_size(Shape &shape, const ValueInfo &input, Graph &graph, const Readers &readers,
                      std::int64_t said) {
  if (std::count(shape.begin(), shape.end(), kUnknown) == 0) return;
  if (shape.size() != 2)
    refuse_unsupported(
        "input " + shown(input.name) + " has a dimension of no fixed size besides the batch",
        kFixedSizesHint);
  shape[1] = said != kUnknown ? said : FeatureCount(graph, readers).of(input.name);
  if (shape[1] == kUnknown)
    throw Error(ErrorCode::kUnsupportedModel,
                "input " + shown(input.name) + " does not say how many features it has", {},
                "Name the features in the argument \"features\".");
}

/// What a map can hold is what its readers look up.
std::vector<std::string> map_keys(const Readers &readers, const ValueInfo &input) {
  std::vector<std::string> keys;
  std::unordered_set<std::string> seen;
  auto add = [&](std::string key) {
    if (seen.insert(key).second) keys.push_back(std::move(key));
  };
  const auto found = readers.find(input.name);
  if (found == readers.end()) return keys;
  for (const Node *node : found->second) {
    if (node->op_type != "DictVectorizer")
      refuse_unsupported("input " + shown(input.name) + " is a map that is read by " +
                         std::string(node->op_type.substr(0, 60)) +
                         "; only DictVectorizer says which keys there are");
    for (const Attribute &attribute : node->attributes) {
      if (attribute.name == "string_vocabulary")
        for (const std::string_view key : attribute.strings) add(std::string(key));
      if (attribute.name == "int64_vocabulary")
        for (const std::int64_t key : attribute.ints) add(std::to_string(key));
    }
  }
  return keys;
}

void add_map(const Readers &readers, const ValueInfo &input, Value &value) {
  value.is_map = true;
  value.keys = map_keys(readers, input);
  if (value.type == Type::kString)
    refuse_unsupported("input " + shown(input.name) + " is a map of texts");
  value.shape = {1, static_cast<std::int64_t>(value.keys.size())};
}

std::string input_name(const ValueInfo &input, const Value &value, std::size_t i,
                       std::size_t count) {
  if (value.is_map) return value.keys[i];
  return count == 1 ? std::string(input.name) : std::string(input.name) + "_" + std::to_string(i);
}

/// A value of the model's inputs; `count` of them are made.
void add_elements(Graph &graph, const ValueInfo &info, Value &value, std::size_t count) {
  Categories &categories = graph.categories();
  for (std::size_t i = 0; i < count; ++i) {
    model::Input input;
    input.name = input_name(info, value, i, count);
    const std::uint32_t number = graph.builder().num_inputs();
    if (categories.inputs.size() <= number) categories.inputs.resize(number + 1);
    const bool is_text = value.type == Type::kString;
    if (is_text) {
      input.type = model::ColumnType::kCategory;
      input.on_unknown = model::UnknownPolicy::kKeep;
      input.categories = categories.inputs[number].texts;
    }
    const model::Operand column = model::Operand::of(graph.builder().add_input(std::move(input)));
    Element element{column, nullptr};
    if (is_text) {
      element.domain = std::make_shared<const Domain>(
          Domain{column, graph.share(categories.inputs[number].texts), nullptr, number});
    }
    value.elements.push_back(std::move(element));
  }
}

}  // namespace

void add_inputs(Graph &graph, const Source &source) {
  const File &file = graph.file();
  const std::vector<const ValueInfo *> inputs = real_inputs(file);
  check_limit(inputs.size(), graph.limits().max_features, "features");
  const Readers readers = readers_of(file);
  const bool fixed_batch = has_fixed_batch(inputs, file);
  std::vector<Value> values;
  std::uint64_t known = 0;
  std::size_t num_unknown = 0;
  for (const ValueInfo *input : inputs) {
    Value value = make_value(input->type, {});
    if (input->is_map) {
      add_map(readers, *input, value);
    } else if (!input->is_tensor) {
      refuse_unsupported("input " + shown(input->name) + " is neither a tensor nor a map");
    } else {
      value.shape = row_shape(*input, fixed_batch);
    }
    if (std::find(value.shape.begin(), value.shape.end(), kUnknown) != value.shape.end())
      ++num_unknown;
    else
      known += element_count(value.shape);
    if (value.type <= Type::kUndefined || value.type == Type::kFloat16 ||
        value.type > Type::kUint64)
      refuse_unsupported("input " + shown(input->name) + " has elements of type " +
                         type_name(value.type));
    values.push_back(std::move(value));
  }
  // The caller's names say how many features there are, when only one input leaves it open.
  const std::int64_t said = num_unknown == 1 && source.features.size() > known
                                ? static_cast<std::int64_t>(source.features.size() - known)
                                : kUnknown;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Value &value = values[i];
    set_unknown_size(value.shape, *inputs[i], graph, readers, said);
    const std::uint64_t count = element_count(value.shape);
    check_limit(count + graph.builder().num_inputs(), graph.limits().max_features, "features");
    add_elements(graph, *inputs[i], value, count);
  }
  // A map that lacks a key has the value 0 for it.
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (values[i].is_map)
      for (Element &element : values[i].elements)
        element.value =
            graph.if_missing(element.value, model::Operand::value(0), precision_of(values[i].type));
    graph.define(inputs[i]->name, std::move(values[i]));
  }
}

}  // namespace pgscore::formats::onnx
