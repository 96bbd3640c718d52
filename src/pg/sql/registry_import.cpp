// import_model, import_model_file, inspect_model.
//
// An import reads, verifies, compiles and tests a model before it takes any lock or writes anything; then it locks the model, so
// that concurrent imports of one name get consecutive versions, and stores all in the caller's transaction.
#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "formats/format.hpp"
#include "model/describe.hpp"
#include "model/names.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_name.hpp"
#include "pg/catalog/prepared_version.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/sql/test_rows.hpp"
#include "pg/settings.hpp"
#include "pg/sql/arguments.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_authid.h"
#include "storage/fd.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct ImportRequest {
  std::string name;
  const bytea *artifact = nullptr;
  std::string format = "auto";
  std::string options = "{}";
  std::optional<std::string> features, test_rows, comment;
  std::vector<std::string> labels;
  std::optional<bool> deploy;

  formats::Source source() const {
    formats::Source source;
    source.bytes = view(artifact);
    source.options = formats::parse_options(options);
    if (features) source.features = formats::parse_features(*features);
    source.labels = labels;
    return source;
  }
};

void require_importer(const std::string &name) {
  check_model_name(name);
  if (const auto model = find_model(name)) require_owner(*model, name);
}

// The model's row, made when it is not there yet, locked. The lock on the name has concurrent imports, renames and drops of that
// name wait for each other.
LockedModel lock_or_create_model(const std::string &name, Oid importer) {
  lock_name(name);
  if (!name_is_taken(name)) {
    execute(
        "WITH m AS (INSERT INTO pgscore.catalog_model (name, owner) VALUES ($1, $2) RETURNING id)"
        " UPDATE pgscore.catalog_name SET model_id = m.id FROM m WHERE name = $1",
        {parameter(name), oid_parameter(importer)});
  }
  return lock_model(name);
}

bool has_versions(const LockedModel &model) {
  return !execute("SELECT FROM pgscore.catalog_version WHERE model_id = $1 LIMIT 1", {parameter(model.id)}).empty();
}

// Counted by name and not by model: a name that another model had before goes on where that one ended.
int take_version_number(const LockedModel &model) {
  return execute("UPDATE pgscore.catalog_name SET next_version = next_version + 1 WHERE name = $1 RETURNING next_version - 1",
                 {parameter(model.name)})
      .first()[0]
      .integer();
}

VersionRow insert_version(const LockedModel &model, const ImportRequest &request, const PreparedVersion &prepared, Oid importer) {
  VersionRow row;
  row.version = take_version_number(model);
  const model::Model &m = prepared.model;
  const bool classifies = m.output.task == model::Task::kClassification;
  row.id = execute(
               "INSERT INTO pgscore.catalog_version (model_id, version, format, objective, task, artifact, artifact_sha256,"
               " plan, plan_key, plan_format, options, features, labels, facts, num_trees, num_nodes, comment, created_by,"
               " overrides)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13, $14::jsonb, $15, $16, $17,"
               " $18, pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('features', $19::jsonb, 'labels', "
               "$20)))"
               " RETURNING id",
               {parameter(model.id),
                parameter(row.version),
                parameter(m.format),
                m.objective.empty() ? null_parameter(TEXTOID) : parameter(m.objective),
                parameter(model::name_of(m.output.task)),
                datum_parameter(BYTEAOID, PointerGetDatum(request.artifact)),
                parameter(as_bytes(sha256(view(request.artifact)))),
                parameter(prepared.plan_bytes.bytes()),
                parameter(as_bytes(prepared.plan_key)),
                parameter(static_cast<std::int32_t>(plan::kPlanVersion)),
                parameter(request.options),
                parameter(prepared.features_json),
                classifies ? parameter(m.output.labels) : null_parameter(TEXTARRAYOID),
                parameter(prepared.facts_json),
                parameter(static_cast<std::int64_t>(prepared.num_trees)),
                parameter(static_cast<std::int64_t>(prepared.num_nodes)),
                optional_parameter(request.comment, TEXTOID),
                oid_parameter(importer),
                optional_parameter(request.features, TEXTOID),
                request.labels.empty() ? null_parameter(TEXTARRAYOID) : parameter(request.labels)})
               .first()[0]
               .bigint();
  return row;
}

void insert_test_rows(const VersionRow &version, const std::vector<TestRow> &rows) {
  for (const TestRow &row : rows)
    execute(
        "INSERT INTO pgscore.catalog_test (version_id, row_no, input, output, expected, tolerance, zero_threshold)"
        " VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7)",
        {parameter(version.id), parameter(row.row_no), parameter(row.input), parameter(row.output),
         parameter(std::span<const double>(row.expected)), parameter(row.tolerance), parameter(row.zero_threshold)});
}

/// Raises what the reader of a file has to say about it.
void raise_warnings(const model::Model &model) {
  for (const model::Warning &warning : model.warnings) {
    const char *message = warning.message.c_str(), *detail = warning.detail.c_str(), *hint = warning.hint.c_str();
    call([=] {
      ereport(WARNING, (errmsg("%s", message), *detail == '\0' ? 0 : errdetail("%s", detail),
                        *hint == '\0' ? 0 : errhint("%s", hint)));
    });
  }
}

