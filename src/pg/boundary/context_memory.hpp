// C++ objects whose life follows a PostgreSQL memory context.
#pragma once
#include <cstddef>
#include <new>
#include <utility>

#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Makes a T that is destroyed when `context` is reset or deleted, after an error too. ~T runs
/// inside PostgreSQL's clean-up: it must neither throw nor ereport.
template <class T, class... Args>
T *make_in_context(MemoryContext context, Args &&...args) {
  auto *callback = call([context] {
    return static_cast<MemoryContextCallback *>(
        MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
  });
  T *object = new T(std::forward<Args>(args)...);  // may throw: nothing is registered yet
  callback->func = [](void *pointer) { delete static_cast<T *>(pointer); };
  callback->arg = object;
  // Only links the callback in: cannot raise
  MemoryContextRegisterResetCallback(context, callback);
  return object;
}

/// Gives the T of this call site, which is made at its first call and kept in fn_extra. Not for
/// functions that return sets through FuncCallContext, which needs fn_extra itself.
template <class T>
T &cached(FmgrInfo *function) {
  if (unlikely(function->fn_extra == nullptr))
    function->fn_extra = make_in_context<T>(function->fn_mcxt);
  return *static_cast<T *>(function->fn_extra);
}

/// Allocator for big containers that should count as memory of `context`. Throws bad_alloc itself:
/// no longjmp out of a container.
template <class T>
struct ContextAllocator {
  using value_type = T;
  MemoryContext context;

  /// Takes memory from `owner`, which outlives the container. Copies for other types share it.
  explicit ContextAllocator(MemoryContext owner) : context(owner) {}
  template <class U>
  ContextAllocator(const ContextAllocator<U> &other) : context(other.context) {}

  /// Gives memory for `count` objects, which are not made yet, and takes it back. bad_alloc: the
  /// server is out of memory, or `count` is beyond what a context can give.
  T *allocate(std::size_t count) {
    // A request above MaxAllocHugeSize would be an elog in spite of NO_OOM.
    if (count > MaxAllocHugeSize / sizeof(T)) throw std::bad_alloc();
    void *memory =
        MemoryContextAllocExtended(context, count * sizeof(T), MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T *>(memory);
  }
  void deallocate(T *memory, std::size_t) noexcept { pfree(memory); }
  template <class U>
  bool operator==(const ContextAllocator<U> &other) const {
    return context == other.context;
  }
};

}  // namespace pgscore::pg
