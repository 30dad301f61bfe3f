"""The channels and security advisories that members/channels/connectors reads, and who the team is to CVE Services.

A channel with a variable that is not set is not connected.
"""

from psrt_portal.settings.environment import env

GITHUB_API_URL = env.service("GITHUB_API_URL")
GITHUB_API_TOKEN = env.text("GITHUB_API_TOKEN", "", wanted="a token that may read and change the team")
GITHUB_ORG = env.text("GITHUB_ORG", "", wanted="the organisation's name")
GITHUB_TEAM = env.text("GITHUB_TEAM", "", wanted="the team's short name, as in its address")
GITHUB_ADVISORIES = env.repositories("GITHUB_ADVISORIES")
GITHUB_ADVISORIES_TOKEN = env.text("GITHUB_ADVISORIES_TOKEN", "", wanted="a token that may read security advisories")
MAILMAN_API_URL = env.service("MAILMAN_API_URL")
MAILMAN_API_USER = env.text("MAILMAN_API_USER", "", wanted="the user of Mailman's REST interface")
MAILMAN_API_PASSWORD = env.text("MAILMAN_API_PASSWORD", "", wanted="the password of Mailman's REST interface")
MAILMAN_LIST = env.text("MAILMAN_LIST", "", wanted="the list's address or id")
DISCORD_API_URL = env.service("DISCORD_API_URL")
DISCORD_API_TOKEN = env.text("DISCORD_API_TOKEN", "", wanted="a bot's token")
DISCORD_GUILD = env.text("DISCORD_GUILD", "", wanted="the number of the Discord server")
DISCORD_ROLE = env.text("DISCORD_ROLE", "", wanted="the number of the role")

#: The release cycle that `manage.py refresh_branches` reads; peps.python.org publishes it as api/release-cycle.json.
RELEASE_CYCLE_URL = env.service("RELEASE_CYCLE_URL")

#: Who the team is as a CVE Numbering Authority; the PSF's own id and short name (cve.org, "List of Partners").
CVE_ORG_ID = env.text("CVE_ORG_ID", "28c92f92-d60d-412d-b760-e73465c3df22", wanted="the CNA's id, a UUID")
CVE_SHORT_NAME = env.text("CVE_SHORT_NAME", "PSF", wanted="the CNA's short name")
