#include "formats/file_test_rows.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace pgscore::formats {
namespace {

using model::TestRow;

/// The caller's name of what the file calls `text`.
std::string renamed(const std::string &text, const std::vector<std::string> &own, const std::vector<std::string> &given) {
  const auto at = std::find(own.begin(), own.end(), text);
  const auto place = static_cast<std::size_t>(at - own.begin());
  return at == own.end() || place >= given.size() ? text : given[place];
}

bool is_missing(const TestRow::Cell &cell) {
  const auto *number = std::get_if<double>(&cell);
  return number != nullptr && std::isnan(*number);
}

}  // namespace

FileTestRows::FileTestRows(model::Builder &builder) : builder_(builder) {
  if (builder.test_rows().rows.empty()) return;
  labels_ = builder.output().labels;
  values_ = builder.output().values;
  for (const model::Input &input : builder.inputs()) categories_.push_back(input.categories);
}

void FileTestRows::rename(TestRow &row) const {
  if (row.label) row.label = renamed(*row.label, labels_, builder_.output().labels);
  const std::span<const model::Input> inputs = builder_.inputs();
  for (std::size_t i = 0; i < row.inputs.size() && i < categories_.size(); ++i)
    if (auto *text = std::get_if<std::string>(&row.inputs[i])) *text = renamed(*text, categories_[i], inputs[i].categories);
}

/// Whether anything was left out.
bool FileTestRows::leave_out(const Options &options, TestRow &row) const {
  const std::span<const model::Input> inputs = builder_.inputs();
  bool is_changed = options.iterations || options.start_iteration;
  for (std::size_t i = 0; i < row.inputs.size() && i < inputs.size(); ++i) {
    const auto *text = std::get_if<std::string>(&row.inputs[i]);
    const auto &known = inputs[i].categories;
    is_changed = is_changed || (options.on_missing && is_missing(row.inputs[i])) ||
                 (options.on_unknown && text != nullptr && std::find(known.begin(), known.end(), *text) == known.end());
  }
  if (is_changed) {
    row.values = row.raw = row.probabilities = {};
    row.label = {};
    row.outputs = {};
    return true;
  }
  bool left_out = false;
  if (options.positive_class) {
    const model::NamedColumn &value = builder_.output().values[0];
    if (values_.empty() || values_[0].column != value.column) {
      left_out =
          std::erase_if(row.outputs, [&](const auto &named) { return named.output == value.name; }) > 0 || !row.values.empty();
      row.values = {};
    }
  }
  if (options.threshold && row.label) {
    row.label = {};
    left_out = true;
  }
  return left_out;
}

void FileTestRows::follow(const Options &options) const {
  std::vector<TestRow> &rows = builder_.test_rows().rows;
  std::size_t left_out = 0;
  for (TestRow &row : rows) {
    rename(row);
    left_out += leave_out(options, row) ? 1 : 0;
  }
  if (left_out == 0) return;
  builder_.warn("the options change what " + std::to_string(left_out) + " of the file's " + std::to_string(rows.size()) +
                    " test rows expect: that is not compared",
                {}, "Give rows with the scores that you expect as test_rows.");
}

}  // namespace pgscore::formats
