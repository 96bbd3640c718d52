// What a LightGBM model says, whatever its syntax: the text file and the JSON dump are read into
// this, and build.cpp makes a model::Model of it. Names follow LightGBM's own
// (src/boosting/gbdt_model_text.cpp, include/LightGBM/tree.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "formats/format.hpp"
#include "formats/wire/json_document.hpp"

namespace pgscore::formats::lightgbm {

/// Lists in one vector: list i is [bounds[i], bounds[i + 1]).
template <class T>
struct CategoryLists {
  std::vector<std::uint32_t> bounds{0};
  std::vector<T> values;
  /// size() counts the lists that are complete; end_list() completes one of what `values` has got
  /// since the last call.
  std::size_t size() const { return bounds.size() - 1; }
  void end_list() { bounds.push_back(static_cast<std::uint32_t>(values.size())); }
};

/// One tree. There is one split less than there are leaves. A child of 0 and more is a split, a
/// negative one is the leaf ~child.
struct Tree {
  // Bits of decision_type; the next two are the missing type
  static constexpr std::uint8_t kCategorical = 1, kDefaultLeft = 2;

  std::vector<std::int32_t> split_feature, left_child, right_child;
  std::vector<double> threshold;  // of a categorical split: the number of its set
  std::vector<std::uint8_t> decision_type;
  std::vector<double> leaf_value;  // its size is the number of leaves
  // For explanations; may be empty. Counts are those of training rows.
  std::vector<double> leaf_count, internal_count, split_gain;
  CategoryLists<std::uint32_t> categories;  // the sets: words of 32 bits each, or plain categories
  bool categories_are_bits = true;

  // A linear tree: leaf i is leaf_const[i] + sum of leaf_coeff * feature, or leaf_value[i] when one
  // of its features is NaN.
  bool is_linear = false;
  std::vector<double> leaf_const;
  CategoryLists<std::int32_t> leaf_features;
  std::vector<double> leaf_coeff;  // as many as leaf_features has values
};

enum class MissingType : std::uint8_t { kNone, kZero, kNan };

struct Model {
  std::string version;  // "v2" to "v4"; empty before 2.1
  /// Files from before 2.0.5 (August 2017): no missing types; a categorical split is equality with
  /// one category.
  bool is_of_2017 = false;
  bool has_end_of_trees = false;  // since 2.2.0

  std::uint32_t num_class = 1;
  std::uint32_t num_tree_per_iteration = 1;
  std::uint32_t num_features = 0;
  std::optional<std::string> objective;  // "binary sigmoid:1"; none: a custom one
  bool lacks_objective = false;          // a dump of 2.2.2 or older, which says neither objective
                                         // nor average_output
  std::optional<double> sigmoid;         // a line of its own before 2.0.1, where it alone decides
                                         // how margins are transformed
  bool average_output = false;           // random forests
  bool boost_from_average = false;       // until 2.0.12: the first round is a constant

  std::vector<std::string> feature_names;
  // May be empty. "[0:1.5]", "2:0:1" of a categorical feature, "none"
  std::vector<std::string> feature_infos;
  std::optional<std::vector<std::vector<std::string>>> pandas_categorical;
  std::vector<std::pair<std::string, std::string>> parameters;

  std::vector<Tree> trees;
};

/// The text after "pandas_categorical:", or that member of a dump: one list of categories for each
/// categorical column of the data frame, as texts. nullopt for null.
std::optional<std::vector<std::vector<std::string>>> read_pandas_categorical(JsonValue lists,
                                                                             const Limits &limits);

/// For each feature the list of `pandas_categorical` that is its own, where there is only one way
/// to give the lists in their order to features whose values in training were codes of them.
/// nullopt when there are several ways, or none.
std::optional<std::vector<std::optional<std::size_t>>> assign_pandas_categories(const Model &model);

/// The same as the caller's `features` have it, who must give every list of the file to a feature,
/// in the file's order. Throws kInvalidArgument.
std::vector<std::optional<std::size_t>> claimed_pandas_categories(
    const Model &model, const std::vector<FeatureOverride> &features);

/// Throws kUnsupportedModel: the file does not say which features the lists belong to.
[[noreturn]] void refuse_pandas_categories(const Model &model);

}  // namespace pgscore::formats::lightgbm
