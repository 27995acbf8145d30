"""The law of the house, where a machine can read it. Files are found, not listed: an app is held from its first line."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from blocs.enums import Office, Phase
from blocs.queries import audit_verbs
from blocs.reports import phase_diagram
from blocs.rules import MOVES
from scoring.enums import Stage

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "blocs", "documents", "covenants", "scoring", "awards", "meetings")
DOMAIN_MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
OWN_MODELS = [
    model for model in DOMAIN_MODELS if not hasattr(model, "pgh_tracked_model") and not model._meta.proxy
]

# Helpers and system work that no person is allowed or refused, each with its reason.
WITHOUT_POLICY: dict[str, str] = {
    "awards.services.destroy_key_of_settled_poll": "work of the system, which no person asks for",
    "awards.services.destroy_old_keys": "nightly work of the system",
    "blocs.services.lock_cycle": "takes a lock, changes nothing",
    "blocs.services.lock_cycles": "takes locks, changes nothing",
    "blocs.services.lock_province": "takes a lock, changes nothing",
    "blocs.services.post_letter": "work of the worker, which no person asks for",
    "blocs.services.seal_days": "nightly work of the system",
    "awards.services.begin_with_national_law": "a part of founding a province, which has its own policy",
    "documents.services.remove_orphan_files": "nightly work of the system",
}
# Files besides services that may write, each with its reason.
WRITERS: dict[str, str] = {
    "accounts": "sign-in belongs to allauth; its adapters and forms write what it asks of them",
}
# Who may look away from a trigger, as the owner of the tables: emptying a demonstration year, and data migrations.
IGNORES_TRIGGERS = {"meetings/demo/reset.py", "config/kit/triggers.py"}
# Kept out of the audit on purpose: what is in a secret ballot, in which order ballots came, and what vouches for the
# audit itself. Nor is who knocked how often: a row of a few minutes, without a name; nor letters that wait to be sent,
# since mailboxes leave no trace.
UNTRACKED = {"awards.Ballot", "awards.SealedBallot", "blocs.SealedDay", "blocs.Letter", "accounts.Tally"}


def source_files(*suffixes, under=(*APPS, "config")):
    return sorted(path for app in under for path in (ROOT / app).rglob("*") if path.suffix in suffixes)


def modules(kind):
    """Modules `<app>.<kind>`, and those inside it when it is a package."""
    for app in APPS:
        for path in sorted([*(ROOT / app).glob(f"{kind}.py"), *(ROOT / app).glob(f"{kind}/**/*.py")]):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield import_module(dotted.removesuffix(".__init__"))


def is_named(path, kind):
    return path.stem == kind or kind in path.relative_to(ROOT).parts


def relative(path):
    return path.relative_to(ROOT).as_posix()


def services():
    """What an app offers as a service: the public functions of its module, or those its package hands out."""
    found = []
    for app in APPS:
        if not (ROOT / app / "services").is_dir() and not (ROOT / app / "services.py").exists():
            continue
        module = import_module(f"{app}.services")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__.startswith(f"{app}.services")
            # `things_of(…)` is the name of a read (HOUSE_STYLE §4); only what is written needs to be allowed.
            if is_own and not name.startswith("_") and not name.endswith("_of"):
                found.append(pytest.param(f"{app}.services.{name}", function, id=f"{app}.{name}"))
    return found


@pytest.mark.parametrize(("name", "service"), services())
def test_service_takes_keywords_only_and_is_told_who_and_when(name, service):
    if name in WITHOUT_POLICY:
        return
    parameters = inspect.signature(service).parameters.values()

    assert {parameter.kind for parameter in parameters} <= {
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.VAR_KEYWORD,
    }
    assert {"by", "at"} <= {parameter.name for parameter in parameters}


@pytest.mark.parametrize(("name", "service"), services())
def test_service_has_a_policy_of_its_name(name, service):
    if name in WITHOUT_POLICY:
        return
    app, _, verb = name.partition(".services.")

    assert hasattr(import_module(f"{app}.policies"), verb)


def test_exceptions_to_the_policy_rule_exist():
    known = {parameter.values[0] for parameter in services()}

    assert set(WITHOUT_POLICY) <= known


def test_reasons_come_from_policies_that_never_write_or_raise():
    for path in source_files(".py", under=APPS):
        if is_named(path, "policies"):
            raising = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Raise)]
            assert not raising, f"{relative(path)}:{raising}"


WRITES = {
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "create",
    "update",
}


# A work in the background is named by its path in the module `tasks`; no verb is.
VERB = re.compile(rf"({'|'.join(APPS)})\.(?!tasks\.)[a-z_]+\.[a-z_]+")
BUILT_VERBS = {
    *(f"blocs.{office}.started" for office in Office.values),
    *(f"scoring.marks.{stage}_saved" for stage in (Stage.SELF, Stage.BLOC, Stage.MEETING, Stage.PROVINCE)),
}


def test_the_journal_has_words_for_every_verb():
    written = {
        node.value
        for path in source_files(".py", under=APPS)
        if is_named(path, "services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and VERB.fullmatch(str(node.value))
    }

    assert len(written) > 100
    assert (written | BUILT_VERBS) - set(audit_verbs()) == set()


def tree(path):
    return ast.parse(path.read_text(), str(path))


def writes(path):
    """Lines that write rows: a queryset's or manager's writing method, or `.save()` and `.delete()` of a row."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver = ast.unparse(node.func.value)
        is_row = node.func.attr in ("save", "delete") and receiver not in ("super()", "workbook", "book")
        is_table = node.func.attr in WRITES and (".objects" in receiver or "_set" in receiver)
        if is_row or is_table:
            yield node.lineno


