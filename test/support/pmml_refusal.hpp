// Malformed PMML documents, models/hostile/pmml/*.pmml, and what each is refused with.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "formats/format.hpp"
#include "support/files.hpp"

namespace pgscore::test {

struct PmmlRefusal {
  const char *file;  // without ".pmml"
  ErrorCode code;
  const char *message;  // without "invalid pmml model: "
};

/// The error that loading ends with, without the name of the format.
inline Error refusal_of_pmml(const std::string &text, const Limits &limits = {}) {
  try {
    formats::load("pmml", {.bytes = as_bytes(text)}, limits);
  } catch (const Error &e) {
    constexpr std::string_view kPrefix = "invalid pmml model: ";
    const bool named = std::string_view(e.message()).starts_with(kPrefix);
    return {e.code(), named ? e.message().substr(kPrefix.size()) : e.message(), e.detail(),
            e.hint()};
  }
  ADD_FAILURE() << "it was read";
  return {ErrorCode::kInternal, ""};
}

/// Every refusal says what to do.
inline void expect_refusal(const PmmlRefusal &refusal) {
  SCOPED_TRACE(refusal.file);
  const auto folder = std::filesystem::path(PGSCORE_SOURCE_DIR) / "models" / "hostile" / "pmml";
  const Error e = refusal_of_pmml(read_file(folder / (std::string(refusal.file) + ".pmml")));
  EXPECT_EQ(e.message(), refusal.message);
  EXPECT_EQ(static_cast<int>(e.code()), static_cast<int>(refusal.code));
  EXPECT_EQ(e.hint().empty(), e.code() == ErrorCode::kLimitExceeded);
}

}  // namespace pgscore::test
