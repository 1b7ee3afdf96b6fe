// Fields that are changed where they are shown: each is sent when it is changed, and goes back when it is refused.
// Without it each form has a button.
"use strict";

const isInPlace = (form) => form?.matches?.("form[hx-post]") ?? false;

// What is shown is what is kept from now on: a form that is reset comes back to it.
function keepAsDefault(form) {
  for (const field of form.elements) {
    if (field.matches("select")) [...field.options].forEach((option) => (option.defaultSelected = option.selected));
    else if (field.matches("[type=checkbox]")) field.defaultChecked = field.checked;
    else if (field.matches("input:not([type=hidden]), textarea")) field.defaultValue = field.value;
  }
}

const shownBefore = new WeakMap();

// A button that says what will be there shows it at once, and closes its menu.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!isInPlace(event.target) || !button?.matches("[data-shows]")) return;
  const menu = button.closest("details");
  const shown = menu.querySelector("[data-shown]");
  shownBefore.set(event.target, { shown, html: shown.innerHTML });
  shown.textContent = button.textContent;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!isInPlace(form)) return;
  const before = shownBefore.get(form);
  shownBefore.delete(form);
  if (event.detail.successful) {
    keepAsDefault(form);
  } else {
    form.reset();
    if (before) before.shown.innerHTML = before.html;
  }
});

// -- A day that is typed is one at every key: it is sent when it is left. One that is picked is sent at once. -------------

let typed = null;

document.addEventListener("keydown", (event) => {
  if (!isInPlace(event.target.form)) return;
  if (event.target.matches("[type=date]") && event.key !== "Enter") typed = event.target;
  // A closed list that is walked through with the arrows would send each of its lines: it opens instead.
  if (event.target.matches("select") && /^Arrow(Up|Down)$/.test(event.key) && !event.altKey && "showPicker" in event.target) {
    event.preventDefault();
    event.target.showPicker();
  }
});
document.addEventListener("pointerdown", () => (typed = null), true);
document.addEventListener("change", (event) => event.target === typed && event.stopPropagation(), true);
document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (field !== typed) return;
  typed = null;
  if (field.value !== field.defaultValue) field.form.requestSubmit();
});

// -- Title and description: the form takes their place ----------------------------------------------------------------------

for (const details of document.querySelectorAll(".edit-text")) {
  details.addEventListener("toggle", () => details.open && details.querySelector("input:not([type=hidden])").focus());
  details.querySelector("[data-cancels]").addEventListener("click", (event) => {
    event.preventDefault();
    details.querySelector("form").reset();
    details.open = false;
    details.querySelector("summary").focus();
  });
}
