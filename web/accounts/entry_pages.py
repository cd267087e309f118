"""The pages before the app, without a script: sign in, accept an invitation, one's account, and what is not for one's role."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from store.accounts.api_tokens import ApiToken
from store.accounts.roles import GIVEN, Person, Role
from web.accounts import passwords
from web.language import choice, words
from web.language.words import noted, t, translated

PROVIDER = noted("Sign in by your team's provider")
CHOOSE = noted("Choose a password of {n} characters or more. Your name stands on what you label.")

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
form+p,.button+p{margin-top:1rem} .languages{margin-top:1.2rem;color:var(--ink2)} .languages a{color:var(--p-d)}
.bad,.ok{overflow-wrap:anywhere;padding:.6rem .8rem;border-radius:8px;color:var(--bad-d);background:var(--bad-t)} .ok{color:var(--ok-d);background:var(--ok-t)}
@media (max-width:28rem){main{border:0;border-radius:0;margin:0;min-height:100vh;padding:1.2rem}}
"""


def sign_in(back: str, name: str = "", problem: str = "", *, by_provider: bool = False, by_proxy: str = "") -> str:
    """Name and password; `back` is where it goes on, `by_proxy` whom a proxy has signed in."""
    if by_proxy:
        return _page(
            t("Sign in"),
            f"""<h1>{_shown("Sign in to Sceneloop")}</h1>{_notice(problem)}
<a class="button" href="/signin?next={quote(back, safe="")}">{_shown("Go on as {name}", name=by_proxy)}</a>
<p>{_shown("Your team's proxy says that this is you. To work as somebody else, sign out there.")}</p>""",
        )
    return _page(
        t("Sign in"),
        f"""<h1>{_shown("Sign in to Sceneloop")}</h1>{_notice(problem)}
<form method="post" action="/signin"><input type="hidden" name="next" value="{escape(back)}">
{_field(t("Name"), "name", "text", "username", name, focus=not name)}
{_field(t("Password"), "password", "password", "current-password", focus=bool(name))}
<button>{_shown("Sign in")}</button></form>{f"<a class='button quiet' href='/signin/oidc?next={quote(back, safe='')}'>{_shown(PROVIDER)}</a>" if by_provider else ""}
<p>{_shown("No account, or the password forgotten? Whoever runs this server sends you a link.")}</p>""",
    )


def invitation(token: str, name: str, problem: str = "") -> str:
    """A password for an account that somebody was invited to; without a name the invitation is of no use any more."""
    if not name:
        return _page(
            t("Invitation"),
            f"""<h1>{_shown("Invitation")}</h1>{_notice(problem)}<a class="button" href="/">{_shown("Go to the app")}</a>""",
        )
    return _page(
        t("Invitation"),
        f"""<h1>{_shown("Welcome, {name}", name=name)}</h1><p>{_shown(CHOOSE, n=passwords.SHORTEST)}</p>{_notice(problem)}
<form method="post" action="/invitation"><input type="hidden" name="token" value="{escape(token)}">
<input type="hidden" name="name" autocomplete="username" value="{escape(name)}">
{_field(t("Password"), "password", "password", "new-password", focus=True)}
{_field(t("Repeat the password"), "again", "password", "new-password")}
<button>{_shown("Start")}</button></form>""",
    )


def account(person: Person, tokens: Sequence[ApiToken], problem: str = "", done: str = "") -> str:
    """One's own account: another password, API tokens, sign out."""
    name = person.name
    return _page(
        t("Your account"),
        f"""<h1>{escape(name)}</h1>{_notice(problem)}{_notice(done, "ok")}
<form method="post" action="/signout"><button>{_shown("Sign out")}</button></form>
<h2>{_shown("Change your password")}</h2><p>{_shown("Every other browser in which you are signed in is signed out.")}</p>
<form method="post" action="/account">
<input type="hidden" name="name" autocomplete="username" value="{escape(name)}">
{_field(t("Old password"), "old", "password", "current-password")}
{_field(t("New password"), "password", "password", "new-password")}
{_field(t("Repeat the password"), "again", "password", "new-password")}
<button class="quiet">{_shown("Change the password")}</button></form>
{_tokens(person, tokens)}
<a class="button quiet" href="/">{_shown("Back to the app")}</a>""",
    )


