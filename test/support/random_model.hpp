// Random valid models, from a seed or from a fuzzer's bytes. This file and those for trees and
// machines draw every node and setting that model.hpp has: the differential tests do not cover what
// is not drawn here. Rows for such a model: hostile_rows.hpp.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "model/builder.hpp"
#include "model/hashed_category.hpp"
#include "model/names.hpp"
#include "support/choices.hpp"
#include "support/random_machines.hpp"
#include "support/random_trees.hpp"

namespace pgscore::test {

class RandomModel {
 public:
  explicit RandomModel(Choices &choices) : choices_(choices) {}

  model::Model make() {
    add_inputs();
    const std::uint32_t num_nodes =
        choices_.one_in(3) ? choices_.between(1, 8) : choices_.between(1, 2);
    for (std::uint32_t n = 0; n < num_nodes; ++n) add_node(n);
    add_outputs();
    return builder_.finish();
  }

 private:
  model::Precision precision() { return any_precision(choices_); }
  model::ColumnId any_column() { return choices_.below(num_columns_); }

  void add_inputs() {
    const std::uint32_t count =
        choices_.one_in(8) ? choices_.between(1, 90) : choices_.between(1, 6);
    for (std::uint32_t i = 0; i < count; ++i) {
      model::Input input;
      input.name = (choices_.one_in(6) ? "Spalte ä" : "x") +
                   std::to_string(choices_.one_in(4) ? 1000 - i : i);
      if (choices_.one_in(8)) {
        input.type = model::ColumnType::kHash;
      } else if (choices_.one_in(3)) {
        input.type = model::ColumnType::kCategory;
        const std::uint32_t categories =
            choices_.one_in(10) ? choices_.between(0, 150) : choices_.between(1, 6);
        for (std::uint32_t c = 0; c < categories; ++c)
          input.categories.push_back("c" + std::to_string((c * 7919) % 1009));
        if (choices_.one_in(4) && !input.categories.empty()) input.categories[0].clear();
        if (choices_.one_in(4))
          input.text_operations = {
              {model::TextFunction::kSubstring, choices_.between(1, 3), choices_.below(9)},
              {choices_.coin() ? model::TextFunction::kTrim : model::TextFunction::kLower, 0, 0}};
      }
      input.on_unknown = static_cast<model::UnknownPolicy>(choices_.below(4));
      input.on_missing = static_cast<model::MissingPolicy>(choices_.below(3));
      if (input.type == model::ColumnType::kNumber && choices_.one_in(8))
        input.unit = static_cast<model::Unit>(choices_.below(4));
      inputs_.push_back(input);
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {  // distinct names
      for (std::size_t j = 0; j < i; ++j)
        if (inputs_[i].name == inputs_[j].name) inputs_[i].name += "'" + std::to_string(i);
      builder_.add_input(inputs_[i]);
    }
    num_columns_ = count;
  }

  void add_node(std::uint32_t n) {
    switch (n == 0 && choices_.coin() ? 9 : choices_.below(12)) {
      case 0:
        add_apply();
        break;
      case 1:
        add_look_up();
        break;
      case 2:
        add_discretize();
        break;
      case 3:
        add_linear();
        break;
      case 4:
        add_link();
        break;
      case 5:
        num_columns_ = builder_.arg_max(some_columns()) + 1;
        break;
      case 6:
        add_hash_look_up();
        break;
      case 7:
      case 8:
        add_machine();
        break;
      default:
        num_columns_ = RandomTrees(choices_, builder_, inputs_).add(num_columns_);
        break;
    }
  }

  std::vector<model::ColumnId> some_columns() {
    std::vector<model::ColumnId> columns(choices_.between(1, 4));
    for (auto &column : columns)
      column = choices_.coin() ? num_columns_ - 1 - choices_.below(std::min(num_columns_, 3u))
                               : any_column();
    return columns;
  }

  void add_machine() {
    const std::vector<model::ColumnId> inputs = some_columns();
    num_columns_ += RandomMachine(choices_, builder_, inputs, precision()).add();
  }

  void add_apply() {
    const auto op = static_cast<model::Op>(
        choices_.below(static_cast<std::uint32_t>(model::Op::kNormalQuantile) + 1));
    std::vector<model::Operand> args;
    for (std::size_t i = 0; i < model::arity(op); ++i)
      args.push_back(
          choices_.one_in(3)
              ? model::Operand::value(choices_.one_in(8) ? model::kMissing : any_number(choices_))
              : model::Operand::of(any_column()));
    num_columns_ = builder_.apply(op, args, precision()) + 1;
  }

  std::vector<double> ascending(std::uint32_t count) {
    std::vector<double> numbers;
    for (std::uint32_t i = 0; i < count; ++i) numbers.push_back(any_number(choices_));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  }
  std::vector<double> table_values(std::size_t count) {
    std::vector<double> values(count);
    for (double &value : values)
      value = choices_.one_in(8) ? model::kMissing : any_number(choices_);
    return values;
  }

  void add_look_up() {
    model::LookUp table;
    table.input = any_column();
    if (table.input < inputs_.size() && inputs_[table.input].type == model::ColumnType::kCategory) {
      table.values = table_values(inputs_[table.input].categories.size());
    } else {
      table.keys = ascending(choices_.between(1, 12));
      table.values = table_values(table.keys.size());
    }
    table.unknown = choices_.coin() ? any_number(choices_) : model::kMissing;
    table.missing = choices_.coin() ? any_number(choices_) : model::kMissing;
    num_columns_ = builder_.look_up(table) + 1;
  }

  void add_hash_look_up() {
    model::HashLookUp table;
    table.inputs = some_columns();
    for (std::uint32_t i = choices_.one_in(8) ? 200 : choices_.between(0, 12); i > 0; --i) {
      std::uint64_t key = 0;
      if (choices_.one_in(8)) {
        key = choices_.next() << choices_.below(60);
      } else {  // of integers that rows have too
        for (std::size_t k = 0; k < table.inputs.size(); ++k)
          model::mix_hash(key, hash_value(choices_));
      }
      table.keys.push_back(key);
    }
    std::sort(table.keys.begin(), table.keys.end());
    table.keys.erase(std::unique(table.keys.begin(), table.keys.end()), table.keys.end());
    auto number = [&] {
      return choices_.one_in(8) ? NAN : static_cast<float>(any_number(choices_));
    };
    table.unknown.resize(choices_.between(1, 3));
    for (float &value : table.unknown) value = number();
    table.values.resize(table.keys.size() * table.unknown.size());
    for (float &value : table.values) value = number();
    const auto outputs = static_cast<std::uint32_t>(table.unknown.size());
    num_columns_ = builder_.hash_look_up(table) + outputs;
  }

  void add_discretize() {
    model::Discretize bins;
    bins.input = any_column();
    bins.cuts = ascending(choices_.between(0, 12));
    bins.upper_open = choices_.coin();
    bins.values = table_values(bins.cuts.size() + 1);
    bins.missing = choices_.coin() ? any_number(choices_) : model::kMissing;
    num_columns_ = builder_.discretize(bins) + 1;
  }

  void add_linear() {
    model::Linear linear;
    linear.precision = precision();
    linear.on_missing =
        choices_.coin() ? model::Linear::OnMissing::kPropagate : model::Linear::OnMissing::kSkip;
    linear.intercept_first = choices_.coin();
    linear.num_outputs = choices_.one_in(3) ? choices_.between(1, 4) : 1;
    auto numbers = [&](std::size_t count) {
      std::vector<double> out(count);
      for (double &x : out) x = in_precision(any_number(choices_), linear.precision);
      return out;
    };
    linear.intercept = numbers(linear.num_outputs);
    for (std::uint32_t t = choices_.between(0, 6); t > 0; --t) {
      model::LinearTerm term;
      term.column = any_column();
      term.by_level = term.column < inputs_.size() &&
                      inputs_[term.column].type == model::ColumnType::kCategory && choices_.coin();
      term.coefficients = numbers((term.by_level ? inputs_[term.column].categories.size() : 1) *
                                  linear.num_outputs);
      linear.terms.push_back(term);
    }
    const std::uint32_t outputs = linear.num_outputs;
    num_columns_ = builder_.linear(linear) + outputs;
  }

  void add_link() {
    model::Link link;
    link.function = static_cast<model::LinkFunction>(
        choices_.below(static_cast<std::uint32_t>(model::LinkFunction::kTanh) + 1));
    link.precision = precision();
    link.inputs = some_columns();
    const auto outputs = static_cast<std::uint32_t>(link.inputs.size());
    num_columns_ = builder_.link(link) + outputs;
  }

  void add_outputs() {
    model::Output &output = builder_.output();
    auto last = [&] {
      return choices_.coin() ? num_columns_ - 1 - choices_.below(std::min(num_columns_, 4u))
                             : any_column();
    };
    for (std::uint32_t i = choices_.between(0, 3); i > 0; --i) output.raw.push_back(last());
    if (choices_.coin()) {
      output.task = model::Task::kClassification;
      for (std::uint32_t i = choices_.between(2, 5); i > 0; --i)
        output.labels.push_back("label " + std::to_string(i));
      if (choices_.coin())
        for (std::size_t i = 0; i < output.labels.size(); ++i)
          output.probabilities.push_back(last());
      if (output.probabilities.empty() || !choices_.one_in(4)) output.class_code = last();
      output.positive = choices_.below(static_cast<std::uint32_t>(output.labels.size()));
      if (choices_.coin()) output.values.push_back({"value", last(), {}});
    } else {
      for (std::uint32_t i = choices_.between(1, 3); i > 0; --i)
        output.values.push_back({"value " + std::to_string(i), last(), {}});
    }
    for (std::uint32_t i = choices_.one_in(3) ? choices_.between(1, 3) : 0; i > 0; --i)
      output.more.push_back({"more " + std::to_string(i), last(),
                             std::vector<std::string>(choices_.below(3), "text")});
  }

  Choices &choices_;
  model::Builder builder_;
  std::vector<model::Input> inputs_;
  std::uint32_t num_columns_ = 0;
};

inline model::Model random_model(Choices &choices) { return RandomModel(choices).make(); }

}  // namespace pgscore::test
