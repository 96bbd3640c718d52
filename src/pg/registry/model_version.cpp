// The type model_version is a text of the form 'name@number'. Its input function checks the form
// and does not look the model up: while a dump is restored, generated columns come before the rows
// of the catalog.
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "libpq/pqformat.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

Datum make(std::string_view text) {
  const registry::ModelReference reference = registry::parse_model_reference(text);
  if (!reference.version)
    throw Error(ErrorCode::kInvalidArgument,
                in_quotes(text) + " does not name a version of a model", {},
                "Write the number of the version, as in \"" + reference.model + "@1\".");
  const std::string canonical = reference.model + "@" + std::to_string(*reference.version);
  const char *data = canonical.data();
  const int size = static_cast<int>(canonical.size());
  return PointerGetDatum(call([=] { return cstring_to_text_with_len(data, size); }));
}

Datum model_version_in(FunctionCallInfo fcinfo) { return make(PG_GETARG_CSTRING(0)); }

Datum model_version_out(FunctionCallInfo fcinfo) {
  const Datum value = PG_GETARG_DATUM(0);
  return CStringGetDatum(call([value] { return TextDatumGetCString(value); }));
}

Datum model_version_recv(FunctionCallInfo fcinfo) {
  auto buffer = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  struct Received {
    const char *text;
    int size;
  };
  const Received received = call([buffer]() -> Received {
    int size;
    const char *text = pq_getmsgtext(buffer, buffer->len - buffer->cursor, &size);
    return {text, size};
  });
  return make({received.text, static_cast<std::size_t>(received.size)});
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(model_version_in, pgscore::pg::model_version_in);
PGSCORE_FUNCTION(model_version_out, pgscore::pg::model_version_out);
PGSCORE_FUNCTION(model_version_recv, pgscore::pg::model_version_recv);
