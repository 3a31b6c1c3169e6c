"""Writes torch_layers.safetensors: weights, inputs, outputs and gradients of PyTorch's layers, in float64.

Names: CASE/w/NAME are weights, CASE/x/N inputs, CASE/y/N outputs, CASE/g/N the gradients of the inputs for a head of
ones times 0.1, 0.2 ..., CASE/gw/NAME those of the weights.
"""
import sys, torch
import torch.nn as nn, torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
out = {}


def put(name, value):
    out[name] = value.detach().clone().contiguous()


def case(name, module, inputs, call=None, train=False):
    if module is not None:
        module.train(train)
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                put(f"{name}/w/{key}", value)
    floats = [x.requires_grad_() if x.is_floating_point() else x for x in inputs]
    if module is not None:
        module.zero_grad()
    ys = (call or module)(*floats)
    ys = ys if isinstance(ys, (tuple, list)) else (ys,)
    for i, x in enumerate(inputs):
        put(f"{name}/x/{i}", x)
    head = sum((y * (0.1 * torch.arange(1, y.numel() + 1).reshape(y.shape))).sum() for y in ys)
    head.backward()
    for i, y in enumerate(ys):
        put(f"{name}/y/{i}", y)
    for i, x in enumerate(inputs):
        if x.is_floating_point() and x.grad is not None:
            put(f"{name}/g/{i}", x.grad)
    if module is not None:
        for key, value in module.named_parameters():
            put(f"{name}/gw/{key}", value.grad)
        for key, value in module.named_buffers():
            if train and value.is_floating_point():
                put(f"{name}/after/{key}", value)


R = torch.randn
case("dense", nn.Linear(3, 4), [R(2, 5, 3)])
case("conv2d", nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), groups=2), [R(2, 4, 5, 6)])
bn = nn.BatchNorm2d(3)
with torch.no_grad():
    bn.running_mean.copy_(R(3)); bn.running_var.copy_(R(3).exp()); bn.weight.copy_(R(3)); bn.bias.copy_(R(3))
case("batchnorm", bn, [R(2, 3, 4, 5)])
ln = nn.LayerNorm(5)
with torch.no_grad():
    ln.weight.copy_(R(5)); ln.bias.copy_(R(5))
case("layernorm", ln, [R(2, 3, 5)])
case("embedding", nn.Embedding(7, 3), [torch.tensor([[1, 6, 1], [0, 2, 2]])])


def recurrent(name, module, x, *states):
    def call(x, *s):
        y, h = module(x, s[0] if len(s) == 1 else s)
        return (y, h) if torch.is_tensor(h) else (y, *h)
    case(name, module, [x, *states], call)


recurrent("rnn", nn.RNN(3, 4, batch_first=True), R(2, 5, 3), R(1, 2, 4))
recurrent("lstm", nn.LSTM(3, 4, batch_first=True), R(2, 5, 3), R(1, 2, 4), R(1, 2, 4))
recurrent("gru", nn.GRU(3, 4, batch_first=True), R(2, 5, 3), R(1, 2, 4))

mha = nn.MultiheadAttention(8, 2, batch_first=True)
with torch.no_grad():
    mha.in_proj_bias.copy_(R(24)); mha.out_proj.bias.copy_(R(8))
case("attention", mha, [R(2, 5, 8)], lambda x: mha(x, x, x, need_weights=False)[0])
causal = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
case("attention_causal", mha, [R(2, 5, 8)], lambda x: mha(x, x, x, attn_mask=causal, need_weights=False)[0])
padding = torch.arange(4)[None] >= torch.tensor([[4], [2]])
case("attention_cross", mha, [R(2, 5, 8), R(2, 4, 8)],
     lambda x, m: mha(x, m, m, key_padding_mask=padding, need_weights=False)[0])
for first in (False, True):
    suffix = "_first" if first else ""
    encoder = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=first)
    case("encoder" + suffix, encoder, [R(2, 5, 8)], train=True)
    decoder = nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=first)
    case("decoder" + suffix, decoder, [R(2, 5, 8), R(2, 3, 8)], lambda x, m: decoder(x, m, tgt_mask=causal), train=True)

logits, labels = R(2, 3, 4), torch.tensor([[1, 3, -100], [0, 2, 2]])
case("xent", None, [logits, labels], lambda z, t: F.cross_entropy(z.flatten(0, 1), t.flatten()))
case("xent_smooth", None, [R(5, 4), torch.tensor([1, 3, 0, 2, 2])],
     lambda z, t: F.cross_entropy(z, t, label_smoothing=0.2))
