// Dragging by pointer events: with a mouse as soon as it moves, with a finger once it has rested on something.
"use strict";

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
