#include "pg/boundary/encoding.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/shown_text.hpp"
#include "base/utf8.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/namespace.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Says whether the text is ASCII, which means the same in every encoding of a server.
bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

bool server_is_utf8() { return GetDatabaseEncoding() == PG_UTF8; }
bool server_is_unknown() { return GetDatabaseEncoding() == PG_SQL_ASCII; }
bool stays_as_it_is(std::string_view text) {
  return server_is_utf8() || server_is_unknown() || is_ascii(text);
}

int length_of(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

std::string_view in_utf8(std::string_view text) {
  if (stays_as_it_is(text)) return text;
  return call([text] {
    return static_cast<const char *>(pg_server_to_any(text.data(), length_of(text), PG_UTF8));
  });
}

std::string_view row_text_in_utf8(std::string_view text) {
  if (server_is_utf8() || is_ascii(text)) return text;
  if (!server_is_unknown()) return pg_server_to_any(text.data(), length_of(text), PG_UTF8);
  if (is_utf8(text)) return text;
  throw Error(ErrorCode::kUnknownCategory, "text " + shown(text) + " is not valid UTF-8",
              "The encoding of the database is SQL_ASCII, which does not say what the bytes of a "
              "text mean; texts of models are "
              "UTF-8.",
              "Store the text in UTF-8, or use a database that has an encoding.");
}

std::string_view in_server_encoding(std::string_view text) {
  if (stays_as_it_is(text)) return text;
  return call([text] {
    return static_cast<const char *>(pg_any_to_server(text.data(), length_of(text), PG_UTF8));
  });
}

bool fits_server_encoding(std::string_view text) {
  if (stays_as_it_is(text)) return true;
  return call([text] {
    const Oid conversion = FindDefaultConversionProc(PG_UTF8, GetDatabaseEncoding());
    if (!OidIsValid(conversion)) return false;
    const std::size_t size = text.size() * MAX_CONVERSION_GROWTH + 1;
    auto *source = static_cast<unsigned char *>(palloc(text.size() + 1));
    auto *converted = static_cast<unsigned char *>(palloc_extended(size, MCXT_ALLOC_HUGE));
    memcpy(source, text.data(), text.size());
    source[text.size()] = '\0';
    const int done =
        pg_do_encoding_conversion_buf(conversion, PG_UTF8, GetDatabaseEncoding(), source,
                                      length_of(text), converted, static_cast<int>(size), true);
    pfree(source);
    pfree(converted);
    return done == length_of(text);
  });
}

std::string shown_in_server_encoding(std::string_view text) {
  if (fits_server_encoding(text)) return std::string(in_server_encoding(text));
  std::string out;
  while (!text.empty()) {
    const int length = std::clamp(
        pg_utf_mblen(reinterpret_cast<const unsigned char *>(text.data())), 1, length_of(text));
    const std::string_view character = text.substr(0, static_cast<std::size_t>(length));
    out += fits_server_encoding(character) ? in_server_encoding(character) : "?";
    text.remove_prefix(character.size());
  }
  return out;
}

Error shown_in_server_encoding(const Error &error) {
  const auto shown_text = [](const std::string &text) { return shown_in_server_encoding(text); };
  return Error(error.code(), shown_text(error.message()), shown_text(error.detail()),
               shown_text(error.hint()))
      .during(shown_text(error.context()));
}

}  // namespace pgscore::pg
