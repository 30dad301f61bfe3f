"""The reads of nominations, for pages, forms and verbs. Days are calendar days in UTC."""

from __future__ import annotations

from nominations.queries.council import (
    council,
    of_all,
    people_to_decide_on,
    removals_waiting,
    resolutions_for_second_seat,
    seats_able_to_object,
)
from nominations.queries.nominations import (
    ballots_of,
    events_of,
    for_reader,
    matching,
    numbers_taken,
    one_for_reader,
    own_endorsement,
    own_interest,
    recounts,
    with_facts_about,
    with_relations,
)
from nominations.queries.proposing import (
    address_of_nominee,
    eligible_people,
    is_address_of,
    people_who_wait,
    stopped_before,
)
from nominations.queries.sent_twice import just_extended, just_proposed, just_written
from nominations.queries.votes import (
    Voter,
    office_of,
    office_of_person,
    officers_for,
    roll_for,
    running_votes,
    seats_to_tell,
)

__all__ = [
    "Voter",
    "address_of_nominee",
    "ballots_of",
    "council",
    "eligible_people",
    "events_of",
    "for_reader",
    "is_address_of",
    "just_extended",
    "just_proposed",
    "just_written",
    "matching",
    "numbers_taken",
    "of_all",
    "office_of",
    "office_of_person",
    "officers_for",
    "one_for_reader",
    "own_endorsement",
    "own_interest",
    "people_to_decide_on",
    "people_who_wait",
    "recounts",
    "removals_waiting",
    "resolutions_for_second_seat",
    "roll_for",
    "running_votes",
    "seats_able_to_object",
    "seats_to_tell",
    "stopped_before",
    "with_facts_about",
    "with_relations",
]
