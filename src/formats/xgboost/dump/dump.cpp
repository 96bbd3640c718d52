#include "formats/xgboost/dump/dump.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "base/text.hpp"
#include "formats/xgboost/objective.hpp"

namespace pgscore::formats::xgboost {
namespace {

using Kind = DumpNode::Kind;

void require_option(bool given, const char *option) {
  if (given) return;
  throw Error(ErrorCode::kInvalidArgument,
              "an XGBoost dump needs the option \"" + std::string(option) + "\"",
              "A dump holds the trees only. It lacks the objective, the base score, the number of "
              "classes or targets, the weights of "
              "DART and "
              "the features that no split uses.",
              "Save the model with save_model, or give options such as {\"objective\": "
              "\"binary:logistic\", \"base_score\": 0.5}; "
              "base_score may be an array with one number for each class or target, as XGBoost has "
              "it since 3.1 (save_config).");
}

/// i of "f12"; nullopt for other names.
std::optional<std::uint32_t> default_index(std::string_view name) {
  if (!name.starts_with('f')) return std::nullopt;
  const std::optional<std::int64_t> index = parse_integer(name.substr(1));
  if (!index || *index < 0 || *index > INT32_MAX ||
      model::default_feature_name(static_cast<std::uint32_t>(*index)) != name)
    return std::nullopt;
  return static_cast<std::uint32_t>(*index);
}

/// The place that the caller's list gives the feature of a dump. Names are looked up in it; f0, f1,
/// ... of a model without names are places themselves. Both at once would bind a feature by one of
/// them and mean the other.
std::uint32_t place_of(const std::string &feature,
                       const std::unordered_map<std::string_view, std::uint32_t> &given) {
  const auto found = given.find(feature);
  const std::optional<std::uint32_t> index = default_index(feature);
  if (found == given.end()) {
    if (index && *index < given.size()) return *index;
    throw Error(ErrorCode::kInvalidArgument,
                "feature " + shown(feature) + " of the dump is not among those given",
                "The splits of a dump name the features that they use.",
                "Name all features of the training data in \"features\", in their order.");
  }
  const std::uint32_t place = found->second;
  if (index && *index != place)
    throw Error(ErrorCode::kInvalidArgument,
                "features names " + shown(feature) + " as number " + std::to_string(place + 1) +
                    ", in the dump it is number " + std::to_string(*index + 1),
                "A dump calls the features of a model without names f0, f1, ... by their places.",
                "Give the features in the order of the training data.");
  return place;
}

/// Adds the inputs; returns for each feature of the dump its input. The caller's list counts, which
/// knows features that no split uses and their order. Otherwise the inputs are the features of the
/// dump, in the order of their numbers when all are called so. A list of categories makes a
/// category input of codes, which no split may compare (add_node).
std::vector<std::uint32_t> add_inputs(const Dump &dump, const std::vector<FeatureOverride> &given,
                                      model::Builder &builder) {
  std::vector<std::uint32_t> inputs(dump.features.size());
  if (!given.empty()) {
    std::unordered_map<std::string_view, std::uint32_t> places;
    for (const FeatureOverride &feature : given) {
      places.emplace(feature.name, builder.num_inputs());
      model::Input input;
      input.name = feature.name;
      if (feature.categories) {
        input.type = model::ColumnType::kCategory;
        input.categories = *feature.categories;
      }
      builder.add_input(std::move(input));
    }
    std::vector<bool> is_taken(given.size(), false);
    for (std::size_t i = 0; i < dump.features.size(); ++i) {
      inputs[i] = place_of(dump.features[i], places);
      if (is_taken[inputs[i]])
        throw Error(ErrorCode::kInvalidArgument, "two features of the dump are number " +
                                                     std::to_string(inputs[i] + 1) +
                                                     " of features: " + shown(dump.features[i]) +
                                                     " and \"" + given[inputs[i]].name + "\"");
      is_taken[inputs[i]] = true;
    }
    return inputs;
  }
  std::vector<std::size_t> order(dump.features.size());
  std::iota(order.begin(), order.end(), 0);
  if (std::all_of(dump.features.begin(), dump.features.end(),
                  [](const std::string &name) { return default_index(name).has_value(); }))
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return *default_index(dump.features[a]) < *default_index(dump.features[b]);
    });
  for (const std::size_t i : order) inputs[i] = builder.add_input({.name = dump.features[i]});
  return inputs;
}