def _tokens(person: Person, tokens: Sequence[ApiToken]) -> str:
    """API tokens: those that stand, and a form for another."""
    rows = "".join(
        f"""<form method="post" action="/account/tokens/end" class="row"><input type="hidden" name="id" value="{one.id}">
<span><b>{escape(one.name)}</b>, {_about(one)}</span>
<button class="quiet" aria-label="{_shown("End {name}", name=one.name)}">{_shown("End")}</button></form>"""
        for one in tokens
    )
    choices = "".join(_option(role) for role in GIVEN if role <= person.highest)
    scripts = _shown("For scripts: {command}. A token may do what its role may, and no more than you.").replace(
        "{command}", "<code>sceneloop --server</code>"
    )
    return f"""<h2>{_shown("API tokens")}</h2><p>{scripts}</p>{rows}
<form method="post" action="/account/tokens">
<label for="token_name">{_shown("What it is for")}</label><input id="token_name" name="token_name" maxlength="80" autocomplete="off" required>
<label for="role">{_shown("May do as much as")}</label><select id="role" name="role">{choices}</select>
<label for="days">{_shown("Days that it lasts")}</label><input id="days" name="days" type="number" min="1" max="365" value="90" required>
<button class="quiet">{_shown("Make a token")}</button></form>"""


def _option(role: Role) -> str:
    """A role to choose; its English word is what is sent."""
    value = "" if t(role.word) == role.word else f' value="{role.word}"'
    return f"<option{value}>{_shown(role.word)}</option>"


def _about(one: ApiToken) -> str:
    """Role, end and last use of a token."""
    places = {"role": t(one.role.word), "day": f"{one.until:%Y-%m-%d}"}
    if one.seen_at is None:
        return _shown("{role}, until {day}, never used", **places)
    return _shown("{role}, until {day}, used {time} UTC", time=f"{one.seen_at:%Y-%m-%d %H:%M}", **places)


def forbidden(name: str, workspace: str | None, least: Role, role: Role) -> str:
    """What somebody reads who opens a page that is not for them."""
    if role == Role.NOBODY:
        sentence = (
            t("There is no workspace of that name for you. Ask whoever runs this server to let you in.")
            if workspace
            else t("You have no access to a workspace yet. Ask whoever runs this server to let you in.")
        )
    else:
        sentence = t(
            "This page is for {least}s; here you are {article} {role}. Ask an owner of the workspace.",
            least=t(least.word),
            article="an" if role.word[0] in "aeiou" else "a",
            role=t(role.word),
        )
    other = (
        "" if workspace is None and role == Role.NOBODY else f'<a class="button" href="/">{_shown("Go to the app")}</a>'
    )
    return _page(
        t("No access"),
        f"""<h1>{_shown("No access, {name}", name=name)}</h1><p>{escape(sentence)}</p>{
            other
        }<a class="button quiet" href="/account">{_shown("Your account")}</a>""",
    )


def _shown(text: str, **places: object) -> str:
    """A text in the language of who looks, for HTML."""
    return escape(t(text, **places))


def _notice(text: str, kind: str = "bad") -> str:
    return (
        f'<p class="{kind}" role="{"alert" if kind == "bad" else "status"}">{escape(translated(text))}</p>'
        if text
        else ""
    )


def _field(label: str, name: str, kind: str, filled: str, value: str = "", *, focus: bool = False) -> str:
    return (
        f'<label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" type="{kind}" autocomplete="{filled}" '
        f'value="{escape(value)}" maxlength="{passwords.LONGEST}" required{" autofocus" if focus else ""}>'
    )


def _languages() -> str:
    """The switch of the language."""
    here = words.spoken()
    links = (
        f'<span lang="{tag}" aria-current="true">{name}</span>'
        if tag == here
        else f'<a lang="{tag}" hreflang="{tag}" href="/language/{tag}">{name}</a>'
        for tag, name in choice.LANGUAGES.items()
    )
    return f'<div class="languages" role="group" aria-label="{_shown("Language")}">{" · ".join(links)}</div>'


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{words.spoken()}"><head><meta charset="utf-8"><title>{escape(title)} - Sceneloop</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="/favicon.png"><link rel="stylesheet" href="/ui/shared/page/palette.css">'
        f"<style>{_STYLE}</style></head><body><main>{body}{_languages()}</main></body></html>"
    )
