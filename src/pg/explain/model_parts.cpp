// What a model is made of, for people: feature_importance, model_trees, model_coefficients. They
// read the model file again, for roles with the privilege select.
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "explain/compile.hpp"
#include "explain/importance.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/read_model.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/catalog/version_source.hpp"
#include "pg/explain/coefficients.hpp"
#include "pg/explain/tree_rows.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/query_argument.hpp"
#include "pg/registry/result_rows.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/spi.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Reads the model that the first argument names, after checking the privilege.
model::Model model_argument(FunctionCallInfo fcinfo) {
  const auto reference = registry::parse_model_reference(text_argument(fcinfo, 0, "name"));
  const ModelRow row = get_model(reference.model);
  require_privilege(row, reference.model, Privilege::kSelect);
  const VersionSource source = source_of(find_version(row, reference).version_id);
  return read_model(source.format, source.source);
}

/// Gives what distinguishes the margins in calls of explained: classes or targets; a single NULL
/// where there is one margin.
std::vector<std::optional<std::string>> margin_names(const model::Model &model) {
  const std::size_t count = model.output.raw.size();
  if (count <= 1) return {std::nullopt};
  std::vector<std::optional<std::string>> names;
  for (std::size_t i = 0; i < count; ++i)
    names.emplace_back(in_server_encoding(model.output.task == model::Task::kClassification
                                              ? model.output.labels.at(i)
                                              : model.output.values.at(i).name));
  return names;
}

/// Gives the mean absolute contribution of each input over the rows of a query, which runs with the
/// rights of the caller. Of several margins their sum.
std::vector<double> mean_contributions(const std::string &name, const std::string &query,
                                       const model::Model &model) {
  std::vector<double> means(model.inputs.size(), model::kMissing);
  columns_of_query(query);
  const std::string statement =
      "SELECT u.n::int4, pg_catalog.avg(pg_catalog.abs(u.contribution)) FROM " + rows_of(query) +
      " CROSS JOIN LATERAL pg_catalog.unnest(pgscore.explained($1, $2, q)) WITH "
      "ORDINALITY AS u (contribution, n) WHERE u.n OPERATOR(pg_catalog.<=) $3 GROUP BY u.n";
  for (const auto &margin : margin_names(model)) {
    call([] { SPI_connect(); });
    const Result rows = execute(statement.c_str(),
                                {parameter(name), optional_parameter(margin, TEXTOID),
                                 parameter(static_cast<std::int64_t>(model.inputs.size()))},
                                true);
    call([] { SPI_finish(); });
    for (const auto &row : rows.rows) {
      double &mean = means.at(static_cast<std::size_t>(row[0].integer()) - 1);
      if (!row[1].is_null()) mean = (std::isnan(mean) ? 0 : mean) + row[1].float8();
    }
  }
  return means;
}

/// feature_importance(name, query) -> feature, gain, cover, splits, mean_abs_contribution
Datum feature_importance(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto query = optional_text_argument(fcinfo, 1);
  const model::Model model = model_argument(fcinfo);
  const explain::Importance importance = explain::importance_of(model);
  std::vector<double> means(model.inputs.size(), model::kMissing);
  if (query) means = mean_contributions(name, *query, model);
  auto number = [](double value, bool is_there) {
    return is_there ? column(Float8GetDatum(value)) : null_column();
  };
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const explain::FeatureImportance &feature = importance.features[i];
    rows.add(
        {column(text_result(in_server_encoding(model.inputs[i].name))),
         number(feature.gain, importance.has_gains), number(feature.cover, importance.has_covers),
         importance.has_trees ? column(Int64GetDatum(static_cast<std::int64_t>(feature.splits)))
                              : null_column(),
         number(means[i], !std::isnan(means[i]))});
  }
  return 0;
}

Datum model_trees(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const model::Model model = model_argument(fcinfo);
  if (model.num_trees() == 0)
    throw Error(ErrorCode::kWrongTask,
                "model " + in_quotes(text_argument(fcinfo, 0, "name")) + " has no trees", {},
                "See pgscore.model_coefficients.");
  add_tree_rows(model, rows);
  return 0;
}

Datum model_coefficients(FunctionCallInfo fcinfo) {
  ResultRows rows(fcinfo);
  const std::string name = text_argument(fcinfo, 0, "name");
  const model::Model model = model_argument(fcinfo);
  if (model.num_trees() > 0)
    throw Error(ErrorCode::kWrongTask, "model " + in_quotes(name) + " has trees", {},
                "See pgscore.model_trees and pgscore.feature_importance.");
  try {
    add_coefficient_rows(model, rows);
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kUnsupportedModel) throw;
    throw Error(error.code(), "model " + in_quotes(name) + " has no coefficients", error.detail());
  }
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(feature_importance, pgscore::pg::feature_importance);
PGSCORE_FUNCTION(model_trees, pgscore::pg::model_trees);
PGSCORE_FUNCTION(model_coefficients, pgscore::pg::model_coefficients);
