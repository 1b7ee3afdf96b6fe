// Pictures that are pasted or dropped into a post, and what they look like before they are sent.
"use strict";

const PICTURES = /^image\/(jpeg|png|webp|gif)$/;

function showPreview(input) {
  const row = input.closest(".picture");
  const before = row.querySelector("img.preview");
  if (before) {
    URL.revokeObjectURL(before.src);
    before.remove();
  }
  const file = input.files[0];
  if (!file || !PICTURES.test(file.type)) return;
  const image = document.createElement("img");
  image.className = "preview";
  image.alt = "";
  image.src = URL.createObjectURL(file);
  row.prepend(image);
}

// Each picture takes the next place that is free; those for which there is none are told of.
function addPictures(composer, files) {
  const pictures = [...files].filter((file) => PICTURES.test(file.type));
  const free = [...composer.querySelectorAll(".picture input[type=file]")].filter((input) => !input.files.length);
  pictures.slice(0, free.length).forEach((file, number) => {
    const list = new DataTransfer();
    list.items.add(file);
    free[number].files = list.files;
    free[number].dispatchEvent(new Event("change", { bubbles: true }));
  });
  if (!pictures.length) return false;
  composer.classList.add("open");
  const details = composer.querySelector("details.add-pictures");
  details.open = true;
  if (pictures.length > free.length) tell(details.dataset.noRoom);
  return true;
}

// Whoever presses the reply of a post has come to write: the cursor is in the field already. Going to a part of a page
// takes the focus from everything, so this comes after it.
const goToReply = () => document.querySelector("#replies .composer textarea")?.focus();

if (location.hash === "#replies") window.addEventListener("load", () => setTimeout(goToReply), { once: true });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href$="#replies"]');
  if (link && link.pathname === location.pathname && !event.ctrlKey && !event.metaKey) setTimeout(goToReply);
});

const composerOf = (event) => event.target.closest?.(".composer");

document.addEventListener("change", (event) => {
  if (event.target.matches(".picture input[type=file]")) showPreview(event.target);
});

document.addEventListener("paste", (event) => {
  const composer = composerOf(event);
  if (composer && addPictures(composer, event.clipboardData?.files ?? [])) event.preventDefault();
});

document.addEventListener("dragover", (event) => {
  const composer = composerOf(event);
  if (!composer || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  composer.classList.add("open", "receiving");
});

for (const end of ["dragleave", "drop"]) {
  document.addEventListener(end, (event) => composerOf(event)?.classList.remove("receiving"));
}

document.addEventListener("drop", (event) => {
  const composer = composerOf(event);
  if (!composer || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  addPictures(composer, event.dataTransfer.files);
});
