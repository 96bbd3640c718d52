// import_model, import_model_file, inspect_model.
//
// An import reads, verifies, compiles and tests a model before it takes any lock or writes
// anything. Then it locks the model, so that concurrent imports of one name get consecutive
// versions, and stores everything in the caller's transaction.
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/describe.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/read_model.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/import_target.hpp"
#include "pg/registry/model_file.hpp"
#include "pg/registry/new_version.hpp"
#include "pg/registry/server_file.hpp"
#include "pg/registry/test_rows.hpp"
#include "pg/settings.hpp"
#include "registry/prepared_version.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_authid.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

using registry::PreparedVersion;

/// The arguments that both import functions take. Each adds the file's bytes itself.
struct ImportRequest {
  explicit ImportRequest(FunctionCallInfo fcinfo)
      : target(text_argument(fcinfo, 0, "name")),
        file(model_file_arguments(fcinfo, 2)),
        test_rows(optional_jsonb_argument(fcinfo, 6)),
        deploy(optional_bool_argument(fcinfo, 7)),
        comment(optional_text_argument(fcinfo, 8)) {}

  ImportTarget target;
  ModelFile file;
  std::optional<std::string> test_rows;
  std::optional<bool> deploy;
  std::optional<std::string> comment;
};

/// Raises the warnings that the reader of a file has left.
void raise_warnings(const model::Model &model) {
  for (const model::Warning &warning : model.warnings) {
    const char *message = warning.message.c_str(), *detail = warning.detail.c_str(),
               *hint = warning.hint.c_str();
    call([=] {
      ereport(WARNING, (errmsg("%s", message), *detail == '\0' ? 0 : errdetail("%s", detail),
                        *hint == '\0' ? 0 : errhint("%s", hint)));
    });
  }
}

/// Reads and compiles the file. Readers name the place in the file; this adds the model's name as
/// CONTEXT.
PreparedVersion prepare(const ImportRequest &request) {
  try {
    return registry::prepare_version(read_model(request.file.format, request.file.source()),
                                     kServerInterrupt);
  } catch (const Error &error) {
    throw error.during("import of model " + in_quotes(request.target.name()));
  }
}

/// Tells the importer which features take codes instead of the texts that people know. Otherwise
/// the error of the first score would be the first to say so.
void notice_codes(const std::string &model_name, const model::Model &model) {
  for (const model::Fact &fact : model.facts) {
    if (fact.name != "features_given_as_category_codes") continue;
    const std::string name = in_quotes(model_name), features = shown_in_server_encoding(fact.value);
    const char *quoted = name.c_str(), *list = features.c_str();
    call([=] {
      ereport(NOTICE,
              (errmsg("model %s takes the codes of categories for features: %s", quoted, list),
               errdetail("The file does not hold the categories."),
               errhint("To score their texts, import the model with features => '[{\"name\": ..., "
                       "\"categories\": [...]}, "
                       "...]', the categories in the order of their codes.")));
    });
  }
}

/// Gives the test rows of the caller, or those of the file when the caller gives none.
std::vector<TestRow> tests_of(const ImportRequest &request, const PreparedVersion &prepared) {
  return with_errors_shown([&] {
    return request.test_rows
               ? registry::parse_test_rows(in_utf8(*request.test_rows), prepared.plan())
               : registry::embedded_test_rows(prepared.model.test_rows, prepared.plan(),
                                              kServerInterrupt);
  });
}

int import(const ImportRequest &request) {
  const ImportTarget &target = request.target;
  const PreparedVersion prepared = prepare(request);
  raise_warnings(prepared.model);
  notice_codes(target.name(), prepared.model);
  const std::vector<TestRow> tests = tests_of(request, prepared);
  require_expected_scores(tests, {prepared.plan(), target.name()});
  return as_registry_owner([&] {
    const LockedModel model = target.lock_or_create();
    const bool is_first = !has_versions(model);
    const VersionRow version =
        insert_version(model, target, request.file, prepared, request.comment);
    insert_test_rows(version, tests);
    if (request.deploy.value_or(is_first))
      deploy(model, version, "import", request.comment, target.importer_name());
    return version.version;
  });
}

Datum import_model(FunctionCallInfo fcinfo) {
  ImportRequest request(fcinfo);
  request.file.artifact = file_argument(fcinfo, 1, "artifact", import_limits());
  return Int32GetDatum(import(request));
}

Datum import_model_file(FunctionCallInfo fcinfo) {
  if (!call([] { return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES); }))
    throw Error(ErrorCode::kPermissionDenied, "permission denied to read model files of the server",
                "Only roles with privileges of \"pg_read_server_files\" may use import_model_file.",
                "Everybody who may import can pass the bytes to import_model.");
  ImportRequest request(fcinfo);
  request.file.artifact = read_server_file(text_argument(fcinfo, 1, "path"));
  return Int32GetDatum(import(request));
}

Datum inspect_model(FunctionCallInfo fcinfo) {
  const bytea *artifact = file_argument(fcinfo, 0, "artifact", import_limits());
  ModelFile file = model_file_arguments(fcinfo, 1);
  file.artifact = artifact;
  const model::Model model = read_model(file.format, file.source());
  raise_warnings(model);
  return jsonb_result(shown_in_server_encoding(model::describe(model)));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(import_model, pgscore::pg::import_model);
PGSCORE_FUNCTION(import_model_file, pgscore::pg::import_model_file);
PGSCORE_FUNCTION(inspect_model, pgscore::pg::inspect_model);
