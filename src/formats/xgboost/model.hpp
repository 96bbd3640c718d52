// What an XGBoost model file says, whatever its syntax: JSON, UBJSON and the legacy binary format
// are read into this, and build.cpp makes a model::Model of it. Names follow XGBoost's own
// (learner.cc, gbtree_model.cc, tree_model.cc).
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "formats/wire/document_reader.hpp"

namespace pgscore::formats::xgboost {

struct Version {
  std::int32_t major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version &) const = default;
};

/// One tree as parallel arrays, one element per node; node 0 is the root, a left child of -1 says
/// "leaf".
struct Tree {
  std::vector<std::int32_t> left_children, right_children, split_indices;
  std::vector<float> split_conditions;  // threshold of a split, value of a leaf
  std::vector<std::uint8_t> default_left;
  // Categorical splits (since 1.3): the categories [segment, segment + size) of categories_nodes[i]
  // go right.
  std::vector<std::int32_t> split_type;  // empty, or 1 for a categorical split
  std::vector<std::int32_t> categories, categories_nodes, categories_segments, categories_sizes;
  // Vector leaves (multi_strategy = multi_output_tree, since 2.0).
  std::uint32_t size_leaf_vector = 1;
  std::vector<float> base_weights;  // only kept for trees with vector leaves: size_leaf_vector
                                    // values for each node
  std::vector<float> sum_hessian, loss_changes;  // of each node, for explanations; may be empty
  std::vector<float> leaf_weights;               // since 3.2: the vector of a leaf starts at
                                                 // right_children[leaf] * size_leaf_vector
};

/// The categories of one feature, as the training data frame had them (since 3.1); integers are
/// written in decimal.
using Categories = std::vector<std::string>;

struct Model {
  Version version;           // whose behaviour the model has where versions differ
  std::string version_text;  // for people
  std::string objective;
  // "gbtree", "dart" or "gblinear"; layouts of one booster that differ by version are made equal
  std::string booster;

  // learner_model_param
  std::vector<float> base_score;      // as in the file: one number, or one per target or class
                                      // (since 3.1)
  bool base_score_is_margin = false;  // before 1.0
  std::uint32_t num_feature = 0;
  std::uint32_t num_class = 0;
  std::uint32_t num_target = 1;

  std::vector<std::string> feature_names, feature_types;
  // Empty, or one list per feature (an empty list for a numeric one)
  std::vector<Categories> categories;
  std::vector<std::pair<std::string, std::string>> attributes;
  /// By feature, may be empty: its numbers are codes on the caller's word alone, so that no split
  /// may compare them.
  std::vector<bool> codes_by_word;

  // gbtree and dart
  std::uint32_t num_parallel_tree = 1;
  // Files that only the library of 0.4 reads: it summed the trees first
  bool adds_base_last = false;
  std::vector<Tree> trees;
  std::vector<std::int32_t> tree_info;         // the output group of each tree
  std::vector<std::int32_t> iteration_indptr;  // since 2.0: round i has the trees [indptr[i],
                                               // indptr[i + 1])
  std::vector<float> weight_drop;              // dart: factor of each tree; empty means 1

  // gblinear: weights[feature * groups + group], the biases last
  std::vector<float> weights;
};

/// Reads the document {"learner": {...}, "version": [...]}, or {"Config": ..., "Model": that} as
/// XGBoost's pickles hold it.
Model read_document(DocumentReader &reader, const Limits &limits);

/// Reads the legacy binary format of 0.4 to 3.0.
Model read_binary(Bytes bytes, const Limits &limits, Interrupt interrupt);

}  // namespace pgscore::formats::xgboost