class DumpTreeBuilder {
 public:
  DumpTreeBuilder(const DumpTree &tree, const std::vector<std::uint32_t> &inputs,
                  const std::vector<model::Input> &features, model::EnsembleBuilder &ensemble)
      : tree_(tree), inputs_(inputs), features_(features), ensemble_(ensemble) {}

  void add(std::uint32_t group) {
    if (tree_.nodes.empty()) refuse("the tree has no nodes");
    ensemble_.begin_tree(group, 0);
    for (const DumpNode &node : tree_.nodes) {
      add_node(node);
      if (node.cover >= 0) ensemble_.cover(node.cover);
      if (node.gain >= 0) ensemble_.gain(node.gain);
    }
    ensemble_.end_tree();
  }

 private:
  void add_node(const DumpNode &node) {
    if (node.kind == Kind::kLeaf) return ensemble_.leaf(node.id, node.value);
    if (node.missing != node.yes && node.missing != node.no)
      refuse("node " + std::to_string(node.id) + ": missing is none of its children");
    const std::uint32_t input = inputs_[node.feature];
    if (node.kind != Kind::kCategories && features_[input].type == model::ColumnType::kCategory)
      throw Error(ErrorCode::kInvalidArgument,
                  "feature \"" + features_[input].name +
                      "\" is a number in the dump, categories cannot be given",
                  "Node " + std::to_string(node.id) +
                      " compares it with a threshold; a split of categories has a set of them.");
    const bool missing_is_yes = node.missing == node.yes;
    switch (node.kind) {
      case Kind::kLess:
        return ensemble_.split(node.id, input, model::Split::kLess, node.value, missing_is_yes,
                               node.yes, node.no);
      case Kind::kCategories: {
        const auto first = tree_.categories.begin() + node.first_category;
        return ensemble_.split_in_set(node.id, input, {first, first + node.num_categories},
                                      missing_is_yes, node.yes, node.no);
      }
      default:  // 0 and missing are "no"; what is there is 1
        return ensemble_.split(node.id, input, model::Split::kLess, 0.5, true, node.no, node.yes);
    }
  }

  const DumpTree &tree_;
  const std::vector<std::uint32_t> &inputs_;
  const std::vector<model::Input> &features_;
  model::EnsembleBuilder &ensemble_;
};

/// How many values a row gets: one for each class, target or quantile. A dump does not tell: the
/// trees of a round follow each other as those of further rounds do. So does XGBoost's base score,
/// which is one for each of them since 3.1.
std::uint32_t count_groups(const Objective &objective, const Options &options) {
  const bool is_multiclass = objective.transform == Transform::kSoftmax;
  if (options.num_class && options.num_target)
    throw Error(ErrorCode::kInvalidArgument,
                "the options \"num_class\" and \"num_target\" exclude each other");
  const std::optional<std::uint32_t> said =
      options.num_class ? options.num_class : options.num_target;
  if (!said && options.base_score.size() > 1)
    return static_cast<std::uint32_t>(options.base_score.size());
  if (is_multiclass) require_option(said.has_value(), "num_class");
  if (objective.transform == Transform::kQuantile || objective.transform == Transform::kExpectile)
    require_option(said.has_value(), "num_target");
  return said.value_or(1);
}

std::string listed(const std::vector<float> &numbers) {
  std::string list;
  for (const float number : numbers) list += (list.empty() ? "" : ", ") + float32_text(number);
  return list;
}

constexpr const char *kUnescapedHint =
    "XGBoost before 2.0 wrote names into JSON dumps as they are: quotes break the document, "
    "backslashes change the names. Save "
    "the "
    "model with save_model, or dump it as text.";

/// Until 2.0 names were not escaped (tree_model.cc of v1.7.6, JsonGenerator; EscapeU8 since
/// v2.0.0). So a name in which an escape was read may be another one, unless the caller gives it
/// too.
void check_names(const Dump &dump, const std::vector<FeatureOverride> &given) {
  for (const std::string &name : dump.features) {
    const bool is_known = std::any_of(given.begin(), given.end(),
                                      [&](const FeatureOverride &f) { return f.name == name; });
    if (!is_known && std::any_of(name.begin(), name.end(),
                                 [](char c) { return c == '\\' || (c >= 0 && c < ' '); }))
      throw Error(ErrorCode::kUnsupportedModel,
                  "the name " + shown(name) + " of a feature may have been changed by the dump", {},
                  kUnescapedHint);
  }
}

