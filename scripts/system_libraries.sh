#!/bin/sh
# The libraries that lay out Chinese text for the PDF: installed when lacking and allowed, else named in one line.
# Further packages may be named as arguments (tests: chromium, poppler-utils, postgresql).
set -eu
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 $*"
lacking=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || lacking="$lacking $package"
done
[ -z "$lacking" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "缺少系统软件包，请让管理员运行：apt-get install$lacking" >&2
    exit 1
fi
echo "安装系统软件包：$lacking"
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
$apt update
$apt install -y --no-install-recommends $lacking >/dev/null
