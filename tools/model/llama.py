"""A small Llama in plain PyTorch whose parameter names are those of Hugging Face's `LlamaForCausalLM`."""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class LlamaShape:
    """Sizes of the network; every row of a weight matrix is a multiple of 32, as Q8_0 blocks need."""

    vocabulary: int = 1280
    width: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    ffn_width: int = 704
    context: int = 4096
    rope_base: float = 100_000.0
    rms_epsilon: float = 1e-5

    def huggingface_config(self, **extra):
        """The keyword arguments of `transformers.LlamaConfig` for this shape."""
        return dict(
            vocab_size=self.vocabulary,
            hidden_size=self.width,
            intermediate_size=self.ffn_width,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.kv_heads,
            head_dim=self.head_dim,
            max_position_embeddings=self.context,
            rms_norm_eps=self.rms_epsilon,
            rope_parameters={"rope_type": "default", "rope_theta": self.rope_base},
            hidden_act="silu",
            attention_bias=False,
            mlp_bias=False,
            **extra,
        )


class RMSNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return (wide * scale * self.weight).to(x.dtype)


def rotate(x, cosine, sine):
    """RoPE in the half-split convention of Hugging Face: pairs are (i, i + head_dim / 2)."""
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)


QUERY_CHUNK = 256


def attend(q, k, v):
    """Attention of the last queries over all keys.

    q is [batch, heads, queries, d]; k and v are [batch, kv heads, keys, d].
    """
    groups, queries, keys = q.shape[1] // k.shape[1], q.shape[2], k.shape[2]
    k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
    seen = torch.ones(queries, keys, dtype=torch.bool).tril_(keys - queries)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)


