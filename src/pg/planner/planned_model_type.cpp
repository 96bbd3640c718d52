// The SQL type planned_model: the text of registry/planned_model.hpp, checked when it is read. The
// planner makes values without this input function, so a text that it reads was planned elsewhere.
#include "pg/boundary/guard.hpp"
#include "registry/planned_model.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Datum planned_model_in(FunctionCallInfo fcinfo) {
  const char *given = PG_GETARG_CSTRING(0);
  const std::string canonical =
      to_text(registry::as_planned_elsewhere(registry::parse_planned_model(given)));
  const char *data = canonical.data();
  const int size = static_cast<int>(canonical.size());
  return PointerGetDatum(call([=] { return cstring_to_text_with_len(data, size); }));
}

Datum planned_model_out(FunctionCallInfo fcinfo) {
  const Datum value = PG_GETARG_DATUM(0);
  return CStringGetDatum(call([value] { return TextDatumGetCString(value); }));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(planned_model_in, pgscore::pg::planned_model_in);
PGSCORE_FUNCTION(planned_model_out, pgscore::pg::planned_model_out);
