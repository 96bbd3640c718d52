// LightGBM's JSON dump: Booster.dump_model of the Python package, lgb.dump of R, DumpModel of the C
// API. Sources: DumpModel (src/boosting/gbdt_model_text.cpp), Tree::ToJSON and NodeToJSON
// (src/io/tree.cpp), of 1.0 to 4.6; python-package/lightgbm/basic.py, dump_model, adds
// pandas_categorical. Members may come in any order: json.dump(..., sort_keys=True) is common.
//
// What a dump lacks: before 2.2.3 the objective and whether the outputs of a forest are averaged;
// before 2.0.6 the missing types. Thresholds beyond 1e300 are brought to it (utils/common.h,
// AvoidInf).
#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_map>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "base/text.hpp"
#include "formats/lightgbm/build.hpp"
#include "formats/lightgbm/lightgbm.hpp"
#include "formats/unused_keys.hpp"

namespace pgscore::formats::lightgbm {
namespace {

/// The value of the member `key`; nullopt when there is none.
std::optional<JsonValue> find_member(JsonValue object, std::string_view key) {
  for (const auto [name, value] : object.members())
    if (name == key) return value;
  return std::nullopt;
}

/// A signed integer: children and features are never negative in a dump, but split_feature is not
/// to be trusted.
std::int32_t index_of(JsonValue value) {
  const std::uint32_t index = value.unsigned_integer();
  if (index > INT32_MAX) value.refuse("is out of range");
  return static_cast<std::int32_t>(index);
}

/// The members of a node that have a part in prediction.
struct NodeMembers {
  std::optional<JsonValue> split_feature, threshold, decision_type, default_left, missing_type,
      left_child, right_child;
  std::optional<JsonValue> leaf_index, leaf_value, leaf_const, leaf_features, leaf_coeff;
  std::optional<JsonValue> leaf_count, internal_count, split_gain;

  explicit NodeMembers(JsonValue node) {
    for (const auto [key, value] : node.members()) {
      if (std::optional<JsonValue> *slot = find(key))
        *slot = value;
      else
        require_unused(
            key, {"internal_value", "internal_weight", "leaf_parent", "leaf_weight", "split_index"},
            "a node");
    }
  }

 private:
  std::optional<JsonValue> *find(std::string_view key) {
    if (key == "split_feature") return &split_feature;
    if (key == "leaf_count") return &leaf_count;
    if (key == "internal_count") return &internal_count;
    if (key == "split_gain") return &split_gain;
    if (key == "threshold") return &threshold;
    if (key == "decision_type") return &decision_type;
    if (key == "default_left") return &default_left;
    if (key == "missing_type") return &missing_type;
    if (key == "left_child") return &left_child;
    if (key == "right_child") return &right_child;
    if (key == "leaf_index") return &leaf_index;
    if (key == "leaf_value") return &leaf_value;
    if (key == "leaf_const") return &leaf_const;
    if (key == "leaf_features") return &leaf_features;
    if (key == "leaf_coeff") return &leaf_coeff;
    return nullptr;
  }
};

JsonValue required(const std::optional<JsonValue> &member, JsonValue node, const char *key) {
  if (!member) node.refuse("it has no " + std::string(key));
  return *member;
}

/// One tree_structure -> arrays.
class TreeReader {
 public:
  /// `has_infinite_thresholds`: see unbounded().
  TreeReader(const Limits &limits, bool has_infinite_thresholds, std::uint64_t &num_nodes,
             bool &is_of_2017)
      : limits_(limits),
        has_infinite_thresholds_(has_infinite_thresholds),
        num_nodes_(num_nodes),
        is_of_2017_(is_of_2017) {}

  Tree read(JsonValue root) {
    tree_.categories_are_bits = false;
    std::vector<Step> stack{{root, 0, Side::kRoot}};
    while (!stack.empty()) {
      const Step step = stack.back();
      stack.pop_back();
      check_limit(++num_nodes_, limits_.max_nodes, "tree nodes");
      const NodeMembers node(step.node);
      if (!node.split_feature) {
        link(step, ~add_leaf(node, step.node));
        continue;
      }
      const auto split = static_cast<std::int32_t>(tree_.split_feature.size());
      link(step, split);
      add_split(node, step.node);
      stack.push_back({required(node.right_child, step.node, "right_child"), split, Side::kRight});
      stack.push_back({required(node.left_child, step.node, "left_child"), split, Side::kLeft});
    }
    return ordered();
  }

