// Does what plan_rows_fuzz does, with seeds: scores random plans that verify, many of them changed,
// with hostile rows, between pages that may not be touched. A read beyond a plan, a row or an
// output ends the test with a signal.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/error.hpp"
#include "fuzz/guarded_scoring.hpp"
#include "plan/compile.hpp"
#include "plan/plan_memory.hpp"
#include "support/random_model.hpp"

namespace pgscore::fuzz {
namespace {

TEST(PlanRows, stay_inside_of_what_they_are_given) {
  constexpr std::size_t kCounts[] = {1, 2, 31, 32, 33, 64, 127, 128, 129, 255, 257, 512, 513};
  const char *wanted = std::getenv("PGSCORE_PLAN_ROWS");
  const std::uint64_t num_plans = wanted != nullptr ? std::stoul(wanted) : 200;
  std::size_t changed = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= num_plans; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    test::Choices choices(seed);
    plan::CompileOptions options;
    if (seed % 6 < 5) options.layout = static_cast<plan::TreeLayout>(seed % 6);
    if (seed % 4 == 0) options.low_blocks = true;
    const model::Model model = test::random_model(choices);
    plan::PlanMemory memory(plan::compile(model, {}, options));
    const std::vector<std::byte> unchanged(memory.bytes().begin(), memory.bytes().end());
    const std::span<std::byte> bytes(memory.data(), memory.size());
    // Until a change is one that the verifier accepts
    for (int tries = 0; seed % 3 != 0 && tries < 20; ++tries) {
      std::memcpy(memory.data(), unchanged.data(), unchanged.size());
      change_gently(bytes, choices.between(1, 3), choices);
      seal(bytes);
      try {
        plan::verify_plan(memory.bytes());
        ++changed;
        break;
      } catch (const Error &error) {
        ASSERT_EQ(error.code(), ErrorCode::kCorruptedPlan);
        ++refused;
        std::memcpy(memory.data(), unchanged.data(), unchanged.size());
      }
    }
    const std::size_t count =
        seed % 8 == 0 ? kCounts[seed / 8 % std::size(kCounts)] : 1 + choices.below(40);
    GuardedScoring scoring(memory.bytes(), count, choices);
    ASSERT_EQ(scoring.run(choices), "");
  }
  std::cout << num_plans << " plans, " << changed << " of them changed, " << refused
            << " changes refused\n";
  EXPECT_GT(changed, num_plans / 3);
}

TEST(GuardedMemoryDeathTest, faults_beyond_its_ends) {
  for (const auto guarded : {test::Guarded::kEnd, test::Guarded::kStart}) {
    test::GuardedMemory memory(64, guarded);
    volatile std::byte *at =
        guarded == test::Guarded::kEnd ? memory.data() + 64 : memory.data() - 1;
    EXPECT_DEATH({ static_cast<void>(*at); }, "");
    memory.protect();
    volatile std::byte *first = memory.data();
    EXPECT_DEATH({ *first = std::byte{1}; }, "");
  }
}

}  // namespace
}  // namespace pgscore::fuzz
