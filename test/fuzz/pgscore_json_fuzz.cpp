// A fuzzer's bytes as a pgscore JSON file.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "pgscore-json"; }
