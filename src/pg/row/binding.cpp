#include "pg/row/binding.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/names.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/row/column_match.hpp"
#include "plan/used_inputs.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/fmgrprotos.h"
#include "utils/plancache.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

[[noreturn]] void throw_wrong_planned_count(const std::string &model, std::size_t expected,
                                            int given) {
  throw Error(ErrorCode::kInvalidArgument,
              "the planned call of model " + in_quotes(model) + " has " + std::to_string(expected) +
                  " columns, but " + std::to_string(given) + " values",
              {}, "This form is the planner's own. Call predict with the name of the model.");
}

/// Says whether a literal is a JSON object, as in {"a": 1}: people write it without a cast.
bool is_object_literal(std::string_view text) {
  return without_leading_blanks(text).starts_with('{');
}

}  // namespace

Binding::Binding(plan::Plan plan, std::string model, int first, int last, MemoryContext memory,
                 const registry::PlannedModel *planned)
    : plan_(plan),
      model_(std::move(model)),
      planned_(planned != nullptr && planned->input != registry::PlannedInput::kAsWritten
                   ? planned
                   : nullptr),
      first_(first),
      last_(last),
      memory_(memory) {
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i) {
    check_missing_ |= plan_.input_on_missing(i) != model::MissingPolicy::kNative;
    greatest_.push_back(model::greatest_magnitude(plan_.input_range(i)));
  }
}

void Binding::bind_call(FunctionCallInfo fcinfo) {
  const int count = last_ - first_;
  if (count < 1)
    throw Error(ErrorCode::kInvalidArgument,
                "no input for model " + in_quotes(model_) + " is given", {},
                "Pass a row, as in predict('model', t) FROM t, a jsonb object, or the values in "
                "the order of pgscore.model_features.");
  if (planned_ != nullptr) {
    if (planned_->input == registry::PlannedInput::kByPosition) return bind_scalars(fcinfo);
    FmgrInfo *function = fcinfo->flinfo;
    if (count > 1 || call([=, this] { return get_fn_expr_argtype(function, first_); }) != RECORDOID)
      return bind_planned(fcinfo);
    shape_ = Shape::kRow;  // more columns than a call may have arguments
    return;
  }
  readers_.clear();
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i)
    readers_.push_back({.input = i, .position = i});
  FmgrInfo *function = fcinfo->flinfo;
  if (count == 1) {
    const Oid declared = call([&] { return get_fn_expr_argtype(function, first_); });
    const Oid type = call([declared] { return getBaseType(declared); });
    if (is_row_type(type)) {
      shape_ = Shape::kRow;
      return;
    }
    if (type == JSONBOID) {
      shape_ = Shape::kJson;
      return;
    }
    if (type == UNKNOWNOID && !PG_ARGISNULL(first_) &&
        is_object_literal(DatumGetCString(PG_GETARG_DATUM(first_))))
      return bind_literal(fcinfo);
    if (type == JSONOID)
      throw Error(ErrorCode::kTypeMismatch, "input of type json is not supported", {},
                  "Cast it to jsonb.");
    if (const Oid element = call([type] { return get_element_type(type); }); OidIsValid(element)) {
      type_ = element;
      for (ValueReader &reader : readers_)
        reader.kind =
            value_kind(plan_, reader.input, element, feature_name(plan_, reader.input), model_);
      finish_readers();
      shape_ = Shape::kArray;
      return;
    }
  }
  bind_scalars(fcinfo);
}

void Binding::bind_literal(FunctionCallInfo fcinfo) {
  const Datum given = PG_GETARG_DATUM(first_);
  const std::string_view text = DatumGetCString(given);
  const std::size_t inside = text.find_first_not_of("{ \t\r\n");
  if (inside != text.npos && text[inside] != '"' && text[inside] != '}')
    throw Error(ErrorCode::kTypeMismatch,
                "the input of model " + in_quotes(model_) + " is a literal that is no JSON object",
                {},
                "Write a JSON object as in {\"age\": 30}, or cast the literal: to an array type, "
                "or to text.");
  literal_.reset(call([=, this] {
    MemoryContext outer = MemoryContextSwitchTo(memory_);
    Jsonb *json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, given));
    MemoryContextSwitchTo(outer);
    return json;
  }));
  shape_ = Shape::kJson;
}

/// Keeps the readers of inputs that are used, sorts those of plain numbers to the front, and makes
/// the caches of the others.
void Binding::finish_readers() {
  const std::vector<bool> used = plan::used_inputs(plan_);
  std::erase_if(readers_, [&](const ValueReader &reader) { return !used[reader.input]; });
  auto next = readers_.begin();
  for (std::size_t i = 0; i < kPlainKinds.size(); ++i) {
    const auto end = std::stable_partition(next, readers_.end(), [&](const ValueReader &reader) {
      return reader.kind == kPlainKinds[i] && !check_missing_;
    });
    num_plain_[i] = static_cast<std::size_t>(end - next);
    next = end;
  }
  caches_.clear();
  // A category's text is UTF-8; one of the database has to be converted before it is compared.
  if (GetDatabaseEncoding() != PG_UTF8) return;
  for (ValueReader &reader : readers_) {
    const auto [type, use] = reader.kind;
    if (use != ValueUse::kCategory || (type != SqlType::kText && type != SqlType::kBpchar))
      continue;
    reader.cache = static_cast<std::uint32_t>(caches_.size());
    caches_.emplace_back(plan_, reader.input);
  }
}

