"""The pages about the package: every public name with signature, shapes, errors and place.

`{api} ground` in a page lists the modules of that floor, read by `api_source` from the source and
never imported. `{api-overview}` is the table of all modules. Docstrings are plain text with
double or single backquotes, indented equations and Google's headings (Args, Returns, Raises).
"""

import re
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from api_source import FLOORS, Module, Name, Package
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

HEADINGS = {
    "Args": "Arguments", "Returns": "Returns", "Raises": "Raises", "Attributes": "Attributes",
}  # fmt: skip
HEADING = re.compile(rf"({'|'.join(HEADINGS)}):$")
PARAM = re.compile(r":param (\w+): ")
ITEM = re.compile(r"(?P<name>[\w*., ]+?)(?: \([^)]*\))?: (?P<text>.*)", re.S)
BULLET = re.compile(r"- ")
INLINE = re.compile(r"``(.+?)``|(?::\w+:)?`([^`]+)`|(?<![\w*])\*([^\s*][^*]*)\*(?![\w*])", re.S)


class Text:
    """Turns docstrings into nodes; names of the package in them become links."""

    def __init__(self, package: Package, module: str) -> None:
        self.package, self.module = package, module

    def inline(self, text: str) -> list[nodes.Node]:
        """One paragraph's text with its code and emphasis."""
        found, end = [], 0
        for match in INLINE.finditer(text):
            found.append(nodes.Text(text[end : match.start()]))
            code = match[1] or match[2]
            found.append(self.code(code) if code else nodes.emphasis("", match[3]))
            end = match.end()
        return [*found, nodes.Text(text[end:])]

    def code(self, text: str) -> nodes.Node:
        """Code; a link, if it is a public name of the same module or a whole dotted one."""
        literal = nodes.literal("", text)
        name = text.removesuffix("()")
        for full in (name, f"{self.module}.{name}", f"llmbook_utils.{name}"):
            if full in public(self.package):
                link = addnodes.pending_xref("", refdomain="py", reftype="obj", reftarget=full)
                link += literal
                return link
        return literal

    def blocks(self, doc: str) -> list[nodes.Node]:
        """A docstring's paragraphs, equations, lists and headed parts."""
        found: list[nodes.Node] = []
        for part in re.split(r"\n\s*\n", doc.strip("\n")):
            if not part.strip():
                continue
            first, *rest = part.splitlines()
            heading = HEADING.match(first)
            if heading or PARAM.match(first):
                found.append(self.headed(heading[1] if heading else "Args", part))
            elif part.startswith((">>> ", "    ")):
                code = "\n".join(line.removeprefix("    ") for line in part.splitlines())
                if found and isinstance(found[-1], nodes.literal_block):
                    found[-1] += nodes.Text("\n\n" + code)
                else:  # the raw source differs from the text, so that Pygments leaves it alone
                    found.append(nodes.literal_block("-", code))
            elif BULLET.match(first) or any(BULLET.match(line) for line in rest):
                found += self.bullets(part)
            else:
                found.append(nodes.paragraph("", "", *self.inline(part)))
        return found

    def bullets(self, part: str) -> list[nodes.Node]:
        """A list, and the line that may stand before it."""
        before, *items = re.split(r"(?:^|\n)- ", part)
        lead = [nodes.paragraph("", "", *self.inline(before))] if before.strip() else []
        return [*lead, self.bullet_list([self.inline(unwrapped(item)) for item in items])]

    def bullet_list(self, items: list[list[nodes.Node]]) -> nodes.bullet_list:
        """A list of lines."""
        bodies = [nodes.list_item("", nodes.paragraph("", "", *item)) for item in items]
        return nodes.bullet_list("", *bodies)

    def headed(self, heading: str, part: str) -> nodes.field_list:
        """`Args:` and what stands below it, one item a name."""
        if PARAM.match(part):
            items = [unwrapped(each) for each in PARAM.sub(r"\n- \1: ", part).split("\n- ")[1:]]
        else:
            lines = part.splitlines()[1:]
            items = [unwrapped(each) for each in re.split(r"\n    (?=\S)", "\n" + "\n".join(lines))]
        rows = []
        for item in (each for each in items if each):
            match = ITEM.fullmatch(item)
            if match and heading != "Returns":
                name = nodes.strong("", "", nodes.literal("", match["name"]))
                rows.append([name, nodes.Text(": "), *self.inline(match["text"])])
            else:
                rows.append(self.inline(item))
        return self.field(HEADINGS[heading], rows)

    def field(self, name: str, rows: list[list[nodes.Node]]) -> nodes.field_list:
        """A name, and one line or several that belong to it."""
        body = nodes.paragraph("", "", *rows[0]) if len(rows) == 1 else self.bullet_list(rows)
        row = nodes.field("", nodes.field_name("", name), nodes.field_body("", body))
        return nodes.field_list("", row)


