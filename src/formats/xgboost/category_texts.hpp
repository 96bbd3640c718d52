// Texts of categories that XGBoost's Python package cut in the wrong places.
//
// From 3.1.0 to 3.3.x it stores the categories of a pandas column as one text and the places where
// each begins, counted in characters, while the text is bytes of UTF-8
// (python-package/xgboost/_data_utils.py, pd_cat_inf of v3.3.0: lenarr = np.vectorize(len); mended
// in 3.4.0). With a character beyond ASCII every category from there on begins too early, and as
// many bytes are missing at the end. Categories of Arrow data are right in those versions, and
// nothing in a file tells the two apart: some wrong texts are valid UTF-8. So none of them is
// trusted.
#pragma once
#include <string>

#include "formats/xgboost/model.hpp"

namespace pgscore::formats::xgboost {

/// Whether these may be no categories of the training data: they have a character beyond ASCII and
/// are of 3.1.0 to 3.3.x or of an unknown version, or they are no UTF-8 at all (a later version
/// that saved such a model again).
bool has_cut_texts(const Model &model, const Categories &categories);

/// Throws kUnsupportedModel, which asks for the lists in the argument `features`.
[[noreturn]] void refuse_cut_texts(const Model &model, const std::string &feature);

}  // namespace pgscore::formats::xgboost
