// The board: cards that are dragged, moved with the keys, or sent to a column. Without it each card has a form that does the same.
"use strict";

const board = document.querySelector("[data-board]");

if (board) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const columns = [...board.querySelectorAll("[data-column]")];

  const cardsOf = (column) => [...column.querySelectorAll(".task-card")];
  const keyOf = (card) => card.querySelector(".name .key").textContent;
  const placeOf = (card) => ({ column: card.parentElement, next: card.nextElementSibling });

  function say(what, card) {
    const column = card.closest("[data-column]");
    const cards = cardsOf(column);
    const place = cards.indexOf(card) + 1;
    sayMoved(what, { key: keyOf(card), column: column.dataset.label, place, count: cards.length });
  }

  function count(card, column, by) {
    const kind = card.hasAttribute("data-subtask") ? "[data-subtasks]" : "[data-count]";
    const output = column.closest(".column").querySelector(kind);
    output.textContent = Number(output.textContent) + by;
    output.closest(".parts")?.toggleAttribute("hidden", output.textContent === "0");
  }

  function putBack(card, place) {
    place.column.insertBefore(card, place.next);
  }

  // What stands on the board is sent; when it is refused, the card goes back to where it was.
  async function keep(card, before) {
    const column = card.parentElement;
    if (column === before.column && card.nextElementSibling === before.next) return;
    const above = card.previousElementSibling;
    count(card, before.column, -1);
    count(card, column, 1);
    let refusal = null;
    try {
      const answer = await fetch(`/api/tasks/${card.dataset.task}/move/`, {
        method: "POST",
        keepalive: true, // Also when the page is left meanwhile.
        signal: AbortSignal.timeout(20000),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ status: column.dataset.column, after: above ? Number(above.dataset.task) : null }),
      });
      if (!answer.ok) refusal = (await answer.json()).detail;
    } catch {
      refusal = notes.dataset.unsent;
    }
    if (refusal !== null) {
      count(card, column, -1);
      count(card, before.column, 1);
      putBack(card, before);
      tell(refusal);
    }
  }

  // -- By hand -----------------------------------------------------------------------------------------------------------

  let from = null;

  const isOver = (column) => columns.forEach((one) => one.closest(".column").classList.toggle("over", one === column));

  makeDraggable(board, ".task-card[data-draggable]", {
    start(card) {
      from = placeOf(card);
    },
    move(card, x, y) {
      const column = document.elementFromPoint(x, y)?.closest(".column")?.querySelector("[data-column]");
      if (!column) return;
      isOver(column);
      const below = cardsOf(column).find((other) => {
        const box = other.getBoundingClientRect();
        return other !== card && y < box.top + box.height / 2;
      });
      if (card.nextElementSibling !== (below ?? null) || card.parentElement !== column) {
        column.insertBefore(card, below ?? null);
      }
    },
    drop(card) {
      isOver(null);
      say("down", card);
      keep(card, from);
    },
    cancel(card) {
      isOver(null);
      if (from) putBack(card, from);
    },
  });

  // -- Columns that are folded stay so -----------------------------------------------------------------------------------

  const FOLDS = "columns of boards";
  const folds = () => {
    try {
      return JSON.parse(localStorage.getItem(FOLDS)) ?? {};
    } catch {
      return {}; // A browser may keep nothing.
    }
  };
  board.querySelectorAll("details.column").forEach((column) => {
    const { column: status } = column.querySelector("[data-column]").dataset;
    column.open = folds()[status] ?? column.open;
    column.addEventListener("toggle", () => {
      try {
        localStorage.setItem(FOLDS, JSON.stringify({ ...folds(), [status]: column.open }));
      } catch {
        // It is as it was with the next page.
      }
    });
  });

  // -- By a list of columns ---------------------------------------------------------------------------------------------------------

  const mover = document.querySelector(".mover");

  board.addEventListener("click", (event) => {
    const link = event.target.closest(".move");
    if (!link) return;
    event.preventDefault();
    const card = link.closest(".task-card");
    const before = placeOf(card);
    mover.querySelector(".key").textContent = keyOf(card);
    mover.querySelectorAll("button").forEach((way) => (way.disabled = way.value === before.column.dataset.column));
    mover.returnValue = "";
    mover.onclose = () => {
      const column = columns.find((one) => one.dataset.column === mover.returnValue);
      if (!column) return;
      column.append(card);
      card.scrollIntoView({ block: "nearest", inline: "nearest" });
      say("down", card);
      keep(card, before);
    };
    mover.showModal();
  });
  // Beside the question is where it is left alone.
  mover?.addEventListener("click", (event) => event.target === mover && mover.close(""));

  // -- By keys -----------------------------------------------------------------------------------------------------------

  function step(card, key) {
    const column = card.parentElement;
    if (key === "ArrowUp" && card.previousElementSibling) column.insertBefore(card, card.previousElementSibling);
    if (key === "ArrowDown" && card.nextElementSibling) column.insertBefore(card.nextElementSibling, card);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const other = by && columns[columns.indexOf(column) + by];
    if (!other) return;
    other.closest(".column").open = true;
    other.insertBefore(card, other.children[[...column.children].indexOf(card)] ?? null);
  }

  makeCarriable(board, ".task-card[data-draggable]", {
    picks(event, card) {
      const grip = card.querySelector(".grip");
      const isPressed = event.target === grip && (event.key === "Enter" || event.key === " ");
      return isPressed || isMove(event) ? grip : null;
    },
    start(card) {
      from = placeOf(card);
      say("up", card);
    },
    step(card, key) {
      step(card, key);
      say("at", card);
    },
    drop(card) {
      say("down", card);
      keep(card, from);
    },
    cancel(card) {
      putBack(card, from);
      say("back", card);
    },
  });
}
