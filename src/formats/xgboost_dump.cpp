#include "formats/xgboost_dump.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/xgboost_objective.hpp"

namespace pgscore::formats {
namespace {

using Kind = XgboostDumpNode::Kind;

[[noreturn]] void refuse(const std::string &what) { throw Error(ErrorCode::kInvalidModel, what); }

void require_option(bool given, const char *option) {
  if (given) return;
  throw Error(
      ErrorCode::kInvalidArgument, "an XGBoost dump needs the option \"" + std::string(option) + "\"",
      "A dump holds the trees only. It lacks the objective, the base score, the number of classes, the weights of DART and "
      "the features that no split uses.",
      "Save the model with save_model, or give options such as {\"objective\": \"binary:logistic\", \"base_score\": 0.5}.");
}

/// i of "f12"; nullopt for other names.
std::optional<std::uint32_t> default_index(std::string_view name) {
  if (!name.starts_with('f')) return std::nullopt;
  const std::optional<std::int64_t> index = parse_integer(name.substr(1));
  if (!index || *index < 0 || *index > INT32_MAX || model::default_feature_name(static_cast<std::uint32_t>(*index)) != name)
    return std::nullopt;
  return static_cast<std::uint32_t>(*index);
}

/// Adds the inputs; returns for each feature of the dump its input. The caller's list counts, which knows features that no split
/// uses and their order: names are looked up in it, f0, f1, ... are positions. Otherwise the inputs are the features of the dump,
/// in the order of their numbers when all are called so.
std::vector<std::uint32_t> add_inputs(const XgboostDump &dump, const std::vector<FeatureOverride> &given,
                                      model::Builder &builder) {
  std::vector<std::uint32_t> inputs(dump.features.size());
  if (!given.empty()) {
    for (const FeatureOverride &feature : given) builder.add_input({.name = feature.name, .categories = {}});
    for (std::size_t i = 0; i < dump.features.size(); ++i) {
      const auto found = std::find_if(given.begin(), given.end(),
                                      [&](const FeatureOverride &feature) { return feature.name == dump.features[i]; });
      const std::optional<std::uint32_t> index = default_index(dump.features[i]);
      if (found != given.end())
        inputs[i] = static_cast<std::uint32_t>(found - given.begin());
      else if (index && *index < given.size())
        inputs[i] = *index;
      else
        throw Error(ErrorCode::kInvalidArgument, "feature " + shown(dump.features[i]) + " of the dump is not among those given");
    }
    return inputs;
  }
  std::vector<std::size_t> order(dump.features.size());
  std::iota(order.begin(), order.end(), 0);
  if (std::all_of(dump.features.begin(), dump.features.end(),
                  [](const std::string &name) { return default_index(name).has_value(); }))
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return *default_index(dump.features[a]) < *default_index(dump.features[b]); });
  for (const std::size_t i : order) inputs[i] = builder.add_input({.name = dump.features[i], .categories = {}});
  return inputs;
}

class TreeBuilder {
 public:
  TreeBuilder(const XgboostDumpTree &tree, const std::vector<std::uint32_t> &inputs, model::EnsembleBuilder &ensemble)
      : tree_(tree), inputs_(inputs), ensemble_(ensemble) {}

  void add(std::uint32_t group) {
    if (tree_.nodes.empty()) refuse("the tree has no nodes");
    ensemble_.begin_tree(group, 0);
    for (const XgboostDumpNode &node : tree_.nodes) add_node(node);
    ensemble_.end_tree();
  }

 private:
  void add_node(const XgboostDumpNode &node) {
    if (node.kind == Kind::kLeaf) return ensemble_.leaf(node.id, node.value);
    if (node.missing != node.yes && node.missing != node.no)
      refuse("node " + std::to_string(node.id) + ": missing is none of its children");
    const std::uint32_t input = inputs_[node.feature];
    const bool missing_is_yes = node.missing == node.yes;
    switch (node.kind) {
      case Kind::kLess:
        return ensemble_.split(node.id, input, model::Split::kLess, node.value, missing_is_yes, node.yes, node.no);
      case Kind::kCategories: {
        const auto first = tree_.categories.begin() + node.first_category;
        return ensemble_.split_in_set(node.id, input, {first, first + node.num_categories}, missing_is_yes, node.yes, node.no);
      }
      default:  // 0 and missing are "no"; what is there is 1
        return ensemble_.split(node.id, input, model::Split::kLess, 0.5, true, node.no, node.yes);
    }
  }

