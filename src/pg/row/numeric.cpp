#include "pg/row/numeric.hpp"

#include <cstdint>
#include <cstring>

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/fmgrprotos.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// A numeric of few digits. On disk it is a header, then digits of base 10000, the first of weight
/// `weight` (src/backend/utils/adt/numeric.c, struct NumericShort, the same since 9.1).
struct ShortNumeric {
  static constexpr unsigned kMaxDigits = 4;
  std::uint64_t digits = 0;  // as one whole number
  int exponent = 0;          // of 10
  bool negative = false;
};

bool read_short(const char *data, std::size_t size, ShortNumeric &out) {
  constexpr unsigned kFormMask = 0xC000, kShortForm = 0x8000, kSign = 0x2000, kWeightSign = 0x0040,
                     kWeight = 0x003F;
  std::uint16_t header;
  if (size < sizeof header) return false;
  std::memcpy(&header, data, sizeof header);
  const auto num_digits = static_cast<unsigned>((size - sizeof header) / sizeof(std::int16_t));
  if ((header & kFormMask) != kShortForm || num_digits > ShortNumeric::kMaxDigits) return false;
  for (unsigned i = 0; i < num_digits; ++i) {
    std::int16_t digit;
    std::memcpy(&digit, data + sizeof header + i * sizeof digit, sizeof digit);
    out.digits = out.digits * 10000 + static_cast<std::uint64_t>(digit);
  }
  const int weight = static_cast<int>(header & kWeight) - ((header & kWeightSign) != 0 ? 64 : 0);
  out.exponent = num_digits == 0 ? 0 : 4 * (weight - static_cast<int>(num_digits) + 1);
  out.negative = (header & kSign) != 0;
  return true;
}

}  // namespace

double number_of_numeric(Datum numeric) {
  // A whole number up to 2^53 and a power of ten up to 10^22 are exact doubles, so their product or
  // quotient is rounded once (W. Clinger, How to read floating point numbers accurately, 1990).
  constexpr double kPowers[] = {1, 1e4, 1e8, 1e12, 1e16, 1e20};
  const auto *value = reinterpret_cast<const struct varlena *>(PG_DETOAST_DATUM_PACKED(numeric));
  ShortNumeric parts;
  if (read_short(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), parts) &&
      parts.digits <= std::uint64_t{1} << 53 && parts.exponent >= -20 && parts.exponent <= 20) {
    const auto digits =
        static_cast<double>(parts.negative ? -static_cast<std::int64_t>(parts.digits)
                                           : static_cast<std::int64_t>(parts.digits));
    return parts.exponent < 0 ? digits / kPowers[-parts.exponent / 4]
                              : digits * kPowers[parts.exponent / 4];
  }
  return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
}

}  // namespace pgscore::pg
