// Exceptions -> PostgreSQL errors. Only pgscore::Error is an error for users; any other exception
// is a bug in pgscore.
#include "pg/boundary/guard.hpp"

#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "base/error.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

int sqlstate_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidModel:
      return ERRCODE_INVALID_BINARY_REPRESENTATION;
    case ErrorCode::kUnsupportedModel:
      return ERRCODE_FEATURE_NOT_SUPPORTED;
    case ErrorCode::kLimitExceeded:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case ErrorCode::kInvalidArgument:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case ErrorCode::kMissingColumn:
      return ERRCODE_UNDEFINED_COLUMN;
    case ErrorCode::kTypeMismatch:
      return ERRCODE_DATATYPE_MISMATCH;
    case ErrorCode::kMissingValue:
      return ERRCODE_NULL_VALUE_NOT_ALLOWED;
    case ErrorCode::kOutOfRange:
      return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
    case ErrorCode::kUnknownCategory:
      return ERRCODE_INVALID_TEXT_REPRESENTATION;  // as an unknown enum label
    case ErrorCode::kUndefinedModel:
      return ERRCODE_UNDEFINED_OBJECT;
    case ErrorCode::kDuplicateModel:
      return ERRCODE_DUPLICATE_OBJECT;
    case ErrorCode::kPermissionDenied:
      return ERRCODE_INSUFFICIENT_PRIVILEGE;
    case ErrorCode::kWrongTask:
      return ERRCODE_WRONG_OBJECT_TYPE;
    case ErrorCode::kDependentObjects:
      return ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST;
    case ErrorCode::kStalePlan:
      return ERRCODE_T_R_SERIALIZATION_FAILURE;  // what clients retry
    case ErrorCode::kCorruptedPlan:
      return ERRCODE_DATA_CORRUPTED;
    case ErrorCode::kInternal:
      return ERRCODE_INTERNAL_ERROR;
  }
  return ERRCODE_INTERNAL_ERROR;
}

/// Copies a message. It may quote names out of untrusted files, which may hold any bytes: those
/// that are no character of the database encoding become '?', and a text that does not fit ends in
/// "...". pg_encoding_verifymbchar neither allocates nor raises.
template <std::size_t Size>
void copy_text(char (&out)[Size], std::string_view text) noexcept {
  constexpr std::string_view kEllipsis = "...";
  const int encoding = GetDatabaseEncoding();
  // `fits`: the last end of a character that leaves room for the ellipsis
  std::size_t used = 0, fits = 0;
  while (!text.empty()) {
    int length = text[0] == '\0' ? -1
                                 : pg_encoding_verifymbchar(
                                       encoding, text.data(),
                                       static_cast<int>(text.size() < 8 ? text.size() : 8));
    const bool valid = length > 0;
    if (!valid) length = 1;
    if (used + length >= Size) {
      std::memcpy(out + fits, kEllipsis.data(), kEllipsis.size());
      used = fits + kEllipsis.size();
      break;
    }
    std::memcpy(out + used, valid ? text.data() : "?", length);
    used += length;
    if (used + kEllipsis.size() < Size) fits = used;
    text.remove_prefix(length);
  }
  out[used] = '\0';
}

}  // namespace

void capture_exception(Failure &failure) noexcept {
  failure.rethrow = nullptr;
  failure.sqlstate = ERRCODE_INTERNAL_ERROR;
  failure.message[0] = failure.detail[0] = failure.hint[0] = failure.context[0] = '\0';
  try {
    throw;
  } catch (const PgError &error) {
    failure.rethrow = error.data;
  } catch (const Error &error) {
    failure.sqlstate = sqlstate_of(error.code());
    copy_text(failure.message, error.message());
    copy_text(failure.detail, error.detail());
    copy_text(failure.hint, error.hint());
    copy_text(failure.context, error.context());
  } catch (const std::bad_alloc &) {
    failure.sqlstate = ERRCODE_OUT_OF_MEMORY;
    copy_text(failure.message, "out of memory");
  } catch (const std::exception &error) {
    copy_text(failure.message, "unexpected internal error");
    copy_text(failure.detail, error.what());
  } catch (...) {
    copy_text(failure.message, "unexpected internal error");
  }
}

void raise_failure(const Failure &failure) {
  if (failure.rethrow != nullptr) ReThrowError(failure.rethrow);
  ereport(ERROR, (errcode(failure.sqlstate), errmsg_internal("%s", failure.message),
                  failure.detail[0] != '\0' ? errdetail_internal("%s", failure.detail) : 0,
                  failure.hint[0] != '\0' ? errhint("%s", failure.hint) : 0,
                  failure.context[0] != '\0' ? (errcontext("%s", failure.context)) : 0));
  pg_unreachable();
}

}  // namespace pgscore::pg
