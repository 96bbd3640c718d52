#include "formats/lightgbm/build.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "formats/given_features.hpp"
#include "formats/lightgbm/objective.hpp"

namespace pgscore::formats::lightgbm {
namespace {

using model::Builder;
using model::ColumnId;
using model::MissingKind;
using model::Op;
using model::Operand;

using model::kZeroThreshold;

/// The threshold that does to x what `threshold` does to x with -kZeroThreshold .. kZeroThreshold
/// taken for 0: src/c_api.cpp, RowPairFunctionFromDenseMatric, hands only larger values to the
/// trees. Thresholds in that range are common: the bin of zero ends at them (src/io/bin.cpp).
double threshold_with_flushed_zero(double threshold) {
  if (threshold >= 0 && threshold < kZeroThreshold) return kZeroThreshold;
  if (threshold < 0 && threshold >= -kZeroThreshold) return std::nextafter(-kZeroThreshold, -1.0);
  return threshold;
}

/// One tree -> builder calls. Leaves keep their numbers, which predict(pred_leaf=True) reports;
/// split i gets the number behind them.
class TreeBuilder {
 public:
  TreeBuilder(const Tree &tree, bool is_of_2017, std::uint32_t num_features,
              std::uint64_t max_category, model::EnsembleBuilder &ensemble)
      : tree_(tree),
        max_category_(max_category),
        is_of_2017_(is_of_2017),
        num_features_(num_features),
        num_leaves_(static_cast<std::uint32_t>(tree.leaf_value.size())),
        ensemble_(ensemble) {}

  void add(std::uint32_t group) {
    check_parents();
    ensemble_.begin_tree(group, num_leaves_ > 1 ? num_leaves_ : 0);
    for (std::uint32_t i = 0; i + 1 < num_leaves_; ++i) {
      add_split(i);
      if (i < tree_.internal_count.size()) ensemble_.cover(tree_.internal_count[i]);
      if (i < tree_.split_gain.size()) ensemble_.gain(tree_.split_gain[i]);
    }
    for (std::uint32_t i = 0; i < num_leaves_; ++i) {
      add_leaf(i);
      if (i < tree_.leaf_count.size()) ensemble_.cover(tree_.leaf_count[i]);
    }
    ensemble_.end_tree();
  }

 private:
  static std::string place(std::uint32_t split) { return "split " + std::to_string(split); }

  /// Children exist, and nothing has two parents: said here in the file's own numbers.
  void check_parents() const {
    std::vector<bool> has_parent(2 * std::size_t{num_leaves_}, false);
    for (std::uint32_t i = 0; i + 1 < num_leaves_; ++i) {
      for (const std::int32_t child : {tree_.left_child[i], tree_.right_child[i]}) {
        const bool is_leaf = child < 0;
        const auto index = static_cast<std::uint32_t>(is_leaf ? ~child : child);
        if (index >= (is_leaf ? num_leaves_ : num_leaves_ - 1))
          refuse(place(i) + ": child " + std::to_string(child) + " is out of range, the tree has " +
                 std::to_string(num_leaves_ - 1) + " splits and " + std::to_string(num_leaves_) +
                 " leaves");
        const std::string name = (is_leaf ? "leaf " : "split ") + std::to_string(index);
        if (!is_leaf && index == 0) refuse(place(i) + ": the root of the tree is a child");
        if (has_parent[node_id(child)]) refuse(name + " has more than one parent");
        has_parent[node_id(child)] = true;
      }
    }
  }
  std::uint32_t node_id(std::int32_t child) const {
    return child < 0 ? static_cast<std::uint32_t>(~child)
                     : num_leaves_ + static_cast<std::uint32_t>(child);
  }

  void add_split(std::uint32_t i) {
    const std::int32_t feature = tree_.split_feature[i];
    if (feature < 0 || static_cast<std::uint32_t>(feature) >= num_features_)
      refuse(place(i) + ": feature " + std::to_string(feature) +
             " is out of range, the model has " + std::to_string(num_features_) + " features");
    const auto column = static_cast<std::uint32_t>(feature);
    const std::uint32_t id = num_leaves_ + i, left = node_id(tree_.left_child[i]),
                        right = node_id(tree_.right_child[i]);
    const std::uint8_t type = tree_.decision_type[i];
    if ((type & Tree::kCategorical) != 0) {
      collect_categories(i);
      // tree.h, CategoricalDecision: what is NaN, negative or unknown goes right, whatever the
      // default direction. Before 2.0.5 it was equality with one category, and c_api.cpp handed NaN
      // to the trees as 0.
      return ensemble_.split_in_set(id, column, categories_, false, left, right,
                                    is_of_2017_ ? MissingKind::kNanIsZero : MissingKind::kNan,
                                    model::Split::kInSetTruncated);
    }
    const double threshold = tree_.threshold[i];
    if (std::isnan(threshold)) refuse(place(i) + ": the threshold is not a number");
    ensemble_.split(id, column, model::Split::kLessEqual, threshold_with_flushed_zero(threshold),
                    (type & Tree::kDefaultLeft) != 0, left, right, missing_kind(type));
  }

