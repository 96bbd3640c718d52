// The one wrapper around PostgreSQL's headers: include it last, after the C++ standard and project
// headers. A C++ standard header that comes after postgres.h meets its macros (std::snprintf
// becomes std::pg_snprintf), the other way round is safe.
//
// More server headers may follow in a source that needs them, inside extern "C" and between
// PGSCORE_SERVER_HEADERS_BEGIN and PGSCORE_SERVER_HEADERS_END.
#pragma once

// PostgreSQL 15's s_lock.h and arch-x86.h use `register`, an error in C++17 for clang and a warning
// for g++; a server configured with g++ has the format attribute gnu_printf, which clang does not
// know.
#define PGSCORE_SERVER_HEADERS_BEGIN                                              \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wregister\"") \
      _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"")                  \
          _Pragma("GCC diagnostic ignored \"-Wunused-parameter\"")                \
              _Pragma("GCC diagnostic ignored \"-Wsign-compare\"") extern "C" {
#define PGSCORE_SERVER_HEADERS_END \
  }                                \
  _Pragma("GCC diagnostic pop")

PGSCORE_SERVER_HEADERS_BEGIN
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "storage/ipc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#include "utils/varlena.h"
PGSCORE_SERVER_HEADERS_END

// port.h redirects these to PostgreSQL's own versions; as macros they break the names in namespace
// std.
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef gettext
#undef ngettext

#if PG_VERSION_NUM < 150000
#error "pgscore needs PostgreSQL 15 or later"
#endif
