// CatBoost's semantics, as catboost/libs/model of release 1.2.10 has them: cpu/quantization.h
// (BinarizeFeatures) says what a split sees, cpu/evaluator_impl.cpp in which order leaves are added
// (tree by tree from 0, in double), scale_and_bias.cpp what follows.
#include "formats/catboost/build.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "model/hashed_category.hpp"

namespace pgscore::formats::catboost {
namespace {

using model::Builder;
using model::ColumnId;
using model::Op;
using model::Operand;

class ModelBuilder {
 public:
  ModelBuilder(Model model, const Options &options, Builder &builder)
      : model_(std::move(model)), options_(options), builder_(builder) {}

  void build() {
    if (!model_.unsupported_features.empty()) refuse_features();
    add_inputs();
    add_facts();
    add_conditions();
    const ColumnId sums = add_trees();
    add_outputs(model_.info, add_scale_and_bias(sums), builder_);
  }

 private:
  /// A split condition. A true one leads to the right child.
  struct Condition {
    std::uint32_t feature;  // of the ensemble
    bool is_category;
    bool nan_is_true;        // number
    float border;            // number: x > border
    std::uint32_t category;  // the code of one value of a one-hot feature
  };

  [[noreturn]] void refuse_features() const {
    std::string names;
    for (const std::string &name : model_.unsupported_features)
      names += (names.empty() ? "" : ", ") + name;
    throw Error(ErrorCode::kUnsupportedModel,
                "text and embedding features of CatBoost are not supported",
                "The model uses " + names + ".");
  }

  // ---- inputs -----------------------------------------------------------------------------------

  /// Inputs are the features of the file in the order of the training data. CatBoost calls a
  /// feature without a name by its number there, which is no handy column name: it is called like
  /// those of other formats.
  void add_inputs() {
    struct Feature {
      const Position *position;
      const FloatFeature *number;  // null: a category
    };
    std::vector<Feature> features;
    for (const FloatFeature &feature : model_.float_features)
      features.push_back({&feature.position, &feature});
    for (const Position &position : model_.cat_features) features.push_back({&position, nullptr});
    std::stable_sort(features.begin(), features.end(), [](const Feature &a, const Feature &b) {
      return a.position->flat_index < b.position->flat_index;
    });
    for (std::size_t i = 0; i < features.size(); ++i) {
      const Position &position = *features[i].position;
      if (position.index < 0 || position.flat_index < 0) refuse("a feature has no index");
      if (i > 0 && position.flat_index == features[i - 1].position->flat_index)
        refuse("two features have the flat index " + std::to_string(position.flat_index));
      model::Input input;
      input.name =
          position.id.empty()
              ? model::default_feature_name(static_cast<std::uint32_t>(position.flat_index))
              : position.id;
      const FloatFeature *number = features[i].number;
      if (number == nullptr) input.type = model::ColumnType::kHash;
      const ColumnId column = builder_.add_input(std::move(input));
      const bool nan_is_infinity =
          number != nullptr && number->has_nans && number->nan == NanMode::kAsTrue;
      const bool is_new =
          number != nullptr
              ? columns_.numbers
                    .try_emplace(position.index, Columns::Number{column, nan_is_infinity})
                    .second
              : columns_.categories.try_emplace(position.index, column).second;
      if (!is_new) refuse("two features have the index " + std::to_string(position.index));
    }
    if (builder_.num_inputs() == 0) refuse("the model has no features");
  }

  // ---- split conditions, in CatBoost's numbering ------------------------------------------------

  void add_conditions() {
    if (options_.null_category) {
      const double hash = model::hashed_category(*options_.null_category);
      for (auto &[index, column] : columns_.categories)
        column = builder_.apply(Op::kIfMissing, {Operand::of(column), Operand::value(hash)});
    }
    for (const FloatFeature &feature : model_.float_features) {
      const Columns::Number &number = columns_.number(feature.position.index);
      add_borders(number.column, feature.borders, number.nan_is_infinity);
    }
    for (const OneHotFeature &feature : model_.one_hot_features) add_one_hot(feature);
    const std::vector<ColumnId> ctrs = add_ctrs(model_, columns_, builder_);
    for (std::size_t i = 0; i < ctrs.size(); ++i)
      add_borders(ctrs[i], model_.ctr_features[i].borders, false);
    model_.ctr_tables = {};
  }

