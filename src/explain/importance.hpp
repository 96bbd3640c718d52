// How much a model uses each of its features.
#pragma once
#include <cstdint>
#include <vector>

#include "model/model.hpp"

namespace pgscore::explain {

struct FeatureImportance {
  std::uint64_t splits = 0;  // of all trees
  double gain = 0;           // sum over its splits; 0 where the file has no gains
  double cover = 0;          // sum over its splits; 0 where the file has no covers
};

struct Importance {
  std::vector<FeatureImportance> features;  // one for each input of the model
  bool has_gains = false, has_covers = false, has_trees = false;
};

/// Counts the splits of a model's trees by the input that they look at, also through transforms of
/// one input. A split of a column that several inputs decide counts for none.
Importance importance_of(const model::Model &model);

}  // namespace pgscore::explain
