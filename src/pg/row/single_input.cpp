#include "pg/row/single_input.hpp"

#include <utility>

#include "pg/boundary/guard.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/makefuncs.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

SingleInput::SingleInput(plan::Plan plan, std::string model, Oid type, MemoryContext memory)
    : function_(call([=] {
        MemoryContext outer = MemoryContextSwitchTo(memory);
        auto *function = static_cast<FmgrInfo *>(palloc0(sizeof(FmgrInfo)));
        function->fn_mcxt = memory;
        Node *argument = reinterpret_cast<Node *>(makeNullConst(type, -1, InvalidOid));
        function->fn_expr =
            reinterpret_cast<Node *>(makeFuncExpr(InvalidOid, FLOAT8OID, list_make1(argument),
                                                  InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
        MemoryContextSwitchTo(outer);
        return function;
      })),
      binding_(plan, std::move(model), 0, 1, memory) {}

RowStatus SingleInput::read(Datum value, double *inputs) {
  LOCAL_FCINFO(fcinfo, 1);
  InitFunctionCallInfoData(*fcinfo, function_, 1, InvalidOid, nullptr, nullptr);
  fcinfo->args[0].value = value;
  fcinfo->args[0].isnull = false;
  return binding_.read(fcinfo, inputs);
}

}  // namespace pgscore::pg
