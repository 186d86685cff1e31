"""The other side of `npm run bench:rewards`: the same steps by PyTorch, with PEFT where it is installed.

python rewards.py train|score FOLDER   says on one line of JSON what it is, its loss and where its gradients lie; then,
for each line that it is given, runs once and says how long that took, in milliseconds of clock and of processor.
python rewards.py look                  says what is installed, or fails where there is no torch.
"""

import json
import math
import os
import platform
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

try:
    import peft
    import transformers
except ImportError:
    peft = transformers = None


class LoraLinear(nn.Module):
    """A linear layer with an adapter beside it, as PEFT computes it: W x + b + s B (A x)."""

    def __init__(self, base, rank, scale):
        super().__init__()
        self.base_layer = base
        self.lora_A = nn.Linear(base.in_features, rank, bias=False)
        self.lora_B = nn.Linear(rank, base.out_features, bias=False)
        self.scale = scale

    def forward(self, x):
        return self.base_layer(x) + self.lora_B(self.lora_A(x)) * self.scale


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x, mask):
        def split(y):
            return y.view(*y.shape[:2], self.heads, self.size).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(self.size) + mask
            mixed = scores.softmax(-1) @ v
        return mixed.transpose(1, 2).reshape(x.shape)


class Output(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)
        self.LayerNorm = nn.LayerNorm(outputs, eps=1e-12)

    def forward(self, x, before):
        return self.LayerNorm(self.dense(x) + before)


class Layer(nn.Module):
    def __init__(self, width, heads, feed_forward):
        super().__init__()
        self.attention = nn.ModuleDict({"self": SelfAttention(width, heads), "output": Output(width, width)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, feed_forward)})
        self.output = Output(feed_forward, width)

    def forward(self, x, mask):
        middle = self.attention["output"](self.attention["self"](x, mask), x)
        return self.output(F.gelu(self.intermediate["dense"](middle)), middle)


class Embeddings(nn.Module):
    def __init__(self, width, vocabulary, places, types):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width)
        self.position_embeddings = nn.Embedding(places, width)
        self.token_type_embeddings = nn.Embedding(types, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, ids, types):
        places = self.position_embeddings(torch.arange(ids.shape[1]))
        return self.LayerNorm(self.word_embeddings(ids) + self.token_type_embeddings(types) + places)


class Bert(nn.Module):
    """BERT with the names of its usual implementation, for machines that have torch alone."""

    def __init__(self, size):
        super().__init__()
        width = size["width"]
        self.embeddings = Embeddings(width, size["vocabulary"], size["places"], size["types"])
        layers = [Layer(width, size["heads"], size["feedForward"]) for _ in range(size["layers"])]
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})

    def forward(self, input_ids, attention_mask, token_type_ids):
        x = self.embeddings(input_ids, token_type_ids)
        mask = (1.0 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        for layer in self.encoder["layer"]:
            x = layer(x, mask)
        return x


def bare_backbone(size):
    if peft is None:
        return Bert(size)
    config = transformers.BertConfig(
        vocab_size=size["vocabulary"],
        hidden_size=size["width"],
        num_hidden_layers=size["layers"],
        num_attention_heads=size["heads"],
        intermediate_size=size["feedForward"],
        max_position_embeddings=size["places"],
        type_vocab_size=size["types"],
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return transformers.BertModel(config, add_pooling_layer=False)


def with_adapters(model, rank, alpha):
    """Adapters at every linear layer, and nothing else that is trained."""
    if peft is not None:
        targets = ["query", "key", "value", "dense"]
        return peft.get_peft_model(
            model, peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets, lora_dropout=0.0, bias="none")
        )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and not isinstance(module, LoraLinear):
                setattr(module, name, LoraLinear(child, rank, alpha / rank))
    return model


def merged(model):
    """The same model with its adapters in its weights."""
    if peft is not None:
        return model.merge_and_unload()
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, LoraLinear):
                with torch.no_grad():
                    child.base_layer.weight += child.scale * child.lora_B.weight @ child.lora_A.weight
                setattr(module, name, child.base_layer)
    return model


