// A fuzzer's bytes as an ONNX model: an Error, or a model that verifies and can be scored.
#include "formats/onnx/onnx.hpp"
#include "fuzz/load_and_score.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const pgscore::Bytes bytes = std::as_bytes(std::span(data, size));
  pgscore::formats::onnx::sniff(bytes);
  pgscore::fuzz::load_and_score("onnx", bytes);
  return 0;
}
