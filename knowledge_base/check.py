"""Check entries: their form, their sources, and that nothing in them has aged.

Every problem is one line, `file: what`. Without a folder of statutes, articles are checked against their number in
documents.yml; with one, against the texts: no long passage is copied, and no figure is without an article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from knowledge_base.documents import LISTED, Document, documents
from knowledge_base.errors import SourceError
from knowledge_base.figures import quantities, stale, unproven
from knowledge_base.heard import FILE, label_faults, read_heard
from knowledge_base.loader import entry_files, form_faults, read_entry, read_parts
from knowledge_base.model import Entry
from knowledge_base.numerals import article_number
from knowledge_base.regions import NATIONAL
from knowledge_base.statutes import Statute, copied, read_statutes
from knowledge_base.text import normalise, wording

FIRST_BUBBLE = 120
SECOND_BUBBLE = 300
OLD = 2015
"""Local rules from before are told with their year: most were changed since, by whom and when nobody here checks."""

_KINDS = (
    "最低工资|低保|特困|津贴|补贴|补助|慰问|抚恤|救助金|丧葬|缴费基数|学费|平均工资|社平工资|可支配收入|生活费|护理费"
    "|失业保险金|失业金|养老金|起付线|封顶线"
)
_CHANGING = re.compile(
    rf"({_KINDS})[^。；，\n]{{0,24}}?(\d[\d.,]*\s*[元万])|(\d[\d.,]*\s*[元万])[^。；，\n]{{0,12}}?({_KINDS})"
)
_MARKUP = re.compile(r"\*\*|__|`|\]\(")
_LEADS_ON = re.compile(r"看((?:“[^”]+”)+)")
_YEAR = re.compile(r"20\d\d(?=年|-\d\d)")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十])?")
_PARTICLES = re.compile("[吗呢吧啊呀么嘛了的哦哈啦呐]")


def check(source: Path, laws: Path | None = None) -> list[str]:
    """Return every problem of the entries in a folder, ordered by file; an empty list when all is well."""
    if not source.is_dir():
        raise SourceError(source, "no such folder")
    if laws is not None and not laws.is_dir():
        raise SourceError(laws, "no such folder")
    files = entry_files(source)
    if not files:
        raise SourceError(source, "holds no entry")
    statutes = read_statutes(laws) if laws else {}
    problems: list[str] = []
    entries: dict[Path, Entry] = {}
    for path in files:
        problems += [f"{path.relative_to(source)}: {what}" for what in _alone(path, statutes, entries)]
    ids = {path.stem for path in files}
    problems += [f"{path.relative_to(source)}: {what}" for path, what in _together(entries, ids)]
    labelled, faults = read_heard(source)
    problems += [f"{FILE}: {fault.what}" for fault in faults]
    problems += [f"{FILE}: line {line} {what}" for line, what in label_faults(labelled, entries.values())]
    if laws:
        problems += [f"{LISTED.name}: {what}" for what in _absent(entries.values(), statutes)]
    return sorted(set(problems))


def _alone(path: Path, statutes: Mapping[str, Statute], entries: dict[Path, Entry]) -> Iterator[str]:
    """Check one file; one that can be read is added to `entries`, and if well formed its sources are checked."""
    faults: list[str] = []
    try:
        faults += _form(path)
        yield from faults
        entries[path] = read_entry(path)
    except SourceError as error:
        # A value of the wrong kind was told with its line by the schema.
        if not faults:
            yield error.what
        return
    yield from _body(entries[path])
    if not faults:
        yield from _sources(entries[path], statutes)
        yield from _old_rules(entries[path])


def _form(path: Path) -> Iterator[str]:
    """Check the front matter by the schema, and that the file is where its front matter says."""
    yield from (fault.what for fault in form_faults(path))
    meta, _ = read_parts(path)
    if meta.get("id") != path.stem:
        yield f"id {meta.get('id')} is not the file's name"
    if meta.get("category") != path.parent.name:
        yield f"category {meta.get('category')} is not the folder's name"


def _body(entry: Entry) -> Iterator[str]:
    if not entry.conclusion:
        yield "has no first paragraph: the conclusion and the one next step"
    if "\n\n" in entry.conclusion:
        yield "has more than one paragraph before its first heading"
    if (length := len(entry.conclusion)) > FIRST_BUBBLE:
        yield f"first paragraph has {length} characters, at most {FIRST_BUBBLE}"
    if not entry.steps:
        yield "has no 怎么办"
    if (length := len(entry.detail)) > SECOND_BUBBLE:
        yield f"怎么办, 期限 and 材料 have {length} characters together, at most {SECOND_BUBBLE}"
    distinct = {normalise(question) for question in entry.questions}
    if len(distinct) < len(entry.questions):
        yield "asks one of its questions twice"
    if entry.effective_from and entry.effective_until and entry.effective_until < entry.effective_from:
        yield "effective_until is before effective_from"
    if _MARKUP.search("\n".join((entry.conclusion, entry.detail, entry.more))):
        yield "has Markdown emphasis, code or links (**, __, `, ](), which a chat shows as it is written"
    for figure in stale(entry):
        yield f"lists the figure {figure}, which the text does not have"
    yield from _changing(entry)


def _changing(entry: Entry) -> Iterator[str]:
    """Ask of a sum that changes every year for its year in the text and a day after which it is not told any more.

    A sum that is listed as an example (举例) is nobody's.
    """
    everything = "\n".join((entry.conclusion, entry.detail, entry.more))
    examples = {told for figure in entry.figures if "举例" in figure.source for told in quantities(figure.figure)}
    for match in _CHANGING.finditer(everything):
        if quantities(match[2] or match[3]) <= examples:
            continue
        sum_of_money = match[0].strip()
        if entry.effective_until is None:
            yield f"a figure of a kind that changes needs effective_until: {sum_of_money}"
        if not _YEAR.search(everything):
            yield f"a figure of a kind that changes needs its year in the text: {sum_of_money}"


def _old_rules(entry: Entry) -> Iterator[str]:
    """Find entries that rest on old local rules alone and do not say how old these are."""
    rules = [documents().get(citation.document, Document(citation.document)) for citation in entry.citations]
    if not rules or not all(rule.is_local for rule in rules) or max(rule.year or 0 for rule in rules) >= OLD:
        return
    everything = "\n".join((entry.title, entry.conclusion, entry.detail, entry.more))
    for rule in {rule.name: rule for rule in rules}.values():
        if rule.year is None:
            yield f"rests only on local rules, of which {rule.name} has no date"
        elif str(rule.year) not in everything:
            yield f"rests only on local rules from before {OLD} and does not say that {rule.name} is of {rule.year}"


def _sources(entry: Entry, statutes: Mapping[str, Statute]) -> Iterator[str]:
    for citation in entry.citations:
        document = documents().get(citation.document)
        if document is None:
            yield f"cites {citation.document}, which is not in documents.yml"
            continue
        if citation.article is None:
            continue
        if reason := document.superseded.get(citation.article):
            yield f"rests on {citation.document}{citation.article}, which no longer holds: {reason}"
        text = statutes.get(citation.document)
        number = article_number(citation.article)
        if text is not None and citation.article not in text.articles:
            yield f"cites {citation.document}{citation.article}, which the text does not have"
        elif document.articles is not None and number > document.articles:
            yield f"cites {citation.document}{citation.article}, but it has {document.articles} articles"
    if statutes:
        for figure in unproven(entry, _cited_texts(entry, statutes)):
            yield f"{figure} is in no cited article; cite it, or list it under figures with its source"
        yield from _listed(entry, statutes)
    for told in (entry.title, entry.conclusion, entry.steps, entry.deadline, entry.papers, entry.more):
        for name, passage in copied(told, statutes):
            yield f"copies {name}: {passage}…"


def _listed(entry: Entry, statutes: Mapping[str, Statute]) -> Iterator[str]:
    """Look listed figures up where their source is an article and no more: 劳动法第四十四条.

    A figure that was worked out says how (劳动争议调解仲裁法第四十三条：45日加15日) and is not in the article as it is.
    """
    for figure in entry.figures:
        name = max((name for name in statutes if figure.source.startswith(name)), key=len, default=None)
        articles = _ARTICLE.findall(figure.source)
        if name is None or not articles or re.search(r"[^、和及，,]", _ARTICLE.sub("", figure.source[len(name) :])):
            continue
        texts = (statutes[name].articles.get(article, "") for article in articles)
        if not quantities(figure.figure) <= {quantity for text in texts for quantity in quantities(text)}:
            yield f"lists {figure.figure} from {figure.source}, which does not have it"


def _cited_texts(entry: Entry, statutes: Mapping[str, Statute]) -> Iterator[str]:
    """Yield the articles that an entry cites, and all of a document that it cites as a whole."""
    for citation in entry.citations:
        if statute := statutes.get(citation.document):
            if citation.article is None:
                yield from statute.articles.values()
            else:
                yield statute.articles.get(citation.article, "")


def _together(entries: Mapping[Path, Entry], files: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Check what only shows with all entries side by side; `files` are the ids, also of what cannot be read."""
    places: dict[str, Path] = {}
    asked: dict[str, tuple[Path, str]] = {}
    for path, entry in entries.items():
        if entry.id in places:
            yield path, f"the id {entry.id} is also in {places[entry.id].name}"
        places.setdefault(entry.id, path)
        for question in entry.questions:
            other, same = asked.setdefault(_bare(question), (path, question))
            if other != path and normalise(question) == normalise(same):
                yield path, f"asks {question}, as {other.name} does"
            elif other != path:
                yield path, f"asks {question}, which is {same} in {other.name}"
    by_id = {entry.id: entry for entry in entries.values()}
    titles = {entry.title for entry in entries.values()}
    for path, entry in entries.items():
        for title in _named(entry):
            if title not in titles:
                yield path, f"says 看“{title}”, which is no entry's title"
        for related in entry.related:
            if related not in files or related == entry.id:
                yield path, f"related {related} is no other entry"
        for kind, variant in entry.variants:
            if variant not in files or variant == entry.id:
                yield path, f"variants.{kind}: {variant} is no other entry"
        if entry.supplements is not None:
            yield from ((path, what) for what in _supplement(entry, entry.supplements, files, by_id))


