// The algorithm of G. Pike and J. Alakuijala, CityHash version 1.0 (2011), CityHash64. All
// arithmetic is modulo 2^64, all reads are little-endian.
#include "base/city_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace pgscore {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f,
                        k3 = 0xc949d7c7509e6557;

struct Pair {
  std::uint64_t first, second;
};

template <class Word>
Word read(std::string_view text, std::size_t at) {
  Word word;
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}
std::uint64_t word(std::string_view text, std::size_t at) { return read<std::uint64_t>(text, at); }
std::uint64_t word_from_end(std::string_view text, std::size_t distance) {
  return word(text, text.size() - distance);
}

std::uint64_t shift_mix(std::uint64_t x) { return x ^ (x >> 47); }

/// Mixes 128 bits into 64, in the manner of Murmur.
std::uint64_t mix(std::uint64_t low, std::uint64_t high) {
  constexpr std::uint64_t kMultiplier = 0x9ddfea08eb382d69;
  const std::uint64_t a = shift_mix((low ^ high) * kMultiplier);
  return shift_mix((high ^ a) * kMultiplier) * kMultiplier;
}

std::uint64_t hash_up_to_16(std::string_view text) {
  const std::size_t size = text.size();
  if (size > 8) {
    const std::uint64_t a = word(text, 0), b = word_from_end(text, 8);
    return mix(a, std::rotr(b + size, static_cast<int>(size))) ^ b;
  }
  if (size >= 4) {
    const std::uint64_t a = read<std::uint32_t>(text, 0);
    return mix(size + (a << 3), read<std::uint32_t>(text, size - 4));
  }
  if (size == 0) return k2;
  auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const std::uint32_t y = byte(0) + (byte(size >> 1) << 8);
  const std::uint32_t z = static_cast<std::uint32_t>(size) + (byte(size - 1) << 2);
  return shift_mix(y * k2 ^ z * k3) * k2;
}

std::uint64_t hash_17_to_32(std::string_view text) {
  const std::uint64_t a = word(text, 0) * k1, b = word(text, 8), c = word_from_end(text, 8) * k2,
                      d = word_from_end(text, 16) * k0;
  return mix(std::rotr(a - b, 43) + std::rotr(c, 30) + d,
             a + std::rotr(b ^ k3, 20) - c + text.size());
}

/// Half of hash_33_to_64: `a` already holds the first of four words, the others are w1, w2 and z,
/// the last.
Pair hash_half(std::uint64_t a, std::uint64_t w1, std::uint64_t w2, std::uint64_t z) {
  std::uint64_t b = std::rotr(a + z, 52), c = std::rotr(a, 37);
  a += w1;
  c += std::rotr(a, 7);
  a += w2;
  return {a + z, b + std::rotr(a, 31) + c};
}

std::uint64_t hash_33_to_64(std::string_view text) {
  const Pair v = hash_half(word(text, 0) + (text.size() + word_from_end(text, 16)) * k0,
                           word(text, 8), word(text, 16), word(text, 24));
  const Pair w = hash_half(word(text, 16) + word_from_end(text, 32), word_from_end(text, 24),
                           word_from_end(text, 16), word_from_end(text, 8));
  const std::uint64_t r = shift_mix((v.first + w.second) * k2 + (w.first + v.second) * k0);
  return shift_mix(r * k0 + v.second) * k2;
}

/// Hashes the 32 bytes at `at`, quickly and weakly.
Pair weak_hash_32(std::string_view text, std::size_t at, std::uint64_t a, std::uint64_t b) {
  const std::uint64_t x = word(text, at + 8), y = word(text, at + 16), z = word(text, at + 24);
  a += word(text, at);
  b = std::rotr(b + a + z, 21);
  const std::uint64_t c = a;
  a += x + y;
  b += std::rotr(a, 44);
  return {a + z, b + c};
}

std::uint64_t hash_long(std::string_view text) {
  const std::size_t size = text.size();
  std::uint64_t x = word(text, 0);
  std::uint64_t y = word_from_end(text, 16) ^ k1;
  std::uint64_t z = word_from_end(text, 56) ^ k0;
  Pair v = weak_hash_32(text, size - 64, size, y);
  Pair w = weak_hash_32(text, size - 32, size * k1, k0);
  z += shift_mix(v.second) * k1;
  x = std::rotr(z + x, 39) * k1;
  y = std::rotr(y, 33) * k1;
  const std::size_t end = (size - 1) / 64 * 64;  // whole blocks; the last 64 bytes went in above
  for (std::size_t at = 0; at < end; at += 64) {
    x = std::rotr(x + y + v.first + word(text, at + 16), 37) * k1;
    y = std::rotr(y + v.second + word(text, at + 48), 42) * k1;
    x ^= w.second;
    y ^= v.first;
    const std::uint64_t next_x = std::rotr(z ^ w.first, 33);
    v = weak_hash_32(text, at, v.second * k1, x + w.first);
    w = weak_hash_32(text, at + 32, next_x + w.second, y);
    z = x;
    x = next_x;
  }
  return mix(mix(v.first, w.first) + shift_mix(y) * k1 + z, mix(v.second, w.second) + x);
}

}  // namespace

std::uint64_t city_hash_64(std::string_view text) {
  if (text.size() <= 16) return hash_up_to_16(text);
  if (text.size() <= 32) return hash_17_to_32(text);
  if (text.size() <= 64) return hash_33_to_64(text);
  return hash_long(text);
}

}  // namespace pgscore