ValueKind Binding::kind_of_argument(FunctionCallInfo fcinfo, std::uint32_t input, int argument,
                                    std::string_view name) const {
  FmgrInfo *function = fcinfo->flinfo;
  const Oid type = call([=] { return get_fn_expr_argtype(function, argument); });
  return value_kind(plan_, input, type, name, model_);
}

void Binding::bind_scalars(FunctionCallInfo fcinfo) {
  if (last_ - first_ != static_cast<int>(plan_.num_inputs()))
    throw_wrong_count(plan_, model_, last_ - first_);
  readers_.clear();
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i)
    readers_.push_back(
        {i, i, kind_of_argument(fcinfo, i, first_ + static_cast<int>(i), feature_name(plan_, i))});
  finish_readers();
  shape_ = Shape::kScalars;
}

/// Binds the inputs to planned columns. `kind_of(input, position)` gives how the one at `position`
/// is read.
template <class KindOf>
void Binding::bind_planned_columns(KindOf kind_of) {
  const std::vector<std::string> &columns = planned_->columns;
  readers_.clear();
  const std::vector<bool> used = plan::used_inputs(plan_);
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i) {
    if (!used[i]) continue;
    const auto column = std::find(columns.begin(), columns.end(), feature_name(plan_, i));
    if (column == columns.end()) {
      // The version that this snapshot sees is not the one of the plan: there was a deploy between
      // them. It would stay so without new plans.
      call([] { ResetPlanCache(); });
      throw Error(ErrorCode::kStalePlan,
                  "model " + in_quotes(model_) + " was changed after this statement was planned",
                  "The plan is for version " + std::to_string(planned_->version) +
                      " and does not read column " + in_quotes(feature_name(plan_, i)) + ".",
                  "Run the statement again: it will be planned anew.");
    }
    const auto position = static_cast<std::uint32_t>(column - columns.begin());
    readers_.push_back({i, position, kind_of(i, position)});
  }
  finish_readers();
}

void Binding::bind_planned(FunctionCallInfo fcinfo) {
  const std::vector<std::string> &columns = planned_->columns;
  if (last_ - first_ != static_cast<int>(columns.size()))
    throw_wrong_planned_count(model_, columns.size(), last_ - first_);
  bind_planned_columns([&](std::uint32_t input, std::uint32_t position) {
    return kind_of_argument(fcinfo, input, first_ + static_cast<int>(position), columns[position]);
  });
  shape_ = Shape::kScalars;
}

void Binding::bind_row(Oid type, std::int32_t typmod) {
  // When this throws, the old binding is not used any more: type_ is set at the very end.
  type_ = InvalidOid;
  TupleDesc row = call([=, this] {
    TupleDesc found = lookup_rowtype_tupdesc(type, typmod);
    MemoryContext outer = MemoryContextSwitchTo(memory_);
    TupleDesc copy = CreateTupleDescCopy(found);
    MemoryContextSwitchTo(outer);
    ReleaseTupleDesc(found);
    return copy;
  });
  columns_.reset(row);
  // lookup_rowtype_tupdesc has filled the entry, which lives as long as the backend.
  type_cache_ = type == RECORDOID
                    ? nullptr
                    : call([type] { return lookup_type_cache(type, TYPECACHE_TUPDESC); });
  columns_identifier_ = type_cache_ != nullptr ? type_cache_->tupDesc_identifier : 0;
  datums_.resize(row->natts);
  nulls_.resize(row->natts);

  if (planned_ != nullptr) {
    const std::vector<std::string> &names = planned_->columns;
    if (static_cast<std::size_t>(row->natts) != names.size())
      throw_wrong_planned_count(model_, names.size(), row->natts);
    bind_planned_columns([&](std::uint32_t input, std::uint32_t position) {
      return value_kind(plan_, input, TupleDescAttr(row, static_cast<int>(position))->atttypid,
                        names[position], model_);
    });
  } else {
    std::vector<RowColumn> columns;
    for (int i = 0; i < row->natts; ++i) {
      const FormData_pg_attribute *column = TupleDescAttr(row, i);
      if (!column->attisdropped)
        columns.push_back(
            {NameStr(column->attname), column->atttypid, static_cast<std::uint32_t>(i)});
    }
    readers_ = match_columns(plan_, model_, columns, type == RECORDOID);
    finish_readers();
  }
  type_ = type;
  typmod_ = typmod;
}

}  // namespace pgscore::pg
