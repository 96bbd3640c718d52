// Members of PostgreSQL's node structures, as the tables of nodes name them.
#pragma once
#include <cstdint>

namespace pgscore::pg {

/// The place of a member in the structure of a node, in bytes: offsetof. 0, where the tag is, says
/// that there is none.
using Member = std::uint16_t;

/// Gives the member of `node` at that place, which is a pointer to a T.
template <class T>
T *&member_of(void *node, Member member) {
  return *reinterpret_cast<T **>(static_cast<char *>(node) + member);
}

}  // namespace pgscore::pg
