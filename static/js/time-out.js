// Warns before the sign-in ends, and covers the page when it has. What was typed stays in its boxes until the same
// person has signed in again. Server side: teams/views/time_out.py.
const WARN = 5 * 60; // seconds before the end
const LONGEST_WAIT = 30 * 60; // a laptop's clock stands still while it sleeps: ask again now and then
const ENDED_WAIT = 5;

export class TimeOut {
  constructor({ session, signIn, signOut }) {
    Object.assign(this, { address: session, signIn, signOut, who: null, token: null, endsAt: 0 });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
    addEventListener("focus", () => this.look());
  }

  // Asks the server, then shows what is true now, and asks again when that may change.
  async look(method = "GET") {
    clearTimeout(this.next);
    try {
      const headers = method === "POST" ? { "X-CSRFToken": this.token } : {};
      const answer = await fetch(this.address, { method, headers, cache: "no-store", redirect: "error" });
      if (answer.status === 401) return this.ended();
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.known(await answer.json());
    } catch {
      this.again(60); // no signal, or a server that rests: not the end of a sign-in
    }
  }

  known({ seconds, can_stay: canStay, who, token }) {
    if (this.who && who !== this.who) return location.replace("/"); // somebody else has signed in: nothing of this page is theirs
    const isBack = this.dialog?.dataset.ended !== undefined;
    Object.assign(this, { who, token, canStay, endsAt: Date.now() + seconds * 1000 });
    if (isBack) for (const box of document.getElementsByName("csrfmiddlewaretoken")) box.value = token;
    if (seconds > WARN) {
      this.close();
      this.isRead = false;
      this.again(Math.min(seconds - WARN, LONGEST_WAIT));
    } else if (this.isRead) {
      this.again(seconds);
    } else {
      this.warn();
    }
  }

  again(seconds) {
    this.next = setTimeout(() => this.look(), seconds * 1000);
  }

  warn() {
    if (!this.dialog) {
      const goOn = () => (this.canStay ? this.look("POST") : this.read());
      const button = this.button(this.canStay ? "Stay signed in" : "Go on until then", goOn);
      this.open("You will soon be signed out", button, this.link("Sign out", this.signOut));
      this.dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        goOn(); // Escape is somebody who wants to go on
      });
    }
    this.count();
  }

  // The longest time for one sign-in is nearly over: no press prolongs it.
  read() {
    this.isRead = true;
    this.close();
    this.look();
  }

  // Said each minute, and three times in the last one: a screen reader reads every change.
  count() {
    const seconds = Math.round((this.endsAt - Date.now()) / 1000);
    if (seconds <= 0) return this.again(1);
    const minutes = Math.ceil(seconds / 60);
    const left = seconds > 60 ? `${minutes} minutes` : `${Math.ceil(seconds / 20) * 20} seconds`;
    this.say(`For the safety of what is kept here you will be signed out in ${left}. Nothing that you have typed is lost.`);
    const step = seconds > 60 ? 60 : 20;
    this.next = setTimeout(() => this.look(), Math.min(step, seconds) * 1000);
  }

  ended() {
    if (this.dialog?.dataset.ended === undefined) {
      this.close();
      const link = this.link("Sign in again in a new tab", this.signIn);
      Object.assign(link, { target: "_blank", className: "govuk-link govuk-!-font-weight-bold" });
      this.open("You have been signed out", link);
      this.dialog.dataset.ended = "";
      this.dialog.addEventListener("cancel", (event) => event.preventDefault());
      this.say("The page is covered so that nobody else reads it. What you typed is still there. When you have signed in again, as the same person, come back to this tab.");
    }
    this.again(ENDED_WAIT);
  }

  open(title, ...ways) {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "alongside-dialog";
    this.dialog.tabIndex = -1;
    this.dialog.setAttribute("aria-labelledby", "time-out-title");
    this.dialog.setAttribute("aria-describedby", "time-out-words");
    const heading = Object.assign(document.createElement("h2"), { id: "time-out-title", className: "govuk-heading-m" });
    heading.textContent = title;
    this.words = Object.assign(document.createElement("p"), { id: "time-out-words", className: "govuk-body" });
    this.words.setAttribute("role", "status");
    const row = Object.assign(document.createElement("div"), { className: "govuk-button-group" });
    row.append(...ways);
    this.dialog.append(heading, this.words, row);
    document.body.append(this.dialog);
    this.dialog.showModal(); // keeps the keyboard inside, and gives the focus back when it closes
    this.dialog.focus();
  }

  close() {
    this.dialog?.close();
    this.dialog?.remove();
    this.dialog = null;
  }

  say(text) {
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button" });
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  link(text, href) {
    return Object.assign(document.createElement("a"), { className: "govuk-link", textContent: text, href });
  }
}
