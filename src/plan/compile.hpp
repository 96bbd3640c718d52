// From a model to the bytes of a plan.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// What tests may ask for. Without it, the compiler takes what should be fastest.
struct CompileOptions {
  /// The layout of trees. Where the model has too many slots for it, the next wider one is taken;
  /// where it is oblivious and the trees are not, that of codes.
  std::optional<TreeLayout> layout;
  /// Whether trees of codes that are deep enough have low blocks.
  std::optional<bool> low_blocks = std::nullopt;
};

/// Compiles `model`, which must be verified (Builder::finish). The plan is position-independent
/// bytes as plan_layout.hpp says. They are the same on every CPU, and for the same model. Kernels
/// need them at an address that is aligned to kPlanAlignment.
std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt = {},
                               const CompileOptions &options = {});

}  // namespace pgscore::plan