 private:
  enum class Side : std::uint8_t { kRoot, kLeft, kRight };
  struct Step {
    JsonValue node;
    std::int32_t parent;
    Side side;
  };

  /// A number for explanations; negative when there is none.
  static double statistic(const std::optional<JsonValue> &value) {
    return value ? value->number_or_missing() : -1;
  }

  void link(const Step &step, std::int32_t child) {
    if (step.side == Side::kLeft) tree_.left_child[static_cast<std::size_t>(step.parent)] = child;
    if (step.side == Side::kRight) tree_.right_child[static_cast<std::size_t>(step.parent)] = child;
  }

  void add_split(const NodeMembers &node, JsonValue value) {
    tree_.split_feature.push_back(index_of(*node.split_feature));
    tree_.internal_count.push_back(statistic(node.internal_count));
    tree_.split_gain.push_back(statistic(node.split_gain));
    tree_.left_child.push_back(0);
    tree_.right_child.push_back(0);
    const JsonValue threshold = required(node.threshold, value, "threshold");
    const std::string_view decision = required(node.decision_type, value, "decision_type").text();
    std::uint8_t type = 0;
    if (decision == "is" || decision == "no_greater") {  // before 2.0.5
      is_of_2017_ = true;
    } else if (decision != "==" && decision != "<=") {
      node.decision_type->refuse("unknown decision_type " + shown(decision));
    } else if (!node.missing_type) {
      throw Error(
          ErrorCode::kUnsupportedModel, "the dump does not say how missing values are treated",
          "LightGBM writes missing_type since 2.0.6.", "Take the text model instead (save_model).");
    } else {
      type = missing_type(*node.missing_type);
      if (required(node.default_left, value, "default_left").boolean()) type |= Tree::kDefaultLeft;
    }
    if (decision == "==" || decision == "is") {
      type |= Tree::kCategorical;
      tree_.threshold.push_back(static_cast<double>(tree_.categories.size()));
      add_categories(threshold);
    } else {
      tree_.threshold.push_back(unbounded(threshold.number()));
    }
    tree_.decision_type.push_back(type);
  }

  /// The last bin of a feature ends at infinity, so that is the threshold of a split between
  /// missing values and all others. The dump writes 1e300 for it. (Before 2.3 the tree itself had
  /// 1e300: src/io/tree.cpp, Tree::Split.)
  double unbounded(double threshold) const {
    return threshold >= 1e300 && has_infinite_thresholds_ ? std::numeric_limits<double>::infinity()
                                                          : threshold;
  }

  static std::uint8_t missing_type(JsonValue value) {
    const std::string_view name = value.text();
    for (const auto &[word, missing] :
         {std::pair<std::string_view, MissingType>{"None", MissingType::kNone},
          {"Zero", MissingType::kZero},
          {"NaN", MissingType::kNan}})
      if (name == word) return static_cast<std::uint8_t>(static_cast<std::uint8_t>(missing) << 2);
    value.refuse("unknown missing_type " + shown(name));
  }

  /// "1||4||7", or one number.
  void add_categories(JsonValue threshold) {
    auto &values = tree_.categories.values;
    if (threshold.kind() == JsonValue::Kind::kNumber) {
      values.push_back(threshold.unsigned_integer());
    } else {
      std::string_view text = threshold.text();
      while (!text.empty()) {
        std::uint32_t category = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), category);
        const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
        const bool ends = length == text.size();
        if (parsed.ec != std::errc() || !(ends || text.substr(length).starts_with("||")))
          threshold.refuse("must be categories between \"||\"");
        values.push_back(category);
        text.remove_prefix(ends ? length : length + 2);
      }
    }
    check_limit(values.size(), limits_.max_nodes, "categories of splits");
    tree_.categories.end_list();
  }

