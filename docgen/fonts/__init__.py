"""The faces that text is set in: which files are Times New Roman on this machine, and what they hold."""

from docgen.fonts.faces import ALPHABET, PRESCRIBED, SUBSTITUTE, Face, Family, Font, family, font, none_of, settled

__all__ = ["ALPHABET", "PRESCRIBED", "SUBSTITUTE", "Face", "Family", "Font", "family", "font", "none_of", "settled"]
