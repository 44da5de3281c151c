import pytest
import torch

from quakefringe.engine.errors import InputError, ModelError
from quakefringe.training.config.tables import NetworkConfig
from quakefringe.training.model.network import ExportNetwork, QuakeViT, load_weights

SMALL = {"depth": 2, "width": 48, "heads": 3, "stem_width": 4}


def make(**changes):
    torch.manual_seed(0)
    return QuakeViT(NetworkConfig(**{**SMALL, **changes})).eval()


@pytest.mark.parametrize("stem", ["linear", "conv"])
@pytest.mark.parametrize("size", [112, 224])
def test_every_output_has_its_shape_and_attention_sums_to_one(stem, size):
    out = make(stem=stem)(torch.randn(2, 5, size, size), per_head=True)
    grid = size // 16
    assert out["logits"].shape == (2, 3)
    assert out["mask"].shape == (2, grid, grid)
    assert out["attention"].shape == (2, 1, grid, grid)
    assert out["heads"].shape == (2, 3, grid, grid)
    torch.testing.assert_close(out["attention"].sum(dim=(2, 3)), torch.ones(2, 1))
    torch.testing.assert_close(out["heads"].sum(dim=(2, 3)), torch.ones(2, 3))


def test_the_default_network_is_vit_tiny():
    network = QuakeViT()
    count = sum(p.numel() for p in network.parameters())
    assert 5.3e6 < count < 6.0e6
    assert len(network.vit.blocks) == 12


def test_fused_and_explicit_attention_agree():
    network = make(attention_layers=2)
    tiles = torch.randn(2, 5, 64, 64)
    plain = network(tiles, per_head=True)
    network.explicit = True
    explicit = network(tiles, per_head=True)
    for name, value in plain.items():
        torch.testing.assert_close(value, explicit[name], rtol=1e-4, atol=1e-5)


def test_the_attention_map_is_the_attention_of_the_class_token():
    network = make(depth=1)
    hooked = {}
    network.vit.blocks[0].attn.qkv.register_forward_hook(lambda _m, _i, out: hooked.update(qkv=out))
    out = network(torch.randn(1, 5, 64, 64), per_head=True)
    q, k, _ = hooked["qkv"].reshape(1, 17, 3, 3, 16).permute(2, 0, 3, 1, 4)
    row = torch.softmax(q[0, :, 0:1] @ k[0].transpose(-1, -2) / 4, dim=-1)[:, 0, 1:]
    expected = (row / row.sum(dim=1, keepdim=True)).reshape(3, 4, 4)
    torch.testing.assert_close(out["heads"][0], expected, rtol=1e-4, atol=1e-6)


def test_the_attention_map_has_gradients_to_head_weights_and_tokens():
    network = make().train()
    out = network(torch.randn(2, 5, 64, 64))
    (-out["attention"][:, 0, 1, 2].log().sum()).backward()
    assert network.head_mix.grad.abs().sum() > 0
    assert network.vit.blocks[-1].attn.qkv.weight.grad.abs().sum() > 0


def test_the_export_network_gives_the_networks_output():
    network = make()
    tiles = torch.randn(2, 5, 224, 224)
    before = network(tiles, per_head=True)
    logits, attention, mask, heads = ExportNetwork(network)(tiles)
    torch.testing.assert_close(logits, before["logits"], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(attention, before["attention"], rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(mask, torch.sigmoid(before["mask"]), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(heads, before["heads"], rtol=1e-4, atol=1e-6)
    assert heads.shape == (2, 3, 14, 14)


def test_position_embeddings_of_another_size_are_resampled():
    network = make()
    state = {key: value.clone() for key, value in network.state_dict().items()}
    ramp = torch.linspace(0, 1, 7).repeat(7, 1).reshape(1, 49, 1).expand(1, 49, 48)
    state["vit.pos_embed"] = torch.cat([torch.full((1, 1, 48), 7.0), ramp], dim=1)
    load_weights(network, state)
    loaded = network.vit.pos_embed
    assert loaded.shape == (1, 197, 48)
    assert (loaded[:, 0] == 7).all()
    rows = loaded[0, 1:, 0].reshape(14, 14)
    assert (rows[:, 1:] >= rows[:, :-1] - 1e-6).all()
    assert (rows[0] - rows[-1]).abs().max() < 1e-5


def test_weights_of_another_network_are_refused():
    with pytest.raises(ModelError, match="another shape"):
        load_weights(make(), make(depth=1).state_dict())


def test_an_unknown_timm_model_is_refused():
    with pytest.raises(InputError, match="could not be created"):
        make(model="no_such_model")


def test_more_attention_layers_than_blocks_are_refused():
    with pytest.raises(InputError, match="attention_layers"):
        make(attention_layers=3)


def test_the_stem_has_batch_normalisation_on_request_only():
    network = make(stem_norm="batch")
    names = {type(module).__name__ for module in network.vit.patch_embed.modules()}
    assert "BatchNorm2d" in names
    assert "BatchNorm2d" not in {type(m).__name__ for m in make(stem_norm="none").vit.patch_embed.modules()}


@pytest.mark.parametrize("norm", ["batch", "none"])
def test_new_units_of_the_stem_are_the_identity_and_can_be_trained(norm):
    plain = make(stem_norm=norm)
    network = make(stem_norm=norm, stem_units=2)
    load_weights(network, plain.state_dict())
    tiles = torch.randn(2, 5, 64, 64)
    assert torch.equal(network(tiles)["logits"], plain(tiles)["logits"])
    network.train()(tiles)["logits"].square().sum().backward()
    last = [units[-1][-1].weight.grad for units in network.vit.patch_embed.units.values()]
    assert len(last) == 3 and all(gradient.abs().sum() > 0 for gradient in last)


def test_a_stem_with_units_does_not_fit_one_without():
    with pytest.raises(ModelError, match="another shape"):
        load_weights(make(), make(stem_units=1).state_dict())
