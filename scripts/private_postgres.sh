#!/bin/sh
# Runs a command with DATABASE_URL of a PostgreSQL made for it alone: a fresh cluster on a free loopback port, removed
# after. An address already in DATABASE_URL is used as it is. Where there can be no PostgreSQL it says so and fails, so
# that tests that did not run never look as if they had passed.
set -eu
case "${DATABASE_URL:-}" in postgres*) exec "$@" ;; esac

newest() { find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1; }
if [ -z "$(newest)" ] && ! sh scripts/system_libraries.sh postgresql; then
    echo "没有 PostgreSQL，测试未运行；也可以把 DATABASE_URL 设为已有的 PostgreSQL" >&2
    exit 1
fi
binaries=$(dirname "$(newest)")
home=$(mktemp -d /tmp/gongkai-postgres.XXXXXX)
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    chown postgres "$home"
    as_owner() { (cd / && runuser -u postgres -- "$@"); }
else
    as_owner() { (cd / && "$@"); }
fi
stop() {
    as_owner "$binaries/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_owner "$binaries/initdb" -D "$home/data" -U gongkai -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_owner "$binaries/pg_ctl" -D "$home/data" -w -l "$home/log" start \
    -o "-c listen_addresses=127.0.0.1 -p $port -k $home -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
    >/dev/null || { cat "$home/log" >&2; exit 1; }
as_owner "$binaries/createdb" -h 127.0.0.1 -p "$port" -U gongkai gongkai
DATABASE_URL="postgres://gongkai@127.0.0.1:$port/gongkai" "$@"
