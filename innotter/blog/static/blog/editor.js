// Keeps a draft while it is written: on the server a moment after the last key, and in the browser until that has worked.
// Takes pictures that are chosen, dropped or pasted, and puts them where the cursor is.
"use strict";

const form = document.querySelector(".editor");
const fields = [...form.querySelectorAll("input[name=title], textarea[name=content]")];
const said = form.querySelector(".kept");
const place = form.dataset.keep;
// Whoever is signed out by now is told so, and not led elsewhere: that would be taken for a yes.
const BY_ITSELF = { "X-By-Itself": "1" };
let timer;
let isKept = true;

const written = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
const isSame = (one, other) => fields.every(({ name }) => one[name] === other[name]);

// -- Another version ------------------------------------------------------------------------------------------------------------

// When what this window shows was saved. Another window may have saved something else since: then it is asked which to keep.
const seen = form.querySelector("[name=seen]");
const conflict = form.querySelector(".conflict");
let theirs = null;

function ask(saved) {
  theirs = saved;
  conflict.querySelector("h2").textContent = saved.title;
  conflict.querySelector("pre").textContent = saved.content;
  conflict.querySelector("[data-mine]").hidden = false;
  conflict.hidden = false;
  said.textContent = said.dataset.other;
}

conflict.querySelector("[data-mine]").addEventListener("click", () => {
  seen.value = theirs.seen;
  theirs = null;
  conflict.hidden = true;
  save();
});
conflict.querySelector("[data-saved]").addEventListener("click", () => {
  isKept = true;
  clearTimeout(timer);
  drafts.drop(place);
});

// -- Saving ---------------------------------------------------------------------------------------------------------------------

// One after the other: what is saved second has seen the first.
let saving = Promise.resolve();
let underWay = 0;
let sentLast = {};

function save() {
  underWay += 1;
  saving = saving.then(keep).finally(() => (underWay -= 1));
}

async function keep() {
  if (theirs) return;
  const before = written();
  try {
    const signal = AbortSignal.timeout(20000);
    const answer = await fetch(place, { method: "POST", body: new FormData(form), headers: BY_ITSELF, redirect: "error", signal });
    if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
    const saved = await answer.json();
    if (answer.status === 409) {
      // It is what this window has sent itself, and has not heard of since.
      if (!isSame(saved, sentLast)) return ask(saved);
      seen.value = saved.seen;
      return keep();
    }
    seen.value = saved.seen;
    if (isSame(before, written())) {
      isKept = true;
      drafts.drop(place);
      const time = new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
      said.textContent = `${said.dataset.kept} ${time}`;
    }
  } catch {
    sentLast = before;
    said.textContent = said.dataset.failed;
  }
}

form.addEventListener("input", () => {
  isKept = false;
  if (!theirs) said.textContent = said.dataset.unkept;
  drafts.keep(place, { ...written(), seen: seen.value });
  clearTimeout(timer);
  timer = setTimeout(save, 1200);
});

form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (underWay) {
    event.preventDefault();
    await saving;
    return form.requestSubmit(event.submitter);
  }
  isKept = true;
  drafts.send(place);
});

window.addEventListener("beforeunload", (event) => {
  if (!isKept) event.preventDefault();
});

// What a closed tab or a lost connection has left in this browser is newer than what the server has.
const texts = drafts.read(place);
const saved = { ...written(), seen: seen.value };
// What is refused stands on the page; else what the server has is there, and what this browser has is put in its place.
if (!conflict.hidden) {
  const [title, content] = ["h2", "pre"].map((part) => conflict.querySelector(part).textContent);
  ask({ title, content, seen: seen.value });
} else if (texts) {
  fields.forEach((field) => (field.value = texts[field.name] ?? field.value));
  if (texts.seen && texts.seen !== saved.seen && !isSame(texts, saved)) ask(saved);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.querySelector("[data-editor]").dispatchEvent(new Event("input", { bubbles: true }));
}

// -- Pictures -------------------------------------------------------------------------------------------------------------------

const text = form.querySelector("[data-editor]");
const pictures = document.querySelector("[data-pictures]");
const dialog = pictures.querySelector("dialog");
const chooser = pictures.querySelector("input[type=file]");
const alt = dialog.querySelector("input[name=alt]");
const shown = dialog.querySelector("img");
const progress = pictures.querySelector("progress");
const trouble = pictures.querySelector(".errorlist");
const waiting = [];

function insert(markdown) {
  const around = (before) => (before && !before.endsWith("\n") ? "\n\n" : "");
  text.setRangeText(`${around(text.value.slice(0, text.selectionStart))}${markdown}\n\n`, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function complain(message) {
  trouble.textContent = message;
  trouble.hidden = !message;
}

function upload(file, words) {
  const body = new FormData();
  body.append("image", file);
  body.append("alt", words);
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const request = new XMLHttpRequest();
  request.open("POST", pictures.dataset.pictures);
  request.responseType = "json";
  Object.entries(BY_ITSELF).forEach((header) => request.setRequestHeader(...header));
  request.upload.addEventListener("progress", (event) => (progress.value = event.loaded / event.total));
  request.addEventListener("loadend", () => {
    progress.hidden = true;
    if (request.status === 200 && request.response?.markdown) insert(request.response.markdown);
    else complain(Object.values(request.response?.errors ?? {}).flat().join(" ") || trouble.dataset.failed);
    next();
  });
  progress.value = 0;
  progress.hidden = false;
  request.send(body);
}

function next() {
  const file = waiting.shift();
  if (!file) return text.focus();
  URL.revokeObjectURL(shown.src);
  shown.src = URL.createObjectURL(file);
  alt.value = "";
  dialog.onclose = () => (dialog.returnValue === "add" ? upload(file, alt.value) : next());
  dialog.returnValue = "";
  dialog.showModal();
}

function take(files) {
  const found = [...files].filter((file) => file.type.startsWith("image/"));
  if (!found.length) return false;
  complain("");
  waiting.push(...found);
  if (!dialog.open && progress.hidden) next();
  return true;
}

chooser.addEventListener("change", () => {
  take(chooser.files);
  chooser.value = "";
});
text.addEventListener("paste", (event) => take(event.clipboardData.files) && event.preventDefault());
text.addEventListener("dragover", (event) => event.preventDefault());
text.addEventListener("drop", (event) => take(event.dataTransfer.files) && event.preventDefault());
pictures.hidden = false;
