// A fuzzer's bytes as an ONNX model.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "onnx"; }
