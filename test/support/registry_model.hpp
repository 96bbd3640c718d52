// A small model for tests of test rows: two features, a class, and outputs that are numbers and
// texts.
#pragma once
#include <string_view>

#include "formats/format.hpp"
#include "registry/prepared_version.hpp"

namespace pgscore::test {

/// P(yes) is 0.5 + x / 8 for job "clerk" and 0.5 - x / 8 for "chief". The file brings two test rows
/// along; `level` is the text "low" or "high".
inline constexpr std::string_view kRegistryModel = R"({
 "pgscore_model": 1, "objective": "by hand", "facts": {"writer": "Zoë"},
 "inputs": [{"name": "x"},
            {"name": "job", "type": "category", "categories": ["clerk", "chief"]}],
 "nodes": [{"type": "look_up", "input": 1, "values": [0.125, -0.125], "unknown": 0, "missing": 0},
           {"type": "apply", "op": "multiply", "args": [{"column": 0}, {"column": 2}]},
           {"type": "apply", "op": "add", "args": [{"column": 3}, 0.5]},
           {"type": "apply", "op": "subtract", "args": [1, {"column": 4}]},
           {"type": "apply", "op": "greater", "args": [{"column": 4}, 0.5]}],
 "output": {"task": "classification", "labels": ["no", "yes"],
            "values": [{"name": "p", "column": 4}],
            "more": [{"name": "raw", "column": 3}, {"name": "level", "column": 6,
                     "texts": ["low", "high"]}],
            "raw": [3], "probabilities": [5, 4], "class_code": 6, "positive": 1},
 "test_rows": {"tolerance": 0.25, "rows": [
   {"inputs": [2, "clerk"], "values": [0.75], "raw": [0.25], "probabilities": [0.25, 0.75],
    "class": "yes"},
   {"inputs": [null, "chief"], "values": [null], "outputs": {"level": "low", "raw": null}}]}})";

inline registry::PreparedVersion registry_model(std::string_view json = kRegistryModel) {
  formats::Source source;
  source.bytes = as_bytes(json);
  return registry::prepare_version(formats::load("pgscore-json", source));
}

}  // namespace pgscore::test
