"""XML side files, read with GDAL's own parser, which expands no entities and fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from osgeo import gdal

from ...errors import InputError
from .gdalio import last_error, quiet, read_text, short_name

LIMIT = 16 * 2**20
"""Largest XML side file in bytes that is read."""

Node = list[Any]
"""[0, tag, children…] of elements, [1, text] of text, [2, name, value] of attributes."""


def refuse_entities(path: str, text: str, kind: str = "interferogram") -> None:
    """Refuse XML that declares a document type or entities: no `kind` of file needs them, bombs do.

    Raises
    ------
    InputError
    """
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError(
            f"“{short_name(path)}” declares XML entities, which no {kind} needs, so it is not opened."
        )


def parse(path: str) -> Node:
    """The root element of an XML file.

    Raises
    ------
    InputError
        When it cannot be read, is no XML, or declares entities.
    """
    text = read_text(path, LIMIT)
    refuse_entities(path, text)
    return parse_text(path, text)


def parse_text(path: str, text: str) -> Node:
    """The root element of XML text that was read from `path` and declares no entities.

    Raises
    ------
    InputError
        When it is no XML.
    """
    try:
        with quiet():
            try:
                tree = gdal.ParseXMLString(text)
                reason = "" if tree is not None else last_error()
            except (RuntimeError, ValueError, RecursionError) as error:
                tree, reason = None, last_error(error)
    except SystemError:  # GDAL's bindings raise it late, where a character reference is no character
        tree, reason = None, "it is no UTF-8"
    if tree is None:
        raise InputError(f"“{short_name(path)}” is damaged XML ({reason}); fetch it again.")
    return list(tree)


def elements(node: Node, tag: str) -> Iterator[Node]:
    """All elements of a name below a node, in document order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current[0] == 0 and current[1] == tag:
            yield current
        if current[0] == 0:
            waiting.extend(list(child) for child in reversed(current[2:]) if isinstance(child, (list, tuple)))


def text_of(node: Node, tag: str = "") -> str:
    """Text directly inside a node, or inside its first descendant of a name; empty when there is none."""
    if tag:
        first = next(elements(node, tag), None)
        return text_of(first) if first is not None else ""
    return "".join(str(child[1]) for child in node[2:] if child[0] == 1).strip()


def attribute(node: Node, name: str) -> str:
    """An attribute of an element; empty when missing."""
    for child in node[2:]:
        if child[0] == 2 and child[1] == name:
            return "".join(str(part[1]) for part in child[2:] if part[0] == 1)
    return ""
