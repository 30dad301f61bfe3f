import hashlib
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text(encoding="utf-8")
lines = sorted(line.strip() for line in text.splitlines() if line.strip())
print(len(lines), "on the roll")
print(hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest())
