"""Which contact holds which role in which agency: read from a file, asked at the moment of sending."""

from .address import fault_of, on_the_wire
from .book import Directory, UnknownAgency
from .chain import apart
from .channel import Channel, ChannelKind
from .check import Finding, check_directory
from .file import DirectoryFault, load_directory
from .shape import Agency, Contact, Fallback, Holder

__all__ = [
    "Agency",
    "Channel",
    "ChannelKind",
    "Contact",
    "Directory",
    "DirectoryFault",
    "Fallback",
    "Finding",
    "Holder",
    "UnknownAgency",
    "apart",
    "check_directory",
    "fault_of",
    "load_directory",
    "on_the_wire",
]
