#include "pg/registry/new_version.hpp"

#include <vector>

#include "pg/boundary/encoding.hpp"
#include "pg/catalog/sha256.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/arguments.hpp"
#include "plan/plan_layout.hpp"
#include "model/names.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

/// Takes the next version number of the model's name. Numbers belong to names: when another model
/// had the name before, this one continues its numbers.
int take_version_number(const LockedModel &model) {
  return execute(
             "UPDATE catalog_name SET next_version = next_version + 1 WHERE name = $1 RETURNING "
             "next_version - 1",
             {parameter(model.name)})
      .first()[0]
      .integer();
}

/// What decides the scores, apart from the file's bytes.
struct Decisions {
  std::string overrides;  // jsonb: the features and labels of the caller
  std::string text;       // with the format and the options, as they are part of the identity
};

Decisions decisions_of(const ModelFile &file, const std::string &format) {
  const Result result = execute(
      "SELECT o::text, pg_catalog.concat_ws(pg_catalog.chr(10), $1, $2::jsonb, o)"
      " FROM pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('features', $3::jsonb, "
      "'labels', $4)) o",
      {parameter(format), parameter(file.options), optional_parameter(file.features, TEXTOID),
       file.labels.empty() ? null_parameter(TEXTARRAYOID) : parameter(file.labels)},
      true);
  return {std::string(result.first()[0].text()), std::string(result.first()[1].text())};
}

/// Gives the labels of a classifier; null for other models.
Parameter labels_parameter(const model::Output &output) {
  if (output.task != model::Task::kClassification) return null_parameter(TEXTARRAYOID);
  std::vector<std::string> labels;
  for (const std::string &label : output.labels) labels.emplace_back(in_server_encoding(label));
  return parameter(labels);
}

Parameter positive_class_parameter(const model::Output &output) {
  const std::string *label = output.positive_class();
  return label != nullptr ? parameter(in_server_encoding(*label)) : null_parameter(TEXTOID);
}

Parameter objective_parameter(const std::string &objective) {
  return objective.empty() ? null_parameter(TEXTOID) : parameter(in_server_encoding(objective));
}

}  // namespace

bool has_versions(const LockedModel &model) {
  return !execute("SELECT FROM catalog_version WHERE model_id = $1 LIMIT 1", {parameter(model.id)})
              .empty();
}

VersionRow insert_version(const LockedModel &model, const ImportTarget &target,
                          const ModelFile &file, const registry::PreparedVersion &prepared,
                          const std::optional<std::string> &comment) {
  VersionRow row;
  row.version = take_version_number(model);
  row.id = next_id("catalog_version");
  const model::Model &m = prepared.model;
  const Bytes artifact = view(file.artifact), plan = prepared.plan_bytes.bytes();
  const Decisions decisions = decisions_of(file, m.format);
  std::vector<NewValue> values{
      {{"id", parameter(row.id)},
       {"model_id", parameter(model.id)},
       {"version", parameter(row.version)},
       {"format", parameter(m.format)},
       {"objective", objective_parameter(m.objective)},
       {"task", parameter(model::name_of(m.output.task))},
       {"artifact", datum_parameter(BYTEAOID, PointerGetDatum(file.artifact))},
       {"artifact_sha256", parameter(as_bytes(sha256(artifact)))},
       {"plan", parameter(plan)},
       {"plan_key", parameter(as_bytes(sha256(plan)))},
       {"plan_format", parameter(static_cast<std::int32_t>(plan::kPlanVersion))},
       {"options", jsonb_parameter(file.options)},
       {"features", jsonb_parameter(std::string(in_server_encoding(prepared.features_json)))},
       {"labels", labels_parameter(m.output)},
       {"positive_class", positive_class_parameter(m.output)},
       {"facts", jsonb_parameter(shown_in_server_encoding(prepared.facts_json))},
       {"num_trees", parameter(static_cast<std::int64_t>(prepared.num_trees))},
       {"num_nodes", parameter(static_cast<std::int64_t>(prepared.num_nodes))},
       {"comment", optional_parameter(comment, TEXTOID)},
       {"created_by", oid_parameter(target.importer())},
       {"overrides", jsonb_parameter(decisions.overrides)},
       {"identity", parameter(as_bytes(sha256(artifact, as_bytes(in_utf8(decisions.text)))))}}};
  if (prepared.explanation.size() > 0 && catalog_has("catalog_version", "explanation"))
    values.push_back({"explanation", parameter(prepared.explanation.bytes())});
  insert_row("catalog_version", values);
  return row;
}

}  // namespace pgscore::pg
