// As compat.hpp, for making values of jsonb, whose unfinished state 19 took into a struct.
#pragma once
#include "pg/postgres.hpp"

namespace pgscore::pg::compat {

// A value of jsonb that is being made. To be initialised with zeros, {}; `result` is set when the
// value is complete. All is memory of the current context.
#if PG_VERSION_NUM >= 190000
using JsonbState = JsonbInState;
#else
struct JsonbState {
  JsonbValue *result;
  JsonbParseState *levels;
};
#endif

/// Adds what `token` begins or ends, or the key, element or value that `value` holds. Keeps the
/// pointers of `value`, not the struct. May ereport.
inline void push_jsonb(JsonbState *state, JsonbIteratorToken token, JsonbValue *value) {
#if PG_VERSION_NUM >= 190000
  pushJsonbValue(state, token, value);
#else
  state->result = pushJsonbValue(&state->levels, token, value);
#endif
}

}  // namespace pgscore::pg::compat