Dump read_json_dump(const Source &source, const model::Builder &builder) {
  try {
    Dump dump = read_dump_json(source.bytes, builder.limits(), builder.interrupt());
    check_names(dump, source.features);
    return dump;
  } catch (const Error &error) {
    if (error.message() != "not valid JSON") throw;
    throw Error(error.code(), error.message(), error.detail(), kUnescapedHint);
  }
}

bool is_json(Bytes bytes) {
  return without_leading_blanks(as_text(bytes).substr(0, 256)).starts_with('[');
}

}  // namespace

bool sniff_dump(Bytes bytes) {
  const std::string_view text = without_leading_blanks(as_text(bytes).substr(0, 4096));
  return text.starts_with("booster[") ||
         (text.starts_with('[') && text.find("\"nodeid\"") != text.npos);
}

void load_dump(const Source &source, model::Builder &builder) {
  const Options &options = source.options;
  require_option(options.objective.has_value(), "objective");
  require_option(!options.base_score.empty(), "base_score");
  const Objective &objective = find_objective(*options.objective);
  const std::uint32_t num_groups = count_groups(objective, options);
  const Dump dump = is_json(source.bytes)
                        ? read_json_dump(source, builder)
                        : read_dump_text(source.bytes, builder.limits(), builder.interrupt());
  // The newest XGBoost's meaning of the options.
  Model meaning;
  meaning.version = {3, 4, 0};
  meaning.booster = "gbtree";
  meaning.base_score.assign(options.base_score.begin(), options.base_score.end());
  check_limit(num_groups, builder.limits().max_outputs, "outputs");
  const std::vector<float> base = base_margins(objective, meaning, num_groups);
  if (dump.trees.size() % num_groups != 0)
    refuse("there are " + std::to_string(dump.trees.size()) + " trees, no multiple of the " +
           std::to_string(num_groups) + " outputs");
  const std::uint64_t rounds = dump.trees.size() / num_groups;
  if (options.iterations && *options.iterations > rounds)
    throw Error(ErrorCode::kInvalidArgument,
                "option \"iterations\" is greater than the number of boosting rounds",
                "The model has " + std::to_string(rounds) + " rounds, " +
                    std::to_string(*options.iterations) + " are asked for.");

  builder.set_objective(*options.objective);
  const std::vector<std::uint32_t> inputs = add_inputs(dump, source.features, builder);
  builder.add_fact("library", "XGBoost (dump)");
  builder.add_fact("objective", *options.objective + " (from the options)");
  builder.add_fact("base_score", listed(meaning.base_score) + " (from the options)");
  if (num_groups > 1)
    builder.add_fact(options.num_class ? "num_class" : "num_target", std::to_string(num_groups));
  builder.add_fact("rounds", std::to_string(rounds));
  builder.add_fact("rounds_used",
                   std::to_string(options.iterations.value_or(static_cast<std::uint32_t>(rounds))));
  builder.add_fact("not_in_a_dump",
                   "objective, base_score, num_class, num_target, unused features, DART weights, "
                   "best_iteration");

  model::EnsembleBuilder ensemble = builder.ensemble();
  model::TreeEnsemble &settings = ensemble.settings();
  settings.features = model::column_range(0, builder.num_inputs());
  settings.num_groups = num_groups;
  settings.base.assign(base.begin(), base.end());
  const std::uint64_t num_trees =
      options.iterations ? std::uint64_t{*options.iterations} * num_groups : dump.trees.size();
  for (std::size_t t = 0; t < num_trees; ++t) {
    builder.interrupt().check();
    try {
      DumpTreeBuilder(dump.trees[t], inputs, builder.inputs(), ensemble)
          .add(static_cast<std::uint32_t>(t % num_groups));
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(t));
    }
  }
  add_outputs(objective, meaning.version, builder.trees(ensemble.finish()), num_groups, builder);
}

}  // namespace pgscore::formats::xgboost
