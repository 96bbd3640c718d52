// SQL: pgscore.predict_support, the planner support function of all scoring functions.
#include "pg/boundary/guard.hpp"
#include "pg/planner/rewrite.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Datum predict_support(FunctionCallInfo fcinfo) {
  auto *request = reinterpret_cast<Node *>(PG_GETARG_POINTER(0));
  if (IsA(request, SupportRequestSimplify))
    return PointerGetDatum(rewrite_call(*reinterpret_cast<SupportRequestSimplify *>(request)));
  if (IsA(request, SupportRequestCost) &&
      estimate_cost(*reinterpret_cast<SupportRequestCost *>(request)))
    return PointerGetDatum(request);
  return Datum{0};
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(predict_support, pgscore::pg::predict_support);
