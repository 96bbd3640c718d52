// A fuzzer's bytes as a CatBoost .cbm model.
#include "fuzz/format_fuzz.hpp"

std::string_view pgscore::fuzz::format() { return "catboost-cbm"; }
