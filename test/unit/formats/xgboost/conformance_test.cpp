// Real XGBoost models that others made, with the outputs of the library that trained them. They are
// not part of the project: PGSCORE_CONFORMANCE says where they are (default: ../shared/conformance
// beside the source folder).
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using test::CsvTable;

model::Model load_case(const fs::path &folder, const nlohmann::json &manifest,
                       std::optional<std::uint32_t> iterations) {
  const std::string bytes = test::read_file(folder / manifest["model_file"]);
  formats::Source source{.bytes = as_bytes(bytes)};
  source.options.iterations = iterations;
  // This model is of XGBoost 3.1, its expected values are of 1.7.4, which takes the base_score
  // "[9.9333334E-1]" for 0.5 without a word. With that base score everything else must be the same.
  if (manifest["name"] == "ankane-regression") source.options.base_score = {0.5};
  const std::string format = manifest["format"];
  EXPECT_EQ(formats::recognize("auto", source.bytes).format->name, format);
  return formats::load("auto", source);
}

/// The rows as the interpreter takes them. Cells of category features are codes, or the categories
/// themselves.
std::vector<std::vector<double>> encode(const model::Model &model, const CsvTable &table,
                                        bool codes) {
  std::vector<std::vector<double>> rows;
  for (const auto &cells : table.rows) {
    std::vector<double> row;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      const model::Input &input = model.inputs[i];
      std::size_t at = table.find(input.name);
      if (at == std::string::npos) at = i;
      const std::string cell = at < cells.size() ? cells[at] : "";
      if (cell.empty()) {
        row.push_back(model::kMissing);
      } else if (input.type == model::ColumnType::kCategory && !codes) {
        const auto code = std::find(input.categories.begin(), input.categories.end(), cell);
        EXPECT_NE(code, input.categories.end()) << input.name << " has no category " << cell;
        row.push_back(static_cast<double>(code - input.categories.begin()));
      } else {
        row.push_back(cell == "TRUE" ? 1 : cell == "FALSE" ? 0 : std::stod(cell));
      }
    }
    rows.push_back(row);
  }
  return rows;
}

/// Which column of the model an expected column is, and whether that holds a class rather than a
/// value.
struct Selection {
  model::ColumnId column;
  bool is_class = false;
};

/// The number that stands behind the prefix; none when something else does.
std::optional<std::size_t> number_behind(const std::string &name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = parse_integer(std::string_view(name).substr(prefix.size()));
  return number && *number >= 0 ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

Selection select(const model::Output &output, const std::string &name, bool has_probabilities) {
  constexpr std::string_view kProbabilityOf = "probability(";
  if (name == "margin") return {output.raw.at(0)};
  if (const auto k = number_behind(name, "margin")) return {output.raw.at(*k)};
  for (const char *prefix : {"p", "probability_"})
    if (const auto k = number_behind(name, prefix)) return {output.probabilities.at(*k)};
  if (name.starts_with(kProbabilityOf) && name.ends_with(')')) {
    const std::string text =
        name.substr(kProbabilityOf.size(), name.size() - kProbabilityOf.size() - 1);
    const auto label = std::find(output.labels.begin(), output.labels.end(), text);
    return {output.probabilities.at(static_cast<std::size_t>(label - output.labels.begin()))};
  }
  for (const model::NamedColumn &value : output.values)
    if (value.name == name) return {value.column};
  if (has_probabilities || output.values.empty()) return {output.class_code, true};
  return {output.values[0].column};
}

enum class Precision { kTolerance, kExact };

bool agrees(double got, const std::string &cell, const nlohmann::json &tolerance,
            Precision precision) {
  if (precision == Precision::kExact) return got == static_cast<double>(*parse_float32(cell));
  const double wanted = std::stod(cell);
  return std::fabs(got - wanted) <=
         tolerance["abs"].get<double>() + tolerance["rel"].get<double>() * std::fabs(wanted);
}

void compare(const model::Model &model, const std::vector<std::vector<double>> &rows,
             const fs::path &expected_file, const nlohmann::json &tolerance, Precision precision) {
  const CsvTable expected = test::read_csv(expected_file);
  ASSERT_EQ(expected.rows.size(), rows.size());
  bool has_probabilities = false;
  for (const std::string &name : expected.header)
    has_probabilities = has_probabilities || name.starts_with("prob") || name == "p0";
  std::vector<Selection> selections;
  for (const std::string &name : expected.header)
    selections.push_back(select(model.output, name, has_probabilities));
  std::size_t wrong = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<double> columns = model::interpret(model, rows[r]);
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const std::string &cell = expected.rows[r].at(c);
      if (cell.empty()) continue;
      double got = columns[selections[c].column];
      if (selections[c].is_class)
        got = std::stod(model.output.labels.at(static_cast<std::size_t>(got)));
      if (!agrees(got, cell, tolerance, precision) && ++wrong <= 3)
        ADD_FAILURE() << expected_file << " row " << r + 1 << " " << expected.header[c]
                      << ": expected " << cell << ", got " << got;
    }
  }
  EXPECT_EQ(wrong, 0u) << expected_file;
}

