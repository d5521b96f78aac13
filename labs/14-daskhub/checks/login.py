"""Two users get into a JupyterHub through its form, each with the password of their own and with no other."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from hub import Hub, Open, User, open_hub, two_users
from labctl import Program
from web import Answer, Web

LOGIN = "/hub/login"


def main(check: Program, open_hub: Open = open_hub) -> None:
    users = two_users(check)
    hub = open_hub(check)
    hub.await_greeting()
    look(check, hub, users)


def look(check: Program, hub: Hub, users: tuple[User, User]) -> None:
    """What is told of the first that goes wrong ends the program."""
    first, second = users
    check.announce(f"logging in as {first.name} and as {second.name}, and as who should not get in")
    guess, stranger = word(check), f"labctl-{word(check)}"
    keep_out(check, hub, User(first.name, guess), "a password that nobody has set")
    keep_out(check, hub, User(first.name, second.password), f"the password of {second.name}")
    keep_out(check, hub, User(stranger, second.password), "a name that nobody has set")
    for user in users:
        let_in(check, hub, user)
    check.observed(f"{first.name} and {second.name} logged in, and nobody else")


def keep_out(check: Program, hub: Hub, intruder: User, what: str) -> None:
    if not log_in(check, hub, intruder).is_in:
        return
    check.fail(
        "lets-in-strangers",
        object=f"User/{intruder.name}",
        path="hub.config.JupyterHub.authenticator_class",
        expected="the login form again",
        actual="logged in",
        message=f"The hub lets in {intruder.name} with {what}: its authenticator does not ask the Secret.",
        next=f"helm -n {check.namespace} get values --all $(helm -n {check.namespace} list --short)",
    )


def let_in(check: Program, hub: Hub, user: User) -> None:
    name = user.name
    attempt = log_in(check, hub, user)
    who = attempt.who() if attempt.is_in else None
    if who == name:
        return
    told = dict(object=f"User/{name}", expected=f"{name} logged in")
    told["next"] = f"kubectl -n {check.namespace} logs deployment/hub --tail 20"
    if attempt.is_in:
        message = f"Who logs in as {name} is {who or 'nobody'} to the hub: users would share one server."
        check.fail("users-are-one", actual=f"{who or 'nobody'} logged in", message=message, **told)
    message = f"The hub does not let in {name} with the password in the Secret."
    if attempt.answer.status >= 500:
        message = f"{message[:-1]}: {attempt.answer.why}."
    check.fail("keeps-out-users", actual="the login form again", message=message, **told)


class Attempt:
    """What became of a form that was sent, in a browser window of its own."""

    def __init__(self, web: Web, answer: Answer, cookies: dict[str, str]) -> None:
        self.web = web
        self.answer = answer
        self.cookies = cookies

    @property
    def is_in(self) -> bool:
        """Whoever is let in is sent on; whoever is not gets the form again, with a complaint."""
        target = urlsplit(urljoin(LOGIN, self.answer.headers.get("location", LOGIN))).path
        return 300 <= self.answer.status < 400 and target != LOGIN

    def who(self) -> str | None:
        """Whose window it is to the hub, asked as its own pages do."""
        headers = {"Cookie": as_header(self.cookies), "X-XSRFToken": self.cookies.get("_xsrf", "")}
        told = self.web.ask("GET", "/hub/api/user", headers=headers).json
        return told.get("name") if isinstance(told, dict) else None


def log_in(check: Program, hub: Hub, user: User) -> Attempt:
    """Fills in the hub's form and sends it, as a browser does."""
    page = hub.web.ask("GET", LOGIN)
    cookies = dict(page.cookies)
    form = find_form(page.body)
    if form is None:
        check.fail(
            "no-login-form",
            object="Deployment/hub",
            expected="a form for a name and a password",
            actual=f"none at {LOGIN}",
            message="The hub's login page has no form for a name and a password.",
            next=f"kubectl -n {check.namespace} logs deployment/hub --tail 20",
        )
    fields = {**form.fields, "username": user.name, "password": user.password}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": as_header(cookies)}
    answer = hub.web.ask("POST", urljoin(LOGIN, form.action), headers=headers, body=urlencode(fields))
    if answer.status in (0, 502, 503, 504):
        check.error(f"the hub did not answer its login form: {answer.why}")
    return Attempt(hub.web, answer, {**cookies, **answer.cookies})


class Form(HTMLParser):
    """The forms of a page, of which the first with a name and a password is the one."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.is_found = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.is_found:
            return
        given = dict(attributes)
        if tag == "form":
            self.action, self.fields = given.get("action") or "", {}
        elif tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and {"username", "password"} <= set(self.fields):
            self.is_found = True


def find_form(page: str) -> Form | None:
    """None where no form asks for a name and a password."""
    form = Form()
    form.feed(page)
    return form if form.is_found else None


def as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def word(check: Program) -> str:
    """That nobody could have set."""
    return f"{check.random.getrandbits(64):016x}"


if __name__ == "__main__":
    with Program() as program:
        main(program)
