// The calendar: a day that is pressed takes a new task, and tasks are moved from day to day.
// Without it the number of a day leads to a form, and a task has its due date on its page.
"use strict";

{
  const calendar = document.querySelector("[data-calendar]");
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const dialog = document.querySelector(".day-add");
  const form = dialog.querySelector("form");
  const inWords = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const nameOf = (day) => inWords.format(new Date(`${day.dataset.day}T12:00`));

  // -- A new task ----------------------------------------------------------------------------------------------------------

  function addOn(day) {
    const link = day.querySelector(".number");
    const team = form.querySelector("[data-team]")?.value ?? "";
    form.elements.due_date.value = day.dataset.day;
    form.querySelector("[data-for]").textContent = nameOf(day);
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
  const dayOf = (task) => task.closest("[data-day]");
  const placeOf = (task) => ({ day: dayOf(task), next: task.nextElementSibling });
  const putBack = (task, place) => place.day.insertBefore(task, place.next);

  function putOn(day, task) {
    const last = [...day.querySelectorAll(".due")].filter((other) => other !== task).at(-1);
    (last ?? day.querySelector(".number")).after(task);
  }

  function say(what, task) {
    sayMoved(what, { key: task.textContent.trim(), column: nameOf(dayOf(task)) });
  }

  // What was seen is sent along: a day that somebody else has chosen meanwhile is shown, and not overwritten.
  async function send(task, day) {
    const answer = await fetch(`/api/tasks/${task.dataset.task}/`, {
      method: "PATCH",
      keepalive: true,
      signal: AbortSignal.timeout(20000),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ due_date: day.dataset.day, version: Number(task.dataset.version) }),
    });
    return { isKept: answer.ok, ...(await answer.json()) };
  }

  async function keep(task, before) {
    const day = dayOf(task);
    if (day === before.day) return;
    const said = await send(task, day).catch(() => ({ isKept: false, detail: notes.dataset.unsent }));
    if (said.version) task.dataset.version = said.version;
    if (said.isKept) return;
    const theirs = days.find((one) => one.dataset.day === said.current?.due_date);
    if (theirs) putOn(theirs, task);
    else putBack(task, before);
    tell([said.detail, ...Object.values(said.errors ?? {}).flat()].join(" "));
  }

  makeDraggable(calendar, ".due[data-task]", {
    start(task) {
      from = placeOf(task);
    },
    move(task, x, y) {
      isOver(document.elementFromPoint(x, y)?.closest("[data-day]"));
    },
    drop(task) {
      const day = calendar.querySelector("[data-day].over");
      isOver(null);
      if (!day || day === from.day) return;
      putOn(day, task);
      keep(task, from);
    },
    cancel() {
      isOver(null);
    },
  });

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  makeCarriable(calendar, ".due[data-task]", {
    picks: (event, task) => (isMove(event) ? task : null),
    start(task) {
      from = placeOf(task);
      say("up", task);
    },
    step(task, key) {
      const day = days[days.indexOf(dayOf(task)) + STEPS[key]];
      if (day) putOn(day, task);
      say("at", task);
    },
    drop(task) {
      say("down", task);
      keep(task, from);
    },
    cancel(task) {
      putBack(task, from);
      say("back", task);
    },
  });
}
