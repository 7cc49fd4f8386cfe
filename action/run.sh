#!/usr/bin/env bash
# Audits, and tells a pull request what came out: as the summary of the job, as
# one comment that is edited in place, and as SARIF. What it is told is in the
# environment (action.yml); nothing of that becomes part of a command.
set -euo pipefail

# say writes a line of the job's log. Data in it starts no command of the runner.
say() { printf 'repligrant: %s\n' "${1//::/: :}"; }

# warn is seen beside the job.
warn() {
	local text="${1//'%'/%25}"
	text="${text//$'\r'/%0D}"
	printf '::warning title=repligrant::%s\n' "${text//$'\n'/%0A}"
}

# install sets program: the one that is named, or built from this commit.
install_program() {
	program="${REPLIGRANT:-}"
	[ -z "$program" ] || return 0
	if ! command -v go >/dev/null; then
		say 'there is no Go to build it with: add a step that sets Go up, or name a binary in REPLIGRANT' | tee "$work/errors"
		broken
	fi
	program="$work/repligrant"
	(cd "$(dirname "${BASH_SOURCE[0]}")/.." && go build -trimpath -o "$program" ./cmd/repligrant) 2>&1 | tee "$work/errors" >&2 || broken
}

# each adds a flag for every line of a list.
each() {
	local flag="$1" line
	while IFS= read -r line; do
		[ -z "$line" ] || arguments+=("$flag=$line")
	done <<<"$2"
}

# one adds a flag that has a value.
one() { [ -z "$2" ] || arguments+=("$1=$2"); }

audit() {
	local arguments=(audit --format json "--output=$directory/audit.json" "--lang=$language" --no-color)
	each --snapshot "${INPUT_SNAPSHOTS:-}"
	each --terraform-plan "${INPUT_TERRAFORM_PLANS:-}"
	each --cloudformation "${INPUT_CLOUDFORMATION:-}"
	one --baseline "${INPUT_BASELINE:-}"
	one --suppress "${INPUT_SUPPRESS:-}"
	one --assume "${INPUT_ASSUME:-}"
	one --fail-on "${INPUT_FAIL_ON:-}"
	[ -z "${INPUT_SPEC:-}" ] || arguments+=(-- "$INPUT_SPEC")
	status=0
	"$program" "${arguments[@]}" 2>&1 | tee "$work/errors" >&2 || status=$?
	case $status in
	0 | 1 | 3) [ -s "$directory/audit.json" ] || broken ;;
	*) broken ;;
	esac
}

# report writes the saved audit in another format. It counts what the audit counts,
# and so ends as that did, which is known.
report() {
	local arguments=(report "$directory/audit.json" "--output=$directory/$1" "--lang=$language" --no-color "${@:2}") ended=0
	one --fail-on "${INPUT_FAIL_ON:-}"
	"$program" "${arguments[@]}" 2>&1 | tee "$work/errors" >&2 || ended=$?
	case $ended in
	0 | 1 | 3) ;;
	*) broken ;;
	esac
}

# broken says wherever the audit would be seen that there is none, and why. What an
# earlier run found is not left standing there.
broken() {
	say 'nothing was audited'
	status=2
	rm -f "${outputs[@]}"
	{
		printf '### ❌ repligrant: nothing was audited\n\nThe step ended with status 2: what it was given is wrong.\n\n<pre>\n'
		jq -Rrs '.[:8000] | @html' "$work/errors" || echo
		printf '</pre>\n'
	} >"$directory/comment.md"
	cp "$directory/comment.md" "$directory/summary.md"
	publish
	exit 2
}

# ask asks GitHub: a method, a path, and a file with the body. The answer is in
# $work/answer, its status in code.
ask() {
	local what=(--request "$1")
	[ "$1" != GET ] || what+=(--retry 3) # what was written once is not written again
	[ -z "${3:-}" ] || what+=(--data-binary "@$3")
	code="$(printf 'header = "Authorization: Bearer %s"\n' "$INPUT_TOKEN" | curl --silent --show-error --max-time 60 --config - \
		--header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
		"${what[@]}" --output "$work/answer" --write-out '%{http_code}' "$GITHUB_API_URL/$2")" || code=000
}

# api asks about the repository.
api() { ask "$1" "repos/$GITHUB_REPOSITORY/$2" "${3:-}"; }

succeeded() { [[ $code == 2?? ]]; }

