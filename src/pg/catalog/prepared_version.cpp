#include "pg/catalog/prepared_version.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/describe.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/file_encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/settings.hpp"
#include "plan/compile.hpp"
#include "plan/verify_plan.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "common/cryptohash.h"
#include "common/sha2.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

// Texts of a model meet column names and values of the database, and are results. All are UTF-8
// (model::verify); the encoding of the database must have their characters.
void check_text(const std::string &text, const char *what) {
  if (fits_server_encoding(text)) return;
  throw Error(ErrorCode::kUnsupportedModel,
              std::string(what) + " " + in_quotes(shown_in_server_encoding(text)) +
                  " has characters that the encoding of the database lacks",
              std::string("The encoding of the database is ") + GetDatabaseEncodingName() +
                  "; \"?\" stands for such characters.",
              "Rename it with the arguments \"features\" or \"labels\", or use a database of "
              "encoding UTF8.");
}

void check_texts(const model::Model &model) {
  check_text(model.objective, "objective");
  for (const model::Input &input : model.inputs) {
    check_text(input.name, "feature name");
    for (const std::string &category : input.categories) check_text(category, "category");
  }
  for (const std::string &label : model.output.labels) check_text(label, "class label");
  for (const auto *list : {&model.output.values, &model.output.more})
    for (const model::NamedColumn &value : *list) {
      check_text(value.name, "output name");
      for (const std::string &text : value.texts) check_text(text, "output text");
    }
}

/// Readers speak UTF-8, also in what they say of a file.
[[noreturn]] void throw_in_server_encoding(const Error &error) {
  throw Error(error.code(), shown_in_server_encoding(error.message()),
              shown_in_server_encoding(error.detail()), shown_in_server_encoding(error.hint()));
}

std::string facts_json(const std::vector<model::Fact> &facts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const model::Fact &fact : facts) json[fact.name] = fact.value;
  return json.dump();
}

}  // namespace

std::string sha256(Bytes bytes, Bytes more) {
  std::string digest(PG_SHA256_DIGEST_LENGTH, '\0');
  auto *out = reinterpret_cast<std::uint8_t *>(digest.data());
  const Bytes parts[] = {bytes, more};
  const bool done = call([&] {
    // Between two looks at whether to go on
    constexpr std::size_t kPiece = std::size_t{4} << 20;
    // Its resource owner frees it after an error
    pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
    bool ok = context != nullptr && pg_cryptohash_init(context) == 0;
    for (const Bytes &part : parts)
      for (std::size_t at = 0; at < part.size() && ok; at += kPiece) {
        CHECK_FOR_INTERRUPTS();
        ok = pg_cryptohash_update(context, reinterpret_cast<const std::uint8_t *>(part.data()) + at,
                                  Min(kPiece, part.size() - at)) == 0;
      }
    ok = ok && pg_cryptohash_final(context, out, PG_SHA256_DIGEST_LENGTH) == 0;
    pg_cryptohash_free(context);
    return ok;
  });
  if (!done) throw Error(ErrorCode::kInternal, "could not compute a SHA-256 digest");
  return digest;
}

model::Model read_model(std::string_view format, const formats::Source &source) {
  formats::Source converted = source;
  converted.to_utf8 = file_text_in_utf8;
  model::Model model = [&] {
    try {
      return formats::load(format, converted, import_limits(), kServerInterrupt);
    } catch (const Error &error) {
      throw_in_server_encoding(error);
    }
  }();
  check_texts(model);
  return model;
}

PreparedVersion prepare_version(std::string_view format, const formats::Source &source) {
  PreparedVersion version;
  version.model = read_model(format, source);
  for (const std::string &label : version.model.output.labels)
    version.labels.emplace_back(in_server_encoding(label));
  if (const std::string *positive = version.model.output.positive_class())
    version.positive_class = std::string(in_server_encoding(*positive));
  version.features_json = in_server_encoding(model::describe_features(version.model));
  version.facts_json = shown_in_server_encoding(facts_json(version.model.facts));
  version.num_trees = version.model.num_trees();
  version.num_nodes = version.model.num_tree_nodes();
  const std::vector<std::byte> compiled = plan::compile(version.model, kServerInterrupt);
  version.model.nodes = {};
  version.plan_bytes = plan::PlanMemory(compiled, kServerInterrupt);
  // Our own compiler is not trusted either: what the catalog holds has been through the gate that
  // guards shared memory.
  plan::verify_plan(version.plan_bytes.bytes(), kServerInterrupt);
  version.plan_key = sha256(version.plan_bytes.bytes());
  return version;
}

}  // namespace pgscore::pg
