// The classes that labels name, numbered in the order in which they come.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgscore::metrics {

/// So many classes may a state have.
inline constexpr std::size_t kMaxClasses = 1000;

/// Finds classes by the bytes of their labels, their images. Labels that are equal may differ in
/// their bytes, as 1 and 1.0 do: whoever knows their type says so with add_alias().
class ClassTable {
 public:
  /// `memory` outlives the table.
  explicit ClassTable(std::pmr::memory_resource *memory) : images_(memory), classes_(memory) {}

  /// The class of an image that was added.
  std::optional<std::uint32_t> find(std::string_view image) const;
  /// Adds a class, and returns its number. Throws kLimitExceeded beyond kMaxClasses.
  std::uint32_t add(std::string_view image);
  /// Adds another image of a class. Only some are remembered: it may have to be added again.
  void add_alias(std::string_view image, std::uint32_t number);

  /// The number of classes, and the first image of each.
  std::size_t size() const { return images_.size(); }
  std::string_view image(std::uint32_t number) const { return images_[number]; }

 private:
  std::pmr::vector<std::pmr::string> images_;
  std::pmr::map<std::pmr::string, std::uint32_t, std::less<>> classes_;  // by image
};

}  // namespace pgscore::metrics
