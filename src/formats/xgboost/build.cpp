#include "formats/xgboost/build.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "formats/given_features.hpp"
#include "formats/xgboost/category_texts.hpp"
#include "formats/xgboost/objective.hpp"

namespace pgscore::formats::xgboost {
namespace {

using model::Builder;
using model::ColumnId;

const std::string *find_attribute(const Model &model, std::string_view name) {
  for (const auto &[key, value] : model.attributes)
    if (key == name) return &value;
  return nullptr;
}
std::optional<std::int64_t> count_attribute(const Model &model, std::string_view name) {
  const std::string *text = find_attribute(model, name);
  const std::optional<std::int64_t> value = text != nullptr ? parse_integer(*text) : std::nullopt;
  return value && *value >= 0 && *value < INT32_MAX ? value : std::nullopt;
}

bool is_code_feature(const Model &model, std::uint32_t i) {
  return model.feature_types.empty() ? model.booster != "gblinear" : model.feature_types[i] == "c";
}

void add_input(Model &model, const Source &source, std::uint32_t i, Builder &builder) {
  model::Input input;
  input.name =
      model.feature_names.empty() ? model::default_feature_name(i) : model.feature_names[i];
  const std::vector<std::string> *given = given_categories(source, i, model.num_feature);
  if (!model.categories.empty() && !model.categories[i].empty()) {
    Categories &own = model.categories[i];
    input.type = model::ColumnType::kCategory;
    const bool is_cut = has_cut_texts(model, own);
    if (is_cut && given == nullptr) refuse_cut_texts(model, input.name);
    input.categories = is_cut && given->size() == own.size() ? *given : own;
  } else if (given != nullptr && is_code_feature(model, i)) {
    input.type = model::ColumnType::kCategory;
    input.categories = *given;
    if (model.feature_types.empty()) {
      model.codes_by_word.resize(model.num_feature);
      model.codes_by_word[i] = true;
    }
  }
  builder.add_input(std::move(input));
}

/// Adds the features as inputs. A feature with stored categories is a category input. Without them
/// (before 3.1) a categorical feature is a number, the code that the caller's encoder gave it,
/// until the caller gives the categories.
void add_inputs(Model &model, const Source &source, Builder &builder) {
  auto check_count = [&](std::size_t count, const char *what) {
    if (count != 0 && count != model.num_feature)
      refuse("there are " + std::to_string(count) + " " + what + " for " +
             std::to_string(model.num_feature) + " features");
  };
  check_count(model.feature_names.size(), "feature names");
  check_count(model.feature_types.size(), "feature types");
  check_count(model.categories.size(), "lists of categories");
  for (std::uint32_t i = 0; i < model.num_feature; ++i) add_input(model, source, i, builder);
}

/// Which trees a number of boosting rounds has: gbtree_model.cc, MakeIndptr, for files without
/// iteration_indptr.
class Rounds {
 public:
  explicit Rounds(const Model &model)
      : num_trees_(model.trees.size()), starts_(model.iteration_indptr) {
    if (starts_.empty()) {
      const auto last_group = model.tree_info.empty() ? 0
                                                      : *std::max_element(model.tree_info.begin(),
                                                                          model.tree_info.end());
      trees_per_group_ = std::max<std::uint64_t>(model.num_parallel_tree, 1);
      num_groups_ = static_cast<std::uint64_t>(std::max(last_group, 0)) + 1;
      count_ = (num_trees_ + trees_per_round() - 1) / trees_per_round();
      return;
    }
    if (starts_.front() != 0 || static_cast<std::size_t>(starts_.back()) != num_trees_ ||
        !std::is_sorted(starts_.begin(), starts_.end()))
      refuse("iteration_indptr does not lead from 0 to the number of trees");
    count_ = starts_.size() - 1;
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t num_trees(std::uint64_t rounds) const {
    if (rounds >= count_) return num_trees_;
    return starts_.empty() ? rounds * trees_per_round()
                           : static_cast<std::uint64_t>(starts_[rounds]);
  }
  /// Before 1.0 the file has no num_parallel_tree, but best_ntree_limit counts the trees of each
  /// group.
  std::uint64_t num_trees_of_limit(std::uint64_t trees_of_group) const {
    return std::min<std::uint64_t>(num_trees_, trees_of_group * num_groups_);
  }

 private:
  std::uint64_t trees_per_round() const { return trees_per_group_ * num_groups_; }

  std::uint64_t num_trees_;
  std::vector<std::int32_t> starts_;
  std::uint64_t count_ = 0, trees_per_group_ = 1, num_groups_ = 1;
};

/// The trees [first, end), those of the boosting rounds that predict.
struct TreeRange {
  std::uint64_t first = 0, end = 0;
};

void check_rounds(std::uint64_t count, const Options &options) {
  const std::uint64_t first = options.start_iteration.value_or(0);
  if (first > 0 && first >= count)
    throw Error(ErrorCode::kInvalidArgument, "option \"start_iteration\" leaves no boosting round",
                "The model has " + std::to_string(count) + " rounds, " + std::to_string(first) +
                    " are left out.");
  if (options.iterations && *options.iterations > count - first)
    throw Error(ErrorCode::kInvalidArgument,
                "option \"iterations\" is greater than the number of boosting rounds",
                "The model has " + std::to_string(count - first) + " rounds" +
                    (first > 0 ? " from start_iteration on, " : ", ") +
                    std::to_string(*options.iterations) + " are asked for.");
}

/// Which trees predict, and the facts about it. A model that stopped early predicts with its best
/// iteration, as the scikit-learn wrapper does; Booster.predict alone would use all rounds. The
/// options are Booster.predict's iteration_range.
TreeRange choose_trees(const Model &model, const Options &options, Builder &builder) {
  const Rounds rounds(model);
  const std::optional<std::int64_t> best_iteration = count_attribute(model, "best_iteration");
  const std::optional<std::int64_t> best_limit = count_attribute(model, "best_ntree_limit");
  check_rounds(rounds.count(), options);
  const std::uint64_t first = options.start_iteration.value_or(0);
  std::uint64_t used = rounds.count(), trees = model.trees.size();
  if (options.iterations) {
    used = first + *options.iterations;
    trees = rounds.num_trees(used);
  } else if (best_limit && model.version.major < 1) {
    trees = rounds.num_trees_of_limit(static_cast<std::uint64_t>(*best_limit));
    used = best_iteration ? static_cast<std::uint64_t>(*best_iteration) + 1
                          : static_cast<std::uint64_t>(*best_limit);
  } else if (best_iteration) {
    used = std::min(rounds.count(), static_cast<std::uint64_t>(*best_iteration) + 1);
    trees = rounds.num_trees(used);
  } else if (best_limit && *best_limit > 0) {
    used = std::min(rounds.count(), static_cast<std::uint64_t>(*best_limit) /
                                        std::max(model.num_parallel_tree, 1u));
    trees = rounds.num_trees(used);
  }
  const std::uint64_t first_tree = rounds.num_trees(first);
  if (first > 0 && first_tree >= trees) check_rounds(used, options);
  builder.add_fact("rounds", std::to_string(rounds.count()));
  if (best_iteration) builder.add_fact("best_iteration", std::to_string(*best_iteration));
  if (first > 0) builder.add_fact("start_iteration", std::to_string(first));
  builder.add_fact("rounds_used", std::to_string(used - std::min(first, used)));
  return {std::min(first_tree, trees), trees};
}

/// One tree -> builder calls.
class TreeBuilder {
 public:
  TreeBuilder(const Tree &tree, const std::vector<bool> &codes_by_word, float weight,
              std::int32_t group, model::EnsembleBuilder &ensemble)
      : tree_(tree),
        codes_by_word_(codes_by_word),
        weight_(weight),
        group_(group),
        ensemble_(ensemble) {}

