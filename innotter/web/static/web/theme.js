// Runs before the first paint, so that a chosen theme does not flash, and what needs JavaScript has its place at once.
"use strict";
document.documentElement.classList.add("js");
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
