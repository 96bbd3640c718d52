// Compares the exporters of models/export with the training libraries. The interpreter scores every
// models/edge/pgscore_json/{sklearn,r}_*.json on its <name>.rows.csv, and the scores are compared
// with <name>.scores.csv, which the library itself wrote (models/make).
//
// Trees have the covers of the training data where the library keeps them.
//
// Where scikit-learn or R is installed, the same is done with fresh random models (test/oracle).
// Where it is not, the test says that it is skipped.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <random>

#include "formats/format.hpp"
#include "formats/pgscore_json/pgscore_json.hpp"
#include "model/interpret.hpp"
#include "model/names.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
/// The text of a cell that is NULL.
const std::string kNull(1, '\0');

double parse_number(const std::string &text) {
  if (text == kNull) return model::kMissing;
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  EXPECT_EQ(*end, '\0') << "not a number: " << text;
  return value;
}

/// One row, encoded for the interpreter. nullopt: a policy of the model makes the whole row an
/// error or NULL.
std::optional<std::vector<double>> encode(const model::Model &model,
                                          const std::vector<std::string> &header,
                                          const std::vector<std::string> &row) {
  std::vector<double> inputs;
  for (const model::Input &input : model.inputs) {
    const auto at = std::find(header.begin(), header.end(), input.name);
    if (at == header.end()) throw std::runtime_error("no column " + input.name);
    const std::string &cell = row.at(static_cast<std::size_t>(at - header.begin()));
    double value = model::kMissing;
    if (input.type == model::ColumnType::kNumber) {
      value = parse_number(cell);
    } else if (cell != kNull) {
      const auto category = std::find(input.categories.begin(), input.categories.end(), cell);
      if (category != input.categories.end()) {
        value = static_cast<double>(category - input.categories.begin());
      } else if (input.on_unknown == model::UnknownPolicy::kKeep) {
        value = model::kUnknownCategory;
      } else if (input.on_unknown != model::UnknownPolicy::kMissing) {
        return std::nullopt;
      }
    }
    if (std::isnan(value) && input.on_missing != model::MissingPolicy::kNative) return std::nullopt;
    if (std::fabs(value) > model::greatest_magnitude(input.range)) return std::nullopt;
    inputs.push_back(value);
  }
  return inputs;
}

/// How far a score may be from the library's.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
  bool accepts(double expected, double got) const {
    if (std::isnan(expected) || std::isnan(got)) return std::isnan(expected) && std::isnan(got);
    if (expected == got) return true;
    return std::fabs(expected - got) <= absolute + relative * std::fabs(expected);
  }
};

Tolerance tolerance_of(const model::Model &model, model::ColumnId column) {
  bool after_linear = false, after_link = false;
  // Everything up to the node of `column` counts: a coarse answer, but only the strict one must not
  // be given by mistake.
  for (const model::Node &node : model.nodes) {
    if (node.first_output > column) break;
    // The exporters' guard against infinities has zeros for coefficients and changes nothing.
    if (const auto *linear = std::get_if<model::Linear>(&node.body); linear != nullptr)
      for (const model::LinearTerm &term : linear->terms)
        for (const double coefficient : term.coefficients)
          after_linear = after_linear || coefficient != 0;
    if (std::holds_alternative<model::Link>(node.body)) after_link = true;
    if (const auto *apply = std::get_if<model::Apply>(&node.body);
        apply != nullptr && apply->op == model::Op::kExp)
      after_link = true;
  }
  // The library's BLAS adds in another order and with fused multiply-add; cancellation makes this
  // absolute, for values near 1.
  if (after_linear) return {1e-13, 1e-13};
  // numpy's vectorised exp is not the C library's: up to 4 ulp, and two roundings behind it.
  if (after_link) return {2e-15, 1e-300};
  return {};  // trees: bit for bit
}

struct Comparison {
  std::size_t scores = 0, different_bits = 0;
};