def test_only_services_write():
    found = {}
    for path in source_files(".py", under=APPS):
        parts = path.relative_to(ROOT).parts
        is_writer = is_named(path, "services") or {"migrations", "demo"} & set(parts) or parts[0] in WRITERS
        lines = [] if is_writer else list(writes(path))
        if lines:
            found[relative(path)] = lines

    assert found == {}


def test_nobody_asks_for_model_permissions():
    found = [relative(path) for path in source_files(".py", ".html", ".jinja", under=(*APPS, "templates")) if
             re.search(r"has_perm|permission_required|\{\{? ?perms\.", path.read_text())]  # fmt: skip

    assert found == []


def test_triggers_are_ignored_only_in_named_places():
    found = {
        relative(path)
        for path in source_files(".py")
        if "migrations" not in path.parts
        and re.search(r"pgtrigger\.ignore|schema_editor.*TRIGGER", path.read_text())
    }

    assert found <= IGNORES_TRIGGERS


def test_no_list_is_ordered_by_a_bare_name():
    """Such a list would put “số 10” before “số 2” and “Đ” after “Z”: names are ordered by their keys."""
    bare = re.compile(
        r"""order_by\((?:[^()]*[, ])?["']-?(?:\w+__)?(?:name|short_name|full_name|slug|username|title|code)["']"""
        r"""|key=lambda (\w+): \(?(?:[^)]*, )?\1\.(?:\w+\.)?(?:name|short_name|full_name|slug|username|title)\b"""
    )
    found = {
        relative(path): match.group()
        for path in source_files(".py", under=(*APPS, "config", "bench"))
        if "migrations" not in path.parts and (match := bare.search(path.read_text()))
    }

    assert found == {}


def test_every_move_has_gates():
    assert set(settings.PHASE_GATES) == {phase.value for phase in Phase} == {phase.value for phase in MOVES}


def wired():
    tables = {
        "gates": [path for paths in settings.PHASE_GATES.values() for path in paths],
        "queries": [
            *settings.TODO_SOURCES,
            *settings.SEARCH_SOURCES,
            *settings.INVARIANTS,
            *settings.FIRST_STEPS,
        ],
        "reports": [
            *settings.CYCLE_PANELS,
            *settings.PROVINCE_PANELS,
            *settings.ARCHIVE_SOURCES,
            *settings.PAPER_BUILDERS.values(),
        ],
    }
    return [
        pytest.param(kind, path, id=path) for kind, paths in tables.items() for path in sorted(set(paths))
    ]


@pytest.mark.parametrize(("kind", "path"), wired())
def test_dotted_path_in_settings_leads_to_a_function_in_its_file(kind, path):
    app, layer, _ = path.split(".")

    assert (app in APPS, layer) == (True, kind)
    assert callable(import_string(path))


