// Where tests find models: models/edge, and the conformance cases, which are not part of the
// project.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace pgscore::test {

/// The folder of a family of formats, that of src/formats: models/edge/onnx.
inline std::filesystem::path edge_folder(std::string_view family) {
  return std::filesystem::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / family;
}

/// Its files, but the tables and the options beside them.
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

/// Folders of the cases of these formats. Says so when there are none: the test is to be skipped
/// then.
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

}  // namespace pgscore::test
