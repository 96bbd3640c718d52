// set_reason_codes, and the table that it fills.
#include "pg/explain/reason_table.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

[[noreturn]] void refuse(const std::string &message) {
  throw Error(ErrorCode::kInvalidArgument, message, {},
              R"(Write {"income": {"code": "R17", "text": "The income of {value} is low"}, ...}.)");
}

/// Takes the argument apart; all texts are UTF-8.
std::vector<std::pair<std::string, Reason>> parse_reasons(const std::string &json) {
  std::vector<std::pair<std::string, Reason>> reasons;
  const auto document = nlohmann::json::parse(json);
  if (!document.is_object()) refuse("the reason codes are no JSON object");
  for (const auto &[feature, value] : document.items()) {
    const std::string name = in_quotes(shown_in_server_encoding(feature));
    if (!value.is_object()) refuse("the reason of feature " + name + " is no JSON object");
    Reason reason;
    for (const auto &[key, text] : value.items()) {
      if (key != "code" && key != "text")
        refuse("the reason of feature " + name + " has the unknown key " +
               in_quotes(shown_in_server_encoding(key)));
      if (!text.is_string())
        refuse(std::string("the ").append(key) + " of feature " + name + " is no text");
      (key == "code" ? reason.code : reason.text) = text.get<std::string>();
    }
    if (reason.code.empty()) refuse("the reason of feature " + name + " has no code");
    reasons.emplace_back(feature, reason);
  }
  return reasons;
}

/// Throws unless some version of the model has the feature.
void require_feature(const LockedModel &model, const std::string &feature) {
  const bool known = execute(
                         "SELECT EXISTS (SELECT FROM catalog_version v, "
                         "pg_catalog.jsonb_array_elements(v.features) "
                         "f WHERE v.model_id = $1 AND f ->> 'name' = $2)",
                         {parameter(model.id), parameter(feature)})
                         .first()[0]
                         .boolean();
  if (!known)
    throw Error(ErrorCode::kInvalidArgument,
                "model " + in_quotes(model.name) + " has no feature " + in_quotes(feature), {},
                "See pgscore.model_features.");
}

/// set_reason_codes(name, reasons)
Datum set_reason_codes(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto json = optional_jsonb_argument(fcinfo, 1);
  if (!json)
    throw Error(ErrorCode::kMissingValue, "reasons is null", {},
                "An empty object, {}, takes the reason codes away.");
  const auto reasons = parse_reasons(std::string(in_utf8(*json)));
  const ModelRow checked = get_model(name);
  require_owner(checked, name);
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    execute("DELETE FROM catalog_reason WHERE model_id = $1", {parameter(model.id)});
    for (const auto &[feature, reason] : reasons) {
      const std::string stored(in_server_encoding(feature));
      require_feature(model, stored);
      insert_row("catalog_reason", {{"model_id", parameter(model.id)},
                                    {"feature", parameter(stored)},
                                    {"code", parameter(in_server_encoding(reason.code))},
                                    {"reason", parameter(in_server_encoding(reason.text))}});
    }
  });
  PG_RETURN_VOID();
}

}  // namespace

Reasons reasons_of(std::int64_t model_id) {
  const Result rows = as_registry_owner([&] {
    return execute("SELECT feature, code, reason FROM catalog_reason WHERE model_id = $1",
                   {parameter(model_id)}, true);
  });
  Reasons reasons;
  for (const auto &row : rows.rows)
    reasons.insert({std::string(in_utf8(row[0].text())), {row[1].text(), row[2].text()}});
  return reasons;
}

}  // namespace pgscore::pg

PGSCORE_FUNCTION(set_reason_codes, pgscore::pg::set_reason_codes);
