// predict_set: the most probable classes of a row, as rows. The SQL function calls class_set(model,
// predict_proba(model, input), ...), so that the planner sees a scoring call.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/result_rows.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/array.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// The labels of the model that a call is for; looked up again when the active snapshot or the user
/// changes.
class Labels {
 public:
  const std::vector<std::string> &find(const std::string &model) {
    const SnapshotIdentity identity = SnapshotIdentity::current();
    if (model_ == model && identity_ == identity) return labels_;
    const PlanRef ref = plan_of(resolve_for_scoring(model));
    labels_.clear();
    for (std::uint32_t i = 0; i < ref.plan().num_labels(); ++i)
      labels_.emplace_back(in_server_encoding(ref.plan().label(i)));
    model_ = model;
    identity_ = identity;
    return labels_;
  }

 private:
  std::optional<std::string> model_;
  std::optional<SnapshotIdentity> identity_;
  std::vector<std::string> labels_;
};

/// class_set(model, probabilities, best_n, cutoff) -> rank, class, probability
Datum class_set(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const std::string model = text_argument(fcinfo, 0, "model");
  const auto best = optional_int_argument(fcinfo, 2);
  if (best && *best < 1)
    throw Error(ErrorCode::kInvalidArgument, "best_n is below 1", {}, "NULL gives all classes.");
  const double cutoff = PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3);
  if (!(cutoff >= 0 && cutoff <= 1))
    throw Error(ErrorCode::kInvalidArgument, "cutoff is not between 0 and 1");
  const std::vector<std::string> &labels = cached<Labels>(fcinfo->flinfo).find(model);
  if (PG_ARGISNULL(1)) return 0;
  const std::vector<double> probabilities = float8_array_argument(fcinfo, 1);
  if (probabilities.size() != labels.size())
    throw Error(ErrorCode::kInvalidArgument,
                "the probabilities are not those of model " + in_quotes(model));
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return !(probabilities[i] >= cutoff); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return probabilities[a] > probabilities[b];
  });
  if (best && order.size() > static_cast<std::size_t>(*best))
    order.resize(static_cast<std::size_t>(*best));
  std::int32_t rank = 0;
  for (const std::size_t i : order)
    rows.add({column(Int32GetDatum(++rank)), column(text_result(labels[i])),
              column(Float8GetDatum(probabilities[i]))});
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(class_set, pgscore::pg::class_set);
