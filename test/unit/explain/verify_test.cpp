// Damaged explanations, with a right checksum, are refused with the reason.
#include "explain/verify.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "explain/checksum.hpp"
#include "explain/compile.hpp"
#include "explain/explanation.hpp"
#include "model/builder.hpp"
#include "plan/plan_memory.hpp"
#include "support/explained_rows.hpp"

namespace pgscore::explain {
namespace {

using model::Split;

/// A tree of two inputs, a third input, and a term.
model::Model sample() {
  model::Builder builder;
  for (const char *name : {"x", "y", "z"}) builder.add_input({.name = name});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1};
  trees.settings().base = {0};
  trees.begin_tree();
  trees.split(0, 0, Split::kLess, 1, false, 1, 2);
  trees.split_in_set(1, 1, std::vector<std::uint32_t>{1, 40}, false, 3, 4);
  trees.split(2, 0, Split::kLess, 2, false, 5, 6);
  for (std::uint32_t leaf = 3; leaf < 7; ++leaf) {
    trees.leaf(leaf, leaf);
    trees.cover(leaf);
  }
  trees.end_tree();
  const model::ColumnId score = builder.trees(trees.finish());
  builder.output().raw = {
      builder.apply(model::Op::kAdd, {model::Operand::of(score), model::Operand::of(2)})};
  builder.output().values = {{"value", builder.output().raw[0], {}}};
  return builder.finish();
}

class Damaged {
 public:
  Damaged() : memory_(compile(sample())) {}
  Header &header() { return *reinterpret_cast<Header *>(memory_.data()); }
  template <class T>
  T &at(const plan::Section &section, std::size_t i = 0) {
    EXPECT_LT(i, section.count);
    return reinterpret_cast<T *>(memory_.data() + section.offset)[i];
  }
  Bytes bytes() const { return memory_.bytes(); }
  SplitRecord &split(std::size_t i) { return at<SplitRecord>(header().splits, i); }
  /// The detail of the refusal, or "" when it is accepted.
  std::string verdict() {
    header().checksum = explanation_checksum(memory_.bytes());
    try {
      verify(memory_.bytes());
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorruptedPlan);
      return error.detail();
    }
    return {};
  }

 private:
  plan::PlanMemory memory_;
};

TEST(VerifyExplanation, refuses_what_is_damaged) {
  struct Damage {
    const char *detail;
    std::function<void(Damaged &)> make;
  };
  const Damage damages[] = {
      {"", [](Damaged &) {}},
      {"The explanation has another version.", [](Damaged &d) { ++d.header().version; }},
      {"There are too many inputs.", [](Damaged &d) { d.header().num_inputs = 1'000'001; }},
      {"There are too many levels.", [](Damaged &d) { d.header().max_levels = kMaxLevels + 1; }},
      {"No tree has so many points or levels.", [](Damaged &d) { ++d.header().max_levels; }},
      {"A tree has another number of levels.",
       [](Damaged &d) { --d.at<TreeRecord>(d.header().trees).num_levels; }},
      {"The points of a tree are out of range.",
       [](Damaged &d) { d.at<TreeRecord>(d.header().trees).num_points = 0; }},
      {"The leaves of a tree are out of order.", [](Damaged &d) { ++d.split(1).children[0]; }},
      {"The splits of a tree are out of order.", [](Damaged &d) { d.split(0).children[0] = 0; }},
      {"The column of a split is out of range.", [](Damaged &d) { d.split(0).line = 9999; }},
      {"A split is of an unknown kind.", [](Damaged &d) { d.split(0).kind = 9; }},
      {"The set of a split is out of range.", [](Damaged &d) { d.split(1).set = 1; }},
      {"A ratio of covers is out of range.", [](Damaged &d) { d.split(0).ratios[1] = 1.5; }},
      {"The shape of a split is another one.", [](Damaged &d) { d.split(0).shape = 1; }},
      {"The factors of a split are out of range.",
       [](Damaged &d) {
         d.split(0).factors = static_cast<std::uint32_t>(d.header().factors.count - 7);
       }},
      {"The split above of the same feature is another one.",
       [](Damaged &d) { d.split(2).previous_right = 0; }},
      {"A split has no other one of its feature above, and has.",
       [](Damaged &d) { d.split(0).previous_split = 1; }},
      {"A set is out of range.", [](Damaged &d) { ++d.at<SetRecord>(d.header().sets).num_words; }},
      {"The first factors are not 0.",
       [](Damaged &d) { d.at<double>(d.header().factors, 127) = 1; }},
      {"A column is out of range.",
       [](Damaged &d) { d.at<ColumnRecord>(d.header().columns).feature = 3; }},
      {"The terms are not those of the outputs.",
       [](Damaged &d) { ++d.at<OutputRecord>(d.header().outputs).num_terms; }},
  };
  for (const Damage &damage : damages) {
    Damaged image;
    damage.make(image);
    EXPECT_EQ(image.verdict(), damage.detail);
  }
}

/// Their vectors have no alignment of their own.
TEST(VerifyExplanation, factors_may_begin_anywhere) {
  Damaged image;
  for (std::size_t i = 0; i < 3; ++i)
    image.split(i).factors = static_cast<std::uint32_t>(2 * i + 1);
  ASSERT_EQ(image.verdict(), "");
  const Explanation explanation(image.bytes().data());
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
    Workspace workspace(explanation, kernel->name);
    const double row[] = {0, 1, 2};
    double out[4];
    contributions(explanation, 0, row, 3, 1, workspace, out);
    EXPECT_EQ(out[0], 0);  // all factors are 0
    EXPECT_EQ(out[2], 2);
  }
}

/// A path of many levels and features takes no time of its own.
TEST(VerifyExplanation, accepts_a_tree_that_is_one_long_path) {
  constexpr std::uint32_t kLevels = 4000;
  model::Builder builder;
  for (std::uint32_t i = 0; i < kLevels; ++i) builder.add_input({.name = std::to_string(i)});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = model::column_range(0, kLevels);
  trees.settings().sum = model::Precision::kFloat64;
  trees.settings().base = {0};
  trees.begin_tree();
  for (std::uint32_t i = 0; i < kLevels; ++i) {
    trees.split(2 * i, i, Split::kLess, 1, false, 2 * i + 1, 2 * i + 2);
    trees.leaf(2 * i + 1, 1);
    trees.cover(1);
  }
  trees.leaf(2 * kLevels, 5);
  trees.cover(1);
  trees.end_tree();
  builder.output().raw = {builder.trees(trees.finish())};
  builder.output().values = {{"value", builder.output().raw[0], {}}};
  const model::Model model = builder.finish();
  const std::vector<double> found = test::explain_rows(model, 0, {std::vector<double>(kLevels, 2)});
  double sum = 0;
  for (const double contribution : found) sum += contribution;
  EXPECT_NEAR(sum, 5, 1e-9);
}

}  // namespace
}  // namespace pgscore::explain
