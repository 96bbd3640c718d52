// Quotas on untrusted models. A model over a quota is refused with ErrorCode::kLimitExceeded that names the quota.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace pgscore {

struct Limits {
  std::size_t max_artifact_bytes = std::size_t{1} << 30;
  std::uint64_t max_trees = 1'000'000;
  std::uint64_t max_nodes = 100'000'000;       // tree nodes of all trees together
  std::uint64_t max_depth = 4'096;             // edges from the root of a tree to its deepest leaf
  std::uint64_t max_features = 65'535;         // inputs of a model
  std::uint64_t max_columns = 1'000'000;       // inputs and derived columns
  std::uint64_t max_outputs = 65'535;          // classes, targets: width of one node of the graph
  std::uint64_t max_categories = 1'000'000;    // of all inputs together
  std::uint64_t max_category = 9'999'999;      // the largest code in the category set of a split
  std::uint64_t max_string_bytes = 1'048'576;  // one name, label or category
  std::uint64_t max_nesting = 64;              // of a JSON or XML document
};

/// Refuses `count` of `what` when it is above `limit`. `what` reads in the plural: "trees".
inline void check_limit(std::uint64_t count, std::uint64_t limit, const char *what) {
  if (count > limit)
    throw Error(ErrorCode::kLimitExceeded, std::string("model has too many ") + what,
                "Found " + std::to_string(count) + ", the limit is " + std::to_string(limit) + ".");
}

}  // namespace pgscore
