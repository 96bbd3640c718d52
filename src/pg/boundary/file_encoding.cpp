#include "pg/boundary/file_encoding.hpp"

#include <array>
#include <limits>

#include "base/error.hpp"
#include "base/shown_text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "mb/pg_wchar.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Names of the IANA register and of Microsoft's tools that PostgreSQL does not know.
struct Alias {
  std::string_view name;
  pg_enc encoding;
};
constexpr std::array kAliases = {
    Alias{"cp1250", PG_WIN1250},     Alias{"cp1251", PG_WIN1251}, Alias{"cp1252", PG_WIN1252},
    Alias{"cp1253", PG_WIN1253},     Alias{"cp1254", PG_WIN1254}, Alias{"cp1255", PG_WIN1255},
    Alias{"cp1256", PG_WIN1256},     Alias{"cp1257", PG_WIN1257}, Alias{"cp1258", PG_WIN1258},
    Alias{"ibm866", PG_WIN866},      Alias{"cp866", PG_WIN866},   Alias{"tis-620", PG_WIN874},
    Alias{"cp874", PG_WIN874},       Alias{"cp932", PG_SJIS},     Alias{"windows-31j", PG_SJIS},
    Alias{"x-sjis", PG_SJIS},        Alias{"ms932", PG_SJIS},     Alias{"gb2312", PG_GBK},
    Alias{"cp936", PG_GBK},          Alias{"ms936", PG_GBK},      Alias{"cp949", PG_UHC},
    Alias{"ks_c_5601-1987", PG_UHC}, Alias{"cp950", PG_BIG5},     Alias{"big5-hkscs", PG_BIG5},
    Alias{"iso-8859-15", PG_LATIN9},
};

int encoding_named(std::string_view name) {
  for (const Alias &alias : kAliases)
    if (alias.name == name) return alias.encoding;
  const std::string text(name);
  const int encoding = pg_char_to_encoding(text.c_str());
  return encoding == PG_SQL_ASCII || encoding == PG_UTF8 ? -1 : encoding;
}

}  // namespace

std::string file_text_in_utf8(std::string_view encoding, Bytes text) {
  const int from = encoding_named(encoding);
  const std::string advice =
      "Convert the file to UTF-8 and have its declaration say so: iconv -f " +
      std::string(encoding.substr(0, 40)) + " -t UTF-8.";
  if (from < 0)
    throw Error(
        ErrorCode::kUnsupportedModel,
        "the file is in the encoding " + shown(encoding) + ", which PostgreSQL does not know", {},
        advice);
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw Error(ErrorCode::kLimitExceeded, "the file is too large to be converted to UTF-8", {},
                advice);
  const char *bytes = as_text(text).data();
  const int size = static_cast<int>(text.size());
  const int valid = call([=] { return pg_encoding_verifymbstr(from, bytes, size); });
  if (valid != size)
    throw Error(ErrorCode::kInvalidModel,
                "the file is not in the encoding " + shown(encoding) + " that it names",
                "Byte " + std::to_string(valid + 1) + " is the first that has no meaning there.",
                "Have the XML declaration name the encoding that the file is in.");
  // For a character that Unicode lacks PostgreSQL raises an error, which names it.
  return call([=] {
           auto *source =
               const_cast<unsigned char *>(reinterpret_cast<const unsigned char *>(bytes));
           unsigned char *converted = pg_do_encoding_conversion(source, size, from, PG_UTF8);
           return std::string_view(reinterpret_cast<char *>(converted),
                                   strlen(reinterpret_cast<char *>(converted)));
         })
      .data();
}

}  // namespace pgscore::pg