  /// Returns the leaf's own number.
  std::int32_t add_leaf(const NodeMembers &node, JsonValue value) {
    Leaf leaf;
    leaf.value = required(node.leaf_value, value, "leaf_value").number_or_missing();
    leaf.count = statistic(node.leaf_count);
    // A tree of one leaf does not number it
    leaf.index = node.leaf_index ? index_of(*node.leaf_index) : 0;
    if (node.leaf_const) {
      tree_.is_linear = true;
      leaf.constant = node.leaf_const->number_or_missing();
      if (node.leaf_features) leaf.features = node.leaf_features->unsigned_integers();
      if (node.leaf_coeff) leaf.coefficients = node.leaf_coeff->numbers_or_missing();
      if (leaf.features.size() != leaf.coefficients.size())
        value.refuse("it has " + std::to_string(leaf.features.size()) + " leaf_features and " +
                     std::to_string(leaf.coefficients.size()) + " leaf_coeff");
    }
    leaves_.push_back(std::move(leaf));
    return leaves_.back().index;
  }

  /// The leaves by their numbers.
  Tree ordered() {
    std::vector<const Leaf *> by_index(leaves_.size(), nullptr);
    for (const Leaf &leaf : leaves_) {
      if (static_cast<std::size_t>(leaf.index) >= leaves_.size())
        throw Error(ErrorCode::kInvalidModel, "leaf_index " + std::to_string(leaf.index) +
                                                  " is out of range, the tree has " +
                                                  std::to_string(leaves_.size()) + " leaves");
      if (by_index[static_cast<std::size_t>(leaf.index)] != nullptr)
        throw Error(ErrorCode::kInvalidModel,
                    "leaf_index " + std::to_string(leaf.index) + " appears twice");
      by_index[static_cast<std::size_t>(leaf.index)] = &leaf;
    }
    for (const Leaf *leaf : by_index) {
      tree_.leaf_value.push_back(leaf->value);
      tree_.leaf_count.push_back(leaf->count);
      if (!tree_.is_linear) continue;
      tree_.leaf_const.push_back(leaf->constant);
      for (const std::uint32_t feature : leaf->features)
        tree_.leaf_features.values.push_back(static_cast<std::int32_t>(feature));
      tree_.leaf_features.end_list();
      tree_.leaf_coeff.insert(tree_.leaf_coeff.end(), leaf->coefficients.begin(),
                              leaf->coefficients.end());
    }
    return std::move(tree_);
  }

  struct Leaf {
    std::int32_t index = 0;
    double value = 0, constant = 0, count = -1;
    std::vector<std::uint32_t> features;
    std::vector<double> coefficients;
  };

  const Limits &limits_;
  bool has_infinite_thresholds_;
  std::uint64_t &num_nodes_;
  bool &is_of_2017_;
  Tree tree_;
  std::vector<Leaf> leaves_;
};

std::uint32_t read_count(JsonValue value, Quota limit, const char *what) {
  const std::uint32_t count = value.unsigned_integer();
  check_limit(count, limit, what);
  return count;
}

/// The members of the document that are read after all others.
struct Parts {
  std::optional<JsonValue> trees, feature_infos, pandas_categorical;
};

/// Everything but what is in `parts`.
Parts read_head(JsonValue root, const Limits &limits, Model &model) {
  Parts parts;
  std::optional<std::uint32_t> per_iteration, max_feature;
  bool has_average_output = false;
  for (const auto [key, value] : root.members()) {
    if (key == "version") {
      model.version = value.text();
    } else if (key == "num_class") {
      model.num_class = read_count(value, limits.max_outputs, "classes");
    } else if (key == "num_tree_per_iteration") {
      per_iteration = read_count(value, limits.max_outputs, "trees per iteration");
    } else if (key == "max_feature_idx") {
      max_feature = read_count(value, limits.max_features - 1, "features");
    } else if (key == "objective") {
      model.objective = std::string(value.text());
    } else if (key == "average_output") {
      model.average_output = value.boolean();
      has_average_output = true;
    } else if (key == "feature_names") {
      check_limit(value.size(), limits.max_features, "feature names");
      model.feature_names = value.texts();
    } else if (key == "feature_infos") {
      parts.feature_infos = value;
    } else if (key == "tree_info") {
      parts.trees = value;
    } else if (key == "pandas_categorical") {
      parts.pandas_categorical = value;
    } else {
      require_unused(key, {"feature_importances", "label_index", "monotone_constraints", "name"},
                     "the dump");
    }
  }
  if (!parts.trees) root.refuse("tree_info is missing");
  if (!max_feature) root.refuse("max_feature_idx is missing");
  model.num_features = *max_feature + 1;
  model.num_tree_per_iteration = per_iteration.value_or(model.num_class);
  if (model.num_tree_per_iteration == 0) root.refuse("num_tree_per_iteration is 0");
  if (model.feature_names.size() != model.num_features)
    root.refuse("there are " + std::to_string(model.feature_names.size()) + " feature names for " +
                std::to_string(model.num_features) + " features");
  model.lacks_objective = !model.objective && !has_average_output;
  return parts;
}

