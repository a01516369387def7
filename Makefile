# make build    out/init and its links                    make check    formatting, analyzers
# make test     everything below tests/                   make image    the container image init:latest
# make demo     a short look at it at work                make bench    beside Debian's supervisord, as ratios (BENCH='--quick --only first')
.PHONY: build test demo image bench check clean
.DELETE_ON_ERROR:

RID     := linux-$(patsubst x86_64,x64,$(patsubst aarch64,arm64,$(shell uname -m)))
LINKS   := supervisord supervisorctl echo_supervisord_conf pidproxy
SOURCES := $(shell find src -type f -not -path '*/obj/*' -not -path '*/bin/*') \
           $(wildcard Directory.*.props .editorconfig)
LIMIT   := 14

build: out/init

out/init: $(SOURCES) Makefile
	scripts/setup build
	dotnet publish src/Init -c Release -r $(RID) -o out/publish --nologo -v quiet
	install out/publish/init out/init
	for link in $(LINKS); do ln -sf init out/$$link; done

test: build image
	scripts/setup
	scripts/test

demo: build
	scripts/demo

image:
	scripts/setup containers
	scripts/engine build --network host -t init .
	@bytes=$$(scripts/engine image inspect init --format '{{.Size}}'); \
	 echo "image init: $$bytes bytes of at most $(LIMIT) MB"; \
	 test $$bytes -le $(LIMIT)000000

bench: build
	scripts/setup peers
	python3 bench/bench.py $(BENCH)

check:
	dotnet format --verify-no-changes
	dotnet build -c Release --nologo -v quiet

clean:
	rm -rf out
	find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
