import pytest


@pytest.fixture
def lab(load):
    return load("ml_service_test")


@pytest.fixture
def look(lab, load, run_program, monkeypatch):
    def run(models):
        lab.store(load, monkeypatch, models)
        lab.Server(load, monkeypatch, "v1", lab.model_at(4))
        given = {"versions": ["v1", "v2"]}
        return run_program(load("hard_to_tell").main, given=given, facts={"model": lab.MODEL})

    return run


def test_flowers_of_each_kind_that_a_rule_of_thumb_gets_wrong(look, lab):
    answers = look({"v1": lab.model_at(4)})
    assert answers.findings == []
    values = answers.values
    assert (values["version"], values["kinds"]) == ("v1", ["high", "low"])
    assert [flower["kind"] for flower in values["flowers"]] == ["high", "high", "low", "low"]
    assert all(abs(flower["petal_length"] - 4) < 0.5 for flower in values["flowers"])
    assert values["flowers"][0]["words"].startswith("sepal_length ")


def test_a_model_that_knows_one_kind_only(look):
    [first, second] = look({"v1": lambda row: {"prediction": "low", "probabilities": {"low": 1.0}}}).values[
        "flowers"
    ]
    assert first["kind"] == second["kind"] == "low"


def test_a_version_that_is_not_stored(look):
    answers = look({})
    assert [finding["reason"] for finding in answers.findings] == ["model-missing"]
    assert answers.values == {}