# mark sets marker, the first line of each comment of ours: an earlier one is edited
# and not repeated. Each SPEC, or what comment-key says, has its own. Nothing in it
# ends the HTML comment, or the line.
mark() {
	marker="<!-- repligrant action:$(printf '%s' "${INPUT_COMMENT_KEY:-${INPUT_SPEC:-}}" |
		jq -Rrs '@uri | gsub("-"; "%2D") | .[:500] | if . == "" then . else " " + . end') -->"
}

# author sets mine, a filter for comments that this token wrote, since anybody can
# begin one with the marker. The token of an app, as that of a job is, may not ask
# who it is.
# See https://docs.github.com/en/rest/users/users#get-the-authenticated-user.
author() {
	mine='.user.type == "Bot"'
	ask GET user
	if succeeded && jq -e '.id | numbers' "$work/answer" >"$work/id"; then mine=".user.id == $(cat "$work/id")"; fi
}

# earlier prints the ID of our comment on the pull request, if there is one.
earlier() {
	local page
	for page in 1 2 3 4 5 6 7 8 9 10; do
		api GET "issues/$number/comments?per_page=100&page=$page"
		succeeded || return 1
		jq -r --arg marker "$marker"$'\n' "first(.[] | select($mine and (.body | gsub(\"\\r\"; \"\") | startswith(\$marker))) | .id) // empty" "$work/answer" >"$work/id"
		if [ -s "$work/id" ] || [ "$(jq length "$work/answer")" -lt 100 ]; then break; fi
	done
	cat "$work/id"
}

comment() {
	local id
	number="$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")"
	if [ -z "$number" ]; then
		say 'this is no pull request: there is nothing to comment on'
		return
	fi
	mark
	author
	jq -Rs --arg marker "$marker" '{body: ($marker + "\n" + ltrimstr("<!-- repligrant -->\n"))}' "$directory/comment.md" >"$work/body"
	if ! id="$(earlier)"; then
		warn 'the comments of the pull request could not be read: the report is in the summary of the job'
		return
	fi
	if [ -n "$id" ]; then
		api PATCH "issues/comments/$id" "$work/body"
	else
		api POST "issues/$number/comments" "$work/body"
	fi
	case $code in
	2??) say "the report is a comment on pull request $number" ;;
	401 | 403 | 404) warn 'the token may not comment (pull-requests: write is needed, and forks do not get it): the report is in the summary of the job' ;;
	*) warn "GitHub did not take the comment (status $code): the report is in the summary of the job" ;;
	esac
}

# upload sends SARIF to code scanning.
# See https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data.
upload() {
	gzip -c "$directory/audit.sarif" | base64 | tr -d '\n' >"$work/sarif"
	jq -n --arg commit "$GITHUB_SHA" --arg ref "$GITHUB_REF" --rawfile sarif "$work/sarif" '{commit_sha: $commit, ref: $ref, sarif: $sarif, tool_name: "repligrant"}' >"$work/body"
	api POST code-scanning/sarifs "$work/body"
	case $code in
	2??) say 'SARIF is uploaded' ;;
	401 | 403 | 404) warn 'the token may not upload SARIF (security-events: write is needed, and code scanning)' ;;
	*) warn "GitHub did not take the SARIF (status $code)" ;;
	esac
}

# publish shows what there is: in the outputs of the step, the summary of the job
# and the comment.
publish() {
	printf 'status=%s\n' "$status" >>"${GITHUB_OUTPUT:-/dev/null}"
	if [ -s "$directory/audit.json" ]; then printf 'audit=%s\n' "$directory/audit.json" >>"${GITHUB_OUTPUT:-/dev/null}"; fi
	cat "$directory/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
	if [ "${INPUT_COMMENT:-true}" = true ]; then comment; fi
}

main() {
	work="$(mktemp -d)"
	trap 'rm -rf "$work"' EXIT
	language="${INPUT_LANGUAGE:-en}"
	directory="${INPUT_DIRECTORY:-repligrant-report}"
	directory="${directory//$'\n'/}" # a line of its own would be another output of the step
	case $directory in -*) directory="./$directory" ;; esac
	mkdir -p "$directory"
	outputs=("$directory/audit.json" "$directory/summary.md" "$directory/comment.md" "$directory/audit.sarif")
	rm -f "${outputs[@]}"
	install_program
	audit
	report summary.md --format markdown --budget step-summary
	report comment.md --format markdown --budget comment
	report audit.sarif --format sarif
	publish
	if [ "${INPUT_SARIF:-false}" = true ]; then upload; fi
	exit "$status"
}

main
