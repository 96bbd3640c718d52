// How a model is refused, by a reader of a format and by the rules of the graph. formats::load adds
// the name of the format to the message.
#pragma once
#include <string>

#include "base/error.hpp"

namespace pgscore {

/// Throws kInvalidModel: the file contradicts its format, or itself. `what` says what is wrong.
[[noreturn]] inline void refuse(const std::string &what, const std::string &detail = {},
                                const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidModel, what, detail, hint);
}

/// Throws kInvalidModel with the message `what` unless the condition holds. `what` says what is
/// wrong with the model, as for refuse().
inline void require(bool condition, const char *what) {
  if (!condition) refuse(what);
}

/// Throws kUnsupportedModel: the file is what its format allows, and nothing here computes it.
/// Without a hint, formats::load gives a general one.
[[noreturn]] inline void refuse_unsupported(const std::string &what, const std::string &hint = {}) {
  throw Error(ErrorCode::kUnsupportedModel, what, {}, hint);
}

}  // namespace pgscore
