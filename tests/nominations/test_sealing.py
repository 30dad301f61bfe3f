"""Sealed ballots: one length, one slot, one key."""

from __future__ import annotations

import hashlib
import itertools
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nominations import sealing
from nominations.sealing import SEALED_BYTES, OpenBallot, SealingError, seal, unseal
from nominations.tally import Choice

KEY = X25519PrivateKey.generate()
PRIVATE, PUBLIC = KEY.private_bytes_raw(), KEY.public_key().public_bytes_raw()
VOTE, SLOT = uuid.uuid4(), uuid.uuid4()


def sealed(choice: Choice = Choice.YES, receipt: str | None = None) -> bytes:
    ballot = OpenBallot(choice, receipt or sealing.new_receipt())
    return seal(ballot, public_key=PUBLIC, vote=VOTE, slot=SLOT)


@pytest.mark.parametrize("choice", Choice)
def test_a_ballot_opens_to_what_was_sealed(choice: Choice) -> None:
    receipt = sealing.new_receipt()
    opened = unseal(sealed(choice, receipt), private_key=PRIVATE, vote=VOTE, slot=SLOT)
    assert (opened.choice, opened.receipt) == (choice, receipt)


def test_all_choices_have_one_length() -> None:
    assert {len(sealed(choice)) for choice in Choice for _ in range(50)} == {SEALED_BYTES} == {59}


def test_two_seals_of_one_ballot_share_nothing() -> None:
    receipt = sealing.new_receipt()
    first, second = sealed(Choice.NO, receipt), sealed(Choice.NO, receipt)
    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


def test_a_ballot_moved_to_another_slot_or_vote_is_refused() -> None:
    ballot = sealed()
    for vote, slot in [(VOTE, uuid.uuid4()), (uuid.uuid4(), SLOT), (SLOT, VOTE)]:
        with pytest.raises(SealingError):
            unseal(ballot, private_key=PRIVATE, vote=vote, slot=slot)


def test_the_wrong_key_opens_nothing() -> None:
    other = X25519PrivateKey.generate().private_bytes_raw()
    with pytest.raises(SealingError):
        unseal(sealed(), private_key=other, vote=VOTE, slot=SLOT)


def test_any_changed_bit_is_noticed() -> None:
    ballot = sealed()
    for place in range(SEALED_BYTES):
        changed = bytearray(ballot)
        changed[place] ^= 1
        with pytest.raises(SealingError):
            unseal(bytes(changed), private_key=PRIVATE, vote=VOTE, slot=SLOT)


@pytest.mark.parametrize("rubbish", [b"", b"x", bytes(32), bytes(SEALED_BYTES), bytes(31)])
def test_rubbish_is_refused_with_the_ids_and_nothing_else(rubbish: bytes) -> None:
    with pytest.raises(SealingError) as refusal:
        unseal(rubbish, private_key=PRIVATE, vote=VOTE, slot=SLOT)
    assert str(refusal.value) == f"the ballot in slot {SLOT} of vote {VOTE} cannot be opened"
    assert refusal.value.__cause__ is None


def test_a_code_that_is_no_choice_is_refused() -> None:
    once = X25519PrivateKey.generate()
    ephemeral = once.public_key().public_bytes_raw()
    made = HKDF(SHA256(), 44, None, b"psrt-ballot-1" + ephemeral + PUBLIC).derive(once.exchange(KEY.public_key()))

    def by_hand(text: bytes) -> bytes:
        return ephemeral + ChaCha20Poly1305(made[:32]).encrypt(made[32:], text, VOTE.bytes + SLOT.bytes)

    opened = unseal(by_hand(b"\x02" + bytes(10)), private_key=PRIVATE, vote=VOTE, slot=SLOT)
    assert (opened.choice, opened.receipt) == (Choice.NO, "A" * 16)
    with pytest.raises(SealingError):
        unseal(by_hand(b"\x09" + bytes(10)), private_key=PRIVATE, vote=VOTE, slot=SLOT)


def test_an_open_ballot_does_not_show_itself() -> None:
    assert repr(OpenBallot(Choice.NO, "AAAA")) == "OpenBallot()"


def test_receipts_are_eighty_random_bits_in_readable_letters() -> None:
    receipts = {sealing.new_receipt() for _ in range(1000)}
    assert len(receipts) == 1000
    assert {len(receipt) for receipt in receipts} == {16}
    assert set("".join(receipts)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert sealing.grouped("ABCDEFGHIJKLMNOP") == "ABCD-EFGH-IJKL-MNOP"


def test_the_boards_hash_is_what_anyone_recomputes_in_any_order() -> None:
    board = [("CCCC", "no"), ("AAAA", "yes"), ("BBBB", "abstain")]
    expected = hashlib.sha256(b"AAAA yes\nBBBB abstain\nCCCC no\n").hexdigest()
    assert {sealing.board_hash(order) for order in itertools.permutations(board)} == {expected}
    assert sealing.board_hash([("AAAA", "no"), *board[::2]]) != expected