  /// tree.h, NumericalDecision; a missing type of 3 is treated as none there.
  static MissingKind missing_kind(std::uint8_t decision_type) {
    switch (static_cast<MissingType>(decision_type >> 2 & 3)) {
      case MissingType::kZero:
        return MissingKind::kZeroOrNan;
      case MissingType::kNan:
        return MissingKind::kNan;
      default:
        return MissingKind::kNanIsZero;
    }
  }

  void collect_categories(std::uint32_t i) {
    const double number = tree_.threshold[i];
    if (!(number >= 0 && number < static_cast<double>(tree_.categories.size())))
      refuse(place(i) + ": category set " + float64_text(number) +
             " is out of range, the tree has " + std::to_string(tree_.categories.size()));
    const auto set = static_cast<std::size_t>(number);
    const std::uint32_t first = tree_.categories.bounds[set],
                        end = tree_.categories.bounds[set + 1];
    const auto &values = tree_.categories.values;
    categories_.clear();
    if (!tree_.categories_are_bits) {
      categories_.assign(values.begin() + first, values.begin() + end);
      for (const std::uint32_t category : categories_)
        if (category > max_category_)
          throw Error(ErrorCode::kLimitExceeded,
                      place(i) + ": category " + std::to_string(category) + " is too large",
                      "The limit is " + std::to_string(max_category_) + ".");
      return;
    }
    for (std::uint32_t word = first; word < end; ++word)
      for (std::uint32_t bit = 0; bit < 32; ++bit)
        if ((values[word] >> bit & 1) != 0) categories_.push_back((word - first) * 32 + bit);
  }

  void add_leaf(std::uint32_t i) {
    if (!tree_.is_linear) return ensemble_.leaf(i, tree_.leaf_value[i]);
    terms_.clear();
    for (std::uint32_t k = tree_.leaf_features.bounds[i]; k < tree_.leaf_features.bounds[i + 1];
         ++k) {
      const std::int32_t feature = tree_.leaf_features.values[k];
      if (feature < 0 || static_cast<std::uint32_t>(feature) >= num_features_)
        refuse("leaf " + std::to_string(i) + ": feature " + std::to_string(feature) +
               " is out of range, the model has " + std::to_string(num_features_) + " features");
      terms_.push_back({static_cast<std::uint32_t>(feature), tree_.leaf_coeff[k]});
    }
    ensemble_.linear_leaf(i, tree_.leaf_const[i], terms_, tree_.leaf_value[i]);
  }

  const Tree &tree_;
  std::uint64_t max_category_;
  bool is_of_2017_;
  std::uint32_t num_features_, num_leaves_;
  model::EnsembleBuilder &ensemble_;
  std::vector<std::uint32_t> categories_;
  std::vector<model::LeafTerm> terms_;
};

/// The boosting rounds that predict: those of [first, first + count), and the constant of
/// boost_from_average always.
struct Rounds {
  std::uint64_t total = 0, first = 0, count = 0;
  std::uint64_t constants = 0;  // rounds before the first one