  /// Walks from the root: XGBoost keeps deleted nodes in its files, whose contents mean nothing.
  /// That no node is reached twice is for the ensemble builder to find out; here it must only not
  /// keep the walk going.
  void add() {
    const std::size_t size = tree_.left_children.size();
    if (size == 0) refuse("the tree has no nodes");
    index_categories();
    std::vector<bool> seen(size, false);
    std::vector<std::uint32_t> stack{0};
    seen[0] = true;
    while (!stack.empty()) {
      const std::uint32_t id = stack.back();
      stack.pop_back();
      if (tree_.left_children[id] == -1) {
        add_leaf(id);
        add_statistics(id);
        continue;
      }
      const std::uint32_t left = child(id, tree_.left_children[id], "left"),
                          right = child(id, tree_.right_children[id], "right");
      add_split(id, left, right);
      add_statistics(id);
      for (const std::uint32_t next : {right, left}) {
        if (seen[next]) continue;
        seen[next] = true;
        stack.push_back(next);
      }
    }
  }

 private:
  static std::string place(std::uint32_t id) { return "node " + std::to_string(id); }

  std::uint32_t child(std::uint32_t id, std::int32_t index, const char *side) const {
    if (index < 0 || static_cast<std::size_t>(index) >= tree_.left_children.size())
      refuse(place(id) + ": " + side + " child " + std::to_string(index) +
             " is out of range, the tree has " + std::to_string(tree_.left_children.size()) +
             " nodes");
    return static_cast<std::uint32_t>(index);
  }

