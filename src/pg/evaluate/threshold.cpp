#include "pg/evaluate/threshold.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/query_argument.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/spi.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

void check_arguments(plan::Plan plan, const std::string &model, const std::string &metric,
                     double at) {
  if (plan.num_labels() != 2 || plan.num_probabilities() == 0)
    throw Error(ErrorCode::kWrongTask,
                "a threshold needs a model with probabilities of two classes, model " +
                    in_quotes(model) + " has none");
  if (metric == "precision" || metric == "recall") {
    if (!(at > 0 && at <= 1))
      throw Error(ErrorCode::kInvalidArgument, metric + " is not above 0 and up to 1");
  } else if (metric == "cost") {
    if (!(at > 0 && at < 1e300))
      throw Error(ErrorCode::kInvalidArgument, "cost is not above 0", {},
                  "It says how many false alarms are as bad as one positive row that is missed.");
  } else {
    throw Error(ErrorCode::kInvalidArgument, "metric " + in_quotes(metric) + " is unknown", {},
                "Use precision, recall or cost.");
  }
}

/// Which of the cuts, which have tp and fp (rows above), p and n (rows of each class), is wanted.
const char *choice_of(const std::string &metric) {
  if (metric == "precision")
    return "AND tp OPERATOR(pg_catalog.>=) ($3 OPERATOR(pg_catalog.*) (tp OPERATOR(pg_catalog.+) "
           "fp)) ORDER BY tp DESC, threshold DESC";
  if (metric == "recall")
    return "AND tp OPERATOR(pg_catalog.>=) ($3 OPERATOR(pg_catalog.*) p) ORDER BY (tp "
           "OPERATOR(pg_catalog./) (tp OPERATOR(pg_catalog.+) fp)) DESC, threshold DESC";
  return "ORDER BY (((p OPERATOR(pg_catalog.-) tp) OPERATOR(pg_catalog.*) $3) "
         "OPERATOR(pg_catalog.+) fp), threshold DESC";
}

}  // namespace

std::optional<double> find_threshold(const EvaluationRequest &request,
                                     const ResolvedVersion &version, const std::string &metric,
                                     double at) {
  const PlanRef ref = plan_of(version);
  const plan::Plan plan = ref.plan();
  check_arguments(plan, request.reference, metric, at);
  require_column(columns_of_query(request.query), request.label);
  const std::string label = column_of_rows(request.label);
  // predict_class takes what is above a threshold: between a score and the next lower one lies the
  // cut that takes the score, half-way so that rounding does not matter.
  const std::string statement =
      "SELECT (SELECT pg_catalog.min(label) FROM scored WHERE actual IS NULL), (SELECT threshold "
      "FROM cuts WHERE p OPERATOR(pg_catalog.>) 0 AND n OPERATOR(pg_catalog.>) 0 " +
      std::string(choice_of(metric)) + " LIMIT 1)";
  const std::string with =
      "WITH scored AS MATERIALIZED (SELECT " + class_of_label(plan, label) + " AS actual, (" +
      label + ")::pg_catalog.text AS label, " + metrics_schema() + "predict($1, q) AS score FROM " +
      rows_of(request.query) + " WHERE " + label +
      " IS NOT NULL), counts AS (SELECT score, pg_catalog.count(*) FILTER (WHERE actual "
      "OPERATOR(pg_catalog.=) $2) AS positives, pg_catalog.count(*) FILTER (WHERE actual "
      "OPERATOR(pg_catalog.<>) $2) AS negatives FROM scored WHERE score IS NOT NULL GROUP BY "
      "score), cuts AS (SELECT COALESCE((score OPERATOR(pg_catalog.+) pg_catalog.lead(score) OVER "
      "down) OPERATOR(pg_catalog./) 2::pg_catalog.float8, 0) AS threshold, "
      "(pg_catalog.sum(positives) OVER down)::pg_catalog.float8 AS tp, (pg_catalog.sum(negatives) "
      "OVER down)::pg_catalog.float8 AS fp, (pg_catalog.sum(positives) OVER "
      "())::pg_catalog.float8 AS p, (pg_catalog.sum(negatives) OVER ())::pg_catalog.float8 AS n "
      "FROM counts WINDOW down AS (ORDER BY score USING OPERATOR(pg_catalog.>))) ";
  call([] { SPI_connect(); });
  const Result rows =
      execute((with + statement).c_str(),
              {parameter(request.reference),
               parameter(in_server_encoding(plan.label(plan.positive()))), parameter(at)},
              true);
  call([] { SPI_finish(); });
  const auto &row = rows.first();
  if (!row[0].is_null()) check_labels(plan, request.reference, row[0].text());
  if (row[1].is_null()) return std::nullopt;
  return row[1].float8();
}

}  // namespace pgscore::pg
