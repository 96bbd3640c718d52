// The distinct category sets of an ensemble. Files repeat sets, in every node that tests one; a
// plan holds each once.
#pragma once
#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

struct CategorySets {
  /// Copies the sets out of the ensemble, which need not outlive this.
  explicit CategorySets(const model::TreeEnsemble &ensemble);

  std::vector<SetRecord> sets;        // distinct, in ascending order of their words, without zero
                                      // words at the end
  std::vector<std::uint32_t> words;   // of `sets`, set by set
  std::vector<std::uint32_t> number;  // for each of TreeEnsemble::sets its number in `sets`
};

}  // namespace pgscore::plan
