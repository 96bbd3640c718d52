// The two file formats of LightGBM, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::lightgbm {

/// Looks at the first 4 KB: the line "tree", and "num_class=" somewhere behind it. Never throws.
bool sniff_text(Bytes bytes);

/// Reads what Booster.save_model writes (gbdt_model_text.cpp and tree.cpp of LightGBM 1.0 to 4.6)
/// into the builder. Of the options, start_iteration, iterations and objective are applied, and the
/// features' categories where the file was trained with pandas. Throws kInvalidModel,
/// kUnsupportedModel, kLimitExceeded or kInvalidArgument.
void load_text(const Source &source, model::Builder &builder);

/// Looks at the first 64 KB: an object that names max_feature_idx, feature_infos or tree_info.
/// Never throws.
bool sniff_json(Bytes bytes);

/// Reads what Booster.dump_model gives (DumpModel of gbdt_model_text.cpp, 1.0 to 4.6), members in
/// any order; else as load_text. A tree may be nested max_depth deep beyond max_nesting.
void load_json(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::lightgbm
