// [{"nodeid": 0, "depth": 0, "split": "age", "split_condition": 30.5, "yes": 1, "no": 2, "missing":
// 1, "children": [...]}, ...]: one element per tree. A leaf is {"nodeid": 1, "leaf": 0.25}; a
// categorical split has an array as its condition, an indicator has none.
#include "formats/unused_keys.hpp"
#include "formats/wire/json_document.hpp"
#include "formats/xgboost/dump/dump.hpp"
#include "formats/xgboost/dump/features.hpp"

namespace pgscore::formats::xgboost {
namespace {

using Kind = DumpNode::Kind;

struct NodeMembers {
  std::optional<JsonValue> nodeid, leaf, split, split_condition, yes, no, missing, children;
  std::optional<JsonValue> cover, gain;

  explicit NodeMembers(JsonValue node) {
    for (const auto [key, value] : node.members()) {
      if (std::optional<JsonValue> *slot = find(key))
        *slot = value;
      else
        require_unused(key, {"depth"}, "a node");
    }
  }

 private:
  std::optional<JsonValue> *find(std::string_view key) {
    if (key == "nodeid") return &nodeid;
    if (key == "leaf") return &leaf;
    if (key == "split") return &split;
    if (key == "split_condition") return &split_condition;
    if (key == "yes") return &yes;
    if (key == "no") return &no;
    if (key == "missing") return &missing;
    if (key == "children") return &children;
    if (key == "cover") return &cover;
    if (key == "gain") return &gain;
    return nullptr;
  }
};

JsonValue required(const std::optional<JsonValue> &member, JsonValue node, const char *key) {
  if (!member) node.refuse("it has no " + std::string(key));
  return *member;
}

/// R numbers features when there are no names: then "split" may be a number.
std::string feature_name(JsonValue split) {
  if (split.kind() == JsonValue::Kind::kNumber)
    return model::default_feature_name(split.unsigned_integer());
  return std::string(split.text());
}

void read_node(JsonValue value, const NodeMembers &members, DumpFeatures &features,
               DumpTree &tree) {
  DumpNode node;
  node.id = required(members.nodeid, value, "nodeid").unsigned_integer();
  if (members.cover) node.cover = static_cast<float>(members.cover->number_or_missing());
  if (members.gain) node.gain = static_cast<float>(members.gain->number_or_missing());
  if (members.leaf) {
    if (members.leaf->kind() == JsonValue::Kind::kArray)
      throw Error(ErrorCode::kUnsupportedModel,
                  "dumps of trees with vectors in their leaves are not supported", {},
                  "Save the model with save_model instead.");
    node.value = static_cast<float>(members.leaf->number());
    tree.nodes.push_back(node);
    return;
  }
  node.feature = features.number_of(feature_name(required(members.split, value, "split")));
  node.yes = required(members.yes, value, "yes").unsigned_integer();
  node.no = required(members.no, value, "no").unsigned_integer();
  node.missing = members.missing ? members.missing->unsigned_integer() : node.no;
  if (!members.split_condition) {
    node.kind = Kind::kIndicator;
  } else if (members.split_condition->kind() == JsonValue::Kind::kArray) {
    node.kind = Kind::kCategories;
    node.first_category = static_cast<std::uint32_t>(tree.categories.size());
    for (const std::uint32_t category : members.split_condition->unsigned_integers())
      tree.categories.push_back(category);
    node.num_categories = static_cast<std::uint32_t>(tree.categories.size()) - node.first_category;
  } else {
    node.kind = Kind::kLess;
    node.value = static_cast<float>(members.split_condition->number());
  }
  tree.nodes.push_back(node);
}

}  // namespace

Dump read_dump_json(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  Limits nested = limits;  // a child stands in an array in its parent
  nested.max_nesting = 2 * limits.max_depth + limits.max_nesting;
  const JsonDocument document = JsonDocument::parse(bytes, nested, interrupt);
  Dump dump;
  DumpFeatures features(limits);
  std::uint64_t num_nodes = 0;
  check_limit(document.root().size(), limits.max_trees, "trees");
  for (const JsonValue root : document.root().elements()) {
    interrupt.check();
    DumpTree tree;
    std::vector<JsonValue> stack{root};
    while (!stack.empty()) {
      const JsonValue value = stack.back();
      stack.pop_back();
      check_limit(++num_nodes, limits.max_nodes, "tree nodes");
      const NodeMembers members(value);
      read_node(value, members, features, tree);
      if (members.children)
        for (const JsonValue child : members.children->elements()) stack.push_back(child);
    }
    dump.trees.push_back(std::move(tree));
  }
  dump.features = features.take();
  return dump;
}

}  // namespace pgscore::formats::xgboost
