"""Checkpoints: the end of every chain of the register at one moment, signed, so that proof can leave the building.

The form is that of c2sp.org: signed-note, tlog-checkpoint and tlog-cosignature, over the Merkle tree of RFC 6962.
"""
