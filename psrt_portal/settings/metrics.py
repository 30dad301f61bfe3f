"""What a Prometheus server may read, and where the web processes count."""

from psrt_portal.settings.environment import env

#: Whoever sends it reads /metrics; without one there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN", "", wanted="at least 32 random characters, or leave it empty", least=32)
#: The folder in which all processes of one web server count together; deploy/gunicorn.py makes it.
METRICS_DIR = env.text("PROMETHEUS_MULTIPROC_DIR", "", wanted="a folder")