  /// The values get codes in ascending order of their hashes; what is no value of the feature, or
  /// missing, has the code behind.
  void add_one_hot(const OneHotFeature &feature) {
    if (feature.values.empty()) return;
    std::vector<std::int32_t> sorted = feature.values;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
      refuse("a one-hot feature has the same value twice");
    check_limit(sorted.size(), builder_.limits().max_category, "values of a one-hot feature");
    const auto num_values = static_cast<std::uint32_t>(sorted.size());
    model::LookUp codes;
    codes.input = columns_.category(feature.cat_feature);
    codes.unknown = codes.missing = num_values;
    codes.keys.assign(sorted.begin(), sorted.end());
    codes.values.resize(num_values);
    std::iota(codes.values.begin(), codes.values.end(), 0.0);
    for (const std::int32_t value : feature.values) {
      const auto code = static_cast<std::uint32_t>(
          std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
      conditions_.push_back({.feature = static_cast<std::uint32_t>(features_.size()),
                             .is_category = true,
                             .nan_is_true = false,
                             .border = 0,
                             .category = code});
    }
    features_.push_back(builder_.look_up(std::move(codes)));
  }

  void add_borders(ColumnId column, const std::vector<float> &borders, bool nan_is_infinity) {
    if (borders.empty()) return;
    for (std::size_t i = 0; i < borders.size(); ++i) {
      if (std::isnan(borders[i])) refuse("a border is not a number");
      // CatBoost counts the borders below a value, which is the same as comparing with one of them
      // only when they are sorted.
      if (i > 0 && borders[i] < borders[i - 1])
        refuse("the borders of a feature are not ascending");
      conditions_.push_back(
          {.feature = static_cast<std::uint32_t>(features_.size()),
           .is_category = false,
           .nan_is_true = nan_is_infinity && std::numeric_limits<float>::infinity() > borders[i],
           .border = borders[i],
           .category = 0});
    }
    features_.push_back(column);
  }

  // ---- trees ------------------------------------------------------------------------------------

  std::uint64_t choose_trees() {
    const std::uint64_t num_trees = model_.tree_sizes.size();
    builder_.add_fact("trees_in_file", std::to_string(num_trees));
    if (!options_.iterations) return num_trees;
    if (*options_.iterations > num_trees)
      throw Error(ErrorCode::kInvalidArgument,
                  "option \"iterations\" is greater than the number of iterations of the model",
                  "The model has " + std::to_string(num_trees) + " iterations.");
    builder_.add_fact("iterations", std::to_string(*options_.iterations));
    return *options_.iterations;
  }

  ColumnId add_trees() {
    const std::uint64_t num_trees = choose_trees();
    model::EnsembleBuilder ensemble = builder_.ensemble();
    model::TreeEnsemble &settings = ensemble.settings();
    settings.features = features_;
    settings.compare = model::Precision::kFloat32;
    settings.sum = model::Precision::kFloat64;
    settings.num_groups = settings.leaf_width = model_.dimension;
    settings.base.assign(model_.dimension, 0.0);
    if (model_.oblivious && num_trees == model_.tree_sizes.size())  // n leaves hang on n - 1 splits
      ensemble.reserve(num_trees, 2 * (model_.leaf_values.size() / model_.dimension) - num_trees);
    // Of the tree: in tree_splits or nodes, in leaf_values
    std::size_t first_item = 0, first_value = 0;
    for (std::size_t t = 0; t < num_trees; ++t) {
      const std::uint32_t size = model_.tree_sizes[t];
      try {
        if (model_.oblivious) {
          add_oblivious_tree({model_.tree_splits.data() + first_item, size}, first_value, ensemble);
          first_value += (std::size_t{1} << size) * model_.dimension;
        } else {
          add_tree({model_.nodes.data() + first_item, size}, ensemble);
        }
      } catch (const Error &e) {
        throw e.within("tree " + std::to_string(t));
      }
      first_item += size;
    }
    return builder_.trees(ensemble.finish());
  }

  void add_split(std::uint32_t id, std::uint32_t split, std::uint32_t if_false,
                 std::uint32_t if_true, model::EnsembleBuilder &ensemble) const {
    if (split >= conditions_.size())
      refuse("split " + std::to_string(split) + " does not exist, the model has " +
             std::to_string(conditions_.size()));
    const Condition &condition = conditions_[split];
    if (condition.is_category)  // members go left
      return ensemble.split_in_set(id, condition.feature, {&condition.category, 1}, false, if_true,
                                   if_false);
    ensemble.split(id, condition.feature, model::Split::kLessEqual,
                   static_cast<double>(condition.border), !condition.nan_is_true, if_false,
                   if_true);
  }
  void add_leaf(std::uint32_t id, std::size_t first_value, model::EnsembleBuilder &ensemble) const {
    ensemble.leaf_vector(id, {model_.leaf_values.data() + first_value, model_.dimension});
    // Lists of another length are no weights of these leaves.
    if (model_.leaf_weights.size() * model_.dimension == model_.leaf_values.size())
      ensemble.cover(model_.leaf_weights[first_value / model_.dimension]);
  }

  /// Bit k of a leaf's number is the outcome of split k. The last split becomes the root, so that
  /// leaves stand in their order. Leaves have their numbers for ids, as calc_leaf_indexes gives
  /// them; splits those behind.
  void add_oblivious_tree(std::span<const std::uint32_t> splits, std::size_t first_value,
                          model::EnsembleBuilder &ensemble) const {
    const auto depth = static_cast<std::uint32_t>(splits.size());
    const std::uint32_t num_leaves = 1u << depth;
    ensemble.begin_tree(0, depth == 0 ? 0 : num_leaves + 1);
    for (std::uint32_t h = 1; h < num_leaves; ++h) {  // heap order
      const std::uint32_t level = static_cast<std::uint32_t>(std::bit_width(h)) - 1;
      const bool above_leaves = level + 1 == depth;
      const std::uint32_t child = above_leaves ? 2 * h - num_leaves : num_leaves + 2 * h;
      add_split(num_leaves + h, splits[depth - 1 - level], child, child + 1, ensemble);
    }
    for (std::uint32_t leaf = 0; leaf < num_leaves; ++leaf)
      add_leaf(leaf, first_value + std::size_t{leaf} * model_.dimension, ensemble);
    ensemble.end_tree();
  }

  /// Leaves have the numbers that calc_leaf_indexes gives: their place among the values of the
  /// tree.
  void add_tree(std::span<const Node> nodes, model::EnsembleBuilder &ensemble) const {
    std::uint64_t first_value = UINT32_MAX, last_value = 0;
    auto has_value = [](const Node &node) {
      return node.left == Node::kNone || node.right == Node::kNone;
    };
    for (const Node &node : nodes) {
      if (!has_value(node)) continue;
      if (std::uint64_t{node.leaf} + model_.dimension > model_.leaf_values.size())
        refuse("a leaf value is out of range");
      first_value = std::min<std::uint64_t>(first_value, node.leaf);
      last_value = std::max<std::uint64_t>(last_value, node.leaf);
    }
    if (last_value < first_value) refuse("the tree has no leaf");
    const std::uint64_t num_leaves = (last_value - first_value) / model_.dimension + 1;
    if (num_leaves > nodes.size()) refuse("the leaf values of the tree are scattered");
    // A node is a split, a leaf, or a split one of whose children is a leaf without a node.
    auto split_id = [&](std::size_t node) { return static_cast<std::uint32_t>(num_leaves + node); };
    auto leaf_id = [&](std::size_t node) {
      if ((nodes[node].leaf - first_value) % model_.dimension != 0)
        refuse("a leaf value is out of place");
      return static_cast<std::uint32_t>((nodes[node].leaf - first_value) / model_.dimension);
    };
    auto id_of = [&](std::uint32_t node) {
      if (node >= nodes.size()) refuse("a child is out of range");
      return nodes[node].is_leaf() ? leaf_id(node) : split_id(node);
    };
    ensemble.begin_tree(0, id_of(0));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node &node = nodes[i];
      if (has_value(node)) add_leaf(leaf_id(i), node.leaf, ensemble);
      if (node.is_leaf()) continue;
      add_split(split_id(i), node.split, node.left == Node::kNone ? leaf_id(i) : id_of(node.left),
                node.right == Node::kNone ? leaf_id(i) : id_of(node.right), ensemble);
    }
    ensemble.end_tree();
  }