  /// tree_model.cc, LoadCategoricalSplit: categories_nodes lists the categorical nodes in ascending
  /// order.
  void index_categories() const {
    const std::size_t count = tree_.categories_nodes.size();
    if (tree_.categories_segments.size() != count || tree_.categories_sizes.size() != count)
      refuse("categories_nodes, categories_segments and categories_sizes differ in length");
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t begin = tree_.categories_segments[i], size = tree_.categories_sizes[i];
      if (begin < 0 || size < 0 ||
          begin + size > static_cast<std::int64_t>(tree_.categories.size()))
        refuse("the categories of node " + std::to_string(tree_.categories_nodes[i]) +
               " are out of range");
      if (i > 0 && tree_.categories_nodes[i] <= tree_.categories_nodes[i - 1])
        refuse("categories_nodes is not ascending");
    }
  }

  /// tree_model.h, RTreeNodeStat.
  void add_statistics(std::uint32_t id) {
    if (id < tree_.sum_hessian.size()) ensemble_.cover(tree_.sum_hessian[id]);
    if (id < tree_.loss_changes.size()) ensemble_.gain(tree_.loss_changes[id]);
  }

  void add_split(std::uint32_t id, std::uint32_t left, std::uint32_t right) {
    const std::int32_t feature = tree_.split_indices[id];
    if (feature < 0)
      refuse(place(id) + ": feature " + std::to_string(feature) + " is out of range");
    const bool default_left = tree_.default_left[id] != 0;
    const std::int32_t type = tree_.split_type.empty() ? 0 : tree_.split_type[id];
    if (type == 0) {
      if (static_cast<std::size_t>(feature) < codes_by_word_.size() &&
          codes_by_word_[static_cast<std::size_t>(feature)])
        refuse_compared_codes(id, feature);
      return ensemble_.split(id, static_cast<std::uint32_t>(feature), model::Split::kLess,
                             tree_.split_conditions[id], default_left, left, right);
    }
    if (type != 1) refuse(place(id) + ": unknown type of split " + std::to_string(type));
    // common/categorical.h, Decision: a category in the set goes right; everything else that is not
    // missing, also a negative or unknown one, goes left. (1.6 alone sent those in the default
    // direction.) So the children change sides.
    collect_categories(id);
    ensemble_.split_in_set(id, static_cast<std::uint32_t>(feature), categories_, !default_left,
                           right, left);
  }

  [[noreturn]] static void refuse_compared_codes(std::uint32_t id, std::int32_t feature) {
    throw Error(ErrorCode::kInvalidArgument,
                place(id) + ": feature " + std::to_string(feature) +
                    " is a number, categories cannot be given",
                "The split compares it with a threshold; a split of categories has a set of them.");
  }

  void collect_categories(std::uint32_t id) {
    const auto &nodes = tree_.categories_nodes;
    const auto at = std::lower_bound(nodes.begin(), nodes.end(), static_cast<std::int32_t>(id));
    if (at == nodes.end() || *at != static_cast<std::int32_t>(id) ||
        tree_.categories_sizes[at - nodes.begin()] == 0)
      refuse(place(id) + ": a categorical split without categories");
    const auto first = tree_.categories.begin() + tree_.categories_segments[at - nodes.begin()];
    categories_.clear();
    for (auto category = first; category != first + tree_.categories_sizes[at - nodes.begin()];
         ++category) {
      if (*category < 0)
        refuse(place(id) + ": category " + std::to_string(*category) + " is out of range");
      // A float32 holds no category from 2^24 on: Decision treats those as unknown.
      if (*category < (1 << 24)) categories_.push_back(static_cast<std::uint32_t>(*category));
    }
  }

