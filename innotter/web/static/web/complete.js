// Pages, people and hashtags, offered while their names are written behind an @ or a #.
// The list is one for the page; the field keeps the focus, and says which line is chosen.
"use strict";

{
  const PAUSE = 120;
  const FIELDS = "form[data-draft] textarea";
  const BEGUN = /(?:^|[\s(])([@#])([\p{L}\p{N}_.-]{0,40})$/u;
  const { complete: address, completeLabel: label } = document.body.dataset;

  const list = document.createElement("ul");
  list.id = "completions";
  list.className = "completions";
  list.role = "listbox";
  list.setAttribute("aria-label", label);
  list.hidden = true;
  document.body.append(list);

  const known = new Map();
  let field = null;
  let chosen = 0;
  let timer = 0;

  function begun(from) {
    if (from.selectionStart !== from.selectionEnd) return null;
    const found = from.value.slice(0, from.selectionStart).match(BEGUN);
    return found && { sign: found[1], typed: found[2] };
  }

  function close() {
    clearTimeout(timer);
    if (!field) return;
    for (const name of ["controls", "activedescendant", "autocomplete"]) field.removeAttribute(`aria-${name}`);
    field = null;
    list.hidden = true;
  }

  function choose(index) {
    const options = [...list.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    field.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  // Where the line ends that is being written: as in a copy of the field.
  function place(from) {
    const copy = document.createElement("div");
    const style = getComputedStyle(from);
    for (const name of ["font", "letterSpacing", "lineHeight", "padding", "border", "boxSizing", "textAlign"]) {
      copy.style[name] = style[name];
    }
    copy.className = "mirror";
    copy.style.width = `${from.offsetWidth}px`;
    copy.textContent = from.value.slice(0, from.selectionStart);
    const end = copy.appendChild(document.createElement("span"));
    end.textContent = "\u200b";
    document.body.append(copy);
    const box = from.getBoundingClientRect();
    const bottom = box.top + Math.min(end.offsetTop + end.offsetHeight - from.scrollTop, box.height) + 4;
    const left = Math.min(box.left + end.offsetLeft, document.documentElement.clientWidth - list.offsetWidth - 8);
    copy.remove();
    const isBelow = bottom + list.offsetHeight < innerHeight;
    const top = isBelow ? bottom : Math.max(bottom - list.offsetHeight - parseFloat(style.lineHeight) - 8, 8);
    list.style.top = `${top + scrollY}px`;
    list.style.left = `${Math.max(left, 8)}px`;
  }

  function show(from, lines) {
    if (document.activeElement !== from || !lines.trim()) return close();
    list.innerHTML = lines;
    list.hidden = false;
    field = from;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    place(from);
    choose(0);
  }

  async function ask(from) {
    // Meanwhile the cursor may have gone elsewhere.
    const { sign, typed } = begun(from) ?? {};
    if (!sign) return;
    const asks = new URLSearchParams({ sign, q: typed });
    if (from.form.dataset.task) asks.set("task", from.form.dataset.task);
    const key = String(asks);
    if (!known.has(key)) {
      const answer = await fetch(`${address}?${asks}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      // Somebody who writes is not told that nothing can be offered now.
      if (!answer?.ok || answer.redirected) return;
      known.set(key, await answer.text());
    }
    const now = begun(from);
    if (now?.sign === sign && now.typed === typed) show(from, known.get(key));
  }

  function pick() {
    const from = field;
    const { typed } = begun(from) ?? {};
    if (typed === undefined) return close();
    const at = from.selectionStart;
    from.setRangeText(`${list.children[chosen].dataset.text} `, at - typed.length - 1, at, "end");
    close();
    from.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches(FIELDS)) return;
    clearTimeout(timer);
    const found = begun(event.target);
    if (!found || (!found.typed && !event.target.form.dataset.task)) close();
    else timer = setTimeout(ask, PAUSE, event.target);
  });

  const KEYS = {
    ArrowDown: () => choose(chosen + 1),
    ArrowUp: () => choose(chosen - 1),
    Enter: pick,
    Tab: pick,
    Escape: close,
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (!field || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
      if (!KEYS[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      KEYS[event.key]();
    },
    true,
  );
  // The field keeps the focus while a line is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || !field) return;
    chosen = [...list.children].indexOf(option);
    pick();
  });
  document.addEventListener("focusout", (event) => event.target === field && close());
  document.addEventListener("scroll", (event) => event.target === field && close(), true);
}
