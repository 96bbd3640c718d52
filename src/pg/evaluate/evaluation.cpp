#include "pg/evaluate/evaluation.hpp"

#include <initializer_list>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/query_argument.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/spi.h"
#include "utils/builtins.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

std::string identifier(const std::string &name) {
  const char *text = name.c_str();
  return call([text] { return static_cast<const char *>(quote_identifier(text)); });
}

std::string literal(std::string_view text) {
  const std::string copy(text);
  const char *start = copy.c_str();
  return call([start] { return static_cast<const char *>(quote_literal_cstr(start)); });
}

/// A metric: its name, and its call on the columns of `scored`.
using Metrics = std::vector<std::pair<std::string, std::string>>;

/// The two columns of `scored` that all metrics of a task take, and the metrics.
struct Task {
  std::string columns;  // SELECT list behind actual
  Metrics metrics;
};

/// Adds metrics that take the same arguments; `suffix` is added to their names in the result.
void add_metrics(Task &task, const std::string &schema, std::initializer_list<const char *> names,
                 const std::string &arguments, const char *suffix = "") {
  for (const char *name : names) {
    std::string call = schema;
    call.append(name).append("(").append(arguments).append(")");
    task.metrics.emplace_back(std::string(name).append(suffix), std::move(call));
  }
}

Task regression_task(const std::string &schema) {
  Task task{schema + "predict($1, q) AS predicted", {}};
  add_metrics(task, schema, {"rmse", "mae", "mape", "median_absolute_error", "r2_score"},
              "actual, predicted");
  return task;
}

/// Of two classes, with the score of the positive one.
void add_binary_metrics(Task &task, const std::string &schema, const std::string &positive,
                        bool has_class) {
  std::string is_positive = "actual OPERATOR(pg_catalog.=) ";
  is_positive += positive;
  add_metrics(task, schema,
              {"roc_auc", "average_precision", "gini", "ks_statistic", "log_loss", "brier_score"},
              is_positive + ", score");
  if (!has_class) return;
  std::string both = is_positive;
  both.append(", predicted OPERATOR(pg_catalog.=) ").append(positive);
  add_metrics(task, schema, {"precision_score", "recall_score", "f1_score"}, both);
}

Task classification_task(plan::Plan plan, const std::string &schema) {
  Task task;
  const bool has_class = plan.has_class(), has_probabilities = plan.num_probabilities() > 0;
  if (has_class) task.columns = schema + "predict_class($1, q) AS predicted";
  if (has_class && has_probabilities) task.columns += ", ";
  if (has_probabilities && plan.num_labels() == 2) {
    const std::string positive =
        literal(in_server_encoding(plan.label(plan.positive()))) + "::pg_catalog.text";
    task.columns.append(schema).append("predict($1, q) AS score");
    add_binary_metrics(task, schema, positive, has_class);
  } else if (has_probabilities) {
    task.columns.append(schema).append("predict_proba($1, q) AS score");
    add_metrics(task, schema, {"log_loss", "roc_auc"}, "actual, score, $2");
  }
  if (!has_class) return task;
  add_metrics(task, schema, {"accuracy", "balanced_accuracy"}, "actual, predicted");
  add_metrics(task, schema, {"precision_score", "recall_score", "f1_score"},
              "actual, predicted, 'macro'", "_macro");
  add_metrics(task, schema, {"matthews_corrcoef", "cohen_kappa"}, "actual, predicted");
  return task;
}

std::vector<std::string> labels_of(plan::Plan plan) {
  std::vector<std::string> labels;
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i)
    labels.emplace_back(in_server_encoding(plan.label(i)));
  return labels;
}

}  // namespace

std::string column_of_rows(const std::string &column) { return "q." + identifier(column); }

std::string metrics_schema() {
  const Result found = as_registry_owner([] {
    return execute(
        "SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e JOIN "
        "pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgscore'",
        {}, true);
  });
  return found.first()[0].text() + ".";
}

std::string class_of_label(plan::Plan plan, const std::string &label) {
  const std::string text = "(" + label + ")::pg_catalog.text";
  std::string classes;
  for (const std::string &name : labels_of(plan))
    classes += (classes.empty() ? "" : ", ") + literal(name);
  std::string expression = "CASE WHEN " + text + " IN (" + classes + ") THEN " + text;
  if (plan.num_labels() == 2) {
    const std::uint32_t positive = plan.positive();
    auto name = [&](std::uint32_t i) { return literal(in_server_encoding(plan.label(i))); };
    expression += " WHEN " + text + " IN ('true', '1') THEN " + name(positive) + " WHEN " + text +
                  " IN ('false', '0') THEN " + name(1 - positive);
  }
  return expression + " END";
}

void check_labels(plan::Plan plan, const std::string &model,
                  const std::optional<std::string> &bad) {
  if (!bad) return;
  std::string classes;
  for (const std::string &label : labels_of(plan))
    classes += (classes.empty() ? "" : ", ") + in_quotes(label);
  throw Error(
      ErrorCode::kInvalidArgument,
      "label " + in_quotes(*bad) + " is none of the classes of model " + in_quotes(model), {},
      "Its classes are: " + classes + "." +
          (plan.num_labels() == 2 ? " Of two classes a label may also be true or false, 1 or "
                                    "0; true is the positive class."
                                  : ""));
}

std::vector<Measure> evaluate(const EvaluationRequest &request, const ResolvedVersion &version) {
  const std::vector<std::string> columns = columns_of_query(request.query);
  require_column(columns, request.label);
  if (request.by) require_column(columns, *request.by);
  const PlanRef ref = plan_of(version);
  const plan::Plan plan = ref.plan();
  const bool classifies = plan.task() == model::Task::kClassification;
  const std::string schema = metrics_schema(), label = column_of_rows(request.label);
  const Task task = classifies ? classification_task(plan, schema) : regression_task(schema);
  const std::string actual =
      classifies ? class_of_label(plan, label) : "(" + label + ")::pg_catalog.float8";
  std::string statement =
      "SELECT segment, pg_catalog.count(*), pg_catalog.min(label) FILTER (WHERE actual IS NULL)";
  for (const auto &[name, expression] : task.metrics) statement += ", " + expression;
  statement += " FROM (SELECT " + actual + " AS actual, (" + label +
               ")::pg_catalog.text AS label, " +
               (request.by ? "(" + column_of_rows(*request.by) + ")" : "NULL") +
               "::pg_catalog.text AS segment, " + task.columns + " FROM " + rows_of(request.query) +
               " WHERE " + label + " IS NOT NULL) AS scored GROUP BY segment ORDER BY segment";
  call([] { SPI_connect(); });
  const Result rows =
      execute(statement.c_str(), {parameter(request.reference), parameter(labels_of(plan))}, true);
  call([] { SPI_finish(); });
  std::vector<Measure> measures;
  for (const auto &row : rows.rows) {
    if (classifies && !row[2].is_null()) check_labels(plan, request.reference, row[2].text());
    for (std::size_t i = 0; i < task.metrics.size(); ++i) {
      Measure measure;
      if (!row[0].is_null()) measure.segment = row[0].text();
      measure.rows = row[1].bigint();
      measure.metric = task.metrics[i].first;
      if (!row[3 + i].is_null()) measure.value = row[3 + i].float8();
      measures.push_back(std::move(measure));
    }
  }
  return measures;
}

}  // namespace pgscore::pg
