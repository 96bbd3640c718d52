#include "pg/metrics/aggregate.hpp"

#include <cmath>

#include "base/error.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
  MemoryContext context = nullptr;
  if (AggCheckCallContext(fcinfo, &context) == 0)
    throw Error(ErrorCode::kInternal, "function was not called by an aggregate");
  return context;
}

std::string number_text(double number) {
  return call(
      [number] { return DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(number))); });
}

void throw_refused_number(const char *message, const char *what, double value, const char *hint) {
  throw Error(ErrorCode::kOutOfRange, message,
              "A row has the " + std::string(what) + " " + number_text(value) + ".", hint);
}

void throw_difference(const char *what, const std::string &detail) {
  throw Error(ErrorCode::kInvalidArgument, std::string(what) + " differs between rows", detail,
              "An aggregate has one: pass a constant, or group by it.");
}

double finite_argument(FunctionCallInfo fcinfo, int number, const char *what) {
  const double value = PG_GETARG_FLOAT8(number);
  if (!std::isfinite(value)) [[unlikely]]
    throw_refused_number((what + std::string(" is not a finite number")).c_str(), what, value,
                         "Leave such rows out with FILTER.");
  return value;
}

double score_argument(FunctionCallInfo fcinfo, int number) {
  const double score = PG_GETARG_FLOAT8(number);
  if (std::isnan(score)) [[unlikely]]
    throw Error(ErrorCode::kOutOfRange, "score is not a number", "A row has the score NaN.",
                "Leave such rows out: FILTER (WHERE score <> 'NaN').");
  return score;
}

double weight_argument(FunctionCallInfo fcinfo, int number) {
  if (number >= PG_NARGS()) return 1;
  const double weight = PG_GETARG_FLOAT8(number);
  if (!(weight >= 0 && std::isfinite(weight))) [[unlikely]]
    throw Error(ErrorCode::kOutOfRange, "weight is not a number from 0 on",
                "A row has the weight " + number_text(weight) + ".",
                "A weight says how many rows a row stands for.");
  return weight;
}

std::int32_t parts_argument(FunctionCallInfo fcinfo, int number, std::int32_t parts,
                            const char *what) {
  constexpr std::int32_t kMost = 10'000;
  const std::int32_t value = PG_GETARG_INT32(number);
  if (value < 1 || value > kMost) [[unlikely]]
    throw Error(ErrorCode::kInvalidArgument,
                "number of " + std::string(what) + " is not from 1 to " + std::to_string(kMost),
                "It is " + std::to_string(value) + ".");
  if (parts != 0 && parts != value) [[unlikely]]
    throw_difference(("number of " + std::string(what)).c_str(),
                     "It is " + std::to_string(parts) + " and " + std::to_string(value) + ".");
  return value;
}

double probability_argument(FunctionCallInfo fcinfo, int number) {
  const double value = PG_GETARG_FLOAT8(number);
  refuse_number(!(value >= 0 && value <= 1), "score is not a probability", "score", value,
                "Pass a number from 0 to 1, as predict and predict_proba_of give for classes.");
  return value;
}

StateBytes::StateBytes() {
  StringInfo bytes = &bytes_;
  call([bytes] {
    initStringInfo(bytes);
    appendStringInfoSpaces(bytes, VARHDRSZ);
  });
}

void StateBytes::add(std::span<const std::byte> bytes) {
  if (bytes_.len + bytes.size() > MaxAllocSize - 1)
    throw Error(ErrorCode::kLimitExceeded, "state of a parallel worker is too large",
                "It holds the different scores of the worker's rows, and a value has 1 GB at most.",
                "Set max_parallel_workers_per_gather to 0, or round the scores: equal ones take no "
                "room.");
  StringInfo out = &bytes_;
  call([=] { appendBinaryStringInfo(out, (const char *)bytes.data(), (int)bytes.size()); });
}

Datum StateBytes::result() {
  SET_VARSIZE(bytes_.data, bytes_.len);
  return PointerGetDatum(bytes_.data);
}

StateReader::StateReader(FunctionCallInfo fcinfo, int number) {
  const Datum value = PG_GETARG_DATUM(number);
  const bytea *bytes = call([value] { return DatumGetByteaPP(value); });
  bytes_ = {reinterpret_cast<const std::byte *>(VARDATA_ANY(bytes)),
            static_cast<std::size_t>(VARSIZE_ANY_EXHDR(bytes))};
}

std::span<const std::byte> StateReader::take(std::size_t count) {
  if (count > bytes_.size())
    throw Error(ErrorCode::kInternal, "state of a parallel worker is cut off");
  const auto taken = bytes_.first(count);
  bytes_ = bytes_.subspan(count);
  return taken;
}

}  // namespace pgscore::pg
