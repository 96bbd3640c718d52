// Tests the copies that XGBoost is given in place of a file (formats/xgboost/copy.hpp). The library
// trusts its files; a copy is written from what our reader took out of one. A copy must give the
// margins of the file bit for bit, and no change of a file, however hostile, may make the library
// crash. The library runs in a child process, so that a crash fails the test and does not end it.
//
//   PGSCORE_XGBOOST_MUTANTS   changed files made of each file of models/edge/xgboost (default 40)
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <limits>
#include <random>
#include <regex>

#include "formats/recognize.hpp"
#include "formats/xgboost/copy.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

/// What a child process tells its parent.
struct Shared {
  int file = 0, mutant = 0;  // what is under way
  int refused = 0, library_refused = 0, equal = 0;
  char difference[512] = "";
};

/// Runs f(shared) in a child. -> how it ended: "" when it exited with 0.
template <class F>
std::string in_child(Shared &shared, F f) {
  std::cout.flush();
  const pid_t child = fork();
  if (child < 0) return "fork failed";
  if (child == 0) {
    alarm(300);  // a hang is a failure, too
    f(shared);
    _exit(shared.difference[0] == '\0' ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return "waitpid failed";
  if (WIFSIGNALED(status)) return std::string("killed by ") + strsignal(WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : "it differs";
}

/// Rows about 0, and about codes of categories, some missing.
std::vector<float> rows_for(std::size_t num_features, std::size_t count) {
  std::vector<float> rows(num_features * count);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t k = (i * 2654435761u) % 97;
    rows[i] = k % 9 == 0   ? std::numeric_limits<float>::quiet_NaN()
              : k % 3 == 0 ? static_cast<float>(k % 12)
                           : std::sin(static_cast<float>(i)) * static_cast<float>(k % 5);
  }
  return rows;
}

/// The margins of the library; false when it says an error.
bool library_margins(const std::string &json, const std::vector<float> &rows, std::size_t count,
                     std::size_t num_features, std::vector<float> &margins) {
  BoosterHandle booster = nullptr;
  DMatrixHandle matrix = nullptr;
  bool ok = XGBoosterCreate(nullptr, 0, &booster) == 0 &&
            XGBoosterSetParam(booster, "nthread", "1") == 0 &&
            XGBoosterLoadModelFromBuffer(booster, json.data(), json.size()) == 0 &&
            XGDMatrixCreateFromMat(rows.data(), count, num_features, NAN, &matrix) == 0;
  const bst_ulong *shape = nullptr;
  bst_ulong dimensions = 0;
  const float *result = nullptr;
  ok = ok && XGBoosterPredictFromDMatrix(
                 booster, matrix,
                 "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
                 "\"strict_shape\":true}",
                 &shape, &dimensions, &result) == 0;
  if (ok) {
    std::size_t size = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) size *= shape[i];
    margins.assign(result, result + size);
  }
  if (matrix != nullptr) XGDMatrixFree(matrix);
  if (booster != nullptr) XGBoosterFree(booster);
  return ok;
}

void judge(const std::string &format, const std::string &bytes, Shared &shared) {
  constexpr std::size_t kRows = 24;
  Limits limits;  // so that a mutant that is allowed is also fast
  limits.max_nodes = 1'000'000;
  limits.max_features = 5'000;
  limits.max_outputs = 500;
  formats::xgboost::Copy copy;
  model::Model model;
  try {
    const formats::Source source{.bytes = as_bytes(bytes)};
    model = formats::load(format, source, limits);
    copy = formats::xgboost::copy(format, source, limits);
  } catch (const Error &) {
    ++shared.refused;
    return;
  }
  const std::size_t num_features = model.inputs.size(), width = model.output.raw.size();
  const std::vector<float> rows = rows_for(num_features, kRows);
  std::vector<float> margins;
  if (num_features == 0 || !library_margins(copy.json, rows, kRows, num_features, margins)) {
    ++shared.library_refused;
    return;
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    const std::vector<double> columns = model::interpret(
        model,
        std::vector<double>(rows.begin() + static_cast<std::ptrdiff_t>(r * num_features),
                            rows.begin() + static_cast<std::ptrdiff_t>((r + 1) * num_features)));
    for (std::size_t k = 0; k < width; ++k) {
      const double got = columns[model.output.raw[k]];
      const float wanted = margins.size() == kRows * width ? margins[r * width + k] : NAN;
      if (margins.size() == kRows * width &&
          (std::isnan(wanted) ? std::isnan(got) : got == static_cast<double>(wanted)))
        continue;
      std::snprintf(shared.difference, sizeof shared.difference,
                    "row %zu margin %zu of %zu: %.17g for %.9g (%zu margins)", r, k, width, got,
                    static_cast<double>(wanted), margins.size());
      return;
    }
  }
  ++shared.equal;
}

struct File {
  std::string name, format, bytes;
};
std::vector<File> files() {
  std::vector<File> found;
  for (const fs::path &path : test::edge_models("xgboost")) {
    const std::string name = path.filename().string(), bytes = test::read_file(path);
    const std::string format(formats::recognize("auto", as_bytes(bytes)).format->name);
    if (format == "xgboost-json" || format == "xgboost-ubj" || format == "xgboost-binary")
      found.push_back({name, format, bytes});
  }
  std::sort(found.begin(), found.end(),
            [](const File &a, const File &b) { return a.name < b.name; });
  return found;
}

/// One to three changes: in texts mostly a number for another, which keeps the document sound.
std::string changed(const File &file, std::mt19937 &random) {
  std::string bytes = file.bytes;
  for (unsigned i = 1 + random() % 3; i > 0; --i) {
    const std::size_t at = random() % bytes.size();
    if (file.format == "xgboost-json" && random() % 8 != 0) {
      std::size_t begin = bytes.find_first_of("0123456789", at);
      if (begin == std::string::npos) continue;
      if (begin > 0 && bytes[begin - 1] == '-') --begin;
      std::size_t end = bytes.find_first_not_of("-+.0123456789eE", begin);
      if (end == std::string::npos) end = bytes.size();
      constexpr const char *kNumbers[] = {"-1",          "0",        "1",   "2",     "3",
                                          "7",           "31",       "255", "65536", "2147483647",
                                          "-2147483648", "16777216", "1e9", "1e38",  "-1e-45",
                                          "4294967295",  "100000"};
      bytes.replace(begin, end - begin, kNumbers[random() % std::size(kNumbers)]);
    } else if (random() % 2 == 0) {
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8);
    } else {
      constexpr std::uint32_t kWords[] = {0,          1,          2,      0x7FFFFFFF,
                                          0xFFFFFFFF, 0x80000000, 100000, 0x7F800000};
      const std::uint32_t word = kWords[random() % std::size(kWords)];
      if (at + 4 <= bytes.size()) std::memcpy(bytes.data() + at, &word, 4);
    }
  }
  return bytes;
}