  bool uses(std::uint64_t round) const {
    return round < constants || (round - constants >= first && round - constants - first < count);
  }
  std::uint64_t used() const { return constants + count; }
};

Rounds choose_rounds(const Model &model, const Options &options) {
  if (model.trees.empty()) refuse("there are no trees");
  if (model.trees.size() % model.num_tree_per_iteration != 0)
    refuse("there are " + std::to_string(model.trees.size()) + " trees, no multiple of the " +
           std::to_string(model.num_tree_per_iteration) + " trees per iteration");
  Rounds rounds;
  rounds.total = model.trees.size() / model.num_tree_per_iteration;
  if (model.boost_from_average && rounds.total > 0) rounds.constants = 1;
  rounds.total -= rounds.constants;
  rounds.first = options.start_iteration.value_or(0);
  if (rounds.first > 0 && rounds.first >= rounds.total)
    throw Error(ErrorCode::kInvalidArgument, "option \"start_iteration\" leaves no boosting round",
                "The model has " + std::to_string(rounds.total) + " rounds, " +
                    std::to_string(rounds.first) + " are left out.");
  rounds.count = rounds.total - rounds.first;
  if (!options.iterations) return rounds;
  if (*options.iterations > rounds.count)
    throw Error(ErrorCode::kInvalidArgument,
                "option \"iterations\" is greater than the number of boosting rounds",
                "The model has " + std::to_string(rounds.count) + " rounds" +
                    (rounds.first > 0 ? " from start_iteration on, " : ", ") +
                    std::to_string(*options.iterations) + " are asked for.");
  rounds.count = *options.iterations;
  return rounds;
}

bool is_categorical(std::string_view info) {
  return !info.empty() && info != "none" && !info.starts_with('[');
}

/// The features whose splits are sets of categories, or whose info says so: their numbers are codes
/// of categories.
std::vector<bool> code_features(const Model &model) {
  std::vector<bool> is_code(model.num_features, false);
  for (std::size_t i = 0; i < model.feature_infos.size(); ++i)
    is_code[i] = is_categorical(model.feature_infos[i]);
  for (const Tree &tree : model.trees)
    for (std::size_t i = 0; i < tree.split_feature.size(); ++i) {
      const auto feature = static_cast<std::uint32_t>(tree.split_feature[i]);
      if ((tree.decision_type[i] & Tree::kCategorical) != 0 && feature < model.num_features)
        is_code[feature] = true;
    }
  return is_code;
}

/// The lists of pandas, by feature: as the file proves it or, where it does not, as the caller says
/// it.
std::vector<std::optional<std::size_t>> pandas_lists(const Model &model, const Source &source) {
  if (auto lists = assign_pandas_categories(model)) return std::move(*lists);
  if (source.features.size() != model.num_features) refuse_pandas_categories(model);
  return claimed_pandas_categories(model, source.features);
}

/// What the caller must give: a list that ends before the largest code of the training data lacks
/// categories.
void check_largest_code(const std::string &name, std::string_view info,
                        std::size_t num_categories) {
  std::int64_t largest = -1;
  for (std::string_view rest = is_categorical(info) ? info : std::string_view(); !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    largest = std::max(largest, parse_integer(rest.substr(0, end)).value_or(-1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (largest >= static_cast<std::int64_t>(num_categories))
    throw Error(
        ErrorCode::kInvalidArgument,
        "feature \"" + name + "\" has " + std::to_string(num_categories) +
            " categories, but the training data had the code " + std::to_string(largest),
        {},
        "Give all categories of the training data, in the order of their codes, which begin at 0.");
}

/// Features with categories of pandas are category inputs. Other categorical features are numbers,
/// the codes that the caller encodes them with, until the caller gives their categories. Returns
/// the names of those that are numbers.
std::string add_inputs(Model &model, const Source &source, Builder &builder) {
  const std::vector<std::optional<std::size_t>> lists = pandas_lists(model, source);
  const std::vector<bool> is_code = code_features(model);
  std::string coded;
  for (std::uint32_t i = 0; i < model.num_features; ++i) {
    model::Input input;
    input.name = std::move(model.feature_names[i]);
    const std::vector<std::string> *given = given_categories(source, i, model.num_features);
    if (lists[i]) {
      input.type = model::ColumnType::kCategory;
      input.categories = std::move((*model.pandas_categorical)[*lists[i]]);
    } else if (is_code[i] && given != nullptr) {
      check_largest_code(source.features[i].name,
                         i < model.feature_infos.size() ? model.feature_infos[i] : "",
                         given->size());
      input.type = model::ColumnType::kCategory;
      input.categories = *given;
    } else if (is_code[i]) {
      coded += (coded.empty() ? "" : ", ") + input.name;
    }
    builder.add_input(std::move(input));
  }
  return coded;
}

/// Until 2.2.2 a random forest turned its leaves into probabilities (rates) when it trained, and
/// predict averaged them without a transform (src/boosting/rf.hpp, ConvertTreeOutput;
/// gbdt_prediction.cpp). 2.2.3 stores margins and transforms their average, but still calls its
/// files v2. Between 2.2.0 and 2.2.3 only the values tell: probabilities and rates are in their
/// range, margins of real models are not. A file of 2.1 or older has no "end of trees".
bool leaves_are_transformed(const Model &model, const Objective &objective) {
  if (!model.average_output || objective.transform == Transform::kIdentity) return false;
  if (model.version != "v2" && !model.version.empty()) return false;
  if (!model.has_end_of_trees) return true;
  const bool is_rate =
      objective.transform == Transform::kExp || objective.transform == Transform::kLog1pExp;
  for (const Tree &tree : model.trees)
    for (const double value : tree.leaf_value)
      if (value < 0 || (!is_rate && value > 1)) return false;
  if (is_rate)
    throw Error(ErrorCode::kUnsupportedModel,
                "could not tell whether the leaves of the random forest are margins",
                "LightGBM up to 2.2.2 stores values in them, 2.2.3 stores margins; the file does "
                "not say which of them wrote it.",
                "Say \"regression\" with the option \"objective\" if it was 2.2.2 or older, the "
                "file's own objective if it was 2.2.3.");
  return true;
}

void add_facts(const Model &model, const Rounds &rounds, const std::string &coded,
               Builder &builder) {
  builder.add_fact(
      "library",
      "LightGBM" + (model.version.empty() ? "" : " (model format " + model.version + ")"));
  std::string boosting;
  for (const auto &[name, value] : model.parameters)
    if (name == "boosting") boosting = value;
  if (boosting.empty() && model.average_output) boosting = "rf";
  if (!boosting.empty()) builder.add_fact("boosting", boosting);
  builder.add_fact("objective", model.objective.value_or("custom"));
  if (model.num_tree_per_iteration > 1)
    builder.add_fact("num_class", std::to_string(model.num_class));
  if (model.average_output) builder.add_fact("average_output", "true");
  if (std::any_of(model.trees.begin(), model.trees.end(),
                  [](const Tree &tree) { return tree.is_linear; }))
    builder.add_fact("linear_tree", "true");
  builder.add_fact("rounds", std::to_string(rounds.total));
  if (rounds.first > 0) builder.add_fact("start_iteration", std::to_string(rounds.first));
  builder.add_fact("rounds_used", std::to_string(rounds.count));
  if (!coded.empty()) builder.add_fact("features_given_as_category_codes", coded);
}

std::vector<ColumnId> add_trees(Model &model, const Rounds &rounds, Builder &builder) {
  model::EnsembleBuilder ensemble = builder.ensemble();
  model::TreeEnsemble &settings = ensemble.settings();
  settings.features = model::column_range(0, builder.num_inputs());
  settings.compare = model::Precision::kFloat64;
  settings.sum = model::Precision::kFloat64;
  settings.num_groups = model.num_tree_per_iteration;
  settings.base.assign(settings.num_groups, 0.0);
  for (std::size_t t = 0; t < model.trees.size(); ++t)
    if (rounds.uses(t / settings.num_groups) && model.trees[t].is_linear)
      settings.linear_leaves = true;
  for (std::size_t t = 0; t < model.trees.size(); ++t) {
    builder.interrupt().check();
    const Tree tree = std::move(model.trees[t]);
    if (!rounds.uses(t / settings.num_groups)) continue;
    try {
      TreeBuilder(tree, model.is_of_2017, model.num_features, builder.limits().max_category,
                  ensemble)
          .add(static_cast<std::uint32_t>(t % settings.num_groups));
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(t));
    }
  }
  const std::uint32_t num_groups = settings.num_groups;
  return model::column_range(builder.trees(ensemble.finish()), num_groups);
}

}  // namespace

void build(Model model, const Source &source, Builder &builder) {
  const Options &options = source.options;
  if (options.objective) {
    model.objective = *options.objective;
    model.sigmoid.reset();
  } else if (model.lacks_objective) {
    throw Error(ErrorCode::kUnsupportedModel, "the dump does not say the objective of the model",
                "Dumps of LightGBM before 2.2.3 hold neither the objective nor whether the outputs "
                "of a forest are averaged.",
                "Say it with the option \"objective\", such as \"binary sigmoid:1\" or "
                "\"regression\"; take the text model "
                "(save_model) of a forest.");
  }
  Objective objective = read_objective(model);
  const Rounds rounds = choose_rounds(model, options);
  // An objective that the caller names is taken at its word.
  if (!options.objective && leaves_are_transformed(model, objective)) {
    if (objective.transform == Transform::kSoftmax || objective.transform == Transform::kSigmoid)
      builder.add_fact("leaves", "probabilities");
    objective.transform = Transform::kIdentity;
  }
  builder.set_objective(model.objective.value_or(""));
  const std::string coded = add_inputs(model, source, builder);
  add_facts(model, rounds, coded, builder);
  const bool average = model.average_output && rounds.used() > 0;
  const std::vector<ColumnId> raw = add_trees(model, rounds, builder);
  std::vector<ColumnId> margins = raw;
  // gbdt_prediction.cpp: PredictRaw gives the sum also of a forest, Predict divides it first.
  if (average)
    for (ColumnId &margin : margins)
      margin = builder.apply(
          Op::kDivide, {Operand::of(margin), Operand::value(static_cast<double>(rounds.used()))});
  add_outputs(objective, raw, margins, builder);
}

}  // namespace pgscore::formats::lightgbm
