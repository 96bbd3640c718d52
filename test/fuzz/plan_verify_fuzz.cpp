// Hostile plan bytes: verify_plan throws kCorruptedPlan, or scoring with the plan is safe.
// Sanitizers watch.
//
// The first byte says how the bytes become a plan: unchanged, or as a valid plan of a model made
// from some of them, changed at places that the others name. The checksum and the fields before it
// are then corrected, so that the checks behind them are reached.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/kernel.hpp"
#include "plan/checksum.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "support/random_model.hpp"

namespace {

using namespace pgscore;

/// Six bytes each: a place (relative, so that large plans are reached too), what to do, a value.
void change(std::vector<std::byte> &plan, std::span<const std::uint8_t> changes) {
  for (; changes.size() >= 6 && !plan.empty(); changes = changes.subspan(6)) {
    const std::size_t place = (changes[0] | changes[1] << 8 | changes[2] << 16);
    const std::size_t at = changes[3] % 2 == 0
                               ? place % plan.size()
                               : place % std::min(plan.size(), sizeof(plan::Header) + 1024);
    const std::size_t word = at / 4 * 4;
    std::uint32_t value = 0;
    if (word + 4 <= plan.size()) std::memcpy(&value, plan.data() + word, 4);
    switch (changes[3] / 2 % 6) {
      case 0:
        plan[at] = static_cast<std::byte>(changes[4]);
        continue;
      case 1:
        plan[at] ^= static_cast<std::byte>(1u << changes[4] % 8);
        continue;
      case 2:
        value += static_cast<std::uint32_t>(static_cast<std::int8_t>(changes[4]));
        break;
      case 3:
        value = changes[4] | changes[5] << 8;
        break;
      case 4:
        value = changes[4] % 2 == 0 ? UINT32_MAX - changes[5] : 0x7FFF'FF80u + changes[5];
        break;
      default:
        plan.resize(plan.size() / 64 * 64 -
                    std::min<std::size_t>(plan.size() / 64, changes[4] % 3) * 64);
        continue;
    }
    if (word + 4 <= plan.size()) std::memcpy(plan.data() + word, &value, 4);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size < 4) return 0;
  std::span<const std::uint8_t> bytes(data, size);
  const std::uint8_t mode = bytes[0];
  bytes = bytes.subspan(1);
  std::vector<std::byte> plan_bytes;
  if (mode % 8 == 0) {
    plan_bytes.assign(reinterpret_cast<const std::byte *>(bytes.data()),
                      reinterpret_cast<const std::byte *>(bytes.data()) + bytes.size());
  } else {
    const std::size_t change_bytes = std::min<std::size_t>(bytes[0] % 16 * 6, bytes.size() - 1);
    test::Choices choices(bytes.subspan(1 + change_bytes));
    plan::CompileOptions options;
    if (mode % 8 < 6) options.layout = static_cast<plan::TreeLayout>(mode % 8 - 1);
    if (mode % 16 < 8) options.low_blocks = true;
    plan_bytes = plan::compile(test::random_model(choices), {}, options);
    change(plan_bytes, bytes.subspan(1, change_bytes));
  }
  if (plan_bytes.size() < sizeof(plan::Header)) return 0;
  plan::PlanMemory memory(plan_bytes);
  auto &header = *reinterpret_cast<plan::Header *>(memory.data());
  std::memcpy(header.magic, plan::kPlanMagic, sizeof header.magic);
  header.version = plan::kPlanVersion;
  header.header_size = sizeof(plan::Header);
  header.total_size = memory.size();
  header.checksum = plan::plan_checksum(memory.bytes());
  try {
    plan::verify_plan(memory.bytes());
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kCorruptedPlan) std::abort();
    return 0;
  }

  // Accepted: everything that the view and the kernels offer must be safe.
  const plan::Plan plan(memory.data());
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
    if (plan.find_input(plan.input_name(i)) != i) std::abort();
    // What text operations make of a category's text may be another category, or none.
    const bool as_they_are =
        plan.elements<plan::InputRecord>(plan.header().inputs)[i].num_operations == 0;
    for (std::uint32_t c = 0; c < plan.num_categories(i); ++c) {
      const std::int64_t found = plan.find_category(i, plan.category(i, c));
      if (as_they_are ? found != c : found < -1 || found >= plan.num_categories(i)) std::abort();
    }
  }
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i)
    if (plan.label(i).size() > memory.size()) std::abort();
  for (std::uint32_t i = 0; i < plan.num_values(); ++i)
    if (plan.value_name(i).size() > memory.size()) std::abort();
  kernels::Scratch scratch(plan, kernels::kBlockRows,
                           mode / 8 % 4 == 0   ? "auto"
                           : mode / 8 % 4 == 1 ? "avx512"
                           : mode / 8 % 4 == 2 ? "avx2"
                                               : "scalar");
  const std::size_t num_rows = mode % 2 == 0 ? 5 : mode % 4 == 1 ? 40 : 260;
  std::vector<double> values(plan.num_inputs() * num_rows);
  test::Choices choices(std::uint64_t{1});
  for (double &value : values)
    value = choices.one_in(6) ? model::kMissing : test::any_number(choices);
  for (std::size_t w = 0; w <= static_cast<std::size_t>(kernels::Want::kAll); ++w) {
    const auto want = static_cast<kernels::Want>(w);
    const std::size_t width = kernels::output_width(plan, want);
    std::vector<double> out(num_rows * width);
    kernels::score(plan, {values.data(), num_rows, num_rows}, want, scratch, out.data());
    kernels::score(plan, {values.data(), 1, 1}, want, scratch, out.data());
  }
  return 0;
}
