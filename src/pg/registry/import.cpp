// import_model, import_model_file, inspect_model.
//
// An import reads, verifies, compiles and tests a model before it takes any lock or writes
// anything; then it locks the model, so that concurrent imports of one name get consecutive
// versions, and stores all in the caller's transaction.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/format.hpp"
#include "model/describe.hpp"
#include "model/names.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/prepared_version.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/test_rows.hpp"
#include "pg/settings.hpp"
#include "registry/model_name.hpp"
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
    source.options = formats::parse_options(in_utf8(options));
    if (features) source.features = formats::parse_features(in_utf8(*features));
    for (const std::string &label : labels) source.labels.emplace_back(in_utf8(label));
    return source;
  }
};

void require_importer(const std::string &name) {
  registry::check_model_name(name);
  if (const auto model = find_model(name)) require_owner(*model, name);
}

// The model's row, made when it is not there yet, locked. The lock on the name has concurrent
// imports, renames and drops of that name wait for each other.
LockedModel lock_or_create_model(const std::string &name, Oid importer) {
  lock_name(name);
  if (!name_is_taken(name)) {
    execute(
        "WITH m AS (INSERT INTO catalog_model (id, name, owner) VALUES ($3, $1, $2) RETURNING id)"
        " UPDATE catalog_name SET model_id = m.id FROM m WHERE name = $1",
        {parameter(name), oid_parameter(importer), parameter(next_id("catalog_model"))});
  }
  return lock_model(name);
}

bool has_versions(const LockedModel &model) {
  return !execute("SELECT FROM catalog_version WHERE model_id = $1 LIMIT 1", {parameter(model.id)})
              .empty();
}

// Counted by name and not by model: a name that another model had before goes on where that one
// ended.
int take_version_number(const LockedModel &model) {
  return execute(
             "UPDATE catalog_name SET next_version = next_version + 1 WHERE name = $1 RETURNING "
             "next_version - 1",
             {parameter(model.name)})
      .first()[0]
      .integer();
}

/// What decides the scores beside the file.
struct Decisions {
  std::string overrides;  // jsonb: the features and labels of the caller
  std::string text;       // with the format and the options, as they are part of the identity
};

Decisions decisions_of(const ImportRequest &request, const std::string &format) {
  const Result result = execute(
      "SELECT o::text, pg_catalog.concat_ws(pg_catalog.chr(10), $1, $2::jsonb, o)"
      " FROM pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('features', $3::jsonb, "
      "'labels', $4)) o",
      {parameter(format), parameter(request.options), optional_parameter(request.features, TEXTOID),
       request.labels.empty() ? null_parameter(TEXTARRAYOID) : parameter(request.labels)},
      true);
  return {std::string(result.first()[0].text()), std::string(result.first()[1].text())};
}

VersionRow insert_version(const LockedModel &model, const ImportRequest &request,
                          const PreparedVersion &prepared, Oid importer) {
  VersionRow row;
  row.version = take_version_number(model);
  const model::Model &m = prepared.model;
  const bool classifies = m.output.task == model::Task::kClassification;
  const Decisions decisions = decisions_of(request, m.format);
  const Bytes artifact = view(request.artifact);
  row.id = next_id("catalog_version");
  insert_row(
      "catalog_version",
      {{"id", parameter(row.id)},
       {"model_id", parameter(model.id)},
       {"version", parameter(row.version)},
       {"format", parameter(m.format)},
       {"objective",
        m.objective.empty() ? null_parameter(TEXTOID) : parameter(in_server_encoding(m.objective))},
       {"task", parameter(model::name_of(m.output.task))},
       {"artifact", datum_parameter(BYTEAOID, PointerGetDatum(request.artifact))},
       {"artifact_sha256", parameter(as_bytes(sha256(artifact)))},
       {"plan", parameter(prepared.plan_bytes.bytes())},
       {"plan_key", parameter(as_bytes(prepared.plan_key))},
       {"plan_format", parameter(static_cast<std::int32_t>(plan::kPlanVersion))},
       {"options", jsonb_parameter(request.options)},
       {"features", jsonb_parameter(prepared.features_json)},
       {"labels", classifies ? parameter(prepared.labels) : null_parameter(TEXTARRAYOID)},
       {"positive_class", optional_parameter(prepared.positive_class, TEXTOID)},
       {"facts", jsonb_parameter(prepared.facts_json)},
       {"num_trees", parameter(static_cast<std::int64_t>(prepared.num_trees))},
       {"num_nodes", parameter(static_cast<std::int64_t>(prepared.num_nodes))},
       {"comment", optional_parameter(request.comment, TEXTOID)},
       {"created_by", oid_parameter(importer)},
       {"overrides", jsonb_parameter(decisions.overrides)},
       {"identity", parameter(as_bytes(sha256(artifact, as_bytes(in_utf8(decisions.text)))))}});
  return row;
}

void insert_test_rows(const VersionRow &version, const std::vector<TestRow> &rows) {
  for (const TestRow &row : rows)
    insert_row("catalog_test",
               {{"version_id", parameter(version.id)},
                {"row_no", parameter(row.row_no)},
                {"input", jsonb_parameter(std::string(in_server_encoding(row.input)))},
                {"output", parameter(in_server_encoding(row.output))},
                {"expected", parameter(std::span<const double>(row.expected))},
                {"tolerance", parameter(row.tolerance)},
                {"zero_threshold", parameter(row.zero_threshold)}});
}

