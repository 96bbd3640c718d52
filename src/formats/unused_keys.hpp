// Keys that a file may have and that change nothing about its scores.
//
// A reader lists them by the place where they stand; docs/formats/*.md has the same lists. A key
// that is neither read nor listed may be what a newer version of the library scores by, so it is
// refused.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/shown_text.hpp"

namespace pgscore::formats {

/// Throws kUnsupportedModel unless `key` is one of `unused`. `place`: where it stands ("a tree").
inline void require_unused(std::string_view key, std::initializer_list<std::string_view> unused,
                           std::string_view place) {
  for (const std::string_view known : unused)
    if (key == known) return;
  throw Error(ErrorCode::kUnsupportedModel,
              "unknown key " + shown(key) + " in " + std::string(place),
              "It may change what the model predicts.",
              "The file may be of a newer version of the library than those that the README names: "
              "save the model with one of these.");
}

}  // namespace pgscore::formats
