// Makes pages quicker and kinder. Every page works without it.
"use strict";

// -- Characters left, counted as people count them -------------------------------------------------------------------

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter() : null;
const countCharacters = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length);

function showCount(field) {
  const output = field.form?.querySelector(".count");
  if (!output) return;
  const left = Number(field.dataset.count) - countCharacters(field.value.trim());
  output.textContent = left;
  output.classList.toggle("near", left <= 20 && left >= 0);
  output.classList.toggle("over", left < 0);
  field.toggleAttribute("aria-invalid", false);
  if (left < 0) field.setAttribute("aria-invalid", "true");
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.count) showCount(event.target);
});
document.querySelectorAll("[data-count]").forEach(showCount);

// Ctrl+Enter sends a post.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form?.requestSubmit();
  }
});

// A slash begins a search, unless it is being written.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const field = [...document.querySelectorAll("[data-search]")].find((one) => one.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
document.querySelectorAll("[data-search] ~ kbd").forEach((key) => {
  key.hidden = false;
});

// -- Menus close when one turns to something else, and on Escape ------------------------------------------------------------

const openMenus = () => [...document.querySelectorAll("details.menu[open]")];

for (const turning of ["click", "focusin"]) {
  document.addEventListener(turning, (event) => {
    openMenus()
      .filter((menu) => !menu.contains(event.target))
      .forEach((menu) => (menu.open = false));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  });
});

// A filter's stays below its chip, wherever that is scrolled to. On a phone it opens at the foot of the screen.
const isOnPhone = matchMedia("(width < 40rem)");

function keepBelowChips() {
  document.querySelectorAll(".chip[open]").forEach((chip) => {
    const items = chip.querySelector(".items");
    const { bottom, left } = chip.querySelector("summary").getBoundingClientRect();
    const most = document.body.clientWidth - items.offsetWidth - 8;
    items.style.top = isOnPhone.matches ? "" : `${bottom}px`;
    items.style.left = isOnPhone.matches ? "" : `${Math.max(Math.min(left, most), 8)}px`;
  });
}
for (const moving of ["scroll", "resize"]) window.addEventListener(moving, keepBelowChips, { capture: true, passive: true });

// One that opens below the edge of the screen comes into sight.
document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details.menu[open]")) return;
    if (event.target.matches(".chip")) keepBelowChips();
    else event.target.querySelector(".items")?.scrollIntoView({ block: "nearest" });
  },
  true,
);

// Whoever opens a short form goes on writing: what they type are words, and no shortcuts.
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("summary")?.parentElement;
  if (!form?.matches(".quick-add, .adds details, .edit-text") || form.open) return;
  setTimeout(() => form.querySelector("input:not([type=hidden], [type=file]), textarea")?.focus());
});

// A link that says so is copied; where a browser does not let it be, it leads where it says.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-copies]");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  link.closest("details").open = false;
  await navigator.clipboard.writeText(link.href);
  tell(link.dataset.copies);
});

// -- The composer is one line until somebody turns to it ----------------------------------------------------------------------

const unfold = (event) => event.target.closest?.(".composer")?.classList.add("open");

document.addEventListener("focusin", unfold);
document.addEventListener("input", unfold);
document.querySelectorAll(".composer textarea").forEach((field) => {
  if (field.value.trim()) field.closest(".composer").classList.add("open");
});

// -- Code that is wider than the screen is scrolled by keys, too -------------------------------------------------------------

function reachCode() {
  for (const code of document.querySelectorAll("pre:not(.conflict pre)")) {
    const isWide = code.scrollWidth > code.clientWidth || code.scrollHeight > code.clientHeight;
    if (isWide) {
      code.tabIndex = 0;
      code.setAttribute("role", "region");
      code.setAttribute("aria-label", document.body.dataset.code);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) code.removeAttribute(name);
    }
  }
}
reachCode();
for (const event of ["resize", "load"]) window.addEventListener(event, reachCode);
document.addEventListener("htmx:afterSettle", reachCode);

// English days and times as the server writes them: 5 December, 14:28.
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

// -- The time of whoever looks --------------------------------------------------------------------------------------------

document.querySelectorAll("[data-time-zone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
});

// -- Notes --------------------------------------------------------------------------------------------------------------

const notes = document.getElementById("notes");

function untell(text) {
  [...notes.children].find((note) => note.textContent.trim() === text)?.remove();
}

// Says something in the corner; what stands there already is said anew, and not twice.
function tell(text) {
  const note = document.getElementById("note").content.firstElementChild.cloneNode(true);
  note.setAttribute("role", "alert");
  note.querySelector("span").textContent = text;
  untell(text);
  notes.append(note);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest(".note")?.remove();
});

