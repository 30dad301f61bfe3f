"""Write `cwe.json` again: `python -m advisories.records.cwe_refresh SOURCE advisories/records/cwe.json`.

SOURCE is MITRE's list, the XML in the archive "CWE list" of cwe.mitre.org/data/downloads.html; commit what changes.
"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

_SPACE = "{http://cwe.mitre.org/cwe-7}"
_NOTICE = (
    "Copyright © 2006-2024, The MITRE Corporation. CWE and the CWE logo are trademarks of The MITRE Corporation. "
    "CWE Usage: MITRE hereby grants you a non-exclusive, royalty-free license to use CWE for research, "
    "development, and commercial purposes. Any copy you make for such purposes is authorized on the condition "
    "that you reproduce MITRE's copyright designation and this license in any such copy. DISCLAIMERS: ALL "
    'DOCUMENTS AND THE INFORMATION CONTAINED IN THE CWE ARE PROVIDED ON AN "AS IS" BASIS AND THE CONTRIBUTOR, THE '
    "ORGANIZATION HE/SHE REPRESENTS OR IS SPONSORED BY (IF ANY), THE MITRE CORPORATION, ITS BOARD OF TRUSTEES, "
    "OFFICERS, AGENTS, AND EMPLOYEES, DISCLAIM ALL WARRANTIES, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO "
    "ANY WARRANTY THAT THE USE OF THE INFORMATION THEREIN WILL NOT INFRINGE ANY RIGHTS OR ANY IMPLIED WARRANTIES "
    "OF MERCHANTABILITY OR FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE "
    "CONTRIBUTOR, THE ORGANIZATION HE/SHE REPRESENTS OR IS SPONSORED BY (IF ANY), THE MITRE CORPORATION, ITS "
    "BOARD OF TRUSTEES, OFFICERS, AGENTS, AND EMPLOYEES BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, "
    "WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE "
    "INFORMATION OR THE USE OR OTHER DEALINGS IN THE CWE."
)


def refresh(source: Path, target: Path) -> int:
    """Write ids and names of all weaknesses that are not deprecated; return how many."""
    root = ElementTree.parse(source).getroot()  # noqa: S314 - a maintainer's own download
    valid = (weakness for weakness in root.iter(f"{_SPACE}Weakness") if weakness.attrib["Status"] != "Deprecated")
    names = {int(weakness.attrib["ID"]): weakness.attrib["Name"] for weakness in valid}
    document = {
        "notice": _NOTICE,
        "version": root.attrib["Version"],
        "date": root.attrib["Date"],
        "names": {f"CWE-{number}": names[number] for number in sorted(names)},
    }
    target.write_text(json.dumps(document, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(names)


def main(arguments: list[str]) -> None:
    """Take source and target from the command line."""
    source, target = map(Path, arguments)
    sys.stdout.write(f"{refresh(source, target)} weaknesses written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
