// Single keys and a palette for people who are signed in. Everything they do can be done by links and buttons, too.
"use strict";

const PLACES = {
  h: "/",
  e: "/explore/",
  n: "/notifications/",
  t: "/tasks/mine/",
  j: "/jobs/",
  p: "/pages/",
  s: "/settings/",
};
const OFF = "single keys off";
const PATIENCE = 1200;

const singleKeys = {
  // A browser may keep nothing: then they are on.
  get areOn() {
    try {
      return localStorage.getItem(OFF) === null;
    } catch {
      return true;
    }
  },
  set areOn(wanted) {
    try {
      if (wanted) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // It is on again with the next page.
    }
  },
};

const isWriting = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");

// -- Dialogs that are fetched when somebody wants them -------------------------------------------------------------------

// It opens at once, with a field for those who go on typing: their next keys are words, and no shortcuts.
async function openSheet(kind, address, label) {
  const sheet = document.createElement("dialog");
  sheet.className = `sheet ${kind}`;
  sheet.setAttribute("aria-label", label);
  const field = document.createElement("input");
  field.className = "input";
  field.setAttribute("aria-label", label);
  let isEntered = false;
  field.addEventListener("keydown", (event) => {
    isEntered ||= event.key === "Enter";
  });
  if (kind === "palette") sheet.append(field);
  sheet.addEventListener("close", () => sheet.remove());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  document.body.append(sheet);
  sheet.showModal();
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    location.assign(address);
    return null;
  }
  const content = await answer.text();
  const words = field.value;
  sheet.innerHTML = content;
  const typed = sheet.querySelector("[data-palette]");
  if (typed) typed.value = words;
  return sheet.open ? { sheet, isEntered } : null;
}

async function showKeys() {
  const { keyboard, keyboardLabel } = document.body.dataset;
  const opened = await openSheet("keys-sheet", keyboard, keyboardLabel);
  if (opened) offerSingleKeys(opened.sheet);
}

function offerSingleKeys(where) {
  const choice = where.querySelector("[data-single-keys]");
  if (!choice) return;
  const box = choice.querySelector("input");
  choice.hidden = false;
  box.checked = singleKeys.areOn;
  box.addEventListener("change", () => (singleKeys.areOn = box.checked));
}
offerSingleKeys(document);

async function showPalette() {
  const { palette, paletteLabel } = document.body.dataset;
  const opened = await openSheet("palette", palette, paletteLabel);
  if (!opened) return;
  const { sheet, isEntered } = opened;
  const field = sheet.querySelector("[data-palette]");
  const places = [...sheet.querySelectorAll("[role=option]")];
  const search = sheet.querySelector("[data-search-for]");
  let chosen = 0;

  const shown = () => places.filter((place) => !place.hidden);
  const choose = (index) => {
    const all = shown();
    chosen = (index + all.length) % all.length;
    all.forEach((place, number) => place.setAttribute("aria-selected", String(number === chosen)));
    field.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const find = () => {
    const words = field.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    places.forEach((place) => {
      if (place === search) return;
      const name = place.textContent.toLocaleLowerCase();
      place.hidden = !words.every((word) => name.includes(word));
    });
    search.hidden = !words.length;
    search.querySelector("b").textContent = field.value.trim();
    const link = search.querySelector("a");
    link.search = new URLSearchParams({ q: field.value.trim() });
    choose(0);
  };
  const go = () => shown()[chosen].querySelector("a").click();
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") go();
    else return;
    event.preventDefault();
  });
  find();
  field.focus();
  if (isEntered) go();
}

// -- Posts, one after the other ------------------------------------------------------------------------------------------

const posts = () => [...document.querySelectorAll(".post")];
const current = () => document.activeElement?.closest(".post");

function step(by) {
  const all = posts();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function write() {
  const field = document.querySelector(".composer textarea");
  if (field) field.focus();
  else location.assign("/");
}

const ACTS = {
  "?": showKeys,
  n: write,
  c: () => location.assign("/tasks/new/"),
  j: () => step(1),
  k: () => step(-1),
  l: () => current()?.querySelector("[data-flips]")?.click(),
  r: () => current()?.querySelector("a.like")?.click(),
};

let isGoing = 0;

document.addEventListener("keydown", (event) => {
  const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) showPalette();
    return;
  }
  if (!isAlone || event.repeat || event.defaultPrevented || isWriting(event.target) || !singleKeys.areOn) return;
  if (isGoing && PLACES[event.key]) {
    clearTimeout(isGoing);
    isGoing = 0;
    event.preventDefault();
    location.assign(PLACES[event.key]);
  } else if (event.key === "g") {
    isGoing = setTimeout(() => (isGoing = 0), PATIENCE);
  } else if (event.key === "Enter" && event.target.matches(".post")) {
    event.target.querySelector("a.when")?.click();
  } else if (ACTS[event.key]) {
    event.preventDefault();
    ACTS[event.key]();
  }
});
