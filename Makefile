# Loaxa. `make help` says what there is. Plain `go build ./...`, `go vet ./...`
# and `go test ./...` need nothing of this file.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo run build test faults fuzz bench soak lint deps deps-test session

BUILD    := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 20s
COUNT    ?= 5
OUT      ?= docs/bench.md
export GOFLAGS := -buildvcs=false $(GOFLAGS)

RUN_DEPS  := libopus0 espeak-ng ffmpeg gcc libc6-dev tzdata
TEST_DEPS := $(RUN_DEPS) lame flac vorbis-tools opus-tools sox pulseaudio nftables iproute2 e2fsprogs mount \
	gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: deps build ## a whole demonstration commune on this machine, console in front (UI=en: in English)
	@bin/loaxa demo $(if $(UI),--lang $(UI)) $(ARGS)

run: build ## the console; attaches to the running station, starts one when none runs (ARGS=…)
	@bin/loaxa $(if $(UI),--lang $(UI)) $(ARGS)

build: ## bin/loaxa
	@mkdir -p bin && go build -trimpath -ldflags '-X main.build=$(BUILD)' -o bin/loaxa ./app

test: deps-test ## every test that needs no root, with the race detector where a C compiler is
	@.ci/test tests 1 -timeout=40m $$(.ci/race) ./...

faults: deps-test ## kill -9, power cuts, full disk, lost links; as root for all of it (SHORT=1: a smoke)
	@LOAXA_FAULTS=$(if $(SHORT),short,full) .ci/test faults 1 -count=1 -timeout=2h -run '^TestFault' ./...

fuzz: ## each fuzz target for FUZZTIME (20s); FUZZALL=400s bounds the sum
	@.ci/fuzz $(FUZZTIME) $(FUZZALL)

bench: ## the measured bars as a table in docs/bench.md (COUNT=5; OUT=FILE: elsewhere)
	@set -o pipefail; { go test -run '^$$' -bench . -count $(COUNT) -timeout=2h ./... && \
		LOAXA_FAULTS=full go test -count=1 -v -run '^(TestPressToSirenOnABadRoad|TestHardStartsKeepTheirSecond)$$' ./app/boot; } | go run ./.ci/bench -o $(OUT)

soak: deps-test ## the long campaign of kills, cuts and hours, before a release
	@LOAXA_FAULTS=soak .ci/test soak 1 -count=1 -timeout=48h -run '^Test(Fault|Soak)' ./...

session: deps-test ## docs/session.gif: the real commune on a real terminal, filmed
	@LOAXA_SESSION=$(CURDIR)/docs/session.gif go test -count=1 -run '^TestRecordSession$$' -v ./app

lint: ## gofmt, vet, golangci-lint, budgets
	@.ci/lint

deps: ## install what the program uses at run time, or say what to type
	@.ci/deps "sound and speech" $(RUN_DEPS)

deps-test: ## install what the tests use, or say what to type
	@.ci/deps "the tests" $(TEST_DEPS)
