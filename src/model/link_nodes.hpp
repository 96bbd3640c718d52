// Nodes that predictors end with: link functions and decisions.
#pragma once
#include <cstdint>
#include <vector>

#include "model/columns.hpp"

namespace pgscore::model {

/// Inverse link functions. kSoftmax and kNormalize need all of their inputs; the others work on
/// each input by itself.
enum class LinkFunction : std::uint8_t {
  kLogistic,     // 1 / (1 + exp(-x)). In kFloat32 as XGBoost: 1 / (exp(min(-x, 88.7)) + 1 + 1e-16)
  kLogisticGlm,  // R's logit: t / (1 + t), t = exp(x) held in [2^-52, 2^52]  (stats/src/family.c
                 // logit_linkinv)
  kExp,
  kSoftmax,        // exp(x - max) / sum, summed in double for kFloat32 as XGBoost does
                   // (common/math.h)
  kNormalize,      // x / sum; all equal when the sum is 0 (scikit-learn, one vs rest)
  kNormalCdf,      // probit
  kCloglog,        // 1 - exp(-exp(x))
  kLoglog,         // exp(-exp(-x))
  kCauchit,        // atan(x) / pi + 1/2
  kReciprocal,     // 1 / x
  kInverseSquare,  // 1 / sqrt(x)   (link 1/mu^2)
  kSquare,         // x * x         (link sqrt)
  kRectify,        // max(x, 0)
  kTanh,
};

/// A link function of each input. Result: as many number columns as there are inputs. A missing
/// input makes its result missing, and all results for the functions that need all inputs.
struct Link {
  LinkFunction function = LinkFunction::kLogistic;
  Precision precision = Precision::kFloat64;
  std::vector<ColumnId> inputs;
};

/// Which input is greatest, the first of equal ones. Result: one column with its index; missing
/// when any input is missing. (Rank leaves missing ones out.)
struct ArgMax {
  std::vector<ColumnId> inputs;
};

}  // namespace pgscore::model