def unwrapped(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def first_line(doc: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return unwrapped(doc.split("\n\n", 1)[0])


def public(package: Package) -> dict[str, Name]:
    """Every name that some page describes, by its whole name."""
    if not hasattr(package, "index"):
        package.index = {}  # type: ignore[attr-defined]
        for floor in FLOORS:
            shown = package.on_page(floor)
            for name in (name for module in shown for name in package.names(module, shown)):
                for each in [name, *name.members] if floor != "desk" else []:
                    package.index[each.full] = each  # type: ignore[attr-defined]
    return package.index  # type: ignore[attr-defined]


class ApiDirective(SphinxDirective):
    """The modules of one floor, one section each."""

    required_arguments = 1
    option_spec: ClassVar = {"short": directives.flag}

    @property
    def domain(self) -> Any:
        """What knows where each name is described, so that it can be linked to and found."""
        return self.env.get_domain("py")

    def run(self) -> list[nodes.Node]:
        package = package_of(self.env)
        shown = package.on_page(self.arguments[0])
        for path in {module.path for module in package.modules.values()}:
            self.env.note_dependency(str(path))
        return [self.section(package, module, shown) for module in shown]

    def section(self, package: Package, module: Module, shown: list[Module]) -> nodes.section:
        """A module: what it is, and its public names."""
        text = Text(package, module.name)
        short_name = module.name.removeprefix("llmbook_utils.")
        section = nodes.section(ids=[nodes.make_id(f"module-{short_name}")], names=[module.name])
        self.domain.note_module(module.name, section["ids"][0], "", "", False)
        section += nodes.title("", short_name)
        section += text.blocks(module.doc)
        place = module.path.relative_to(package.folder.parent).as_posix()
        source = addnodes.download_reference("", reftarget=f"/{place}", refdoc=self.env.docname)
        source += nodes.literal("", place)
        section += nodes.paragraph("", "Source: ", source, classes=["api-source"])
        names = package.names(module, shown)
        here = {name.name for name in names}
        if exported := [name for name in module.exported if name not in here]:
            links = [[text.code(f"{origin(package, module, name)}.{name}")] for name in exported]
            section += text.field("To import from here", [join(links)])
        if "short" in self.options:
            rows = [
                [nodes.literal("", n.name), nodes.Text(f": {first_line(n.doc)}")] for n in names
            ]
            section += text.bullet_list(rows) if rows else []
        else:
            section += [self.described(text, name) for name in names]
        return section

    def described(self, text: Text, name: Name) -> addnodes.desc:
        """One name: its signature, its docstring, a class's fields and methods."""
        shown = name.name.rsplit(".", 1)[-1]
        signature = addnodes.desc_signature("", "", ids=[name.full], classes=["api-signature"])
        if name.kind in ("class", "property"):
            signature += addnodes.desc_annotation("", f"{name.kind} ")
        signature += addnodes.desc_name("", shown)
        rest = (
            f'<code>{escape(name.signature)}</code><span class="api-line">line {name.line}</span>'
        )
        signature += nodes.raw("", rest, format="html")
        content = addnodes.desc_content("", *text.blocks(name.doc))
        if name.fields:
            rows = [
                [nodes.literal("", declaration), nodes.Text(f" {comment}")]
                for declaration, comment in name.fields
            ]
            content += text.field("Fields", rows)
        content += [self.described(text, member) for member in name.members]
        self.domain.note_object(name.full, name.kind, name.full, location=signature)
        self.state.document.note_explicit_target(signature)
        return addnodes.desc(
            "", signature, content, domain="py", objtype=name.kind, classes=["py", name.kind]
        )


def origin(package: Package, module: Module, name: str) -> str:
    """The module that defines a name which a package exports."""
    found = module.origins.get(name, module.name)
    while name not in {each.name for each in package.modules[found].names}:
        further = package.modules[found].origins.get(name)
        if further is None:
            break
        found = further
    return found


def join(links: list[list[nodes.Node]]) -> list[nodes.Node]:
    """Links with commas between them."""
    found = [node for link in links for node in (nodes.Text(", "), *link)]
    return found[1:]


class OverviewDirective(SphinxDirective):
    """A table of the modules of one floor, each with its page and first line."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        package = package_of(self.env)
        floor = self.arguments[0]
        items = []
        for module in package.on_page(floor):
            self.env.note_dependency(str(module.path))
            link = addnodes.pending_xref(
                "", refdomain="py", reftype="mod", reftarget=module.name, refexplicit=True
            )
            link += nodes.literal("", module.name.removeprefix("llmbook_utils."))
            text = Text(package, module.name).inline(first_line(module.doc))
            items.append([link, nodes.Text(": "), *text])
        return [Text(package, "").bullet_list(items)]


def package_of(env: BuildEnvironment) -> Package:
    """The package beside the book, read once in a build."""
    app: Any = env.app
    if getattr(app, "book_package", None) is None:
        app.book_package = Package(Path(env.srcdir) / "llmbook_utils")
    return app.book_package


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the two directives."""
    app.add_directive("api", ApiDirective)
    app.add_directive("api-overview", OverviewDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
