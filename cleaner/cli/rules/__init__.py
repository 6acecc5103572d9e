"""`cleaner rules`; its subcommands stand in files of their own."""

from __future__ import annotations

import typer

from cleaner.cli.guard import guarded
from cleaner.cli.learn import learn
from cleaner.cli.rules import begin, imports, look, prove
from cleaner.cli.rules.drift import drift

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", help="Look at rules, prove them, start new ones.")
app.command("list")(guarded(look.list_rules))
app.command("show")(guarded(look.show))
app.command("schema")(guarded(look.schema))
app.command("explain")(guarded(look.explain))
app.command("check")(guarded(prove.check))
app.command("learn", help=(learn.__doc__ or "").replace("`cleaner learn", "`cleaner rules learn"))(guarded(learn))
app.command("test")(guarded(prove.try_out))
app.command("new")(guarded(begin.new))
app.command("import")(guarded(imports.import_))
app.command("drift")(guarded(drift))
