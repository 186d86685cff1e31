import type { ExportDescription } from "./exportDescription.ts";

/**
 * What a stranger needs to use an export: the programs in it run as they stand, in its folder.
 * @param module path of a module with an adapter; undefined where there is none
 */
export function exportReadme(description: ExportDescription, module: string | undefined): string {
  const { backbone, base, simulated, pooling, lora, components } = description;
  const names = components.map(({ name }) => `\`${name}\``).join(", ");
  const parts = [
    `# Local rewards of ${names}

Each component of a system has a reward function: a number for what it gave, given what it was asked. Higher is better, and
only differences mean something: of two outputs for the same input, the first is preferred with probability
σ(r₁ − r₂). They were learned with Optimas on the transformer \`${backbone}\`, whose last hidden state is read from
${poolingWords[pooling]}.${simulated ? " **What they were learned from was made with the simulated model.**" : ""}

| file | what |
|---|---|
| \`model.onnx\` | tokens in, \`rewards\` (N, ${components.length}) out, in the order above${lora === null ? "" : "; the adapter is in its weights"} |
| \`rewards.json\` | components, the text that is scored, and the tokens around it |
| \`tokenizer.json\` | the backbone's tokenizer |
| \`heads.safetensors\` | \`weight\` (${components.length}, H) and \`bias\` (${components.length}): one linear layer on the pooled hidden state |
| \`folds.json\` | by which Optimas goes on to learn: which examples, by their ids, are held out from which weights |${
      lora === null
        ? ""
        : `
| \`adapter_model.safetensors\`, \`adapter_config.json\` | the adapter (LoRA, rank ${lora.rank}, alpha ${lora.alpha}), as PEFT reads it |`
    }

The text that is scored is in \`rewards.json\` under \`text\`: put a component's name and description in, and a line
\`- field: value\` for each field of its input and its output.`,
    `## Python, with onnxruntime and tokenizers

\`\`\`python
${PYTHON}
\`\`\``,
    `## Node, with onnxruntime-node and @huggingface/tokenizers

\`\`\`js
${NODE}
\`\`\``,
  ];
  if (lora !== null)
    parts.push(`## PEFT

\`\`\`python
${peft(base, module?.startsWith("model.") ? "AutoModelForCausalLM" : "AutoModel")}
\`\`\`

The class of the model is the one whose modules are called as the \`target_modules\` in \`adapter_config.json\`.`);
  parts.push(`## Optimas

A run starts from these rewards with the setting \`rewards.start\`: the path of this folder. The backbone is named as before.`);
  return `${parts.join("\n\n")}\n`;
}

const poolingWords = {
  mean: "the mean of all places with a token",
  first: "the first place with a token",
  last: "the last place with a token",
} as const;

const PYTHON = `import json
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

told = json.load(open("rewards.json", encoding="utf-8"))
tokenizer = Tokenizer.from_file("tokenizer.json")
tokenizer.no_truncation()
tokenizer.no_padding()
session = onnxruntime.InferenceSession("model.onnx")

def tokens(text):
    return tokenizer.encode(text, add_special_tokens=False).ids

def rewards(component, given, gave):
    """given and gave: texts by the names of fields"""
    def filled(template, fields):
        lines = "\\n".join(f"- {name}: {value}" for name, value in fields.items())
        frame = template.replace("- {field}: {value}", "{lines}").replace("{component}", component["name"])
        return frame.replace("{description}", component["description"] or "").replace("{lines}", lines)

    around = [told["tokens"][part] for part in ("before", "between", "after")]
    room = told["tokens"]["limit"] - sum(len(part["ids"]) for part in around)
    output = tokens(filled(told["text"]["output"], gave))[:room]
    task = tokens(filled(told["text"]["task"], given))[: room - len(output)]
    ids = around[0]["ids"] + task + around[1]["ids"] + output + around[2]["ids"]
    types = around[0]["types"] + [0] * len(task) + around[1]["types"] + [1] * len(output) + around[2]["types"]
    feeds = {"input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": types}
    wanted = {value.name for value in session.get_inputs()}
    batch = {name: np.array([row], dtype=np.int64) for name, row in feeds.items() if name in wanted}
    return session.run(["rewards"], batch)[0][0]

for column, component in enumerate(told["components"]):
    print(component["name"], rewards(component, {"question": "How?"}, {"answer": "So."})[column])`;

const NODE = `import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { InferenceSession, Tensor } from "onnxruntime-node";

const told = JSON.parse(readFileSync("rewards.json", "utf8"));
const tokenizer = new Tokenizer(JSON.parse(readFileSync("tokenizer.json", "utf8")), {});
const session = await InferenceSession.create("model.onnx");
const tokens = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;

/** given and gave: texts by the names of fields */
async function rewards(component, given, gave) {
  const filled = (template, fields) => {
    const lines = Object.entries(fields).map(([name, value]) => \`- \${name}: \${value}\`).join("\\n");
    return template
      .replace("- {field}: {value}", () => "{lines}")
      .replace("{component}", () => component.name)
      .replace("{description}", () => component.description ?? "")
      .replace("{lines}", () => lines);
  };
  const { before, between, after, limit } = told.tokens;
  const room = limit - before.ids.length - between.ids.length - after.ids.length;
  const output = tokens(filled(told.text.output, gave)).slice(0, room);
  const task = tokens(filled(told.text.task, given)).slice(0, room - output.length);
  const ids = [...before.ids, ...task, ...between.ids, ...output, ...after.ids];
  const types = [...before.types, ...task.map(() => 0), ...between.types, ...output.map(() => 1), ...after.types];
  const feeds = { input_ids: ids, attention_mask: ids.map(() => 1), token_type_ids: types };
  const row = (values) => new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const batch = Object.fromEntries(session.inputNames.map((name) => [name, row(feeds[name])]));
  return (await session.run(batch)).rewards.data;
}

const { log } = console;
for (const [column, component] of told.components.entries())
  log(component.name, (await rewards(component, { question: "How?" }, { answer: "So." }))[column]);`;

const peft = (base: string | null, modelClass: string): string => `from peft import PeftModel
from safetensors.torch import load_file
from transformers import ${modelClass}

model = PeftModel.from_pretrained(${modelClass}.from_pretrained("${base ?? "the model that was exported"}"), ".")
heads = load_file("heads.safetensors")
# hidden: the pooled last hidden state, (N, H)
# rewards = hidden @ heads["weight"].T + heads["bias"]`;