void compare_leaves(const model::Model &model, const std::vector<std::vector<double>> &rows,
                    const CsvTable &expected) {
  ASSERT_EQ(expected.rows.size(), rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::vector<std::string> leaves;
    for (std::uint32_t leaf : model::interpret_leaves(model, rows[r]))
      leaves.push_back(std::to_string(leaf));
    ASSERT_EQ(leaves, expected.rows[r]) << "row " << r + 1;
  }
}

void run_case(const fs::path &folder) {
  const nlohmann::json manifest = nlohmann::json::parse(test::read_file(folder / "manifest.json"));
  std::optional<std::uint32_t> iterations;
  if (manifest.contains("tree_limit")) iterations = manifest["tree_limit"].get<std::uint32_t>();
  const model::Model model = load_case(folder, manifest, iterations);
  const bool encoded = fs::exists(folder / "input_encoded.csv");
  const CsvTable input = test::read_csv(folder / (encoded ? "input_encoded.csv" : "input.csv"));
  const auto rows = encode(model, input, true);

  compare(model, rows, folder / "expected.csv", manifest["tolerance"], Precision::kTolerance);
  if (fs::exists(folder / "expected_margin.csv")) {
    // XGBoost 0.4 added the base score of a linear model after the terms, XGBoost since 1.0 adds it
    // before them. These margins are of 0.4; for files that it can load we give the numbers of the
    // later library (test/oracle compares bit for bit).
    const bool is_old_linear = manifest["format"] == "xgboost-binary" &&
                               manifest["kind"].get<std::string>().starts_with("gblinear");
    compare(model, rows, folder / "expected_margin.csv", manifest["tolerance"],
            is_old_linear ? Precision::kTolerance : Precision::kExact);
  }
  if (fs::exists(folder / "expected_leaf.csv"))
    compare_leaves(model, rows, test::read_csv(folder / "expected_leaf.csv"));

  const auto is_category = [](const model::Input &i) {
    return i.type == model::ColumnType::kCategory;
  };
  if (encoded && std::any_of(model.inputs.begin(), model.inputs.end(), is_category)) {
    SCOPED_TRACE("with the categories as texts");
    compare(model, encode(model, test::read_csv(folder / "input.csv"), false),
            folder / "expected.csv", manifest["tolerance"], Precision::kTolerance);
  }
  if (manifest.contains("expected_tree_limit"))
    for (const auto &[limit, file] : manifest["expected_tree_limit"].items()) {
      SCOPED_TRACE("with iterations = " + limit);
      const model::Model limited =
          load_case(folder, manifest, static_cast<std::uint32_t>(std::stoul(limit)));
      compare(limited, rows, folder / file.get<std::string>(), manifest["tolerance"],
              Precision::kTolerance);
    }
}

TEST(XgboostConformance, every_case_gives_the_outputs_of_its_library) {
  test::run_conformance_cases({"xgboost-json", "xgboost-ubj", "xgboost-binary"}, run_case);
}

}  // namespace
}  // namespace pgscore
