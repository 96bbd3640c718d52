// The fuzzer of one format: its bytes are refused with an Error, or are a model that verifies and
// can be scored. A file for each format includes this and says which.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "formats/recognize.hpp"
#include "fuzz/load_and_score.hpp"

namespace pgscore::fuzz {

/// The format to read, a name of formats::format_table(). Each fuzzer defines it.
std::string_view format();

}  // namespace pgscore::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  formats::recognize(fuzz::format(), bytes).format->sniff(bytes);
  fuzz::load_and_score(fuzz::format(), bytes);
  return 0;
}
