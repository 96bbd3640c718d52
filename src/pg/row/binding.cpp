#include "pg/row/binding.hpp"

#include <cmath>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_name.hpp"

namespace pgscore::pg {
namespace {

bool is_row_type(Oid type) {
  return type == RECORDOID || call([type] { return type_is_rowtype(type); });
}

}  // namespace

Binding::Binding(plan::Plan plan, std::string model, int first, int last, MemoryContext memory)
    : plan_(plan), model_(std::move(model)), first_(first), last_(last), memory_(memory) {
  readers_.resize(plan_.num_inputs());
  for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i) {
    readers_[i].input = readers_[i].position = i;
    check_missing_ |= plan_.input_on_missing(i) != model::MissingPolicy::kNative;
  }
}

void Binding::wrong_count(std::int64_t given) const {
  throw Error(ErrorCode::kInvalidArgument,
              "model " + in_quotes(model_) + " has " + std::to_string(plan_.num_inputs()) + " features, but " +
                  std::to_string(given) + " values are given",
              {}, "Values by position follow the order of pgscore.model_features; a row or a jsonb object is read by name.");
}

void Binding::missing_column(std::uint32_t input, const std::string &columns) const {
  throw Error(ErrorCode::kMissingColumn,
              "column " + in_quotes(plan_.input_name(input)) + " required by model " + in_quotes(model_) + " is missing", {},
              "The input has columns: " + columns + ". Compare with pgscore.model_features.");
}

void Binding::bind_call(FunctionCallInfo fcinfo) {
  const int count = last_ - first_;
  if (count < 1) throw Error(ErrorCode::kInvalidArgument, "no input for model " + in_quotes(model_) + " is given");
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
    if (type == JSONOID) throw Error(ErrorCode::kTypeMismatch, "input of type json is not supported", {}, "Cast it to jsonb.");
    if (const Oid element = call([type] { return get_element_type(type); }); OidIsValid(element)) {
      shape_ = Shape::kArray;
      type_ = element;
      for (ValueReader &reader : readers_)
        reader.kind = value_kind(plan_, reader.input, element, plan_.input_name(reader.input), model_);
      return;
    }
  }
  bind_scalars(fcinfo);
}

void Binding::bind_scalars(FunctionCallInfo fcinfo) {
  if (last_ - first_ != static_cast<int>(plan_.num_inputs())) wrong_count(last_ - first_);
  FmgrInfo *function = fcinfo->flinfo;
  for (ValueReader &reader : readers_) {
    const int argument = first_ + static_cast<int>(reader.position);
    const Oid type = call([=] { return get_fn_expr_argtype(function, argument); });
    // A literal without a type (NULL, 'text') arrives as unknown: a C string.
    if (type == UNKNOWNOID) {
      const bool category = plan_.input_type(reader.input) == model::ColumnType::kCategory;
      if (!category && !PG_ARGISNULL(argument))
        throw Error(ErrorCode::kTypeMismatch,
                    "could not determine the type of the value for feature " + in_quotes(plan_.input_name(reader.input)), {},
                    "Add a cast to a number type.");
      reader.kind = category ? ValueKind::kCString : ValueKind::kFloat8;
      continue;
    }
    reader.kind = value_kind(plan_, reader.input, type, plan_.input_name(reader.input), model_);
  }
  shape_ = Shape::kScalars;
}

void Binding::bind_row(Oid type, std::int32_t typmod) {
  // Nothing of the old binding stays in use when this throws: type_ is set at the very end.
  type_ = InvalidOid;
  TupleDesc columns = call([=, this] {
    TupleDesc found = lookup_rowtype_tupdesc(type, typmod);
    MemoryContext outer = MemoryContextSwitchTo(memory_);
    TupleDesc copy = CreateTupleDescCopy(found);
    MemoryContextSwitchTo(outer);
    ReleaseTupleDesc(found);
    return copy;
  });
  if (columns_ != nullptr) FreeTupleDesc(columns_);
  columns_ = columns;
  datums_.resize(columns->natts);
  nulls_.resize(columns->natts);

  std::string names;
  bool unnamed = type == RECORDOID;  // ROW(a, b): the columns are called f1, f2, ...
  std::vector<int> position_of_input(plan_.num_inputs(), -1);
  for (int i = 0; i < columns->natts; ++i) {
    const FormData_pg_attribute *column = TupleDescAttr(columns, i);
    if (column->attisdropped) continue;
    const std::string_view name = NameStr(column->attname);
    names += (names.empty() ? "" : ", ") + std::string(name);
    unnamed = unnamed && name == "f" + std::to_string(i + 1);
    const std::int64_t input = plan_.find_input(name);
    if (input >= 0 && position_of_input[input] < 0) position_of_input[input] = i;
  }
  std::int64_t absent = -1;
  for (std::uint32_t i = 0; i < plan_.num_inputs() && absent < 0; ++i)
    if (position_of_input[i] < 0) absent = i;
  if (absent >= 0) {
    if (!unnamed) missing_column(static_cast<std::uint32_t>(absent), names);
    if (columns->natts != static_cast<int>(plan_.num_inputs())) wrong_count(columns->natts);
    for (std::uint32_t i = 0; i < plan_.num_inputs(); ++i) position_of_input[i] = static_cast<int>(i);
  }
  for (ValueReader &reader : readers_) {
    reader.position = static_cast<std::uint32_t>(position_of_input[reader.input]);
    const FormData_pg_attribute *column = TupleDescAttr(columns, reader.position);
    reader.kind = value_kind(plan_, reader.input, column->atttypid, NameStr(column->attname), model_);
  }
  type_ = type;
  typmod_ = typmod;
}

