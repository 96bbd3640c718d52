// Converts texts between models, which have UTF-8, and the database, which has its own encoding.
//
// The encoding SQL_ASCII does not say what bytes beyond ASCII mean. Texts of models go into such a
// database as they are; a text of a row must be UTF-8 there to be compared with them.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.hpp"

namespace pgscore::pg {

/// Gives a text of the database in UTF-8: `text` itself or memory of the current context. Throws
/// PgError.
std::string_view in_utf8(std::string_view text);

/// Gives the same for values of rows, without a guard: it may ereport, so no frame above may hold
/// what needs a destructor. Throws kUnknownCategory for a text of SQL_ASCII that is not UTF-8.
std::string_view row_text_in_utf8(std::string_view text);

/// Gives a text of a model in the encoding of the database: `text` itself or memory of the current
/// context. Throws PgError when the encoding lacks one of its characters; imports refuse such
/// texts.
std::string_view in_server_encoding(std::string_view text);

/// Says whether the encoding of the database has all characters of `text`, which is UTF-8.
bool fits_server_encoding(std::string_view text);

/// Gives a text like in_server_encoding, for people to read: with "?" for each character that the
/// encoding of the database lacks.
std::string shown_in_server_encoding(std::string_view text);

/// The same for all texts of an error.
Error shown_in_server_encoding(const Error &error);

/// Runs core code on texts of a model: it speaks UTF-8, also in what it throws. Gives what `body`
/// gives, and throws its errors in the encoding of the database.
template <class Body>
auto with_errors_shown(Body body) -> std::invoke_result_t<Body &> {
  try {
    return body();
  } catch (const Error &error) {
    throw shown_in_server_encoding(error);
  }
}

}  // namespace pgscore::pg
