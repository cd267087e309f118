"""The pages before the app, without a script: sign in, accept an invitation, one's account, and what is not for one's role."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from store.accounts.api_tokens import ApiToken
from store.accounts.roles import GIVEN, Person, Role
from web.accounts import passwords

_STYLE = """
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg2);color:var(--ink);
  font:16px/1.5 "Source Sans Pro","Helvetica Neue",Arial,sans-serif}
main{box-sizing:border-box;width:min(26rem,100vw);padding:2rem;background:var(--bg);border:1px solid var(--line);border-radius:12px;margin:1rem 0}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .4rem} h2{font-size:1.05rem;margin:1.8rem 0 .2rem} p{margin:.3rem 0 .8rem;color:var(--ink2)}
label{display:block;margin:.9rem 0 .25rem;font-weight:600}
input,select{box-sizing:border-box;width:100%;padding:.55rem .7rem;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--mark);border-radius:8px}
button,.button{display:block;box-sizing:border-box;width:100%;margin-top:1.2rem;padding:.6rem;font:inherit;font-weight:600;text-align:center;
  text-decoration:none;color:#fff;background:var(--p);border:0;border-radius:8px;cursor:pointer}
button:hover,.button:hover{background:var(--p-h)} .quiet{color:var(--p-d);background:var(--p-t)} .quiet:hover{color:#fff}
:focus-visible{outline:2px solid var(--p-l);outline-offset:2px}
.row{display:flex;align-items:center;gap:.8rem;margin:.4rem 0} .row span{flex:1;min-width:0;overflow-wrap:anywhere}
.row button{width:auto;margin:0;padding:.4rem .9rem}
.bad,.ok{overflow-wrap:anywhere;padding:.6rem .8rem;border-radius:8px;color:var(--bad-d);background:var(--bad-t)} .ok{color:var(--ok-d);background:var(--ok-t)}
@media (max-width:28rem){main{border:0;border-radius:0;margin:0;min-height:100vh;padding:1.2rem}}
"""


def sign_in(back: str, name: str = "", problem: str = "", *, by_provider: bool = False, by_proxy: str = "") -> str:
    """Name and password; `back` is where it goes on, `by_proxy` whom a proxy has signed in."""
    if by_proxy:
        return _page(
            "Sign in",
            f"""<h1>Sign in to Sceneloop</h1>{_notice(problem)}
<a class="button" href="/signin?next={quote(back, safe="")}">Go on as {escape(by_proxy)}</a>
<p>Your team's proxy says that this is you. To work as somebody else, sign out there.</p>""",
        )
    return _page(
        "Sign in",
        f"""<h1>Sign in to Sceneloop</h1>{_notice(problem)}
<form method="post" action="/signin"><input type="hidden" name="next" value="{escape(back)}">
{_field("Name", "name", "text", "username", name, focus=not name)}
{_field("Password", "password", "password", "current-password", focus=bool(name))}
<button>Sign in</button></form>{f"<a class='button quiet' href='/signin/oidc?next={quote(back, safe='')}'>Sign in by your team's provider</a>" if by_provider else ""}
<p>No account, or the password forgotten? Whoever runs this server sends you a link.</p>""",
    )


def invitation(token: str, name: str, problem: str = "") -> str:
    """A password for an account that somebody was invited to; without a name the invitation is of no use any more."""
    if not name:
        return _page("Invitation", f"<h1>Invitation</h1>{_notice(problem)}<a class='button' href='/'>Go to the app</a>")
    return _page(
        "Invitation",
        f"""<h1>Welcome, {escape(name)}</h1><p>Choose a password of {passwords.SHORTEST} characters or more. Your name stands on
what you label.</p>{_notice(problem)}
<form method="post" action="/invitation"><input type="hidden" name="token" value="{escape(token)}">
<input type="hidden" name="name" autocomplete="username" value="{escape(name)}">
{_field("Password", "password", "password", "new-password", focus=True)}
{_field("Repeat the password", "again", "password", "new-password")}
<button>Start</button></form>""",
    )


def account(person: Person, tokens: Sequence[ApiToken], problem: str = "", done: str = "") -> str:
    """One's own account: another password, API tokens, sign out."""
    name = person.name
    return _page(
        "Your account",
        f"""<h1>{escape(name)}</h1>{_notice(problem)}{_notice(done, "ok")}
<form method="post" action="/signout"><button>Sign out</button></form>
<h2>Change your password</h2><p>Every other browser in which you are signed in is signed out.</p>
<form method="post" action="/account">
<input type="hidden" name="name" autocomplete="username" value="{escape(name)}">
{_field("Old password", "old", "password", "current-password")}
{_field("New password", "password", "password", "new-password")}
{_field("Repeat the password", "again", "password", "new-password")}
<button class="quiet">Change the password</button></form>
{_tokens(person, tokens)}
<a class="button quiet" href="/">Back to the app</a>""",
    )


def _tokens(person: Person, tokens: Sequence[ApiToken]) -> str:
    """API tokens: those that stand, and a form for another."""
    rows = "".join(
        f"""<form method="post" action="/account/tokens/end" class="row"><input type="hidden" name="id" value="{one.id}">
<span><b>{escape(one.name)}</b>, {one.role.word}, until {one.until:%Y-%m-%d}, {f"used {one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else "never used"}</span>
<button class="quiet" aria-label="End {escape(one.name)}">End</button></form>"""
        for one in tokens
    )
    choices = "".join(f"<option>{role.word}</option>" for role in GIVEN if role <= person.highest)
    return f"""<h2>API tokens</h2><p>For scripts: <code>sceneloop --server</code>. A token may do what its role may, and no more than you.</p>{rows}
<form method="post" action="/account/tokens">
<label for="token_name">What it is for</label><input id="token_name" name="token_name" maxlength="80" autocomplete="off" required>
<label for="role">May do as much as</label><select id="role" name="role">{choices}</select>
<label for="days">Days that it lasts</label><input id="days" name="days" type="number" min="1" max="365" value="90" required>
<button class="quiet">Make a token</button></form>"""


def forbidden(name: str, workspace: str | None, least: Role, role: Role) -> str:
    """What somebody reads who opens a page that is not for them."""
    if role == Role.NOBODY:
        where = "There is no workspace of that name for you." if workspace else "You have no access to a workspace yet."
        words = f"{where} Ask whoever runs this server to let you in."
    else:
        words = f"This page is for {least.word}s; here you are {'an' if role.word[0] in 'aeiou' else 'a'} {role.word}. Ask an owner of the workspace."
    other = "" if workspace is None and role == Role.NOBODY else "<a class='button' href='/'>Go to the app</a>"
    return _page(
        "No access",
        f"<h1>No access, {escape(name)}</h1><p>{words}</p>{other}<a class='button quiet' href='/account'>Your account</a>",
    )


def _notice(text: str, kind: str = "bad") -> str:
    return f'<p class="{kind}" role="{"alert" if kind == "bad" else "status"}">{escape(text)}</p>' if text else ""


def _field(label: str, name: str, kind: str, filled: str, value: str = "", *, focus: bool = False) -> str:
    return (
        f'<label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" autocomplete="{filled}" '
        f'value="{escape(value)}" maxlength="{passwords.LONGEST}" required{" autofocus" if focus else ""}>'
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Sceneloop</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="/favicon.png"><link rel="stylesheet" href="/ui/shared/page/palette.css">'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
    )
