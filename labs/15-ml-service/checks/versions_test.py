import pytest


@pytest.fixture
def lab(load):
    return load("ml_service_test")


def deployment(*variables):
    containers = [{"name": "side"}, {"name": "model", "env": list(variables)}]
    return {"metadata": {"name": "model"}, "spec": {"template": {"spec": {"containers": containers}}}}


V2 = {"name": "MODEL_VERSION", "value": "v2"}


@pytest.fixture
def look(lab, load, run_program, monkeypatch):
    def run(models=None, served="v2", variables=(V2,)):
        models = {"v1": lab.model_at(3), "v2": lab.model_at(4)} if models is None else models
        lab.store(load, monkeypatch, models)
        lab.Server(load, monkeypatch, served, models.get(served))
        return run_program(
            load("versions").main,
            given={"env": "MODEL_VERSION", "from": "v1", "to": "v2"},
            facts={"model": lab.MODEL, "deployment": deployment(*variables)},
        )

    return run


def test_flowers_that_the_versions_differ_most_in(look):
    answers = look()
    assert answers.findings == []
    pairs = answers.values["pairs"]
    assert len(pairs) == 20
    assert all(3 < pair["row"][2] < 4 for pair in pairs[:5])
    assert {pair["from"]["prediction"] for pair in pairs[:5]} == {"high"}
    assert {pair["to"]["prediction"] for pair in pairs[:5]} == {"low"}


@pytest.mark.parametrize(
    ("options", "reason", "message"),
    [
        (
            {"variables": [{**V2, "value": "v1"}]},
            "version-not-set",
            "MODEL_VERSION of Deployment model is v1; the new version is v2.",
        ),
        (
            {"variables": [{**V2, "value": ""}]},
            "version-not-set",
            "MODEL_VERSION of Deployment model is ; the new",
        ),
        (
            {"variables": []},
            "version-not-in-deployment",
            "has the variable MODEL_VERSION with a value of its own",
        ),
        (
            {"variables": [{"name": "MODEL_VERSION", "valueFrom": {}}]},
            "version-not-in-deployment",
            "of its own",
        ),
        ({"served": "v1"}, "another-version", "GET /model of Service model names v1"),
    ],
)
def test_what_does_not_begin(look, options, reason, message):
    [finding] = look(**options).findings
    assert finding["reason"] == reason
    assert message in finding["message"]


def test_versions_that_are_not_stored(look, lab):
    assert [each["reason"] for each in look({"v2": lab.model_at(4)}).findings] == ["model-missing"]
    assert len(look({}).findings) == 2


def test_the_same_model_twice(look, lab):
    [finding] = look({"v1": lab.model_at(4), "v2": lab.model_at(4)}).findings
    assert finding["reason"] == "same-model"
    assert "v2/model.joblib on the volume models answers 200 flowers exactly as v1 does" in finding["message"]
