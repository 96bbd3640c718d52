// Images of explanations that a fuzzer's bytes choose, and changes of them.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "explain/checksum.hpp"
#include "explain/compile.hpp"
#include "explain/explanation_layout.hpp"
#include "formats/format.hpp"
#include "fuzz/plan_changes.hpp"
#include "model/tree_ensemble.hpp"
#include "support/random_model.hpp"

namespace pgscore::fuzz {

/// The explanations of the models of models/edge, compiled once.
inline const std::vector<std::vector<std::byte>> &edge_explanations() {
  static const std::vector<std::vector<std::byte>> images = [] {
    std::vector<std::filesystem::path> paths;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(PGSCORE_SOURCE_DIR) / "models" / "edge"))
      if (entry.is_regular_file() && entry.path().extension() != ".csv")
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::vector<std::byte>> made;
    for (const std::filesystem::path &path : paths) {
      std::ifstream file(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      try {
        made.push_back(explain::compile(formats::load("auto", {.bytes = as_bytes(bytes)})));
      } catch (const Error &) {  // options, dumps that need some, models without contributions
      }
    }
    return made;
  }();
  return images;
}

/// Covers for all trees; and the margins of a node that may be a sum, so that many models have
/// contributions.
inline void make_explainable(model::Model &model, test::Choices &choices) {
  for (model::Node &node : model.nodes) {
    const bool is_linear = std::holds_alternative<model::Linear>(node.body);
    auto *trees = std::get_if<model::TreeEnsemble>(&node.body);
    if (trees == nullptr && !is_linear) continue;
    if (!choices.one_in(8)) {
      model.output.raw.clear();
      for (std::uint32_t k = 0; k < node.num_outputs; ++k)
        model.output.raw.push_back(node.first_output + k);
    }
    if (trees == nullptr) continue;
    trees->covers.resize(trees->nodes.size());
    for (double &cover : trees->covers) cover = choices.below(9);
    trees->gains.clear();
  }
}

/// A model's explanation, made of choices; none when it has no contributions.
inline std::vector<std::byte> random_explanation(test::Choices &choices) {
  model::Model model = test::random_model(choices);
  test::Choices covers(std::uint64_t{choices.next()});
  make_explainable(model, covers);
  try {
    return explain::compile(model);
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kUnsupportedModel) std::abort();
    return {};
  }
}

/// Corrects the start of the header, and that of the plan of the columns, so that the checks behind
/// them are reached.
inline void seal_explanation(std::span<std::byte> image) {
  auto &header = *reinterpret_cast<explain::Header *>(image.data());
  const plan::Section plan = header.plan;
  if (plan.count >= sizeof(plan::Header) && plan.offset % plan::kPlanAlignment == 0 &&
      plan.offset <= image.size() && plan.count <= image.size() - plan.offset)
    seal(image.subspan(plan.offset, plan.count));
  std::memcpy(header.magic, explain::kExplanationMagic, sizeof header.magic);
  header.version = explain::kExplanationVersion;
  header.total_size = image.size();
  header.checksum = explain::explanation_checksum(image);
}

/// Six bytes each: a place (relative, so that large images are reached too), what to do, a value.
inline void change_roughly(std::vector<std::byte> &image, std::span<const std::uint8_t> changes) {
  for (; changes.size() >= 6 && !image.empty(); changes = changes.subspan(6)) {
    const std::size_t place = (changes[0] | changes[1] << 8 | changes[2] << 16);
    const std::size_t at = changes[3] % 2 == 0
                               ? place % image.size()
                               : place % std::min(image.size(), sizeof(explain::Header) + 1024);
    const std::size_t word = at / 4 * 4;
    std::uint32_t value = 0;
    if (word + 4 <= image.size()) std::memcpy(&value, image.data() + word, 4);
    switch (changes[3] / 2 % 6) {
      case 0:
        image[at] = static_cast<std::byte>(changes[4]);
        continue;
      case 1:
        image[at] ^= static_cast<std::byte>(1u << changes[4] % 8);
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
        image.resize(image.size() / 64 * 64 -
                     std::min<std::size_t>(image.size() / 64, changes[4] % 3) * 64);
        continue;
    }
    if (word + 4 <= image.size()) std::memcpy(image.data() + word, &value, 4);
  }
}

