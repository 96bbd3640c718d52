// What one call of predict_contrib computes its rows with: the explanation of the version.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/contributions.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/scoring/scoring_function.hpp"
#include "pg/store/store.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Which margin a row's contributions belong to. Of two classes with one margin, the other class
/// has the negated one.
struct WantedMargin {
  std::uint32_t output = 0;
  bool negated = false;
};

class Contributions {
 public:
  /// Takes up the explanation of `version`, whose plan is `plan`. `model`: its name, for messages.
  /// Throws kUnsupportedModel for a model without exact contributions, and kWrongTask for a call
  /// without a class whose model has several margins.
  Contributions(const ResolvedVersion &version, plan::Plan plan, const ScoringKind &kind,
                std::string_view model);

  /// Gives the margin of a class, a text or NULL. Throws kInvalidArgument for a class that the
  /// model does not have, kWrongTask for NULL when there are several margins.
  WantedMargin margin_of(const NullableDatum &wanted_class);

  /// Gives the numbers that a row gets: the contributions and the bias, and for the kind
  /// `explained` the inputs behind them. And the bytes of memory that a row needs besides.
  std::size_t width() const;
  std::size_t row_bytes() const {
    return sizeof(WantedMargin) + sizeof(double) * (plan_.num_inputs() + 1);
  }

  /// Computes `count` rows. `inputs`: num_inputs for each row, one row behind the other; `wanted`:
  /// one for each row; `out`: width() for each row.
  void compute(const double *inputs, const WantedMargin *wanted, std::size_t count, double *out);

 private:
  WantedMargin find_margin(std::string_view label) const;

  PlanRef explanation_;
  plan::Plan plan_;
  std::string model_;
  bool with_inputs_;
  explain::Workspace workspace_;
  std::vector<double> values_;             // contributions of the rows at hand
  std::optional<std::string> last_class_;  // in the encoding of the database
  WantedMargin last_margin_;
};

}  // namespace pgscore::pg
