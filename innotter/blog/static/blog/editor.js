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

async function keep() {
  const before = JSON.stringify(written());
  try {
    const answer = await fetch(place, { method: "POST", body: new FormData(form), headers: BY_ITSELF, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    if (before === JSON.stringify(written())) {
      isKept = true;
      drafts.drop(place);
      said.textContent = said.dataset.kept;
    }
  } catch {
    said.textContent = said.dataset.failed;
  }
}

form.addEventListener("input", () => {
  isKept = false;
  said.textContent = said.dataset.unkept;
  drafts.keep(place, written());
  clearTimeout(timer);
  timer = setTimeout(keep, 1200);
});

form.addEventListener("submit", () => {
  isKept = true;
  clearTimeout(timer);
  drafts.send(place);
});

window.addEventListener("beforeunload", (event) => {
  if (!isKept) event.preventDefault();
});

// What a closed tab or a lost connection has left in this browser is newer than what the server has.
const texts = drafts.read(place);
if (texts) {
  fields.forEach((field) => (field.value = texts[field.name] ?? field.value));
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