/// Changes a few fields of the records: most such changes leave a valid image.
class GentleExplanationChanges {
 public:
  GentleExplanationChanges(std::span<std::byte> image, test::Choices &choices)
      : image_(image),
        choices_(choices),
        header_(*reinterpret_cast<const explain::Header *>(image.data())) {}

  void make(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) change_one();
  }

 private:
  template <class T, class Change>
  void change_any(const plan::Section &section, Change change) {
    const auto count = static_cast<std::uint32_t>(section.count);
    if (count > 0)
      change(reinterpret_cast<T *>(image_.data() + section.offset)[choices_.below(count)]);
  }
  template <class Change>
  void change_split(Change change) {
    change_any<explain::SplitRecord>(header_.splits, change);
  }
  std::uint32_t any_of(const plan::Section &section) {
    return choices_.below(static_cast<std::uint32_t>(std::max<std::uint64_t>(section.count, 1)));
  }
  /// Mostly one that a valid image may have: below `count`.
  std::uint8_t small(std::uint32_t count) {
    return static_cast<std::uint8_t>(choices_.below(count + (choices_.one_in(20) ? 1 : 0)));
  }

  void change_one() {
    switch (choices_.below(14)) {
      case 0:
        return change_any<double>(header_.leaves, [&](double &x) { x = any_bits(choices_); });
      case 1:
        return change_any<double>(
            header_.factors, [&](double &x) { x = static_cast<double>(choices_.below(99)) - 9; });
      case 2:
        return change_any<explain::Point>(
            header_.points, [&](explain::Point &point) { point.weight = any_bits(choices_); });
      case 3:
        return change_any<explain::OutputRecord>(
            header_.outputs, [&](explain::OutputRecord &one) { one.bias = any_bits(choices_); });
      case 4:
        return change_any<explain::TermRecord>(header_.terms, [&](explain::TermRecord &term) {
          term.scale = any_bits(choices_);
          term.column = any_of(header_.columns);
        });
      case 5:
        return change_any<std::uint32_t>(
            header_.words, [&](std::uint32_t &word) { word ^= 1u << choices_.below(32); });
      case 6:
        return change_any<explain::ColumnRecord>(
            header_.columns, [&](explain::ColumnRecord &column) {
              column.place = choices_.below(std::max(header_.num_inputs, 1u));
            });
      case 7:
        return change_split([&](explain::SplitRecord &split) {
          split.threshold = any_bits(choices_);
          split.ratios[choices_.below(2)] = choices_.below(5) / 4.0;
        });
      case 8:
        return change_split([&](explain::SplitRecord &split) {  // another line of the column
          split.line = split.line / explain::kLinesOfColumn * explain::kLinesOfColumn +
                       choices_.below(explain::kLinesOfColumn);
        });
      case 9:
        return change_split(
            [&](explain::SplitRecord &split) { split.factors = any_of(header_.factors); });
      case 10:
        return change_split([&](explain::SplitRecord &split) { split.compares = small(2); });
      case 11:
        return change_split([&](explain::SplitRecord &split) {
          split.kind = static_cast<std::uint8_t>(1 + small(4));
          split.missing = small(3);
          split.default_left = small(2);
          split.set = any_of(header_.sets);
        });
      case 12:
        return change_any<explain::SetRecord>(header_.sets, [&](explain::SetRecord &set) {
          set.first_word = any_of(header_.words);
          set.num_words = choices_.below(3);
        });
      default:
        if (header_.plan.count >= sizeof(plan::Header))
          change_gently(image_.subspan(header_.plan.offset, header_.plan.count), 1, choices_);
    }
  }

  std::span<std::byte> image_;
  test::Choices &choices_;
  const explain::Header header_;
};

}  // namespace pgscore::fuzz
