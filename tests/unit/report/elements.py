"""HTML read back into a tree by the standard library's parser; ends that do not match are an error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})


@dataclass(slots=True)
class Element:
    """A tag with its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element below this one with one of the tags (any, if none is named), in document order."""
        for one in self.inside:
            if isinstance(one, Element):
                if not tags or one.tag in tags:
                    yield one
                yield from one.all(*tags)

    def one(self, tag: str) -> Element:
        """The only element with a tag."""
        (found,) = self.all(tag)
        return found

    def classed(self, name: str) -> Iterator[Element]:
        """Every element of a class."""
        return (one for one in self.all() if name in one.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All text, as it stands."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    @property
    def shape(self) -> tuple[object, ...]:
        """Tags and names of attributes, without any words."""
        inside = tuple(one.shape for one in self.inside if isinstance(one, Element))
        return (self.tag, tuple(sorted(self.attributes)), inside)


class Reader(HTMLParser):
    """Builds the tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} repeats an attribute"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> ends something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def elements(text: str) -> Element:
    """The tree of an HTML text."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], "something is left open"
    return reader.root
