// Model -> plan bytes.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

struct CompileOptions {
  /// Tests force a layout; nullopt takes the one that should be fastest. A layout that the model
  /// has too many slots for gives way to the next wider one, an oblivious one that it has other
  /// trees for to that of codes.
  std::optional<TreeLayout> layout;
  /// Whether trees of codes that are deep enough have low blocks; nullopt takes what should be
  /// faster.
  std::optional<bool> low_blocks = std::nullopt;
};

/// The plan of `model`: immutable, position-independent bytes as plan_layout.hpp says, starting
/// with a Header that holds a version and a checksum. The same on every CPU, and the same bytes for
/// the same model. The bytes must be kept at an address aligned to kPlanAlignment. `model` must be
/// verified (Builder::finish).
std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt = {},
                               const CompileOptions &options = {});

}  // namespace pgscore::plan