bool compare_column(const model::Model &model, const std::string &what, model::ColumnId id,
                    double got, const std::string &cell, Comparison &out) {
  const double expected = parse_number(cell);
  ++out.scores;
  if (expected != got && !(std::isnan(expected) && std::isnan(got))) ++out.different_bits;
  const bool accepted = tolerance_of(model, id).accepts(expected, got);
  EXPECT_TRUE(accepted) << what << ": expected " << cell << ", got " << std::setprecision(17)
                        << got;
  return accepted;
}

/// false when the scores differ.
bool compare_row(const model::Model &model, const std::optional<std::vector<double>> &inputs,
                 const std::vector<std::string> &header, const std::vector<std::string> &scores,
                 Comparison &result) {
  std::vector<double> columns;
  if (inputs) columns = model::interpret(model, *inputs);
  bool same = true;
  std::size_t value = 0, raw = 0, probability = 0;
  for (std::size_t c = 0; c < header.size(); ++c) {
    const std::string &name = header[c], &cell = scores.at(c);
    if (cell == "refused") {
      // The library raised an error for this row: so must a policy, or the score is NULL.
      const model::ColumnId id = model.output.task == model::Task::kRegression
                                     ? model.output.values[0].column
                                     : model.output.class_code;
      const bool refused = !inputs || std::isnan(columns[id]);
      EXPECT_TRUE(refused) << "the library refuses this row";
      return refused;
    }
    if (!inputs) {
      // A policy: right when the library gives nothing either.
      EXPECT_EQ(cell, kNull) << "the row is refused, the library says " << name << " = " << cell;
      if (cell != kNull) return false;
    } else if (name.starts_with("value")) {
      const model::ColumnId id = model.output.values.at(value++).column;
      same = compare_column(model, name, id, columns[id], cell, result) && same;
    } else if (name.starts_with("raw")) {
      const model::ColumnId id = model.output.raw.at(raw++);
      same = compare_column(model, name, id, columns[id], cell, result) && same;
    } else if (name.starts_with("probability")) {
      const model::ColumnId id = model.output.probabilities.at(probability++);
      same = compare_column(model, name, id, columns[id], cell, result) && same;
    } else if (name == "class") {
      const double code = columns[model.output.class_code];
      const std::string label =
          std::isnan(code) ? kNull : model.output.labels.at(static_cast<std::size_t>(code));
      ++result.scores;
      EXPECT_EQ(label, cell);
      same = label == cell && same;
    } else {
      ADD_FAILURE() << "unknown column " << name;
    }
  }
  return same;
}

/// randomForest and ranger keep no counts. Elsewhere each split's rows are those of its children,
/// and gains come with them.
void expect_covers(const model::Model &model, const std::string &text) {
  const bool has_covers =
      text.find("R randomForest") == text.npos && text.find("R ranger") == text.npos;
  for (const model::Node &node : model.nodes) {
    const auto *trees = std::get_if<model::TreeEnsemble>(&node.body);
    if (trees == nullptr) continue;
    ASSERT_EQ(trees->covers.size(), has_covers ? trees->nodes.size() : 0);
    ASSERT_EQ(trees->gains.size(), trees->covers.size());
    if (!has_covers) continue;
    for (const model::Tree &tree : trees->trees) EXPECT_GE(trees->covers[tree.first_node], 1);
    for (std::size_t i = 0; i < trees->covers.size(); ++i) {
      const model::TreeNode &split = trees->nodes[i];
      if (split.split == model::Split::kLeaf) continue;
      const double children = trees->covers[split.left] + trees->covers[split.right];
      EXPECT_NEAR(trees->covers[i], children, 1e-9 * children) << "node " << split.id;
    }
  }
}

Comparison compare(const fs::path &json) {
  Comparison result;
  fs::path stem = json;
  stem.replace_extension();
  const std::string text = test::read_file(json);
  const model::Model model = formats::load("auto", {.bytes = as_bytes(text)});
  EXPECT_EQ(model.format, "pgscore-json");
  expect_covers(model, text);
  const test::CsvTable rows = test::read_csv(stem.string() + ".rows.csv", kNull),
                       scores = test::read_csv(stem.string() + ".scores.csv", kNull);
  EXPECT_GE(rows.rows.size(), 1u);
  EXPECT_EQ(rows.rows.size(), scores.rows.size());
  for (std::size_t r = 0; r < rows.rows.size() && r < scores.rows.size(); ++r) {
    SCOPED_TRACE(json.filename().string() + " row " + std::to_string(r + 1));
    // The first row that differs is enough of a model.
    if (!compare_row(model, encode(model, rows.header, rows.rows[r]), scores.header, scores.rows[r],
                     result))
      break;
  }
  return result;
}

