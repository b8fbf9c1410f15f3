#!/bin/bash
# A server with accounts on which the guide's steps were done, and its hub: the inside of
# test_jupyterhub.py. Runs as root in mount and process namespaces of its own, so that accounts, /etc
# and /srv are gone when it ends.
#
#     start.sh PYTHON COURSE PASSWORD INSTRUCTOR OUTSIDER STUDENT...
#
# HUB_PORTS names the ports.
set -eu
python=$1 course=$2 password=$3
accounts=("${@:4}")
aside=$(mktemp -d)

private() { # private FOLDER: a copy of it in its place
    mkdir "$aside/copy"
    mount -t tmpfs -o mode=755 tmpfs "$aside/copy"
    cp -a "$1/." "$aside/copy"
    mount --move "$aside/copy" "$1"
}

cover() { # cover FOLDER KEPT...: leave nothing of it but what is kept
    local folder=$1 path
    for path in "${@:2}"; do
        mkdir -p "$aside/kept$path"
        mount --rbind "$path" "$aside/kept$path"
    done
    mount -t tmpfs -o mode=755 tmpfs "$folder"
    for path in "${@:2}"; do
        mkdir -p "$path"
        mount --rbind "$aside/kept$path" "$path"
    done
}

mount --make-rprivate /
mount -t tmpfs -o mode=700 tmpfs "$aside"
private /etc
mount -t tmpfs -o mode=755 tmpfs /srv

for account in "${accounts[@]}"; do
    useradd --create-home --base-dir /srv --key HOME_MODE=0700 --shell /bin/bash "$account"
    echo "$account:$password" | chpasswd
done
mkdir -p /srv/llmbook/course
cd "$course"
cp -R nbgrader_config.py chapters exercises solutions /srv/llmbook/course
sh book/guides/jupyterhub/set_up_class.sh "${accounts[0]}"
for account in "${accounts[@]:2}"; do usermod --append --groups llmbook-students "$account"; done
cp tests/hub/jupyterhub_config.py /srv
cd /srv/llmbook/hub

# Students can enter what is installed, and nothing else of this checkout.
mapfile -t kept < <("$python" -c 'import os, sys, llmbook_utils
for path in {sys.base_prefix, sys.prefix, os.path.dirname(llmbook_utils.__file__)}: print(path)')
covered=("$course")
for path in "${kept[@]}"; do
    while [ "$path" != / ]; do
        path=$(dirname "$path")
        [ $((8#$(stat -c %a "$path") & 1)) = 1 ] || covered+=("$path")
    done
done
for folder in $(printf '%s\n' "${covered[@]}" | sort -ur); do
    inside=()
    for path in "${kept[@]}"; do [[ $path/ != "$folder"/* ]] || inside+=("$path"); done
    cover "$folder" "${inside[@]}"
done

exec "$python" -m jupyterhub --config /srv/jupyterhub_config.py
