// What the core says when it refuses something.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.hpp"

namespace pgscore::test {

/// Calls `act` and gives what it throws, "message|detail|hint" without the parts that are empty, or
/// "no error". Another code than `code` is a failure of the test.
inline std::string refusal(const std::function<void()> &act,
                           ErrorCode code = ErrorCode::kInvalidArgument) {
  try {
    act();
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), code) << e.message();
    return e.message() + (e.detail().empty() ? "" : "|" + e.detail()) +
           (e.hint().empty() ? "" : "|" + e.hint());
  }
  return "no error";
}

}  // namespace pgscore::test
