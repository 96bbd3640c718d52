# The product: pgscore.so, the optional pgscore_xgboost.so, the SQL script, and their installation,
# all the PGXS way. The developer loop of the PostgreSQL-free core (unit tests, fuzzers, benchmarks)
# is CMakeLists.txt. `make help` lists the targets.

# ---- goals that set the machine up themselves, so they must not need pg_config to be there -------
TOOL_GOALS = help demo demo-stop setup quick check check-core check-sanitize check-sanitize-server \
             check-fuzz check-server check-platforms check-arm64 conformance fuzz-sql bench \
             models lint format
ifneq (,$(filter $(TOOL_GOALS),$(MAKECMDGOALS)))
.PHONY: $(TOOL_GOALS)

help:
	@echo 'make                  build pgscore.so (and pgscore_xgboost.so where libxgboost is)'
	@echo 'make install          install it into the PostgreSQL of PG_CONFIG'
	@echo 'make install-strip    the same without the names and lines for debuggers'
	@echo 'make installcheck     run the server tests on your own running server, after make install'
	@echo 'make uninstall clean  what they say'
	@echo
	@echo 'make demo             set up, build, and show everything on a private server; as root'
	@echo '                      on a fresh Debian, too'
	@echo 'make demo-stop        stop that server and remove it'
	@echo 'make quick            after a small change: unit tests with fewer random models, regression'
	@echo 'make check            set up, then every test: core, lint, fuzzers, regression,'
	@echo '                      isolation, TAP, conformance'
	@echo 'make check-core       the unit tests of the core, no server'
	@echo 'make check-sanitize   the same with AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make check-sanitize-server  regression and isolation tests, PostgreSQL and the'
	@echo '                      extension with the same sanitizers'
	@echo 'make check-fuzz       every fuzzer for FUZZ_SECONDS (10)'
	@echo 'make check-server     regression, isolation, TAP, random queries, on a private server'
	@echo 'make check-platforms  the server tests on PostgreSQL 17, 18 and 19, in chroots (root)'
	@echo 'make check-arm64      the kernels of arm64 against the interpreter, in qemu (root)'
	@echo 'make fuzz-sql         FUZZ_QUERIES (20000) random queries of FUZZ_SEED (1), with and'
	@echo '                      without rewrite and batches'
	@echo 'make conformance      score the conformance cases (PGSCORE_CONFORMANCE) through SQL'
	@echo 'make bench            the kernels, and scoring in SQL, against XGBoost and others:'
	@echo '                      tables of ratios, JSON in build/bench'
	@echo 'make models           train the models of models/ again (installs training libraries)'
	@echo 'make released-script  keep the SQL script of a version that is released (RELEASING.md)'
	@echo 'make lint format      clang-tidy and the other static checks; clang-format'
	@echo
	@echo 'PG_CONFIG=...         the PostgreSQL to use (default: pg_config in the path)'
	@echo 'WITH_XGBOOST=0|1      without or with pgscore_xgboost.so, what verify_model compares with'

setup:
	@bash test/tools/setup.sh check
demo:
	@bash test/tools/demo.sh
demo-stop:
	@bash test/tools/demo.sh --stop
quick:
	@bash test/tools/check.sh quick
check:
	@bash test/tools/check.sh
check-core check-sanitize check-fuzz check-server conformance lint:
	@bash test/tools/check.sh $(patsubst check-%,%,$@)
check-sanitize-server:
	@bash test/tools/check_sanitized_server.sh
check-platforms:
	@bash test/tools/check_platforms.sh
check-arm64:
	@bash test/tools/check_arm64.sh
fuzz-sql:
	@FUZZ_QUERIES=$${FUZZ_QUERIES:-20000} bash test/tools/server_tests.sh sqlfuzz
models:
	@bash models/make/all.sh
bench:
	@bash test/bench/kernels.sh
	@bash test/bench/contributions.sh
	@bash test/bench/sql_bench.sh
	@bash test/bench/onnx_bench.sh
format:
	clang-format-19 -i $$(git ls-files '*.cpp' '*.hpp' '*.inc')
	black -q $$(git ls-files '*.py')

# A goal of the other half named beside one of these.
PRODUCT_GOALS = all install install-strip uninstall installcheck clean
.PHONY: $(PRODUCT_GOALS)
$(PRODUCT_GOALS):
	$(MAKE) $@

