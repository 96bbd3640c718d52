// The SQL type of labels: which of its values are one class, and how they are shown.
#pragma once
#include <cstdint>
#include <string_view>

#include "metrics/class_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Numbers labels of one type. Two of them are one class when the type's "=" says so.
class ClassType {
 public:
  /// Sets the type, and the collation of the comparisons. Throws kTypeMismatch for a type whose
  /// values cannot be compared.
  void set(Oid type, Oid collation);
  bool is_set() const { return type_ != InvalidOid; }
  Oid type() const { return type_; }
  Oid collation() const { return collation_; }

  /// Gives the number of the label's class in `classes`, to which it is added when it is new there.
  /// Throws kLimitExceeded for too many classes.
  std::uint32_t number_of(Datum label, metrics::ClassTable &classes) const;
  /// Gives the label that an image of a table was made of; it lives in the current context.
  Datum label_of(std::string_view image) const;
  /// Gives a label as text, in the current context. It runs without a guard, as PostgreSQL's code.
  Datum text_of(Datum label) const;
  /// Gives the numbers of the classes in the order of their labels. They live in the current
  /// context.
  std::uint32_t *sorted(const metrics::ClassTable &classes) const;

 private:
  std::string_view image_of(const Datum &label) const;
  bool equal(Datum a, Datum b) const;

  Oid type_ = InvalidOid, collation_ = InvalidOid, output_ = InvalidOid;
  bool by_value_ = false;
  int length_ = 0;
  TypeCacheEntry *functions_ = nullptr;  // lives as long as the process
};

}  // namespace pgscore::pg