case("xent_soft", None, [R(5, 4)], lambda z: F.cross_entropy(z, torch.tensor([0.1, 0.2, 0.3, 0.4]).expand(5, 4)))
case("bce", None, [10 * R(6), (R(6) > 0).double().detach()], lambda z, t: F.binary_cross_entropy_with_logits(z, t))
case("l1", None, [R(4, 2), R(4, 2)], lambda a, b: F.l1_loss(a, b))
case("mse", None, [R(4, 2), R(4, 2)], lambda a, b: F.mse_loss(a, b))
case("huber", None, [2 * R(4, 2), R(4, 2)], lambda a, b: F.huber_loss(a, b, delta=0.7))
case("kl", None, [R(4, 3)], lambda z: F.kl_div(F.log_softmax(z, -1), torch.tensor([0.5, 0.5, 0.0]).expand(4, 3), reduction="batchmean"))
case("ctc", None, [R(3, 8, 5), torch.tensor([[1, 2, 2], [3, 1, 1], [4, 1, 1]])],
     lambda z, t: F.ctc_loss(F.log_softmax(z, -1).transpose(0, 1), t, torch.tensor([8, 5, 7]), torch.tensor([3, 1, 0]),
                             reduction="none").mean())

levels = dict(num_layers=2, bidirectional=True, batch_first=True)
recurrent("rnn_levels", nn.RNN(3, 4, **levels), R(2, 5, 3), R(4, 2, 4))
recurrent("lstm_levels", nn.LSTM(3, 4, **levels), R(2, 5, 3), R(4, 2, 4), R(4, 2, 4))
recurrent("gru_levels", nn.GRU(3, 4, **levels), R(2, 5, 3), R(4, 2, 4))
recurrent("gru_three", nn.GRU(3, 4, num_layers=3, batch_first=True), R(2, 5, 3), R(3, 2, 4))

case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2), [R(2, 4, 9)])
case("convtranspose1d", nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), [R(2, 4, 5)])
case("convtranspose2d", nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(0, 2),
                                           dilation=(1, 2), groups=2), [R(2, 4, 3, 5)])


def randomized(module):
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(R(p.shape))
    return module


case("groupnorm", randomized(nn.GroupNorm(2, 6)), [R(3, 6, 4, 2)])
case("instancenorm", nn.InstanceNorm2d(3), [R(2, 3, 4, 5)])
case("instancenorm_affine", randomized(nn.InstanceNorm1d(3, affine=True)), [R(2, 3, 5)])
case("rmsnorm", randomized(nn.RMSNorm(5, eps=1e-5)), [R(2, 3, 5)])
case("maxpool1d", nn.MaxPool1d(3, stride=2, padding=1), [R(2, 3, 8)])
case("avgpool1d", nn.AvgPool1d(3, stride=2, padding=1), [R(2, 3, 8)])
case("avgpool1d_own", nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False), [R(2, 3, 8)])
case("adaptiveavgpool1d", nn.AdaptiveAvgPool1d(3), [R(2, 3, 7)])
case("adaptivemaxpool1d", nn.AdaptiveMaxPool1d(3), [R(2, 3, 7)])
case("adaptiveavgpool2d", nn.AdaptiveAvgPool2d((3, 2)), [R(2, 3, 7, 5)])
case("adaptivemaxpool2d", nn.AdaptiveMaxPool2d((3, 2)), [R(2, 3, 7, 5)])

block = dict(dim_feedforward=16, dropout=0.0, batch_first=True)
encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, **block), 2)
case("encoders", randomized(encoder), [R(2, 5, 8)], train=True)
decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, norm_first=True, **block), 2, nn.LayerNorm(8))
case("decoders", randomized(decoder), [R(2, 5, 8), R(2, 3, 8)], lambda x, m: decoder(x, m, tgt_mask=causal), train=True)
transformer = randomized(nn.Transformer(8, 2, 2, 1, **block))
case("transformer", transformer, [R(2, 4, 8), R(2, 5, 8)],
     lambda s, t: transformer(s, t, tgt_mask=causal, src_key_padding_mask=padding, memory_key_padding_mask=padding),
     train=True)
save_file(out, sys.argv[1], metadata={"by": "torch " + torch.__version__})
