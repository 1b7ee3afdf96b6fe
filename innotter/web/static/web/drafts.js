// Keeps what is being written in this browser, until it is sent: for each account and each place by itself.
// A form says in data-draft what place it is. Whoever signs out leaves nothing behind.
"use strict";

const SENT = "sent draft";

const drafts = {
  account: document.body.dataset.account,

  key(place) {
    return `draft ${this.account} ${place}`;
  },

  // A browser may keep nothing: it is full, or told not to.
  read(place) {
    try {
      return JSON.parse(localStorage.getItem(this.key(place)));
    } catch {
      return null;
    }
  },

  keep(place, draft) {
    try {
      localStorage.setItem(this.key(place), JSON.stringify(draft));
    } catch {
      // What is written stays on the page.
    }
  },

  drop(place) {
    localStorage.removeItem(this.key(place));
  },

  // What is sent is done with when the next page says so; a refusal brings the text back itself.
  send(place) {
    try {
      sessionStorage.setItem(SENT, this.key(place));
    } catch {
      // It is not known to be sent then, and comes back once more.
    }
  },

  dropAll(isDropped) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("draft "));
    keys.filter(isDropped).forEach((key) => localStorage.removeItem(key));
  },
};

{
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && document.querySelector('#notes [data-level="success"]')) localStorage.removeItem(sent);

  // What somebody else has begun here is not for whoever has signed in now.
  if (drafts.account) drafts.dropAll((key) => !key.startsWith(drafts.key("")));

  const follow = (form) => {
    const place = form.dataset.draft;
    const field = form.querySelector("textarea");
    const isRefused = form.querySelector(".errorlist") !== null;
    const kept = drafts.read(place);
    // What a text was when the change of it began: a draft of another one does not come back.
    const base = isRefused ? (kept?.base ?? "") : field.defaultValue;
    if (kept && kept.base === base && !isRefused) {
      field.value = kept.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    form.addEventListener("input", () => {
      if (field.value.trim() === base.trim()) drafts.drop(place);
      else drafts.keep(place, { text: field.value, base });
    });
    form.addEventListener("submit", () => drafts.send(place));
    form.querySelector("[data-cancels]")?.addEventListener("click", () => drafts.drop(place));
  };
  if (drafts.account) document.querySelectorAll("form[data-draft]").forEach(follow);

  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-forgets")) drafts.dropAll(() => true);
  });
}
