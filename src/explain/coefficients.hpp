// The coefficients of an additive model, found by asking what single values contribute.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/interrupt.hpp"
#include "model/model.hpp"

namespace pgscore::explain {

struct Coefficient {
  std::uint32_t input = 0;
  std::optional<std::uint32_t> category;  // of a category input: the code
  std::optional<double> value;            // none: the feature's effect is no straight line
};

struct Coefficients {
  double intercept = 0;
  std::vector<Coefficient> terms;  // by input and category; inputs without any effect are left out
};

/// Gives the coefficients of the margin `output`, in the units of the inputs: transforms of single
/// features (a scaler, a one-hot group) are multiplied out. Throws kUnsupportedModel, with the
/// reason, for models that are no sum of functions of single features.
Coefficients coefficients_of(const model::Model &model, std::uint32_t output,
                             Interrupt interrupt = {});

}  // namespace pgscore::explain