/// What is wrong with a file is said of its places, and here of which model it was to be.
PreparedVersion prepare(const ImportRequest &request) {
  try {
    return prepare_version(request.format, request.source());
  } catch (const Error &error) {
    throw error.during("import of model " + in_quotes(request.name));
  }
}

int import(const ImportRequest &request) {
  require_importer(request.name);
  const PreparedVersion prepared = prepare(request);
  raise_warnings(prepared.model);
  std::vector<TestRow> tests;
  if (request.test_rows)
    tests = parse_test_rows(*request.test_rows, prepared.plan());
  else
    tests = embedded_test_rows(prepared.model.test_rows, prepared.plan());
  require_expected_scores(tests, {prepared.plan(), request.name});

  const Oid importer = GetUserId();
  const std::string by = current_user_name();
  return as_registry_owner([&] {
    const LockedModel model = lock_or_create_model(request.name, importer);
    // Somebody else may have made the model since require_importer looked.
    if (!is_owner(importer, {model.id, model.owner, 0}))
      throw Error(ErrorCode::kPermissionDenied, "must be owner of model " + in_quotes(request.name));
    const bool first = !has_versions(model);
    const VersionRow version = insert_version(model, request, prepared, importer);
    insert_test_rows(version, tests);
    if (request.deploy.value_or(first)) deploy(model, version, "import", request.comment, by);
    return version.version;
  });
}

// Arguments 2 and on are the same for both import functions.
ImportRequest read_request(FunctionCallInfo fcinfo) {
  ImportRequest request;
  request.name = text_argument(fcinfo, 0, "name");
  request.format = text_argument(fcinfo, 2, "format");
  if (auto options = optional_jsonb_argument(fcinfo, 3)) request.options = *options;
  request.features = optional_jsonb_argument(fcinfo, 4);
  if (auto labels = optional_text_array_argument(fcinfo, 5, "labels")) request.labels = *labels;
  request.test_rows = optional_jsonb_argument(fcinfo, 6);
  request.deploy = optional_bool_argument(fcinfo, 7);
  request.comment = optional_text_argument(fcinfo, 8);
  return request;
}

Datum import_model(FunctionCallInfo fcinfo) {
  ImportRequest request = read_request(fcinfo);
  check_model_name(request.name);
  request.artifact = bytea_argument(fcinfo, 1, "artifact", import_limits().max_artifact_bytes);
  return Int32GetDatum(import(request));
}

// Reads a file of the server the way pg_read_binary_file does, with the quota in place of its 1 GB.
bytea *read_file(const std::string &path) {
  struct Content {
    bytea *bytes;
    std::size_t size;
    int error;  // errno
  };
  const std::size_t limit = import_limits().max_artifact_bytes;
  const char *name = path.c_str();
  const Content content = call([=]() -> Content {
    FILE *file = AllocateFile(name, PG_BINARY_R);
    if (file == nullptr) return {nullptr, 0, errno};
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) {
      FreeFile(file);
      return {nullptr, 0, S_ISREG(status.st_mode) ? EIO : EINVAL};
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > limit) {
      FreeFile(file);
      return {nullptr, size, 0};
    }
    auto *bytes = static_cast<bytea *>(palloc(size + VARHDRSZ));
    const std::size_t read = fread(VARDATA(bytes), 1, size, file);
    const int error = read == size ? 0 : (ferror(file) ? errno : EIO);
    FreeFile(file);
    SET_VARSIZE(bytes, size + VARHDRSZ);
    return {bytes, size, error};
  });
  if (content.error != 0)
    throw Error(ErrorCode::kInvalidArgument, "could not read model file " + in_quotes(path),
                std::string(pg_strerror(content.error)) + ".",
                "The path is one of the server, readable by the operating system user that runs it.");
  if (content.bytes == nullptr)
    throw Error(ErrorCode::kLimitExceeded, "model file is too large",
                "It has " + std::to_string(content.size) + " bytes, the limit is " + std::to_string(limit) + ".",
                "The setting pgscore.max_model_size is the limit.");
  return content.bytes;
}

Datum import_model_file(FunctionCallInfo fcinfo) {
  if (!call([] { return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES); }))
    throw Error(ErrorCode::kPermissionDenied, "permission denied to read model files of the server",
                "Only roles with privileges of \"pg_read_server_files\" may use import_model_file.",
                "Everybody who may import can pass the bytes to import_model.");
  ImportRequest request = read_request(fcinfo);
  check_model_name(request.name);
  request.artifact = read_file(text_argument(fcinfo, 1, "path"));
  return Int32GetDatum(import(request));
}

Datum inspect_model(FunctionCallInfo fcinfo) {
  ImportRequest request;
  request.artifact = bytea_argument(fcinfo, 0, "artifact", import_limits().max_artifact_bytes);
  request.format = text_argument(fcinfo, 1, "format");
  if (auto options = optional_jsonb_argument(fcinfo, 2)) request.options = *options;
  request.features = optional_jsonb_argument(fcinfo, 3);
  if (auto labels = optional_text_array_argument(fcinfo, 4, "labels")) request.labels = *labels;
  const model::Model model = read_model(request.format, request.source());
  raise_warnings(model);
  return jsonb_result(model::describe(model));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(import_model, pgscore::pg::import_model);
PGSCORE_FUNCTION(import_model_file, pgscore::pg::import_model_file);
PGSCORE_FUNCTION(inspect_model, pgscore::pg::inspect_model);