  // ---- behind the trees -------------------------------------------------------------------------

  /// scale_and_bias.cpp, ApplyScaleAndBias: what changes nothing is not done, for all dimensions
  /// together. A model without trees gives its bias as it is (formula_evaluator.cpp, CalcGeneric);
  /// with scale * 0 + bias that is the same.
  std::vector<ColumnId> add_scale_and_bias(ColumnId sums) {
    std::vector<double> bias = model_.bias;
    if (bias.empty() || (bias.size() == 1 && bias[0] == 0)) bias.assign(model_.dimension, 0.0);
    if (bias.size() != model_.dimension)
      refuse("the bias has " + std::to_string(bias.size()) + " values, the leaves have " +
             std::to_string(model_.dimension));
    for (const double value : bias)
      if (!std::isfinite(value)) refuse("the bias is not finite");
    if (!std::isfinite(model_.scale)) refuse("the scale is not finite");
    const bool has_bias =
        std::any_of(bias.begin(), bias.end(), [](double value) { return value != 0; });
    std::vector<ColumnId> raw = model::column_range(sums, model_.dimension);
    for (std::uint32_t k = 0; k < model_.dimension; ++k) {
      if (model_.scale != 1)
        raw[k] = builder_.apply(Op::kMultiply, {Operand::value(model_.scale), Operand::of(raw[k])});
      if (has_bias)
        raw[k] = builder_.apply(Op::kAdd, {Operand::of(raw[k]), Operand::value(bias[k])});
    }
    return raw;
  }

