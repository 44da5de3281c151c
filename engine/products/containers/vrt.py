"""Virtual rasters whose sources carry paths of another machine."""

from __future__ import annotations

import os
import re
from html import unescape

from ...errors import InputError
from .gdalio import exists, read_text, short_name
from .markup import LIMIT, refuse_entities

_SOURCE = re.compile(r"<(SourceFilename|SourceDataset)([^>]*)>([^<]*)</\1>")
_MAX_SOURCES = 1000
_MAX_NESTED = 100
"""Virtual rasters below one another that are searched for a circle."""


def virtual_source(path: str) -> str:
    """What GDAL has to open for a .vrt file: its path, or its text with the paths of its sources mended.

    A source that is missing where the file says, but lies beside the file under the same name, is taken from
    there: files move to other machines together, and keep the paths of the machine that wrote them.

    Raises
    ------
    InputError
        When a source is missing there too, or the file refers to itself.
    """
    text = read_text(path, LIMIT)
    refuse_entities(path, text)
    _refuse_circle(path, text)
    folder = os.path.dirname(path)
    changed = False

    def mended(match: re.Match[str]) -> str:
        nonlocal changed
        tag, attributes, written = match.group(1), match.group(2), unescape(match.group(3)).strip()
        source = _resolved(written, attributes, folder)
        if not _missing(source):
            inner = virtual_source(source) if source.lower().endswith(".vrt") else source
            changed = changed or inner != source
            return _element(tag, inner)
        beside = f"{folder}/{short_name(written)}"
        if not exists(beside) or _same(beside, path):
            raise InputError(
                f"“{short_name(path)}” refers to “{written}”, which is missing; put {short_name(written)} "
                f"beside “{short_name(path)}”."
            )
        changed = True
        return _element(tag, beside)

    result = _SOURCE.sub(mended, text, count=_MAX_SOURCES)
    return result if changed else path


def _refuse_circle(path: str, text: str) -> None:
    """Refuse a virtual raster that refers to itself, directly or through others."""
    waiting, known = [(path, text)], {_full(path)}
    while waiting and len(known) < _MAX_NESTED:
        file, content = waiting.pop()
        for match in list(_SOURCE.finditer(content))[:_MAX_SOURCES]:
            source = _resolved(unescape(match.group(3)).strip(), match.group(2), os.path.dirname(file))
            if _same(source, path):
                through = "" if file == path else f" through “{short_name(file)}”"
                raise InputError(
                    f"“{short_name(path)}” refers to itself{through}, so it holds no data; "
                    "write it again from its rasters."
                )
            if source.lower().endswith(".vrt") and _full(source) not in known and exists(source):
                known.add(_full(source))
                waiting.append((source, read_text(source, LIMIT)))


def _same(one: str, other: str) -> bool:
    return _full(one) == _full(other)


def _full(path: str) -> str:
    """A path in its only form; paths of GDAL's virtual file systems as they are."""
    return os.path.normpath(path) if path.startswith("/vsi") else os.path.realpath(path)


def _resolved(source: str, attributes: str, folder: str) -> str:
    relative = re.search(r'relativeToVRT\s*=\s*["\']1', attributes, re.IGNORECASE)
    return f"{folder}/{source}" if relative and not source.startswith("/") else source


def _missing(source: str) -> bool:
    """Whether a plain path leads nowhere; connection strings and text are left to GDAL."""
    if source.startswith("<") or re.match(r"^[A-Za-z][A-Za-z0-9_]+:", source):
        return False
    return not exists(source)


def _element(tag: str, source: str) -> str:
    text = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<{tag} relativeToVRT="0">{text}</{tag}>'
