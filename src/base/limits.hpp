// Quotas on untrusted models. A model over a quota is refused with an ErrorCode::kLimitExceeded
// that names the quota.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace pgscore {

/// A number that may not be exceeded, and the name of the setting that decides it, for messages. A
/// fixed number has none.
class Quota {
 public:
  /// Keeps the pointer `setting`: the name without "pgscore.", a text that lives as long as the
  /// process. Another value that is assigned leaves the setting as it is.
  constexpr Quota(std::uint64_t value, const char *setting = nullptr)
      : value_(value), setting_(setting) {}
  constexpr Quota &operator=(std::uint64_t value) {
    value_ = value;
    return *this;
  }
  /// Gives the greatest number that is allowed, and a sentence for an error's hint that names the
  /// setting, empty when there is none.
  constexpr operator std::uint64_t() const { return value_; }
  std::string hint() const {
    return setting_ == nullptr ? ""
                               : std::string("The setting pgscore.") + setting_ + " is the limit.";
  }

 private:
  std::uint64_t value_;
  const char *setting_;
};

struct Limits {
  Quota max_artifact_bytes{std::uint64_t{1} << 30, "max_model_size"};
  Quota max_trees{1'000'000, "max_trees"};
  Quota max_nodes{100'000'000, "max_nodes"};          // tree nodes of all trees together
  Quota max_depth{4'096, "max_depth"};                // edges from a tree's root to a leaf
  Quota max_features{65'535, "max_features"};         // inputs of a model
  std::uint64_t max_columns = 1'000'000;              // inputs and derived columns
  Quota max_outputs{65'535, "max_outputs"};           // classes, targets: width of a graph's node
  Quota max_categories{1'000'000, "max_categories"};  // of all inputs together
  std::uint64_t max_category = 9'999'999;             // the largest code in a split's category set
  std::uint64_t max_string_bytes = 1'048'576;         // one name, label or category
  std::uint64_t max_nesting = 64;                     // of a JSON or XML document
};

/// Refuses a model with more than `limit` of `what`, a plural: "trees".
inline void check_limit(std::uint64_t count, Quota limit, const char *what) {
  if (count > limit)
    throw Error(ErrorCode::kLimitExceeded, std::string("model has too many ") + what,
                "Found " + std::to_string(count) + ", the limit is " +
                    std::to_string(std::uint64_t{limit}) + ".",
                limit.hint());
}

/// Refuses a model file of `bytes` bytes when that is above max_artifact_bytes.
inline void check_file_size(std::size_t bytes, const Limits &limits) {
  const Quota limit = limits.max_artifact_bytes;
  if (bytes > limit)
    throw Error(ErrorCode::kLimitExceeded, "model file is too large",
                "It has " + std::to_string(bytes) + " bytes, the limit is " +
                    std::to_string(std::uint64_t{limit}) + ".",
                limit.hint());
}

}  // namespace pgscore
