import pytest

PASSWORDS = {"ada": "engine", "grace": "matic"}


def test_two_users_each_with_a_password_of_their_own(look):
    answers = look("login")
    assert answers.findings == []
    assert answers.of("observed") == ["ada and grace logged in, and nobody else"]


def test_users_in_small_letters_and_passwords_without_the_newline_of_a_file(look):
    assert look("login", users={"Ada": "engine\n", "grace": "matic"}).findings == []


@pytest.mark.parametrize(
    "authenticate, reason, message",
    [
        (
            lambda name, password: name,
            "lets-in-strangers",
            "The hub lets in ada with a password that nobody has set: its authenticator does not ask the Secret.",
        ),
        (
            lambda name, password: name if password in PASSWORDS.values() else None,
            "lets-in-strangers",
            "The hub lets in ada with the password of grace: its authenticator does not ask the Secret.",
        ),
        (
            lambda name, password: name if PASSWORDS.get(name, "matic") == password else None,
            "lets-in-strangers",
            "with a name that nobody has set: its authenticator does not ask the Secret.",
        ),
        (
            lambda name, password: None,
            "keeps-out-users",
            "The hub does not let in ada with the password in the Secret.",
        ),
        (
            lambda name, password: "guest" if PASSWORDS.get(name) == password else None,
            "users-are-one",
            "Who logs in as ada is guest to the hub: users would share one server.",
        ),
    ],
)
def test_who_gets_in_and_who_does_not(look, fake, authenticate, reason, message):
    fake.authenticate = authenticate
    (finding,) = look("login").findings
    assert finding["reason"] == reason
    assert finding["message"].endswith(message)


def test_a_page_without_a_form(look, fake):
    fake.has_form = False
    (finding,) = look("login").findings
    assert finding["reason"] == "no-login-form"


def test_a_form_among_others(load):
    page = """
      <form action="/search"><input name="q"></form>
      <form action="/hub/login?next=%2Fhub%2F" method="post">
        <input type="hidden" name="_xsrf" value="a&amp;b" /><input name="username"><input name="password" type="password">
      </form>
      <form action="/other"><input name="username"></form>"""
    form = load("login").find_form(page)
    assert form.action == "/hub/login?next=%2Fhub%2F"
    assert form.fields == {"_xsrf": "a&b", "username": "", "password": ""}


@pytest.mark.parametrize("where, is_in", [("/hub/", True), ("/hub/spawn", True), ("/hub/login?next=", False)])
def test_where_the_hub_sends_a_browser(load, where, is_in):
    login = load("login")
    answer = login.Answer(302, headers={"location": where})
    assert login.Attempt(None, answer, {}).is_in is is_in


def test_a_hub_that_is_away_in_the_middle_costs_nobody_points(look, fake):
    fake.closes_after = 3
    answers = look("login")
    assert answers.findings == []
    assert answers.of("errored") == ["ConnectionRefusedError: nothing listens"]
