// Checks that models still compile to the same plans. digests.txt holds a digest of the plan and of
// the description of every model of models/edge and models/credit, and the message that each file
// of models/hostile is refused with. A change that should change no behaviour changes no line of
// it.
//
// Where a change is meant, PGSCORE_PLAN_DIGESTS=FILE writes what is found to FILE: compare it, say
// why in the commit, keep it.
#define XXH_INLINE_ALL
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <sstream>
#include <string>

#include "base/error.hpp"
#include "formats/format.hpp"
#include "model/describe.hpp"
#include "plan/compile.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

class Digest {
 public:
  void add(std::string_view text) {
    bytes_ += std::to_string(text.size()) + ':' + std::string(text);
  }
  void add(std::span<const double> numbers) {
    add(std::string_view(reinterpret_cast<const char *>(numbers.data()), numbers.size_bytes()));
  }
  std::string hex() const {
    std::ostringstream text;
    text << std::hex << std::setw(16) << std::setfill('0')
         << XXH3_64bits(bytes_.data(), bytes_.size());
    return text.str();
  }

 private:
  std::string bytes_;
};

void add_cell(Digest &digest, const model::TestRow::Cell &cell) {
  if (const double *number = std::get_if<double>(&cell))
    digest.add(std::span(number, 1));
  else
    digest.add(std::get<std::string>(cell));
}

void add_test_row(Digest &digest, const model::TestRow &row) {
  digest.add(row.place);
  for (const auto &cell : row.inputs) add_cell(digest, cell);
  digest.add(row.values);
  digest.add(row.raw);
  digest.add(row.probabilities);
  digest.add(row.label.value_or("\1none"));
  for (const auto &named : row.outputs) {
    digest.add(named.output);
    add_cell(digest, named.expected);
    const double tolerances[] = {named.tolerance, named.zero_threshold};
    digest.add(tolerances);
  }
}

/// The digest of everything that an import keeps.
std::string digest_of(const model::Model &model) {
  Digest digest;
  const std::vector<std::byte> plan = plan::compile(model);
  digest.add(as_text(plan));
  digest.add(model::describe(model));
  for (const model::Warning &warning : model.warnings) {
    digest.add(warning.message);
    digest.add(warning.detail);
    digest.add(warning.hint);
  }
  digest.add(std::span(&model.test_rows.tolerance, 1));
  for (const model::TestRow &row : model.test_rows.rows) add_test_row(digest, row);
  return digest.hex();
}

/// Loads a file with the options that lie beside it, where there are some.
model::Model load(const fs::path &path) {
  const std::string bytes = test::read_file(path);
  const fs::path options = test::beside(path, ".options.json");
  formats::Source source{.bytes = as_bytes(bytes)};
  if (fs::exists(options)) source.options = formats::parse_options(test::read_file(options));
  return formats::load("auto", source);
}

bool is_model(const fs::path &path) {
  const std::string name = path.filename().string();
  return path.extension() != ".csv" && path.extension() != ".sql" &&
         !name.ends_with(".options.json") && name != "features.json";
}

/// The digests of the files of models/<folder>, by the path below models/.
std::map<std::string, std::string> digests_of(const char *folder) {
  const fs::path models = fs::path(PGSCORE_SOURCE_DIR) / "models";
  std::map<std::string, std::string> found;
  for (const auto &entry : fs::recursive_directory_iterator(models / folder)) {
    const fs::path &path = entry.path();
    if (!entry.is_regular_file() || !is_model(path)) continue;
    std::string line;
    try {
      line = digest_of(load(path));
    } catch (const Error &error) {
      line = "refused: " + error.message() + "; " + error.detail();
    }
    std::replace(line.begin(), line.end(), '\n', ' ');
    found.emplace(path.lexically_relative(models).string(), line);
  }
  return found;
}

TEST(PlanDigest, every_model_compiles_to_the_same_plan) {
  std::map<std::string, std::string> found = digests_of("edge");
  found.merge(digests_of("credit"));
  found.merge(digests_of("hostile"));
  ASSERT_GT(found.size(), 1000u);

  std::map<std::string, std::string> expected;
  std::istringstream lines(
      test::read_file(fs::path(PGSCORE_SOURCE_DIR) / "test" / "unit" / "plan" / "digests.txt"));
  for (std::string name, line; lines >> name && std::getline(lines >> std::ws, line);)
    expected[name] = line;
  for (const auto &[name, line] : expected) EXPECT_TRUE(found.contains(name)) << name << " is gone";
  for (const auto &[name, line] : found) EXPECT_EQ(line, expected[name]) << name;

  if (const char *path = std::getenv("PGSCORE_PLAN_DIGESTS")) {
    std::ofstream file(path);
    for (const auto &[name, line] : found) file << name << ' ' << line << '\n';
  }
}

}  // namespace
}  // namespace pgscore
