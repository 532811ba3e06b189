"""Which contact holds which role in which agency: read from a file, asked at the moment of sending."""

from .addresses import Channel, ChannelKind, fault_of, on_the_wire
from .check import Finding, check_directory
from .contact import Contact, apart
from .directory import Directory, UnknownAgency
from .file import DirectoryFault, load_directory
from .shape import Agency, Fallback, Holder
from .telephones import EMERGENCY, Telephone, Telephones

__all__ = [
    "EMERGENCY",
    "Agency",
    "Channel",
    "ChannelKind",
    "Contact",
    "Directory",
    "DirectoryFault",
    "Fallback",
    "Finding",
    "Holder",
    "Telephone",
    "Telephones",
    "UnknownAgency",
    "apart",
    "check_directory",
    "fault_of",
    "load_directory",
    "on_the_wire",
]
