// Tests the form of a call of score(): widths, long blocks, strides, kernels by name.
#include <gtest/gtest.h>

#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"
#include "support/random_model.hpp"

namespace pgscore::kernels {
namespace {

TEST(KernelScore, blocks_of_any_length) {
  test::Choices choices(std::uint64_t{77});
  for (int i = 0; i < 20; ++i) {
    const model::Model model = test::random_model(choices);
    const test::HostileRows hostile(model);
    for (std::size_t count : {0u, 1u, 2u, 31u, 32u, 63u, 64u, 65u, 128u, 129u, 200u, 256u, 257u,
                              511u, 512u, 513u, 700u}) {
      test::Rows rows;
      while (rows.size() < count) rows.push_back(hostile.row(choices));
      ASSERT_EQ(test::compare_with_interpreter(model, rows, {}, count % 7).text, "")
          << count << " rows";
    }
  }
}

// So many columns that a block of 64 rows would not fit the scratch memory.
TEST(KernelScore, wide_plans_use_shorter_blocks) {
  model::Builder builder;
  builder.add_input({.name = "x"});
  model::ColumnId last = 0;
  for (int i = 0; i < 5000; ++i)
    last = builder.apply(model::Op::kAdd, {model::Operand::of(last), model::Operand::value(i)},
                         model::Precision::kFloat32);
  builder.output().values = {{"y", last}};
  test::Rows rows;
  for (int r = 0; r < 100; ++r) rows.push_back({r * 0.37});
  EXPECT_EQ(test::compare_with_interpreter(builder.finish(), rows).text, "");
}

TEST(KernelScore, table_ends_with_the_kernel_for_everything) {
  ASSERT_FALSE(kernel_table().empty());
  EXPECT_EQ(kernel_table().back()->name, "scalar");
  EXPECT_EQ(find_kernel("scalar"), kernel_table().back());
  EXPECT_EQ(find_kernel("no such kernel"), nullptr);
  for (const char *name : {"auto", "scalar", "avx2", "neon", "no such kernel"})
    EXPECT_NE(choose_kernel(plan::EnsembleRecord{}, name, kBlockRows).rows, nullptr) << name;
}

}  // namespace
}  // namespace pgscore::kernels