class XgboostCopyTest : public testing::Test {
 protected:
  void SetUp() override {
    void *memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    shared_ = new (memory) Shared;
    XGBRegisterLogCallback([](const char *) {});
  }
  void TearDown() override { munmap(shared_, sizeof(Shared)); }
  Shared *shared_ = nullptr;
};

TEST_F(XgboostCopyTest, has_the_margins_of_its_file) {
  const std::vector<File> all = files();
  ASSERT_GT(all.size(), 10u);
  int equal = 0;
  for (const File &file : all) {
    SCOPED_TRACE(file.name);
    *shared_ = {};
    EXPECT_EQ(in_child(*shared_, [&](Shared &shared) { judge(file.format, file.bytes, shared); }),
              "")
        << shared_->difference;
    if (shared_->equal != 1)
      std::cout << file.name << ": " << (shared_->refused ? "no copy" : "the library refuses it")
                << "\n";
    equal += shared_->equal;
  }
  std::cout << equal << " of " << all.size() << " files compared, each equal bit for bit\n";
  EXPECT_GE(equal, 10);
}

TEST_F(XgboostCopyTest, of_no_file_crashes_the_library) {
  const char *wanted = std::getenv("PGSCORE_XGBOOST_MUTANTS");
  const int num_mutants = wanted != nullptr ? std::atoi(wanted) : 40;
  const std::vector<File> all = files();
  std::mt19937 random(1);
  int refused = 0, library_refused = 0, equal = 0;
  for (const File &file : all) {
    SCOPED_TRACE(file.name);
    std::vector<std::string> mutants;
    for (int m = 0; m < num_mutants; ++m) mutants.push_back(changed(file, random));
    for (int first = 0; first < num_mutants;) {  // again behind a mutant that ends the child
      *shared_ = {};
      const std::string end = in_child(*shared_, [&](Shared &shared) {
        for (int m = first; m < num_mutants && shared.difference[0] == '\0'; ++m) {
          shared.mutant = m;
          judge(file.format, mutants[static_cast<std::size_t>(m)], shared);
        }
      });
      EXPECT_EQ(end, "") << "mutant " << shared_->mutant << ": " << shared_->difference;
      if (!end.empty()) {
        const std::string kept = testing::TempDir() + "mutant-" + file.name;
        std::ofstream(kept, std::ios::binary) << mutants[static_cast<std::size_t>(shared_->mutant)];
        std::cout << "kept in " << kept << "\n";
      }
      refused += shared_->refused, library_refused += shared_->library_refused,
          equal += shared_->equal;
      first = end.empty() ? num_mutants : shared_->mutant + 1;
    }
  }
  std::cout << all.size() << " files, " << num_mutants << " mutants of each: " << refused
            << " refused, " << library_refused << " refused by the library, " << equal
            << " equal bit for bit\n";
  EXPECT_GT(equal, 50);
}

/// The parent of a node is a field that no score needs, and that the library follows.
TEST_F(XgboostCopyTest, knows_the_parents_itself) {
  const std::string bytes = test::read_file(test::edge_folder("xgboost") / "softmax.json");
  const std::regex parents("\"parents\": ?\\[2147483647, ?0, ?0");
  const std::string hostile = std::regex_replace(bytes, parents, "\"parents\":[2147483647,0,-1",
                                                 std::regex_constants::format_first_only);
  ASSERT_NE(hostile, bytes);
  EXPECT_EQ(in_child(*shared_, [&](Shared &shared) { judge("xgboost-json", hostile, shared); }), "")
      << shared_->difference;
  EXPECT_EQ(shared_->equal, 1);
}

TEST(XgboostCopyRefuses, what_the_library_does_not_read) {
  const std::string dump = "booster[0]:\n0:leaf=1\n";
  try {
    formats::xgboost::copy("xgboost-dump", {.bytes = as_bytes(dump)});
    ADD_FAILURE();
  } catch (const Error &error) {
    EXPECT_NE(error.code(), ErrorCode::kInternal);
  }
}

}  // namespace
}  // namespace pgscore
