// A verified plan in memory: the view that kernels, row binding and SQL functions read.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// Proves every offset, index and count of `bytes` against the layout, and the checksum. Throws
/// kCorruptedPlan. What reads a plan after that checks no bounds. `bytes` must be aligned to
/// kPlanAlignment.
void verify_plan(Bytes bytes);

/// A view that does not own the plan; copies are free. It may only be made of verified bytes
/// (verify_plan), or of bytes that were published in shared memory after they had been verified.
class Plan {
 public:
  Plan() = default;
  /// Views the plan at `base`, which is aligned to kPlanAlignment and outlives the view. A view
  /// that is false has no plan: only its base() may be asked for, which is null.
  explicit Plan(const std::byte *base) : base_(base) {}
  explicit operator bool() const { return base_ != nullptr; }

  /// Give the first byte of the plan, and its header there. header().total_size is the plan's
  /// length.
  const std::byte *base() const { return base_; }
  const Header &header() const { return *reinterpret_cast<const Header *>(base_); }

  /// Describe the inputs, which are numbered from 0 in the model's order. `input` is not checked.
  /// Names, and all texts below, are UTF-8 in the plan's memory.
  std::uint32_t num_inputs() const { return static_cast<std::uint32_t>(header().inputs.count); }
  std::string_view input_name(std::uint32_t input) const;
  model::ColumnType input_type(std::uint32_t input) const;
  model::UnknownPolicy input_on_unknown(std::uint32_t input) const;
  model::MissingPolicy input_on_missing(std::uint32_t input) const;
  model::NumberRange input_range(std::uint32_t input) const;
  model::Unit input_unit(std::uint32_t input) const;
  /// Give the number of categories of a category input, and their texts by their codes.
  std::uint32_t num_categories(std::uint32_t input) const;
  std::string_view category(std::uint32_t input, std::uint32_t code) const;
  /// Finds the code of a text of a row, after the input's text operations; -1 when the input does
  /// not know it. O(log n); no allocation.
  std::int64_t find_category(std::uint32_t input, std::string_view text) const;
  /// Says whether a text of a row, after the input's text operations, is the category `code`.
  bool is_category(std::uint32_t input, std::uint32_t code, std::string_view text) const;
  /// Says whether texts must be UTF-8 to be looked up, since a text operation counts characters.
  bool counts_characters(std::uint32_t input) const;
  /// Finds the input called `name`; -1 when there is none. O(log n); no allocation.
  std::int64_t find_input(std::string_view name) const;

  /// Says what the model is for. The counts below say which outputs it has.
  model::Task task() const { return static_cast<model::Task>(header().task); }
  /// The outputs that predict returns, one per target.
  std::uint32_t num_values() const { return header().num_values; }
  std::string_view value_name(std::uint32_t i) const { return output_name(i); }
  /// The named outputs: num_values that predict returns, then num_more that only predict_outputs
  /// does. One with texts is not a number but output_text(i, number).
  std::uint32_t num_more() const { return header().num_more; }
  std::string_view output_name(std::uint32_t i) const;
  std::uint32_t num_output_texts(std::uint32_t i) const;
  std::string_view output_text(std::uint32_t i, std::uint32_t index) const;
  std::uint32_t num_raw() const { return header().num_raw; }
  std::uint32_t num_probabilities() const { return header().num_probabilities; }
  std::uint32_t num_labels() const { return static_cast<std::uint32_t>(header().labels.count); }
  std::string_view label(std::uint32_t i) const;
  bool has_class() const { return header().num_classes != 0; }
  std::uint32_t positive() const { return header().positive; }
  std::uint64_t num_trees() const { return header().num_trees; }

  /// Give the elements of a section of this plan. T must be what the layout says.
  template <class T>
  const T *data(const Section &section) const {
    return reinterpret_cast<const T *>(base_ + section.offset);
  }
  template <class T>
  std::span<const T> elements(const Section &section) const {
    return {data<T>(section), static_cast<std::size_t>(section.count)};
  }

 private:
  std::string_view text(const Text &text) const;
  std::span<const TextOperationRecord> text_operations(const InputRecord &input) const {
    return elements<TextOperationRecord>(header().text_operations)
        .subspan(input.first_operation, input.num_operations);
  }
  const InputRecord &input_record(std::uint32_t input) const {
    return data<InputRecord>(header().inputs)[input];
  }

  const std::byte *base_ = nullptr;
};

}  // namespace pgscore::plan
