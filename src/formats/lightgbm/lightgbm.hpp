// The two file formats of LightGBM, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::lightgbm {

/// Says yes when the first line is "tree" and the first 4 KB name num_class. Never throws.
bool sniff_text(Bytes bytes);

/// Reads what Booster.save_model writes (gbdt_model_text.cpp and tree.cpp of LightGBM 1.0 to 4.6)
/// into the builder. Of the options, start_iteration, iterations and objective are applied, and the
/// features' categories where the file was trained with pandas. Throws kInvalidModel,
/// kUnsupportedModel, kLimitExceeded or kInvalidArgument.
void load_text(const Source &source, model::Builder &builder);

/// Says yes when the text begins an object and its first 64 KB name max_feature_idx, feature_infos
/// or tree_info. Never throws.
bool sniff_json(Bytes bytes);

/// Reads what Booster.dump_model gives (DumpModel of gbdt_model_text.cpp, 1.0 to 4.6), members in
/// any order; else as load_text. A tree may be nested max_depth deep beyond max_nesting.
void load_json(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::lightgbm
