// Reads the rows of a call that is bound. Frames hold nothing with a destructor, so PostgreSQL
// functions that may ereport are called without a guard.
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/row/binding.hpp"
#include "pg/row/column_match.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Says whether the readers are for rows of this type. A named type may change while the call
/// lives: by an ALTER TABLE in a loop of PL/pgSQL, whose expressions live as long as the
/// transaction. The type cache gives each form of a type an identifier, and none while it does not
/// know the form.
inline bool Binding::is_bound_to(Oid type, std::int32_t typmod) const {
  return type == type_ && typmod == typmod_ &&
         (type_cache_ == nullptr || type_cache_->tupDesc_identifier == columns_identifier_);
}

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

/// Throws. `detail`: which value it is, where it is known; it tells which row the error is about.
void Binding::throw_unknown_category(std::uint32_t input, std::string detail) const {
  throw Error(ErrorCode::kUnknownCategory,
              "unknown category for feature " + in_quotes(feature_name(plan_, input)) +
                  " of model " + in_quotes(model_),
              std::move(detail),
              "The model's policy for unknown categories (on_unknown) is error.");
}

/// The policy is looked at before the text: where an unknown category is no error, its value is not
/// decompressed.
[[gnu::noinline]] void Binding::check_known(const ValueReader &reader, Datum value) {
  if (plan_.input_on_unknown(reader.input) != model::UnknownPolicy::kError) return;
  const SqlType type = reader.kind.type;
  if (type == SqlType::kText || type == SqlType::kBpchar)
    refuse_category(reader.input, text_of_value(type, value));
  else if (type == SqlType::kUnknown)
    refuse_category(reader.input, DatumGetCString(value));
  // store() refuses the others
}

void Binding::refuse_category(std::uint32_t input, std::string_view text) {
  if (plan_.input_type(input) != model::ColumnType::kCategory) return;
  ++counts_.unknown;
  throw_unknown_category(input, the_value_is(text));
}

/// Gives the code of a text whose trailing blanks mean nothing, and which is not found as it is.
[[gnu::noinline]] double Binding::category_of_padded(std::uint32_t input, std::string_view text) {
  if (padded_.empty()) padded_.resize(plan_.num_inputs());
  return static_cast<double>(padded_[input].find(plan_, input, row_text_in_utf8(text)));
}

/// Throws for a float that is no category, of a feature whose categories are all texts: other types
/// are refused before a row is read.
[[gnu::noinline]] void Binding::refuse_number(const ValueReader &reader) const {
  if (reader.kind.type != SqlType::kFloat4 && reader.kind.type != SqlType::kFloat8) return;
  if (takes_numbers(plan_, reader.input)) return;
  throw Error(
      ErrorCode::kTypeMismatch,
      "feature " + in_quotes(feature_name(plan_, reader.input)) + " of model " + in_quotes(model_) +
          " got a number, but its categories are texts",
      "One of them is " + in_quotes(in_server_encoding(plan_.category(reader.input, 0))) + ".",
      "Pass the texts that the model was trained with. pgscore.model_features lists them.");
}

/// Reads a text that the cache of its categories does not know.
[[gnu::noinline]] RowStatus Binding::read_other_text(const ValueReader &reader, Datum value,
                                                     double *inputs) {
  double code = model::kUnknownCategory;
  if (reader.kind.type == SqlType::kBpchar)
    code = category_of_padded(reader.input, text_of_value(reader.kind.type, value));
  if (code < 0) check_known(reader, value);
  return store(reader.input, code, inputs);
}

/// Reads a category that has no cache.
RowStatus Binding::read_category(const ValueReader &reader, Datum value, double *inputs) {
  const double code = read_value(plan_, reader, value);
  if (unlikely(code == model::kUnknownCategory)) {
    refuse_number(reader);
    check_known(reader, value);
  }
  return store(reader.input, code, inputs);
}

/// Reads common kinds without a call: a number that is there and in range has no policies.
[[gnu::always_inline]] inline RowStatus Binding::read_one(const ValueReader &reader,
                                                          NullableDatum value, double *inputs) {
  double number = model::kMissing;
  if (likely(!value.isnull)) {
    const auto [type, use] = reader.kind;
    if (reader.cache != ValueReader::kNoCache) {
      number = static_cast<double>(caches_[reader.cache].find(text_of_value(type, value.value)));
      if (unlikely(number < 0)) return read_other_text(reader, value.value, inputs);
    } else if (use != ValueUse::kNumber) {
      return read_category(reader, value.value, inputs);
    } else if (type == SqlType::kFloat8) {
      number = DatumGetFloat8(value.value);
    } else if (type == SqlType::kFloat4) {
      number = DatumGetFloat4(value.value);
    } else if (type == SqlType::kInt4) {
      number = DatumGetInt32(value.value);
    } else {
      return store(reader.input, read_value(plan_, reader, value.value), inputs);
    }
    if (likely(std::fabs(number) <= greatest_[reader.input])) {  // not when NaN
      inputs[reader.input] = number;
      return RowStatus::kScorable;
    }
  }
  return store(reader.input, number, inputs);
}

/// Reads the values of all readers. `value_at(position)` gives the value there. Plain numbers are
/// read without a branch, since the processor cannot predict which of them are NULL.
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