/// Compares every model of a folder whose name starts with `prefix`; returns how many there are.
std::size_t compare_folder(const fs::path &folder, const std::string &prefix) {
  std::size_t models = 0;
  Comparison total;
  std::vector<fs::path> files;
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json" && entry.path().filename().string().starts_with(prefix))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path &file : files) {
    SCOPED_TRACE(file.string());
    try {
      const Comparison one = compare(file);
      EXPECT_GT(one.scores, 0u);
      total.scores += one.scores;
      total.different_bits += one.different_bits;
    } catch (const Error &e) {
      ADD_FAILURE() << file << ": " << e.message() << " " << e.detail();
    }
    ++models;
  }
  std::cout << "[ " << prefix << " ] " << models << " models, " << total.scores << " scores, "
            << total.different_bits
            << " of them with other bits (all within the stated tolerance unless the test fails)\n";
  return models;
}

const fs::path kSource = PGSCORE_SOURCE_DIR;

TEST(GoldenExport, scikit_learn) {
  EXPECT_GE(compare_folder(kSource / "models/edge/pgscore_json", "sklearn_"), 58u);
}
TEST(GoldenExport, r) {
  EXPECT_GE(compare_folder(kSource / "models/edge/pgscore_json", "r_"), 47u);
}

/// Runs a generator of random models into a fresh folder and compares them.
void compare_fresh(const std::string &probe, const std::string &generator,
                   const std::string &prefix) {
  if (std::system((probe + " > /dev/null 2>&1").c_str()) != 0)
    GTEST_SKIP() << "SKIPPED: no training library at hand (" << probe
                 << "), fresh models are not compared";
  const fs::path folder = fs::temp_directory_path() /
                          ("pgscore_fresh_" + prefix + std::to_string(std::random_device()()));
  fs::create_directories(folder);
  // The same models in every run, so that a run tells about the change under test; other seeds
  // search for more.
  const unsigned seed = std::getenv("PGSCORE_SEED") != nullptr
                            ? std::strtoul(std::getenv("PGSCORE_SEED"), nullptr, 10)
                            : 901'381;
  std::cout << "[ seed ] PGSCORE_SEED=" << seed << "\n";
  const std::string count =
      std::getenv("PGSCORE_FRESH_MODELS") != nullptr ? std::getenv("PGSCORE_FRESH_MODELS") : "20";
  ASSERT_EQ(
      std::system(
          (generator + " " + folder.string() + " " + std::to_string(seed) + " " + count).c_str()),
      0);
  EXPECT_GT(compare_folder(folder, prefix), 0u);
  if (!::testing::Test::HasFailure()) fs::remove_all(folder);
}

TEST(GoldenExport, fresh_scikit_learn) {
  compare_fresh("/usr/bin/python3 -c 'import sklearn, pandas'",
                "/usr/bin/python3 " + (kSource / "test/oracle/sklearn_random.py").string(),
                "sklearn_");
}
TEST(GoldenExport, fresh_r) {
  compare_fresh(
      "Rscript -e 'library(jsonlite); library(rpart); library(randomForest); library(gbm); "
      "library(ranger)'",
      "Rscript " + (kSource / "test/oracle/r_random.R").string(), "r_");
}

/// Looks at one's own models: with PGSCORE_GOLDEN_DIR=folder,
/// formats_pgscore_json_golden_export_test --gtest_filter='*given*' --gtest_also_run_disabled_tests
TEST(GoldenExport, DISABLED_given_folder) {
  const char *folder = std::getenv("PGSCORE_GOLDEN_DIR");
  ASSERT_NE(folder, nullptr) << "set PGSCORE_GOLDEN_DIR";
  EXPECT_GT(compare_folder(folder, ""), 0u);
}

}  // namespace
}  // namespace pgscore
