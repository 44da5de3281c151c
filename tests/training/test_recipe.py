import pytest

from quakefringe.engine.errors import InputError
from quakefringe.training.config.recipe import read_recipe, recipe_from_dict
from quakefringe.training.config.recipe_files import parse_toml, recipe_names, write_toml
from quakefringe.training.config.simulation import SimulationConfig


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_survives_being_written_and_read(name):
    recipe = read_recipe(name)
    assert recipe.name == name
    assert recipe_from_dict(parse_toml(write_toml(recipe.to_dict()))) == recipe


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
        (
            "stage.0.sampels=3",
            r"^stage\.0\.sampels is not a setting: did you mean samples\? The settings of stage\.0 are ",
        ),
        ("nonsense=1", r"^nonsense is not a setting: the settings of a recipe are augment, data, "),
        ("network.stem=patchy", "network.stem = 'patchy' is unknown; give 'conv' or 'linear'"),
        ("network.depth=2.5", "network.depth = 2.5 is not a whole number"),
        ("network.pretrained=1", "must be true or false"),
        ("loss.mask=-1", "loss.mask = -1 is out of range; give 0 to 1000"),
        ("loss.mask=nan", "loss.mask = nan is not a finite number"),
        ("loss.mask='a'", "loss.mask = 'a' is not a number"),
        ("loss.mask=true", "loss.mask = True is not a number"),
        ("loss.class_weights=[1, 2]", "loss.class_weights needs a list of 3 numbers"),
        ("loss.class_weights=[1, 2, 3, 4]", "loss.class_weights needs a list of 3 numbers"),
        ("loss.class_weights=[1, 'b', 2]", r"loss\.class_weights\.1 = 'b' is not a number"),
        ("loss.class_weights=[0, 0, 0]", "one of them must be above 0"),
        ("stage.0.size=100", r"^stage\.0\.size = 100 is not a multiple of 16"),
        ("stage.0.samples=1", "below one batch"),
        ("stage.0.warmup=1000000000", "longer than the stage"),
        ("stage.7.size=64", "counts too far"),
        ("stage=3", "stage must be a list"),
        ("stage=[]", "at least one"),
        ("data=3", "must be a table"),
        ("simulation.nonsense=1", r"^simulation\.nonsense is not a setting: the settings of simulation are "),
        (
            "stage.0.simulation.unwrapped=2",
            r"^stage\.0\.simulation\.unwrapped = 2 is out of range; give 0 to 1",
        ),
        (
            "validation.set.0.simulation.magnitude=[9, 5]",
            r"^validation\.set\.0\.simulation\.magnitude = .*impossible",
        ),
        (
            "simulation.shares={tsunami=1}",
            r"^simulation\.shares\.tsunami is not a source kind: the kinds are none, ",
        ),
        ("simulation.share_volcano=-1", r"^simulation\.shares\.volcano = -1\.0 is negative"),
        ("simulation.shares=3", r"^simulation\.shares = 3 must be a table"),
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


def test_the_message_about_an_unknown_recipe_lists_the_known_ones():
    names = "ablation, continue, crossvalidate, default, finetune, gpu, paper, short, smoke"
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


def write(folder, name, text):
    (folder / name).write_text(text)
    return folder / name


def test_a_recipe_takes_what_it_does_not_set_from_the_one_it_extends(tmp_path):
    write(tmp_path, "base.toml", "[loss]\nmask = 2.0\ndice = 0.25\n[[stage]]\nsize = 64\nsamples = 128\n")
    child = write(tmp_path, "child.toml", 'extends = "base"\n[loss]\nmask = 3.0\n')
    recipe = read_recipe(child)
    assert (recipe.loss.mask, recipe.loss.dice, recipe.name) == (3.0, 0.25, "child")
    assert [stage.size for stage in recipe.stage] == [64]


def test_lists_and_shares_replace_those_of_the_recipe_that_is_extended(tmp_path):
    shares = "[simulation.shares]\nnone = 1.0\nvolcano = 1.0\n"
    write(tmp_path, "base.toml", f"[[stage]]\nsamples = 128\n[[stage]]\nsamples = 256\n{shares}")
    child = write(
        tmp_path,
        "child.toml",
        'extends = "base"\n[[stage]]\nsamples = 512\n[simulation.shares]\nearthquake = 1.0\n',
    )
    recipe = read_recipe(child)
    assert [stage.samples for stage in recipe.stage] == [512]
    shares = recipe.simulation_config().shares
    assert {name for name, share in shares.items() if share} == {"earthquake"}


def test_recipes_that_extend_each_other_are_refused(tmp_path):
    write(tmp_path, "one.toml", 'extends = "two"\n')
    write(tmp_path, "two.toml", 'extends = "one"\n')
    with pytest.raises(InputError, match="extends itself"):
        read_recipe(tmp_path / "one.toml")


def test_a_recipe_that_extends_a_missing_one_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match="no recipe 'nowhere'"):
        read_recipe(write(tmp_path, "one.toml", 'extends = "nowhere"\n'))


def test_the_old_name_of_a_recipe_still_reads_it():
    assert read_recipe("further") == read_recipe("continue")
    assert read_recipe("further.toml") == read_recipe("continue")


OLD = {
    "tail": {"blocks": 2, "keep": 0.3},
    "augment": {"level": 0.4},
    "network": {"regression": False},
    "loss": {"regression": 0.0},
    "stage": [{"samples": 256, "simulation": {"rescaled": 0.25, "raised": 0.8}}],
    "simulation": {"share_volcano": 0.5, "seed_offset": 0},
}
"""A recipe as version 0.13.0 wrote it into run folders, checkpoints and data sets."""


def test_a_recipe_of_an_earlier_version_still_loads():
    recipe = recipe_from_dict(OLD)
    assert (recipe.last_blocks.blocks, recipe.last_blocks.interpolation) == (2, 0.3)
    assert recipe.augment.deramp == 0.4
    config = recipe.simulation_config(recipe.stage[0].simulation)
    assert (config.rescaled_wavelength, config.scaled_to_visible) == (0.25, 0.8)
    assert config.shares["volcano"] == 0.5
    assert config.shares["none"] == SimulationConfig().shares["none"]


def test_a_setting_that_is_gone_is_ignored_with_a_warning(caplog):
    assert recipe_from_dict({"network": {"regression": True}}) == recipe_from_dict({})
    assert "network.regression = True is ignored" in caplog.text


def test_changes_may_use_the_old_names_too():
    recipe = read_recipe(
        "crossvalidate", ["augment.level=0.1", "tail.keep=0.9", "stage.0.simulation.raised=0.2"]
    )
    assert (recipe.augment.deramp, recipe.last_blocks.interpolation) == (0.1, 0.9)
    assert recipe.simulation_config(recipe.stage[0].simulation).scaled_to_visible == 0.2


def test_an_old_name_beside_the_new_one_is_refused():
    with pytest.raises(InputError, match=r"augment\.level is the old name of deramp"):
        recipe_from_dict({"augment": {"level": 0.1, "deramp": 0.2}})


def test_a_table_of_shares_sets_all_of_them_and_a_single_share_one():
    recipe = read_recipe("continue", ["simulation.share_volcano=0.9"])
    assert recipe.simulation_config().shares["volcano"] == 0.9
    assert recipe.simulation_config().shares["subsidence"] == 0.08
    hard = recipe.simulation_config({"shares": {"volcano": 1.0}})
    assert {name for name, share in hard.shares.items() if share} == {"volcano"}
