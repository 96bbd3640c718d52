// How many enumerators an enum has, so that a number that is read from bytes can be checked.
//
// The compiler is asked for it, by the name that it prints for a value: nothing has to be kept in
// step with the enum, and a new enumerator is known everywhere at once.
#pragma once
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace pgscore {

/// Says whether an enum has an enumerator of this value.
template <auto Value>
constexpr bool has_enumerator() {
  static_assert(std::is_enum_v<decltype(Value)>);
  // g++ and clang print "... Value = model::Op::kAdd]", and "... Value = (model::Op)99]".
  const std::string_view text = __PRETTY_FUNCTION__;
  const std::size_t name = text.rfind("Value = ") + 8;
  return text[name] != '(';
}

/// Counts the enumerators of an enum class that are numbered from 0 on, without gaps.
template <class Enum, std::uint8_t From = 0>
constexpr std::uint8_t count_enumerators() {
  if constexpr (has_enumerator<static_cast<Enum>(From)>())
    return count_enumerators<Enum, From + 1>();
  else
    return From;
}
template <class Enum>
inline constexpr std::uint8_t kNumEnumerators = count_enumerators<Enum>();

/// Says whether `number`, which may come from anywhere, is that of an enumerator.
template <class Enum>
constexpr bool is_enumerator(std::uint64_t number) {
  return number < kNumEnumerators<Enum>;
}

namespace detail {
enum class Probe : std::uint8_t { kFirst, kSecond, kThird };
static_assert(kNumEnumerators<Probe> == 3 && is_enumerator<Probe>(2) && !is_enumerator<Probe>(3),
              "this compiler prints the names of enumerators in another way");
}  // namespace detail

}  // namespace pgscore
