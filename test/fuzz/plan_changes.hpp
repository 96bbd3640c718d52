// Changes of a plan that a fuzzer's bytes choose. After gentle changes many plans are still valid.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "plan/checksum.hpp"
#include "plan/plan_layout.hpp"
#include "support/choices.hpp"

namespace pgscore::fuzz {

/// Corrects the start of the header, so that the checks behind it are reached.
inline void seal(std::span<std::byte> plan) {
  auto &header = *reinterpret_cast<plan::Header *>(plan.data());
  std::memcpy(header.magic, plan::kPlanMagic, sizeof header.magic);
  header.version = plan::kPlanVersion;
  header.header_size = sizeof(plan::Header);
  header.total_size = plan.size();
  header.checksum = plan::plan_checksum(plan);
}

/// A number of any bits: one that rows hold, or a NaN of either sign, with a payload, quiet or
/// signalling.
inline double any_bits(test::Choices &choices) {
  constexpr std::uint64_t kNan = 0x7FF0'0000'0000'0000;
  switch (choices.below(8)) {
    case 0:
      return std::bit_cast<double>(kNan | (choices.next() + 1));
    case 1:
      return std::bit_cast<double>(kNan | std::uint64_t{1} << 63 | 0x8'0000'0000'0000 |
                                   choices.next());
    case 2:
      return std::bit_cast<double>(choices.next() << 48 | choices.next() << 24 | choices.next());
    case 3: {  // codes: whole numbers about the powers of two
      const double power = std::ldexp(1.0, static_cast<int>(choices.below(66)));
      const double near = power + static_cast<double>(choices.below(5)) - 2;
      return choices.coin() ? near : -near;
    }
    default:
      return test::any_number(choices);
  }
}

/// Changes a few elements of the sections that hold numbers, column lists, flags of steps and
/// inputs: most such changes leave a valid plan.
class GentleChanges {
 public:
  GentleChanges(std::span<std::byte> plan, test::Choices &choices)
      : plan_(plan),
        choices_(choices),
        header_(*reinterpret_cast<const plan::Header *>(plan.data())) {}

  void make(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) change_one();
  }

 private:
  template <class T>
  std::span<T> elements(const plan::Section &section) const {
    return {reinterpret_cast<T *>(plan_.data() + section.offset),
            static_cast<std::size_t>(section.count)};
  }
  /// Calls `change` with one element of a section that has some.
  template <class T, class Change>
  void change_any(const plan::Section &section, Change change) {
    const std::span<T> all = elements<T>(section);
    if (!all.empty()) change(all[choices_.below(static_cast<std::uint32_t>(all.size()))]);
  }
  std::uint32_t any_column() { return choices_.below(header_.num_columns); }

  void change_one() {
    switch (choices_.below(10)) {
      case 0:
        return change_any<double>(header_.numbers, [&](double &x) { x = any_bits(choices_); });
      case 1:
        return change_column(header_.columns);
      case 2:
        return change_column(header_.outputs);
      case 3:
        return change_any<plan::OperandRecord>(
            header_.operands, [&](plan::OperandRecord &operand) { change_operand(operand); });
      case 4:
        return change_step([&](plan::StepRecord &step) {
          step.function = static_cast<std::uint8_t>(choices_.below(48));
        });
      case 5:
        return change_step([](plan::StepRecord &step) { step.flag ^= 1; });
      case 6:
        return change_step([&](plan::StepRecord &step) { step.column = any_column(); });
      case 7:
        return change_any<plan::TermRecord>(
            header_.terms, [&](plan::TermRecord &term) { term.column = any_column(); });
      case 8:
        return change_any<plan::EnsembleRecord>(
            header_.ensembles, [&](plan::EnsembleRecord &trees) { change_trees(trees); });
      default:
        change_any<float>(header_.weights, [&](float &x) { set(x); });
        change_any<float>(header_.hash_values, [&](float &x) { set(x); });
    }
  }

  void set(float &x) { x = static_cast<float>(any_bits(choices_)); }
  void change_column(const plan::Section &columns) {
    change_any<std::uint32_t>(columns, [&](std::uint32_t &column) { column = any_column(); });
  }
  template <class Change>
  void change_step(Change change) {
    change_any<plan::StepRecord>(header_.steps, change);
  }
  void change_operand(plan::OperandRecord &operand) {
    operand.column = choices_.coin() ? any_column() : plan::OperandRecord::kConstant;
    operand.constant = any_bits(choices_);
  }
  void change_trees(const plan::EnsembleRecord &trees) {
    if (trees.sum != 0)
      change_any<double>(trees.values, [&](double &x) { x = any_bits(choices_); });
    else
      change_any<float>(trees.values, [&](float &x) { set(x); });
    change_any<std::uint32_t>(trees.set_words,
                              [&](std::uint32_t &word) { word ^= 1u << choices_.below(32); });
  }

  std::span<std::byte> plan_;
  test::Choices &choices_;
  const plan::Header header_;
};

inline void change_gently(std::span<std::byte> plan, std::uint32_t count, test::Choices &choices) {
  GentleChanges(plan, choices).make(count);
}

}  // namespace pgscore::fuzz
