// What each operator of ONNX takes, by operator set: whatever else a node has is refused by name,
// since it could change a score.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "formats/onnx/model.hpp"

namespace pgscore::formats::onnx {

/// The domain of the operators of classical machine learning.
inline constexpr std::string_view kMl = "ai.onnx.ml";

/// The newest operator sets that are known.
inline constexpr std::int64_t kNewestSet = 25, kNewestMlSet = 5;
inline constexpr std::size_t kMaxOpsets = 1000;  // that a file may import

struct AttributeRule {
  enum class Use : std::uint8_t { kScore, kNone, kRefused };
  std::string_view name;
  // Operator sets: from the first to the one before the second
  std::int64_t since = 1, until = INT64_MAX;
  Use use = Use::kScore;
};

struct Schema {
  std::string_view domain;  // "" is ai.onnx
  std::string_view name;
  std::int64_t since;
  std::string_view attributes, inputs;  // see schema.cpp

  /// Takes `attributes` apart, one rule for each word, in order. The names point into it.
  std::vector<AttributeRule> rules() const;
  /// SIZE_MAX: any number.
  std::size_t max_inputs(std::int64_t opset) const;
};

/// Null when the operator is not supported.
const Schema *find_schema(std::string_view domain, std::string_view name);
/// Refuses attributes, inputs and overloads that the operator has not in this set.
void check_node(const Node &node, std::int64_t opset);

}  // namespace pgscore::formats::onnx
