#include "formats/xgboost/xgboost.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "formats/wire/json_reader.hpp"
#include "formats/wire/ubjson_reader.hpp"
#include "formats/xgboost/build.hpp"

namespace pgscore::formats::xgboost {
namespace {

/// XGBoost sorts its keys, so the first one of a model is "learner"; "version" where another writer
/// kept no order, "Config" in what Python and R pickle.
bool is_first_key(std::string_view key) {
  return key == "learner" || key == "version" || key == "Config" || key == "Model";
}

}  // namespace

bool sniff_json(Bytes bytes) {
  std::string_view text = without_leading_blanks(as_text(bytes).substr(0, 256));
  if (!text.starts_with('{')) return false;
  text = without_leading_blanks(text.substr(1));
  if (!text.starts_with('"')) return false;
  const std::size_t end = text.find('"', 1);
  if (end == text.npos || !is_first_key(text.substr(1, end - 1))) return false;
  text = without_leading_blanks(text.substr(end + 1));
  if (!text.starts_with(':')) return false;
  text = without_leading_blanks(text.substr(1));
  // A version of XGBoost is [major, minor, patch]
  return text.starts_with('{') || text.starts_with('[');
}

bool sniff_ubjson(Bytes bytes) {
  const std::string_view text = as_text(bytes).substr(0, 64);
  if (!text.starts_with('{')) return false;
  // '{', perhaps a count, then the key: the type of its length, the length, the text.
  for (const std::string_view key : {"learner", "version", "Config", "Model"}) {
    const std::size_t at = text.find(key);
    if (at == text.npos || at < 3 || static_cast<std::size_t>(text[at - 1]) != key.size()) continue;
    const std::string_view before = text.substr(1, at - 2);
    if (before.find_last_of("iUIlL") != before.npos && at + key.size() < text.size() &&
        (text[at + key.size()] == '{' || text[at + key.size()] == '['))
      return true;
  }
  return false;
}

void load_json(const Source &source, model::Builder &builder) {
  JsonReader reader(source.bytes, builder.limits(), builder.interrupt());
  build(read_document(reader, builder.limits()), source, builder);
}

void load_ubjson(const Source &source, model::Builder &builder) {
  UbjsonReader reader(source.bytes, builder.limits(), builder.interrupt());
  build(read_document(reader, builder.limits()), source, builder);
}

void load_binary(const Source &source, model::Builder &builder) {
  build(read_binary(source.bytes, builder.limits(), builder.interrupt()), source, builder);
}

}  // namespace pgscore::formats::xgboost
