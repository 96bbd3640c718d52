#include "pg/metrics/spill_file.hpp"

#include "pg/boundary/clean_up.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "commands/tablespace.h"
#include "executor/instrument.h"
#include "utils/wait_event.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

std::int64_t blocks_of(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + BLCKSZ - 1) / BLCKSZ);
}

}  // namespace

SpillFile::~SpillFile() {
  const File file = file_;
  if (file >= 0) clean_up([file] { FileClose(file); });
}

void SpillFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (file_ < 0)
    file_ = call([] {
      PrepareTempTablespaces();
      return OpenTemporaryFile(true);  // "between transactions": closed by the destructor only
    });
  const File file = file_;
  // What EXPLAIN (ANALYZE, BUFFERS) shows.
  pgBufferUsage.temp_blks_written += blocks_of(bytes.size());
  call([=] {
    for (std::size_t done = 0; done < bytes.size();) {
      auto *from = reinterpret_cast<char *>(const_cast<std::byte *>(bytes.data()));
      const auto count = FileWrite(file, from + done, bytes.size() - done,
                                   static_cast<off_t>(offset + done), WAIT_EVENT_BUFFILE_WRITE);
      if (count <= 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not write to file \"%s\": %m", FilePathName(file))));
      done += count;
    }
  });
}

void SpillFile::read(std::uint64_t offset, std::span<std::byte> bytes) {
  const File file = file_;
  pgBufferUsage.temp_blks_read += blocks_of(bytes.size());
  call([=] {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto count =
          FileRead(file, reinterpret_cast<char *>(bytes.data()) + done, bytes.size() - done,
                   static_cast<off_t>(offset + done), WAIT_EVENT_BUFFILE_READ);
      if (count <= 0)
        ereport(ERROR, (errcode_for_file_access(),
                        errmsg("could not read from file \"%s\": %m", FilePathName(file))));
      done += count;
    }
  });
}

void *ContextMemory::do_allocate(std::size_t bytes, std::size_t) {
  return ContextAllocator<std::byte>(context_).allocate(bytes);
}

void ContextMemory::do_deallocate(void *memory, std::size_t bytes, std::size_t) {
  ContextAllocator<std::byte>(context_).deallocate(static_cast<std::byte *>(memory), bytes);
}

}  // namespace pgscore::pg
