// XGBoost's dumps: what Booster.dump_model, get_dump and R's xgb.dump write for people to read
// (src/tree/tree_model.cc, TreeGenerator and its classes), as text and as JSON.
//
// A dump holds the trees and nothing else. The objective, the base score and the number of classes
// are given as options; lost for good are the features that no split uses, the weights of DART's
// trees, which iteration was the best, and num_parallel_tree. XGBoost before 1.0 wrote six digits
// of each number: such a dump is not the model any more, but near it.
#pragma once
#include <string>
#include <vector>

#include "formats/format.hpp"

namespace pgscore::formats::xgboost {

struct DumpNode {
  enum class Kind : std::uint8_t {
    kLeaf,
    kLess,        // yes when x < value
    kCategories,  // yes when x is one of the categories
    kIndicator,   // yes when x is there and not 0: a feature of type "i" in the feature map
  };
  Kind kind = Kind::kLeaf;
  std::uint32_t id = 0;
  std::uint32_t feature = 0;    // in Dump::features
  float value = 0;              // threshold, or the leaf's
  float cover = -1, gain = -1;  // negative: the dump was made without statistics
  std::uint32_t yes = 0, no = 0, missing = 0;
  std::uint32_t first_category = 0, num_categories = 0;  // in DumpTree::categories
};

struct DumpTree {
  std::vector<DumpNode> nodes;
  std::vector<std::uint32_t> categories;
};

struct Dump {
  std::vector<std::string> features;  // as the splits call them, in the order of appearance
  std::vector<DumpTree> trees;
};

/// Both read a dump as it is. The nodes of a tree come in any order, and their children are not
/// checked. The result does not refer to `bytes`. They throw kInvalidModel for what is no node,
/// kUnsupportedModel for vectors in leaves and (text) for gblinear, kLimitExceeded.
Dump read_dump_json(Bytes bytes, const Limits &limits, Interrupt interrupt);
Dump read_dump_text(Bytes bytes, const Limits &limits, Interrupt interrupt);

/// Says yes when the text begins with "booster[", or is an array whose first 4 KB name "nodeid".
/// Never throws.
bool sniff_dump(Bytes bytes);

/// Reads a dump, text or JSON, into the builder, with the meaning that XGBoost 3.4 gives the
/// options. objective and base_score must be given, and num_class or num_target where the objective
/// needs one; source.features places the features. Throws kInvalidArgument for options and features
/// that are missing or do not fit the dump, kInvalidModel, kUnsupportedModel, kLimitExceeded.
void load_dump(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::xgboost
