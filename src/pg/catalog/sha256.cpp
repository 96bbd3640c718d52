#include "pg/catalog/sha256.hpp"

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "common/cryptohash.h"
#include "common/sha2.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

std::string sha256(Bytes bytes, Bytes more) {
  std::string digest(PG_SHA256_DIGEST_LENGTH, '\0');
  auto *out = reinterpret_cast<std::uint8_t *>(digest.data());
  const Bytes parts[] = {bytes, more};
  const bool done = call([&] {
    // The bytes between two looks for a cancel.
    constexpr std::size_t kPiece = std::size_t{4} << 20;
    // The resource owner frees it after an error.
    pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
    bool ok = context != nullptr && pg_cryptohash_init(context) == 0;
    for (const Bytes &part : parts)
      for (std::size_t at = 0; at < part.size() && ok; at += kPiece) {
        CHECK_FOR_INTERRUPTS();
        ok = pg_cryptohash_update(context, reinterpret_cast<const std::uint8_t *>(part.data()) + at,
                                  Min(kPiece, part.size() - at)) == 0;
      }
    ok = ok && pg_cryptohash_final(context, out, PG_SHA256_DIGEST_LENGTH) == 0;
    pg_cryptohash_free(context);
    return ok;
  });
  if (!done) throw Error(ErrorCode::kInternal, "could not compute a SHA-256 digest");
  return digest;
}

}  // namespace pgscore::pg
