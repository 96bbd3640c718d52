// evaluate, record_evaluation, threshold_for: is a model good, and where to cut its scores.
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/evaluate/evaluation.hpp"
#include "pg/evaluate/threshold.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/result_rows.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

EvaluationRequest request_argument(FunctionCallInfo fcinfo) {
  return {text_argument(fcinfo, 0, "name"), text_argument(fcinfo, 1, "query"),
          text_argument(fcinfo, 2, "label"), optional_text_argument(fcinfo, 3)};
}

/// The model's name and a number: 'credit@3', whatever the name stands for later.
std::string fixed(const std::string &reference, int version) {
  return registry::parse_model_reference(reference).model + "@" + std::to_string(version);
}

NullableDatum text_or_null(const std::optional<std::string> &text) {
  return text ? column(text_result(*text)) : null_column();
}

/// evaluate(name, query, label, by) -> version, segment, metric, value, rows
Datum evaluate_model(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  EvaluationRequest request = request_argument(fcinfo);
  const ResolvedVersion version = resolve_for_scoring(request.reference);
  request.reference = fixed(request.reference, version.version);
  for (const Measure &measure : evaluate(request, version))
    rows.add({column(Int32GetDatum(version.version)), text_or_null(measure.segment),
              column(text_result(measure.metric)),
              measure.value ? column(Float8GetDatum(*measure.value)) : null_column(),
              column(Int64GetDatum(measure.rows))});
  return 0;
}

/// record_evaluation(name, query, label, by, comment) -> id
Datum record_evaluation(FunctionCallInfo fcinfo) {
  EvaluationRequest request = request_argument(fcinfo);
  const auto comment = optional_text_argument(fcinfo, 4);
  const std::string name = registry::parse_model_reference(request.reference).model;
  const ModelRow checked = get_model(name);
  require_privilege(checked, name, Privilege::kDeploy);
  const ResolvedVersion version = resolve_for_scoring(request.reference);
  request.reference = fixed(request.reference, version.version);
  const std::vector<Measure> measures = evaluate(request, version);
  const std::string by = current_user_name();
  return Int64GetDatum(as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    const std::int64_t id = next_id("catalog_evaluation");
    insert_row("catalog_evaluation", {{"id", parameter(id)},
                                      {"model_id", parameter(model.id)},
                                      {"version", parameter(version.version)},
                                      {"by", parameter(by)},
                                      {"query", parameter(request.query)},
                                      {"label", parameter(request.label)},
                                      {"segment_by", optional_parameter(request.by, TEXTOID)},
                                      {"comment", optional_parameter(comment, TEXTOID)}});
    std::int32_t number = 0;
    for (const Measure &measure : measures)
      insert_row("catalog_measure", {{"evaluation_id", parameter(id)},
                                     {"number", parameter(++number)},
                                     {"segment", optional_parameter(measure.segment, TEXTOID)},
                                     {"metric", parameter(measure.metric)},
                                     {"value", optional_parameter(measure.value, FLOAT8OID)},
                                     {"rows", parameter(measure.rows)}});
    return id;
  }));
}

/// threshold_for(name, query, label, metric, at)
Datum threshold_for(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::string query = text_argument(fcinfo, 1, "query");
  const std::string label = text_argument(fcinfo, 2, "label");
  const std::string metric = text_argument(fcinfo, 3, "metric");
  if (PG_ARGISNULL(4)) throw Error(ErrorCode::kMissingValue, "at is null");
  const ResolvedVersion version = resolve_for_scoring(name);
  const auto threshold = find_threshold({fixed(name, version.version), query, label, {}}, version,
                                        metric, PG_GETARG_FLOAT8(4));
  if (!threshold) {
    fcinfo->isnull = true;
    return 0;
  }
  return Float8GetDatum(*threshold);
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(evaluate, pgscore::pg::evaluate_model);
PGSCORE_FUNCTION(record_evaluation, pgscore::pg::record_evaluation);
PGSCORE_FUNCTION(threshold_for, pgscore::pg::threshold_for);
