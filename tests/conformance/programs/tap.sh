# For shell programs that report in TAP.
tests=0
passed=0

# check NAME PATTERN COMMAND...: the command must exit with code 0, and its output must match.
check() {
  name=$1 pattern=$2
  shift 2
  tests=$((tests + 1))
  if output=$("$@" 2>&1) && echo "$output" | grep -Eqx -e "$pattern"; then
    passed=$((passed + 1))
    echo "ok $tests - $name"
  else
    echo "not ok $tests - $name"
    echo "$output"
  fi
}

fails() { ! "$@"; }

finish() { printf '# tests %d\n# pass %d\n' "$tests" "$passed"; }
