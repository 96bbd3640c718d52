#include "pg/metrics/class_type.hpp"

#include <cstring>
#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

void ClassType::set(Oid type, Oid collation) {
  const struct {
    TypeCacheEntry *functions;
    Oid output;
  } found = call([type] {
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    return decltype(found){
        lookup_type_cache(type, TYPECACHE_EQ_OPR_FINFO | TYPECACHE_CMP_PROC_FINFO), output};
  });
  functions_ = found.functions;
  if (functions_->eq_opr == InvalidOid)
    throw Error(ErrorCode::kTypeMismatch,
                "labels of type " + std::string(call([type] { return format_type_be(type); })) +
                    " cannot be compared",
                {}, "Cast them to text.");
  type_ = type;
  collation_ = collation;
  output_ = found.output;
  by_value_ = functions_->typbyval;
  length_ = functions_->typlen;
}

// The bytes that say what the label is. They live as long as `label` and what it points at.
std::string_view ClassType::image_of(const Datum &label) const {
  if (by_value_) return {reinterpret_cast<const char *>(&label), sizeof(label)};
  const auto *data = static_cast<const char *>(static_cast<const void *>(DatumGetPointer(label)));
  if (length_ > 0) return {data, static_cast<std::size_t>(length_)};
  if (length_ == -2) return data;
  return {VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data)};
}

Datum ClassType::label_of(std::string_view image) const {
  if (by_value_) {
    Datum label;
    std::memcpy(&label, image.data(), sizeof(label));
    return label;
  }
  const std::size_t header = length_ == -1 ? VARHDRSZ : 0, size = header + image.size();
  char *data = call([size] { return static_cast<char *>(palloc(size + 1)); });
  std::memcpy(data + header, image.data(), image.size());
  data[size] = '\0';
  if (length_ == -1) SET_VARSIZE(data, size);
  return PointerGetDatum(data);
}

bool ClassType::equal(Datum a, Datum b) const {
  return call([this, a, b] {
    return DatumGetBool(FunctionCall2Coll(&functions_->eq_opr_finfo, collation_, a, b));
  });
}

std::uint32_t ClassType::number_of(Datum label, metrics::ClassTable &classes) const {
  const auto *data = DatumGetPointer(label);
  if (length_ == -1 && (VARATT_IS_EXTERNAL(data) || VARATT_IS_COMPRESSED(data)))
    label = call([label] { return PointerGetDatum(PG_DETOAST_DATUM_PACKED(label)); });
  const std::string_view image = image_of(label);
  if (const auto number = classes.find(image)) [[likely]]
    return *number;
  for (std::uint32_t number = 0; number < classes.size(); ++number)
    if (equal(label, label_of(classes.image(number)))) {
      classes.add_alias(image, number);
      return number;
    }
  return classes.add(image);
}

Datum ClassType::text_of(Datum label) const {
  // As a cast says it, and not as the output function.
  if (type_ == BOOLOID) return PointerGetDatum(cstring_to_text(label ? "true" : "false"));
  return PointerGetDatum(cstring_to_text(OidOutputFunctionCall(output_, label)));
}

namespace {

struct Sorting {
  const Datum *labels;
  FmgrInfo *compare;
  Oid collation;
};

int compare_numbers(const void *a, const void *b, void *argument) {
  const auto *sorting = static_cast<const Sorting *>(argument);
  const std::uint32_t left = *static_cast<const std::uint32_t *>(a);
  const std::uint32_t right = *static_cast<const std::uint32_t *>(b);
  if (sorting->compare->fn_oid == InvalidOid) return left < right ? -1 : left > right;
  return DatumGetInt32(FunctionCall2Coll(sorting->compare, sorting->collation,
                                         sorting->labels[left], sorting->labels[right]));
}

}  // namespace

std::uint32_t *ClassType::sorted(const metrics::ClassTable &classes) const {
  const std::size_t count = classes.size();
  auto *labels =
      call([count] { return static_cast<Datum *>(palloc((count + 1) * sizeof(Datum))); });
  for (std::uint32_t number = 0; number < count; ++number)
    labels[number] = label_of(classes.image(number));
  Sorting sorting{labels, &functions_->cmp_proc_finfo, collation_};
  return call([&sorting, count] {
    auto *numbers = static_cast<std::uint32_t *>(palloc((count + 1) * sizeof(std::uint32_t)));
    for (std::uint32_t number = 0; number < count; ++number) numbers[number] = number;
    qsort_arg(numbers, count, sizeof(*numbers), compare_numbers, &sorting);
    return numbers;
  });
}

}  // namespace pgscore::pg