class CausalAttention(torch.autograd.Function):
    """Causal self-attention in query chunks that skip the masked half, with a backward pass in place.

    Plain batched matrix products: with AMX they train several times faster than PyTorch's fused CPU kernel.
    Takes q [batch, heads, length, d], already scaled, and k, v [batch, kv heads, length, d].
    """

    @staticmethod
    def forward(ctx, q, k, v):
        batch, heads, length, d = q.shape
        kv_heads = k.shape[1]
        groups = heads // kv_heads
        q = q.reshape(batch * kv_heads, groups, length, d)
        k, v = k.reshape(batch * kv_heads, length, d), v.reshape(batch * kv_heads, length, d)
        output = torch.empty_like(q)
        probabilities = []
        for start, stop in chunks(length):
            rows = stop - start
            scores = q[:, :, start:stop].reshape(-1, groups * rows, d) @ k[:, :stop].transpose(1, 2)
            future = torch.full((rows, rows), float("-inf"), dtype=scores.dtype).triu_(1)
            scores.view(-1, groups, rows, stop)[..., start:].add_(future)
            probability = torch.softmax(scores, -1)
            output[:, :, start:stop] = (probability @ v[:, :stop]).view(-1, groups, rows, d)
            probabilities.append(probability)
        ctx.save_for_backward(q, k, v, *probabilities)
        ctx.heads = heads
        return output.view(batch, heads, length, d)

    @staticmethod
    def backward(ctx, gradient):
        q, k, v, *probabilities = ctx.saved_tensors
        _, groups, length, d = q.shape
        gradient = gradient.to(q.dtype).reshape(q.shape)
        dq = torch.empty_like(q)
        dk, dv = torch.zeros(k.shape), torch.zeros(v.shape)
        for (start, stop), probability in zip(chunks(length), probabilities):
            rows = stop - start
            part = gradient[:, :, start:stop].reshape(-1, groups * rows, d)
            dv[:, :stop] += probability.transpose(1, 2) @ part
            dp = part @ v[:, :stop].transpose(1, 2)
            ds = torch._softmax_backward_data(dp, probability, -1, dp.dtype)
            dq[:, :, start:stop] = (ds @ k[:, :stop]).view(-1, groups, rows, d)
            dk[:, :stop] += ds.transpose(1, 2) @ q[:, :, start:stop].reshape(-1, groups * rows, d)
        batch = q.shape[0] * groups // ctx.heads
        shape = (batch, ctx.heads // groups, length, d)
        return dq.view(batch, ctx.heads, length, d), dk.to(k.dtype).view(shape), dv.to(v.dtype).view(shape)


def chunks(length):
    return [(start, min(start + QUERY_CHUNK, length)) for start in range(0, length, QUERY_CHUNK)]


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        query_width, kv_width = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        self.q_proj = nn.Linear(shape.width, query_width, bias=False)
        self.k_proj = nn.Linear(shape.width, kv_width, bias=False)
        self.v_proj = nn.Linear(shape.width, kv_width, bias=False)
        self.o_proj = nn.Linear(query_width, shape.width, bias=False)

    def project(self, x, cosine, sine):
        """Rotated queries and keys, and values, each [batch, heads, length, head_dim]."""
        batch, length, _ = x.shape
        d = self.shape.head_dim
        q = self.q_proj(x).view(batch, length, -1, d).transpose(1, 2)
        k = self.k_proj(x).view(batch, length, -1, d).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, -1, d).transpose(1, 2)
        return rotate(q, cosine, sine), rotate(k, cosine, sine), v

    def merge(self, mixed):
        batch, _, length, _ = mixed.shape
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class MLP(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.ffn_width, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.ffn_width, bias=False)
        self.down_proj = nn.Linear(shape.ffn_width, shape.width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    compiled_before = compiled_after = None

    def __init__(self, shape):
        super().__init__()
        self.input_layernorm = RMSNorm(shape.width, shape.rms_epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RMSNorm(shape.width, shape.rms_epsilon)
        self.mlp = MLP(shape)

    def before(self, x, cosine, sine):
        return self.self_attn.project(self.input_layernorm(x), cosine, sine)

    def after(self, x, mixed):
        x = x + self.self_attn.merge(mixed)
        return x + self.mlp(self.post_attention_layernorm(x))

    def forward(self, x, cosine, sine, cache=None):
        if self.training:
            before, after = self.compiled_before or Layer.before, self.compiled_after or Layer.after
            q, k, v = before(self, x, cosine, sine)
            return after(self, x, CausalAttention.apply(q * self.self_attn.shape.head_dim**-0.5, k, v))
        q, k, v = self.before(x, cosine, sine)
        if cache is not None:
            k, v = cache.append(self, k, v)
        return self.after(x, attend(q, k, v))


class KVCache:
    """Keys and values of one sequence (or of equally long ones), for generation."""

    def __init__(self):
        self.entries = {}

    @property
    def length(self):
        return next(iter(self.entries.values()))[0].shape[2] if self.entries else 0

    def append(self, owner, k, v):
        if owner in self.entries:
            past_k, past_v = self.entries[owner]
            k, v = torch.cat([past_k, k], 2), torch.cat([past_v, v], 2)
        self.entries[owner] = (k, v)
        return k, v


class Body(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.rms_epsilon)


class Llama(nn.Module):
    """Decoder with tied embeddings. A cached forward takes a whole prompt, then single tokens."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.model = Body(shape)
        self.tables = {}

    @torch.no_grad()
    def initialize(self):
        """Random weights, branches about as large as the embeddings; then planted induction heads."""
        scale = self.shape.width**-0.5
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=module.in_features**-0.5)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=scale)
        for layer in self.model.layers:
            layer.self_attn.o_proj.weight.mul_(scale)
            layer.mlp.down_proj.weight.mul_(scale)
        self.plant_induction()

    def plant_induction(self):
        """Starts training with the circuit that recall is built from, which random weights find only slowly.

        Layer 0: head h looks h + 1 tokens back, by a constant in the embeddings and RoPE's fast pairs.
        Layer 1: the first head of each group attends to what followed the last token (first group) or the
        last two (second group) before, comparing in RoPE's slow pairs, and copies it to the output.
        Training changes all of it. Source: Olsson et al., In-context Learning and Induction Heads, 2022.
        """
        shape, d, half = self.shape, self.shape.head_dim, self.shape.head_dim // 2
        groups, slow = (
            shape.heads // shape.kv_heads,
            list(range(half // 2, half)) + list(range(half + half // 2, d)),
        )
        self.model.embed_tokens.weight[:, 0] = 4 * shape.width**-0.5
        first, second = (layer.self_attn for layer in self.model.layers[:2])
        fast = torch.arange(half * 3 // 8)
        angles = shape.rope_base ** (-fast.float() / half)
        first.q_proj.weight.mul_(0.1)
        first.k_proj.weight.mul_(0.1)
        for head in range(shape.heads):
            first.q_proj.weight[head * d + fast, 0] = 1.7 * torch.cos(angles * (head + 1))
            first.q_proj.weight[head * d + half + fast, 0] = -1.7 * torch.sin(angles * (head + 1))
        for head in range(shape.kv_heads):
            first.k_proj.weight[head * d + fast, 0] = 1.7
        basis = torch.zeros(shape.width, shape.width)  # Disjoint directions: what is written stays apart.
        basis[1:, 1:] = nn.init.orthogonal_(torch.empty(shape.width - 1, shape.width - 1))
        parts = basis[1:].split([len(slow)] * 3 + [d, d, shape.width - 1 - 3 * len(slow) - 2 * d])
        marks, previous, before_previous, *reads = parts[:5]
        first.v_proj.weight[: len(slow)] = marks
        first.o_proj.weight[:, : len(slow)] = 0.2 * previous.T
        first.o_proj.weight[:, d : d + len(slow)] = 0.2 * before_previous.T
        slow, other = torch.tensor(slow), groups * d
        second.q_proj.weight[slow] = 2 * marks
        second.k_proj.weight[slow] = 2 * previous
        second.q_proj.weight[other + slow] = 2 * previous
        second.k_proj.weight[d + slow] = 2 * before_previous
        for kv_head, read in enumerate(reads):
            head = kv_head * groups
            second.v_proj.weight[kv_head * d : (kv_head + 1) * d] = read
            second.o_proj.weight[:, head * d : (head + 1) * d] = read.T

    def compile(self):
        """Compiles what surrounds attention in training; layers share the code, lengths are symbolic."""
        Layer.compiled_before = staticmethod(torch.compile(Layer.before, dynamic=True))
        Layer.compiled_after = staticmethod(torch.compile(Layer.after, dynamic=True))

    def rope_tables(self, start, length, dtype):
        if dtype not in self.tables:
            half = torch.arange(0, self.shape.head_dim, 2, dtype=torch.float32) / self.shape.head_dim
            angles = torch.arange(self.shape.context).float()[:, None] * (self.shape.rope_base**-half)
            self.tables[dtype] = (angles.cos().to(dtype), angles.sin().to(dtype))
        cosine, sine = self.tables[dtype]
        return cosine[start : start + length], sine[start : start + length]

    def hidden(self, tokens, cache=None, dtype=torch.float32):
        """Normalized states [batch, length, width]; `dtype` is that of the RoPE tables."""
        cosine, sine = self.rope_tables(cache.length if cache else 0, tokens.shape[1], dtype)
        x = self.model.embed_tokens(tokens)
        for layer in self.model.layers:
            x = layer(x, cosine, sine, cache)
        return self.model.norm(x)

    def logits(self, states):
        return F.linear(states, self.model.embed_tokens.weight)

    def forward(self, tokens, cache=None):
        return self.logits(self.hidden(tokens, cache))
