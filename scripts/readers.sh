#!/bin/sh
# Read every export with the library of the tool that it is for, each in an environment of its own: their pins conflict with ours.
# Usage: scripts/readers.sh [FOLDER]   environments and exports stay in FOLDER, a temporary one by default.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
PYTHONPATH="$root:$root/tests" "$python" "$root/scripts/readers/write_exports.py" "$folder" || exit 1
failed=""
read_with() { # NAME TOOLS PACKAGES...
    name=$1 tools=$2
    shift 2
    environment=$folder/env-$name
    if [ ! -e "$environment/ready" ]; then
        "$python" -m venv "$environment" && "$environment/bin/pip" install --quiet "$@" && touch "$environment/ready" || {
            echo "$name: not installed"
            failed="$failed $name"
            return
        }
    fi
    for tool in $tools; do
        "$environment/bin/python" "$root/scripts/readers/read_export.py" "$tool" "$folder" || failed="$failed $tool"
    done
}
"$python" "$root/scripts/readers/read_export.py" yolo "$folder" || failed="$failed yolo"
read_with datasets imagefolder datasets pillow
read_with pycocotools coco pycocotools
read_with datumaro "datumaro datumaro-coco datumaro-cvat" datumaro
read_with label-studio labelstudio label-studio-sdk
read_with webdataset webdataset webdataset pillow
read_with croissant croissant mlcroissant pyarrow pillow
read_with lance lance pylance pillow
read_with otio "otio fcp7 edl" opentimelineio otio-fcp-adapter otio-cmx3600-adapter
if [ -n "$failed" ]; then
    echo "failed:$failed"
    exit 1
fi
echo "all exports were read back as they were written"
