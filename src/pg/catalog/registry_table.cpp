#include "pg/catalog/registry_table.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "access/xact.h"
#include "access/xlog.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

void require_writable() {
  call([] {
    if (RecoveryInProgress())
      ereport(
          ERROR,
          (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION), errmsg("cannot change models on a standby"),
           errdetail("The server is in recovery."), errhint("Run it on the primary server.")));
    if (XactReadOnly)
      ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
                      errmsg("cannot change models in a read-only transaction")));
  });
}

NameRow lock_name(const std::string &name) {
  require_writable();
  // The row is updated, so that a transaction with an older snapshot fails instead of missing what
  // happened to the name.
  const Result result = execute(
      "INSERT INTO catalog_name AS n (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = "
      "excluded.name"
      " RETURNING n.model_id, n.next_version",
      {parameter(name)});
  const auto &row = result.first();
  NameRow out;
  if (!row[0].is_null()) out.model_id = row[0].bigint();
  out.next_version = row[1].integer();
  return out;
}

bool name_is_taken(const std::string &name) {
  return !execute("SELECT FROM catalog_model WHERE name = $1", {parameter(name)}).empty();
}

LockedModel lock_model(const std::string &name) {
  require_writable();
  // The second statement sees what the transaction that we waited for has committed: the deployed
  // version belongs to the row as it is now.
  const Result result = execute(
      "SELECT id, owner::oid, deployed_version_id FROM catalog_model WHERE name = $1 FOR UPDATE",
      {parameter(name)});
  if (result.empty()) throw_undefined_model(name);
  const auto &row = result.first();
  LockedModel model;
  model.id = row[0].bigint();
  model.name = name;
  model.owner = row[1].oid();
  if (!row[2].is_null()) {
    model.deployed_version_id = row[2].bigint();
    const Result deployed = execute("SELECT version FROM catalog_version WHERE id = $1",
                                    {parameter(*model.deployed_version_id)});
    if (!deployed.empty()) model.deployed_version = deployed.first()[0].integer();
  }
  return model;
}

LockedModel lock_model(const std::string &name, const ModelRow &checked) {
  LockedModel model = lock_model(name);
  if (model.id != checked.id) throw_undefined_model(name);
  return model;
}

VersionRow get_version(const LockedModel &model, int version) {
  const Result result =
      execute("SELECT id FROM catalog_version WHERE model_id = $1 AND version = $2",
              {parameter(model.id), parameter(version)});
  if (result.empty()) throw_undefined_version(model.name, version);
  return {result.first()[0].bigint(), version};
}

void deploy(const LockedModel &model, const VersionRow &version, const char *action,
            const std::optional<std::string> &reason, const std::string &by) {
  execute("UPDATE catalog_model SET deployed_version_id = $2 WHERE id = $1",
          {parameter(model.id), parameter(version.id)});
  insert_row("catalog_deployment",
             {{"id", parameter(next_id("catalog_deployment"))},
              {"model_id", parameter(model.id)},
              {"by", parameter(by)},
              {"action", parameter(action)},
              {"from_version", optional_parameter(model.deployed_version, INT4OID)},
              {"to_version", parameter(version.version)},
              {"reason", optional_parameter(reason, TEXTOID)}});
}

std::int64_t next_id(const std::string &table) {
  const std::string sequence = table + "_id_seq";
  // catalog_name still knows the ids of models that were dropped.
  const std::string largest =
      table == "catalog_model"
          ? "SELECT pg_catalog.max(i) FROM (SELECT id AS i FROM catalog_model UNION ALL"
            " SELECT model_id FROM catalog_name) ids"
          : "SELECT pg_catalog.max(id) FROM " + table;
  const Result result =
      execute(("SELECT pg_catalog.nextval($1::regclass), (" + largest + ")").c_str(),
              {parameter(sequence)});
  const auto &row = result.first();
  const std::int64_t id = row[0].bigint(), max = row[1].is_null() ? 0 : row[1].bigint();
  if (id > max) return id;
  // Numbers are drawn, and the sequence is not set: concurrent transactions draw other numbers.
  return execute(
             "SELECT pg_catalog.max(pg_catalog.nextval($1::regclass)) FROM "
             "pg_catalog.generate_series(1::bigint, $2)",
             {parameter(sequence), parameter(max - id + 1)})
      .first()[0]
      .bigint();
}

void delete_version(const VersionRow &version) {
  execute("DELETE FROM catalog_alias WHERE version_id = $1", {parameter(version.id)});
  execute("DELETE FROM catalog_test WHERE version_id = $1", {parameter(version.id)});
  execute("DELETE FROM catalog_version WHERE id = $1", {parameter(version.id)});
}

void delete_model(const LockedModel &model) {
  // The model goes first: its history can be deleted only when the model is gone.
  execute("DELETE FROM catalog_model WHERE id = $1", {parameter(model.id)});
  execute("DELETE FROM catalog_deployment WHERE model_id = $1", {parameter(model.id)});
  execute("DELETE FROM catalog_acl WHERE model_id = $1", {parameter(model.id)});
  if (catalog_has("catalog_reason"))
    execute("DELETE FROM catalog_reason WHERE model_id = $1", {parameter(model.id)});
  if (catalog_has("catalog_evaluation")) {
    execute(
        "DELETE FROM catalog_measure WHERE evaluation_id IN (SELECT id FROM catalog_evaluation "
        "WHERE model_id = $1)",
        {parameter(model.id)});
    execute("DELETE FROM catalog_evaluation WHERE model_id = $1", {parameter(model.id)});
  }
  execute("DELETE FROM catalog_alias WHERE model_id = $1", {parameter(model.id)});
  execute(
      "DELETE FROM catalog_test WHERE version_id IN (SELECT id FROM catalog_version WHERE model_id "
      "= $1)",
      {parameter(model.id)});
  execute("DELETE FROM catalog_version WHERE model_id = $1", {parameter(model.id)});
}

std::string current_user_name() {
  return call([] { return static_cast<const char *>(GetUserNameFromId(GetUserId(), false)); });
}

}  // namespace pgscore::pg
