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

// -- A form is sent once, however often its button is pressed ----------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post") || form.getAttribute("method") === "dialog") return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});

// Ctrl+Enter sends a post.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form?.requestSubmit();
  }
});

// -- Notes go away when they are told to --------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest(".note")?.remove();
});

// A refusal that htmx gets is shown as a note, and the page stays as it is.
// What a page asks for again and again says the same thing only once.
const isShown = (html) => {
  const text = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  return [...document.querySelectorAll("#notes .note")].some((note) => note.textContent.trim() === text);
};
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = !isShown(event.detail.serverResponse);
    event.detail.target = document.getElementById("notes");
    event.detail.swapOverride = "beforeend";
  }
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
