"""Keep translations/ in step with the sentences of the code: collect, merge, compile. `--check` only says what is wrong.

English needs no catalogue: the sentences of the code are English. Compiled catalogues are committed, so that nobody compiles to run.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
AT_LEAST = 0.85
"""The share that must be translated: whoever adds a page may land it a little before its Spanish."""


def collect() -> Catalog:
    """Every sentence that Python and templates mark."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog(project="Homeroom")
    for folder in ("app", "templates"):
        rules = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)]
        settings = {pattern.removeprefix(f"{folder}/"): option for pattern, option in options.items()}
        for _file, _line, sentence, _comments, context in extract_from_dir(ROOT / folder, rules, settings, KEYWORDS):
            found.add(sentence, context=context)
    return found


def catalogue(file: Path) -> Catalog:
    """One language's sentences as people wrote them."""
    with file.open("rb") as source:
        return read_po(source, locale=file.parent.parent.name)


def compiled(words: Catalog) -> bytes:
    """What the running product reads."""
    target = io.BytesIO()
    write_mo(target, words)
    return target.getvalue()


def update(file: Path, sentences: Catalog) -> None:
    """Merge new sentences in, drop the unused, and compile."""
    words = catalogue(file)
    words.update(sentences, no_fuzzy_matching=True, update_creation_date=False)
    words.obsolete.clear()
    with file.open("wb") as target:
        write_po(target, words, width=140, sort_output=True, omit_header=False)
    file.with_suffix(".mo").write_bytes(compiled(catalogue(file)))


def complaints(file: Path, sentences: Catalog) -> list[str]:
    """What is wrong with one language, in words."""
    words = catalogue(file)
    found = [f"other placeholders: {said(message)}" for message in words if message.id and not alike(message)]
    if not file.with_suffix(".mo").exists() or file.with_suffix(".mo").read_bytes() != compiled(words):
        found.append("the compiled catalogue is older than its text: run `make messages`")
    missing = untranslated(words, sentences)
    if len(missing) > len(sentences) * (1 - AT_LEAST):
        found += [f"not translated: {said(message)}" for message in missing]
    return found


def untranslated(words: Catalog, sentences: Catalog) -> list[Message]:
    """The sentences that readers of this language would get in English."""
    return [message for message in sentences if message.id and not translation(words, message)]


def translation(words: Catalog, message: Message) -> bool:
    """Whether every form of this sentence has its words."""
    known = words.get(said(message), context=message.context)
    if known is None or known.fuzzy:
        return False
    return all(known.string) if isinstance(known.string, (list, tuple)) else bool(known.string)


def alike(message: Message) -> bool:
    """A translation names no value that the sentence does not have, and a single sentence all of them."""
    if isinstance(message.id, str):
        return not message.string or placeholders(message.id) == placeholders(str(message.string))
    return all(placeholders(form) <= placeholders(" ".join(message.id)) for form in message.string)


def placeholders(sentence: str) -> set[str]:
    """The values that a sentence asks for."""
    return set(PLACEHOLDER.findall(sentence))


def said(message: Message) -> str:
    """The sentence, its singular where it has two."""
    return message.id if isinstance(message.id, str) else message.id[0]


def main() -> int:
    """Update every language, or with --check name what is wrong; 1 if anything is."""
    sentences = collect()
    wrong = 0
    for file in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        language = file.parent.parent.name
        if "--check" in sys.argv:
            found = complaints(file, sentences)
            wrong += len(found)
            print(*(f"{language}: {line}" for line in found), sep="\n", end="\n" if found else "")
            continue
        update(file, sentences)
        missing = untranslated(catalogue(file), sentences)
        print(f"{language}: {len(sentences) - len(missing)} of {len(sentences)} sentences")
        print(*(f"  missing: {said(message)}" for message in missing), sep="\n", end="\n" if missing else "")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