  const XgboostDumpTree &tree_;
  const std::vector<std::uint32_t> &inputs_;
  model::EnsembleBuilder &ensemble_;
};

bool is_json(Bytes bytes) {
  const std::string_view text = as_text(bytes).substr(0, 256);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '[';
}

}  // namespace

bool sniff_xgboost_dump(Bytes bytes) {
  std::string_view text = as_text(bytes).substr(0, 4096);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return false;
  text.remove_prefix(first);
  return text.starts_with("booster[") || (text.starts_with('[') && text.find("\"nodeid\"") != text.npos);
}

void load_xgboost_dump(const Source &source, model::Builder &builder) {
  const Options &options = source.options;
  require_option(options.objective.has_value(), "objective");
  require_option(options.base_score.has_value(), "base_score");
  const XgboostObjective &objective = find_xgboost_objective(*options.objective);
  if (objective.transform == XgboostTransform::kSoftmax) require_option(options.num_class.has_value(), "num_class");
  const XgboostDump dump = is_json(source.bytes) ? read_xgboost_dump_json(source.bytes, builder.limits(), builder.interrupt())
                                                 : read_xgboost_dump_text(source.bytes, builder.limits(), builder.interrupt());
  // The newest XGBoost's meaning of the options.
  XgboostModel meaning;
  meaning.version = {3, 4, 0};
  meaning.booster = "gbtree";
  meaning.base_score = {static_cast<float>(*options.base_score)};
  const std::uint32_t num_groups = options.num_class.value_or(1);
  check_limit(num_groups, builder.limits().max_outputs, "outputs");
  const std::vector<float> base = xgboost_base_margins(objective, meaning, num_groups);
  if (dump.trees.size() % num_groups != 0)
    refuse("there are " + std::to_string(dump.trees.size()) + " trees, no multiple of the " + std::to_string(num_groups) +
           " classes");
  const std::uint64_t rounds = dump.trees.size() / num_groups;
  if (options.iterations && *options.iterations > rounds)
    throw Error(
        ErrorCode::kInvalidArgument, "option \"iterations\" is greater than the number of boosting rounds",
        "The model has " + std::to_string(rounds) + " rounds, " + std::to_string(*options.iterations) + " are asked for.");

  builder.set_objective(*options.objective);
  const std::vector<std::uint32_t> inputs = add_inputs(dump, source.features, builder);
  builder.add_fact("library", "XGBoost (dump)");
  builder.add_fact("objective", *options.objective + " (from the options)");
  builder.add_fact("base_score", float32_text(meaning.base_score[0]) + " (from the options)");
  builder.add_fact("rounds", std::to_string(rounds));
  builder.add_fact("rounds_used", std::to_string(options.iterations.value_or(static_cast<std::uint32_t>(rounds))));
  builder.add_fact("not_in_a_dump", "objective, base_score, num_class, unused features, DART weights, best_iteration");

  model::EnsembleBuilder ensemble = builder.ensemble();
  model::TreeEnsemble &settings = ensemble.settings();
  settings.features = model::column_range(0, builder.num_inputs());
  settings.num_groups = num_groups;
  settings.base.assign(base.begin(), base.end());
  const std::uint64_t num_trees = options.iterations ? std::uint64_t{*options.iterations} * num_groups : dump.trees.size();
  for (std::size_t t = 0; t < num_trees; ++t) {
    builder.interrupt().check();
    try {
      TreeBuilder(dump.trees[t], inputs, ensemble).add(static_cast<std::uint32_t>(t % num_groups));
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(t));
    }
  }
  add_xgboost_outputs(objective, meaning.version, builder.trees(ensemble.finish()), num_groups, builder);
}

}  // namespace pgscore::formats