void read_trees(JsonValue trees, const Limits &limits, Interrupt interrupt, Model &model) {
  check_limit(trees.size(), limits.max_trees, "trees");
  std::uint64_t num_nodes = 0;
  for (const JsonValue tree : trees.elements()) {
    interrupt.check();
    try {
      std::optional<JsonValue> structure;
      for (const auto [key, value] : tree.members()) {
        if (key == "tree_structure")
          structure = value;
        else
          require_unused(key, {"num_cat", "num_leaves", "shrinkage", "tree_index"}, "a tree");
      }
      if (!structure) tree.refuse("it has no tree_structure");
      model.trees.push_back(TreeReader(limits, model.version != "v2" && !model.version.empty(),
                                       num_nodes, model.is_of_2017)
                                .read(*structure));
    } catch (const Error &e) {
      // A place in the document names the tree already.
      throw e.message().starts_with("tree_info")
          ? e
          : e.within("tree " + std::to_string(model.trees.size()));
    }
  }
}

/// What the text format says of a feature, of its values or range; nullopt when the dump does not
/// say either.
std::optional<std::string> feature_info(JsonValue info) {
  const std::optional<JsonValue> values = find_member(info, "values");
  if (values && values->size() > 0) {
    std::string text;
    for (const double value : values->numbers())
      text +=
          (text.empty() ? "" : ":") +
          std::to_string(static_cast<std::int64_t>(std::max(-1.0, std::min(value, 2147483647.0))));
    return text;
  }
  const std::optional<JsonValue> low = find_member(info, "min_value"),
                                 high = find_member(info, "max_value");
  auto is_number = [](const std::optional<JsonValue> &value) {
    return value && value->kind() == JsonValue::Kind::kNumber;
  };
  if (!is_number(low) || !is_number(high)) return std::nullopt;
  return "[" + float64_text(low->number()) + ":" + float64_text(high->number()) + "]";
}

/// {"name": {"min_value": .., "max_value": .., "values": [..]}}: of the used features only;
/// categorical ones have values.
void read_feature_infos(JsonValue infos, Model &model) {
  model.feature_infos.assign(model.num_features, "none");
  std::unordered_map<std::string_view, std::size_t> features;
  for (std::size_t i = 0; i < model.feature_names.size(); ++i)
    features.emplace(model.feature_names[i], i);
  for (const auto [name, info] : infos.members()) {
    const auto feature = features.find(name);
    if (feature == features.end()) continue;
    if (auto text = feature_info(info)) model.feature_infos[feature->second] = std::move(*text);
  }
}

Model read_dump(JsonValue root, const Limits &limits, Interrupt interrupt) {
  Model model;
  model.has_end_of_trees = true;
  const Parts parts = read_head(root, limits, model);
  if (parts.pandas_categorical)
    model.pandas_categorical = read_pandas_categorical(*parts.pandas_categorical, limits);
  read_trees(*parts.trees, limits, interrupt, model);
  if (parts.feature_infos && parts.feature_infos->kind() == JsonValue::Kind::kObject)
    read_feature_infos(*parts.feature_infos, model);
  return model;
}

}  // namespace

bool sniff_json(Bytes bytes) {
  const std::string_view text = as_text(bytes).substr(0, 65536);
  if (!without_leading_blanks(text).starts_with('{')) return false;
  // The dump's own first keys; sorted by name, these come before the names of the features.
  return text.find("\"max_feature_idx\"") != text.npos ||
         text.find("\"feature_infos\"") != text.npos || text.find("\"tree_info\"") != text.npos;
}

void load_json(const Source &source, model::Builder &builder) {
  // Trees are nested objects: a child is one level deeper.
  Limits limits = builder.limits();
  limits.max_nesting = limits.max_depth + limits.max_nesting;
  Model model = [&] {
    const JsonDocument document = JsonDocument::parse(source.bytes, limits, builder.interrupt());
    return read_dump(document.root(), builder.limits(), builder.interrupt());
  }();
  build(std::move(model), source, builder);
}

}  // namespace pgscore::formats::lightgbm
