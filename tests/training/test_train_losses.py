import torch

from quakefringe.training.config.tables import LossConfig
from quakefringe.training.model.losses import attention_loss, class_loss, dice_loss, mask_loss, total_loss


def test_a_tile_of_weight_zero_does_not_change_the_loss():
    logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 9.0, 0.0]])
    label = torch.tensor([0, 0])
    alone = class_loss(logits[:1], label[:1], torch.ones(1), LossConfig())
    both = class_loss(logits, label, torch.tensor([1.0, 0.0]), LossConfig())
    torch.testing.assert_close(alone, both)


def test_the_loss_without_weighted_tiles_is_zero():
    zero = torch.zeros(2)
    mask = torch.zeros(2, 4, 4)
    out = {
        "logits": torch.randn(2, 3, requires_grad=True),
        "mask": torch.randn(2, 4, 4, requires_grad=True),
        "attention": torch.full((2, 1, 4, 4), 1 / 16, requires_grad=True),
    }
    batch = {"label": torch.tensor([0, 1]), "weight": zero, "mask": mask, "mask_weight": zero}
    total, _ = total_loss(out, batch, LossConfig(dice=1.0))
    assert float(total.detach()) == 0.0
    total.backward()
    assert all(torch.isfinite(value.grad).all() for value in out.values())


def test_class_weights_shift_the_loss_towards_their_class():
    logits = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    label = torch.tensor([0, 1])
    even = class_loss(logits, label, torch.ones(2), LossConfig())
    heavy = class_loss(logits, label, torch.ones(2), LossConfig(class_weights=(1.0, 5.0, 1.0)))
    assert heavy > even


def test_attention_beside_the_deformed_patch_raises_the_loss():
    truth = torch.zeros(1, 4, 4)
    truth[0, 1, 2] = 1.0
    one = torch.ones(1)
    here = torch.zeros(1, 1, 4, 4)
    here[0, 0, 1, 2] = 1.0
    assert abs(float(attention_loss(here, truth, one, one))) < 1e-3
    assert float(attention_loss(here.flip(2), truth, one, one)) > 9.0


def test_attention_has_no_loss_without_deformation():
    one = torch.ones(1)
    assert float(attention_loss(torch.full((1, 1, 4, 4), 1 / 16), torch.zeros(1, 4, 4), one, one)) == 0.0


def test_attention_on_a_partly_deformed_patch_has_no_loss():
    truth = torch.zeros(1, 2, 2)
    truth[0, 0, 0] = 0.1
    attention = torch.zeros(1, 1, 2, 2)
    attention[0, 0, 0, 0] = 1.0
    assert float(attention_loss(attention, truth, torch.ones(1), torch.ones(1))) < 1e-3


def test_a_perfect_mask_has_no_loss():
    truth = torch.zeros(1, 4, 4)
    truth[0, 1:3, 1:3] = 1.0
    logits = (truth * 2 - 1) * 30
    assert float(mask_loss(logits, truth, torch.ones(1))) < 1e-6
    assert float(dice_loss(logits, truth, torch.ones(1))) < 1e-6
    assert float(dice_loss(-logits, truth, torch.ones(1))) > 0.99
