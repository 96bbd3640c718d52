// LightGBM's C API (include/LightGBM/c_api.h), loaded at run time. Tests and benchmarks compare
// with it where it is installed.
#pragma once
#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace pgscore::test {

class LightgbmLibrary {
 public:
  explicit LightgbmLibrary(const std::string &path)
      : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
  }
  /// The library that PGSCORE_LIGHTGBM names: lib_lightgbm.so, or the folder that holds it. nullopt
  /// when it is not set.
  static std::optional<std::string> path() {
    const char *place = std::getenv("PGSCORE_LIGHTGBM");
    if (place == nullptr) return std::nullopt;
    const std::filesystem::path path(place);
    return std::filesystem::is_directory(path) ? (path / "lib_lightgbm.so").string()
                                               : path.string();
  }

  /// Types of the arguments are those of the function: nobody checks them.
  template <class... Args>
  void call(const char *name, Args... args) const {
    auto *function = reinterpret_cast<int (*)(Args...)>(dlsym(handle_, name));
    if (function == nullptr) throw std::runtime_error(std::string("no function ") + name);
    if (function(args...) == 0) return;
    auto *last_error = reinterpret_cast<const char *(*)()>(dlsym(handle_, "LGBM_GetLastError"));
    throw std::runtime_error(last_error());
  }

  static constexpr int kFloat32Type = 0, kFloat64Type = 1, kInt32Type = 2;

 private:
  void *handle_;
};

}  // namespace pgscore::test