  void add_facts() {
    builder_.add_fact("library",
                      "CatBoost" + (model_.info.version.empty() ? "" : " " + model_.info.version));
    if (!model_.info.trained_at.empty()) builder_.add_fact("trained_at", model_.info.trained_at);
    builder_.add_fact("trees", model_.oblivious ? "oblivious" : "non-symmetric");
    if (!model_.ctr_features.empty())
      builder_.add_fact("ctr_features", std::to_string(model_.ctr_features.size()));
    if (model_.dimension > 1) builder_.add_fact("dimension", std::to_string(model_.dimension));
    if (model_.scale != 1) builder_.add_fact("scale", float64_text(model_.scale));
    std::string bias;
    for (const double value : model_.bias) bias += (bias.empty() ? "" : ", ") + float64_text(value);
    if (!bias.empty()) builder_.add_fact("bias", bias);
  }

  Model model_;
  const Options &options_;
  Builder &builder_;
  Columns columns_;
  std::vector<ColumnId> features_;  // of the ensemble
  std::vector<Condition> conditions_;
};

}  // namespace

const Columns::Number &Columns::number(std::int32_t index) const {
  const auto found = numbers.find(index);
  if (found == numbers.end()) refuse("float feature " + std::to_string(index) + " does not exist");
  return found->second;
}

ColumnId Columns::category(std::int32_t index) const {
  const auto found = categories.find(index);
  if (found == categories.end())
    refuse("categorical feature " + std::to_string(index) + " does not exist");
  return found->second;
}

void build(Model model, const Options &options, Builder &builder) {
  if (options.objective) {
    model.info.params_loss = *options.objective;
    model.info.params_loss_parameters.clear();
  }
  ModelBuilder(std::move(model), options, builder).build();
}

}  // namespace pgscore::formats::catboost