// ---- per row: frames without destructors from here on ---------------------------------------------------------------

RowStatus Binding::read(FunctionCallInfo fcinfo, double *inputs) {
  if (unlikely(shape_ == Shape::kUnknown)) bind_call(fcinfo);
  if (shape_ == Shape::kScalars) return read_scalars(fcinfo, inputs);
  if (PG_ARGISNULL(first_)) return RowStatus::kNull;
  const Datum input = PG_GETARG_DATUM(first_);
  switch (shape_) {
    case Shape::kRow:
      return read_row(input, inputs);
    case Shape::kJson:
      return read_json(input, inputs);
    default:
      return read_array(input, inputs);
  }
}

RowStatus Binding::store(std::uint32_t input, double value, double *inputs) {
  if (unlikely(value == model::kUnknownCategory) && plan_.input_type(input) == model::ColumnType::kCategory) {
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
        throw Error(ErrorCode::kUnknownCategory,
                    "unknown category for feature " + in_quotes(plan_.input_name(input)) + " of model " + in_quotes(model_), {},
                    "The model's policy for unknown categories (on_unknown) is error.");
    }
  }
  inputs[input] = value;
  if (unlikely(value != value)) {
    ++counts_.missing;
    if (unlikely(check_missing_)) {
      const model::MissingPolicy policy = plan_.input_on_missing(input);
      if (policy == model::MissingPolicy::kNull) return RowStatus::kNull;
      if (policy == model::MissingPolicy::kError)
        throw Error(ErrorCode::kMissingValue,
                    "missing value for feature " + in_quotes(plan_.input_name(input)) + " of model " + in_quotes(model_), {},
                    "The model's policy for missing values (on_missing) is error.");
    }
  }
  return RowStatus::kScorable;
}

RowStatus Binding::read_scalars(FunctionCallInfo fcinfo, double *inputs) {
  RowStatus status = RowStatus::kScorable;
  for (const ValueReader &reader : readers_) {
    const NullableDatum &argument = fcinfo->args[first_ + reader.position];
    const double value = argument.isnull ? model::kMissing : read_value(plan_, reader, argument.value);
    if (store(reader.input, value, inputs) == RowStatus::kNull) status = RowStatus::kNull;
  }
  return status;
}

RowStatus Binding::read_row(Datum row, double *inputs) {
  HeapTupleHeader header = DatumGetHeapTupleHeader(row);
  const Oid type = HeapTupleHeaderGetTypeId(header);
  const std::int32_t typmod = HeapTupleHeaderGetTypMod(header);
  if (unlikely(type != type_ || typmod != typmod_)) bind_row(type, typmod);
  HeapTupleData tuple;
  tuple.t_len = HeapTupleHeaderGetDatumLength(header);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_tableOid = InvalidOid;
  tuple.t_data = header;
  heap_deform_tuple(&tuple, columns_, datums_.data(), reinterpret_cast<bool *>(nulls_.data()));
  RowStatus status = RowStatus::kScorable;
  for (const ValueReader &reader : readers_) {
    const double value = nulls_[reader.position] ? model::kMissing : read_value(plan_, reader, datums_[reader.position]);
    if (store(reader.input, value, inputs) == RowStatus::kNull) status = RowStatus::kNull;
  }
  return status;
}

RowStatus Binding::read_array(Datum datum, double *inputs) {
  ArrayType *array = DatumGetArrayTypeP(datum);
  if (ARR_NDIM(array) > 1) throw Error(ErrorCode::kInvalidArgument, "the input array must have one dimension");
  const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  if (count != static_cast<int>(plan_.num_inputs())) wrong_count(count);
  int16 length;
  bool by_value;
  char align;
  get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
  Datum *values;
  bool *nulls;
  int found;
  deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &values, &nulls, &found);
  RowStatus status = RowStatus::kScorable;
  for (const ValueReader &reader : readers_) {
    const double value = nulls[reader.position] ? model::kMissing : read_value(plan_, reader, values[reader.position]);
    if (store(reader.input, value, inputs) == RowStatus::kNull) status = RowStatus::kNull;
  }
  return status;
}

}  // namespace pgscore::pg
