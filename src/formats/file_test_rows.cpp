#include "formats/file_test_rows.hpp"

#include <cmath>
#include <string>
#include <unordered_map>

#include "base/pace.hpp"
#include "model/text_operation.hpp"

namespace pgscore::formats {
namespace {

using model::TestRow;

/// The caller's names for the file's. A row may ask for each of a million, so they are not searched
/// one by one.
class Renaming {
 public:
  Renaming(const std::vector<std::string> &own, const std::vector<std::string> &given,
           bool needs_places) {
    if (own == given && !needs_places) return;
    for (std::size_t i = 0; i < own.size(); ++i)
      names_.emplace(own[i], i < given.size() ? given[i] : own[i]);
  }

  /// Whether the file knows the name; then `name` is the caller's.
  bool rename(std::string &name) const {
    const auto at = names_.find(name);
    if (at != names_.end()) name = at->second;
    return at != names_.end();
  }

 private:
  std::unordered_map<std::string, std::string> names_;
};

/// What the import has changed of one input.
class InputChange {
 public:
  InputChange(const model::Input &own, const model::Input &given)
      : operations_(own.text_operations),
        unknown_(own.on_unknown != given.on_unknown),
        missing_(own.on_missing != given.on_missing),
        renaming_(own.categories, given.categories, unknown_) {}

  /// Renames a category. -> whether another policy decides about the value.
  bool apply(TestRow::Cell &cell) const {
    if (const auto *number = std::get_if<double>(&cell)) return missing_ && std::isnan(*number);
    auto &text = std::get<std::string>(cell);
    std::string category = model::normal_text(operations_, text).str();
    if (!renaming_.rename(category)) return unknown_;
    text = std::move(category);
    return false;
  }

 private:
  const std::vector<model::TextOperation> &operations_;
  bool unknown_, missing_;
  Renaming renaming_;
};

}  // namespace

FileTestRows::FileTestRows(model::Builder &builder) : builder_(builder) {
  if (builder.test_rows().rows.empty()) return;
  inputs_ = builder.inputs();
  output_ = builder.output();
}

/// Whether anything was left out.
bool FileTestRows::leave_out_outputs(TestRow &row) const {
  const model::Output &given = builder_.output();
  bool left_out = false;
  if (!given.values.empty() &&
      (output_.values.empty() || output_.values[0].column != given.values[0].column)) {
    const std::string &value = given.values[0].name;
    left_out = std::erase_if(row.outputs, [&](const TestRow::Named &named) {
                 return named.output == value;
               }) > 0;
    left_out = left_out || !row.values.empty();
    row.values.clear();
  }
  if (row.label && output_.class_code != given.class_code) {
    row.label.reset();
    left_out = true;
  }
  return left_out;
}

void FileTestRows::follow() const {
  std::vector<TestRow> &rows = builder_.test_rows().rows;
  if (rows.empty()) return;
  const Renaming labels(output_.labels, builder_.output().labels, false);
  std::vector<InputChange> changes;
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    changes.emplace_back(inputs_[i], builder_.inputs()[i]);
  Pace pace(builder_.interrupt());
  std::size_t left_out = 0;
  for (TestRow &row : rows) {
    if (row.label) labels.rename(*row.label);
    bool is_another = false;
    for (std::size_t i = 0; i < row.inputs.size() && i < changes.size(); ++i)
      is_another |= changes[i].apply(row.inputs[i]);
    pace.spend(16 * (1 + row.inputs.size()));
    if (is_another) row = TestRow{.place = std::move(row.place), .inputs = std::move(row.inputs)};
    if (leave_out_outputs(row) || is_another) ++left_out;
  }
  if (left_out == 0) return;
  builder_.warn("the options change what " + std::to_string(left_out) + " of the file's " +
                    std::to_string(rows.size()) + " test rows expect: that is not compared",
                {}, "Give rows with the scores that you expect as test_rows.");
}

}  // namespace pgscore::formats
