// Real CatBoost models that others made, with the outputs of the library that trained them. They
// are not part of the project: PGSCORE_CONFORMANCE says where they are (default:
// ../shared/conformance beside the source folder). Raw values must be equal to the last bit;
// probabilities within the cases' tolerance, since CatBoost has an exponential function of its own.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/hashed_category.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/kernel_differential.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using test::CsvTable;

/// Columns by name where all names are there, else by position.
test::Rows encode(const model::Model &model, const CsvTable &table) {
  bool by_name = true;
  for (const model::Input &input : model.inputs)
    by_name = by_name && table.find(input.name) != std::string::npos;
  test::Rows rows;
  for (const auto &cells : table.rows) {
    std::vector<double> row;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      const std::string &cell = cells.at(by_name ? table.find(model.inputs[i].name) : i);
      if (cell.empty())
        row.push_back(model::kMissing);
      else
        row.push_back(model.inputs[i].type == model::ColumnType::kHash
                          ? model::hashed_category(cell)
                          : std::stod(cell));
    }
    rows.push_back(row);
  }
  return rows;
}

struct Selection {
  model::ColumnId column = 0;
  bool exact = false;
};

Selection select(const model::Output &output, const nlohmann::json &manifest,
                 const std::string &name) {
  const bool raw = manifest.value("output_kind", "") == "RawFormulaVal";
  auto number = [&] { return std::stoul(name.substr(name.find_first_of("0123456789"))); };
  if (name.starts_with("raw") || (raw && name.starts_with("p") && name != "prediction"))
    return {output.raw.at(number()), true};
  if (name.starts_with("prob") || name.starts_with("multi_prob"))
    return {output.probabilities.at(number()), false};
  if (raw || output.task == model::Task::kRegression) return {output.raw.at(0), true};
  return {output.class_code, true};
}

void run_case(const fs::path &folder) {
  const nlohmann::json manifest = nlohmann::json::parse(test::read_file(folder / "manifest.json"));
  const std::string bytes = test::read_file(folder / manifest["model_file"].get<std::string>());
  formats::Source source{.bytes = as_bytes(bytes)};
  EXPECT_EQ(formats::recognize("auto", source.bytes).format->name,
            manifest["format"].get<std::string>());
  const model::Model model = formats::load("auto", source);
  const test::Rows rows = encode(model, test::read_csv(folder / "input.csv"));
  const CsvTable expected = test::read_csv(folder / "expected.csv");
  ASSERT_EQ(expected.rows.size(), rows.size());
  std::size_t wrong = 0;
  double worst = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<double> columns = model::interpret(model, rows[r]);
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const std::string &cell = expected.rows[r].at(c);
      if (cell.empty()) continue;
      const Selection selection = select(model.output, manifest, expected.header[c]);
      double got = columns[selection.column];
      if (selection.column == model.output.class_code)
        got = std::stod(model.output.labels.at(static_cast<std::size_t>(got)));
      const double wanted = *parse_float64(cell);
      const double error = std::fabs(got - wanted);
      const double allowed =
          selection.exact ? 0
                          : manifest["tolerance"]["abs"].get<double>() +
                                manifest["tolerance"]["rel"].get<double>() * std::fabs(wanted);
      if (!selection.exact) worst = std::max(worst, error / std::fabs(wanted));
      if (!(error <= allowed) && ++wrong <= 3)
        ADD_FAILURE() << folder << " row " << r + 1 << " " << expected.header[c] << ": expected "
                      << cell << ", got " << float64_text(got);
    }
  }
  EXPECT_EQ(wrong, 0u) << folder;
  if (worst > 0)
    std::cerr << folder.filename().string() << ": probabilities differ by at most " << worst
              << " (relative)\n";
  for (const plan::TreeLayout layout :
       {plan::TreeLayout::kCodes8, plan::TreeLayout::kCodes16, plan::TreeLayout::kDirect,
        plan::TreeLayout::kOblivious8, plan::TreeLayout::kOblivious16})
    EXPECT_EQ(test::compare_with_interpreter(model, rows, {.layout = layout}).text, "") << folder;
}

TEST(CatboostConformance, every_case_gives_the_outputs_of_its_library) {
  test::run_conformance_cases({"catboost-cbm", "catboost-json"}, run_case);
}

}  // namespace
}  // namespace pgscore
