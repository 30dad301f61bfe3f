import hashlib
import sys
from collections import Counter
from pathlib import Path

lines = sorted(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
votes = Counter(line.split(" ")[1] for line in lines)
yes, no, abstain = (votes.pop(choice, 0) for choice in ("yes", "no", "abstain"))
if votes or len({line.split(" ")[0] for line in lines}) < len(lines):
    sys.exit("This is no board: an unknown choice, or a receipt that is there twice.")
left, right = 3 * yes, 2 * (yes + no)
sum_in_words = f"{left} {'>=' if left >= right else '<'} {right}" if yes > 0 else "nobody voted yes"
print(f"{yes} yes, {no} no: {sum_in_words}, {'passes' if yes > 0 and left >= right else 'fails'}")
print(f"Abstentions: {abstain}")
print(hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest())
