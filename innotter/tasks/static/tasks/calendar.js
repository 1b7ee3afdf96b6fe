// The calendar: a day that is pressed takes a new task, and tasks are dragged from day to day.
// Without it the number of a day leads to a form, and a task has its due date on its page.
"use strict";

{
  const calendar = document.querySelector("[data-calendar]");
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const dialog = document.querySelector(".day-add");
  const form = dialog.querySelector("form");

  // -- A new task ----------------------------------------------------------------------------------------------------------

  function addOn(day) {
    const link = day.querySelector(".number");
    const team = form.querySelector("[data-team]")?.value ?? "";
    form.elements.due_date.value = day.dataset.day;
    form.querySelector("[data-for]").textContent = new Date(`${day.dataset.day}T12:00`).toLocaleDateString(locale, {
      weekday: "long",
      day: "numeric",
      month: "long",
    });
    dialog.querySelector("[data-more]").href = `${link.href}&${new URLSearchParams({ team })}`;
    dialog.showModal();
    form.elements.title.focus();
  }

  calendar.addEventListener("click", (event) => {
    const day = event.target.closest("[data-day]");
    const link = event.target.closest("a");
    if (!day || (link && !link.matches(".number")) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    addOn(day);
  });
  form.addEventListener(
    "submit",
    () => {
      const team = form.querySelector("[data-team]")?.value ?? "";
      form.action = `${form.action.split("?")[0]}?${new URLSearchParams({ back: "calendar", team })}`;
    },
    true,
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-closes]")) dialog.close();
  });

  // -- Another day -----------------------------------------------------------------------------------------------------------

  let from = null;
  const days = [...calendar.querySelectorAll("[data-day]")];
  const isOver = (day) => days.forEach((one) => one.classList.toggle("over", one === day));
  const putBack = (task, place) => place.day.insertBefore(task, place.next);

  async function keep(task, day, before) {
    let refusal = null;
    try {
      const answer = await fetch(`/api/tasks/${task.dataset.task}/`, {
        method: "PATCH",
        keepalive: true,
        signal: AbortSignal.timeout(20000),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ due_date: day.dataset.day }),
      });
      if (!answer.ok) refusal = (await answer.json()).detail;
    } catch {
      refusal = notes.dataset.unsent;
    }
    if (refusal === null) return;
    putBack(task, before);
    tell(refusal);
  }

  makeDraggable(calendar, ".due[data-task]", {
    start(task) {
      from = { day: task.closest("[data-day]"), next: task.nextElementSibling };
    },
    move(task, x, y) {
      isOver(document.elementFromPoint(x, y)?.closest("[data-day]"));
    },
    drop(task) {
      const day = calendar.querySelector("[data-day].over");
      isOver(null);
      if (!day || day === from.day) return;
      const last = [...day.querySelectorAll(".due")].at(-1) ?? day.querySelector(".number");
      last.after(task);
      keep(task, day, from);
    },
    cancel() {
      isOver(null);
    },
  });
}
