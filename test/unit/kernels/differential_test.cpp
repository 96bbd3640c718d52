// Compares the kernels with the interpreter on random models and hostile rows.
// PGSCORE_RANDOM_MODELS sets how many models (default 10,000).
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"
#include "support/random_model.hpp"

namespace pgscore::test {
namespace {

std::optional<plan::TreeLayout> layout_for(std::uint64_t seed) {
  if (seed % 6 == 0) return std::nullopt;
  return static_cast<plan::TreeLayout>(seed % 6 - 1);
}

std::optional<bool> low_blocks_for(std::uint64_t seed) {
  if (seed % 3 == 0) return std::nullopt;
  return seed % 3 == 1;
}

TEST(KernelDifferential, random_models) {
  const char *asked = std::getenv("PGSCORE_RANDOM_MODELS");
  const std::uint64_t count = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 10'000;
  std::uint64_t comparisons = 0, trees = 0, nodes = 0;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Choices choices(seed);
    const model::Model model = random_model(choices);
    trees += model.num_trees();
    nodes += model.num_tree_nodes();
    const HostileRows hostile(model);
    Rows rows;
    for (std::uint32_t r = choices.one_in(40) ? choices.between(32, 600) : choices.between(1, 12);
         r > 0; --r)
      rows.push_back(hostile.row(choices));
    Difference difference;
    try {
      difference = compare_with_interpreter(
          model, rows, {.layout = layout_for(seed), .low_blocks = low_blocks_for(seed)},
          choices.below(5));
    } catch (const Error &e) {
      difference.text = e.message() + " " + e.detail();
    }
    ASSERT_EQ(difference.text, "") << "seed " << seed;
    comparisons += difference.comparisons;
  }
  std::cout << count << " random models, " << trees << " trees, " << nodes << " nodes, "
            << comparisons << " outputs compared bit by bit\n";
}

}  // namespace
}  // namespace pgscore::test
