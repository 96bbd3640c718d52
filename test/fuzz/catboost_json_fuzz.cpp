// A fuzzer's bytes as a CatBoost model in JSON.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "catboost-json"; }