def tensors(folder, file, listed):
    """Tensors of 32-bit floats that lie behind each other in a file, one after the other."""
    with open(os.path.join(folder, file), "rb") as stream:
        for entry in listed:
            values = bytearray(stream.read(4 * math.prod(entry["shape"])))
            yield entry["name"], torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])


@torch.no_grad()
def load(folder, job):
    """The backbone with its adapters, the heads, and what is trained in the order of the job."""
    model = bare_backbone(job["bert"])
    weights = dict(model.named_parameters())
    for name, tensor in tensors(folder, "weights.bin", job["weights"]):
        turned = tensor.dim() == 2 and "embeddings" not in name
        weights.pop(name).copy_(tensor.t() if turned else tensor)
    if weights:
        raise SystemExit(f"nothing is given for {', '.join(weights)}")
    model = with_adapters(model, job["rank"], job["alpha"])
    heads = nn.Linear(job["bert"]["width"], job["heads"], bias=False)
    trained = {"heads.weight": heads.weight}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            trained[name.replace("base_model.model.", "").replace(".default", "")] = parameter
    for name, tensor in tensors(folder, "values.bin", job["parameters"]):
        trained[name].copy_(tensor)
    return model, heads, [trained[entry["name"]] for entry in job["parameters"]]


def main(side, folder):
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    torch.set_num_threads(job["threads"])
    model, heads, parameters = load(folder, job)
    shape = (job["sequences"], job["length"])
    ids = torch.tensor(job["ids"]).reshape(shape)
    mask = torch.ones(shape, dtype=torch.long)
    types = torch.zeros(shape, dtype=torch.long)

    def rewards():
        hidden = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        if not isinstance(hidden, torch.Tensor):
            hidden = hidden.last_hidden_state
        return heads((hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True))

    chosen = torch.tensor([pair[0] for pair in job["pairs"]])
    rejected = torch.tensor([pair[1] for pair in job["pairs"]])
    weights = torch.tensor(job["pairWeights"]).reshape(len(job["pairs"]), job["heads"])

    def loss():
        given = rewards()
        return (weights * F.softplus(given[rejected] - given[chosen])).sum()

    about = {"name": called(), "threads": torch.get_num_threads()}
    if side == "train":
        model.train()
        optimizer = torch.optim.AdamW(parameters, lr=job["learningRate"], weight_decay=job["decay"])

        def run():
            optimizer.zero_grad(set_to_none=True)
            value = loss()
            value.backward()
            torch.nn.utils.clip_grad_norm_(parameters, job["greatestNorm"])
            optimizer.step()

        value = loss()
        value.backward()
        about["loss"] = value.item()
        with open(os.path.join(folder, "gradients-torch.bin"), "wb") as file:
            for parameter in parameters:
                file.write(parameter.grad.contiguous().numpy().tobytes())
    else:
        model = merged(model).eval()

        def run():
            with torch.inference_mode():
                return rewards()

        about["rewards"] = run().flatten().tolist()

    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            break
        start, processor = time.perf_counter(), time.process_time()
        run()
        ended = time.perf_counter()
        print(json.dumps({"ms": 1e3 * (ended - start), "processorMs": 1e3 * (time.process_time() - processor)}), flush=True)
    print(json.dumps({"peakMb": peak_mb()}), flush=True)


def peak_mb():
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource  # Windows has none of either.

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / 1024 / (1024 if platform.system() == "Darwin" else 1)


def called():
    beside = "the same layers by hand (no PEFT here)"
    if peft is not None:
        beside = f"PEFT {peft.__version__} and transformers {transformers.__version__}"
    return f"PyTorch {torch.__version__} with {beside}"


if __name__ == "__main__":
    if sys.argv[1] == "look":
        print(json.dumps({"name": called(), "peft": peft is not None}))
    else:
        main(sys.argv[1], sys.argv[2])
