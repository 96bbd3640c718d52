// Compares models/edge/onnx, the smallest graphs for one operator or trap each, with ONNX Runtime's
// own outputs. Comparisons, sums and products in ONNX Runtime's order must be equal bit for bit.
// ONNX Runtime approximates functions (exp, tanh, ...) and products of matrices in its own way:
// these agree within a few units in the last place of float32.
#include <iostream>

#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/kernel_differential.hpp"
#include "support/model_folders.hpp"
#include "support/onnx_rows.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

double tolerance(const std::string &name) {
  for (const char *prefix :
       {"functions", "op_softmax", "op_logsoftmax", "op_pow_float", "linear_", "network_",
        "reductions", "op_reducemean", "op_gather_by_argmax", "margin_linear_", "margin_op_"})
    if (name.starts_with(prefix)) return 3e-7;
  if (name.starts_with("svm_") || name.starts_with("margin_svm_")) return 3e-6;
  return 0;
}

TEST(OnnxEdge, every_model_gives_its_scores) {
  const std::vector<fs::path> models = test::edge_models("onnx");
  ASSERT_GE(models.size(), 220u);
  for (const fs::path &path : models) {
    const std::string name = path.stem().string();
    SCOPED_TRACE(name);
    const std::string bytes = test::read_file(path);
    const formats::Source source{.bytes = as_bytes(bytes)};
    EXPECT_EQ(formats::recognize("auto", source.bytes).format->name, "onnx");
    model::Model model;
    try {
      model = formats::load("auto", source);
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail() << " | " << e.hint();
      continue;
    }
    const test::CsvTable table = test::read_csv(test::beside(path, ".rows.csv")),
                         scores = test::read_csv(test::beside(path, ".scores.csv"));
    ASSERT_EQ(table.rows.size(), scores.rows.size());
    test::Rows rows;
    double worst = 0;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      rows.push_back(test::encode_onnx_row(model, table, table.rows[r], true));
      const auto named =
          test::name_onnx_outputs(model.output, model::interpret(model, rows.back()));
      for (std::size_t c = 0; c < scores.header.size(); ++c) {
        const std::string got = test::find_onnx_output(named, scores.header[c]);
        const double distance = test::onnx_distance(scores.rows[r].at(c), got);
        if (distance > tolerance(name) && distance > worst)
          ADD_FAILURE() << "row " << r + 1 << " " << scores.header[c] << ": expected "
                        << scores.rows[r][c] << ", got " << got << " for "
                        << ::testing::PrintToString(table.rows[r]);
        worst = std::max(worst, distance);
      }
    }
    const auto margins = std::count_if(scores.header.begin(), scores.header.end(),
                                       [](const auto &n) { return n.starts_with("margin_"); });
    EXPECT_TRUE(margins == 0 || static_cast<std::size_t>(margins) == model.output.raw.size())
        << model.output.raw.size();
    EXPECT_EQ(test::compare_with_interpreter(model, rows).text, "");
  }
}

/// Exports of "one against the rest" cast the label to float and back.
TEST(OnnxEdge, labels_stay_labels_through_floats) {
  const std::string bytes = test::read_file(test::edge_folder("onnx") / "one_against_rest.onnx");
  const model::Model model = formats::load("onnx", {.bytes = as_bytes(bytes)});
  EXPECT_EQ(model.output.labels, (std::vector<std::string>{"5", "6", "9"}));
  EXPECT_EQ(model.output.probabilities.size(), 3u);
}

}  // namespace
}  // namespace pgscore
