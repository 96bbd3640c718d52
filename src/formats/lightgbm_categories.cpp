// The categories of pandas columns. The Python package turns a column of dtype category into the codes of its categories and
// keeps the lists, one for each such column in their order (python-package/lightgbm/basic.py, _data_from_pandas); which columns
// they were is not written down. Unordered ones are LightGBM's categorical features unless the caller said otherwise.
#include <cmath>
#include <string_view>

#include "base/float_text.hpp"
#include "formats/lightgbm_model.hpp"

namespace pgscore::formats {
namespace {

/// 3 and 3.0 are the category "3": pandas writes whole numbers with a fraction when the column held missing values.
std::string category_text(JsonValue value) {
  switch (value.kind()) {
    case JsonValue::Kind::kString:
      return std::string(value.string());
    case JsonValue::Kind::kBoolean:
      return value.boolean() ? "true" : "false";
    case JsonValue::Kind::kNumber: {
      const double number = value.number();
      if (std::trunc(number) == number && std::fabs(number) < 9007199254740992.0)
        return std::to_string(static_cast<std::int64_t>(number));
      return float64_text(number);
    }
    default:
      value.fail("a category must be a string, a number or a boolean");
  }
}

/// The categorical features by their infos: "4:8:6"; the largest of their codes with each.
struct CodedFeature {
  std::size_t feature;
  std::int64_t largest;
};

std::int64_t largest_code(std::string_view info) {
  std::int64_t largest = -1;
  while (!info.empty()) {
    const std::size_t end = std::min(info.find(':'), info.size());
    largest = std::max(largest, parse_integer(info.substr(0, end)).value_or(-1));
    info.remove_prefix(std::min(end + 1, info.size()));
  }
  return largest;
}

bool is_categorical(std::string_view info) { return !info.empty() && info != "none" && !info.starts_with('['); }

/// The features that the parameter categorical_feature names, which also knows those whose column was constant.
std::vector<CodedFeature> features_of_parameter(const LightgbmModel &model) {
  std::vector<CodedFeature> out;
  for (const auto &[name, value] : model.parameters) {
    if (name != "categorical_feature") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::optional<std::int64_t> index = parse_integer(rest.substr(0, end));
      if (!index || *index < 0 || *index >= std::int64_t{model.num_features}) return {};
      if (!out.empty() && static_cast<std::size_t>(*index) <= out.back().feature) return {};
      const auto feature = static_cast<std::size_t>(*index);
      const std::string_view info = feature < model.feature_infos.size() ? model.feature_infos[feature] : std::string_view();
      out.push_back({feature, is_categorical(info) ? largest_code(info) : -1});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::vector<std::string>>> read_pandas_categorical(JsonValue lists, const Limits &limits) {
  if (lists.is_null()) return std::nullopt;
  std::vector<std::vector<std::string>> out;
  std::uint64_t count = 0;
  lists.size();  // refuses what is not an array
  for (const JsonValue list : lists.elements()) {
    check_limit(out.size() + 1, limits.max_features, "lists of categories");
    std::vector<std::string> categories;
    check_limit(count += list.size(), limits.max_categories, "categories");
    for (const JsonValue value : list.elements()) categories.push_back(category_text(value));
    out.push_back(std::move(categories));
  }
  return out;
}

std::optional<std::vector<std::optional<std::size_t>>> assign_pandas_categories(const LightgbmModel &model) {
  std::vector<std::optional<std::size_t>> lists(model.num_features);
  if (!model.pandas_categorical || model.pandas_categorical->empty()) return lists;
  std::vector<CodedFeature> coded;
  for (std::size_t i = 0; i < model.feature_infos.size(); ++i)
    if (is_categorical(model.feature_infos[i])) coded.push_back({i, largest_code(model.feature_infos[i])});
  if (coded.size() != model.pandas_categorical->size()) coded = features_of_parameter(model);
  if (coded.size() != model.pandas_categorical->size()) return std::nullopt;
  for (std::size_t i = 0; i < coded.size(); ++i) {
    if (coded[i].largest >= static_cast<std::int64_t>((*model.pandas_categorical)[i].size())) return std::nullopt;
    lists[coded[i].feature] = i;
  }
  return lists;
}

}  // namespace pgscore::formats
