// Where tests find models: models/edge, and the conformance cases, which are not part of the
// project.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace pgscore::test {

/// The folder of a family of formats, that of src/formats: models/edge/onnx.
inline std::filesystem::path edge_folder(std::string_view family) {
  return std::filesystem::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / family;
}

/// The model files of a family, without the tables and the options that lie beside them.
inline std::vector<std::filesystem::path> edge_models(std::string_view family) {
  std::vector<std::filesystem::path> models;
  for (const auto &entry : std::filesystem::directory_iterator(edge_folder(family)))
    if (entry.path().extension() != ".csv" &&
        !entry.path().filename().string().ends_with(".options.json"))
      models.push_back(entry.path());
  std::sort(models.begin(), models.end());
  return models;
}

/// The file with the model's name and another ending: ".rows.csv".
inline std::filesystem::path beside(const std::filesystem::path &model, const char *suffix) {
  std::filesystem::path path = model;
  return path.replace_extension() += suffix;
}

inline std::filesystem::path conformance_folder() {
  if (const char *folder = std::getenv("PGSCORE_CONFORMANCE")) return folder;
  return std::filesystem::path(PGSCORE_SOURCE_DIR) / ".." / "shared" / "conformance";
}

/// The folders of the cases of these formats. If there are none, it says so on standard error, and
/// the test should be skipped.
inline std::vector<std::filesystem::path> conformance_cases(
    const std::vector<std::string> &formats) {
  std::vector<std::filesystem::path> cases;
  std::string names;
  for (const std::string &format : formats) {
    names += (names.empty() ? "" : ", ") + format;
    std::error_code ignored;
    for (const auto &entry :
         std::filesystem::directory_iterator(conformance_folder() / format, ignored))
      if (std::filesystem::exists(entry.path() / "manifest.json")) cases.push_back(entry.path());
  }
  if (cases.empty())
    std::cerr << "\n*** SKIPPED: there are no conformance cases in " << conformance_folder()
              << ".\n"
              << "*** Set PGSCORE_CONFORMANCE to the folder that holds " << names << ".\n\n";
  std::sort(cases.begin(), cases.end());
  return cases;
}

/// Runs `run_case(folder)` for every case of these formats. An Error fails the case that it ends.
/// Without cases the test is skipped, and says so.
template <class RunCase>
void run_conformance_cases(const std::vector<std::string> &formats, RunCase run_case) {
  const std::vector<std::filesystem::path> cases = conformance_cases(formats);
  if (cases.empty()) GTEST_SKIP();
  for (const std::filesystem::path &folder : cases) {
    SCOPED_TRACE(folder.parent_path().filename().string() + "/" + folder.filename().string());
    try {
      run_case(folder);
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail() << " | " << e.hint();
    }
  }
  std::cerr << cases.size() << " conformance cases\n";
}

}  // namespace pgscore::test
