// The boxes of a form: which of them somebody types or chooses in, and what stands there as it is read.
export const NOT_WORDS = new Set(["csrfmiddlewaretoken", "press", "key", "draft_owner", "draft_revision"]);

const isChosen = (box) => box.type === "radio" || box.type === "checkbox";
const textOf = (element) => element?.textContent.trim() ?? "";

export const isText = (box) => box.type === "textarea" || box.type === "text";

export function isTyped(box) {
  return box.name && !NOT_WORDS.has(box.name) && !["hidden", "submit", "button"].includes(box.type);
}

// {name: values}, in the order of the form; what is empty says nothing.
export function valuesOf(words) {
  const found = new Map();
  for (const [name, value] of words) {
    if (value) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

// What a box is called; of several that are one question, the question.
export function labelOf(boxes) {
  const question = boxes.length > 1 && textOf(boxes[0].closest("fieldset")?.querySelector("legend"));
  return question || textOf(boxes[0].labels[0]);
}

// What somebody reads: of a choice its label, of a tick beside one label alone "Ticked".
export function inWords(boxes, values = []) {
  if (!isChosen(boxes[0])) return values.join("\n\n");
  if (boxes.length === 1) return values.length ? "Ticked" : "";
  return values.map((value) => textOf(boxes.find((box) => box.value === value)?.labels[0])).join(", ");
}

// Two texts of one box as one; where one goes on from the other, once.
export function together(first, second) {
  return second.startsWith(first) ? second : `${first} ${second}`;
}
