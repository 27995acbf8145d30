#!/bin/sh
# need.sh TEST-COMMAND PACKAGE...: install Debian packages by apt when the test fails and we are root;
# otherwise say in one line what is missing.
set -eu
test=$1
shift
if sh -c "$test" >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    log=$(mktemp)
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1
    then rm -f "$log"; exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "Còn thiếu gói hệ thống. Hãy cài: $* (Debian/Ubuntu: sudo apt-get install $*)" >&2
exit 1
