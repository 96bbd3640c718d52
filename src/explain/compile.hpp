// Model -> the image of its explanation.
#pragma once
#include <cstddef>
#include <vector>

#include "base/interrupt.hpp"
#include "model/model.hpp"

namespace pgscore::explain {

/// The explanation of `model`, which is verified (Builder::finish): bytes as explanation_layout.hpp
/// says, for an address aligned to plan::kPlanAlignment. Throws kUnsupportedModel, with the reason,
/// for models whose score is no sum of trees and functions of single features, and for trees of
/// which the file does not say how much training data reached their nodes.
std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt = {});

}  // namespace pgscore::explain
