// The categories of pandas columns. The Python package turns a column of dtype category into the
// codes of its categories and keeps the lists, one for each such column in their order
// (python-package/lightgbm/basic.py, _data_from_pandas of v4.6.0); which columns they were is not
// written down. Unordered ones are LightGBM's categorical features unless the caller said
// otherwise; ordered ones are numeric features, and a categorical feature may be a column of
// integers. So any feature whose values in training were whole numbers below the length of a list
// may be the list's, and lists are paired only where there is one way.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/exact_integers.hpp"
#include "base/float_text.hpp"
#include "formats/given_features.hpp"
#include "formats/lightgbm/model.hpp"

namespace pgscore::formats::lightgbm {
namespace {

constexpr char kPandasHint[] =
    "Name all features in the argument \"features\", those of the data frame's category columns "
    "with their categories: "
    "{\"name\": ..., \"categories\": [...]}. docs/formats/lightgbm.md has a line of Python that "
    "writes it.";

/// 3 and 3.0 are the category "3": pandas writes whole numbers with a fraction when the column held
/// missing values.
std::string category_text(JsonValue value) {
  switch (value.kind()) {
    case JsonValue::Kind::kString:
      return std::string(value.text());
    case JsonValue::Kind::kBoolean:
      return value.boolean() ? "true" : "false";
    case JsonValue::Kind::kNumber: {
      const double number = value.number();
      if (is_exact_integer(number)) return std::to_string(static_cast<std::int64_t>(number));
      return float64_text(number);
    }
    default:
      value.refuse("a category must be a string, a number or a boolean");
  }
}

/// The codes that a feature had in training, by its info: "4:8:6" of a categorical feature, "[0:2]"
/// of a numeric one, "none" of one that was constant or of no use.
struct Codes {
  bool may_be_codes = true;  // all are whole numbers from 0 on (-1 is NaN)
  double largest = -1;
};

Codes codes_of(std::string_view info) {
  Codes codes;
  if (info.empty() || info == "none") return codes;
  const bool is_range = info.starts_with('[');
  if (is_range) info = info.substr(1, info.ends_with(']') ? info.size() - 2 : info.npos);
  while (!info.empty()) {
    const std::size_t end = std::min(info.find(':'), info.size());
    const double code = parse_float64(info.substr(0, end)).value_or(-1);
    if (std::trunc(code) != code || code < (is_range ? 0 : -1)) codes.may_be_codes = false;
    codes.largest = std::max(codes.largest, code);
    info.remove_prefix(std::min(end + 1, info.size()));
  }
  return codes;
}

/// 1 and 1.0 are the same category.
bool are_same(const std::vector<std::string> &given, const std::vector<std::string> &own) {
  return std::equal(given.begin(), given.end(), own.begin(), own.end(),
                    [](const std::string &a, const std::string &b) {
                      const std::optional<double> number = parse_float64(a);
                      return a == b || (number && number == parse_float64(b));
                    });
}

}  // namespace

std::optional<std::vector<std::vector<std::string>>> read_pandas_categorical(JsonValue lists,
                                                                             const Limits &limits) {
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

std::optional<std::vector<std::optional<std::size_t>>> assign_pandas_categories(
    const Model &model) {
  std::vector<std::optional<std::size_t>> lists(model.num_features);
  if (!model.pandas_categorical || model.pandas_categorical->empty()) return lists;
  std::vector<Codes> codes;
  for (std::uint32_t i = 0; i < model.num_features; ++i)
    codes.push_back(i < model.feature_infos.size() ? codes_of(model.feature_infos[i]) : Codes{});
  const std::size_t num_lists = model.pandas_categorical->size(), num_features = codes.size();
  auto fits = [&](std::size_t list, std::size_t feature) {
    const auto size = static_cast<double>((*model.pandas_categorical)[list].size());
    return codes[feature].may_be_codes && codes[feature].largest < size;
  };
  // Each list to the first feature that it fits, then each to the last one: where both are the same
  // there is no other way.
  std::vector<std::size_t> first(num_lists);
  std::size_t feature = 0;
  for (std::size_t list = 0; list < num_lists; ++list, ++feature) {
    while (feature < num_features && !fits(list, feature)) ++feature;
    if (feature == num_features) return std::nullopt;
    first[list] = feature;
  }
  feature = num_features;
  for (std::size_t list = num_lists; list-- > 0;) {
    while (!fits(list, --feature)) continue;  // ends at first[list] at the latest
    if (feature != first[list]) return std::nullopt;
    lists[feature] = list;
  }
  return lists;
}

std::vector<std::optional<std::size_t>> claimed_pandas_categories(
    const Model &model, const std::vector<FeatureOverride> &features) {
  std::vector<std::optional<std::size_t>> lists(model.num_features);
  const auto &own = *model.pandas_categorical;
  std::size_t next = 0;
  for (std::size_t i = 0; i < lists.size() && i < features.size(); ++i) {
    if (!features[i].categories) continue;
    if (next == own.size() || !are_same(*features[i].categories, own[next]))
      throw Error(
          ErrorCode::kInvalidArgument,
          "the categories of feature \"" + features[i].name + "\" are not those of the file",
          next == own.size()
              ? "The file has " + std::to_string(own.size()) + " lists of categories."
              : "List " + std::to_string(next + 1) + " of the file is " + listed_names(own[next]) +
                    ".",
          kPandasHint);
    lists[i] = next++;
  }
  if (next != own.size())
    throw Error(
        ErrorCode::kInvalidArgument,
        "features has " + std::to_string(next) + " lists of categories, the file has " +
            std::to_string(own.size()),
        "List " + std::to_string(next + 1) + " of the file is " + listed_names(own[next]) + ".",
        kPandasHint);
  return lists;
}

void refuse_pandas_categories(const Model &model) {
  const auto &own = *model.pandas_categorical;
  throw Error(ErrorCode::kUnsupportedModel,
              "could not tell which features the pandas categories of the model belong to",
              "The file has the categories of " + std::to_string(own.size()) +
                  (own.size() == 1 ? " column" : " columns") +
                  ", not the names: several features may be meant, or none fits. "
                  "The first list is " +
                  listed_names(own[0]) + ".",
              kPandasHint);
}

}  // namespace pgscore::formats::lightgbm
