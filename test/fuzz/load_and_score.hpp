// What the fuzzers of model files do with bytes: what loads must verify again, and score any row.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "formats/format.hpp"
#include "model/interpret.hpp"

namespace pgscore::fuzz {

inline void load_and_score(std::string_view format, Bytes bytes,
                           const formats::Options &options = {}) {
  Limits limits;  // small, so that what is allowed is also fast
  limits.max_nodes = 100'000;
  limits.max_trees = 10'000;
  limits.max_features = 10'000;
  limits.max_columns = 20'000;
  limits.max_outputs = 1'000;
  model::Model model;
  try {
    model = formats::load(format, {.bytes = bytes, .options = options}, limits);
  } catch (const Error &) {
    return;
  }
  model::verify(model, limits);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value :
       {0.0, -0.0, 1.0, -0.5, 33.0, 1e-45, 3e38, 1e300, kInfinity, -kInfinity, model::kMissing}) {
    const std::vector<double> row(model.inputs.size(), value);
    model::interpret(model, row);
    model::interpret_leaves(model, row);
  }
}

}  // namespace pgscore::fuzz
