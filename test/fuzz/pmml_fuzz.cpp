// A fuzzer's bytes as a PMML document.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "pmml"; }
