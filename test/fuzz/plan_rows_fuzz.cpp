// A fuzzer's bytes make a random model, changes of its plan, and hostile rows. If the plan still
// verifies, scoring must stay inside the plan and the caller's memory, which lie between pages that
// may not be touched (guarded_scoring.hpp).
#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "fuzz/guarded_scoring.hpp"
#include "plan/compile.hpp"
#include "plan/plan_memory.hpp"
#include "support/random_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  if (size < 4) return 0;
  const std::span<const std::uint8_t> bytes(data, size);
  plan::CompileOptions options;
  if (bytes[0] % 8 < 5) options.layout = static_cast<plan::TreeLayout>(bytes[0] % 8);
  if (bytes[0] / 8 % 4 == 0) options.low_blocks = true;
  const std::uint32_t num_changes = bytes[1] % 8;
  const std::size_t num_rows = 1 + (bytes[2] % 4 == 0   ? bytes[3] * 2u
                                    : bytes[2] % 4 == 1 ? 28 + bytes[3] % 10u
                                                        : bytes[3] % 5u);
  // The rows and the changes get a part of the bytes, so that a change of the model leaves them
  // alone.
  const std::size_t own_bytes = std::min<std::size_t>(size - 4, 256);
  test::Choices own(bytes.subspan(4, own_bytes)), choices(bytes.subspan(4 + own_bytes));
  plan::PlanMemory memory(plan::compile(test::random_model(choices), {}, options));
  const std::span<std::byte> plan_bytes(memory.data(), memory.size());
  if (num_changes > 0) {
    fuzz::change_gently(plan_bytes, num_changes, own);
    fuzz::seal(plan_bytes);
    try {
      plan::verify_plan(memory.bytes());
    } catch (const Error &) {
      return 0;
    }
  }
  fuzz::GuardedScoring scoring(memory.bytes(), std::min<std::size_t>(num_rows, 513), own);
  if (const std::string difference = scoring.run(own); !difference.empty()) {
    std::fprintf(stderr, "%s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
