// import_model's argument `features`: names for the features of a file, and lists of categories.
//
// The argument and the file must agree: nothing here is matched by guess. An entry stands for the
// feature at its own place. A name that the file has at another place, a list of categories in
// another order and a list for what the file calls a number are refused. A reader that knows that
// numbers of its file are the codes of categories makes category inputs of the given lists itself
// (given_categories), before apply_features looks at them.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "formats/format.hpp"

namespace pgscore::formats {

/// The list of categories that the caller gives feature `index` of a model of `num_features`; null
/// when there is none, or when the argument has not one entry for each feature, which
/// apply_features refuses.
const std::vector<std::string> *given_categories(const Source &source, std::size_t index,
                                                 std::size_t num_features);

/// Gives the inputs of `builder` the names and categories of `features`, when there are some.
/// Throws kInvalidArgument when they do not go with the file.
void apply_features(const std::vector<FeatureOverride> &features, model::Builder &builder);

/// Throws when a split of a tree asks for a category behind the end of its feature's list:
/// kInvalidArgument when the caller gave the list, kInvalidModel when it is the file's.
void check_category_codes(const model::Model &model, const std::vector<FeatureOverride> &features);

/// '"age", "income"', and "..." behind the 20th.
std::string listed_names(const std::vector<std::string> &names);

}  // namespace pgscore::formats
