"""Messages in three languages: one catalogue, complete, and the command line in the language that its user asks for."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import io
import json
import os
import re
import string
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support import processes
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.cli import cli
from docgen.cli.words import requested_language
from docgen.messages import LANGUAGES, LOCALE, _, labelled, language, n_, spoken, translated

TRANSLATIONS = ("kk", "ru")


@pytest.fixture(scope="module")
def scripts():
    """The script behind `make messages`."""
    spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(*arguments: object, **settings: str | None):
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(cli, words, env={"DOCGEN_LANG": None, **settings}, prog_name="docgen")


# ---- the catalogues


@pytest.mark.slow
def test_every_message_stands_in_the_source_as_a_literal(scripts):
    assert [f"{each.file}:{each.line}" for each in scripts.found() if each.text is None] == []


#: What tells a user something.
TELLING = {"echo", "secho", "fail", "waiting", "UsageError", "BadParameter", "ClickException", "Rejected", "Problem", "because"}
CODE = re.compile(r"[a-z-]+")


@pytest.mark.slow
def test_nothing_is_told_past_the_catalogue():
    told = []
    for path in sorted((ROOT / "docgen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in TELLING:
                parts = [part for each in node.args for part in getattr(each, "values", [each])]
                texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                is_waiting = getattr(node.func, "id", "") == "waiting"
                words = [text for text in texts if re.search("[A-Za-z]{3}", text) and (is_waiting or not CODE.fullmatch(text))]
                told += [f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}" for text in words]
    assert told == []


def test_what_is_raised_for_a_programmer_is_collected_too(scripts):
    """A value that has no text raises TypeError in a template, and is shown to the template's author."""
    source = 'raise TypeError(_("a {kind} cannot be printed", kind=1))'
    assert [each.text for each in scripts._calls(ast.parse(source), "docgen/x.py", "_", "n_", foreign=False)] == [
        "a {kind} cannot be printed"
    ]
    assert list(scripts._calls(ast.parse(source), "click/x.py", "_", "ngettext")) == []


@pytest.mark.slow
def test_no_message_is_said_when_a_module_is_loaded(scripts):
    """It would stay in the language of that moment."""
    said = []
    for path in sorted((ROOT / "docgen").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
        inside = {id(node) for function in functions for node in ast.walk(function)}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in inside]
        said += [f"{path}:{node.lineno}" for node in calls if getattr(node.func, "id", "") in ("_", "n_", "translated")]
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TRANSLATIONS)
def test_every_message_is_translated_and_no_other(name, scripts):
    catalogue = scripts.read(name)
    due = {message.id for message in scripts.template() if message.id}
    assert {message.id for message in catalogue if message.id} == due
    assert scripts.untranslated(catalogue) == []


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_the_compiled_catalogue_is_what_the_text_compiles_to(name, scripts):
    compiled = scripts.po_path(name).with_suffix(".mo").read_bytes()
    assert messages_of(compiled) == messages_of(scripts.as_mo(scripts.read(name))), "run `make messages`"


def messages_of(compiled: bytes) -> dict:
    return gettext.GNUTranslations(io.BytesIO(compiled))._catalog


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_a_translation_has_the_values_of_its_message_and_every_plural(name, scripts):
    catalogue = scripts.read(name)
    assert not [message.id for message in catalogue if message.fuzzy]
    for message in catalogue:
        if not message.id or not message.string or message.string == ("",) * catalogue.num_plurals:
            continue
        texts, forms = (message.id, message.string) if message.pluralizable else ((message.id,), (message.string,))
        assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1), message.id
        for form in forms:
            assert values_of(form) in list(map(values_of, texts)), f"{message.id!r}: {form!r}"
            assert form.strip(), message.id
            assert outer(form) == outer(texts[0]), f"{message.id!r}: {form!r}"


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_a_translation_quotes_as_its_language_does(name, scripts):
    for message in scripts.read(name):
        for form in message.string if message.pluralizable else [message.string]:
            assert not set("“”„‘’") & set(form), form
            assert form.count("«") == form.count("»"), form


