// A fuzzer's bytes -> changes of a plan, of which the gentle ones leave many plans valid.
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
#include "support/random_model.hpp"

namespace pgscore::fuzz {

/// Puts right what every plan begins with, so that the checks behind it are reached.
inline void seal(std::span<std::byte> plan) {
  auto &header = *reinterpret_cast<plan::Header *>(plan.data());
  std::memcpy(header.magic, plan::kPlanMagic, sizeof header.magic);
  header.version = plan::kPlanVersion;
  header.header_size = sizeof(plan::Header);
  header.total_size = plan.size();
  header.checksum = plan::plan_checksum(plan);
}

/// Numbers of any bits: of those that rows hold, and NaN of both signs, with payloads, quiet and
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

/// A few elements of the sections that hold numbers, column lists, flags of steps and inputs: what
/// a plan may say in many ways.
inline void change_gently(std::span<std::byte> plan, std::uint32_t count, test::Choices &choices) {
  const plan::Header header = *reinterpret_cast<const plan::Header *>(plan.data());
  auto elements = [&]<class T>(T, const plan::Section &section) {
    return std::span<T>(reinterpret_cast<T *>(plan.data() + section.offset),
                        static_cast<std::size_t>(section.count));
  };
  auto any_of = [&](auto span) -> auto & {
    return span[choices.below(static_cast<std::uint32_t>(span.size()))];
  };
  const auto numbers = elements(double{}, header.numbers);
  const auto columns = elements(std::uint32_t{}, header.columns),
             outputs = elements(std::uint32_t{}, header.outputs);
  const auto operands = elements(plan::OperandRecord{}, header.operands);
  const auto steps = elements(plan::StepRecord{}, header.steps);
  const auto terms = elements(plan::TermRecord{}, header.terms);
  const auto ensembles = elements(plan::EnsembleRecord{}, header.ensembles);
  const auto weights = elements(float{}, header.weights);
  const auto hash_values = elements(float{}, header.hash_values);
  for (std::uint32_t i = 0; i < count; ++i) {
    switch (choices.below(10)) {
      case 0:
        if (!numbers.empty()) any_of(numbers) = any_bits(choices);
        break;
      case 1:
        if (!columns.empty()) any_of(columns) = choices.below(header.num_columns);
        break;
      case 2:
        if (!outputs.empty()) any_of(outputs) = choices.below(header.num_columns);
        break;
      case 3:
        if (!operands.empty()) {
          plan::OperandRecord &operand = any_of(operands);
          operand.column =
              choices.coin() ? choices.below(header.num_columns) : plan::OperandRecord::kConstant;
          operand.constant = any_bits(choices);
        }
        break;
      case 4:
        if (!steps.empty()) any_of(steps).function = static_cast<std::uint8_t>(choices.below(48));
        break;
      case 5:
        if (!steps.empty()) any_of(steps).flag ^= 1;
        break;
      case 6:
        if (!steps.empty()) any_of(steps).column = choices.below(header.num_columns);
        break;
      case 7:
        if (!terms.empty()) any_of(terms).column = choices.below(header.num_columns);
        break;
      case 8: {
        if (ensembles.empty()) break;
        const plan::EnsembleRecord &trees = any_of(ensembles);
        const bool wide = trees.sum != 0;
        const auto values =
            elements(double{}, {trees.values.offset, wide ? trees.values.count : 0});
        const auto floats = elements(float{}, {trees.values.offset, wide ? 0 : trees.values.count});
        if (!values.empty()) any_of(values) = any_bits(choices);
        if (!floats.empty()) any_of(floats) = static_cast<float>(any_bits(choices));
        const auto words = elements(std::uint32_t{}, trees.set_words);
        if (!words.empty()) any_of(words) ^= 1u << choices.below(32);
        break;
      }
      default:
        if (!weights.empty()) any_of(weights) = static_cast<float>(any_bits(choices));
        if (!hash_values.empty()) any_of(hash_values) = static_cast<float>(any_bits(choices));
    }
  }
}

}  // namespace pgscore::fuzz
