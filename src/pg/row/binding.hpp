// The arguments of a scoring function -> the inputs of a plan.
//
// The input is one of: a row or a jsonb object (by name), an array or a list of scalars (by
// position, exact count), an unnamed ROW(a, b, ...) (by position, exact count). A literal without a
// type that begins with { is a jsonb object. Calls that the planner made (planned_model.hpp) have
// the columns of a row as arguments, with their names.
//
// The arguments are bound at the first row of a call site, and again only when the type of the row
// changes. Binding finds every fault of the call (a column that is missing, a type that does not
// fit, a wrong count) before anything is scored.
//
// Inputs that the model does not use are checked like the others, but not read; their places stay
// missing.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pg/row/category_cache.hpp"
#include "pg/row/padded_categories.hpp"
#include "pg/row/value_reader.hpp"
#include "plan/plan.hpp"
#include "registry/planned_model.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/typcache.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Whether a row can be scored.
enum class RowStatus : std::uint8_t {
  kScorable,  // the inputs are filled
  kNull,      // the row is NULL, or a policy of the model makes its result NULL
};

/// Counts of values that one call site has read since they were last taken.
struct ValueCounts {
  std::uint64_t missing = 0;
  std::uint64_t unknown = 0;
};

class Binding {
 public:
  /// Binds nothing yet. `model`: its name, for messages. The input is the arguments [first, last).
  /// `memory`: lives at least as long as the binding, which keeps the description of the row's type
  /// there, and frees it. `planned`: the arguments are its columns; it outlives the binding.
  Binding(plan::Plan plan, std::string model, int first, int last, MemoryContext memory,
          const registry::PlannedModel *planned = nullptr);

  /// Fills the used ones of inputs[0 .. num_inputs) from the arguments; the others stay as they
  /// are. Throws Error for faults of the call, and for values that a policy of the model forbids.
  RowStatus read(FunctionCallInfo fcinfo, double *inputs);

  /// Gives the counts of missing and unknown values in the rows read since the last call, and
  /// begins again from 0.
  ValueCounts take_counts() { return std::exchange(counts_, {}); }

 private:
  // kScalars: planned columns too
  enum class Shape : std::uint8_t { kUnknown, kRow, kJson, kArray, kScalars };

  /// Kinds that are read without a branch where no policy looks at missing values.
  static constexpr std::array kPlainKinds = {ValueKind{SqlType::kFloat4, ValueUse::kNumber},
                                             ValueKind{SqlType::kFloat8, ValueUse::kNumber},
                                             ValueKind{SqlType::kInt4, ValueUse::kNumber}};

  void bind_call(FunctionCallInfo fcinfo);
  void bind_row(Oid type, std::int32_t typmod);
  void bind_scalars(FunctionCallInfo fcinfo);
  void bind_planned(FunctionCallInfo fcinfo);
  template <class KindOf>
  void bind_planned_columns(KindOf kind_of);
  ValueKind kind_of_argument(FunctionCallInfo fcinfo, std::uint32_t input, int argument,
                             std::string_view name) const;
  void finish_readers();
  bool is_bound_to(Oid type, std::int32_t typmod) const;
  RowStatus read_row(Datum row, double *inputs);
  void bind_literal(FunctionCallInfo fcinfo);
  RowStatus read_json(Datum json, double *inputs);
  double read_json_value(std::uint32_t input, const JsonbValue &value);
  double read_json_scalar(std::uint32_t input, SqlType type, Datum value) const;
  double read_json_category(std::uint32_t input, std::string_view text);
  double read_json_time(std::uint32_t input, const JsonbValue &value) const;
  void refuse_number(const ValueReader &reader) const;
  [[noreturn]] void throw_unknown_category(std::uint32_t input, std::string detail) const;
  /// Throws where the model's policy refuses the value, whose text is no category of its input.
  void check_known(const ValueReader &reader, Datum value);
  /// Throws for `text`, unless the input takes any text.
  void refuse_category(std::uint32_t input, std::string_view text);
  double category_of_padded(std::uint32_t input, std::string_view text);
  RowStatus read_array(Datum array, double *inputs);
  RowStatus read_scalars(FunctionCallInfo fcinfo, double *inputs);
  template <class ValueAt>
  RowStatus read_all(ValueAt value_at, double *inputs);
  RowStatus read_one(const ValueReader &reader, NullableDatum value, double *inputs);
  RowStatus read_other_text(const ValueReader &reader, Datum value, double *inputs);
  RowStatus read_category(const ValueReader &reader, Datum value, double *inputs);
  RowStatus store(std::uint32_t input, double value, double *inputs);

  plan::Plan plan_;
  std::string model_;
  const registry::PlannedModel *planned_;
  int first_, last_;
  Shape shape_ = Shape::kUnknown;
  bool check_missing_ = false;    // some input has an on_missing policy
  std::vector<double> greatest_;  // the greatest magnitude that each input takes
  ValueCounts counts_;
  // One per used input, plain numbers first, in the order of kPlainKinds; kJson: one per input
  std::vector<ValueReader> readers_;
  std::array<std::size_t, kPlainKinds.size()> num_plain_{};
  std::vector<CategoryCache> caches_;
  std::vector<PaddedCategories> padded_;  // one per input, or none yet
  struct FreeJson {
    void operator()(Jsonb *json) const { pfree(json); }
  };
  std::unique_ptr<Jsonb, FreeJson> literal_;  // kJson: the input when it is an untyped literal
  Oid type_ = InvalidOid;  // kRow: the type that is bound; kArray: that of the elements
  std::int32_t typmod_ = -1;
  struct FreeRowType {
    void operator()(TupleDescData *columns) const { FreeTupleDesc(columns); }
  };
  // kRow, up to nulls_:
  std::unique_ptr<TupleDescData, FreeRowType> columns_;  // our copy
  const TypeCacheEntry *type_cache_ = nullptr;           // null: RECORD
  std::uint64_t columns_identifier_ = 0;                 // which form of a named type columns_ is
  std::vector<Datum> datums_;                            // one per column of the row
  std::vector<char> nulls_;
  MemoryContext memory_;  // of columns_ and literal_
};

}  // namespace pgscore::pg
