import pytest

from quakefringe.engine.errors import InputError
from quakefringe.training.config.recipe import read_recipe, recipe_from_dict
from quakefringe.training.config.tables import toml, write_toml


@pytest.mark.parametrize("name", ["paper", "default", "smoke"])
def test_a_recipe_survives_being_written_and_read(name):
    recipe = read_recipe(name)
    assert recipe.name == name
    assert recipe_from_dict(toml().loads(write_toml(recipe.to_dict()))) == recipe


def test_the_paper_recipe_is_the_study_as_published():
    recipe = read_recipe("paper")
    assert recipe.network.stem == "linear"
    assert recipe.optimiser.name == "adam"
    assert recipe.data.split == (805436, 100679, 100681)
    assert (recipe.loss.mask, recipe.loss.dice, recipe.loss.attention) == (0, 0, 0)
    (stage,) = recipe.stage
    assert (stage.size, stage.samples, stage.epochs, stage.lr) == (224, 805436, 20, 1e-5)
    assert stage.decay == "constant"
    assert 0 < recipe.simulation_config().unwrapped < 1


def test_the_default_recipe_simulates_at_least_as_much_as_the_study_and_ends_at_224():
    recipe = read_recipe("default")
    assert sum(stage.samples for stage in recipe.stage) >= 805436
    assert recipe.stage[-1].size == 224
    assert recipe.network.stem == "conv"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("stage.0.sampels=3", r"\[\[stage\]\] has no setting 'sampels'; known ones are batch, "),
        ("nonsense=1", "has no setting 'nonsense'"),
        ("network.stem=patchy", "'patchy' is unknown; give one of conv, linear"),
        ("network.depth=2.5", "not a whole number"),
        ("network.pretrained=1", "must be true or false"),
        ("loss.mask=-1", "out of range; give 0 to 1000"),
        ("loss.mask=nan", "is not a number"),
        ("loss.mask='a'", "is not a number"),
        ("loss.class_weights=[1, 2]", "needs a list of 3 numbers"),
        ("loss.class_weights=[0, 0, 0]", "one of them must be above 0"),
        ("loss.regression=1", r"needs \[network\] regression"),
        ("stage.0.size=100", "not a multiple of 16"),
        ("stage.0.samples=1", "below one batch"),
        ("stage.0.warmup=1000000000", "longer than the stage"),
        ("stage.7.size=64", "counts too far"),
        ("stage=3", "must be a list"),
        ("stage=[]", "at least one"),
        ("data=3", "must be a table"),
        ("simulation.nonsense=1", "has no setting 'nonsense'"),
        ("stage.0.simulation.unwrapped=2", "not between 0 and 1"),
        ("validation.set.0.simulation.magnitude=[9, 5]", "impossible"),
        ("validation.set.1.name=mixed", "same name"),
        ("network.width=100", "not a multiple of heads"),
        ("nothing", "write it as table.key=value"),
        ("stage.0=3", "write it as table.key=value"),
        ("name.x=3", "must be a text"),
    ],
)
def test_a_bad_setting_is_one_clear_sentence(change, words):
    changes = [change] if "width" not in change else ["network.heads=3", change]
    with pytest.raises(InputError, match=words) as caught:
        read_recipe("default", changes)
    assert "\n" not in str(caught.value)


def test_changes_reach_their_setting():
    changes = [
        "stage.1.batch=8",
        "network.stem=linear",
        "simulation.unwrapped=0.25",
        'description="two words"',
    ]
    recipe = read_recipe("default", changes)
    assert recipe.stage[1].batch == 8
    assert recipe.network.stem == "linear"
    assert recipe.simulation_config().unwrapped == 0.25
    assert recipe.description == "two words"


def test_a_stage_may_change_the_simulation():
    recipe = read_recipe("smoke", ["simulation.unwrapped=0.25", "stage.1.simulation.elevation=0.75"])
    settings = recipe.simulation_config(recipe.stage[1].simulation)
    assert (settings.unwrapped, settings.elevation) == (0.25, 0.75)


def test_an_unknown_recipe_names_those_there_are():
    names = "ablation, crossvalidate, default, finetune, further, gpu, paper, short, smoke"
    with pytest.raises(InputError, match=names):
        read_recipe("nothing")


def test_a_broken_file_is_one_clear_sentence(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("[network\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_recipe(path)


def test_an_own_recipe_file_takes_its_name_from_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[[stage]]\nsize = 64\nsamples = 128\n")
    assert read_recipe(path).name == "mine"
