#include "pg/registry/server_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/settings.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/fd.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct FileContent {
  bytea *bytes;
  std::size_t size;
  int error;        // errno
  bool is_regular;  // a file with bytes, and no pipe, device or folder
};

/// Runs inside call(): plain data only. Opens the file with O_NONBLOCK: opening or reading a pipe
/// without a writer would wait for ever.
FileContent read_regular_file(const char *name, std::size_t limit) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // between two looks at whether to go on
  FileContent content{nullptr, 0, 0, true};
  const int file = OpenTransientFile(name, O_RDONLY | O_NONBLOCK | PG_BINARY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    content.error = errno;
    if (file >= 0) CloseTransientFile(file);
    return content;
  }
  content.is_regular = S_ISREG(status.st_mode);
  content.size = static_cast<std::size_t>(status.st_size);
  if (content.is_regular && content.size <= limit) {
    content.bytes =
        static_cast<bytea *>(MemoryContextAllocHuge(CurrentMemoryContext, content.size + VARHDRSZ));
    SET_VARSIZE(content.bytes, content.size + VARHDRSZ);
    for (std::size_t at = 0; at < content.size && content.error == 0;) {
      CHECK_FOR_INTERRUPTS();
      const ssize_t count = read(file, VARDATA(content.bytes) + at, Min(kPiece, content.size - at));
      if (count > 0)
        at += static_cast<std::size_t>(count);
      else if (count == 0 || errno != EINTR)
        content.error = count == 0 ? EIO : errno;  // it has become shorter
    }
  }
  CloseTransientFile(file);
  return content;
}

}  // namespace

bytea *read_server_file(const std::string &path) {
  const Limits limits = import_limits();
  const std::size_t limit = limits.max_artifact_bytes;
  const char *name = path.c_str();
  const FileContent content = call([=] { return read_regular_file(name, limit); });
  if (content.error != 0 || !content.is_regular)
    throw Error(
        ErrorCode::kInvalidArgument, "could not read model file " + in_quotes(path),
        content.is_regular ? std::string(pg_strerror(content.error)) + "."
                           : "It is not a regular file.",
        "The path is one of the server, readable by the operating system user that runs it.");
  check_file_size(content.size, limits);
  return content.bytes;
}

}  // namespace pgscore::pg
