#include "model/describe.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/names.hpp"

namespace pgscore::model {
namespace {

using Json = nlohmann::ordered_json;

/// Gives "trim", "substring(1, 12)" and the like.
std::string words_of(const TextOperation &operation) {
  std::string words(name_of(operation.function));
  if (operation.function == TextFunction::kSubstring)
    words += "(" + std::to_string(operation.first) + ", " + std::to_string(operation.count) + ")";
  return words;
}

Json features_of(const Model &model) {
  Json features = Json::array();
  for (const Input &input : model.inputs) {
    Json feature{{"name", input.name},
                 {"type", input.type == ColumnType::kNumber ? "number" : "category"}};
    if (input.type == ColumnType::kCategory) {
      feature["categories"] = input.categories;
      feature["on_unknown"] = name_of(input.on_unknown);
      for (const TextOperation &operation : input.text_operations)
        feature["text_operations"].push_back(words_of(operation));
    }
    // Any text is a category: the model has no list of them.
    if (input.type == ColumnType::kHash) feature["hashed"] = true;
    if (input.on_missing != MissingPolicy::kNative)
      feature["on_missing"] = name_of(input.on_missing);
    if (input.unit != Unit::kNone) feature["unit"] = name_of(input.unit);
    if (input.range != NumberRange::kAny) feature["range"] = name_of(input.range);
    features.push_back(std::move(feature));
  }
  return features;
}

std::uint32_t max_depth(const Model &model) {
  std::uint32_t deepest = 0;
  for (const Node &node : model.nodes)
    if (const auto *ensemble = std::get_if<TreeEnsemble>(&node.body)) {
      // Children stand behind their parents.
      std::vector<std::uint32_t> depth(ensemble->nodes.size(), 0);
      for (std::size_t i = 0; i < ensemble->nodes.size(); ++i) {
        const TreeNode &n = ensemble->nodes[i];
        deepest = std::max(deepest, depth[i]);
        if (n.split != Split::kLeaf) depth[n.left] = depth[n.right] = depth[i] + 1;
      }
    }
  return deepest;
}

std::string text(const Json &json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string describe_features(const Model &model) { return text(features_of(model)); }

std::string describe(const Model &model) {
  Json json{{"format", model.format}};
  if (!model.objective.empty()) json["objective"] = model.objective;
  json["task"] = name_of(model.output.task);
  if (model.output.task == Task::kClassification) json["labels"] = model.output.labels;
  if (const std::string *positive = model.output.positive_class())
    json["positive_class"] = *positive;
  Json outputs = Json::array();
  for (const std::vector<NamedColumn> *list : {&model.output.values, &model.output.more})
    for (const NamedColumn &value : *list) outputs.push_back(value.name);
  json["outputs"] = std::move(outputs);
  json["num_features"] = model.inputs.size();
  json["features"] = features_of(model);
  if (const std::uint64_t trees = model.num_trees(); trees > 0) {
    json["num_trees"] = trees;
    json["num_nodes"] = model.num_tree_nodes();
    json["max_depth"] = max_depth(model);
  }
  Json facts = Json::object();
  for (const Fact &fact : model.facts) facts[fact.name] = fact.value;
  json["facts"] = std::move(facts);
  return text(json);
}

}  // namespace pgscore::model
