# make check runs what CI runs; make full adds what is slow or random.

.PHONY: check full test lint bench golden demo

check:
	bash .ci/run

full:
	bash .ci/full

test:
	go test ./...

lint:
	bash .ci/lint

bench:
	go test -run '^$$' -bench . -benchmem ./policy/... ./planner ./cmd/cli

golden:
	UPDATE=1 go test ./...

demo:
	go run ./cmd/repligrant demo
