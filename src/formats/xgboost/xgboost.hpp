// The three file formats of XGBoost, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::xgboost {

/// Says yes when the first 256 bytes begin an object whose first key is learner, version, Config or
/// Model and whose first value is an object or an array. Never throws.
bool sniff_json(Bytes bytes);

/// Reads a model of XGBoost 1.0 to 3.4 (learner.cc, gbtree.cc, tree_model.cc and others, see
/// document.cpp) into the builder. Of the options, start_iteration, iterations, objective and
/// base_score are applied. Throws kInvalidModel, kUnsupportedModel, kLimitExceeded or
/// kInvalidArgument.
void load_json(const Source &source, model::Builder &builder);

/// Looks at the first 64 bytes for the same keys in UBJSON. Never throws.
bool sniff_ubjson(Bytes bytes);

/// Does what load_json does, for the same document in UBJSON.
void load_ubjson(const Source &source, model::Builder &builder);

/// Searches the head of the file, in base64 after "bs64", for an objective and a booster where the
/// legacy format has them. Never throws.
bool sniff_binary(Bytes bytes);

/// Reads the legacy format of XGBoost 0.40 to 3.0 (learner.cc, gbtree_model.h, tree_model.h; see
/// binary.cpp) into the builder; else as load_json.
void load_binary(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::xgboost
