// Scores a verified plan with rows of any numbers. The plan, the rows and the outputs lie between
// pages that may not be touched. Every kernel of this CPU scores row by row and in blocks, all
// outputs, and the texts that outputs stand for; all kernels must agree.
#pragma once
#include <bit>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plan_changes.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/output_texts.hpp"
#include "plan/plan.hpp"
#include "support/guarded_memory.hpp"

namespace pgscore::fuzz {

class GuardedScoring {
 public:
  /// `plan`: verified bytes. Rows of `count` are made from `choices`.
  GuardedScoring(std::span<const std::byte> plan, std::size_t count, test::Choices &choices)
      : bytes_(plan),
        count_(count),
        num_inputs_(plan::Plan(plan.data()).num_inputs()),
        rows_(count * num_inputs_) {
    const plan::Plan view(plan.data());
    for (std::size_t r = 0; r < count; ++r)
      for (std::uint32_t i = 0; i < num_inputs_; ++i)
        rows_[r * num_inputs_ + i] = value(view, i, choices);
  }

  /// Returns what kernels do not agree about, or an empty text.
  std::string run(test::Choices &choices) {
    const auto guarded = choices.coin() ? test::Guarded::kEnd : test::Guarded::kStart;
    test::GuardedMemory memory(bytes_, guarded);
    memory.protect();
    const plan::Plan plan(memory.data());
    look_up_texts(plan, choices);
    for (std::size_t w = 0; w <= static_cast<std::size_t>(kernels::Want::kAll); ++w) {
      const auto want = static_cast<kernels::Want>(w);
      const std::size_t width = kernels::output_width(plan, want);
      std::vector<double> expected;  // of the first kernel, row by row
      for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
        if (!kernel->runs_on_this_cpu()) continue;
        for (const Form form : {Form::kRow, Form::kColumns, Form::kRows}) {
          const std::vector<double> out = score(plan, want, width, kernel->name, form, guarded);
          if (expected.empty()) expected = out;
          for (std::size_t i = 0; i < out.size(); ++i)
            if (!same(out[i], expected[i]))
              return std::string(kernel->name) + ", form " +
                     std::to_string(static_cast<int>(form)) + ", want " + std::to_string(w) +
                     ", row " + std::to_string(i / width) + ", output " + std::to_string(i % width);
        }
      }
      if (want == kernels::Want::kAll) check_texts(plan, expected, width);
    }
    return {};
  }

 private:
  enum class Form { kRow, kColumns, kRows };

  static bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
           (std::isnan(a) && std::isnan(b));
  }
  static double value(plan::Plan plan, std::uint32_t input, test::Choices &choices) {
    if (choices.one_in(8)) return model::kMissing;
    const std::uint32_t categories = plan.num_categories(input);
    if (plan.input_type(input) == model::ColumnType::kCategory && !choices.one_in(6))
      return static_cast<double>(choices.below(categories + 3)) - 1;  // up to one beyond the last
    if (plan.input_type(input) == model::ColumnType::kHash && choices.coin())
      return test::hash_value(choices);
    return any_bits(choices);
  }

  std::vector<double> score(plan::Plan plan, kernels::Want want, std::size_t width,
                            std::string_view kernel, Form form, test::Guarded guarded) const {
    kernels::Scratch scratch(plan, form == Form::kRow ? 1 : kernels::kBlockRows, kernel);
    test::GuardedMemory out(count_ * width * sizeof(double), guarded);
    if (form == Form::kRow) {
      test::GuardedMemory row(num_inputs_ * sizeof(double), guarded),
          row_out(width * sizeof(double), guarded);
      for (std::size_t r = 0; r < count_; ++r) {
        std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(r * num_inputs_), num_inputs_,
                    row.as<double>());
        kernels::score(plan, {row.as<double>(), 1, 1}, want, scratch, row_out.as<double>());
        if (width > 0)
          std::memcpy(out.data() + r * width * sizeof(double), row_out.data(),
                      width * sizeof(double));
      }
    } else {
      test::GuardedMemory block(std::span<const double>(rows_), guarded);
      for (std::size_t r = 0; r < count_ && form == Form::kColumns; ++r)
        for (std::size_t i = 0; i < num_inputs_; ++i)
          block.as<double>()[i * count_ + r] = rows_[r * num_inputs_ + i];
      block.protect();
      kernels::score(plan,
                     form == Form::kColumns
                         ? kernels::Block{block.as<double>(), count_, count_}
                         : kernels::Block{block.as<double>(), 1, count_, num_inputs_},
                     want, scratch, out.as<double>());
    }
    return {out.as<double>(), out.as<double>() + count_ * width};
  }

  /// Stops the program where `text` does not lie in the plan.
  static void must_lie_in(plan::Plan plan, std::string_view text) {
    const auto *begin = reinterpret_cast<const char *>(plan.base());
    if (text.data() < begin || text.data() + text.size() > begin + plan.header().total_size)
      __builtin_trap();
  }
  static void check_texts(plan::Plan plan, const std::vector<double> &outputs, std::size_t width) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (const auto label = plan::label_of(plan, outputs[i])) must_lie_in(plan, *label);
      const std::size_t j = i % width, first_more = width - plan.num_more();
      if (j < plan.num_values() || j >= first_more) {
        const auto named = static_cast<std::uint32_t>(
            j < plan.num_values() ? j : plan.num_values() + j - first_more);
        if (const auto text = plan::text_of_output(plan, named, outputs[i]))
          must_lie_in(plan, *text);
      }
    }
  }
  /// Looks up texts as rows may hold them, of any length and any bytes.
  static void look_up_texts(plan::Plan plan, test::Choices &choices) {
    for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
      must_lie_in(plan, plan.input_name(i));
      if (plan.input_type(i) != model::ColumnType::kCategory) continue;
      for (int n = 0; n < 4; ++n) {
        std::string text;
        if (plan.num_categories(i) > 0 && choices.coin())
          text = plan.category(i, choices.below(plan.num_categories(i)));
        for (std::uint32_t length = choices.one_in(8) ? choices.below(3000) : choices.below(4);
             length > 0; --length)
          text += static_cast<char>(choices.below(256));
        const std::int64_t code = plan.find_category(i, text);
        if (code < -1 || code >= std::int64_t{plan.num_categories(i)}) __builtin_trap();
        if (code >= 0) must_lie_in(plan, plan.category(i, static_cast<std::uint32_t>(code)));
      }
    }
  }

  std::span<const std::byte> bytes_;
  std::size_t count_, num_inputs_;
  std::vector<double> rows_;  // row by row
};

}  // namespace pgscore::fuzz