def test_every_gate_is_wired():
    """A gate that nothing asks holds nothing back."""
    wired = {path for paths in settings.PHASE_GATES.values() for path in paths}
    written = {
        f"{module.__name__.partition('.')[0]}.gates.{name}"
        for module in modules("gates")
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }

    assert written - wired == set()


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_model_says_what_it_is_and_keeps_the_house_rules(model):
    assert model.__doc__, "one sentence"
    assert not model.__doc__.startswith(f"{model.__name__}("), "one sentence, not Django's own"
    assert not model._meta.ordering, "order where it is shown"
    assert "save" not in vars(model), "services write"
    assert model._meta.verbose_name != model._meta.object_name.lower(), "a Vietnamese name"


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_constraint_is_named_after_its_model_and_speaks_vietnamese(model):
    for constraint in model._meta.constraints:
        assert constraint.name.startswith(f"{model._meta.model_name}_") or constraint.name.startswith(
            re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower() + "_"
        ), constraint.name
        if isinstance(constraint, models.CheckConstraint | models.UniqueConstraint):
            assert constraint.violation_error_message != constraint.default_violation_error_message, (
                constraint.name
            )


def test_every_domain_model_is_tracked_but_ballots():
    tracked = {model.pgh_tracked_model for model in DOMAIN_MODELS if hasattr(model, "pgh_tracked_model")}
    untracked = {model._meta.label for model in OWN_MODELS if model not in tracked}

    assert untracked == UNTRACKED & {model._meta.label for model in OWN_MODELS}


def test_roll_leaves_no_trace_of_the_moment_of_voting():
    for model in DOMAIN_MODELS:
        if getattr(model, "pgh_tracked_model", None) in (import_string("awards.models.Roll"),):
            assert "has_voted" not in {field.name for field in model._meta.fields}


def test_text_is_written_directly():
    found = [relative(path) for path in source_files(".py", ".html", ".jinja", under=(*APPS, "config", "templates")) if
             re.search(r"gettext|\{% (?:load i18n|trans|translate|blocktrans)", path.read_text())]  # fmt: skip

    assert found in ([], ["templates/allauth"])


def test_no_screen_carries_script_or_style_of_its_own():
    """The content security policy would silence them. Papers are not sent to a browser and may size a column."""
    pattern = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\son[a-z]+=["']|javascript:|\sstyle=["']""")
    found = {
        relative(path): match.group()
        for path in source_files(".html", ".jinja", under=("templates", *APPS))
        if "pdf" not in path.parts
        and "paper" not in path.name
        and (match := pattern.search(re.sub(r"{%.*?%}", "", path.read_text())))
    }

    assert found == {}


def test_nothing_is_fetched_from_elsewhere():
    pattern = re.compile(r"""(?:src|href)=["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//""")
    found = [
        relative(path)
        for path in [
            *source_files(".html", ".jinja", under=("templates", *APPS)),
            *(ROOT / "static" / "css").glob("*.css"),
        ]
        if pattern.search(path.read_text())
    ]

    assert found == []


def example_names():
    return set(re.findall(r"^([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))


def read_names():
    """Names read from the environment, by code, by Makefile and by compose."""
    python = "\n".join(path.read_text() for path in [*ROOT.glob("config/*.py"), ROOT / "manage.py"])
    names = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", python))
    names |= set(re.findall(r"""environ(?:\.get\(|\.setdefault\(|\[)["']([A-Z_]+)["']""", python))
    names |= set(re.findall(r"""\(\("([A-Z_]+)", "\w+"\), \("([A-Z_]+)", "\w+"\)\)""", python).pop())
    compose = ROOT / "compose.yaml"
    return names | set(re.findall(r"\$\{([A-Z_]+)", compose.read_text() if compose.exists() else ""))


def test_every_environment_name_is_in_the_example():
    assert read_names() - {"DJANGO_SETTINGS_MODULE"} == example_names()


def test_phase_diagram_is_fresh():
    assert (ROOT / "docs" / "phases.md").read_text() == phase_diagram(), "make diagram"


def test_every_factory_and_test_stands_in_a_mirrored_folder():
    folders = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")}

    assert folders <= {"tests", "kit", "e2e", *APPS}
