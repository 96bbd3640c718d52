#include "formats/xgboost/category_texts.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace pgscore::formats::xgboost {

bool has_cut_texts(const Model &model, const Categories &categories) {
  const bool is_ascii =
      std::all_of(categories.begin(), categories.end(), [](const std::string &text) {
        return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
      });
  if (is_ascii) return false;
  const bool may_be_cut = model.version_text.empty() ||
                          (model.version >= Version{3, 1, 0} && model.version < Version{3, 4, 0});
  return may_be_cut || !std::all_of(categories.begin(), categories.end(),
                                    [](const std::string &text) { return is_utf8(text); });
}

void refuse_cut_texts(const Model &model, const std::string &feature) {
  throw Error(ErrorCode::kUnsupportedModel,
              "the texts of the categories of feature \"" + feature + "\" cannot be trusted",
              "XGBoost 3.1.0 to 3.3.x cut the texts of pandas categories in the wrong places when "
              "one of them has a character "
              "beyond ASCII. The version of this file is " +
                  (model.version_text.empty() ? "unknown" : model.version_text) + ".",
              "Give the categories in the argument \"features\", as the training data had them and "
              "in that order "
              "(list(df[column].cat.categories)).");
}

}  // namespace pgscore::formats::xgboost
