#include "pg/registry/query_argument.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/spi.h"
#include "utils/plancache.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct Described {
  int statements;
  bool is_select;
  TupleDesc columns;  // null: it returns no rows
};

/// Inside SPI.
Described describe(const char *query) {
  return call([query] {
    SPIPlanPtr plan = SPI_prepare(query, 0, nullptr);
    if (plan == nullptr) elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
    List *sources = SPI_plan_get_plan_sources(plan);
    Described found{list_length(sources), false, nullptr};
    if (found.statements == 1) {
      const auto *source = static_cast<const CachedPlanSource *>(linitial(sources));
      found.is_select = source->commandTag == CMDTAG_SELECT;
      found.columns = source->resultDesc;
    }
    return found;
  });
}

}  // namespace

std::vector<std::string> columns_of_query(const std::string &query) {
  call([] { SPI_connect(); });
  const Described found = describe(query.c_str());
  std::vector<std::string> names;
  if (found.columns != nullptr)
    for (int i = 0; i < found.columns->natts; ++i)
      names.emplace_back(NameStr(TupleDescAttr(found.columns, i)->attname));
  call([] { SPI_finish(); });
  if (found.statements != 1)
    throw Error(ErrorCode::kInvalidArgument,
                found.statements == 0 ? "the query is empty" : "the query has several statements");
  if (!found.is_select || found.columns == nullptr)
    throw Error(ErrorCode::kInvalidArgument, "the query is no SELECT", {},
                "Give a SELECT whose columns are those of the model.");
  return names;
}

void require_column(const std::vector<std::string> &columns, const std::string &column) {
  if (std::find(columns.begin(), columns.end(), column) != columns.end()) return;
  std::string names;
  for (const std::string &name : columns) names += (names.empty() ? "" : ", ") + name;
  throw Error(ErrorCode::kInvalidArgument, "the query has no column " + in_quotes(column), {},
              "Its columns are: " + names + ".");
}

std::string rows_of(const std::string &query) {
  const std::size_t last = query.find_last_not_of("; \t\r\n");
  return "(" + query.substr(0, last == query.npos ? 0 : last + 1) + "\n) AS q";
}

}  // namespace pgscore::pg
