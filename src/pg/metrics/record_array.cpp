#include "pg/metrics/record_array.hpp"

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

constexpr int kMaxColumns = 16;
// Alignment and the header of an array are filled with them.
constexpr char kZeros[ARR_OVERHEAD_NONULLS(1)] = {};

}  // namespace

RecordArray::RecordArray(FunctionCallInfo fcinfo) {
  const Oid function = fcinfo->flinfo->fn_oid;
  StringInfo bytes = &bytes_;
  struct Type {
    Oid oid;
    TupleDesc columns;
  };
  const Type type = call([=] {
    const Oid element = get_element_type(get_func_rettype(function));
    initStringInfo(bytes);
    appendBinaryStringInfo(bytes, kZeros, sizeof(kZeros));
    return Type{element, lookup_rowtype_tupdesc_copy(element, -1)};
  });
  type_ = type.oid;
  columns_ = type.columns;
}

void RecordArray::add(std::initializer_list<Datum> values, const char *hint) {
  if (static_cast<int>(values.size()) != columns_->natts || columns_->natts > kMaxColumns)
    throw Error(ErrorCode::kInternal, "record has other columns than its type");
  struct Record {
    HeapTuple tuple;
    int padding;  // before it
  };
  const Datum *data = values.begin();
  const Record record = call([this, data] {
    bool nulls[kMaxColumns] = {};
    HeapTuple tuple = heap_form_tuple(columns_, const_cast<Datum *>(data), nulls);
    return Record{tuple, static_cast<int>(MAXALIGN(bytes_.len)) - bytes_.len};
  });
  if (bytes_.len + static_cast<std::size_t>(record.padding) + record.tuple->t_len >
      MaxAllocSize - 1)
    throw Error(ErrorCode::kLimitExceeded, "result has too many records",
                "A value has 1 GB at most; " + std::to_string(count_) + " records take it.", hint);
  call([this, record] {
    appendBinaryStringInfo(&bytes_, kZeros, record.padding);
    appendBinaryStringInfo(&bytes_, reinterpret_cast<char *>(record.tuple->t_data),
                           static_cast<int>(record.tuple->t_len));
    heap_freetuple(record.tuple);
  });
  if (++count_ % 4096 == 0) check_interrupts();
}

Datum RecordArray::result() {
  if (count_ == 0) return call([this] { return PointerGetDatum(construct_empty_array(type_)); });
  auto *array = reinterpret_cast<ArrayType *>(bytes_.data);
  SET_VARSIZE(array, bytes_.len);
  array->ndim = 1;
  array->dataoffset = 0;
  array->elemtype = type_;
  ARR_DIMS(array)[0] = count_;
  ARR_LBOUND(array)[0] = 1;
  return PointerGetDatum(array);
}

}  // namespace pgscore::pg
