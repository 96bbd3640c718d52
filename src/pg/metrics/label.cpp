#include "pg/metrics/label.hpp"

#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

void LabelReader::set_type(FunctionCallInfo fcinfo, int number, const char *hint) {
  const FmgrInfo *function = fcinfo->flinfo;
  const Oid type = call(
      [=] { return getBaseType(get_fn_expr_argtype(const_cast<FmgrInfo *>(function), number)); });
  switch (type) {
    case BOOLOID:
      kind_ = Kind::kBool;
      return;
    case INT2OID:
      kind_ = Kind::kInt2;
      return;
    case INT4OID:
      kind_ = Kind::kInt4;
      return;
    case INT8OID:
      kind_ = Kind::kInt8;
      return;
    case FLOAT4OID:
      kind_ = Kind::kFloat4;
      return;
    case FLOAT8OID:
      kind_ = Kind::kFloat8;
      return;
    case NUMERICOID:
      kind_ = Kind::kNumeric;
      return;
    default:
      throw Error(ErrorCode::kTypeMismatch,
                  "labels of type " + std::string(call([type] { return format_type_be(type); })) +
                      " do not say which rows are positive",
                  {}, hint);
  }
}

bool LabelReader::is_one(Datum label) const {
  double value = 0;
  switch (kind_) {
    case Kind::kInt2:
      value = DatumGetInt16(label);
      break;
    case Kind::kInt4:
      value = DatumGetInt32(label);
      break;
    case Kind::kInt8:
      value = static_cast<double>(DatumGetInt64(label));
      break;
    case Kind::kFloat4:
      value = DatumGetFloat4(label);
      break;
    case Kind::kFloat8:
      value = DatumGetFloat8(label);
      break;
    default:
      value = call([label] {
        return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, label));
      });
  }
  if (value != 0 && value != 1)
    throw Error(ErrorCode::kInvalidArgument, "label is neither 0 nor 1",
                "A row has the label " + number_text(value) + ".",
                "Of more than two classes, pass a condition that is true for the positive one.");
  return value == 1;
}

}  // namespace pgscore::pg