/// Raises what the reader of a file has to say about it.
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

/// What is wrong with a file is said of its places, and here of which model it was to be.
PreparedVersion prepare(const ImportRequest &request) {
  try {
    return prepare_version(request.format, request.source());
  } catch (const Error &error) {
    throw error.during("import of model " + in_quotes(request.name));
  }
}

/// Says at once which features a row cannot give as the texts that people know, as the error of the
/// first score would.
void notice_codes(const ImportRequest &request, const model::Model &model) {
  for (const model::Fact &fact : model.facts) {
    if (fact.name != "features_given_as_category_codes") continue;
    const std::string name = in_quotes(request.name),
                      features = shown_in_server_encoding(fact.value);
    const char *model_name = name.c_str(), *list = features.c_str();
    call([=] {
      ereport(NOTICE,
              (errmsg("model %s takes the codes of categories for features: %s", model_name, list),
               errdetail("The file does not hold the categories."),
               errhint("To score their texts, import the model with features => '[{\"name\": ..., "
                       "\"categories\": [...]}, "
                       "...]', the categories in the order of their codes.")));
    });
  }
}

int import(const ImportRequest &request) {
  require_importer(request.name);
  require_writable();
  const PreparedVersion prepared = prepare(request);
  raise_warnings(prepared.model);
  notice_codes(request, prepared.model);
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
      throw Error(
          ErrorCode::kPermissionDenied, "must be owner of model " + in_quotes(request.name), {},
          "Its owner imports further versions. Choose another name for a model of your own.");
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
  registry::check_model_name(request.name);
  request.artifact = file_argument(fcinfo, 1, "artifact", import_limits());
  return Int32GetDatum(import(request));
}

struct FileContent {
  bytea *bytes;
  std::size_t size;
  int error;        // errno
  bool is_regular;  // a file with bytes, and no pipe, device or folder
};

// Inside call(): plain data only. A pipe that nobody writes to would be waited for when it is
// opened, and again when it is read.
FileContent read_regular_file(const char *name, std::size_t limit) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // between two looks at whether to go on
  FileContent content{nullptr, 0, 0, true};
  const int file = OpenTransientFile(name, O_RDONLY | O_NONBLOCK | PG_BINARY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    content.error = errno;
    if (file >= 0) CloseTransientFile(file);
    return content;
  }
  content.is_regular = S_ISREG(status.st_mode);
  content.size = static_cast<std::size_t>(status.st_size);
  if (content.is_regular && content.size <= limit) {
    content.bytes =
        static_cast<bytea *>(MemoryContextAllocHuge(CurrentMemoryContext, content.size + VARHDRSZ));
    SET_VARSIZE(content.bytes, content.size + VARHDRSZ);
    for (std::size_t at = 0; at < content.size && content.error == 0;) {
      CHECK_FOR_INTERRUPTS();
      const ssize_t count = read(file, VARDATA(content.bytes) + at, Min(kPiece, content.size - at));
      if (count > 0)
        at += static_cast<std::size_t>(count);
      else if (count == 0 || errno != EINTR)
        content.error = count == 0 ? EIO : errno;  // it has become shorter
    }
  }
  CloseTransientFile(file);
  return content;
}

// A file of the server, with the quota in place of pg_read_binary_file's 1 GB.
bytea *read_file(const std::string &path) {
  const Limits limits = import_limits();
  const std::size_t limit = limits.max_artifact_bytes;
  const char *name = path.c_str();
  const FileContent content = call([=] { return read_regular_file(name, limit); });
  if (content.error != 0 || !content.is_regular)
    throw Error(
        ErrorCode::kInvalidArgument, "could not read model file " + in_quotes(path),
        content.is_regular ? std::string(pg_strerror(content.error)) + "."
                           : "It is not a regular file.",
        "The path is one of the server, readable by the operating system user that runs it.");
  check_file_size(content.size, limits);
  return content.bytes;
}

Datum import_model_file(FunctionCallInfo fcinfo) {
  if (!call([] { return has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES); }))
    throw Error(ErrorCode::kPermissionDenied, "permission denied to read model files of the server",
                "Only roles with privileges of \"pg_read_server_files\" may use import_model_file.",
                "Everybody who may import can pass the bytes to import_model.");
  ImportRequest request = read_request(fcinfo);
  registry::check_model_name(request.name);
  request.artifact = read_file(text_argument(fcinfo, 1, "path"));
  return Int32GetDatum(import(request));
}

Datum inspect_model(FunctionCallInfo fcinfo) {
  ImportRequest request;
  request.artifact = file_argument(fcinfo, 0, "artifact", import_limits());
  request.format = text_argument(fcinfo, 1, "format");
  if (auto options = optional_jsonb_argument(fcinfo, 2)) request.options = *options;
  request.features = optional_jsonb_argument(fcinfo, 3);
  if (auto labels = optional_text_array_argument(fcinfo, 4, "labels")) request.labels = *labels;
  const model::Model model = read_model(request.format, request.source());
  raise_warnings(model);
  return jsonb_result(shown_in_server_encoding(model::describe(model)));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(import_model, pgscore::pg::import_model);
PGSCORE_FUNCTION(import_model_file, pgscore::pg::import_model_file);
PGSCORE_FUNCTION(inspect_model, pgscore::pg::inspect_model);
