// explain and reason_codes: what pgscore.explained has computed for a row, as rows for people.
//
// The SQL functions of these names call explained_rows(model, pgscore.explained(model, class,
// input), ...): so the planner sees a scoring call and passes only the columns that the model
// needs.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/explain/reason_table.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/result_rows.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/array.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// What pgscore.explained gives: contributions, the bias, and the inputs; NaN where missing.
struct Explained {
  std::vector<double> contributions, inputs;
};

Explained explained_argument(FunctionCallInfo fcinfo, int number, plan::Plan plan,
                             const std::string &model) {
  const std::vector<double> numbers = float8_array_argument(fcinfo, number);
  const std::size_t num_inputs = plan.num_inputs();
  if (numbers.size() != 2 * num_inputs + 1)
    throw Error(ErrorCode::kInvalidArgument,
                "the numbers are not what pgscore.explained gives for model " + in_quotes(model),
                "There are " + std::to_string(numbers.size()) + ", the model has " +
                    std::to_string(num_inputs) + " features.");
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(num_inputs);
  return {{numbers.begin(), middle}, {middle + 1, numbers.end()}};
}

/// A number of an input as people write it.
std::string text_of_number(double x, model::Unit unit) {
  return call([=]() -> const char * {
    constexpr double kDaysToEpoch = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    if (unit == model::Unit::kDays && x == std::floor(x) && std::fabs(x) < 1e6)
      return DatumGetCString(
          DirectFunctionCall1(date_out, DateADTGetDatum(static_cast<DateADT>(x - kDaysToEpoch))));
    if (unit == model::Unit::kSeconds && std::fabs(x) < 1e11)
      return DatumGetCString(DirectFunctionCall1(
          timestamp_out, TimestampGetDatum(static_cast<Timestamp>(
                             std::llround((x - kDaysToEpoch * SECS_PER_DAY) * USECS_PER_SEC)))));
    if (unit == model::Unit::kSecondsOfDay && x >= 0 && x <= SECS_PER_DAY)
      return DatumGetCString(DirectFunctionCall1(
          time_out, TimeADTGetDatum(static_cast<TimeADT>(std::llround(x * USECS_PER_SEC)))));
    return float8out_internal(x);
  });
}

/// The value of an input as the model reads it: a category by its text. NULL: it is missing, or no
/// category that the model knows.
NullableDatum value_column(plan::Plan plan, std::uint32_t input, double x) {
  if (std::isnan(x)) return null_column();
  switch (plan.input_type(input)) {
    case model::ColumnType::kCategory:
      if (x < 0 || x >= plan.num_categories(input)) return null_column();
      return column(
          text_result(in_server_encoding(plan.category(input, static_cast<std::uint32_t>(x)))));
    case model::ColumnType::kHash:
      return null_column();
    default:
      return column(text_result(text_of_number(x, plan.input_unit(input))));
  }
}

enum class Order { kAbsolute, kDescending, kAscending };

Order order_named(const std::string &sort) {
  if (sort == "abs") return Order::kAbsolute;
  if (sort == "desc") return Order::kDescending;
  if (sort == "asc") return Order::kAscending;
  throw Error(ErrorCode::kInvalidArgument, "sort " + in_quotes(sort) + " is unknown", {},
              "Use abs (the largest first, of either sign), desc (what raises the score most "
              "first) or asc (what lowers it most first).");
}

