#include "metrics/class_table.hpp"

#include "base/error.hpp"

namespace pgscore::metrics {
namespace {

// Images of one class, on average.
constexpr std::size_t kMaxImages = 16 * kMaxClasses;

}  // namespace

std::optional<std::uint32_t> ClassTable::find(std::string_view image) const {
  const auto found = classes_.find(image);
  return found == classes_.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t ClassTable::add(std::string_view image) {
  if (images_.size() == kMaxClasses)
    throw Error(ErrorCode::kLimitExceeded, "labels name too many classes",
                "There are more than " + std::to_string(kMaxClasses) + " different ones.",
                "Labels are classes here. Predicted numbers have metrics of their own: rmse, mae, "
                "r2_score.");
  const auto number = static_cast<std::uint32_t>(images_.size());
  images_.emplace_back(image);
  classes_.emplace(image, number);
  return number;
}

void ClassTable::add_alias(std::string_view image, std::uint32_t number) {
  if (classes_.size() < kMaxImages) classes_.emplace(image, number);
}

}  // namespace pgscore::metrics