def outer(text: str) -> tuple[str, str, bool]:
    """The white space at the ends, and whether a full stop ends it."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], text.rstrip()[-1:] == "."


def values_of(template: str) -> set[str]:
    """The `{names}` with their conversion and format; literal braces are told apart."""
    return {f"{field}!{how}:{spec}" for _text, field, spec, how in string.Formatter().parse(template) if field is not None}


# ---- the module


def test_messages_are_english_until_a_caller_asks_for_another_language():
    assert spoken() == "en"
    assert translated("Options") == "Options"
    with language("ru"):
        assert spoken() == "ru"
        with language("kk"):
            assert spoken() == "kk"
        assert spoken() == "ru"
    assert spoken() == "en"
    with pytest.raises(ValueError, match="not 'de'"), language("de"):
        pass


def test_threads_speak_their_own_languages():
    heard = {}
    ready = threading.Barrier(3)

    def speak(name: str) -> None:
        with language(name):
            ready.wait()
            heard[name] = spoken()
            ready.wait()

    threads = [threading.Thread(target=speak, args=(name,)) for name in ("kk", "ru", "en")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"kk": "kk", "ru": "ru", "en": "en"}


def test_a_message_without_a_translation_is_told_in_english():
    with language("kk"):
        assert _("a text of no catalogue, {value}", value=1) == "a text of no catalogue, 1"
        assert n_("{count} thing of none", "{count} things of none", 2) == "2 things of none"
    assert n_("{count} thing of none", "{count} things of none", 1) == "1 thing of none"


def test_a_label_comes_in_the_language_spoken_or_else_in_kazakh():
    label = {"kk": "Тегі", "ru": "Фамилия", "en": "Surname"}
    assert labelled(label) == "Surname"
    with language("ru"):
        assert labelled(label) == "Фамилия"
        assert labelled({"en": "Surname", "kk": "Тегі"}) == "Тегі"
        assert labelled({"en": "Surname"}) == "Surname"


# ---- the language of a call


@pytest.mark.parametrize(
    ("arguments", "settings", "name"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ru_RU.UTF-8"}, "ru"),
        ([], {"LANG": "kk_KZ.UTF-8"}, "kk"),
        ([], {"LANG": "kk"}, "kk"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "kk_KZ.UTF-8"}, "kk"),
        ([], {"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "ru_RU.UTF-8", "LC_ALL": ""}, "ru"),
        ([], {"DOCGEN_LANG": "kk", "LC_ALL": "ru_RU.UTF-8"}, "kk"),
        (["--lang", "ru", "forms"], {"DOCGEN_LANG": "kk"}, "ru"),
        (["forms", "show", "x", "--lang", "kk"], {}, "kk"),
        (["forms", "--lang=KK"], {}, "kk"),
        (["forms", "--lang"], {"LANG": "ru_RU"}, "ru"),
        (["render", "--", "--lang", "ru"], {}, "en"),
    ],
)
def test_the_language_is_that_of_the_option_the_setting_or_the_locale(arguments, settings, name):
    assert requested_language(arguments, settings) == name


@pytest.mark.parametrize("arguments", [("--lang", "de", "forms"), ("forms", "--lang", "de")])
def test_an_unknown_language_is_refused(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "'de' is not one of 'kk', 'ru', 'en'" in result.output


def test_an_unknown_language_in_the_setting_is_refused():
    result = run("forms", DOCGEN_LANG="de")
    assert result.exit_code == 2
    assert "'de' is not one of 'kk', 'ru', 'en'" in result.output


def test_a_call_leaves_the_process_as_it_was():
    before = gettext.textdomain(), os.environ.get("LANGUAGE")
    run("forms", "--lang", "ru")
    assert (gettext.textdomain(), os.environ.get("LANGUAGE")) == before
    assert spoken() == "en"


def test_the_language_holds_for_a_process_as_for_a_call():
    command = [Path(sys.executable).with_name("docgen"), "--help"]
    told = processes.run(command, env={"LANG": "ru_RU.UTF-8", "PATH": ""}, capture_output=True, check=True).stdout.decode()
    assert told.split() == run("--help", "--lang", "ru").output.split()


# ---- the whole command line in Kazakh and Russian


def all_commands(command: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from all_commands(command.get_command(context, name), (*path, name))


#: Names that are the same in every language.
NAMES = re.compile(r"Times New Roman|Liberation Serif|CSV UTF-8|Microsoft Word|Strict Open XML|Alt\+Enter")
#: Three words of Latin letters on end.
ENGLISH = re.compile(r"(?<![\w./-])[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}(?![\w./-])")


def english_in(output: str) -> list[str]:
    """The runs of English words in what was told, examples of calls aside."""
    calls = re.compile(r"^\s*docgen .*$|`[^`]*`|docgen( [a-z-]+)+|\[[a-z|]+\]", re.MULTILINE)
    return [words for words in ENGLISH.findall(NAMES.sub("", calls.sub("", output))) if not words.isupper()]


@pytest.mark.parametrize("name", TRANSLATIONS)
@pytest.mark.parametrize("path", list(all_commands()), ids=" ".join)
def test_the_help_of_every_command_is_in_the_language_asked_for(path, name):
    result = run(*path, "--help", "--lang", name)
    assert result.exit_code == 0
    assert result.output.startswith({"kk": "Қолданылуы:", "ru": "Использование:"}[name])
    assert english_in(result.output) == []


def test_the_test_finds_english():
    assert english_in("Қате: the file is gone")
    assert not english_in("  docgen render the form\nTimes New Roman; `docgen forms show`; [full|blank|overprint]")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("kk", ["hours (Сағат саны): «көп» — бүтін сан емес", "surname (Тегі): мән берілмеген", "2 қате; ештеңе жасалмады."]),
        ("ru", ["hours (Количество часов): «көп» — не целое число", "surname (Фамилия): значение не", "2 ошибки; ничего не"]),
    ],
)
def test_problems_of_data_are_told_with_the_label_in_the_language(name, told, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record_of("retraining-certificate", hours="көп", surname=None), default=str), encoding="utf-8")
    result = run("render", "retraining-certificate", path, "-o", tmp_path / "out.pdf", "--lang", name)
    assert result.exit_code == 1
    for words in told:
        assert words in result.output
    assert english_in(result.output) == []


@pytest.mark.parametrize(
    ("arguments", "kazakh", "russian"),
    [
        (["render"], "Берілмеген параметр: '-o'", "Не указан параметр '-o'"),
        (["rendr"], "«render» деп жазбақ болдыңыз ба?", "Может быть, «render»?"),
        (["forms", "--strange"], "'--strange' параметрі жоқ.", "Нет параметра '--strange'."),
        (["image", "a.pdf", "--page", "x", "-o", "b.png"], "'x' — сан ретінде жарамсыз", "'x' — неверное число"),
        (["forms", "a", "b"], "'a' пәрмені жоқ", "Нет команды 'a'"),
        (["render", "x", "y", "-o", "z.pdf", "--print", "w"], "мыналардың бірі емес: 'full'", "не одно из: 'full'"),
        (["render", "x", "y", "-o", "z.pdf"], "«x» нысаны жоқ", "нет формы «x»"),
        (["forms", "--lang", "de"], "'--lang' мәні жарамсыз", "Неверное значение для '--lang'"),
    ],
)
def test_a_wrong_call_is_told_in_the_language(arguments, kazakh, russian):
    for name, words in (("kk", kazakh), ("ru", russian)):
        result = run(*arguments, LANG=name)
        assert (result.exit_code, words in result.output) == (2, True), result.output
        assert english_in(result.output) == []


@pytest.mark.parametrize(("name", "told"), [("kk", "3 жазба, 1 қате, 0 түзетілді"), ("ru", "3 записи, 1 ошибка, 0 исправлено")])
def test_counts_are_told_with_the_plural_of_the_language(name, told, tmp_path):
    path = tmp_path / "people.json"
    records = [record_of("retraining-certificate", hours=hours) for hours in (1, 2, 0)]
    path.write_text(json.dumps(records, default=str), encoding="utf-8")
    assert told in run("check", "retraining-certificate", path, "--lang", name).output


def test_codes_do_not_depend_on_the_language(tmp_path):
    path = tmp_path / "people.json"
    path.write_text(json.dumps([record_of("retraining-certificate", hours=0)], default=str), encoding="utf-8")
    answers = [json.loads(run("check", "retraining-certificate", path, "--json", "--lang", name).output) for name in LANGUAGES]
    problems = [answer["problems"][0] for answer in answers]
    assert {tuple(problem[key] for key in ("code", "row", "field", "value")) for problem in problems} == {
        ("number-out-of-range", 1, "hours", "0")
    }
    assert len({problem["message"] for problem in problems}) == 3


def test_a_manifest_does_not_depend_on_the_language(tmp_path):
    path = tmp_path / "people.json"
    records = [record_of("retraining-certificate", surname="Асанов", hours=hours) for hours in (72, 0)]
    path.write_text(json.dumps(records, default=str), encoding="utf-8")
    for name in LANGUAGES:
        run("batch", "retraining-certificate", path, "-o", tmp_path / name, "--skip-bad", "--lang", name)
    assert len({(tmp_path / name / "manifest.json").read_bytes() for name in LANGUAGES}) == 1


@pytest.mark.slow
def test_another_process_tells_problems_in_the_language_of_the_call(tmp_path):
    records = [record_of("retraining-certificate", hours=hours) for hours in (72, 0)]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool, docgen.language("ru"):
        result = docgen.batch("retraining-certificate", records, tmp_path / "out", skip_bad=True, executor=pool)
    assert [problem.message for problem in result.problems] == ["0 вне промежутка 1 – 9999"]


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_forms_come_with_labels_and_acts_in_the_language(name):
    listed, shown = run("forms", "--lang", name).output, run("forms", "show", "retraining-certificate", "--lang", name).output
    titles = {"kk": "Қайта даярлау курсынан өткені туралы", "ru": "Сертификат о прохождении курсов переподготовки"}
    assert titles[name] in listed
    assert {"kk": "Тегі\n", "ru": "Фамилия · Тегі\n"}[name] in shown
    assert {"kk": "5, 4-жол", "ru": "5, строка 4"}[name] in shown
    assert english_in(listed + re.sub(r"(?s)\n\n(Орындар|Места)\n.*", "", shown)) == []


def test_the_catalogues_are_shipped_with_the_package():
    for name in TRANSLATIONS:
        assert (LOCALE / name / "LC_MESSAGES" / "docgen.mo").is_file()


def test_what_a_call_lacks_is_named_as_help_names_it():
    assert "Не указано: ФОРМА." in run("batch", "--lang", "ru").output
