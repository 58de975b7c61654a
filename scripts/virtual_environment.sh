#!/bin/sh
# Makes .venv with Python 3.11, or says in one line what to install.
set -eu
for candidate in python3.11 python3 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        if "$candidate" -m venv .venv; then
            exit 0
        fi
        rm -rf .venv
        echo "无法创建虚拟环境，请先安装：apt-get install python3-venv" >&2
        exit 1
    fi
done
echo "需要 Python 3.11，请先安装：apt-get install python3 python3-venv" >&2
exit 1