else
# ---- the product ---------------------------------------------------------------------------------
MODULE_big   = pgscore
EXTENSION    = sql/pgscore
# Never VERSION, which is PGXS's own; and no comment behind a value, whose blanks would stay.
EXTVERSION  := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" sql/pgscore.control)
# src/oracle is a module of its own: the only one that links libxgboost, loaded when verify_model
# asks for it.
SRCS         = $(filter-out src/oracle/%,$(wildcard src/*/*.cpp src/*/*/*.cpp src/*/*/*/*.cpp))
# A folder is compiled as one file, which takes a third of the time; the kernels are not, each has a
# processor of its own. UNITS=0 compiles every file alone: better for working on them.
UNITS       ?= 1
ifeq ($(UNITS),1)
ALONE        = $(filter src/kernels/% src/explain/walkers/%,$(SRCS))
FOLDERS      = $(sort $(patsubst %/,%,$(dir $(filter-out $(ALONE),$(SRCS)))))
OBJS         = $(ALONE:.cpp=.o) $(patsubst src/%,build/units/%.o,$(FOLDERS))
else
OBJS         = $(SRCS:.cpp=.o)
endif
UPDATES      = $(wildcard sql/updates/*.sql)
DATA_built   = sql/pgscore--$(EXTVERSION).sql $(UPDATES:sql/updates/%=sql/%)

# The test `models` comes first: the others score what it has made. To run one alone:
# make installcheck REGRESS='models predict' ISOLATION= TAP_TESTS=
REGRESS      = models $(filter-out models pgscore--% $(NOT_TESTED),\
  $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
# What compares with the XGBoost library needs a build with it; without, its absence is tested.
NOT_TESTED   = $(if $(filter 1,$(WITH_XGBOOST)),verify_absent,verify)
REGRESS_OPTS = --load-extension=pgscore
ISOLATION    = models $(filter-out models,\
  $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=pgscore
TAP_TESTS    = 1
PROVE_TESTS  = $(wildcard test/tap/*.pl)

PG_CPPFLAGS  = -Isrc
# -Wno-register: PostgreSQL 15's headers use the keyword, which C++17 took away.
# -Wno-missing-field-initializers: PG_MODULE_MAGIC of 18.
PG_CXXFLAGS  = -std=c++20 -ffp-contract=off -fno-fast-math -Wall -Wextra \
               -Wno-register -Wno-missing-field-initializers
# PostgreSQL 15 exports nothing under -fvisibility=hidden; a version script works on every release.
SHLIB_LINK   = -lstdc++ -lpugixml -Wl,--version-script=src/pg/exports.map

# Not through `echo '#include ...'`: what \# means inside $(shell) differs between releases of make.
WITH_XGBOOST ?= $(shell g++ -E -include xgboost/c_api.h -x c++ /dev/null >/dev/null 2>&1 \
                    && echo 1 || echo 0)
ifeq ($(WITH_XGBOOST),1)
ORACLE_SRCS  = $(wildcard src/oracle/*.cpp)
ORACLE_OBJS  = $(ORACLE_SRCS:.cpp=.o)
ORACLE       = $(if $(ORACLE_SRCS),pgscore_xgboost.so)
endif
# Also what is left of a source that has another name now. The tests and `make lint` have build/.
EXTRA_CLEAN  = $(shell find src test models -name '*.[od]' -o -name __pycache__) build/units \
               pgscore_xgboost.so $(wildcard sql/pgscore--*.sql) $(MODELS_SPEC)

# Bitcode would be built with clang's default C++ standard and fail; no bitcode of ours would be
# inlined anyway. Must stand before the include.
override with_llvm = no
PG_CONFIG   ?= pg_config
PGXS        := $(shell $(PG_CONFIG) --pgxs)
ifeq (,$(PGXS))
$(error $(PG_CONFIG) does not run: install the server's development package \
  (Debian: postgresql-server-dev-15) or set PG_CONFIG)
endif
include $(PGXS)

# A rule of our own, preferred to those of PGXS: it tracks headers on every server, and PGXS on a
# server that was built with --enable-depend knows one file of each name only.
COMPILE_ONE = $(CXX) $(CXXFLAGS) $(CPPFLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
src/%.o: src/%.cpp
	$(COMPILE_ONE)
# -Wno-subobject-linkage: g++ takes what a unit includes for headers.
UNIT_OBJS    = $(filter build/units/%,$(OBJS))
$(UNIT_OBJS): build/units/%.o: build/units/%.cpp
	$(COMPILE_ONE) $(if $(findstring clang,$(CXX)),,-Wno-subobject-linkage)
# Written anew when a file has come or gone.
unit_of      = printf '\#include "%s"\n' $(patsubst src/%,%,$(sort $(wildcard src/$(1)/*.cpp)))
$(UNIT_OBJS:.o=.cpp): build/units/%.cpp: FORCE
	@mkdir -p $(@D)
	@$(call unit_of,$*) | cmp -s - $@ || $(call unit_of,$*) >$@
.PHONY: FORCE
FORCE:
-include $(OBJS:.o=.d) $(ORACLE_OBJS:.o=.d)

# Names and lines are what a backtrace needs; with the -g of Debian's PGXS the library is four times
# as large and a third longer in the making (files alone). DEBUG_INFO=-g for a debugger. PGXS adds
# COPT to C alone.
DEBUG_INFO ?= -g1
override CXXFLAGS += $(DEBUG_INFO) $(COPT)

# Kernels alone are worth -O3. Set here, after the include: PG_CXXFLAGS of a target never reaches
# the compiler.
src/kernels/%.o src/explain/walkers/%.o: CXXFLAGS += -O3

INSTALL_PARTS = $(sort $(wildcard sql/install/*.sql))
sql/pgscore--$(EXTVERSION).sql: $(INSTALL_PARTS) sql/pgscore.control
	cat $(INSTALL_PARTS) /dev/null > $@
# A line `-- include FILE` of an upgrade script stands for the file: what is new needs no copy.
$(UPDATES:sql/updates/%=sql/%): sql/%: sql/updates/% $(INSTALL_PARTS)
	awk '/^-- include / { while ((getline line < $$3) > 0) print line; next } { print }' $< > $@

.PHONY: say-skipped
installcheck: say-skipped
say-skipped:
	@[ -z '$(and $(REGRESS),$(filter verify,$(NOT_TESTED)))' ] || echo 'SKIPPED: verify, which' \
	  'compares with the XGBoost library: this is a build without it (WITH_XGBOOST=0)'

# Isolation tests cannot read a file of SQL, so a spec is made of it.
MODELS_SPEC  = test/isolation/specs/models.spec
installcheck: $(MODELS_SPEC)
$(MODELS_SPEC): sql/models.sql
	{ echo '# Made of $<.'; echo 'setup {'; cat $<; echo '}'; \
	  echo 'session s'; echo 'step made { SELECT count(*) > 0 FROM pg_proc'; \
	  echo "  WHERE pronamespace = 'made'::regnamespace; }"; } >$@

# What upgrades start from (test/tap/025_extension_upgrade.pl); upgrade scripts include nothing
# more.
.PHONY: released-script
released-script: $(DATA_built)
	cp $< test/upgrade/
	cp $(filter-out $<,$^) sql/updates/

# The version script is no object file, so PGXS does not know that the link depends on it.
$(shlib): src/pg/exports.map

pgscore_xgboost.so: $(ORACLE_OBJS) src/pg/exports.map
	$(CXX) $(CXXFLAGS) $(LDFLAGS) -shared -o $@ $(ORACLE_OBJS) \
	  -Wl,--version-script=src/pg/exports.map -lxgboost

# Names and lines stay in, for a backtrace and for packagers, whose tools make packages of their own
# of them; PGXS's `install-strip` leaves them out.
.PHONY: install-size
install: $(if $(INSTALL_STRIP_FLAG),,install-size)
install-size: $(shlib)
	@du -k $< | awk '{ printf "%s has %.0f MB; ", $$2, $$1 / 1024 }'
	@echo 'make install-strip leaves out what only debuggers read'

.PHONY: install-oracle uninstall-oracle
all: $(ORACLE)
install: install-oracle
install-oracle: $(ORACLE) installdirs
	$(if $(ORACLE),$(INSTALL_SHLIB) $(ORACLE) '$(DESTDIR)$(pkglibdir)/')
uninstall: uninstall-oracle
uninstall-oracle:
	rm -f '$(DESTDIR)$(pkglibdir)/pgscore_xgboost.so'
endif
