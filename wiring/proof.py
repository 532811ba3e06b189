"""The daily proof of the record, made from the settings."""

from contextlib import suppress

from activities.daily_proof import OF_UNREAD, DailyProof, ProofTold
from activities.proof import Proof
from adapters.checkpoint.keys import KeyFault
from adapters.post import Post
from adapters.register.proof_note import read_note
from adapters.register.reading import list_policies
from adapters.register.register import Register
from domain.engine.seats import ON_CALL
from domain.engine.senders import OFFICE
from settings import Settings

from .checkpoints import checkpoints
from .people import contacts, lead_on_call, office
from .post import utc_now


def daily_proof(settings: Settings, register: Register, post: Post) -> DailyProof | None:
    """Return what proves the record each day; None where the settings say that nothing does."""
    if settings.prove_at is None:
        return None
    people = contacts(settings, register)
    set_for_all = ((OFFICE, office(settings)), (ON_CALL, lead_on_call(settings)))
    otherwise = [(to, contact) for to, contact in set_for_all if contact is not None]

    def policies() -> list[str]:
        return list_policies(settings.register)

    tell = ProofTold(post, policies, people.of, otherwise)
    tell_unread = ProofTold(post, policies, people.of, otherwise, OF_UNREAD, (OFFICE,))
    note = read_note(settings.proof_note)
    proof, made = Proof(register, settings.register), checkpoints(settings, register)
    with suppress(KeyFault):  # told when a checkpoint is to be made: a worker starts without it
        made.first_key()
    return DailyProof(proof, note, tell, utc_now, settings.prove_at, made, tell_unread)