  /// cpu_predictor.cc: leaf * weight is rounded to float32, then added.
  double weighted(float value) const { return static_cast<double>(value * weight_); }

  void add_leaf(std::uint32_t id) {
    const std::uint32_t width = ensemble_.settings().leaf_width;
    if (width == 1) return ensemble_.leaf(id, weighted(tree_.split_conditions[id]));
    // Adding -0 changes nothing, whatever the sum: so a scalar tree may stand between trees with
    // vectors.
    vector_.assign(width, -0.0);
    if (tree_.size_leaf_vector == 1) {
      vector_[static_cast<std::size_t>(group_)] = weighted(tree_.split_conditions[id]);
    } else {
      const bool by_leaf = !tree_.leaf_weights.empty();
      const std::vector<float> &weights = by_leaf ? tree_.leaf_weights : tree_.base_weights;
      const std::int64_t index = by_leaf ? tree_.right_children[id] : static_cast<std::int64_t>(id);
      if (index < 0 || (static_cast<std::uint64_t>(index) + 1) * width > weights.size())
        refuse(place(id) + ": the vector of the leaf is out of range");
      for (std::uint32_t k = 0; k < width; ++k)
        vector_[k] = weighted(weights[static_cast<std::size_t>(index) * width + k]);
    }
    ensemble_.leaf_vector(id, vector_);
  }

  const Tree &tree_;
  const std::vector<bool> &codes_by_word_;
  float weight_;
  std::int32_t group_;
  model::EnsembleBuilder &ensemble_;
  std::vector<std::uint32_t> categories_;
  std::vector<double> vector_;
};

ColumnId add_trees(Model &model, const Options &options, const std::vector<float> &base,
                   Builder &builder) {
  if (model.tree_info.size() != model.trees.size())
    refuse("tree_info has " + std::to_string(model.tree_info.size()) + " elements for " +
           std::to_string(model.trees.size()) + " trees");
  if (!model.weight_drop.empty() && model.weight_drop.size() != model.trees.size())
    refuse("weight_drop has " + std::to_string(model.weight_drop.size()) + " elements for " +
           std::to_string(model.trees.size()) + " trees");
  const TreeRange used = choose_trees(model, options, builder);

  model::EnsembleBuilder ensemble = builder.ensemble();
  model::TreeEnsemble &settings = ensemble.settings();
  settings.features = model::column_range(0, builder.num_inputs());
  settings.num_groups = static_cast<std::uint32_t>(base.size());
  settings.base.assign(base.begin(), base.end());
  // gbtree-inl.hpp and learner-inl.hpp of 0.40: the trees are summed from 0, then the base score is
  // added.
  const bool adds_base_last =
      model.adds_base_last && std::any_of(base.begin(), base.end(), [](float b) { return b != 0; });
  if (adds_base_last) settings.base.assign(base.size(), 0.0);
  for (std::size_t t = used.first; t < used.end; ++t)
    if (model.trees[t].size_leaf_vector > 1) settings.leaf_width = settings.num_groups;

  for (std::size_t t = 0; t < model.trees.size(); ++t) {
    const Tree tree = std::move(model.trees[t]);
    if (t < used.first || t >= used.end) continue;
    try {
      const std::int32_t group = model.tree_info[t];
      if (group < 0) refuse("output group " + std::to_string(group) + " is out of range");
      if (tree.size_leaf_vector > 1 && tree.size_leaf_vector != settings.num_groups)
        refuse("its leaves have " + std::to_string(tree.size_leaf_vector) +
               " values, the model has " + std::to_string(settings.num_groups) + " outputs");
      ensemble.begin_tree(static_cast<std::uint32_t>(group));
      TreeBuilder(tree, model.codes_by_word,
                  model.weight_drop.empty() ? 1.0f : model.weight_drop[t], group, ensemble)
          .add();
      ensemble.end_tree();
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(t));
    }
  }
  const ColumnId sums = builder.trees(ensemble.finish());
  if (!adds_base_last) return sums;
  ColumnId first = sums;
  for (std::uint32_t k = 0; k < base.size(); ++k) {
    const ColumnId margin = builder.apply(
        model::Op::kAdd, {model::Operand::of(sums + k), model::Operand::value(base[k])},
        model::Precision::kFloat32);
    if (k == 0) first = margin;
  }
  return first;
}

/// gblinear.cc, Pred: the sum starts at bias + base score and takes the features that are not
/// missing in their order.
ColumnId add_linear(const Model &model, const Options &options, const std::vector<float> &base,
                    Builder &builder) {
  for (const auto &[given, name] : {std::pair{options.iterations.has_value(), "iterations"},
                                    {options.start_iteration.has_value(), "start_iteration"}})
    if (given)
      throw Error(ErrorCode::kInvalidArgument,
                  "option \"" + std::string(name) + "\" does not apply to a gblinear model");
  const std::uint32_t num_groups = static_cast<std::uint32_t>(base.size());
  const std::uint64_t needed = (std::uint64_t{model.num_feature} + 1) * num_groups;
  const std::vector<float> &weights = model.weights;
  if (weights.size() != needed)
    refuse("there are " + std::to_string(weights.size()) + " weights, " + std::to_string(needed) +
           " are needed for " + std::to_string(model.num_feature) + " features and a bias");
  model::Linear linear;
  linear.precision = model::Precision::kFloat32;
  linear.on_missing = model::Linear::OnMissing::kSkip;
  linear.num_outputs = num_groups;
  for (std::uint32_t k = 0; k < num_groups; ++k)
    linear.intercept.push_back(
        static_cast<double>(weights[std::size_t{model.num_feature} * num_groups + k] + base[k]));
  for (std::uint32_t i = 0; i < model.num_feature; ++i) {
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(std::size_t{i} * num_groups);
    linear.terms.push_back(
        {.column = i, .coefficients = std::vector<double>(first, first + num_groups)});
  }
  return builder.linear(std::move(linear));
}

void add_facts(const Model &model, std::uint32_t num_groups, Builder &builder) {
  builder.add_fact("library",
                   "XGBoost" + (model.version_text.empty() ? "" : " " + model.version_text));
  builder.add_fact("booster", model.booster);
  builder.add_fact("objective", model.objective);
  std::string base_score;
  for (float value : model.base_score)
    base_score += (base_score.empty() ? "" : ", ") + float32_text(value);
  builder.add_fact("base_score", base_score);
  if (num_groups > 1)
    builder.add_fact(model.num_class > 1 ? "num_class" : "num_target", std::to_string(num_groups));
  if (model.booster != "gblinear")
    builder.add_fact("num_parallel_tree", std::to_string(std::max(model.num_parallel_tree, 1u)));
  std::string coded;
  for (std::size_t i = 0; i < model.feature_types.size(); ++i)
    if (model.feature_types[i] == "c" && builder.inputs()[i].type == model::ColumnType::kNumber)
      coded += (coded.empty() ? "" : ", ") + builder.inputs()[i].name;
  if (!coded.empty()) builder.add_fact("features_given_as_category_codes", coded);
  const std::string *best_score = find_attribute(model, "best_score");
  if (best_score != nullptr && parse_float32(*best_score))
    builder.add_fact("best_score", *best_score);
}

}  // namespace

