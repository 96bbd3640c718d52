// A fuzzer's bytes make a valid model and hostile rows. Every kernel must give the interpreter's
// bits.
#include <cstdio>
#include <cstdlib>

#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"
#include "support/random_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  if (size < 2) return 0;
  const std::span<const std::uint8_t> bytes(data, size);
  const std::uint8_t layout = bytes[0] % 6;
  // The rows get a fixed part of the bytes, so that a change of the model leaves them alone.
  const std::size_t row_bytes = std::min<std::size_t>(bytes[1], size - 2);
  test::Choices row_choices(bytes.subspan(2, row_bytes)), choices(bytes.subspan(2 + row_bytes));
  const model::Model model = test::random_model(choices);
  const test::HostileRows hostile(model);
  test::Rows rows;
  do {
    rows.push_back(hostile.row(row_choices));
  } while (!row_choices.at_end() && rows.size() < 20);
  plan::CompileOptions options;
  if (layout < 5) options.layout = static_cast<plan::TreeLayout>(layout);
  const test::Difference difference = test::compare_with_interpreter(model, rows, options);
  if (!difference.text.empty()) {
    std::fprintf(stderr, "%s\n", difference.text.c_str());
    std::abort();
  }
  return 0;
}