// -- What is pressed answers at once, is sent once, and says so when it could not be sent --------------------------------

const undoings = new WeakMap();

function begin(sender, button) {
  const label = button?.querySelector("[data-then]");
  const number = button?.querySelector("[data-number]") ?? document.querySelector(`#${button?.dataset.counts} b`);
  const before = { label: label?.textContent, number: number?.textContent };
  const flips = button?.hasAttribute("data-flips");
  const flip = () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  sender.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  if (flips) flip();
  if (label) label.textContent = label.dataset.then;
  // No number stands where there is nothing to count; one with signs between its digits waits for the answer.
  if (number && /^\d*$/.test(before.number)) {
    const isPressed = button.getAttribute("aria-pressed") === "true";
    const now = Number(before.number) + Number(button.dataset.by ?? (isPressed ? 1 : -1));
    number.textContent = now > 0 || button.dataset.by ? now : "";
  }
  undoings.set(sender, () => {
    if (flips) flip();
    if (label) label.textContent = before.label;
    if (number) number.textContent = before.number;
  });
}

function end(sender, { putBack }) {
  if (putBack) undoings.get(sender)?.();
  undoings.delete(sender);
  sender.removeAttribute("aria-busy");
  sender.querySelectorAll?.("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  sender.removeAttribute("aria-disabled");
}

const isBusy = (sender) => sender.getAttribute("aria-busy") === "true";

// Asked before a page is left by a form: when nobody is there, one stays on it, and what was written too.
async function isServerThere() {
  try {
    const patience = AbortSignal.timeout?.(10000);
    return (await fetch(notes.dataset.alive, { method: "HEAD", cache: "no-store", signal: patience })).status < 500;
  } catch {
    return false;
  }
}

let letGo = null;

async function send(form, button) {
  begin(form, button ?? form.querySelector("[type=submit]"));
  const isThere = await isServerThere();
  if (isThere) {
    letGo = form;
    form.requestSubmit(button);
  } else {
    tell(notes.dataset.unsent);
  }
  // It was not let go: nobody is there, or what stands in it now cannot be sent. Or whoever sent it has stopped that.
  if (!isThere || letGo === form) end(form, { putBack: true });
  else setTimeout(() => isBusy(form) && end(form, { putBack: true }), 30000);
  letGo = null;
}

function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form === letGo) letGo = null;
    else if (isBusy(form)) hold(event);
    else if (form.method === "post" && !form.hasAttribute("hx-post")) {
      hold(event);
      send(form, event.submitter);
    }
  },
  true,
);
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => end(form, { putBack: true }));
});

// The same for what htmx sends, when a person asked for it and not the page itself.
const asked = (detail) => ["submit", "click", "change"].includes(detail.requestConfig.triggeringEvent?.type);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!asked(event.detail)) return;
  const { elt: sender, requestConfig } = event.detail;
  if (isBusy(sender)) event.preventDefault();
  else begin(sender, requestConfig.triggeringEvent.submitter ?? sender);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt: sender, xhr, successful } = event.detail;
  if (successful) untell(notes.dataset.unsent);
  if (!undoings.has(sender)) return;
  end(sender, { putBack: !successful });
  if (xhr.status === 0) tell(notes.dataset.unsent);
});

// A refusal that htmx gets is shown as a note, and the page stays as it is, but for what it says is new.
// What a page asks for again and again says the same thing only once; what a proxy says is not ours to show.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return;
  const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  event.detail.shouldSwap = answer.querySelector("[hx-swap-oob]") !== null;
  const note = answer.querySelector("body > .note");
  const isShown = [...notes.children].some((other) => other.textContent.trim() === note?.textContent.trim());
  if (note && !isShown) notes.append(document.adoptNode(note));
  else if (!note && asked(event.detail)) tell(notes.dataset.unsent);
});

// -- Tabs that do not all fit -----------------------------------------------------------------------------------------------

document.querySelectorAll(".tabs [aria-current]").forEach((current) => {
  const tabs = current.parentElement;
  tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
});

// -- Light, dark, or as the system has it ---------------------------------------------------------------------------------

const root = document.documentElement;
const themes = ["system", "light", "dark"];

function showTheme(button) {
  const current = root.dataset.theme ?? "system";
  button.querySelectorAll("[data-theme-name]").forEach((label) => {
    label.hidden = label.dataset.themeName !== current;
  });
}

document.querySelectorAll("[data-theme-switch]").forEach((button) => {
  button.hidden = false;
  showTheme(button);
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length];
    if (next === "system") {
      delete root.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      root.dataset.theme = next;
      localStorage.setItem("theme", next);
    }
    showTheme(button);
  });
});

// -- Without a network ------------------------------------------------------------------------------------------------------

navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