void build(Model model, const Source &source, model::Builder &builder) {
  const Options &options = source.options;
  // These two act like Booster.set_param after loading.
  if (options.objective) model.objective = *options.objective;
  if (!options.base_score.empty()) {
    model.base_score.assign(options.base_score.begin(), options.base_score.end());
    model.base_score_is_margin = false;
  }
  if (model.booster.empty()) refuse("the model has no booster");
  if (model.objective.empty()) refuse("the model has no objective");
  if (model.num_class > 1 && model.num_target > 1)
    throw Error(ErrorCode::kUnsupportedModel, "a model has both classes and targets",
                "It has " + std::to_string(model.num_class) + " classes and " +
                    std::to_string(model.num_target) + " targets.");

  const Objective &objective = find_objective(model.objective);
  builder.set_objective(model.objective);
  add_inputs(model, source, builder);
  // learner.cc, OutputLength
  const std::uint32_t num_groups = std::max({model.num_class, model.num_target, 1u});
  check_limit(num_groups, builder.limits().max_outputs, "outputs");
  const std::vector<float> base = base_margins(objective, model, num_groups);
  add_facts(model, num_groups, builder);
  const ColumnId margins = model.booster == "gblinear" ? add_linear(model, options, base, builder)
                                                       : add_trees(model, options, base, builder);
  add_outputs(objective, model.version, margins, num_groups, builder);
}

}  // namespace pgscore::formats::xgboost
