// An XGBoost model written anew, for a judge that trusts its files: the XGBoost library follows
// indexes that it finds there without looking, also in fields that have no part in a score.
//
// No byte of the given file gets into the copy. It is made of what our reader took out of the file,
// once load() has made a model of that and found it sound: only nodes that the root leads to,
// numbered anew, with everything that follows from them (the parents, the counts, the sizes)
// computed, and what no score needs (statistics, names, attributes) left out.
#pragma once
#include <string>
#include <string_view>

#include "formats/format.hpp"

namespace pgscore::formats::xgboost {

struct Copy {
  std::string json;  // in the layout of XGBoost 1.7, which later releases read as well
  int major, minor;  // the first release of the library that understands it
};

/// The copy of a model file in `format` (xgboost-json, xgboost-ubj or xgboost-binary) with as many
/// boosting rounds as load(format, source) uses. Boosters: gbtree, dart, gblinear. Throws what
/// load() throws, and kUnsupportedModel for models that no such copy can say: dumps, leaves that
/// are vectors, what only the release 0.4 computes.
Copy copy(std::string_view format, const Source &source, const Limits &limits = {},
          Interrupt interrupt = {});

}  // namespace pgscore::formats::xgboost