std::vector<std::uint32_t> sorted_features(const std::vector<double> &contributions, Order order) {
  std::vector<std::uint32_t> features(contributions.size());
  std::iota(features.begin(), features.end(), 0u);
  auto key = [&](std::uint32_t i) {
    const double value = contributions[i];
    if (order == Order::kAbsolute) return -std::fabs(value);
    return order == Order::kDescending ? -value : value;
  };
  std::stable_sort(features.begin(), features.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  return features;
}

std::size_t top_argument(FunctionCallInfo fcinfo, int number) {
  const auto top = optional_int_argument(fcinfo, number);
  if (!top) return SIZE_MAX;
  if (*top < 1)
    throw Error(ErrorCode::kInvalidArgument, "top_k is below 1", {}, "NULL gives all features.");
  return static_cast<std::size_t>(*top);
}

/// The model that a call is for, and its reason codes by feature. It is looked up again when the
/// active snapshot or the user changes, as at every call site.
class ExplainedModel {
 public:
  plan::Plan find(const std::string &model) {
    const SnapshotIdentity identity = SnapshotIdentity::current();
    if (model_ != model || identity_ != identity) {
      version_ = resolve_for_scoring(model);
      plan_ = plan_of(version_);
      reasons_.reset();
      model_ = model;
      identity_ = identity;
    }
    return plan_.plan();
  }
  /// The reason of a feature, of the model that was found last; null: there is none.
  const Reason *reason(std::string_view feature) {
    if (!reasons_) reasons_ = reasons_of(version_.model_id);
    const auto found = reasons_->find(std::string(feature));
    return found != reasons_->end() ? &found->second : nullptr;
  }

 private:
  std::optional<std::string> model_;
  std::optional<SnapshotIdentity> identity_;
  ResolvedVersion version_;
  PlanRef plan_;
  std::optional<Reasons> reasons_;
};

/// explained_rows(model, explained, top_k, sort) -> rank, feature, value, contribution
Datum explained_rows(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const std::string model = text_argument(fcinfo, 0, "model");
  const std::size_t top = top_argument(fcinfo, 2);
  const Order order = order_named(text_argument(fcinfo, 3, "sort"));
  const plan::Plan plan = cached<ExplainedModel>(fcinfo->flinfo).find(model);
  if (PG_ARGISNULL(1)) return 0;
  const Explained row = explained_argument(fcinfo, 1, plan, model);
  std::size_t rank = 0;
  for (const std::uint32_t i : sorted_features(row.contributions, order)) {
    if (rank >= top || std::isnan(row.contributions[i])) break;
    rows.add({column(Int32GetDatum(static_cast<std::int32_t>(++rank))),
              column(text_result(in_server_encoding(plan.input_name(i)))),
              value_column(plan, i, row.inputs[i]), column(Float8GetDatum(row.contributions[i]))});
  }
  return 0;
}

/// "The age of {value} years": with the value, or "missing".
std::string filled_in(std::string reason, const NullableDatum &value) {
  constexpr std::string_view kPlace = "{value}";
  std::string shown = "missing";
  if (!value.isnull) {
    const Datum datum = value.value;
    shown = call([datum]() -> const char * { return TextDatumGetCString(datum); });
  }
  for (std::size_t at = reason.find(kPlace); at != reason.npos;
       at = reason.find(kPlace, at + shown.size()))
    reason.replace(at, kPlace.size(), shown);
  return reason;
}

/// reason_rows(model, explained, top_k, adverse) -> rank, code, reason, feature, value,
/// contribution
Datum reason_rows(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const std::string model = text_argument(fcinfo, 0, "model");
  const std::size_t top = top_argument(fcinfo, 2);
  const std::string adverse = text_argument(fcinfo, 3, "adverse");
  if (adverse != "high" && adverse != "low")
    throw Error(
        ErrorCode::kInvalidArgument, "adverse " + in_quotes(adverse) + " is unknown", {},
        "Use high where a high score is bad for the applicant (the risk of default), or low "
        "where a low one is (the points of a scorecard).");
  const double sign = adverse == "high" ? 1 : -1;
  auto &explained = cached<ExplainedModel>(fcinfo->flinfo);
  const plan::Plan plan = explained.find(model);
  if (PG_ARGISNULL(1)) return 0;
  const Explained row = explained_argument(fcinfo, 1, plan, model);
  std::size_t rank = 0;
  for (const std::uint32_t i :
       sorted_features(row.contributions, sign > 0 ? Order::kDescending : Order::kAscending)) {
    if (rank >= top || !(sign * row.contributions[i] > 0)) break;
    const Reason *reason = explained.reason(plan.input_name(i));
    const NullableDatum value = value_column(plan, i, row.inputs[i]);
    rows.add(
        {column(Int32GetDatum(static_cast<std::int32_t>(++rank))),
         reason != nullptr ? column(text_result(reason->code)) : null_column(),
         reason != nullptr ? column(text_result(filled_in(reason->text, value))) : null_column(),
         column(text_result(in_server_encoding(plan.input_name(i)))), value,
         column(Float8GetDatum(row.contributions[i]))});
  }
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(explained_rows, pgscore::pg::explained_rows);
PGSCORE_FUNCTION(reason_rows, pgscore::pg::reason_rows);
