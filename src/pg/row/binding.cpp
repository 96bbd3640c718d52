#include "pg/row/binding.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
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

bool is_row_type(Oid type) {
  return type == RECORDOID || call([type] { return type_is_rowtype(type); });
}

[[noreturn]] void throw_wrong_planned_count(const std::string &model, std::size_t expected,
                                            int given) {
  throw Error(ErrorCode::kInvalidArgument,
              "the planned call of model " + in_quotes(model) + " has " + std::to_string(expected) +
                  " columns, but " + std::to_string(given) + " values",
              {}, "This form is the planner's own. Call predict with the name of the model.");
}

/// {"a": 1} without a cast, which is what people write.
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
    readers_.push_back({i, i, ValueKind::kFloat8});
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

/// Readers of all inputs -> of those that are used, with their caches; the plain numbers first.
void Binding::finish_readers() {
  const std::vector<bool> used = plan::used_inputs(plan_);
  std::erase_if(readers_, [&](const ValueReader &reader) { return !used[reader.input]; });
  auto next = readers_.begin();
  for (std::size_t i = 0; i < kPlainKinds.size(); ++i) {
    const auto end = std::stable_partition(next, readers_.end(), [&](const ValueReader &reader) {
      return reader.kind == kPlainKinds[i] &&
             plan_.input_type(reader.input) == model::ColumnType::kNumber && !check_missing_;
    });
    num_plain_[i] = static_cast<std::size_t>(end - next);
    next = end;
  }
  caches_.clear();
  for (ValueReader &reader : readers_) {
    if (reader.kind != ValueKind::kText && reader.kind != ValueKind::kBpchar) continue;
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

/// `kind_of(input, position)`: how the planned column at `position` is read.
template <class KindOf>
void Binding::bind_planned_columns(KindOf kind_of) {
  const std::vector<std::string> &columns = planned_->columns;
  readers_.clear();
  const std::vector<bool> used = plan::used_inputs(plan_);
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i) {
    if (!used[i]) continue;
    const auto column = std::find(columns.begin(), columns.end(), feature_name(plan_, i));
    if (column == columns.end()) {
      // The version that this snapshot sees is not the one of the plan: a deploy came between.
      // Without new plans it would stay so.
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
  // Nothing of the old binding stays in use when this throws: type_ is set at the very end.
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

/// A named type may change while the call lives: ALTER TABLE in a loop of PL/pgSQL, whose
/// expressions live as long as the transaction. The type cache gives each form of a type an
/// identifier, and none while it does not know the form.
inline bool Binding::is_bound_to(Oid type, std::int32_t typmod) const {
  return type == type_ && typmod == typmod_ &&
         (type_cache_ == nullptr || type_cache_->tupDesc_identifier == columns_identifier_);
}

// ---- per row: frames without destructors from here on -------------------------------------------

RowStatus Binding::read(FunctionCallInfo fcinfo, double *inputs) {
  if (unlikely(shape_ == Shape::kUnknown)) bind_call(fcinfo);
  if (shape_ == Shape::kScalars) return read_scalars(fcinfo, inputs);
  if (PG_ARGISNULL(first_)) return RowStatus::kNull;
  const Datum input =
      literal_ != nullptr ? PointerGetDatum(literal_.get()) : PG_GETARG_DATUM(first_);
  switch (shape_) {
    case Shape::kRow:
      return read_row(input, inputs);
    case Shape::kJson:
      return read_json(input, inputs);
    default:
      return read_array(input, inputs);
  }
}

[[gnu::noinline]] RowStatus Binding::store(std::uint32_t input, double value, double *inputs) {
  if (unlikely(value == model::kUnknownCategory) &&
      plan_.input_type(input) == model::ColumnType::kCategory) {
    ++counts_.unknown;
    switch (plan_.input_on_unknown(input)) {
      case model::UnknownPolicy::kKeep:
        break;
      case model::UnknownPolicy::kMissing:
        value = model::kMissing;
        break;
      case model::UnknownPolicy::kNull:
        return RowStatus::kNull;
      case model::UnknownPolicy::kError:
        throw_unknown_category(input, {});
    }
  }
  inputs[input] = value;
  if (likely(std::fabs(value) <= greatest_[input])) return RowStatus::kScorable;
  if (value != value) {
    ++counts_.missing;
    if (unlikely(check_missing_)) {
      const model::MissingPolicy policy = plan_.input_on_missing(input);
      if (policy == model::MissingPolicy::kNull) return RowStatus::kNull;
      if (policy == model::MissingPolicy::kError)
        throw Error(ErrorCode::kMissingValue,
                    "missing value for feature " + in_quotes(feature_name(plan_, input)) +
                        " of model " + in_quotes(model_),
                    {}, "The model's policy for missing values (on_missing) is error.");
    }
    return RowStatus::kScorable;
  }
  throw Error(
      ErrorCode::kOutOfRange,
      "value out of range for feature " + in_quotes(feature_name(plan_, input)) + " of model " +
          in_quotes(model_),
      plan_.input_range(input) == model::NumberRange::kFinite
          ? "The value is infinite, which the training library refuses."
          : "The value is infinite or too large for float32, which the training library refuses.");
}

/// `detail`: which value it is, where it is known. With it the row can be found.
void Binding::throw_unknown_category(std::uint32_t input, std::string detail) const {
  throw Error(ErrorCode::kUnknownCategory,
              "unknown category for feature " + in_quotes(feature_name(plan_, input)) +
                  " of model " + in_quotes(model_),
              std::move(detail),
              "The model's policy for unknown categories (on_unknown) is error.");
}

/// Before the text is looked at: as a rule an unknown category is no error, and its value may have
/// to be decompressed.
[[gnu::noinline]] void Binding::check_known(const ValueReader &reader, Datum value) {
  if (plan_.input_on_unknown(reader.input) != model::UnknownPolicy::kError) return;
  switch (reader.kind) {
    case ValueKind::kText:
    case ValueKind::kBpchar:
    case ValueKind::kTextInUtf8:
    case ValueKind::kBpcharInUtf8:
      return refuse_category(reader.input, text_of_value(reader.kind, value));
    case ValueKind::kCString:
      return refuse_category(reader.input, DatumGetCString(value));
    default:
      return;  // store() refuses it
  }
}

void Binding::refuse_category(std::uint32_t input, std::string_view text) {
  if (plan_.input_type(input) != model::ColumnType::kCategory) return;
  ++counts_.unknown;
  throw_unknown_category(input, the_value_is(text));
}

/// Of a text whose trailing blanks mean nothing, not found as it is.
[[gnu::noinline]] double Binding::category_of_padded(std::uint32_t input, std::string_view text) {
  if (padded_.empty()) padded_.resize(plan_.num_inputs());
  return static_cast<double>(padded_[input].find(plan_, input, row_text_in_utf8(text)));
}

/// A float that is no category, of a feature whose categories are all texts: other types are
/// refused before a row is read.
[[gnu::noinline]] void Binding::refuse_number(const ValueReader &reader) const {
  if (reader.kind != ValueKind::kFloat4Category && reader.kind != ValueKind::kFloat8Category)
    return;
  if (takes_numbers(plan_, reader.input)) return;
  throw Error(
      ErrorCode::kTypeMismatch,
      "feature " + in_quotes(feature_name(plan_, reader.input)) + " of model " + in_quotes(model_) +
          " got a number, but its categories are texts",
      "One of them is " + in_quotes(in_server_encoding(plan_.category(reader.input, 0))) + ".",
      "Pass the texts that the model was trained with. pgscore.model_features lists them.");
}

/// A kind that is often met without a call: a number that is there and in range has no policies.
[[gnu::always_inline]] inline RowStatus Binding::read_one(const ValueReader &reader,
                                                          NullableDatum value, double *inputs) {
  double number = model::kMissing;
  if (likely(!value.isnull)) {
    switch (reader.kind) {
      case ValueKind::kFloat8:
        number = DatumGetFloat8(value.value);
        break;
      case ValueKind::kFloat4:
        number = DatumGetFloat4(value.value);
        break;
      case ValueKind::kInt4:
        number = DatumGetInt32(value.value);
        break;
      case ValueKind::kText:
      case ValueKind::kBpchar:
        number = static_cast<double>(
            caches_[reader.cache].find(text_of_value(reader.kind, value.value)));
        if (unlikely(number < 0)) {
          if (reader.kind == ValueKind::kBpchar)
            number = category_of_padded(reader.input, text_of_value(reader.kind, value.value));
          if (number < 0) check_known(reader, value.value);
          return store(reader.input, number, inputs);
        }
        break;
      default:
        number = read_value(plan_, reader, value.value);
        if (unlikely(number == model::kUnknownCategory)) {
          refuse_number(reader);
          check_known(reader, value.value);
        }
        return store(reader.input, number, inputs);
    }
    if (likely(std::fabs(number) <= greatest_[reader.input])) {  // not when NaN
      inputs[reader.input] = number;
      return RowStatus::kScorable;
    }
  }
  return store(reader.input, number, inputs);
}

/// Of all readers. `value_at(position)`: the value there. Plain numbers are read without a branch:
/// which of them are NULL nobody can predict.
template <class ValueAt>
[[gnu::always_inline]] inline RowStatus Binding::read_all(ValueAt value_at, double *inputs) {
  const ValueReader *reader = readers_.data(), *const end = reader + readers_.size();
  std::uint64_t missing = 0;
  bool too_great = false;
  auto read_plain = [&](std::size_t count, auto bits_of) {
    for (const ValueReader *const last = reader + count; reader != last; ++reader) {
      const double number = bits_of(value_at(reader->position));
      inputs[reader->input] = number;
      missing += number != number ? 1 : 0;
      too_great |= std::fabs(number) > greatest_[reader->input];
    }
  };
  // All bits set are a NaN, too.
  read_plain(num_plain_[0], [](NullableDatum value) {
    return static_cast<double>(
        std::bit_cast<float>(static_cast<std::uint32_t>(value.value) | (0u - value.isnull)));
  });
  read_plain(num_plain_[1], [](NullableDatum value) {
    return std::bit_cast<double>(std::uint64_t{value.value} | (std::uint64_t{0} - value.isnull));
  });
  read_plain(num_plain_[2], [](NullableDatum value) {
    const double number = static_cast<std::int32_t>(value.value);
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(number) |
                                 (std::uint64_t{0} - value.isnull));
  });
  if (unlikely(too_great))
    reader = readers_.data();  // once more, to say of which feature
  else
    counts_.missing += missing;
  RowStatus status = RowStatus::kScorable;
  for (; reader != end; ++reader)
    if (unlikely(read_one(*reader, value_at(reader->position), inputs) == RowStatus::kNull))
      status = RowStatus::kNull;
  return status;
}

RowStatus Binding::read_scalars(FunctionCallInfo fcinfo, double *inputs) {
  const NullableDatum *arguments = fcinfo->args + first_;
  return read_all([arguments](std::uint32_t position) { return arguments[position]; }, inputs);
}

RowStatus Binding::read_row(Datum row, double *inputs) {
  HeapTupleHeader header = DatumGetHeapTupleHeader(row);
  const Oid type = HeapTupleHeaderGetTypeId(header);
  const std::int32_t typmod = HeapTupleHeaderGetTypMod(header);
  if (unlikely(!is_bound_to(type, typmod))) bind_row(type, typmod);
  HeapTupleData tuple;
  tuple.t_len = HeapTupleHeaderGetDatumLength(header);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_tableOid = InvalidOid;
  tuple.t_data = header;
  heap_deform_tuple(&tuple, columns_.get(), datums_.data(),
                    reinterpret_cast<bool *>(nulls_.data()));
  return read_all(
      [this](std::uint32_t position) {
        return NullableDatum{datums_[position], nulls_[position] != 0};
      },
      inputs);
}

RowStatus Binding::read_array(Datum datum, double *inputs) {
  ArrayType *array = DatumGetArrayTypeP(datum);
  if (ARR_NDIM(array) > 1)
    throw Error(ErrorCode::kInvalidArgument,
                "the input array of model " + in_quotes(model_) + " must have one dimension");
  const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  if (count != static_cast<int>(plan_.num_inputs())) throw_wrong_count(plan_, model_, count);
  int16 length;
  bool by_value;
  char align;
  get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
  Datum *values;
  bool *nulls;
  int found;
  deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &values, &nulls, &found);
  return read_all(
      [=](std::uint32_t position) { return NullableDatum{values[position], nulls[position]}; },
      inputs);
}

}  // namespace pgscore::pg
