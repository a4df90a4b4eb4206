// Without signal a press sends nothing and loses nothing: the browser's own answer would be an error page in place of
// what was typed. Waits for no other script (templates/base.html): somebody may press before they have come. Forms that
// keep a draft look after themselves (drafts.js), once that script has come.
const SAYS = "No signal. Nothing was sent, and what you typed is still here. Press again when you have signal.";

function holdWithoutSignal() {
  const line = document.createElement("p");
  line.className = "alongside-saved";
  line.dataset.state = "unsaved";
  line.setAttribute("role", "status");

  const keepsDraft = (form) => form.hasAttribute("data-draft");

  function hold(event, form, button) {
    const isPost = form.getAttribute("method")?.toLowerCase() === "post";
    if (navigator.onLine || !isPost) return;
    event.preventDefault();
    event.stopPropagation();
    line.textContent = "";
    if (button) (button.closest(".govuk-button-group, p") ?? button).after(line);
    else form.append(line);
    setTimeout(() => (line.textContent = SAYS), 100); // words that change are read out, words that were there are not
  }

  // On its way down to the button: GOV.UK's script there would pass over the next press for a second.
  const press = (event) => {
    const button = event.target.closest("button, input");
    if (button?.form && button.type === "submit" && !keepsDraft(button.form)) hold(event, button.form, button);
  };
  document.addEventListener("click", press, true);
  document.addEventListener("submit", (event) => keepsDraft(event.target) || hold(event, event.target, event.submitter), true);
  // On its way back up: nobody has looked after it.
  document.addEventListener("submit", (event) => event.defaultPrevented || hold(event, event.target, event.submitter));
  addEventListener("online", () => line.remove());
}

holdWithoutSignal();
