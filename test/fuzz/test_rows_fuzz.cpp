// Any text as the argument test_rows, and each row's input and expectation as far as they go: an
// Error, or rows that can be compared.
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "registry/test_result.hpp"
#include "registry/test_rows.hpp"
#include "support/registry_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  static const registry::PreparedVersion version = test::registry_model();
  const plan::Plan plan = version.plan();
  const std::string text(reinterpret_cast<const char *>(data), size);
  const double inputs[] = {2, 0};
  try {
    static_cast<void>(registry::input_by_name(text, plan));
  } catch (const Error &) {
  }
  std::vector<registry::TestRow> rows;
  try {
    rows = registry::parse_test_rows(text, plan);
  } catch (const Error &) {
  }
  for (const registry::TestRow &row : rows) {
    if (!(row.tolerance >= 0 && row.tolerance < 1)) std::abort();
    try {
      static_cast<void>(registry::input_by_name(row.input, plan));
    } catch (const Error &) {
    }
    try {
      const registry::TestResult result = registry::run_test(row, plan, inputs);
      if (result.got.size() != row.expected.size()) std::abort();
      registry::require_expected(row, result, plan);
      if (!result.ok) std::abort();
    } catch (const Error &) {
    }
  }
  return 0;
}
