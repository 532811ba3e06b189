"""Who is on call in which rank at an instant: read from a file, asked at the moment of sending."""

from .check import check_rota
from .file import RotaFault, load_rota, rota_path
from .rota import Rota, Stretch, Turn
from .shape import RUNGS

__all__ = ["RUNGS", "Rota", "RotaFault", "Stretch", "Turn", "check_rota", "load_rota", "rota_path"]
