#!/usr/bin/env bash
# Makes this machine ready: Debian packages, virtual environment, built files. Takes no time when nothing is missing.
# Usage: scripts/install.sh run|test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly purpose=${1:?run or test}

say() {  # Korean, English
    if [[ ${LC_ALL:-${LANG:-}} == ko* ]]; then echo "$1" >&2; else echo "$2" >&2; fi
}

die() {
    say "$@"
    exit 1
}

# --- Debian packages -------------------------------------------------------------------------------------------------

list_entries() {  # the wanted lines of packages.txt: "a|b?   # reason"
    local group=none line
    while IFS= read -r line; do
        case $line in
            '' | '#'*) ;;
            '['*) group=$line ;;
            *) [[ $group == '[run]' || $purpose == test ]] && echo "$line" ;;
        esac
    done <scripts/packages.txt
}

names_of() {  # "a|b?   # reason" -> "a b"
    local names=${1%%[ #]*}
    echo "${names//[|?]/ }"
}

find_missing_entries() {
    local entry name names=() installed
    mapfile -t entries < <(list_entries)
    for entry in "${entries[@]}"; do read -ra more < <(names_of "$entry") && names+=("${more[@]}"); done
    installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "${names[@]}" 2>/dev/null || true)"
    for entry in "${entries[@]}"; do
        for name in $(names_of "$entry"); do [[ $installed == *" installed:$name "* ]] && continue 2; done
        echo "$entry"
    done
}

choose_package() {  # the first name that the archive has; nothing when it has none
    local name policy
    for name in $(names_of "$1"); do
        # Not piped into grep -q: that ends early, and under pipefail a long answer then counts as a failure.
        policy=$(LC_ALL=C apt-cache policy "$name")
        if [[ $policy == *'Candidate: '[!\(]* ]]; then
            echo "$name"
            return
        fi
    done
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

install_packages() {
    command -v apt-get dpkg-query >/dev/null ||
        die "이 스크립트는 Debian 12와 Ubuntu LTS에서 동작합니다. 다른 시스템에서는 scripts/packages.txt의 패키지를 직접 설치하세요." \
            "This script knows Debian 12 and Ubuntu LTS. Elsewhere, install the packages of scripts/packages.txt by hand."
    local missing entry name chosen=()
    mapfile -t missing < <(find_missing_entries)
    ((${#missing[@]})) || return 0
    if printf '%s\n' "${missing[@]}" | grep -qv '^[^ #]*?'; then
        ((EUID == 0)) || command -v sudo >/dev/null ||
            die "Debian 패키지가 부족합니다. root로, 또는 sudo가 있는 계정으로 다시 실행하세요: ${missing[*]%% *}" \
                "Debian packages are missing. Run this again as root, or where sudo is installed: ${missing[*]%% *}"
        say "부족한 Debian 패키지를 설치합니다." "Installing the missing Debian packages."
        as_root apt-get update -q
    fi
    for entry in "${missing[@]}"; do
        name=$(choose_package "$entry")
        if [[ -n $name ]]; then
            chosen+=("$name")
        elif [[ $entry == *'?'* ]]; then
            echo "  ${entry#*# }" >&2
        else
            die "패키지 저장소에 다음이 없습니다: ${entry%% *}" "The package archive has none of: ${entry%% *}"
        fi
    done
    ((${#chosen[@]} == 0)) || as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${chosen[@]}"
}

# --- Python ----------------------------------------------------------------------------------------------------------

find_python() {  # the machine's own first: it is the one that gets security updates
    local name
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if "$name" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    die "Python 3.11 이상이 필요합니다. Ubuntu 22.04에서는 universe 저장소의 python3.11과 python3.11-venv를 설치하세요." \
        "Python 3.11 or newer is needed. On Ubuntu 22.04 install python3.11 and python3.11-venv from universe."
}

install_python_packages() {
    local extra='' wanted python
    [[ $purpose == test ]] && extra='[dev]'
    wanted=$(cat pyproject.toml constraints.txt | sha256sum)
    # A virtual environment knows its own path: one that was copied or moved is made anew.
    if ! grep -qsF " $PWD/.venv" .venv/pyvenv.cfg || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        python=$(find_python)
        "$python" -m venv --clear .venv
    fi
    case $(cat .venv/installed 2>/dev/null) in "$wanted$extra" | "${wanted}[dev]") return ;; esac
    say "Python 패키지를 설치합니다. 처음에는 1~2분 걸립니다." "Installing Python packages; the first time takes a minute or two."
    PYTHONWARNINGS=ignore .venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".$extra"
    echo "$wanted$extra" >.venv/installed
}

# --- built files -----------------------------------------------------------------------------------------------------

build_translations() {  # of the kiosk's window; the web service reads its catalogues as they are
    shopt -s nullglob
    local source built
    for source in kiosk/ui/i18n/*.ts; do
        built=${source%.ts}.qm
        [[ $built -nt $source ]] || .venv/bin/pyside6-lrelease -silent "$source" -qm "$built"
    done
}

install_packages
install_python_packages
build_translations
