// Reads a line aloud where the device has a voice. Without one, or without scripts, there is no button.
const SVG = "http://www.w3.org/2000/svg";
const SPEAKER = "M3 9v6h4l5 4V5L7 9zM15 9c1.5 1.7 1.5 4.3 0 6M17.5 6.5c3 3.2 3 7.8 0 11";

function drawing() {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "alongside-aloud__drawing");
  path.setAttribute("d", SPEAKER);
  svg.append(path);
  return svg;
}

export function readAloud(lines) {
  if (!("speechSynthesis" in window)) return;
  const { lang, dataset } = lines[0].closest("[data-read]");
  lines.forEach((line) => {
    const words = line.textContent.trim();
    const row = document.createElement("div");
    const button = document.createElement("button");
    row.className = "alongside-aloud";
    button.type = "button";
    button.className = "alongside-aloud__button";
    button.setAttribute("aria-label", `${dataset.read}: ${words}`);
    button.append(drawing());
    button.addEventListener("click", () => {
      speechSynthesis.cancel();
      const said = new SpeechSynthesisUtterance(words);
      said.lang = lang;
      speechSynthesis.speak(said);
    });
    line.replaceWith(row);
    row.append(line, button);
  });
}