def _named(entry: Entry) -> Iterator[str]:
    """Give the titles to which a text leads on: 看“老板拖欠工资怎么办”“劳动仲裁怎么申请”."""
    for names in _LEADS_ON.findall("\n".join((entry.conclusion, entry.detail, entry.more))):
        yield from names.strip("“”").split("”“")


def _supplement(entry: Entry, wider: str, files: Collection[str], by_id: Mapping[str, Entry]) -> Iterator[str]:
    """Check that an entry adds to one of a wider region."""
    if wider not in files or wider == entry.id:
        yield f"supplements {wider} is no other entry"
    elif wider in by_id and not _is_narrower(entry.region, by_id[wider].region):
        yield f"supplements {wider}, but its region {entry.region} is not within {by_id[wider].region}"


def _is_narrower(region: str, wider: str) -> bool:
    return region != NATIONAL and (wider == NATIONAL or region.startswith(f"{wider}/"))


def _bare(question: str) -> str:
    """Return what is left of a question without punctuation and particles."""
    return _PARTICLES.sub("", wording(question)) or wording(question)


def _absent(entries: Iterable[Entry], statutes: Mapping[str, Statute]) -> Iterator[str]:
    """Find cited documents that cannot be compared and of which documents.yml does not say what and of when."""
    for name in sorted({citation.document for entry in entries for citation in entry.citations} - statutes.keys()):
        document = documents().get(name)
        if document is not None and not (document.note and document.date):
            yield f"{name} has no text in the folder, so it needs a date and a note that says what it is"
