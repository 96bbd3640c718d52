#include "plan/plan.hpp"

namespace pgscore::plan {
namespace {

/// Finds `wanted`, a text or the normal form of one, among `count` texts that `order` puts in
/// ascending order; -1 when it is none of them.
template <class Wanted, class TextAt>
std::int64_t find_text(std::uint32_t count, const Wanted &wanted, const std::uint32_t *order,
                       TextAt text_at) {
  std::uint32_t first = 0;
  while (count > 0) {
    const std::uint32_t half = count / 2;
    const int comparison = wanted.compare(text_at(order[first + half]));
    if (comparison == 0) return order[first + half];
    if (comparison > 0) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return -1;
}

}  // namespace

std::string_view Plan::text(const Text &text) const {
  return {reinterpret_cast<const char *>(base_ + header().text.offset + text.offset), text.length};
}

std::string_view Plan::input_name(std::uint32_t input) const {
  return text(input_record(input).name);
}
model::ColumnType Plan::input_type(std::uint32_t input) const {
  return static_cast<model::ColumnType>(input_record(input).type);
}
model::UnknownPolicy Plan::input_on_unknown(std::uint32_t input) const {
  return static_cast<model::UnknownPolicy>(input_record(input).on_unknown);
}
model::MissingPolicy Plan::input_on_missing(std::uint32_t input) const {
  return static_cast<model::MissingPolicy>(input_record(input).on_missing);
}
model::NumberRange Plan::input_range(std::uint32_t input) const {
  return static_cast<model::NumberRange>(input_record(input).range);
}
model::Unit Plan::input_unit(std::uint32_t input) const {
  return static_cast<model::Unit>(input_record(input).unit);
}
std::uint32_t Plan::num_categories(std::uint32_t input) const {
  return input_record(input).num_categories;
}
std::string_view Plan::category(std::uint32_t input, std::uint32_t code) const {
  return text(data<Text>(header().categories)[input_record(input).first_category + code]);
}

std::int64_t Plan::find_category(std::uint32_t input, std::string_view wanted) const {
  const InputRecord &record = input_record(input);
  const std::uint32_t *order = data<std::uint32_t>(header().category_order) + record.first_category;
  auto text_at = [&](std::uint32_t code) { return category(input, code); };
  if (record.num_operations == 0) return find_text(record.num_categories, wanted, order, text_at);
  return find_text(record.num_categories, model::normal_text(text_operations(record), wanted),
                   order, text_at);
}

bool Plan::is_category(std::uint32_t input, std::uint32_t code, std::string_view text) const {
  const InputRecord &record = input_record(input);
  if (record.num_operations == 0) return category(input, code) == text;
  return model::normal_text(text_operations(record), text) == category(input, code);
}

bool Plan::counts_characters(std::uint32_t input) const {
  for (const TextOperationRecord &operation : text_operations(input_record(input)))
    if (static_cast<model::TextFunction>(operation.function) == model::TextFunction::kSubstring)
      return true;
  return false;
}

std::int64_t Plan::find_input(std::string_view wanted) const {
  return find_text(num_inputs(), wanted, data<std::uint32_t>(header().input_order),
                   [&](std::uint32_t input) { return input_name(input); });
}

std::string_view Plan::output_name(std::uint32_t i) const {
  return text(data<NamedOutputRecord>(header().named_outputs)[i].name);
}
std::uint32_t Plan::num_output_texts(std::uint32_t i) const {
  return data<NamedOutputRecord>(header().named_outputs)[i].num_texts;
}
std::string_view Plan::output_text(std::uint32_t i, std::uint32_t index) const {
  return text(data<Text>(
      header()
          .output_texts)[data<NamedOutputRecord>(header().named_outputs)[i].first_text + index]);
}
std::string_view Plan::label(std::uint32_t i) const { return text(data<Text>(header().labels)[i]); }

}  // namespace pgscore::plan
