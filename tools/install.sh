#!/usr/bin/env bash
# Make .venv and install one hash-locked list into it: with uv when it is there or can be had, otherwise with plain pip.
set -euo pipefail
list=$1
python=${BASE_PYTHON:-python3}

if [ ! -x .venv/bin/python ]; then
  echo "Making .venv with $("$python" --version) …"
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --python "$python" .venv
  elif ! "$python" -m venv .venv; then
    echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
  fi
fi

# File times say little (a checkout is always newer): what is installed already is known by its content.
installed=.venv/$(basename "$list").sha256
wanted=$(.venv/bin/python -c 'import hashlib, pathlib, sys; print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest())' "$list")
if [ -f "$installed" ] && [ "$(cat "$installed")" = "$wanted" ]; then
  exit 0
fi

echo "Installing $list …"
if command -v uv >/dev/null 2>&1; then
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$list"
elif .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==0.13.8" 2>/dev/null; then
  .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$list"
else
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$list"
fi
echo "$wanted" > "$installed"
