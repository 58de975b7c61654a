#!/bin/sh
# Runs a command with DATABASE_URL of a PostgreSQL made for it alone: a fresh cluster on a free loopback port, removed
# after. An address already in DATABASE_URL is used as it is.
set -eu
case "${DATABASE_URL:-}" in postgres*) exec "$@" ;; esac

sh scripts/system_libraries.sh postgresql
binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
home=$(mktemp -d)
owner=$(id -un)
if [ "$owner" = root ]; then # the server refuses to run as root
    owner=postgres
    chown postgres "$home"
    as_owner() { runuser -u postgres -- "$@"; }
else
    as_owner() { "$@"; }
fi
stop() {
    as_owner "$binaries/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap stop EXIT INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd_safe() { (cd / && "$@"); }
cd_safe as_owner "$binaries/initdb" -D "$home/data" -U gongkai -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
cd_safe as_owner "$binaries/pg_ctl" -D "$home/data" -w -l "$home/log" start \
    -o "-c listen_addresses=127.0.0.1 -p $port -k $home -c fsync=off -c synchronous_commit=off -c full_page_writes=off" >/dev/null
cd_safe as_owner "$binaries/createdb" -h 127.0.0.1 -p "$port" -U gongkai gongkai
DATABASE_URL="postgres://gongkai@127.0.0.1:$port/gongkai" "$@"
