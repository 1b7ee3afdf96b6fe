// Moving things: by pointer events, with a mouse as soon as it moves, with a finger once it has rested on something; by keys.
"use strict";

// -- Dragging --------------------------------------------------------------------------------------------------------------

const REST = 350;
const SLOP = 6;
const EDGE = 48;

// `acts` are told what happens to one of the things that `selector` finds: start, move (where to), drop, cancel.
function makeDraggable(root, selector, acts) {
  let pressed = null;
  let ghost = null;

  function begin() {
    clearTimeout(pressed.timer);
    const { item, event } = pressed;
    const box = item.getBoundingClientRect();
    ghost = item.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.add("ghost");
    ghost.style.width = `${box.width}px`;
    pressed.at = { x: event.clientX - box.left, y: event.clientY - box.top };
    document.body.append(ghost);
    root.setPointerCapture(event.pointerId);
    item.classList.add("dragged");
    acts.start(item);
    if (event.pointerType === "touch") navigator.vibrate?.(10);
    follow(event);
  }

  function follow({ clientX: x, clientY: y }) {
    ghost.style.translate = `${x - pressed.at.x}px ${y - pressed.at.y}px`;
    acts.move(pressed.item, x, y);
    pressed.pointer = { x, y };
    if (!pressed.scrolling) pressed.scrolling = requestAnimationFrame(scroll);
  }

  // Near an edge, what is beyond it comes in.
  function scroll() {
    if (!ghost) return;
    const { x, y } = pressed.pointer;
    const box = root.getBoundingClientRect();
    const across = x > box.right - EDGE ? 1 : x < box.left + EDGE ? -1 : 0;
    const down = y > innerHeight - EDGE ? 1 : y < EDGE ? -1 : 0;
    root.scrollLeft += across * 8;
    if (down) scrollBy(0, down * 8);
    pressed.scrolling = across || down ? requestAnimationFrame(scroll) : null;
    if (across || down) acts.move(pressed.item, x, y);
  }

  function end(act) {
    if (!pressed) return;
    clearTimeout(pressed.timer);
    const { item } = pressed;
    pressed = null;
    if (!ghost) return;
    ghost.remove();
    ghost = null;
    item.classList.remove("dragged");
    act(item);
    // What follows is no click on what was dragged.
    const hold = (event) => event.preventDefault() || event.stopPropagation();
    document.addEventListener("click", hold, true);
    setTimeout(() => document.removeEventListener("click", hold, true));
  }

  root.addEventListener("pointerdown", (event) => {
    const item = event.target.closest(selector);
    if (!item || event.button !== 0 || !event.isPrimary || event.target.closest(".move")) return;
    pressed = { item, event, timer: event.pointerType === "touch" ? setTimeout(begin, REST) : 0 };
  });
  root.addEventListener("pointermove", (event) => {
    if (!pressed || event.pointerId !== pressed.event.pointerId) return;
    const { event: first } = pressed;
    const isAway = Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY) > SLOP;
    if (!ghost && isAway && event.pointerType === "touch") end(acts.cancel);
    else if (!ghost && isAway) begin();
    if (ghost) follow(event);
  });
  root.addEventListener("pointerup", () => end(acts.drop));
  root.addEventListener("pointercancel", () => end(acts.cancel));
  root.addEventListener("dragstart", (event) => event.target.closest?.(selector) && event.preventDefault());
  root.addEventListener("contextmenu", (event) => pressed?.event.pointerType === "touch" && event.preventDefault());
  // A page does not scroll under what a finger drags.
  root.addEventListener("touchmove", (event) => ghost && event.preventDefault(), { passive: false });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ghost) end(acts.cancel);
  });
}

// -- Carrying by keys --------------------------------------------------------------------------------------------------------

const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;

// `m` picks something up wherever the focus is on it: what one can switch off with the other single keys.
const isMove = (event) => event.key === "m" && isPlain(event) && singleKeys.areOn;

// `acts` say which key picks up (`picks`: the handle that keeps the focus, or nothing), and are told what happens to
// the item around it: start, step (with an arrow), drop, cancel.
function makeCarriable(root, selector, acts) {
  let held = null;
  let handle = null;

  function end(act) {
    const item = held;
    held = null;
    item.classList.remove("held");
    if (handle.matches("button")) handle.setAttribute("aria-pressed", "false");
    act(item);
  }

  function pickUp(item, grip) {
    held = item;
    handle = grip;
    item.classList.add("held");
    if (grip.matches("button")) grip.setAttribute("aria-pressed", "true");
    grip.focus();
    acts.start(item);
  }

  function carry(event) {
    if (event.key === "Enter" || event.key === " " || event.key === "m") end(acts.drop);
    else if (event.key === "Escape") end(acts.cancel);
    else if (event.key.startsWith("Arrow")) acts.step(held, event.key);
    else return;
    event.preventDefault();
    handle.focus();
    handle.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  root.addEventListener("keydown", (event) => {
    if (held) {
      carry(event);
      return;
    }
    const item = event.target.closest(selector);
    const grip = item && acts.picks(event, item);
    if (!grip) return;
    event.preventDefault();
    pickUp(item, grip);
  });

  // Whoever goes elsewhere with something in hand leaves it where it was; a move itself takes the focus for a moment.
  root.addEventListener("focusout", () => {
    setTimeout(() => held && !held.contains(document.activeElement) && end(acts.cancel));
  });
}

// Says to those who listen what has become of it, in the words that the page has for that.
function sayMoved(what, words) {
  const speaker = document.getElementById("moved");
  speaker.textContent = speaker.dataset[what].replace(/\{(\w+)\}/g, (_all, name) => words[name]);
}
