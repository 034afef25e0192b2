#!/bin/sh
# Formats this package and the examples; with --check, only says which files want it and fails.
# Needs target/tools, which `mvn test-compile` fills.
set -eu
cd "$(dirname "$0")"

opens=""
for part in api code file parser tree util; do
  opens="$opens --add-exports=jdk.compiler/com.sun.tools.javac.$part=ALL-UNNAMED"
done
case "${1:-}" in
  --check) mode="--dry-run --set-exit-if-changed" ;;
  *) mode="--replace" ;;
esac
# The options are words on purpose: they hold no blanks.
# shellcheck disable=SC2086
find src ../../examples/java -name '*.java' -print0 |
  xargs -0 java $opens -jar target/tools/google-java-format.jar $mode
