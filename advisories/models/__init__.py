"""Private reports (`report`), and the advisories that come of some of them (`advisory`)."""

from advisories.models.advisory import Advisory, Credit, PublishedNumber
from advisories.models.report import Determination, Message, Phase, Report

__all__ = ["Advisory", "Credit", "Determination", "Message", "Phase", "PublishedNumber", "Report"]
