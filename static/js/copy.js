// A button beside words that are there to be copied whole. Without scripts the words can be selected by hand.
const COPIED = "Copied. Paste it where you want it.";
const BY_HAND = "The words are selected: copy them with the keys or the menu of your device.";

export function copyWords(boxes) {
  boxes.forEach((box) => {
    const button = document.createElement("button");
    const said = document.createElement("p");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = box.dataset.copy;
    said.className = "govuk-body-s";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      box.select();
      said.textContent = await navigator.clipboard.writeText(box.value).then(() => COPIED, () => BY_HAND);
    });
    box.after(button, said);
  });
}
