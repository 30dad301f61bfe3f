"""The facts of two projects, as the portal ships them."""

from advisories.records.projects import ProjectFacts

CPYTHON = ProjectFacts(
    slug="cpython",
    label="CPython",
    vendor="Python Software Foundation",
    product="CPython",
    repo="https://github.com/python/cpython",
)
PIP = ProjectFacts(
    slug="pip",
    label="pip",
    vendor="Python Packaging Authority",
    product="pip",
    repo="https://github.com/pypa/pip",
    collection_url="https://pypi.org",
    ecosystem="PyPI",
    package="pip",
    purl="pkg:pypi/pip",
)
BOTH = (CPYTHON, PIP)
