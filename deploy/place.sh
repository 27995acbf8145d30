#!/bin/sh
# Print the folder that holds the environment and the embedded database of this clone.
# It is the clone itself, unless we are root below a folder that others may not enter: PostgreSQL then runs as a
# system user of its own, which could not reach them, and no folder that is not ours is opened wider for it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
[ "$(id -u)" = 0 ] || { echo "$here"; exit 0; }
folder=$here
while :; do
    case $(stat -c %A "$folder") in
        *x|*t) ;;
        *)
            echo "/var/tmp/khoi-thi-dua-0-$(printf %s "$here" | sha256sum | cut -c1-12)"
            exit 0
            ;;
    esac
    [ "$folder" = / ] && break
    folder=$(dirname "$folder")
done
echo "$here"
